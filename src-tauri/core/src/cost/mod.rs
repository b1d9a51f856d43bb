//! What a stack costs, before it is made. Estimates from AWS's list prices, never a bill.

mod estimate;
mod market;
pub(crate) mod way_out;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use estimate::{Costs, Hourly, JobCost, MostCost, PriceSource, costs};
pub use market::{Host, Market, SpotHistory, SpotPoint, SpotZone};

use crate::{
    blueprint::{
        Architecture, Blueprint, ComputeEnvironment, ComputeKind, Instances, JobDefinition, Network, Preset,
        WayOut, architecture_of, by_route, endpoints, has_gpu,
    },
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

/// A GB of a Fargate task's disk above the 20 that come with it, US dollars an hour (AWS Fargate pricing, 2026).
const FARGATE_DISK: f64 = 0.000_111;

/// A public IPv4 address in use, US dollars an hour (Amazon VPC pricing, 2026).
const PUBLIC_IPV4: f64 = 0.005;

/// A NAT gateway, US dollars an hour and for each GB that goes through it; an interface endpoint, the same in each zone
/// (Amazon VPC pricing and AWS PrivateLink pricing, 2026).
const NAT_GATEWAY: (f64, f64) = (0.045, 0.045);
const ENDPOINT: (f64, f64) = (0.01, 0.01);

/// The zones that a new VPC's endpoints are in.
const ZONES: u32 = 2;

/// A vCPU of an EC2 instance with its memory, US dollars an hour, by the list prices of us-east-1 (Amazon EC2
/// On-Demand pricing, 2026): general purpose of the current generation (m6i, m6g), and the smallest with a GPU (g4dn).
const GENERAL: f64 = 0.048;
const GRAVITON: f64 = 0.0385;
const WITH_GPU: f64 = 0.1315;

/// What is left of a list price on spare capacity, as a rule: a third for instances, 30 per cent for Fargate.
const SPOT: f64 = 0.33;
const FARGATE_SPOT: f64 = 0.3;

/// The days of a month have so many hours, as AWS counts.
const MONTH: f64 = 730.0;

/// What a vCPU of an environment costs an hour now, as AWS says.
#[derive(Debug, Clone, PartialEq)]
pub struct Rate {
    /// US dollars.
    pub per_vcpu: f64,
    /// The type that costs so much.
    pub of: String,
    /// What the type costs as a whole, in US dollars an hour.
    pub whole: f64,
    /// Its memory; zero where that is not known.
    pub memory_gib: f64,
    /// Its GPUs.
    pub gpus: u32,
}

impl Rate {
    /// What a job costs an hour: its share of an instance by what it takes most of.
    fn of_job(&self, vcpu: f64, memory_gib: f64, gpus: u32) -> f64 {
        let share = |asked: f64, there: f64| if there > 0.0 { asked / there } else { 0.0 };
        let by_memory = share(memory_gib, self.memory_gib);
        let by_gpus = share(f64::from(gpus), f64::from(self.gpus));
        share(vcpu, self.whole / self.per_vcpu).max(by_memory).max(by_gpus) * self.whole
    }
}

/// What a vCPU costs in each environment whose prices could be read, by the environment's name.
pub type Rates = BTreeMap<String, Rate>;

/// What the stack costs while nothing runs.
///
/// Batch, roles, queues and a VPC with an internet gateway are free; compute costs only while a job runs, but for the
/// vCPUs that an environment is told to keep. A private network's way out is paid by the hour.
pub fn standing(blueprint: &Blueprint, rates: &Rates) -> Money {
    let kept = blueprint.compute_environments.iter().filter_map(|environment| kept(environment, rates));
    // The sum of nothing would be -0.
    let kept = kept.fold(0.0, |sum, money| sum + money.usd);
    let way_out = match &blueprint.network {
        Network::NewVpc { way_out, .. } => hourly(blueprint, *way_out),
        Network::DefaultVpc {} | Network::ExistingVpc { .. } => None,
    };
    let note = match (&way_out, kept > 0.0) {
        (None, false) => say("cost-standing-nothing", &[]),
        (None, true) => say("cost-standing-vcpus", &[]),
        (Some((_, note)), false) => note.clone(),
        (Some((_, note)), true) => {
            let vcpus = say("cost-standing-vcpus", &[]);
            say("cost-standing-both", &[("way_out", &note.text), ("vcpus", &vcpus.text)])
        }
    };
    let usd = kept + way_out.map_or(0.0, |(usd, _)| usd * MONTH);
    Money { usd, per: Per::Month, note: Some(note) }
}

/// What each way out of a new VPC costs, by the hour.
pub fn ways_out(blueprint: &Blueprint) -> Vec<WayOutCard> {
    let card = |way_out| {
        let paid = hourly(blueprint, way_out);
        let cost = paid.map(|(usd, note)| Money { usd, per: Per::Hour, note: Some(note) });
        WayOutCard { way_out, cost }
    };
    [WayOut::PublicIps, WayOut::NatGateway, WayOut::Endpoints].map(card).to_vec()
}

/// A way out of a new VPC and what it costs, for choosing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct WayOutCard {
    /// The way out.
    pub way_out: WayOut,
    /// What an hour of it costs whether jobs run or not; none where that is nothing.
    pub cost: Option<Money>,
}

