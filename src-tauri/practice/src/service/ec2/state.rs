//! What EC2 remembers.

use super::key_pair::KeyPair;
use super::launch_template::LaunchTemplate;
use super::seed::{EVERYWHERE, seeded};
use crate::account::Account;
use crate::time::Millis;
use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Networks by region. A region that was never asked for is not in here: it is as AWS hands it out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ec2 {
    pub(crate) regions: BTreeMap<String, Region>,
}

/// One region's networks, by identifier.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Region {
    pub(crate) vpcs: BTreeMap<String, Vpc>,
    pub(crate) subnets: BTreeMap<String, Subnet>,
    pub(crate) route_tables: BTreeMap<String, RouteTable>,
    pub(crate) internet_gateways: BTreeMap<String, InternetGateway>,
    pub(crate) security_groups: BTreeMap<String, SecurityGroup>,
    pub(crate) network_acls: BTreeMap<String, NetworkAcl>,
    /// Elastic IP addresses, by `eipalloc-…`.
    pub(crate) addresses: BTreeMap<String, Address>,
    pub(crate) nat_gateways: BTreeMap<String, NatGateway>,
    pub(crate) transit_gateways: BTreeMap<String, TransitGateway>,
    pub(crate) endpoints: BTreeMap<String, Endpoint>,
    /// Those that were made besides the one that every region begins with.
    pub(crate) dhcp_options: BTreeMap<String, DhcpOptions>,
    /// What passes no internet gateway.
    pub(crate) block_mode: BlockMode,
    /// What is exempt from that, by `vpcbpa-exclude-…`.
    pub(crate) exclusions: BTreeMap<String, Exclusion>,
    /// By `lt-…`.
    pub(crate) launch_templates: BTreeMap<String, LaunchTemplate>,
    /// By `key-…`.
    pub(crate) key_pairs: BTreeMap<String, KeyPair>,
    /// Tags of anything, by its identifier.
    pub(crate) tags: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(clippy::struct_excessive_bools, reason = "they are the VPC's attributes, each switched by itself")]
pub(crate) struct Vpc {
    pub(crate) cidr: Ipv4Net,
    /// `vpc-cidr-assoc-…`.
    pub(crate) cidr_association: String,
    pub(crate) is_default: bool,
    pub(crate) tenancy: String,
    pub(crate) dhcp_options: String,
    pub(crate) dns_support: bool,
    pub(crate) dns_hostnames: bool,
    pub(crate) usage_metrics: bool,
    /// The account that shares it with this one; nobody where it is this one's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) shared_by: Option<String>,
}

