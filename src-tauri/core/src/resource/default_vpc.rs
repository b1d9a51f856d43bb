//! The VPC that AWS made with the account, and its subnets: used as they are, never made, changed or removed.

use std::sync::Arc;

use async_trait::async_trait;

use super::{
    Attribute, Call, Evidence, Facts, Kind, Known, Observed, Resource, ResourceId, Stack, Tagged, Verdict,
    tags::filter,
};
use crate::{
    aws::{AwsFault, Clients, fault},
    terraform::{self, Block, File, Part, Value},
    words::{Text, say},
};

/// The default VPC of the region.
#[derive(Debug, Clone)]
pub(crate) struct DefaultVpc {
    pub(crate) stack: Arc<Stack>,
}

/// The default VPC as found.
#[derive(Debug, Clone)]
pub(crate) struct DefaultVpcFacts {
    id: String,
    cidr: String,
    /// One in each availability zone, in order.
    subnets: Vec<String>,
}

#[async_trait]
impl Resource for DefaultVpc {
    type Facts = DefaultVpcFacts;

    fn id(&self) -> ResourceId {
        ResourceId::main(Kind::DefaultVpc)
    }

    fn name(&self) -> String {
        "The default VPC".to_owned()
    }

    fn depends_on(&self) -> Vec<ResourceId> {
        vec![]
    }

    async fn observe(&self, aws: &Clients) -> Observed<Self::Facts> {
        Observed::from_lookup(look(aws).await)
    }

    fn tagged<'f>(&'f self, _facts: &'f Self::Facts) -> Option<Tagged<'f>> {
        None
    }

    fn known(&self, facts: &Self::Facts) -> Facts {
        Facts::none().with(Attribute::Id, &facts.id).with(Attribute::Ids, facts.subnets.join(","))
    }

    fn evidence(&self, facts: &Self::Facts) -> Vec<Evidence> {
        vec![
            Evidence::new("VpcId", &facts.id),
            Evidence::new("CidrBlock", &facts.cidr),
            Evidence::new("Subnets", facts.subnets.join(", ")),
        ]
    }

    fn judge(&self, facts: &Self::Facts, _known: &Known) -> Verdict {
        if facts.subnets.is_empty() {
            Verdict::Lacking(say("default-vpc-without-subnets", &[("vpc", &facts.id)]))
        } else {
            Verdict::Ready
        }
    }

    fn judge_absent(&self) -> Verdict {
        Verdict::Lacking(say("default-vpc-missing", &[("region", &self.stack.region)]))
    }

    fn create(&self) -> Vec<Call> {
        vec![]
    }

    fn change(&self, _facts: &Self::Facts, _known: &Known) -> Vec<Call> {
        vec![]
    }

    fn stays(&self, facts: &Self::Facts) -> Option<Text> {
        Some(say("stays-default-vpc", &[("vpc", &facts.id)]))
    }

    fn delete(&self, _facts: &Self::Facts) -> Vec<Call> {
        vec![]
    }

    fn terraform_address(&self) -> Option<String> {
        Some("data.aws_vpc.default".to_owned())
    }

    fn terraform(&self, _facts: Option<&Self::Facts>, with: &terraform::Context<'_>) -> terraform::Part {
        let address = with.address(&Resource::id(self));
        let filter =
            |name: &str, value: Value| Block::new("filter", &[]).set("name", name).set("values", value);
        let vpc = Block::data(address)
            .set("default", true)
            .why("The VPC that AWS made with the account, and its subnets: used, never changed.");
        let subnets = Block::data(&format!("data.aws_subnets.{}", with.label(&Resource::id(self))))
            .with(filter("vpc-id", Value::codes([format!("{address}.id")])))
            .with(filter("default-for-az", vec!["true"].into()));
        Part::of(File::Network, [vpc, subnets])
    }
}

async fn look(aws: &Clients) -> Result<Option<DefaultVpcFacts>, AwsFault> {
    let ec2 = &aws.read.ec2;
    let vpcs = ec2.describe_vpcs().filters(filter("is-default", "true")).send().await;
    let vpcs = vpcs.map_err(fault("ec2:DescribeVpcs"))?;
    let Some(vpc) = vpcs.vpcs().first() else { return Ok(None) };
    let id = vpc.vpc_id().unwrap_or_default().to_owned();
    let mut subnets = ec2
        .describe_subnets()
        .filters(filter("vpc-id", &id))
        .filters(filter("default-for-az", "true"))
        .into_paginator()
        .items()
        .send()
        .collect::<Result<Vec<_>, _>>()
        .await
        .map_err(fault("ec2:DescribeSubnets"))?;
    subnets.sort_by(|a, b| a.availability_zone().cmp(&b.availability_zone()));
    Ok(Some(DefaultVpcFacts {
        id,
        cidr: vpc.cidr_block().unwrap_or_default().to_owned(),
        // Fargate takes sixteen subnets at most (ComputeResource, `subnets`).
        subnets: subnets.into_iter().filter_map(|subnet| subnet.subnet_id).take(16).collect(),
    }))
}
