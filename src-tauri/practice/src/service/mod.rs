//! The services, and the frozen table of calls that the practice account knows.
//!
//! Each service lists its calls, one line each, in its own `CALLS`; [`find`] looks them up. A call that is
//! in no table is refused by name at the door.

#![allow(clippy::unnecessary_wraps, reason = "every handler has the same shape, also one that cannot refuse")]

pub mod batch;
pub mod ec2;
pub mod ecr;
pub mod iam;
pub mod logs;
pub mod pricing;
pub mod quotas;
pub mod route53;
pub mod sts;

use crate::account::Account;
use crate::fault::Fault;
use crate::state::State;
use crate::time::Millis;
use crate::wire::{Params, Xml};
use serde_json::Value;

/// One known call.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    /// As AWS names the operation: `CreateVpc`.
    pub action: &'static str,
    /// What answers it.
    pub handler: Handler,
}

/// A handler in the protocol of its service.
#[derive(Debug, Clone, Copy)]
pub enum Handler {
    /// Takes and gives JSON: Batch, CloudWatch Logs, ECR, the price list, Service Quotas.
    Json(fn(&mut Account<'_>, &Value) -> Result<Value, Fault>),
    /// Takes form parameters and gives the XML inside the answer: IAM, STS, EC2, Route 53.
    Query(fn(&mut Account<'_>, &Params) -> Result<Vec<Xml>, Fault>),
}

/// A line of a table for a JSON call.
pub const fn json(
    action: &'static str,
    handler: fn(&mut Account<'_>, &Value) -> Result<Value, Fault>,
) -> Call {
    Call { action, handler: Handler::Json(handler) }
}

/// A line of a table for a query call.
pub const fn query(
    action: &'static str,
    handler: fn(&mut Account<'_>, &Params) -> Result<Vec<Xml>, Fault>,
) -> Call {
    Call { action, handler: Handler::Query(handler) }
}

/// A service that the account has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// AWS Batch, REST-JSON.
    Batch,
    /// EC2, its own query protocol.
    Ec2,
    /// Container registry, JSON 1.1.
    Ecr,
    /// IAM, query.
    Iam,
    /// CloudWatch Logs, JSON 1.1.
    Logs,
    /// The price list, JSON 1.1.
    Pricing,
    /// Service Quotas, JSON 1.1.
    Quotas,
    /// Route 53, REST-XML.
    Route53,
    /// STS, query.
    Sts,
}

impl Service {
    /// All of them, in the order of their names.
    pub const ALL: [Self; 9] = [
        Self::Batch,
        Self::Ec2,
        Self::Ecr,
        Self::Iam,
        Self::Logs,
        Self::Pricing,
        Self::Route53,
        Self::Quotas,
        Self::Sts,
    ];

    /// The service of a signature's scope.
    pub fn of_scope(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.name() == name)
    }

    /// Its name in signatures and in IAM actions.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Batch => "batch",
            Self::Ec2 => "ec2",
            Self::Ecr => "ecr",
            Self::Iam => "iam",
            Self::Logs => "logs",
            Self::Pricing => "pricing",
            Self::Quotas => "servicequotas",
            Self::Route53 => "route53",
            Self::Sts => "sts",
        }
    }

    /// Its table.
    pub const fn calls(self) -> &'static [Call] {
        match self {
            Self::Batch => batch::CALLS,
            Self::Ec2 => ec2::CALLS,
            Self::Ecr => ecr::CALLS,
            Self::Iam => iam::CALLS,
            Self::Logs => logs::CALLS,
            Self::Pricing => pricing::CALLS,
            Self::Quotas => quotas::CALLS,
            Self::Route53 => route53::CALLS,
            Self::Sts => sts::CALLS,
        }
    }

    /// The call of that name.
    pub fn find(self, action: &str) -> Option<&'static Call> {
        self.calls().iter().find(|call| call.action == action)
    }
}

/// Every call that is known, as `service:Action`, sorted.
pub fn known_calls() -> Vec<String> {
    let mut names: Vec<String> = Service::ALL
        .into_iter()
        .flat_map(|service| service.calls().iter().map(move |c| format!("{}:{}", service.name(), c.action)))
        .collect();
    names.sort();
    names
}

/// Brings the account up to `now` before a request is answered: what fell due since the last request is
/// worked off in the order of its time stamps. It must write nothing when nothing fell due.
pub fn catch_up(state: &mut State, now: Millis) {
    quotas::catch_up(state, now);
    batch::catch_up(state, now);
}
