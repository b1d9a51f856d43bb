//! A desktop's day, seen in the window: the network is cut in the middle of a create, the sign-in runs out, and both
//! pass. What is in the log of AWS calls afterwards.

use std::time::Duration;

use serde_json::json;
use slipway_tests::{
    process::until,
    proxy::{Fault, Phase, Proxy, What, Which},
    window::{Scheme, Window},
};

use crate::{
    broken::{Person, compute_environment},
    journey::{CREATED, SOON},
};

const EXPIRED: &str =
    r#"{"__type":"ExpiredTokenException","message":"The security token included in the request is expired"}"#;
const EXPIRED_XML: &str = "<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>The security \
                           token included in the request is expired</Message></Error><RequestId>7a62c49f-347e-4fc4-9331-6e8eabe1b\
                           </RequestId></ErrorResponse>";

/// From now on, until the proxy forgets.
fn always(which: Which, phase: Phase, what: What) -> Fault {
    Fault { which, nth: 1, times: usize::MAX - 1, phase, what }
}

/// Begins a create and cuts the cable while the environment is being made: AWS makes it, and nobody hears so.
fn cut_in_the_middle(person: &Person) -> Window {
    let window = person.open();
    Person::review(&window);
    let slowly = What::Delay(Duration::from_millis(1500));
    person.proxy.plant(Fault::once(compute_environment(), 1, Phase::Before, slowly));
    window.click("go-create");
    until("the environment to be made", CREATED, || {
        (person.proxy.count("batch", "CreateComputeEnvironment") > 0).then_some(())
    });
    person.proxy.cut(true);
    window.says("run-held", "AWS cannot be reached", SOON);
    window
}

/// Lets AWS take the sign-in no more from when the environment is to be made.
fn expires(proxy: &Proxy) {
    let expired = What::Answer(403, EXPIRED.to_owned());
    proxy.plant(always(compute_environment(), Phase::Before, expired));
    let who = Which::Action("sts".to_owned(), "GetCallerIdentity".to_owned());
    proxy.plant(always(who, Phase::Before, What::Answer(403, EXPIRED_XML.to_owned())));
}

/// All of an element's text: the driver leaves out what is cut short by its column.
fn whole_text(window: &Window, name: &str) -> String {
    let script = "return document.querySelector(arguments[0])?.textContent ?? ''";
    let said = window.script(script, &[json!(format!("[data-testid=\"{name}\"]"))]);
    said.as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_cut_network_is_said_and_the_create_goes_on_when_it_is_back() {
    back_again(Scheme::Light);
}

#[test]
fn a_cut_network_is_said_in_the_dark() {
    back_again(Scheme::Dark);
}

fn back_again(scheme: Scheme) {
    let person = Person::new(scheme);
    let window = cut_in_the_middle(&person);
    until("the step to say what it waits for", SOON, || {
        let row = whole_text(&window, "run-compute-environment/fargate");
        row.contains("No answer to batch:").then_some(())
    });
    assert!(window.text("run-held").contains("then stops cleanly"));
    person.shot(&window, "day-network-away");
    person.proxy.cut(false);
    window.see_within("done-launch", CREATED);
    assert_eq!(person.proxy.count("batch", "CreateComputeEnvironment"), 1, "nothing was made twice");
}

#[test]
fn a_held_create_is_stopped_at_once_and_resumed() {
    let person = Person::new(Scheme::Light);
    let window = cut_in_the_middle(&person);
    window.click("run-stop");
    window.see("run-retry");
    person.shot(&window, "day-stopped-while-held");
    person.proxy.cut(false);
    window.click("run-retry");
    window.see_within("done-launch", CREATED);
    assert_eq!(person.proxy.count("batch", "CreateComputeEnvironment"), 1, "nothing was made twice");
}

#[test]
fn a_sign_in_that_runs_out_is_waited_for_and_the_log_tells_of_it() {
    let person = Person::new(Scheme::Light);
    let window = person.open();
    Person::review(&window);
    expires(&person.proxy);
    window.click("go-create");
    let said = window.says("run-held", "Your sign-in has run out", CREATED);
    assert!(said.contains("Renew the credentials of the AWS profile research"), "what to do: {said}");
    person.shot(&window, "day-signed-out");
    person.proxy.forget();
    window.see_within("done-launch", CREATED);

    window.click("toggle-activity");
    window.see("activity");
    window.type_into("activity-search", "expired");
    until("the log to show only what was searched", SOON, || {
        (window.count("activity-row") >= 1).then_some(())
    });
    let rows = whole_text(&window, "activity");
    assert!(rows.contains("CreateComputeEnvironment") && rows.contains("ExpiredToken"), "{rows}");
    assert!(rows.contains("imaging-fargate"), "it says what it acted on: {rows}");
    assert!(!rows.contains("DescribeSubnets"), "{rows}");
    person.shot(&window, "activity-searched");
    window.type_into("activity-search", " ");
    window.click("activity-changes");
    until("the log to show changes", SOON, || {
        whole_text(&window, "activity").contains("CreateJobQueue").then_some(())
    });
    person.shot(&window, "activity-changes");
}

#[test]
fn connecting_again_in_the_window_goes_on_with_a_create_that_waits() {
    let person = Person::new(Scheme::Dark);
    let window = person.open();
    Person::review(&window);
    expires(&person.proxy);
    window.click("go-create");
    window.says("run-held", "Your sign-in has run out", CREATED);
    person.shot(&window, "day-signed-out");
    window.click("run-connect-again");
    window.see("connect-profile");
    person.proxy.forget();
    window.click("endpoint-details");
    window.type_into("endpoint", &person.proxy.endpoint());
    window.click("connect-profile");
    window.says("identity", "1234-5678-9012", SOON);
    window.see_within("done-launch", CREATED);
}
