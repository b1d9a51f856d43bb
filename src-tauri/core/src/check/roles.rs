//! Which role does what: who works with it, how that one comes by it, and what for. An account shows roles as a list of
//! names, and in that list an execution role and a job role look alike.

use serde::{Deserialize, Serialize};

use super::{CheckItem, CheckVerdict};
use crate::{
    blueprint::{Blueprint, names},
    resource::{Kind, Sighting, Survey},
    words::{Text, say},
};

/// A role with the one who works with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct RolePart {
    /// `instance-role/main`.
    pub id: String,
    /// `instance-role`.
    pub kind: String,
    /// Its name in AWS.
    pub name: String,
    /// Who works with it.
    pub who: Text,
    /// How that one comes by it.
    pub by: Text,
    /// What it is for, and on whose behalf.
    pub does: Text,
    /// What was found of it.
    pub verdict: CheckVerdict,
}

/// The roles of a stack, in the order in which they come to work.
pub(super) fn parts(blueprint: &Blueprint, survey: &Survey<'_>) -> Vec<RolePart> {
    survey.sightings.iter().filter_map(|sighting| part(blueprint, sighting)).collect()
}

fn part(blueprint: &Blueprint, sighting: &Sighting) -> Option<RolePart> {
    let profile = names::instance_profile(&blueprint.name);
    let job = sighting.resource.part.as_str();
    let (who, by, does) = match (sighting.resource.kind, job) {
        (Kind::ServiceRole, _) => {
            (say("role-who-batch", &[]), say("role-by-environment", &[]), say("role-does-batch", &[]))
        }
        (Kind::ServiceLinkedRole, "batch") => {
            (say("role-who-batch", &[]), say("role-by-itself", &[]), say("role-does-batch", &[]))
        }
        (Kind::ServiceLinkedRole, "ecs") => {
            (say("role-who-ecs", &[]), say("role-by-itself", &[]), say("role-does-ecs", &[]))
        }
        (Kind::ServiceLinkedRole, _) => {
            (say("role-who-spot", &[]), say("role-by-itself", &[]), say("role-does-spot", &[]))
        }
        (Kind::InstanceRole, _) => (
            say("role-who-instance", &[]),
            say("role-by-profile", &[("profile", &profile)]),
            say("role-does-instance", &[]),
        ),
        (Kind::SpotFleetRole, _) => {
            (say("role-who-spot", &[]), say("role-by-fleet", &[]), say("role-does-spot", &[]))
        }
        (Kind::ExecutionRole, _) => {
            (say("role-who-ecs", &[]), say("role-by-execution", &[]), say("role-does-execution", &[]))
        }
        (Kind::JobRole, _) => {
            let definition = blueprint.job_definitions.iter().find(|definition| definition.name == job);
            let granted = definition.map_or(0, |definition| definition.access.len());
            let does = match granted {
                0 => say("role-does-nothing", &[]),
                _ => say("role-does-access", &[]),
            };
            (say("role-who-code", &[("job", job)]), say("role-by-job", &[]), does)
        }
        _ => return None,
    };
    Some(RolePart {
        id: sighting.resource.to_string(),
        kind: sighting.resource.kind.code().to_owned(),
        name: sighting.name.clone(),
        who,
        by,
        does,
        verdict: CheckItem::of_resource(sighting).verdict,
    })
}
