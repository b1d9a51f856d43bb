//! The account's limits of vCPUs against what the environments may use. Each kind of compute, and for instances each
//! class of families, has a limit of its own, on demand and for Spot.

use std::collections::BTreeMap;

use futures::future::join_all;

use crate::{
    account::Session,
    aws::{AwsFault, FaultKind, fault},
    blueprint::{Blueprint, ComputeEnvironment, ComputeKind},
    resource::Evidence,
    words::{Text, say},
};

use super::{CheckItem, CheckVerdict, Group};

/// A limit, as Service Quotas knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Limit {
    service: &'static str,
    code: &'static str,
    /// What it is a limit of, `fargate-vcpus`: the check's id, which the window translates.
    id: &'static str,
}

const fn limit(service: &'static str, code: &'static str, id: &'static str) -> Limit {
    Limit { service, code, id }
}

impl Limit {
    /// What it is a limit of, in words.
    fn what(self) -> Text {
        match self.id {
            "fargate-vcpus" => say("limit-fargate", &[]),
            "fargate-spot-vcpus" => say("limit-fargate-spot", &[]),
            "gpu-vcpus" => say("limit-gpu", &[]),
            "gpu-spot-vcpus" => say("limit-gpu-spot", &[]),
            "p-vcpus" => say("limit-p", &[]),
            "p-spot-vcpus" => say("limit-p-spot", &[]),
            "spot-vcpus" => say("limit-spot", &[]),
            _ => say("limit-on-demand", &[]),
        }
    }
}

/// The classes of instance families that share a limit, and how their names begin. What begins with none of them is
/// of the standard class (Amazon EC2 User Guide, "On-Demand Instance quotas" and "Spot Instance quotas").
const CLASSES: [(&[&str], Limit, Limit); 3] = [
    (
        &["g", "vt", "gr"],
        limit("ec2", "L-DB2E81BA", "gpu-vcpus"),
        limit("ec2", "L-3819A6DF", "gpu-spot-vcpus"),
    ),
    (&["p"], limit("ec2", "L-417A185B", "p-vcpus"), limit("ec2", "L-7212CCBC", "p-spot-vcpus")),
    (&[], limit("ec2", "L-1216C47A", "ec2-vcpus"), limit("ec2", "L-34B43A08", "spot-vcpus")),
];

pub(super) async fn check(session: &Session, blueprint: &Blueprint) -> Vec<CheckItem> {
    let mut wanted: BTreeMap<Limit, u32> = BTreeMap::new();
    for environment in &blueprint.compute_environments {
        for limit in limits_of(environment) {
            let sum = wanted.entry(limit).or_default();
            *sum = sum.saturating_add(environment.max_vcpus);
        }
    }
    join_all(wanted.into_iter().map(|(limit, wanted)| one(session, limit, wanted))).await
}

/// The limits that an environment's vCPUs count against.
fn limits_of(environment: &ComputeEnvironment) -> Vec<Limit> {
    let spot = environment.kind == ComputeKind::Spot;
    match (environment.kind, &environment.instances) {
        (ComputeKind::Fargate, _) => vec![limit("fargate", "L-3032A538", "fargate-vcpus")],
        (ComputeKind::FargateSpot, _) => vec![limit("fargate", "L-36FBB829", "fargate-spot-vcpus")],
        (_, None) => vec![],
        (_, Some(instances)) => {
            let mut limits: Vec<_> = instances
                .types
                .iter()
                .map(|name| {
                    let class = class_of(name);
                    let known = CLASSES.iter().find(|(classes, ..)| classes.contains(&class));
                    let (_, on_demand, for_spot) = known.unwrap_or(&CLASSES[2]);
                    if spot { *for_spot } else { *on_demand }
                })
                .collect();
            limits.sort();
            limits.dedup();
            limits
        }
    }
}

/// How a family's name begins: `g` of `g4dn.xlarge`.
fn class_of(instance_type: &str) -> &str {
    let end = instance_type.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(instance_type.len());
    &instance_type[..end]
}

async fn one(session: &Session, limit: Limit, wanted: u32) -> CheckItem {
    let item = |verdict, finding| CheckItem::answer(limit.id, Group::Limits, verdict, finding);
    match value(session, limit).await {
        Ok(value) => {
            let (has, wants) = (value.to_string(), wanted.to_string());
            let what = limit.what().text;
            let params = [("limit", has.as_str()), ("wanted", wants.as_str()), ("what", what.as_str())];
            let mut item = if f64::from(wanted) <= value {
                item(CheckVerdict::Ready, say("limit-enough", &params))
            } else {
                let finding =
                    if value < 1.0 { say("limit-none", &params) } else { say("limit-short", &params) };
                let mut item = item(CheckVerdict::Warning, finding);
                item.remedy = Some(say("limit-short-advice", &params));
                item
            };
            item.evidence = vec![
                Evidence::new("QuotaCode", limit.code),
                Evidence::new("Value", has),
                Evidence::new("maxvCpus", wants),
            ];
            item
        }
        Err(fault) => {
            let words = fault.text().text;
            let mut item = item(CheckVerdict::CannotTell, say("limit-unknown", &[("words", &words)]));
            item.evidence = vec![Evidence::new("QuotaCode", limit.code), Evidence::new("maxvCpus", wanted)];
            item
        }
    }
}

/// The applied value, or AWS's default where nobody ever asked for another.
async fn value(session: &Session, limit: Limit) -> Result<f64, AwsFault> {
    let quotas = &session.aws.read.quotas;
    let applied = quotas.get_service_quota().service_code(limit.service).quota_code(limit.code).send().await;
    let quota = match applied.map_err(fault("servicequotas:GetServiceQuota")) {
        Ok(found) => found.quota,
        Err(fault) if fault.kind == FaultKind::NotFound => None,
        Err(fault) => return Err(fault),
    };
    if let Some(value) = quota.and_then(|quota| quota.value) {
        return Ok(value);
    }
    let action = "servicequotas:GetAWSDefaultServiceQuota";
    let request = quotas.get_aws_default_service_quota();
    let default = request.service_code(limit.service).quota_code(limit.code).send().await;
    let value = default.map_err(fault(action))?.quota.and_then(|quota| quota.value);
    value.ok_or_else(|| AwsFault {
        action: action.to_owned(),
        code: None,
        message: "the answer holds no value".to_owned(),
        request_id: None,
        kind: FaultKind::Invalid,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blueprint::Preset;

    fn codes(preset: Preset) -> Vec<&'static str> {
        let environments = preset.blueprint("first").compute_environments;
        environments.iter().flat_map(limits_of).map(|limit| limit.code).collect()
    }

    #[test]
    fn each_kind_counts_against_its_own_limit() {
        assert_eq!(codes(Preset::Fargate), ["L-3032A538"]);
        assert_eq!(codes(Preset::FargateSpot), ["L-36FBB829"]);
        assert_eq!(codes(Preset::SpotThenOndemand), ["L-34B43A08", "L-1216C47A"]);
        assert_eq!(codes(Preset::Gpu), ["L-DB2E81BA"]);
        assert_eq!(
            [class_of("p4d.24xlarge"), class_of("gr6.4xlarge"), class_of("optimal")],
            ["p", "gr", "optimal"]
        );
    }
}
