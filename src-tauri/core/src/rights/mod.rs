//! What a person has to be allowed, and whether they are: out of the very calls that are sent.
//!
//! ```text
//! a plan's calls ────────────► [`needed`]   what these steps send            ─┐
//! a blueprint's resources ───► [`setup`]    what all their runs and looks take ├─► [`policy`]  as JSON, to hand on
//! the room `job` ────────────► [`analyst`]  what launching and watching takes ─┘
//!                                   └──────────► [`ask`]  IAM simulates them for the caller
//! ```

mod analyst;
mod ask;
mod caller;
mod circumstances;
mod document;
mod handout;
mod life;
mod scope;
mod setup;

pub use analyst::analyst;
pub use ask::{Answer, Principal, Refusal, ask, principal};
pub use caller::Caller;
pub use circumstances::Circumstances;
pub use document::{policies, policy};
pub use handout::{Handout, for_launching, for_launching_on, for_setup};
pub use setup::{needed, setup};

use std::collections::{BTreeMap, BTreeSet};

use crate::resource::Permission;

/// What a right is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aim {
    /// Making what the plan makes.
    Make,
    /// Changing and removing it later.
    Keep,
    /// Looking, which changes nothing.
    Look,
    /// Launching, watching and stopping jobs.
    Launch,
}

/// Permissions by what they are for; each is there once, for the most urgent of its aims.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rights(BTreeMap<Permission, Aim>);

impl Rights {
    pub(super) fn add(&mut self, aim: Aim, permissions: impl IntoIterator<Item = Permission>) {
        for permission in permissions {
            let known = self.0.entry(permission).or_insert(aim);
            *known = aim.min(*known);
        }
    }

    /// All of them with their aims.
    pub fn iter(&self) -> impl Iterator<Item = (&Permission, Aim)> {
        self.0.iter().map(|(permission, aim)| (permission, *aim))
    }

    /// The same, but what these permissions are needed for comes first: what is there already need not be made.
    pub(crate) fn making(mut self, needed: &BTreeSet<Permission>) -> Self {
        for (permission, aim) in &mut self.0 {
            if needed.contains(permission) {
                *aim = Aim::Make;
            } else if *aim == Aim::Make {
                *aim = Aim::Keep;
            }
        }
        self.add(Aim::Make, needed.iter().cloned());
        self
    }

    /// Those with this aim.
    pub fn of(&self, aim: Aim) -> BTreeSet<&Permission> {
        self.iter().filter(|(_, its)| *its == aim).map(|(permission, _)| permission).collect()
    }
}
