//! What a person does at the form's controls: types, chooses, adds and removes, with the keys and the clicks that it takes.

use serde_json::json;
use slipway_tests::window::{Window, key};

use crate::apart::Step;

/// Whether the form has what a step takes. Every fold is opened on the way.
const LOOK: &str = r#"
const [name, value] = arguments;
for (const fold of document.querySelectorAll('form details')) fold.open = true;
const control = [...document.querySelectorAll('[data-testid]')].find((one) => one.dataset.testid === name);
if (!control) return 'missing';
if (value === null) return 'there';
if (control.tagName === 'SELECT') return [...control.options].some((one) => one.value === value) ? 'select' : 'unoffered';
if (control.tagName === 'FIELDSET') return control.querySelector(`input[value="${value}"]`) ? 'radio' : 'unoffered';
return 'field';
"#;

/// Why something cannot be entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unable {
    /// The form shows no such field, or no button that adds an entry.
    NotShown,
    /// The field is a choice, and this is none of its options.
    NotOffered,
}

/// Does it, or says why the form does not let one.
pub(crate) fn act(window: &Window, step: &Step) -> Result<(), Unable> {
    match step {
        Step::Set { path, value } => enter(window, &format!("field-{path}"), value),
        Step::SetRow { map, at, value } => enter(window, &format!("field-{map}-value-{at}"), value),
        Step::Add { list, at, value } => {
            add(window, list)?;
            enter(window, &format!("field-{list}[{at}]"), value)
        }
        Step::AddRow { map, at, name, value } => {
            add(window, map)?;
            enter(window, &format!("field-{map}-name-{at}"), name)?;
            enter(window, &format!("field-{map}-value-{at}"), value)
        }
        Step::Remove { list } => {
            look(window, &format!("field-{list}"), None)?;
            window.click(&format!("field-{list}[0]-remove"));
            Ok(())
        }
    }
}

fn look(window: &Window, name: &str, value: Option<&str>) -> Result<String, Unable> {
    let found = window.script(LOOK, &[json!(name), json!(value)]);
    match found.as_str() {
        Some("missing") | None => Err(Unable::NotShown),
        Some("unoffered") => Err(Unable::NotOffered),
        Some(found) => Ok(found.to_owned()),
    }
}

fn add(window: &Window, list: &str) -> Result<(), Unable> {
    let button = format!("field-{list}-add");
    look(window, &button, None)?;
    window.click(&button);
    Ok(())
}

fn enter(window: &Window, name: &str, value: &str) -> Result<(), Unable> {
    match look(window, name, Some(value))?.as_str() {
        "field" => window.type_over(name, value),
        "select" => window.choose(name, value),
        kind => panic!("nobody has shown these hands how to use a {kind}: {name}"),
    }
    // A field is done when it is left: some are only taken over then, and what they offer goes away.
    window.press(&[], &key::TAB.to_string());
    Ok(())
}
