//! A mistake taken apart: the blueprint around it with nothing wrong in its place, and what is entered where to make it.

use serde_json::{Value, json};
use slipway_core::blueprint::{self, Blueprint, Preset};
use slipway_tests::mistakes::Mistake;

/// Settings that are names with values; a row of the form is both.
const MAPS: &[&str] = &["environment", "secrets", "parameters", "tags", "shares"];

/// What a person does at the form. Paths are fields', as the form's elements are called.
#[derive(Debug, PartialEq)]
pub(crate) enum Step {
    /// Enters something in place of what a field holds, or chooses it there.
    Set { path: String, value: String },
    /// The same for the value of a row that is there.
    SetRow { map: String, at: usize, value: String },
    /// Adds an entry to a list.
    Add { list: String, at: usize, value: String },
    /// Adds a row.
    AddRow { map: String, at: usize, name: String, value: String },
    /// Removes the only entry of a list.
    Remove { list: String },
}

/// What is before the mistake, how it is made, and what that comes to.
pub(crate) struct Apart {
    pub(crate) around: Blueprint,
    pub(crate) steps: Vec<Step>,
    pub(crate) wrong: Blueprint,
}

/// Takes a mistake apart, in a stack of this name.
pub(crate) fn apart(mistake: &Mistake, stack: &str) -> Apart {
    let preset: Preset = mistake.preset.parse().expect("the preset is there");
    let preset = preset.blueprint("first");
    let text = mistake.written(&blueprint::write(&preset));
    let mut wrong = blueprint::read(&text).expect("it can be read");
    if mistake.field != "name" {
        stack.clone_into(&mut wrong.name);
    }
    let (right, meant) = (as_json(&preset), as_json(&wrong));
    let mut around = meant.clone();
    let steps =
        places(&right, &meant, mistake.field).iter().map(|at| undo(&mut around, &right, at)).collect();
    around["name"] = json!(stack);
    let around =
        as_blueprint(&around).unwrap_or_else(|| panic!("{mistake:?}: nothing is around it: {around}"));
    Apart { around, steps, wrong }
}

fn as_json(blueprint: &Blueprint) -> Value {
    serde_json::to_value(blueprint).expect("a blueprint is JSON for the window")
}

fn as_blueprint(value: &Value) -> Option<Blueprint> {
    serde_json::from_value(value.clone()).ok()
}

/// A place in a blueprint: the names and numbers on the way to it.
type Place = Vec<String>;

/// Where the mistake is made: at the field where it is said, or, where that is as it was or holds several, at all that
/// differs.
fn places(right: &Value, wrong: &Value, field: &str) -> Vec<Place> {
    let place = parse(field);
    let (was, is) = (at(right, &place), at(wrong, &place));
    if is.is_some_and(|is| !is.is_object()) && was != is {
        return vec![place];
    }
    let mut found = vec![];
    let within = if was == is { vec![] } else { place };
    let nothing = Value::Null;
    differences(
        at(right, &within).unwrap_or(&nothing),
        at(wrong, &within).unwrap_or(&nothing),
        &within,
        &mut found,
    );
    found.retain(|place| place != &["name"]);
    found
}

fn differences(right: &Value, wrong: &Value, here: &[String], found: &mut Vec<Place>) {
    let mut deeper = |key: &str, right: &Value, wrong: &Value| {
        let mut there = here.to_vec();
        there.push(key.to_owned());
        differences(right, wrong, &there, found);
    };
    match (right, wrong) {
        (Value::Object(was), Value::Object(is)) if was.keys().eq(is.keys()) => {
            for (key, value) in was {
                deeper(key, value, &is[key]);
            }
        }
        (Value::Array(was), Value::Array(is)) if was.len() == is.len() => {
            for (index, value) in was.iter().enumerate() {
                deeper(&index.to_string(), value, &is[index]);
            }
        }
        _ if right != wrong => found.push(here.to_vec()),
        _ => {}
    }
}

