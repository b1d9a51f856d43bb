//! The main job in the real window, as a person clicks it: first start, practice, Fargate, check, review, create,
//! launch, a finished job with its log, Terraform saved, teardown. A picture of every screen.

use std::{collections::BTreeSet, fs, time::Duration};

use serde_json::json;
use slipway_practice::Practice;
use slipway_tests::{
    keyring::Keyring,
    window::{Opening, Scheme, Window},
};

const SOON: Duration = Duration::from_secs(20);
/// As long as a create may take on the practice account at the pace below.
const CREATED: Duration = Duration::from_mins(1);
const STACK: &str = "imaging";

/// Takes a picture of a screen at both sizes.
fn pictures(window: &Window, scheme: Scheme, name: &str) {
    let dark = if scheme == Scheme::Dark { "-dark" } else { "" };
    window.picture(&format!("{name}{dark}"));
    window.resize((960, 640));
    window.picture(&format!("{name}-small{dark}"));
    let wide = window.script("return document.documentElement.scrollWidth > innerWidth", &[]);
    assert_eq!(wide, json!(false), "{name} is wider than a small window");
    window.resize((1280, 800));
}

#[test]
fn from_the_first_start_to_a_finished_job_and_a_terraform_folder_and_back() {
    journey(Scheme::Light, "kittiwake-4417");
}

#[test]
fn the_same_in_the_dark() {
    journey(Scheme::Dark, "guillemot-9023");
}

fn journey(scheme: Scheme, word: &str) {
    let home = tempfile::tempdir().expect("there is room for a folder");
    let practice = Practice::open(&home.path().join("practice")).expect("a practice account");
    practice.change_settings(|settings| settings.pace = 20.0).expect("a quicker pace");
    let keyring = Keyring::unlocked();
    let opening = Opening { scheme, ..Opening::new(home.path(), &keyring) };
    let window = Window::open(&opening);
    let shot = |name: &str| pictures(&window, scheme, name);

    window.see("connect-practice");
    shot("connect");
    window.click("connect-practice");
    window.see("practice-badge");
    window.says("identity", "1111-2222-3333", SOON);
    let before = practice.dump().expect("a dump");

    window.see("preset-fargate");
    window.type_into("field-name", STACK);
    shot("setup-choose");
    window.click("go-check");
    window.see("setup-check");
    window.see("go-review");
    shot("setup-check");
    window.click("go-review");
    window.see("setup-review");
    window.see("plan-compute-environment/fargate");
    shot("setup-review");
    window.click("go-create");
    window.see("setup-create");
    shot("setup-create");
    window.see_within("done-launch", CREATED);
    shot("setup-done");

    window.click("done-launch");
    window.type_into("launch-name", "first-light");
    window.type_into("launch-command", "sh -c 'echo the word is $WORD'");
    window.click("launch-variable-add");
    window.type_into("launch-variable-name-0", "WORD");
    window.type_into("launch-variable-value-0", word);
    window.says("launch-command-line", word, SOON);
    shot("launch");
    window.click("launch-submit");
    window.see("job");
    shot("job-waiting");
    window.says("job-state", "SUCCEEDED", CREATED);
    window.says("logs", word, SOON);
    shot("job");

    window.click("nav-jobs");
    window.see("jobs-table");
    shot("jobs");
    window.click("nav-stacks");
    window.see(&format!("stack-{STACK}"));
    shot("stacks");
    window.click(&format!("stack-{STACK}"));
    window.see("stack-teardown");
    shot("stack");

    window.click("stack-terraform");
    window.see("terraform-code");
    shot("terraform");
    // The question for a folder is the system's own and out of WebDriver's reach; what it would answer is given.
    let folder = home.path().join("terraform");
    let saved = window.script(
        "return window.__TAURI_INTERNALS__.invoke('save_terraform', \
         {name: arguments[0], options: {provider: '5', imports: true}, directory: arguments[1]})",
        &[json!(STACK), json!(folder)],
    );
    assert!(saved["written"].as_array().is_some_and(|files| files.len() >= 7), "{saved}");
    assert!(
        fs::read_to_string(folder.join("batch.tf")).is_ok_and(|text| text.contains("aws_batch_job_queue"))
    );

    window.click("nav-stacks");
    window.click(&format!("stack-{STACK}"));
    window.click("stack-teardown");
    window.see("teardown-goes");
    shot("teardown");
    window.type_into("teardown-name", STACK);
    window.click("teardown-start");
    window.see_within("teardown-done", CREATED);
    shot("teardown-done");

    let after = practice.dump().expect("a dump");
    let roles = |dump: &serde_json::Value| -> BTreeSet<String> {
        dump["iam"]["roles"].as_object().map(|roles| roles.keys().cloned().collect()).unwrap_or_default()
    };
    let left: Vec<_> = roles(&after).difference(&roles(&before)).cloned().collect();
    assert_eq!(left, ["AWSServiceRoleForBatch"], "only what AWS keeps as well is left");
    assert_eq!(after["ec2"], before["ec2"], "the network is as it was");
}
