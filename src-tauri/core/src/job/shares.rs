//! The shares that scheduling policies know.

use std::collections::HashMap;

use aws_sdk_batch::types::{FairsharePolicy, SchedulingPolicyDetail};

use crate::account::Session;

/// As many policies as one DescribeSchedulingPolicies takes.
const AT_ONCE: usize = 100;

/// The share identifiers that each of these policies gives a weight, by its ARN. They are a help and no condition:
/// what may not be looked at is simply not there.
pub(super) async fn known(session: &Session, policies: &[&str]) -> HashMap<String, Vec<String>> {
    let mut known = HashMap::new();
    for arns in policies.chunks(AT_ONCE) {
        let arns = arns.iter().map(|arn| (*arn).to_owned()).collect();
        let request = session.aws.read.batch.describe_scheduling_policies().set_arns(Some(arns));
        let Ok(found) = request.send().await else { continue };
        known.extend(found.scheduling_policies().iter().filter_map(|policy| {
            let arn = policy.arn()?.to_owned();
            Some((arn, names(policy)))
        }));
    }
    known
}

fn names(policy: &SchedulingPolicyDetail) -> Vec<String> {
    let shares = policy.fairshare_policy().map(FairsharePolicy::share_distribution).unwrap_or_default();
    let mut names: Vec<_> =
        shares.iter().filter_map(|share| share.share_identifier().map(str::to_owned)).collect();
    names.sort();
    names
}
