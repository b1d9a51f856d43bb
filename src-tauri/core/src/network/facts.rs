//! What EC2 tells of a VPC that bears on who reaches what, kept without its SDK.

use ipnet::Ipv4Net;

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
    /// Whether AWS's own resolver answers.
    pub(crate) dns_support: Seen<bool>,
    /// Without it no endpoint takes a service's name over.
    pub(crate) dns_hostnames: Seen<bool>,
    /// Whether its DHCP options name other resolvers than AWS's own.
    pub(crate) other_resolvers: Seen<bool>,
    pub(crate) subnets: Seen<Vec<Subnet>>,
    pub(crate) tables: Seen<Vec<Table>>,
    /// The internet gateways that are attached to it.
    pub(crate) gateways: Seen<Vec<String>>,
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
    pub(crate) private_dns: bool,
    pub(crate) subnets: Vec<String>,
    pub(crate) groups: Vec<String>,
    pub(crate) tables: Vec<String>,
    /// Whether its policy is another than the one that allows everything.
    pub(crate) narrowed: bool,
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
}

/// The table of a subnet: its own, or else its VPC's main one, since an implicit association names no subnet.
pub(super) fn table_of<'t>(tables: &'t [Table], vpc: &str, subnet: &str) -> Option<&'t Table> {
    let own = tables.iter().find(|table| table.subnets.iter().any(|id| id == subnet));
    own.or_else(|| tables.iter().find(|table| table.main && table.vpc == vpc))
}

impl Table {
    /// Where it sends what goes to the internet.
    pub(crate) fn default_route(&self) -> Option<&Route> {
        self.routes
            .iter()
            .find(|route| matches!(route.to, RouteTo::Addresses(block) if block.prefix_len() == 0))
    }
}

impl Nat {
    /// Whether it takes connections.
    pub(crate) fn works(&self) -> bool {
        self.state == "available"
    }
}
