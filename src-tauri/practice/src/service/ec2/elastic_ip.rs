//! Elastic IP addresses: a NAT gateway holds one while it is there.

use std::collections::BTreeMap;

use super::describe::{one, select};
use super::error::{ADDRESS, required};
use super::nat_gateway;
use super::state::{Address, NatGateway, region, region_mut};
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

/// An address, and the NAT gateway that has it now.
struct Listed<'r> {
    public_ip: &'r str,
    /// The zones that announce it: the region.
    border_group: &'r str,
    holder: Option<&'r NatGateway>,
}

impl Listed<'_> {
    fn of_holder(&self, value: impl Fn(&NatGateway) -> &str) -> Vec<String> {
        self.holder.map(|nat| value(nat).to_owned()).into_iter().collect()
    }
}

pub(super) fn describe(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let (now, settings, name) = (account.now, account.state.settings.clone(), account.region);
    let region = region(account);
    let all: BTreeMap<String, Listed<'_>> = region
        .addresses
        .iter()
        .map(|(id, address)| {
            let holder = region.nat_gateways.values().find(|nat| nat_gateway::holds(nat, id, now, &settings));
            (id.clone(), Listed { public_ip: &address.public_ip, border_group: name, holder })
        })
        .collect();
    let wanted = params.texts("PublicIp");
    if let Some(absent) = wanted.iter().find(|ip| !all.values().any(|one| one.public_ip == **ip)) {
        return Err(Fault::new("InvalidAddress.NotFound", format!("Address '{absent}' not found.")));
    }
    let of_ip = all.iter().filter(|(_, one)| wanted.is_empty() || wanted.contains(&one.public_ip));
    let (found, mut tail) =
        select(region, params, "AllocationId", ADDRESS, of_ip, |_, id, listed, filter| match filter {
            "allocation-id" => one(id),
            "public-ip" => one(listed.public_ip),
            "domain" => one("vpc"),
            "association-id" => Some(listed.of_holder(|nat| &nat.association)),
            "network-interface-id" => Some(listed.of_holder(|nat| &nat.interface)),
            "private-ip-address" => Some(listed.of_holder(|nat| &nat.private_ip)),
            "network-interface-owner-id" => {
                Some(listed.holder.map(|_| ACCOUNT_ID.to_owned()).into_iter().collect())
            }
            "network-border-group" => one(listed.border_group),
            "instance-id" => Some(Vec::new()),
            _ => None,
        })?;
    let shown = found.into_iter().map(|(id, listed)| {
        let mut fields = vec![
            Xml::text("publicIp", listed.public_ip),
            Xml::text("allocationId", id),
            Xml::text("domain", "vpc"),
            Xml::text("publicIpv4Pool", "amazon"),
            Xml::text("networkBorderGroup", listed.border_group),
        ];
        if let Some(nat) = listed.holder {
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

/// The names that addresses resolve to, of which nobody has asked for any here.
pub(super) fn describe_attribute(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let known = &region(account).addresses;
    if let Some(absent) = params.texts("AllocationId").into_iter().find(|id| !known.contains_key(*id)) {
        return Err(ADDRESS.not_found(absent));
    }
    Ok(vec![Xml::items("addressSet", Vec::<Vec<Xml>>::new())])
}

pub(super) fn release(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let id = required(params, "AllocationId")?;
    let held = nat_gateway::is_held(account, id);
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
