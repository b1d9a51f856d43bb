//! Elastic IP addresses: a NAT gateway holds one while it is there.

use super::describe::{one, select};
use super::error::{ADDRESS, required};
use super::nat_gateway;
use super::state::{Address, Region, region, region_mut};
use super::{tags, vpc};
use crate::account::{ACCOUNT_ID, Account};
use crate::fault::Fault;
use crate::service::quotas;
use crate::wire::{Params, Xml};

pub(super) fn allocate(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let given = tags::given(params, "elastic-ip")?;
    let limit = quotas::value(account.state, "ec2", "L-0263D0A3").unwrap_or(5);
    if region(account).addresses.len() >= usize::try_from(limit).unwrap_or(usize::MAX) {
        return Err(Fault::new("AddressLimitExceeded", "The maximum number of addresses has been reached."));
    }
    let id = account.state.ids.ec2("eipalloc");
    let public_ip = public_ip(account);
    let name = account.region;
    let region = region_mut(account);
    region.addresses.insert(id.clone(), Address { public_ip: public_ip.clone() });
    tags::put(region, &id, given);
    Ok(vec![
        Xml::text("publicIp", public_ip),
        Xml::text("allocationId", id),
        Xml::text("domain", "vpc"),
        Xml::text("publicIpv4Pool", "amazon"),
        Xml::text("networkBorderGroup", name),
    ])
}

/// An address that nobody has: TEST-NET-2 and TEST-NET-3 are kept for documentation (RFC 5737).
fn public_ip(account: &mut Account<'_>) -> String {
    let taken: Vec<String> = region(account).addresses.values().map(|one| one.public_ip.clone()).collect();
    let all = ["203.0.113", "198.51.100"].iter().flat_map(|net| (1..255).map(move |n| format!("{net}.{n}")));
    let from = account.state.ids.made % 200;
    let mut free = all.skip(usize::try_from(from).unwrap_or(0)).filter(|ip| !taken.contains(ip));
    free.next().unwrap_or_else(|| "203.0.113.255".to_owned())
}

pub(super) fn describe(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let (now, name) = (account.now, account.region);
    let pace = account.state.settings.clone();
    let region = region(account);
    let gone =
        |nat: &super::state::NatGateway| nat_gateway::state(nat, now, &pace).is_none_or(|s| s == "deleted");
    let held: std::collections::BTreeSet<&str> = region
        .nat_gateways
        .values()
        .filter(|nat| !gone(nat))
        .filter_map(|nat| nat.allocation.as_deref())
        .collect();
    let wanted_ips = params.texts("PublicIp");
    if let Some(absent) =
        wanted_ips.iter().find(|ip| !region.addresses.values().any(|one| one.public_ip == **ip))
    {
        return Err(Fault::new("InvalidAddress.NotFound", format!("Address '{absent}' not found.")));
    }
    let all = region
        .addresses
        .iter()
        .filter(|(_, one)| wanted_ips.is_empty() || wanted_ips.contains(&one.public_ip.as_str()));
    let (found, mut tail) =
        select(region, params, "AllocationId", ADDRESS, all, |region, id, address, filter| match filter {
            "allocation-id" => one(id),
            "public-ip" => one(&address.public_ip),
            "domain" => one("vpc"),
            "association-id" => {
                Some(holder(region, id).map(|nat| nat.association.clone()).into_iter().collect())
            }
            "network-interface-id" => {
                Some(holder(region, id).map(|nat| nat.interface.clone()).into_iter().collect())
            }
            "private-ip-address" => {
                Some(holder(region, id).map(|nat| nat.private_ip.clone()).into_iter().collect())
            }
            "network-border-group" | "instance-id" | "network-interface-owner-id" => Some(Vec::new()),
            _ => None,
        })?;
    let shown = found.into_iter().map(|(id, address)| {
        let mut fields = vec![
            Xml::text("publicIp", &address.public_ip),
            Xml::text("allocationId", id),
            Xml::text("domain", "vpc"),
            Xml::text("publicIpv4Pool", "amazon"),
            Xml::text("networkBorderGroup", name),
        ];
        if let Some(nat) = holder(region, id).filter(|_| held.contains(id.as_str())) {
            fields.extend([
                Xml::text("associationId", &nat.association),
                Xml::text("networkInterfaceId", &nat.interface),
                Xml::text("networkInterfaceOwnerId", ACCOUNT_ID),
                Xml::text("privateIpAddress", &nat.private_ip),
            ]);
        }
        fields.push(tags::xml(region, id));
        fields
    });
    let mut answer = vec![Xml::items("addressesSet", shown)];
    answer.append(&mut tail);
    Ok(answer)
}

/// The NAT gateway that an address was last given to.
fn holder<'r>(region: &'r Region, allocation: &str) -> Option<&'r super::state::NatGateway> {
    let mut all = region.nat_gateways.values().filter(|nat| nat.allocation.as_deref() == Some(allocation));
    let first = all.next()?;
    Some(all.fold(first, |last, nat| if nat.created > last.created { nat } else { last }))
}

pub(super) fn release(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let id = required(params, "AllocationId")?;
    let held = nat_gateway::holds(account, id);
    let region = region_mut(account);
    let address = region.addresses.get(id).ok_or_else(|| ADDRESS.not_found(id))?;
    if held {
        return Err(Fault::new(
            "InvalidIPAddress.InUse",
            format!(
                "The address with allocation id [{id}] cannot be released because it is in use: {}",
                address.public_ip
            ),
        ));
    }
    region.addresses.remove(id);
    vpc::forget_tags(region);
    Ok(vec![Xml::shown("return", true)])
}
