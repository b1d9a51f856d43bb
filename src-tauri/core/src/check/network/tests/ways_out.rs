//! What leads out, and what no cure takes from it.

use super::{item, judged, private_jobs, steps};
use crate::{
    blueprint::Amendment,
    check::{CheckVerdict, CureKind, Fix},
    network::{
        VpcFacts,
        sketch::{nat, subnet, table, vpc},
    },
};

const PUBLIC: &str = "subnet-00000001";
const BESIDE: &str = "subnet-00000002";
const PRIVATE: &str = "subnet-00000003";

/// A public subnet, in which a NAT gateway stands, another one that follows the same table, and a private one behind it.
fn behind_a_nat() -> VpcFacts {
    VpcFacts {
        subnets: Ok(vec![
            subnet(PUBLIC, "us-east-1a", "10.0.0.0/24"),
            subnet(BESIDE, "us-east-1b", "10.0.1.0/24"),
            subnet(PRIVATE, "us-east-1b", "10.0.2.0/24"),
        ]),
        tables: Ok(vec![
            table("rtb-public", &[PUBLIC, BESIDE], &[("0.0.0.0/0", "igw-1")]),
            table("rtb-private", &[PRIVATE], &[("0.0.0.0/0", "nat-1")]),
        ]),
        nats: Ok(vec![nat("nat-1", PUBLIC)]),
        ..vpc()
    }
}

#[test]
fn no_cure_leads_the_table_of_a_nat_gateways_subnet_to_a_nat_gateway() {
    for chosen in [&[PUBLIC, PRIVATE][..], &[BESIDE, PRIVATE], &[PUBLIC, BESIDE], &[BESIDE]] {
        let found = judged(&private_jobs(chosen), behind_a_nat());
        assert_eq!(item(&found, "reach-logs").finding.code, "reach-job-unaddressed", "{chosen:?}");
        for step in steps(&found) {
            let of = |name: &str| step.says.params.get(name).map_or("", String::as_str);
            let points = step.says.code.starts_with("cure-route-") && of("table") == "rtb-public";
            assert!(!points || of("target").starts_with("igw-"), "{chosen:?}: {step:?}");
            let typed = step.commands.iter().find(|line| line.contains("rtb-public"));
            assert!(typed.is_none_or(|line| !line.contains("--nat-gateway-id")), "{chosen:?}: {typed:?}");
        }
    }
}

#[test]
fn a_subnet_that_follows_a_nat_gateways_table_gets_one_of_its_own() {
    let of = |chosen: &[&str]| {
        let found = judged(&private_jobs(chosen), behind_a_nat());
        let cures = found.picture.expect("it is drawn").cures;
        cures.into_iter().find(|cure| cure.kind == CureKind::NatGateway).map(|cure| cure.steps)
    };
    let steps = of(&[BESIDE]).expect("it can be behind it");
    let [step] = steps.as_slice() else { panic!("{steps:?}") };
    assert_eq!(step.says.code, "cure-table-apart");
    assert_eq!((&*step.says.params["subnets"], &*step.says.params["target"]), (BESIDE, "nat-1"));
    // It cannot be behind itself.
    assert_eq!(of(&[PUBLIC]), None);
}

#[test]
fn a_subnet_that_leads_nowhere_can_be_left_out_where_another_one_leads_out() {
    let blueprint = private_jobs(&[PUBLIC, PRIVATE]);
    let found = judged(&blueprint, behind_a_nat());
    for id in ["reach-ecr", "reach-s3", "reach-logs"] {
        let item = item(&found, id);
        assert_eq!(item.verdict, CheckVerdict::Wrong, "{id}");
        let [Fix::Blueprint { amendments, .. }] = item.fixes.as_slice() else { panic!("{:?}", item.fixes) };
        assert_eq!(*amendments, [Amendment::Subnets { subnets: vec![PRIVATE.to_owned()] }]);
    }
    // Where none is left, or all do, there is nothing to leave out.
    for chosen in [&[PUBLIC][..], &[PRIVATE]] {
        let found = judged(&private_jobs(chosen), behind_a_nat());
        let ways = found.items.iter().filter(|item| item.id.starts_with("reach-"));
        assert!(ways.flat_map(|item| &item.fixes).next().is_none(), "{chosen:?}");
    }
}
