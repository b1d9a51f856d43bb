//! A compute environment: what jobs run on.
//!
//! CreateComputeEnvironment accepts roles that are wrong or not known everywhere yet, and turns INVALID later
//! with the reason; so the environment is looked at until AWS calls it VALID.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_batch::types::{CeState, CeStatus, CeType, ComputeResource, ComputeResourceUpdate, CrType};

use super::{
    Attribute, Call, Difference, Evidence, Facts, Kind, Known, Mend, Observed, Permission, Ref, Resource,
    ResourceId, RoleArn, SecurityGroupId, Stack, SubnetId, SubnetIds, Verdict, call, gone_is_done, not_known,
    tags::{Tags, from_map},
};
use crate::{
    aws::{AwsFault, Clients, fault},
    terraform::{self, Block, File, Part, Provider, Value, Variable},
    words::say,
};

/// Where an environment's network interfaces go.
#[derive(Debug, Clone)]
pub(crate) enum Subnets {
    /// All subnets of a VPC that is there already.
    OfVpc(Ref<SubnetIds>),
    /// These.
    Each(Vec<Ref<SubnetId>>),
}

impl Subnets {
    /// The resources they come from.
    pub(crate) fn resources(&self) -> Vec<ResourceId> {
        match self {
            Self::OfVpc(vpc) => vec![vpc.of.clone()],
            Self::Each(subnets) => subnets.iter().map(|subnet| subnet.of.clone()).collect(),
        }
    }

    /// Their ids, sorted; empty while one of them is not there.
    pub(crate) fn ids(&self, known: &Known) -> Vec<String> {
        let mut ids = match self {
            Self::OfVpc(vpc) => vpc.list(known),
            Self::Each(subnets) => {
                let ids: Option<Vec<_>> = subnets.iter().map(|s| s.get(known).map(str::to_owned)).collect();
                ids.unwrap_or_default()
            }
        };
        ids.sort();
        ids
    }
}

/// A managed compute environment on Fargate.
#[derive(Debug, Clone)]
pub(crate) struct ComputeEnvironment {
    pub(crate) stack: Arc<Stack>,
    pub(crate) part: String,
    pub(crate) name: String,
    pub(crate) max_vcpus: i32,
    /// The classic service role; `None` for the service-linked one, which Batch takes by itself.
    pub(crate) service_role: Option<Ref<RoleArn>>,
    pub(crate) subnets: Subnets,
    pub(crate) security_group: Ref<SecurityGroupId>,
    /// What must be there although no value of it is needed: the service-linked role, the way out.
    pub(crate) after: Vec<ResourceId>,
}

/// The environment as found.
#[derive(Debug, Clone)]
pub(crate) struct ComputeEnvironmentFacts {
    arn: String,
    status: CeStatus,
    reason: String,
    enabled: bool,
    kind: String,
    max_vcpus: i32,
    subnets: Vec<String>,
    security_groups: Vec<String>,
    service_role: String,
    tags: Tags,
}

#[async_trait]
impl Resource for ComputeEnvironment {
    type Facts = ComputeEnvironmentFacts;

