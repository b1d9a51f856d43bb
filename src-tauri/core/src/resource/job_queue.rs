//! A job queue: where jobs wait for their compute environments.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_batch::types::{
    ComputeEnvironmentOrder, JobStateTimeLimitAction, JobStateTimeLimitActionsAction,
    JobStateTimeLimitActionsState, JqState, JqStatus,
};

use super::{
    Addition, Attribute, Call, ComputeEnvironmentArn, Difference, Evidence, Facts, Kind, Known, Mend,
    Observed, Permission, Ref, Resource, ResourceId, SchedulingPolicyArn, Stack, Tagged, Verdict, call,
    gone_is_done, not_known,
    tags::{Tags, from_map},
};
use crate::{
    aws::{AwsFault, Clients, fault},
    blueprint::State,
    terraform::{self, Block, File, Part, Provider, Value},
    words::say,
};

const TIME_LIMITS: &str = "jobStateTimeLimitActions";

/// A queue on one or more compute environments, tried in their order.
#[derive(Debug, Clone)]
pub(crate) struct JobQueue {
    pub(crate) stack: Arc<Stack>,
    pub(crate) part: String,
    pub(crate) name: String,
    pub(crate) priority: i32,
    pub(crate) state: State,
    pub(crate) environments: Vec<Ref<ComputeEnvironmentArn>>,
    pub(crate) policy: Option<Ref<SchedulingPolicyArn>>,
}

/// The queue as found.
#[derive(Debug, Clone)]
pub(crate) struct JobQueueFacts {
    arn: String,
    status: JqStatus,
    reason: String,
    state: State,
    priority: i32,
    policy: String,
    /// ARNs in their order.
    environments: Vec<String>,
    /// What ends jobs that wait too long; a blueprint does not speak of it.
    time_limits: Vec<JobStateTimeLimitAction>,
    tags: Tags,
}

#[async_trait]
impl Resource for JobQueue {
    type Facts = JobQueueFacts;

