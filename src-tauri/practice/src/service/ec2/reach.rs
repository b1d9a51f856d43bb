//! Whether what runs in a subnet reaches a service: each thing that can stop it at AWS, in the order in which a packet
//! meets it. A route is not enough: names must resolve, groups and network ACLs must let pass, and a NAT gateway needs
//! a way out of its own.

use super::route::is_active;
use super::seed::{EVERYWHERE, seeded};
use super::state::{AclEntry, Endpoint, NetworkAcl, Peer, Region, Rule};
use super::{dhcp_options, nat_gateway, prefix_list, public_access, vpc_endpoint};
use crate::service::iam::{Context, Decision, Document, evaluate};
use crate::settings::Settings;
use crate::state::State;
use crate::time::Millis;
use ipnet::Ipv4Net;
use std::borrow::Cow;
use std::net::Ipv4Addr;

/// What speaks.
#[derive(Debug, Clone, Copy)]
pub struct Speaker<'s> {
    /// Where it is.
    pub subnet: &'s str,
    /// The groups that it is in.
    pub groups: &'s [String],
    /// Whether it has a public address.
    pub has_public_ip: bool,
}

/// What it speaks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target<'t> {
    /// A service of AWS by the end of its endpoints' names: `ecr.api`, `logs`, `s3`.
    Service(&'t str),
    /// Anything else: a registry on the internet.
    Internet,
}

/// Somewhere on the internet, for rules that are about addresses.
const SOMEWHERE: Ipv4Addr = Ipv4Addr::new(52, 94, 0, 1);
const HTTPS: u16 = 443;
/// From which ports Linux speaks, and so to which ones answers come.
const EPHEMERAL: [u16; 3] = [32_768, 49_152, 60_999];

/// Whether an HTTPS connection to the target comes about.
pub fn reaches(
    state: &State,
    now: Millis,
    region_name: &str,
    speaker: Speaker<'_>,
    target: Target<'_>,
) -> bool {
    let region = match state.ec2.regions.get(region_name) {
        Some(region) => Cow::Borrowed(region),
        None => Cow::Owned(seeded(state, region_name)),
    };
    let path = Path { region: &region, region_name, now, settings: &state.settings, speaker };
    path.leads_to(target).unwrap_or(false)
}

/// Whether the policy of the endpoint on the way to a service lets an action through; without one, everything passes
/// (AWS PrivateLink Guide, "Control access to VPC endpoints using endpoint policies"). By its `Principal` nobody is told
/// apart here.
pub fn endpoint_lets(
    state: &State,
    now: Millis,
    region_name: &str,
    speaker: Speaker<'_>,
    service: &str,
    (action, resource): (&str, &str),
) -> bool {
    let Some(region) = state.ec2.regions.get(region_name) else { return true };
    let path = Path { region, region_name, now, settings: &state.settings, speaker };
    let service = format!("com.amazonaws.{region_name}.{service}");
    let endpoint = path.interface(&service).or_else(|| path.gateway(&service));
    let Some(policy) = endpoint.and_then(|one| one.policy.as_deref()) else { return true };
    let documents: Vec<_> = Document::parse(policy).into_iter().collect();
    evaluate(&documents, action, resource, &Context::default()).decision == Decision::Allowed
}

struct Path<'p> {
    region: &'p Region,
    region_name: &'p str,
    now: Millis,
    settings: &'p Settings,
    speaker: Speaker<'p>,
}

