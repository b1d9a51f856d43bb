//! Spot prices. They follow from the account's seed and the moment, so they move from day to day and are the
//! same however often they are asked for.

use super::describe::{one, page_by_position, retain};
use super::error::invalid;
use super::instance_type::{InstanceType, instance_type, instance_types};
use super::region::{ZONES, zone_id};
use crate::account::Account;
use crate::fault::Fault;
use crate::ids::digest_hex;
use crate::service::pricing::{self, Micros};
use crate::time::Millis;
use crate::wire::{Params, Xml};

/// A price holds so long.
const STEP: i64 = 8 * 3_600_000;
/// So many steps lead from one level to the next: three days.
const STRETCH: i64 = 9;
/// EC2 keeps ninety days of prices (API reference, DescribeSpotPriceHistory).
const KEPT: i64 = 90 * 86_400_000;
/// The one operating system whose prices are known here.
const PRODUCT: &str = "Linux/UNIX";

/// One type in one zone.
struct Market<'a> {
    seed: u64,
    zone: &'a str,
    known: &'static InstanceType,
    on_demand: Micros,
}

/// One price and since when it held.
struct Price<'a> {
    zone: &'a str,
    known: &'static InstanceType,
    micros: Micros,
    since: Millis,
}

impl Market<'_> {
    /// Where the market's steps begin, so that not all prices change at once.
    fn offset(&self) -> i64 {
        i64::from(self.level(-1)) * STEP / 65_536
    }

    /// A number of 16 bits that belongs to one level of this market.
    fn level(&self, number: i64) -> u32 {
        let digest = digest_hex(self.seed, &format!("spot/{}/{}/{number}", self.zone, self.known.name));
        u32::from_str_radix(&digest[..4], 16).unwrap_or(0)
    }

    /// What it cost from one moment to another, each price with the moment since when it held. What held at
    /// the start is part of it.
    fn prices(&self, start: Millis, end: Millis) -> Vec<(Millis, Micros)> {
        let offset = self.offset();
        let step_at = |moment: Millis| (moment.0 - offset).div_euclid(STEP);
        let mut levels: Option<(i64, i64, i64)> = None;
        let mut all = Vec::new();
        for step in step_at(start)..=step_at(end) {
            let (stretch, within) = (step.div_euclid(STRETCH), step.rem_euclid(STRETCH));
            let (_, from, to) = match levels {
                Some(known) if known.0 == stretch => known,
                _ => (stretch, i64::from(self.level(stretch)), i64::from(self.level(stretch + 1))),
            };
            levels = Some((stretch, from, to));
            // Between 25 and 45 hundredths of the price on demand.
            let level = u64::try_from(from + (to - from) * within / STRETCH).unwrap_or(0);
            let share = 2_500 + 2_000 * level / 65_535;
            // In hundredths of a cent, as EC2 rounds.
            let price = (self.on_demand * share / 10_000).div_ceil(100) * 100;
            all.push((Millis(step * STEP + offset), price));
        }
        all
    }
}

/// What a type costs in a zone at a moment, where there is a market for it.
pub fn spot_price(seed: u64, region: &str, zone: &str, name: &str, at: Millis) -> Option<Micros> {
    let known = instance_type(name).filter(|known| known.is_offered_in(zone))?;
    let market = Market { seed, zone, known, on_demand: pricing::on_demand(region, name)? };
    market.prices(at, at).pop().map(|(_, price)| price)
}

fn moment(params: &Params, name: &str) -> Result<Option<Millis>, Fault> {
    let Some(text) = params.text(name) else { return Ok(None) };
    let parsed = text.parse::<jiff::Timestamp>();
    let parsed = parsed.map_err(|_| {
        invalid(format!("Value ({text}) for parameter {name} is invalid. It is no time stamp."))
    })?;
    Ok(Some(Millis(parsed.as_millisecond())))
}

pub(super) fn describe(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let (now, seed, region) = (account.now, account.state.seed(), account.region);
    let oldest = now.plus(-KEPT);
    let start = moment(params, "StartTime")?.unwrap_or(oldest).max(oldest).min(now);
    let end = moment(params, "EndTime")?.unwrap_or(now).min(now);
    let wanted = params.texts("InstanceType");
    let products = params.texts("ProductDescription");
    // The name without a network means both (API reference).
    let linux = products.is_empty()
        || products.iter().any(|product| product.trim_end_matches(" (Amazon VPC)") == PRODUCT);
    let zones: Vec<String> = ZONES
        .iter()
        .map(|letter| format!("{region}{letter}"))
        .filter(|zone| params.text("AvailabilityZone").is_none_or(|wanted| wanted == zone))
        .filter(|zone| params.text("AvailabilityZoneId").is_none_or(|wanted| wanted == zone_id(region, zone)))
        .collect();
    let mut all = Vec::new();
    for known in instance_types().iter().filter(|_| linux && start <= end) {
        if !wanted.is_empty() && !wanted.contains(&known.name.as_str()) {
            continue;
        }
        let Some(on_demand) = pricing::on_demand(region, &known.name) else { continue };
        for zone in zones.iter().filter(|zone| known.is_offered_in(zone)) {
            let market = Market { seed, zone, known, on_demand };
            let prices = market.prices(start, end).into_iter();
            all.extend(prices.map(|(since, micros)| Price { zone, known, micros, since }));
        }
    }
    retain(params, &mut all, |price, filter| match filter {
        "availability-zone" => one(price.zone),
        "availability-zone-id" => one(zone_id(region, price.zone)),
        "instance-type" => one(&price.known.name),
        "product-description" => one(PRODUCT),
        "spot-price" => one(dollars(price.micros)),
        "timestamp" => one(price.since.iso_seconds()),
        _ => None,
    })?;
    // The newest first.
    all.sort_by_key(|price| std::cmp::Reverse(price.since));
    let (found, mut tail) = page_by_position(params, all, 1..=1000)?;
    let mut answer = vec![Xml::items(
        "spotPriceHistorySet",
        found.into_iter().map(|price| {
            vec![
                Xml::text("availabilityZone", price.zone),
                Xml::text("availabilityZoneId", zone_id(region, price.zone)),
                Xml::text("instanceType", &price.known.name),
                Xml::text("productDescription", PRODUCT),
                Xml::text("spotPrice", dollars(price.micros)),
                Xml::text("timestamp", price.since.iso_seconds()),
            ]
        }),
    )];
    answer.append(&mut tail);
    Ok(answer)
}

/// `0.034200`.
fn dollars(micros: Micros) -> String {
    format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000)
}
