//! A lesson as a person takes it: chosen before anything else, found by the check, fixed by a click, and left for the
//! next; what was practised before is as it was.

use slipway_tests::{
    keyring::Keyring,
    process::until,
    window::{Opening, Scheme, Window, key},
};

use crate::journey::{CREATED, Journey, SOON};

fn lesson(scheme: Scheme) {
    let home = tempfile::tempdir().expect("there is room for a folder");
    let keyring = Keyring::unlocked();
    let window = Window::open(&Opening { scheme, ..Opening::new(home.path(), &keyring) });
    let journey = Journey { window: &window, scheme, prefix: "lesson-" };

    window.click("open-lessons");
    window.see("lesson-reach-no-route-default");
    journey.shot("list");
    window.click("lesson-begin-reach-no-route-default");
    becomes(&window, "lesson-bar", "found");
    window.says("lesson-bar", "Somebody deleted the default VPC's route to the internet.", SOON);
    journey.shot_with("found", || window.click("lesson-show"));

    // The settings in a lesson leave the person's own practice account alone.
    window.click("open-settings");
    window.see("settings");
    assert!(!window.has("reset-practice"), "another account would be reset");
    journey.shot("settings");
    window.press(&[], &key::ESCAPE.to_string());
    window.gone("settings");

    let fix = "fix-account-0-reach-logs";
    window.click(fix);
    window.click("confirm-yes");
    becomes(&window, "lesson-bar", "solved");
    journey.shot("solved");

    // The next one, and the catalogue knows what has been solved.
    window.click("lesson-next");
    becomes(&window, "lesson-bar", "found");
    window.click("lesson-all");
    becomes(&window, "lesson-reach-no-route-default", "solved");
    window.says("lessons", "1 of ", SOON);
    // The one that was solved stays so, and begins anew where somebody wants it to.
    window.click("lesson-begin-reach-no-route-default");
    becomes(&window, "lesson-bar", "solved");
    window.click("lesson-anew");
    becomes(&window, "lesson-bar", "found");

    window.click("lesson-leave");
    window.gone("lesson-bar");
    window.click("go-check");
    window.says("check-summary", "to make", SOON);
}

fn becomes(window: &Window, id: &str, wanted: &str) {
    let state = format!("return document.querySelector('[data-testid=\"{id}\"]')?.dataset.state");
    until(&format!("{id} to be {wanted}"), CREATED, || (window.script(&state, &[]) == wanted).then_some(()));
}

#[test]
fn what_goes_wrong_is_found_fixed_and_left_for_the_next() {
    lesson(Scheme::Light);
}

#[test]
fn the_same_in_the_dark() {
    lesson(Scheme::Dark);
}
