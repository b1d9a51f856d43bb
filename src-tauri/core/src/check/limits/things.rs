//! How many of a thing the account may have, against those that it has and those that are to be made. Asked only of what
//! the blueprint makes; what is there already is not made.

use aws_sdk_ec2::types::{NatGatewayState, VpcEndpointType};
use futures::{
    FutureExt,
    future::{BoxFuture, join_all},
};

use super::{
    Once, evidence,
    fixed::{self, Iam},
    item,
    running::Environment,
    too_low,
};
use crate::{
    account::Session,
    aws::{AwsFault, fault},
    blueprint::by_route,
    check::{CheckItem, CheckVerdict},
    quota::{self, Quota, Reading},
    resource::{Evidence, Kind, ResourceId, Resources, Survey, Verdict, filter},
    words::{Text, say},
};

/// Something of which an account may have only so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Thing {
    Vpcs,
    InternetGateways,
    ElasticIps,
    NatGateways,
    GatewayEndpoints,
    SecurityGroups,
    Environments,
    Queues,
    Roles,
    InstanceProfiles,
}

impl Thing {
    const ALL: [Self; 10] = [
        Self::Vpcs,
        Self::InternetGateways,
        Self::ElasticIps,
        Self::NatGateways,
        Self::GatewayEndpoints,
        Self::SecurityGroups,
        Self::Environments,
        Self::Queues,
        Self::Roles,
        Self::InstanceProfiles,
    ];

    /// Whether a resource is one of them.
    fn takes(self, resource: &ResourceId) -> bool {
        match (self, resource.kind) {
            (Self::Vpcs, Kind::Vpc)
            | (Self::InternetGateways, Kind::InternetGateway)
            | (Self::ElasticIps, Kind::ElasticIp)
            | (Self::NatGateways, Kind::NatGateway)
            | (Self::SecurityGroups, Kind::SecurityGroup)
            | (Self::Environments, Kind::ComputeEnvironment)
            | (Self::Queues, Kind::JobQueue)
            | (Self::InstanceProfiles, Kind::InstanceProfile)
            | (
                Self::Roles,
                Kind::ServiceRole
                | Kind::InstanceRole
                | Kind::SpotFleetRole
                | Kind::ExecutionRole
                | Kind::JobRole,
            ) => true,
            (Self::GatewayEndpoints, Kind::VpcEndpoint) => by_route(&resource.part),
            _ => false,
        }
    }

    /// Codes: AWS General Reference, "Amazon Virtual Private Cloud endpoints and quotas" and "Amazon EC2 endpoints and
    /// quotas".
    fn quota(self) -> Option<Quota> {
        let (service, code) = match self {
            Self::Vpcs => ("vpc", "L-F678F1CE"),
            Self::InternetGateways => ("vpc", "L-A4707A72"),
            Self::ElasticIps => ("ec2", "L-0263D0A3"),
            Self::NatGateways => ("vpc", "L-FE5A380F"),
            Self::GatewayEndpoints => ("vpc", "L-1B52E74A"),
            Self::SecurityGroups => ("vpc", "L-E79EC296"),
            Self::Environments | Self::Queues | Self::Roles | Self::InstanceProfiles => return None,
        };
        Some(Quota { service, code })
    }

    fn id(self) -> &'static str {
        match self {
            Self::Vpcs => "limit-vpcs",
            Self::InternetGateways => "limit-internet-gateways",
            Self::ElasticIps => "limit-elastic-ips",
            Self::NatGateways => "limit-nat-gateways",
            Self::GatewayEndpoints => "limit-gateway-endpoints",
            Self::SecurityGroups => "limit-security-groups",
            Self::Environments => "limit-environments",
            Self::Queues => "limit-queues",
            Self::Roles => "limit-roles",
            Self::InstanceProfiles => "limit-instance-profiles",
        }
    }

    fn what(self) -> Text {
        match self {
            Self::Vpcs => say("limit-vpcs", &[]),
            Self::InternetGateways => say("limit-internet-gateways", &[]),
            Self::ElasticIps => say("limit-elastic-ips", &[]),
            Self::NatGateways => say("limit-nat-gateways", &[]),
            Self::GatewayEndpoints => say("limit-gateway-endpoints", &[]),
            Self::SecurityGroups => say("limit-security-groups", &[]),
            Self::Environments => say("limit-environments", &[]),
            Self::Queues => say("limit-queues", &[]),
            Self::Roles => say("limit-roles", &[]),
            Self::InstanceProfiles => say("limit-instance-profiles", &[]),
        }
    }
}

