//! Whether a job in each subnet can reach what it needs: its image, its log, and Batch itself. Without a way
//! out a Fargate job starts and fails, and an EC2 job waits in RUNNABLE for ever.

use std::{collections::BTreeMap, fmt::Write};

use aws_sdk_ec2::types::Subnet;

use super::{CheckItem, CheckVerdict, Group};
use crate::{
    account::Session,
    aws::{AwsFault, fault},
    blueprint::{Blueprint, Network, Platform},
    network::{Exit, Routes},
    resource::{Attribute, Evidence, Kind, ResourceId, Survey},
    words::say,
};

/// What is known of a subnet's way out.
#[derive(Debug, Clone, PartialEq, Eq)]
struct SubnetExit {
    exit: Exit,
    /// Whether what starts in it gets a public address by itself.
    gives_public_ips: bool,
}

pub(super) async fn check(session: &Session, blueprint: &Blueprint, survey: &Survey<'_>) -> Vec<CheckItem> {
    let (vpc, subnets) = match &blueprint.network {
        Network::DefaultVpc {} | Network::ExistingVpc { .. } => {
            let vpc = match blueprint.network {
                Network::DefaultVpc {} => ResourceId::main(Kind::DefaultVpc),
                _ => ResourceId::main(Kind::ExistingVpc),
            };
            let ids = survey.known.of(&vpc, Attribute::Ids).unwrap_or_default();
            (vpc, ids.split(',').filter(|id| !id.is_empty()).map(str::to_owned).collect::<Vec<_>>())
        }
        Network::NewVpc { .. } => {
            let subnets = ["a", "b"].map(|part| ResourceId::new(Kind::Subnet, part));
            let ids = subnets.iter().filter_map(|subnet| survey.known.of(subnet, Attribute::Id));
            (ResourceId::main(Kind::Vpc), ids.map(str::to_owned).collect())
        }
    };
    let Some(vpc) = survey.known.of(&vpc, Attribute::Id).filter(|_| !subnets.is_empty()) else {
        // Nothing to prove yet: what is missing is said of the network's own resources.
        return match &blueprint.network {
            Network::NewVpc { .. } => vec![CheckItem::answer(
                "network-exit",
                Group::Network,
                CheckVerdict::Make,
                say("exit-will-be-made", &[]),
            )],
            Network::DefaultVpc {} | Network::ExistingVpc { .. } => vec![],
        };
    };
    let addresses = Addresses::of(blueprint);
    match exits(session, vpc, &subnets).await {
        Ok(exits) => vec![judge(&exits, addresses)],
        Err(fault) => vec![CheckItem::answer(
            "network-exit",
            Group::Network,
            CheckVerdict::CannotTell,
            say("exit-unknown", &[("words", &fault.text().text)]),
        )],
    }
}

/// What gets a public address, which a way out through an internet gateway needs.
#[derive(Debug, Clone, Copy)]
struct Addresses {
    /// Jobs on Fargate, when there are any: whether they ask for one.
    jobs: Option<bool>,
    /// Whether there are instances, which get one where their subnet gives one.
    instances: bool,
}

impl Addresses {
    fn of(blueprint: &Blueprint) -> Self {
        let on = |platform| blueprint.compute_environments.iter().any(|e| e.kind.platform() == platform);
        let mut jobs = blueprint.job_definitions.iter().filter(|d| d.platform == Platform::Fargate);
        Self {
            jobs: on(Platform::Fargate).then(|| jobs.all(|definition| definition.assign_public_ip)),
            instances: on(Platform::Ec2),
        }
    }
}

