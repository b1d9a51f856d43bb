//! What all Describe calls share: identifiers, filters, pages.

use super::error::{Kind, invalid};
use super::state::Region;
use crate::fault::Fault;
use crate::wire::{Params, Place, Xml, fits};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

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
    retain(params, &mut all, |(id, thing), name| {
        tag_values(region, id, name).or_else(|| values(region, id, thing, name))
    })?;
    page(params, all)
}

/// Keeps what all filters of the request accept. `values` answers for one thing and one filter's name, with
/// `None` where EC2 has no such filter.
pub(super) fn retain<T>(
    params: &Params,
    all: &mut Vec<T>,
    values: impl Fn(&T, &str) -> Option<Vec<String>>,
) -> Result<(), Fault> {
    for filter in params.list("Filter") {
        let name = filter.text("Name").unwrap_or_default();
        let accepted = filter.texts("Value");
        let mut unknown = false;
        all.retain(|thing| {
            let found = values(thing, name);
            unknown |= found.is_none();
            found.is_some_and(|found| found.iter().any(|f| accepted.iter().any(|a| accepts(a, f))))
        });
        if unknown {
            return Err(invalid(format!("The filter '{name}' is invalid")));
        }
    }
    Ok(())
}

pub(super) fn tag_values(region: &Region, id: &str, filter: &str) -> Option<Vec<String>> {
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
    let after = token(params)?.unwrap_or_default();
    // Without a size these lists come whole.
    let most = if params.number("MaxResults").is_some() { page_size(params, 5..=1000)? } else { usize::MAX };
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

/// A page of a list whose order does not change while somebody reads it, and the element that carries the
/// next page's token.
pub(super) fn page_by_position<T>(
    params: &Params,
    all: Vec<T>,
    sizes: RangeInclusive<usize>,
) -> Result<(Vec<T>, Vec<Xml>), Fault> {
    let start = match token(params)? {
        None => 0,
        Some(position) => position.parse::<usize>().map_err(|_| wrong_token(params))?,
    };
    let size = page_size(params, sizes)?;
    let mut rest: Vec<T> = all.into_iter().skip(start).collect();
    let mut tail = Vec::new();
    if rest.len() > size {
        rest.truncate(size);
        tail.push(Xml::text("nextToken", STANDARD.encode((start + size).to_string())));
    }
    Ok((rest, tail))
}

fn token(params: &Params) -> Result<Option<String>, Fault> {
    let Some(token) = params.text("NextToken").filter(|token| !token.is_empty()) else { return Ok(None) };
    let decoded = STANDARD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    decoded.map(Some).ok_or_else(|| wrong_token(params))
}

fn wrong_token(params: &Params) -> Fault {
    let token = params.text("NextToken").unwrap_or_default();
    Fault::new("InvalidNextToken", format!("Invalid value '{token}' for nextToken."))
}

fn page_size(params: &Params, sizes: RangeInclusive<usize>) -> Result<usize, Fault> {
    let Some(number) = params.number("MaxResults") else { return Ok(*sizes.end()) };
    usize::try_from(number).ok().filter(|n| sizes.contains(n)).ok_or_else(|| {
        invalid(format!(
            "Value ( {number} ) for parameter maxResults is invalid. Expecting a value between {} and {}.",
            sizes.start(),
            sizes.end()
        ))
    })
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
