//! Rules of security groups.

use super::describe::{flag, one, select};
use super::error::{SECURITY_GROUP, SECURITY_GROUP_RULE, cidr, invalid, missing, required};
use super::state::{Peer, Region, Rule, SecurityGroup, region, region_mut};
use super::{tags, vpc};
use crate::account::{ACCOUNT_ID, Account};
use crate::fault::Fault;
use crate::wire::{Params, Xml};

pub(super) fn authorize_egress(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    authorize(account, params, true)
}

pub(super) fn authorize_ingress(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    authorize(account, params, false)
}

pub(super) fn revoke_egress(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    revoke(account, params, true)
}

pub(super) fn revoke_ingress(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    revoke(account, params, false)
}

pub(super) fn describe_egress_again(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    describe_again(account, params, true)
}

pub(super) fn describe_ingress_again(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    describe_again(account, params, false)
}

fn authorize(account: &mut Account<'_>, params: &Params, egress: bool) -> Result<Vec<Xml>, Fault> {
    let id = required(params, "GroupId")?;
    let given = tags::given(params, "security-group-rule")?;
    let rules = rules(params, egress)?;
    if rules.is_empty() {
        return Err(missing("ipPermissions"));
    }
    let mut made = Vec::new();
    for rule in rules {
        let rule_id = account.state.ids.ec2("sgr");
        let region = region_mut(account);
        if let Peer::Group(peer) = &rule.peer
            && !region.security_groups.contains_key(peer)
        {
            return Err(SECURITY_GROUP.not_found(peer));
        }
        let group = region.security_groups.get_mut(id).ok_or_else(|| SECURITY_GROUP.not_found(id))?;
        if group.rules.values().any(|have| have.is_about_the_same(&rule)) {
            return Err(Fault::new(
                "InvalidPermission.Duplicate",
                format!("the specified rule \"{}\" already exists", rule.sentence()),
            ));
        }
        if group.rules.values().filter(|have| have.egress == egress).count() >= 60 {
            return Err(Fault::new(
                "RulesPerSecurityGroupLimitExceeded",
                "The maximum number of rules per security group has been reached.",
            ));
        }
        group.rules.insert(rule_id.clone(), rule);
        tags::put(region, &rule_id, given.clone());
        made.push(rule_id);
    }
    let region_name = account.region;
    let region = region(account);
    let group = &region.security_groups[id];
    let shown = made.iter().map(|rule| xml(region, region_name, id, rule, &group.rules[rule]));
    Ok(vec![Xml::shown("return", true), Xml::items("securityGroupRuleSet", shown)])
}

fn revoke(account: &mut Account<'_>, params: &Params, egress: bool) -> Result<Vec<Xml>, Fault> {
    let id = required(params, "GroupId")?;
    let by_id: Vec<String> = params.texts("SecurityGroupRuleId").into_iter().map(str::to_owned).collect();
    let described = if by_id.is_empty() { rules(params, egress)? } else { Vec::new() };
    let region = region_mut(account);
    let group = region.security_groups.get_mut(id).ok_or_else(|| SECURITY_GROUP.not_found(id))?;
    let mut gone = Vec::new();
    for rule in by_id {
        let known = group.rules.remove(&rule).ok_or_else(|| SECURITY_GROUP_RULE.not_found(&rule))?;
        gone.push((rule, known));
    }
    for rule in described {
        let known =
            group.rules.iter().find(|(_, have)| have.is_about_the_same(&rule)).map(|(id, _)| id.clone());
        let Some((id, rule)) = known.and_then(|id| group.rules.remove_entry(&id)) else {
            return Err(Fault::new(
                "InvalidPermission.NotFound",
                "The specified rule does not exist in this security group.",
            ));
        };
        gone.push((id, rule));
    }
    vpc::forget_tags(region);
    let gone = gone.iter().map(|(rule_id, rule)| revoked_xml(id, rule_id, rule));
    Ok(vec![Xml::shown("return", true), Xml::items("revokedSecurityGroupRuleSet", gone)])
}

