//! Asking AWS for more of something. A request cannot be taken back and a second one is refused, so what is open is
//! looked for first, and again after an answer that was lost.

use aws_sdk_servicequotas::types::{RequestStatus as Status, RequestedServiceQuotaChange};
use serde::{Deserialize, Serialize};

use super::{Quota, whole};
use crate::{
    account::Session,
    aws::{AwsFault, FaultKind, fault},
    error::AppError,
    words::say,
    world::Moment,
};

const HISTORY: &str = "servicequotas:ListRequestedServiceQuotaChangeHistoryByQuota";
const REQUEST: &str = "servicequotas:RequestServiceQuotaIncrease";

/// A request for more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct QuotaRequest {
    /// How far it is.
    pub status: RequestStatus,
    /// How many were asked for.
    pub desired: u32,
    /// The support case's number, once there is one.
    pub case: Option<String>,
    /// When.
    pub asked_at: Option<Moment>,
}

/// How far a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum RequestStatus {
    /// AWS has it.
    Pending,
    /// Somebody at AWS looks at it.
    CaseOpened,
    /// Granted.
    Approved,
    /// Closed or refused; its case says why.
    Ended,
}

impl QuotaRequest {
    fn of(found: &RequestedServiceQuotaChange) -> Self {
        Self {
            status: match found.status {
                Some(Status::Pending) | None => RequestStatus::Pending,
                Some(Status::CaseOpened) => RequestStatus::CaseOpened,
                Some(Status::Approved) => RequestStatus::Approved,
                Some(_) => RequestStatus::Ended,
            },
            desired: found.desired_value.map(whole).unwrap_or_default(),
            case: found.case_id.clone(),
            asked_at: found.created.and_then(|at| at.to_millis().ok()).map(Moment),
        }
    }

    fn is_open(&self) -> bool {
        matches!(self.status, RequestStatus::Pending | RequestStatus::CaseOpened)
    }
}

/// What was asked for and is not decided.
pub(super) async fn open(session: &Session, quota: Quota) -> Result<Option<QuotaRequest>, AwsFault> {
    undecided(session, quota.service, quota.code).await
}

async fn undecided(session: &Session, service: &str, code: &str) -> Result<Option<QuotaRequest>, AwsFault> {
    let asked = session.aws.read.quotas.list_requested_service_quota_change_history_by_quota();
    let found = asked.service_code(service).quota_code(code).send().await.map_err(fault(HISTORY))?;
    let requests = found.requested_quotas().iter().map(QuotaRequest::of);
    Ok(requests.into_iter().find(QuotaRequest::is_open))
}

/// Asks AWS for so many, once, and says how far that is; where something is asked for already, that is what is said.
pub async fn request(
    session: &Session,
    service: &str,
    code: &str,
    value: u32,
) -> Result<QuotaRequest, AppError> {
    // Who may not look may still ask: AWS itself refuses a second request.
    if let Ok(Some(open)) = undecided(session, service, code).await {
        return Ok(open);
    }
    let sent = session.aws.once.quotas.request_service_quota_increase();
    let sent = sent.service_code(service).quota_code(code).desired_value(f64::from(value)).send().await;
    match sent.map_err(fault(REQUEST)) {
        Ok(answer) => answer
            .requested_quota
            .as_ref()
            .map(QuotaRequest::of)
            .ok_or_else(|| AppError::from(AwsFault::lacks(REQUEST, "request"))),
        Err(fault) if fault.may_have_happened() || fault.kind == FaultKind::AlreadyExists => {
            match undecided(session, service, code).await {
                Ok(Some(open)) => Ok(open),
                _ => Err(AppError::from(fault)),
            }
        }
        Err(fault) if fault.kind == FaultKind::Denied => {
            Err(AppError::from(fault).advise(say("quota-denied-advice", &[])))
        }
        Err(fault) => Err(fault.into()),
    }
}