/// What an hour of a way out costs, and what is behind that; `None` where it is free while nothing runs.
fn hourly(blueprint: &Blueprint, way_out: WayOut) -> Option<(f64, Text)> {
    match way_out {
        WayOut::PublicIps => None,
        WayOut::NatGateway => {
            let usd = NAT_GATEWAY.0 + PUBLIC_IPV4;
            let note = say("cost-way-out-nat", &[("usd", &amount(usd)), ("gb", &amount(NAT_GATEWAY.1))]);
            Some((usd, note))
        }
        WayOut::Endpoints => {
            let count = endpoints(blueprint).into_iter().filter(|end| !by_route(end)).count();
            let count = u32::try_from(count).unwrap_or(u32::MAX);
            let usd = f64::from(count) * f64::from(ZONES) * ENDPOINT.0;
            let params = [
                ("count", count.to_string()),
                ("zones", ZONES.to_string()),
                ("usd", amount(usd)),
                ("gb", amount(ENDPOINT.1)),
            ];
            let params = params.each_ref().map(|(name, value)| (*name, value.as_str()));
            Some((usd, say("cost-way-out-endpoints", &params)))
        }
    }
}

/// What the vCPUs cost that an environment keeps running; `None` where it keeps none.
pub fn kept(environment: &ComputeEnvironment, rates: &Rates) -> Option<Money> {
    let instances = environment.instances.as_ref().filter(|instances| instances.min_vcpus > 0)?;
    let vcpus = f64::from(instances.min_vcpus);
    let (per_vcpu, note) = per_vcpu(environment, instances, rates);
    // Instances run whole: for one vCPU a type of 64 runs with all of them.
    let usd = match rates.get(&environment.name) {
        Some(rate) => (vcpus * rate.per_vcpu / rate.whole).ceil() * rate.whole,
        None => vcpus * per_vcpu,
    };
    Some(Money { usd: usd * MONTH, per: Per::Month, note: Some(note) })
}

/// What a vCPU of the cheapest type costs that the environment may start, and how that is known.
fn per_vcpu(environment: &ComputeEnvironment, instances: &Instances, rates: &Rates) -> (f64, Text) {
    if let Some(rate) = rates.get(&environment.name) {
        let params = [("type", rate.of.as_str()), ("usd", &amount(rate.whole))];
        return (rate.per_vcpu, say("cost-of-type", &params));
    }
    let listed = per_listed_vcpu(environment, instances);
    if environment.kind == ComputeKind::Spot {
        (listed, say("cost-spot-price", &[]))
    } else {
        (listed, say("cost-list-price", &[]))
    }
}

/// What a vCPU costs by the list that Slipway carries.
fn per_listed_vcpu(environment: &ComputeEnvironment, instances: &Instances) -> f64 {
    let first = instances.types.first().map(String::as_str).unwrap_or_default();
    let listed = if has_gpu(first) {
        WITH_GPU
    } else if architecture_of(first) == Architecture::Arm64 {
        GRAVITON
    } else {
        GENERAL
    };
    if environment.kind == ComputeKind::Spot { listed * SPOT } else { listed }
}

/// What an hour of so much on Fargate costs by the list that Slipway carries.
fn fargate_listed(architecture: Architecture, kind: ComputeKind, vcpu: f64, gb: f64) -> f64 {
    let (per_vcpu, per_gb) = fargate(architecture);
    let listed = vcpu * per_vcpu + gb * per_gb;
    if kind == ComputeKind::FargateSpot { listed * FARGATE_SPOT } else { listed }
}

/// What one running job of the first definition costs: in the environment that is tried first, and where that is Spot
/// with on-demand behind it, there too.
pub fn running(blueprint: &Blueprint, rates: &Rates) -> Option<Money> {
    let definition = blueprint.job_definitions.first()?;
    let environments = || blueprint.compute_environments.iter();
    let runs_on = |one: &&ComputeEnvironment| one.kind.platform() == definition.platform;
    let queue = blueprint.job_queues.iter().find_map(|queue| {
        let order = queue.compute_environments.iter();
        let order: Vec<_> = order.filter_map(|name| environments().find(|one| one.name == *name)).collect();
        order.first().is_some_and(runs_on).then_some(order)
    })?;
    let first = job(definition, queue.first()?, rates)?;
    let is_spot = |one: &ComputeEnvironment| matches!(one.kind, ComputeKind::Spot | ComputeKind::FargateSpot);
    let behind = queue.iter().find(|one| is_spot(queue[0]) && !is_spot(one));
    let Some(behind) = behind.and_then(|behind| job(definition, behind, rates)) else { return Some(first) };
    let note = first.note.as_ref().map(|note| note.text.clone()).unwrap_or_default();
    let params = [("note", note.as_str()), ("usd", &amount(behind.usd))];
    Some(Money { note: Some(say("cost-then-on-demand", &params)), ..first })
}