impl Vpc {
    pub(crate) fn owner(&self) -> &str {
        self.shared_by.as_deref().unwrap_or(crate::account::ACCOUNT_ID)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Subnet {
    pub(crate) vpc: String,
    pub(crate) cidr: Ipv4Net,
    /// `eu-west-1a`.
    pub(crate) zone: String,
    pub(crate) is_default_for_zone: bool,
    pub(crate) maps_public_ip: bool,
    pub(crate) resource_name_dns_a: bool,
    /// `aclassoc-…` to its network ACL.
    pub(crate) acl_association: String,
    /// Its network ACL, where that is not the default one of its VPC.
    #[serde(default)]
    pub(crate) acl: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct RouteTable {
    pub(crate) vpc: String,
    /// In the order they were made; the local route is not among them, since it is the VPC's.
    pub(crate) routes: Vec<Route>,
    /// `rtbassoc-…` and what it ties to this table.
    pub(crate) associations: BTreeMap<String, Association>,
    /// The token it was made with: the same request again makes no second table.
    pub(crate) client_token: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Association {
    /// Subnets without a table of their own use this one.
    Main,
    Subnet(String),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Route {
    pub(crate) destination: Ipv4Net,
    /// What it leads to: `igw-…`, `nat-…`, `tgw-…`.
    pub(crate) gateway: String,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct InternetGateway {
    pub(crate) vpc: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Address {
    pub(crate) public_ip: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct NatGateway {
    pub(crate) vpc: String,
    pub(crate) subnet: String,
    pub(crate) public: bool,
    /// `eipalloc-…`, of a public one.
    pub(crate) allocation: Option<String>,
    /// `eipassoc-…`.
    pub(crate) association: String,
    /// `eni-…`.
    pub(crate) interface: String,
    pub(crate) private_ip: String,
    pub(crate) created: Millis,
    pub(crate) deleted: Option<Millis>,
    /// Code and sentence of why it failed, where it did.
    pub(crate) failure: Option<(String, String)>,
    /// The token it was made with.
    pub(crate) token: Option<String>,
}

/// A hub that leads to other networks, which nobody sees from here.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct TransitGateway {
    /// `tgw-attach-…` and the VPC.
    pub(crate) attachments: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Endpoint {
    pub(crate) vpc: String,
    /// `com.amazonaws.eu-west-1.logs`.
    pub(crate) service: String,
    /// A route in tables; else interfaces in subnets.
    pub(crate) is_gateway: bool,
    pub(crate) tables: BTreeSet<String>,
    /// By subnet its interface, `eni-…`, and that one's address.
    pub(crate) interfaces: BTreeMap<String, (String, String)>,
    pub(crate) groups: BTreeSet<String>,
    pub(crate) private_dns: bool,
    /// Where it is not the one that allows everything.
    pub(crate) policy: Option<String>,
    pub(crate) created: Millis,
    pub(crate) deleted: Option<Millis>,
    /// The token it was made with.
    pub(crate) token: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct DhcpOptions {
    /// `domain-name-servers` and the like.
    pub(crate) options: BTreeMap<String, Vec<String>>,
}

/// The mode of VPC Block Public Access.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BlockMode {
    #[default]
    Off,
    BlockIngress,
    BlockBidirectional,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Exclusion {
    /// `vpc-…` or `subnet-…`.
    pub(crate) of: String,
    /// Whether only what leaves is exempt.
    pub(crate) leaving: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct SecurityGroup {
    pub(crate) vpc: String,
    pub(crate) name: String,
    pub(crate) description: String,
    /// By `sgr-…`.
    pub(crate) rules: BTreeMap<String, Rule>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rule {
    pub(crate) egress: bool,
    /// `tcp`, `udp`, `icmp`, `icmpv6`, `-1` for all, or another protocol's number.
    pub(crate) protocol: String,
    pub(crate) from_port: i64,
    pub(crate) to_port: i64,
    pub(crate) peer: Peer,
    pub(crate) description: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Peer {
    Ipv4(String),
    Ipv6(String),
    Group(String),
    PrefixList(String),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct NetworkAcl {
    pub(crate) vpc: String,
    pub(crate) is_default: bool,
    /// Its rules by direction, egress last, and number; what none of them is about is denied.
    #[serde(default = "AclEntry::everything", with = "as_list")]
    pub(crate) entries: BTreeMap<(bool, u16), AclEntry>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AclEntry {
    pub(crate) allow: bool,
    /// `-1` for all, or a protocol's number: `6` is TCP.
    pub(crate) protocol: String,
    pub(crate) cidr: Ipv4Net,
    /// Of TCP and UDP: from, to.
    pub(crate) ports: Option<(u16, u16)>,
}

impl AclEntry {
    /// What a default network ACL begins with.
    pub(crate) fn everything() -> BTreeMap<(bool, u16), Self> {
        let all = Self { allow: true, protocol: "-1".to_owned(), cidr: EVERYWHERE, ports: None };
        BTreeMap::from([((false, 100), all.clone()), ((true, 100), all)])
    }
}

/// JSON has no map by a pair.
mod as_list {
    use super::{AclEntry, BTreeMap};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    type Entries = BTreeMap<(bool, u16), AclEntry>;

    pub(super) fn serialize<S: Serializer>(entries: &Entries, to: S) -> Result<S::Ok, S::Error> {
        entries.iter().collect::<Vec<_>>().serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Entries, D::Error> {
        Ok(Vec::<((bool, u16), AclEntry)>::deserialize(from)?.into_iter().collect())
    }
}

impl Region {
    /// Whether a VPC is this account's. Of one that another account shares neither endpoints nor NAT gateways are described
    /// (Amazon VPC User Guide, "Responsibilities and permissions for owners and participants"; AWS `PrivateLink` guide,
    /// "Shared subnets").
    pub(crate) fn is_own(&self, vpc: &str) -> bool {
        self.vpcs.get(vpc).is_none_or(|vpc| vpc.shared_by.is_none())
    }

    /// Whether anything with that identifier is here.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.vpcs.contains_key(id)
            || self.subnets.contains_key(id)
            || self.route_tables.contains_key(id)
            || self.internet_gateways.contains_key(id)
            || self.security_groups.contains_key(id)
            || self.network_acls.contains_key(id)
            || self.addresses.contains_key(id)
            || self.nat_gateways.contains_key(id)
            || self.transit_gateways.contains_key(id)
            || self.endpoints.contains_key(id)
            || self.dhcp_options.contains_key(id)
            || self.exclusions.contains_key(id)
            || self.launch_templates.contains_key(id)
            || self.key_pairs.contains_key(id)
            || self.security_groups.values().any(|group| group.rules.contains_key(id))
    }

    pub(crate) fn default_vpc(&self) -> Option<(&String, &Vpc)> {
        self.vpcs.iter().find(|(_, vpc)| vpc.is_default)
    }

    pub(crate) fn main_table(&self, vpc: &str) -> Option<(&String, &RouteTable)> {
        self.route_tables.iter().find(|(_, table)| table.vpc == vpc && table.is_main())
    }

    /// The network ACL that a subnet's traffic passes: its own, else the default one of its VPC.
    pub(crate) fn acl_of(&self, subnet: &Subnet) -> Option<(&String, &NetworkAcl)> {
        let own = subnet.acl.as_ref().and_then(|id| self.network_acls.get_key_value(id));
        own.or_else(|| self.network_acls.iter().find(|(_, acl)| acl.vpc == subnet.vpc && acl.is_default))
    }

    /// The table that a subnet's traffic follows: its own, else the main one.
    pub(crate) fn table_of(&self, subnet_id: &str) -> Option<(&String, &RouteTable)> {
        let own = self.route_tables.iter().find(|(_, table)| {
            table.associations.values().any(|a| matches!(a, Association::Subnet(id) if id == subnet_id))
        });
        own.or_else(|| self.main_table(&self.subnets.get(subnet_id)?.vpc))
    }
}

impl RouteTable {
    pub(crate) fn is_main(&self) -> bool {
        self.associations.values().any(|a| *a == Association::Main)
    }
}

/// The region of the request, to be read.
pub(super) fn region<'a>(account: &'a mut Account<'_>) -> &'a Region {
    if !account.state.ec2.regions.contains_key(account.region) {
        let seeded = seeded(account.state, account.region);
        account.state.ec2.regions.insert(account.region.to_owned(), seeded);
    }
    &account.state.ec2.regions[account.region]
}

/// The region of the request, to be changed.
pub(super) fn region_mut<'a>(account: &'a mut Account<'_>) -> &'a mut Region {
    if !account.state.ec2.regions.contains_key(account.region) {
        let seeded = seeded(account.state, account.region);
        account.state.ec2.regions.insert(account.region.to_owned(), seeded);
    }
    account.state.ec2.regions.entry(account.region.to_owned()).or_default()
}
