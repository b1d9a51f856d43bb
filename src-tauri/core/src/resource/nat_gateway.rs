//! The NAT gateway of the stack's own VPC: one for all zones, since each is paid by the hour.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_ec2::types::{self as ec2, ConnectivityType, NatGatewayState, ResourceType};

use super::{
    AllocationId, Attribute, Call, Difference, Evidence, Facts, Kind, Known, Mend, Observed, Permission, Ref,
    Resource, ResourceId, Stack, SubnetId, Tagged, Verdict, call, gone_is_done, not_known,
    tags::{Tags, from_ec2},
};
use crate::{
    aws::{AwsFault, Clients, fault},
    terraform::{self, Block, File, Part},
    words::say,
};

/// A public NAT gateway in a public subnet.
#[derive(Debug, Clone)]
pub(crate) struct NatGateway {
    pub(crate) stack: Arc<Stack>,
    pub(crate) subnet: Ref<SubnetId>,
    pub(crate) address: Ref<AllocationId>,
    /// What the subnet's way out needs: AWS refuses a gateway in a VPC without an internet gateway.
    pub(crate) after: Vec<ResourceId>,
}

/// The gateway as found.
#[derive(Debug, Clone)]
pub(crate) struct NatGatewayFacts {
    id: String,
    state: NatGatewayState,
    subnet: String,
    address: String,
    /// AWS's words where it failed.
    failure: String,
    tags: Tags,
}

#[async_trait]
impl Resource for NatGateway {
    type Facts = NatGatewayFacts;

    fn id(&self) -> ResourceId {
        ResourceId::main(Kind::NatGateway)
    }

    fn name(&self) -> String {
        self.stack.ec2_name(&Resource::id(self))
    }

    fn depends_on(&self) -> Vec<ResourceId> {
        let mut on = vec![self.subnet.of.clone(), self.address.of.clone()];
        on.extend(self.after.iter().cloned());
        on
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
            Evidence::new("NatGatewayId", &facts.id),
            Evidence::new("State", facts.state.as_str()),
            Evidence::new("SubnetId", &facts.subnet),
            Evidence::new("AllocationId", &facts.address),
        ]
    }

    fn judge(&self, facts: &Self::Facts, known: &Known) -> Verdict {
        match facts.state {
            NatGatewayState::Available => {}
            // It cannot be mended, and AWS takes it away after an hour (Amazon VPC User Guide, "NAT gateway creation
            // fails").
            NatGatewayState::Failed => return Verdict::Broken(facts.failure.clone(), vec![]),
            ref other => return Verdict::Settling(other.as_str().to_owned()),
        }
        let wrong: Vec<_> = [
            Difference::between("SubnetId", &facts.subnet, self.subnet.get(known).unwrap_or_default()),
            Difference::between("AllocationId", &facts.address, self.address.get(known).unwrap_or_default()),
        ]
        .into_iter()
        .flatten()
        .collect();
        if wrong.is_empty() {
            return Verdict::Ready;
        }
        Verdict::Wrong(wrong, Mend::Refuse(say("nat-is-fixed", &[("id", &facts.id)])))
    }

    fn create(&self) -> Vec<Call> {
        vec![
            call!(self, "ec2:CreateNatGateway", self.name(), LookFirst, |me, aws, known| {
                let action = "ec2:CreateNatGateway";
                let subnet = me.subnet.get(&known).ok_or_else(|| not_known(action, "the subnet"))?;
                let address = me.address.get(&known).ok_or_else(|| not_known(action, "the address"))?;
                let tags = me.stack.ec2_tags(&Resource::id(&me), ResourceType::Natgateway);
                let request = aws.once.ec2.create_nat_gateway().connectivity_type(ConnectivityType::Public);
                let request = request.subnet_id(subnet).allocation_id(address);
                let made = request.tag_specifications(tags).send().await.map_err(fault(action))?;
                let id = made.nat_gateway().and_then(|gateway| gateway.nat_gateway_id());
                Ok(Facts::none().with(Attribute::Id, id.unwrap_or_default()))
            })
            .also_needs(Permission::new("ec2:CreateTags", "*"))
            .creating()
            .find({
                let me = self.clone();
                move |aws, _| me.clone().coming(aws)
            }),
        ]
    }

    fn change(&self, facts: &Self::Facts, _known: &Known) -> Vec<Call> {
        if facts.state != NatGatewayState::Failed {
            return vec![];
        }
        self.delete(facts).into_iter().chain(self.create()).collect()
    }

    fn delete(&self, facts: &Self::Facts) -> Vec<Call> {
        let id = facts.id.clone();
        vec![
            call!(self, "ec2:DeleteNatGateway", format!("{} ({id})", self.name()), Harmless, |me, aws, known| {
            let request = aws.once.ec2.delete_nat_gateway().nat_gateway_id(&id);
            gone_is_done(request.send().await.map_err(fault("ec2:DeleteNatGateway")))
        } ; id),
        ]
    }

    fn takes(&self) -> (u32, u32) {
        (110, 600)
    }

    fn terraform_address(&self) -> Option<String> {
        Some("aws_nat_gateway.main".to_owned())
    }

    fn terraform(&self, facts: Option<&Self::Facts>, with: &terraform::Context<'_>) -> terraform::Part {
        let id = Resource::id(self);
        let address = with.address(&id);
        let after = self.after.iter().map(|id| with.address(id)).collect::<Vec<_>>();
        let gateway = Block::resource(address)
            .set("subnet_id", with.refer(&self.subnet))
            .set("allocation_id", with.refer(&self.address))
            .set("tags", with.tags(&id))
            .set_because(
                "AWS makes none in a VPC without an internet gateway.",
                "depends_on",
                terraform::Value::codes(after),
            );
        Part::of(File::Network, [gateway]).import(address, facts.map(|facts| &facts.id))
    }
}

impl NatGateway {
    /// The one that was made, and none of those that failed or go.
    async fn coming(self, aws: Clients) -> Result<Option<Facts>, AwsFault> {
        let coming = [NatGatewayState::Pending, NatGatewayState::Available];
        let found = self.look(&aws).await?.filter(|facts| coming.contains(&facts.state));
        Ok(found.map(|facts| Resource::known(&self, &facts)))
    }

    async fn look(&self, aws: &Clients) -> Result<Option<NatGatewayFacts>, AwsFault> {
        let filters = self.stack.ec2_filters(&Resource::id(self));
        let found = aws.read.ec2.describe_nat_gateways().set_filter(filters).send().await;
        let found = found.map_err(fault("ec2:DescribeNatGateways"))?;
        // AWS remembers a deleted one for an hour. Of a failed one and its successor the successor counts.
        let there = found.nat_gateways().iter().filter(|one| one.state() != Some(&NatGatewayState::Deleted));
        let there = there.max_by_key(|one| {
            let going = matches!(one.state(), Some(NatGatewayState::Deleting | NatGatewayState::Failed));
            (!going, one.create_time().map(aws_sdk_ec2::primitives::DateTime::secs))
        });
        Ok(there.map(facts_of))
    }
}

fn facts_of(gateway: &ec2::NatGateway) -> NatGatewayFacts {
    let address = gateway.nat_gateway_addresses().first().and_then(|address| address.allocation_id());
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    NatGatewayFacts {
        id: text(gateway.nat_gateway_id()),
        state: gateway.state().cloned().unwrap_or(NatGatewayState::Pending),
        subnet: text(gateway.subnet_id()),
        address: text(address),
        failure: text(gateway.failure_message().or(gateway.failure_code())),
        tags: from_ec2(gateway.tags()),
    }
}
