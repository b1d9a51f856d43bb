//! Names that endpoints take over, and for whom.

use super::{item, judged, private_jobs};
use crate::{
    check::{CheckVerdict, network::Found},
    network::{
        Endpoint, PrivateName, VpcFacts,
        sketch::{gateway_endpoint, group, interface, subnet, table, vpc},
    },
};

#[test]
fn a_private_name_for_those_outside_is_none_for_jobs() {
    let closed = Endpoint {
        private_name: PrivateName::InboundResolvers,
        ..interface("s3", &["subnet-1"], &["sg-closed"])
    };
    let facts = |s3: Endpoint| VpcFacts {
        subnets: Ok(vec![subnet("subnet-1", "us-east-1a", "10.0.1.0/24")]),
        tables: Ok(vec![table("rtb-1", &["subnet-1"], &[("pl-s3", "vpce-gateway-s3")])]),
        endpoints: Ok(vec![s3, gateway_endpoint("s3", &["rtb-1"])]),
        groups: Ok(vec![group("sg-closed", &[])]),
        ..vpc()
    };
    let judged = |facts| judged(&private_jobs(&["subnet-1"]), facts);
    let to_s3 = |found: &Found| {
        let item = item(found, "reach-s3");
        (item.verdict, item.finding.code.clone())
    };
    let found = judged(facts(closed.clone()));
    assert_eq!(to_s3(&found), (CheckVerdict::Ready, "reach-ready-one".to_owned()));
    let ways = found.picture.expect("it is drawn").ways;
    let hops = ways.iter().flat_map(|way| &way.branches).flat_map(|branch| &branch.hops);
    assert!(hops.map(|hop| &*hop.id).all(|id| id != "vpce-s3"));
    // With its name for everybody it takes the traffic of the VPC over.
    let taken = judged(facts(Endpoint { private_name: PrivateName::Everybody, ..closed.clone() }));
    assert_eq!(to_s3(&taken).1, "reach-endpoint-shut");
    // And resolvers of somebody's own may ask from outside.
    let asked = judged(VpcFacts { resolvers: Ok(vec!["10.9.0.2".to_owned()]), ..facts(closed) });
    assert_eq!(to_s3(&asked), (CheckVerdict::CannotTell, "reach-resolvers".to_owned()));
}

#[test]
fn an_endpoint_on_its_way_is_a_doubt_and_one_that_failed_is_none() {
    let judged = |state: &str| {
        let logs = Endpoint { state: state.to_owned(), ..interface("logs", &["subnet-1"], &["sg-open"]) };
        let facts = VpcFacts {
            subnets: Ok(vec![subnet("subnet-1", "us-east-1a", "10.0.1.0/24")]),
            tables: Ok(vec![table("rtb-1", &["subnet-1"], &[])]),
            endpoints: Ok(vec![logs]),
            groups: Ok(vec![group("sg-open", &["10.0.0.0/16"])]),
            ..vpc()
        };
        let found = judged(&private_jobs(&["subnet-1"]), facts);
        let item = item(&found, "reach-logs");
        (item.verdict, item.finding.code.clone())
    };
    assert_eq!(judged("available"), (CheckVerdict::Ready, "reach-ready-one".to_owned()));
    assert_eq!(judged("pending"), (CheckVerdict::CannotTell, "reach-endpoint-pending".to_owned()));
    assert_eq!(judged("pendingacceptance"), (CheckVerdict::Wrong, "reach-endpoint-state".to_owned()));
}
