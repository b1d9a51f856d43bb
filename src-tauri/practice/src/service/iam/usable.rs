//! Whether a service can work with a role: for the services that assume roles.

use super::instance_profile::instance_profile;
use super::managed;
use super::policy::{Context, Decision, Document, evaluate};
use super::state::Role;
use crate::settings::Trouble;
use crate::state::State;
use crate::time::Millis;

/// How long a new role or a change to one takes to be known everywhere, at AWS's speed. IAM is eventually
/// consistent and promises no figure (IAM User Guide, troubleshooting); seconds are usual.
const PROPAGATION_SECONDS: f64 = 8.0;

/// Why a service cannot work with a role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RoleTrouble {
    /// There is no such role.
    #[error("the role {arn} does not exist")]
    Missing {
        /// What was asked for.
        arn: String,
    },
    /// It or its trust policy is too young to be known everywhere.
    #[error("the role {arn} is not known everywhere yet")]
    TooYoung {
        /// What was asked for.
        arn: String,
        /// When it will be.
        ready: Millis,
    },
    /// Its trust policy names somebody else.
    #[error("the role {arn} does not trust {service}")]
    Untrusting {
        /// What was asked for.
        arn: String,
        /// Who would have to be trusted.
        service: String,
    },
    /// Its policies do not allow what the service must do, or do not yet.
    #[error("the role {arn} does not allow {action}")]
    NotAllowed {
        /// What was asked for.
        arn: String,
        /// What it would have to allow.
        action: String,
        /// When a policy that was just attached will be known everywhere; none when none would help.
        ready: Option<Millis>,
    },
}

/// The role of that ARN.
pub fn role_by_arn<'s>(state: &'s State, arn: &str) -> Option<&'s Role> {
    state.iam.role(arn.rsplit('/').next()?).filter(|role| role.arn() == arn)
}

/// Whether `service` can assume the role at `now` and then do `action` on anything (`*`).
pub fn role_usable(
    state: &State,
    arn: &str,
    now: Millis,
    service: &str,
    action: &str,
) -> Result<(), RoleTrouble> {
    role_usable_on(state, arn, now, service, action, "*")
}

/// The same for one resource, which a policy may name.
pub fn role_usable_on(
    state: &State,
    arn: &str,
    now: Millis,
    service: &str,
    action: &str,
    resource: &str,
) -> Result<(), RoleTrouble> {
    let arn = arn.to_owned();
    let Some(role) = role_by_arn(state, &arn) else { return Err(RoleTrouble::Missing { arn }) };
    let delay = propagation(state);
    // A service-linked role is the service's own: it is there when the service has made it.
    let delay = if role.service.is_some() { 0 } else { delay };
    let ready = role.created.max(role.trust_changed).plus(delay);
    if !Document::parse(&role.trust).is_some_and(|trust| trust.trusts_service(service)) {
        return Err(RoleTrouble::Untrusting { arn, service: service.to_owned() });
    }
    if now < ready {
        return Err(RoleTrouble::TooYoung { arn, ready });
    }
    let allowed_by = |moment: Millis| {
        let documents = documents_of(state, role, moment.plus(-delay));
        evaluate(&documents, action, resource, &Context::default()).decision == Decision::Allowed
    };
    if allowed_by(now) {
        return Ok(());
    }
    let last = role.attached.values().copied().chain(role.inline.values().map(|inline| inline.put)).max();
    let ready = last.map(|last| last.plus(delay)).filter(|moment| *moment > now && allowed_by(*moment));
    Err(RoleTrouble::NotAllowed { arn, action: action.to_owned(), ready })
}

/// The ARN of the role in an instance profile, given by name or ARN, once the profile is known everywhere.
pub fn role_of_instance_profile(state: &State, profile: &str, now: Millis) -> Option<String> {
    let profile = instance_profile(state, profile)?;
    profile.role_arn.filter(|_| profile.changed.plus(propagation(state)) <= now)
}

/// How long IAM takes to spread a change, in milliseconds of this account.
fn propagation(state: &State) -> i64 {
    let slow = state.settings.troubles.iter().find_map(|trouble| match trouble {
        Trouble::SlowIam { seconds } => Some(f64::from(*seconds)),
        _ => None,
    });
    state.settings.paced(slow.unwrap_or(PROPAGATION_SECONDS))
}

/// The document of a managed policy, AWS's own or the account's.
pub(crate) fn document_of(state: &State, arn: &str) -> Option<Document> {
    let document = match managed::by_arn(arn) {
        Some(policy) => Document::of(&policy.document),
        None => Document::parse(state.iam.policies.get(arn)?.document()?),
    };
    Some(document?.named(arn.rsplit('/').next().unwrap_or(arn)))
}

/// The documents of the role's policies, those that were there at `moment`.
pub(crate) fn documents_of(state: &State, role: &Role, moment: Millis) -> Vec<Document> {
    let attached = role.attached.iter().filter(|(_, since)| **since <= moment);
    let attached = attached.filter_map(|(arn, _)| document_of(state, arn));
    let inline =
        role.inline.iter().filter(|(_, inline)| inline.put <= moment).filter_map(|(name, inline)| {
            // The simulator names what is written into a role so.
            Some(Document::parse(&inline.document)?.named(format!("role_{}_{name}", role.name)))
        });
    attached.chain(inline).collect()
}
