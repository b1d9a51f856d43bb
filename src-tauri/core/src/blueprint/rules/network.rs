//! The addresses of a new VPC.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use super::Problems;
use crate::{blueprint::Network, words::say};

pub(super) fn check(network: &Network, problems: &mut Problems) {
    let Network::NewVpc { cidr } = network else { return };
    let field = "network.cidr";
    let Ok(net) = cidr.parse::<Ipv4Net>() else {
        return problems.add(field, say("rule-cidr", &[("cidr", cidr)]));
    };
    if net.addr() != net.network() {
        let params = [("cidr", cidr.as_str()), ("network", &net.trunc().to_string())];
        return problems.add(field, say("rule-cidr-host-bits", &params));
    }
    // CreateVpc takes /16 to /28; below /24 the two subnets hold too few addresses for jobs.
    if !(16..=24).contains(&net.prefix_len()) {
        return problems.add(field, say("rule-cidr-size", &[("cidr", cidr)]));
    }
    if !is_private(net) {
        problems.add(field, say("rule-cidr-private", &[("cidr", cidr)]));
    }
}

/// RFC 1918 and the shared addresses of RFC 6598. AWS would also take public ranges; jobs could then not
/// reach whoever really has those addresses.
fn is_private(net: Ipv4Net) -> bool {
    [([10, 0, 0, 0], 8), ([172, 16, 0, 0], 12), ([192, 168, 0, 0], 16), ([100, 64, 0, 0], 10)]
        .into_iter()
        .filter_map(|(address, prefix)| Ipv4Net::new(Ipv4Addr::from(address), prefix).ok())
        .any(|private| private.contains(&net))
}
