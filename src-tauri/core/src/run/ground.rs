//! What a plan stands on: what the account shows, what the journal remembers, what is in the way.

use std::{sync::OnceLock, time::Duration};

use tokio::time::sleep;

use super::{
    history::{Unfinished, made_before, unfinished_of},
    hold, nothing_unfinished,
};
use crate::{
    account::Session,
    aws::{AwsFault, FaultKind},
    error::AppError,
    job, network,
    plan::{Deeds, Hindered, Memory, OfOthers, RunAct},
    resource::{Attribute, Kind, ResourceId, Resources, Sighting, Survey, Verdict},
    stack::{OpenStack, used_by_others},
    words::say,
};

/// Looks between which there is time for AWS to show what was made moments before.
const LOOKS: u32 = 3;
const PAUSE: Duration = Duration::from_millis(300);

/// Looks at everything; and again where something that an unfinished run made, or may have made, is not shown: what
/// EC2 and Batch made moments before the run was cut off need not be seen at once.
pub(super) async fn look<'r>(
    session: &Session,
    open: &OpenStack,
    resources: &'r Resources,
) -> Result<Survey<'r>, AppError> {
    let made = unfinished_of(&open.folder)?.map(|unfinished| &unfinished.made - &unfinished.gone);
    let made = made.unwrap_or_default();
    let mut pause = PAUSE;
    for _ in 1..LOOKS {
        let survey = Survey::take(resources, &session.aws, |_| {}).await;
        let shown = |sighting: &Sighting| {
            sighting.verdict != Verdict::Missing || !made.contains(&sighting.resource.to_string())
        };
        if survey.sightings.iter().all(shown) {
            return Ok(survey);
        }
        sleep(pause).await;
        pause *= 3;
    }
    Ok(Survey::take(resources, &session.aws, |_| {}).await)
}

/// Looks at everything. Where an environment needs a successor the list is another one, which is looked at anew.
pub(super) async fn survey<'r>(
    session: &Session,
    open: OpenStack,
    first: &'r Resources,
    second: &'r OnceLock<Resources>,
) -> (OpenStack, &'r Resources, Survey<'r>) {
    let survey = Survey::take(first, &session.aws, |_| {}).await;
    let Some(open_with) = open.with_successors(&survey) else { return (open, first, survey) };
    let resources = second.get_or_init(|| open_with.resources());
    let survey = Survey::take(resources, &session.aws, |_| {}).await;
    (open_with, resources, survey)
}

/// Nothing is begun while AWS cannot be seen, or its answers make no sense: what is there already would be made once
/// more, or left behind. Not being allowed to look is another matter, which the plan knows.
pub(super) fn seen(survey: Survey<'_>) -> Result<Survey<'_>, AppError> {
    let passes = |fault: &AwsFault| hold::passes(fault) || fault.kind == FaultKind::Unreadable;
    let unseen = survey.sightings.iter().find_map(|sighting| match &sighting.verdict {
        Verdict::CannotTell(fault) if passes(fault) => Some(fault.clone()),
        _ => None,
    });
    unseen.map_or(Ok(survey), |fault| Err(fault.into()))
}

pub(super) async fn memory(
    session: &Session,
    open: &OpenStack,
    survey: &Survey<'_>,
) -> Result<Memory, AppError> {
    let forgotten = open.forgotten();
    // Only what goes can be kept from going.
    let of_others =
        if forgotten.is_empty() { OfOthers::default() } else { of_others(session, open, survey).await };
    Ok(Memory {
        forgotten,
        made: made_before(&open.folder)?,
        successors: open.successors().map(|(resource, why)| (resource, why.clone())).collect(),
        changed: open.changed(),
        of_others,
    })
}

/// Where it may not be looked at, AWS says so in time.
async fn of_others(session: &Session, open: &OpenStack, survey: &Survey<'_>) -> OfOthers {
    let queues = job::queues_of_others(session, &open.stack.id);
    let (queues, users) = tokio::join!(queues, used_by_others(session, open, survey));
    OfOthers { queues: queues.unwrap_or_default(), users }
}

/// What stands in the way of removing the stack's own VPC and its environments. Where that may not be looked at, AWS
/// says so in time.
pub(super) async fn hindered(session: &Session, open: &OpenStack, survey: &Survey<'_>) -> Hindered {
    let stack = &open.stack.id;
    let vpc = survey.of(&ResourceId::main(Kind::Vpc)).filter(|vpc| vpc.ours);
    let vpc = vpc.and_then(|vpc| vpc.known.get(Attribute::Id));
    let leftovers = async {
        let id = vpc?;
        network::leftovers(&session.aws.read.ec2, id, stack).await.ok()
    };
    let (leftovers, of_others) = tokio::join!(leftovers, of_others(session, open, survey));
    Hindered { leftovers: leftovers.unwrap_or_default(), of_others, ..Hindered::default() }
}

/// What an unfinished run has done; a teardown has nothing that could be undone.
pub(super) fn deeds(open: &OpenStack) -> Result<Deeds, AppError> {
    let name = open.stack.name.as_str();
    let unfinished = unfinished_of(&open.folder)?.ok_or_else(|| nothing_unfinished(name))?;
    if unfinished.act == RunAct::Teardown {
        return Err(AppError::new(say("undo-of-teardown", &[("name", name)]))
            .advise(say("undo-of-teardown-advice", &[("name", name)])));
    }
    let known_before = open.settled.is_some();
    let Unfinished { made, touched, adopted, .. } = unfinished;
    Ok(Deeds { made, touched, known_before, adopted })
}

pub(super) fn require_part(resources: &Resources, stack: &str, part: &str) -> Result<(), AppError> {
    if resources.iter().any(|resource| resource.id().to_string() == part) {
        return Ok(());
    }
    Err(AppError::new(say("part-unknown", &[("part", part), ("name", stack)]))
        .advise(say("part-unknown-advice", &[("name", stack)])))
}
