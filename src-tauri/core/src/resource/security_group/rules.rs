//! Rules as EC2 tells them, one peer at a time.

use aws_sdk_ec2::types::{IpPermission, IpRange, Ipv6Range, PrefixListId, UserIdGroupPair};

/// What AWS gives to a new group.
pub(super) const ALL_OUT: &str = "everything, 0.0.0.0/0";

/// HTTPS from these addresses.
pub(super) fn https_from(cidr: &str) -> IpPermission {
    let from = IpRange::builder().cidr_ip(cidr).build();
    IpPermission::builder().ip_protocol("tcp").from_port(443).to_port(443).ip_ranges(from).build()
}

/// Of a rule with many peers one with each; what a peer is told as is no part of the rule.
pub(super) fn one_by_one(rule: &IpPermission) -> Vec<IpPermission> {
    let bare = || {
        let of = IpPermission::builder().set_ip_protocol(rule.ip_protocol.clone());
        of.set_from_port(rule.from_port).set_to_port(rule.to_port)
    };
    let v4 = rule
        .ip_ranges()
        .iter()
        .map(|range| bare().ip_ranges(IpRange::builder().set_cidr_ip(range.cidr_ip.clone()).build()).build());
    let v6 = rule.ipv6_ranges().iter().map(|range| {
        bare().ipv6_ranges(Ipv6Range::builder().set_cidr_ipv6(range.cidr_ipv6.clone()).build()).build()
    });
    let lists = rule.prefix_list_ids().iter().map(|list| {
        let list = PrefixListId::builder().set_prefix_list_id(list.prefix_list_id.clone());
        bare().prefix_list_ids(list.build()).build()
    });
    let groups = rule.user_id_group_pairs().iter().map(|pair| {
        let pair = pair.clone();
        let of = UserIdGroupPair::builder().set_group_id(pair.group_id).set_user_id(pair.user_id);
        bare().user_id_group_pairs(of.build()).build()
    });
    v4.chain(v6).chain(lists).chain(groups).collect()
}

pub(super) fn listed(rules: &[IpPermission]) -> String {
    rules.iter().map(told).collect::<Vec<_>>().join("; ")
}

/// `tcp 22, 0.0.0.0/0`.
pub(super) fn told(rule: &IpPermission) -> String {
    let v4 = rule.ip_ranges().iter().filter_map(|range| range.cidr_ip());
    let v6 = rule.ipv6_ranges().iter().filter_map(|range| range.cidr_ipv6());
    let lists = rule.prefix_list_ids().iter().filter_map(|list| list.prefix_list_id());
    let groups = rule.user_id_group_pairs().iter().filter_map(|pair| pair.group_id());
    let peers: Vec<_> = v4.chain(v6).chain(lists).chain(groups).collect();
    let ports = match (rule.from_port(), rule.to_port()) {
        _ if rule.ip_protocol() == Some("-1") => String::new(),
        (Some(from), Some(to)) if from != to => format!(" {from}-{to}"),
        (Some(port), _) => format!(" {port}"),
        _ => String::new(),
    };
    let protocol = rule.ip_protocol().filter(|protocol| *protocol != "-1").unwrap_or("everything");
    format!("{protocol}{ports}, {}", peers.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(protocol: &str, from: i32, to: i32, cidr: &str) -> IpPermission {
        let range = IpRange::builder().cidr_ip(cidr).build();
        IpPermission::builder().ip_protocol(protocol).from_port(from).to_port(to).ip_ranges(range).build()
    }

    #[test]
    fn what_is_let_in_is_told_one_peer_at_a_time() {
        let pair = UserIdGroupPair::builder().group_id("sg-1").description("us").build();
        let mut many = rule("tcp", 22, 22, "0.0.0.0/0");
        many.user_id_group_pairs = Some(vec![pair]);
        let each = one_by_one(&many);
        assert_eq!(each.iter().map(told).collect::<Vec<_>>(), ["tcp 22, 0.0.0.0/0", "tcp 22, sg-1"]);
        assert_eq!(told(&rule("-1", -1, -1, "10.0.0.0/8")), "everything, 10.0.0.0/8");
        assert_eq!(told(&rule("udp", 1000, 2000, "10.0.0.0/8")), "udp 1000-2000, 10.0.0.0/8");
    }
}
