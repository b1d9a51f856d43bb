//! What a stack costs, before it is made. Estimates from AWS's list prices, never a bill.

use serde::{Deserialize, Serialize};

use crate::{
    blueprint::{Architecture, Blueprint, JobDefinition, Preset},
    words::{Text, say},
};

/// An amount of money for a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct Money {
    /// US dollars, before tax.
    // To specta a float may be `null`, since JSON has no NaN; this one never is.
    #[specta(type = i32)]
    pub usd: f64,
    /// For how long or how much.
    pub per: Per,
    /// What the amount rests on.
    pub note: Option<Text>,
}

/// What an amount is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum Per {
    /// An hour.
    Hour,
    /// A month of 730 hours.
    Month,
    /// An hour of one vCPU with twice its memory in GB.
    VcpuHour,
}

/// Fargate in us-east-1, US dollars an hour (AWS Fargate pricing, 2026): vCPU and GB, by processor.
fn fargate(architecture: Architecture) -> (f64, f64) {
    match architecture {
        Architecture::X86_64 => (0.04048, 0.004_445),
        Architecture::Arm64 => (0.03238, 0.00356),
    }
}

/// A public IPv4 address in use, US dollars an hour (Amazon VPC pricing, 2026).
const PUBLIC_IPV4: f64 = 0.005;

/// What the stack costs while nothing runs.
///
/// Batch, roles, queues and a VPC with an internet gateway are free; Fargate costs only while a job runs.
pub fn standing(_blueprint: &Blueprint) -> Money {
    Money { usd: 0.0, per: Per::Month, note: Some(say("cost-standing-nothing", &[])) }
}

/// What one running job of the first definition costs.
pub fn running(blueprint: &Blueprint) -> Option<Money> {
    blueprint.job_definitions.first().and_then(job)
}

/// What one running job of this definition costs.
pub fn job(definition: &JobDefinition) -> Option<Money> {
    let vcpu: f64 = definition.vcpu.parse().ok()?;
    let gb = f64::from(definition.memory_mib) / 1024.0;
    let (per_vcpu, per_gb) = fargate(definition.architecture);
    let address = if definition.assign_public_ip { PUBLIC_IPV4 } else { 0.0 };
    let usd = vcpu * per_vcpu + gb * per_gb + address;
    Some(Money { usd, per: Per::Hour, note: Some(say("cost-list-price", &[])) })
}

/// A preset and what it costs, for choosing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct PresetCard {
    /// The preset.
    pub preset: Preset,
    /// What an hour of it costs.
    pub cost: Money,
}

/// Every preset with what it costs.
pub fn presets() -> Vec<PresetCard> {
    let card = |preset: &Preset| match *preset {
        Preset::Fargate => PresetCard { preset: *preset, cost: fargate_vcpu_hour() },
    };
    Preset::ALL.iter().map(card).collect()
}

/// What an hour of one vCPU with 2 GB costs on Fargate, for comparing presets.
fn fargate_vcpu_hour() -> Money {
    let (per_vcpu, per_gb) = fargate(Architecture::X86_64);
    Money { usd: per_vcpu + 2.0 * per_gb, per: Per::VcpuHour, note: Some(say("cost-list-price", &[])) }
}
