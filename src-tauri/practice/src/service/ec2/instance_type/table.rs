//! The instance types there are: the one table that EC2 describes, Batch chooses hosts from and the price list
//! prices. True sizes of a choice of families, as DescribeInstanceTypes gave them for us-east-1 in 2026; AWS has
//! many more.

use std::sync::LazyLock;

/// Which vCPU quota a family counts against (EC2 User Guide, "EC2 instance type quotas").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// A, C, D, H, I, M, R, T, Z.
    Standard,
    /// Graphics.
    G,
    /// Accelerated computing.
    P,
    /// With Inferentia.
    Inf,
}

/// What the types of a family share.
#[derive(Debug, PartialEq, Eq)]
pub struct Family {
    /// `m6i`.
    pub name: &'static str,
    /// As the price list calls it.
    pub purpose: &'static str,
    /// `Intel`, `AMD` or `AWS`, who makes Graviton.
    pub processor: &'static str,
    /// Whether EC2 calls it current.
    pub is_current: bool,
    /// Which quota it counts against.
    pub class: Class,
    mib_per_vcpu: u32,
    /// Name and MiB of the GPU that it has.
    pub gpu: Option<(&'static str, u32)>,
    sizes: &'static [Size],
    /// Letters of the zones that do not have it. Which those are differs by region and account at AWS; that
    /// there are some does not.
    missing_in: &'static str,
}

impl Family {
    /// Whether it is built on Graviton.
    pub fn is_arm(&self) -> bool {
        self.processor == "AWS"
    }
}

/// Name, vCPUs, GPUs.
#[derive(Debug, PartialEq, Eq)]
struct Size(&'static str, u32, u32);

/// An instance type.
#[derive(Debug, PartialEq, Eq)]
pub struct InstanceType {
    /// `m6i.large`.
    pub name: String,
    /// What it shares with its larger and smaller sisters.
    pub family: &'static Family,
    /// `large`.
    pub size: &'static str,
    /// Virtual processors.
    pub vcpus: u32,
    /// What the machine has; a container can have less of it.
    pub memory_mib: u32,
    /// Whole GPUs.
    pub gpus: u32,
}

impl InstanceType {
    /// Whether it is a machine without a hypervisor.
    pub fn is_metal(&self) -> bool {
        self.size.starts_with("metal")
    }

    /// `x86_64` or `arm64`.
    pub fn architecture(&self) -> &'static str {
        if self.family.is_arm() { "arm64" } else { "x86_64" }
    }

    /// Whether a zone has it: `eu-west-1a`.
    pub fn is_offered_in(&self, zone: &str) -> bool {
        !zone.ends_with(|letter| self.family.missing_in.contains(letter))
    }
}

const LARGE: Size = Size("large", 2, 0);
const XLARGE: Size = Size("xlarge", 4, 0);
const X2: Size = Size("2xlarge", 8, 0);
const X4: Size = Size("4xlarge", 16, 0);
const X8: Size = Size("8xlarge", 32, 0);
const X12: Size = Size("12xlarge", 48, 0);
const X16: Size = Size("16xlarge", 64, 0);
const X24: Size = Size("24xlarge", 96, 0);

const FIFTH: &[Size] = &[LARGE, XLARGE, X2, X4, X8, X12, X16, X24, Size("metal", 96, 0)];
const SIXTH: &[Size] =
    &[LARGE, XLARGE, X2, X4, X8, X12, X16, X24, Size("32xlarge", 128, 0), Size("metal", 128, 0)];
const SEVENTH: &[Size] = &[
    LARGE,
    XLARGE,
    X2,
    X4,
    X8,
    X12,
    X16,
    X24,
    Size("48xlarge", 192, 0),
    Size("metal-24xl", 96, 0),
    Size("metal-48xl", 192, 0),
];
const GRAVITON: &[Size] = &[Size("medium", 1, 0), LARGE, XLARGE, X2, X4, X8, X12, X16, Size("metal", 64, 0)];
const COMPUTE_FIFTH: &[Size] =
    &[LARGE, XLARGE, X2, X4, Size("9xlarge", 36, 0), X12, Size("18xlarge", 72, 0), X24, Size("metal", 96, 0)];
const BURSTABLE: &[Size] = &[LARGE, XLARGE, X2];
const G4: &[Size] = &[
    Size("xlarge", 4, 1),
    Size("2xlarge", 8, 1),
    Size("4xlarge", 16, 1),
    Size("8xlarge", 32, 1),
    Size("12xlarge", 48, 4),
    Size("16xlarge", 64, 1),
    Size("metal", 96, 8),
];
const G5: &[Size] = &[
    Size("xlarge", 4, 1),
    Size("2xlarge", 8, 1),
    Size("4xlarge", 16, 1),
    Size("8xlarge", 32, 1),
    Size("12xlarge", 48, 4),
    Size("16xlarge", 64, 1),
    Size("24xlarge", 96, 4),
    Size("48xlarge", 192, 8),
];

const GENERAL: Family = Family {
    name: "",
    purpose: "General purpose",
    processor: "Intel",
    is_current: true,
    class: Class::Standard,
    mib_per_vcpu: 4_096,
    gpu: None,
    sizes: FIFTH,
    missing_in: "",
};
const COMPUTE: Family = Family { purpose: "Compute optimized", mib_per_vcpu: 2_048, ..GENERAL };
const MEMORY: Family = Family { purpose: "Memory optimized", mib_per_vcpu: 8_192, ..GENERAL };
const GRAPHICS: Family = Family { purpose: "GPU instance", class: Class::G, ..GENERAL };

static FAMILIES: [Family; 23] = [
    Family { name: "c5", is_current: false, sizes: COMPUTE_FIFTH, ..COMPUTE },
    Family { name: "c6g", processor: "AWS", sizes: GRAVITON, ..COMPUTE },
    Family { name: "c6i", sizes: SIXTH, ..COMPUTE },
    Family { name: "c7g", processor: "AWS", sizes: GRAVITON, ..COMPUTE },
    Family { name: "c7i", sizes: SEVENTH, ..COMPUTE },
    Family { name: "g4dn", gpu: Some(("T4", 16_384)), sizes: G4, ..GRAPHICS },
    Family { name: "g5", processor: "AMD", gpu: Some(("A10G", 22_888)), sizes: G5, ..GRAPHICS },
    Family {
        name: "g6",
        processor: "AMD",
        gpu: Some(("L4", 22_888)),
        sizes: G5,
        missing_in: "c",
        ..GRAPHICS
    },
    Family {
        name: "inf2",
        purpose: "Machine Learning ASIC Instances",
        processor: "AMD",
        class: Class::Inf,
        sizes: &[XLARGE, X8, X24, Size("48xlarge", 192, 0)],
        ..GENERAL
    },
    Family { name: "m5", is_current: false, ..GENERAL },
    Family { name: "m6g", processor: "AWS", sizes: GRAVITON, ..GENERAL },
    Family { name: "m6i", is_current: false, sizes: SIXTH, ..GENERAL },
    Family { name: "m7g", processor: "AWS", sizes: GRAVITON, missing_in: "b", ..GENERAL },
    Family { name: "m7i", sizes: SEVENTH, ..GENERAL },
    Family {
        name: "p3",
        is_current: false,
        class: Class::P,
        mib_per_vcpu: 7_808,
        gpu: Some(("V100", 16_384)),
        sizes: &[Size("2xlarge", 8, 1), Size("8xlarge", 32, 4), Size("16xlarge", 64, 8)],
        missing_in: "c",
        ..GRAPHICS
    },
    Family {
        name: "p4d",
        class: Class::P,
        mib_per_vcpu: 12_288,
        gpu: Some(("A100", 40_960)),
        sizes: &[Size("24xlarge", 96, 8)],
        missing_in: "ac",
        ..GRAPHICS
    },
    Family { name: "r5", is_current: false, ..MEMORY },
    Family { name: "r6g", processor: "AWS", sizes: GRAVITON, ..MEMORY },
    Family { name: "r6i", is_current: false, sizes: SIXTH, ..MEMORY },
    Family { name: "r7g", processor: "AWS", sizes: GRAVITON, ..MEMORY },
    Family { name: "r7i", sizes: SEVENTH, ..MEMORY },
    Family { name: "t3", sizes: BURSTABLE, ..GENERAL },
    Family { name: "t4g", processor: "AWS", sizes: BURSTABLE, ..GENERAL },
];

static TYPES: LazyLock<Vec<InstanceType>> = LazyLock::new(|| {
    let types = FAMILIES.iter().flat_map(|family| {
        family.sizes.iter().map(move |Size(size, vcpus, gpus)| InstanceType {
            name: format!("{}.{size}", family.name),
            family,
            size,
            vcpus: *vcpus,
            memory_mib: vcpus * family.mib_per_vcpu,
            gpus: *gpus,
        })
    });
    let mut types: Vec<InstanceType> = types.collect();
    types.sort_by(|a, b| a.name.cmp(&b.name));
    types
});

/// All instance types, by name.
pub fn instance_types() -> &'static [InstanceType] {
    &TYPES
}

