//! What mends the ways that are broken: public addresses, a NAT gateway, endpoints, or what is there put right. Each with
//! its steps, fitted to what the network has already, and what it costs.

mod acls;
mod endpoints;
mod typed;
mod way_out;

use std::collections::{BTreeMap, BTreeSet};

use ipnet::Ipv4Net;

use self::acls::Acls;
use super::{
    cure::{By, Cure, CureKind, CureStep},
    picture::{Branch, DrawnWay, WayState},
};
use crate::{
    blueprint::{Blueprint, Platform, Runner, Service},
    cost::{self, Money},
    mend::What,
    network::{Blocked, Endpoint, HopKind, Route, Subnet, Table, VpcFacts},
    words::{Text, say},
};

/// What mends those of these ways that are broken, or of which nobody can tell since some of it passes.
pub(super) fn cures(facts: &VpcFacts, blueprint: &Blueprint, region: &str, ways: &[DrawnWay]) -> Vec<Cure> {
    // What another account shares only that one changes.
    if facts.shared_by.is_some() {
        return vec![];
    }
    let put_right = put_right(facts, ways);
    let lost = Lost::of(facts, blueprint, region, ways);
    let cures = put_right.into_iter().chain(lost.iter().flat_map(Lost::ways_out));
    cures.map(|cure| typed(cure, facts, region)).collect()
}

/// With what is typed for each step, whoever does it, where all of it can be typed.
fn typed(mut cure: Cure, facts: &VpcFacts, region: &str) -> Cure {
    let mut whole = true;
    for step in &mut cure.steps {
        step.commands = match &step.by {
            By::Slipway { changes } => typed::of_changes(changes, region),
            By::Person => typed::of_step(&step.says, facts, region),
            By::Blueprint { .. } | By::Nobody => continue,
        };
        whole &= !step.commands.is_empty();
    }
    // Half of it, typed, would leave a network in between.
    if !whole {
        cure.steps.iter_mut().for_each(|step| step.commands.clear());
    }
    cure
}

/// Whether it is a way out that is wanting, and nothing that stands in the way.
fn wants_a_way_out(branch: &Branch) -> bool {
    const CODES: [&str; 14] = [
        "reach-blocked",
        "reach-blocked-arriving",
        "reach-no-table",
        "reach-no-route",
        "reach-no-hostnames",
        "reach-endpoint-missing",
        "reach-endpoint-nameless",
        "reach-endpoint-table",
        "reach-blackhole",
        "reach-job-unaddressed",
        "reach-host-unaddressed",
        "reach-nat-state",
        "reach-nat-private-subnet",
        "reach-nat-private",
    ];
    let why = branch.why.as_ref().filter(|_| branch.state == WayState::Broken);
    why.is_some_and(|why| CODES.contains(&why.code.as_str()))
}

/// What lets some of it pass: nobody can tell which addresses or ports it will be, unless all of it passes.
const HALVES: [&str; 7] = [
    "reach-blocked-perhaps",
    "reach-acl-half",
    "reach-acl-out-half",
    "reach-acl-https-in-half",
    "reach-acl-answers-out-half",
    "reach-group-half",
    "reach-endpoint-half",
];

/// What VPC Block Public Access keeps from passing, or perhaps does.
const BLOCKED: [&str; 3] = ["reach-blocked", "reach-blocked-arriving", "reach-blocked-perhaps"];

/// Whether something stands in the way, of all of it or perhaps of some.
fn is_hindered(branch: &Branch) -> bool {
    let why = branch.why.as_ref().map(|why| why.code.as_str()).unwrap_or_default();
    match branch.state {
        // Around a block there are other ways, but it can be lifted as well.
        WayState::Broken => !wants_a_way_out(branch) || BLOCKED.contains(&why),
        WayState::CannotTell => HALVES.contains(&why),
        _ => false,
    }
}

