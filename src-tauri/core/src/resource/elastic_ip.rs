//! The public address of the stack's NAT gateway.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_ec2::types::{DomainType, ResourceType};

use super::{
    Attribute, Call, Evidence, Facts, Kind, Known, Observed, Permission, Resource, ResourceId, Stack, Tagged,
    Verdict, call, gone_is_done,
    tags::{Tags, from_ec2},
};
use crate::{
    aws::{AwsFault, Clients, fault},
    terraform::{self, Block, File, Part, Value},
};

/// An Elastic IP address.
#[derive(Debug, Clone)]
pub(crate) struct ElasticIp {
    pub(crate) stack: Arc<Stack>,
}

/// The address as found.
#[derive(Debug, Clone)]
pub(crate) struct ElasticIpFacts {
    id: String,
    public_ip: String,
    tags: Tags,
}

#[async_trait]
impl Resource for ElasticIp {
    type Facts = ElasticIpFacts;

    fn id(&self) -> ResourceId {
        ResourceId::main(Kind::ElasticIp)
    }

    fn name(&self) -> String {
        self.stack.ec2_name(&Resource::id(self))
    }

    fn depends_on(&self) -> Vec<ResourceId> {
        vec![]
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
        vec![Evidence::new("AllocationId", &facts.id), Evidence::new("PublicIp", &facts.public_ip)]
    }

    fn judge(&self, _facts: &Self::Facts, _known: &Known) -> Verdict {
        Verdict::Ready
    }

    fn create(&self) -> Vec<Call> {
        vec![
            call!(self, "ec2:AllocateAddress", self.name(), LookFirst, |me, aws, known| {
                let tags = me.stack.ec2_tags(&Resource::id(&me), ResourceType::ElasticIp);
                let request =
                    aws.once.ec2.allocate_address().domain(DomainType::Vpc).tag_specifications(tags);
                let made = request.send().await.map_err(fault("ec2:AllocateAddress"))?;
                Ok(Facts::none().with(Attribute::Id, made.allocation_id().unwrap_or_default()))
            })
            .also_needs(Permission::new("ec2:CreateTags", "*"))
            .makes(self),
        ]
    }

    fn change(&self, _facts: &Self::Facts, _known: &Known) -> Vec<Call> {
        vec![]
    }

    fn delete(&self, facts: &Self::Facts) -> Vec<Call> {
        let id = facts.id.clone();
        vec![
            call!(self, "ec2:ReleaseAddress", format!("{} ({id})", self.name()), Harmless, |me, aws, known| {
            let request = aws.once.ec2.release_address().allocation_id(&id);
            gone_is_done(request.send().await.map_err(fault("ec2:ReleaseAddress")))
        } ; id),
        ]
    }

    fn terraform_address(&self) -> Option<String> {
        Some("aws_eip.nat".to_owned())
    }

    fn terraform(&self, facts: Option<&Self::Facts>, with: &terraform::Context<'_>) -> terraform::Part {
        let id = Resource::id(self);
        let address = with.address(&id);
        let eip = Block::resource(address).set("domain", "vpc").set("tags", with.tags(&id));
        Part::of(File::Network, [eip]).import(address, facts.map(|facts| &facts.id)).output(
            "nat_public_ip".to_owned(),
            "The address from which jobs are seen on the internet.",
            Value::code(format!("{address}.public_ip")),
        )
    }
}

impl ElasticIp {
    async fn look(&self, aws: &Clients) -> Result<Option<ElasticIpFacts>, AwsFault> {
        let filters = self.stack.ec2_filters(&Resource::id(self));
        let found = aws.read.ec2.describe_addresses().set_filters(filters).send().await;
        let found = found.map_err(fault("ec2:DescribeAddresses"))?;
        Ok(found.addresses().first().map(|address| ElasticIpFacts {
            id: address.allocation_id().unwrap_or_default().to_owned(),
            public_ip: address.public_ip().unwrap_or_default().to_owned(),
            tags: from_ec2(address.tags()),
        }))
    }
}
