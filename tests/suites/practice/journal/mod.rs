//! Journals that cannot be relied on: noticed whatever was done to them, looked at and nothing changed until a person
//! has them rebuilt, and everything works after that.

mod damages;

use std::{
    fs,
    path::{Path, PathBuf},
};

use base64::{Engine, prelude::BASE64_STANDARD_NO_PAD};
use sha2::{Digest, Sha256};
use slipway_core::{
    account::Session,
    blueprint::{Blueprint, Preset},
    error::AppError,
    run::{self, RunState, RunView},
    stack::{self, Health},
};
use tokio::time::{Duration, timeout};
use tokio_util::sync::CancellationToken;

use crate::{
    account::{Account, fresh},
    seam::Fault,
    stack::{left_over, shape},
};

fn imaging() -> Blueprint {
    Preset::Fargate.blueprint("imaging")
}

async fn create(account: &Account, blueprint: Blueprint) -> Result<RunView, AppError> {
    run::create_despite_findings(&account.session, blueprint, &CancellationToken::new(), &mut |_| {}).await
}

async fn tear_down(account: &Account) -> Result<RunView, AppError> {
    run::teardown(&account.session, "imaging", &CancellationToken::new(), &mut |_| {}).await
}

async fn undo(account: &Account) -> Result<RunView, AppError> {
    run::undo(&account.session, "imaging", &CancellationToken::new(), &mut |_| {}).await
}

async fn resume(account: &Account) -> Result<RunView, AppError> {
    run::resume(&account.session, "imaging", &CancellationToken::new(), &mut |_| {}).await
}

fn done(ended: Result<RunView, AppError>) {
    let view = ended.unwrap();
    assert_eq!(view.state, RunState::Done, "{:?}", view.failure);
}

/// Killed at its n-th changing call.
async fn killed(account: &mut Account, at: usize) {
    account.seam.set(Fault::HangAfter(at));
    assert!(timeout(Duration::from_secs(20), create(account, imaging())).await.is_err(), "it did not hang");
    account.seam.set(Fault::None);
    account.start_again().await;
}

fn folder(session: &Session, stack: &str) -> PathBuf {
    session.folder.join("stacks").join(stack)
}

fn journal(session: &Session) -> PathBuf {
    folder(session, "imaging").join("journal.jsonl")
}

/// What can befall a journal, by the code that says so.
fn befalls(path: &Path, code: &str) {
    let text = fs::read_to_string(path).unwrap();
    let other = if code == "journal-newer" {
        // A later version may say anything within the frame that all versions share.
        let content = "{\"v\":3,\"record\":\"of-tomorrow\"";
        let check = BASE64_STANDARD_NO_PAD.encode(Sha256::digest(content));
        format!("{content},\"check\":\"{check}\"}}\n")
    } else {
        text.replacen("CreateRole", "CreateRule", 1)
    };
    assert_ne!(other, text);
    fs::write(path, other).unwrap();
}

/// A run that was cut off, and nobody knows any more what it was to make: what the account shows by now is less than
/// that. It says so, and goes on with the blueprint.
#[tokio::test(start_paused = true)]
async fn a_run_goes_on_only_as_far_as_it_is_known_what_it_was_to_make() {
    for (left, code) in [(None, "resume-record-lost"), (Some(""), "record-damaged")] {
        for at in [4, 9] {
            let mut account = fresh(7).await;
            killed(&mut account, at).await;
            let path = folder(&account.session, "imaging").join("stack.json");
            match left {
                Some(text) => fs::write(&path, text).unwrap(),
                None => fs::remove_file(&path).unwrap(),
            }
            account.seam.set(Fault::None);
            assert_eq!(resume(&account).await.unwrap_err().code, code, "killed at {at}");
            assert_eq!(account.seam.changing(), 0, "killed at {at}");
            if left.is_some() {
                run::rebuild(&account.session, "imaging").await.unwrap();
            }
            done(create(&account, imaging()).await);
            let view = stack::stack(&account.session, "imaging").await.unwrap();
            assert_eq!(view.summary.health, Health::Healthy, "killed at {at}");
        }
    }
}

