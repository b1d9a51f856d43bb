//! A job definition: what jobs are made from. Registering always makes a new revision, so nothing is registered
//! when nothing changed, and a repeated call would leave a twin.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use aws_sdk_batch::types::{
    self as batch, AssignPublicIp, JobDefinitionType, LogDriver, PlatformCapability, ResourceType,
};

use super::{
    Attribute, Call, Difference, Evidence, Facts, Kind, Known, LogGroupName, Mend, Observed, Permission, Ref,
    Resource, ResourceId, RoleArn, Stack, Verdict, call, gone_is_done, not_known,
    tags::{Tags, from_map},
};
use crate::{
    aws::{AwsFault, Clients, fault},
    blueprint,
    terraform::{self, Block, File, Part, Value, Variable},
};

/// A job definition of one container on Fargate.
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

/// The newest active revision as found.
#[derive(Debug, Clone)]
pub(crate) struct JobDefinitionFacts {
    pub(crate) arn: String,
    revision: i32,
    /// Every active revision, newest first.
    active: Vec<String>,
    settings: Settings,
    tags: Tags,
}

/// What makes one revision differ from the next, as plain values.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Settings(BTreeMap<&'static str, String>);

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

    fn is_ours(&self, facts: &Self::Facts) -> bool {
        self.stack.owns(&facts.tags)
    }

    fn known(&self, facts: &Self::Facts) -> Facts {
        Facts::none().with(Attribute::Arn, &facts.arn).with(Attribute::Name, &self.name)
    }

    fn evidence(&self, facts: &Self::Facts) -> Vec<Evidence> {
        let mut evidence =
            vec![Evidence::new("jobDefinitionArn", &facts.arn), Evidence::new("revision", facts.revision)];
        evidence.extend(facts.settings.0.iter().map(|(what, value)| Evidence::new(what, value)));
        evidence
    }

    fn judge(&self, facts: &Self::Facts, known: &Known) -> Verdict {
        if !self.is_ours(facts) {
            return Verdict::Foreign;
        }
        let wanted = self.settings(known);
        let wrong: Vec<_> = wanted
            .0
            .iter()
            .filter_map(|(what, wanted)| {
                let found = facts.settings.0.get(what).map(String::as_str).unwrap_or_default();
                Difference::between(what, found, wanted)
            })
            .collect();
        if wrong.is_empty() { Verdict::Ready } else { Verdict::Wrong(wrong, Mend::InPlace) }
    }

    fn create(&self) -> Vec<Call> {
        let me = self.clone();
        vec![
            call!(self, "batch:RegisterJobDefinition", &self.name, LookFirst, |me, aws, known| {
                let made =
                    me.request(&aws, &known)?.send().await.map_err(fault("batch:RegisterJobDefinition"))?;
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
        Some(format!("aws_batch_job_definition.{}", terraform::label(&self.wanted.name)))
    }

    fn terraform(&self, facts: Option<&Self::Facts>, with: &terraform::Context<'_>) -> terraform::Part {
        let id = Resource::id(self);
        let address = with.address(&id);
        let image = with.own("image", &id);
        let unseen = self.settings(&Known::default());
        let settings = facts.map_or(&unseen, |facts| &facts.settings);
        let container = settings.container(&[
            ("image", Value::code(format!("var.{image}"))),
            ("executionRoleArn", with.refer(&self.execution_role)),
            ("jobRoleArn", with.refer(&self.job_role)),
            (
                "logConfiguration",
                Value::map([
                    ("logDriver", Value::from("awslogs")),
                    (
                        "options",
                        Value::map([
                            ("awslogs-group", with.refer(&self.log_group)),
                            ("awslogs-region", Value::code("var.region")),
                            ("awslogs-stream-prefix", Value::from(&self.wanted.name)),
                        ]),
                    ),
                ]),
            ),
        ]);
        let number = |name| settings.get(name).parse::<i32>().ok();
        let mut definition = Block::resource(address)
            .set("name", with.name(&self.name))
            .set("type", "container")
            .set("platform_capabilities", vec!["FARGATE"])
            .set("propagate_tags", true)
            .set_because(
                "Jobs, schedules and people may name an older revision: it stays when a newer one is registered.",
                "deregister_on_new_revision",
                false,
            )
            .set("container_properties", container.json())
            .with(Block::new("retry_strategy", &[]).set("attempts", number("attempts").unwrap_or(1)));
        if let Some(seconds) = number("attemptDurationSeconds") {
            definition = definition.with(Block::new("timeout", &[]).set("attempt_duration_seconds", seconds));
        }
        definition = definition.set("tags", with.tags(&id));
        let needed = with.usable(&self.execution_role.of);
        if !needed.is_empty() {
            definition = definition.set_because(
                "A job that is launched at once needs its image pulled and its log written.",
                "depends_on",
                Value::codes(needed),
            );
        }
        Part::of(File::Batch, [definition])
            .import(address, facts.map(|facts| &facts.arn))
            .variable(Variable::new(
                image,
                "string",
                "The container image, with its tag or digest.",
                settings.get("image"),
            ))
            .output(
                with.own("job_definition_arn", &id),
                "What jobs are made from.",
                Value::code(format!("{address}.arn")),
            )
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
    fn settings(&self, known: &Known) -> Settings {
        let wanted = &self.wanted;
        let mut settings = BTreeMap::from([
            ("image", wanted.image.clone()),
            ("command", words(&wanted.command)),
            ("VCPU", wanted.vcpu.clone()),
            ("MEMORY", wanted.memory_mib.to_string()),
            ("cpuArchitecture", wanted.architecture.batch().to_owned()),
            // Batch drops a variable without a value, so one can never be found.
            ("environment", variables(wanted.environment.iter().filter(|(_, value)| !value.is_empty()))),
            ("executionRoleArn", self.execution_role.expected(known).unwrap_or_default().to_owned()),
            ("jobRoleArn", self.job_role.expected(known).unwrap_or_default().to_owned()),
            ("awslogs-group", self.log_group.expected(known).unwrap_or_default().to_owned()),
            ("assignPublicIp", public_ip(wanted.assign_public_ip).as_str().to_owned()),
            ("attempts", wanted.attempts.to_string()),
        ]);
        let timeout = wanted.timeout_seconds.map(|seconds| seconds.to_string());
        settings.insert("attemptDurationSeconds", timeout.unwrap_or_default());
        Settings(settings)
    }

    fn request(
        &self,
        aws: &Clients,
        known: &Known,
    ) -> Result<
        aws_sdk_batch::operation::register_job_definition::builders::RegisterJobDefinitionFluentBuilder,
        AwsFault,
    > {
        let action = "batch:RegisterJobDefinition";
        let wanted = &self.wanted;
        let execution =
            self.execution_role.get(known).ok_or_else(|| not_known(action, "the execution role"))?;
        let job = self.job_role.get(known).ok_or_else(|| not_known(action, "the job role"))?;
        let group = self.log_group.get(known).ok_or_else(|| not_known(action, "the log group"))?;
        let need =
            |kind, value: String| batch::ResourceRequirement::builder().r#type(kind).value(value).build();
        let log = batch::LogConfiguration::builder()
            .log_driver(LogDriver::Awslogs)
            .options("awslogs-group", group)
            .options("awslogs-region", &self.stack.region)
            .options("awslogs-stream-prefix", &self.wanted.name)
            .build();
        let network =
            batch::NetworkConfiguration::builder().assign_public_ip(public_ip(wanted.assign_public_ip));
        let platform = batch::RuntimePlatform::builder()
            .operating_system_family("LINUX")
            .cpu_architecture(wanted.architecture.batch());
        let mut container = batch::ContainerProperties::builder()
            .image(&wanted.image)
            .resource_requirements(need(ResourceType::Vcpu, wanted.vcpu.clone()))
            .resource_requirements(need(ResourceType::Memory, wanted.memory_mib.to_string()))
            .execution_role_arn(execution)
            .job_role_arn(job)
            .log_configuration(log)
            .network_configuration(network.build())
            .runtime_platform(platform.build());
        for word in &wanted.command {
            container = container.command(word);
        }
        for (name, value) in wanted.environment.iter().filter(|(_, value)| !value.is_empty()) {
            container = container.environment(batch::KeyValuePair::builder().name(name).value(value).build());
        }
        let retry = batch::RetryStrategy::builder().attempts(wanted.attempts.try_into().unwrap_or(1));
        let timeout = wanted.timeout_seconds.map(|seconds| {
            batch::JobTimeout::builder()
                .attempt_duration_seconds(seconds.try_into().unwrap_or(i32::MAX))
                .build()
        });
        Ok(aws
            .once
            .batch
            .register_job_definition()
            .job_definition_name(&self.name)
            .r#type(JobDefinitionType::Container)
            .platform_capabilities(PlatformCapability::Fargate)
            .container_properties(container.build())
            .retry_strategy(retry.build())
            .set_timeout(timeout)
            .propagate_tags(true)
            .set_tags(Some(self.stack.tag_map(&Resource::id(self)))))
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
        Ok(Some(JobDefinitionFacts {
            arn: newest.job_definition_arn().unwrap_or_default().to_owned(),
            revision: newest.revision().unwrap_or_default(),
            active: found.iter().filter_map(|r| r.job_definition_arn().map(str::to_owned)).collect(),
            settings: Settings::found(newest),
            tags: from_map(newest.tags()),
        }))
    }
}

impl Settings {
    /// One of them; empty where it is not set.
    fn get(&self, what: &str) -> &str {
        self.0.get(what).map(String::as_str).unwrap_or_default()
    }

    /// `container_properties` for Terraform, with these values where it has references. A key without a value is
    /// left out: the provider would find it changed for ever.
    fn container(&self, references: &[(&'static str, Value)]) -> Value {
        let command: Vec<String> = serde_json::from_str(self.get("command")).unwrap_or_default();
        let environment: BTreeMap<String, String> =
            serde_json::from_str(self.get("environment")).unwrap_or_default();
        let environment: Vec<_> =
            environment.iter().map(|(name, value)| Value::map([("name", name), ("value", value)])).collect();
        let need = |kind: &str| Value::map([("type", kind), ("value", self.get(kind))]);
        let mut properties: Vec<(&str, Value)> = references.to_vec();
        if !command.is_empty() {
            properties.insert(1, ("command", command.into()));
        }
        properties.push(("resourceRequirements", Value::List(vec![need("VCPU"), need("MEMORY")])));
        if !environment.is_empty() {
            properties.push(("environment", Value::List(environment)));
        }
        properties
            .push(("networkConfiguration", Value::map([("assignPublicIp", self.get("assignPublicIp"))])));
        let platform = [("operatingSystemFamily", "LINUX"), ("cpuArchitecture", self.get("cpuArchitecture"))];
        properties.push(("runtimePlatform", Value::map(platform)));
        Value::map(properties)
    }

    fn found(definition: &batch::JobDefinition) -> Self {
        let Some(container) = definition.container_properties() else { return Self(BTreeMap::new()) };
        let need = |kind: &ResourceType| {
            let needs = container.resource_requirements().iter();
            needs
                .filter(|need| need.r#type() == Some(kind))
                .find_map(|need| need.value())
                .unwrap_or_default()
                .to_owned()
        };
        let platform = container.runtime_platform().and_then(|platform| platform.cpu_architecture());
        let log_options = container.log_configuration().and_then(|log| log.options());
        let network = container.network_configuration().and_then(|network| network.assign_public_ip());
        let pairs: BTreeMap<_, _> = container
            .environment()
            .iter()
            .filter_map(|pair| Some((pair.name()?.to_owned(), pair.value()?.to_owned())))
            .collect();
        let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
        let number = |value: Option<i32>| value.map(|number| number.to_string()).unwrap_or_default();
        let attempts = definition.retry_strategy().and_then(batch::RetryStrategy::attempts).unwrap_or(1);
        Self(BTreeMap::from([
            ("image", text(container.image())),
            ("command", words(container.command())),
            ("VCPU", need(&ResourceType::Vcpu)),
            ("MEMORY", need(&ResourceType::Memory)),
            ("cpuArchitecture", platform.unwrap_or("X86_64").to_owned()),
            ("environment", variables(pairs.iter())),
            ("executionRoleArn", text(container.execution_role_arn())),
            ("jobRoleArn", text(container.job_role_arn())),
            ("awslogs-group", text(log_options.and_then(|o| o.get("awslogs-group")).map(String::as_str))),
            ("assignPublicIp", network.unwrap_or(&AssignPublicIp::Disabled).as_str().to_owned()),
            ("attempts", attempts.to_string()),
            (
                "attemptDurationSeconds",
                number(definition.timeout().and_then(batch::JobTimeout::attempt_duration_seconds)),
            ),
        ]))
    }
}

fn public_ip(wanted: bool) -> AssignPublicIp {
    if wanted { AssignPublicIp::Enabled } else { AssignPublicIp::Disabled }
}

/// A command as one unambiguous text.
fn words(command: &[String]) -> String {
    serde_json::to_string(command).unwrap_or_default()
}

/// Variables as one unambiguous text, in the order of their names.
fn variables<'v>(pairs: impl Iterator<Item = (&'v String, &'v String)>) -> String {
    serde_json::to_string(&pairs.collect::<BTreeMap<_, _>>()).unwrap_or_default()
}
