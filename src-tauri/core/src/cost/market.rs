//! What was read of prices, and from where.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Rate, Rates};
use crate::world::Moment;

/// What was read of the prices of instances.
#[derive(Debug, Clone, Default)]
pub struct Market {
    /// The cheapest in each environment.
    pub rates: Rates,
    /// Every type that may be started, by the environment's name.
    pub hosts: BTreeMap<String, Vec<Host>>,
    /// How Spot prices moved, of each environment on Spot.
    pub spot: Vec<SpotHistory>,
    /// When it was read.
    pub at: Moment,
}

/// An instance type that an environment may start, with its price.
#[derive(Debug, Clone, PartialEq)]
pub struct Host {
    /// `m6i.large`.
    pub name: String,
    /// Its vCPUs, one at least.
    pub vcpus: u32,
    /// Its memory; zero where that is not known.
    pub memory_gib: f64,
    /// Its GPUs.
    pub gpus: u32,
    /// US dollars an hour in the cheapest zone.
    pub low: f64,
    /// In the dearest; the same on demand, where zones have no prices of their own.
    pub high: f64,
    /// By the price list.
    pub on_demand: f64,
}

impl Host {
    /// What a vCPU of it costs at best.
    pub fn per_vcpu(&self) -> f64 {
        self.low / f64::from(self.vcpus)
    }

    /// The part of it that a job takes: of what it takes most of.
    pub(super) fn share(&self, vcpu: f64, memory_gib: f64, gpus: u32) -> f64 {
        let share = |asked: f64, there: f64| if there > 0.0 { asked / there } else { 0.0 };
        share(vcpu, f64::from(self.vcpus))
            .max(share(memory_gib, self.memory_gib))
            .max(share(f64::from(gpus), f64::from(self.gpus)))
    }
}

impl Rate {
    /// By this type.
    pub fn of(host: &Host) -> Self {
        Self {
            per_vcpu: host.per_vcpu(),
            of: host.name.clone(),
            whole: host.low,
            memory_gib: host.memory_gib,
            gpus: host.gpus,
        }
    }
}

/// How the Spot price of a type moved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct SpotHistory {
    /// The environment that may start it.
    pub environment: String,
    /// The type, the cheapest that the environment may start.
    pub instance_type: String,
    /// What it costs on demand, US dollars an hour.
    #[specta(type = i32)]
    pub on_demand: f64,
    /// From when on.
    pub since: Moment,
    /// Until when: when it was read.
    pub until: Moment,
    /// Each zone.
    pub zones: Vec<SpotZone>,
}

/// How the Spot price of a type moved in a zone, US dollars an hour.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct SpotZone {
    /// `us-east-1a`.
    pub zone: String,
    /// The price that holds.
    #[specta(type = i32)]
    pub now: f64,
    /// The lowest.
    #[specta(type = i32)]
    pub low: f64,
    /// The highest.
    #[specta(type = i32)]
    pub high: f64,
    /// Each price from when on it held, the oldest first.
    pub points: Vec<SpotPoint>,
}

/// A price, and from when on it held.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct SpotPoint {
    /// From when on.
    pub at: Moment,
    /// US dollars an hour.
    #[specta(type = i32)]
    pub usd: f64,
}

impl SpotZone {
    /// Of the prices of a zone, in any order; none without any.
    pub(crate) fn of(zone: String, mut points: Vec<SpotPoint>) -> Option<Self> {
        points.sort_by_key(|point| point.at);
        let now = points.last()?.usd;
        let (low, high) =
            points.iter().fold((now, now), |(low, high), point| (low.min(point.usd), high.max(point.usd)));
        Some(Self { zone, now, low, high, points })
    }
}