impl Path<'_> {
    /// `None` where something on the way is not there.
    fn leads_to(&self, target: Target<'_>) -> Option<bool> {
        let subnet = self.region.subnets.get(self.speaker.subnet)?;
        let vpc = self.region.vpcs.get(&subnet.vpc)?;
        let amazon = dhcp_options::asks_amazon(self.region, &vpc.dhcp_options);
        if amazon && !vpc.dns_support {
            return Some(false);
        }
        let Target::Service(service) = target else { return self.by_default_route() };
        let service = format!("com.amazonaws.{}.{service}", self.region_name);
        if let Some(endpoint) = self.interface(&service) {
            return Some(self.by_interface(endpoint));
        }
        if self.gateway(&service).is_some() {
            let list = prefix_list::of_service(&service);
            let lets = |peer: &Peer| *peer == Peer::PrefixList(list.clone()) || holds(peer, SOMEWHERE);
            return Some(self.groups_let_out(lets) && self.acl_lets(self.speaker.subnet, SOMEWHERE)?);
        }
        self.by_default_route()
    }

    /// The endpoint that has taken a service's name over.
    fn interface(&self, service: &str) -> Option<&Endpoint> {
        let subnet = self.region.subnets.get(self.speaker.subnet)?;
        let vpc = self.region.vpcs.get(&subnet.vpc)?;
        let named = dhcp_options::asks_amazon(self.region, &vpc.dhcp_options) && vpc.dns_hostnames;
        let takes_the_name = |one: &Endpoint| named && one.private_dns && one.service == service;
        self.endpoint(&subnet.vpc, takes_the_name)
    }

    /// The endpoint that a route of the subnet's leads to.
    fn gateway(&self, service: &str) -> Option<&Endpoint> {
        let subnet = self.region.subnets.get(self.speaker.subnet)?;
        let (table, _) = self.region.table_of(self.speaker.subnet)?;
        let in_table =
            |one: &Endpoint| one.is_gateway && one.service == service && one.tables.contains(table);
        self.endpoint(&subnet.vpc, in_table)
    }

    fn endpoint(&self, vpc: &str, wanted: impl Fn(&Endpoint) -> bool) -> Option<&Endpoint> {
        let is_there = |one: &&Endpoint| {
            one.vpc == vpc && vpc_endpoint::state(one, self.now, self.settings) == Some("available")
        };
        self.region.endpoints.values().filter(is_there).find(|one| wanted(one))
    }

    /// Its name resolves to the addresses of its interfaces, wherever the routes lead.
    fn by_interface(&self, endpoint: &Endpoint) -> bool {
        let lets_in = |rule: &Rule| {
            !rule.egress
                && is_about_https(rule)
                && match &rule.peer {
                    Peer::Group(group) => self.speaker.groups.contains(group),
                    peer => self.own_address().is_some_and(|own| holds(peer, own)),
                }
        };
        let groups = endpoint.groups.iter().filter_map(|id| self.region.security_groups.get(id));
        let is_let_in = groups.flat_map(|group| group.rules.values()).any(lets_in);
        is_let_in
            && endpoint.interfaces.iter().any(|(subnet, (_, address))| {
                let Ok(address) = address.parse::<Ipv4Addr>() else { return false };
                let lets_out = |peer: &Peer| match peer {
                    Peer::Group(group) => endpoint.groups.contains(group),
                    peer => holds(peer, address),
                };
                self.groups_let_out(lets_out)
                    && (subnet == self.speaker.subnet
                        || (self.acl_lets(self.speaker.subnet, address) == Some(true)
                            && self.acl_lets_in(subnet) == Some(true)))
            })
    }

    fn by_default_route(&self) -> Option<bool> {
        let passes = self.groups_let_out(|peer| holds(peer, SOMEWHERE))
            && self.acl_lets(self.speaker.subnet, SOMEWHERE)?;
        let target = self.default_route(self.speaker.subnet)?;
        let out = if self.region.internet_gateways.contains_key(target) {
            let subnet = self.speaker.subnet;
            self.speaker.has_public_ip && public_access::lets_addresses(self.region, self.vpc()?, subnet)
        } else if let Some(nat) = self.region.nat_gateways.get(target) {
            nat.public
                && nat_gateway::state(nat, self.now, self.settings) == Some("available")
                && self.region.internet_gateways.contains_key(self.default_route(&nat.subnet)?)
                && public_access::lets_nat(self.region, &nat.vpc, &nat.subnet)
                && self.acl_lets_in(&nat.subnet)?
                && self.acl_lets(&nat.subnet, SOMEWHERE)?
        } else {
            // What lies behind a transit gateway is another network, and there is none in this account.
            false
        };
        Some(passes && out)
    }

    fn vpc(&self) -> Option<&str> {
        Some(&self.region.subnets.get(self.speaker.subnet)?.vpc)
    }

    /// What the active default route of a subnet leads to.
    fn default_route(&self, subnet: &str) -> Option<&str> {
        let (_, table) = self.region.table_of(subnet)?;
        let route = table.routes.iter().find(|route| route.destination == EVERYWHERE)?;
        is_active(self.region, table, route).then_some(route.gateway.as_str())
    }

    fn own_address(&self) -> Option<Ipv4Addr> {
        self.region.subnets.get(self.speaker.subnet)?.cidr.hosts().nth(4)
    }

    fn groups_let_out(&self, peer: impl Fn(&Peer) -> bool) -> bool {
        let groups = self.speaker.groups.iter().filter_map(|id| self.region.security_groups.get(id));
        groups
            .flat_map(|group| group.rules.values())
            .any(|rule| rule.egress && is_about_https(rule) && peer(&rule.peer))
    }

    fn acl(&self, subnet: &str) -> Option<&NetworkAcl> {
        Some(self.region.acl_of(self.region.subnets.get(subnet)?)?.1)
    }

    /// Whether a subnet's network ACL lets HTTPS out to an address, and its answers back in: it remembers nothing.
    fn acl_lets(&self, subnet: &str, address: Ipv4Addr) -> Option<bool> {
        let acl = self.acl(subnet)?;
        Some(
            passes(acl, true, address, HTTPS)
                && EPHEMERAL.iter().all(|port| passes(acl, false, address, *port)),
        )
    }

    /// Whether a subnet's network ACL lets HTTPS in from who speaks, and its answers back out.
    fn acl_lets_in(&self, subnet: &str) -> Option<bool> {
        if subnet == self.speaker.subnet {
            return Some(true);
        }
        let (acl, own) = (self.acl(subnet)?, self.own_address()?);
        Some(passes(acl, false, own, HTTPS) && EPHEMERAL.iter().all(|port| passes(acl, true, own, *port)))
    }
}

/// The first rule that is about it decides; without one it is denied.
fn passes(acl: &NetworkAcl, egress: bool, address: Ipv4Addr, port: u16) -> bool {
    let is_about = |entry: &AclEntry| {
        matches!(entry.protocol.as_str(), "-1" | "6")
            && entry.cidr.contains(&address)
            && entry.ports.is_none_or(|(from, to)| (from..=to).contains(&port))
    };
    let mut entries = acl.entries.iter().filter(|((direction, _), _)| *direction == egress);
    entries.find(|(_, entry)| is_about(entry)).is_some_and(|(_, entry)| entry.allow)
}

fn is_about_https(rule: &Rule) -> bool {
    rule.protocol == "-1"
        || (rule.protocol == "tcp" && (rule.from_port..=rule.to_port).contains(&i64::from(HTTPS)))
}

fn holds(peer: &Peer, address: Ipv4Addr) -> bool {
    matches!(peer, Peer::Ipv4(block) if block.parse::<Ipv4Net>().is_ok_and(|block| block.contains(&address)))
}
