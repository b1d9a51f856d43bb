//! A flow: a rule in somebody else's security group that lets the stack's jobs in, to a file system or a database.
//! The rule is the stack's, tagged and removed with it; the group is not touched otherwise.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_ec2::types::{IpPermission, ResourceType, SecurityGroupRule, UserIdGroupPair};

use super::{
    Call, Difference, Evidence, Facts, Groups, Kind, Known, Observed, PART_TAG, Permission, Resource,
    ResourceId, STACK_ID_TAG, Stack, Tagged, Verdict, absent_is_none, call, gone_is_done, not_known,
    tags::{Tags, filter, from_ec2},
};
use crate::{
    aws::{AwsFault, Clients, fault},
    terraform::{self, Block, File, Part},
    words::say,
};

/// A door of TCP in a security group of somebody else.
#[derive(Debug, Clone)]
pub(crate) struct Flow {
    pub(crate) stack: Arc<Stack>,
    pub(crate) part: String,
    /// The group with the door.
    pub(crate) group: String,
    pub(crate) port: u16,
    /// Who comes through it.
    pub(crate) from: Groups,
}

/// What was found of the door.
#[derive(Debug, Clone)]
pub(crate) struct FlowFacts {
    /// Whether the group with the door is there.
    group_is_there: bool,
    /// The stack's own rule: id, port, and whom it lets in.
    rule: Option<(String, u16, String)>,
    /// The groups that rules of others let in at the port.
    open_to: Vec<String>,
    tags: Tags,
}

#[async_trait]
impl Resource for Flow {
    type Facts = FlowFacts;

    fn id(&self) -> ResourceId {
        ResourceId::new(Kind::Flow, &self.part)
    }

    fn name(&self) -> String {
        format!("{} → {}:{}", self.stack.name, self.group, self.port)
    }

    fn depends_on(&self) -> Vec<ResourceId> {
        self.from.resources()
    }

    async fn observe(&self, aws: &Clients) -> Observed<Self::Facts> {
        Observed::from_lookup(self.look(aws).await.map(Some))
    }

    fn is_there(&self, facts: &Self::Facts) -> bool {
        facts.rule.is_some()
    }

    fn tagged<'f>(&'f self, facts: &'f Self::Facts) -> Option<Tagged<'f>> {
        let (id, ..) = facts.rule.as_ref()?;
        Some(Tagged::ec2(&self.stack, id, &facts.tags))
    }

    fn known(&self, _facts: &Self::Facts) -> Facts {
        Facts::none()
    }

    fn evidence(&self, facts: &Self::Facts) -> Vec<Evidence> {
        let mut evidence = vec![Evidence::new("GroupId", &self.group), Evidence::new("ToPort", self.port)];
        if let Some((id, _, from)) = &facts.rule {
            evidence.push(Evidence::new("SecurityGroupRuleId", id));
            evidence.push(Evidence::new("ReferencedGroupInfo", from));
        }
        evidence
    }

    fn judge(&self, facts: &Self::Facts, known: &Known) -> Verdict {
        if !facts.group_is_there {
            return Verdict::Lacking(say("flow-group-missing", &[("group", &self.group)]));
        }
        let wanted = self.from.ids(known).into_iter().next().unwrap_or_default();
        let Some((_, port, from)) = &facts.rule else {
            // Somebody else has opened the door already.
            let open = facts.open_to.contains(&wanted);
            return if open { Verdict::Ready } else { Verdict::Missing };
        };
        let wrong = [
            Difference::between("ToPort", port, self.port),
            Difference::between("ReferencedGroupInfo", from, &wanted),
        ];
        Verdict::in_place(wrong.into_iter().flatten())
    }

    fn create(&self) -> Vec<Call> {
        vec![self.open()]
    }

    /// A rule cannot be turned to another port: the old one goes, a new one comes.
    fn change(&self, facts: &Self::Facts, _known: &Known) -> Vec<Call> {
        self.close(facts).into_iter().chain([self.open()]).collect()
    }

    fn delete(&self, facts: &Self::Facts) -> Vec<Call> {
        self.close(facts).into_iter().collect()
    }

    fn terraform_address(&self) -> Option<String> {
        Some(format!("aws_vpc_security_group_ingress_rule.{}", terraform::label(&self.part)))
    }

    fn terraform(&self, facts: Option<&Self::Facts>, with: &terraform::Context<'_>) -> terraform::Part {
        let rule = facts.and_then(|facts| facts.rule.as_ref());
        if rule.is_none() && facts.is_some_and(|facts| !facts.open_to.is_empty()) {
            // Somebody else's rule is somebody else's to write down.
            return Part::default();
        }
        let id = Resource::id(self);
        let address = with.address(&id);
        let port = rule.map_or(self.port, |(_, port, _)| *port);
        let block = Block::resource(address)
            .set("security_group_id", &self.group)
            .set("description", self.description())
            .set("ip_protocol", "tcp")
            .set("from_port", u32::from(port))
            .set("to_port", u32::from(port))
            .set("referenced_security_group_id", self.from.terraform_first(with))
            .set("tags", with.tags(&id))
            .why("A door in a security group of somebody else: the rule is managed here, the group is not.");
        Part::of(File::Network, [block]).import(address, rule.map(|(id, _, _)| id))
    }
}

