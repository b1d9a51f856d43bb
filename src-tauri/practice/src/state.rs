//! Everything the practice account remembers.

use crate::ids::Ids;
use crate::part::Part;
use crate::service::{batch, ec2, ecr, iam, logs, quotas, route53};
use crate::settings::Settings;
use serde::{Deserialize, Serialize};

/// The whole account. One snapshot is a handful of pointers: see [`Part`].
///
/// A field that is added here or below needs a default: otherwise yesterday's file is taken for damaged.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    /// Pace, troubles and the caller's policies.
    pub settings: Part<Settings>,
    /// Where new identifiers come from.
    pub ids: Part<Ids>,
    /// Requests counted while a throttling trouble is on.
    pub throttled: Part<u64>,
    /// Roles and policies; global, as at AWS.
    pub iam: Part<iam::Iam>,
    /// Networks, by region.
    pub ec2: Part<ec2::Ec2>,
    /// Compute environments, queues, definitions and jobs.
    pub batch: Part<batch::Batch>,
    /// Log groups, streams and events.
    pub logs: Part<logs::Logs>,
    /// Limits that were raised: `service/code` and the value.
    pub quotas: Part<std::collections::BTreeMap<String, u32>>,
    /// What was asked for beyond them.
    pub quota_requests: Part<Vec<quotas::Request>>,
    /// Image repositories.
    pub ecr: Part<ecr::Ecr>,
    /// Private hosted zones.
    pub route53: Part<route53::Route53>,
}

impl State {
    /// A new account, as AWS hands it out.
    pub fn new(seed: u64) -> Self {
        Self { ids: Part::new(Ids::new(seed)), iam: Part::new(iam::Iam::new()), ..Self::default() }
    }

    /// The seed that tells this account from another.
    pub fn seed(&self) -> u64 {
        self.ids.seed
    }

    /// Whether nothing was written since `other` was cloned from this state, or the other way round.
    pub fn same(&self, other: &Self) -> bool {
        self.settings.same(&other.settings)
            && self.ids.same(&other.ids)
            && self.throttled.same(&other.throttled)
            && self.iam.same(&other.iam)
            && self.ec2.same(&other.ec2)
            && self.batch.same(&other.batch)
            && self.logs.same(&other.logs)
            && self.quotas.same(&other.quotas)
            && self.quota_requests.same(&other.quota_requests)
            && self.ecr.same(&other.ecr)
            && self.route53.same(&other.route53)
    }
}
