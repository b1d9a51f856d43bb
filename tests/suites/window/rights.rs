//! Somebody who may not do everything: told so before anything is made, with a policy to ask for, and let in by exactly
//! that policy.

use slipway_tests::{
    cli::Cli,
    keyring::Keyring,
    practice::Practice,
    window::{Opening, Scheme, Window},
};

use crate::journey::{CREATED, Journey, SOON, STACK};

/// Everything but what the name says.
fn all_but(action: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","NotAction":"{action}","Resource":"*"}}]}}"#
    )
}

#[test]
fn who_may_not_set_up_is_told_what_to_ask_for_and_then_may() {
    asks_for_rights(Scheme::Light);
}

#[test]
fn rights_in_the_dark() {
    asks_for_rights(Scheme::Dark);
}

fn asks_for_rights(scheme: Scheme) {
    let person = Cli::practice();
    let _practice = Practice::paced(person.home(), "1000");
    let policies = |text: &str| {
        let file = person.write("policy.json", text);
        person.must(&["practice", "policies", "--identity", &file]);
    };
    policies(&all_but("iam:*Role*"));
    let keyring = Keyring::unlocked();
    let window = Window::open(&Opening { scheme, ..Opening::new(person.home(), &keyring) });
    let journey = Journey { window: &window, scheme, prefix: "rights-" };
    window.click("connect-practice");
    window.see("practice-badge");
    window.type_into("field-name", STACK);
    window.click("go-check");
    window.says("check-may-create", "iam:AttachRolePolicy, iam:CreateRole", CREATED);
    window.says("check-summary", "What is wrong stops creating", CREATED);
    journey.shot("check");
    window.click("ask-for-rights");
    window.says("handout-letter", "set up AWS Batch in account 111122223333", SOON);
    journey.shot("asked");
    let asked = window.text("policy");
    window.click("handout-analyst");
    window.says("handout-letter", "would like to run jobs", SOON);
    let analyst = window.text("policy");
    window.press(&[], "\u{e00c}");
    window.gone("handout-dialog");

    // The administrator attaches just that, and everything goes.
    policies(&asked);
    window.click("check-again");
    window.says("check-permissions", "You may do everything", CREATED);
    window.click("go-review");
    window.click("review-permissions");
    window.says("policy", "batch:CreateJobQueue", SOON);
    window.click("handout-setup");
    window.says("handout-letter", "set up AWS Batch", SOON);
    journey.shot("review");
    window.click("go-create");
    window.see_within("done-launch", CREATED);

    // Whoever launches lacks one thing, and is told before the form is filled in.
    policies(&analyst.replace("\"batch:SubmitJob\"", "\"batch:NoSuchThing\""));
    window.click("done-launch");
    window.says("may-launch", "You may not do all that launching jobs takes: batch:SubmitJob", SOON);
    journey.shot("launch");
}
