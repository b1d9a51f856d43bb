//! What things cost: list prices in us-east-1, and how much dearer other regions are. From AWS's public price
//! pages, for learning and not for budgeting; another region's prices are the one true figure times one factor.

use crate::service::ec2::{InstanceType, instance_type};

/// Millionths of a US dollar.
pub(crate) type Micros = u64;

/// A region as the price list names it.
#[derive(Debug)]
pub(super) struct Place {
    /// `eu-west-1`.
    pub(super) region: &'static str,
    /// `EU (Ireland)`.
    pub(super) location: &'static str,
    /// What its usage types begin with: `EU`.
    pub(super) usage: &'static str,
    /// Thousandths of us-east-1's prices: m5.large there costs $0.096.
    factor: u64,
}

const fn place(region: &'static str, location: &'static str, usage: &'static str, factor: u64) -> Place {
    Place { region, location, usage, factor }
}

pub(super) const PLACES: &[Place] = &[
    place("af-south-1", "Africa (Cape Town)", "AFS1", 1_323),
    place("ap-east-1", "Asia Pacific (Hong Kong)", "APE1", 1_375),
    place("ap-northeast-1", "Asia Pacific (Tokyo)", "APN1", 1_292),
    place("ap-northeast-2", "Asia Pacific (Seoul)", "APN2", 1_229),
    place("ap-northeast-3", "Asia Pacific (Osaka)", "APN3", 1_292),
    place("ap-south-1", "Asia Pacific (Mumbai)", "APS3", 1_052),
    place("ap-south-2", "Asia Pacific (Hyderabad)", "APS5", 1_052),
    place("ap-southeast-1", "Asia Pacific (Singapore)", "APS1", 1_250),
    place("ap-southeast-2", "Asia Pacific (Sydney)", "APS2", 1_250),
    place("ap-southeast-3", "Asia Pacific (Jakarta)", "APS4", 1_250),
    place("ap-southeast-4", "Asia Pacific (Melbourne)", "APS6", 1_250),
    place("ca-central-1", "Canada (Central)", "CAN1", 1_115),
    place("ca-west-1", "Canada West (Calgary)", "CAN2", 1_115),
    place("eu-central-1", "EU (Frankfurt)", "EUC1", 1_198),
    place("eu-central-2", "Europe (Zurich)", "EUC2", 1_318),
    place("eu-north-1", "EU (Stockholm)", "EUN1", 1_063),
    place("eu-south-1", "EU (Milan)", "EUS1", 1_167),
    place("eu-south-2", "Europe (Spain)", "EUS2", 1_115),
    place("eu-west-1", "EU (Ireland)", "EU", 1_115),
    place("eu-west-2", "EU (London)", "EUW2", 1_156),
    place("eu-west-3", "EU (Paris)", "EUW3", 1_167),
    place("il-central-1", "Israel (Tel Aviv)", "ILC1", 1_170),
    place("me-central-1", "Middle East (UAE)", "MEC1", 1_227),
    place("me-south-1", "Middle East (Bahrain)", "MES1", 1_227),
    place("sa-east-1", "South America (Sao Paulo)", "SAE1", 1_594),
    place("us-east-1", "US East (N. Virginia)", "USE1", 1_000),
    place("us-east-2", "US East (Ohio)", "USE2", 1_000),
    place("us-west-1", "US West (N. California)", "USW1", 1_167),
    place("us-west-2", "US West (Oregon)", "USW2", 1_000),
];

/// What a vCPU of a family costs an hour: sizes of one family cost in proportion.
const PER_VCPU: &[(&str, Micros)] = &[
    ("c5", 42_500),
    ("c6g", 34_000),
    ("c6i", 42_500),
    ("c7g", 36_250),
    ("c7i", 44_625),
    ("m5", 48_000),
    ("m6g", 38_500),
    ("m6i", 48_000),
    ("m7g", 40_800),
    ("m7i", 50_400),
    ("p3", 382_500),
    ("r5", 63_000),
    ("r6g", 50_400),
    ("r6i", 63_000),
    ("r7g", 53_550),
    ("r7i", 66_150),
    ("t3", 41_600),
    ("t4g", 33_600),
];

