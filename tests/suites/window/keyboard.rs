//! The whole form by keyboard alone: every control is reached by Tab, folds open, rows are added, and a choice is made.

use std::{collections::BTreeSet, path::Path};

use serde_json::json;
use slipway_tests::{
    keyring::Keyring,
    seen,
    window::{Opening, Window},
};

use crate::journey::SOON;

/// Keys as WebDriver writes them.
pub(crate) const TAB: &str = "\u{e004}";
pub(crate) const ENTER: &str = "\u{e007}";
pub(crate) const DOWN: &str = "\u{e015}";
const SHIFT: char = '\u{e008}';

/// Notes whatever gets the focus.
const NOTE: &str = "window.reached = new Set(); \
                    document.addEventListener('focusin', ({target}) => window.reached.add(target))";
/// What has the focus: its tag, its name, and for a fold whether it is open.
const FOCUS: &str = "const at = document.activeElement; \
                     return [at?.tagName ?? '', at?.dataset.testid ?? '', at?.parentElement?.open === true, \
                             at?.closest('form') !== null]";
/// What can be used and was not reached. Of radio buttons one of a group is, by Tab.
const MISSED: &str = "const all = [...document.querySelectorAll('form input, form select, form textarea, \
                      form button, form summary')]; \
                      const usable = all.filter((one) => one.checkVisibility() && !one.disabled \
                      && one.tabIndex >= 0); \
                      const group = (one) => one.type === 'radio' \
                      && [...window.reached].some((other) => other.name === one.name); \
                      const missed = usable.filter((one) => !window.reached.has(one) && !group(one)); \
                      return [usable.length, missed.map((one) => one.outerHTML.slice(0, 160))]";

struct Focus {
    tag: String,
    name: String,
    open: bool,
    in_form: bool,
}

fn focus(window: &Window) -> Focus {
    let found = window.script(FOCUS, &[]);
    let text = |at: usize| found[at].as_str().unwrap_or_default().to_owned();
    Focus { tag: text(0), name: text(1), open: found[2] == true, in_form: found[3] == true }
}

/// A window with the form, on a preset of instances, which have the most to say.
fn begin(home: &Path, keyring: &Keyring) -> Window {
    let window = Window::open(&Opening::new(home, keyring));
    window.click("connect-practice");
    window.see("preset-fargate");
    window.script(NOTE, &[]);
    window.script("document.querySelector('[data-testid=\"preset-fargate\"]').focus()", &[]);
    while focus(&window).name != "preset-spot" {
        window.press(&[], DOWN);
    }
    window
}

#[test]
fn every_control_of_the_form_is_reached_and_every_list_grows() {
    let home = tempfile::tempdir().expect("there is room for a folder");
    let keyring = Keyring::unlocked();
    let window = begin(home.path(), &keyring);
    window.see("section-compute_environments");
    let mut added = BTreeSet::new();
    walk(&window, &mut added);
    // What was added below has made the fields above more; they are reached in a second round.
    window.script("document.querySelector('[data-testid=\"preset-spot\"]').focus()", &[]);
    walk(&window, &mut added);
    let missed = window.script(MISSED, &[]);
    assert_eq!(missed[1], json!([]), "not reached by Tab");
    let usable = missed[0].as_u64().unwrap_or(0);
    assert!(usable > 100, "only {usable} controls are there");
    assert!(added.len() > 12, "{added:?}");
    seen::figure("controls of the form that are reached by keyboard", &format!("{usable} of {usable}"));
}

#[test]
fn a_stack_is_described_without_a_mouse() {
    let home = tempfile::tempdir().expect("there is room for a folder");
    let keyring = Keyring::unlocked();
    let window = begin(home.path(), &keyring);
    to(&window, "field-name");
    window.press(&['\u{e009}'], "a");
    window.press(&[], "by-keys");
    to(&window, "section-compute_environments");
    window.press(&[], ENTER);
    to(&window, "field-compute_environments[0].instances.types[0]");
    window.press(&['\u{e009}'], "a");
    window.press(&[], "g4dn.x");
    window.see("field-compute_environments[0].instances.types[0]-offers");
    window.press(&[], DOWN);
    window.press(&[], ENTER);
    assert_eq!(window.value("field-compute_environments[0].instances.types[0]"), "g4dn.xlarge");
    window.gone("field-compute_environments[0].instances.types[0]-offers");
    window.press(&[SHIFT], TAB);
    to(&window, "field-compute_environments[0].instances.min_vcpus");
    window.press(&[], ENTER);
    window.says("setup-check", "by-keys", SOON);
}

/// From where the focus is to the end of the form: opens what is folded, and has every list grow once.
fn walk(window: &Window, added: &mut BTreeSet<String>) {
    for _ in 0..900 {
        window.press(&[], TAB);
        let at = focus(window);
        if !at.in_form {
            return;
        }
        if at.tag == "SUMMARY" && !at.open {
            window.press(&[], ENTER);
        }
        if at.name.ends_with("-add") && added.insert(at.name.clone()) {
            window.press(&[], ENTER);
            // The focus goes to what was added, and all of it is before the button.
            window.press(&[SHIFT], TAB);
        }
    }
    panic!("Tab does not come to the end of the form");
}

/// Tab, until this has the focus.
fn to(window: &Window, name: &str) {
    for _ in 0..200 {
        if focus(window).name == name {
            return;
        }
        window.press(&[], TAB);
    }
    panic!("Tab does not come to `{name}`; the focus is at `{}`", focus(window).name);
}
