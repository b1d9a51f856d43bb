//! The AWS-managed policies that Slipway's world names, with the documents AWS gives them
//! (AWS Managed Policy Reference Guide).

use super::names::{encoded, required};
use crate::account::Account;
use crate::fault::Fault;
use crate::ids::iam_id;
use crate::wire::{Params, Xml};
use serde::Deserialize;
use serde_json::Value;
use std::sync::LazyLock;

/// One of them.
#[derive(Debug, Deserialize)]
pub(super) struct Managed {
    pub(super) name: String,
    path: String,
    created: String,
    updated: String,
    version: String,
    pub(super) document: Value,
}

impl Managed {
    pub(super) fn arn(&self) -> String {
        format!("arn:aws:iam::aws:policy{}{}", self.path, self.name)
    }

    /// Policies under `/aws-service-role/` belong to service-linked roles alone.
    pub(super) fn is_attachable(&self) -> bool {
        self.path != "/aws-service-role/"
    }
}

static POLICIES: LazyLock<Vec<Managed>> = LazyLock::new(|| {
    // A test reads the file, so that this cannot come out empty.
    serde_json::from_str(include_str!("managed_policies.json")).unwrap_or_default()
});

pub(super) fn by_arn(arn: &str) -> Option<&'static Managed> {
    POLICIES.iter().find(|policy| policy.arn() == arn)
}

fn found(params: &Params) -> Result<&'static Managed, Fault> {
    let arn = required(params, "PolicyArn")?;
    by_arn(arn).ok_or_else(|| Fault::with_status(404, "NoSuchEntity", format!("Policy {arn} was not found.")))
}

pub(super) fn get_policy(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let policy = found(params)?;
    let arn = policy.arn();
    let attachments = account.state.iam.roles.values().filter(|r| r.attached.contains_key(&arn)).count();
    Ok(vec![Xml::tree(
        "Policy",
        vec![
            Xml::text("PolicyName", &policy.name),
            Xml::text("PolicyId", iam_id(0, "ANPA", &policy.name)),
            Xml::text("Arn", arn),
            Xml::text("Path", &policy.path),
            Xml::text("DefaultVersionId", &policy.version),
            Xml::shown("AttachmentCount", attachments),
            Xml::shown("PermissionsBoundaryUsageCount", 0),
            Xml::shown("IsAttachable", true),
            Xml::text("CreateDate", &policy.created),
            Xml::text("UpdateDate", &policy.updated),
            Xml::tree("Tags", Vec::new()),
        ],
    )])
}

pub(super) fn get_policy_version(_: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let policy = found(params)?;
    let version = required(params, "VersionId")?;
    if version != policy.version {
        return Err(Fault::with_status(
            404,
            "NoSuchEntity",
            format!("Policy {} version {version} does not exist or is not attachable.", policy.arn()),
        ));
    }
    Ok(vec![Xml::tree(
        "PolicyVersion",
        vec![
            Xml::text("Document", encoded(&policy.document.to_string())),
            Xml::text("VersionId", version),
            Xml::shown("IsDefaultVersion", true),
            Xml::text("CreateDate", &policy.updated),
        ],
    )])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policies_are_there_with_documents_that_can_be_evaluated() {
        assert_eq!(POLICIES.len(), 16);
        for policy in POLICIES.iter() {
            super::super::policy::Document::check_identity(&policy.document.to_string())
                .unwrap_or_else(|fault| panic!("{}: {fault}", policy.name));
        }
        assert!(by_arn("arn:aws:iam::aws:policy/service-role/AWSBatchServiceRole").is_some());
    }
}
