//! An environment as Terraform.

use super::{ComputeEnvironment, ComputeEnvironmentFacts, Settings};
use crate::{
    blueprint::{AllocationStrategy, Platform},
    resource::{Known, Resource},
    terraform::{Block, Context, File, Part, Provider, Value, Variable},
    words::{Text, say},
};

impl ComputeEnvironment {
    pub(super) fn write(&self, facts: Option<&ComputeEnvironmentFacts>, with: &Context<'_>) -> Part {
        let id = Resource::id(self);
        let address = with.address(&id);
        let prefix = match with.provider() {
            Provider::V5 => "compute_environment_name_prefix",
            Provider::V6 => "name_prefix",
        };
        let unseen = self.settings(&Known::default());
        let settings = facts.map_or(&unseen, |facts| &facts.settings);
        let environment = Block::resource(address)
            .set(prefix, with.name(&format!("{}-", self.name)))
            .set("type", "MANAGED")
            .set("state", settings.environment.state.batch())
            .set_some("service_role", self.service_role.as_ref().map(|role| with.refer(role)))
            .set("tags", with.tags(&id))
            .with(self.resources(settings, with));
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
        let part = Part::of(File::Batch, [environment.with(self.lifecycle(prefix))])
            .cannot(self.unknown_strategy(settings, with))
            .import(address, facts.map(|_| &self.name))
            .output(
                with.own("compute_environment_arn", &id),
                "What jobs run on.",
                Value::code(format!("{address}.arn")),
            );
        self.variables(settings, with).into_iter().fold(part, Part::variable)
    }

    /// The last provider 5 is older than the strategies that go by the order of the types, and refuses them.
    fn unknown_strategy(&self, settings: &Settings, with: &Context<'_>) -> Option<Text> {
        let strategy = settings.environment.instances.as_ref()?.allocation_strategy;
        let younger = [
            AllocationStrategy::BestFitProgressiveOrdered,
            AllocationStrategy::SpotCapacityOptimizedPrioritized,
        ];
        let params = [("name", self.name.as_str()), ("strategy", strategy.batch())];
        let unknown = with.provider() == Provider::V5 && younger.contains(&strategy);
        unknown.then(|| say("terraform-strategy-unknown", &params))
    }

    fn resources(&self, settings: &Settings, with: &Context<'_>) -> Block {
        let id = Resource::id(self);
        let variable = |name| Value::code(format!("var.{}", with.own(name, &id)));
        let wanted = &settings.environment;
        let mut resources = Block::new("compute_resources", &[]).set("type", wanted.kind.batch());
        if let Some(instances) = &wanted.instances {
            resources = resources
                .set("allocation_strategy", instances.allocation_strategy.batch())
                .set("instance_type", variable("instance_types"))
                .set("min_vcpus", variable("min_vcpus"))
                .set_some("bid_percentage", instances.bid_percentage)
                .set_some("ec2_key_pair", instances.key_pair.as_ref());
        }
        resources = resources
            .set("max_vcpus", variable("max_vcpus"))
            .set("subnets", self.subnets.terraform(with))
            .set("security_group_ids", self.groups.terraform(with));
        let (Some(hosts), Some(instances)) = (&self.hosts, &wanted.instances) else { return resources };
        resources = resources
            .set("instance_role", with.refer(&hosts.profile))
            .set_some("spot_iam_fleet_role", hosts.spot_fleet_role.as_ref().map(|role| with.refer(role)))
            .set("tags", with.tags_of_hosts())
            .with(Block::new("ec2_configuration", &[]).set("image_type", instances.ami.batch()));
        let Some((template, _)) = &hosts.template else { return resources };
        let version = settings.template.as_ref().map(|(_, version)| version.as_str());
        let version = version.filter(|version| !version.is_empty()).unwrap_or("1");
        resources.with(
            Block::new("launch_template", &[]).set("launch_template_id", with.refer(template)).set_because(
                "A new version of the template reaches the instances only when it is named here; the template's own \
                 latest_version would be unknown while planning, which the provider cannot cope with in this place.",
                "version",
                version,
            ),
        )
    }

    fn lifecycle(&self, prefix: &str) -> Block {
        let mut ignored = vec![prefix.to_owned()];
        let mut why = "An environment that is there keeps its name; a new one gets the prefix and a time.";
        if self.wanted.kind.platform() == Platform::Ec2 {
            ignored.push("compute_resources[0].desired_vcpus".to_owned());
            why = "An environment that is there keeps its name; a new one gets the prefix and a time. How many vCPUs \
                   are wanted at the moment AWS Batch decides itself.";
        }
        Block::new("lifecycle", &[])
            .set_because(
                "Some changes need a new environment, and a queue cannot be without one: the new one comes first, \
                 beside the old one, and so needs a name of its own.",
                "create_before_destroy",
                true,
            )
            .set_because(why, "ignore_changes", Value::codes(ignored))
    }

    fn variables(&self, settings: &Settings, with: &Context<'_>) -> Vec<Variable> {
        let id = Resource::id(self);
        let max_vcpus = with.own("max_vcpus", &id);
        let mut variables = vec![
            Variable::new(
                max_vcpus.clone(),
                "number",
                "The most vCPUs in use at one time. AWS stops earlier where the account's own limit is lower.",
                settings.environment.max_vcpus,
            )
            .must(format!("var.{max_vcpus} >= 1"), "At least one vCPU is needed for a job to run."),
        ];
        if let Some(instances) = &settings.environment.instances {
            variables.push(Variable::new(
                with.own("instance_types", &id),
                "list(string)",
                "Instance types, families, or AWS's choice: default_x86_64, default_arm64.",
                instances.types.clone(),
            ));
            variables.push(Variable::new(
                with.own("min_vcpus", &id),
                "number",
                "vCPUs that are kept running, and paid for, even with nothing to do.",
                instances.min_vcpus,
            ));
        }
        variables
    }
}
