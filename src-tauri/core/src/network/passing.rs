//! What security groups and network ACLs let pass of an HTTPS connection.

use ipnet::Ipv4Net;

use super::facts::{Acl, Group, Rule};

/// How much of what was asked passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Passing {
    /// All of it.
    Whole,
    /// Some of it: to some addresses, or on some ports.
    Part,
    /// Nothing.
    Nothing,
}

/// Who is at the other end.
#[derive(Debug, Clone, Copy)]
pub(super) enum Peer<'p> {
    /// Anybody on the internet: AWS's services by their public addresses, a registry.
    Internet,
    /// A service by the addresses that a prefix list names.
    PrefixList(&'p str),
    /// An address in one of these blocks, in one of these groups.
    Inside { blocks: &'p [Ipv4Net], groups: &'p [String] },
}

const HTTPS: u16 = 443;
/// The ports that Linux speaks from, and so those that answers come to.
const ANSWERS_TO_LINUX: (u16, u16) = (32_768, 60_999);

const TCP: &str = "6";
const ALL: &str = "-1";

/// What the rules of groups let out to a peer; a connection's answers need no rule.
pub(super) fn out_of_groups<'g>(groups: impl Iterator<Item = &'g Group>, peer: Peer<'_>) -> Passing {
    by_rules(groups.flat_map(|group| &group.egress), peer)
}

/// What the rules of groups let in from a peer.
pub(super) fn into_groups<'g>(groups: impl Iterator<Item = &'g Group>, peer: Peer<'_>) -> Passing {
    by_rules(groups.flat_map(|group| &group.ingress), peer)
}

fn by_rules<'r>(rules: impl Iterator<Item = &'r Rule>, peer: Peer<'_>) -> Passing {
    let https = |rule: &&Rule| {
        let tcp = matches!(rule.protocol.as_str(), ALL | "tcp" | TCP);
        tcp && (rule.protocol == ALL || rule.ports.is_none_or(|(from, to)| (from..=to).contains(&HTTPS)))
    };
    let rules: Vec<&Rule> = rules.filter(https).collect();
    let open = Ipv4Net::aggregate(&rules.iter().flat_map(|rule| rule.blocks.iter().copied()).collect());
    let lists = |list: &str| rules.iter().any(|rule| rule.prefix_lists.iter().any(|one| one == list));
    let to_somewhere = || {
        // A list of somebody's own may name anything.
        open.iter().copied().any(is_public) || rules.iter().any(|rule| !rule.prefix_lists.is_empty())
    };
    match peer {
        _ if holds_all(&open) => Passing::Whole,
        Peer::Internet | Peer::PrefixList(_) if holds_all_of_the_internet(&open) => Passing::Whole,
        Peer::PrefixList(list) if lists(list) => Passing::Whole,
        Peer::Internet | Peer::PrefixList(_) if to_somewhere() => Passing::Part,
        Peer::Internet | Peer::PrefixList(_) => Passing::Nothing,
        Peer::Inside { blocks, groups } => {
            if rules.iter().any(|rule| rule.groups.iter().any(|group| groups.contains(group))) {
                return Passing::Whole;
            }
            let held = |block: &Ipv4Net| open.iter().any(|one| one.contains(block));
            let touched = |block: &Ipv4Net| open.iter().any(|one| block.contains(one));
            if !blocks.is_empty() && blocks.iter().all(held) {
                Passing::Whole
            } else if blocks.iter().any(|block| held(block) || touched(block))
                || rules.iter().any(|rule| !rule.prefix_lists.is_empty())
            {
                Passing::Part
            } else {
                Passing::Nothing
            }
        }
    }
}

/// What an ACL has to let pass of a connection: it remembers none, so each direction needs an entry (Amazon VPC User Guide,
/// "Network ACL basics").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Leg {
    /// HTTPS of who speaks.
    HttpsOut,
    /// The answers to that.
    AnswersIn,
    /// HTTPS to what is spoken to.
    HttpsIn,
    /// Its answers.
    AnswersOut,
}

impl Leg {
    pub(crate) const fn egress(self) -> bool {
        matches!(self, Self::HttpsOut | Self::AnswersOut)
    }

    /// The ports that it takes, whoever speaks (Amazon VPC User Guide, "Ephemeral ports").
    pub(crate) const fn ports(self) -> (u16, u16) {
        match self {
            Self::HttpsOut | Self::HttpsIn => (HTTPS, HTTPS),
            Self::AnswersIn | Self::AnswersOut => (1024, 65_535),
        }
    }

    const fn ports_of_linux(self) -> (u16, u16) {
        match self {
            Self::HttpsOut | Self::HttpsIn => (HTTPS, HTTPS),
            Self::AnswersIn | Self::AnswersOut => ANSWERS_TO_LINUX,
        }
    }
}

