//! The security group of the jobs: everything out, nothing in.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_ec2::types::{
    self as ec2, Filter, IpPermission, IpRange, Ipv6Range, PrefixListId, ResourceType, UserIdGroupPair,
};

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

/// What the group is for, as its description says; a later change would force a new group.
pub(crate) const DESCRIPTION: &str = "Jobs of AWS Batch: out to everywhere, in from nowhere";

const INGRESS: &str = "ingress";

/// The security group of a stack's jobs.
#[derive(Debug, Clone)]
pub(crate) struct SecurityGroup {
    pub(crate) stack: Arc<Stack>,
    pub(crate) name: String,
    pub(crate) vpc: Ref<VpcId>,
    pub(crate) in_vpc: InVpc,
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
    /// What is let in, one peer each. Slipway lets nothing in.
    ingress: Vec<IpPermission>,
    tags: Tags,
}

#[async_trait]
impl Resource for SecurityGroup {
    type Facts = SecurityGroupFacts;

    fn id(&self) -> ResourceId {
        ResourceId::main(Kind::SecurityGroup)
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
        if facts.all_out() {
            return Verdict::Ready;
        }
        // Nothing may leave: that is told as nothing.
        Verdict::in_place(Difference::between("egress", listed(&facts.egress), ALL_OUT))
    }

    fn create(&self) -> Vec<Call> {
        vec![
            call!(self, "ec2:CreateSecurityGroup", &self.name, LookFirst, |me, aws, known| {
                let action = "ec2:CreateSecurityGroup";
                let vpc = me.vpc.get(&known).ok_or_else(|| not_known(action, "the VPC"))?;
                let made = aws
                    .once
                    .ec2
                    .create_security_group()
                    .group_name(&me.name)
                    .description(DESCRIPTION)
                    .vpc_id(vpc)
                    .tag_specifications(me.stack.ec2_tags(&Resource::id(&me), ResourceType::SecurityGroup))
                    .send()
                    .await
                    .map_err(fault(action))?;
                Ok(Facts::none().with(Attribute::Id, made.group_id().unwrap_or_default()))
            })
            .also_needs(Permission::new("ec2:CreateTags", "*"))
            .makes(self),
        ]
    }

    fn change(&self, facts: &Self::Facts, _known: &Known) -> Vec<Call> {
        if facts.all_out() {
            return vec![];
        }
        vec![call!(self, "ec2:AuthorizeSecurityGroupEgress", &self.name, Harmless, |me, aws, known| {
            let action = "ec2:AuthorizeSecurityGroupEgress";
            let own = Ref::<SecurityGroupId>::to(Resource::id(&me));
            let group = own.get(&known).ok_or_else(|| not_known(action, "the security group"))?;
            let everywhere = IpRange::builder().cidr_ip("0.0.0.0/0").build();
            let rule = IpPermission::builder().ip_protocol("-1").ip_ranges(everywhere).build();
            let request = aws.once.ec2.authorize_security_group_egress().group_id(group).ip_permissions(rule);
            there_is_done(request.send().await.map_err(fault(action)))
        })]
    }

