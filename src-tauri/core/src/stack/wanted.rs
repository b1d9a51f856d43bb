//! What a stack should be: its blueprint, and which generation of each compute environment is the present one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    blueprint::Blueprint,
    resource::{Accepted, Resources, Stack, list},
    words::Text,
};

/// What a stack should be, at one time of its life.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Wanted {
    /// The wishes.
    pub blueprint: Blueprint,
    /// By the environment's name in the blueprint, where the present one is not the first of its name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub generations: BTreeMap<String, Generation>,
    /// What somebody has added to its resources and somebody has accepted: no blueprint says it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub accepted: Accepted,
}

/// Which one of its name a compute environment is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Generation {
    /// 2 for the first successor.
    pub number: u32,
    /// Why the one before could not be changed where it was.
    pub why: Text,
}

impl Wanted {
    /// This blueprint, each environment the first of its name.
    pub(super) fn first(blueprint: Blueprint) -> Self {
        Self { blueprint, generations: BTreeMap::new(), accepted: Accepted::new() }
    }

    pub(super) fn number(&self, environment: &str) -> u32 {
        self.generations.get(environment).map_or(1, |generation| generation.number)
    }

    /// The resources that were asked for then, as parts of this stack.
    pub(super) fn resources(&self, stack: &Stack) -> Resources {
        list(&self.blueprint, Stack { generations: self.numbers(), ..stack.clone() })
    }

    pub(super) fn numbers(&self) -> BTreeMap<String, u32> {
        self.generations.iter().map(|(name, generation)| (name.clone(), generation.number)).collect()
    }
}
