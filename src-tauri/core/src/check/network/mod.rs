//! Whether what runs in each subnet reaches each service that it needs. Without its registry or its log a job on Fargate
//! starts and fails; an instance that cannot speak to ECS never joins, and its jobs wait in RUNNABLE for ever.

mod cure;
mod cures;
mod draw;
mod foreseen;
mod picture;
mod subnets;

use std::{collections::BTreeSet, sync::Arc};

pub use cure::{By, Cure, CureKind, CureStep};
pub use picture::{
    Branch, DrawnHop, DrawnWay, HopState, NetworkPicture, SubnetDrawn, Thing, VpcDrawn, WayState,
};

use super::{CheckItem, CheckVerdict, Group, requests};
use crate::{
    account::Session,
    aws::AwsFault,
    blueprint::{Blueprint, Network, Runner, Service, WayOut, needed},
    network::{Blocked, From, PublicAccess, Speaker, VpcFacts, Which, ways_to},
    resource::{Attribute, Evidence, Kind, ResourceId, Stack, Survey, Verdict, filter},
    words::{Text, say},
};

/// What the check finds of a network.
#[derive(Default)]
pub(super) struct Found {
    pub(super) items: Vec<CheckItem>,
    pub(super) picture: Option<NetworkPicture>,
    /// What passes no internet gateway, whichever network it is.
    pub(super) blocked: Blocked,
}

/// What EC2 tells of the VPC that the blueprint names, asked while the resources are looked at: a VPC is known by its id,
/// as the default one, or by the stack's tags. No VPC where it is not there yet, or cannot be found.
pub(super) async fn look(session: &Session, blueprint: &Blueprint, stack: &Stack) -> Looked {
    let which = match &blueprint.network {
        Network::DefaultVpc {} => Some(Which::Found(vec![filter("is-default", "true")])),
        Network::ExistingVpc { vpc, .. } => Some(Which::Id(vpc.clone())),
        Network::NewVpc { .. } => stack.ec2_filters(&ResourceId::main(Kind::Vpc)).map(Which::Found),
    };
    // That it may not be looked at is said of the VPC itself.
    let aws = &session.aws.read;
    let from = From { ec2: &aws.ec2, route53: Some((&aws.route53, &session.region)) };
    let vpc = async {
        match which {
            Some(which) => Box::pin(VpcFacts::read(from, which)).await.ok().flatten(),
            None => None,
        }
    };
    let (vpc, public_access) = tokio::join!(vpc, PublicAccess::read(&aws.ec2));
    let vpc = vpc.map(|vpc| vpc.seen_by(&session.identity.account, public_access.clone()));
    Looked { vpc, public_access }
}

/// What was asked of EC2.
pub(super) struct Looked {
    vpc: Option<VpcFacts>,
    public_access: Result<PublicAccess, AwsFault>,
}

/// Judges the ways in it, by what the survey knows of who is where.
pub(super) fn judge(session: &Session, blueprint: &Blueprint, survey: &Survey<'_>, looked: Looked) -> Found {
    let public_access = looked.public_access.as_ref().map(|access| access.blocked);
    let blocked = public_access.unwrap_or_default();
    let found = match (Place::of(blueprint, survey), looked.vpc) {
        (Place::There { vpc, subnets, groups }, Some(facts)) if facts.id == vpc => {
            let stack = Arc::new(Stack::called(&blueprint.name, session));
            there(&stack, blueprint, &facts, &subnets, &groups)
        }
        (Place::ToBeMade { cidr, way_out }, _) => {
            let picture = foreseen::foresee(blueprint, survey, &cidr, way_out, public_access);
            let services: BTreeSet<_> = picture.ways.iter().map(|way| way.service).collect();
            let items = services.into_iter().map(|service| foretell(way_out, service, &picture.ways));
            Found { items: items.collect(), picture: Some(picture), ..Found::default() }
        }
        // What is in the way is said elsewhere.
        _ => Found::default(),
    };
    Found { blocked, ..found }
}

