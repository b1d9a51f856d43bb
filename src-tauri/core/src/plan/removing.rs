//! Removing: what of a stack goes, what stays and why, and what must still stand while something goes.

use std::collections::{BTreeMap, BTreeSet};

use super::{Act, Plan, RunAct, Step};
use crate::{
    resource::{Call, Kind, Mend, ResourceId, Resources, Sighting, Survey, Verdict},
    stack::UsedByOthers,
    words::{Text, say},
};

/// What stands in the way of removing parts of a stack, and what a person has said about it.
#[derive(Debug, Clone, Default)]
pub struct Hindered {
    /// What the stack's own VPC holds that is not the stack's.
    pub leftovers: Vec<String>,
    /// What is somebody else's.
    pub of_others: OfOthers,
    /// Repositories that go with their images.
    pub images: Images,
}

/// What others have built on a stack, and what would break, or keep its parts from going.
#[derive(Debug, Clone, Default)]
pub struct OfOthers {
    /// Queues, by the names of the environments that they send jobs to.
    pub queues: QueuesOfOthers,
    /// Whatever else works with a part.
    pub users: UsedByOthers,
}

/// Queues that are not the stack's, by the names of the environments that they send jobs to.
pub(super) type QueuesOfOthers = BTreeMap<String, Vec<String>>;

/// Which repositories go with the images that they hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Images {
    /// None: images are a person's own work.
    #[default]
    Stay,
    /// All of them.
    Go,
    /// These, by their steps: a person has said so before the removal was interrupted.
    OfSteps(BTreeSet<String>),
}

impl Hindered {
    fn takes_images_of(&self, repository: &ResourceId) -> bool {
        match &self.images {
            Images::Stay => false,
            Images::Go => true,
            Images::OfSteps(steps) => steps.contains(&repository.to_string()),
        }
    }

    /// What removing means for one resource; `None` where nothing is there.
    pub(super) fn removing(&self, sighting: &Sighting) -> Option<(Act, Text, Vec<Call>)> {
        let name = sighting.name.as_str();
        if let Verdict::CannotTell(fault) = &sighting.verdict {
            let blind = say("remove-blind", &[("name", name), ("action", &fault.action)]);
            return Some((Act::Refuse, blind, vec![]));
        }
        if !sighting.present {
            return None;
        }
        if is_of_vpc(&sighting.resource) && !self.leftovers.is_empty() {
            let things = self.leftovers.join(", ");
            let stays = say("stays-vpc-in-use", &[("name", name), ("things", &things)]);
            return Some((Act::Keep, stays, vec![]));
        }
        let images = sighting.resource.kind == Kind::Repository && self.takes_images_of(&sighting.resource);
        if let Some(stays) = sighting.stays.as_ref().filter(|_| !images) {
            return Some((Act::Keep, stays.clone(), vec![]));
        }
        if !sighting.ours {
            return Some((Act::Keep, say("stays-foreign", &[("name", name)]), vec![]));
        }
        let taking = match &sighting.stays {
            Some(_) => Some(say("taking-images", &[("name", name)])),
            None => sighting.taking.clone(),
        };
        let reason = taking.unwrap_or_else(|| say("plan-delete", &[("name", name)]));
        Some((Act::Delete, reason, sighting.delete.clone()))
    }
}

/// Whether it is part of a VPC that others may be in, and not the jobs' alone.
fn is_of_vpc(resource: &ResourceId) -> bool {
    match resource.kind {
        Kind::Vpc
        | Kind::Subnet
        | Kind::InternetGateway
        | Kind::RouteTable
        | Kind::ElasticIp
        | Kind::NatGateway
        | Kind::VpcEndpoint => true,
        Kind::SecurityGroup => resource.part == "endpoints",
        _ => false,
    }
}

impl Plan {
    /// Removes everything of the stack that is ours, each thing before what it depends on.
    pub fn teardown(resources: &Resources, survey: &Survey<'_>, hindered: &Hindered) -> Self {
        let mut steps: Vec<Step> = survey
            .sightings
            .iter()
            .filter_map(|sighting| {
                let (act, reason, calls) = hindered.removing(sighting)?;
                let dependents =
                    resources.iter().filter(|other| other.depends_on().contains(&sighting.resource));
                Some(Step::new(sighting, act, reason, dependents.map(|other| other.id()).collect(), calls))
            })
            .collect();
        steps.reverse();
        leave_to_others(&mut steps, resources, &hindered.of_others);
        keep_roles_until_then(&mut steps, resources, survey);
        let mut plan = Self { act: RunAct::Teardown, steps };
        plan.wait_only_for_what_is_there();
        plan
    }
}

