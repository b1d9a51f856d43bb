//! The picture of a network that is to be made: the way out that its blueprint names, before any of it is there. Its
//! things go by the ids of their resources, `subnet/a`.

use super::picture::{
    Branch, DrawnHop, DrawnWay, HopState, NetworkPicture, SubnetDrawn, Thing, VpcDrawn, WayState,
};
use crate::{
    aws::AwsFault,
    blueprint::{Blueprint, Runner, Service, WayOut, by_route, endpoints, needed},
    network::{Blocked, HopKind},
    resource::{Kind, ResourceId, Survey, quarter_of},
    words::{Text, say},
};

/// Each zone's part of the stack's own network.
const PARTS: [(&str, &str); 2] = [("a", "1"), ("b", "2")];

pub(super) fn foresee(
    blueprint: &Blueprint,
    survey: &Survey<'_>,
    cidr: &str,
    way_out: WayOut,
    blocked: Result<Blocked, &AwsFault>,
) -> NetworkPicture {
    let name = |id: &ResourceId| survey.of(id).map(|sighting| sighting.name.clone());
    let subnet = |part: &str, zone: &str, quarter, table: &str| {
        let id = ResourceId::new(Kind::Subnet, part);
        SubnetDrawn {
            id: id.to_string(),
            name: name(&id),
            zone: zone.to_owned(),
            cidr: quarter_of(cidr, quarter),
            free_addresses: None,
            gives_public_ips: way_out == WayOut::PublicIps,
            route_table: Some(table.to_owned()),
            for_jobs: part != PUBLIC,
            evidence: vec![],
        }
    };
    let (main, public) = (id_of(Kind::RouteTable, "main"), id_of(Kind::RouteTable, PUBLIC));
    let mut subnets: Vec<_> =
        (0..).zip(PARTS).map(|(quarter, (part, zone))| subnet(part, zone, quarter, &main)).collect();
    let thing = |kind, of: Kind, part: &str| {
        let id = ResourceId::new(of, part);
        Thing { name: name(&id), ..Thing::new(kind, &id.to_string()) }
    };
    let mut things = vec![thing(HopKind::RouteTable, Kind::RouteTable, "main")];
    if way_out != WayOut::Endpoints {
        things.push(thing(HopKind::InternetGateway, Kind::InternetGateway, "main"));
    }
    match way_out {
        WayOut::PublicIps => {}
        WayOut::NatGateway => {
            let stands_in = subnet(PUBLIC, PARTS[0].1, 2, &public);
            let nat = thing(HopKind::NatGateway, Kind::NatGateway, "main");
            things.push(Thing { subnets: vec![stands_in.id.clone()], ..nat });
            things.push(thing(HopKind::RouteTable, Kind::RouteTable, PUBLIC));
            subnets.insert(1, stands_in);
        }
        WayOut::Endpoints => things.extend(endpoints(blueprint).into_iter().map(|end| {
            let faced = subnets.iter().filter(|_| !by_route(end)).map(|subnet| subnet.id.clone());
            let name = Some(end.to_owned());
            Thing { name, subnets: faced.collect(), ..Thing::new(HopKind::Endpoint, &endpoint(end)) }
        })),
    }
    let vpc = ResourceId::main(Kind::Vpc);
    let vpc = VpcDrawn { id: vpc.to_string(), name: name(&vpc), cidr: cidr.to_owned() };
    let ways = ways(blueprint, way_out, blocked);
    NetworkPicture { to_be_made: true, vpc, subnets, things, ways, cures: vec![] }
}

/// The part in which the NAT gateway stands.
const PUBLIC: &str = "public";

fn id_of(kind: Kind, part: &str) -> String {
    ResourceId::new(kind, part).to_string()
}

/// Parts are words without dots.
fn endpoint(end: &str) -> String {
    id_of(Kind::VpcEndpoint, &end.replace('.', "-"))
}

