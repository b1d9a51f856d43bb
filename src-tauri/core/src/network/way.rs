//! A way to a service, as it is told.

use serde::{Deserialize, Serialize};

use crate::words::Text;

/// One thing on the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Hop {
    /// What it is.
    pub kind: HopKind,
    /// Its id in AWS.
    pub id: String,
}

/// What a thing on the way is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "each is named as AWS names it")]
pub enum HopKind {
    Subnet,
    Resolver,
    SecurityGroup,
    NetworkAcl,
    RouteTable,
    InternetGateway,
    NatGateway,
    Endpoint,
    /// What leads on to where nobody sees from here: a transit gateway, an appliance.
    Elsewhere,
}

/// What a way comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Reach {
    /// It gets there.
    Reaches,
    /// It breaks at the last of its hops.
    Broken {
        /// Why.
        why: Text,
    },
    /// What the last of its hops does cannot be seen from here.
    CannotTell {
        /// Why.
        why: Text,
    },
}

/// A way from a subnet to a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Way {
    /// What it leads through, in order.
    pub hops: Vec<Hop>,
    /// What it comes to.
    pub reach: Reach,
}