/// An environment that somebody else's queue sends jobs to stays, since AWS Batch removes none that a queue names; and
/// with it stays what it works with, and what the jobs there may be made from. So does every other part that something
/// of somebody else's works with, and what that part stands on.
pub(super) fn leave_to_others(steps: &mut [Step], resources: &Resources, others: &OfOthers) {
    let mut staying = BTreeMap::<ResourceId, String>::new();
    for step in steps.iter_mut().filter(|step| step.resource.kind == Kind::ComputeEnvironment) {
        if let Some(queues) = others.queues.get(&step.name) {
            let params = [("name", step.name.as_str()), ("queues", &queues.join(", "))];
            stay(step, say("stays-queue-of-others", &params));
            staying.insert(step.resource.clone(), step.name.clone());
        }
    }
    let environment = staying.values().next().cloned();
    for step in steps.iter_mut().filter(|step| step.act == Act::Delete) {
        if let Some(things) = others.users.get(&step.resource) {
            let params = [("name", step.name.as_str()), ("things", &things.join(", "))];
            stay(step, say("stays-used-by-others", &params));
            staying.insert(step.resource.clone(), step.name.clone());
        }
    }
    // Each thing comes before what it depends on.
    for step in steps.iter_mut() {
        if let Some(environment) = &environment
            && step.resource.kind == Kind::JobDefinition
            && step.act == Act::Delete
        {
            let params = [("name", step.name.as_str()), ("other", environment.as_str())];
            stay(step, say("stays-for-jobs-of-others", &params));
            staying.insert(step.resource.clone(), step.name.clone());
        }
        let needing = resources
            .iter()
            .find(|other| staying.contains_key(&other.id()) && other.depends_on().contains(&step.resource));
        if let Some(other) = needing.and_then(|other| staying.get(&other.id()).cloned())
            && step.act == Act::Delete
        {
            let params = [("name", step.name.as_str()), ("other", other.as_str())];
            stay(step, say("stays-needed", &params));
            staying.insert(step.resource.clone(), step.name.clone());
        }
    }
}

fn stay(step: &mut Step, why: Text) {
    (step.act, step.reason, step.calls, step.typical_seconds) = (Act::Keep, why, vec![], 0);
}

/// AWS Batch removes an environment with its service role; without it the environment is stuck for ever. So a role
/// that is gone or spoiled is put right first, and goes after.
pub(super) fn keep_roles_until_then(steps: &mut Vec<Step>, resources: &Resources, survey: &Survey<'_>) {
    let going = |step: &&Step| step.resource.kind == Kind::ComputeEnvironment && step.act == Act::Delete;
    let environments: Vec<_> = steps.iter().filter(going).map(|step| step.resource.clone()).collect();
    for role in survey.sightings.iter().filter(|sighting| is_of_batch(&sighting.resource)) {
        let is_made =
            |step: &Step| step.resource == role.resource && matches!(step.act, Act::Create | Act::Change);
        let calls = match &role.verdict {
            Verdict::Missing => &role.create,
            Verdict::Wrong(_, Mend::InPlace) => &role.change,
            _ => continue,
        };
        if calls.is_empty() || steps.iter().any(is_made) {
            continue;
        }
        let needs_it = |id: &ResourceId| {
            let resource = resources.iter().find(|resource| resource.id() == *id);
            resource.is_some_and(|resource| resource.depends_on().contains(&role.resource))
        };
        let needing: Vec<_> = environments.iter().filter(|id| needs_it(id)).cloned().collect();
        let Some(first) = needing.first() else { continue };
        for step in steps.iter_mut().filter(|step| needing.contains(&step.resource)) {
            let params = [("name", step.name.as_str()), ("role", role.name.as_str())];
            step.reason = say("remove-needs-role", &params);
            if step.resource == *first {
                step.calls.splice(0..0, calls.iter().cloned());
            } else {
                step.after.push(first.clone());
            }
        }
        match steps.iter_mut().find(|step| step.resource == role.resource) {
            // What is put right hangs on the role again when its turn comes.
            Some(step) if step.act == Act::Delete => {
                let same = |one: &Call, other: &Call| (one.action, &one.on) == (other.action, &other.on);
                let mut calls = role.unmake.clone();
                calls.retain(|call| !step.calls.iter().any(|known| same(known, call)));
                step.calls.splice(0..0, calls);
            }
            None if role.verdict == Verdict::Missing && !role.unmake.is_empty() => {
                let reason = say("plan-unmake", &[("name", &role.name)]);
                steps.push(Step::new(role, Act::Delete, reason, needing, role.unmake.clone()));
            }
            _ => {}
        }
    }
}

/// Whether AWS Batch works with this role, or may.
fn is_of_batch(resource: &ResourceId) -> bool {
    resource.kind == Kind::ServiceRole
        || (resource.kind == Kind::ServiceLinkedRole && resource.part == "batch")
}
