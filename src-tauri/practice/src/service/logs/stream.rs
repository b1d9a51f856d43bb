//! Log streams and what is in them.

use super::pattern::Pattern;
use super::{Event, Stream, group_arn, group_name, invalid, limit, no_stream, required, size};
use crate::account::Account;
use crate::fault::Fault;
use crate::time::Millis;
use crate::wire::json::{flag, list, number, text, texts};
use serde_json::{Value, json as value};
use std::sync::Arc;

pub(super) fn create_log_stream(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
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

pub(super) fn delete_log_stream(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = required(input, "logStreamName")?;
    let group = account.state.logs.group_mut(account.region, required(input, "logGroupName")?)?;
    group.streams.remove(name).ok_or_else(no_stream)?;
    Ok(value!({}))
}

pub(super) fn describe_log_streams(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
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

pub(super) fn put_log_events(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
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
pub(super) fn get_log_events(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
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

pub(super) fn shown(event: &Event) -> Value {
    value!({ "timestamp": event.0, "message": event.1, "ingestionTime": event.0 })
}

pub(super) fn read_token(token: &str) -> Result<(bool, usize), Fault> {
    let parts: Vec<&str> = token.split('/').collect();
    match parts.as_slice() {
        [way @ ("f" | "b"), position, "s"] => position.parse().ok().map(|position| (*way == "f", position)),
        _ => None,
    }
    .ok_or_else(|| invalid("The specified nextToken is invalid."))
}

pub(super) fn filter_log_events(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
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

pub(super) fn token_position(input: &Value) -> Result<usize, Fault> {
    text(input, "nextToken")
        .map_or(Ok(0), |token| token.parse().map_err(|_| invalid("The specified nextToken is invalid.")))
}
