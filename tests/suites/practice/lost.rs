//! What AWS repeats without a word when it is sent twice: SubmitJob and RegisterJobDefinition. Their answers are lost
//! in every way there is, and each is done once.

use std::{collections::BTreeSet, time::Duration};

use aws_sdk_batch::types::JobDefinition;
use slipway_core::{blueprint::Preset, job};
use slipway_tests::{
    inside::{
        account::{Account, fresh},
        seam::{Fault, Planted},
        trouble::{Spoiled, Trouble},
    },
    seen,
};

use crate::{
    launch::job_for,
    runs::{create, done},
};

const JOBS: usize = 1000;
const REVISIONS: usize = 100;
const CUT_OFF: usize = 100;
/// Jobs of one name, among which one is to be found again.
const NAMES: usize = 250;

/// AWS acted, and whoever asked does not know it.
const LOST: [Trouble; 6] = [
    Trouble::LostReply,
    Trouble::ServerError { acted: true },
    Trouble::Spoiled(Spoiled::Empty),
    Trouble::Spoiled(Spoiled::Truncated),
    Trouble::Spoiled(Spoiled::OtherType),
    // Longer than a change is waited for.
    Trouble::Slow(Duration::from_secs(45)),
];

/// How often this was sent since the last trouble was planted, and whether the trouble came.
fn sent(account: &Account, action: &str) -> (usize, bool) {
    let seen = account.seam.seen();
    let of: Vec<_> = seen.iter().filter(|call| call.action == action).collect();
    (of.len(), of.iter().any(|call| call.trouble.is_some()))
}

fn jobs_of(account: &Account) -> usize {
    let dump = account.practice.dump().unwrap();
    dump["batch"]["regions"]["us-east-1"]["jobs"].as_array().expect("jobs").len()
}

#[tokio::test(start_paused = true)]
async fn a_thousand_submissions_whose_answer_is_lost_are_a_thousand_jobs() {
    let account = fresh(7).await;
    done(&create(&account, &Preset::Fargate.blueprint("imaging")).await);
    let session = &account.session;
    let target = job::targets(session).await.unwrap().remove(0);
    let (mut ids, mut again) = (BTreeSet::new(), 0);
    for n in 0..JOBS {
        let trouble = LOST[n % LOST.len()];
        account.seam.plant(vec![Planted { call: 1, changing: true, trouble }]);
        let submitted = job::submit(session, &job_for(&target, &format!("job-{}", n % NAMES))).await;
        let submitted = submitted.unwrap_or_else(|error| panic!("{trouble:?}: {error:?}"));
        assert!(ids.insert(submitted.id.clone()), "{trouble:?}: {} is of another one", submitted.id);
        let (times, came) = sent(&account, "batch:SubmitJob");
        assert!(came, "{trouble:?} did not come");
        again += times - 1;
    }
    assert_eq!((jobs_of(&account), again), (JOBS, 0), "jobs there, and submissions sent again");
    seen::all("lost answers to SubmitJob that came to one job", ids.len(), JOBS);
}

/// Killed in the middle, or unable to look for the job: whoever launches it again is told
/// that it is there, and only then gets a second one.
#[tokio::test(start_paused = true)]
async fn a_launch_that_was_cut_off_is_told_of_before_the_next_one() {
    let mut account = fresh(7).await;
    done(&create(&account, &Preset::Fargate.blueprint("imaging")).await);
    let target = job::targets(&account.session).await.unwrap().remove(0);
    let (mut told, mut jobs) = (0, 0);
    for n in 0..CUT_OFF {
        let wanted = job_for(&target, &format!("job-{n}"));
        let trouble = if n % 2 == 0 { Trouble::LostReply } else { Trouble::KilledAfterActing };
        account.seam.plant(vec![Planted { call: 1, changing: true, trouble }]);
        account.seam.set(Fault::Deny(&["ListJobs"]));
        tokio::select! {
            biased;
            () = account.seam.hung() => account.seam.revive(),
            cut = job::submit(&account.session, &wanted) => {
                assert_eq!(cut.unwrap_err().code, "submit-lost");
            }
        }
        jobs += 1;
        account.seam.plant(vec![]);
        account.seam.set(Fault::None);
        account.start_again().await;
        let again = job::submit(&account.session, &wanted).await.unwrap_err();
        assert_eq!(again.code, "submit-arrived", "{again:?}");
        assert_eq!(sent(&account, "batch:SubmitJob").0, 0);
        told += 1;
        // Who wants a second one gets it, and is told nothing.
        if n % 10 == 0 {
            job::submit(&account.session, &wanted).await.unwrap();
            jobs += 1;
        }
    }
    assert_eq!(jobs_of(&account), jobs);
    seen::all("launches cut off and told of before the next one", told, CUT_OFF);
}

#[tokio::test(start_paused = true)]
async fn a_hundred_registrations_whose_answer_is_lost_are_a_hundred_revisions() {
    let account = fresh(7).await;
    let mut blueprint = Preset::Fargate.blueprint("imaging");
    done(&create(&account, &blueprint).await);
    for n in 0..REVISIONS {
        let trouble = LOST[n % LOST.len()];
        blueprint.job_definitions[0].command = vec!["echo".to_owned(), n.to_string()];
        account.seam.plant(vec![Planted { call: 1, changing: true, trouble }]);
        done(&create(&account, &blueprint).await);
        let (times, came) = sent(&account, "batch:RegisterJobDefinition");
        assert!(came, "{trouble:?} did not come");
        assert_eq!(times, 1, "{trouble:?}: sent again");
    }
    let found = account.session.aws.read.batch.describe_job_definitions().send().await.unwrap();
    let revisions = found.job_definitions().iter().filter_map(JobDefinition::revision);
    let there = usize::try_from(revisions.max().unwrap()).unwrap();
    seen::all("lost answers to RegisterJobDefinition that came to one revision", there - 1, REVISIONS);
}
