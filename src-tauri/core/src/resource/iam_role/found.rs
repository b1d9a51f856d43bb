//! A role as it is found, with every policy that it has.

use std::collections::BTreeMap;

use futures::future::{join_all, try_join_all};
use serde_json::Value;

use super::simulated::Simulated;
use crate::{
    aws::{AwsFault, Clients, fault},
    policy::Ask,
    resource::{absent_is_none, policy_document, tags::Tags},
    world::Moment,
};

/// A role as found.
#[derive(Debug, Clone)]
pub(crate) struct RoleFacts {
    pub(crate) arn: String,
    pub(crate) trust: Value,
    pub(crate) attached: Vec<String>,
    /// What the attached policies say that are not those which AWS has for such a role, by their ARNs; nothing where
    /// one could not be read.
    pub(crate) documents: BTreeMap<String, Option<Value>>,
    /// Inline policies by their names.
    pub(crate) inline: BTreeMap<String, Value>,
    /// What limits the role whatever its policies allow: the ARN of a policy, and what that says.
    pub(crate) boundary: Option<(String, Option<Value>)>,
    /// What IAM's simulator says of that which reading does not tell.
    pub(crate) simulated: BTreeMap<Ask, Simulated>,
    /// When it was looked at.
    pub(crate) seen: Moment,
    pub(crate) tags: Tags,
}

/// A session of a role lasts so long at the most (IAM User Guide, "Update the maximum session duration for a role").
const LONGEST_SESSION: i64 = 12 * 60 * 60 * 1000;

impl RoleFacts {
    /// No session that is still used was begun earlier.
    pub(super) fn earliest(&self) -> Moment {
        self.seen.plus(-LONGEST_SESSION)
    }
}

/// The role of this name, where there is one. What a policy among `known` says need not be read. All is asked at once
/// that does not follow from something else: three answers deep where there are others' policies, and else two.
pub(super) async fn look(aws: &Clients, name: &str, known: &[String]) -> Result<Option<RoleFacts>, AwsFault> {
    let iam = &aws.read.iam;
    let of_role = async {
        let found =
            absent_is_none(iam.get_role().role_name(name).send().await.map_err(fault("iam:GetRole")))?;
        let Some(role) = found.and_then(|found| found.role) else { return Ok(None) };
        let boundary = role.permissions_boundary().and_then(|boundary| boundary.permissions_boundary_arn());
        let limit = read_all(aws, boundary).await;
        Ok(Some((role, limit)))
    };
    let (of_role, attached, inline) = tokio::join!(of_role, attached(aws, name, known), inline(aws, name));
    let Some((role, limit)) = of_role? else { return Ok(None) };
    // Gone between two questions: absence all the same.
    let (Some((attached, documents)), Some(inline)) = (attached?, inline?) else { return Ok(None) };
    Ok(Some(RoleFacts {
        arn: role.arn().to_owned(),
        trust: policy_document(role.assume_role_policy_document().unwrap_or_default()),
        attached,
        documents,
        inline,
        boundary: limit.into_iter().next(),
        simulated: BTreeMap::new(),
        seen: aws.sign_in.now(),
        tags: role.tags().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect(),
    }))
}

/// The ARNs of the attached policies, and what the unknown ones among them say.
type Attached = (Vec<String>, BTreeMap<String, Option<Value>>);

async fn attached(aws: &Clients, name: &str, known: &[String]) -> Result<Option<Attached>, AwsFault> {
    let request = aws.read.iam.list_attached_role_policies().role_name(name);
    let found = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
    let found = absent_is_none(found.map_err(fault("iam:ListAttachedRolePolicies")))?;
    let Some(found) = found else { return Ok(None) };
    let arns: Vec<_> = found.into_iter().filter_map(|policy| policy.policy_arn).collect();
    let unknown = arns.iter().filter(|arn| !known.contains(arn)).map(String::as_str);
    let documents = read_all(aws, unknown).await;
    Ok(Some((arns, documents)))
}

async fn inline(aws: &Clients, name: &str) -> Result<Option<BTreeMap<String, Value>>, AwsFault> {
    let iam = &aws.read.iam;
    let request = iam.list_role_policies().role_name(name);
    let found = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
    let Some(found) = absent_is_none(found.map_err(fault("iam:ListRolePolicies")))? else { return Ok(None) };
    let documents = found.into_iter().map(|policy| async move {
        let found = iam.get_role_policy().role_name(name).policy_name(&policy).send().await;
        let found = absent_is_none(found.map_err(fault("iam:GetRolePolicy")))?;
        Ok::<_, AwsFault>(found.map(|found| (policy, policy_document(found.policy_document()))))
    });
    Ok(Some(try_join_all(documents).await?.into_iter().flatten().collect()))
}

async fn read_all<'a>(
    aws: &Clients,
    arns: impl IntoIterator<Item = &'a str>,
) -> BTreeMap<String, Option<Value>> {
    let documents = arns.into_iter().map(|arn| async move { (arn.to_owned(), document(aws, arn).await) });
    join_all(documents).await.into_iter().collect()
}

/// What a managed policy says, in the version that holds. Whoever may look at roles need not be allowed to look at
/// policies: what cannot be read leaves a doubt, and no more.
async fn document(aws: &Clients, arn: &str) -> Option<Value> {
    let iam = &aws.read.iam;
    let found = iam.get_policy().policy_arn(arn).send().await.map_err(fault("iam:GetPolicy")).ok()?;
    let version = found.policy?.default_version_id?;
    let found = iam.get_policy_version().policy_arn(arn).version_id(version).send().await;
    let found = found.map_err(fault("iam:GetPolicyVersion")).ok()?;
    found.policy_version?.document.map(|document| policy_document(&document))
}
