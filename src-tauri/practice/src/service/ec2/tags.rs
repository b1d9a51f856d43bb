//! Tags of anything in EC2.

use super::describe::accepts;
use super::error::{invalid, no_such_thing, required};
use super::state::{Region, region, region_mut};
use crate::account::Account;
use crate::fault::Fault;
use crate::wire::{Params, Xml};
use std::collections::BTreeMap;

const MOST: usize = 50;

/// The tags that a creating call brings for what it makes, `kind` being EC2's name of that: `route-table`.
pub(super) fn given(params: &Params, kind: &str) -> Result<BTreeMap<String, String>, Fault> {
    let mut tags = BTreeMap::new();
    for specification in params.list("TagSpecification") {
        let meant = specification.text("ResourceType").unwrap_or_default();
        if meant != kind {
            return Err(invalid(format!(
                "'{meant}' is not a valid taggable resource type for this operation."
            )));
        }
        add(&mut tags, specification)?;
    }
    Ok(tags)
}

fn add(tags: &mut BTreeMap<String, String>, params: &Params) -> Result<(), Fault> {
    for tag in params.list("Tag") {
        let key = required(tag, "Key")?;
        if key.to_ascii_lowercase().starts_with("aws:") {
            return Err(invalid("Tag keys starting with 'aws:' are reserved for internal use".to_owned()));
        }
        if key.chars().count() > 128 {
            return Err(invalid(format!("Tag key exceeds the maximum length of 128 characters: {key}")));
        }
        let value = tag.text("Value").unwrap_or_default();
        if value.chars().count() > 256 {
            return Err(invalid(format!("Tag value exceeds the maximum length of 256 characters: {value}")));
        }
        tags.insert(key.to_owned(), value.to_owned());
    }
    if tags.len() > MOST {
        return Err(Fault::new("TagLimitExceeded", format!("More than {MOST} tags specified")));
    }
    Ok(())
}

/// Puts the tags on something that was just made.
pub(super) fn put(region: &mut Region, id: &str, tags: BTreeMap<String, String>) {
    if !tags.is_empty() {
        region.tags.insert(id.to_owned(), tags);
    }
}

/// `<tagSet>`, empty where there are none.
pub(super) fn xml(region: &Region, id: &str) -> Xml {
    let tags = region.tags.get(id).into_iter().flatten();
    Xml::items("tagSet", tags.map(|(k, v)| vec![Xml::text("key", k), Xml::text("value", v)]))
}

pub(super) fn create(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let region = region_mut(account);
    for id in resources(region, params)? {
        let tags = region.tags.entry(id).or_default();
        add(tags, params)?;
    }
    Ok(vec![Xml::shown("return", true)])
}

pub(super) fn delete(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let region = region_mut(account);
    for id in resources(region, params)? {
        let Some(tags) = region.tags.get_mut(&id) else { continue };
        let unwanted = params.list("Tag");
        if unwanted.is_empty() {
            tags.clear();
        }
        for tag in unwanted {
            let key = required(tag, "Key")?;
            // With a value, the tag goes only if it has that value.
            if tag.text("Value").is_none_or(|value| tags.get(key).is_some_and(|have| have == value)) {
                tags.remove(key);
            }
        }
        if tags.is_empty() {
            region.tags.remove(&id);
        }
    }
    Ok(vec![Xml::shown("return", true)])
}

fn resources(region: &Region, params: &Params) -> Result<Vec<String>, Fault> {
    let ids = params.texts("ResourceId");
    match ids.iter().find(|id| !region.has(id)) {
        Some(absent) => Err(no_such_thing(absent)),
        None => Ok(ids.into_iter().map(str::to_owned).collect()),
    }
}

pub(super) fn describe(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let region = region(account);
    let mut found: Vec<(&str, &str, &str)> = region
        .tags
        .iter()
        .flat_map(|(id, tags)| tags.iter().map(move |(k, v)| (id.as_str(), k.as_str(), v.as_str())))
        .collect();
    for filter in params.list("Filter") {
        let name = filter.text("Name").unwrap_or_default();
        let accepted = filter.texts("Value");
        let part = |(id, key, value): (&str, &str, &str)| match name {
            "resource-id" => Some(id.to_owned()),
            "resource-type" => Some(kind_of(id).to_owned()),
            "key" => Some(key.to_owned()),
            "value" => Some(value.to_owned()),
            _ => name
                .strip_prefix("tag:")
                .map(|wanted| if wanted == key { value.to_owned() } else { String::new() }),
        };
        if part(("", "", "")).is_none() {
            return Err(invalid(format!("The filter '{name}' is invalid")));
        }
        found.retain(|tag| part(*tag).is_some_and(|text| accepted.iter().any(|a| accepts(a, &text))));
    }
    Ok(vec![Xml::items(
        "tagSet",
        found.into_iter().map(|(id, key, value)| {
            vec![
                Xml::text("resourceId", id),
                Xml::text("resourceType", kind_of(id)),
                Xml::text("key", key),
                Xml::text("value", value),
            ]
        }),
    )])
}

fn kind_of(id: &str) -> &'static str {
    match id.split('-').next().unwrap_or_default() {
        "vpc" => "vpc",
        "subnet" => "subnet",
        "rtb" => "route-table",
        "igw" => "internet-gateway",
        "sg" => "security-group",
        "sgr" => "security-group-rule",
        "lt" => "launch-template",
        "key" => "key-pair",
        _ => "network-acl",
    }
}