/// A rule that is gone, as the revoking calls show it: flatter than the others do.
fn revoked_xml(group: &str, id: &str, rule: &Rule) -> Vec<Xml> {
    let (field, peer) = match &rule.peer {
        Peer::Ipv4(block) => ("cidrIpv4", block),
        Peer::Ipv6(block) => ("cidrIpv6", block),
        Peer::PrefixList(list) => ("prefixListId", list),
        Peer::Group(group) => ("referencedGroupId", group),
    };
    let mut fields = vec![
        Xml::text("securityGroupRuleId", id),
        Xml::text("groupId", group),
        Xml::shown("isEgress", rule.egress),
        Xml::text("ipProtocol", &rule.protocol),
        Xml::shown("fromPort", rule.from_port),
        Xml::shown("toPort", rule.to_port),
        Xml::text(field, peer),
    ];
    fields.extend(rule.description.as_ref().map(|text| Xml::text("description", text)));
    fields
}

fn describe_again(account: &mut Account<'_>, params: &Params, egress: bool) -> Result<Vec<Xml>, Fault> {
    let id = required(params, "GroupId")?;
    let described = rules(params, egress)?;
    let group =
        region_mut(account).security_groups.get_mut(id).ok_or_else(|| SECURITY_GROUP.not_found(id))?;
    for rule in described {
        let known = group.rules.values_mut().find(|have| have.is_about_the_same(&rule)).ok_or_else(|| {
            Fault::new(
                "InvalidPermission.NotFound",
                "The specified rule does not exist in this security group.",
            )
        })?;
        known.description = rule.description;
    }
    for change in params.list("SecurityGroupRuleDescription") {
        let rule = required(change, "SecurityGroupRuleId")?;
        let known = group.rules.get_mut(rule).ok_or_else(|| SECURITY_GROUP_RULE.not_found(rule))?;
        known.description = change.text("Description").map(str::to_owned);
    }
    Ok(vec![Xml::shown("return", true)])
}

pub(super) fn modify(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let id = required(params, "GroupId")?;
    let group =
        region_mut(account).security_groups.get_mut(id).ok_or_else(|| SECURITY_GROUP.not_found(id))?;
    for change in params.list("SecurityGroupRule") {
        let rule = required(change, "SecurityGroupRuleId")?;
        let known = group.rules.get_mut(rule).ok_or_else(|| SECURITY_GROUP_RULE.not_found(rule))?;
        let wanted = change.structure("SecurityGroupRule").ok_or_else(|| missing("securityGroupRule"))?;
        let (protocol, from_port, to_port) = protocol_and_ports(wanted)?;
        let peer = if let Some(block) = wanted.text("CidrIpv4") {
            Peer::Ipv4(cidr(block, "cidrIpv4")?.to_string())
        } else if let Some(block) = wanted.text("CidrIpv6") {
            Peer::Ipv6(block.to_owned())
        } else if let Some(group) = wanted.text("ReferencedGroupId") {
            Peer::Group(group.to_owned())
        } else if let Some(list) = wanted.text("PrefixListId") {
            Peer::PrefixList(list.to_owned())
        } else {
            return Err(missing("cidrIpv4"));
        };
        *known = Rule {
            egress: known.egress,
            protocol,
            from_port,
            to_port,
            peer,
            description: wanted.text("Description").map(str::to_owned),
        };
    }
    Ok(vec![Xml::shown("return", true)])
}

pub(super) fn describe(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let region_name = account.region;
    let region = region(account);
    let all: Vec<(&String, (&String, &Rule))> = region
        .security_groups
        .iter()
        .flat_map(|(group, g)| g.rules.iter().map(move |(id, rule)| (id, (group, rule))))
        .collect();
    let (found, mut tail) = select(
        region,
        params,
        "SecurityGroupRuleId",
        SECURITY_GROUP_RULE,
        all.iter().map(|(id, both)| (*id, both)),
        |_, id, (group, rule), filter| match filter {
            "security-group-rule-id" => one(id),
            "group-id" => one(group.as_str()),
            "is-egress" => flag(rule.egress),
            _ => None,
        },
    )?;
    let mut answer = vec![Xml::items(
        "securityGroupRuleSet",
        found.into_iter().map(|(id, (group, rule))| xml(region, region_name, group, id, rule)),
    )];
    answer.append(&mut tail);
    Ok(answer)
}

