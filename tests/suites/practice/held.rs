//! A run that is held up: the network is away, the sign-in has run out. It says so, goes on by itself, and ends when a
//! person stops it.

use std::{sync::Arc, time::Duration};

use slipway_core::{
    blueprint::{Blueprint, Preset},
    run::{self, Held, Hold, RunState, RunView, StepState},
};
use slipway_tests::seen;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::{
    account::blueprints,
    stack::shape,
    weather::{Fate, Open, Passing, fresh},
};

/// A create from beginning to end, and whatever held it up meanwhile.
async fn create(account: &Open, blueprint: &Blueprint) -> (RunView, Vec<Held>) {
    let mut held: Vec<Held> = Vec::new();
    let mut watch = |view: &RunView| {
        if let Some(now) = &view.held {
            assert_eq!(view.seconds_left, None, "nobody can tell how long a held run takes");
            let waits = |step: &&run::RunStep| step.waits_for.is_some() && step.state == StepState::Running;
            assert!(view.steps.iter().any(|step| waits(&step)), "held, and no step says that it waits");
            if held.last() != Some(now) {
                held.push(now.clone());
            }
        }
    };
    let stop = CancellationToken::new();
    let view =
        run::create_despite_findings(&account.session, blueprint.clone(), &stop, &mut watch).await.unwrap();
    (view, held)
}

async fn resume(account: &Open) -> RunView {
    let stop = CancellationToken::new();
    run::resume(&account.session, "imaging", &stop, &mut |_| {}).await.unwrap()
}

/// The stack as it should be, and how many calls making it takes.
async fn as_wanted(blueprint: &Blueprint) -> (Vec<String>, usize) {
    let account = fresh(7).await;
    account.weather.set(|_| Fate::Passes);
    let (view, held) = create(&account, blueprint).await;
    assert_eq!((view.state, held.as_slice()), (RunState::Done, [].as_slice()), "{:?}", view.failure);
    let calls = account.weather.seen().iter().filter(|(passing, _)| passing.changes).count();
    (shape(&account.practice.dump().unwrap()), calls)
}

/// One of each network, and one with instances.
fn some() -> Vec<Blueprint> {
    let mut some = blueprints();
    some.retain(|blueprint| blueprint.service_role == slipway_core::blueprint::ServiceRole::Classic);
    some.push(Preset::OnDemand.blueprint("imaging"));
    some
}

