//! The two accounts that the command line is put before: moto, and the practice account as it is served.

use std::net::SocketAddr;

use serde_json::Value;
use slipway_tests::cli::Cli;
use slipway_tests::moto::Moto;
use slipway_tests::practice::Practice;

/// A new account with a server before it.
pub(crate) enum Account {
    Moto(Moto),
    Practice { practice: Practice, _home: tempfile::TempDir },
}

impl Account {
    pub(crate) fn moto() -> Self {
        Self::Moto(Moto::like_a_new_account())
    }

    pub(crate) fn practice() -> Self {
        let home = tempfile::tempdir().expect("there is room for a folder");
        Self::Practice { practice: Practice::quick(home.path()), _home: home }
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Moto(_) => "moto",
            Self::Practice { .. } => "the practice account",
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        match self {
            Self::Moto(moto) => moto.address(),
            Self::Practice { practice, .. } => practice.address(),
        }
    }

    pub(crate) fn dump(&self) -> Value {
        match self {
            Self::Moto(moto) => moto.dump(),
            Self::Practice { practice, .. } => practice.dump(),
        }
    }

    /// The blueprint that asks for the most calls: a network of its own. moto wants a service role where AWS wants
    /// none, so there the role is the classic one.
    pub(crate) fn blueprint(&self, person: &Cli) -> String {
        let network = ("kind = \"default-vpc\"", "kind = \"new-vpc\"\ncidr = \"10.42.0.0/16\"");
        let role = ("service_role = \"service-linked\"", "service_role = \"classic\"");
        match self {
            Self::Moto(_) => person.blueprint(&[network, role]),
            Self::Practice { .. } => person.blueprint(&[network]),
        }
    }
}
