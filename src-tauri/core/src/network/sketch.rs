//! VPCs for tests, as EC2 describes them. Nothing in them stops a packet but what a test puts there.

use ipnet::Ipv4Net;

use super::{
    facts::{
        Acl, AclEntry, Endpoint, Group, Nat, PrivateName, Route, RouteTo, Rule, Subnet, Table, VpcFacts,
    },
    public_access::PublicAccess,
};

/// `10.0.0.0/16`, with an internet gateway and nothing else.
pub(crate) fn vpc() -> VpcFacts {
    VpcFacts {
        id: "vpc-00000001".to_owned(),
        name: None,
        cidr: "10.0.0.0/16".to_owned(),
        blocks: vec![block("10.0.0.0/16")],
        dns_support: Ok(true),
        dns_hostnames: Ok(true),
        shared_by: None,
        zones: Ok(vec![]),
        resolvers: Ok(vec![]),
        subnets: Ok(vec![]),
        tables: Ok(vec![]),
        gateways: Ok(vec!["igw-1".to_owned()]),
        public_access: Ok(PublicAccess::default()),
        nats: Ok(vec![]),
        endpoints: Ok(vec![]),
        groups: Ok(vec![]),
        acls: Ok(vec![]),
    }
}

pub(crate) fn block(cidr: &str) -> Ipv4Net {
    cidr.parse().expect("it is a block of addresses")
}

pub(crate) fn subnet(id: &str, zone: &str, cidr: &str) -> Subnet {
    Subnet {
        id: id.to_owned(),
        name: None,
        zone: zone.to_owned(),
        zone_id: String::new(),
        cidr: Some(block(cidr)),
        free_addresses: 251,
        gives_public_ips: false,
    }
}

/// With routes from a block or a prefix list to what is there.
pub(crate) fn table(id: &str, subnets: &[&str], routes: &[(&str, &str)]) -> Table {
    let route = |(to, target): &(&str, &str)| {
        let to = to.parse().map_or_else(|_| RouteTo::PrefixList((*to).to_owned()), RouteTo::Addresses);
        Route { to, target: (*target).to_owned(), active: true }
    };
    let routes = [("10.0.0.0/16", "local")].iter().chain(routes).map(route).collect();
    Table { id: id.to_owned(), vpc: "vpc-00000001".to_owned(), main: false, subnets: names(subnets), routes }
}

pub(crate) fn nat(id: &str, subnet: &str) -> Nat {
    let (id, subnet) = (id.to_owned(), Some(subnet.to_owned()));
    Nat { id, subnet, state: "available".to_owned(), public: true, failure: None }
}

/// An interface endpoint that takes its service's name over.
pub(crate) fn interface(service: &str, subnets: &[&str], groups: &[&str]) -> Endpoint {
    Endpoint {
        id: format!("vpce-{service}"),
        service: service.to_owned(),
        gateway: false,
        state: "available".to_owned(),
        private_name: PrivateName::Everybody,
        subnets: names(subnets),
        groups: names(groups),
        tables: vec![],
        policy: None,
    }
}

pub(crate) fn gateway_endpoint(service: &str, tables: &[&str]) -> Endpoint {
    let none = interface(service, &[], &[]);
    let id = format!("vpce-gateway-{service}");
    Endpoint { id, gateway: true, private_name: PrivateName::Nobody, tables: names(tables), ..none }
}

/// A group that lets everything out, and HTTPS in from these.
pub(crate) fn group(id: &str, lets_in: &[&str]) -> Group {
    let rule = |protocol: &str, ports, blocks: &[&str]| Rule {
        protocol: protocol.to_owned(),
        ports,
        blocks: blocks.iter().map(|one| block(one)).collect(),
        groups: vec![],
        prefix_lists: vec![],
    };
    Group {
        id: id.to_owned(),
        name: id.to_owned(),
        ingress: vec![rule("tcp", Some((443, 443)), lets_in)],
        egress: vec![rule("-1", None, &["0.0.0.0/0"])],
    }
}

/// An ACL that lets these ports of TCP pass, each out or in.
pub(crate) fn acl(id: &str, subnets: &[&str], entries: &[(&str, (u16, u16), &str)]) -> Acl {
    let entry = |(number, (way, ports, cidr)): (i32, &(&str, (u16, u16), &str))| AclEntry {
        number,
        egress: *way == "out",
        allow: true,
        protocol: "6".to_owned(),
        block: Some(block(cidr)),
        ports: Some(*ports),
    };
    let entries = (100..).zip(entries).map(entry).collect();
    Acl { id: id.to_owned(), subnets: names(subnets), entries }
}

fn names(all: &[&str]) -> Vec<String> {
    all.iter().map(|one| (*one).to_owned()).collect()
}
