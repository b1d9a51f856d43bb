//! What a compute environment is, and how AWS shows it.

use super::hosts::Host;
use super::size::Platform;
use super::{Status, state_name, world};
use crate::ACCOUNT_ID;
use crate::wire::json::number;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// A compute environment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Environment {
    pub(super) name: String,
    pub(super) uuid: String,
    pub(super) managed: bool,
    pub(super) enabled: bool,
    pub(super) status: Status,
    pub(super) status_reason: String,
    /// As the request gave them, and as updates changed them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) resources: Option<Map<String, Value>>,
    pub(super) service_role: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) unmanaged_vcpus: Option<i64>,
    pub(super) tags: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) update_policy: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) context: Option<String>,
    /// Thousandths of a vCPU that jobs hold.
    #[serde(default)]
    pub(super) used: u32,
    /// An EC2 or Spot environment's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) hosts: Vec<Host>,
}

/// What a managed environment is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Ec2,
    Spot,
    Fargate,
    FargateSpot,
}

impl Kind {
    pub(super) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "EC2" => Self::Ec2,
            "SPOT" => Self::Spot,
            "FARGATE" => Self::Fargate,
            "FARGATE_SPOT" => Self::FargateSpot,
            _ => return None,
        })
    }

    pub(super) const fn platform(self) -> Platform {
        match self {
            Self::Ec2 | Self::Spot => Platform::Ec2,
            Self::Fargate | Self::FargateSpot => Platform::Fargate,
        }
    }

    pub(super) const fn is_spot(self) -> bool {
        matches!(self, Self::Spot | Self::FargateSpot)
    }
}

impl Environment {
    pub(super) fn resource(&self, field: &str) -> Option<&Value> {
        self.resources.as_ref()?.get(field)
    }

    fn resource_texts(&self, field: &str) -> Vec<&str> {
        self.resource(field)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    }

    /// What it is made of; an unmanaged environment's hosts are not Batch's business.
    pub(super) fn kind(&self) -> Option<Kind> {
        Kind::of(self.resource("type")?.as_str()?)
    }

    /// Thousandths of a vCPU that it may grow to; of an unmanaged environment only its owner knows.
    pub(super) fn max_vcpu(&self) -> u32 {
        if !self.managed {
            return u32::MAX;
        }
        let whole = self.resource("maxvCpus").and_then(Value::as_i64).unwrap_or(0);
        u32::try_from(whole.saturating_mul(1_000)).unwrap_or(u32::MAX)
    }

    pub(super) fn subnets(&self) -> Vec<&str> {
        self.resource_texts("subnets")
    }

    pub(super) fn security_groups(&self) -> Vec<&str> {
        self.resource_texts("securityGroupIds")
    }

    /// What its instances are tagged with.
    pub(super) fn instance_tags(&self) -> Vec<(String, String)> {
        let tags = self.resource("tags").and_then(Value::as_object).into_iter().flatten();
        tags.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
    }

    pub(super) fn instance_types(&self) -> Vec<&str> {
        self.resource_texts("instanceTypes")
    }

    pub(super) fn instance_role(&self) -> Option<&str> {
        self.resource("instanceRole")?.as_str()
    }

    pub(super) fn strategy(&self) -> &str {
        self.resource("allocationStrategy").and_then(Value::as_str).unwrap_or("BEST_FIT")
    }

    /// What a Spot host may cost in hundredths of its price on demand; none when any price will do.
    pub(super) fn bid_percentage(&self) -> Option<u64> {
        self.resource("bidPercentage")?.as_u64().filter(|percent| *percent > 0)
    }

    /// vCPUs that its hosts have even with nothing to do.
    pub(super) fn min_vcpus(&self) -> i64 {
        self.resource("minvCpus").and_then(Value::as_i64).unwrap_or(0)
    }

    /// vCPUs that Batch wants its hosts to have now: those they have, once it has begun to launch them.
    pub(super) fn desired_vcpus(&self) -> i64 {
        let there: u32 = self.hosts.iter().map(Host::vcpus).sum();
        let asked = self.resource("desiredvCpus").and_then(Value::as_i64).unwrap_or(0);
        self.min_vcpus().max(asked).max(i64::from(there))
    }

    /// `scalingPolicy.minScaleDownDelayMinutes`.
    pub(super) fn scale_down_delay_minutes(&self) -> Option<i64> {
        number(self.resource("scalingPolicy")?, "minScaleDownDelayMinutes").filter(|minutes| *minutes > 0)
    }

    pub(super) fn cluster(&self) -> String {
        format!("AWSBatch-{}-{}", self.name, self.uuid)
    }

    pub(super) fn takes_jobs(&self) -> bool {
        self.enabled && self.status == Status::Valid && self.managed
    }

    pub(super) fn uses_service_linked_role(&self) -> bool {
        world::is_batch_service_linked_role(&self.service_role)
    }

    pub(super) fn shown(&self, region: &str) -> Value {
        let mut shown = json!({
            "computeEnvironmentName": self.name,
            "computeEnvironmentArn": super::arn(region, &format!("compute-environment/{}", self.name)),
            "ecsClusterArn": format!("arn:aws:ecs:{region}:{ACCOUNT_ID}:cluster/{}", self.cluster()),
            "tags": self.tags,
            "type": if self.managed { "MANAGED" } else { "UNMANAGED" },
            "state": state_name(self.enabled),
            "status": self.status,
            "statusReason": self.status_reason,
            "serviceRole": self.service_role,
            "containerOrchestrationType": "ECS",
            "uuid": self.uuid,
        });
        if let Some(resources) = &self.resources {
            let mut resources = resources.clone();
            resources.entry("tags").or_insert_with(|| json!({}));
            if self.kind().is_some_and(|kind| kind.platform() == Platform::Ec2) {
                resources.insert("desiredvCpus".to_owned(), json!(self.desired_vcpus()));
            }
            shown["computeResources"] = Value::Object(resources);
        }
        if let Some(policy) = &self.update_policy {
            shown["updatePolicy"] = policy.clone();
        }
        if let Some(vcpus) = self.unmanaged_vcpus {
            shown["unmanagedvCpus"] = json!(vcpus);
        }
        if let Some(context) = &self.context {
            shown["context"] = json!(context);
        }
        shown
    }
}