fn xml(region: &Region, region_name: &str, group: &str, id: &str, rule: &Rule) -> Vec<Xml> {
    let mut fields = vec![
        Xml::text("securityGroupRuleId", id),
        Xml::text(
            "securityGroupRuleArn",
            format!("arn:aws:ec2:{region_name}:{ACCOUNT_ID}:security-group-rule/{id}"),
        ),
        Xml::text("groupId", group),
        Xml::text("groupOwnerId", ACCOUNT_ID),
        Xml::shown("isEgress", rule.egress),
        Xml::text("ipProtocol", &rule.protocol),
        Xml::shown("fromPort", rule.from_port),
        Xml::shown("toPort", rule.to_port),
        match &rule.peer {
            Peer::Ipv4(block) => Xml::text("cidrIpv4", block),
            Peer::Ipv6(block) => Xml::text("cidrIpv6", block),
            Peer::PrefixList(list) => Xml::text("prefixListId", list),
            Peer::Group(peer) => Xml::tree(
                "referencedGroupInfo",
                vec![Xml::text("groupId", peer), Xml::text("userId", ACCOUNT_ID)],
            ),
        },
        tags::xml(region, id),
    ];
    fields.extend(rule.description.as_ref().map(|text| Xml::text("description", text)));
    fields
}

/// Protocol, first and last port.
type Ports<'r> = (&'r str, i64, i64);

