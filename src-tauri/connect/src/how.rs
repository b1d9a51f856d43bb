//! How to connect, and what was connected to.

use serde::{Deserialize, Serialize};
use slipway_core::account::{Identity, Session};

/// Where the identity comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum SessionKind {
    /// The practice account on this computer; no AWS login.
    Practice,
    /// A profile of AWS's shared configuration files.
    Profile,
    /// A saved account, whose keys are in the keychain.
    Keys,
    /// `AWS_ACCESS_KEY_ID` and its companions.
    Environment,
}

/// How to connect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Connect {
    /// Where the identity comes from.
    pub kind: SessionKind,
    /// The profile, the saved account, or the lesson on whose practice account it is; `None` for the others.
    pub name: Option<String>,
    /// The region; empty for the profile's, the account's or the environment's own.
    pub region: String,
    /// Instead of AWS: https, or loopback. A saved account has its own, which this one overrides.
    pub endpoint: Option<String>,
}

impl Connect {
    /// The practice account.
    pub fn practice() -> Self {
        Self { kind: SessionKind::Practice, name: None, region: String::new(), endpoint: None }
    }

    /// A lesson's practice account.
    pub fn lesson(id: &str) -> Self {
        Self { name: Some(id.to_owned()), ..Self::practice() }
    }
}

/// A session as a screen shows it: always who and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct SessionView {
    /// Where the identity came from.
    pub kind: SessionKind,
    /// The profile, the saved account or the lesson.
    pub name: Option<String>,
    /// The region.
    pub region: String,
    /// What is called instead of AWS, when something is.
    pub endpoint: Option<String>,
    /// Who is signed in.
    pub identity: Identity,
}

impl SessionView {
    /// The view of a session that was opened so.
    pub fn new(how: &Connect, session: &Session, endpoint: Option<String>) -> Self {
        Self {
            kind: how.kind,
            name: how.name.clone(),
            region: session.region.clone(),
            endpoint,
            identity: session.identity.clone(),
        }
    }
}