/// Where in a network ACL a connection is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AclStop {
    pub(super) leg: Leg,
    /// What passes nevertheless.
    pub(super) passing: Passing,
}

/// Whether an ACL lets a connection out to a peer and its answers back in.
pub(super) fn out_of_acl(acl: &Acl, peer: Peer<'_>) -> Option<AclStop> {
    let through = |leg: Leg| stop(acl, leg, peer, leg.ports_of_linux());
    through(Leg::HttpsOut).or_else(|| through(Leg::AnswersIn))
}

/// Whether an ACL lets a connection in from a peer and its answers back out.
pub(super) fn into_acl(acl: &Acl, peer: Peer<'_>) -> Option<AclStop> {
    let through = |leg: Leg| stop(acl, leg, peer, leg.ports_of_linux());
    through(Leg::HttpsIn).or_else(|| through(Leg::AnswersOut))
}

/// Whether the ACL of a NAT gateway's subnet lets its own connection out and the answers in. It speaks from more ports than
/// Linux does.
pub(super) fn nat_through_acl(acl: &Acl) -> Option<AclStop> {
    let through = |leg: Leg| stop(acl, leg, Peer::Internet, leg.ports());
    through(Leg::HttpsOut).or_else(|| through(Leg::AnswersIn))
}

/// Whether an ACL lets this pass to or from every address of the block, for Linux or for a NAT gateway.
pub(crate) fn let_through(acl: &Acl, leg: Leg, of_nat: bool, cidr: &str) -> bool {
    let blocks: Vec<Ipv4Net> = cidr.parse().into_iter().collect();
    let everywhere = blocks.iter().any(|block| block.prefix_len() == 0);
    let peer = if everywhere { Peer::Internet } else { Peer::Inside { blocks: &blocks, groups: &[] } };
    let ports = if of_nat { leg.ports() } else { leg.ports_of_linux() };
    stop(acl, leg, peer, ports).is_none()
}

fn stop(acl: &Acl, leg: Leg, peer: Peer<'_>, ports: (u16, u16)) -> Option<AclStop> {
    let passing = by_acl(acl, leg.egress(), peer, ports);
    (passing != Passing::Whole).then_some(AclStop { leg, passing })
}

/// The first entry that is about a packet decides; what none is about is denied.
fn by_acl(acl: &Acl, egress: bool, peer: Peer<'_>, (first, last): (u16, u16)) -> Passing {
    // Ports that no entry has decided yet, in ranges.
    let mut open = vec![(first, last)];
    let (mut allowed, mut denied, mut denied_ports) = (false, false, 0);
    let entries = acl.entries.iter().filter(|entry| {
        entry.egress == egress
            && matches!(entry.protocol.as_str(), ALL | TCP | "tcp")
            && entry.block.is_some()
    });
    for entry in entries {
        let Some(block) = entry.block else { continue };
        let (from, to) =
            if entry.protocol == ALL { (0, u16::MAX) } else { entry.ports.unwrap_or((0, u16::MAX)) };
        let met = open.iter().any(|(low, high)| from <= *high && *low <= to);
        match covers(block, peer) {
            _ if !met => {}
            Passing::Nothing => {}
            // It decides for some addresses only, and which ones are meant nobody can say.
            Passing::Part if entry.allow => allowed = true,
            Passing::Part => denied |= !is_small(block, peer),
            Passing::Whole => {
                let before = count(&open);
                open = open.into_iter().flat_map(|range| without(range, (from, to))).collect();
                allowed |= entry.allow;
                denied_ports += if entry.allow { 0 } else { before - count(&open) };
            }
        }
    }
    denied_ports += count(&open);
    denied |= !are_few(denied_ports, count(&[(first, last)]));
    match (allowed, denied) {
        (true, false) => Passing::Whole,
        (true, true) => Passing::Part,
        (false, _) => Passing::Nothing,
    }
}

fn count(ranges: &[(u16, u16)]) -> u32 {
    ranges.iter().map(|(low, high)| u32::from(*high) - u32::from(*low) + 1).sum()
}

/// Whether so few ports are denied that nothing fails for it: a connection that is made from one of them is made again
/// from another. Who closes 3389 and its like closes ports that answers come to as well.
const fn are_few(denied: u32, all: u32) -> bool {
    denied * 100 <= all
}

/// Whether a block of the internet is but some machines that somebody has shut out.
fn is_small(block: Ipv4Net, peer: Peer<'_>) -> bool {
    !matches!(peer, Peer::Inside { .. }) && block.prefix_len() >= 24
}

