//! Scheduling policies: how a queue's jobs share what there is.
//!
//! AWS's sentences are as measured by the rules of badmintoncryer/cdk-preflight (GitHub), which were each tried
//! against AWS; where no source was found, a comment says so.

use super::{Moment, is_name, page, refused, tags_of, taken, wrong};
use crate::account::Account;
use crate::fault::Fault;
use crate::settings::Settings;
use crate::time::Millis;
use crate::wire::json::{has, list, number, text, texts};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A scheduling policy.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Policy {
    name: String,
    /// `fairsharePolicy`, as it was given.
    fair_share: Option<Value>,
    /// `quotaSharePolicy`, which only queues of SageMaker's can have.
    quota_share: Option<Value>,
    pub(super) tags: BTreeMap<String, String>,
}

/// What one share's jobs have of a queue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Share {
    /// Thousandths of a vCPU that they hold now.
    held: u32,
    /// Thousandths of a vCPU times milliseconds that they have used, as it counted at the moment below.
    past: f64,
    at: Millis,
}

impl Share {
    /// What has been used counts less as time passes.
    fn faded(self, now: Millis, decay: f64) -> f64 {
        #[allow(
            clippy::cast_precision_loss,
            reason = "milliseconds of an account's life fit a double exactly"
        )]
        let passed = now.since(self.at).max(0) as f64;
        self.past * (-passed / decay).exp()
    }

    pub(super) fn take(&mut self, vcpu: u32) {
        self.held = self.held.saturating_add(vcpu);
    }

    pub(super) fn give_back(&mut self, now: Millis, vcpu: u32, since: Millis, decay: f64) {
        self.held = self.held.saturating_sub(vcpu);
        #[allow(
            clippy::cast_precision_loss,
            reason = "milliseconds of an account's life fit a double exactly"
        )]
        let held_for = now.since(since).max(0) as f64;
        self.past = self.faded(now, decay) + f64::from(vcpu) * held_for;
        self.at = now;
    }
}

impl Policy {
    /// How long use counts, in milliseconds of the account.
    pub(super) fn decay(&self, settings: &Settings) -> f64 {
        let seconds = self.fair_share.as_ref().and_then(|policy| number(policy, "shareDecaySeconds"));
        // Zero means the least there is (API reference, FairsharePolicy).
        let seconds = seconds.filter(|seconds| *seconds > 0).unwrap_or(600);
        #[allow(clippy::cast_precision_loss, reason = "a week's seconds at most")]
        let millis = settings.paced(seconds as f64) as f64;
        millis.max(1.0)
    }

    /// What a share's use counts: what it holds, what it held, and its weight.
    pub(super) fn use_of(&self, name: &str, share: Share, now: Millis, settings: &Settings) -> f64 {
        let decay = self.decay(settings);
        (f64::from(share.held) + share.faded(now, decay) / decay) * self.weight(name)
    }

    /// How much a share's use counts: its own weight, or that of the prefix it begins with.
    pub(super) fn weight(&self, share: &str) -> f64 {
        let shares = self.fair_share.as_ref().map_or(&[][..], |policy| list(policy, "shareDistribution"));
        shares
            .iter()
            .find(|entry| text(entry, "shareIdentifier").is_some_and(|known| covers(known, share)))
            .and_then(|entry| entry.get("weightFactor")?.as_f64())
            .unwrap_or(1.0)
    }

    pub(super) fn is_quota_share(&self) -> bool {
        self.quota_share.is_some()
    }

    fn shown(&self, moment: &Moment<'_>) -> Value {
        let mut shown = json!({ "name": self.name, "arn": moment.arn(&path(&self.name)), "tags": self.tags });
        for (field, policy) in
            [("fairsharePolicy", &self.fair_share), ("quotaSharePolicy", &self.quota_share)]
        {
            if let Some(policy) = policy {
                shown[field] = policy.clone();
            }
        }
        shown
    }
}

fn path(name: &str) -> String {
    format!("scheduling-policy/{name}")
}

/// `UserA*` covers what begins with it.
fn covers(known: &str, share: &str) -> bool {
    known.strip_suffix('*').map_or(known == share, |prefix| share.starts_with(prefix))
}

/// Letters, digits, hyphens and underscores, and a star at the end of a prefix.
pub(super) fn check_share(share: &str) -> Result<(), String> {
    let plain = share.strip_suffix('*').unwrap_or(share);
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if (1..=255).contains(&plain.len()) && plain.chars().all(allowed) {
        return Ok(());
    }
    Err("ShareIdentifier name should match a valid pattern.".to_owned())
}

/// The policy of that ARN, by name.
pub(super) fn named<'m>(moment: &'m Moment<'_>, arn: &str) -> Option<&'m Policy> {
    moment.batch().policies.get(arn.strip_prefix(&moment.arn(&path("")))?)
}