/// What stands in the way, each named once.
fn put_right(facts: &VpcFacts, ways: &[DrawnWay]) -> Option<Cure> {
    let (mut services, mut steps) = (BTreeSet::new(), vec![]);
    let mut acls = Acls::default();
    let mut shut: BTreeMap<&str, Shut<'_>> = BTreeMap::new();
    let mut blocked: Vec<&Branch> = vec![];
    for way in ways {
        for branch in way.branches.iter().filter(|one| is_hindered(one)) {
            let Some(why) = &branch.why else { continue };
            if BLOCKED.contains(&why.code.as_str()) && !may_exempt(facts) {
                continue;
            }
            services.insert(way.service);
            acls.add(facts, &way.subnet, branch, why);
            blocked.extend(BLOCKED.contains(&why.code.as_str()).then_some(branch));
            if let ("reach-endpoint-shut" | "reach-endpoint-half", Some(endpoint), Some(groups)) =
                (why.code.as_str(), why.params.get("endpoint"), why.params.get("groups"))
            {
                // Several endpoints have the same ones.
                let shut = shut.entry(groups).or_default();
                shut.endpoints.insert(endpoint);
                shut.speakers.insert(&way.subnet);
            }
            let step = step_against(facts, why);
            steps.extend(step.filter(|step| !steps.contains(step)));
        }
    }
    steps.extend(shut.into_iter().map(|(groups, shut)| shut.open(facts, groups)));
    steps.extend(acls.steps(facts));
    steps.extend(exempt(facts, &blocked));
    let cost = cost::way_out::free();
    let services = Vec::from_iter(services);
    (!steps.is_empty()).then_some(Cure { kind: CureKind::PutRight, services, steps, cost })
}

/// Endpoints whose groups do not let in whoever speaks.
#[derive(Default)]
struct Shut<'w> {
    endpoints: BTreeSet<&'w str>,
    /// The subnets of those who speak.
    speakers: BTreeSet<&'w str>,
}

impl Shut<'_> {
    fn open(&self, facts: &VpcFacts, groups: &str) -> CureStep {
        let blocks = texts(facts.blocks_of(self.speakers.iter().copied()));
        let params = [
            ("endpoint", joined(self.endpoints.iter().copied())),
            ("groups", groups.to_owned()),
            ("cidr", blocks.join(", ")),
        ];
        let says = say("cure-endpoint-shut", &params.each_ref().map(|(name, value)| (*name, value.as_str())));
        let group = first_of(groups);
        let open = blocks.into_iter().map(|cidr| What::LetIn { group: group.clone(), cidr });
        CureStep::changes(facts, says, open)
    }
}

/// What a person has exempted from VPC Block Public Access: that opens a VPC to the internet which somebody has meant to be
/// shut, so no click does it.
fn exempt(facts: &VpcFacts, blocked: &[&Branch]) -> Option<CureStep> {
    let by_nat = |branch: &&&Branch| branch.hops.iter().any(|hop| hop.kind == HopKind::NatGateway);
    let speaks = blocked.iter().all(|branch| by_nat(&branch));
    // What leaves by a NAT gateway need not be opened to what arrives.
    let mode = if speaks { "allow-egress" } else { "allow-bidirectional" };
    let step = say("cure-blocked-exempt", &[("vpc", &facts.id), ("mode", mode)]);
    (!blocked.is_empty()).then(|| CureStep::person(step))
}

fn may_exempt(facts: &VpcFacts) -> bool {
    !facts.public_access.as_ref().is_ok_and(|access| access.without_exclusions)
}

fn first_of(groups: &str) -> String {
    groups.split(", ").next().unwrap_or_default().to_owned()
}

fn texts(blocks: impl IntoIterator<Item = Ipv4Net>) -> Vec<String> {
    blocks.into_iter().map(|block| block.to_string()).collect()
}

fn step_against(facts: &VpcFacts, why: &Text) -> Option<CureStep> {
    let of = |name: &str| why.params.get(name).map(String::as_str).unwrap_or_default();
    let endpoint = ("endpoint", of("endpoint"));
    let groups = ("groups", of("groups"));
    Some(match why.code.as_str() {
        "reach-no-dns" => {
            CureStep::changes(facts, say("cure-dns-support", &[("vpc", &facts.id)]), [What::DnsSupport])
        }
        "reach-endpoint-state" => {
            CureStep::person(say("cure-endpoint-state", &[endpoint, ("state", of("state"))]))
        }
        "reach-endpoint-refuses" => {
            CureStep::person(say("cure-endpoint-refuses", &[endpoint, ("actions", of("actions"))]))
        }
        "reach-endpoint-nowhere" => CureStep::person(say("cure-endpoint-nowhere", &[endpoint])),
        "reach-group-shut" | "reach-group-half" => CureStep::changes(
            facts,
            say("cure-group-shut", &[groups]),
            [What::LetOut { group: first_of(of("groups")) }],
        ),
        _ => return None,
    })
}

/// The ways that want a way out.
struct Lost<'l> {
    facts: &'l VpcFacts,
    region: &'l str,
    /// Where they begin.
    subnets: BTreeSet<&'l str>,
    services: BTreeSet<Service>,
    /// The names of services that lead nowhere.
    names: BTreeSet<&'l str>,
    /// Whether instances speak.
    hosts: bool,
    /// The jobs on Fargate that ask for no address.
    unaddressed: Vec<&'l str>,
    /// The jobs whose image is in a registry on the internet.
    from_registries: Vec<&'l str>,
}

