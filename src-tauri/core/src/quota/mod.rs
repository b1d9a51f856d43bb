//! Limits of the account, as Service Quotas keeps them: how much it may have, and asking AWS for more.

mod request;

use aws_sdk_servicequotas::types::ServiceQuota;
use serde::{Deserialize, Serialize};

pub use request::{QuotaRequest, RequestStatus, request};

use crate::{
    account::Session,
    aws::{AwsFault, FaultKind, fault},
    stack::console_page,
};

/// A limit by the names that Service Quotas has for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Quota {
    pub(crate) service: &'static str,
    pub(crate) code: &'static str,
}

/// A limit against what is there and what is wanted, for whoever may ask for more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct QuotaView {
    /// `ec2`.
    pub service: String,
    /// `L-1216C47A`.
    pub code: String,
    /// As AWS calls it: `VPCs per Region`.
    pub name: Option<String>,
    /// What the account may have.
    pub limit: u32,
    /// What would do.
    pub desired: u32,
    /// Its page in the AWS console; none where there is no AWS.
    pub console: Option<String>,
    /// What was asked for and is not decided.
    pub open: Option<QuotaRequest>,
}

/// What is known of a limit.
pub(crate) struct Reading {
    pub(crate) value: Result<u32, AwsFault>,
    pub(crate) used: Result<u32, AwsFault>,
    pub(crate) name: Option<String>,
    pub(crate) open: Option<QuotaRequest>,
}

/// A limit and what is used of it, at once; then, in a second round at most, AWS's default where nobody ever had it
/// raised, and what was asked for where it is not enough.
pub(crate) async fn read(
    session: &Session,
    quota: Quota,
    wanted: u32,
    used: impl Future<Output = Result<u32, AwsFault>>,
) -> Reading {
    let (applied, used) = tokio::join!(applied(session, quota), used);
    let needed = wanted.saturating_add(*used.as_ref().unwrap_or(&0));
    let (limit, open) = match applied {
        Ok(Some(limit)) if needed <= limit.value => (Ok(limit), None),
        Ok(Some(limit)) => (Ok(limit), request::open(session, quota).await.unwrap_or_default()),
        Ok(None) => {
            let (limit, open) = tokio::join!(default(session, quota), request::open(session, quota));
            (limit, open.unwrap_or_default())
        }
        Err(fault) => (Err(fault), None),
    };
    let name = limit.as_ref().ok().and_then(|limit| limit.name.clone());
    Reading { value: limit.map(|limit| limit.value), used, name, open }
}

/// Its page in the AWS console, where it is AWS that answers.
pub(crate) fn console(session: &Session, quota: Quota) -> Option<String> {
    let page = format!("servicequotas/home/services/{}/quotas/{}", quota.service, quota.code);
    session.aws.is_aws.then(|| console_page(&session.region, &page))
}

/// A limit as Service Quotas tells it.
struct Limit {
    value: u32,
    name: Option<String>,
}

impl Limit {
    fn of(quota: &ServiceQuota) -> Option<Self> {
        Some(Self { value: whole(quota.value?), name: quota.quota_name.clone() })
    }
}

/// Service Quotas writes every value as a fraction; these count things.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
fn whole(value: f64) -> u32 {
    value.max(0.0) as u32
}

async fn applied(session: &Session, quota: Quota) -> Result<Option<Limit>, AwsFault> {
    let request = session.aws.read.quotas.get_service_quota();
    let found = request.service_code(quota.service).quota_code(quota.code).send().await;
    match found.map_err(fault("servicequotas:GetServiceQuota")) {
        Ok(found) => Ok(found.quota.as_ref().and_then(Limit::of)),
        Err(fault) if fault.kind == FaultKind::NotFound => Ok(None),
        Err(fault) => Err(fault),
    }
}

async fn default(session: &Session, quota: Quota) -> Result<Limit, AwsFault> {
    let action = "servicequotas:GetAWSDefaultServiceQuota";
    let request = session.aws.read.quotas.get_aws_default_service_quota();
    let found = request.service_code(quota.service).quota_code(quota.code).send().await;
    let found = found.map_err(fault(action))?.quota;
    found.as_ref().and_then(Limit::of).ok_or_else(|| AwsFault::lacks(action, "value"))
}