/// How much of the peer's addresses a block holds.
fn covers(block: Ipv4Net, peer: Peer<'_>) -> Passing {
    match peer {
        _ if block.prefix_len() == 0 => Passing::Whole,
        Peer::Internet | Peer::PrefixList(_) if is_public(block) => Passing::Part,
        Peer::Internet | Peer::PrefixList(_) => Passing::Nothing,
        Peer::Inside { blocks, .. } => {
            if blocks.iter().all(|one| block.contains(one)) {
                Passing::Whole
            } else if blocks.iter().any(|one| block.contains(one) || one.contains(&block)) {
                Passing::Part
            } else {
                Passing::Nothing
            }
        }
    }
}

/// Whether any address of a block is on the internet.
fn is_public(block: Ipv4Net) -> bool {
    !is_private(block)
}

/// A network's own addresses.
const PRIVATE: &[&str] =
    &["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"];
/// Those that nothing on the internet has besides (the IANA's "IPv4 Special-Purpose Address Registry").
const RESERVED: &[&str] = &["0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3"];

fn blocks(texts: &[&str]) -> impl Iterator<Item = Ipv4Net> {
    texts.iter().filter_map(|text| text.parse().ok())
}

/// Whether every address of a block is one of a network's own.
pub(super) fn is_private(block: Ipv4Net) -> bool {
    blocks(PRIVATE).any(|net| net.contains(&block))
}

/// Whether blocks that have been joined are all addresses.
fn holds_all(open: &[Ipv4Net]) -> bool {
    open.iter().any(|block| block.prefix_len() == 0)
}

/// Whether they are all addresses that something on the internet may have: who lets out everything but their own networks
/// lists what is between those.
fn holds_all_of_the_internet(open: &[Ipv4Net]) -> bool {
    let besides = blocks(PRIVATE).chain(blocks(RESERVED));
    holds_all(&Ipv4Net::aggregate(&open.iter().copied().chain(besides).collect()))
}

