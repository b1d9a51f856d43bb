//! What a handler is given: the account, the moment, and who asks.

use crate::fault::Fault;
use crate::state::State;
use crate::time::Millis;

/// The number of every practice account. AWS's documentation uses it for examples, so it is nobody's.
pub const ACCOUNT_ID: &str = "111122223333";

/// One request's view of the account.
///
/// What a handler writes is kept only if it answers `Ok`; a [`Fault`] undoes it.
#[derive(Debug)]
pub struct Account<'a> {
    /// Everything there is.
    pub state: &'a mut State,
    /// When the request arrived.
    pub now: Millis,
    /// Who asks.
    pub caller: &'a Caller,
    /// The region in the signature's scope: `eu-west-1`.
    pub region: &'a str,
}

impl Account<'_> {
    /// An ARN of this account in the request's region: `arn("batch", "job-queue/q")`.
    pub fn arn(&self, service: &str, resource: &str) -> String {
        format!("arn:aws:{service}:{}:{ACCOUNT_ID}:{resource}", self.region)
    }

    /// Refuses unless the caller's policies allow `action` on `resource`: for second permissions such as
    /// `iam:PassRole`, which the door cannot see.
    pub fn require(&self, action: &str, resource: &str) -> Result<(), String> {
        crate::authorizer::allows(self.state, self.caller, action, resource)
    }

    /// Refuses with `AccessDeniedException` unless the caller may pass the role.
    pub fn require_pass_role(&self, role_arn: &str) -> Result<(), Fault> {
        self.require("iam:PassRole", role_arn)
            .map_err(|why| Fault::with_status(403, "AccessDeniedException", why))
    }
}

/// Who signs the requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// `arn:aws:iam::111122223333:user/you`.
    pub arn: String,
}

impl Caller {
    /// The administrator that every practice account begins with.
    pub fn you() -> Self {
        Self { arn: format!("arn:aws:iam::{ACCOUNT_ID}:user/you") }
    }
}
