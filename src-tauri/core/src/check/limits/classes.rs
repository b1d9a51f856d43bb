//! Which limit a kind of compute counts against: Fargate's two, and for instances two for each class of families.

use crate::{
    blueprint::{ComputeEnvironment, ComputeKind},
    quota::Quota,
    words::{Text, say},
};

/// A limit, as Service Quotas knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Limit {
    pub(super) quota: Quota,
    /// What it is a limit of, `fargate-vcpus`: the check's id, which the window translates.
    pub(super) id: &'static str,
}

const fn limit(service: &'static str, code: &'static str, id: &'static str) -> Limit {
    Limit { quota: Quota { service, code }, id }
}

pub(super) const FARGATE: Limit = limit("fargate", "L-3032A538", "fargate-vcpus");
pub(super) const FARGATE_SPOT: Limit = limit("fargate", "L-36FBB829", "fargate-spot-vcpus");

impl Limit {
    /// What it is a limit of, in words.
    pub(super) fn what(self) -> Text {
        match self.id {
            "fargate-vcpus" => say("limit-fargate", &[]),
            "fargate-spot-vcpus" => say("limit-fargate-spot", &[]),
            "gpu-vcpus" => say("limit-gpu", &[]),
            "gpu-spot-vcpus" => say("limit-gpu-spot", &[]),
            "p-vcpus" => say("limit-p", &[]),
            "p-spot-vcpus" => say("limit-p-spot", &[]),
            "p5-spot-vcpus" => say("limit-p5-spot", &[]),
            "f-vcpus" => say("limit-f", &[]),
            "f-spot-vcpus" => say("limit-f-spot", &[]),
            "inf-vcpus" => say("limit-inf", &[]),
            "inf-spot-vcpus" => say("limit-inf-spot", &[]),
            "trn-vcpus" => say("limit-trn", &[]),
            "trn-spot-vcpus" => say("limit-trn-spot", &[]),
            "x-vcpus" => say("limit-x", &[]),
            "x-spot-vcpus" => say("limit-x-spot", &[]),
            "dl-vcpus" => say("limit-dl", &[]),
            "dl-spot-vcpus" => say("limit-dl-spot", &[]),
            "hpc-vcpus" => say("limit-hpc", &[]),
            "u-vcpus" => say("limit-u", &[]),
            "spot-vcpus" => say("limit-spot", &[]),
            _ => say("limit-on-demand", &[]),
        }
    }

    /// The environments that nothing else is known of than how far they may go.
    pub(super) fn of_fargate(self) -> Option<ComputeKind> {
        match self {
            FARGATE => Some(ComputeKind::Fargate),
            FARGATE_SPOT => Some(ComputeKind::FargateSpot),
            _ => None,
        }
    }
}

/// A class of instance families: how their names begin, some with their generation, and its limits on demand and for
/// Spot.
type Class = (&'static [&'static str], Limit, Option<Limit>);

const fn class(begins: &'static [&'static str], on_demand: Limit, spot: Limit) -> Class {
    (begins, on_demand, Some(spot))
}

/// The classes of instance families that share a limit (Amazon EC2 User Guide, "On-Demand Instance quotas" and "Spot
/// Instance quotas"; the codes: Service Quotas, "Amazon Elastic Compute Cloud (Amazon EC2)"). HPC and high-memory
/// families are not to be had on the Spot market. On it P5 counts apart from those before it, and which of the two P6
/// counts as is nowhere said.
const CLASSES: [Class; 12] = [
    class(STANDARD, limit("ec2", "L-1216C47A", "ec2-vcpus"), limit("ec2", "L-34B43A08", "spot-vcpus")),
    class(
        &["g", "gr", "vt"],
        limit("ec2", "L-DB2E81BA", "gpu-vcpus"),
        limit("ec2", "L-3819A6DF", "gpu-spot-vcpus"),
    ),
    class(&["p2", "p3", "p4"], P, limit("ec2", "L-7212CCBC", "p-spot-vcpus")),
    class(&["p5"], P, limit("ec2", "L-C4BD4855", "p5-spot-vcpus")),
    (&["p"], P, None),
    class(&["f"], limit("ec2", "L-74FC7D96", "f-vcpus"), limit("ec2", "L-88CF9481", "f-spot-vcpus")),
    class(&["inf"], limit("ec2", "L-1945791B", "inf-vcpus"), limit("ec2", "L-B5D1601B", "inf-spot-vcpus")),
    class(&["trn"], limit("ec2", "L-2C3B7624", "trn-vcpus"), limit("ec2", "L-6B0D517C", "trn-spot-vcpus")),
    class(&["x"], limit("ec2", "L-7295265B", "x-vcpus"), limit("ec2", "L-E3A00192", "x-spot-vcpus")),
    class(&["dl"], limit("ec2", "L-6E869C2A", "dl-vcpus"), limit("ec2", "L-85EED4F7", "dl-spot-vcpus")),
    (&["hpc"], limit("ec2", "L-F7808C92", "hpc-vcpus"), None),
    (&["u"], limit("ec2", "L-43DA4232", "u-vcpus"), None),
];

/// On demand all generations of P count as one.
const P: Limit = limit("ec2", "L-417A185B", "p-vcpus");

/// The standard class, with the choices that AWS makes of it.
const STANDARD: &[&str] = &["a", "c", "d", "h", "i", "im", "is", "m", "r", "t", "z", "optimal", "default"];

