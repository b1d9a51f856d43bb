//! What the instances of a blueprint's environments cost here and now: from the price list, and for Spot from the
//! market, with how it moved over the last days.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::InstanceType as Ec2InstanceType;
use aws_smithy_types::DateTime;
use futures::future::join_all;

use super::{InstancePrice, prices::listed};
use crate::{
    account::Session,
    aws::{AwsFault, fault},
    blueprint::{Blueprint, ComputeEnvironment, ComputeKind, Instances, families_of},
    cost::{self, Host, Market, Money, Rate, SpotHistory, SpotPoint, SpotZone},
    world::Moment,
};

/// How far back the market is looked at: a week, of the ninety days that EC2 keeps.
const LOOKED_BACK: i64 = 7 * 86_400_000;

/// What instances cost in each environment that has any; without the right to read prices, nothing.
pub(crate) async fn market(session: &Session, blueprint: &Blueprint) -> Market {
    let at = session.world.now();
    let instances = blueprint.compute_environments.iter().filter_map(|environment| {
        let instances = environment.instances.as_ref()?;
        Some((environment, instances))
    });
    let each = |(environment, instances): (&ComputeEnvironment, &Instances)| {
        let (environment, instances) = (environment.clone(), instances.clone());
        async move {
            let hosts = hosts(session, &environment, &instances).await.ok()?;
            let cheapest = hosts.iter().min_by(|a, b| a.per_vcpu().total_cmp(&b.per_vcpu()))?;
            let history = if environment.kind == ComputeKind::Spot {
                // Without the right to read them the price of now is all that there is to tell.
                history(session, &environment, cheapest, at).await.ok()
            } else {
                None
            };
            let rate = Rate::of(cheapest);
            Some((environment.name.clone(), hosts, rate, history))
        }
    };
    let mut market = Market { at, ..Market::default() };
    for (name, hosts, rate, history) in join_all(instances.map(each)).await.into_iter().flatten() {
        market.rates.insert(name.clone(), rate);
        market.hosts.insert(name, hosts);
        market.spot.extend(history);
    }
    market
}

async fn hosts(
    session: &Session,
    environment: &ComputeEnvironment,
    instances: &Instances,
) -> Result<Vec<Host>, AwsFault> {
    let spot = environment.kind == ComputeKind::Spot;
    let types: Vec<String> = instances.types.iter().flat_map(|name| families_of(name)).collect();
    let mut prices = listed(session, &types).await?;
    // Batch may go over the most by one instance, and starts no larger one where a smaller does.
    if prices.iter().any(|price| price.vcpus <= environment.max_vcpus) {
        prices.retain(|price| price.vcpus <= environment.max_vcpus);
    }
    let host = |price: &InstancePrice| {
        let (low, high) = if spot {
            price.spot.map(|spot| (spot.low, spot.high))?
        } else {
            (price.on_demand, price.on_demand)
        };
        Some(Host {
            name: price.name.clone(),
            vcpus: price.vcpus.max(1),
            memory_gib: price.memory_gib,
            gpus: price.gpus,
            low,
            high,
            on_demand: price.on_demand,
        })
    };
    Ok(prices.iter().filter_map(host).collect())
}

async fn history(
    session: &Session,
    environment: &ComputeEnvironment,
    of: &Host,
    now: Moment,
) -> Result<SpotHistory, AwsFault> {
    let since = now.plus(-LOOKED_BACK);
    let request = session.aws.read.ec2.describe_spot_price_history();
    let request = request.instance_types(Ec2InstanceType::from(of.name.as_str()));
    let request = request.product_descriptions("Linux/UNIX").start_time(DateTime::from_millis(since.0));
    let found = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
    let mut zones: BTreeMap<String, Vec<SpotPoint>> = BTreeMap::new();
    for price in found.map_err(fault("ec2:DescribeSpotPriceHistory"))? {
        let usd = price.spot_price().and_then(|usd| usd.parse::<f64>().ok());
        let at = price.timestamp().and_then(|at| at.to_millis().ok());
        if let (Some(usd), Some(at), Some(zone)) = (usd, at, price.availability_zone()) {
            // What held when the week began began earlier.
            zones.entry(zone.to_owned()).or_default().push(SpotPoint { at: Moment(at.max(since.0)), usd });
        }
    }
    Ok(SpotHistory {
        environment: environment.name.clone(),
        instance_type: of.name.clone(),
        on_demand: of.on_demand,
        since,
        until: now,
        zones: zones.into_iter().filter_map(|(zone, points)| SpotZone::of(zone, points)).collect(),
    })
}

/// What the vCPUs cost that each environment keeps running, in the blueprint's order.
pub async fn kept_costs(session: &Session, blueprint: &Blueprint) -> Vec<Option<Money>> {
    let market = market(session, blueprint).await;
    blueprint.compute_environments.iter().map(|environment| cost::kept(environment, &market.rates)).collect()
}