impl Flow {
    fn description(&self) -> String {
        format!("Jobs of {}", self.stack.name)
    }

    fn open(&self) -> Call {
        let arn = self.stack.arn("ec2", &format!("security-group/{}", self.group));
        let me = self.clone();
        call!(self, "ec2:AuthorizeSecurityGroupIngress", self.name(), LookFirst, |me, aws, known| {
            let action = "ec2:AuthorizeSecurityGroupIngress";
            let from = me.from.ids(&known).into_iter().next();
            let from = from.ok_or_else(|| not_known(action, "the jobs' security group"))?;
            let pair = UserIdGroupPair::builder().group_id(from).description(me.description()).build();
            let port = i32::from(me.port);
            let permission = IpPermission::builder()
                .ip_protocol("tcp")
                .from_port(port)
                .to_port(port)
                .user_id_group_pairs(pair)
                .build();
            let request = aws.once.ec2.authorize_security_group_ingress().group_id(&me.group);
            let tags = me.stack.ec2_tags(&Resource::id(&me), ResourceType::SecurityGroupRule);
            let request = request.ip_permissions(permission).tag_specifications(tags);
            request.send().await.map_err(fault(action))?;
            Ok(Facts::none())
        })
        .allowed_on(arn)
        .also_needs(Permission::new("ec2:CreateTags", "*"))
        .creating()
        // There as wanted: when the rule changes, the old one is looked at too.
        .find(move |aws, known| {
            let me = me.clone();
            async move {
                let found = me.look(&aws).await?;
                let there = found.rule.is_some() && me.judge(&found, &known) == Verdict::Ready;
                Ok(there.then(Facts::none))
            }
        })
    }

    fn close(&self, facts: &FlowFacts) -> Option<Call> {
        let id = facts.rule.as_ref().map(|(id, _, _)| id.clone())?;
        let arn = self.stack.arn("ec2", &format!("security-group/{}", self.group));
        let call = call!(self, "ec2:RevokeSecurityGroupIngress", format!("{} ({id})", self.name()), Harmless, |me, aws, known| {
            let request = aws.once.ec2.revoke_security_group_ingress().group_id(&me.group);
            let request = request.security_group_rule_ids(&id);
            gone_is_done(request.send().await.map_err(fault("ec2:RevokeSecurityGroupIngress")))
        } ; id);
        Some(call.allowed_on(arn))
    }

    async fn look(&self, aws: &Clients) -> Result<FlowFacts, AwsFault> {
        let ec2 = &aws.read.ec2;
        let groups = ec2.describe_security_groups().group_ids(&self.group).send();
        let rules = ec2
            .describe_security_group_rules()
            .filters(filter("group-id", &self.group))
            .into_paginator()
            .items()
            .send();
        let (groups, rules) = tokio::join!(groups, rules.collect::<Result<Vec<_>, _>>());
        let groups = absent_is_none(groups.map_err(fault("ec2:DescribeSecurityGroups")))?;
        let group_is_there = groups.is_some_and(|found| !found.security_groups().is_empty());
        let rules =
            absent_is_none(rules.map_err(fault("ec2:DescribeSecurityGroupRules")))?.unwrap_or_default();
        let into = |rule: &&SecurityGroupRule| rule.is_egress() != Some(true);
        let ours = |rule: &SecurityGroupRule| {
            let tags = from_ec2(rule.tags());
            tags.get(STACK_ID_TAG) == Some(&self.stack.id)
                && tags.get(PART_TAG).is_some_and(|part| *part == Resource::id(self).to_string())
        };
        let from = |rule: &SecurityGroupRule| {
            rule.referenced_group_info().and_then(|info| info.group_id()).unwrap_or_default().to_owned()
        };
        let port = |rule: &SecurityGroupRule| rule.to_port().and_then(|port| u16::try_from(port).ok());
        let own = rules.iter().filter(into).find(|rule| ours(rule));
        Ok(FlowFacts {
            group_is_there,
            rule: own.map(|rule| {
                (
                    rule.security_group_rule_id().unwrap_or_default().to_owned(),
                    port(rule).unwrap_or(0),
                    from(rule),
                )
            }),
            open_to: rules
                .iter()
                .filter(into)
                .filter(|rule| !ours(rule) && rule.ip_protocol() == Some("tcp"))
                .filter(|rule| {
                    let wanted = i32::from(self.port);
                    rule.from_port().is_some_and(|from| from <= wanted)
                        && rule.to_port().is_some_and(|to| wanted <= to)
                })
                .map(from)
                .collect(),
            tags: own.map(|rule| from_ec2(rule.tags())).unwrap_or_default(),
        })
    }
}
