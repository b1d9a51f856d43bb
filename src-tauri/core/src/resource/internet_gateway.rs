//! The internet gateway of the stack's own VPC.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_ec2::types::ResourceType;

use super::{
    Attribute, Call, Difference, Evidence, Facts, InternetGatewayId, Kind, Known, Mend, Observed, Permission,
    Ref, Resource, ResourceId, Stack, Tagged, Verdict, VpcId, call, gone_is_done, not_known,
    tags::{Tags, from_ec2},
};
use crate::{
    aws::{AwsFault, Clients, FaultKind, fault},
    terraform::{self, Block, File, Part},
    words::say,
};

/// An internet gateway, attached to a VPC.
#[derive(Debug, Clone)]
pub(crate) struct InternetGateway {
    pub(crate) stack: Arc<Stack>,
    pub(crate) vpc: Ref<VpcId>,
}

/// The gateway as found.
#[derive(Debug, Clone)]
pub(crate) struct InternetGatewayFacts {
    id: String,
    attached_to: Option<String>,
    tags: Tags,
}

#[async_trait]
impl Resource for InternetGateway {
    type Facts = InternetGatewayFacts;

    fn id(&self) -> ResourceId {
        ResourceId::main(Kind::InternetGateway)
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
            Evidence::new("InternetGatewayId", &facts.id),
            Evidence::new("VpcId", facts.attached_to.as_deref().unwrap_or("none")),
        ]
    }

    fn judge(&self, facts: &Self::Facts, known: &Known) -> Verdict {
        let wanted = self.vpc.get(known).unwrap_or_default();
        let Some(wrong) =
            Difference::between("attachment", facts.attached_to.as_deref().unwrap_or_default(), wanted)
        else {
            return Verdict::Ready;
        };
        let mend = match &facts.attached_to {
            None => Mend::InPlace,
            Some(other) => Mend::Refuse(say("gateway-elsewhere", &[("id", &facts.id), ("vpc", other)])),
        };
        Verdict::Wrong(vec![wrong], mend)
    }

    fn create(&self) -> Vec<Call> {
        vec![
            call!(self, "ec2:CreateInternetGateway", self.name(), LookFirst, |me, aws, known| {
                let tags = me.stack.ec2_tags(&Resource::id(&me), ResourceType::InternetGateway);
                let request = aws.once.ec2.create_internet_gateway().tag_specifications(tags);
                let made = request.send().await.map_err(fault("ec2:CreateInternetGateway"))?;
                let id = made.internet_gateway().and_then(|gateway| gateway.internet_gateway_id());
                Ok(Facts::none().with(Attribute::Id, id.unwrap_or_default()))
            })
            .also_needs(Permission::new("ec2:CreateTags", "*"))
            .makes(self),
            self.attach(),
        ]
    }

    fn change(&self, facts: &Self::Facts, _known: &Known) -> Vec<Call> {
        if facts.attached_to.is_none() { vec![self.attach()] } else { vec![] }
    }

    fn delete(&self, facts: &Self::Facts) -> Vec<Call> {
        let id = facts.id.clone();
        let mut calls = Vec::new();
        if let Some(vpc) = facts.attached_to.clone() {
            calls.push(call!(self, "ec2:DetachInternetGateway", format!("{} ({id})", self.name()), Harmless, |me, aws, known| {
                let request = aws.once.ec2.detach_internet_gateway().internet_gateway_id(&id).vpc_id(&vpc);
                match request.send().await.map_err(fault("ec2:DetachInternetGateway")) {
                    // Detached already.
                    Err(fault) if fault.code.as_deref() == Some("Gateway.NotAttached") => Ok(Facts::none()),
                    result => gone_is_done(result),
                }
            } ; id, vpc));
        }
        let id = facts.id.clone();
        calls.push(call!(self, "ec2:DeleteInternetGateway", format!("{} ({id})", self.name()), Harmless, |me, aws, known| {
            let request = aws.once.ec2.delete_internet_gateway().internet_gateway_id(&id);
            gone_is_done(request.send().await.map_err(fault("ec2:DeleteInternetGateway")))
        } ; id));
        calls
    }

    fn terraform_address(&self) -> Option<String> {
        Some("aws_internet_gateway.main".to_owned())
    }

    fn terraform(&self, facts: Option<&Self::Facts>, with: &terraform::Context<'_>) -> terraform::Part {
        let id = Resource::id(self);
        let address = with.address(&id);
        let gateway =
            Block::resource(address).set("vpc_id", with.refer(&self.vpc)).set("tags", with.tags(&id));
        Part::of(File::Network, [gateway]).import(address, facts.map(|facts| &facts.id))
    }
}

impl InternetGateway {
    fn attach(&self) -> Call {
        call!(self, "ec2:AttachInternetGateway", self.name(), Harmless, |me, aws, known| {
            let action = "ec2:AttachInternetGateway";
            let own = Ref::<InternetGatewayId>::to(Resource::id(&me));
            let gateway = own.get(&known).ok_or_else(|| not_known(action, "the internet gateway"))?;
            let vpc = me.vpc.get(&known).ok_or_else(|| not_known(action, "the VPC"))?;
            let request = aws.once.ec2.attach_internet_gateway().internet_gateway_id(gateway).vpc_id(vpc);
            match request.send().await.map_err(fault(action)) {
                Ok(_) => Ok(Facts::none()),
                // Attached already, by an earlier sending; the look that ends the step sees to which VPC.
                Err(fault) if fault.kind == FaultKind::AlreadyExists => Ok(Facts::none()),
                Err(fault) => Err(fault),
            }
        })
    }

    async fn look(&self, aws: &Clients) -> Result<Option<InternetGatewayFacts>, AwsFault> {
        let filters = self.stack.ec2_filters(&Resource::id(self));
        let found = aws.read.ec2.describe_internet_gateways().set_filters(filters).send().await;
        let found = found.map_err(fault("ec2:DescribeInternetGateways"))?;
        Ok(found.internet_gateways().first().map(|gateway| InternetGatewayFacts {
            id: gateway.internet_gateway_id().unwrap_or_default().to_owned(),
            attached_to: gateway.attachments().first().and_then(|a| a.vpc_id().map(str::to_owned)),
            tags: from_ec2(gateway.tags()),
        }))
    }
}