fn check_fair_share(policy: &Value) -> Result<(), String> {
    // No source for the sentences of these two; the limits are the API reference's.
    if number(policy, "shareDecaySeconds").is_some_and(|seconds| !(0..=604_800).contains(&seconds)) {
        return Err("shareDecaySeconds should be between 0 and 604800.".to_owned());
    }
    if number(policy, "computeReservation").is_some_and(|share| !(0..=99).contains(&share)) {
        return Err("computeReservation should be between 0 and 99.".to_owned());
    }
    let shares = list(policy, "shareDistribution");
    if shares.len() > 500 {
        return Err("ShareDistribution size cannot be greater than 500.".to_owned());
    }
    let mut known: Vec<&str> = Vec::new();
    for entry in shares {
        let share = text(entry, "shareIdentifier").unwrap_or_default();
        check_share(share)?;
        if known.contains(&share) {
            return Err("Cannot have two or more identical shareIdentifiers.".to_owned());
        }
        let plain = share.trim_end_matches('*');
        if let Some(other) =
            known.iter().find(|other| covers(other, plain) || covers(share, other.trim_end_matches('*')))
        {
            return Err(format!("Share identifier {share} matches another share identifier {other}"));
        }
        // A float of 32 bits on the wire, whose 0.0001 is a little less than that.
        #[allow(clippy::cast_possible_truncation, reason = "that is what a float of 32 bits is")]
        let weight = entry.get("weightFactor").and_then(Value::as_f64).map(|weight| weight as f32);
        if weight.is_some_and(|weight| !(0.000_1..=999.999_9).contains(&weight)) {
            return Err("Weight factor should be between 0.0001 and 999.9999.".to_owned());
        }
        known.push(share);
    }
    Ok(())
}

fn read(input: &Value, name: &str) -> Result<Policy, String> {
    if has(input, "fairsharePolicy") && has(input, "quotaSharePolicy") {
        return Err("A scheduling policy can have either fairsharePolicy or quotaSharePolicy".to_owned());
    }
    let given = |field: &str| input.get(field).filter(|policy| policy.is_object()).cloned();
    let quota_share = given("quotaSharePolicy");
    if let Some(policy) = &quota_share
        && text(policy, "idleResourceAssignmentStrategy") != Some("FIFO")
    {
        return Err("Idle resource assignment strategy must be one of [FIFO].".to_owned());
    }
    let fair_share = given("fairsharePolicy");
    if let Some(policy) = &fair_share {
        check_fair_share(policy)?;
    }
    // A policy that says nothing shares fairly, with AWS's defaults.
    let fair_share = fair_share.or_else(|| quota_share.is_none().then(|| json!({})));
    Ok(Policy { name: name.to_owned(), fair_share, quota_share, tags: tags_of(input) })
}

/// `CreateSchedulingPolicy`.
pub(super) fn create(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let mut moment = Moment::of(account);
    let name = text(input, "name").unwrap_or_default();
    let say = |moment: &Moment<'_>, message: &str| wrong(moment.state, moment.now, message);
    if !is_name(name) {
        return Err(say(&moment, "Scheduling policy name should match a valid pattern."));
    }
    if moment.batch().policies.contains_key(name) {
        return Err(taken());
    }
    let policy = read(input, name).map_err(|message| say(&moment, &message))?;
    moment.change().policies.insert(name.to_owned(), policy);
    Ok(json!({ "name": name, "arn": moment.arn(&path(name)) }))
}

/// `DescribeSchedulingPolicies`. What it does not know is simply not there.
pub(super) fn describe(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let moment = Moment::of(account);
    let arns = texts(input, "arns");
    if arns.len() > 100 {
        return Err(refused("Maximum number of scheduling policies supported is 100"));
    }
    let shown: Vec<Value> = arns.iter().filter_map(|arn| Some(named(&moment, arn)?.shown(&moment))).collect();
    Ok(json!({ "schedulingPolicies": shown }))
}

/// `ListSchedulingPolicies`.
pub(super) fn list_policies(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let moment = Moment::of(account);
    let all = moment.batch().policies.keys().map(|name| json!({ "arn": moment.arn(&path(name)) })).collect();
    page(input, "schedulingPolicies", all, 100)
}

fn not_found(arn: &str) -> Fault {
    refused(format!("SchedulingPolicy {arn} not found."))
}

/// `UpdateSchedulingPolicy`. A policy stays of its kind.
pub(super) fn update(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let mut moment = Moment::of(account);
    let arn = text(input, "arn").unwrap_or_default();
    let Some(known) = named(&moment, arn).cloned() else { return Err(not_found(arn)) };
    let mut changed =
        read(input, &known.name).map_err(|message| wrong(moment.state, moment.now, &message))?;
    changed.tags = known.tags;
    moment.change().policies.insert(changed.name.clone(), changed);
    Ok(json!({}))
}

/// `DeleteSchedulingPolicy`. One that is not there is no error.
pub(super) fn delete(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let mut moment = Moment::of(account);
    let arn = text(input, "arn").unwrap_or_default();
    let Some(name) = named(&moment, arn).map(|policy| policy.name.clone()) else { return Ok(json!({})) };
    if moment.batch().queues.values().any(|queue| queue.policy.as_deref() == Some(arn)) {
        // The rule is the API reference's; the sentence is that of compute environments, no source found.
        return Err(refused("Cannot delete, found existing JobQueue relationship"));
    }
    moment.change().policies.remove(&name);
    Ok(json!({}))
}
