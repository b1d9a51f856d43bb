//! A job from the stack's definition: launched, watched to its end, its log read.

use std::collections::BTreeMap;

use futures::StreamExt;
use slipway_core::{
    blueprint::Preset,
    job::{self, JobState, Submit},
    run,
};
use tokio_util::sync::CancellationToken;

use crate::account::fresh;

#[tokio::test(start_paused = true)]
async fn a_job_says_the_word_it_was_given() {
    let account = fresh(7).await;
    let session = &account.session;
    let stop = CancellationToken::new();
    run::create(session, Preset::Fargate.blueprint("imaging"), &stop, &mut |_| {}).await.unwrap();
    let targets = job::targets(session).await.unwrap();
    let target = targets.first().expect("the new stack has a queue and a definition");

    let word = "kittiwake-7213";
    let submit = Submit {
        stack: "imaging".to_owned(),
        queue: target.queue.clone(),
        definition: target.definition.clone(),
        name: "first".to_owned(),
        command: Some(vec!["sh".to_owned(), "-c".to_owned(), "echo the word is $WORD".to_owned()]),
        environment: BTreeMap::from([("WORD".to_owned(), word.to_owned())]),
        vcpu: None,
        memory_mib: None,
        array_size: None,
        depends_on: vec![],
        attempts: None,
        timeout_seconds: None,
    };
    let submitted = job::submit(session, &submit).await.unwrap();
    let last = job::watch(session, std::slice::from_ref(&submitted.id))
        .filter_map(|view| async { view.ok() })
        .collect::<Vec<_>>()
        .await
        .pop()
        .expect("a job is seen");
    assert_eq!(last.summary.state, JobState::Succeeded);
    let pages: Vec<_> = job::follow(session, &submitted.id).collect().await;
    let lines: Vec<String> =
        pages.into_iter().flat_map(|page| page.unwrap().lines).map(|line| line.text).collect();
    assert!(lines.iter().any(|line| line == &format!("the word is {word}")), "{lines:?}");
}
