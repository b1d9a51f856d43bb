//! How much of IAM there is, and how much there may be.

use crate::account::Account;
use crate::fault::Fault;
use crate::wire::{Params, Xml};

/// A new account's (IAM User Guide, "IAM and AWS STS quotas").
const ROLES: usize = 1000;
const PROFILES: usize = 1000;
const POLICIES: usize = 1500;

pub(super) fn get(account: &mut Account<'_>, _: &Params) -> Result<Vec<Xml>, Fault> {
    let iam = &account.state.iam;
    let counted = [
        ("Roles", iam.roles.len()),
        ("RolesQuota", ROLES),
        ("InstanceProfiles", iam.profiles.len()),
        ("InstanceProfilesQuota", PROFILES),
        ("Policies", iam.policies.len()),
        ("PoliciesQuota", POLICIES),
        ("Users", 1),
        ("UsersQuota", 5000),
        ("AttachedPoliciesPerRoleQuota", 10),
    ];
    let entries = counted.into_iter().map(|(name, count)| {
        Xml::tree("entry", vec![Xml::text("key", name), Xml::text("value", count.to_string())])
    });
    Ok(vec![Xml::tree("SummaryMap", entries.collect())])
}
