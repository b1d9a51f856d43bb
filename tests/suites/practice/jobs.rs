//! A job from the stack's definition: launched, watched to its end, its log read.

use slipway_core::{
    blueprint::Preset,
    job::{self, JobState},
    run,
};
use tokio_util::sync::CancellationToken;

use crate::{
    account::fresh,
    launch::{job_for, see_through},
};

#[tokio::test(start_paused = true)]
async fn a_job_says_the_word_it_was_given() {
    let account = fresh(7).await;
    let session = &account.session;
    let stop = CancellationToken::new();
    run::create_despite_findings(session, Preset::Fargate.blueprint("imaging"), &stop, &mut |_| {})
        .await
        .unwrap();
    let targets = job::targets(session).await.unwrap();
    let target = targets.first().expect("the new stack has a queue and a definition");

    let word = "kittiwake-7213";
    let mut wanted = job_for(target, "first");
    wanted.command = Some(["sh", "-c", "echo the word is $WORD"].map(str::to_owned).to_vec());
    wanted.environment.insert("WORD".to_owned(), word.to_owned());
    let (last, lines) = see_through(session, &wanted).await;
    assert_eq!(last.summary.state, JobState::Succeeded);
    assert!(lines.iter().any(|line| line == &format!("the word is {word}")), "{lines:?}");
}
