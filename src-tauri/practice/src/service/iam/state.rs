//! What IAM remembers.

use crate::account::ACCOUNT_ID;
use crate::fault::Fault;
use crate::time::Millis;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Every role of the account, by name. AWS keeps names unique without regard to case and path.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Iam {
    pub(crate) roles: BTreeMap<String, Role>,
    /// By name.
    pub(crate) profiles: BTreeMap<String, InstanceProfile>,
    /// Policies of the account's own, by ARN.
    pub(crate) policies: BTreeMap<String, Policy>,
    /// Deletions of service-linked roles, by task id.
    pub(crate) deletions: BTreeMap<String, Deletion>,
}

/// A role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Role {
    pub(crate) id: String,
    pub(crate) name: String,
    /// `/` or `/team/`.
    pub(crate) path: String,
    /// The trust policy, as it was sent.
    pub(crate) trust: String,
    pub(crate) description: String,
    /// Seconds.
    pub(crate) max_session: i64,
    pub(crate) boundary: Option<String>,
    pub(crate) created: Millis,
    pub(crate) trust_changed: Millis,
    pub(crate) tags: BTreeMap<String, String>,
    /// ARNs of managed policies, and when each was attached.
    pub(crate) attached: BTreeMap<String, Millis>,
    /// Policies written into the role, by name.
    pub(crate) inline: BTreeMap<String, Inline>,
    /// The service that alone may change it.
    pub(crate) service: Option<String>,
}

/// A policy's text, and since when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Inline {
    pub(crate) document: String,
    pub(crate) put: Millis,
}

/// A managed policy of the account's own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Policy {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) description: String,
    pub(crate) created: Millis,
    pub(crate) updated: Millis,
    pub(crate) tags: BTreeMap<String, String>,
    /// By number; numbers are never used again.
    pub(crate) versions: BTreeMap<u32, Inline>,
    pub(crate) default_version: u32,
    pub(crate) last_version: u32,
}

impl Policy {
    pub(crate) fn arn(&self) -> String {
        format!("arn:aws:iam::{ACCOUNT_ID}:policy{}{}", self.path, self.name)
    }

    /// The document that counts.
    pub(crate) fn document(&self) -> Option<&str> {
        Some(&self.versions.get(&self.default_version)?.document)
    }
}

/// What an EC2 host carries.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct InstanceProfile {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) created: Millis,
    pub(crate) tags: BTreeMap<String, String>,
    /// The name of the one role in it.
    pub(crate) role: Option<String>,
    pub(crate) role_added: Millis,
}

impl InstanceProfile {
    pub(crate) fn arn(&self) -> String {
        format!("arn:aws:iam::{ACCOUNT_ID}:instance-profile{}{}", self.path, self.name)
    }
}

/// How the deletion of a service-linked role went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Deletion {
    /// Why it failed; none when the role is gone.
    pub(crate) failed: Option<String>,
    pub(crate) role_arn: String,
}

impl Role {
    /// `arn:aws:iam::111122223333:role/team/name`.
    pub fn arn(&self) -> String {
        format!("arn:aws:iam::{ACCOUNT_ID}:role{}{}", self.path, self.name)
    }
}

impl Iam {
    /// A new account's: no roles.
    pub fn new() -> Self {
        Self::default()
    }

    /// The role of that name.
    pub fn role(&self, name: &str) -> Option<&Role> {
        self.roles.get(name).or_else(|| self.roles.values().find(|role| role.name.eq_ignore_ascii_case(name)))
    }

    pub(crate) fn found(&self, name: &str) -> Result<&Role, Fault> {
        self.role(name).ok_or_else(|| no_such_role(name))
    }

    /// The role of that name, for the changes that everybody may make also to a service-linked one: its tags
    /// and its description.
    pub(crate) fn found_mut(&mut self, name: &str) -> Result<&mut Role, Fault> {
        let name = self.found(name)?.name.clone();
        self.roles.get_mut(&name).ok_or_else(|| no_such_role(&name))
    }

    /// The role of that name, to be changed by the caller: a service-linked one belongs to its service.
    pub(crate) fn changeable(&mut self, name: &str) -> Result<&mut Role, Fault> {
        let role = self.found(name)?;
        if role.service.is_some() {
            return Err(Fault::new(
                "UnmodifiableEntity",
                format!(
                    "Cannot perform the operation on the protected role '{}' - this role is only modifiable by AWS",
                    role.name
                ),
            ));
        }
        self.found_mut(name)
    }
}

pub(crate) fn no_such_role(name: &str) -> Fault {
    Fault::with_status(404, "NoSuchEntity", format!("The role with name {name} cannot be found."))
}
