//! The account's limit of Fargate vCPUs against what the environments may use.

use crate::{
    account::Session,
    aws::{AwsFault, FaultKind, fault},
    blueprint::Blueprint,
    resource::Evidence,
    words::say,
};

use super::{CheckItem, CheckVerdict, Group};

/// Fargate On-Demand vCPU resource count, per region.
const QUOTA: &str = "L-3032A538";

pub(super) async fn check(session: &Session, blueprint: &Blueprint) -> Vec<CheckItem> {
    let wanted: u32 = blueprint.compute_environments.iter().map(|environment| environment.max_vcpus).sum();
    let item = |verdict, finding| CheckItem::answer("fargate-vcpus", Group::Limits, verdict, finding);
    let item = match limit(session).await {
        Ok(limit) => {
            let (has, wants) = (limit.to_string(), wanted.to_string());
            let params = [("limit", has.as_str()), ("wanted", wants.as_str())];
            let mut item = if f64::from(wanted) <= limit {
                item(CheckVerdict::Ready, say("limit-enough", &params))
            } else {
                let mut item = item(CheckVerdict::Warning, say("limit-short", &params));
                item.remedy = Some(say("limit-short-advice", &params));
                item
            };
            item.evidence = vec![
                Evidence::new("QuotaCode", QUOTA),
                Evidence::new("Value", has),
                Evidence::new("maxvCpus", wants),
            ];
            item
        }
        Err(fault) => {
            let words = fault.text().text;
            let mut item = item(CheckVerdict::CannotTell, say("limit-unknown", &[("words", &words)]));
            item.evidence = vec![Evidence::new("QuotaCode", QUOTA), Evidence::new("maxvCpus", wanted)];
            item
        }
    };
    vec![item]
}

/// The applied value, or AWS's default where nobody ever asked for another.
async fn limit(session: &Session) -> Result<f64, AwsFault> {
    let quotas = &session.aws.read.quotas;
    let applied = quotas.get_service_quota().service_code("fargate").quota_code(QUOTA).send().await;
    let quota = match applied.map_err(fault("servicequotas:GetServiceQuota")) {
        Ok(found) => found.quota,
        Err(fault) if fault.kind == FaultKind::NotFound => None,
        Err(fault) => return Err(fault),
    };
    if let Some(value) = quota.and_then(|quota| quota.value) {
        return Ok(value);
    }
    let action = "servicequotas:GetAWSDefaultServiceQuota";
    let default =
        quotas.get_aws_default_service_quota().service_code("fargate").quota_code(QUOTA).send().await;
    let value = default.map_err(fault(action))?.quota.and_then(|quota| quota.value);
    value.ok_or_else(|| AwsFault {
        action: action.to_owned(),
        code: None,
        message: "the answer holds no value".to_owned(),
        request_id: None,
        kind: FaultKind::Invalid,
    })
}
