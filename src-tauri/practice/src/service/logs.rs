//! CloudWatch Logs: groups, streams and events.
//!
//! An event may lie ahead: a job's lines are written when it starts, each with the moment it will be printed,
//! and nobody sees an event before its time.

use super::{Call, json};
use crate::account::{ACCOUNT_ID, Account};
use crate::fault::Fault;
use crate::time::Millis;
use crate::wire::json::{flag, list, number, object, text, texts};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json as value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the account remembers of it: groups by region and name.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Logs {
    regions: BTreeMap<String, BTreeMap<String, Group>>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Group {
    created: Millis,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retention_days: Option<i64>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    tags: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    class: Option<String>,
    /// Shared until written to: one job's line must not copy every other job's log.
    streams: BTreeMap<String, Arc<Stream>>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Stream {
    created: Millis,
    /// In the order of their time.
    events: Vec<Event>,
}

/// One event: when it happened and what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event(pub Millis, pub String);

/// The calls it knows.
pub const CALLS: &[Call] = &[
    json("CreateLogGroup", create_log_group),
    json("CreateLogStream", create_log_stream),
    json("DeleteLogGroup", delete_log_group),
    json("DeleteLogStream", delete_log_stream),
    json("DeleteRetentionPolicy", delete_retention_policy),
    json("DescribeLogGroups", describe_log_groups),
    json("DescribeLogStreams", describe_log_streams),
    json("FilterLogEvents", filter_log_events),
    json("GetLogEvents", get_log_events),
    json("ListTagsForResource", list_tags_for_resource),
    json("ListTagsLogGroup", list_tags_log_group),
    json("PutLogEvents", put_log_events),
    json("PutRetentionPolicy", put_retention_policy),
    json("TagLogGroup", tag_log_group),
    json("TagResource", tag_resource),
    json("UntagLogGroup", untag_log_group),
    json("UntagResource", untag_resource),
];

/// Retention in days that AWS accepts (API reference, PutRetentionPolicy).
const RETENTIONS: [i64; 23] = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
    0,
];

impl Logs {
    /// Whether there is such a group.
    pub fn has_group(&self, region: &str, name: &str) -> bool {
        self.regions.get(region).is_some_and(|groups| groups.contains_key(name))
    }

    /// Makes a group, as AWS Batch makes `/aws/batch/job`, unless it is there.
    pub fn ensure_group(&mut self, region: &str, name: &str, now: Millis) {
        let groups = self.regions.entry(region.to_owned()).or_default();
        groups.entry(name.to_owned()).or_insert_with(|| Group { created: now, ..Group::default() });
    }

    /// Writes a whole stream in one go; its events may lie ahead. Does nothing where there is no such group.
    pub fn write_stream(&mut self, region: &str, group: &str, stream: &str, now: Millis, events: Vec<Event>) {
        if let Some(group) = self.regions.get_mut(region).and_then(|groups| groups.get_mut(group)) {
            group.streams.insert(stream.to_owned(), Arc::new(Stream { created: now, events }));
        }
    }

    /// Takes back what a stream would have said after a moment: its container was stopped.
    pub fn cut_stream(&mut self, region: &str, group: &str, stream: &str, after: Millis) {
        let group = self.regions.get_mut(region).and_then(|groups| groups.get_mut(group));
        if let Some(stream) = group.and_then(|group| group.streams.get_mut(stream))
            && stream.events.last().is_some_and(|event| event.0 > after)
        {
            Arc::make_mut(stream).events.retain(|event| event.0 <= after);
        }
    }

    fn group(&self, region: &str, name: &str) -> Result<&Group, Fault> {
        self.regions.get(region).and_then(|groups| groups.get(name)).ok_or_else(no_group)
    }

    fn group_mut(&mut self, region: &str, name: &str) -> Result<&mut Group, Fault> {
        self.regions.get_mut(region).and_then(|groups| groups.get_mut(name)).ok_or_else(no_group)
    }
}

impl Group {
    fn stream(&self, name: &str) -> Result<&Stream, Fault> {
        self.streams.get(name).map(AsRef::as_ref).ok_or_else(no_stream)
    }

    /// The oldest moment whose events are still kept.
    fn oldest(&self, now: Millis) -> Millis {
        self.retention_days.map_or(Millis(i64::MIN), |days| now.plus(-days.saturating_mul(86_400_000)))
    }
}

impl Stream {
    /// The events that can be seen at `now`, as a range of positions.
    fn visible(&self, oldest: Millis, now: Millis) -> std::ops::Range<usize> {
        let start = self.events.partition_point(|event| event.0 < oldest);
        start..self.events.partition_point(|event| event.0 <= now).max(start)
    }
}

fn no_group() -> Fault {
    Fault::new("ResourceNotFoundException", "The specified log group does not exist.")
}

fn no_stream() -> Fault {
    Fault::new("ResourceNotFoundException", "The specified log stream does not exist.")
}

fn invalid(message: impl Into<String>) -> Fault {
    Fault::new("InvalidParameterException", message)
}

fn group_arn(region: &str, name: &str) -> String {
    format!("arn:aws:logs:{region}:{ACCOUNT_ID}:log-group:{name}")
}

/// A required text, refused in the words of AWS's own validation.
fn required<'v>(input: &'v Value, field: &str) -> Result<&'v str, Fault> {
    text(input, field).ok_or_else(|| {
        invalid(format!(
            "1 validation error detected: Value null at '{field}' failed to satisfy constraint: Member must not be null"
        ))
    })
}

