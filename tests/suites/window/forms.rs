//! The form has its pictures taken: with each preset, with everything that is offered, and with every fold open.

use serde_json::json;
use slipway_tests::{
    keyring::Keyring,
    window::{Opening, Scheme, Window},
};

use crate::journey::{Journey, SOON};
use crate::keyboard::{DOWN, ENTER};

/// The whole form, every fold open, with each preset, in both sizes.
fn forms(scheme: Scheme) {
    let home = tempfile::tempdir().expect("there is room for a folder");
    let keyring = Keyring::unlocked();
    let window = Window::open(&Opening { scheme, ..Opening::new(home.path(), &keyring) });
    let journey = Journey { window: &window, scheme, prefix: "form-" };
    window.click("connect-practice");
    for preset in ["fargate", "spot", "gpu"] {
        window.click(&format!("preset-{preset}"));
        window.see("section-compute_environments");
        journey.shot(&format!("{preset}-folded"));
    }
    window.click("network-existing-vpc");
    offered(&window, "field-network.vpc");
    journey.shot("network-offered");
    window.press(&[], ENTER);
    window.click("field-network.subnets-add");
    offered(&window, "field-network.subnets[0]");
    journey.shot("subnets-offered");
    window.press(&[], ENTER);
    journey.shot("network-chosen");
    window.click("network-default-vpc");
    window.click("section-compute_environments");
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
            window.says("setup-choose", "As a policy", SOON);
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
