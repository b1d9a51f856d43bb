//! Prefix lists: the addresses of the services that have gateway endpoints, as AWS keeps them.

use super::describe::{one, select};
use super::error::PREFIX_LIST;
use super::state::region;
use crate::account::Account;
use crate::fault::Fault;
use crate::ids::ec2_id;
use crate::wire::{Params, Xml};
use std::collections::BTreeMap;

/// `pl-…`: the same in every account of a region, and so of no seed.
pub(super) fn of_service(service: &str) -> String {
    ec2_id(0, "pl", service)
}

fn all(region: &str) -> BTreeMap<String, String> {
    let services = ["dynamodb", "s3"].map(|end| format!("com.amazonaws.{region}.{end}"));
    services.map(|service| (of_service(&service), service)).into()
}

pub(super) fn describe(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let all = all(account.region);
    let region = region(account);
    let (found, mut tail) =
        select(region, params, "PrefixListId", PREFIX_LIST, &all, |_, id, name, filter| match filter {
            "prefix-list-id" => one(id),
            "prefix-list-name" => one(name),
            _ => None,
        })?;
    let shown = found.into_iter().map(|(id, name)| {
        vec![
            Xml::text("prefixListId", id),
            Xml::text("prefixListName", name),
            Xml::tree("cidrSet", vec![Xml::text("item", "198.18.0.0/15")]),
        ]
    });
    let mut answer = vec![Xml::items("prefixListSet", shown)];
    answer.append(&mut tail);
    Ok(answer)
}

pub(super) fn describe_managed(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let all = all(account.region);
    let name = account.region;
    let region = region(account);
    let (found, mut tail) =
        select(region, params, "PrefixListId", PREFIX_LIST, &all, |_, id, name, filter| match filter {
            "prefix-list-id" => one(id),
            "prefix-list-name" => one(name),
            "owner-id" => one("AWS"),
            _ => None,
        })?;
    let shown = found.into_iter().map(|(id, list)| {
        vec![
            Xml::text("prefixListId", id),
            Xml::text("prefixListName", list),
            Xml::text("prefixListArn", format!("arn:aws:ec2:{name}:aws:prefix-list/{id}")),
            Xml::text("addressFamily", "IPv4"),
            Xml::text("ownerId", "AWS"),
            Xml::text("state", "create-complete"),
        ]
    });
    let mut answer = vec![Xml::items("prefixListSet", shown)];
    answer.append(&mut tail);
    Ok(answer)
}
