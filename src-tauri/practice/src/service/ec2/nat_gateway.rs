//! NAT gateways: pending, then available or failed; deleting, then deleted and still listed for an hour (Amazon VPC
//! User Guide, "Work with NAT gateways").

use super::describe::{one, select};
use super::error::{NAT_GATEWAY, SUBNET, invalid, missing, required};
use super::state::{NatGateway, Region, region, region_mut};
use super::{network_interface, tags, vpc};
use crate::account::Account;
use crate::fault::Fault;
use crate::settings::Settings;
use crate::time::Millis;
use crate::wire::{Params, Xml};
use std::collections::BTreeMap;

/// Seconds from pending to available, and from deleting to deleted.
const COMES: f64 = 95.0;
const GOES: f64 = 45.0;
/// Milliseconds for which a deleted one is still listed.
const REMEMBERED: i64 = 60 * 60 * 1000;

/// What state it is in; `None` once it is listed no longer.
pub(super) fn state(nat: &NatGateway, now: Millis, settings: &Settings) -> Option<&'static str> {
    if let Some(deleted) = nat.deleted {
        let gone_for = now.since(deleted.plus(settings.paced(GOES)));
        return match gone_for {
            ..0 => Some("deleting"),
            0..REMEMBERED => Some("deleted"),
            _ => None,
        };
    }
    if now < nat.created.plus(settings.paced(COMES)) {
        return Some("pending");
    }
    Some(if nat.failure.is_some() { "failed" } else { "available" })
}

/// Whether it stands: it takes an address of its subnet, and keeps subnet, gateway and address from going.
pub(super) fn stands(nat: &NatGateway, now: Millis, settings: &Settings) -> bool {
    nat.failure.is_none() && state(nat, now, settings).is_some_and(|state| state != "deleted")
}

/// Whether it stands and holds the address.
pub(super) fn holds(nat: &NatGateway, allocation: &str, now: Millis, settings: &Settings) -> bool {
    nat.allocation.as_deref() == Some(allocation) && stands(nat, now, settings)
}

/// Whether any gateway holds the address.
pub(super) fn is_held(account: &mut Account<'_>, allocation: &str) -> bool {
    let (now, settings) = (account.now, account.state.settings.clone());
    region(account).nat_gateways.values().any(|nat| holds(nat, allocation, now, &settings))
}

pub(super) fn create(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let subnet_id = required(params, "SubnetId")?.to_owned();
    let given = tags::given(params, "natgateway")?;
    let token = params.text("ClientToken").map(str::to_owned);
    let public = match params.text("ConnectivityType").unwrap_or("public") {
        "public" => true,
        "private" => false,
        other => return Err(invalid(format!("Value ({other}) for parameter connectivityType is invalid."))),
    };
    let allocation = params.text("AllocationId").map(str::to_owned);
    if public && allocation.is_none() {
        return Err(missing("AllocationId"));
    }
    let (now, settings) = (account.now, account.state.settings.clone());
    let taken = allocation.as_deref().is_some_and(|id| is_held(account, id));
    let known = region(account);
    if let Some((id, nat)) = known.nat_gateways.iter().find(|(_, nat)| token.is_some() && nat.token == token)
    {
        let mut answer = vec![Xml::tree("natGateway", xml(known, id, nat, "pending"))];
        answer.extend(token.map(|token| Xml::text("clientToken", token)));
        return Ok(answer);
    }
    let subnet = known.subnets.get(&subnet_id).ok_or_else(|| SUBNET.not_found(&subnet_id))?;
    let vpc_id = subnet.vpc.clone();
    let attached =
        known.internet_gateways.values().any(|gateway| gateway.vpc.as_deref() == Some(vpc_id.as_str()));
    // These the call accepts; the gateway fails (Amazon VPC User Guide, "NAT gateway creation fails").
    let failure = match &allocation {
        Some(id) if !known.addresses.contains_key(id) => Some((
            "InvalidAllocationID.NotFound",
            format!("Elastic IP address {id} could not be associated with this NAT gateway"),
        )),
        Some(id) if taken => {
            Some(("Resource.AlreadyAssociated", format!("Elastic IP address {id} is already associated")))
        }
        _ if public && !attached => {
            Some(("Gateway.NotAttached", format!("Network {vpc_id} has no Internet gateway attached")))
        }
        _ => None,
    };
    let failure = failure.map(|(code, message)| (code.to_owned(), message));
    let private_ip = network_interface::free_address(known, &subnet_id);
    let mut new = |prefix| account.state.ids.ec2(prefix);
    let (id, interface, association) = (new("nat"), new("eni"), new("eipassoc"));
    let nat = NatGateway {
        vpc: vpc_id,
        subnet: subnet_id,
        public,
        allocation,
        association,
        interface,
        private_ip,
        created: now,
        deleted: None,
        failure,
        token: token.clone(),
    };
    let region = region_mut(account);
    // What nobody is told of any more need not be kept.
    region.nat_gateways.retain(|_, nat| state(nat, now, &settings).is_some());
    tags::put(region, &id, given);
    let mut answer = vec![Xml::tree("natGateway", xml(region, &id, &nat, "pending"))];
    answer.extend(token.map(|token| Xml::text("clientToken", token)));
    region.nat_gateways.insert(id, nat);
    Ok(answer)
}

