//! A security group of the stack: everything out; and in what its purpose asks for.

mod rules;

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_ec2::types::{self as ec2, Filter, IpPermission, IpRange, ResourceType};

use rules::{ALL_OUT, https_from, listed, one_by_one, told};

use super::{
    Addition, Attribute, Call, Difference, Evidence, Facts, Kind, Known, Mend, Observed, Permission, Ref,
    Resource, ResourceId, SecurityGroupId, Stack, Tagged, Verdict, VpcId, call, gone_is_done, not_known,
    tags::{Tags, filter, from_ec2},
    there_is_done,
};
use crate::{
    aws::{AwsFault, Clients, fault},
    terraform::{self, Block, File, Part, Value},
    words::say,
};

const INGRESS: &str = "ingress";

/// A security group of a stack.
#[derive(Debug, Clone)]
pub(crate) struct SecurityGroup {
    pub(crate) stack: Arc<Stack>,
    pub(crate) purpose: Purpose,
    pub(crate) name: String,
    pub(crate) vpc: Ref<VpcId>,
    pub(crate) in_vpc: InVpc,
}

/// What a group is for.
#[derive(Debug, Clone)]
pub(crate) enum Purpose {
    /// Jobs, which nothing calls.
    Jobs,
    /// Endpoints, which what is in the VPC calls.
    Endpoints {
        /// The VPC's addresses.
        cidr: String,
    },
}

impl Purpose {
    fn part(&self) -> &'static str {
        match self {
            Self::Jobs => "main",
            Self::Endpoints { .. } => "endpoints",
        }
    }

    /// As its description says it; a later change would force a new group.
    fn description(&self) -> &'static str {
        match self {
            Self::Jobs => "Jobs of AWS Batch: out to everywhere, in from nowhere",
            Self::Endpoints { .. } => "Endpoints for jobs of AWS Batch: HTTPS in from the VPC",
        }
    }

    /// What it lets in.
    fn door(&self) -> Option<IpPermission> {
        match self {
            Self::Jobs => None,
            Self::Endpoints { cidr } => Some(https_from(cidr)),
        }
    }
}

/// Which VPC it is in, as far as the blueprint tells: of a name a VPC has only one group (CreateSecurityGroup,
/// `InvalidGroup.Duplicate`).
#[derive(Debug, Clone)]
pub(crate) enum InVpc {
    /// The stack's own, where nobody else has made a group.
    Own,
    /// The region's default VPC.
    Default,
    /// This one.
    Given(String),
}

/// The group as found.
#[derive(Debug, Clone)]
pub(crate) struct SecurityGroupFacts {
    id: String,
    vpc: String,
    /// What may leave to where.
    egress: Vec<IpPermission>,
    /// What is let in, one peer each.
    ingress: Vec<IpPermission>,
    tags: Tags,
}

#[async_trait]
impl Resource for SecurityGroup {
    type Facts = SecurityGroupFacts;

    fn id(&self) -> ResourceId {
        ResourceId::new(Kind::SecurityGroup, self.purpose.part())
    }