fn ways(blueprint: &Blueprint, way_out: WayOut, blocked: Result<Blocked, &AwsFault>) -> Vec<DrawnWay> {
    let needs = needed(blueprint);
    let each = needs.iter().flat_map(|(service, runners)| runners.iter().map(|runner| (*service, *runner)));
    let from = |(service, runner): (Service, Runner)| {
        PARTS.map(|(part, _)| {
            let subnet = id_of(Kind::Subnet, part);
            let branches = branches(&subnet, service, runner, way_out, blocked);
            let state = branches.iter().map(|branch| branch.state).max().unwrap_or(WayState::ToBeMade);
            let why = branches.iter().find_map(|branch| branch.why.clone());
            let remedy = why.as_ref().and_then(remedy);
            DrawnWay { subnet, runner, service, branches, state, why, remedy }
        })
    };
    each.flat_map(from).collect()
}

fn branches(
    subnet: &str,
    service: Service,
    runner: Runner,
    way_out: WayOut,
    blocked: Result<Blocked, &AwsFault>,
) -> Vec<Branch> {
    let names: Vec<String> = service.endpoints().iter().map(|end| (*end).to_owned()).collect();
    let main = (HopKind::RouteTable, id_of(Kind::RouteTable, "main"));
    let gateway = (HopKind::InternetGateway, id_of(Kind::InternetGateway, "main"));
    match way_out {
        WayOut::PublicIps => {
            let unaddressed = runner == Runner::Task { public: false };
            let ends = match blocked {
                Ok(Blocked::Everything) => Some(broken(say("reach-will-be-blocked", &[]))),
                Ok(Blocked::Arriving) => Some(broken(say("reach-will-be-blocked-arriving", &[]))),
                _ if unaddressed => Some(broken(say("reach-will-be-unaddressed", &[]))),
                Ok(Blocked::Nothing) => None,
                Err(fault) => Some(unseen(fault)),
            };
            vec![branch(subnet, names, vec![main, gateway], ends)]
        }
        WayOut::NatGateway => {
            let nat = (HopKind::NatGateway, id_of(Kind::NatGateway, "main"));
            let public = (HopKind::RouteTable, id_of(Kind::RouteTable, PUBLIC));
            let ends = match blocked {
                Ok(Blocked::Everything) => Some(broken(say("reach-will-be-blocked", &[]))),
                Ok(Blocked::Arriving | Blocked::Nothing) => None,
                Err(fault) => Some(unseen(fault)),
            };
            vec![branch(subnet, names, vec![main, nat, public, gateway], ends)]
        }
        WayOut::Endpoints if service == Service::Registry => {
            vec![branch(subnet, names, vec![main], Some(broken(say("reach-no-endpoint", &[]))))]
        }
        WayOut::Endpoints => {
            let to = |name: String| {
                let hop = (HopKind::Endpoint, endpoint(&name));
                branch(subnet, vec![name], vec![hop], None)
            };
            names.into_iter().map(to).collect()
        }
    }
}

/// How a way ends at its last hop, and why.
type Ends = (WayState, HopState, Text);

fn broken(why: Text) -> Ends {
    (WayState::Broken, HopState::Broken, why)
}

fn unseen(fault: &AwsFault) -> Ends {
    (WayState::CannotTell, HopState::Unknown, say("reach-unseen", &[("words", &fault.text().text)]))
}

fn branch(subnet: &str, names: Vec<String>, rest: Vec<(HopKind, String)>, ends: Option<Ends>) -> Branch {
    let (state, last, why) = match ends {
        Some((state, last, why)) => (state, last, Some(why)),
        None => (WayState::ToBeMade, HopState::ToBeMade, None),
    };
    let first = (HopKind::Subnet, subnet.to_owned());
    let hops = [first].into_iter().chain(rest);
    let mut hops: Vec<_> = hops.map(|(kind, id)| DrawnHop { kind, id, state: HopState::ToBeMade }).collect();
    if let Some(hop) = hops.last_mut() {
        hop.state = last;
    }
    Branch { names, hops, state, why }
}

fn remedy(why: &Text) -> Option<Text> {
    Some(match why.code.as_str() {
        "reach-no-endpoint" => say("reach-no-endpoint-advice", &[]),
        "reach-will-be-unaddressed" => say("reach-job-unaddressed-advice", &[]),
        "reach-unseen" => say("reach-cannot-tell-advice", &[]),
        "reach-will-be-blocked" => say("reach-will-be-blocked-advice", &[]),
        "reach-will-be-blocked-arriving" => say("reach-will-be-blocked-arriving-advice", &[]),
        _ => return None,
    })
}
