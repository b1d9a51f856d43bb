//! What an account has of what a blueprint needs: each resource, and the questions that no single resource
//! answers. All asked at once. *Cannot tell* never blocks.

mod caller;
mod fit;
mod fix;
mod image;
mod instances;
mod item;
mod limits;
mod name;
mod network;
mod permissions;
mod roles;

use serde::{Deserialize, Serialize};

pub use fix::Fix;
pub use item::{CheckItem, CheckVerdict, Group};
pub use network::{
    Branch, By, Cure, CureKind, CureStep, DrawnHop, DrawnWay, HopState, NetworkPicture, SubnetDrawn, Thing,
    VpcDrawn, WayState,
};
pub use roles::RolePart;

use crate::{
    account::Session,
    blueprint::{self, Blueprint},
    error::AppError,
    job,
    plan::{Memory, Plan},
    resource::{Stack, Survey, Verdict},
    rights::{self, Caller},
    stack::OpenStack,
    words::Text,
    world::Moment,
};

/// Everything that was found.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type)]
pub struct CheckReport {
    /// Every finding, grouped.
    pub items: Vec<CheckItem>,
    /// How many things would be made.
    pub to_make: u32,
    /// How many would be put right.
    pub to_mend: u32,
    /// How many a person should know of.
    pub to_know: u32,
    /// Whether creating would fail.
    pub blocked: bool,
    /// Which role does what.
    pub roles: Vec<RolePart>,
    /// Another name that is free, where something else has taken this one.
    pub other_name: Option<String>,
    /// The network that jobs run in, with the ways out of it; `None` where it could not be found.
    pub network: Option<NetworkPicture>,
    /// When it was asked.
    pub checked_at: Moment,
}

/// Asks everything; `found` hears of each finding as it comes.
pub async fn check(
    session: &Session,
    blueprint: Blueprint,
    mut found: impl FnMut(&CheckItem),
) -> Result<CheckReport, AppError> {
    blueprint::require_sound(&blueprint)?;
    let open = OpenStack::of_blueprint(session, blueprint).await?;
    let resources = open.resources();
    let mut items = vec![caller::check(session)];
    items.iter().for_each(&mut found);

    let forgotten = open.forgotten();
    let caller = Caller::of(&session.identity.arn);
    let principal = rights::principal(&session.aws.read.iam, &caller);
    let survey = Survey::take(&resources, &session.aws, |sighting| {
        let item = if !forgotten.contains(&sighting.resource) {
            CheckItem::of_resource(sighting)
        } else if sighting.present && sighting.ours {
            CheckItem::forgotten(sighting)
        } else {
            return;
        };
        found(&item);
        items.push(item);
    });
    let limits = limits::ask(session, &open.wanted.blueprint, &resources);
    let images = image::check(session, &open.wanted.blueprint);
    let instances = Box::pin(instances::check(session, &open.wanted.blueprint));
    let fit = Box::pin(fit::check(session, &open.wanted.blueprint));
    let network = network::look(session, &open.wanted.blueprint, &open.stack);
    let (survey, principal, limits, images, instances, fit, network) =
        tokio::join!(survey, principal, limits, images, instances, fit, network);
    let network = network::judge(session, &open.wanted.blueprint, &survey, network);
    let mut roles = roles::parts(&open.wanted.blueprint, &survey);
    roles.retain(|role| !forgotten.iter().any(|id| id.to_string() == role.id));
    // Only what this plan will send can keep it from being carried out.
    let memory = Memory { forgotten, ..Memory::default() };
    let needed = rights::needed(&open.stack, &Plan::create(&resources, &survey, &memory));
    let all = rights::setup(&open.stack, &open.wanted.blueprint, &resources, &caller).making(&needed);
    let permissions = permissions::check(session, &principal, &all).await;
    let limits = limits.items(&survey);
    let answers = limits.into_iter().chain(images).chain(instances).chain(fit);
    for item in answers.chain(network.items).chain(permissions) {
        found(&item);
        items.push(item);
    }
    let taken = survey.sightings.iter().any(|sighting| sighting.verdict == Verdict::Foreign);
    let other_name = if taken { name::free_name(session, &open.wanted.blueprint).await } else { None };
    let network = network.picture;
    let mut report = CheckReport { roles, other_name, network, ..report(items, session.world.now()) };
    fix::complete(session, &open.wanted.blueprint, &mut report);
    Ok(report)
}

/// The first reason why creating would fail, or end with what can never be used, of those that no resource tells.
pub(crate) async fn reason_against(session: &Session, blueprint: &Blueprint) -> Option<Text> {
    let (instances, fit) = tokio::join!(instances::check(session, blueprint), fit::check(session, blueprint));
    let mut items = instances.into_iter().chain(fit);
    items.find(|item| item.verdict == CheckVerdict::Wrong).map(|item| item.finding)
}

/// Whether jobs may be launched on a stack, watched and stopped. Asked by who launches them, and who may know nothing of
/// the stack but its queues.
pub async fn launching(session: &Session, stack: &str) -> Result<Vec<CheckItem>, AppError> {
    let caller = Caller::of(&session.identity.arn);
    let principal = rights::principal(&session.aws.read.iam, &caller);
    let (principal, places) = tokio::join!(principal, job::queues_and_definitions(session, stack));
    let (queues, definitions) = places?;
    let rights = rights::analyst(&Stack::called(stack, session), &queues, &definitions, &caller);
    Ok(permissions::check(session, &principal, &rights).await)
}

fn report(mut items: Vec<CheckItem>, now: Moment) -> CheckReport {
    // Within a group in the order of finding would jump about from one check to the next.
    items.sort_by(|a, b| (a.group, a.order()).cmp(&(b.group, b.order())));
    let count = |wanted: &[CheckVerdict]| {
        let counted = items.iter().filter(|item| wanted.contains(&item.verdict));
        // A way is none of the things that are made: it comes with them.
        let counted = counted.filter(|item| item.verdict != CheckVerdict::Make || item.is_thing());
        u32::try_from(counted.count()).unwrap_or(u32::MAX)
    };
    CheckReport {
        to_make: count(&[CheckVerdict::Make]),
        to_mend: count(&[CheckVerdict::Mend]),
        to_know: count(&[CheckVerdict::Warning, CheckVerdict::CannotTell]),
        other_name: None,
        network: None,
        roles: vec![],
        blocked: items.iter().any(|item| item.verdict == CheckVerdict::Wrong),
        checked_at: now,
        items,
    }
}
