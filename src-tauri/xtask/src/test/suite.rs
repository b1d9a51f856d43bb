//! The suites: what each is made of and what it needs.

use crate::setup::{apt, python, tools};
use crate::shell::Outcome;
use crate::test::artifacts::Binary;
use crate::tree::Tree;
use crate::ui;

/// A named part of the tests.
pub(crate) struct Suite {
    pub(crate) name: &'static str,
    /// What it shows, in the words of `--list`.
    pub(crate) shows: &'static str,
    /// Brings what it needs beyond a build.
    pub(crate) prepare: fn(&Tree) -> Outcome,
    /// Tests that each open a window or a server of their own run one at a time.
    pub(crate) one_at_a_time: bool,
    /// Seconds after which it is ended: a hanging test must fail, not hang a machine.
    pub(crate) limit: u64,
}

/// In the order in which they run: the quickest to fail first.
pub(crate) const SUITES: &[Suite] = &[
    Suite {
        name: "unit",
        shows: "judging, planning, writing; the pages' own tests; the house rules",
        prepare: nothing,
        one_at_a_time: false,
        limit: 900,
    },
    Suite {
        name: "practice",
        shows: "every path and fault against the practice account, in virtual time",
        prepare: nothing,
        one_at_a_time: false,
        limit: 1800,
    },
    Suite {
        name: "moto",
        shows: "our calls mean to an independent emulator what they mean to us",
        prepare: python_there,
        one_at_a_time: false,
        limit: 900,
    },
    Suite {
        name: "terraform",
        shows: "what Slipway exports plans to no change",
        prepare: terraform_there,
        one_at_a_time: true,
        limit: 1800,
    },
    Suite {
        name: "keychain",
        shows: "credentials go into a real keyring, come back, and are nowhere else",
        prepare: keyring_there,
        one_at_a_time: false,
        limit: 300,
    },
    Suite {
        name: "faults",
        shows: "broken connections and kill -9: nothing lost, nothing doubled",
        prepare: python_there,
        one_at_a_time: false,
        limit: 1200,
    },
    Suite {
        name: "window",
        shows: "a person can do it in the real window",
        prepare: driver_there,
        one_at_a_time: true,
        limit: 1200,
    },
];

impl Suite {
    /// Whether a test binary belongs to it: cross-room suites carry its name, all other binaries are unit tests.
    pub(crate) fn owns(&self, binary: &Binary) -> bool {
        match (self.name, binary.package.as_str()) {
            ("unit", "slipway-tests") => binary.target == "house" || !binary.is_suite,
            ("unit", _) => true,
            (name, "slipway-tests") => binary.is_suite && binary.target == name,
            _ => false,
        }
    }
}

#[allow(clippy::unnecessary_wraps, reason = "one of several preparations")]
fn nothing(_: &Tree) -> Outcome {
    Ok(())
}

fn python_there(tree: &Tree) -> Outcome {
    python::ensure(tree).map(drop)
}

fn terraform_there(tree: &Tree) -> Outcome {
    python_there(tree)?;
    ui::packages(&tree.root.join("tests/schema6"))
}

fn keyring_there(_: &Tree) -> Outcome {
    apt::ensure(apt::SCREEN)?;
    apt::ensure(apt::KEYRING)
}

pub(crate) fn driver_there(tree: &Tree) -> Outcome {
    keyring_there(tree)?;
    apt::ensure(apt::DRIVER)?;
    python_there(tree)?;
    tools::TAURI_DRIVER.ensure(tree).map(drop)
}