/// What is known of one of them before it is known how many are to be made.
pub(super) struct Asked {
    thing: Thing,
    session: Session,
    reading: Reading,
}

pub(super) async fn ask(
    session: &Session,
    resources: &Resources,
    environments: Once<'_, Vec<Environment>>,
) -> Vec<Asked> {
    let ids: Vec<ResourceId> = resources.iter().map(|resource| resource.id()).collect();
    let iam: Once<'_, Iam> = fixed::iam(session).boxed().shared();
    let makes = |thing: Thing| ids.iter().filter(|id| thing.takes(id)).count();
    let made = Thing::ALL.into_iter().map(|thing| (thing, makes(thing))).filter(|(_, count)| *count > 0);
    join_all(made.map(|(thing, count)| {
        let (environments, iam) = (environments.clone(), iam.clone());
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        async move {
            let reading = match thing.quota() {
                Some(quota) => quota::read(session, quota, count, used(session, thing)).await,
                None => fixed(session, thing, environments, iam).await,
            };
            Asked { thing, session: session.clone(), reading }
        }
    }))
    .await
}

async fn fixed(
    session: &Session,
    thing: Thing,
    environments: Once<'_, Vec<Environment>>,
    iam: Once<'_, Iam>,
) -> Reading {
    let read = match thing {
        Thing::Environments => {
            let all = environments.await;
            all.map(|all| (u32::try_from(all.len()).unwrap_or(u32::MAX), fixed::BATCH))
        }
        Thing::Queues => fixed::queues(session).await.map(|count| (count, fixed::BATCH)),
        Thing::InstanceProfiles => iam.await.map(|iam| iam.profiles),
        _ => iam.await.map(|iam| iam.roles),
    };
    match read {
        Ok((used, limit)) => Reading { value: Ok(limit), used: Ok(used), name: None, open: None },
        Err(fault) => Reading { value: Err(fault.clone()), used: Err(fault), name: None, open: None },
    }
}

fn used(session: &Session, thing: Thing) -> BoxFuture<'_, Result<u32, AwsFault>> {
    let ec2 = &session.aws.read.ec2;
    macro_rules! all {
        ($request:expr, $action:literal) => {
            async move {
                let found = $request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
                found.map_err(fault($action)).map(|found| u32::try_from(found.len()).unwrap_or(u32::MAX))
            }
            .boxed()
        };
    }
    match thing {
        Thing::Vpcs => all!(ec2.describe_vpcs(), "ec2:DescribeVpcs"),
        Thing::InternetGateways => all!(ec2.describe_internet_gateways(), "ec2:DescribeInternetGateways"),
        Thing::GatewayEndpoints => {
            let only = filter("vpc-endpoint-type", VpcEndpointType::Gateway.as_str());
            all!(ec2.describe_vpc_endpoints().filters(only), "ec2:DescribeVpcEndpoints")
        }
        Thing::SecurityGroups => {
            all!(ec2.describe_security_groups().max_results(1000), "ec2:DescribeSecurityGroups")
        }
        Thing::NatGateways => nat_gateways(session).boxed(),
        _ => async move {
            let found = ec2.describe_addresses().send().await.map_err(fault("ec2:DescribeAddresses"))?;
            Ok(u32::try_from(found.addresses().len()).unwrap_or(u32::MAX))
        }
        .boxed(),
    }
}

