//! What in the account carries a stack's name: asked before its id is known, and so two answers deep with whatever hangs
//! on them.

use std::collections::BTreeSet;

use aws_sdk_batch::types::{ComputeEnvironmentDetail, JobDefinition, JobQueueDetail, SchedulingPolicyDetail};
use aws_sdk_cloudwatchlogs::types::LogGroup;
use aws_sdk_ec2::types::{
    Filter, LaunchTemplate, LaunchTemplateVersion, NatGateway, SecurityGroup, SecurityGroupRule, Subnet, Vpc,
    VpcEndpoint,
};
use futures::future::try_join_all;
use serde_json::Value;

use super::part;
use crate::{
    account::Session,
    aws::{AwsFault, fault},
    blueprint::names,
    resource::{STACK_TAG, Tags, absent_is_none, filter, from_map, policy_document},
};

/// What carries the name, with its tags.
#[derive(Debug)]
pub(in crate::stack) struct Traces {
    pub(super) name: String,
    pub(super) environments: Vec<ComputeEnvironmentDetail>,
    /// The subnets of those.
    pub(super) subnets: Vec<Subnet>,
    pub(super) queues: Vec<JobQueueDetail>,
    /// Every active revision, with the policy of its job role.
    pub(super) definitions: Vec<(JobDefinition, Option<Value>)>,
    pub(super) policies: Vec<SchedulingPolicyDetail>,
    /// With the version that holds.
    pub(super) templates: Vec<(LaunchTemplate, Option<LaunchTemplateVersion>)>,
    /// Rules that let in.
    pub(super) flows: Vec<SecurityGroupRule>,
    pub(super) log_group: Option<LogGroup>,
    pub(super) repositories: Vec<(String, Tags)>,
    /// The tags of a role of Batch's own.
    pub(super) service_role: Option<Tags>,
    pub(super) vpcs: Vec<Vpc>,
    pub(super) nats: Vec<NatGateway>,
    pub(super) endpoints: Vec<VpcEndpoint>,
    pub(super) groups: Vec<SecurityGroup>,
    /// How many the default VPC has.
    pub(super) default_subnets: usize,
}

impl Traces {
    /// Asks for everything at once.
    pub(in crate::stack) async fn look(session: &Session, name: &str) -> Result<Self, AwsFault> {
        let looks = Looks { session, name };
        let (of_batch, of_network, of_rest) = tokio::try_join!(
            Box::pin(async {
                tokio::try_join!(
                    looks.environments(),
                    looks.queues(),
                    looks.definitions(),
                    looks.policies(),
                    looks.templates(),
                )
            }),
            Box::pin(async {
                tokio::try_join!(
                    looks.flows(),
                    looks.vpcs(),
                    looks.nats(),
                    looks.endpoints(),
                    looks.groups(),
                    looks.default_subnets(),
                )
            }),
            Box::pin(async {
                tokio::try_join!(looks.log_group(), looks.repositories(), looks.service_role())
            }),
        )?;
        let ((environments, subnets), queues, definitions, policies, templates) = of_batch;
        let (flows, vpcs, nats, endpoints, groups, default_subnets) = of_network;
        let (log_group, repositories, service_role) = of_rest;
        Ok(Self {
            name: name.to_owned(),
            environments,
            subnets,
            queues,
            definitions,
            policies,
            templates,
            flows,
            log_group,
            repositories,
            service_role,
            vpcs,
            nats,
            endpoints,
            groups,
            default_subnets,
        })
    }
}

struct Looks<'s> {
    session: &'s Session,
    name: &'s str,
}

