//! Where an operation's name is not its action's.

use crate::service::Service;

/// Service, operation, action.
const OTHERS: &[(Service, &str, &str)] = &[
    // The calls for several jobs are allowed by the actions for one (Batch API reference, CancelJobs, TerminateJobs).
    (Service::Batch, "CancelJobs", "CancelJob"),
    (Service::Batch, "TerminateJobs", "TerminateJob"),
];

/// The action that an operation needs: `CancelJob` for `CancelJobs`, mostly its own name.
pub(crate) fn of_action(service: Service, operation: &str) -> &str {
    let other = OTHERS.iter().find(|(of, name, _)| *of == service && *name == operation);
    other.map_or(operation, |(_, _, action)| action)
}
