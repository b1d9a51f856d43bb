//! One sitting of a run: a plan walked from its first record to its last, and what its end means for the stack.

use std::collections::BTreeSet;

use tokio_util::sync::CancellationToken;

use super::{
    Progress, RunState, RunView,
    history::Unfinished,
    journal::{Ending, Journal, Record},
    walk::Walk,
};
use crate::{
    account::Session,
    error::AppError,
    plan::{Act, Plan, RunAct},
    resource::{Kind, ResourceId, Resources, Sighting, Survey},
    stack::{OpenStack, Writer},
};

#[expect(clippy::too_many_arguments, reason = "the two ends of every run meet here, and nowhere else")]
pub(super) async fn sit(
    session: &Session,
    open: &OpenStack,
    mut writer: Writer,
    resources: &Resources,
    survey: &Survey<'_>,
    plan: Plan,
    stop: &CancellationToken,
    progress: Progress<'_>,
) -> Result<RunView, AppError> {
    let now = session.world.now();
    let (mut journal, history) = Journal::open(&open.folder.journal())?;
    let before = Unfinished::from(&history);
    let run = before.as_ref().map_or_else(|| session.world.id(), |unfinished| unfinished.run.clone());
    let act = plan.act;
    writer.does(act);
    let steps = plan.steps.iter().map(|step| (step.resource.to_string(), step.act)).collect();
    let blind = plan.steps.iter().filter(|step| step.blind).map(|step| step.resource.to_string()).collect();
    journal.append(now, Record::Began { run: run.clone(), act, steps, blind })?;

    let walk = Walk::new(
        session,
        act,
        stop,
        resources,
        survey,
        journal,
        before.map(|b| b.announced).unwrap_or_default(),
    );
    let view = RunView::new(&run, &open.stack.name, &plan, now);
    let (view, mut journal) = walk.carry_out(&plan, view, progress).await;

    let ending = match view.state {
        RunState::Done => Ending::Done,
        RunState::Stopped => Ending::Stopped,
        _ => Ending::Failed,
    };
    let ended = journal.append(session.world.now(), Record::Ended { ending, failure: view.failure.clone() });
    drop(journal);
    // What a run failed at is what a person must see, and is often the same disk.
    if view.failure.is_none() {
        ended?;
    }
    if view.state != RunState::Done {
        return Ok(view);
    }
    let lasts = act == RunAct::Create || (act == RunAct::Undo && open.settled.is_some());
    if lasts {
        open.settle(session, &writer, &left(&plan, survey))?;
    } else if act != RunAct::Adopt && nothing_left(&plan, survey) {
        writer.forget(&open.folder)?;
    }
    Ok(view)
}

/// What was there before a finished plan and was not removed by it.
fn left(plan: &Plan, survey: &Survey<'_>) -> BTreeSet<ResourceId> {
    let gone =
        |id: &ResourceId| plan.steps.iter().any(|step| step.resource == *id && step.act == Act::Delete);
    let there = survey.sightings.iter().filter(|sighting| sighting.present && sighting.ours);
    there.map(|sighting| sighting.resource.clone()).filter(|id| !gone(id)).collect()
}

/// Whether everything of ours that was there is gone, so that no stack is left. A repository that stays for its images
/// is a person's; the next stack of the name takes it up again.
fn nothing_left(plan: &Plan, survey: &Survey<'_>) -> bool {
    let gone = |sighting: &Sighting| {
        let mut steps = plan.steps.iter().filter(|step| step.resource == sighting.resource);
        steps.any(|step| step.act == Act::Delete || step.adopts || step.resource.kind == Kind::Repository)
    };
    survey.sightings.iter().filter(|sighting| sighting.present && sighting.ours).all(gone)
}
