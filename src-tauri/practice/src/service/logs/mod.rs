//! CloudWatch Logs: groups, streams and events.
//!
//! An event may lie ahead: a job's lines are written when it starts, each with the moment it will be printed,
//! and nobody sees an event before its time.

mod group;
mod pattern;
mod stream;

use super::{Call, json};
use crate::account::ACCOUNT_ID;
use crate::fault::Fault;
use crate::time::Millis;
use crate::wire::json::{number, text};
use serde::{Deserialize, Serialize};
use serde_json::Value;
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
    json("CreateLogGroup", group::create_log_group),
    json("CreateLogStream", stream::create_log_stream),
    json("DeleteLogGroup", group::delete_log_group),
    json("DeleteLogStream", stream::delete_log_stream),
    json("DeleteRetentionPolicy", group::delete_retention_policy),
    json("DescribeLogGroups", group::describe_log_groups),
    json("DescribeLogStreams", stream::describe_log_streams),
    json("FilterLogEvents", stream::filter_log_events),
    json("GetLogEvents", stream::get_log_events),
    json("ListTagsForResource", group::list_tags_for_resource),
    json("ListTagsLogGroup", group::list_tags_log_group),
    json("PutLogEvents", stream::put_log_events),
    json("PutRetentionPolicy", group::put_retention_policy),
    json("TagLogGroup", group::tag_log_group),
    json("TagResource", group::tag_resource),
    json("UntagLogGroup", group::untag_log_group),
    json("UntagResource", group::untag_resource),
];

impl Logs {
    /// A group's tags.
    pub(crate) fn tags(&self, region: &str, name: &str) -> Option<&BTreeMap<String, String>> {
        Some(&self.regions.get(region)?.get(name)?.tags)
    }

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

/// An event's size as AWS counts it: its bytes and 26 more.
fn size(event: &Event) -> usize {
    event.1.len() + 26
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
mod tests;
