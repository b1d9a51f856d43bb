//! How much a container asks for, and the sizes that there are.

use crate::wire::json::{list, number, text};
use serde_json::Value;

/// The sizes Fargate offers: thousandths of a vCPU, and the smallest, the largest and the step in MiB.
const FARGATE_SIZES: [(u32, u32, u32, u32); 6] = [
    (500, 1_024, 4_096, 1_024),
    (1_000, 2_048, 8_192, 1_024),
    (2_000, 4_096, 16_384, 1_024),
    (4_000, 8_192, 30_720, 1_024),
    (8_000, 16_384, 61_440, 4_096),
    (16_000, 32_768, 122_880, 8_192),
];

/// The sizes that are no plain range.
const FARGATE_ODD_SIZES: [(u32, [u32; 3]); 2] =
    [(250, [512, 1_024, 2_048]), (32_000, [61_440, 122_880, 249_856])];

/// Where a job runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) enum Platform {
    /// On hosts.
    #[serde(rename = "EC2")]
    Ec2,
    /// On Fargate.
    #[serde(rename = "FARGATE")]
    Fargate,
}

impl Platform {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Ec2 => "EC2",
            Self::Fargate => "FARGATE",
        }
    }
}

/// What a container asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Size {
    /// Thousandths of a vCPU.
    pub(super) vcpu: u32,
    /// MiB.
    pub(super) memory: u32,
    /// Whole GPUs.
    pub(super) gpu: u32,
}

impl Size {
    /// Reads a container's requirements, the old fields `vcpus` and `memory` included.
    pub(super) fn of(container: &Value, platform: Platform) -> Result<Self, String> {
        let mut size = Self::default();
        let (mut vcpu, mut memory) = (None, None);
        for requirement in list(container, "resourceRequirements") {
            let kind = text(requirement, "type").unwrap_or_default();
            let value = text(requirement, "value").unwrap_or_default();
            let bad = || {
                format!(
                    "Value {value} for type {kind} in resourceRequirement is not valid. Please provide a numeric value."
                )
            };
            let twice = match kind {
                "VCPU" => {
                    let read = thousandths(value).ok_or_else(bad)?;
                    // Hosts take `2` and refuse `2.0` (kestra-io/plugin-aws 504, GitHub).
                    if platform == Platform::Ec2 && read >= 1_000 && value.parse::<u32>().is_err() {
                        return Err(bad());
                    }
                    vcpu.replace(read).is_some()
                }
                "MEMORY" => memory.replace(value.parse().map_err(|_| bad())?).is_some(),
                "GPU" => std::mem::replace(&mut size.gpu, value.parse().map_err(|_| bad())?) != 0,
                _ => return Err("Resource requirement type should be one of [GPU, MEMORY, VCPU].".to_owned()),
            };
            if twice {
                return Err("Cannot provide duplicates in resourceRequirements.".to_owned());
            }
        }
        let old = |field: &str| number(container, field).and_then(|value| u32::try_from(value).ok());
        size.vcpu = vcpu
            .or_else(|| old("vcpus").map(|whole| whole.saturating_mul(1_000)))
            .ok_or("vCPU is required.")?;
        size.memory = memory.or_else(|| old("memory")).ok_or("Memory is required.")?;
        Ok(size)
    }

    /// Whether a platform offers the size.
    pub(super) fn check(self, platform: Platform) -> Result<(), String> {
        let Self { vcpu, memory, gpu } = self;
        match platform {
            Platform::Fargate => {
                if gpu > 0 {
                    return Err("GPU is not applicable for Fargate.".to_owned());
                }
                let offered = FARGATE_SIZES.iter().any(|(cpu, least, most, step)| {
                    vcpu == *cpu
                        && (*least..=*most).contains(&memory)
                        && (memory - least).is_multiple_of(*step)
                }) || FARGATE_ODD_SIZES
                    .iter()
                    .any(|(cpu, sizes)| vcpu == *cpu && sizes.contains(&memory));
                if offered {
                    return Ok(());
                }
                Err(format!(
                    "Fargate resource requirements ({:.2} vCPU, {memory} MiB) not valid.",
                    f64::from(vcpu) / 1_000.0
                ))
            }
            Platform::Ec2 if vcpu < 1_000 || vcpu % 1_000 != 0 => {
                Err(format!("vCPU must be at least 1, got {}.", f64::from(vcpu) / 1_000.0))
            }
            Platform::Ec2 if memory < 4 => Err(format!("Memory must be at least 4 Mib, got {memory} Mib.")),
            Platform::Ec2 => Ok(()),
        }
    }
}

/// `0.25` as 250.
fn thousandths(text: &str) -> Option<u32> {
    let value =
        text.parse::<f64>().ok().filter(|value| value.is_finite() && (0.0..100_000.0).contains(value))?;
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be small and positive"
    )]
    Some((value * 1_000.0).round() as u32)
}