    fn id(&self) -> ResourceId {
        ResourceId::new(Kind::JobQueue, &self.part)
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    fn depends_on(&self) -> Vec<ResourceId> {
        let environments = self.environments.iter().map(|environment| environment.of.clone());
        environments.chain(self.policy.iter().map(|policy| policy.of.clone())).collect()
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

    fn presumed(&self) -> Facts {
        Facts::none().with(Attribute::Arn, self.arn()).with(Attribute::Name, &self.name)
    }

    fn evidence(&self, facts: &Self::Facts) -> Vec<Evidence> {
        vec![
            Evidence::new("jobQueueArn", &facts.arn),
            Evidence::new("status", facts.status.as_str()),
            Evidence::new("statusReason", &facts.reason),
            Evidence::new("state", facts.state.batch()),
            Evidence::new("priority", facts.priority),
            Evidence::new("computeEnvironmentOrder", facts.environments.join(", ")),
            Evidence::new("schedulingPolicyArn", &facts.policy),
        ]
    }

    fn judge(&self, facts: &Self::Facts, known: &Known) -> Verdict {
        match &facts.status {
            JqStatus::Valid | JqStatus::Invalid => {}
            other => return Verdict::Settling(other.as_str().to_owned()),
        }
        let policy = self.policy.as_ref().and_then(|policy| policy.expected(known)).unwrap_or_default();
        // "After a fair-share scheduling policy is associated with a queue, it can be replaced but not removed", and a
        // queue made without one can never get one (CreateJobQueue, `schedulingPolicyArn`).
        if facts.policy.is_empty() != self.policy.is_none() {
            let wrong = Difference::between("schedulingPolicyArn", &facts.policy, policy);
            let refusal = say("queue-policy-is-fixed", &[("name", &self.name)]);
            return Verdict::Wrong(wrong.into_iter().collect(), Mend::Refuse(refusal));
        }
        let wanted: Vec<_> = self.environments.iter().filter_map(|e| e.expected(known)).collect();
        let wrong = [
            Difference::between("state", facts.state.batch(), self.state.batch()),
            Difference::between("priority", facts.priority, self.priority),
            Difference::between("schedulingPolicyArn", &facts.policy, policy),
            Difference::between("computeEnvironmentOrder", facts.environments.join(", "), wanted.join(", ")),
        ];
        let wrong = wrong.into_iter().flatten();
        if facts.status == JqStatus::Invalid {
            return Verdict::Broken(facts.reason.clone(), wrong.collect());
        }
        Verdict::in_place(wrong)
    }

    fn create(&self) -> Vec<Call> {
        vec![
            call!(self, "batch:CreateJobQueue", &self.name, LookFirst, |me, aws, known| {
                let action = "batch:CreateJobQueue";
                let made = aws
                    .once
                    .batch
                    .create_job_queue()
                    .job_queue_name(&me.name)
                    .state(JqState::from(me.state.batch()))
                    .priority(me.priority)
                    .set_scheduling_policy_arn(me.policy_arn(&known, action)?)
                    .set_compute_environment_order(Some(me.order(&known, action)?))
                    .set_tags(Some(me.stack.tag_map(&Resource::id(&me))))
                    .send()
                    .await
                    .map_err(fault(action))?;
                Ok(Facts::none().with(Attribute::Arn, made.job_queue_arn().unwrap_or_default()))
            })
            .allowed_on(self.arn())
            .also_needs(Permission::new("batch:TagResource", self.arn()))
            .also_needs_each(self.on_what_it_names("batch:CreateJobQueue"))
            .makes(self),
        ]
    }

    fn change(&self, _facts: &Self::Facts, _known: &Known) -> Vec<Call> {
        vec![
            call!(self, "batch:UpdateJobQueue", &self.name, Harmless, |me, aws, known| {
                let action = "batch:UpdateJobQueue";
                let request = aws.once.batch.update_job_queue().job_queue(&me.name);
                let request = request.state(JqState::from(me.state.batch())).priority(me.priority);
                let request = request.set_scheduling_policy_arn(me.policy_arn(&known, action)?);
                let request = request.set_compute_environment_order(Some(me.order(&known, action)?));
                request.send().await.map_err(fault(action))?;
                Ok(Facts::none())
            })
            .allowed_on(self.arn())
            .also_needs_each(self.on_what_it_names("batch:UpdateJobQueue")),
        ]
    }

    fn additions(&self, facts: &Self::Facts) -> Vec<Addition> {
        if facts.time_limits.is_empty() {
            return vec![];
        }
        let call = call!(self, "batch:UpdateJobQueue", &self.name, Harmless, |me, aws, known| {
            let request = aws.once.batch.update_job_queue().job_queue(&me.name);
            let request = request.set_job_state_time_limit_actions(Some(vec![]));
            request.send().await.map_err(fault("batch:UpdateJobQueue"))?;
            Ok(Facts::none())
        });
        let told: Vec<_> = facts.time_limits.iter().map(told).collect();
        let difference = Difference::added(TIME_LIMITS, told.join("\n"));
        vec![Addition { difference, call: call.allowed_on(self.arn()) }]
    }

    fn delete(&self, facts: &Self::Facts) -> Vec<Call> {
        let mut calls = Vec::new();
        if facts.state == State::Enabled {
            calls.push(
                call!(
                    self,
                    "batch:UpdateJobQueue",
                    format!("{} (DISABLED)", self.name),
                    Harmless,
                    |me, aws, known| {
                        let request =
                            aws.once.batch.update_job_queue().job_queue(&me.name).state(JqState::Disabled);
                        gone_is_done(request.send().await.map_err(fault("batch:UpdateJobQueue")))
                    }
                )
                .allowed_on(self.arn()),
            );
        }
        calls.push(
            call!(self, "batch:DeleteJobQueue", &self.name, Harmless, |me, aws, known| {
                let request = aws.once.batch.delete_job_queue().job_queue(&me.name);
                gone_is_done(request.send().await.map_err(fault("batch:DeleteJobQueue")))
            })
            .allowed_on(self.arn()),
        );
        calls
    }

    fn takes(&self) -> (u32, u32) {
        (5, 600)
    }

    fn terraform_address(&self) -> Option<String> {
        Some(format!("aws_batch_job_queue.{}", terraform::label(&self.part)))
    }

    fn terraform(&self, facts: Option<&Self::Facts>, with: &terraform::Context<'_>) -> terraform::Part {
        let id = Resource::id(self);
        let address = with.address(&id);
        let environments = self.environments.iter().map(|environment| with.refer(environment));
        let mut queue = Block::resource(address)
            .set("name", with.name(&self.name))
            .set("state", facts.map_or(self.state, |facts| facts.state).batch())
            .set("priority", facts.map_or(self.priority, |facts| facts.priority))
            .set_some("scheduling_policy_arn", self.policy.as_ref().map(|policy| with.refer(policy)));
        if with.provider() == Provider::V5 && with.imports() && facts.is_some() {
            queue = queue.set_because(
                "Provider 5 reads a queue that it imports into this deprecated list only, and would change the queue \
                 for the sake of its newer form, compute_environment_order. Provider 6 has that form alone.",
                "compute_environments",
                Value::List(environments.collect()),
            );
        } else {
            for (index, environment) in (1_i32..).zip(environments) {
                let order = Block::new("compute_environment_order", &[])
                    .set("order", index)
                    .set("compute_environment", environment);
                queue = queue.with(order);
            }
        }
        let accepted = facts.filter(|_| self.stack.accepts_something(&id, TIME_LIMITS));
        for limit in accepted.iter().flat_map(|facts| &facts.time_limits) {
            let block = Block::new("job_state_time_limit_action", &[])
                .set("action", limit.action().map(JobStateTimeLimitActionsAction::as_str).unwrap_or_default())
                .set("max_time_seconds", limit.max_time_seconds().unwrap_or_default())
                .set("reason", limit.reason().unwrap_or_default())
                .set("state", limit.state().map(JobStateTimeLimitActionsState::as_str).unwrap_or_default());
            queue = queue.with(block);
        }
        Part::of(File::Batch, [queue.set("tags", with.tags(&id))])
            .import(address, facts.map(|facts| &facts.arn))
            .output(
                with.own("job_queue_arn", &id),
                "Where jobs are submitted to.",
                Value::code(format!("{address}.arn")),
            )
    }
}

/// `CANCEL after 600 s as RUNNABLE (CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY)`.
fn told(limit: &JobStateTimeLimitAction) -> String {
    let action = limit.action().map(JobStateTimeLimitActionsAction::as_str).unwrap_or_default();
    let state = limit.state().map(JobStateTimeLimitActionsState::as_str).unwrap_or_default();
    let seconds = limit.max_time_seconds().unwrap_or_default();
    format!("{action} after {seconds} s as {state} ({})", limit.reason().unwrap_or_default())
}

impl JobQueue {
    /// What it names is asked about too. Any of the stack's environments, since they have successors.
    fn on_what_it_names(&self, action: &str) -> Vec<Permission> {
        let of = |kind: &str| self.stack.arn("batch", &format!("{kind}/{}-*", self.stack.name));
        let policy = self.policy.as_ref().map(|_| Permission::new(action, of("scheduling-policy")));
        policy.into_iter().chain([Permission::new(action, of("compute-environment"))]).collect()
    }

    fn arn(&self) -> String {
        self.stack.arn("batch", &format!("job-queue/{}", self.name))
    }

    fn policy_arn(&self, known: &Known, action: &str) -> Result<Option<String>, AwsFault> {
        let Some(policy) = &self.policy else { return Ok(None) };
        let arn = policy.get(known).ok_or_else(|| not_known(action, "the scheduling policy"))?;
        Ok(Some(arn.to_owned()))
    }

    fn order(&self, known: &Known, action: &str) -> Result<Vec<ComputeEnvironmentOrder>, AwsFault> {
        let environments = self.environments.iter().zip(1..);
        environments
            .map(|(environment, order)| {
                let arn = environment.get(known).ok_or_else(|| not_known(action, "a compute environment"))?;
                Ok(ComputeEnvironmentOrder::builder().order(order).compute_environment(arn).build())
            })
            .collect()
    }

    async fn look(&self, aws: &Clients) -> Result<Option<JobQueueFacts>, AwsFault> {
        let found = aws.read.batch.describe_job_queues().job_queues(&self.name).send().await;
        let found = found.map_err(fault("batch:DescribeJobQueues"))?;
        let queue = found.job_queues().iter().find(|queue| {
            queue.job_queue_name() == Some(&self.name) && queue.status() != Some(&JqStatus::Deleted)
        });
        let Some(queue) = queue else { return Ok(None) };
        let mut order: Vec<_> = queue.compute_environment_order().iter().collect();
        order.sort_by_key(|entry| entry.order());
        Ok(Some(JobQueueFacts {
            arn: queue.job_queue_arn().unwrap_or_default().to_owned(),
            status: queue.status().cloned().unwrap_or(JqStatus::Creating),
            reason: queue.status_reason().unwrap_or_default().to_owned(),
            state: if queue.state() == Some(&JqState::Disabled) { State::Disabled } else { State::Enabled },
            policy: queue.scheduling_policy_arn().unwrap_or_default().to_owned(),
            priority: queue.priority().unwrap_or_default(),
            environments: order.iter().filter_map(|e| e.compute_environment().map(str::to_owned)).collect(),
            time_limits: queue.job_state_time_limit_actions().to_vec(),
            tags: from_map(queue.tags()),
        }))
    }
}