    fn id(&self) -> ResourceId {
        ResourceId::new(Kind::ComputeEnvironment, &self.part)
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    fn depends_on(&self) -> Vec<ResourceId> {
        let mut on = self.subnets.resources();
        on.push(self.security_group.of.clone());
        on.extend(self.service_role.iter().map(|role| role.of.clone()));
        on.extend(self.after.iter().cloned());
        on
    }

    async fn observe(&self, aws: &Clients) -> Observed<Self::Facts> {
        Observed::from_lookup(self.look(aws).await)
    }

    fn is_ours(&self, facts: &Self::Facts) -> bool {
        self.stack.owns(&facts.tags)
    }

    fn known(&self, facts: &Self::Facts) -> Facts {
        Facts::none().with(Attribute::Arn, &facts.arn).with(Attribute::Name, &self.name)
    }

    fn presumed(&self) -> Facts {
        Facts::none().with(Attribute::Arn, self.arn()).with(Attribute::Name, &self.name)
    }

    fn evidence(&self, facts: &Self::Facts) -> Vec<Evidence> {
        vec![
            Evidence::new("computeEnvironmentArn", &facts.arn),
            Evidence::new("status", facts.status.as_str()),
            Evidence::new("statusReason", &facts.reason),
            Evidence::new("type", &facts.kind),
            Evidence::new("maxvCpus", facts.max_vcpus),
            Evidence::new("subnets", facts.subnets.join(", ")),
            Evidence::new("securityGroupIds", facts.security_groups.join(", ")),
            Evidence::new("serviceRole", &facts.service_role),
        ]
    }

    fn judge(&self, facts: &Self::Facts, known: &Known) -> Verdict {
        if !self.is_ours(facts) {
            return Verdict::Foreign;
        }
        match &facts.status {
            CeStatus::Valid => {}
            CeStatus::Invalid => return Verdict::Broken(facts.reason.clone()),
            other => return Verdict::Settling(other.as_str().to_owned()),
        }
        if facts.kind != CrType::Fargate.as_str() {
            let kind = Difference::between("type", &facts.kind, CrType::Fargate.as_str());
            let refusal = say("environment-type-is-fixed", &[("name", &self.name), ("found", &facts.kind)]);
            return Verdict::Wrong(kind.into_iter().collect(), Mend::Refuse(refusal));
        }
        // Not what is omitted but what Batch took: its service-linked role has a path of its own.
        let classic = !facts.service_role.contains("/aws-service-role/");
        if let Some(role) =
            Difference::between("serviceRole is classic", classic, self.service_role.is_some())
        {
            let refusal = say("environment-role-is-fixed", &[("name", &self.name)]);
            return Verdict::Wrong(vec![role], Mend::Refuse(refusal));
        }
        let groups: Vec<_> = self.security_group.get(known).into_iter().map(str::to_owned).collect();
        let wrong: Vec<_> = [
            Difference::between("state", if facts.enabled { "ENABLED" } else { "DISABLED" }, "ENABLED"),
            Difference::between("maxvCpus", facts.max_vcpus, self.max_vcpus),
            Difference::between("subnets", facts.subnets.join(", "), self.subnets.ids(known).join(", ")),
            Difference::between("securityGroupIds", facts.security_groups.join(", "), groups.join(", ")),
        ]
        .into_iter()
        .flatten()
        .collect();
        if wrong.is_empty() { Verdict::Ready } else { Verdict::Wrong(wrong, Mend::InPlace) }
    }

    fn create(&self) -> Vec<Call> {
        let call = call!(self, "batch:CreateComputeEnvironment", &self.name, LookFirst, |me, aws, known| {
            let action = "batch:CreateComputeEnvironment";
            let subnets = me.subnets.ids(&known);
            if subnets.is_empty() {
                return Err(not_known(action, "a subnet"));
            }
            let group =
                me.security_group.get(&known).ok_or_else(|| not_known(action, "the security group"))?;
            let role = match &me.service_role {
                Some(role) => {
                    Some(role.get(&known).ok_or_else(|| not_known(action, "the service role"))?.to_owned())
                }
                None => None,
            };
            let resources = ComputeResource::builder()
                .r#type(CrType::Fargate)
                .maxv_cpus(me.max_vcpus)
                .set_subnets(Some(subnets))
                .security_group_ids(group)
                .build();
            let made = aws
                .once
                .batch
                .create_compute_environment()
                .compute_environment_name(&me.name)
                .r#type(CeType::Managed)
                .state(CeState::Enabled)
                .compute_resources(resources)
                .set_service_role(role)
                .set_tags(Some(me.stack.tag_map(&Resource::id(&me))))
                .send()
                .await
                .map_err(fault(action))?;
            Ok(Facts::none().with(Attribute::Arn, made.compute_environment_arn().unwrap_or_default()))
        })
        .allowed_on(self.arn())
        .also_needs(Permission::new("batch:TagResource", self.arn()))
        .makes(self);
        vec![match &self.service_role {
            Some(_) => call.also_needs(self.pass_role()),
            None => call,
        }]
    }

    fn change(&self, _facts: &Self::Facts, _known: &Known) -> Vec<Call> {
        let call = call!(self, "batch:UpdateComputeEnvironment", &self.name, Harmless, |me, aws, known| {
            let action = "batch:UpdateComputeEnvironment";
            let group =
                me.security_group.get(&known).ok_or_else(|| not_known(action, "the security group"))?;
            let update = ComputeResourceUpdate::builder()
                .maxv_cpus(me.max_vcpus)
                .set_subnets(Some(me.subnets.ids(&known)))
                .security_group_ids(group)
                .build();
            // Naming the role again makes Batch look at it again, which is what mends an environment that
            // turned INVALID because the role was too young.
            let role = me.service_role.as_ref().and_then(|role| role.get(&known)).map(str::to_owned);
            let request = aws.once.batch.update_compute_environment().compute_environment(&me.name);
            let request = request.state(CeState::Enabled).compute_resources(update).set_service_role(role);
            request.send().await.map_err(fault(action))?;
            Ok(Facts::none())
        })
        .allowed_on(self.arn());
        vec![match &self.service_role {
            Some(_) => call.also_needs(self.pass_role()),
            None => call,
        }]
    }

    fn delete(&self, facts: &Self::Facts) -> Vec<Call> {
        let mut calls = Vec::new();
        if facts.enabled {
            calls.push(
                call!(
                    self,
                    "batch:UpdateComputeEnvironment",
                    format!("{} (DISABLED)", self.name),
                    Harmless,
                    |me, aws, known| {
                        let request =
                            aws.once.batch.update_compute_environment().compute_environment(&me.name);
                        gone_is_done(
                            request
                                .state(CeState::Disabled)
                                .send()
                                .await
                                .map_err(fault("batch:UpdateComputeEnvironment")),
                        )
                    }
                )
                .allowed_on(self.arn()),
            );
        }
        calls.push(
            call!(self, "batch:DeleteComputeEnvironment", &self.name, Harmless, |me, aws, known| {
                let request = aws.once.batch.delete_compute_environment().compute_environment(&me.name);
                gone_is_done(request.send().await.map_err(fault("batch:DeleteComputeEnvironment")))
            })
            .allowed_on(self.arn()),
        );
        calls
    }

    fn takes(&self) -> (u32, u32) {
        (20, 600)
    }

    fn terraform_address(&self) -> Option<String> {
        Some(format!("aws_batch_compute_environment.{}", terraform::label(&self.part)))
    }

    fn terraform(&self, facts: Option<&Self::Facts>, with: &terraform::Context<'_>) -> terraform::Part {
        let id = Resource::id(self);
        let address = with.address(&id);
        let max_vcpus = with.own("max_vcpus", &id);
        let prefix = match with.provider() {
            Provider::V5 => "compute_environment_name_prefix",
            Provider::V6 => "name_prefix",
        };
        let subnets = match &self.subnets {
            Subnets::OfVpc(vpc) => with.refer(vpc),
            Subnets::Each(subnets) => Value::List(subnets.iter().map(|subnet| with.refer(subnet)).collect()),
        };
        let resources = Block::new("compute_resources", &[])
            .set("type", "FARGATE")
            .set("max_vcpus", Value::code(format!("var.{max_vcpus}")))
            .set("subnets", subnets)
            .set("security_group_ids", Value::List(vec![with.refer(&self.security_group)]));
        let lifecycle = Block::new("lifecycle", &[])
            .set_because(
                "Some changes need a new environment, and a queue cannot be without one: the new one comes first, \
                 beside the old one, and so needs a name of its own.",
                "create_before_destroy",
                true,
            )
            .set_because(
                "An environment that is there keeps its name; a new one gets the prefix and a time.",
                "ignore_changes",
                Value::codes([prefix]),
            );
        let environment = Block::resource(address)
            .set(prefix, with.name(&format!("{}-", self.name)))
            .set("type", "MANAGED")
            .set("state", "ENABLED")
            .set_some("service_role", self.service_role.as_ref().map(|role| with.refer(role)))
            .set("tags", with.tags(&id))
            .with(resources);
        let environment = match &self.service_role {
            Some(_) => environment,
            None => environment.why(
                "Without service_role AWS Batch works with its service-linked role, AWSServiceRoleForBatch, and makes \
                 it where it is not there yet. It is not managed here: an account has one, and all its environments \
                 share it.",
            ),
        };
        let needed = self.depends_on();
        let needed: Vec<_> = needed.iter().flat_map(|on| with.usable(on)).collect();
        let environment = if needed.is_empty() {
            environment
        } else {
            environment.set_because(
                "An environment whose role lacks its policies, or whose subnets lack their way out, turns INVALID or \
                 strands its jobs; and it can be deleted only while its role still works.",
                "depends_on",
                Value::codes(needed),
            )
        };
        Part::of(File::Batch, [environment.with(lifecycle)])
            .import(address, facts.map(|_| &self.name))
            .variable(
                Variable::new(
                    max_vcpus.clone(),
                    "number",
                    "The most vCPUs in use at one time. AWS stops earlier where the account's own limit is lower.",
                    facts.map_or(self.max_vcpus, |facts| facts.max_vcpus),
                )
                .must(format!("var.{max_vcpus} >= 1"), "At least one vCPU is needed for a job to run."),
            )
            .output(
                with.own("compute_environment_arn", &id),
                "What jobs run on.",
                Value::code(format!("{address}.arn")),
            )
    }
}

impl ComputeEnvironment {
    fn arn(&self) -> String {
        self.stack.arn("batch", &format!("compute-environment/{}", self.name))
    }