    fn name(&self) -> String {
        self.name.clone()
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
            Evidence::new("GroupId", &facts.id),
            Evidence::new("VpcId", &facts.vpc),
            Evidence::new("IpPermissions", listed(&facts.ingress)),
            Evidence::new("IpPermissionsEgress", listed(&facts.egress)),
        ]
    }

    fn judge(&self, facts: &Self::Facts, known: &Known) -> Verdict {
        if let Some(vpc) = Difference::between("VpcId", &facts.vpc, self.vpc.get(known).unwrap_or_default()) {
            let refusal = say("group-elsewhere", &[("id", &facts.id), ("vpc", &facts.vpc)]);
            return Verdict::Wrong(vec![vpc], Mend::Refuse(refusal));
        }
        // Where nothing may leave, that is told as nothing.
        let egress =
            Difference::between("egress", listed(&facts.egress), ALL_OUT).filter(|_| !facts.all_out());
        let door = self.purpose.door().filter(|door| !facts.lets_in(door));
        let ingress = door.map(|door| Difference::lacking(INGRESS, told(&door)));
        Verdict::in_place(egress.into_iter().chain(ingress))
    }

    fn create(&self) -> Vec<Call> {
        let mut calls = vec![
            call!(self, "ec2:CreateSecurityGroup", &self.name, LookFirst, |me, aws, known| {
                let action = "ec2:CreateSecurityGroup";
                let vpc = me.vpc.get(&known).ok_or_else(|| not_known(action, "the VPC"))?;
                let made = aws
                    .once
                    .ec2
                    .create_security_group()
                    .group_name(&me.name)
                    .description(me.purpose.description())
                    .vpc_id(vpc)
                    .tag_specifications(me.stack.ec2_tags(&Resource::id(&me), ResourceType::SecurityGroup))
                    .send()
                    .await
                    .map_err(fault(action))?;
                Ok(Facts::none().with(Attribute::Id, made.group_id().unwrap_or_default()))
            })
            .also_needs(Permission::new("ec2:CreateTags", "*"))
            .makes(self),
        ];
        calls.extend(self.purpose.door().map(|door| self.open(door)));
        calls
    }

    fn change(&self, facts: &Self::Facts, _known: &Known) -> Vec<Call> {
        let door = self.purpose.door().filter(|door| !facts.lets_in(door));
        let egress = (!facts.all_out()).then(|| self.let_out());
        egress.into_iter().chain(door.map(|door| self.open(door))).collect()
    }

    fn additions(&self, facts: &Self::Facts) -> Vec<Addition> {
        let door = self.purpose.door().map(|door| told(&door));
        let others = facts.ingress.iter().filter(|rule| Some(told(rule)) != door);
        let rules = others.map(|rule| Addition {
            difference: Difference::added(INGRESS, told(rule)),
            call: self.shut(&facts.id, rule),
        });
        rules.collect()
    }

    fn delete(&self, facts: &Self::Facts) -> Vec<Call> {
        let id = facts.id.clone();
        vec![
            call!(self, "ec2:DeleteSecurityGroup", format!("{} ({id})", self.name), Harmless, |me, aws, known| {
            let request = aws.once.ec2.delete_security_group().group_id(&id);
            gone_is_done(request.send().await.map_err(fault("ec2:DeleteSecurityGroup")))
        } ; id),
        ]
    }

    /// A finished job's network interface keeps the group in use for some minutes.
    fn takes(&self) -> (u32, u32) {
        (1, 900)
    }

    fn terraform_address(&self) -> Option<String> {
        Some(
            match self.purpose {
                Purpose::Jobs => "aws_security_group.jobs",
                Purpose::Endpoints { .. } => "aws_security_group.endpoints",
            }
            .to_owned(),
        )
    }

    fn terraform(&self, facts: Option<&Self::Facts>, with: &terraform::Context<'_>) -> terraform::Part {
        let id = Resource::id(self);
        let address = with.address(&id);
        let egress = Block::new("egress", &[])
            .set("protocol", "-1")
            .set("from_port", 0)
            .set("to_port", 0)
            .set("cidr_blocks", vec!["0.0.0.0/0"])
            .why("Image, log and AWS itself. Terraform takes away the rule that AWS gives a new group, so it is said.");
        let group = Block::resource(address)
            .set("name", with.name(&self.name))
            .set("description", self.purpose.description())
            .set("vpc_id", with.refer(&self.vpc));
        let group = if self.stack.accepts_something(&id, INGRESS) {
            group.why("Somebody lets something in, and that was accepted: the rules are managed elsewhere.")
        } else if matches!(self.purpose, Purpose::Jobs) {
            group.set_because("Nothing calls a job.", "ingress", Value::List(vec![]))
        } else {
            group
        };
        let group = group.set("tags", with.tags(&id)).with(egress);
        let imported = facts.map(|facts| &facts.id);
        if matches!(self.purpose, Purpose::Endpoints { .. }) {
            let ingress = Block::new("ingress", &[])
                .set("protocol", "tcp")
                .set("from_port", 443)
                .set("to_port", 443)
                .set("cidr_blocks", Value::codes([format!("{}.cidr_block", with.address(&self.vpc.of))]));
            return Part::of(File::Network, [group.with(ingress)]).import(address, imported);
        }
        Part::of(File::Network, [group]).import(address, imported).output(
            "security_group_id".to_owned(),
            "The security group of the jobs, to be let into file systems and databases.",
            Value::code(format!("{address}.id")),
        )
    }
}

