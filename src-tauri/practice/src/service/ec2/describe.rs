//! What all Describe calls share: identifiers, filters, pages.

use super::error::{Kind, invalid};
use super::state::Region;
use crate::fault::Fault;
use crate::wire::{Params, Place, Xml, fits};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeMap;

/// How one kind of thing answers to filters: the values it has for a filter's name, or `None` when EC2 has
/// no such filter for it. `tag:KEY`, `tag-key` and `tag-value` are answered for all.
pub(super) type Values<T> = fn(&Region, &str, &T, &str) -> Option<Vec<String>>;

/// Things and their identifiers, in the order of these.
pub(super) type Found<'r, T> = Vec<(&'r String, &'r T)>;

/// The things that were asked for, and the element that carries the next page's token.
pub(super) fn select<'r, T>(
    region: &'r Region,
    params: &Params,
    ids_parameter: &str,
    kind: Kind,
    all: impl IntoIterator<Item = (&'r String, &'r T)>,
    values: Values<T>,
) -> Result<(Found<'r, T>, Vec<Xml>), Fault>
where
    T: 'r,
{
    let mut all: Found<'_, T> = all.into_iter().collect();
    let wanted = params.texts(ids_parameter);
    if let Some(absent) = wanted.iter().find(|id| !all.iter().any(|(have, _)| have == *id)) {
        return Err(kind.not_found(absent));
    }
    if !wanted.is_empty() {
        all.retain(|(id, _)| wanted.contains(&id.as_str()));
    }
    for filter in params.list("Filter") {
        let name = filter.text("Name").unwrap_or_default();
        let accepted = filter.texts("Value");
        let mut unknown = false;
        all.retain(|(id, thing)| {
            let found = tag_values(region, id, name).or_else(|| values(region, id, thing, name));
            unknown |= found.is_none();
            found.is_some_and(|found| found.iter().any(|f| accepted.iter().any(|a| accepts(a, f))))
        });
        if unknown {
            return Err(invalid(format!("The filter '{name}' is invalid")));
        }
    }
    page(params, all)
}

fn tag_values(region: &Region, id: &str, filter: &str) -> Option<Vec<String>> {
    static NONE: BTreeMap<String, String> = BTreeMap::new();
    let tags = region.tags.get(id).unwrap_or(&NONE);
    if let Some(key) = filter.strip_prefix("tag:") {
        return Some(tags.get(key).cloned().into_iter().collect());
    }
    match filter {
        "tag-key" => Some(tags.keys().cloned().collect()),
        "tag-value" => Some(tags.values().cloned().collect()),
        _ => None,
    }
}

/// EC2's filters know `*`, `?` and the backslash, and mind the case.
pub(super) fn accepts(pattern: &str, text: &str) -> bool {
    let mut places = Vec::with_capacity(pattern.len());
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        places.push(match character {
            '\\' => Place::Exactly(characters.next().unwrap_or('\\')),
            other => Place::of(other),
        });
    }
    fits(&places, &text.chars().collect::<Vec<_>>(), |a, b| a == b)
}

fn page<'r, T>(params: &Params, all: Found<'r, T>) -> Result<(Found<'r, T>, Vec<Xml>), Fault> {
    let after = match params.text("NextToken").filter(|token| !token.is_empty()) {
        None => String::new(),
        Some(token) => {
            STANDARD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(|| {
                Fault::new("InvalidNextToken", format!("Invalid value '{token}' for nextToken."))
            })?
        }
    };
    let most = match params.number("MaxResults") {
        None => usize::MAX,
        Some(number) => usize::try_from(number)
            .ok()
            .filter(|n| (5..=1000).contains(n))
            .ok_or_else(|| {
                invalid(format!(
                    "Value ( {number} ) for parameter maxResults is invalid. Expecting a value between 5 and 1000."
                ))
            })?,
    };
    let mut rest: Vec<_> = all.into_iter().filter(|(id, _)| **id > after).collect();
    let mut tail = Vec::new();
    if rest.len() > most {
        rest.truncate(most);
        if let Some((last, _)) = rest.last() {
            tail.push(Xml::text("nextToken", STANDARD.encode(last)));
        }
    }
    Ok((rest, tail))
}

/// One value, as filters want them.
pub(super) fn one(value: impl Into<String>) -> Option<Vec<String>> {
    Some(vec![value.into()])
}

/// A truth, as filters want it.
pub(super) fn flag(value: bool) -> Option<Vec<String>> {
    one(if value { "true" } else { "false" })
}

#[cfg(test)]
mod tests {
    use super::accepts;

    #[test]
    fn filters_have_wildcards_and_mind_the_case() {
        assert!(accepts("web-*", "web-1"));
        assert!(accepts("we?-1", "web-1"));
        assert!(!accepts("Web-1", "web-1"));
        assert!(accepts("a\\*b", "a*b"));
        assert!(!accepts("a\\*b", "axb"));
        let hostile = "*a".repeat(2_000);
        assert!(!accepts(&hostile, &"a".repeat(1_999)), "and takes no time");
    }
}
