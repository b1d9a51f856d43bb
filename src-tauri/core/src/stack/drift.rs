//! Accepting what somebody changed behind the blueprint's back: the blueprint then says what the account shows.

use super::{OpenStack, Traces, Writer, recover};
use crate::{
    account::Session,
    blueprint::{self, Blueprint, Instances, names},
    error::AppError,
    plan::differences,
    resource::{Kind, ResourceId, STATUS, Survey, Verdict},
    run::{is_unfinished, journal_problem},
    words::say,
};

/// Whether a blueprint has a say in resources of this kind, so that a change of one can be accepted.
pub(crate) fn is_acceptable(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::ComputeEnvironment
            | Kind::LaunchTemplate
            | Kind::SchedulingPolicy
            | Kind::JobQueue
            | Kind::JobDefinition
            | Kind::JobRole
            | Kind::LogGroup
            | Kind::Repository
            | Kind::Flow
    )
}

/// Whether a blueprint says this attribute of a resource. What follows from other parts of it is none of its own words.
pub(crate) fn is_sayable(kind: Kind, what: &str) -> bool {
    match kind {
        Kind::ComputeEnvironment => ![
            STATUS,
            "serviceRole is classic",
            "subnets",
            "securityGroupIds",
            "instanceRole",
            "spotIamFleetRole",
            "launchTemplate",
        ]
        .contains(&what),
        Kind::LaunchTemplate => ["VolumeSize", "VolumeType", "HttpTokens", "UserData"].contains(&what),
        Kind::JobDefinition => {
            !["revision", "executionRoleArn", "jobRoleArn", "awslogs-group"].contains(&what)
        }
        _ => true,
    }
}

/// Takes one resource into the stack's blueprint as the account shows it, or out of it where it is gone; what somebody
/// has added to it is noted beside the blueprint. Changes nothing in the account. What a blueprint cannot say is
/// refused, and nothing is changed then.
pub async fn accept(session: &Session, stack: &str, part: &str) -> Result<(), AppError> {
    let writer = Writer::of(session, stack)?;
    if let Some(problem) = journal_problem(session, stack) {
        return Err(problem);
    }
    // It would be taken for what was there before the run.
    if is_unfinished(session, stack)? {
        return Err(AppError::new(say("put-back-unfinished", &[("name", stack)]))
            .advise(say("accept-unfinished-advice", &[])));
    }
    let open = OpenStack::named(session, stack).await?;
    let resources = open.resources();
    let id = resources.iter().map(|resource| resource.id()).find(|id| id.to_string() == part);
    let id = id.ok_or_else(|| {
        AppError::new(say("part-unknown", &[("part", part), ("name", stack)]))
            .advise(say("part-unknown-advice", &[("name", stack)]))
    })?;
    let survey = Survey::take(&resources, &session.aws, |_| {}).await;
    let sighting = survey.of(&id).ok_or_else(|| refused(stack, part))?;
    let mut wanted = open.wanted.clone();
    match &sighting.verdict {
        Verdict::Ready if sighting.additions.is_empty() => {
            return Err(AppError::new(say("accept-nothing", &[("part", part), ("name", stack)])));
        }
        Verdict::Ready => {}
        Verdict::Foreign => {
            return Err(AppError::new(say("stack-untagged", &[("name", &sighting.name), ("stack", stack)]))
                .advise(say("stack-untagged-advice", &[("stack", stack)])));
        }
        _ => {
            let traces = Box::pin(Traces::look(session, stack)).await?;
            let found = recover(session, traces, &open.stack.id);
            let found = found.last().ok_or_else(|| refused(stack, part))?;
            wanted.blueprint =
                with(&wanted.blueprint, &found.blueprint, &id).ok_or_else(|| refused(stack, part))?;
            blueprint::require_sound(&wanted.blueprint)?;
        }
    }
    if !sighting.additions.is_empty() {
        let added = sighting.additions.iter().map(|addition| addition.difference.clone());
        wanted.accepted.entry(part.to_owned()).or_default().extend(added);
    }
    let accepted =
        OpenStack::new(session, open.stack.id, wanted.clone(), open.earlier, Some(wanted), open.folder);
    let resources = accepted.wanted.resources(&accepted.stack);
    let survey = Survey::take(&resources, &session.aws, |_| {}).await;
    match survey.of(&id).map(|sighting| &sighting.verdict) {
        Some(Verdict::Wrong(still, _)) => {
            let params = [("name", part), ("differences", &differences(still))];
            return Err(
                AppError::new(say("accept-not-sayable", &params)).advise(say("accept-refused-advice", &[]))
            );
        }
        // Forgotten is what is not there, and nothing that is; and what is not there is not accepted by wanting it.
        None if sighting.present => return Err(refused(stack, part)),
        Some(Verdict::Missing) => return Err(refused(stack, part)),
        _ => {}
    }
    accepted.keep(session, &writer)
}

