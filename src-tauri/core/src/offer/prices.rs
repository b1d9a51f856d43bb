//! What an hour of an instance costs: AWS's price list for it, EC2's own history for Spot.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::InstanceType as Ec2InstanceType;
use aws_sdk_pricing::types::{Filter, FilterType};
use aws_smithy_types::DateTime;
use futures::future::join_all;
use serde::{Deserialize, Serialize};

use crate::{
    account::Session,
    aws::{AwsFault, fault},
    error::AppError,
};

/// What an hour of an instance type running Linux costs, US dollars before tax.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct InstancePrice {
    /// `m6i.large`.
    pub name: String,
    /// Its vCPUs, as the price list has them.
    pub vcpus: u32,
    /// At the list price.
    #[specta(type = i32)]
    pub on_demand: f64,
    /// On Spot at this moment; `None` where it cannot be had or the prices may not be read.
    pub spot: Option<SpotPrice>,
    /// Its memory and its GPUs, as the price list has them: what a job has its share of, too.
    #[serde(skip)]
    pub(crate) memory_gib: f64,
    #[serde(skip)]
    pub(crate) gpus: u32,
}

/// A Spot price, which each zone has its own of.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct SpotPrice {
    /// In the cheapest zone.
    #[specta(type = i32)]
    pub low: f64,
    /// In the dearest.
    #[specta(type = i32)]
    pub high: f64,
}

/// How many names one filter is given: its value holds 1,024 characters (API reference, Filter).
const AT_ONCE: usize = 50;

/// The prices of these types and of all types of these families (`m6i`), by name. What the price list does not have is
/// left out.
pub async fn prices(session: &Session, names: &[String]) -> Result<Vec<InstancePrice>, AppError> {
    Ok(listed(session, names).await?)
}

pub(super) async fn listed(session: &Session, names: &[String]) -> Result<Vec<InstancePrice>, AwsFault> {
    let (types, families): (Vec<_>, Vec<_>) = names.iter().map(String::as_str).partition(|n| n.contains('.'));
    let types = types.chunks(AT_ONCE).map(|some| (FilterType::AnyOf, some.join(",")));
    let families = families.iter().map(|family| (FilterType::Contains, format!("{family}.")));
    let wanted: Vec<_> = types.chain(families).collect();
    let found = join_all(wanted.into_iter().map(|(how, value)| products(session, how, value))).await;
    let mut prices = BTreeMap::new();
    for page in found {
        // `g6.` is part of `xg6.` too.
        let asked = page?.into_iter().filter(|price: &InstancePrice| {
            names.iter().any(|name| price.name == *name || price.name.split('.').next() == Some(name))
        });
        prices.extend(asked.map(|price| (price.name.clone(), price)));
    }
    // Without the right to read them there is no Spot price to tell, and all others all the same.
    for (name, spot) in spot(session, prices.keys()).await.unwrap_or_default() {
        if let Some(price) = prices.get_mut(&name) {
            price.spot = Some(spot);
        }
    }
    Ok(prices.into_values().collect())
}

async fn products(session: &Session, how: FilterType, names: String) -> Result<Vec<InstancePrice>, AwsFault> {
    // What a plain instance with Linux is, among some hundred products of each type.
    let plain = [
        ("regionCode", session.region.as_str()),
        ("operatingSystem", "Linux"),
        ("tenancy", "Shared"),
        ("preInstalledSw", "NA"),
        ("capacitystatus", "Used"),
    ];
    let mut request = session.aws.read.pricing.get_products().service_code("AmazonEC2");
    let filters = plain.iter().map(|(field, value)| (FilterType::TermMatch, *field, (*value).to_owned()));
    for (how, field, value) in filters.chain([(how, "instanceType", names)]) {
        let filter = Filter::builder().r#type(how).field(field).value(value).build();
        // Only what is left out here could be missing.
        request = request.filters(filter.map_err(|error| not_asked(&error))?);
    }
    let found = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
    let found = found.map_err(fault("pricing:GetProducts"))?;
    Ok(found.iter().filter_map(|product| read(product)).collect())
}

fn not_asked(error: &aws_smithy_types::error::operation::BuildError) -> AwsFault {
    AwsFault {
        action: "pricing:GetProducts".to_owned(),
        code: None,
        message: error.to_string(),
        request_id: None,
        kind: crate::aws::FaultKind::Invalid,
    }
}

/// An element of the price list, as far as it is needed.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    product: Product,
    terms: Terms,
}

#[derive(Deserialize)]
struct Product {
    attributes: Attributes,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attributes {
    instance_type: String,
    vcpu: String,
    /// `16 GiB`, `1,952 GiB`.
    #[serde(default)]
    memory: String,
    #[serde(default)]
    gpu: String,
}

#[derive(Deserialize)]
struct Terms {
    #[serde(rename = "OnDemand")]
    on_demand: BTreeMap<String, Term>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Term {
    price_dimensions: BTreeMap<String, Dimension>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Dimension {
    price_per_unit: BTreeMap<String, String>,
}

fn read(product: &str) -> Option<InstancePrice> {
    let listed: Listed = serde_json::from_str(product).ok()?;
    let term = listed.terms.on_demand.values().next()?;
    let dimension = term.price_dimensions.values().next()?;
    let of = listed.product.attributes;
    let memory = of.memory.trim_end_matches(" GiB").replace(',', "");
    Some(InstancePrice {
        name: of.instance_type,
        vcpus: of.vcpu.parse().ok()?,
        on_demand: dimension.price_per_unit.get("USD")?.parse().ok()?,
        spot: None,
        memory_gib: memory.parse().unwrap_or_default(),
        gpus: of.gpu.parse().unwrap_or_default(),
    })
}

async fn spot<'n>(
    session: &Session,
    names: impl Iterator<Item = &'n String>,
) -> Result<BTreeMap<String, SpotPrice>, AwsFault> {
    let names: Vec<_> = names.map(|name| Ec2InstanceType::from(name.as_str())).collect();
    if names.is_empty() {
        return Ok(BTreeMap::new());
    }
    let request = session.aws.read.ec2.describe_spot_price_history();
    let request = request.set_instance_types(Some(names)).product_descriptions("Linux/UNIX");
    // From now on: the one price of each zone that holds now.
    let request = request.start_time(DateTime::from_millis(session.world.now().0));
    let found = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
    let mut prices: BTreeMap<String, SpotPrice> = BTreeMap::new();
    for price in found.map_err(fault("ec2:DescribeSpotPriceHistory"))? {
        let Some(name) = price.instance_type().map(Ec2InstanceType::as_str) else { continue };
        let Some(usd) = price.spot_price().and_then(|usd| usd.parse::<f64>().ok()) else { continue };
        let known = prices.entry(name.to_owned()).or_insert(SpotPrice { low: usd, high: usd });
        *known = SpotPrice { low: known.low.min(usd), high: known.high.max(usd) };
    }
    Ok(prices)
}
