//! What EC2 tells of a VPC that bears on who reaches what, kept without its SDK.

use std::collections::BTreeSet;

use ipnet::Ipv4Net;

use super::public_access::PublicAccess;
use crate::aws::AwsFault;

/// What was seen, or why it could not be looked at.
pub(crate) type Seen<T> = Result<T, AwsFault>;

/// A VPC with everything in it that lets a packet pass or stops it.
#[derive(Debug, Clone)]
pub(crate) struct VpcFacts {
    pub(crate) id: String,
    /// Its tag `Name`.
    pub(crate) name: Option<String>,
    /// Its addresses, where it could be looked at.
    pub(crate) cidr: String,
    /// Every block of addresses that is associated with it, that one too.
    pub(crate) blocks: Vec<Ipv4Net>,
    /// Whether AWS's own resolver answers.
    pub(crate) dns_support: Seen<bool>,
    /// Without it no endpoint takes a service's name over.
    pub(crate) dns_hostnames: Seen<bool>,
    /// The account whose it is, where that shares it with this one.
    pub(crate) shared_by: Option<String>,
    /// The names of the private hosted zones that its resolver answers by.
    pub(crate) zones: Seen<Vec<String>>,
    /// The resolvers that its DHCP options name in place of AWS's own.
    pub(crate) resolvers: Seen<Vec<String>>,
    pub(crate) subnets: Seen<Vec<Subnet>>,
    pub(crate) tables: Seen<Vec<Table>>,
    /// The internet gateways that are attached to it.
    pub(crate) gateways: Seen<Vec<String>>,
    /// What passes them: the account's setting, not the VPC's, and so added by who has asked for it.
    pub(crate) public_access: Seen<PublicAccess>,
    pub(crate) nats: Seen<Vec<Nat>>,
    pub(crate) endpoints: Seen<Vec<Endpoint>>,
    pub(crate) groups: Seen<Vec<Group>>,
    pub(crate) acls: Seen<Vec<Acl>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Subnet {
    pub(crate) id: String,
    /// Its tag `Name`.
    pub(crate) name: Option<String>,
    pub(crate) zone: String,
    /// What AWS calls that zone in every account: `usw1-az1`.
    pub(crate) zone_id: String,
    pub(crate) cidr: Option<Ipv4Net>,
    pub(crate) free_addresses: u32,
    /// Whether instances that start in it get a public address.
    pub(crate) gives_public_ips: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) id: String,
    pub(crate) vpc: String,
    /// Whether subnets without a table of their own use it.
    pub(crate) main: bool,
    pub(crate) subnets: Vec<String>,
    pub(crate) routes: Vec<Route>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Route {
    pub(crate) to: RouteTo,
    /// `igw-…`, `nat-…`, `vpce-…`, `tgw-…`, `eni-…`, `local`.
    pub(crate) target: String,
    /// Whether what it leads to is there.
    pub(crate) active: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RouteTo {
    Addresses(Ipv4Net),
    /// `pl-…`: the addresses of a service.
    PrefixList(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Nat {
    pub(crate) id: String,
    /// A regional one is in none.
    pub(crate) subnet: Option<String>,
    pub(crate) state: String,
    pub(crate) public: bool,
    /// AWS's words where it failed.
    pub(crate) failure: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Endpoint {
    pub(crate) id: String,
    /// The end of its service's name: `ecr.api`.
    pub(crate) service: String,
    pub(crate) gateway: bool,
    pub(crate) state: String,
    pub(crate) private_name: PrivateName,
    pub(crate) subnets: Vec<String>,
    pub(crate) groups: Vec<String>,
    pub(crate) tables: Vec<String>,
    /// Its policy, where that is another than the one that allows everything.
    pub(crate) policy: Option<String>,
}

/// Who finds an interface endpoint by its service's own name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PrivateName {
    Nobody,
    /// Who asks through a resolver's inbound endpoint, from outside of the VPC: `PrivateDnsOnlyForInboundResolverEndpoint`,
    /// whose traffic from the VPC itself goes by the gateway endpoint (Amazon S3 User Guide, "AWS PrivateLink for Amazon
    /// S3").
    InboundResolvers,
    Everybody,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Group {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) ingress: Vec<Rule>,
    pub(crate) egress: Vec<Rule>,
}

/// A rule of a security group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rule {
    /// `-1` is every one, `tcp` the one that matters here.
    pub(crate) protocol: String,
    pub(crate) ports: Option<(u16, u16)>,
    pub(crate) blocks: Vec<Ipv4Net>,
    pub(crate) groups: Vec<String>,
    pub(crate) prefix_lists: Vec<String>,
}

/// A network ACL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Acl {
    pub(crate) id: String,
    pub(crate) subnets: Vec<String>,
    /// In the order in which they are tried.
    pub(crate) entries: Vec<AclEntry>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AclEntry {
    pub(crate) number: i32,
    pub(crate) egress: bool,
    pub(crate) allow: bool,
    /// `-1` is every one, `6` TCP.
    pub(crate) protocol: String,
    pub(crate) block: Option<Ipv4Net>,
    pub(crate) ports: Option<(u16, u16)>,
}

impl VpcFacts {
    /// The table of one of its subnets.
    pub(crate) fn table_of(&self, subnet: &str) -> Result<Option<&Table>, &AwsFault> {
        Ok(table_of(self.tables.as_ref()?, &self.id, subnet))
    }

    pub(crate) fn subnet(&self, id: &str) -> Option<&Subnet> {
        self.subnets.as_ref().ok()?.iter().find(|subnet| subnet.id == id)
    }

    /// The blocks of the VPC's addresses that hold these subnets: a VPC may have several, and its first one holds not all of
    /// its subnets (Amazon VPC User Guide, "VPC CIDR blocks").
    pub(crate) fn blocks_of<'s>(&self, subnets: impl IntoIterator<Item = &'s str>) -> BTreeSet<Ipv4Net> {
        let own = subnets.into_iter().filter_map(|id| self.subnet(id)?.cidr);
        own.map(|own| self.blocks.iter().copied().find(|block| block.contains(&own)).unwrap_or(own)).collect()
    }

    /// As this account sees it: of a VPC that another one shares it sees neither endpoints nor NAT gateways (Amazon VPC
    /// User Guide, "Responsibilities and permissions for owners and participants"). What passes its internet gateway is
    /// the owner's to set too, and cannot be asked for.
    pub(crate) fn seen_by(self, account: &str, public_access: Seen<PublicAccess>) -> Self {
        let shared_by = self.shared_by.filter(|owner| owner != account);
        let public_access = if shared_by.is_some() { self.public_access } else { public_access };
        Self { shared_by, public_access, ..self }
    }
}

impl Endpoint {
    /// Whether it is there, or will be: one that was rejected, has failed or goes takes no name over.
    pub(crate) fn is_coming(&self) -> bool {
        matches!(self.state.as_str(), "available" | "pending" | "pendingacceptance")
    }
}

/// The table of a subnet: its own, or else its VPC's main one, since an implicit association names no subnet.
pub(super) fn table_of<'t>(tables: &'t [Table], vpc: &str, subnet: &str) -> Option<&'t Table> {
    let own = tables.iter().find(|table| table.subnets.iter().any(|id| id == subnet));
    own.or_else(|| tables.iter().find(|table| table.main && table.vpc == vpc))
}