impl Looks<'_> {
    fn named(&self, tags: &Tags) -> bool {
        tags.get(STACK_TAG).is_some_and(|name| name == self.name)
    }

    fn tagged(&self) -> Filter {
        filter(&format!("tag:{STACK_TAG}"), self.name)
    }

    async fn environments(&self) -> Result<(Vec<ComputeEnvironmentDetail>, Vec<Subnet>), AwsFault> {
        let all = self.session.aws.read.batch.describe_compute_environments().into_paginator().items().send();
        let all = all.collect::<Result<Vec<_>, _>>().await;
        let mut found = all.map_err(fault("batch:DescribeComputeEnvironments"))?;
        found.retain(|one| self.named(&from_map(one.tags())));
        let resources = found.iter().filter_map(|one| one.compute_resources());
        let ids: BTreeSet<_> = resources.flat_map(|one| one.subnets().to_vec()).collect();
        if ids.is_empty() {
            return Ok((found, vec![]));
        }
        // A subnet that is gone would have all of them refused where they are named.
        let asked = self.session.aws.read.ec2.describe_subnets();
        let asked = asked
            .filters(Filter::builder().name("subnet-id").set_values(Some(ids.into_iter().collect())).build());
        let subnets = asked.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
        Ok((found, subnets.map_err(fault("ec2:DescribeSubnets"))?))
    }

    async fn queues(&self) -> Result<Vec<JobQueueDetail>, AwsFault> {
        let all = self.session.aws.read.batch.describe_job_queues().into_paginator().items().send();
        let all = all.collect::<Result<Vec<_>, _>>().await.map_err(fault("batch:DescribeJobQueues"))?;
        Ok(all.into_iter().filter(|one| self.named(&from_map(one.tags()))).collect())
    }

    async fn definitions(&self) -> Result<Vec<(JobDefinition, Option<Value>)>, AwsFault> {
        let request = self.session.aws.read.batch.describe_job_definitions().status("ACTIVE");
        let all = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
        let mut all = all.map_err(fault("batch:DescribeJobDefinitions"))?;
        all.retain(|one| self.named(&from_map(one.tags())));
        let parts: BTreeSet<_> = all.iter().filter_map(|one| part(one.tags())).collect();
        let policies = try_join_all(parts.iter().map(|part| self.job_policy(part))).await?;
        let of = |one: &JobDefinition| {
            let at = parts.iter().position(|named| part(one.tags()).as_ref() == Some(named))?;
            policies[at].clone()
        };
        Ok(all.into_iter().map(|one| (of(&one), one)).map(|(policy, one)| (one, policy)).collect())
    }

    async fn job_policy(&self, part: &str) -> Result<Option<Value>, AwsFault> {
        let request = self.session.aws.read.iam.get_role_policy().role_name(names::job_role(self.name, part));
        let found = request.policy_name("access").send().await.map_err(fault("iam:GetRolePolicy"));
        Ok(absent_is_none(found)?.map(|found| policy_document(found.policy_document())))
    }

    async fn policies(&self) -> Result<Vec<SchedulingPolicyDetail>, AwsFault> {
        let batch = &self.session.aws.read.batch;
        let all = batch.list_scheduling_policies().into_paginator().items().send();
        let all = all.collect::<Result<Vec<_>, _>>().await.map_err(fault("batch:ListSchedulingPolicies"))?;
        let arns: Vec<_> = all.into_iter().filter_map(|policy| policy.arn).collect();
        // "The scheduling policies … up to 100" (DescribeSchedulingPolicies, `arns`).
        let found = try_join_all(arns.chunks(100).map(|arns| async {
            let some = batch.describe_scheduling_policies().set_arns(Some(arns.to_vec())).send().await;
            some.map_err(fault("batch:DescribeSchedulingPolicies"))
        }));
        let found = found.await?.into_iter().flat_map(|some| some.scheduling_policies.unwrap_or_default());
        Ok(found.filter(|one| self.named(&from_map(one.tags()))).collect())
    }

    async fn templates(&self) -> Result<Vec<(LaunchTemplate, Option<LaunchTemplateVersion>)>, AwsFault> {
        let ec2 = &self.session.aws.read.ec2;
        let all = ec2.describe_launch_templates().filters(self.tagged()).into_paginator().items().send();
        let all = all.collect::<Result<Vec<_>, _>>().await.map_err(fault("ec2:DescribeLaunchTemplates"))?;
        try_join_all(all.into_iter().map(|template| async {
            let id = template.launch_template_id().unwrap_or_default();
            let request = ec2.describe_launch_template_versions().launch_template_id(id).versions("$Default");
            let found = request.send().await.map_err(fault("ec2:DescribeLaunchTemplateVersions"))?;
            Ok((template, found.launch_template_versions.unwrap_or_default().into_iter().next()))
        }))
        .await
    }

    async fn flows(&self) -> Result<Vec<SecurityGroupRule>, AwsFault> {
        let all = self.session.aws.read.ec2.describe_security_group_rules().filters(self.tagged());
        let all = all.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
        let all = all.map_err(fault("ec2:DescribeSecurityGroupRules"))?;
        Ok(all.into_iter().filter(|rule| rule.is_egress() != Some(true)).collect())
    }

    async fn vpcs(&self) -> Result<Vec<Vpc>, AwsFault> {
        let found = self.session.aws.read.ec2.describe_vpcs().filters(self.tagged()).send().await;
        Ok(found.map_err(fault("ec2:DescribeVpcs"))?.vpcs.unwrap_or_default())
    }

    async fn nats(&self) -> Result<Vec<NatGateway>, AwsFault> {
        let found = self.session.aws.read.ec2.describe_nat_gateways().filter(self.tagged()).send().await;
        Ok(found.map_err(fault("ec2:DescribeNatGateways"))?.nat_gateways.unwrap_or_default())
    }

    async fn endpoints(&self) -> Result<Vec<VpcEndpoint>, AwsFault> {
        let found = self.session.aws.read.ec2.describe_vpc_endpoints().filters(self.tagged()).send().await;
        Ok(found.map_err(fault("ec2:DescribeVpcEndpoints"))?.vpc_endpoints.unwrap_or_default())
    }

    async fn groups(&self) -> Result<Vec<SecurityGroup>, AwsFault> {
        let found = self.session.aws.read.ec2.describe_security_groups().filters(self.tagged()).send().await;
        Ok(found.map_err(fault("ec2:DescribeSecurityGroups"))?.security_groups.unwrap_or_default())
    }

    async fn default_subnets(&self) -> Result<usize, AwsFault> {
        let found = self.session.aws.read.ec2.describe_subnets().filters(filter("default-for-az", "true"));
        Ok(found.send().await.map_err(fault("ec2:DescribeSubnets"))?.subnets().len())
    }

    async fn log_group(&self) -> Result<Option<LogGroup>, AwsFault> {
        let name = names::log_group(self.name);
        let request = self.session.aws.read.logs.describe_log_groups().log_group_name_prefix(&name);
        let found = request.send().await.map_err(fault("logs:DescribeLogGroups"))?;
        let mut found = found.log_groups.unwrap_or_default().into_iter();
        Ok(found.find(|group| group.log_group_name() == Some(&name)))
    }

    async fn repositories(&self) -> Result<Vec<(String, Tags)>, AwsFault> {
        let ecr = &self.session.aws.read.ecr;
        let all = ecr.describe_repositories().into_paginator().items().send();
        let all = all.collect::<Result<Vec<_>, _>>().await.map_err(fault("ecr:DescribeRepositories"))?;
        let prefix = names::repository(self.name, "");
        let named = all.iter().filter_map(|found| {
            let part = found.repository_name()?.strip_prefix(&prefix)?;
            Some((part.to_owned(), found.repository_arn()?.to_owned()))
        });
        try_join_all(named.map(|(part, arn)| async move {
            let tags = ecr.list_tags_for_resource().resource_arn(arn).send().await;
            let tags = tags.map_err(fault("ecr:ListTagsForResource"))?;
            Ok((part, tags.tags().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect()))
        }))
        .await
    }

    async fn service_role(&self) -> Result<Option<Tags>, AwsFault> {
        let request = self.session.aws.read.iam.get_role().role_name(names::service_role(self.name));
        let found = absent_is_none(request.send().await.map_err(fault("iam:GetRole")))?;
        let tags = found.and_then(|found| found.role).map(|role| role.tags.unwrap_or_default());
        Ok(tags.map(|tags| tags.into_iter().map(|tag| (tag.key, tag.value)).collect()))
    }
}
