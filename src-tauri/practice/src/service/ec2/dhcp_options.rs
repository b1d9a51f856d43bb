//! DHCP options: who answers a VPC's questions for names.

use super::describe::{one, select};
use super::error::{DHCP_OPTIONS, VPC, missing, required};
use super::seed;
use super::state::{DhcpOptions, Region, region, region_mut};
use super::{tags, vpc};
use crate::account::{ACCOUNT_ID, Account};
use crate::fault::Fault;
use crate::wire::{Params, Xml};
use std::collections::BTreeMap;

/// The option that names the servers, and AWS's own.
const SERVERS: &str = "domain-name-servers";
const AMAZON: &str = "AmazonProvidedDNS";

/// Whether a VPC asks AWS's own resolver, which its attribute can switch off.
pub(super) fn asks_amazon(region: &Region, options: &str) -> bool {
    let servers = region.dhcp_options.get(options).and_then(|one| one.options.get(SERVERS));
    servers.is_none_or(|servers| servers.iter().any(|server| server == AMAZON))
}

pub(super) fn create(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let given = tags::given(params, "dhcp-options")?;
    let mut options = BTreeMap::new();
    for one in params.list("DhcpConfiguration") {
        let values = one.texts("Value").into_iter().map(str::to_owned).collect();
        options.insert(required(one, "Key")?.to_owned(), values);
    }
    if options.is_empty() {
        return Err(missing("dhcpConfiguration"));
    }
    let id = account.state.ids.ec2("dopt");
    let region = region_mut(account);
    let made = DhcpOptions { options };
    tags::put(region, &id, given);
    let answer = xml(region, &id, &made);
    region.dhcp_options.insert(id, made);
    Ok(vec![Xml::tree("dhcpOptions", answer)])
}

pub(super) fn describe(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let first = seed::dhcp_options(account.state.seed(), account.region);
    let inside = if account.region == "us-east-1" {
        "ec2.internal".to_owned()
    } else {
        format!("{}.compute.internal", account.region)
    };
    let region = region(account);
    let mut all = region.dhcp_options.clone();
    let options = [("domain-name", inside.as_str()), (SERVERS, AMAZON)];
    let options = options.map(|(key, value)| (key.to_owned(), vec![value.to_owned()]));
    all.insert(first, DhcpOptions { options: options.into() });
    let (found, mut tail) =
        select(region, params, "DhcpOptionsId", DHCP_OPTIONS, &all, |_, id, one_of, filter| match filter {
            "dhcp-options-id" => one(id),
            "key" => Some(one_of.options.keys().cloned().collect()),
            "value" => Some(one_of.options.values().flatten().cloned().collect()),
            "owner-id" => one(ACCOUNT_ID),
            _ => None,
        })?;
    let shown = found.into_iter().map(|(id, options)| xml(region, id, options));
    let mut answer = vec![Xml::items("dhcpOptionsSet", shown)];
    answer.append(&mut tail);
    Ok(answer)
}

fn xml(region: &Region, id: &str, options: &DhcpOptions) -> Vec<Xml> {
    let each = options.options.iter().map(|(key, values)| {
        let values = values.iter().map(|value| vec![Xml::text("value", value)]);
        vec![Xml::text("key", key), Xml::items("valueSet", values)]
    });
    vec![
        Xml::text("dhcpOptionsId", id),
        Xml::text("ownerId", ACCOUNT_ID),
        Xml::items("dhcpConfigurationSet", each),
        tags::xml(region, id),
    ]
}

pub(super) fn associate(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let vpc_id = required(params, "VpcId")?;
    let id = required(params, "DhcpOptionsId")?;
    let first = seed::dhcp_options(account.state.seed(), account.region);
    let region = region_mut(account);
    // `default` goes back to the region's own.
    let id = if id == "default" { first.as_str() } else { id };
    if id != first && !region.dhcp_options.contains_key(id) {
        return Err(DHCP_OPTIONS.not_found(id));
    }
    let vpc = region.vpcs.get_mut(vpc_id).ok_or_else(|| VPC.not_found(vpc_id))?;
    id.clone_into(&mut vpc.dhcp_options);
    Ok(vec![Xml::shown("return", true)])
}

pub(super) fn delete(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let id = required(params, "DhcpOptionsId")?;
    let region = region_mut(account);
    if !region.dhcp_options.contains_key(id) {
        return Err(DHCP_OPTIONS.not_found(id));
    }
    if region.vpcs.values().any(|vpc| vpc.dhcp_options == id) {
        return Err(super::error::has_dependencies(&format!("dhcpOptions '{id}'")));
    }
    region.dhcp_options.remove(id);
    vpc::forget_tags(region);
    Ok(vec![Xml::shown("return", true)])
}
