//! What jobs cost, and what the most costs that may run at one time: a range where the choice of instances makes it
//! one, and each with where its price is from.

use serde::{Deserialize, Serialize};

use super::{Host, Market, SpotHistory, fargate_listed, job, per_listed_vcpu};
use crate::{
    blueprint::{Architecture, Blueprint, ComputeEnvironment, ComputeKind, JobDefinition, architecture_of},
    world::Moment,
};

/// The year of the list prices that Slipway carries.
const CARRIED: &str = "2026";

/// What jobs cost before any runs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct Costs {
    /// Each job definition in each environment that its queues may send it to.
    pub jobs: Vec<JobCost>,
    /// Each environment when it runs as much as it may.
    pub most: Vec<MostCost>,
    /// How Spot prices moved.
    pub spot: Vec<SpotHistory>,
}

/// What an hour of one job costs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct JobCost {
    /// The job definition, by its name in the blueprint.
    pub job: String,
    /// The environment.
    pub environment: String,
    /// What an hour costs.
    pub hour: Hourly,
}

/// What an hour of an environment costs that runs as many vCPUs as it may.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct MostCost {
    /// The environment.
    pub environment: String,
    /// The vCPUs.
    pub vcpus: u32,
    /// What an hour costs.
    pub hour: Hourly,
}

/// What an hour costs, US dollars before tax, and how that is known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct Hourly {
    /// At best.
    #[specta(type = i32)]
    pub low: f64,
    /// At worst; the same where there is no choice.
    #[specta(type = i32)]
    pub high: f64,
    /// The instance type at best; none where there are no instances, or no prices of them.
    pub at_best: Option<String>,
    /// The instance type at worst.
    pub at_worst: Option<String>,
    /// Where the price is from.
    pub source: PriceSource,
}

/// Where a price is from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case", tag = "from")]
pub enum PriceSource {
    /// AWS's Price List API.
    PriceList {
        /// When it was read.
        at: Moment,
    },
    /// EC2's Spot prices.
    SpotMarket {
        /// When they held.
        at: Moment,
    },
    /// The list prices of us-east-1 that Slipway carries.
    Carried {
        /// Of which year.
        of: String,
        /// Whether Spot's share of them is what it is as a rule, and no price.
        estimated: bool,
    },
}

/// Everything that can be said before anything runs.
pub fn costs(blueprint: &Blueprint, market: &Market) -> Costs {
    let environments = || blueprint.compute_environments.iter();
    let mut costs = Costs { spot: market.spot.clone(), ..Costs::default() };
    for definition in &blueprint.job_definitions {
        let queued = environments().filter(|one| {
            let queue = |name: &String| *name == one.name;
            blueprint.job_queues.iter().any(|queued| queued.compute_environments.iter().any(queue))
        });
        for environment in queued.filter(|one| takes(one, definition)) {
            if let Some(hour) = of_job(definition, environment, market) {
                let (job, environment) = (definition.name.clone(), environment.name.clone());
                costs.jobs.push(JobCost { job, environment, hour });
            }
        }
    }
    for environment in environments() {
        if let Some(hour) = most(blueprint, environment, market) {
            let vcpus = environment.max_vcpus;
            costs.most.push(MostCost { environment: environment.name.clone(), vcpus, hour });
        }
    }
    costs
}

/// Whether jobs of the definition can run there: the platform is the same, and the processor.
fn takes(environment: &ComputeEnvironment, definition: &JobDefinition) -> bool {
    let processor = |instances: &crate::blueprint::Instances| {
        instances.types.iter().all(|name| architecture_of(name) == definition.architecture)
    };
    environment.kind.platform() == definition.platform && environment.instances.as_ref().is_none_or(processor)
}

fn of_job(definition: &JobDefinition, environment: &ComputeEnvironment, market: &Market) -> Option<Hourly> {
    let vcpu: f64 = definition.vcpu.parse().ok()?;
    let gib = f64::from(definition.memory_mib) / 1_024.0;
    let has_room = |host: &&Host| {
        let memory = host.memory_gib == 0.0 || gib < host.memory_gib;
        vcpu <= f64::from(host.vcpus) && memory && definition.gpus <= host.gpus
    };
    let hosts = market.hosts.get(&environment.name).map(Vec::as_slice).unwrap_or_default();
    let share = |host: &Host| host.share(vcpu, gib, definition.gpus);
    range(hosts.iter().filter(has_room), environment, market, share).or_else(|| {
        let usd = job(definition, environment, &market.rates)?.usd;
        Some(carried(environment, usd, usd))
    })
}