impl SecurityGroup {
    /// The rule that AWS gives to a new group.
    fn let_out(&self) -> Call {
        call!(self, "ec2:AuthorizeSecurityGroupEgress", &self.name, Harmless, |me, aws, known| {
            let action = "ec2:AuthorizeSecurityGroupEgress";
            let group = me.own_id(&known, action)?;
            let everywhere = IpRange::builder().cidr_ip("0.0.0.0/0").build();
            let rule = IpPermission::builder().ip_protocol("-1").ip_ranges(everywhere).build();
            let request = aws.once.ec2.authorize_security_group_egress().group_id(group).ip_permissions(rule);
            there_is_done(request.send().await.map_err(fault(action)))
        })
    }

    fn open(&self, door: IpPermission) -> Call {
        let on = format!("{} ({})", self.name, told(&door));
        call!(self, "ec2:AuthorizeSecurityGroupIngress", on, Harmless, |me, aws, known| {
            let action = "ec2:AuthorizeSecurityGroupIngress";
            let group = me.own_id(&known, action)?;
            let request = aws.once.ec2.authorize_security_group_ingress().group_id(group).ip_permissions(door);
            there_is_done(request.send().await.map_err(fault(action)))
        } ; door)
    }

    fn own_id(&self, known: &Known, action: &str) -> Result<String, AwsFault> {
        let own = Ref::<SecurityGroupId>::to(Resource::id(self));
        own.get(known).map(str::to_owned).ok_or_else(|| not_known(action, "the security group"))
    }

    fn shut(&self, id: &str, rule: &IpPermission) -> Call {
        let (id, on) = (id.to_owned(), format!("{} ({})", self.name, told(rule)));
        let rule = rule.clone();
        call!(self, "ec2:RevokeSecurityGroupIngress", on, Harmless, |me, aws, known| {
            let request = aws.once.ec2.revoke_security_group_ingress().group_id(&id).ip_permissions(rule);
            gone_is_done(request.send().await.map_err(fault("ec2:RevokeSecurityGroupIngress")))
        } ; id, rule)
    }

    async fn look(&self, aws: &Clients) -> Result<Option<SecurityGroupFacts>, AwsFault> {
        let own = groups(aws, self.stack.ec2_filters(&Resource::id(self)).unwrap_or_default()).await?;
        let found = match own.into_iter().next() {
            Some(own) => Some(own),
            None => self.namesake(aws).await?,
        };
        Ok(found.map(|group| SecurityGroupFacts {
            id: group.group_id().unwrap_or_default().to_owned(),
            vpc: group.vpc_id().unwrap_or_default().to_owned(),
            egress: group.ip_permissions_egress().iter().flat_map(one_by_one).collect(),
            ingress: group.ip_permissions().iter().flat_map(one_by_one).collect(),
            tags: from_ec2(group.tags()),
        }))
    }

    /// A group of somebody else that has taken the name.
    async fn namesake(&self, aws: &Clients) -> Result<Option<ec2::SecurityGroup>, AwsFault> {
        let of_name = filter("group-name", &self.name);
        let vpc = match &self.in_vpc {
            InVpc::Own => return Ok(None),
            InVpc::Given(vpc) => vpc.clone(),
            InVpc::Default => {
                let vpcs = aws.read.ec2.describe_vpcs().filters(filter("is-default", "true")).send().await;
                let vpcs = vpcs.map_err(fault("ec2:DescribeVpcs"))?;
                let Some(vpc) = vpcs.vpcs().first().and_then(|vpc| vpc.vpc_id()) else { return Ok(None) };
                vpc.to_owned()
            }
        };
        Ok(groups(aws, vec![of_name, filter("vpc-id", &vpc)]).await?.into_iter().next())
    }
}

async fn groups(aws: &Clients, filters: Vec<Filter>) -> Result<Vec<ec2::SecurityGroup>, AwsFault> {
    let found = aws.read.ec2.describe_security_groups().set_filters(Some(filters)).send().await;
    let found = found.map_err(fault("ec2:DescribeSecurityGroups"))?;
    Ok(found.security_groups.unwrap_or_default())
}

impl SecurityGroupFacts {
    fn lets_in(&self, door: &IpPermission) -> bool {
        self.ingress.iter().any(|rule| told(rule) == told(door))
    }

    /// Whether everything may leave to everywhere.
    fn all_out(&self) -> bool {
        self.egress.iter().any(|rule| told(rule) == ALL_OUT)
    }
}
