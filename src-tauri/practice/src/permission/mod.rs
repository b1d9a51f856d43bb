//! Which permissions a call needs, on what, and what their conditions are told.
//!
//! ```text
//! call ─► name (its action) ─► table (AWS's reference: kinds of things, keys, what else it needs)
//!                                │
//!          batch ec2 iam logs … ─┴─► needs: action, ARNs, context ─► authorizer
//! ```
//!
//! The reference says which kinds of things an action is about; a service's file here says where in a request such a
//! thing is named. A kind that the action cannot do without and nobody names is made by the call, or is all there
//! are: `subnet/*`.

mod asked;
mod batch;
mod ec2;
mod iam;
mod logs;
mod name;
mod need;
mod second;
mod table;
mod tags;

pub(crate) use asked::{Asked, Input};
pub(crate) use need::Need;

use crate::service::Service;
use need::{Brought, Thing};

/// What must be allowed for the call to pass, in the order in which it is asked. Nothing for a call that nobody can be
/// denied.
pub(crate) fn needs(asked: &Asked<'_>) -> Vec<Need> {
    // "No permissions are required", not even where a policy denies it (STS API reference, GetCallerIdentity).
    if (asked.service, asked.operation) == (Service::Sts, "GetCallerIdentity") {
        return Vec::new();
    }
    let action = format!("{}:{}", asked.service.name(), name::of_action(asked.service, asked.operation));
    let own = Need { on: things(asked, &action), action: action.clone() };
    std::iter::once(own).chain(second::needs(asked, &action)).collect()
}

fn things(asked: &Asked<'_>, action: &str) -> Vec<Thing> {
    let Some(known) = table::action(action) else {
        return Need::anywhere(asked, action, &Brought::default()).on;
    };
    let mut things = Vec::new();
    for (kind, on) in &known.on {
        let mut arns = things_of(asked, action, kind);
        arns.dedup();
        if arns.is_empty() && on.required {
            arns.push(asked.arn(kind, &[]));
        }
        for arn in arns {
            let mut brought = brought(asked, kind);
            if asked.service == Service::Ec2 {
                brought.keys.extend(ec2::keys(asked, kind, &arn));
            }
            things.push(Thing::of(asked, action, kind, arn, &brought));
        }
    }
    if things.is_empty() {
        let mut brought = brought(asked, "");
        if asked.service == Service::Ec2 {
            brought.keys.extend(ec2::keys(asked, "", "*"));
        }
        return Need::anywhere(asked, action, &brought).on;
    }
    things
}

/// The things of a kind that the call names.
fn things_of(asked: &Asked<'_>, action: &str, kind: &str) -> Vec<String> {
    let of = |field: &str| asked.text(field).into_iter().chain(asked.texts(field));
    match asked.service {
        Service::Batch => batch::named(asked, kind),
        Service::Ec2 => ec2::named(asked, kind),
        Service::Iam => iam::named(asked, kind),
        Service::Logs => logs::named(asked, kind, action.split(':').nth(1).unwrap_or_default()),
        Service::Ecr => {
            let names =
                of("repositoryName").chain(of("repositoryNames")).map(|name| asked.arn(kind, &[name]));
            names.chain(of("resourceArn").map(str::to_owned)).collect()
        }
        Service::Quotas => {
            let quota = asked.text("ServiceCode").zip(asked.text("QuotaCode"));
            quota.map(|(service, quota)| asked.arn(kind, &[service, quota])).into_iter().collect()
        }
        Service::Pricing | Service::Route53 | Service::Sts => Vec::new(),
    }
}

/// What conditions can ask of the call itself.
fn brought(asked: &Asked<'_>, kind: &str) -> Brought {
    let mut brought = match asked.service {
        Service::Batch => batch::brought(asked),
        Service::Ec2 => ec2::brought(asked, kind),
        Service::Iam => iam::brought(asked),
        _ => Brought { tags: asked.tags(), ..Brought::default() },
    };
    if asked.service == Service::Quotas {
        let service = asked.text("ServiceCode").map(str::to_owned);
        brought.keys.extend(service.map(|service| ("servicequotas:service", service)));
    }
    // Taking tags off is asked about their keys.
    for key in asked.texts("tagKeys").into_iter().chain(asked.texts("TagKeys")) {
        brought.keys.push(("aws:TagKeys", key.to_owned()));
    }
    brought
}