/// One that is still listed, and its state.
struct Listed<'r> {
    nat: &'r NatGateway,
    state: &'static str,
}

pub(super) fn describe(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let (now, settings) = (account.now, account.state.settings.clone());
    let region = region(account);
    let all: BTreeMap<String, Listed<'_>> = region
        .nat_gateways
        .iter()
        .filter(|(_, nat)| region.is_own(&nat.vpc))
        .filter_map(|(id, nat)| Some((id.clone(), Listed { nat, state: state(nat, now, &settings)? })))
        .collect();
    let (found, mut tail) =
        select(region, params, "NatGatewayId", NAT_GATEWAY, &all, |_, id, listed, filter| match filter {
            "nat-gateway-id" => one(id),
            "subnet-id" => one(&listed.nat.subnet),
            "vpc-id" => one(&listed.nat.vpc),
            "state" => one(listed.state),
            _ => None,
        })?;
    let shown = found.into_iter().map(|(id, listed)| xml(region, id, listed.nat, listed.state));
    let mut answer = vec![Xml::items("natGatewaySet", shown)];
    answer.append(&mut tail);
    Ok(answer)
}

fn xml(region: &Region, id: &str, nat: &NatGateway, state: &str) -> Vec<Xml> {
    let mut address = vec![Xml::shown("isPrimary", true)];
    if nat.failure.is_none() && state != "pending" {
        address.extend([
            Xml::text("networkInterfaceId", &nat.interface),
            Xml::text("privateIp", &nat.private_ip),
            Xml::text("status", if state == "available" { "succeeded" } else { "disassociating" }),
        ]);
        let public = nat.allocation.as_ref().and_then(|id| region.addresses.get(id));
        address.extend(public.map(|address| Xml::text("publicIp", &address.public_ip)));
        address.extend(nat.allocation.as_ref().map(|_| Xml::text("associationId", &nat.association)));
    }
    address.extend(nat.allocation.as_ref().map(|id| Xml::text("allocationId", id)));
    let mut fields = vec![
        Xml::text("natGatewayId", id),
        Xml::text("subnetId", &nat.subnet),
        Xml::text("vpcId", &nat.vpc),
        Xml::text("state", state),
        Xml::text("connectivityType", if nat.public { "public" } else { "private" }),
        Xml::text("createTime", nat.created.iso_millis()),
        Xml::items("natGatewayAddressSet", [address]),
        tags::xml(region, id),
    ];
    fields.extend(nat.deleted.map(|at| Xml::text("deleteTime", at.iso_millis())));
    if let Some((code, message)) = nat.failure.as_ref().filter(|_| state == "failed") {
        fields.extend([Xml::text("failureCode", code), Xml::text("failureMessage", message)]);
    }
    fields
}

pub(super) fn delete(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let id = required(params, "NatGatewayId")?;
    let (now, settings) = (account.now, account.state.settings.clone());
    let region = region_mut(account);
    let nat = region.nat_gateways.get_mut(id).filter(|nat| state(nat, now, &settings).is_some());
    let nat = nat.ok_or_else(|| NAT_GATEWAY.not_found(id))?;
    nat.deleted.get_or_insert(now);
    vpc::forget_tags(region);
    Ok(vec![Xml::text("natGatewayId", id)])
}
