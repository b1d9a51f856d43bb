//! Changing what Slipway did not make, so that jobs can run beside it: only after a person has said yes to each change
//! with what it is now and what it becomes.
//!
//! ```text
//! read ─► as shown? ─► noted ─► sent once ─► looked at until it shows ─► noted
//! ```
//!
//! What a stack made is left to `run`; what costs money is left to a person.

mod change;
mod notes;
mod send;

use std::{collections::BTreeSet, time::Duration};

use aws_sdk_ec2::types::Filter;
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

pub use change::{Change, What};
pub(crate) use change::{EVERYWHERE, acl_of};
pub use notes::{Note, Outcome, changes, history};

use self::notes::Notes;
use crate::{
    account::Session,
    aws::{AwsFault, FaultKind, fault},
    error::AppError,
    network::{From, VpcFacts, Which},
    resource::{STACK_ID_TAG, filter},
    words::say,
};

/// What of this room IAM has to allow; no policy that is handed out with a stack holds it.
pub const ACTIONS: [&str; 10] = [
    "ec2:AttachInternetGateway",
    "ec2:AuthorizeSecurityGroupEgress",
    "ec2:AuthorizeSecurityGroupIngress",
    "ec2:CreateNetworkAclEntry",
    "ec2:CreateRoute",
    "ec2:DescribeTags",
    "ec2:ModifySubnetAttribute",
    "ec2:ModifyVpcAttribute",
    "ec2:ModifyVpcEndpoint",
    "ec2:ReplaceRoute",
];

/// Looks until a change shows. An endpoint's names take EC2 a minute or two.
const LOOKS: u32 = 60;
const BETWEEN: Duration = Duration::from_secs(5);
/// Looks after an answer that was lost: what it did may not be visible at once.
const LOOKS_AFTER_LOSS: u32 = 3;
/// Calls that were lost without having done anything are sent again, so often at most.
const TRIES: u32 = 3;

/// What became of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Mended {
    /// The change.
    pub change: Change,
    /// Whether it was so already, and nothing was sent.
    pub already: bool,
}

/// Carries changes out, in their order. A person has said yes to each; what is not as it was shown any more is not
/// touched, and neither is what a stack made.
pub async fn mend(session: &Session, changes: Vec<Change>) -> Result<Vec<Mended>, AppError> {
    let notes = Notes::of(session);
    untouched_by_stacks(session, &changes).await?;
    let mut done = vec![];
    for change in changes {
        let already = one(session, &notes, &change).await?;
        done.push(Mended { change, already });
    }
    Ok(done)
}

/// How a change stands.
enum Standing {
    /// As it was shown, and can be changed.
    AsShown,
    /// As it shall be.
    AsWanted,
    /// Neither: somebody has changed it meanwhile, or it is gone.
    Otherwise,
}

/// Whether it was so already.
async fn one(session: &Session, notes: &Notes, change: &Change) -> Result<bool, AppError> {
    match standing(session, change).await? {
        Standing::AsWanted => {
            // What was sent before a crash is known to have happened now.
            notes.found(change)?;
            return Ok(true);
        }
        Standing::Otherwise => return Err(otherwise(change)),
        Standing::AsShown => {}
    }
    for _ in 0..TRIES {
        notes.intend(change)?;
        match send::send(session, change).await {
            Ok(()) => {
                shows(session, change).await?;
                notes.done(change)?;
                return Ok(false);
            }
            Err(lost) if lost.may_have_happened() => {
                if seen(session, change, LOOKS_AFTER_LOSS).await? {
                    notes.done(change)?;
                    return Ok(false);
                }
            }
            // Somebody was quicker, or an earlier call of ours whose answer was lost.
            Err(there)
                if there.kind == FaultKind::AlreadyExists
                    && seen(session, change, LOOKS_AFTER_LOSS).await? =>
            {
                notes.done(change)?;
                return Ok(true);
            }
            Err(refused) => {
                notes.refused(change, &refused.message)?;
                return Err(refusal(change, refused));
            }
        }
    }
    Err(AppError::new(say("mend-lost", &[("on", &change.on)])).advise(say("mend-lost-advice", &[])))
}

async fn standing(session: &Session, change: &Change) -> Result<Standing, AwsFault> {
    let from = From { ec2: &session.aws.read.ec2, route53: None };
    let facts = VpcFacts::read(from, Which::Id(change.vpc.clone())).await?;
    let Some(facts) = facts else { return Ok(Standing::Otherwise) };
    let found = change.what.found(&facts)?;
    Ok(if found.as_deref() == Some(&*change.what.wanted(&facts)) {
        Standing::AsWanted
    } else if found == change.difference.found && change.what.is_there(&facts) {
        Standing::AsShown
    } else {
        Standing::Otherwise
    })
}

async fn seen(session: &Session, change: &Change, looks: u32) -> Result<bool, AwsFault> {
    for look in 0..looks {
        if look > 0 {
            sleep(BETWEEN).await;
        }
        if matches!(standing(session, change).await?, Standing::AsWanted) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// It ends when a look says so, never because a call returned.
async fn shows(session: &Session, change: &Change) -> Result<(), AppError> {
    if seen(session, change, LOOKS).await? {
        return Ok(());
    }
    Err(AppError::new(say("mend-unseen", &[("on", &change.on), ("what", &change.difference.what)]))
        .advise(say("mend-unseen-advice", &[])))
}

/// What a stack made is changed by its runs alone.
async fn untouched_by_stacks(session: &Session, changes: &[Change]) -> Result<(), AppError> {
    let ids: BTreeSet<&str> =
        changes.iter().flat_map(|change| [change.on.as_str(), touched(change)]).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let these = ids.into_iter().map(str::to_owned).collect();
    let these = Filter::builder().name("resource-id").set_values(Some(these)).build();
    let request = session.aws.read.ec2.describe_tags().filters(these).filters(filter("key", STACK_ID_TAG));
    let found = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
    let found = found.map_err(fault("ec2:DescribeTags"))?;
    let Some(id) = found.iter().find_map(|tag| tag.resource_id()) else { return Ok(()) };
    Err(AppError::new(say("mend-of-a-stack", &[("on", id)])).advise(say("mend-of-a-stack-advice", &[])))
}

/// What a change touches beside the thing that it is about.
fn touched(change: &Change) -> &str {
    match &change.what {
        What::EndpointTable { table, .. } => table,
        What::Gateway { .. } => &change.vpc,
        _ => &change.on,
    }
}

fn otherwise(change: &Change) -> AppError {
    AppError::new(say("mend-otherwise", &[("on", &change.on), ("what", &change.difference.what)]))
        .advise(say("mend-otherwise-advice", &[]))
}

/// Who may not do it hands on what is needed.
fn refusal(change: &Change, fault: AwsFault) -> AppError {
    let denied = fault.kind == FaultKind::Denied;
    let error = AppError::from(fault);
    if !denied {
        return error;
    }
    error.advise(say("mend-denied-advice", &[("action", &change.action), ("on", &change.on)]))
}