impl<'l> Lost<'l> {
    fn of(
        facts: &'l VpcFacts,
        blueprint: &'l Blueprint,
        region: &'l str,
        ways: &'l [DrawnWay],
    ) -> Option<Self> {
        let ways: Vec<_> = ways.iter().filter(|way| way.branches.iter().any(wants_a_way_out)).collect();
        if ways.is_empty() {
            return None;
        }
        let jobs = || blueprint.job_definitions.iter();
        let unaddressed = jobs().filter(|job| job.platform == Platform::Fargate && !job.assign_public_ip);
        let from_registries = jobs().filter(|job| !job.image.contains(".dkr.ecr."));
        let branches = ways.iter().flat_map(|way| &way.branches).filter(|branch| wants_a_way_out(branch));
        Some(Self {
            facts,
            region,
            subnets: ways.iter().map(|way| way.subnet.as_str()).collect(),
            services: ways.iter().map(|way| way.service).collect(),
            names: branches.flat_map(|branch| &branch.names).map(String::as_str).collect(),
            hosts: ways.iter().any(|way| way.runner == Runner::Instance),
            unaddressed: unaddressed.map(|job| job.name.as_str()).collect(),
            from_registries: from_registries.map(|job| job.name.as_str()).collect(),
        })
    }

    /// The ways out, the one first that is closest to what is there: whoever has made endpoints or a NAT gateway for these
    /// subnets did not mean them to be public.
    fn ways_out(&self) -> Vec<Cure> {
        let (public, nat, endpoints) = (Some(self.public_ips()), self.nat_gateway(), Some(self.endpoints()));
        let tables = self.tables();
        let leads_to = |prefix: &str| {
            let mut routes = tables.values().filter_map(|table| table.default_route());
            routes.any(|route| route.target.starts_with(prefix))
        };
        let any_endpoint = || self.facts.endpoints.iter().flatten().any(Endpoint::is_coming);
        let any_nat = || self.facts.nats.iter().flatten().any(|nat| nat.works() && nat.public);
        let in_order = if leads_to("igw-") {
            [public, nat, endpoints]
        } else if leads_to("nat-") {
            [nat, endpoints, public]
        } else if any_endpoint() {
            [endpoints, nat, public]
        } else if any_nat() {
            [nat, public, endpoints]
        } else {
            [public, nat, endpoints]
        };
        in_order.into_iter().flatten().filter(|cure| self.passes_the_block(cure.kind)).collect()
    }

    /// Where Block Public Access stops what would leave by it, a way out is none.
    fn passes_the_block(&self, kind: CureKind) -> bool {
        let access = self.facts.public_access.as_ref();
        match access.map(|access| access.blocked_in(&self.facts.id)).unwrap_or_default() {
            Blocked::Nothing => true,
            Blocked::Arriving => kind != CureKind::PublicIps,
            Blocked::Everything => !matches!(kind, CureKind::PublicIps | CureKind::NatGateway),
        }
    }

    fn cure(&self, kind: CureKind, steps: Vec<CureStep>, cost: Money) -> Cure {
        Cure { kind, services: self.services.iter().copied().collect(), steps, cost }
    }

    fn drawn(&self) -> impl Iterator<Item = &'l Subnet> {
        self.subnets.iter().filter_map(|id| self.facts.subnet(id))
    }

    /// One of the subnets in each zone.
    fn one_in_each_zone(&self) -> BTreeMap<&'l str, &'l str> {
        let mut zones = BTreeMap::new();
        for subnet in self.drawn() {
            zones.entry(subnet.zone.as_str()).or_insert(subnet.id.as_str());
        }
        zones
    }

    /// The tables that the subnets follow.
    fn tables(&self) -> BTreeMap<&'l str, &'l Table> {
        let tables = self.subnets.iter().filter_map(|id| self.facts.table_of(id).ok().flatten());
        tables.map(|table| (table.id.as_str(), table)).collect()
    }

    /// Where a subnet's table leads, when that is to an internet gateway which is there.
    fn leads_out(&self, subnet: &str) -> Option<&'l Route> {
        let table = self.facts.table_of(subnet).ok().flatten()?;
        table.default_route().filter(|route| route.active && route.target.starts_with("igw-"))
    }
}

fn joined<'s>(each: impl IntoIterator<Item = &'s str>) -> String {
    each.into_iter().collect::<Vec<_>>().join(", ")
}
