//! A job definition: what jobs are made from. Registering always makes a new revision, so nothing is registered
//! when nothing changed, and a repeated call would leave a twin.

mod attributes;
mod found;
mod request;
mod terraform;

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;

pub(crate) use found::read;

use super::{
    Attribute, Call, Difference, Evidence, Facts, Kind, Known, LogGroupName, Observed, Permission, Ref,
    Resource, ResourceId, RoleArn, STACK_ID_TAG, Stack, Tagged, Verdict, call, gone_is_done,
    tags::{Tags, from_map},
};
use crate::{
    aws::{AwsFault, Clients, fault},
    blueprint,
    terraform::{Context, Part, label},
};

/// A job definition of one container.
#[derive(Debug, Clone)]
pub(crate) struct JobDefinition {
    pub(crate) stack: Arc<Stack>,
    pub(crate) name: String,
    /// What the blueprint says of it.
    pub(crate) wanted: blueprint::JobDefinition,
    pub(crate) execution_role: Ref<RoleArn>,
    pub(crate) job_role: Ref<RoleArn>,
    pub(crate) log_group: Ref<LogGroupName>,
}

/// The newest active revision of the stack's as found; where there is none, the newest.
#[derive(Debug, Clone)]
pub(crate) struct JobDefinitionFacts {
    pub(crate) arn: String,
    revision: i32,
    /// The newest of all: somebody may have registered another one under the name, and jobs are made from that.
    newest: i32,
    /// Every active revision of the stack's, newest first.
    active: Vec<String>,
    found: Revision,
    tags: Tags,
}

/// What makes one revision differ from the next.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Revision {
    definition: blueprint::JobDefinition,
    execution_role: String,
    job_role: String,
    log_group: String,
}

#[async_trait]
impl Resource for JobDefinition {
    type Facts = JobDefinitionFacts;

    fn id(&self) -> ResourceId {
        ResourceId::new(Kind::JobDefinition, &self.wanted.name)
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    fn depends_on(&self) -> Vec<ResourceId> {
        vec![self.execution_role.of.clone(), self.job_role.of.clone(), self.log_group.of.clone()]
    }

    async fn observe(&self, aws: &Clients) -> Observed<Self::Facts> {
        Observed::from_lookup(self.look(aws).await)
    }

    fn tagged<'f>(&'f self, facts: &'f Self::Facts) -> Option<Tagged<'f>> {
        Some(Tagged::batch(&self.stack, &facts.arn, &facts.tags))
    }

    fn known(&self, facts: &Self::Facts) -> Facts {
        Facts::none().with(Attribute::Arn, &facts.arn).with(Attribute::Name, &self.name)
    }

    fn evidence(&self, facts: &Self::Facts) -> Vec<Evidence> {
        let mut evidence =
            vec![Evidence::new("jobDefinitionArn", &facts.arn), Evidence::new("revision", facts.revision)];
        evidence.extend(facts.found.attributes().evidence());
        evidence
    }

    fn judge(&self, facts: &Self::Facts, known: &Known) -> Verdict {
        let differences = facts.found.attributes().differences(&self.revision(known).attributes());
        // A new one becomes the newest; nobody else's is touched.
        let not_ours = Difference::between("revision", facts.newest, facts.revision);
        Verdict::in_place(not_ours.into_iter().chain(differences))
    }

    fn create(&self) -> Vec<Call> {
        let me = self.clone();
        vec![
            call!(self, "batch:RegisterJobDefinition", &self.name, LookFirst, |me, aws, known| {
                let action = "batch:RegisterJobDefinition";
                let made = me.registration(&aws, &known, action)?.send().await.map_err(fault(action))?;
                Ok(Facts::none().with(Attribute::Arn, made.job_definition_arn().unwrap_or_default()))
            })
            .allowed_on(self.arn())
            .also_needs(Permission::new("batch:TagResource", self.arn()))
            .also_needs(self.pass_role(&blueprint::names::execution_role(&self.stack.name)))
            .also_needs(self.pass_role(&blueprint::names::job_role(&self.stack.name, &self.wanted.name)))
            .creating()
            // Not only there, but there as wanted: an older revision is not the one that the call makes.
            .find(move |aws, known| {
                let me = me.clone();
                async move {
                    let found = me.look(&aws).await?;
                    let same = found.filter(|facts| me.judge(facts, &known) == Verdict::Ready);
                    Ok(same.map(|facts| me.known(&facts)))
                }
            }),
        ]
    }

    fn change(&self, _facts: &Self::Facts, _known: &Known) -> Vec<Call> {
        self.create()
    }

    fn delete(&self, facts: &Self::Facts) -> Vec<Call> {
        let active = facts.active.iter().cloned();
        active
            .map(|arn| {
                let on = arn.rsplit('/').next().unwrap_or(&arn).to_owned();
                call!(self, "batch:DeregisterJobDefinition", on, Harmless, |me, aws, known| {
                    let request = aws.once.batch.deregister_job_definition().job_definition(&arn);
                    gone_is_done(request.send().await.map_err(fault("batch:DeregisterJobDefinition")))
                } ; arn)
                .allowed_on(self.arn())
            })
            .collect()
    }

    fn terraform_address(&self) -> Option<String> {
        Some(format!("aws_batch_job_definition.{}", label(&self.wanted.name)))
    }

    fn terraform(&self, facts: Option<&Self::Facts>, with: &Context<'_>) -> Part {
        self.write(facts, with)
    }
}

impl JobDefinition {
    fn arn(&self) -> String {
        self.stack.arn("batch", &format!("job-definition/{}*", self.name))
    }

    fn pass_role(&self, role: &str) -> Permission {
        Permission::new("iam:PassRole", self.stack.iam_arn(&format!("role/{role}")))
            .when("iam:PassedToService", "ecs-tasks.amazonaws.com")
    }

    /// What is wanted, in the same plain values as what is found.
    fn revision(&self, known: &Known) -> Revision {
        let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
        let mut definition = self.wanted.clone();
        // Batch drops a variable without a value, so one can never be found.
        definition.environment.retain(|_, value| !value.is_empty());
        Revision {
            definition,
            execution_role: text(self.execution_role.expected(known)),
            job_role: text(self.job_role.expected(known)),
            log_group: text(self.log_group.expected(known)),
        }
    }

    async fn look(&self, aws: &Clients) -> Result<Option<JobDefinitionFacts>, AwsFault> {
        let mut found = aws
            .read
            .batch
            .describe_job_definitions()
            .job_definition_name(&self.name)
            .status("ACTIVE")
            .into_paginator()
            .items()
            .send()
            .collect::<Result<Vec<_>, _>>()
            .await
            .map_err(fault("batch:DescribeJobDefinitions"))?;
        found.sort_by_key(|revision| std::cmp::Reverse(revision.revision()));
        let Some(newest) = found.first() else { return Ok(None) };
        let of_stack = |tags: &HashMap<String, String>| tags.get(STACK_ID_TAG) == Some(&self.stack.id);
        let ours: Vec<_> = found.iter().filter(|revision| revision.tags().is_some_and(of_stack)).collect();
        let this = ours.first().copied().unwrap_or(newest);
        Ok(Some(JobDefinitionFacts {
            arn: this.job_definition_arn().unwrap_or_default().to_owned(),
            revision: this.revision().unwrap_or_default(),
            newest: newest.revision().unwrap_or_default(),
            active: ours.iter().filter_map(|r| r.job_definition_arn().map(str::to_owned)).collect(),
            found: found::revision(&self.wanted.name, this),
            tags: from_map(this.tags()),
        }))
    }
}