    fn pass_role(&self) -> Permission {
        let role = crate::blueprint::names::service_role(&self.stack.name);
        Permission::new("iam:PassRole", self.stack.iam_arn(&format!("role/{role}")))
            .when("iam:PassedToService", "batch.amazonaws.com")
    }

    async fn look(&self, aws: &Clients) -> Result<Option<ComputeEnvironmentFacts>, AwsFault> {
        let found =
            aws.read.batch.describe_compute_environments().compute_environments(&self.name).send().await;
        let found = found.map_err(fault("batch:DescribeComputeEnvironments"))?;
        let environment = found.compute_environments().iter().find(|environment| {
            environment.compute_environment_name() == Some(&self.name)
                && environment.status() != Some(&CeStatus::Deleted)
        });
        let Some(environment) = environment else { return Ok(None) };
        let resources = environment.compute_resources();
        let sorted = |ids: &[String]| {
            let mut ids = ids.to_vec();
            ids.sort();
            ids
        };
        Ok(Some(ComputeEnvironmentFacts {
            arn: environment.compute_environment_arn().unwrap_or_default().to_owned(),
            status: environment.status().cloned().unwrap_or(CeStatus::Creating),
            reason: environment.status_reason().unwrap_or_default().to_owned(),
            enabled: environment.state() == Some(&CeState::Enabled),
            kind: resources.and_then(|r| r.r#type()).map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
            max_vcpus: resources.and_then(ComputeResource::maxv_cpus).unwrap_or_default(),
            subnets: resources.map(|r| sorted(r.subnets())).unwrap_or_default(),
            security_groups: resources.map(|r| sorted(r.security_group_ids())).unwrap_or_default(),
            service_role: environment.service_role().unwrap_or_default().to_owned(),
            tags: from_map(environment.tags()),
        }))
    }
}
