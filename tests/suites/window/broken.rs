//! What a person sees and can do when a create goes wrong: AWS says no, or the window dies.

use slipway_tests::{
    account,
    keyring::Keyring,
    moto::Moto,
    proxy::{Fault, Phase, Proxy, What, Which},
    window::{Opening, Scheme, Window},
};

use crate::journey::{CREATED, Journey, SOON, STACK};

const DENIED: &str = r#"{"__type":"AccessDeniedException","message":"User: arn:aws:iam::123456789012:user/ana is not authorized to perform: batch:CreateComputeEnvironment on resource: arn:aws:batch:us-east-1:123456789012:compute-environment/imaging-fargate"}"#;

/// Somebody with a profile on moto, and a proxy before it.
pub(crate) struct Person {
    home: tempfile::TempDir,
    keyring: Keyring,
    scheme: Scheme,
    moto: Moto,
    pub(crate) proxy: Proxy,
    profiles: String,
}

impl Person {
    pub(crate) fn new(scheme: Scheme) -> Self {
        let home = tempfile::tempdir().expect("there is room for a folder");
        let moto = Moto::like_a_new_account();
        let proxy = Proxy::before(moto.address());
        let profiles = home.path().join("aws-config");
        let text = "[profile research]\nregion = us-east-1\naws_access_key_id = AKIAEXAMPLEEXAMPLE12\n\
                    aws_secret_access_key = testing\n";
        std::fs::write(&profiles, text).expect("there is room for a file");
        let profiles = profiles.to_string_lossy().into_owned();
        Self { home, keyring: Keyring::unlocked(), scheme, moto, proxy, profiles }
    }

    /// Starts Slipway and connects to moto.
    pub(crate) fn open(&self) -> Window {
        let environment = [
            ("AWS_CONFIG_FILE", self.profiles.as_str()),
            ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
        ];
        let window = Window::open(&Opening {
            environment: &environment,
            scheme: self.scheme,
            ..Opening::new(self.home.path(), &self.keyring)
        });
        window.see("connect-profile");
        window.click("endpoint-details");
        window.type_into("endpoint", &self.proxy.endpoint());
        window.click("connect-profile");
        window.says("identity", "1234-5678-9012", SOON);
        window
    }

    /// A picture at both sizes.
    pub(crate) fn shot(&self, window: &Window, name: &str) {
        self.journey(window).shot(name);
    }

    fn journey<'a>(&self, window: &'a Window) -> Journey<'a> {
        Journey { window, scheme: self.scheme, prefix: "" }
    }

    /// Goes as far as the review.
    pub(crate) fn review(window: &Window) {
        window.see("preset-fargate");
        window.type_into("field-name", STACK);
        window.click("choose-details");
        window.choose("field-service_role", "classic");
        window.click("go-check");
        window.click("go-review");
        window.see("go-create");
    }
}

pub(crate) fn compute_environment() -> Which {
    Which::Action("batch".to_owned(), "CreateComputeEnvironment".to_owned())
}

#[test]
fn a_refusal_opens_in_place_and_can_be_tried_again() {
    refused(Scheme::Light);
}

#[test]
fn a_refusal_opens_in_place_in_the_dark() {
    refused(Scheme::Dark);
}

fn refused(scheme: Scheme) {
    let person = Person::new(scheme);
    let window = person.open();
    Person::review(&window);
    let denied = What::Answer(403, DENIED.to_owned());
    person.proxy.plant(Fault::once(compute_environment(), 1, Phase::Before, denied));
    window.click("go-create");
    window.see_within("run-retry", CREATED);
    let said = window.text("problem");
    assert!(said.contains("You may not do batch:CreateComputeEnvironment"), "{said}");
    assert!(said.contains("user/ana is not authorized"), "AWS's own words are shown: {said}");
    // It opens in sight; a window that is made smaller afterwards does not scroll by itself.
    let into_sight =
        "document.querySelector('[data-testid=\"run-retry\"]').scrollIntoView({block: 'nearest'})";
    person.journey(&window).shot_with("setup-failed", || {
        window.script(into_sight, &[]);
    });
    window.click("run-retry");
    window.see_within("done-launch", CREATED);
    assert_eq!(person.proxy.count("batch", "CreateJobQueue"), 1);
}

#[test]
fn what_was_made_before_a_refusal_can_be_undone() {
    undone(Scheme::Light);
}

#[test]
fn what_was_made_can_be_undone_in_the_dark() {
    undone(Scheme::Dark);
}

fn undone(scheme: Scheme) {
    let person = Person::new(scheme);
    let before = person.moto.dump();
    let window = person.open();
    Person::review(&window);
    let denied = What::Answer(403, DENIED.to_owned());
    person.proxy.plant(Fault::once(compute_environment(), 1, Phase::Before, denied));
    window.click("go-create");
    window.see_within("run-undo", CREATED);
    window.click("run-undo");
    window.click("confirm-yes");
    window.see_within("start-over", CREATED);
    person.shot(&window, "setup-undone");
    assert_eq!(account::left_over(&before, &person.moto.dump()), Vec::<String>::new());
}

#[test]
fn a_window_that_was_killed_offers_to_resume_and_to_undo_only_what_it_made() {
    killed(Scheme::Light);
}

#[test]
fn a_window_that_was_killed_offers_the_same_in_the_dark() {
    killed(Scheme::Dark);
}

fn killed(scheme: Scheme) {
    let person = Person::new(scheme);
    let window = person.open();
    Person::review(&window);
    person.proxy.victim(window.process());
    person.proxy.plant(Fault::once(compute_environment(), 1, Phase::AfterForward, What::Kill));
    window.click_and_die("go-create");
    drop(window);

    let window = person.open();
    window.see("unfinished");
    window.says("unfinished", STACK, SOON);
    person.shot(&window, "unfinished");
    assert!(window.has("unfinished-undo"));
    window.click("unfinished-resume");
    window.see_within("done-launch", CREATED);
    person.shot(&window, "setup-resumed");
    window.click("nav-stacks");
    window.see(&format!("stack-{STACK}"));
    assert_eq!(person.proxy.count("batch", "CreateComputeEnvironment"), 1, "nothing was made twice");

    window.click(&format!("stack-{STACK}"));
    window.click("stack-teardown");
    window.see("teardown-goes");
    assert!(!window.text("teardown").contains('$'), "what goes costs nothing any more");
    window.type_into("teardown-name", STACK);
    person.proxy.victim(window.process());
    let delete = Which::Action("batch".to_owned(), "DeleteJobQueue".to_owned());
    person.proxy.plant(Fault::once(delete, 1, Phase::AfterForward, What::Kill));
    window.click_and_die("teardown-start");
    drop(window);

    let window = person.open();
    window.says("unfinished", "Tearing down imaging did not end", SOON);
    assert!(window.has("unfinished-keep") && !window.has("unfinished-undo"), "what is gone cannot come back");
    person.shot(&window, "unfinished-teardown");
    window.click("unfinished-resume");
    window.see_within("teardown-done", CREATED);
}
