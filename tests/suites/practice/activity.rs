//! The log of AWS calls: it says what each call acted on and how it ended, outlives the program, and holds nothing
//! that a person keeps in a stack or a job.

use std::{collections::BTreeMap, fs};

use base64::{Engine, prelude::BASE64_STANDARD};
use slipway_core::{
    aws::ActivityFilter,
    blueprint::{Blueprint, Preset, ServiceRole},
    job,
    run::{self, RunState},
};
use slipway_tests::seen;
use tokio_util::sync::CancellationToken;

use crate::{
    launch::job_for,
    weather::{Fate, fresh},
};

/// One in each place where a person could have put a secret.
const CANARIES: [&str; 5] = [
    "kittiwake-env-1a7c",
    "kittiwake-tag-9f20",
    "kittiwake-arg-77d1",
    "kittiwake-job-03be",
    "kittiwake-par-5e5e",
];

fn blueprint() -> Blueprint {
    let mut blueprint =
        Blueprint { service_role: ServiceRole::Classic, ..Preset::OnDemand.blueprint("imaging") };
    blueprint.tags = BTreeMap::from([("owner".to_owned(), CANARIES[1].to_owned())]);
    let definition = &mut blueprint.job_definitions[0];
    definition.environment = BTreeMap::from([("TOKEN".to_owned(), CANARIES[0].to_owned())]);
    definition.parameters = BTreeMap::from([("token".to_owned(), CANARIES[4].to_owned())]);
    definition.command = ["echo", "Ref::token", CANARIES[2]].map(str::to_owned).to_vec();
    blueprint
}

#[tokio::test(start_paused = true)]
async fn it_says_what_was_acted_on_and_holds_no_contents() {
    let account = fresh(7).await;
    let session = &account.session;
    let stop = CancellationToken::new();
    let view = run::create_despite_findings(session, blueprint(), &stop, &mut |_| {}).await.unwrap();
    assert_eq!(view.state, RunState::Done, "{:?}", view.failure);
    let mut wanted = job_for(&job::targets(session).await.unwrap().remove(0), "first");
    wanted.environment.insert("TOKEN".to_owned(), CANARIES[3].to_owned());
    wanted.command = Some(vec!["echo".to_owned(), CANARIES[2].to_owned()]);
    job::submit(session, &wanted).await.unwrap();
    account.weather.set(|passing| match passing.action.as_str() {
        "DeleteJobQueue" => Fate::Refused("AccessDeniedException", "not this one"),
        _ => Fate::Passes,
    });
    run::teardown(session, "imaging", &stop, &mut |_| {}).await.unwrap();
    account.weather.set(|_| Fate::NoNetwork);
    slipway_core::offer::key_pairs(session).await.unwrap_err();

    let entries = session.activity.entries();
    let changing: Vec<_> = entries.iter().filter(|entry| entry.changes).collect();
    let silent: Vec<_> =
        changing.iter().filter(|entry| entry.resource.is_none()).map(|entry| &entry.action).collect();
    assert!(silent.is_empty(), "these do not say what they acted on: {silent:?}");
    let of = |action: &str| entries.iter().find(|entry| entry.action == action).unwrap();
    assert_eq!(of("CreateComputeEnvironment").resource.as_deref(), Some("imaging-ondemand"));
    assert!(of("CreateSecurityGroup").resource.as_ref().unwrap().starts_with("imaging"));
    assert_eq!((of("CreateRole").outcome.as_str(), of("CreateRole").failed), ("ok", false));
    assert_eq!(
        (of("DeleteJobQueue").outcome.as_str(), of("DeleteJobQueue").failed),
        ("AccessDeniedException", true)
    );
    let missing = entries.iter().find(|entry| entry.action == "GetRole" && entry.failed).unwrap();
    assert_eq!(missing.outcome, "NoSuchEntity");
    let unsaid = entries.iter().filter(|entry| entry.outcome != "no-answer" && entry.request_id.is_none());
    assert_eq!(unsaid.map(|entry| &entry.action).collect::<Vec<_>>(), [] as [&String; 0]);
    let unheard = entries.last().unwrap();
    assert_eq!((unheard.outcome.as_str(), unheard.failed, unheard.attempts), ("no-answer", true, 3));

    let file = fs::read_to_string(session.folder.join("activity.jsonl")).unwrap();
    let text = format!("{file}{}", slipway_core::aws::json_lines(&entries));
    let mut looked_for = 0;
    for secret in CANARIES.iter().chain(&["AKIAFIRST"]) {
        for form in [(*secret).to_owned(), BASE64_STANDARD.encode(secret), secret.replace('-', "%2D")] {
            assert!(!text.contains(&form), "{form} is in the log");
            looked_for += 1;
        }
    }
    seen::all("canaries in every form, none in the log of AWS calls", looked_for, 18);
    seen::all("changing calls that say what they acted on", changing.len() - silent.len(), changing.len());
}

#[tokio::test(start_paused = true)]
async fn it_outlives_the_program_and_can_be_searched() {
    let account = fresh(7).await;
    let stop = CancellationToken::new();
    run::create_despite_findings(&account.session, blueprint(), &stop, &mut |_| {}).await.unwrap();
    let before = account.session.activity.entries();
    let later = account.connect_again("AKIASECOND").await;
    let after = later.activity.entries();
    assert_eq!(after[..before.len()], before[..], "what an earlier start did is not there");
    let found = |search: &str, changes, failed| {
        let filter = ActivityFilter { search: search.to_owned(), changes, failed };
        after.iter().filter(|entry| filter.takes(entry)).count()
    };
    assert_eq!(found("", false, false), after.len());
    assert_eq!(found("BATCH:createcomputeenvironment", true, false), 1);
    assert!((1..after.len()).contains(&found("IMAGING-ondemand", false, false)));
    assert!(found("nosuchentity", false, true) > 0 && found("nosuchentity", true, true) == 0);
}
