//! Network ACLs of the subnets that endpoints and NAT gateways stand in: what they lack is said as it is, and nothing else
//! is opened.

use super::{item, judged, private_jobs, steps};
use crate::{
    check::{By, CheckVerdict, network::Found},
    mend::What,
    network::{
        Acl, HopKind, VpcFacts,
        sketch::{acl, gateway_endpoint, group, interface, nat, subnet, table, vpc},
    },
};

type Entry = (&'static str, (u16, u16), &'static str);

const HTTPS_IN: Entry = ("in", (443, 443), "10.0.0.0/16");
const ANSWERS_OUT: Entry = ("out", (1024, 65_535), "10.0.0.0/16");
const HTTPS_OUT: Entry = ("out", (443, 443), "0.0.0.0/0");
const ANSWERS_IN: Entry = ("in", (1024, 65_535), "0.0.0.0/0");

fn with(acls: Vec<Acl>) -> VpcFacts {
    VpcFacts {
        subnets: Ok(vec![
            subnet("subnet-served", "us-east-1a", "10.0.0.0/24"),
            subnet("subnet-jobs", "us-east-1b", "10.0.1.0/24"),
        ]),
        groups: Ok(vec![group("sg-endpoints", &["0.0.0.0/0"])]),
        acls: Ok(acls),
        ..vpc()
    }
}

/// Endpoints stand in the other subnet, whose ACL has these entries.
fn by_endpoints(entries: &[Entry]) -> Found {
    let ends = ["ecr.api", "ecr.dkr", "logs"];
    let endpoints = ends.map(|end| interface(end, &["subnet-served"], &["sg-endpoints"]));
    let facts = VpcFacts {
        tables: Ok(vec![table("rtb-1", &["subnet-jobs"], &[("pl-s3", "vpce-gateway-s3")])]),
        endpoints: Ok(endpoints.into_iter().chain([gateway_endpoint("s3", &["rtb-1"])]).collect()),
        ..with(vec![acl("acl-served", &["subnet-served"], entries)])
    };
    judged(&private_jobs(&["subnet-jobs"]), facts)
}

/// A NAT gateway stands in the other subnet.
fn by_nat(entries: &[Entry]) -> Found {
    let facts = VpcFacts {
        tables: Ok(vec![
            table("rtb-1", &["subnet-served"], &[("0.0.0.0/0", "igw-1")]),
            table("rtb-2", &["subnet-jobs"], &[("0.0.0.0/0", "nat-1")]),
        ]),
        nats: Ok(vec![nat("nat-1", "subnet-served")]),
        ..with(vec![acl("acl-served", &["subnet-served"], entries)])
    };
    judged(&private_jobs(&["subnet-jobs"]), facts)
}

/// What the one step of the one cure opens.
fn opened(found: &Found) -> Vec<(bool, (u16, u16), String)> {
    let [step] = steps(found)[..] else { panic!("{:?}", steps(found)) };
    let By::Slipway { changes } = &step.by else { panic!("{step:?}") };
    let each = changes.iter().map(|change| match &change.what {
        What::AclEntry { egress, first, last, cidr, .. } => (*egress, (*first, *last), cidr.clone()),
        other => panic!("{other:?}"),
    });
    let mut opened: Vec<_> = each.collect();
    opened.sort();
    opened
}

fn asked(entries: &[Entry]) -> Vec<(bool, (u16, u16), String)> {
    let each = entries.iter().map(|(way, ports, cidr)| (*way == "out", *ports, (*cidr).to_owned()));
    let mut asked: Vec<_> = each.collect();
    asked.sort();
    asked
}

/// The service, what is said of it, and the last thing on the drawn way.
fn said(found: &Found) -> (String, String) {
    let item = item(found, "reach-logs");
    let ways = &found.picture.as_ref().expect("it is drawn").ways;
    let way = ways.iter().find(|way| way.why.as_ref() == Some(&item.finding)).expect("it is on a way");
    let last = way.branches.iter().find_map(|branch| branch.why.as_ref().and(branch.hops.last()));
    assert_eq!(last.map(|hop| (hop.kind, &*hop.id)), Some((HopKind::NetworkAcl, "acl-served")));
    (item.finding.code.clone(), item.finding.text.clone())
}

#[test]
fn what_the_acl_of_an_endpoints_subnet_lacks_is_said_and_opened_and_nothing_else() {
    let lacks: [(&[Entry], &str, &[Entry]); 4] = [
        (&[ANSWERS_OUT, ANSWERS_IN, HTTPS_OUT], "reach-acl-https-in", &[HTTPS_IN]),
        (&[HTTPS_IN, HTTPS_OUT, ANSWERS_IN], "reach-acl-answers-out", &[ANSWERS_OUT]),
        (&[], "reach-acl-https-in", &[HTTPS_IN, ANSWERS_OUT]),
        (&[("in", (443, 443), "10.0.1.0/25")], "reach-acl-https-in-half", &[HTTPS_IN, ANSWERS_OUT]),
    ];
    for (entries, code, opens) in lacks {
        let found = by_endpoints(entries);
        let (found_code, text) = said(&found);
        assert_eq!(found_code, code, "{text}");
        let ports = if code.contains("https") { "TCP 443" } else { "TCP 1024–65535" };
        for part in ["acl-served", "subnet-served", ports] {
            assert!(text.contains(part), "{part} of {text}");
        }
        assert!(!text.contains("answers in"), "{text}");
        assert_eq!(opened(&found), asked(opens), "{text}");
    }
    let whole = by_endpoints(&[HTTPS_IN, ANSWERS_OUT]);
    assert_eq!(item(&whole, "reach-logs").verdict, CheckVerdict::Ready);
}

#[test]
fn what_the_acl_of_a_nat_gateways_subnet_lacks_is_said_and_opened() {
    let lacks: [(&[Entry], &str, &[Entry]); 4] = [
        (&[ANSWERS_OUT, ANSWERS_IN, HTTPS_OUT], "reach-acl-https-in", &[HTTPS_IN]),
        (&[HTTPS_IN, ANSWERS_IN, HTTPS_OUT], "reach-acl-answers-out", &[ANSWERS_OUT]),
        (&[HTTPS_IN, ANSWERS_OUT, ANSWERS_IN], "reach-acl-out", &[HTTPS_OUT]),
        (&[HTTPS_IN, ANSWERS_OUT, HTTPS_OUT], "reach-acl-in", &[ANSWERS_IN]),
    ];
    for (entries, code, opens) in lacks {
        let found = by_nat(entries);
        assert_eq!(said(&found).0, code);
        assert_eq!(opened(&found), asked(opens), "{code}");
    }
    let whole = by_nat(&[HTTPS_IN, ANSWERS_OUT, HTTPS_OUT, ANSWERS_IN]);
    assert_eq!(item(&whole, "reach-logs").verdict, CheckVerdict::Ready);
}
