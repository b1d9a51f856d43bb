//! A subnet of the stack's own VPC.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_ec2::types::{AttributeBooleanValue, ResourceType, SubnetState};

use super::{
    Attribute, Call, Difference, Evidence, Facts, Kind, Known, Mend, Observed, Permission, Ref, Resource,
    ResourceId, Stack, SubnetId, Tagged, Verdict, VpcId, call, gone_is_done, not_known,
    tags::{Tags, filter, from_ec2},
};
use crate::{
    aws::{AwsFault, Clients, fault},
    terraform::{self, Block, File, Part, Value},
    words::say,
};

/// Where Terraform finds the zones of the region.
const ZONES: &str = "data.aws_availability_zones.available";

/// A subnet in one availability zone.
#[derive(Debug, Clone)]
pub(crate) struct Subnet {
    pub(crate) stack: Arc<Stack>,
    /// `a`, `b` of the jobs, `public` of a NAT gateway.
    pub(crate) part: String,
    pub(crate) vpc: Ref<VpcId>,
    pub(crate) cidr: String,
    /// Which quarter of the VPC that is.
    pub(crate) quarter: usize,
    /// Whether what starts in it gets a public address.
    pub(crate) public_ips: bool,
    /// Which of the region's availability zones, counted from 0 in the order of their names.
    pub(crate) zone: usize,
}

/// The subnet as found.
#[derive(Debug, Clone)]
pub(crate) struct SubnetFacts {
    id: String,
    pub(crate) cidr: String,
    pub(crate) zone: String,
    available: bool,
    public_ip: bool,
    tags: Tags,
}

#[async_trait]
impl Resource for Subnet {
    type Facts = SubnetFacts;

    fn id(&self) -> ResourceId {
        ResourceId::new(Kind::Subnet, &self.part)
    }

    fn name(&self) -> String {
        self.stack.ec2_name(&Resource::id(self))
    }

    fn depends_on(&self) -> Vec<ResourceId> {
        vec![self.vpc.of.clone()]
    }

    async fn observe(&self, aws: &Clients) -> Observed<Self::Facts> {
        Observed::from_lookup(self.look(aws).await)
    }

    fn tagged<'f>(&'f self, facts: &'f Self::Facts) -> Option<Tagged<'f>> {
        Some(Tagged::ec2(&self.stack, &facts.id, &facts.tags))
    }

    fn known(&self, facts: &Self::Facts) -> Facts {
        Facts::none().with(Attribute::Id, &facts.id)
    }

    fn evidence(&self, facts: &Self::Facts) -> Vec<Evidence> {
        vec![
            Evidence::new("SubnetId", &facts.id),
            Evidence::new("CidrBlock", &facts.cidr),
            Evidence::new("AvailabilityZone", &facts.zone),
            Evidence::new("MapPublicIpOnLaunch", facts.public_ip),
        ]
    }

    fn judge(&self, facts: &Self::Facts, _known: &Known) -> Verdict {
        if !facts.available {
            return Verdict::Settling("pending".to_owned());
        }
        if let Some(cidr) = Difference::between("CidrBlock", &facts.cidr, &self.cidr) {
            return Verdict::Wrong(
                vec![cidr],
                Mend::Refuse(say("subnet-cidr-is-fixed", &[("found", &facts.cidr)])),
            );
        }
        Verdict::in_place(Difference::between("MapPublicIpOnLaunch", facts.public_ip, self.public_ips))
    }

    fn create(&self) -> Vec<Call> {
        let mut calls = vec![
            call!(self, "ec2:CreateSubnet", self.name(), LookFirst, |me, aws, known| {
                let action = "ec2:CreateSubnet";
                let vpc = me.vpc.get(&known).ok_or_else(|| not_known(action, "the VPC"))?;
                let zone = me.choose_zone(&aws).await?;
                let made = aws
                    .once
                    .ec2
                    .create_subnet()
                    .vpc_id(vpc)
                    .cidr_block(&me.cidr)
                    .set_availability_zone(zone)
                    .tag_specifications(me.stack.ec2_tags(&Resource::id(&me), ResourceType::Subnet))
                    .send()
                    .await
                    .map_err(fault(action))?;
                let id = made.subnet().and_then(|subnet| subnet.subnet_id());
                Ok(Facts::none().with(Attribute::Id, id.unwrap_or_default()))
            })
            .also_needs(Permission::new("ec2:CreateTags", "*"))
            .makes(self),
        ];
        // AWS gives none unless it is told to.
        calls.extend(self.public_ips.then(|| self.set_public_ips()));
        calls
    }

