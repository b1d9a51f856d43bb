//! What the caller may do, where that is not everything.

use crate::fault::Fault;
use crate::service::iam::Document;
use serde::{Deserialize, Serialize};

/// AWS's policy for those who may do everything.
pub const ADMINISTRATOR: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

/// The policies that a caller is judged by, each a document's JSON text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(default)]
pub struct Access {
    /// The policies on the caller itself; without any it may do nothing.
    pub identity: Vec<String>,
    /// What the caller's permissions cannot go beyond.
    pub boundary: Option<String>,
    /// The service control policies of the account's organisation by level: root, units, account. Each level must
    /// allow what is to be done. An account of no organisation has none.
    pub organization: Vec<Vec<String>>,
}

impl Default for Access {
    fn default() -> Self {
        Self { identity: vec![ADMINISTRATOR.to_owned()], boundary: None, organization: Vec::new() }
    }
}

impl Access {
    /// Refuses what IAM would not take as such policies.
    pub fn check(&self) -> Result<(), Fault> {
        let all = self.identity.iter().chain(&self.boundary).chain(self.organization.iter().flatten());
        all.into_iter().try_for_each(|document| Document::check_identity(document))
    }
}
