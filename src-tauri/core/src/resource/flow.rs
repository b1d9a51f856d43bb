//! A flow: a rule in somebody else's security group that lets the stack's jobs in, to a file system or a database.
//! The rule is the stack's, tagged and removed with it; the group is not touched otherwise.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_ec2::types::{Filter, IpPermission, ResourceType, SecurityGroupRule, UserIdGroupPair};

use super::{
    Call, Difference, Evidence, Facts, Groups, Kind, Known, Observed, PART_TAG, Permission, Resource,
    ResourceId, STACK_TAG, Stack, Tagged, Verdict, absent_is_none, call, gone_is_done, not_known,
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
    /// The stack's own rule, wherever it is.
    rule: Option<Rule>,
    /// The groups that rules of others let in at the port.
    open_to: Vec<String>,
}

/// The stack's own rule.
#[derive(Debug, Clone)]
struct Rule {
    id: String,
    group: String,
    port: u16,
    /// The group that it lets in.
    from: String,
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
        let rule = facts.rule.as_ref()?;
        Some(Tagged::ec2(&self.stack, &rule.id, &rule.tags))
    }

    fn known(&self, _facts: &Self::Facts) -> Facts {
        Facts::none()
    }

    fn evidence(&self, facts: &Self::Facts) -> Vec<Evidence> {
        let mut evidence = vec![Evidence::new("GroupId", &self.group), Evidence::new("ToPort", self.port)];
        if let Some(rule) = &facts.rule {
            evidence.push(Evidence::new("SecurityGroupRuleId", &rule.id));
            evidence.push(Evidence::new("ReferencedGroupInfo", &rule.from));
        }
        evidence
    }

    fn judge(&self, facts: &Self::Facts, known: &Known) -> Verdict {
        if !facts.group_is_there {
            return Verdict::Lacking(say("flow-group-missing", &[("group", &self.group)]));
        }
        let wanted = self.from.ids(known).into_iter().next().unwrap_or_default();
        let Some(rule) = &facts.rule else {
            // Somebody else has opened the door already.
            let open = facts.open_to.contains(&wanted);
            return if open { Verdict::Ready } else { Verdict::Missing };
        };
        let wrong = [
            Difference::between("GroupId", &rule.group, &self.group),
            Difference::between("ToPort", rule.port, self.port),
            Difference::between("ReferencedGroupInfo", &rule.from, &wanted),
        ];
        Verdict::in_place(wrong.into_iter().flatten())
    }

    fn create(&self) -> Vec<Call> {
        vec![self.open()]
    }

    /// A rule cannot be turned to another group or port: the old one goes, a new one comes.
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
        let port = rule.map_or(self.port, |rule| rule.port);
        let block = Block::resource(address)
            .set("security_group_id", rule.map_or(&self.group, |rule| &rule.group))
            .set("description", self.description())
            .set("ip_protocol", "tcp")
            .set("from_port", u32::from(port))
            .set("to_port", u32::from(port))
            .set("referenced_security_group_id", self.from.terraform_first(with))
            .set("tags", with.tags(&id))
            .why("A door in a security group of somebody else: the rule is managed here, the group is not.");
        Part::of(File::Network, [block]).import(address, rule.map(|rule| &rule.id))
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
        // The rule is tagged in the same call, and so it is asked about too.
        .also_needs(
            Permission::new(
                "ec2:AuthorizeSecurityGroupIngress",
                self.stack.arn("ec2", "security-group-rule/*"),
            )
            .when(&format!("aws:RequestTag/{STACK_TAG}"), &self.stack.name),
        )
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
        let Rule { id, group, .. } = facts.rule.clone()?;
        let arn = self.stack.arn("ec2", &format!("security-group/{group}"));
        let on = format!("{} ({id})", self.name());
        let call = call!(self, "ec2:RevokeSecurityGroupIngress", on, Harmless, |me, aws, known| {
            let request = aws.once.ec2.revoke_security_group_ingress().group_id(&group);
            let request = request.security_group_rule_ids(&id);
            gone_is_done(request.send().await.map_err(fault("ec2:RevokeSecurityGroupIngress")))
        } ; id, group);
        Some(call.allowed_on(arn))
    }

    async fn look(&self, aws: &Clients) -> Result<FlowFacts, AwsFault> {
        let ec2 = &aws.read.ec2;
        let groups = ec2.describe_security_groups().group_ids(&self.group).send();
        let at_the_door = rules(aws, vec![filter("group-id", &self.group)]);
        // An earlier blueprint may have had the door elsewhere.
        let own = rules(aws, self.stack.ec2_filters(&Resource::id(self)).unwrap_or_default());
        let (groups, at_the_door, own) = tokio::join!(groups, at_the_door, own);
        let groups = absent_is_none(groups.map_err(fault("ec2:DescribeSecurityGroups")))?;
        let (at_the_door, own) = (at_the_door?, own?);
        let wanted = i32::from(self.port);
        let lets_in = |rule: &&SecurityGroupRule| {
            rule.ip_protocol() == Some("tcp")
                && rule.from_port().is_some_and(|first| first <= wanted)
                && rule.to_port().is_some_and(|last| wanted <= last)
        };
        let others = at_the_door.iter().filter(|rule| !self.owns(rule)).filter(lets_in);
        Ok(FlowFacts {
            group_is_there: groups.is_some_and(|found| !found.security_groups().is_empty()),
            open_to: others.map(from).collect(),
            rule: own.iter().find(|rule| self.owns(rule)).map(|rule| Rule {
                id: rule.security_group_rule_id().unwrap_or_default().to_owned(),
                group: rule.group_id().unwrap_or_default().to_owned(),
                port: rule.to_port().and_then(|port| u16::try_from(port).ok()).unwrap_or(0),
                from: from(rule),
                tags: from_ec2(rule.tags()),
            }),
        })
    }

    fn owns(&self, rule: &SecurityGroupRule) -> bool {
        let tags = from_ec2(rule.tags());
        self.stack.owns(&tags)
            && tags.get(PART_TAG).is_some_and(|part| *part == Resource::id(self).to_string())
    }
}

/// The rules that let something in.
async fn rules(aws: &Clients, filters: Vec<Filter>) -> Result<Vec<SecurityGroupRule>, AwsFault> {
    let request = aws.read.ec2.describe_security_group_rules().set_filters(Some(filters));
    let found = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
    let mut rules =
        absent_is_none(found.map_err(fault("ec2:DescribeSecurityGroupRules")))?.unwrap_or_default();
    rules.retain(|rule| rule.is_egress() != Some(true));
    Ok(rules)
}

fn from(rule: &SecurityGroupRule) -> String {
    rule.referenced_group_info().and_then(|info| info.group_id()).unwrap_or_default().to_owned()
}
