//! The AWS-managed policies that Slipway's world names, with the documents AWS gives them
//! (AWS Managed Policy Reference Guide).

use serde::Deserialize;
use serde_json::Value;
use std::sync::LazyLock;

/// One of them.
#[derive(Debug, Deserialize)]
pub(super) struct Managed {
    pub(super) name: String,
    pub(super) path: String,
    pub(super) created: String,
    pub(super) updated: String,
    pub(super) version: String,
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

/// All of them.
pub(super) fn all() -> &'static [Managed] {
    &POLICIES
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