fn refused(stack: &str, part: &str) -> AppError {
    AppError::new(say("accept-refused", &[("name", stack), ("part", part)]))
        .advise(say("accept-refused-advice", &[]))
}

/// The blueprint with what was found of one resource; `None` where it has no say in that.
fn with(wanted: &Blueprint, found: &Blueprint, id: &ResourceId) -> Option<Blueprint> {
    let mut blueprint = wanted.clone();
    let part = id.part.as_str();
    match id.kind {
        Kind::ComputeEnvironment => {
            let part = names::generation_of(part).0;
            let mut all = found.compute_environments.clone();
            let before = &wanted.compute_environments;
            for one in &mut all {
                let known = before.iter().find(|known| known.name == one.name);
                let known = known.and_then(|known| known.instances.as_ref());
                if let (Some(instances), Some(known)) = (&mut one.instances, known) {
                    // The template is a thing of its own, and what Batch moves by itself is no wish.
                    instances.launch_template.clone_from(&known.launch_template);
                    instances.desired_vcpus = known.desired_vcpus;
                }
            }
            graft(&mut blueprint.compute_environments, all, part, |one| &one.name);
        }
        Kind::LaunchTemplate => {
            let named = |of: &Blueprint| of.compute_environments.iter().position(|one| one.name == part);
            let there = named(found).and_then(|at| found.compute_environments[at].instances.as_ref());
            let instances: &mut Instances =
                named(&blueprint).and_then(|at| blueprint.compute_environments[at].instances.as_mut())?;
            instances.launch_template = there.and_then(|there| there.launch_template.clone());
        }
        Kind::SchedulingPolicy => {
            graft(&mut blueprint.scheduling_policies, found.scheduling_policies.clone(), part, |one| {
                &one.name
            });
        }
        Kind::JobQueue => graft(&mut blueprint.job_queues, found.job_queues.clone(), part, |one| &one.name),
        Kind::JobDefinition => {
            let mut all = found.job_definitions.clone();
            for one in &mut all {
                let known = wanted.job_definitions.iter().find(|known| known.name == one.name);
                one.access = known.map(|known| known.access.clone()).unwrap_or_default();
            }
            graft(&mut blueprint.job_definitions, all, part, |one| &one.name);
        }
        Kind::JobRole => {
            let there = found.job_definitions.iter().find(|one| one.name == part)?;
            let definition = blueprint.job_definitions.iter_mut().find(|one| one.name == part)?;
            definition.access.clone_from(&there.access);
        }
        Kind::LogGroup => blueprint.logs = found.logs.clone(),
        Kind::Repository => {
            graft(&mut blueprint.repositories, found.repositories.clone(), part, |one| &one.name);
        }
        Kind::Flow => graft(&mut blueprint.flows, found.flows.clone(), part, |one| &one.name),
        _ => return None,
    }
    Some(blueprint)
}

/// The one of this name as found, in its old place; without it where it was not found.
fn graft<T>(list: &mut Vec<T>, found: Vec<T>, part: &str, name: fn(&T) -> &String) {
    let found = found.into_iter().find(|one| name(one) == part);
    let at = list.iter().position(|one| name(one) == part);
    match (at, found) {
        (Some(at), Some(found)) => list[at] = found,
        (Some(at), None) => drop(list.remove(at)),
        (None, Some(found)) => list.push(found),
        (None, None) => {}
    }
}
