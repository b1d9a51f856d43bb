use super::account::{Fault, ready, shell};
use crate::job::{JobState, cancel, terminate, view};

#[tokio::test(start_paused = true)]
async fn a_waiting_job_is_cancelled_and_a_running_one_only_terminated() {
    let account = ready().await;
    let session = &account.session;
    let running = account.submit(|job| job.command = shell("sleep 3600")).await;
    let waiting = account.submit(|job| job.depends_on = vec![running.id.clone()]).await;
    let view_of = account.until(&running.id, JobState::Running).await;
    assert!(!view_of.can.cancel && view_of.can.terminate);
    assert_eq!(view_of.doing.code, "job-doing-running");
    let pending = account.until(&waiting.id, JobState::Pending).await;
    assert!(pending.can.cancel);
    assert_eq!(pending.doing.code, "job-doing-pending-one");

    let ids = [running.id.clone(), waiting.id.clone(), "no-such-job".to_owned()];
    let error = cancel(session, &ids, "not needed").await.unwrap_err();
    assert_eq!(error.code, "cancel-failed");
    assert_eq!(error.causes.len(), 2);
    assert!(error.causes[0].starts_with(&running.id) || error.causes[1].starts_with(&running.id));
    let cancelled = account.until(&waiting.id, JobState::Failed).await;
    assert_eq!(cancelled.doing.code, "job-failed-cancelled");
    assert!(cancelled.doing.text.contains("not needed"));
    let error = cancel(session, &ids[..1], "not needed").await.unwrap_err();
    assert_eq!(error.code, "cancel-too-late");
    assert!(error.advice.unwrap().contains("Terminate"));
    assert_eq!(view(session, &running.id).await.unwrap().summary.state, JobState::Running);

    account.faults.next("/terminatejob", Fault::DropReply);
    account.faults.next("/terminatejob", Fault::Throttle);
    terminate(session, &ids[..2], "enough").await.unwrap();
    let doing = view(session, &running.id).await.unwrap();
    assert!(["job-doing-terminating", "job-failed-terminated"].contains(&doing.doing.code.as_str()));
    let ended = account.until(&running.id, JobState::Failed).await;
    assert_eq!(ended.doing.code, "job-failed-terminated");
}

#[tokio::test(start_paused = true)]
async fn stopping_takes_a_reason() {
    let account = ready().await;
    let submitted = account.submit(|_| ()).await;
    for reason in ["", "  ", &"x".repeat(1025)] {
        let error =
            terminate(&account.session, std::slice::from_ref(&submitted.id), reason).await.unwrap_err();
        assert_eq!(error.fields[0].field, "reason");
    }
}