/// `IpPermissions` groups the rules that share protocol and ports.
pub(super) fn permissions_xml<'r>(rules: impl Iterator<Item = &'r Rule>) -> Vec<Vec<Xml>> {
    let mut grouped: Vec<(Ports<'_>, Vec<&Rule>)> = Vec::new();
    for rule in rules {
        let key = (rule.protocol.as_str(), rule.from_port, rule.to_port);
        match grouped.iter_mut().find(|(have, _)| *have == key) {
            Some((_, group)) => group.push(rule),
            None => grouped.push((key, vec![rule])),
        }
    }
    grouped
        .into_iter()
        .map(|((protocol, from, to), rules)| permission_xml(protocol, from, to, &rules))
        .collect()
}

fn permission_xml(protocol: &str, from: i64, to: i64, rules: &[&Rule]) -> Vec<Xml> {
    let set = |name: &str, field: &str, pick: fn(&Peer) -> Option<&String>| {
        Xml::items(
            name,
            rules.iter().filter_map(|rule| {
                let mut item = vec![Xml::text(field, pick(&rule.peer)?)];
                if field == "groupId" {
                    item.push(Xml::text("userId", ACCOUNT_ID));
                }
                item.extend(rule.description.as_ref().map(|text| Xml::text("description", text)));
                Some(item)
            }),
        )
    };
    let mut fields = vec![Xml::text("ipProtocol", protocol)];
    if protocol != "-1" {
        fields.push(Xml::shown("fromPort", from));
        fields.push(Xml::shown("toPort", to));
    }
    fields.push(set("groups", "groupId", |p| if let Peer::Group(g) = p { Some(g) } else { None }));
    fields.push(set("ipRanges", "cidrIp", |p| if let Peer::Ipv4(c) = p { Some(c) } else { None }));
    fields.push(set("ipv6Ranges", "cidrIpv6", |p| if let Peer::Ipv6(c) = p { Some(c) } else { None }));
    fields.push(set("prefixListIds", "prefixListId", |p| {
        if let Peer::PrefixList(l) = p { Some(l) } else { None }
    }));
    fields
}

/// The filters `ip-permission.…` and `egress.ip-permission.…` of DescribeSecurityGroups.
pub(super) fn rule_filter_values(group: &SecurityGroup, filter: &str) -> Option<Vec<String>> {
    let (egress, part) = match filter.strip_prefix("egress.ip-permission.") {
        Some(part) => (true, part),
        None => (false, filter.strip_prefix("ip-permission.")?),
    };
    let rules = group.rules.values().filter(|rule| rule.egress == egress);
    match part {
        "protocol" => Some(rules.map(|rule| rule.protocol.clone()).collect()),
        "from-port" => Some(rules.map(|rule| rule.from_port.to_string()).collect()),
        "to-port" => Some(rules.map(|rule| rule.to_port.to_string()).collect()),
        "cidr" => Some(
            rules.filter_map(|r| if let Peer::Ipv4(c) = &r.peer { Some(c.clone()) } else { None }).collect(),
        ),
        "group-id" => Some(
            rules.filter_map(|r| if let Peer::Group(g) = &r.peer { Some(g.clone()) } else { None }).collect(),
        ),
        _ => None,
    }
}

fn rules(params: &Params, egress: bool) -> Result<Vec<Rule>, Fault> {
    let mut rules = Vec::new();
    for permission in params.list("IpPermissions") {
        let (protocol, from_port, to_port) = protocol_and_ports(permission)?;
        let mut add = |peer: Peer, entry: &Params| {
            let description = entry.text("Description").filter(|text| !text.is_empty()).map(str::to_owned);
            rules.push(Rule { egress, protocol: protocol.clone(), from_port, to_port, peer, description });
        };
        // EC2 takes these lists with and without the word Set, depending on the client's age.
        for entry in permission.list("IpRanges") {
            add(Peer::Ipv4(cidr(required(entry, "CidrIp")?, "cidrIp")?.to_string()), entry);
        }
        for entry in permission.list("Ipv6Ranges") {
            add(Peer::Ipv6(required(entry, "CidrIpv6")?.to_owned()), entry);
        }
        for entry in permission.list("PrefixListIds") {
            add(Peer::PrefixList(required(entry, "PrefixListId")?.to_owned()), entry);
        }
        for entry in permission.list("Groups").into_iter().chain(permission.list("UserIdGroupPairs")) {
            add(Peer::Group(required(entry, "GroupId")?.to_owned()), entry);
        }
    }
    // The short form of the ingress calls: one rule in plain parameters.
    if let Some(block) = params.text("CidrIp") {
        let (protocol, from_port, to_port) = protocol_and_ports(params)?;
        let peer = Peer::Ipv4(cidr(block, "cidrIp")?.to_string());
        rules.push(Rule { egress, protocol, from_port, to_port, peer, description: None });
    }
    Ok(rules)
}

fn protocol_and_ports(params: &Params) -> Result<(String, i64, i64), Fault> {
    let protocol = match required(params, "IpProtocol")?.to_ascii_lowercase().as_str() {
        "6" => "tcp".to_owned(),
        "17" => "udp".to_owned(),
        "1" => "icmp".to_owned(),
        "58" => "icmpv6".to_owned(),
        "all" => "-1".to_owned(),
        known @ ("tcp" | "udp" | "icmp" | "icmpv6" | "-1") => known.to_owned(),
        number if number.parse::<u8>().is_ok() => number.to_owned(),
        other => {
            return Err(invalid(format!("Invalid value '{other}' for IP protocol. Unknown protocol.")));
        }
    };
    if !matches!(protocol.as_str(), "tcp" | "udp" | "icmp" | "icmpv6") {
        return Ok((protocol, -1, -1));
    }
    let (Some(from), Some(to)) = (params.number("FromPort"), params.number("ToPort")) else {
        return Err(invalid(format!(
            "Invalid value 'Must specify both from and to ports with {}.' for portRange.",
            protocol.to_uppercase()
        )));
    };
    if matches!(protocol.as_str(), "tcp" | "udp") {
        if !(0..=65535).contains(&from) || !(0..=65535).contains(&to) {
            return Err(invalid("TCP/UDP port out of range"));
        }
        if from > to {
            return Err(invalid("Invalid TCP/UDP port range"));
        }
    }
    Ok((protocol, from, to))
}

impl Rule {
    /// Descriptions do not tell rules apart.
    fn is_about_the_same(&self, other: &Self) -> bool {
        self.egress == other.egress
            && self.protocol == other.protocol
            && (self.from_port, self.to_port) == (other.from_port, other.to_port)
            && self.peer == other.peer
    }

    /// `peer: 0.0.0.0/0, TCP, from port: 443, to port: 443, ALLOW`.
    fn sentence(&self) -> String {
        let peer = match &self.peer {
            Peer::Ipv4(peer) | Peer::Ipv6(peer) | Peer::Group(peer) | Peer::PrefixList(peer) => peer,
        };
        if self.protocol == "-1" {
            return format!("peer: {peer}, ALL, ALLOW");
        }
        format!(
            "peer: {peer}, {}, from port: {}, to port: {}, ALLOW",
            self.protocol.to_uppercase(),
            self.from_port,
            self.to_port
        )
    }
}
