//! The form has its pictures taken: with each preset, with everything that is offered, and with every fold open.

use serde_json::json;
use slipway_core::blueprint::Preset;
use slipway_tests::{
    keyring::Keyring,
    process::until,
    window::{Opening, Scheme, Window},
};

use crate::journey::{Journey, SOON};
use crate::keyboard::{DOWN, ENTER, TAB};

/// The whole form, every fold open, with each preset, in both sizes.
fn forms(scheme: Scheme) {
    let home = tempfile::tempdir().expect("there is room for a folder");
    let keyring = Keyring::unlocked();
    let window = Window::open(&Opening { scheme, ..Opening::new(home.path(), &keyring) });
    let journey = Journey { window: &window, scheme, prefix: "form-" };
    window.click("connect-practice");
    for preset in Preset::ALL {
        window.click(&format!("preset-{preset}"));
        window.see("section-compute_environments");
        scroll(&window, "preset-fargate");
        journey.shot(&format!("{preset}-folded"));
        window.click("section-compute_environments");
        window.see("field-compute_environments-add");
        if *preset == Preset::SpotThenOndemand {
            window.click("field-compute_environments[0]-fold");
        }
        if window.has("field-compute_environments[0].instances.types") {
            window.says("field-compute_environments[0].instances.types", "$", SOON);
        }
        scroll(&window, "section-compute_environments");
        journey.shot(&format!("{preset}-environments"));
        window.click("section-compute_environments");
    }
    window.click("network-existing-vpc");
    let vpc = "field-network.vpc";
    offered(&window, vpc);
    journey.shot_with("network-offered", || middle(&window, vpc));
    window.press(&[], ENTER);
    until("the VPC to be one", SOON, || (!marked(&window, vpc)).then_some(()));
    window.click("field-network.subnets-add");
    let subnet = "field-network.subnets[0]";
    offered(&window, subnet);
    journey.shot_with("subnets-offered", || middle(&window, subnet));
    window.press(&[], ENTER);
    let right = || (!window.text("setup-choose").contains("to mend")).then_some(());
    until("what was chosen to be looked at", SOON, right);
    journey.shot("network-chosen");
    window.click("network-default-vpc");
    window.click("toggle-toml");
    window.see("toml");
    scroll(&window, "preset-fargate");
    journey.shot("blueprint");
    window.click("toggle-toml");
    window.click("section-compute_environments");
    let types = "field-compute_environments[0].instances.types[0]";
    let before = window.value(types);
    window.type_over(types, "g4dn.x");
    window.see(&format!("{types}-offers"));
    journey.shot_with("types-offered", || middle(&window, types));
    window.press(&[], DOWN);
    window.press(&[], ENTER);
    window.gone(&format!("{types}-offers"));
    assert_eq!(window.value(types), "g4dn.xlarge");
    window.type_over(types, &before);
    window.press(&[], TAB);
    window.type_into("field-compute_environments[0].instances.min_vcpus", "4");
    window.says("setup-choose", "a month", SOON);
    journey.shot("kept");
    window.type_into("field-compute_environments[0].instances.min_vcpus", "0");
    // What is below moves when the price goes.
    window.says("setup-choose", "0 costs nothing", SOON);
    for section in ["compute_environments", "job_queues", "scheduling_policies", "flows"] {
        scroll(&window, &format!("section-{section}"));
        if section != "compute_environments" {
            window.click(&format!("section-{section}"));
        }
        if section == "scheduling_policies" || section == "flows" {
            window.click(&format!("field-{section}-add"));
        }
        if section == "flows" {
            objected(&window, "section-flows");
        }
        scroll(&window, &format!("section-{section}"));
        journey.shot(section);
        scroll(&window, &format!("section-{section}"));
        window.click(&format!("section-{section}"));
    }
    scroll(&window, "section-job_definitions");
    window.click("section-job_definitions");
    for part in ["environment", "platform", "retry", "volumes", "access"] {
        let fold = format!("section-job_definitions[0].{part}");
        scroll(&window, &fold);
        window.click(&fold);
        if part == "volumes" || part == "access" || part == "retry" {
            window.click(&format!("field-job_definitions[0].{part}-add"));
            objected(&window, &fold);
        }
        scroll(&window, &fold);
        journey.shot(&format!("job-{part}"));
        if part == "access" {
            window.type_into("field-job_definitions[0].access[0].bucket", "scans");
            window.click("section-job_definitions[0].policy");
            let told = || window.value("job-policy-0").contains("arn:aws:s3:::scans").then_some(());
            until("the policy to name the bucket", SOON, told);
            until("what was typed to be looked at", SOON, || (!marked(&window, &fold)).then_some(()));
            scroll(&window, &fold);
            journey.shot("job-policy");
        }
        scroll(&window, &fold);
        window.click(&fold);
    }
    scroll(&window, "choose-details");
    window.click("choose-details");
    scroll(&window, "choose-details");
    journey.shot("details");
}

/// Opens what a field offers, from the keyboard.
fn offered(window: &Window, field: &str) {
    window.see(field);
    window.script("document.querySelector(`[data-testid=\"${arguments[0]}\"]`).focus()", &[json!(field)]);
    window.press(&[], DOWN);
    window.see(&format!("{field}-offers"));
}

/// Waits until what is missing in a new row is said. A fold that is closed before that opens again for it, and what is
/// below moves under the pointer.
fn objected(window: &Window, fold: &str) {
    window.says(fold, "to mend", SOON);
}

/// Whether a field, or one in a fold of that name, is marked as wrong.
fn marked(window: &Window, name: &str) -> bool {
    let script = "const [one] = [...document.querySelectorAll('[data-testid]')].filter((one) => \
                  one.dataset.testid === arguments[0]); \
                  const whole = one.tagName === 'SUMMARY' ? one.parentElement : one.parentElement.parentElement; \
                  return whole.querySelector('[aria-invalid=\"true\"], [data-wrong]') !== null";
    window.script(script, &[json!(name)]) == json!(true)
}

/// In the middle of the page, where there is room for what it offers.
fn middle(window: &Window, name: &str) {
    window.script(
        "[...document.querySelectorAll('[data-testid]')].find((one) => one.dataset.testid === arguments[0])\
         .scrollIntoView({block: 'center'})",
        &[json!(name)],
    );
    window.see(&format!("{name}-offers"));
}

fn scroll(window: &Window, name: &str) {
    window.script(
        "[...document.querySelectorAll('[data-testid]')].find((one) => one.dataset.testid === arguments[0])\
         ?.scrollIntoView()",
        &[json!(name)],
    );
}

#[test]
fn the_forms_have_their_pictures_taken() {
    forms(Scheme::Light);
}

#[test]
fn the_forms_have_their_pictures_taken_in_the_dark() {
    forms(Scheme::Dark);
}
