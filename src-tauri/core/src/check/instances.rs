//! What instances are started with: types that the region has, a key pair that is there.

use std::collections::BTreeSet;

use aws_sdk_ec2::types::{Filter, InstanceType, LocationType};

use super::{CheckItem, CheckVerdict, Group};
use crate::{
    account::Session,
    aws::fault,
    blueprint::{Blueprint, Instances, families_of},
    resource::{Evidence, absent_is_none},
    words::say,
};

pub(super) async fn check(session: &Session, blueprint: &Blueprint) -> Vec<CheckItem> {
    let instances: Vec<&Instances> =
        blueprint.compute_environments.iter().filter_map(|e| e.instances.as_ref()).collect();
    // AWS's own choices are AWS's to resolve.
    let chosen = |name: &&str| families_of(name) == [*name];
    let types: BTreeSet<&str> =
        instances.iter().flat_map(|i| &i.types).map(String::as_str).filter(chosen).collect();
    let keys: BTreeSet<&str> = instances.iter().filter_map(|i| i.key_pair.as_deref()).collect();
    let (types, keys) = tokio::join!(offered(session, &types), there(session, &keys));
    types.into_iter().chain(keys).collect()
}

async fn offered(session: &Session, types: &BTreeSet<&str>) -> Option<CheckItem> {
    if types.is_empty() {
        return None;
    }
    let request = session.aws.read.ec2.describe_instance_type_offerings().location_type(LocationType::Region);
    // A family is there when one of its types is, and only the whole list tells that.
    let request = if types.iter().all(|name| name.contains('.')) {
        let named = types.iter().map(|name| (*name).to_owned()).collect();
        request.filters(Filter::builder().name("instance-type").set_values(Some(named)).build())
    } else {
        request
    };
    let found = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
    let item = |verdict, finding| CheckItem::answer("instance-types", Group::Batch, verdict, finding);
    let mut item = match found.map_err(fault("ec2:DescribeInstanceTypeOfferings")) {
        Err(fault) => {
            item(CheckVerdict::CannotTell, say("instance-types-unknown", &[("words", &fault.text().text)]))
        }
        Ok(found) => {
            let found = found.iter().filter_map(|offer| offer.instance_type().map(InstanceType::as_str));
            let there: BTreeSet<&str> =
                found.flat_map(|name| [name, name.split('.').next().unwrap_or(name)]).collect();
            let missing: Vec<_> = types.difference(&there).copied().collect();
            let region = session.region.as_str();
            if missing.is_empty() {
                item(CheckVerdict::Ready, say("instance-types-offered", &[("region", region)]))
            } else {
                let params = [("types", &*missing.join(", ")), ("region", region)];
                let mut item = item(CheckVerdict::Wrong, say("instance-types-missing", &params));
                item.remedy = Some(say("instance-types-missing-advice", &[]));
                item
            }
        }
    };
    item.evidence =
        vec![Evidence::new("instanceTypes", types.iter().copied().collect::<Vec<_>>().join(", "))];
    Some(item)
}

async fn there(session: &Session, keys: &BTreeSet<&str>) -> Vec<CheckItem> {
    let mut items = Vec::new();
    for key in keys {
        let found = session.aws.read.ec2.describe_key_pairs().key_names(*key).send().await;
        let id = format!("key-pair:{key}");
        let item = |verdict, finding| CheckItem::answer(&id, Group::Batch, verdict, finding);
        items.push(match absent_is_none(found.map_err(fault("ec2:DescribeKeyPairs"))) {
            Ok(Some(found)) if !found.key_pairs().is_empty() => {
                item(CheckVerdict::Ready, say("key-pair-there", &[("name", key)]))
            }
            Ok(_) => {
                let params = [("name", *key), ("region", session.region.as_str())];
                let mut item = item(CheckVerdict::Wrong, say("key-pair-missing", &params));
                item.remedy = Some(say("key-pair-missing-advice", &[]));
                item
            }
            Err(fault) => item(
                CheckVerdict::CannotTell,
                say("key-pair-unknown", &[("name", key), ("words", &fault.text().text)]),
            ),
        });
    }
    items
}