fn judge(subnets: &BTreeMap<String, SubnetExit>, addresses: Addresses) -> CheckItem {
    let item = |verdict, finding| CheckItem::answer("network-exit", Group::Network, verdict, finding);
    let named = |wanted: &dyn Fn(&SubnetExit) -> bool| {
        let found = subnets.iter().filter(|(_, subnet)| wanted(subnet)).map(|(id, _)| id.as_str());
        found.collect::<Vec<_>>().join(", ")
    };
    let by_gateway = |subnet: &SubnetExit| matches!(subnet.exit, Exit::InternetGateway(_));
    let dead = named(&|subnet| subnet.exit == Exit::Nowhere);
    let unaddressed = named(&|subnet| by_gateway(subnet) && addresses.jobs == Some(false));
    let hosts_unaddressed =
        named(&|subnet| by_gateway(subnet) && addresses.instances && !subnet.gives_public_ips);
    let mut item = if !dead.is_empty() {
        let mut item = item(CheckVerdict::Wrong, say("exit-none", &[("subnets", &dead)]));
        item.remedy = Some(say("exit-none-advice", &[]));
        item
    } else if !unaddressed.is_empty() {
        let mut item = item(CheckVerdict::Wrong, say("exit-no-public-ip", &[]));
        item.remedy = Some(say("exit-no-public-ip-advice", &[]));
        item
    } else if !hosts_unaddressed.is_empty() {
        let mut item = item(CheckVerdict::Wrong, say("exit-no-host-ip", &[("subnets", &hosts_unaddressed)]));
        item.remedy = Some(say("exit-no-host-ip-advice", &[]));
        item
    } else if subnets.values().any(|subnet| matches!(subnet.exit, Exit::Elsewhere(_))) {
        item(CheckVerdict::CannotTell, say("exit-elsewhere", &[]))
    } else {
        item(CheckVerdict::Ready, say("exit-ready", &[("count", &subnets.len().to_string())]))
    };
    item.evidence = subnets
        .iter()
        .map(|(id, subnet)| {
            let way = match &subnet.exit {
                Exit::InternetGateway(gateway) => {
                    let mut way = format!("0.0.0.0/0 → {gateway}");
                    if let Some(public) = addresses.jobs {
                        way.push_str(if public {
                            ", assignPublicIp ENABLED"
                        } else {
                            ", assignPublicIp DISABLED"
                        });
                    }
                    if addresses.instances {
                        let _ = write!(way, ", MapPublicIpOnLaunch {}", subnet.gives_public_ips);
                    }
                    way
                }
                Exit::Nat(id) | Exit::Elsewhere(id) => format!("0.0.0.0/0 → {id}"),
                Exit::Nowhere => "0.0.0.0/0 → –".to_owned(),
            };
            Evidence::new(id, way)
        })
        .collect();
    item
}

async fn exits(
    session: &Session,
    vpc: &str,
    subnets: &[String],
) -> Result<BTreeMap<String, SubnetExit>, AwsFault> {
    let ec2 = &session.aws.read.ec2;
    let described = ec2.describe_subnets().set_subnet_ids(Some(subnets.to_vec())).send();
    let (routes, described) = tokio::join!(Routes::read(ec2, Some(vpc)), described);
    let routes = routes?;
    let described = described.map_err(fault("ec2:DescribeSubnets"))?;
    let gives = |id: &str| {
        let subnet = described.subnets().iter().find(|subnet| subnet.subnet_id() == Some(id));
        subnet.and_then(Subnet::map_public_ip_on_launch).unwrap_or(false)
    };
    Ok(subnets
        .iter()
        .map(|subnet| {
            let exit = routes.exit(vpc, subnet);
            (subnet.clone(), SubnetExit { exit, gives_public_ips: gives(subnet) })
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(exit: Exit, gives_public_ips: bool) -> BTreeMap<String, SubnetExit> {
        BTreeMap::from([("subnet-1".to_owned(), SubnetExit { exit, gives_public_ips })])
    }

    #[test]
    fn a_public_route_needs_a_public_address() {
        let gateway = || Exit::InternetGateway("igw-1".to_owned());
        let jobs = |public| Addresses { jobs: Some(public), instances: false };
        let instances = Addresses { jobs: None, instances: true };
        assert_eq!(judge(&one(gateway(), false), jobs(true)).verdict, CheckVerdict::Ready);
        assert_eq!(judge(&one(gateway(), true), jobs(false)).verdict, CheckVerdict::Wrong);
        assert_eq!(judge(&one(gateway(), true), instances).verdict, CheckVerdict::Ready);
        assert_eq!(judge(&one(gateway(), false), instances).finding.code, "exit-no-host-ip");
        assert_eq!(judge(&one(Exit::Nat("nat-1".to_owned()), false), instances).verdict, CheckVerdict::Ready);
        assert_eq!(judge(&one(Exit::Nowhere, true), jobs(true)).verdict, CheckVerdict::Wrong);
    }
}
