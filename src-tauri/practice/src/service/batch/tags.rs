//! Tags of environments, queues, policies, definitions and jobs.

use super::{Moment, Region, refused, tags_of};
use crate::account::Account;
use crate::fault::Fault;
use crate::state::State;
use crate::wire::json::{text, texts};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) type Tags = BTreeMap<String, String>;

/// What an ARN names: `("job-queue", "q")`.
fn named<'v>(moment: &Moment<'_>, input: &'v Value) -> Option<(&'v str, &'v str)> {
    text(input, "resourceArn")?.strip_prefix(&moment.arn(""))?.split_once('/')
}

/// `name:3` taken apart.
fn revision(name: &str) -> Option<(&str, u32)> {
    let (family, revision) = name.split_once(':')?;
    Some((family, revision.parse().ok()?))
}

fn read<'r>(region: &'r Region, kind: &str, name: &str) -> Option<&'r Tags> {
    match kind {
        "compute-environment" => Some(&region.environments.get(name)?.tags),
        "job-queue" => Some(&region.queues.get(name)?.tags),
        "scheduling-policy" => Some(&region.policies.get(name)?.tags),
        "job-definition" => {
            let (family, revision) = revision(name)?;
            Some(&region.definitions.get(family)?.revisions.get(&revision)?.tags)
        }
        "job" => Some(&region.jobs.get(name)?.spec.as_ref()?.tags),
        _ => None,
    }
}

fn write<'r>(region: &'r mut Region, kind: &str, name: &str) -> Option<&'r mut Tags> {
    match kind {
        "compute-environment" => Some(&mut region.environments.get_mut(name)?.tags),
        "job-queue" => Some(&mut region.queues.get_mut(name)?.tags),
        "scheduling-policy" => Some(&mut region.policies.get_mut(name)?.tags),
        "job-definition" => {
            let (family, revision) = revision(name)?;
            Some(&mut Arc::make_mut(region.definitions.get_mut(family)?.revisions.get_mut(&revision)?).tags)
        }
        "job" => Some(&mut Arc::make_mut(region.jobs.get_mut(name)?).spec.as_mut()?.tags),
        _ => None,
    }
}

/// The tags of what an ARN names after its account: `("job-queue", "q")`.
pub(crate) fn of_thing<'s>(state: &'s State, region: &str, kind: &str, name: &str) -> Option<&'s Tags> {
    read(state.batch.regions.get(region)?, kind, name)
}

fn unknown(input: &Value) -> Fault {
    refused(format!("Resource {} not found.", text(input, "resourceArn").unwrap_or_default()))
}

fn change(account: &mut Account<'_>, input: &Value, change: impl FnOnce(&mut Tags)) -> Result<Value, Fault> {
    let mut moment = Moment::of(account);
    let (kind, name) = named(&moment, input).ok_or_else(|| unknown(input))?;
    let tags = write(moment.change(), kind, name).ok_or_else(|| unknown(input))?;
    change(tags);
    if tags.len() > 50 {
        return Err(refused("A resource can have at most 50 tags."));
    }
    Ok(json!({}))
}

/// `TagResource`.
pub(super) fn tag_resource(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    change(account, input, |tags| tags.extend(tags_of(input)))
}

/// `UntagResource`.
pub(super) fn untag_resource(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let keys = texts(input, "tagKeys");
    change(account, input, |tags| tags.retain(|key, _| !keys.contains(&key.as_str())))
}

/// `ListTagsForResource`.
pub(super) fn list_tags_for_resource(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let moment = Moment::of(account);
    let (kind, name) = named(&moment, input).ok_or_else(|| unknown(input))?;
    let tags = read(moment.batch(), kind, name).ok_or_else(|| unknown(input))?;
    Ok(json!({ "tags": tags }))
}
