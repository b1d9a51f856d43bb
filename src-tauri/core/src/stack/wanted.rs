//! What a stack should be: its blueprint, and which generation of each compute environment is the present one.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    blueprint::{Blueprint, names},
    resource::{Accepted, Kind, ResourceId, Resources, Stack, list},
    words::Text,
};

/// What a stack should be, at one time of its life.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Wanted {
    /// The wishes.
    pub blueprint: Blueprint,
    /// By the environment's name in the blueprint, where the present one is not the first of its name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub generations: BTreeMap<String, Generation>,
    /// What somebody has added to its resources and somebody has accepted: no blueprint says it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub accepted: Accepted,
}

/// Which one of its name a compute environment is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Generation {
    /// 2 for the first successor.
    pub number: u32,
    /// Why the one before could not be changed where it was.
    pub why: Text,
}

impl Wanted {
    /// This blueprint, each environment the first of its name.
    pub(super) fn first(blueprint: Blueprint) -> Self {
        Self { blueprint, generations: BTreeMap::new(), accepted: Accepted::new() }
    }

    /// What the blueprint says of one resource, to be compared with what another one says.
    fn says_of(&self, resource: &ResourceId) -> Value {
        let (blueprint, part) = (&self.blueprint, resource.part.as_str());
        let of_environment = || {
            let name = names::generation_of(part).0;
            json!(blueprint.compute_environments.iter().find(|one| one.name == name))
        };
        let of_definition = || json!(blueprint.job_definitions.iter().find(|one| one.name == part));
        let said = match resource.kind {
            Kind::ServiceRole => json!(blueprint.service_role),
            Kind::ServiceLinkedRole | Kind::InstanceRole | Kind::InstanceProfile | Kind::SpotFleetRole => {
                Value::Null
            }
            // It may read the secrets that the definitions name.
            Kind::ExecutionRole => json!(blueprint.job_definitions),
            Kind::JobRole | Kind::JobDefinition => of_definition(),
            Kind::DefaultVpc
            | Kind::ExistingVpc
            | Kind::Vpc
            | Kind::InternetGateway
            | Kind::Subnet
            | Kind::RouteTable
            | Kind::SecurityGroup => json!(blueprint.network),
            Kind::Flow => json!(blueprint.flows.iter().find(|one| one.name == part)),
            Kind::LogGroup => json!(blueprint.logs),
            Kind::Repository => json!(blueprint.repositories.iter().find(|one| one.name == part)),
            Kind::SchedulingPolicy => {
                json!(blueprint.scheduling_policies.iter().find(|one| one.name == part))
            }
            Kind::LaunchTemplate => of_environment(),
            Kind::ComputeEnvironment => json!([of_environment(), blueprint.service_role, blueprint.network]),
            Kind::JobQueue => json!(blueprint.job_queues.iter().find(|one| one.name == part)),
        };
        json!([said, blueprint.tags])
    }

    /// The resources of which another one says something else.
    pub fn changed(&self, other: &Self, resources: &Resources) -> BTreeSet<ResourceId> {
        let ids = resources.iter().map(|resource| resource.id());
        ids.filter(|id| self.says_of(id) != other.says_of(id)).collect()
    }

    pub(super) fn number(&self, environment: &str) -> u32 {
        self.generations.get(environment).map_or(1, |generation| generation.number)
    }

    /// The resources that were asked for then, as parts of this stack.
    pub(super) fn resources(&self, stack: &Stack) -> Resources {
        list(&self.blueprint, Stack { generations: self.numbers(), ..stack.clone() })
    }

    pub(super) fn numbers(&self) -> BTreeMap<String, u32> {
        self.generations.iter().map(|(name, generation)| (name.clone(), generation.number)).collect()
    }
}