/// What one running job of this definition costs in this environment.
pub fn job(definition: &JobDefinition, environment: &ComputeEnvironment, rates: &Rates) -> Option<Money> {
    let vcpu: f64 = definition.vcpu.parse().ok()?;
    if let Some(instances) = &environment.instances {
        let (per_vcpu, source) = per_vcpu(environment, instances, rates);
        let note = say("cost-share-of-instance", &[("source", &source.text)]);
        let gib = f64::from(definition.memory_mib) / 1024.0;
        let rate = rates.get(&environment.name);
        let usd = rate.map_or(vcpu * per_vcpu, |rate| rate.of_job(vcpu, gib, definition.gpus));
        return Some(Money { usd, per: Per::Hour, note: Some(note) });
    }
    let gb = f64::from(definition.memory_mib) / 1024.0;
    let compute = fargate_listed(definition.architecture, environment.kind, vcpu, gb);
    let address = if definition.assign_public_ip { PUBLIC_IPV4 } else { 0.0 };
    let disk =
        f64::from(definition.ephemeral_storage_gib.map_or(0, |gib| gib.saturating_sub(20))) * FARGATE_DISK;
    Some(Money { usd: compute + address + disk, per: Per::Hour, note: Some(say("cost-list-price", &[])) })
}

/// To a hundredth of a cent, as AWS prices an hour.
fn amount(usd: f64) -> String {
    format!("{usd:.4}").trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A preset and what it costs, for choosing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct PresetCard {
    /// The preset.
    pub preset: Preset,
    /// What an hour of it costs.
    pub cost: Money,
}

/// Every preset with what a vCPU of it costs.
pub fn presets() -> Vec<PresetCard> {
    let (per_vcpu, per_gb) = fargate(Architecture::X86_64);
    let on_fargate = per_vcpu + 2.0 * per_gb;
    let card = |preset: &Preset| {
        let (usd, note) = match preset {
            Preset::Fargate => (on_fargate, say("cost-list-price", &[])),
            Preset::FargateSpot => (on_fargate * FARGATE_SPOT, say("cost-spot-price", &[])),
            Preset::Spot | Preset::SpotThenOndemand => (GENERAL * SPOT, say("cost-spot-price", &[])),
            Preset::OnDemand => (GENERAL, say("cost-list-price", &[])),
            Preset::Gpu => (WITH_GPU, say("cost-list-price", &[])),
        };
        PresetCard { preset: *preset, cost: Money { usd, per: Per::VcpuHour, note: Some(note) } }
    };
    Preset::ALL.iter().map(card).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spot_with_on_demand_behind_it_says_what_both_cost() {
        let blueprint = Preset::SpotThenOndemand.blueprint("first");
        let note = running(&blueprint, &Rates::new()).and_then(|money| money.note).map(|note| note.text);
        let note = note.unwrap_or_default();
        assert!(note.contains("about a third") && note.contains("on demand, for 0.048 USD"), "{note}");
        assert_eq!((amount(0.1), amount(2.0), amount(0.00409)), ("0.1".into(), "2".into(), "0.0041".into()));
    }

    #[test]
    fn a_job_pays_for_what_it_takes_most_of() {
        let rate = Rate { per_vcpu: 0.1, of: "g4dn.xlarge".into(), whole: 0.4, memory_gib: 16.0, gpus: 1 };
        let close = |found: f64, usd: f64| assert!((found - usd).abs() < 1e-9, "{found} is not {usd}");
        close(rate.of_job(1.0, 1.0, 0), 0.1);
        close(rate.of_job(1.0, 8.0, 0), 0.2);
        close(rate.of_job(1.0, 1.0, 1), 0.4);
        let mut kept = Preset::OnDemand.blueprint("first");
        let environment = &mut kept.compute_environments[0];
        let large =
            Rate { per_vcpu: 0.05, of: "m6i.16xlarge".into(), whole: 3.2, memory_gib: 256.0, gpus: 0 };
        let rates = Rates::from([(environment.name.clone(), large)]);
        environment.instances.as_mut().unwrap().min_vcpus = 1;
        close(standing(&kept, &rates).usd, 3.2 * MONTH);
    }

    #[test]
    fn what_keeps_nothing_running_costs_nothing_and_no_less() {
        let fargate = standing(&Preset::Fargate.blueprint("first"), &Rates::new());
        assert_eq!(fargate.usd.to_string(), "0");
        let mut kept = Preset::OnDemand.blueprint("first");
        assert_eq!(standing(&kept, &Rates::new()).usd.to_string(), "0");
        if let Some(instances) = &mut kept.compute_environments[0].instances {
            instances.min_vcpus = 2;
        }
        assert!((standing(&kept, &Rates::new()).usd - 2.0 * GENERAL * MONTH).abs() < 0.001);
    }
}