/// The record of what a stack should be, cut short, of tomorrow, or empty: it hides no other stack, nothing is changed
/// by it, and the account tells what it said.
#[tokio::test(start_paused = true)]
async fn a_record_that_cannot_be_understood_is_told_of_and_rebuilt() {
    let account = fresh(7).await;
    let session = &account.session;
    done(create(&account, imaging()).await);
    done(create(&account, Preset::Fargate.blueprint("other")).await);
    let made = account.practice.dump().unwrap();
    let path = folder(session, "imaging").join("stack.json");
    let sound = fs::read_to_string(&path).unwrap();
    for damaged in [&sound[..sound.len() / 2], "", "{\"of\": \"tomorrow\"}", "\u{0}\u{0}\u{0}"] {
        fs::write(&path, damaged).unwrap();
        account.seam.set(Fault::None);
        let stacks = stack::stacks(session).await.unwrap();
        let told: Vec<_> = stacks
            .iter()
            .map(|one| (one.name.as_str(), one.health, one.journal.as_ref().map(|error| error.code.as_str())))
            .collect();
        let damage = Some("record-damaged");
        assert_eq!(told, [("imaging", Health::Healthy, damage), ("other", Health::Healthy, None)]);
        for refused in [
            create(&account, imaging()).await.map(drop),
            tear_down(&account).await.map(drop),
            undo(&account).await.map(drop),
            stack::accept(session, "imaging", "job-queue/main").await,
        ] {
            let error = refused.unwrap_err();
            assert_eq!(error.code, "record-damaged");
            assert!(error.advice.unwrap().contains("slipway rebuild --stack imaging"));
        }
        assert_eq!((account.seam.changing(), fs::read_to_string(&path).unwrap().as_str()), (0, damaged));
        let rebuilt = run::rebuild(session, "imaging").await.unwrap();
        assert_eq!(fs::read_to_string(&rebuilt.kept_as[0]).unwrap(), damaged);
        let view = stack::stack(session, "imaging").await.unwrap();
        assert_eq!((view.summary.health, view.blueprint), (Health::Healthy, imaging()));
        assert!(view.summary.journal.is_none());
        done(create(&account, imaging()).await);
        assert_eq!((account.seam.changing(), &account.practice.dump().unwrap()), (0, &made));
    }

    // Nothing of it is left in the account: then it is only a file that goes aside.
    done(tear_down(&account).await);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, "{").unwrap();
    let told = stack::stacks(session).await.unwrap();
    assert_eq!(told[0].journal.as_ref().map(|error| error.code.as_str()), Some("record-damaged"));
    run::rebuild(session, "imaging").await.unwrap();
    let names: Vec<_> = stack::stacks(session).await.unwrap().into_iter().map(|one| one.name).collect();
    assert_eq!(names, ["other"]);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_changed_by_a_journal_that_cannot_be_relied_on_until_it_is_rebuilt() {
    for code in ["journal-damaged", "journal-newer"] {
        let account = fresh(7).await;
        let before = account.practice.dump().unwrap();
        done(create(&account, imaging()).await);
        let made = account.practice.dump().unwrap();
        let path = journal(&account.session);
        befalls(&path, code);
        let damaged = fs::read(&path).unwrap();
        account.seam.set(Fault::None);

        for refused in [
            create(&account, imaging()).await.map(drop),
            create(&account, Blueprint { logs: blueprint_logs(30), ..imaging() }).await.map(drop),
            tear_down(&account).await.map(drop),
            undo(&account).await.map(drop),
            resume(&account).await.map(drop),
            run::keep(&account.session, "imaging"),
        ] {
            let error = refused.unwrap_err();
            assert_eq!(error.code, code);
            assert!(error.advice.unwrap().contains("slipway rebuild --stack imaging"));
        }
        assert_eq!(account.seam.changing(), 0);
        assert_eq!(account.practice.dump().unwrap(), made);

        // Looking is as ever, and says what is the matter.
        let view = stack::stack(&account.session, "imaging").await.unwrap();
        assert_eq!(view.summary.health, Health::Healthy);
        assert_eq!(view.summary.journal.unwrap().code, code);
        let plan = run::plan_create(&account.session, imaging()).await.unwrap();
        assert_eq!(plan.blocked.unwrap().code, code);
        let plan = run::plan_teardown(&account.session, "imaging").await.unwrap();
        assert_eq!(plan.blocked.unwrap().code, code);
        assert_eq!(fs::read(&path).unwrap(), damaged);

        let rebuilt = run::rebuild(&account.session, "imaging").await.unwrap();
        assert_eq!(account.seam.changing(), 0);
        assert!(rebuilt.parts.contains("compute-environment/fargate"), "{:?}", rebuilt.parts);
        assert!(!rebuilt.parts.contains("service-linked-role/batch"), "{:?}", rebuilt.parts);
        let kept = &rebuilt.kept_as[0];
        assert!(kept.contains(code.strip_prefix("journal-").unwrap()), "{kept}");
        assert_eq!(fs::read(kept).unwrap(), damaged);
        assert!(stack::stack(&account.session, "imaging").await.unwrap().summary.journal.is_none());
        assert_eq!(run::rebuild(&account.session, "imaging").await.unwrap_err().code, "journal-sound");

        assert_eq!(undo(&account).await.unwrap_err().code, "nothing-unfinished");
        done(create(&account, imaging()).await);
        assert_eq!(account.seam.changing(), 0, "everything is there");
        done(tear_down(&account).await);
        assert_eq!(left_over(&before, &account.practice.dump().unwrap()), Vec::<String>::new());
    }
}

