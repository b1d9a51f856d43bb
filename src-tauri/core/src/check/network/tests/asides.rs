//! Routes to part of the addresses on the internet.

use super::{item, judged, private_jobs};
use crate::{
    blueprint::Blueprint,
    check::{CheckVerdict, network::Found},
    network::{
        VpcFacts,
        sketch::{gateway_endpoint, nat, subnet, table, vpc},
    },
};

const JOBS: &str = "subnet-jobs";

fn with(routes: &[(&str, &str)], of_public: &[(&str, &str)]) -> VpcFacts {
    let public = [&[("0.0.0.0/0", "igw-1")], of_public].concat();
    VpcFacts {
        subnets: Ok(vec![
            subnet("subnet-public", "us-east-1a", "10.0.0.0/24"),
            subnet(JOBS, "us-east-1b", "10.0.1.0/24"),
        ]),
        tables: Ok(vec![
            table("rtb-public", &["subnet-public"], &public),
            table("rtb-jobs", &[JOBS], routes),
        ]),
        nats: Ok(vec![nat("nat-1", "subnet-public")]),
        ..vpc()
    }
}

fn from_a_registry() -> Blueprint {
    let mut blueprint = private_jobs(&[JOBS]);
    "public.ecr.aws/docker/library/busybox:1".clone_into(&mut blueprint.job_definitions[0].image);
    blueprint
}

fn verdict_and_code(found: &Found, id: &str) -> (CheckVerdict, String) {
    let item = item(found, id);
    (item.verdict, item.finding.code.clone())
}

#[test]
fn where_part_of_the_internet_is_led_elsewhere_nobody_can_tell() {
    let out = ("0.0.0.0/0", "nat-1");
    for aside in
        [("52.0.0.0/8", "eni-1"), ("52.0.0.0/8", "tgw-1"), ("0.0.0.0/1", "tgw-1"), ("pl-own", "tgw-1")]
    {
        let found = judged(&from_a_registry(), with(&[out, aside], &[]));
        for id in ["reach-logs", "reach-registry"] {
            let told = verdict_and_code(&found, id);
            assert_eq!(told, (CheckVerdict::CannotTell, "reach-aside".to_owned()), "{aside:?}");
            let text = &item(&found, id).finding.text;
            assert!(text.contains(aside.0) && text.contains(aside.1), "{text}");
        }
        // The same in the table of the subnet that the NAT gateway stands in.
        let found = judged(&from_a_registry(), with(&[out], &[aside]));
        assert_eq!(verdict_and_code(&found, "reach-logs").0, CheckVerdict::CannotTell, "{aside:?}");
    }
}

#[test]
fn what_leads_to_the_same_or_to_ones_own_networks_is_no_doubt() {
    let out = ("0.0.0.0/0", "nat-1");
    for beside in [
        ("52.0.0.0/8", "nat-1"),
        ("10.0.0.0/8", "tgw-1"),
        ("172.16.0.0/12", "pcx-1"),
        // Some machines are not AWS.
        ("203.0.113.0/24", "vgw-1"),
        ("pl-dynamodb", "vpce-gateway-dynamodb"),
    ] {
        let facts = VpcFacts {
            endpoints: Ok(vec![gateway_endpoint("dynamodb", &["rtb-jobs"])]),
            ..with(&[out, beside], &[])
        };
        let found = judged(&from_a_registry(), facts);
        assert_eq!(verdict_and_code(&found, "reach-logs").0, CheckVerdict::Ready, "{beside:?}");
    }
}

#[test]
fn a_way_for_part_of_the_internet_is_neither_none_nor_a_network_behind() {
    for part in [("52.0.0.0/8", "nat-1"), ("pl-own", "nat-1"), ("pl-own", "tgw-1"), ("52.0.0.0/8", "tgw-1")] {
        let found = judged(&from_a_registry(), with(&[part], &[]));
        for id in ["reach-logs", "reach-registry"] {
            let told = verdict_and_code(&found, id);
            assert_eq!(told, (CheckVerdict::CannotTell, "reach-part".to_owned()), "{part:?}, {id}");
        }
    }
    let mut public = from_a_registry();
    public.job_definitions[0].assign_public_ip = true;
    for part in [("52.0.0.0/8", "igw-1"), ("pl-own", "igw-1")] {
        let found = judged(&public, with(&[part], &[]));
        let told = verdict_and_code(&found, "reach-logs");
        assert_eq!(told, (CheckVerdict::CannotTell, "reach-part".to_owned()), "{part:?}");
        // Without an address nothing comes back, whatever is in the range.
        let found = judged(&from_a_registry(), with(&[part], &[]));
        assert_eq!(
            verdict_and_code(&found, "reach-logs"),
            (CheckVerdict::Wrong, "reach-no-route".to_owned())
        );
    }
    let inside = judged(&from_a_registry(), with(&[("10.0.0.0/8", "tgw-1")], &[]));
    assert_eq!(verdict_and_code(&inside, "reach-logs").1, "reach-central");
}
