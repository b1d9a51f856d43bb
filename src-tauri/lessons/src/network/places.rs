//! What a VPC of somebody's has of room: subnets, zones, addresses, groups.

use aws_sdk_ec2::types::{Subnet, VpcEndpointType};
use slipway_core::{
    aws::AwsFault,
    blueprint::{Blueprint, Network},
    error::AppError,
};

use super::{
    acts::{Act, Runs},
    pages,
    site::Site,
};
use crate::{
    Deed, Lesson, Topic,
    hands::{Hands, send},
    warning, wrong,
};

pub(super) const LESSONS: &[Lesson] = &[
    Lesson {
        id: "existing-vpc-missing",
        topic: Topic::Network,
        page: pages::ENVIRONMENTS,
        finds: &[wrong("resource:existing-vpc/main", "existing-vpc-missing")],
        deed: Deed::ByHand(|hands| {
            Box::pin(async move {
                let (site, network) = open(hands).await?;
                let Network::ExistingVpc { subnets, security_groups, .. } = network else {
                    return Ok(site.blueprint(Runs::Public));
                };
                let vpc = "vpc-0123456789abcdef0".to_owned();
                Ok(in_network(&site, Network::ExistingVpc { vpc, subnets, security_groups }))
            })
        }),
    },
    Lesson {
        id: "existing-subnets-missing",
        topic: Topic::Network,
        page: pages::ENVIRONMENTS,
        finds: &[wrong("resource:existing-vpc/main", "existing-subnets-missing")],
        deed: Deed::ByHand(|hands| {
            Box::pin(async move {
                let (site, _) = open(hands).await?;
                // A third one, used by nobody yet, which somebody removes after it was picked.
                let gone = hands.subnet(&site.vpc, "10.0.9.0/24", "us-east-1a").await?;
                let delete = hands.aws.ec2.delete_subnet().subnet_id(&gone);
                send!("ec2:DeleteSubnet", delete)?;
                let subnets = site.private.iter().cloned().chain([gone]).collect();
                Ok(with_subnets(&site, subnets))
            })
        }),
    },
    Lesson {
        id: "existing-groups-missing",
        topic: Topic::Network,
        page: pages::SECURITY_GROUPS,
        finds: &[wrong("resource:existing-vpc/main", "existing-groups-missing")],
        deed: Deed::ByHand(|hands| {
            Box::pin(async move {
                let (site, _) = open(hands).await?;
                let gone = hands.group(&site.vpc, "for-a-while").await?;
                let delete = hands.aws.ec2.delete_security_group().group_id(&gone);
                send!("ec2:DeleteSecurityGroup", delete)?;
                Ok(with_groups(&site, vec![site.group.clone(), gone]))
            })
        }),
    },
    Lesson {
        id: "addresses-none",
        topic: Topic::Network,
        page: pages::SUBNET_SIZES,
        finds: &[wrong("subnet-addresses", "addresses-none")],
        deed: Deed::ByHand(|hands| {
            Box::pin(async move {
                let (site, _) = open(hands).await?;
                let full = small_subnet(hands, &site, "10.0.9.0/28").await?;
                fill(hands, &site, &full).await?;
                let subnets = site.private.iter().cloned().chain([full]).collect();
                Ok(with_subnets(&site, subnets))
            })
        }),
    },
    Lesson {
        id: "addresses-few",
        topic: Topic::Network,
        page: pages::SUBNET_SIZES,
        finds: &[warning("subnet-addresses", "addresses-few")],
        deed: Deed::ByHand(|hands| {
            Box::pin(async move {
                let (site, _) = open(hands).await?;
                let mut subnets = vec![];
                for (block, zone) in [("10.0.9.0/28", "us-east-1a"), ("10.0.9.16/28", "us-east-1b")] {
                    let subnet = hands.subnet(&site.vpc, block, zone).await?;
                    site.lead_out(hands, &subnet).await?;
                    subnets.push(subnet);
                }
                let mut blueprint = with_subnets(&site, subnets);
                for environment in &mut blueprint.compute_environments {
                    // Of jobs of a quarter of a vCPU, twenty-four at once: more than two times eleven.
                    environment.max_vcpus = 6;
                }
                Ok(blueprint)
            })
        }),
    },
    Lesson {
        id: "zones-one",
        topic: Topic::Network,
        page: "https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html",
        finds: &[warning("subnet-zones", "zones-one")],
        deed: Deed::ByHand(|hands| {
            Box::pin(async move {
                let (site, _) = open(hands).await?;
                Ok(with_subnets(&site, site.private.iter().take(1).cloned().collect()))
            })
        }),
    },
];

/// A VPC in which nothing is wrong yet.
async fn open(hands: &Hands) -> Result<(Site, Network), AppError> {
    let site = Site::new(hands).await?;
    site.apply(hands, Act::RouteToGateway).await?;
    let network = site.blueprint(Runs::Public).network;
    Ok((site, network))
}

fn in_network(site: &Site, network: Network) -> Blueprint {
    Blueprint { network, ..site.blueprint(Runs::Public) }
}

fn with_subnets(site: &Site, subnets: Vec<String>) -> Blueprint {
    let security_groups = vec![site.group.clone()];
    in_network(site, Network::ExistingVpc { vpc: site.vpc.clone(), subnets, security_groups })
}

fn with_groups(site: &Site, security_groups: Vec<String>) -> Blueprint {
    let subnets = site.private.clone();
    in_network(site, Network::ExistingVpc { vpc: site.vpc.clone(), subnets, security_groups })
}

async fn small_subnet(hands: &Hands, site: &Site, block: &str) -> Result<String, AwsFault> {
    let subnet = hands.subnet(&site.vpc, block, "us-east-1a").await?;
    site.lead_out(hands, &subnet).await?;
    Ok(subnet)
}

/// Endpoints of services that no job calls stand in a subnet until no address of it is free.
async fn fill(hands: &Hands, site: &Site, subnet: &str) -> Result<(), AwsFault> {
    let ec2 = &hands.aws.ec2;
    loop {
        let seen = send!("ec2:DescribeSubnets", ec2.describe_subnets().subnet_ids(subnet))?;
        let free = seen.subnets().first().and_then(Subnet::available_ip_address_count);
        if free.is_none_or(|free| free <= 0) {
            return Ok(());
        }
        let endpoint = ec2.create_vpc_endpoint().vpc_id(&site.vpc).subnet_ids(subnet);
        let endpoint = endpoint.vpc_endpoint_type(VpcEndpointType::Interface).private_dns_enabled(false);
        let endpoint = endpoint.service_name("com.amazonaws.us-east-1.kms");
        send!("ec2:CreateVpcEndpoint", endpoint)?;
    }
}
