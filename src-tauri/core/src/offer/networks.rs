//! The VPCs of a region with their subnets and security groups.

use aws_sdk_ec2::types::{SecurityGroup, Subnet, Tag, Vpc};
use serde::{Deserialize, Serialize};

use crate::{
    account::Session,
    aws::fault,
    error::AppError,
    network::{Exit, Routes},
};

/// A VPC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct VpcOffer {
    /// `vpc-…`.
    pub id: String,
    /// Its tag `Name`.
    pub name: Option<String>,
    /// Its addresses.
    pub cidr: String,
    /// Whether AWS made it with the account.
    pub is_default: bool,
    /// Its subnets, by zone.
    pub subnets: Vec<SubnetOffer>,
    /// Its security groups, by name.
    pub security_groups: Vec<GroupOffer>,
}

/// A subnet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct SubnetOffer {
    /// `subnet-…`.
    pub id: String,
    /// Its tag `Name`.
    pub name: Option<String>,
    /// `us-east-1a`.
    pub zone: String,
    /// Its addresses.
    pub cidr: String,
    /// How many of them nothing has yet.
    pub free_addresses: u32,
    /// Whether what starts in it gets a public address by itself.
    pub gives_public_ips: bool,
    /// The way out; `None` when route tables may not be read.
    pub exit: Option<Exit>,
}

/// A security group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct GroupOffer {
    /// `sg-…`.
    pub id: String,
    /// Its name, which is no tag.
    pub name: String,
    /// What it is for.
    pub description: String,
}

/// Every VPC of the region: the default one first, then by name.
pub async fn networks(session: &Session) -> Result<Vec<VpcOffer>, AppError> {
    let ec2 = &session.aws.read.ec2;
    let vpcs = ec2.describe_vpcs().into_paginator().items().send();
    let subnets = ec2.describe_subnets().into_paginator().items().send();
    let groups = ec2.describe_security_groups().into_paginator().items().send();
    let (vpcs, subnets, groups, routes) = tokio::join!(
        vpcs.collect::<Result<Vec<_>, _>>(),
        subnets.collect::<Result<Vec<_>, _>>(),
        groups.collect::<Result<Vec<_>, _>>(),
        Routes::read(ec2)
    );
    let vpcs = vpcs.map_err(fault("ec2:DescribeVpcs"))?;
    let subnets = subnets.map_err(fault("ec2:DescribeSubnets"))?;
    let groups = groups.map_err(fault("ec2:DescribeSecurityGroups"))?;
    // The way out is good to know here and is proved by the check.
    let routes = routes.ok();
    let mut offers: Vec<_> = vpcs.iter().map(|vpc| offer(vpc, &subnets, &groups, routes.as_ref())).collect();
    offers.sort_by(|a, b| (!a.is_default, &a.name, &a.id).cmp(&(!b.is_default, &b.name, &b.id)));
    Ok(offers)
}

fn offer(vpc: &Vpc, subnets: &[Subnet], groups: &[SecurityGroup], routes: Option<&Routes>) -> VpcOffer {
    let id = vpc.vpc_id().unwrap_or_default();
    let mut subnets: Vec<_> = subnets
        .iter()
        .filter(|subnet| subnet.vpc_id() == Some(id))
        .map(|subnet| {
            let own = subnet.subnet_id().unwrap_or_default();
            SubnetOffer {
                id: own.to_owned(),
                name: name_of(subnet.tags()),
                zone: subnet.availability_zone().unwrap_or_default().to_owned(),
                cidr: subnet.cidr_block().unwrap_or_default().to_owned(),
                free_addresses: u32::try_from(subnet.available_ip_address_count().unwrap_or(0)).unwrap_or(0),
                gives_public_ips: subnet.map_public_ip_on_launch().unwrap_or(false),
                exit: routes.map(|routes| routes.exit(id, own)),
            }
        })
        .collect();
    subnets.sort_by(|a, b| (&a.zone, &a.cidr).cmp(&(&b.zone, &b.cidr)));
    let mut groups: Vec<_> = groups
        .iter()
        .filter(|group| group.vpc_id() == Some(id))
        .map(|group| GroupOffer {
            id: group.group_id().unwrap_or_default().to_owned(),
            name: group.group_name().unwrap_or_default().to_owned(),
            description: group.description().unwrap_or_default().to_owned(),
        })
        .collect();
    groups.sort_by(|a, b| a.name.cmp(&b.name));
    VpcOffer {
        id: id.to_owned(),
        name: name_of(vpc.tags()),
        cidr: vpc.cidr_block().unwrap_or_default().to_owned(),
        is_default: vpc.is_default().unwrap_or(false),
        subnets,
        security_groups: groups,
    }
}

fn name_of(tags: &[Tag]) -> Option<String> {
    let name = tags.iter().find(|tag| tag.key() == Some("Name"))?.value()?;
    (!name.is_empty()).then(|| name.to_owned())
}
