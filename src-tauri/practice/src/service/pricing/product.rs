//! Products with their attributes and their terms, as the price list writes them.

use super::table::{FARGATE, Metered, Micros, PLACES, Place, host_price};
use crate::ids::digest_hex;
use crate::service::ec2::{InstanceType, instance_types};
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

/// Of every pay-as-you-go term, and of every price dimension of one: the same in the whole price list.
const ON_DEMAND: &str = "JRTCKXETXF";
const DIMENSION: &str = "6YS6EN2CT7";
const SINCE: &str = "2026-11-01T00:00:00Z";

/// A product.
#[derive(Debug)]
pub(super) struct Product {
    /// What filters look at.
    attributes: Map<String, Value>,
    family: &'static str,
    unit: &'static str,
    description: String,
    price: Micros,
}

static HOSTS: LazyLock<Vec<Product>> = LazyLock::new(|| {
    PLACES.iter().flat_map(|place| instance_types().iter().filter_map(|known| host(place, known))).collect()
});

static TASKS: LazyLock<Vec<Product>> = LazyLock::new(|| {
    PLACES.iter().flat_map(|place| FARGATE.iter().map(|metered| task(place, metered))).collect()
});

/// All products of a service.
pub(super) fn all(service: &str) -> &'static [Product] {
    if service == "AmazonEC2" { &HOSTS } else { &TASKS }
}

/// The names of a service's attributes.
pub(super) fn fields(service: &str) -> Vec<String> {
    let mut names: Vec<String> =
        all(service).iter().flat_map(|product| product.attributes.keys().cloned()).collect();
    names.sort();
    names.dedup();
    names
}

fn host(place: &Place, known: &InstanceType) -> Option<Product> {
    let price = place.price(host_price(known)?);
    let prefix = if place.region == "us-east-1" { String::new() } else { format!("{}-", place.usage) };
    let mut attributes = json!({
        "servicecode": "AmazonEC2",
        "servicename": "Amazon Elastic Compute Cloud",
        "location": place.location,
        "locationType": "AWS Region",
        "regionCode": place.region,
        "instanceType": known.name,
        "instanceFamily": known.family.purpose,
        "currentGeneration": if known.family.is_current { "Yes" } else { "No" },
        "vcpu": known.vcpus.to_string(),
        "memory": format!("{} GiB", known.memory_mib / 1_024),
        "processorArchitecture": "64-bit",
        "storage": "EBS only",
        "tenancy": "Shared",
        "operatingSystem": "Linux",
        "licenseModel": "No License required",
        "preInstalledSw": "NA",
        "capacitystatus": "Used",
        "marketoption": "OnDemand",
        "operation": "RunInstances",
        "usagetype": format!("{prefix}BoxUsage:{}", known.name),
    });
    if known.gpus > 0 {
        attributes["gpu"] = json!(known.gpus.to_string());
    }
    let description = format!("${} per On Demand Linux {} Instance Hour", plain(price), known.name);
    Some(Product {
        attributes: object(attributes),
        family: "Compute Instance",
        unit: "Hrs",
        description,
        price,
    })
}

fn task(place: &Place, metered: &Metered) -> Product {
    let price = place.price(metered.price);
    let (field, kind) = metered.kind;
    let usage = format!("{}-{}", place.usage, metered.usage);
    let mut attributes = json!({
        "servicecode": "AmazonECS",
        "servicename": "Amazon Elastic Container Service",
        "location": place.location,
        "locationType": "AWS Region",
        "regionCode": place.region,
        "operation": "",
        "tenancy": "Shared",
        "usagetype": usage,
    });
    attributes[field] = json!(kind);
    if metered.usage.contains("ARM") {
        attributes["cpuArchitecture"] = json!("ARM");
    }
    let description = format!("AWS Fargate - {usage} - {}", place.location);
    Product { attributes: object(attributes), family: "Compute", unit: metered.unit, description, price }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

/// `0.096`.
fn plain(price: Micros) -> String {
    let text = format!("{}.{:06}", price / 1_000_000, price % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

impl Product {
    /// An attribute, or what stands beside the attributes and can be filtered for too.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        match name {
            "productFamily" => Some(self.family),
            name => self.attributes.get(name)?.as_str(),
        }
    }

    /// 16 capitals and digits that belong to this product alone.
    fn sku(&self) -> String {
        let of = self.attribute("usagetype").unwrap_or_default();
        digest_hex(0, &format!("sku/{of}"))[..16].to_uppercase()
    }

    /// An element of `PriceList`, before it is made a text.
    pub(super) fn entry(&self, service: &str) -> Value {
        let sku = self.sku();
        let term = format!("{sku}.{ON_DEMAND}");
        let rate = format!("{term}.{DIMENSION}");
        let usd = format!("{}.{:06}0000", self.price / 1_000_000, self.price % 1_000_000);
        json!({
            "product": { "productFamily": self.family, "attributes": self.attributes, "sku": sku },
            "serviceCode": service,
            "terms": { "OnDemand": { term: {
                "priceDimensions": { rate.clone(): {
                    "unit": self.unit,
                    "endRange": "Inf",
                    "description": self.description,
                    "appliesTo": [],
                    "rateCode": rate,
                    "beginRange": "0",
                    "pricePerUnit": { "USD": usd },
                } },
                "sku": sku,
                "effectiveDate": SINCE,
                "offerTermCode": ON_DEMAND,
                "termAttributes": {},
            } } },
            "version": "20261101000000",
            "publicationDate": SINCE,
        })
    }
}
