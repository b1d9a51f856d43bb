//! What a resource is found to be, and what follows from it.

use serde::{Deserialize, Serialize};

use super::{Call, Difference, Facts, ResourceId};
use crate::{aws::AwsFault, words::Text};

/// What a look at the account brought back.
#[derive(Debug, Clone)]
pub enum Observed<F> {
    /// It is not there. A fact, not an error.
    Absent,
    /// It is there.
    Present(F),
    /// It could not be looked at; never to be taken for absence.
    CannotTell(AwsFault),
}

impl<F> Observed<F> {
    /// From a look-up in which `None` is absence.
    pub fn from_lookup(found: Result<Option<F>, AwsFault>) -> Self {
        match found {
            Ok(Some(facts)) => Self::Present(facts),
            Ok(None) => Self::Absent,
            Err(fault) => Self::CannotTell(fault),
        }
    }
}

/// What can be done about a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mend {
    /// AWS can change it where it is.
    InPlace,
    /// AWS cannot change it where it is; another one is made beside it and takes its place. The text says why.
    Replace(Text),
    /// Nothing can be done without harm; the text says why and what a person may do.
    Refuse(Text),
}

/// What a resource is found to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// There, and as wanted.
    Ready,
    /// Not there; it would be made.
    Missing,
    /// Not there, and not ours to make; the text says what to do.
    Lacking(Text),
    /// There, not as wanted.
    Wrong(Vec<Difference>, Mend),
    /// The name is taken by something that does not carry our tag.
    Foreign,
    /// On its way, by itself: creating, updating, deleting.
    Settling(String),
    /// AWS says that it does not work, with AWS's reason; and what is not as wanted besides.
    Broken(String, Vec<Difference>),
    /// It could not be looked at.
    CannotTell(AwsFault),
}

impl Verdict {
    /// Of something that is there: ready where nothing differs, else to be put right where it is.
    pub(crate) fn in_place(wrong: impl IntoIterator<Item = Difference>) -> Self {
        let wrong: Vec<_> = wrong.into_iter().collect();
        if wrong.is_empty() { Self::Ready } else { Self::Wrong(wrong, Mend::InPlace) }
    }
}

/// A detail that a verdict rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Evidence {
    /// What it is, in AWS's words or as a code.
    pub label: String,
    /// What was found.
    pub value: String,
}

impl Evidence {
    /// A detail.
    pub fn new(label: &str, value: impl ToString) -> Self {
        Self { label: label.to_owned(), value: value.to_string() }
    }
}

/// Whether something of somebody else can become a stack's.
#[derive(Debug, Clone)]
pub enum Adoption {
    /// By these tags.
    Tags(Vec<Difference>, Vec<Call>),
    /// Not at all; the text says why.
    Refused(Text),
}

/// What somebody has put on a resource besides what is wanted: a rule that lets in, a policy on a role. It keeps the
/// stack from nothing, so that a run leaves it; it is told of, and taken off or accepted when somebody says so.
#[derive(Debug, Clone)]
pub struct Addition {
    /// What it is; nothing is wanted there.
    pub difference: Difference,
    /// The call that takes it off.
    pub call: Call,
}

/// Everything one look at a resource yields.
#[derive(Debug, Clone)]
pub struct Sighting {
    /// Which resource.
    pub resource: ResourceId,
    /// Its name in AWS.
    pub name: String,
    /// What it is found to be.
    pub verdict: Verdict,
    /// What the verdict rests on.
    pub evidence: Vec<Evidence>,
    /// What is wrong with it, where more can be said than which attributes differ.
    pub finding: Option<Text>,
    /// What could not be told of it although it could be looked at.
    pub doubt: Option<Text>,
    /// What others may need of it; empty when it is not there.
    pub known: Facts,
    /// Whether it is there and carries this stack's tag.
    pub ours: bool,
    /// Whether it is there at all.
    pub present: bool,
    /// The calls that make it.
    pub create: Vec<Call>,
    /// The calls that put it right.
    pub change: Vec<Call>,
    /// What somebody has added and nobody has accepted.
    pub additions: Vec<Addition>,
    /// The calls that remove it.
    pub delete: Vec<Call>,
    /// The calls that make it the stack's, where it is somebody else's; or why it must not become that.
    pub adoption: Option<Adoption>,
    /// The call that makes it nobody's again.
    pub release: Option<Call>,
    /// The calls that remove what `create` makes, should it be made only for that.
    pub unmake: Vec<Call>,
    /// Why it stays when the stack is torn down, where it does.
    pub stays: Option<Text>,
    /// What a person should know of that goes with it.
    pub taking: Option<Text>,
    /// How long it usually takes, in seconds, from nothing to ready.
    pub typical_seconds: u32,
    /// The longest it may take, in seconds, before that is a failure.
    pub patience_seconds: u32,
}