fn there(
    stack: &Arc<Stack>,
    blueprint: &Blueprint,
    facts: &VpcFacts,
    subnets: &[String],
    groups: &[String],
) -> Found {
    let region = stack.region.as_str();
    let requests = requests::all(stack, blueprint);
    let mut ways = vec![];
    let mut items = vec![];
    let groups = &known(facts, groups);
    for (service, kinds) in needed(blueprint) {
        let requests = requests.get(&service).map_or(&[][..], Vec::as_slice);
        let each = subnets.iter().flat_map(|subnet| kinds.iter().map(move |kind| (subnet, *kind)));
        let to_service: Vec<_> = each
            .map(|(subnet, kind)| {
                let (public, job) = match kind {
                    Runner::Task { public } => (public, true),
                    Runner::Instance => (facts.subnet(subnet).is_some_and(|one| one.gives_public_ips), false),
                };
                let speaker = Speaker { subnet, groups, public, job, requests };
                let way = DrawnWay::new(subnet, kind, service, ways_to(facts, &speaker, service));
                let remedy = remedy(&way);
                DrawnWay { remedy, ..way }
            })
            .collect();
        items.push(of_service(service, &to_service));
        ways.extend(to_service);
    }
    let left_out = subnets::leave_out(facts, blueprint, subnets, &ways);
    let wrong = items.iter_mut().filter(|item| item.verdict == CheckVerdict::Wrong);
    wrong.for_each(|item| item.fixes.extend(left_out.clone()));
    // Nothing follows from some of the subnets for all that were meant.
    let lacks_some = match &blueprint.network {
        Network::ExistingVpc { subnets: named, .. } => named.len() > subnets.len(),
        Network::DefaultVpc {} | Network::NewVpc { .. } => false,
    };
    if !lacks_some {
        items.extend(subnets::check(facts, blueprint, region, subnets));
    }
    let cures = cures::cures(facts, blueprint, region, &ways);
    let picture = NetworkPicture { cures, ..draw::draw(facts, subnets, ways) };
    Found { items, picture: Some(picture), ..Found::default() }
}

/// Those groups that the VPC has. One that it lacks is said of the VPC; that it lets nothing out would be said of nothing.
fn known(facts: &VpcFacts, groups: &[String]) -> Vec<String> {
    let there = |id: &String| match &facts.groups {
        Ok(known) => known.iter().any(|group| group.id == *id),
        Err(_) => true,
    };
    groups.iter().filter(|id| there(id)).cloned().collect()
}

/// What a way out that is to be made will lead to. Nothing can be proved yet but what stops it: what is missing is said of
/// the network's own resources.
fn foretell(way_out: WayOut, service: Service, ways: &[DrawnWay]) -> CheckItem {
    let item = |verdict, finding| CheckItem::answer(id_of(service), Group::Network, verdict, finding);
    let ends = |state| ways.iter().filter(|way| way.service == service).find(|way| way.state == state);
    for (state, verdict) in
        [(WayState::Broken, CheckVerdict::Wrong), (WayState::CannotTell, CheckVerdict::CannotTell)]
    {
        if let Some((way, why)) = ends(state).and_then(|way| Some((way, way.why.clone()?))) {
            return CheckItem { remedy: way.remedy.clone(), ..item(verdict, why) };
        }
    }
    let finding = match way_out {
        WayOut::PublicIps => say("reach-will-be-made", &[]),
        WayOut::NatGateway => say("reach-will-be-made-nat", &[]),
        WayOut::Endpoints => say("reach-will-be-made-endpoints", &[]),
    };
    item(CheckVerdict::Make, finding)
}

/// Where the blueprint's jobs run.
enum Place {
    There {
        vpc: String,
        subnets: Vec<String>,
        groups: Vec<String>,
    },
    /// The plan makes it, or puts it right, with this way out.
    ToBeMade {
        cidr: String,
        way_out: WayOut,
    },
    /// What is in the way is said elsewhere.
    Unknown,
}

