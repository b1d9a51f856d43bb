//! Who may do what: the caller's policies, evaluated at the door.

mod denied;
mod policies;
mod principal;
mod verdict;

pub use policies::Policies;
pub use verdict::{Kind, Verdict, judge};

pub(crate) use principal::of_principal;

use crate::fault::Fault;
use crate::permission::{self, Asked};

/// Refuses a call that the caller's policies do not allow, in AWS's sentence and the service's own code.
pub(crate) fn check(asked: &Asked<'_>) -> Result<(), Fault> {
    let policies = Policies::of_caller(asked.state, asked.caller);
    let always = principal::of_request(asked);
    for need in permission::needs(asked) {
        for thing in need.on {
            let mut context = thing.context;
            context.0.extend(always.0.clone());
            let verdict = judge(&policies, &need.action, &thing.arn, &context);
            if let Some(kind) = verdict.against {
                return Err(denied::refusal(
                    asked,
                    &need.action,
                    &thing.arn,
                    kind,
                    verdict.decision,
                    &context,
                ));
            }
        }
    }
    Ok(())
}
