use futures::TryStreamExt;

use super::account::{DEFINITION, Fault, QUEUE, job, ready, shell};
use crate::job::{JobState, follow, list, logs, submit, targets, view};

#[tokio::test(start_paused = true)]
async fn a_word_in_the_environment_comes_back_in_the_log() {
    let account = ready().await;
    let session = &account.session;
    let found = targets(session).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].queue.as_str(), found[0].definition.as_str()), (QUEUE, DEFINITION));
    assert_eq!((found[0].stack.as_str(), found[0].defaults.name.as_str()), ("first", "job"));
    assert_eq!((found[0].defaults.vcpu.as_str(), found[0].defaults.memory_mib), ("0.25", 512));
    assert!(found[0].defaults.assign_public_ip);

    let submitted = account.submit(|job| _ = job.environment.insert("WORD".into(), "plum jam".into())).await;
    assert!(submitted.arn.ends_with(&submitted.id));
    let early = logs(session, &submitted.id, None, None).await.unwrap();
    assert_eq!(early.finding.unwrap().code, "job-log-not-yet");
    assert!(!early.end);

    let pages: Vec<_> = follow(session, &submitted.id).try_collect().await.unwrap();
    let lines: Vec<_> = pages.iter().flat_map(|page| &page.lines).map(|line| line.text.as_str()).collect();
    assert!(lines.contains(&"WORD is: plum jam"), "{lines:?}");

    let job = view(session, &submitted.id).await.unwrap();
    assert_eq!(job.summary.state, JobState::Succeeded);
    assert_eq!(job.summary.exit_code, Some(0));
    assert_eq!(job.doing.code, "job-succeeded");
    assert_eq!(job.log_group.as_deref(), Some("/slipway/first"));
    assert_eq!(job.environment["WORD"], "plum jam");
    assert_eq!((job.attempts.len(), job.attempts[0].number), (1, 1));
    assert!(!job.can.cancel && !job.can.terminate);
    let json: serde_json::Value = serde_json::from_str(&job.json).unwrap();
    assert_eq!(json["jobId"], submitted.id);
    assert_eq!(json["tags"]["slipway:stack"], "first");

    let first = logs(session, &submitted.id, Some(1), None).await.unwrap();
    assert_eq!(first.lines.len(), lines.len());
    let next = logs(session, &submitted.id, Some(1), first.token.as_deref()).await.unwrap();
    assert!(next.lines.is_empty() && next.end);
    let none = logs(session, &submitted.id, Some(2), None).await.unwrap();
    assert_eq!(none.finding.unwrap().code, "job-log-attempt");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_that_breaks_a_rule() {
    let account = ready().await;
    let mut wanted = job("bad name");
    wanted.array_size = Some(1);
    let error = submit(&account.session, &wanted).await.unwrap_err();
    assert_eq!(error.code, "submit-invalid");
    let fields: Vec<_> = error.fields.iter().map(|problem| problem.field.as_str()).collect();
    assert_eq!(fields, ["name", "array_size"]);
    // Half a size must go with the definition's other half: 0.25 vCPU has no 4096 MiB.
    let mut wanted = job("half");
    wanted.memory_mib = Some(4096);
    let error = submit(&account.session, &wanted).await.unwrap_err();
    assert_eq!(error.fields[0].field, "memory_mib");
    assert!(account.session.activity.entries().iter().all(|call| call.action != "SubmitJob"));
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_makes_no_second_job() {
    let account = ready().await;
    account.faults.next("/submitjob", Fault::DropReply);
    let found = account.submit(|_| ()).await;
    assert_eq!(account.jobs().await, 1);
    assert_eq!(view(&account.session, &found.id).await.unwrap().summary.name, "hello");
    // Another job of the same name is not taken for it.
    account.faults.next("/submitjob", Fault::DropReply);
    let second = account.submit(|_| ()).await;
    assert_ne!(second.id, found.id);
    assert_eq!(account.jobs().await, 2);
}

#[tokio::test(start_paused = true)]
async fn a_lost_request_is_sent_again_and_so_is_a_throttled_one() {
    let account = ready().await;
    for fault in [Fault::DropRequest, Fault::Throttle, Fault::Throttle] {
        account.faults.next("/submitjob", fault);
    }
    account.submit(|_| ()).await;
    assert_eq!(account.jobs().await, 1);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_looked_for_is_not_sent_again() {
    let account = ready().await;
    account.faults.next("/submitjob", Fault::DropReply);
    for _ in 0..100 {
        account.faults.next("/listjobs", Fault::DropReply);
    }
    let error = submit(&account.session, &job("hello")).await.unwrap_err();
    assert_eq!(error.code, "submit-lost");
    let sent = account.session.activity.entries();
    assert_eq!(sent.iter().filter(|call| call.action == "SubmitJob").count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_list_counts_every_state_and_finds_by_name_id_and_state() {
    let account = ready().await;
    let session = &account.session;
    let good = account.submit(|_| ()).await;
    account.until(&good.id, JobState::Succeeded).await;
    let bad = account
        .submit(|job| {
            job.name = "Broken".to_owned();
            job.command = shell("exit 3");
        })
        .await;
    let failed = account.until(&bad.id, JobState::Failed).await;
    assert_eq!(failed.doing.code, "job-exit");
    assert_eq!(failed.summary.exit_code, Some(3));
    let all = list(session, QUEUE, &[], "").await.unwrap();
    assert_eq!(all.jobs.iter().map(|job| job.id.as_str()).collect::<Vec<_>>(), [&bad.id, &good.id]);
    assert_eq!(all.counts.len(), 7);
    assert_eq!((all.counts[&JobState::Succeeded], all.counts[&JobState::Failed], all.total), (1, 1, 2));
    assert!(!all.truncated);
    for (states, search, expected) in [
        (vec![JobState::Failed], "", &bad.id),
        (vec![], "BROK", &bad.id),
        (vec![], "succ", &good.id),
        (vec![], &good.id[..13], &good.id),
    ] {
        let found = list(session, QUEUE, &states, search).await.unwrap();
        assert_eq!(found.jobs.iter().map(|job| &job.id).collect::<Vec<_>>(), [expected], "{search}");
        assert_eq!(found.total, 2);
    }
    assert!(list(session, "no-such-queue", &[], "").await.is_err());
}