/// Puts what is right in a place of the wrong blueprint, and tells the step that makes it wrong again.
fn undo(around: &mut Value, right: &Value, place: &[String]) -> Step {
    let (last, parent) = place.split_last().expect("a blueprint as a whole is no mistake");
    let value = at(around, place).cloned().unwrap_or(Value::Null);
    let before = at(right, place).filter(|before| **before != value).cloned();
    let holder = at_mut(around, parent).expect("a mistake has something around it");
    if let Some(row) = parent.last().filter(|name| MAPS.contains(&name.as_str())).and(holder.as_object_mut())
    {
        let map = path(parent);
        if let Some(before) = before {
            let at = row.keys().position(|name| name == last).expect("the row is there");
            row.insert(last.clone(), before);
            return Step::SetRow { map, at, value: text(&value) };
        }
        row.remove(last);
        return Step::AddRow { map, at: row.len(), name: last.clone(), value: text(&value) };
    }
    if let (Some(entries), None) = (holder.as_array_mut(), &before) {
        let at: usize = last.parse().expect("a list's entries have numbers");
        entries.truncate(at);
        return Step::Add { list: path(parent), at, value: text(&value) };
    }
    if let Value::Array(entries) = &value {
        let list = path(place);
        let Some((added, others)) = entries.split_last() else {
            holder[last] = before.unwrap_or_else(|| json!(["subnet-0a1b2c3d"]));
            return Step::Remove { list };
        };
        holder[last] = json!(others);
        return Step::Add { list, at: others.len(), value: text(added) };
    }
    let step = Step::Set { path: path(place), value: text(&value) };
    if last == "kind" && before.is_none() {
        // Another kind of volume has another shape.
        *holder = json!({"kind": "efs", "name": "d", "file_system": "fs-0a1b2c3d"});
        return step;
    }
    let plain = [before.unwrap_or(Value::Null), Value::Null, json!(""), json!(1)];
    let fits = plain.into_iter().find(|plain| {
        *at_mut(around, place).expect("it is there") = plain.clone();
        as_blueprint(around).is_some()
    });
    assert!(fits.is_some(), "nothing else can stand at {}", path(place));
    step
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string().trim_end_matches(".0").to_owned(),
    }
}

fn at<'a>(value: &'a Value, place: &[String]) -> Option<&'a Value> {
    place.iter().try_fold(value, |value, step| match value {
        Value::Array(entries) => entries.get(step.parse::<usize>().ok()?),
        _ => value.get(step),
    })
}

fn at_mut<'a>(value: &'a mut Value, place: &[String]) -> Option<&'a mut Value> {
    place.iter().try_fold(value, |value, step| match value {
        Value::Array(entries) => entries.get_mut(step.parse::<usize>().ok()?),
        _ => value.get_mut(step),
    })
}

/// `a[0].b."c d"` as its steps.
fn parse(field: &str) -> Place {
    let mut place = vec![String::new()];
    let mut quoted = false;
    for letter in field.chars() {
        match letter {
            '"' => quoted = !quoted,
            '.' | '[' if !quoted => place.push(String::new()),
            ']' if !quoted => {}
            _ => place.last_mut().expect("there is one to begin with").push(letter),
        }
    }
    place
}

/// The other way.
fn path(place: &[String]) -> String {
    let mut path = String::new();
    for step in place {
        let plain = step.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-".contains(letter));
        match step {
            number if number.parse::<usize>().is_ok() => path.extend(["[", number, "]"]),
            name if !plain => path.extend([".\"", name, "\""]),
            name if path.is_empty() => path.push_str(name),
            name => path.extend([".", name]),
        }
    }
    path
}

#[test]
fn a_mistake_is_taken_apart() {
    let of = |field: &str, rule: &str| {
        let mistake = slipway_tests::mistakes::ALL.iter().find(|one| one.field == field && one.rule == rule);
        apart(mistake.expect("it is in the table"), "try")
    };
    let path = "compute_environments[0].max_vcpus".to_owned();
    assert_eq!(of(&path, "rule-max-vcpus").steps, [Step::Set { path, value: "0".to_owned() }]);
    let tag = of("tags.\"a;b\"", "rule-tag-key");
    let (map, name, value) = ("tags".to_owned(), "a;b".to_owned(), "c".to_owned());
    assert_eq!(tag.steps, [Step::AddRow { map, at: 0, name, value }]);
    assert!(tag.around.tags.is_empty() && !tag.wrong.tags.is_empty());
    // Said at the queue, made at an environment's list.
    let mixed = of("job_queues[0].compute_environments", "rule-queue-mixed-processors");
    let path = "compute_environments[0].instances.types[0]".to_owned();
    assert_eq!(mixed.steps, [Step::Set { path, value: "default_arm64".to_owned() }]);
    assert_eq!(blueprint::check(&mixed.around), []);
}