impl Place {
    fn of(blueprint: &Blueprint, survey: &Survey<'_>) -> Self {
        let known = |id: &ResourceId, attribute| survey.known.of(id, attribute).map(str::to_owned);
        let listed = |id: &ResourceId| {
            let ids = known(id, Attribute::Ids).unwrap_or_default();
            ids.split(',').filter(|id| !id.is_empty()).map(str::to_owned).collect::<Vec<_>>()
        };
        let (vpc, subnets) = match &blueprint.network {
            Network::DefaultVpc {} => {
                let id = ResourceId::main(Kind::DefaultVpc);
                (known(&id, Attribute::Id), listed(&id))
            }
            Network::ExistingVpc { .. } => {
                let id = ResourceId::main(Kind::ExistingVpc);
                (known(&id, Attribute::Id), listed(&id))
            }
            Network::NewVpc { cidr, way_out } => {
                if !is_whole(survey) {
                    return Self::ToBeMade { cidr: cidr.clone(), way_out: *way_out };
                }
                let subnets = ["a", "b"].map(|part| ResourceId::new(Kind::Subnet, part));
                let ids = subnets.iter().filter_map(|subnet| known(subnet, Attribute::Id));
                (known(&ResourceId::main(Kind::Vpc), Attribute::Id), ids.collect())
            }
        };
        let groups = match &blueprint.network {
            Network::ExistingVpc { security_groups, .. } if !security_groups.is_empty() => {
                security_groups.clone()
            }
            // A group that is to be made, or put right, lets everything out.
            _ => {
                let own = ResourceId::main(Kind::SecurityGroup);
                let ready = survey.of(&own).is_some_and(|sighting| sighting.verdict == Verdict::Ready);
                known(&own, Attribute::Id).filter(|_| ready).into_iter().collect()
            }
        };
        match vpc.filter(|_| !subnets.is_empty()) {
            Some(vpc) => Self::There { vpc, subnets, groups },
            None => Self::Unknown,
        }
    }
}

/// Whether the stack's own network is there and as it should be.
fn is_whole(survey: &Survey<'_>) -> bool {
    const NETWORK: [Kind; 6] = [
        Kind::Vpc,
        Kind::InternetGateway,
        Kind::Subnet,
        Kind::RouteTable,
        Kind::NatGateway,
        Kind::VpcEndpoint,
    ];
    let mut network = survey.sightings.iter().filter(|sighting| NETWORK.contains(&sighting.resource.kind));
    network.all(|sighting| sighting.verdict == Verdict::Ready)
}

pub(super) const fn id_of(service: Service) -> &'static str {
    match service {
        Service::Ecs => "reach-ecs",
        Service::Ecr => "reach-ecr",
        Service::S3 => "reach-s3",
        Service::Logs => "reach-logs",
        Service::SecretsManager => "reach-secrets-manager",
        Service::Ssm => "reach-ssm",
        Service::Registry => "reach-registry",
    }
}

fn of_service(service: Service, ways: &[DrawnWay]) -> CheckItem {
    let item = |verdict, finding| CheckItem::answer(id_of(service), Group::Network, verdict, finding);
    let first = |state| ways.iter().find(|way| way.state == state);
    let worst = first(WayState::Broken)
        .map(|way| (CheckVerdict::Wrong, way))
        .or_else(|| first(WayState::CannotTell).map(|way| (CheckVerdict::CannotTell, way)));
    let subnets: BTreeSet<_> = ways.iter().map(|way| &way.subnet).collect();
    let ready = match subnets.len() {
        1 => say("reach-ready-one", &[]),
        count => say("reach-ready", &[("count", &count.to_string())]),
    };
    let told = worst.and_then(|(verdict, way)| Some((verdict, way, way.why.clone()?)));
    let mut item = told.map_or_else(
        || item(CheckVerdict::Ready, ready),
        |(verdict, way, why)| CheckItem { remedy: way.remedy.clone(), ..item(verdict, why) },
    );
    let each = ways.iter().flat_map(|way| way.branches.iter().map(move |branch| (way, branch)));
    let mut evidence: Vec<_> = each.map(|(way, branch)| Evidence::new(&way.subnet, branch.shown())).collect();
    evidence.dedup();
    item.evidence = evidence;
    item
}

