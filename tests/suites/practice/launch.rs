//! Launching a job and seeing it to its end.

use futures::StreamExt;
use slipway_core::{
    account::Session,
    job::{self, JobTarget, JobView, Submit},
};

/// A job as its definition has it.
pub(crate) fn job_for(target: &JobTarget, name: &str) -> Submit {
    Submit {
        stack: target.stack.clone(),
        queue: target.queue.clone(),
        definition: target.definition.clone(),
        name: name.to_owned(),
        ..Submit::default()
    }
}

/// Launches it: what it is at its end, and the lines of its log.
pub(crate) async fn see_through(session: &Session, wanted: &Submit) -> (JobView, Vec<String>) {
    let submitted = job::submit(session, wanted).await.unwrap();
    let changes: Vec<_> = job::watch(session, std::slice::from_ref(&submitted.id)).collect().await;
    let last = changes.into_iter().filter_map(Result::ok).next_back().expect("a job is seen");
    let pages: Vec<_> = job::follow(session, &submitted.id).collect().await;
    let lines = pages.into_iter().flat_map(|page| page.unwrap().lines).map(|line| line.text).collect();
    (last, lines)
}