impl Table {
    /// Where it sends what goes to the internet: by the route to all addresses, or by two that share them between them and
    /// lead to the same. Those win, since "the most specific route that matches the traffic" is taken (Amazon VPC User
    /// Guide, "Route priority").
    pub(crate) fn default_route(&self) -> Option<&Route> {
        self.halves().or_else(|| self.to_block(Ipv4Net::default()).next())
    }

    /// `0.0.0.0/1` and `128.0.0.0/1` to one target; the one that leads nowhere, where either does.
    fn halves(&self) -> Option<&Route> {
        let mut halves = Ipv4Net::default().subnets(1).ok()?;
        let (low, high) = (halves.next()?, halves.next()?);
        let low = self.to_block(low).next()?;
        let high = self.to_block(high).next().filter(|high| high.target == low.target)?;
        Some(if high.active { low } else { high })
    }

    fn to_block(&self, block: Ipv4Net) -> impl Iterator<Item = &Route> {
        self.routes.iter().filter(move |route| route.to == RouteTo::Addresses(block))
    }
}

impl Route {
    /// Whether it is about one half of all addresses.
    pub(crate) fn is_half(&self) -> bool {
        matches!(self.to, RouteTo::Addresses(block) if block.prefix_len() == 1)
    }
}

impl Nat {
    /// Whether it takes connections.
    pub(crate) fn works(&self) -> bool {
        self.state == "available"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(routes: &[(&str, &str, bool)]) -> Table {
        let to = |to: &str| match to.parse() {
            Ok(block) => RouteTo::Addresses(block),
            Err(_) => RouteTo::PrefixList(to.to_owned()),
        };
        let route = |(at, target, active): &(&str, &str, bool)| Route {
            to: to(at),
            target: (*target).to_owned(),
            active: *active,
        };
        let (id, vpc) = ("rtb-1".to_owned(), "vpc-1".to_owned());
        Table { id, vpc, main: true, subnets: vec![], routes: routes.iter().map(route).collect() }
    }

    #[test]
    fn two_halves_to_one_target_are_a_default_route() {
        let leads = |routes: &[(&str, &str, bool)]| {
            let table = table(routes);
            table.default_route().map(|route| (route.target.clone(), route.active))
        };
        let to = |target: &str, active| Some((target.to_owned(), active));
        let local = ("10.0.0.0/16", "local", true);
        let low = |target| ("0.0.0.0/1", target, true);
        let high = |target| ("128.0.0.0/1", target, true);
        assert_eq!(leads(&[local, low("nat-1"), high("nat-1")]), to("nat-1", true));
        assert_eq!(leads(&[local, low("nat-1"), ("128.0.0.0/1", "nat-1", false)]), to("nat-1", false));
        // The longer prefix wins over the route to everywhere.
        let everywhere = ("0.0.0.0/0", "igw-1", true);
        assert_eq!(leads(&[everywhere, low("nat-1"), high("nat-1")]), to("nat-1", true));
        // Half of the internet is not the internet, and two targets are not one.
        assert_eq!(leads(&[local, low("nat-1")]), None);
        assert_eq!(leads(&[local, low("nat-1"), high("nat-2")]), None);
        assert_eq!(leads(&[everywhere, low("nat-1"), high("nat-2")]), to("igw-1", true));
        // Which addresses a list has is not known from here.
        assert_eq!(leads(&[local, ("pl-1", "nat-1", true)]), None);
    }
}
