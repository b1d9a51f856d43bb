//! Checks that every IAM call makes of what it is sent, and the pages of its lists.

use crate::fault::Fault;
use crate::wire::{Params, Xml};
use std::collections::BTreeMap;

/// A parameter that must be there.
pub(super) fn required<'p>(params: &'p Params, name: &str) -> Result<&'p str, Fault> {
    params
        .text(name)
        .filter(|text| !text.is_empty())
        .ok_or_else(|| constraint("null", name, "Member must not be null"))
}

/// The name of a role or a policy: 1 to `longest` of `[\w+=,.@-]`.
pub(super) fn name<'p>(params: &'p Params, parameter: &str, longest: usize) -> Result<&'p str, Fault> {
    let text = required(params, parameter)?;
    if text.len() > longest {
        return Err(constraint(
            &format!("'{text}'"),
            parameter,
            &format!("Member must have length less than or equal to {longest}"),
        ));
    }
    if !text.chars().all(|c| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c)) {
        return Err(constraint(
            &format!("'{text}'"),
            parameter,
            "Member must satisfy regular expression pattern: [\\w+=,.@-]+",
        ));
    }
    Ok(text)
}

fn constraint(value: &str, parameter: &str, rule: &str) -> Fault {
    let mut member = parameter.to_owned();
    if let Some(first) = member.get_mut(0..1) {
        first.make_ascii_lowercase();
    }
    let is_null = value == "null";
    let value = if is_null { "Value null".to_owned() } else { format!("Value {value}") };
    Fault::new(
        "ValidationError",
        format!("1 validation error detected: {value} at '{member}' failed to satisfy constraint: {rule}"),
    )
}

/// `Tags.member.N`, checked as TagRole checks them.
pub(super) fn tags(params: &Params) -> Result<BTreeMap<String, String>, Fault> {
    let mut tags = BTreeMap::new();
    for tag in params.list("Tags") {
        let key = required(tag, "Key")?;
        if key.to_ascii_lowercase().starts_with("aws:") {
            return Err(Fault::new(
                "InvalidInput",
                format!("Tag keys starting with 'aws:' are reserved for internal use: {key}"),
            ));
        }
        if tags.insert(key.to_owned(), tag.text("Value").unwrap_or_default().to_owned()).is_some() {
            return Err(Fault::new(
                "InvalidInput",
                "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
            ));
        }
    }
    check_tag_count(&tags)?;
    Ok(tags)
}

/// A role has 50 tags at most.
pub(super) fn check_tag_count(tags: &BTreeMap<String, String>) -> Result<(), Fault> {
    if tags.len() > 50 {
        return Err(Fault::with_status(
            409,
            "LimitExceeded",
            "The number of tags has reached the maximum limit of 50",
        ));
    }
    Ok(())
}

/// `<Tags>` in IAM's form.
pub(super) fn tags_xml(tags: &BTreeMap<String, String>) -> Xml {
    Xml::members("Tags", tags.iter().map(|(k, v)| vec![Xml::text("Key", k), Xml::text("Value", v)]))
}

/// One page of a list that is sorted by its markers: the page, and the elements that say whether more follow.
pub(super) fn page<T>(params: &Params, all: Vec<(&str, T)>) -> (Vec<T>, Vec<Xml>) {
    let most = params.number("MaxItems").and_then(|n| usize::try_from(n).ok()).unwrap_or(100).clamp(1, 1000);
    let after = params.text("Marker").unwrap_or_default();
    let mut rest = all.into_iter().filter(|(marker, _)| after.is_empty() || *marker > after).peekable();
    let (mut page, mut last) = (Vec::new(), "");
    while page.len() < most
        && let Some((marker, item)) = rest.next()
    {
        last = marker;
        page.push(item);
    }
    let truncated = rest.peek().is_some();
    let mut tail = vec![Xml::shown("IsTruncated", truncated)];
    if truncated {
        tail.push(Xml::text("Marker", last));
    }
    (page, tail)
}

/// Percent-encodes as RFC 3986 says: how IAM hands documents back.
pub(super) fn encoded(document: &str) -> String {
    use std::fmt::Write;
    document.bytes().fold(String::with_capacity(document.len() * 2), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}