/// Those of the zone in which the stack's own will be: the region's first. One that is on its way out counts until it is
/// gone (Amazon VPC User Guide, "NAT gateway quotas").
async fn nat_gateways(session: &Session) -> Result<u32, AwsFault> {
    let ec2 = &session.aws.read.ec2;
    let gateways = ec2.describe_nat_gateways().into_paginator().items().send();
    let subnets = ec2.describe_subnets().into_paginator().items().send();
    let zones = ec2
        .describe_availability_zones()
        .filters(filter("zone-type", "availability-zone"))
        .filters(filter("state", "available"))
        .send();
    let (gateways, subnets, zones) =
        tokio::join!(gateways.collect::<Result<Vec<_>, _>>(), subnets.collect::<Result<Vec<_>, _>>(), zones);
    let gateways = gateways.map_err(fault("ec2:DescribeNatGateways"))?;
    let subnets = subnets.map_err(fault("ec2:DescribeSubnets"))?;
    let zones = zones.map_err(fault("ec2:DescribeAvailabilityZones"))?;
    let first = zones.availability_zones().iter().filter_map(|zone| zone.zone_name()).min();
    let inside = |id: Option<&str>| {
        let subnet = subnets.iter().find(|subnet| subnet.subnet_id() == id);
        subnet.and_then(|subnet| subnet.availability_zone()) == first
    };
    let counts = |state: Option<&NatGatewayState>| {
        matches!(
            state,
            Some(NatGatewayState::Pending | NatGatewayState::Available | NatGatewayState::Deleting)
        )
    };
    let there = gateways.iter().filter(|one| counts(one.state()) && inside(one.subnet_id()));
    Ok(u32::try_from(there.count()).unwrap_or(u32::MAX))
}

impl Asked {
    /// `None` where none is to be made, or nobody knows whether.
    pub(super) fn judge(&self, survey: &Survey<'_>) -> Option<CheckItem> {
        let missing = survey
            .sightings
            .iter()
            .filter(|one| one.verdict == Verdict::Missing && !one.present && self.thing.takes(&one.resource));
        let missing = u32::try_from(missing.count()).unwrap_or(u32::MAX);
        (missing > 0).then(|| self.item(missing))
    }

    fn item(&self, missing: u32) -> CheckItem {
        let (thing, reading) = (self.thing, &self.reading);
        let what = thing.what().text;
        let (limit, used) = match (&reading.value, &reading.used) {
            (Ok(limit), Ok(used)) => (*limit, *used),
            (Err(fault), _) | (_, Err(fault)) => {
                let params = [("what", what.as_str()), ("words", &fault.text().text)];
                return item(thing.id(), CheckVerdict::CannotTell, say("limit-unknown", &params));
            }
        };
        let shown = [limit, used, missing].map(|number| number.to_string());
        let params = [
            ("limit", shown[0].as_str()),
            ("used", shown[1].as_str()),
            ("wanted", shown[2].as_str()),
            ("what", what.as_str()),
        ];
        let needed = used.saturating_add(missing);
        let mut item = if needed <= limit {
            item(thing.id(), CheckVerdict::Ready, say("limit-room", &params))
        } else {
            item(thing.id(), CheckVerdict::Wrong, say("limit-full", &params))
        };
        if needed > limit {
            match thing.quota() {
                Some(quota) => too_low(&self.session, &mut item, quota, reading, needed),
                // IAM is one for all regions.
                None if matches!(thing, Thing::Roles | Thing::InstanceProfiles) => {
                    item.remedy = Some(say("limit-full-iam-advice", &[]));
                }
                None => item.remedy = Some(say("limit-full-advice", &[])),
            }
        }
        item.evidence = match thing.quota() {
            Some(quota) => evidence(quota, reading),
            None => vec![Evidence::new("Value", limit), Evidence::new("inUse", used)],
        };
        item.evidence.push(Evidence::new("wanted", missing));
        item
    }
}
