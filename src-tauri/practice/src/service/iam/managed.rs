//! The AWS-managed policies that Slipway's world names, with the documents AWS gives them
//! (AWS Managed Policy Reference Guide).

use super::names::{encoded, page, required};
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
    let mut shown = xml(account, policy);
    shown.push(Xml::tree("Tags", Vec::new()));
    Ok(vec![Xml::tree("Policy", shown)])
}

/// `ListPolicies`. There are no policies of the account's own here: what Slipway allows a role stands in the role.
pub(super) fn list_policies(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let scope = params.text("Scope").unwrap_or("All");
    if !["All", "AWS", "Local"].contains(&scope) {
        return Err(Fault::new("ValidationError", format!("Scope must be All, AWS or Local, not {scope}.")));
    }
    let prefix = params.text("PathPrefix").unwrap_or("/");
    let attached = params.text("OnlyAttached") == Some("true");
    let meant = |policy: &&Managed| {
        scope != "Local" && policy.path.starts_with(prefix) && (!attached || attachments(account, policy) > 0)
    };
    let mut all: Vec<_> =
        POLICIES.iter().filter(meant).map(|policy| (policy.name.as_str(), policy)).collect();
    all.sort_by_key(|(name, _)| *name);
    let (policies, mut tail) = page(params, all);
    // ListPolicies leaves out tags (IAM API reference).
    let members = policies.into_iter().map(|policy| xml(account, policy));
    let mut answer = vec![Xml::members("Policies", members.collect::<Vec<_>>())];
    answer.append(&mut tail);
    Ok(answer)
}

fn attachments(account: &Account<'_>, policy: &Managed) -> usize {
    let arn = policy.arn();
    account.state.iam.roles.values().filter(|role| role.attached.contains_key(&arn)).count()
}

fn xml(account: &Account<'_>, policy: &Managed) -> Vec<Xml> {
    vec![
        Xml::text("PolicyName", &policy.name),
        Xml::text("PolicyId", iam_id(0, "ANPA", &policy.name)),
        Xml::text("Arn", policy.arn()),
        Xml::text("Path", &policy.path),
        Xml::text("DefaultVersionId", &policy.version),
        Xml::shown("AttachmentCount", attachments(account, policy)),
        Xml::shown("PermissionsBoundaryUsageCount", 0),
        Xml::shown("IsAttachable", true),
        Xml::text("CreateDate", &policy.created),
        Xml::text("UpdateDate", &policy.updated),
    ]
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