/// What to do about a way that does not get there.
fn remedy(way: &DrawnWay) -> Option<Text> {
    match way.state {
        WayState::Broken => way.why.as_ref().and_then(|why| advice(why, way.service)),
        WayState::CannotTell => way.why.as_ref().map(whom_to_ask),
        WayState::Reaches | WayState::ToBeMade => None,
    }
}

/// Who knows what cannot be seen from here.
fn whom_to_ask(why: &Text) -> Text {
    let of = |name: &'static str| (name, why.params.get(name).map(String::as_str).unwrap_or_default());
    match why.code.as_str() {
        "reach-resolvers" => say("reach-resolvers-advice", &[of("resolvers"), of("vpc")]),
        "reach-endpoint-zone" => say("reach-endpoint-zone-advice", &[of("zone"), of("endpoint")]),
        "reach-endpoint-zone-unseen" => say("reach-endpoint-zone-unseen-advice", &[of("endpoint")]),
        "reach-central" => say("reach-central-advice", &[of("target")]),
        "reach-aside" | "reach-part" => say("reach-aside-advice", &[of("range"), of("target")]),
        "reach-nat-pending" | "reach-endpoint-pending" => say("reach-nat-pending-advice", &[]),
        "reach-shared" | "reach-shared-nat" => say("reach-shared-advice", &[of("owner")]),
        "reach-blocked-perhaps" => say("reach-blocked-perhaps-advice", &[of("vpc")]),
        _ => say("reach-cannot-tell-advice", &[]),
    }
}

/// What mends it at the hop at which it breaks.
fn advice(why: &Text, service: Service) -> Option<Text> {
    let of = |name: &'static str| (name, why.params.get(name).map(String::as_str).unwrap_or_default());
    Some(match why.code.as_str() {
        "reach-no-dns" => say("reach-no-dns-advice", &[]),
        "reach-endpoint-state" | "reach-endpoint-nowhere" => say("reach-endpoint-state-advice", &[]),
        "reach-endpoint-shut" => say("reach-endpoint-shut-advice", &[]),
        "reach-endpoint-refuses" => say("reach-endpoint-refuses-advice", &[]),
        "reach-endpoint-missing" => say("reach-endpoint-missing-advice", &[]),
        "reach-endpoint-nameless" => say("reach-endpoint-nameless-advice", &[]),
        "reach-endpoint-table" => say("reach-endpoint-table-advice", &[]),
        "reach-no-hostnames" => say("reach-no-hostnames-advice", &[]),
        "reach-job-unaddressed" => say("reach-job-unaddressed-advice", &[]),
        "reach-host-unaddressed" => say("reach-host-unaddressed-advice", &[]),
        "reach-nat-state" | "reach-nat-private-subnet" | "reach-nat-private" => say("reach-nat-advice", &[]),
        "reach-blocked" => say("reach-blocked-advice", &[of("vpc")]),
        "reach-blocked-arriving" => say("reach-blocked-arriving-advice", &[of("vpc")]),
        "reach-group-shut" => say("reach-group-shut-advice", &[]),
        "reach-acl-out" | "reach-acl-in" => say("reach-acl-advice", &[]),
        "reach-acl-https-in" | "reach-acl-answers-out" => say("reach-acl-served-advice", &[of("peers")]),
        // Out of an empty room there are three ways, but none of them is an endpoint where there is no such endpoint.
        _ if service == Service::Registry => say("reach-no-route-registry-advice", &[]),
        _ => say("reach-no-route-advice", &[]),
    })
}

#[cfg(test)]
mod tests;
