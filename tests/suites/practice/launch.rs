//! Launching a job and seeing it to its end.

use futures::StreamExt;
use slipway_core::{
    account::Session,
    job::{self, JobTarget, JobView, Submit},
};

use crate::account::Account;

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

/// An image that [`push_image`] pushes.
pub(crate) const IMAGE: &str = "111122223333.dkr.ecr.us-east-1.amazonaws.com/theirs:1";

/// An image in a repository of somebody's.
pub(crate) async fn push_image(account: &Account) {
    let ecr = &account.session.aws.once.ecr;
    ecr.create_repository().repository_name("theirs").send().await.unwrap();
    let manifest = r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"platform":{"architecture":"amd64","os":"linux"}}]}"#;
    let put = ecr.put_image().repository_name("theirs").image_tag("1").image_manifest(manifest);
    put.send().await.unwrap();
}
