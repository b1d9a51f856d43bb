//! VPC Block Public Access: what leads around it, and who may lift it.

use super::{item, judged, private_jobs, steps};
use crate::{
    check::{CheckVerdict, CureKind},
    network::{
        Blocked, Exclusion, PublicAccess, VpcFacts,
        sketch::{nat, subnet, table, vpc},
    },
};

const PUBLIC: &str = "subnet-00000001";
const PRIVATE: &str = "subnet-00000003";

fn blocked(blocked: Blocked, without_exclusions: bool) -> VpcFacts {
    VpcFacts {
        subnets: Ok(vec![
            subnet(PUBLIC, "us-east-1a", "10.0.0.0/24"),
            subnet(PRIVATE, "us-east-1b", "10.0.2.0/24"),
        ]),
        tables: Ok(vec![
            table("rtb-public", &[PUBLIC], &[("0.0.0.0/0", "igw-1")]),
            table("rtb-private", &[PRIVATE], &[("0.0.0.0/0", "nat-1")]),
        ]),
        nats: Ok(vec![nat("nat-1", PUBLIC)]),
        public_access: Ok(PublicAccess { blocked, without_exclusions, exclusions: vec![] }),
        ..vpc()
    }
}

#[test]
fn no_way_out_is_offered_that_the_block_stops() {
    let offered = |mode, subnet| {
        let mut blueprint = private_jobs(&[subnet]);
        blueprint.job_definitions.iter_mut().for_each(|job| job.assign_public_ip = subnet == PUBLIC);
        let found = judged(&blueprint, blocked(mode, false));
        let code = item(&found, "reach-logs").finding.code.clone();
        let cures = found.picture.expect("it is drawn").cures;
        (code, cures.into_iter().map(|cure| cure.kind).collect::<Vec<_>>())
    };
    let all = |code: &str| (code.to_owned(), vec![CureKind::PutRight, CureKind::Endpoints]);
    assert_eq!(offered(Blocked::Everything, PRIVATE), all("reach-blocked"));
    assert_eq!(offered(Blocked::Everything, PUBLIC), all("reach-blocked"));
    // A NAT gateway stands in that subnet, which cannot be behind it.
    assert_eq!(offered(Blocked::Arriving, PUBLIC), all("reach-blocked-arriving"));
    assert_eq!(offered(Blocked::Arriving, PRIVATE), ("reach-ready-one".to_owned(), vec![]));
}

#[test]
fn only_what_has_to_be_is_exempt_and_nothing_where_the_organisation_forbids_it() {
    let of = |without| {
        let found = judged(&private_jobs(&[PRIVATE]), blocked(Blocked::Everything, without));
        let exempt = steps(&found).into_iter().find(|step| step.says.code == "cure-blocked-exempt");
        exempt.map(|step| (step.says.params["mode"].clone(), step.commands.clone()))
    };
    let (mode, commands) = of(false).expect("a person may");
    assert_eq!(mode, "allow-egress", "what leaves by a NAT gateway is not opened to what arrives");
    let [line] = commands.as_slice() else { panic!("{commands:?}") };
    assert!(
        line.starts_with("aws ec2 create-vpc-block-public-access-exclusion --vpc-id vpc-00000001 "),
        "{line}"
    );
    assert!(line.contains("--internet-gateway-exclusion-mode allow-egress"), "{line}");
    assert_eq!(of(true), None);
}

#[test]
fn what_could_not_be_asked_is_a_doubt() {
    let fault = crate::aws::AwsFault::lacks("ec2:DescribeVpcBlockPublicAccessOptions", "anything");
    let told = |subnet| {
        let facts = VpcFacts { public_access: Err(fault.clone()), ..blocked(Blocked::Nothing, false) };
        let found = judged(&private_jobs(&[subnet]), facts);
        let told = item(&found, "reach-logs");
        (told.verdict, told.finding.code.clone())
    };
    assert_eq!(told(PRIVATE), (CheckVerdict::CannotTell, "reach-unseen".to_owned()));
    // What breaks whether anything is blocked or not breaks.
    assert_eq!(told(PUBLIC), (CheckVerdict::Wrong, "reach-job-unaddressed".to_owned()));
}

#[test]
fn the_internet_gateway_says_what_passes_it() {
    let said = |facts: VpcFacts| {
        let picture = judged(&private_jobs(&[PRIVATE]), facts).picture.expect("it is drawn");
        let gateway = picture.things.into_iter().find(|thing| thing.id == "igw-1").expect("it is drawn");
        gateway.evidence.into_iter().map(|one| (one.label, one.value)).collect::<Vec<_>>()
    };
    let mut facts = blocked(Blocked::Everything, false);
    facts.public_access.as_mut().expect("it is known").exclusions =
        vec![Exclusion { of: PUBLIC.to_owned(), leaving: true, in_force: true }];
    let said_of_it = said(facts);
    let mode = ("InternetGatewayBlockMode".to_owned(), "block-bidirectional".to_owned());
    assert!(said_of_it.contains(&mode), "{said_of_it:?}");
    assert!(said_of_it.contains(&(PUBLIC.to_owned(), "allow-egress".to_owned())), "{said_of_it:?}");
    assert!(!said(blocked(Blocked::Nothing, false)).iter().any(|(label, _)| label == &mode.0));
}
