//! What an account has of what a blueprint needs: each resource, and the questions that no single resource
//! answers. All asked at once. *Cannot tell* never blocks.

mod caller;
mod findings;
mod fit;
mod fix;
mod image;
mod in_the_way;
mod instances;
mod item;
mod limits;
mod name;
mod network;
mod permissions;
mod requests;
mod roles;

use futures::{FutureExt, future::BoxFuture};
use serde::{Deserialize, Serialize};

pub use fix::Fix;
pub(crate) use in_the_way::require_clear_way;
pub use in_the_way::{in_the_way, stopped};
pub use item::{CheckItem, CheckVerdict, Group};
pub use network::{
    Branch, By, Cure, CureKind, CureStep, DrawnHop, DrawnWay, HopState, NetworkPicture, SubnetDrawn, Thing,
    VpcDrawn, WayState,
};
pub use roles::RolePart;

use self::findings::Findings;

use crate::{
    account::Session,
    aws::AwsFault,
    blueprint::{self, Blueprint},
    error::AppError,
    job,
    network::Blocked,
    offer::{Types, types_by_environment},
    plan::{Memory, Plan},
    resource::{Stack, Survey, Verdict},
    rights::{self, Caller},
    stack::OpenStack,
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

/// Asked once, for whatever rests on it.
type Once<'s, T> = futures::future::Shared<BoxFuture<'s, Result<T, AwsFault>>>;

/// Asks everything; `found` hears of each finding as it comes.
///
/// ```text
/// which stack ─┬─► each resource, the network, the limits ─┬─► findings
///              └─► what making all of it takes, of IAM     ┤
/// images, instances, rooms for the jobs ───────────────────┘
/// ```
pub async fn check(
    session: &Session,
    blueprint: Blueprint,
    found: impl FnMut(&CheckItem) + Send,
) -> Result<CheckReport, AppError> {
    blueprint::require_sound(&blueprint)?;
    let findings = Findings::new(found);
    findings.note(caller::check(session));
    // What the wishes alone tell is asked while it is found out which stack they are of.
    let wishes = blueprint.clone();
    let images = async { findings.note_all(image::check(session, &wishes).await) };
    let instances = async { findings.note_all(instances::check(session, &wishes).await) };
    let types: Once<'_, Types> = types_by_environment(session, &wishes).boxed().shared();
    let fit = async { findings.note_all(fit::check(session, &wishes, types.clone()).await) };
    let of_stack = of_stack(session, blueprint, types.clone(), &findings);
    let (of_stack, (), (), ()) = tokio::join!(Box::pin(of_stack), images, Box::pin(instances), Box::pin(fit));
    let OfStack { roles, other_name, network, rights, blocked } = of_stack?;
    let report = report(findings.all(), session.world.now());
    let mut report = CheckReport { roles, other_name, network, ..report };
    fix::complete(session, &wishes, &rights, blocked, &mut report);
    Ok(report)
}

/// What is told beside the findings, and hangs on which stack it is.
struct OfStack {
    roles: Vec<RolePart>,
    other_name: Option<String>,
    network: Option<NetworkPicture>,
    /// What the caller needs to be allowed, and is not.
    rights: fix::Asked,
    /// What passes no internet gateway.
    blocked: Blocked,
}

async fn of_stack(
    session: &Session,
    blueprint: Blueprint,
    types: Once<'_, Types>,
    findings: &Findings<impl FnMut(&CheckItem) + Send>,
) -> Result<OfStack, AppError> {
    let caller = Caller::of(&session.identity.arn);
    let (open, principal) = tokio::join!(
        OpenStack::of_blueprint(session, blueprint),
        rights::principal(&session.aws.read.iam, &caller)
    );
    let open = open?;
    let resources = open.resources();
    let blueprint = &open.wanted.blueprint;
    let forgotten = open.forgotten();
    let survey = Survey::take(&resources, &session.aws, |sighting| {
        if !forgotten.contains(&sighting.resource) {
            findings.note(CheckItem::of_resource(sighting));
        } else if sighting.present && sighting.ours {
            findings.note(CheckItem::forgotten(sighting));
        }
    });
    let all = rights::setup(&open.stack, blueprint, &resources, &caller);
    let (survey, limits, network, may) = tokio::join!(
        survey,
        limits::ask(session, blueprint, &resources, types),
        network::look(session, blueprint, &open.stack),
        permissions::ask(session, &principal, &open.stack, &all)
    );
    findings.note_all(limits.items(&survey));
    let network = network::judge(session, blueprint, &survey, network);
    findings.note_all(network.items);
    // Only what this plan will send can keep it from being carried out.
    let memory = Memory { forgotten: forgotten.clone(), ..Memory::default() };
    let needed = rights::needed(&open.stack, &Plan::create(&resources, &survey, &memory));
    let may = permissions::ask_more(session, &principal, &open.stack, may, &needed).await;
    let all = all.making(&needed);
    findings.note_all(permissions::judge(&principal, &all, &may));
    let rights = permissions::asked(&principal, &all, &may);
    let mut roles = roles::parts(blueprint, &survey);
    roles.retain(|role| !forgotten.iter().any(|id| id.to_string() == role.id));
    let taken = survey.sightings.iter().any(|sighting| sighting.verdict == Verdict::Foreign);
    let other_name = if taken { name::free_name(session, blueprint).await } else { None };
    Ok(OfStack { roles, other_name, network: network.picture, rights, blocked: network.blocked })
}

/// Whether jobs may be launched on a stack, watched and stopped. Asked by who launches them, and who may know nothing of
/// the stack but its queues.
pub async fn launching(session: &Session, stack: &str) -> Result<Vec<CheckItem>, AppError> {
    let caller = Caller::of(&session.identity.arn);
    let principal = rights::principal(&session.aws.read.iam, &caller);
    let (principal, places) = tokio::join!(principal, job::queues_and_definitions(session, stack));
    let (queues, definitions) = places?;
    let stack = Stack::called(stack, session);
    let rights = rights::analyst(&stack, &queues, &definitions, &caller);
    let answers = permissions::ask(session, &principal, &stack, &rights).await;
    Ok(permissions::judge(&principal, &rights, &answers))
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
