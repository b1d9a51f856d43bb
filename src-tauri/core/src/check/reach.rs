//! Whether what runs in each subnet reaches each service that it needs. Without its registry or its log a job on Fargate
//! starts and fails; an instance that cannot speak to ECS never joins, and its jobs wait in RUNNABLE for ever.

use std::collections::BTreeSet;

use super::{CheckItem, CheckVerdict, Group};
use crate::{
    account::Session,
    blueprint::{Blueprint, Network, Runner, Service, WayOut, needed},
    network::{HopKind, Reach, Speaker, VpcFacts, Way, way_to},
    resource::{Attribute, Evidence, Kind, ResourceId, Survey, Verdict},
    words::{Text, say},
};

pub(super) async fn check(session: &Session, blueprint: &Blueprint, survey: &Survey<'_>) -> Vec<CheckItem> {
    let needs = needed(blueprint);
    let made = match Place::of(blueprint, survey) {
        Place::There { vpc, subnets, groups } => {
            let facts = Box::pin(VpcFacts::read(&session.aws.read.ec2, &vpc)).await;
            let ways = |service, kinds: &BTreeSet<Runner>| {
                let each = subnets.iter().flat_map(|subnet| kinds.iter().map(move |kind| (subnet, *kind)));
                each.map(|(subnet, kind)| {
                    let (public, job) = match kind {
                        Runner::Task { public } => (public, true),
                        Runner::Instance => {
                            (facts.subnet(subnet).is_some_and(|one| one.gives_public_ips), false)
                        }
                    };
                    let speaker = Speaker { subnet, groups: &groups, public, job };
                    (subnet.clone(), way_to(&facts, &speaker, service))
                })
                .collect::<Vec<_>>()
            };
            return needs.iter().map(|(service, kinds)| judge(*service, &ways(*service, kinds))).collect();
        }
        Place::ToBeMade(way_out) => way_out,
        Place::Unknown => return vec![],
    };
    needs.keys().map(|service| foretell(made, *service)).collect()
}

/// What a way out that is to be made will lead to. Nothing can be proved yet: what is missing is said of the network's
/// own resources.
fn foretell(way_out: WayOut, service: Service) -> CheckItem {
    let item = |verdict, finding| CheckItem::answer(id_of(service), Group::Network, verdict, finding);
    match way_out {
        WayOut::PublicIps => item(CheckVerdict::Make, say("reach-will-be-made", &[])),
        WayOut::NatGateway => item(CheckVerdict::Make, say("reach-will-be-made-nat", &[])),
        WayOut::Endpoints if service == Service::Registry => {
            let mut item = item(CheckVerdict::Wrong, say("reach-no-endpoint", &[]));
            item.remedy = Some(say("reach-no-endpoint-advice", &[]));
            item
        }
        WayOut::Endpoints => item(CheckVerdict::Make, say("reach-will-be-made-endpoints", &[])),
    }
}

/// Where the blueprint's jobs run.
enum Place {
    There {
        vpc: String,
        subnets: Vec<String>,
        groups: Vec<String>,
    },
    /// The plan makes it, or puts it right, with this way out.
    ToBeMade(WayOut),
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
            Network::NewVpc { way_out, .. } => {
                if !is_whole(survey) {
                    return Self::ToBeMade(*way_out);
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

const fn id_of(service: Service) -> &'static str {
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

fn judge(service: Service, ways: &[(String, Way)]) -> CheckItem {
    let item = |verdict, finding| CheckItem::answer(id_of(service), Group::Network, verdict, finding);
    let broken = ways.iter().find_map(|(_, way)| match &way.reach {
        Reach::Broken { why } => Some(why),
        _ => None,
    });
    let unknown = ways.iter().find_map(|(_, way)| match &way.reach {
        Reach::CannotTell { why } => Some(why),
        _ => None,
    });
    let mut item = match (broken, unknown) {
        (Some(why), _) => {
            let mut item = item(CheckVerdict::Wrong, why.clone());
            item.remedy = advice(why, service);
            item
        }
        (None, Some(why)) => {
            let mut item = item(CheckVerdict::CannotTell, why.clone());
            item.remedy = Some(say("reach-cannot-tell-advice", &[]));
            item
        }
        (None, None) => {
            let subnets: BTreeSet<_> = ways.iter().map(|(subnet, _)| subnet).collect();
            item(CheckVerdict::Ready, say("reach-ready", &[("count", &subnets.len().to_string())]))
        }
    };
    let mut evidence: Vec<_> = ways.iter().map(|(subnet, way)| Evidence::new(subnet, shown(way))).collect();
    evidence.dedup();
    item.evidence = evidence;
    item
}

/// `rtb-1 → nat-2 → igw-3`, and how it ends where it does not get there.
fn shown(way: &Way) -> String {
    let hops = way.hops.iter().filter(|hop| hop.kind != HopKind::Subnet);
    let mut hops: Vec<&str> = hops.map(|hop| hop.id.as_str()).collect();
    match way.reach {
        Reach::Reaches => {}
        Reach::Broken { .. } => hops.push("✗"),
        Reach::CannotTell { .. } => hops.push("?"),
    }
    hops.join(" → ")
}

/// What mends it at the hop at which it breaks.
fn advice(why: &Text, service: Service) -> Option<Text> {
    Some(match why.code.as_str() {
        "reach-no-dns" => say("reach-no-dns-advice", &[]),
        "reach-endpoint-state" | "reach-endpoint-nowhere" => say("reach-endpoint-state-advice", &[]),
        "reach-endpoint-shut" => say("reach-endpoint-shut-advice", &[]),
        "reach-job-unaddressed" => say("reach-job-unaddressed-advice", &[]),
        "reach-host-unaddressed" => say("reach-host-unaddressed-advice", &[]),
        "reach-nat-state" | "reach-nat-private-subnet" | "reach-nat-private" => say("reach-nat-advice", &[]),
        "reach-group-shut" => say("reach-group-shut-advice", &[]),
        "reach-acl-out" | "reach-acl-in" => say("reach-acl-advice", &[]),
        // Out of an empty room there are three ways, but none of them is an endpoint where there is no such endpoint.
        _ if service == Service::Registry => say("reach-no-route-registry-advice", &[]),
        _ => say("reach-no-route-advice", &[]),
    })
}
