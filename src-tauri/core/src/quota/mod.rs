//! Limits of the account, as Service Quotas keeps them: how much it may have, and asking AWS for more.

mod request;

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
    let (value, open) = match applied {
        Ok(Some(value)) if needed <= value => (Ok(value), None),
        Ok(Some(value)) => (Ok(value), request::open(session, quota).await.unwrap_or_default()),
        Ok(None) => {
            let (value, open) = tokio::join!(default(session, quota), request::open(session, quota));
            (value, open.unwrap_or_default())
        }
        Err(fault) => (Err(fault), None),
    };
    Reading { value, used, open }
}

/// Its page in the AWS console, where it is AWS that answers.
pub(crate) fn console(session: &Session, quota: Quota) -> Option<String> {
    let page = format!("servicequotas/home/services/{}/quotas/{}", quota.service, quota.code);
    session.aws.is_aws.then(|| console_page(&session.region, &page))
}

async fn applied(session: &Session, quota: Quota) -> Result<Option<u32>, AwsFault> {
    let request = session.aws.read.quotas.get_service_quota();
    let found = request.service_code(quota.service).quota_code(quota.code).send().await;
    match found.map_err(fault("servicequotas:GetServiceQuota")) {
        Ok(found) => Ok(found.quota.and_then(|quota| quota.value).map(whole)),
        Err(fault) if fault.kind == FaultKind::NotFound => Ok(None),
        Err(fault) => Err(fault),
    }
}

async fn default(session: &Session, quota: Quota) -> Result<u32, AwsFault> {
    let action = "servicequotas:GetAWSDefaultServiceQuota";
    let request = session.aws.read.quotas.get_aws_default_service_quota();
    let found = request.service_code(quota.service).quota_code(quota.code).send().await;
    let value = found.map_err(fault(action))?.quota.and_then(|quota| quota.value);
    value.map(whole).ok_or_else(|| AwsFault::lacks(action, "value"))
}

/// Service Quotas writes every value as a fraction; these count things.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
fn whole(value: f64) -> u32 {
    value.max(0.0) as u32
}
