//! The account is the same whether it is asked once or all the time.

use super::*;
use crate::settings::Trouble;

/// A small generator of its own: the account must not depend on one, and a test on no other crate for it.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// Something somebody does at a moment.
fn act(lab: &mut Lab, dice: &mut Dice, jobs: &mut Vec<String>) {
    let scripts = [
        "echo a; sleep 30; echo b",
        "exit 3",
        "sleep 500",
        "sleep infinity",
        "nosuch",
        "for i in 1 2 3; do echo $i; sleep 7; done",
    ];
    let script = scripts[usize::try_from(dice.roll(6)).unwrap()];
    let any = |dice: &mut Dice, jobs: &[String]| {
        (!jobs.is_empty()).then(|| jobs[usize::try_from(dice.roll(jobs.len() as u64)).unwrap()].clone())
    };
    let mut submission = json!({
        "containerOverrides": { "command": ["sh", "-c", script] },
        "retryStrategy": { "attempts": 1 + dice.roll(3) },
        "timeout": { "attemptDurationSeconds": 60 + dice.roll(200) },
    });
    match dice.roll(10) {
        0..=2 => {}
        3..=4 => submission["arrayProperties"] = json!({ "size": 2 + dice.roll(6) }),
        5..=6 => {
            if let Some(on) = any(dice, jobs) {
                submission["dependsOn"] = json!([{ "jobId": on }]);
            }
        }
        7 => {
            if let Some(job) = any(dice, jobs) {
                let action = if dice.roll(2) == 0 { "CancelJob" } else { "TerminateJob" };
                lab.ok(action, json!({ "jobId": job, "reason": "because" }));
            }
            return;
        }
        8 => {
            let most = 1 + dice.roll(6);
            let _ = lab.call(
                "UpdateComputeEnvironment",
                json!({ "computeEnvironment": "ce", "computeResources": { "maxvCpus": most } }),
            );
            return;
        }
        _ => {
            if !lab.state.settings.troubles.remove(&Trouble::SmallQuota) {
                lab.state.settings.troubles.insert(Trouble::SmallQuota);
            }
            return;
        }
    }
    jobs.push(lab.submit(submission));
}

/// Plays a script of acts; between two acts the account is looked at so many times.
fn play(seed: u64, looks: i64) -> Value {
    let mut lab = Lab::ready();
    let (mut dice, mut jobs) = (Dice(seed), Vec::new());
    for _ in 0..25 {
        // Acts always fall on the same moments; only the looking differs.
        service::catch_up(&mut lab.state, lab.now);
        act(&mut lab, &mut dice, &mut jobs);
        let pause = i64::try_from(dice.roll(90)).unwrap() * 1_000 + 500;
        let start = lab.now;
        for look in 1..=looks {
            service::catch_up(&mut lab.state, start.plus(pause * look / (looks + 1)));
        }
        lab.now = start.plus(pause);
    }
    lab.wait(3_000);
    for look in 0..looks {
        service::catch_up(&mut lab.state, lab.now.plus(-1_000_000 + look * 7_919));
    }
    service::catch_up(&mut lab.state, lab.now);
    serde_json::to_value(&lab.state).unwrap()
}

#[test]
fn looking_changes_nothing() {
    for seed in 0..30 {
        let once = play(seed, 0);
        assert!(once == play(seed, 1), "seed {seed}, one look");
        assert!(once == play(seed, 40), "seed {seed}, forty looks");
    }
}

#[test]
fn nothing_is_written_when_nothing_fell_due() {
    let mut lab = Lab::ready();
    let id = lab.run(&["sleep", "1000"]);
    lab.until(&id, "RUNNING");
    let before = lab.state.clone();
    for _ in 0..50 {
        lab.wait(3);
        lab.status(&id);
        lab.ok("ListJobs", json!({ "jobQueue": "q" }));
        lab.environment("ce");
    }
    assert!(lab.state.same(&before));
}

#[test]
fn an_account_survives_being_written_down() {
    let mut lab = Lab::ready();
    let id = lab.submit(
        json!({ "arrayProperties": { "size": 3 }, "containerOverrides": { "command": ["sleep", "50"] } }),
    );
    lab.wait(40);
    lab.status(&id);
    let text = serde_json::to_string(&lab.state).unwrap();
    let mut again = Lab { state: serde_json::from_str(&text).unwrap(), now: lab.now };
    let (one, two) = (lab.until(&id, "SUCCEEDED"), again.until(&id, "SUCCEEDED"));
    assert_eq!(one, two);
    assert_eq!(lab.now, again.now);
}
