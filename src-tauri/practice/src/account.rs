//! What a handler is given: the account, the moment, and who asks.

use crate::state::State;
use crate::time::Millis;

/// The number of every practice account. AWS's documentation uses it for examples, so it is nobody's.
pub const ACCOUNT_ID: &str = "111122223333";

/// One request's view of the account.
///
/// What a handler writes is kept only if it answers `Ok`; a [`Fault`](crate::fault::Fault) undoes it.
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