fn most(blueprint: &Blueprint, environment: &ComputeEnvironment, market: &Market) -> Option<Hourly> {
    let vcpus = f64::from(environment.max_vcpus);
    if let Some(instances) = &environment.instances {
        let hosts = market.hosts.get(&environment.name).map(Vec::as_slice).unwrap_or_default();
        // Instances run whole.
        let many = |host: &Host| (vcpus / f64::from(host.vcpus)).ceil();
        return range(hosts.iter(), environment, market, many).or_else(|| {
            let usd = vcpus * per_listed_vcpu(environment, instances);
            Some(carried(environment, usd, usd))
        });
    }
    // A task pays for its memory, too: as much of it as its definition has for a vCPU.
    let each = blueprint.job_definitions.iter().filter(|definition| takes(environment, definition));
    let each = each.filter_map(|definition| {
        let vcpu: f64 = definition.vcpu.parse().ok()?;
        Some(job(definition, environment, &market.rates)?.usd * vcpus / vcpu)
    });
    let plain = || fargate_listed(Architecture::X86_64, environment.kind, vcpus, 2.0 * vcpus);
    let each: Vec<f64> = each.collect();
    let low = each.iter().copied().reduce(f64::min).unwrap_or_else(plain);
    let high = each.iter().copied().reduce(f64::max).unwrap_or_else(plain);
    Some(carried(environment, low, high))
}

/// The cheapest and the dearest of these, each so many times.
fn range<'h>(
    hosts: impl Iterator<Item = &'h Host> + Clone,
    environment: &ComputeEnvironment,
    market: &Market,
    times: impl Fn(&Host) -> f64,
) -> Option<Hourly> {
    let low = hosts.clone().map(|host| (times(host) * host.low, host)).min_by(|a, b| a.0.total_cmp(&b.0))?;
    let high = hosts.map(|host| (times(host) * host.high, host)).max_by(|a, b| a.0.total_cmp(&b.0))?;
    let source = if environment.kind == ComputeKind::Spot {
        PriceSource::SpotMarket { at: market.at }
    } else {
        PriceSource::PriceList { at: market.at }
    };
    Some(Hourly {
        low: low.0,
        high: high.0,
        at_best: Some(low.1.name.clone()),
        at_worst: Some(high.1.name.clone()),
        source,
    })
}

fn carried(environment: &ComputeEnvironment, low: f64, high: f64) -> Hourly {
    let estimated = matches!(environment.kind, ComputeKind::Spot | ComputeKind::FargateSpot);
    let source = PriceSource::Carried { of: CARRIED.to_owned(), estimated };
    Hourly { low, high, at_best: None, at_worst: None, source }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blueprint::Preset;

    fn host(name: &str, vcpus: u32, memory_gib: f64, low: f64, high: f64) -> Host {
        Host { name: name.to_owned(), vcpus, memory_gib, gpus: 0, low, high, on_demand: 1.0 }
    }

    #[test]
    fn a_job_costs_between_its_share_of_the_cheapest_and_of_the_dearest_that_has_room() {
        let blueprint = Preset::Spot.blueprint("first");
        let name = blueprint.compute_environments[0].name.clone();
        let hosts = vec![
            host("c.large", 2, 4.0, 0.02, 0.03),
            host("r.large", 2, 16.0, 0.04, 0.08),
            host("tiny", 1, 0.5, 0.001, 0.001),
        ];
        let market = Market { hosts: [(name, hosts)].into(), at: Moment(7), ..Market::default() };
        let mut one = blueprint.clone();
        (one.job_definitions[0].vcpu, one.job_definitions[0].memory_mib) = ("1".to_owned(), 2_048);
        one.compute_environments[0].max_vcpus = 5;
        let found = costs(&one, &market);
        let hour = &found.jobs[0].hour;
        assert!((hour.low - 0.01).abs() < 1e-9 && (hour.high - 0.04).abs() < 1e-9, "{hour:?}");
        assert_eq!((hour.at_best.as_deref(), hour.at_worst.as_deref()), (Some("c.large"), Some("r.large")));
        assert_eq!(hour.source, PriceSource::SpotMarket { at: Moment(7) });
        // Five vCPUs are three instances of two.
        let most = &found.most[0].hour;
        assert!((most.low - 0.005).abs() < 1e-9 && (most.high - 0.24).abs() < 1e-9, "{most:?}");
    }

    #[test]
    fn without_prices_the_list_is_named_that_is_carried() {
        let blueprint = Preset::Spot.blueprint("first");
        let found = costs(&blueprint, &Market::default());
        let carried = |estimated| PriceSource::Carried { of: CARRIED.to_owned(), estimated };
        assert_eq!(found.jobs[0].hour.source, carried(true));
        let fargate = costs(&Preset::Fargate.blueprint("first"), &Market::default());
        assert_eq!(fargate.most[0].hour.source, carried(false));
        assert!(fargate.most[0].hour.low > 0.0);
    }
}
