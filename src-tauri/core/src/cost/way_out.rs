//! What mending a network that is there costs, beside what it costs already.

use super::{ENDPOINT, MONTH, Money, NAT_GATEWAY, PUBLIC_IPV4, Per, amount};
use crate::words::{Text, say};

/// Public addresses: paid for while something has one.
pub(crate) fn public_addresses() -> Money {
    month(0.0, say("cure-cost-addresses", &[("usd", &amount(PUBLIC_IPV4))]))
}

/// One NAT gateway more, in a network whose jobs run in so many zones.
pub(crate) fn nat_gateway(zones: usize) -> Money {
    let one = (NAT_GATEWAY.0 + PUBLIC_IPV4) * MONTH;
    let gb = amount(NAT_GATEWAY.1);
    if zones < 2 {
        return month(one, say("cure-cost-nat", &[("gb", &gb)]));
    }
    let all = amount(one * f64::from(u32::try_from(zones).unwrap_or(u32::MAX)));
    month(one, say("cure-cost-nat-zones", &[("gb", &gb), ("zones", &zones.to_string()), ("usd", &all)]))
}

/// One that is there already.
pub(crate) fn nat_gateway_there() -> Money {
    month(0.0, say("cure-cost-nat-there", &[("gb", &amount(NAT_GATEWAY.1))]))
}

/// So many interface endpoints more, each with an address in so many zones.
pub(crate) fn interface_endpoints(count: usize, zones: usize) -> Money {
    if count == 0 {
        return free();
    }
    let addresses = u32::try_from(count.saturating_mul(zones)).unwrap_or(u32::MAX);
    let params = [
        ("count", count.to_string()),
        ("zones", zones.to_string()),
        ("usd", amount(ENDPOINT.0)),
        ("gb", amount(ENDPOINT.1)),
    ];
    let params = params.each_ref().map(|(name, value)| (*name, value.as_str()));
    month(f64::from(addresses) * ENDPOINT.0 * MONTH, say("cure-cost-endpoints", &params))
}

/// Nothing at all.
pub(crate) fn free() -> Money {
    month(0.0, say("cure-cost-free", &[]))
}

fn month(usd: f64, note: Text) -> Money {
    Money { usd, per: Per::Month, note: Some(note) }
}
