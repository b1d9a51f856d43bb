//! Lifecycle and access policies of a repository. They are kept, and expire and forbid nothing.

use super::{invalid, name_of};
use crate::account::{ACCOUNT_ID, Account};
use crate::fault::Fault;
use crate::wire::json::{has, list, text};
use serde_json::{Value, json as value};

pub(super) fn put_lifecycle_policy(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = name_of(input)?;
    let policy = text(input, "lifecyclePolicyText").unwrap_or_default();
    let read: Value = serde_json::from_str(policy).unwrap_or_default();
    if list(&read, "rules").is_empty() {
        return Err(invalid(
            "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation \
             failure: the policy needs at least one rule'",
        ));
    }
    account.state.ecr.repository_mut(account.region, name)?.lifecycle = Some(policy.to_owned());
    Ok(value!({ "registryId": ACCOUNT_ID, "repositoryName": name, "lifecyclePolicyText": policy }))
}

pub(super) fn lifecycle_of(account: &Account<'_>, name: &str) -> Result<String, Fault> {
    account.state.ecr.repository(account.region, name)?.lifecycle.clone().ok_or_else(|| {
        Fault::new(
            "LifecyclePolicyNotFoundException",
            format!(
                "Lifecycle policy does not exist for the repository with name '{name}' in the registry with id \
                 '{ACCOUNT_ID}'"
            ),
        )
    })
}

pub(super) fn get_lifecycle_policy(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = name_of(input)?;
    let policy = lifecycle_of(account, name)?;
    Ok(value!({
        "registryId": ACCOUNT_ID,
        "repositoryName": name,
        "lifecyclePolicyText": policy,
        "lastEvaluatedAt": account.now.epoch_seconds(),
    }))
}

pub(super) fn delete_lifecycle_policy(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = name_of(input)?;
    let policy = lifecycle_of(account, name)?;
    account.state.ecr.repository_mut(account.region, name)?.lifecycle = None;
    Ok(value!({ "registryId": ACCOUNT_ID, "repositoryName": name, "lifecyclePolicyText": policy }))
}

pub(super) fn policy_of(account: &Account<'_>, name: &str) -> Result<String, Fault> {
    account.state.ecr.repository(account.region, name)?.policy.clone().ok_or_else(|| {
        Fault::new(
            "RepositoryPolicyNotFoundException",
            format!(
                "Repository policy does not exist for the repository with name '{name}' in the registry with id \
                 '{ACCOUNT_ID}'"
            ),
        )
    })
}

pub(super) fn get_repository_policy(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = name_of(input)?;
    let policy = policy_of(account, name)?;
    Ok(value!({ "registryId": ACCOUNT_ID, "repositoryName": name, "policyText": policy }))
}

pub(super) fn set_repository_policy(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = name_of(input)?;
    let policy = text(input, "policyText").unwrap_or_default();
    if !serde_json::from_str::<Value>(policy).is_ok_and(|policy| has(&policy, "Statement")) {
        return Err(invalid(
            "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided'",
        ));
    }
    account.state.ecr.repository_mut(account.region, name)?.policy = Some(policy.to_owned());
    Ok(value!({ "registryId": ACCOUNT_ID, "repositoryName": name, "policyText": policy }))
}

pub(super) fn delete_repository_policy(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = name_of(input)?;
    let policy = policy_of(account, name)?;
    account.state.ecr.repository_mut(account.region, name)?.policy = None;
    Ok(value!({ "registryId": ACCOUNT_ID, "repositoryName": name, "policyText": policy }))
}
