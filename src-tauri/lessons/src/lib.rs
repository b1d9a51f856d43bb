//! Lessons: practice accounts in each of which somebody has done one thing that keeps jobs from running, or may. The
//! check finds it before anything is made, and says what to do.
//!
//! - [`all`]: the catalogue, with what the check must find by AWS's documentation: that and nothing else.
//! - [`prepare`]: does in a new practice account what somebody did, and gives the blueprint that is to be set up there.
//! - [`hands`]: what a person does by hand, as calls of AWS's.
//! - [`network`]: a VPC in which things are done.

pub mod hands;
mod image;
mod instances;
mod limits;
pub mod network;
mod permissions;
mod roles;

use std::{fmt, sync::LazyLock};

use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use slipway_core::{
    blueprint::Blueprint,
    check::CheckVerdict,
    error::AppError,
    words::{Text, say},
};
use slipway_practice::Practice;

use crate::{
    hands::Hands,
    network::{Act, Runs, Site},
};

/// The stack that is to be set up in every lesson.
pub(crate) const STACK: &str = "imaging";

/// What a lesson is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum Topic {
    /// Ways, addresses and zones.
    Network,
    /// Who may do what for the jobs.
    Roles,
    /// What the person who sets up may do.
    Permissions,
    /// How much the account may have.
    Limits,
    /// What runs.
    Image,
    /// What it runs on.
    Instances,
}

impl Topic {
    /// All of them, in the order of the catalogue.
    pub const ALL: [Self; 6] =
        [Self::Network, Self::Roles, Self::Permissions, Self::Limits, Self::Image, Self::Instances];

    /// Its code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Roles => "roles",
            Self::Permissions => "permissions",
            Self::Limits => "limits",
            Self::Image => "image",
            Self::Instances => "instances",
        }
    }
}

/// Something that the check must find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding {
    /// The item's id: `reach-ecr`.
    pub item: &'static str,
    /// What it comes to.
    pub verdict: CheckVerdict,
    /// The code of its sentence: `reach-no-route`.
    pub code: &'static str,
}

/// A practice account in which one thing is not as it should be.
#[derive(Clone, Copy)]
pub struct Lesson {
    /// The code of what is mainly found, and what sets it apart from others of that code: `reach-endpoint-missing-logs`.
    pub id: &'static str,
    /// What it is about.
    pub topic: Topic,
    /// The page of AWS's documentation that says so.
    pub page: &'static str,
    /// All that the check finds wrong, doubtful or worth knowing; nothing else.
    pub finds: &'static [Finding],
    deed: Deed,
}

/// What somebody did.
#[derive(Clone, Copy)]
enum Deed {
    /// In a network, in which this is to run.
    Network(Runs, &'static [Act]),
    /// Anything else.
    ByHand(ByHand),
}

/// Something that somebody does by hand; it gives what is to be set up.
pub(crate) type ByHand = fn(&Hands) -> BoxFuture<'_, Result<Blueprint, AppError>>;

impl fmt::Debug for Lesson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Lesson").field(&self.id).finish()
    }
}

impl Lesson {
    /// What somebody did, in one sentence.
    pub fn sentence(&self) -> Text {
        say(&self.sentence_code(), &[])
    }

    /// `lesson-reach-no-route`.
    pub fn sentence_code(&self) -> String {
        format!("lesson-{}", self.id)
    }

    /// What runs in which network, where the lesson is about a VPC of somebody's.
    pub const fn network(&self) -> Option<(Runs, &'static [Act])> {
        match self.deed {
            Deed::Network(runs, acts) => Some((runs, acts)),
            Deed::ByHand(_) => None,
        }
    }
}

static ALL: LazyLock<Vec<Lesson>> = LazyLock::new(|| {
    let network = network::LESSONS.concat();
    let others = [roles::LESSONS, permissions::LESSONS, limits::LESSONS, image::LESSONS, instances::LESSONS];
    [network, others.concat()].concat()
});

/// Every lesson, by topic.
pub fn all() -> &'static [Lesson] {
    &ALL
}

/// The lesson of this id.
pub fn find(id: &str) -> Option<&'static Lesson> {
    ALL.iter().find(|lesson| lesson.id == id)
}

/// Does in a new practice account what somebody did, and gives what is to be set up there.
pub async fn prepare(practice: &Practice, lesson: &Lesson) -> Result<Blueprint, AppError> {
    let hands = Hands::on(practice);
    match lesson.deed {
        Deed::ByHand(deed) => deed(&hands).await,
        Deed::Network(runs, acts) => {
            let site = Site::new(&hands).await?;
            for act in acts {
                site.apply(&hands, *act).await?;
            }
            Ok(site.blueprint(runs))
        }
    }
}

const fn found(item: &'static str, verdict: CheckVerdict, code: &'static str) -> Finding {
    Finding { item, verdict, code }
}

/// Creating would fail.
pub(crate) const fn wrong(item: &'static str, code: &'static str) -> Finding {
    found(item, CheckVerdict::Wrong, code)
}

/// It would be put right.
pub(crate) const fn mend(item: &'static str, code: &'static str) -> Finding {
    found(item, CheckVerdict::Mend, code)
}

/// Something to know.
pub(crate) const fn warning(item: &'static str, code: &'static str) -> Finding {
    found(item, CheckVerdict::Warning, code)
}

/// It cannot be told from here.
pub(crate) const fn doubt(item: &'static str, code: &'static str) -> Finding {
    found(item, CheckVerdict::CannotTell, code)
}