/// The limit that an instance type, a family or one of AWS's choices counts against; none where no limit of AWS's is
/// known for it, rather than that of another class.
pub(super) fn of_type(name: &str, spot: bool) -> Option<Limit> {
    let (letters, generation) = beginnings(name);
    let of = |begins: &str| CLASSES.iter().find(|(class, ..)| class.contains(&begins));
    let (_, on_demand, for_spot) = of(generation).or_else(|| of(letters))?;
    if spot { *for_spot } else { Some(*on_demand) }
}

/// The limits that an environment's vCPUs count against.
pub(super) fn limits_of(environment: &ComputeEnvironment) -> Vec<Limit> {
    match (environment.kind, &environment.instances) {
        (ComputeKind::Fargate, _) => vec![FARGATE],
        (ComputeKind::FargateSpot, _) => vec![FARGATE_SPOT],
        (_, None) => vec![],
        (kind, Some(instances)) => {
            let spot = kind == ComputeKind::Spot;
            let mut limits: Vec<_> = instances.types.iter().filter_map(|name| of_type(name, spot)).collect();
            limits.sort();
            limits.dedup();
            limits
        }
    }
}

/// How a family's name begins, without its generation and with it: `g` and `g4` of `g4dn.xlarge`.
fn beginnings(instance_type: &str) -> (&str, &str) {
    let end = |from: usize, of: fn(&char) -> bool| {
        let rest = &instance_type[from..];
        from + rest.find(|c| !of(&c)).unwrap_or(rest.len())
    };
    let letters = end(0, char::is_ascii_lowercase);
    (&instance_type[..letters], &instance_type[..end(letters, char::is_ascii_digit)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blueprint::Preset;

    fn codes(preset: Preset) -> Vec<&'static str> {
        let environments = preset.blueprint("first").compute_environments;
        environments.iter().flat_map(limits_of).map(|limit| limit.quota.code).collect()
    }

    #[test]
    fn each_kind_counts_against_its_own_limit() {
        assert_eq!(codes(Preset::Fargate), ["L-3032A538"]);
        assert_eq!(codes(Preset::FargateSpot), ["L-36FBB829"]);
        assert_eq!(codes(Preset::SpotThenOndemand), ["L-34B43A08", "L-1216C47A"]);
        assert_eq!(codes(Preset::Gpu), ["L-DB2E81BA"]);
    }

    /// Amazon EC2 User Guide, "On-Demand Instance quotas" and "Spot Instance quotas": each class with a family of it.
    #[test]
    fn every_class_of_families_has_its_own_two_limits() {
        for (named, on_demand, spot) in [
            ("a1.large", "L-1216C47A", "L-34B43A08"),
            ("c7i", "L-1216C47A", "L-34B43A08"),
            ("d3.xlarge", "L-1216C47A", "L-34B43A08"),
            ("h1.2xlarge", "L-1216C47A", "L-34B43A08"),
            ("i4i", "L-1216C47A", "L-34B43A08"),
            ("im4gn.large", "L-1216C47A", "L-34B43A08"),
            ("is4gen", "L-1216C47A", "L-34B43A08"),
            ("m6i.large", "L-1216C47A", "L-34B43A08"),
            ("r8g", "L-1216C47A", "L-34B43A08"),
            ("t3.medium", "L-1216C47A", "L-34B43A08"),
            ("z1d", "L-1216C47A", "L-34B43A08"),
            ("optimal", "L-1216C47A", "L-34B43A08"),
            ("default_arm64", "L-1216C47A", "L-34B43A08"),
            ("g4dn.xlarge", "L-DB2E81BA", "L-3819A6DF"),
            ("gr6.4xlarge", "L-DB2E81BA", "L-3819A6DF"),
            ("vt1", "L-DB2E81BA", "L-3819A6DF"),
            ("p3.2xlarge", "L-417A185B", "L-7212CCBC"),
            ("p4d.24xlarge", "L-417A185B", "L-7212CCBC"),
            ("p5.48xlarge", "L-417A185B", "L-C4BD4855"),
            ("p5en", "L-417A185B", "L-C4BD4855"),
            ("p6-b200.48xlarge", "L-417A185B", ""),
            ("f2.6xlarge", "L-74FC7D96", "L-88CF9481"),
            ("inf2.xlarge", "L-1945791B", "L-B5D1601B"),
            ("trn1n.32xlarge", "L-2C3B7624", "L-6B0D517C"),
            ("x2idn", "L-7295265B", "L-E3A00192"),
            ("dl2q.24xlarge", "L-6E869C2A", "L-85EED4F7"),
            ("hpc7a.12xlarge", "L-F7808C92", ""),
            ("u7i-12tb.224xlarge", "L-43DA4232", ""),
            ("u-6tb1.56xlarge", "L-43DA4232", ""),
            ("mac2.metal", "", ""),
        ] {
            let code = |spot| of_type(named, spot).map_or("", |limit| limit.quota.code);
            assert_eq!((code(false), code(true)), (on_demand, spot), "{named}");
        }
        let ids: std::collections::BTreeSet<_> = CLASSES
            .iter()
            .flat_map(|(_, one, other)| [Some(*one), *other])
            .flatten()
            .map(|one| one.what().text)
            .collect();
        assert_eq!(ids.len(), 19, "each is told in words of its own");
    }
}