/// An hour of a host with GPUs or other accelerators, whose prices follow no such rule.
const PER_HOST: &[(&str, Micros)] = &[
    ("g4dn.xlarge", 526_000),
    ("g4dn.2xlarge", 752_000),
    ("g4dn.4xlarge", 1_204_000),
    ("g4dn.8xlarge", 2_176_000),
    ("g4dn.12xlarge", 3_912_000),
    ("g4dn.16xlarge", 4_352_000),
    ("g4dn.metal", 7_824_000),
    ("g5.xlarge", 1_006_000),
    ("g5.2xlarge", 1_212_000),
    ("g5.4xlarge", 1_624_000),
    ("g5.8xlarge", 2_448_000),
    ("g5.12xlarge", 5_672_000),
    ("g5.16xlarge", 4_096_000),
    ("g5.24xlarge", 8_144_000),
    ("g5.48xlarge", 16_288_000),
    ("g6.xlarge", 804_800),
    ("g6.2xlarge", 977_600),
    ("g6.4xlarge", 1_323_200),
    ("g6.8xlarge", 2_014_400),
    ("g6.12xlarge", 4_601_600),
    ("g6.16xlarge", 3_396_800),
    ("g6.24xlarge", 6_675_200),
    ("g6.48xlarge", 13_350_400),
    ("inf2.xlarge", 758_200),
    ("inf2.8xlarge", 1_967_860),
    ("inf2.24xlarge", 6_490_630),
    ("inf2.48xlarge", 12_981_270),
    ("p4d.24xlarge", 21_957_642),
];

/// Something that Fargate counts by the hour.
#[derive(Debug)]
pub(super) struct Metered {
    /// What its usage type ends with.
    pub(super) usage: &'static str,
    /// `cputype`, `memorytype` or `storagetype`, and what it says there.
    pub(super) kind: (&'static str, &'static str),
    /// `hours` or `GB-Hours`.
    pub(super) unit: &'static str,
    pub(super) price: Micros,
}

pub(super) const FARGATE: &[Metered] = &[
    Metered { usage: "Fargate-vCPU-Hours:perCPU", kind: ("cputype", "perCPU"), unit: "hours", price: 40_480 },
    Metered { usage: "Fargate-GB-Hours", kind: ("memorytype", "perGB"), unit: "hours", price: 4_445 },
    Metered {
        usage: "Fargate-ARM-vCPU-Hours:perCPU",
        kind: ("cputype", "perCPU"),
        unit: "hours",
        price: 32_380,
    },
    Metered { usage: "Fargate-ARM-GB-Hours", kind: ("memorytype", "perGB"), unit: "hours", price: 3_560 },
    Metered {
        usage: "Fargate-EphemeralStorage-GB-Hours",
        kind: ("storagetype", "default"),
        unit: "GB-Hours",
        price: 111,
    },
];

impl Place {
    /// What something costs here that costs so much in us-east-1.
    pub(super) const fn price(&self, price: Micros) -> Micros {
        (price * self.factor + 500) / 1_000
    }
}

pub(super) fn place_of(region: &str) -> Option<&'static Place> {
    PLACES.iter().find(|place| place.region == region)
}

/// An hour of a host running Linux, in us-east-1.
pub(super) fn host_price(known: &InstanceType) -> Option<Micros> {
    let of = |table: &[(&str, Micros)], name: &str| {
        table.iter().find(|(known, _)| *known == name).map(|(_, price)| *price)
    };
    of(PER_HOST, &known.name).or_else(|| Some(of(PER_VCPU, known.family.name)? * u64::from(known.vcpus)))
}

/// An hour of a host running Linux, on demand.
pub(crate) fn on_demand(region: &str, name: &str) -> Option<Micros> {
    Some(place_of(region)?.price(host_price(instance_type(name)?)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::ec2::{instance_types, region_exists};

    #[test]
    fn every_type_has_a_price_in_every_region() {
        assert_eq!(on_demand("us-east-1", "m5.large"), Some(96_000));
        assert_eq!(on_demand("eu-west-1", "m5.large"), Some(107_040));
        assert_eq!(on_demand("us-east-1", "p3.2xlarge"), Some(3_060_000));
        assert!(instance_types().iter().all(|known| host_price(known).is_some()));
        assert!(PLACES.iter().all(|place| region_exists(place.region)));
        assert_eq!(PLACES.len(), 29);
    }
}
