//! Jobs that a plan would disturb, counted before anything happens: whoever decides must know of them.

use futures::future::join_all;

use crate::{
    account::Session,
    job,
    plan::{Act, Busy, Plan, RunAct, Step},
    resource::Kind,
    words::{Text, say},
};

/// Every step that disturbs jobs, with how many and how. Who may not list jobs is not told of them, and may go on all
/// the same.
pub(super) async fn busy(session: &Session, plan: &Plan) -> Vec<Busy> {
    let asked = plan.steps.iter().map(|step| async move {
        let (jobs, code) = disturbed(session, plan, step).await?;
        let params = [("name", step.name.as_str()), ("jobs", &jobs.to_string())];
        let of = |means: Text| Busy {
            kind: step.resource.kind.code().to_owned(),
            name: step.name.clone(),
            jobs,
            means,
        };
        (jobs > 0).then(|| of(say(code, &params)))
    });
    join_all(asked).await.into_iter().flatten().collect()
}

async fn disturbed(session: &Session, plan: &Plan, step: &Step) -> Option<(u32, &'static str)> {
    match (step.resource.kind, step.act) {
        (Kind::JobQueue, Act::Delete) => Some((unfinished(session, &step.name).await?, "busy-ended")),
        // Its jobs are those of its queues, which go before it.
        (Kind::ComputeEnvironment, Act::Delete) if step.drains => {
            Some((at_work(session, &step.name).await?, "busy-waited-for"))
        }
        (Kind::ComputeEnvironment, Act::Change) if step.calls.iter().any(|call| call.replaces_hosts) => {
            Some((at_work(session, &step.name).await?, "busy-replaced"))
        }
        (Kind::ComputeEnvironment, Act::Change) if shrinks(step) => {
            Some((at_work(session, &step.name).await?, "busy-smaller"))
        }
        (Kind::JobDefinition, Act::Delete) if plan.act != RunAct::Teardown => {
            Some((job::unfinished_of(session, &step.name).await.ok()?, "busy-without-role"))
        }
        _ => None,
    }
}

/// Whether the environment has less room afterwards.
fn shrinks(step: &Step) -> bool {
    step.differences.iter().any(|difference| {
        match (difference.what.as_str(), &difference.found, &difference.wanted) {
            ("maxvCpus", Some(found), Some(wanted)) => found.parse::<u32>().ok() > wanted.parse::<u32>().ok(),
            ("state", Some(_), Some(wanted)) => wanted == "DISABLED",
            _ => false,
        }
    })
}

async fn at_work(session: &Session, environment: &str) -> Option<u32> {
    job::at_work(session, environment).await.ok()
}

async fn unfinished(session: &Session, queue: &str) -> Option<u32> {
    let list = job::list(session, queue, &[], "").await.ok()?;
    Some(list.counts.iter().filter(|(state, _)| !state.is_final()).map(|(_, count)| count).sum())
}