/// The group that a request names, by its name or by its ARN.
fn group_name(input: &Value) -> Result<String, Fault> {
    if let Some(identifier) = text(input, "logGroupIdentifier") {
        return Ok(name_of_arn(identifier).unwrap_or(identifier).to_owned());
    }
    required(input, "logGroupName").map(str::to_owned)
}

fn name_of_arn(arn: &str) -> Option<&str> {
    let name = arn.split_once(":log-group:")?.1;
    Some(name.strip_suffix(":*").unwrap_or(name))
}

fn check_name(name: &str) -> Result<(), Fault> {
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

fn tags_of(input: &Value) -> BTreeMap<String, String> {
    object(input, "tags")
        .into_iter()
        .flatten()
        .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
        .collect()
}

fn create_log_group(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
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

fn delete_log_group(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = required(input, "logGroupName")?;
    account.state.logs.group(account.region, name)?;
    if let Some(groups) = account.state.logs.regions.get_mut(account.region) {
        groups.remove(name);
    }
    Ok(value!({}))
}

fn describe_log_groups(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
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

fn put_retention_policy(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
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

fn delete_retention_policy(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = required(input, "logGroupName")?;
    account.state.logs.group_mut(account.region, name)?.retention_days = None;
    Ok(value!({}))
}

fn tagged(input: &Value) -> Result<&str, Fault> {
    let arn = required(input, "resourceArn")?;
    name_of_arn(arn).ok_or_else(|| invalid("The specified resourceArn is not the ARN of a log group."))
}

fn tag_resource(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = tagged(input)?;
    account.state.logs.group_mut(account.region, name)?.tags.extend(tags_of(input));
    Ok(value!({}))
}

fn untag_resource(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = tagged(input)?;
    let keys = texts(input, "tagKeys");
    account.state.logs.group_mut(account.region, name)?.tags.retain(|key, _| !keys.contains(&key.as_str()));
    Ok(value!({}))
}

fn list_tags_for_resource(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = tagged(input)?;
    Ok(value!({ "tags": account.state.logs.group(account.region, name)?.tags }))
}

fn tag_log_group(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = required(input, "logGroupName")?;
    account.state.logs.group_mut(account.region, name)?.tags.extend(tags_of(input));
    Ok(value!({}))
}

fn untag_log_group(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = required(input, "logGroupName")?;
    let keys = texts(input, "tags");
    account.state.logs.group_mut(account.region, name)?.tags.retain(|key, _| !keys.contains(&key.as_str()));
    Ok(value!({}))
}

fn list_tags_log_group(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = required(input, "logGroupName")?;
    Ok(value!({ "tags": account.state.logs.group(account.region, name)?.tags }))
}

fn create_log_stream(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let (name, now) = (required(input, "logStreamName")?, account.now);
    if name.is_empty() || name.len() > 512 || name.contains([':', '*']) {
        return Err(invalid(format!(
            "1 validation error detected: Value '{name}' at 'logStreamName' failed to satisfy constraint: Member \
             must satisfy regular expression pattern: [^:*]*"
        )));
    }
    let group = account.state.logs.group_mut(account.region, required(input, "logGroupName")?)?;
    if group.streams.contains_key(name) {
        return Err(Fault::new("ResourceAlreadyExistsException", "The specified log stream already exists"));
    }
    group.streams.insert(name.to_owned(), Arc::new(Stream { created: now, events: Vec::new() }));
    Ok(value!({}))
}

fn delete_log_stream(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = required(input, "logStreamName")?;
    let group = account.state.logs.group_mut(account.region, required(input, "logGroupName")?)?;
    group.streams.remove(name).ok_or_else(no_stream)?;
    Ok(value!({}))
}

fn describe_log_streams(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let (limit, group_name) = (limit(input, 50, 50)?, group_name(input)?);
    let by_time = text(input, "orderBy") == Some("LastEventTime");
    let prefix = text(input, "logStreamNamePrefix");
    if by_time && prefix.is_some() {
        return Err(invalid("Cannot order by LastEventTime with a logStreamNamePrefix."));
    }
    let group = account.state.logs.group(account.region, &group_name)?;
    let (now, oldest) = (account.now, group.oldest(account.now));
    let mut found: Vec<(&String, &Stream, Option<&Event>)> = group
        .streams
        .iter()
        .filter(|(name, stream)| {
            stream.created <= now && prefix.is_none_or(|prefix| name.starts_with(prefix))
        })
        .map(|(name, stream)| (name, stream.as_ref(), stream.events[stream.visible(oldest, now)].last()))
        .collect();
    if by_time {
        found.sort_by_key(|(_, _, last)| last.map(|event| event.0));
    }
    if flag(input, "descending") == Some(true) {
        found.reverse();
    }
    let start = token_position(input)?;
    let mut shown = Vec::new();
    for (name, stream, last) in found.iter().skip(start).take(limit) {
        let arn = format!("{}:log-stream:{name}", group_arn(account.region, &group_name));
        let mut one = value!({
            "logStreamName": name,
            "creationTime": stream.created,
            "arn": arn,
            "storedBytes": 0,
            "uploadSequenceToken": "0",
        });
        if let (Some(last), Some(first)) = (last, stream.events.first()) {
            one["firstEventTimestamp"] = value!(first.0);
            one["lastEventTimestamp"] = value!(last.0);
            one["lastIngestionTime"] = value!(last.0);
        }
        shown.push(one);
    }
    let mut answer = value!({ "logStreams": shown });
    if start + limit < found.len() {
        answer["nextToken"] = value!((start + limit).to_string());
    }
    Ok(answer)
}

fn put_log_events(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let (now, stream) = (account.now, required(input, "logStreamName")?);
    let mut events = Vec::new();
    for event in list(input, "logEvents") {
        match (number(event, "timestamp"), text(event, "message")) {
            (Some(at), Some(message)) if !message.is_empty() => {
                events.push(Event(Millis(at), message.to_owned()));
            }
            _ => return Err(invalid("Log event message must not be empty.")),
        }
    }
    if !events.is_sorted_by_key(|event| event.0) {
        return Err(invalid("Log events in a single PutLogEvents request must be in chronological order."));
    }
    let group = account.state.logs.group_mut(account.region, required(input, "logGroupName")?)?;
    let stream = Arc::make_mut(group.streams.get_mut(stream).ok_or_else(no_stream)?);
    // More than two hours ahead is refused at AWS; the rest is kept.
    events.retain(|event| event.0.since(now) <= 2 * 3_600_000);
    stream.events.extend(events);
    stream.events.sort_by_key(|event| event.0);
    Ok(value!({ "nextSequenceToken": format!("{:056}", stream.events.len()) }))
}

/// Both tokens name a position; at the end of the stream the same forward token comes back.
fn get_log_events(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let (limit, group_name) = (limit(input, 10_000, 10_000)?, group_name(input)?);
    let group = account.state.logs.group(account.region, &group_name)?;
    let stream = group.stream(required(input, "logStreamName")?)?;
    if stream.created > account.now {
        return Err(no_stream());
    }
    let from = number(input, "startTime").map_or(Millis(i64::MIN), Millis);
    let to = number(input, "endTime").map_or(Millis(i64::MAX), Millis);
    let visible = stream.visible(group.oldest(account.now).max(from), account.now);
    let end = stream.events.partition_point(|event| event.0 < to).min(visible.end);
    let visible = visible.start.min(end)..end;

    let range = match text(input, "nextToken") {
        Some(token) => {
            let (forward, position) = read_token(token)?;
            if forward {
                let start = position.clamp(visible.start, visible.end);
                start..(start + limit).min(visible.end)
            } else {
                let end = position.clamp(visible.start, visible.end);
                end.saturating_sub(limit).max(visible.start)..end
            }
        }
        None if flag(input, "startFromHead") == Some(true) => {
            visible.start..(visible.start + limit).min(visible.end)
        }
        None => visible.end.saturating_sub(limit).max(visible.start)..visible.end,
    };
    let (start, mut end, mut bytes) = (range.start, range.start, 0);
    for event in &stream.events[range] {
        bytes += size(event);
        if bytes > 1_048_576 {
            break;
        }
        end += 1;
    }
    let events: Vec<Value> = stream.events[start..end].iter().map(shown).collect();
    Ok(value!({
        "events": events,
        "nextForwardToken": format!("f/{end:056}/s"),
        "nextBackwardToken": format!("b/{start:056}/s"),
    }))
}

fn shown(event: &Event) -> Value {
    value!({ "timestamp": event.0, "message": event.1, "ingestionTime": event.0 })
}

/// An event's size as AWS counts it: its bytes and 26 more.
fn size(event: &Event) -> usize {
    event.1.len() + 26
}

fn read_token(token: &str) -> Result<(bool, usize), Fault> {
    let parts: Vec<&str> = token.split('/').collect();
    match parts.as_slice() {
        [way @ ("f" | "b"), position, "s"] => position.parse().ok().map(|position| (*way == "f", position)),
        _ => None,
    }
    .ok_or_else(|| invalid("The specified nextToken is invalid."))
}

fn filter_log_events(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let (limit, group_name) = (limit(input, 10_000, 10_000)?, group_name(input)?);
    let pattern = Pattern::read(text(input, "filterPattern").unwrap_or_default())?;
    let names = texts(input, "logStreamNames");
    let prefix = text(input, "logStreamNamePrefix");
    if !names.is_empty() && prefix.is_some() {
        return Err(invalid("Log stream names and log stream name prefix are mutually exclusive."));
    }
    let group = account.state.logs.group(account.region, &group_name)?;
    if let Some(missing) = names.iter().find(|name| !group.streams.contains_key(**name)) {
        let _ = missing;
        return Err(no_stream());
    }
    let from = number(input, "startTime").map_or(Millis(i64::MIN), Millis);
    let to = number(input, "endTime").map_or(Millis(i64::MAX), Millis);
    let oldest = group.oldest(account.now).max(from);
    let mut found: Vec<(&Event, &String, usize)> = group
        .streams
        .iter()
        .filter(|(name, _)| names.is_empty() || names.contains(&name.as_str()))
        .filter(|(name, _)| prefix.is_none_or(|prefix| name.starts_with(prefix)))
        .flat_map(|(name, stream)| {
            let visible = stream.visible(oldest, account.now);
            let first = visible.start;
            stream.events[visible].iter().enumerate().map(move |(at, event)| (event, name, first + at))
        })
        .filter(|(event, _, _)| event.0 <= to && pattern.fits(&event.1))
        .collect();
    found.sort_by_key(|(event, name, at)| (event.0, *name, *at));
    let start = token_position(input)?;
    let events: Vec<Value> = found
        .iter()
        .skip(start)
        .take(limit)
        .map(|(event, name, at)| {
            let mut one = shown(event);
            one["logStreamName"] = value!(name);
            one["eventId"] = value!(format!("{:038}{at:018}", event.0.0));
            one
        })
        .collect();
    let mut answer = value!({ "events": events, "searchedLogStreams": [] });
    if start + limit < found.len() {
        answer["nextToken"] = value!((start + limit).to_string());
    }
    Ok(answer)
}

/// The plain filter patterns: words that must all be there, `?` before words of which one must, `-` before
/// words that must not, quotes around phrases.
struct Pattern {
    all: Vec<String>,
    any: Vec<String>,
    none: Vec<String>,
}

impl Pattern {
    fn read(text: &str) -> Result<Self, Fault> {
        if text.trim_start().starts_with(['{', '[', '%']) {
            return Err(invalid(
                "The practice account knows filter patterns of words and phrases only, not of fields or expressions.",
            ));
        }
        let mut pattern = Self { all: Vec::new(), any: Vec::new(), none: Vec::new() };
        let mut rest = text.trim();
        while !rest.is_empty() {
            let (sign, tail) = match rest.split_at(1) {
                (sign @ ("?" | "-"), tail) => (sign, tail),
                _ => ("", rest),
            };
            let (term, after) = match tail.strip_prefix('"').and_then(|inner| inner.split_once('"')) {
                Some(found) => found,
                None => tail.split_once(char::is_whitespace).unwrap_or((tail, "")),
            };
            match sign {
                "?" => pattern.any.push(term.to_owned()),
                "-" => pattern.none.push(term.to_owned()),
                _ => pattern.all.push(term.to_owned()),
            }
            rest = after.trim_start();
        }
        Ok(pattern)
    }

    fn fits(&self, message: &str) -> bool {
        self.all.iter().all(|term| message.contains(term))
            && (self.any.is_empty() || self.any.iter().any(|term| message.contains(term)))
            && !self.none.iter().any(|term| message.contains(term))
    }
}

fn token_position(input: &Value) -> Result<usize, Fault> {
    text(input, "nextToken")
        .map_or(Ok(0), |token| token.parse().map_err(|_| invalid("The specified nextToken is invalid.")))
}

fn limit(input: &Value, default: usize, most: usize) -> Result<usize, Fault> {
    let Some(limit) = number(input, "limit") else { return Ok(default) };
    usize::try_from(limit).ok().filter(|limit| (1..=most).contains(limit)).ok_or_else(|| {
        invalid(format!(
            "1 validation error detected: Value '{limit}' at 'limit' failed to satisfy constraint: Member must have \
             value less than or equal to {most}"
        ))
    })
}

#[cfg(test)]
#[path = "logs_tests.rs"]
mod tests;
