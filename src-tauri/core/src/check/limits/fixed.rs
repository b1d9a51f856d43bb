//! Limits that another service than Service Quotas tells, or none.

use crate::{
    account::Session,
    aws::{AwsFault, fault},
};

/// Compute environments and job queues in a region, each (AWS Batch User Guide, "AWS Batch service quotas").
pub(super) const BATCH: u32 = 50;

pub(super) async fn queues(session: &Session) -> Result<u32, AwsFault> {
    let found = session.aws.read.batch.describe_job_queues().into_paginator().items().send();
    let found = found.collect::<Result<Vec<_>, _>>().await.map_err(fault("batch:DescribeJobQueues"))?;
    Ok(u32::try_from(found.len()).unwrap_or(u32::MAX))
}

/// What IAM has of roles and instance profiles, and may have.
#[derive(Debug, Clone, Default)]
pub(super) struct Iam {
    pub(super) roles: (u32, u32),
    pub(super) profiles: (u32, u32),
}

pub(super) async fn iam(session: &Session) -> Result<Iam, AwsFault> {
    let action = "iam:GetAccountSummary";
    let found = session.aws.read.iam.get_account_summary().send().await.map_err(fault(action))?;
    let summary = found.summary_map.unwrap_or_default();
    let of = |key: &str| {
        let found = summary.iter().find(|(found, _)| found.as_str() == key);
        found.and_then(|(_, count)| u32::try_from(*count).ok()).ok_or_else(|| AwsFault::lacks(action, key))
    };
    Ok(Iam {
        roles: (of("Roles")?, of("RolesQuota")?),
        profiles: (of("InstanceProfiles")?, of("InstanceProfilesQuota")?),
    })
}
