//! A VPC of the stack's own.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_ec2::types::{AttributeBooleanValue, ResourceType, VpcAttributeName, VpcState};

use super::{
    Attribute, Call, Difference, Evidence, Facts, Kind, Known, Mend, Observed, Permission, Ref, Resource,
    ResourceId, Stack, Tagged, Verdict, VpcId, call, gone_is_done, not_known,
    tags::{Tags, from_ec2},
};
use crate::{
    aws::{AwsFault, Clients, fault},
    terraform::{self, Block, File, Part, Value, Variable},
    words::say,
};

/// A VPC of the stack's own.
#[derive(Debug, Clone)]
pub(crate) struct Vpc {
    pub(crate) stack: Arc<Stack>,
    pub(crate) cidr: String,
}

/// The VPC as found.
#[derive(Debug, Clone)]
pub(crate) struct VpcFacts {
    id: String,
    cidr: String,
    available: bool,
    dns_support: bool,
    dns_hostnames: bool,
    tags: Tags,
}

#[async_trait]
impl Resource for Vpc {
    type Facts = VpcFacts;

    fn id(&self) -> ResourceId {
        ResourceId::main(Kind::Vpc)
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
        vec![Evidence::new("VpcId", &facts.id), Evidence::new("CidrBlock", &facts.cidr)]
    }

    fn judge(&self, facts: &Self::Facts, _known: &Known) -> Verdict {
        if !facts.available {
            return Verdict::Settling("pending".to_owned());
        }
        if let Some(cidr) = Difference::between("CidrBlock", &facts.cidr, &self.cidr) {
            return Verdict::Wrong(
                vec![cidr],
                Mend::Refuse(say("vpc-cidr-is-fixed", &[("found", &facts.cidr)])),
            );
        }
        let wrong = [
            Difference::between("enableDnsSupport", facts.dns_support, true),
            Difference::between("enableDnsHostnames", facts.dns_hostnames, true),
        ];
        Verdict::in_place(wrong.into_iter().flatten())
    }

    fn create(&self) -> Vec<Call> {
        vec![
            call!(self, "ec2:CreateVpc", self.name(), LookFirst, |me, aws, known| {
                let made = aws
                    .once
                    .ec2
                    .create_vpc()
                    .cidr_block(&me.cidr)
                    .tag_specifications(me.stack.ec2_tags(&Resource::id(&me), ResourceType::Vpc))
                    .send()
                    .await
                    .map_err(fault("ec2:CreateVpc"))?;
                Ok(Facts::none()
                    .with(Attribute::Id, made.vpc().and_then(|vpc| vpc.vpc_id()).unwrap_or_default()))
            })
            .also_needs(Permission::new("ec2:CreateTags", "*"))
            .makes(self),
            self.switch_on(&VpcAttributeName::EnableDnsHostnames),
        ]
    }

    fn change(&self, facts: &Self::Facts, _known: &Known) -> Vec<Call> {
        // In this order: without an answer there is no name (ModifyVpcAttribute, `EnableDnsHostnames`).
        let support = (!facts.dns_support).then(|| self.switch_on(&VpcAttributeName::EnableDnsSupport));
        let hostnames = (!facts.dns_hostnames).then(|| self.switch_on(&VpcAttributeName::EnableDnsHostnames));
        support.into_iter().chain(hostnames).collect()
    }

    fn delete(&self, facts: &Self::Facts) -> Vec<Call> {
        let id = facts.id.clone();
        vec![call!(self, "ec2:DeleteVpc", format!("{} ({id})", self.name()), Harmless, |me, aws, known| {
            let request = aws.once.ec2.delete_vpc().vpc_id(&id);
            gone_is_done(request.send().await.map_err(fault("ec2:DeleteVpc")))
        } ; id)]
    }

    fn terraform_address(&self) -> Option<String> {
        Some("aws_vpc.main".to_owned())
    }

    fn terraform(&self, facts: Option<&VpcFacts>, with: &terraform::Context<'_>) -> terraform::Part {
        let id = Resource::id(self);
        let address = with.address(&id);
        let vpc = Block::resource(address)
            .set("cidr_block", Value::code("var.vpc_cidr"))
            .set("enable_dns_support", true)
            .set_because("Private names of endpoints need it.", "enable_dns_hostnames", true)
            .set("tags", with.tags(&id));
        let cidr = facts.map_or(&self.cidr, |facts| &facts.cidr);
        Part::of(File::Network, [vpc])
            .import(address, facts.map(|facts| &facts.id))
            .variable(
                Variable::new("vpc_cidr".to_owned(), "string", "The addresses of the VPC.", cidr)
                    .must("can(cidrhost(var.vpc_cidr, 0))", "A range of addresses looks like 10.42.0.0/16."),
            )
            .output("vpc_id".to_owned(), "The VPC of the jobs.", Value::code(format!("{address}.id")))
    }
}

impl Vpc {
    /// Switches on one of the two DNS attributes. Without support nothing in the VPC finds any service of AWS; private
    /// names of endpoints need both, and AWS switches only the first on by itself.
    fn switch_on(&self, attribute: &'static VpcAttributeName) -> Call {
        let on = format!("{} ({})", self.name(), attribute.as_str());
        call!(self, "ec2:ModifyVpcAttribute", on, Harmless, |me, aws, known| {
            let vpc = Ref::<VpcId>::to(Resource::id(&me));
            let vpc = vpc.get(&known).ok_or_else(|| not_known("ec2:ModifyVpcAttribute", "the VPC"))?;
            let request = aws.once.ec2.modify_vpc_attribute().vpc_id(vpc);
            let on = AttributeBooleanValue::builder().value(true).build();
            let request = match attribute {
                VpcAttributeName::EnableDnsSupport => request.enable_dns_support(on),
                _ => request.enable_dns_hostnames(on),
            };
            request.send().await.map_err(fault("ec2:ModifyVpcAttribute")).map(|_| Facts::none())
        })
    }

    async fn look(&self, aws: &Clients) -> Result<Option<VpcFacts>, AwsFault> {
        let ec2 = &aws.read.ec2;
        let filters = self.stack.ec2_filters(&Resource::id(self));
        let found =
            ec2.describe_vpcs().set_filters(filters).send().await.map_err(fault("ec2:DescribeVpcs"))?;
        let Some(vpc) = found.vpcs().first() else { return Ok(None) };
        let id = vpc.vpc_id().unwrap_or_default().to_owned();
        let attribute = |name| ec2.describe_vpc_attribute().vpc_id(&id).attribute(name).send();
        let (support, hostnames) = tokio::join!(
            attribute(VpcAttributeName::EnableDnsSupport),
            attribute(VpcAttributeName::EnableDnsHostnames)
        );
        let support = support.map_err(fault("ec2:DescribeVpcAttribute"))?;
        let hostnames = hostnames.map_err(fault("ec2:DescribeVpcAttribute"))?;
        Ok(Some(VpcFacts {
            id,
            cidr: vpc.cidr_block().unwrap_or_default().to_owned(),
            available: vpc.state() == Some(&VpcState::Available),
            dns_support: support.enable_dns_support().and_then(AttributeBooleanValue::value).unwrap_or(false),
            dns_hostnames: hostnames
                .enable_dns_hostnames()
                .and_then(AttributeBooleanValue::value)
                .unwrap_or(false),
            tags: from_ec2(vpc.tags()),
        }))
    }
}