/// From the `at`-th changing request on, for so many seconds, nothing gets through.
fn away(at: usize, seconds: f64, lost: bool) -> impl Fn(&Passing) -> Fate + Send + Sync + 'static {
    let began: Arc<std::sync::Mutex<Option<f64>>> = Arc::default();
    move |passing| {
        let mut began = began.lock().unwrap();
        let first = began.is_none() && passing.changes && passing.changing == at;
        if first {
            *began = Some(passing.at);
            if lost {
                return Fate::AnswerLost;
            }
        }
        match *began {
            Some(since) if passing.at < since + seconds => Fate::NoNetwork,
            _ => Fate::Passes,
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_network_that_is_away_for_minutes_only_holds_a_run_up() {
    let mut tried = 0;
    for blueprint in some() {
        let (wanted, calls) = as_wanted(&blueprint).await;
        for (at, (seconds, lost)) in
            (1..=calls).zip([(50.0, true), (240.0, false), (840.0, true)].iter().cycle())
        {
            let account = fresh(7).await;
            account.weather.set(away(at, *seconds, *lost));
            let (view, held) = create(&account, &blueprint).await;
            let of = format!("away from call {at} for {seconds} s");
            assert_eq!(view.state, RunState::Done, "{of}: {:?}", view.failure);
            assert_eq!(shape(&account.practice.dump().unwrap()), wanted, "{of}");
            // Said once, as long as it lasts.
            assert_eq!(
                held.iter().map(|held| held.by).collect::<Vec<_>>(),
                [Hold::Network],
                "{of}: {held:#?}"
            );
            tried += 1;
        }
    }
    seen::all("networks away in the middle of a create, held up and no more", tried, tried);
}

#[tokio::test(start_paused = true)]
async fn a_network_that_stays_away_is_given_up_on_and_the_run_resumed() {
    let mut tried = 0;
    for blueprint in some() {
        let (wanted, calls) = as_wanted(&blueprint).await;
        for at in 1..=calls {
            let account = fresh(7).await;
            account.weather.set(away(at, f64::INFINITY, true));
            let began = Instant::now();
            let (view, _) = create(&account, &blueprint).await;
            assert_eq!(view.state, RunState::Failed, "away from call {at}");
            assert_eq!(view.failure.unwrap().code, "network-too-long", "away from call {at}");
            let minutes = began.elapsed().as_secs() / 60;
            assert!((15..20).contains(&minutes), "given up after {minutes} minutes");
            // Nothing is begun while AWS cannot be seen: what is there already would be made once more.
            let stop = CancellationToken::new();
            let blind = run::resume(&account.session, "imaging", &stop, &mut |_| {}).await;
            assert_eq!(blind.unwrap_err().code, "aws-unreachable", "away from call {at}");
            account.weather.set(|_| Fate::Passes);
            let view = resume(&account).await;
            assert_eq!(view.state, RunState::Done, "away from call {at}: {:?}", view.failure);
            assert_eq!(shape(&account.practice.dump().unwrap()), wanted, "away from call {at}");
            tried += 1;
        }
    }
    seen::all("networks away for good, given up on and resumed", tried, tried);
}

#[tokio::test(start_paused = true)]
async fn a_held_run_is_stopped_at_once() {
    let mut tried = 0;
    let blueprint = Preset::Fargate.blueprint("imaging");
    let (wanted, calls) = as_wanted(&blueprint).await;
    for at in 1..=calls {
        let account = fresh(7).await;
        account.weather.set(away(at, 600.0, false));
        let stop = CancellationToken::new();
        let pressed = stop.clone();
        let mut at_once = None;
        let mut watch = |view: &RunView| {
            if view.held.is_some() && !pressed.is_cancelled() {
                let pressed = pressed.clone();
                at_once = Some(Instant::now() + Duration::from_secs(90));
                tokio::spawn(async move {
                    sleep(Duration::from_secs(90)).await;
                    pressed.cancel();
                });
            }
        };
        let view = run::create_despite_findings(&account.session, blueprint.clone(), &stop, &mut watch)
            .await
            .unwrap();
        assert_eq!(view.state, RunState::Stopped, "held at call {at}: {:?}", view.failure);
        let pressed_at = at_once.expect("it was held");
        assert!(pressed_at.elapsed() < Duration::from_secs(1), "stopped {:?} late", pressed_at.elapsed());
        assert_eq!(run::unfinished(&account.session).unwrap().len(), 1);
        account.weather.set(|_| Fate::Passes);
        let view = resume(&account).await;
        assert_eq!(view.state, RunState::Done, "held at call {at}: {:?}", view.failure);
        assert_eq!(shape(&account.practice.dump().unwrap()), wanted, "held at call {at}");
        tried += 1;
    }
    seen::all("held runs stopped at once and resumed", tried, tried);
}

/// A call that is on its way is not dropped: its answer is waited for, and written down.
#[tokio::test(start_paused = true)]
async fn a_stop_drops_no_call_that_is_on_its_way() {
    let mut tried = 0;
    let blueprint = Preset::Fargate.blueprint("imaging");
    let (wanted, calls) = as_wanted(&blueprint).await;
    for at in 1..=calls {
        let account = fresh(7).await;
        let stop = CancellationToken::new();
        let pressed = stop.clone();
        account.weather.set(move |passing| {
            if !passing.changes || passing.changing != at {
                return Fate::Passes;
            }
            let pressed = pressed.clone();
            tokio::spawn(async move {
                sleep(Duration::from_secs(5)).await;
                pressed.cancel();
            });
            Fate::Takes(Duration::from_secs(20))
        });
        let view = run::create_despite_findings(&account.session, blueprint.clone(), &stop, &mut |_| {})
            .await
            .unwrap();
        assert!(matches!(view.state, RunState::Stopped | RunState::Done), "call {at}: {:?}", view.failure);
        let journal = std::fs::read_to_string(account.session.folder.join("stacks/imaging/journal.jsonl"));
        let count = |what: &str| journal.as_ref().unwrap().matches(what).count();
        assert_eq!(count("\"intent\""), count("\"outcome\":\"done\""), "call {at}: an outcome is not known");
        account.weather.set(|_| Fate::Passes);
        if view.state == RunState::Stopped {
            assert_eq!(resume(&account).await.state, RunState::Done, "call {at}");
        }
        assert_eq!(shape(&account.practice.dump().unwrap()), wanted, "call {at}");
        tried += 1;
    }
    seen::all("calls on their way when a run was stopped, none dropped", tried, tried);
}

/// From the `at`-th changing request on AWS takes the first key no more.
fn runs_out(at: usize) -> impl Fn(&Passing) -> Fate + Send + Sync + 'static {
    let over = std::sync::atomic::AtomicBool::new(false);
    move |passing| {
        use std::sync::atomic::Ordering::SeqCst;
        if passing.changes && passing.changing == at {
            over.store(true, SeqCst);
        }
        match passing.key.as_str() {
            "AKIAFIRST" if over.load(SeqCst) => {
                Fate::Refused("ExpiredToken", "The security token included in the request is expired")
            }
            "AKIAOTHER" if passing.action == "GetCallerIdentity" => Fate::Is("999999999999"),
            _ => Fate::Passes,
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_that_runs_out_is_waited_for_and_the_same_step_goes_on() {
    let mut tried = 0;
    for blueprint in some() {
        let (wanted, calls) = as_wanted(&blueprint).await;
        // The source goes on giving what has run out, or gives nothing.
        for (at, meanwhile) in (1..=calls).zip([Some("AKIAFIRST"), None].into_iter().cycle()) {
            let account = fresh(7).await;
            account.weather.set(runs_out(at));
            account.keys.from(1, meanwhile);
            account.keys.from(400, Some("AKIASECOND"));
            let (view, held) = create(&account, &blueprint).await;
            assert_eq!(view.state, RunState::Done, "run out at call {at}: {:?}", view.failure);
            assert_eq!(shape(&account.practice.dump().unwrap()), wanted, "run out at call {at}");
            assert_eq!(held.len(), 1, "run out at call {at}: {held:#?}");
            assert_eq!(held[0].by, Hold::SignIn);
            let advice = held[0].advice.as_ref().unwrap();
            assert!(advice.text.contains("aws sso login --profile test"), "{}", advice.text);
            assert!(account.weather.seconds() < 600, "noticed after {} s", account.weather.seconds());
            // One asks for all, and not in a frenzy: behind a source may be a program, or a person.
            assert!(account.keys.asked() < 60, "asked {} times", account.keys.asked());
            let seen = account.weather.seen();
            let sent =
                seen.iter().filter(|(passing, _)| passing.action == "CreateComputeEnvironment").count();
            assert!(sent <= 2 * blueprint.compute_environments.len(), "sent {sent} times");
            tried += 1;
        }
    }
    seen::all("sign-ins run out in the middle of a create, renewed and gone on", tried, tried);
}

#[tokio::test(start_paused = true)]
async fn another_account_is_never_touched() {
    let mut tried = 0;
    let blueprint = Preset::Fargate.blueprint("imaging");
    let (wanted, calls) = as_wanted(&blueprint).await;
    for at in 1..=calls {
        let account = fresh(7).await;
        account.weather.set(runs_out(at));
        account.keys.from(60, Some("AKIAOTHER"));
        let (view, _) = create(&account, &blueprint).await;
        assert_eq!(view.state, RunState::Failed, "call {at}");
        assert_eq!(view.failure.unwrap().code, "aws-other-account", "call {at}");
        let seen = account.weather.seen();
        let signed: Vec<_> = seen.iter().filter(|(passing, _)| passing.key == "AKIAOTHER").collect();
        assert!(!signed.is_empty(), "the other account's keys were never looked at");
        let sent: Vec<_> = signed.iter().filter(|(p, _)| p.action != "GetCallerIdentity").collect();
        assert!(sent.is_empty(), "sent to another account: {sent:?}");
        account.keys.from(account.weather.seconds(), Some("AKIASECOND"));
        sleep(Duration::from_secs(2)).await;
        assert_eq!(resume(&account).await.state, RunState::Done, "call {at}");
        assert_eq!(shape(&account.practice.dump().unwrap()), wanted, "call {at}");
        tried += 1;
    }
    seen::all("other accounts signed in to in the middle of a create, none touched", tried, tried);
}

/// Who connects again in the window, in whatever way, brings a run that waits its credentials.
#[tokio::test(start_paused = true)]
async fn a_session_that_is_opened_anew_brings_a_held_run_its_credentials() {
    let account = fresh(7).await;
    let blueprint = Preset::Fargate.blueprint("imaging");
    account.weather.set(runs_out(3));
    let stop = CancellationToken::new();
    let mut quiet = |_: &RunView| {};
    let create = run::create_despite_findings(&account.session, blueprint, &stop, &mut quiet);
    let again = async {
        sleep(Duration::from_mins(5)).await;
        account.session.follow(&account.connect_again("AKIATHIRD").await);
    };
    let (view, ()) = tokio::join!(create, again);
    assert_eq!(view.unwrap().state, RunState::Done);
    assert!(account.weather.seconds() < 400, "noticed after {} s", account.weather.seconds());
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_that_nobody_renews_is_given_up_on_after_an_hour() {
    let account = fresh(7).await;
    account.weather.set(runs_out(5));
    let began = Instant::now();
    let (view, _) = create(&account, &Preset::Fargate.blueprint("imaging")).await;
    assert_eq!(view.failure.unwrap().code, "sign-in-too-long");
    assert_eq!(began.elapsed().as_secs() / 60, 60);
}

/// Two windows of one process are two writers as well.
#[tokio::test(start_paused = true)]
async fn a_second_run_in_the_same_program_is_told_so() {
    let account = fresh(7).await;
    let blueprint = Preset::Fargate.blueprint("imaging");
    let second = async {
        sleep(Duration::from_secs(10)).await;
        let stop = CancellationToken::new();
        let session = account.connect_again("AKIATHIRD").await;
        run::create_despite_findings(&session, blueprint.clone(), &stop, &mut |_| {}).await.unwrap_err()
    };
    account.weather.set(|passing| {
        if passing.changes && passing.changing == 5 {
            Fate::Takes(Duration::from_secs(25))
        } else {
            Fate::Passes
        }
    });
    let ((view, _), refused) = tokio::join!(create(&account, &blueprint), second);
    assert_eq!(view.state, RunState::Done, "{:?}", view.failure);
    assert_eq!(refused.code, "stack-busy");
    assert!(refused.message.starts_with("This Slipway itself is at work"), "{}", refused.message);
    assert!(refused.message.contains("it creates it, since 10 s"), "{}", refused.message);
}
