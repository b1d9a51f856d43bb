//! What the check finds wrong stops a create in the window, until it is put right, or a person has seen it and goes on;
//! and what was changed of what others made is found again.

use slipway_tests::{
    keyring::Keyring,
    window::{Opening, Scheme, Window},
};

use crate::journey::{CREATED, Journey, SOON};

fn begun(window: &Window, scheme: Scheme) -> Journey<'_> {
    window.click("open-lessons");
    window.click("lesson-begin-reach-no-route-default");
    window.says("check-summary", "What is wrong stops creating", CREATED);
    window.click("go-review");
    window.see_within("in-the-way", CREATED);
    Journey { window, scheme, prefix: "despite-" }
}

fn disabled(window: &Window) -> bool {
    window.script("return document.querySelector('[data-testid=\"go-create\"]').disabled", &[]) == true
}

fn despite(scheme: Scheme) {
    let home = tempfile::tempdir().expect("there is room for a folder");
    let keyring = Keyring::unlocked();
    let window = Window::open(&Opening { scheme, ..Opening::new(home.path(), &keyring) });
    let journey = begun(&window, scheme);
    assert!(disabled(&window));
    window.says("in-the-way", "0.0.0.0/0", SOON);
    journey.shot("review");
    window.click("go-despite");
    window.says("confirm", "its jobs wait for ever or fail", SOON);
    journey.shot("asked");
    window.click("confirm-no");

    // Nothing was made; put right, nothing is in the way.
    window.click("back");
    window.click("fix-account-0-reach-logs");
    window.click("confirm-yes");
    window.says("fix-done", "Lead", CREATED);
    window.click("go-review");
    window.see_within("cost", CREATED);
    window.gone("in-the-way");
    assert!(!disabled(&window));

    window.click("toggle-activity");
    window.click("activity-mended");
    window.says("mended-row", "0.0.0.0/0", SOON);
    journey.shot("mended");
}

#[test]
fn what_is_wrong_stops_a_create_until_it_is_put_right() {
    despite(Scheme::Light);
}

#[test]
fn what_is_wrong_stops_a_create_until_it_is_put_right_in_the_dark() {
    despite(Scheme::Dark);
}

#[test]
fn who_has_seen_what_is_wrong_goes_on_despite_it() {
    let home = tempfile::tempdir().expect("there is room for a folder");
    let keyring = Keyring::unlocked();
    let window = Window::open(&Opening::new(home.path(), &keyring));
    begun(&window, Scheme::Light);
    window.click("go-despite");
    window.click("confirm-yes");
    window.see_within("done-launch", CREATED);
}
