//! Every argument of a block by its path, down to where its value stands: without this a table could pass over what
//! we write and its article does not.

use std::collections::BTreeMap;

use hcl::Expression;
use hcl::structure::Body;

use super::exported::{brief, encoded, name_of};

/// The paths of all that is written in a block, as a table names them.
pub(super) fn of(block: &Body) -> Vec<String> {
    let mut paths = Vec::new();
    of_block(block, "", &mut paths);
    paths
}

/// `egress[0].to_port` and `egress.to_port` are one argument: the first of several needs no number.
pub(super) fn plain(path: &str) -> String {
    path.replace("[0]", "")
}

fn of_block(block: &Body, before: &str, paths: &mut Vec<String>) {
    for attribute in block.attributes() {
        let path = format!("{before}{}", attribute.key());
        match encoded(attribute.expr()) {
            Some(document) => of_document(document, &path, paths),
            None => paths.push(path),
        }
    }
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for inner in block.blocks() {
        let nth = seen.entry(inner.identifier()).or_default();
        of_block(inner.body(), &format!("{before}{}[{nth}].", inner.identifier()), paths);
        *nth += 1;
    }
}

fn of_document(value: &Expression, path: &str, paths: &mut Vec<String>) {
    match value {
        Expression::Object(object) if !object.is_empty() => {
            for (key, value) in object {
                of_document(value, &format!("{path}.{}", name_of(key)), paths);
            }
        }
        Expression::Array(list) if list.iter().any(|entry| matches!(entry, Expression::Object(_))) => {
            for (nth, entry) in list.iter().enumerate() {
                of_entry(entry, nth, path, paths);
            }
        }
        _ => paths.push(path.to_owned()),
    }
}

/// What has a name or a type is found by it, wherever in the list it stands; the rest by its number.
fn of_entry(entry: &Expression, nth: usize, path: &str, paths: &mut Vec<String>) {
    let object = match entry {
        Expression::Object(object) => object.iter().collect(),
        _ => Vec::new(),
    };
    let names = object.iter().find(|(key, _)| ["name", "type"].contains(&name_of(key).as_str()));
    let Some((by, name)) = names else { return of_document(entry, &format!("{path}[{nth}]"), paths) };
    for (key, value) in object.iter().filter(|(key, _)| key != by) {
        of_document(value, &format!("{path}[{}].{}", brief(name), name_of(key)), paths);
    }
}
