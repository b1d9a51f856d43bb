//! IAM that is slow: a role made moments ago is not known everywhere in AWS for a while. Up to two minutes of that are
//! waited for, whether AWS says so at the call or turns an environment INVALID afterwards.

use slipway_core::{
    blueprint::{Preset, ServiceRole},
    run::{self, RunState, RunView},
};
use slipway_practice::{Settings, Trouble};
use slipway_tests::seen;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::{
    stack::shape,
    weather::{Fate, Open, fresh},
};

const BORNE: &[u32] = &[0, 1, 5, 15, 30, 60, 90, 119];
const TOO_LONG: &[u32] = &[121, 600];

async fn create(account: &Open, preset: Preset) -> RunView {
    let blueprint = slipway_core::blueprint::Blueprint {
        service_role: ServiceRole::Classic,
        ..preset.blueprint("imaging")
    };
    let stop = CancellationToken::new();
    run::create_despite_findings(&account.session, blueprint, &stop, &mut |_| {}).await.unwrap()
}

async fn slow(seconds: u32) -> Open {
    let account = fresh(7).await;
    let trouble = Trouble::SlowIam { seconds };
    let settings = Settings { pace: 1.0, troubles: [trouble].into_iter().collect(), ..Settings::default() };
    account.practice.change_settings(|now| *now = settings).unwrap();
    account
}

/// How often an environment was put right.
fn mends(account: &Open) -> usize {
    account.weather.seen().iter().filter(|(passing, _)| passing.action == "UpdateComputeEnvironment").count()
}

#[tokio::test(start_paused = true)]
async fn an_environment_whose_role_is_young_is_put_right_for_two_minutes() {
    let mut tried = 0;
    for preset in Preset::ALL {
        let wanted = {
            let account = slow(0).await;
            assert_eq!(create(&account, *preset).await.state, RunState::Done);
            shape(&account.practice.dump().unwrap())
        };
        for seconds in BORNE {
            let account = slow(*seconds).await;
            let view = create(&account, *preset).await;
            assert_eq!(view.state, RunState::Done, "{preset:?}, {seconds} s: {:?}", view.failure);
            assert_eq!(shape(&account.practice.dump().unwrap()), wanted, "{preset:?}, {seconds} s");
            let environments = account.session.aws.read.batch.describe_compute_environments().send().await;
            let most = 3 * environments.unwrap().compute_environments().len();
            assert!(mends(&account) <= most, "{preset:?}, {seconds} s: {} mends", mends(&account));
            tried += 1;
        }
        for seconds in TOO_LONG {
            let account = slow(*seconds).await;
            let began = Instant::now();
            let view = create(&account, *preset).await;
            assert_eq!(view.state, RunState::Failed, "{preset:?}, {seconds} s");
            assert_eq!(view.failure.unwrap().code, "settle-role-unknown", "{preset:?}, {seconds} s");
            let took = began.elapsed().as_secs();
            assert!((115..150).contains(&took), "{preset:?}, {seconds} s: stopped after {took} s");
            tried += 1;
        }
    }
    let all = Preset::ALL.len() * (BORNE.len() + TOO_LONG.len());
    seen::all("roles not known for so long, INVALID environments put right or stopped at", tried, all);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_a_young_role_is_refused_for_is_sent_for_two_minutes() {
    let mut tried = 0;
    for preset in Preset::ALL {
        for seconds in BORNE.iter().chain(TOO_LONG) {
            let account = fresh(7).await;
            let until = f64::from(*seconds);
            let first = std::sync::Mutex::new(None);
            account.weather.set(move |passing| {
                if passing.action != "CreateComputeEnvironment" {
                    return Fate::Passes;
                }
                let began = *first.lock().unwrap().get_or_insert(passing.at);
                if passing.at < began + until {
                    Fate::Refused("ClientException", "The role imaging-batch-service cannot be assumed.")
                } else {
                    Fate::Passes
                }
            });
            let view = create(&account, *preset).await;
            if BORNE.contains(seconds) {
                assert_eq!(view.state, RunState::Done, "{preset:?}, {seconds} s: {:?}", view.failure);
            } else {
                assert_eq!(view.failure.unwrap().code, "aws-not-propagated", "{preset:?}, {seconds} s");
            }
            tried += 1;
        }
    }
    let all = Preset::ALL.len() * (BORNE.len() + TOO_LONG.len());
    seen::all("roles not known for so long, calls sent again or given up", tried, all);
}