    fn additions(&self, facts: &Self::Facts) -> Vec<Addition> {
        let rules = facts.ingress.iter().map(|rule| Addition {
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
        Some("aws_security_group.jobs".to_owned())
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
            .set("description", DESCRIPTION)
            .set("vpc_id", with.refer(&self.vpc));
        let group = if self.stack.accepts_something(&id, INGRESS) {
            group.why("Somebody lets something in, and that was accepted: the rules are managed elsewhere.")
        } else {
            group.set_because("Nothing calls a job.", "ingress", Value::List(vec![]))
        };
        let group = group.set("tags", with.tags(&id)).with(egress);
        Part::of(File::Network, [group]).import(address, facts.map(|facts| &facts.id)).output(
            "security_group_id".to_owned(),
            "The security group of the jobs, to be let into file systems and databases.",
            Value::code(format!("{address}.id")),
        )
    }
}

impl SecurityGroup {
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

/// Of a rule with many peers one with each; what a peer is told as is no part of the rule.
fn one_by_one(rule: &IpPermission) -> Vec<IpPermission> {
    let bare = || {
        let of = IpPermission::builder().set_ip_protocol(rule.ip_protocol.clone());
        of.set_from_port(rule.from_port).set_to_port(rule.to_port)
    };
    let v4 = rule
        .ip_ranges()
        .iter()
        .map(|range| bare().ip_ranges(IpRange::builder().set_cidr_ip(range.cidr_ip.clone()).build()).build());
    let v6 = rule.ipv6_ranges().iter().map(|range| {
        bare().ipv6_ranges(Ipv6Range::builder().set_cidr_ipv6(range.cidr_ipv6.clone()).build()).build()
    });
    let lists = rule.prefix_list_ids().iter().map(|list| {
        let list = PrefixListId::builder().set_prefix_list_id(list.prefix_list_id.clone());
        bare().prefix_list_ids(list.build()).build()
    });
    let groups = rule.user_id_group_pairs().iter().map(|pair| {
        let pair = pair.clone();
        let of = UserIdGroupPair::builder().set_group_id(pair.group_id).set_user_id(pair.user_id);
        bare().user_id_group_pairs(of.build()).build()
    });
    v4.chain(v6).chain(lists).chain(groups).collect()
}

impl SecurityGroupFacts {
    /// Whether everything may leave to everywhere.
    fn all_out(&self) -> bool {
        self.egress.iter().any(|rule| told(rule) == ALL_OUT)
    }
}

/// What AWS gives to a new group.
const ALL_OUT: &str = "everything, 0.0.0.0/0";

fn listed(rules: &[IpPermission]) -> String {
    rules.iter().map(told).collect::<Vec<_>>().join("; ")
}

/// `tcp 22, 0.0.0.0/0`.
fn told(rule: &IpPermission) -> String {
    let v4 = rule.ip_ranges().iter().filter_map(|range| range.cidr_ip());
    let v6 = rule.ipv6_ranges().iter().filter_map(|range| range.cidr_ipv6());
    let lists = rule.prefix_list_ids().iter().filter_map(|list| list.prefix_list_id());
    let groups = rule.user_id_group_pairs().iter().filter_map(|pair| pair.group_id());
    let peers: Vec<_> = v4.chain(v6).chain(lists).chain(groups).collect();
    let ports = match (rule.from_port(), rule.to_port()) {
        _ if rule.ip_protocol() == Some("-1") => String::new(),
        (Some(from), Some(to)) if from != to => format!(" {from}-{to}"),
        (Some(port), _) => format!(" {port}"),
        _ => String::new(),
    };
    let protocol = rule.ip_protocol().filter(|protocol| *protocol != "-1").unwrap_or("everything");
    format!("{protocol}{ports}, {}", peers.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(protocol: &str, from: i32, to: i32, cidr: &str) -> IpPermission {
        let range = IpRange::builder().cidr_ip(cidr).build();
        IpPermission::builder().ip_protocol(protocol).from_port(from).to_port(to).ip_ranges(range).build()
    }

    #[test]
    fn what_is_let_in_is_told_one_peer_at_a_time() {
        let pair = UserIdGroupPair::builder().group_id("sg-1").description("us").build();
        let mut many = rule("tcp", 22, 22, "0.0.0.0/0");
        many.user_id_group_pairs = Some(vec![pair]);
        let each = one_by_one(&many);
        assert_eq!(each.iter().map(told).collect::<Vec<_>>(), ["tcp 22, 0.0.0.0/0", "tcp 22, sg-1"]);
        assert_eq!(told(&rule("-1", -1, -1, "10.0.0.0/8")), "everything, 10.0.0.0/8");
        assert_eq!(told(&rule("udp", 1000, 2000, "10.0.0.0/8")), "udp 1000-2000, 10.0.0.0/8");
    }
}
