//! What is found of limits and images, and asking AWS for more: only after a yes, once, and said where it stands.

use slipway_tests::{
    cli::Cli,
    keyring::Keyring,
    practice::Practice,
    window::{Opening, Scheme, Window},
};

use crate::journey::{CREATED, Journey};

#[test]
fn more_is_asked_for_where_a_limit_is_too_low() {
    asked(Scheme::Light);
}

#[test]
fn more_is_asked_for_in_the_dark() {
    asked(Scheme::Dark);
}

fn asked(scheme: Scheme) {
    let person = Cli::practice();
    let _practice = Practice::paced(person.home(), "1");
    let keyring = Keyring::unlocked();
    let window = Window::open(&Opening { scheme, ..Opening::new(person.home(), &keyring) });
    let journey = Journey { window: &window, scheme, prefix: "" };
    window.click("connect-practice");
    window.see("practice-badge");
    window.type_over("field-compute_environments[0].max_vcpus", "16");
    window.type_over("field-job_definitions[0].image", "fewpulls/python:3.13");
    window.click("go-check");
    window.says("check-fargate-vcpus", "Batch would stop at 6", CREATED);
    window.says("check-image:job", "is there and built for amd64", CREATED);
    window.says("check-images:pulls", "3 more times", CREATED);
    let look = |name: &'static str| {
        journey.shot_with(name, || {
            window.script(
                "document.querySelector('[data-testid=\"check-fargate-vcpus\"]').scrollIntoView({ block: 'center' })",
                &[],
            );
        });
    };
    look("check-limits");
    window.click("ask-quota-fargate-vcpus");
    window.see("confirm");
    journey.shot("check-limits-ask");
    window.click("confirm-yes");
    window.says("quota-asked-fargate-vcpus", "has not decided yet", CREATED);
    assert!(!window.has("ask-quota-fargate-vcpus"), "a second request would be refused");
    look("check-limits-asked");
    window.click("check-again");
    window.says("check-fargate-vcpus", "16 were asked for, and AWS has not decided yet", CREATED);
}