/// What is left of a range of ports without another one.
fn without((low, high): (u16, u16), (from, to): (u16, u16)) -> Vec<(u16, u16)> {
    let below = (low < from).then(|| (low, high.min(from - 1)));
    let above = (to < high).then(|| (low.max(to + 1), high));
    below.into_iter().chain(above).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::facts::AclEntry;

    fn block(text: &str) -> Ipv4Net {
        text.parse().unwrap()
    }

    fn rule(protocol: &str, ports: Option<(u16, u16)>, blocks: &[&str]) -> Rule {
        let blocks = blocks.iter().map(|text| block(text)).collect();
        Rule { protocol: protocol.to_owned(), ports, blocks, groups: vec![], prefix_lists: vec![] }
    }

    fn group(egress: Vec<Rule>) -> Group {
        Group { id: "sg-1".to_owned(), name: "jobs".to_owned(), ingress: vec![], egress }
    }

    fn out(egress: Vec<Rule>, peer: Peer<'_>) -> Passing {
        out_of_groups([group(egress)].iter(), peer)
    }

    #[test]
    fn groups_let_out_what_a_rule_names() {
        assert_eq!(out(vec![rule("-1", None, &["0.0.0.0/0"])], Peer::Internet), Passing::Whole);
        assert_eq!(out(vec![rule("tcp", Some((443, 443)), &["0.0.0.0/0"])], Peer::Internet), Passing::Whole);
        assert_eq!(out(vec![rule("tcp", Some((80, 80)), &["0.0.0.0/0"])], Peer::Internet), Passing::Nothing);
        assert_eq!(
            out(vec![rule("udp", Some((443, 443)), &["0.0.0.0/0"])], Peer::Internet),
            Passing::Nothing
        );
        assert_eq!(out(vec![rule("-1", None, &["10.0.0.0/8"])], Peer::Internet), Passing::Nothing);
        assert_eq!(out(vec![rule("-1", None, &["52.0.0.0/8"])], Peer::Internet), Passing::Part);
        let halves = rule("-1", None, &["0.0.0.0/1", "128.0.0.0/1"]);
        assert_eq!(out(vec![halves], Peer::Internet), Passing::Whole);
        assert_eq!(out(vec![], Peer::Internet), Passing::Nothing);
        // Everything but 10.0.0.0/8.
        let around = ["0.0.0.0/5", "8.0.0.0/7", "11.0.0.0/8", "12.0.0.0/6", "16.0.0.0/4", "32.0.0.0/3"];
        let around = [&around[..], &["64.0.0.0/2", "128.0.0.0/1"]].concat();
        assert_eq!(out(vec![rule("-1", None, &around)], Peer::Internet), Passing::Whole);
        assert_eq!(out(vec![rule("-1", None, &around[1..])], Peer::Internet), Passing::Part);
        let blocks = [block("10.0.1.0/24")];
        let inside = Peer::Inside { blocks: &blocks, groups: &["sg-2".to_owned()] };
        assert_eq!(out(vec![rule("-1", None, &["10.0.0.0/16"])], inside), Passing::Whole);
        assert_eq!(out(vec![rule("-1", None, &["10.0.1.128/25"])], inside), Passing::Part);
        let by_group = Rule { groups: vec!["sg-2".to_owned()], ..rule("tcp", Some((443, 443)), &[]) };
        assert_eq!(out(vec![by_group], inside), Passing::Whole);
        let by_list = Rule { prefix_lists: vec!["pl-s3".to_owned()], ..rule("tcp", Some((443, 443)), &[]) };
        assert_eq!(out(vec![by_list.clone()], Peer::PrefixList("pl-s3")), Passing::Whole);
        assert_eq!(out(vec![by_list], Peer::Internet), Passing::Part);
    }

    fn entry(number: i32, egress: bool, allow: bool, ports: Option<(u16, u16)>, net: &str) -> AclEntry {
        let protocol = if ports.is_some() { "6" } else { "-1" }.to_owned();
        AclEntry { number, egress, allow, protocol, block: Some(block(net)), ports }
    }

    fn acl(entries: Vec<AclEntry>) -> Acl {
        Acl { id: "acl-1".to_owned(), subnets: vec![], entries }
    }

    const fn stopped(leg: Leg, passing: Passing) -> AclStop {
        AclStop { leg, passing }
    }

    #[test]
    fn an_acl_needs_a_rule_for_each_direction() {
        let all = |egress| entry(100, egress, true, None, "0.0.0.0/0");
        assert_eq!(out_of_acl(&acl(vec![all(true), all(false)]), Peer::Internet), None);
        assert_eq!(
            out_of_acl(&acl(vec![all(false)]), Peer::Internet),
            Some(stopped(Leg::HttpsOut, Passing::Nothing))
        );
        let https = entry(100, true, true, Some((443, 443)), "0.0.0.0/0");
        assert_eq!(
            out_of_acl(&acl(vec![https.clone()]), Peer::Internet),
            Some(stopped(Leg::AnswersIn, Passing::Nothing)),
            "the answers"
        );
        let answers = |ports| entry(100, false, true, Some(ports), "0.0.0.0/0");
        assert_eq!(out_of_acl(&acl(vec![https.clone(), answers((1024, 65_535))]), Peer::Internet), None);
        let some = out_of_acl(&acl(vec![https.clone(), answers((49_152, 65_535))]), Peer::Internet);
        assert_eq!(some, Some(stopped(Leg::AnswersIn, Passing::Part)), "Linux speaks from lower ones too");
        let denied = entry(50, true, false, Some((443, 443)), "0.0.0.0/0");
        let first = out_of_acl(&acl(vec![denied, all(true), all(false)]), Peer::Internet);
        assert_eq!(first, Some(stopped(Leg::HttpsOut, Passing::Nothing)), "the lower number decides");
        let elsewhere = entry(50, true, false, None, "10.0.0.0/8");
        assert_eq!(out_of_acl(&acl(vec![elsewhere, all(true), all(false)]), Peer::Internet), None);
    }

    #[test]
    fn the_order_of_an_acls_entries_decides_port_by_port() {
        let all = |egress| entry(100, egress, true, None, "0.0.0.0/0");
        let with = |denied: AclEntry| acl(vec![denied, all(true), all(false)]);
        let deny = |egress, ports, net| entry(50, egress, false, ports, net);
        // Ports that nothing of a job's comes from or goes to.
        for port in [22, 25, 80, 445, 3389] {
            for egress in [true, false] {
                let acl = with(deny(egress, Some((port, port)), "0.0.0.0/0"));
                assert_eq!(out_of_acl(&acl, Peer::Internet), None, "{port}");
                assert_eq!(nat_through_acl(&acl), None, "{port}: one of the many that answers come to");
            }
        }
        let half = with(deny(false, Some((32_768, 49_151)), "0.0.0.0/0"));
        assert_eq!(out_of_acl(&half, Peer::Internet), Some(stopped(Leg::AnswersIn, Passing::Part)));
        assert_eq!(nat_through_acl(&half), Some(stopped(Leg::AnswersIn, Passing::Part)));
        // Below what Linux speaks from a NAT gateway speaks.
        let low = with(deny(false, Some((1024, 32_767)), "0.0.0.0/0"));
        assert_eq!((out_of_acl(&low, Peer::Internet), nat_through_acl(&low).is_some()), (None, true));
        // Some machines that are shut out are not AWS; of a large block nobody can say.
        let some = |net| out_of_acl(&with(deny(false, None, net)), Peer::Internet);
        assert_eq!(some("203.0.113.0/24"), None);
        assert_eq!(some("52.0.0.0/8"), Some(stopped(Leg::AnswersIn, Passing::Part)));
        // What is allowed first is not denied by what comes later.
        let later = entry(200, true, false, Some((443, 443)), "0.0.0.0/0");
        assert_eq!(out_of_acl(&acl(vec![all(true), all(false), later]), Peer::Internet), None);
    }
}