    fn change(&self, facts: &Self::Facts, _known: &Known) -> Vec<Call> {
        if facts.public_ip == self.public_ips { vec![] } else { vec![self.set_public_ips()] }
    }

    fn delete(&self, facts: &Self::Facts) -> Vec<Call> {
        let id = facts.id.clone();
        vec![call!(self, "ec2:DeleteSubnet", format!("{} ({id})", self.name()), Harmless, |me, aws, known| {
            let request = aws.once.ec2.delete_subnet().subnet_id(&id);
            gone_is_done(request.send().await.map_err(fault("ec2:DeleteSubnet")))
        } ; id)]
    }

    fn terraform_address(&self) -> Option<String> {
        Some(format!("aws_subnet.{}", terraform::label(&self.part)))
    }

    fn terraform(&self, facts: Option<&Self::Facts>, with: &terraform::Context<'_>) -> terraform::Part {
        let id = Resource::id(self);
        let address = with.address(&id);
        let (vpc, quarter, zone) = (with.address(&self.vpc.of), self.quarter, self.zone);
        let stays = Block::new("lifecycle", &[]).set_because(
            "A zone that joins or leaves the region must not move a subnet that is there.",
            "ignore_changes",
            Value::codes(["availability_zone"]),
        );
        let subnet = Block::resource(address)
            .set("vpc_id", with.refer(&self.vpc))
            // A quarter of the VPC each, as the list of resources has it.
            .set("cidr_block", Value::code(format!("cidrsubnet({vpc}.cidr_block, 2, {quarter})")))
            .set("availability_zone", Value::code(format!("{ZONES}.names[{zone}]")))
            .set("map_public_ip_on_launch", self.public_ips)
            .set("tags", with.tags(&id))
            .with(stays);
        let zones = Block::data(ZONES).set("state", "available").with(
            Block::new("filter", &[]).set("name", "zone-type").set("values", vec!["availability-zone"]),
        );
        Part::of(File::Network, [zones, subnet]).import(address, facts.map(|facts| &facts.id))
    }
}

impl Subnet {
    /// The first zone of a region is not always `a`, so AWS is asked.
    async fn choose_zone(&self, aws: &Clients) -> Result<Option<String>, AwsFault> {
        let found = aws
            .read
            .ec2
            .describe_availability_zones()
            .filters(filter("zone-type", "availability-zone"))
            .filters(filter("state", "available"))
            .send()
            .await
            .map_err(fault("ec2:DescribeAvailabilityZones"))?;
        let mut zones: Vec<_> = found
            .availability_zones()
            .iter()
            .filter_map(|zone| zone.zone_name().map(str::to_owned))
            .collect();
        zones.sort();
        let count = zones.len().max(1);
        Ok(zones.get(self.zone % count).cloned())
    }

    fn set_public_ips(&self) -> Call {
        call!(self, "ec2:ModifySubnetAttribute", self.name(), Harmless, |me, aws, known| {
            let action = "ec2:ModifySubnetAttribute";
            let own = Ref::<SubnetId>::to(Resource::id(&me));
            let subnet = own.get(&known).ok_or_else(|| not_known(action, "the subnet"))?;
            aws.once
                .ec2
                .modify_subnet_attribute()
                .subnet_id(subnet)
                .map_public_ip_on_launch(AttributeBooleanValue::builder().value(me.public_ips).build())
                .send()
                .await
                .map_err(fault(action))?;
            Ok(Facts::none())
        })
    }

    async fn look(&self, aws: &Clients) -> Result<Option<SubnetFacts>, AwsFault> {
        let filters = self.stack.ec2_filters(&Resource::id(self));
        let found = aws.read.ec2.describe_subnets().set_filters(filters).send().await;
        let found = found.map_err(fault("ec2:DescribeSubnets"))?;
        Ok(found.subnets().first().map(|subnet| SubnetFacts {
            id: subnet.subnet_id().unwrap_or_default().to_owned(),
            cidr: subnet.cidr_block().unwrap_or_default().to_owned(),
            zone: subnet.availability_zone().unwrap_or_default().to_owned(),
            available: subnet.state() == Some(&SubnetState::Available),
            public_ip: subnet.map_public_ip_on_launch().unwrap_or(false),
            tags: from_ec2(subnet.tags()),
        }))
    }
}
