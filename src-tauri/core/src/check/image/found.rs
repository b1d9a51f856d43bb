//! What came of looking for an image, whoever keeps it.

use std::collections::BTreeMap;

use super::manifest::Processor;
use crate::{aws::AwsFault, words::Text, world::Moment};

#[derive(Debug)]
pub(super) enum Found {
    There(Box<Facts>),
    /// The repository has no such tag or digest.
    NotThere,
    /// Of ECR: there is no such repository.
    NoRepository,
    /// It is not there yet, and a rule of ECR's fetches it from somewhere else.
    Cached {
        /// The image there: `public.ecr.aws/docker/library/busybox`.
        upstream: String,
        /// The beginning of names that the rule is about.
        prefix: String,
        /// Whether ECR has the repository already.
        repository: bool,
    },
    /// It is not there, and whether a rule of ECR's would fetch it could not be looked at.
    PerhapsCached(AwsFault),
    /// It is not shown to whoever does not sign in: it is not there, or private.
    Hidden,
    /// The registry answers no more for now, since too much was asked of it.
    TooMany,
    /// AWS refused.
    Refused(AwsFault),
    /// It could not be asked.
    CannotTell(Text),
}

/// What is known of an image that is there.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) digest: Option<String>,
    /// `None`: it could not be read.
    pub(super) processors: Option<Vec<Processor>>,
    /// Why it could not.
    pub(super) unread: Option<Text>,
    /// What is pulled for the processor that is wanted, compressed.
    pub(super) bytes: Option<u64>,
    pub(super) pushed: Option<Moment>,
    pub(super) archived: bool,
    /// Whether a tag of this repository may come to mean another image; `None`: nobody says.
    pub(super) tags_move: Option<bool>,
    /// How many findings of each severity, where it was scanned.
    pub(super) findings: Option<BTreeMap<String, i32>>,
    pub(super) pulls: Option<Pulls>,
}

/// What a registry lets those who do not sign in pull (Docker Hub's `ratelimit-*` headers).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pulls {
    pub(super) left: u32,
    pub(super) of: u32,
    pub(super) hours: u32,
}
