//! A VPC with more than one block of addresses: who speaks is let in by its own.

use super::{item, judged, private_jobs, steps};
use crate::{
    check::{By, CheckVerdict},
    mend::What,
    network::{
        VpcFacts,
        sketch::{acl, block, gateway_endpoint, group, interface, subnet, table, vpc},
    },
};

const JOBS: &str = "subnet-jobs";
const LETS_JOBS_IN: &str = "100.64.0.0/16";

/// Jobs are in the second block, and the endpoints in the first one.
fn two_blocks() -> VpcFacts {
    let ends = ["ecr.api", "ecr.dkr", "logs"];
    let endpoints = ends.map(|end| interface(end, &["subnet-endpoints"], &["sg-endpoints"]));
    VpcFacts {
        blocks: vec![block("10.0.0.0/16"), block(LETS_JOBS_IN)],
        subnets: Ok(vec![
            subnet("subnet-endpoints", "us-east-1a", "10.0.0.0/24"),
            subnet(JOBS, "us-east-1a", "100.64.1.0/24"),
        ]),
        tables: Ok(vec![table("rtb-1", &["subnet-endpoints", JOBS], &[("pl-s3", "vpce-gateway-s3")])]),
        endpoints: Ok(endpoints.into_iter().chain([gateway_endpoint("s3", &["rtb-1"])]).collect()),
        ..vpc()
    }
}

#[test]
fn a_group_of_endpoints_lets_in_the_block_that_holds_the_jobs() {
    let facts =
        |lets_in: &[&str]| VpcFacts { groups: Ok(vec![group("sg-endpoints", lets_in)]), ..two_blocks() };
    let blueprint = private_jobs(&[JOBS]);
    let found = judged(&blueprint, facts(&["10.0.0.0/16"]));
    assert_eq!(item(&found, "reach-logs").finding.code, "reach-endpoint-shut");
    // Three endpoints have one group, which is opened once.
    let [step] = steps(&found)[..] else { panic!("{:?}", steps(&found)) };
    let By::Slipway { changes } = &step.by else { panic!("{step:?}") };
    let [change] = changes.as_slice() else { panic!("{changes:?}") };
    let What::LetIn { group, cidr } = &change.what else { panic!("{change:?}") };
    assert_eq!((&**group, &**cidr), ("sg-endpoints", LETS_JOBS_IN));
    assert!(step.says.text.contains(LETS_JOBS_IN) && !step.says.text.contains("10.0.0.0/16"), "{step:?}");
    assert!(step.commands.len() == 1 && step.commands[0].contains(LETS_JOBS_IN), "{step:?}");
    let done = judged(&blueprint, facts(&["10.0.0.0/16", cidr]));
    assert_eq!(item(&done, "reach-logs").verdict, CheckVerdict::Ready);
}

#[test]
fn new_endpoints_let_every_block_in_since_they_take_names_over_for_all() {
    let found = judged(&private_jobs(&[JOBS]), VpcFacts { endpoints: Ok(vec![]), ..two_blocks() });
    let make = steps(&found).into_iter().find(|step| step.says.code == "cure-endpoints-make");
    let make = make.expect("endpoints mend it");
    for block in ["10.0.0.0/16", LETS_JOBS_IN] {
        assert!(make.says.text.contains(block), "{make:?}");
        let opens =
            |line: &&String| line.contains("authorize-security-group-ingress") && line.contains(block);
        assert_eq!(make.commands.iter().filter(opens).count(), 1, "{block}: {:#?}", make.commands);
    }
}

#[test]
fn an_acl_lets_in_the_block_that_holds_the_jobs() {
    let inside = [("in", (443, 443), "10.0.0.0/16"), ("out", (1024, 65_535), "10.0.0.0/16")];
    let facts = VpcFacts {
        groups: Ok(vec![group("sg-endpoints", &["0.0.0.0/0"])]),
        acls: Ok(vec![acl("acl-1", &["subnet-endpoints"], &inside)]),
        ..two_blocks()
    };
    let found = judged(&private_jobs(&[JOBS]), facts);
    let [step] = steps(&found)[..] else { panic!("{:?}", steps(&found)) };
    let By::Slipway { changes } = &step.by else { panic!("{step:?}") };
    assert!(!changes.is_empty(), "{step:?}");
    for change in changes {
        let What::AclEntry { cidr, .. } = &change.what else { panic!("{change:?}") };
        assert_eq!(cidr, LETS_JOBS_IN, "{change:?}");
    }
}
