//! Instance types: what EC2 says of them, and where it has them.

mod offering;
mod table;

pub use table::{Class, Family, InstanceType, families, instance_type, instance_types};

pub(super) use offering::describe as describe_offerings;

use super::describe::{flag, one, page_by_position, retain};
use crate::account::Account;
use crate::fault::Fault;
use crate::wire::{Params, Xml};

pub(super) fn describe(_: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let wanted = params.texts("InstanceType");
    let unknown: Vec<&str> = wanted.iter().copied().filter(|name| instance_type(name).is_none()).collect();
    if !unknown.is_empty() {
        return Err(Fault::new(
            "InvalidInstanceType",
            format!("The following supplied instance types do not exist: [{}]", unknown.join(", ")),
        ));
    }
    if !wanted.is_empty() && params.text("MaxResults").is_some() {
        return Err(Fault::new(
            "InvalidParameterCombination",
            "The parameter MaxResults cannot be used with the parameter InstanceTypes",
        ));
    }
    let mut all: Vec<&InstanceType> = instance_types()
        .iter()
        .filter(|known| wanted.is_empty() || wanted.contains(&known.name.as_str()))
        .collect();
    retain(params, &mut all, |known, filter| values(known, filter))?;
    let (found, mut tail) = page_by_position(params, all, 5..=100)?;
    let mut answer = vec![Xml::items("instanceTypeSet", found.into_iter().map(xml))];
    answer.append(&mut tail);
    Ok(answer)
}

fn values(known: &InstanceType, filter: &str) -> Option<Vec<String>> {
    match filter {
        "instance-type" => one(&known.name),
        "processor-info.supported-architecture" => one(known.architecture()),
        "current-generation" => flag(known.family.is_current),
        "bare-metal" => flag(known.is_metal()),
        "burstable-performance-supported" => flag(known.family.name.starts_with('t')),
        "hypervisor" => Some(hypervisor(known).map(str::to_owned).into_iter().collect()),
        "memory-info.size-in-mib" => one(known.memory_mib.to_string()),
        "vcpu-info.default-vcpus" => one(known.vcpus.to_string()),
        "vcpu-info.default-cores" => one(cores(known).to_string()),
        "supported-usage-class" => Some(vec!["on-demand".to_owned(), "spot".to_owned()]),
        "supported-root-device-type" => one("ebs"),
        "supported-virtualization-type" => one("hvm"),
        "free-tier-eligible" => flag(false),
        _ => None,
    }
}

fn hypervisor(known: &InstanceType) -> Option<&'static str> {
    (!known.is_metal()).then_some(if known.family.name == "p3" { "xen" } else { "nitro" })
}

/// Graviton's vCPUs are cores, all others' are threads, two to a core.
pub(super) fn cores(known: &InstanceType) -> u32 {
    if known.family.is_arm() { known.vcpus } else { known.vcpus.div_ceil(2) }
}

fn texts(name: &str, texts: &[&str]) -> Xml {
    Xml::tree(name, texts.iter().map(|text| Xml::text("item", *text)).collect())
}

fn xml(known: &InstanceType) -> Vec<Xml> {
    let mut fields = vec![
        Xml::text("instanceType", &known.name),
        Xml::shown("currentGeneration", known.family.is_current),
        Xml::shown("freeTierEligible", false),
        texts("supportedUsageClasses", &["on-demand", "spot"]),
        texts("supportedRootDeviceTypes", &["ebs"]),
        texts("supportedVirtualizationTypes", &["hvm"]),
        Xml::shown("bareMetal", known.is_metal()),
        Xml::tree(
            "processorInfo",
            vec![
                texts("supportedArchitectures", &[known.architecture()]),
                Xml::text("manufacturer", known.family.processor),
            ],
        ),
        Xml::tree(
            "vCpuInfo",
            vec![
                Xml::shown("defaultVCpus", known.vcpus),
                Xml::shown("defaultCores", cores(known)),
                Xml::shown("defaultThreadsPerCore", known.vcpus / cores(known)),
            ],
        ),
        Xml::tree("memoryInfo", vec![Xml::shown("sizeInMiB", known.memory_mib)]),
        Xml::shown("burstablePerformanceSupported", known.family.name.starts_with('t')),
        // Disks, network and placement only as far as all these types are alike: how fast they are, nothing here
        // depends on.
        Xml::tree(
            "ebsInfo",
            vec![
                Xml::text("ebsOptimizedSupport", "default"),
                Xml::text("encryptionSupport", "supported"),
                Xml::text("nvmeSupport", if known.family.name == "p3" { "unsupported" } else { "required" }),
            ],
        ),
        Xml::tree(
            "networkInfo",
            vec![
                Xml::text("enaSupport", if known.family.name == "p3" { "supported" } else { "required" }),
                Xml::shown("ipv6Supported", true),
            ],
        ),
        Xml::tree(
            "placementGroupInfo",
            vec![if known.family.name.starts_with('t') {
                texts("supportedStrategies", &["partition", "spread"])
            } else {
                texts("supportedStrategies", &["cluster", "partition", "spread"])
            }],
        ),
    ];
    fields.extend(hypervisor(known).map(|name| Xml::text("hypervisor", name)));
    if let Some((name, mib)) = known.family.gpu {
        let gpu = vec![
            Xml::text("name", name),
            Xml::text("manufacturer", "NVIDIA"),
            Xml::shown("count", known.gpus),
            Xml::tree("memoryInfo", vec![Xml::shown("sizeInMiB", mib)]),
        ];
        fields.push(Xml::tree(
            "gpuInfo",
            vec![Xml::items("gpus", [gpu]), Xml::shown("totalGpuMemoryInMiB", mib * known.gpus)],
        ));
    }
    fields
}
