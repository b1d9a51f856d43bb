//! Log groups, their retention and their tags.

use super::{Group, group_arn, invalid, limit, name_of_arn, required, size};
use crate::account::Account;
use crate::fault::Fault;
use crate::wire::json::{number, object, text, texts};
use serde_json::{Value, json as value};
use std::collections::BTreeMap;

/// Retention in days that AWS accepts (API reference, PutRetentionPolicy).
pub(super) const RETENTIONS: [i64; 23] = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
    0,
];

pub(super) fn check_name(name: &str) -> Result<(), Fault> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_/.#-".contains(c);
    if name.is_empty() || name.len() > 512 || !name.chars().all(allowed) {
        return Err(invalid(format!(
            "1 validation error detected: Value '{name}' at 'logGroupName' failed to satisfy constraint: Member \
             must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+"
        )));
    }
    // Names of that prefix in any case but the services' own are reserved.
    if name.starts_with("AWS/") || name.starts_with("aws/") {
        return Err(invalid("Log groups starting with AWS/ are reserved for AWS."));
    }
    Ok(())
}

pub(super) fn tags_of(input: &Value) -> BTreeMap<String, String> {
    object(input, "tags")
        .into_iter()
        .flatten()
        .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
        .collect()
}

pub(super) fn create_log_group(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = required(input, "logGroupName")?;
    check_name(name)?;
    if account.state.logs.has_group(account.region, name) {
        return Err(Fault::new("ResourceAlreadyExistsException", "The specified log group already exists"));
    }
    let group = Group {
        created: account.now,
        tags: tags_of(input),
        class: text(input, "logGroupClass").map(str::to_owned),
        ..Group::default()
    };
    let groups = account.state.logs.regions.entry(account.region.to_owned()).or_default();
    groups.insert(name.to_owned(), group);
    Ok(value!({}))
}

pub(super) fn delete_log_group(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = required(input, "logGroupName")?;
    account.state.logs.group(account.region, name)?;
    if let Some(groups) = account.state.logs.regions.get_mut(account.region) {
        groups.remove(name);
    }
    Ok(value!({}))
}

pub(super) fn describe_log_groups(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let limit = limit(input, 50, 50)?;
    let (prefix, pattern) = (text(input, "logGroupNamePrefix"), text(input, "logGroupNamePattern"));
    if prefix.is_some() && pattern.is_some() {
        return Err(invalid(
            "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
        ));
    }
    let after = text(input, "nextToken").unwrap_or_default();
    let fits = |name: &str| {
        let low = name.to_lowercase();
        name > after
            && prefix.is_none_or(|prefix| name.starts_with(prefix))
            && pattern.is_none_or(|pattern| low.contains(&pattern.to_lowercase()))
    };
    let all = account.state.logs.regions.get(account.region);
    let mut found = all.into_iter().flatten().filter(|(name, _)| fits(name));
    let page: Vec<(&String, &Group)> = found.by_ref().take(limit).collect();
    let groups: Vec<Value> = page
        .iter()
        .map(|(name, group)| {
            let arn = group_arn(account.region, name);
            let stored: usize = group.streams.values().flat_map(|stream| &stream.events).map(size).sum();
            let mut shown = value!({
                "logGroupName": name,
                "creationTime": group.created,
                "metricFilterCount": 0,
                "arn": format!("{arn}:*"),
                "logGroupArn": arn,
                "storedBytes": stored,
                "logGroupClass": group.class.as_deref().unwrap_or("STANDARD"),
                "deletionProtectionEnabled": false,
            });
            if let Some(days) = group.retention_days {
                shown["retentionInDays"] = value!(days);
            }
            shown
        })
        .collect();
    let mut answer = value!({ "logGroups": groups });
    if let (Some((last, _)), Some(_)) = (page.last(), found.next()) {
        answer["nextToken"] = value!(last);
    }
    Ok(answer)
}

pub(super) fn put_retention_policy(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = required(input, "logGroupName")?;
    let days = number(input, "retentionInDays").unwrap_or_default();
    if days == 0 || !RETENTIONS.contains(&days) {
        return Err(invalid(format!(
            "1 validation error detected: Value '{days}' at 'retentionInDays' failed to satisfy constraint: Member \
             must satisfy enum value set: [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, \
             1827, 2192, 2557, 2922, 3288, 3653]"
        )));
    }
    account.state.logs.group_mut(account.region, name)?.retention_days = Some(days);
    Ok(value!({}))
}

pub(super) fn delete_retention_policy(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = required(input, "logGroupName")?;
    account.state.logs.group_mut(account.region, name)?.retention_days = None;
    Ok(value!({}))
}

pub(super) fn tagged(input: &Value) -> Result<&str, Fault> {
    let arn = required(input, "resourceArn")?;
    name_of_arn(arn).ok_or_else(|| invalid("The specified resourceArn is not the ARN of a log group."))
}

pub(super) fn tag_resource(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = tagged(input)?;
    account.state.logs.group_mut(account.region, name)?.tags.extend(tags_of(input));
    Ok(value!({}))
}

pub(super) fn untag_resource(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = tagged(input)?;
    let keys = texts(input, "tagKeys");
    account.state.logs.group_mut(account.region, name)?.tags.retain(|key, _| !keys.contains(&key.as_str()));
    Ok(value!({}))
}

pub(super) fn list_tags_for_resource(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = tagged(input)?;
    Ok(value!({ "tags": account.state.logs.group(account.region, name)?.tags }))
}

pub(super) fn tag_log_group(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = required(input, "logGroupName")?;
    account.state.logs.group_mut(account.region, name)?.tags.extend(tags_of(input));
    Ok(value!({}))
}

pub(super) fn untag_log_group(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = required(input, "logGroupName")?;
    let keys = texts(input, "tags");
    account.state.logs.group_mut(account.region, name)?.tags.retain(|key, _| !keys.contains(&key.as_str()));
    Ok(value!({}))
}

pub(super) fn list_tags_log_group(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = required(input, "logGroupName")?;
    Ok(value!({ "tags": account.state.logs.group(account.region, name)?.tags }))
}
