//! A role as it is found, with every policy that it has.

use std::collections::BTreeMap;

use futures::future::try_join_all;
use serde_json::Value;

use crate::{
    aws::{AwsFault, Clients, fault},
    resource::{absent_is_none, policy_document, tags::Tags},
};

/// A role as found.
#[derive(Debug, Clone)]
pub(crate) struct RoleFacts {
    pub(crate) arn: String,
    pub(crate) trust: Value,
    pub(crate) attached: Vec<String>,
    /// Inline policies by their names.
    pub(crate) inline: BTreeMap<String, Value>,
    pub(crate) tags: Tags,
}

/// The role of this name, where there is one.
pub(super) async fn look(aws: &Clients, name: &str) -> Result<Option<RoleFacts>, AwsFault> {
    let iam = &aws.read.iam;
    let found = absent_is_none(iam.get_role().role_name(name).send().await.map_err(fault("iam:GetRole")))?;
    let Some(role) = found.and_then(|found| found.role) else { return Ok(None) };
    let attached = iam.list_attached_role_policies().role_name(name).into_paginator().items().send();
    let inline = iam.list_role_policies().role_name(name).into_paginator().items().send();
    let (attached, inline) =
        tokio::join!(attached.collect::<Result<Vec<_>, _>>(), inline.collect::<Result<Vec<_>, _>>());
    let attached = absent_is_none(attached.map_err(fault("iam:ListAttachedRolePolicies")))?;
    let inline = absent_is_none(inline.map_err(fault("iam:ListRolePolicies")))?;
    // Gone between two questions: absence all the same.
    let (Some(attached), Some(inline)) = (attached, inline) else { return Ok(None) };
    let documents = inline.into_iter().map(|policy| async move {
        let found = iam.get_role_policy().role_name(name).policy_name(&policy).send().await;
        let found = absent_is_none(found.map_err(fault("iam:GetRolePolicy")))?;
        Ok(found.map(|found| (policy, policy_document(found.policy_document()))))
    });
    let inline = try_join_all(documents).await?.into_iter().flatten().collect();
    Ok(Some(RoleFacts {
        arn: role.arn().to_owned(),
        trust: policy_document(role.assume_role_policy_document().unwrap_or_default()),
        attached: attached.into_iter().filter_map(|policy| policy.policy_arn).collect(),
        inline,
        tags: role.tags().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect(),
    }))
}