/// The instance type of that name.
pub fn instance_type(name: &str) -> Option<&'static InstanceType> {
    TYPES.binary_search_by(|known| known.name.as_str().cmp(name)).ok().and_then(|at| TYPES.get(at))
}

/// All families, by name.
pub fn families() -> &'static [Family] {
    &FAMILIES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sizes_are_amazons() {
        for (name, vcpus, gib, gpus) in [
            ("m6i.large", 2, 8, 0),
            ("m7g.medium", 1, 4, 0),
            ("c5.9xlarge", 36, 72, 0),
            ("c7i.48xlarge", 192, 384, 0),
            ("r6g.16xlarge", 64, 512, 0),
            ("t3.2xlarge", 8, 32, 0),
            ("g4dn.12xlarge", 48, 192, 4),
            ("g5.48xlarge", 192, 768, 8),
            ("inf2.xlarge", 4, 16, 0),
            ("inf2.48xlarge", 192, 768, 0),
            ("p3.16xlarge", 64, 488, 8),
            ("p4d.24xlarge", 96, 1_152, 8),
        ] {
            let found = instance_type(name).unwrap_or_else(|| panic!("no {name}"));
            assert_eq!((found.vcpus, found.memory_mib, found.gpus), (vcpus, gib * 1_024, gpus), "{name}");
        }
        assert!(instance_type("m6i.32xlarge").is_some() && instance_type("m6i.48xlarge").is_none());
        assert!(families().windows(2).all(|pair| pair[0].name < pair[1].name));
    }

    #[test]
    fn not_every_zone_has_every_type() {
        let found = instance_type("m7g.large").expect("a type");
        assert!(found.is_offered_in("eu-west-1a") && !found.is_offered_in("eu-west-1b"));
        assert_eq!((found.architecture(), found.is_metal()), ("arm64", false));
    }
}
