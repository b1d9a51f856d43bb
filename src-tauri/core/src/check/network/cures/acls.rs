//! Network ACLs that stop what has to pass: what each lacks, for whoever speaks through it, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use super::{Branch, CureStep, joined, texts};
use crate::{
    mend::{EVERYWHERE, What, acl_of},
    network::{Acl, AclEntry, HopKind, Leg, VpcFacts, let_through},
    words::{Text, say},
};

/// What an ACL has to let pass, to or from which block, and whether for a NAT gateway.
type Wanted = (Leg, String, bool);

/// The ACLs that are in the way, each named once.
#[derive(Default)]
pub(super) struct Acls<'w> {
    each: BTreeMap<&'w str, Lacking<'w>>,
}

#[derive(Default)]
struct Lacking<'w> {
    subnets: BTreeSet<&'w str>,
    wanted: BTreeSet<Wanted>,
}

impl<'w> Acls<'w> {
    /// What a way needs of the ACL that is in it, if it is one. A click opens both directions, since the first of them is
    /// all that was met.
    pub(super) fn add(&mut self, facts: &VpcFacts, speaker: &'w str, branch: &'w Branch, why: &'w Text) {
        let of = |name: &str| why.params.get(name).map(String::as_str);
        let (true, Some(acl), Some(subnet), Some(peers)) =
            (why.code.starts_with("reach-acl-"), of("acl"), of("subnet"), of("peers"))
        else {
            return;
        };
        let lacking = self.each.entry(acl).or_default();
        lacking.subnets.insert(subnet);
        let blocks = |subnets: &str| texts(facts.blocks_of(subnets.split(", ")));
        let mut want = |legs: [Leg; 2], blocks: &[String], of_nat: bool| {
            let each = legs.into_iter().flat_map(|leg| blocks.iter().map(move |block| (leg, block)));
            lacking.wanted.extend(each.map(|(leg, block)| (leg, block.clone(), of_nat)));
        };
        let everywhere = [EVERYWHERE.to_owned()];
        if subnet == speaker {
            let peers = if peers == EVERYWHERE { everywhere.to_vec() } else { blocks(peers) };
            return want([Leg::HttpsOut, Leg::AnswersIn], &peers, false);
        }
        want([Leg::HttpsIn, Leg::AnswersOut], &blocks(speaker), false);
        if branch.hops.iter().any(|hop| hop.kind == HopKind::NatGateway) {
            want([Leg::HttpsOut, Leg::AnswersIn], &everywhere, true);
        }
    }

    pub(super) fn steps(self, facts: &VpcFacts) -> Vec<CureStep> {
        self.each.into_iter().map(|(acl, lacking)| lacking.step(facts, acl)).collect()
    }
}

impl Lacking<'_> {
    fn step(self, facts: &VpcFacts, acl: &str) -> CureStep {
        let found = acl_of(facts, acl);
        let closed = |(leg, cidr, of_nat): &Wanted| {
            found.is_some_and(|found| !let_through(found, *leg, *of_nat, cidr))
        };
        let closed: BTreeSet<_> = self
            .wanted
            .iter()
            .filter(|one| closed(one))
            .map(|(leg, cidr, _)| (*leg, cidr.as_str()))
            .collect();
        // What is open to everywhere is open to each block.
        let needed =
            |(leg, cidr): &&(Leg, &str)| *cidr == EVERYWHERE || !closed.contains(&(*leg, EVERYWHERE));
        let needed: Vec<_> = closed.iter().filter(needed).copied().collect();
        let entries = needed.iter().map(|(leg, cidr)| shown(*leg, cidr)).collect::<Vec<_>>().join("; ");
        let subnets = joined(self.subnets.iter().copied());
        let says = say("cure-acl", &[("acl", acl), ("subnet", &subnets), ("entries", &entries)]);
        let changes = found.map(|found| changes(found, &needed)).unwrap_or_default();
        CureStep::changes(facts, says, changes)
    }
}

/// `TCP 443 in from 10.0.0.0/16`.
fn shown(leg: Leg, cidr: &str) -> String {
    let (first, last) = leg.ports();
    let ports = if first == last { first.to_string() } else { format!("{first}–{last}") };
    let params = [("ports", ports.as_str()), ("cidr", cidr)];
    if leg.egress() { say("cure-acl-out", &params).text } else { say("cure-acl-in", &params).text }
}

/// The entries, each before all others, since the first that is about a packet decides; none where a person has to see to
/// it.
fn changes(found: &Acl, needed: &[(Leg, &str)]) -> Vec<What> {
    // Halves the way to the first one, so that there is room for whoever comes next.
    let mut before = [true, false].map(|egress| {
        let of = found.entries.iter().filter(|one| one.egress == egress && one.number <= 32_766);
        of.map(|one| one.number).min().unwrap_or(200)
    });
    let each = needed.iter().map(|(leg, cidr)| {
        let first_there = &mut before[usize::from(!leg.egress())];
        *first_there /= 2;
        // Below the first one there is no room: no such entry is there, and a person has to make some.
        let number = u16::try_from(*first_there).unwrap_or_default();
        let (first, last) = leg.ports();
        let (acl, cidr) = (found.id.clone(), (*cidr).to_owned());
        What::AclEntry { acl, number, egress: leg.egress(), cidr, first, last }
    });
    let each: Vec<_> = each.collect();
    let fits = |what: &What| !matches!(what, What::AclEntry { number: 0, .. });
    // What somebody denies is not for a click to allow: an entry before theirs would overrule it.
    let denied = needed.iter().any(|(leg, _)| found.entries.iter().any(|entry| denies(entry, *leg)));
    if !denied && each.iter().all(fits) { each } else { vec![] }
}

fn denies(entry: &AclEntry, leg: Leg) -> bool {
    let (first, last) = leg.ports();
    let meets = entry.ports.is_none_or(|(from, to)| from <= last && first <= to);
    !entry.allow && entry.number <= 32_766 && entry.egress == leg.egress() && meets
}