fn blueprint_logs(retention_days: u32) -> slipway_core::blueprint::Logs {
    slipway_core::blueprint::Logs { retention_days }
}

#[tokio::test(start_paused = true)]
async fn what_a_forgotten_run_had_made_is_gone_on_with_or_torn_down_and_never_offered_to_be_undone() {
    let undisturbed = fresh(7).await;
    done(create(&undisturbed, imaging()).await);
    let wanted = shape(&undisturbed.practice.dump().unwrap());
    for goes_on in [true, false] {
        let mut account = fresh(7).await;
        let before = account.practice.dump().unwrap();
        killed(&mut account, 9).await;
        befalls(&journal(&account.session), "journal-damaged");
        assert!(run::unfinished(&account.session).unwrap().is_empty());
        run::rebuild(&account.session, "imaging").await.unwrap();
        assert!(run::unfinished(&account.session).unwrap().is_empty());
        assert_eq!(undo(&account).await.unwrap_err().code, "nothing-unfinished");
        if goes_on {
            done(create(&account, imaging()).await);
            assert_eq!(shape(&account.practice.dump().unwrap()), wanted);
        } else {
            done(tear_down(&account).await);
            assert_eq!(left_over(&before, &account.practice.dump().unwrap()), Vec::<String>::new());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_journal_that_cannot_be_relied_on_hides_no_other_stack() {
    let mut account = fresh(7).await;
    done(create(&account, Preset::Fargate.blueprint("other")).await);
    killed(&mut account, 9).await;
    befalls(&folder(&account.session, "other").join("journal.jsonl"), "journal-damaged");
    let open = run::unfinished(&account.session).unwrap();
    assert_eq!(open.iter().map(|run| run.stack.as_str()).collect::<Vec<_>>(), ["imaging"]);
    let stacks = stack::stacks(&account.session).await.unwrap();
    let problems: Vec<_> =
        stacks.iter().map(|s| (s.name.as_str(), s.journal.as_ref().map(|error| &*error.code))).collect();
    assert_eq!(problems, [("imaging", None), ("other", Some("journal-damaged"))]);
    assert!(stacks[0].unfinished.is_some() && stacks[1].unfinished.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_network_that_is_away_rebuilds_nothing() {
    let account = fresh(7).await;
    done(create(&account, imaging()).await);
    let path = journal(&account.session);
    befalls(&path, "journal-damaged");
    let damaged = fs::read(&path).unwrap();
    account.seam.set(Fault::Away);
    run::rebuild(&account.session, "imaging").await.unwrap_err();
    account.seam.set(Fault::None);
    assert_eq!(fs::read(&path).unwrap(), damaged);
    assert_eq!(run::journal_problem(&account.session, "imaging").unwrap().code, "journal-damaged");
}
