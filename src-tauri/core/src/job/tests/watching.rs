use futures::{StreamExt, TryStreamExt};

use super::account::{Fault, ready, shell};
use crate::job::{JobState, JobView, follow, logs, view, watch};

#[tokio::test(start_paused = true)]
async fn a_watch_tells_every_change_and_ends_with_the_jobs() {
    let account = ready().await;
    let first = account.submit(|job| job.command = shell("sleep 600")).await;
    let second = account.submit(|job| job.depends_on = vec![first.id.clone()]).await;
    for _ in 0..9 {
        account.faults.next("/describejobs", Fault::DropReply);
    }
    let changes: Vec<JobView> =
        watch(&account.session, &[first.id.clone(), second.id.clone()]).try_collect().await.unwrap();
    for id in [&first.id, &second.id] {
        let states: Vec<_> =
            changes.iter().filter(|job| job.summary.id == *id).map(|job| job.summary.state).collect();
        assert!(states.is_sorted(), "{states:?}");
        assert!(states.len() > 1);
        assert_eq!(states.last(), Some(&JobState::Succeeded));
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_that_is_not_there_is_said_once() {
    let account = ready().await;
    let ids = ["0a1b2c3d-0000-0000-0000-000000000000".to_owned()];
    let told: Vec<_> = watch(&account.session, &ids).collect().await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].as_ref().unwrap_err().code, "job-unknown");
    let error = view(&account.session, &ids[0]).await.unwrap_err();
    assert!(error.advice.unwrap().contains("seven days"));
    let told: Vec<_> = follow(&account.session, &ids[0]).collect().await;
    assert_eq!(told.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_array_counts_its_children_and_points_to_their_logs() {
    let account = ready().await;
    let session = &account.session;
    let array = account
        .submit(|job| {
            job.array_size = Some(3);
            job.command = shell("echo \"child $AWS_BATCH_JOB_ARRAY_INDEX\"; sleep 20");
        })
        .await;
    let pages: Vec<_> = follow(session, &array.id).try_collect().await.unwrap();
    assert_eq!(pages.len(), 1);
    assert_eq!(pages[0].finding.as_ref().unwrap().code, "job-log-array");
    let changes: Vec<JobView> = watch(session, std::slice::from_ref(&array.id)).try_collect().await.unwrap();
    assert!(changes.iter().any(|job| job.doing.code == "job-doing-array"));
    assert!(changes.iter().any(|job| !job.can.cancel && job.can.terminate));
    let done = changes.last().unwrap();
    assert_eq!(done.doing.code, "job-succeeded-array");
    assert_eq!(done.array.as_ref().unwrap().counts[&JobState::Succeeded], 3);
    assert_eq!(done.summary.array_size, Some(3));
    let child = logs(session, &format!("{}:1", array.id), None, None).await.unwrap();
    assert_eq!(child.lines[0].text, "child 1");
}

#[tokio::test(start_paused = true)]
async fn every_attempt_is_followed() {
    let account = ready().await;
    let job = account
        .submit(|job| {
            job.attempts = Some(3);
            job.command = shell("echo \"attempt $AWS_BATCH_JOB_ATTEMPT\"; exit 9");
        })
        .await;
    let pages: Vec<_> = follow(&account.session, &job.id).try_collect().await.unwrap();
    let lines: Vec<_> = pages.iter().flat_map(|page| &page.lines).map(|line| line.text.as_str()).collect();
    assert_eq!(lines, ["attempt 1", "attempt 2", "attempt 3"]);
    let ended = view(&account.session, &job.id).await.unwrap();
    assert_eq!(ended.attempts.iter().map(|attempt| attempt.number).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(ended.max_attempts, 3);
}

#[tokio::test(start_paused = true)]
async fn a_job_without_a_way_to_its_log_says_so() {
    let account = ready().await;
    let session = &account.session;
    session.aws.once.logs.delete_log_group().log_group_name("/slipway/first").send().await.unwrap();
    let job = account.submit(|_| ()).await;
    let pages: Vec<_> = follow(session, &job.id).try_collect().await.unwrap();
    let codes: Vec<_> = pages.iter().map(|page| page.finding.as_ref().unwrap().code.as_str()).collect();
    assert_eq!(codes, ["job-log-not-yet", "job-log-none"]);
    assert_eq!(view(session, &job.id).await.unwrap().doing.code, "job-init-logs");
}

#[tokio::test(start_paused = true)]
async fn a_log_that_may_not_be_read_is_a_finding() {
    let account = ready().await;
    let job = account.submit(|_| ()).await;
    account.until(&job.id, JobState::Succeeded).await;
    let trouble =
        slipway_practice::Trouble::MissingPermission { actions: vec!["logs:GetLogEvents".to_owned()] };
    account.practice.change_settings(|settings| _ = settings.troubles.insert(trouble)).unwrap();
    let page = logs(&account.session, &job.id, None, None).await.unwrap();
    assert_eq!(page.finding.unwrap().code, "job-log-denied");
    let pages: Vec<_> = follow(&account.session, &job.id).try_collect().await.unwrap();
    assert_eq!(pages.len(), 1);
}
