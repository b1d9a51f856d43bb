//! Every setting that AWS would refuse, entered at the control of the form that it belongs to: the form says so at its
//! field. What the form gives nobody the means to enter can still stand in a file, and is written into the blueprint
//! beside the form.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};
use slipway_core::blueprint;
use slipway_tests::{
    keyring::Keyring,
    mistakes::{ALL, Mistake},
    process, seen,
    window::{Opening, Window},
};

use crate::{
    apart::{Apart, apart},
    hands::{Unable, act},
};

/// How long the form may take to say what it thinks.
const PATIENCE: Duration = Duration::from_secs(20);

/// Writes into the blueprint beside the form. Who types there is waited for until the last key; this is all at once.
const WRITE: &str = r#"
const toml = document.querySelector('[data-testid="toml"]');
const patient = window.setTimeout;
window.setTimeout = (then) => patient(then, 0);
Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value').set.call(toml, arguments[0]);
toml.dispatchEvent(new Event('input', {bubbles: true}));
window.setTimeout = patient;
"#;

/// Whether a field (or the group that it stands in) is marked and says what is wrong, or what there is instead.
const SAID: &str = r#"
const [field, words] = arguments;
const named = (id) => [...document.querySelectorAll('[data-testid]')].filter((one) => one.dataset.testid === id);
const elsewhere = named('problems-elsewhere')[0];
if (elsewhere) return `elsewhere: ${elsewhere.innerText}`;
const [control] = named(`field-${field}`);
if (!control) return 'no such field';
const marked = control.matches('[aria-invalid="true"], [data-wrong], .invalid')
  ? control : control.querySelector('[aria-invalid="true"]');
if (!marked) return 'not marked';
const note = document.getElementById(marked.getAttribute('aria-describedby')) ?? marked;
if (!note.innerText.includes(words)) return `says ${note.innerText}`;
if (!note.checkVisibility()) return 'cannot be seen';
return 'said';
"#;

fn write(window: &Window, text: &str) {
    window.script(WRITE, &[json!(text)]);
}

/// Why a mistake is only written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    /// The form has no control for it.
    Unable(Unable),
    /// The form changes what goes with it at the same time.
    Mended,
}

const NOT_SHOWN: Why = Why::Unable(Unable::NotShown);
const NOT_OFFERED: Why = Why::Unable(Unable::NotOffered);

/// The mistakes that the form gives nobody the means to make.
const ONLY_WRITTEN: &[(&str, Why)] = &[
    // Choices of the days, the sizes, the strategies, the limits and the names that there are.
    ("rule-retention", NOT_OFFERED),
    ("rule-strategy", NOT_OFFERED),
    ("rule-fargate-vcpu", NOT_OFFERED),
    ("rule-vcpu-written", NOT_OFFERED),
    ("rule-fargate-memory", NOT_OFFERED),
    ("rule-ulimit-name", NOT_OFFERED),
    ("rule-queue-unknown-environment", NOT_OFFERED),
    ("rule-queue-unknown-policy", NOT_OFFERED),
    ("rule-mount-unknown", NOT_OFFERED),
    // A queue's list grows while there is an environment that it does not hold.
    ("rule-queue-environment-twice", NOT_SHOWN),
    // What the chosen kind of compute has not is no field.
    ("rule-instances-on-fargate", NOT_SHOWN),
    ("rule-bid-not-spot", NOT_SHOWN),
    ("rule-gpus-on-fargate", NOT_SHOWN),
    ("rule-privileged-on-fargate", NOT_SHOWN),
    ("rule-ulimits-on-fargate", NOT_SHOWN),
    ("rule-ephemeral-on-ec2", NOT_SHOWN),
    // Another kind of compute brings its instances.
    ("rule-instances-missing", Why::Mended),
];

fn only_written(mistake: &Mistake) -> Option<Why> {
    ONLY_WRITTEN.iter().find(|(rule, _)| *rule == mistake.rule).map(|(_, why)| *why)
}

/// Whether a text has the mistake in it.
fn finds(text: &str, mistake: &Mistake) -> bool {
    let found = blueprint::read(text).map(|wish| blueprint::check(&wish)).unwrap_or_default();
    found.iter().any(|one| one.field == mistake.field && one.problem.code == mistake.rule)
}

/// Makes a mistake at the form, or writes it where the form does not let one; whether it was entered, or what is not as
/// it should be.
fn make(window: &Window, mistake: &Mistake, stack: &str) -> Result<bool, String> {
    let Apart { around, steps, wrong } = apart(mistake, stack);
    let found = blueprint::check(&wrong);
    let problem = found.iter().find(|one| one.field == mistake.field).expect("core says so");
    let words = &problem.problem.text;
    write(window, &blueprint::write(&around));
    let follows = process::until_or(PATIENCE, || (window.value("field-name") == stack).then_some(()));
    follows.ok_or("the form does not follow what is written")?;

    let able = steps.iter().try_for_each(|step| act(window, step));
    let only = only_written(mistake);
    match (only, able) {
        (None, Ok(())) => {
            let made = process::until_or(PATIENCE, || finds(&window.value("toml"), mistake).then_some(()));
            made.ok_or_else(|| format!("{steps:?} does not make it but {}", window.value("toml")))?;
        }
        (Some(Why::Unable(why)), Err(unable)) if why == unable => write(window, &blueprint::write(&wrong)),
        (Some(Why::Mended), Ok(())) => {
            let before = blueprint::write(&around);
            let changed = process::until_or(PATIENCE, || {
                let text = window.value("toml");
                (text != before).then_some(text)
            });
            let text = changed.ok_or_else(|| format!("{steps:?} changes nothing"))?;
            if finds(&text, mistake) {
                return Err("it can be entered".to_owned());
            }
            write(window, &blueprint::write(&wrong));
        }
        (only, able) => return Err(format!("{steps:?}: {able:?}, and it is thought of as {only:?}")),
    }
    let mut last = Value::Null;
    let said = process::until_or(PATIENCE, || {
        last = window.script(SAID, &[json!(mistake.field), json!(words)]);
        (last == "said").then_some(())
    });
    said.ok_or_else(|| last.to_string())?;
    Ok(only.is_none())
}

#[test]
fn each_is_said_at_its_field() {
    let home = tempfile::tempdir().expect("there is room for a folder");
    let keyring = Keyring::unlocked();
    let window = Window::open(&Opening::new(home.path(), &keyring));
    window.click("connect-practice");
    window.see("preset-fargate");
    window.click("toggle-toml");
    window.see("toml");

    let (mut entered, mut written, mut failed) = (0, 0, BTreeMap::new());
    for (index, mistake) in ALL.iter().enumerate() {
        match make(&window, mistake, &format!("try-{index}")) {
            Ok(true) => entered += 1,
            Ok(false) => written += 1,
            Err(why) => {
                failed.insert(format!("{index} {} {}", mistake.field, mistake.rule), why);
            }
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
    seen::all(
        "mistakes entered at a control of the window's form and said at their fields",
        entered,
        ALL.len() - written,
    );
    seen::all(
        "mistakes that only a file can hold, said at their fields in the window",
        written,
        ALL.iter().filter(|mistake| only_written(mistake).is_some()).count(),
    );
    assert!(entered >= 80, "{entered}");
}
