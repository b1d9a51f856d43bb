//! A VPC that is there already, with those of its subnets and security groups that a person picked: used as they
//! are, never made, changed or removed.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;

use super::{
    Attribute, Call, Evidence, Facts, Kind, Known, Observed, Resource, ResourceId, Stack, Tagged, Verdict,
    absent_is_none, tags::filter,
};
use crate::{
    aws::{AwsFault, Clients, fault},
    terraform::{self, Block, File, Part, Value, Variable},
    words::{Text, say},
};

/// An existing VPC and what is used of it.
#[derive(Debug, Clone)]
pub(crate) struct ExistingVpc {
    pub(crate) stack: Arc<Stack>,
    pub(crate) vpc: String,
    pub(crate) subnets: Vec<String>,
    pub(crate) security_groups: Vec<String>,
}

/// The VPC as found.
#[derive(Debug, Clone)]
pub(crate) struct ExistingVpcFacts {
    cidr: String,
    /// Every subnet of it with its availability zone.
    subnets: BTreeMap<String, String>,
    /// Every security group of it with its name.
    security_groups: BTreeMap<String, String>,
}

#[async_trait]
impl Resource for ExistingVpc {
    type Facts = ExistingVpcFacts;

    fn id(&self) -> ResourceId {
        ResourceId::main(Kind::ExistingVpc)
    }

    fn name(&self) -> String {
        self.vpc.clone()
    }

    fn depends_on(&self) -> Vec<ResourceId> {
        vec![]
    }

    async fn observe(&self, aws: &Clients) -> Observed<Self::Facts> {
        Observed::from_lookup(self.look(aws).await)
    }

    fn tagged<'f>(&'f self, _facts: &'f Self::Facts) -> Option<Tagged<'f>> {
        None
    }

    fn known(&self, facts: &Self::Facts) -> Facts {
        let there = self.subnets.iter().filter(|subnet| facts.subnets.contains_key(*subnet));
        let there: Vec<_> = there.map(String::as_str).collect();
        Facts::none().with(Attribute::Id, &self.vpc).with(Attribute::Ids, there.join(","))
    }

    fn evidence(&self, facts: &Self::Facts) -> Vec<Evidence> {
        let named = |wanted: &[String], found: &BTreeMap<String, String>| {
            let each = wanted.iter().map(|id| match found.get(id) {
                Some(what) => format!("{id} ({what})"),
                None => format!("{id} (–)"),
            });
            each.collect::<Vec<_>>().join(", ")
        };
        let mut evidence = vec![
            Evidence::new("VpcId", &self.vpc),
            Evidence::new("CidrBlock", &facts.cidr),
            Evidence::new("Subnets", named(&self.subnets, &facts.subnets)),
        ];
        if !self.security_groups.is_empty() {
            evidence
                .push(Evidence::new("SecurityGroups", named(&self.security_groups, &facts.security_groups)));
        }
        evidence
    }

    fn judge(&self, facts: &Self::Facts, _known: &Known) -> Verdict {
        let lacking = |wanted: &[String], found: &BTreeMap<String, String>| {
            let gone = wanted.iter().filter(|id| !found.contains_key(*id)).cloned();
            gone.collect::<Vec<_>>().join(", ")
        };
        let subnets = lacking(&self.subnets, &facts.subnets);
        let groups = lacking(&self.security_groups, &facts.security_groups);
        if !subnets.is_empty() {
            Verdict::Lacking(say("existing-subnets-missing", &[("vpc", &self.vpc), ("subnets", &subnets)]))
        } else if !groups.is_empty() {
            Verdict::Lacking(say("existing-groups-missing", &[("vpc", &self.vpc), ("groups", &groups)]))
        } else {
            Verdict::Ready
        }
    }

    fn judge_absent(&self) -> Verdict {
        Verdict::Lacking(say("existing-vpc-missing", &[("vpc", &self.vpc), ("region", &self.stack.region)]))
    }

    fn create(&self) -> Vec<Call> {
        vec![]
    }

    fn change(&self, _facts: &Self::Facts, _known: &Known) -> Vec<Call> {
        vec![]
    }

    fn stays(&self, _facts: &Self::Facts) -> Option<Text> {
        Some(say("stays-existing-vpc", &[("vpc", &self.vpc)]))
    }

    fn delete(&self, _facts: &Self::Facts) -> Vec<Call> {
        vec![]
    }

    fn terraform_address(&self) -> Option<String> {
        Some("data.aws_vpc.existing".to_owned())
    }

    fn terraform(&self, _facts: Option<&Self::Facts>, with: &terraform::Context<'_>) -> terraform::Part {
        let address = with.address(&Resource::id(self));
        let vpc = Block::data(address)
            .set("id", Value::code("var.vpc_id"))
            .why("A VPC that was there before: used, never changed.");
        let filter =
            |name: &str, values: Value| Block::new("filter", &[]).set("name", name).set("values", values);
        // Asked for by id, so that a subnet that is gone or of another VPC shows when planning.
        let subnets = Block::data(&format!("data.aws_subnets.{}", with.label(&Resource::id(self))))
            .with(filter("vpc-id", Value::codes([format!("{address}.id")])))
            .with(filter("subnet-id", Value::code("var.subnet_ids")));
        let mut part = Part::of(File::Network, [vpc, subnets])
            .variable(Variable::new("vpc_id".to_owned(), "string", "The VPC in which jobs run.", &self.vpc))
            .variable(Variable::new(
                "subnet_ids".to_owned(),
                "list(string)",
                "Those of its subnets in which jobs run.",
                self.subnets.clone(),
            ));
        if !self.security_groups.is_empty() {
            part = part.variable(Variable::new(
                "security_group_ids".to_owned(),
                "list(string)",
                "Its security groups that jobs get.",
                self.security_groups.clone(),
            ));
        }
        part
    }
}

impl ExistingVpc {
    async fn look(&self, aws: &Clients) -> Result<Option<ExistingVpcFacts>, AwsFault> {
        let ec2 = &aws.read.ec2;
        let vpcs = ec2.describe_vpcs().vpc_ids(&self.vpc).send();
        let subnets =
            ec2.describe_subnets().filters(filter("vpc-id", &self.vpc)).into_paginator().items().send();
        let groups = ec2
            .describe_security_groups()
            .filters(filter("vpc-id", &self.vpc))
            .into_paginator()
            .items()
            .send();
        let (vpcs, subnets, groups) =
            tokio::join!(vpcs, subnets.collect::<Result<Vec<_>, _>>(), groups.collect::<Result<Vec<_>, _>>());
        let Some(vpcs) = absent_is_none(vpcs.map_err(fault("ec2:DescribeVpcs")))? else { return Ok(None) };
        let Some(vpc) = vpcs.vpcs().first() else { return Ok(None) };
        let subnets = subnets.map_err(fault("ec2:DescribeSubnets"))?.into_iter();
        let groups = groups.map_err(fault("ec2:DescribeSecurityGroups"))?.into_iter();
        Ok(Some(ExistingVpcFacts {
            cidr: vpc.cidr_block().unwrap_or_default().to_owned(),
            subnets: subnets.filter_map(|s| Some((s.subnet_id?, s.availability_zone?))).collect(),
            security_groups: groups.filter_map(|g| Some((g.group_id?, g.group_name?))).collect(),
        }))
    }
}
