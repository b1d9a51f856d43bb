//! One change of something in a VPC that Slipway did not make: what it is, how it stands, how it shall stand, whom else it
//! concerns and what takes it back. Pure: all of it is read off what EC2 tells of the VPC.

use serde::{Deserialize, Serialize};

use crate::{
    aws::AwsFault,
    network::{Acl, AclEntry, PrivateName, Rule, Table, VpcFacts},
    resource::Difference,
    words::{Text, say},
};

/// What is changed. Each costs nothing by itself and can be taken back.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, specta::Type)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum What {
    /// An internet gateway that is there is attached to the VPC.
    Gateway {
        /// `igw-…`.
        gateway: String,
    },
    /// The route for 0.0.0.0/0 leads there.
    Route {
        /// `rtb-…`.
        table: String,
        /// `igw-…`, `nat-…`.
        target: String,
    },
    /// Instances that start in a subnet get a public address.
    AutoAssign {
        /// `subnet-…`.
        subnet: String,
    },
    /// Amazon's resolver answers in the VPC.
    DnsSupport,
    /// Its endpoints may take the names of services over.
    DnsHostnames,
    /// An endpoint takes its service's name over.
    PrivateDns {
        /// `vpce-…`.
        endpoint: String,
    },
    /// A group lets HTTPS in.
    LetIn {
        /// `sg-…`.
        group: String,
        /// From these addresses.
        cidr: String,
    },
    /// A group lets HTTPS out to everywhere.
    LetOut {
        /// `sg-…`.
        group: String,
    },
    /// A network ACL lets TCP pass.
    AclEntry {
        /// `acl-…`.
        acl: String,
        /// Its place in the order in which entries are tried.
        number: u16,
        /// Whether of what goes out.
        egress: bool,
        /// From or to these addresses.
        cidr: String,
        /// The first port.
        first: u16,
        /// The last.
        last: u16,
    },
    /// A route table has a way to a gateway endpoint.
    EndpointTable {
        /// `vpce-…`.
        endpoint: String,
        /// `rtb-…`.
        table: String,
    },
}

/// A change, with everything that a person has to know before saying yes to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Change {
    /// The VPC that it is in.
    pub vpc: String,
    /// What is changed.
    pub what: What,
    /// The id of what is changed: `rtb-…`.
    pub on: String,
    /// The attribute with what it is and what it becomes.
    pub difference: Difference,
    /// The action that IAM has to allow.
    pub action: String,
    /// Whom else it concerns.
    pub concerns: Option<Text>,
    /// What takes it back.
    pub back: Text,
}

pub(crate) const EVERYWHERE: &str = "0.0.0.0/0";

impl What {
    /// As it would be done to this VPC; `None` where that cannot be looked at, where it is as wanted already, or where
    /// what is to be changed is not there.
    pub(crate) fn change(self, facts: &VpcFacts) -> Option<Change> {
        let found = self.found(facts).ok()?;
        if found.as_deref() == Some(&*self.wanted(facts)) || !self.is_there(facts) {
            return None;
        }
        Some(Change {
            vpc: facts.id.clone(),
            on: self.on(facts).to_owned(),
            action: self.action(found.is_some()).to_owned(),
            concerns: self.concerns(facts),
            back: self.back(&facts.id, found.as_deref()),
            difference: Difference { what: self.attribute(), wanted: Some(self.wanted(facts)), found },
            what: self,
        })
    }

    /// The thing that is changed.
    pub(crate) fn on<'s>(&'s self, facts: &'s VpcFacts) -> &'s str {
        match self {
            Self::Gateway { gateway } => gateway,
            Self::Route { table, .. } => table,
            Self::AutoAssign { subnet } => subnet,
            Self::DnsSupport | Self::DnsHostnames => &facts.id,
            Self::PrivateDns { endpoint } | Self::EndpointTable { endpoint, .. } => endpoint,
            Self::LetIn { group, .. } | Self::LetOut { group } => group,
            Self::AclEntry { acl, .. } => acl,
        }
    }

    /// Whether the thing is in the VPC. A gateway that is not attached is in none.
    pub(crate) fn is_there(&self, facts: &VpcFacts) -> bool {
        match self {
            Self::Gateway { .. } | Self::DnsSupport | Self::DnsHostnames => true,
            Self::Route { table, .. } => table_of(facts, table).is_some(),
            Self::AutoAssign { subnet } => facts.subnet(subnet).is_some(),
            Self::PrivateDns { endpoint } | Self::EndpointTable { endpoint, .. } => {
                facts.endpoints.iter().flatten().any(|one| one.id == *endpoint)
            }
            Self::LetIn { group, .. } | Self::LetOut { group } => {
                facts.groups.iter().flatten().any(|one| one.id == *group)
            }
            Self::AclEntry { acl, .. } => acl_of(facts, acl).is_some(),
        }
    }

    /// How it stands now, in the words of [`Self::wanted`].
    pub(crate) fn found(&self, facts: &VpcFacts) -> Result<Option<String>, AwsFault> {
        let flag = |on: bool| Some(on.to_string());
        let clone = |fault: &AwsFault| fault.clone();
        Ok(match self {
            Self::Gateway { gateway } => {
                let attached = facts.gateways.as_ref().map_err(clone)?;
                attached.contains(gateway).then(|| facts.id.clone())
            }
            Self::Route { table, .. } => {
                facts.tables.as_ref().map_err(clone)?;
                table_of(facts, table).and_then(Table::default_route).map(|route| route.target.clone())
            }
            Self::AutoAssign { subnet } => {
                facts.subnets.as_ref().map_err(clone)?;
                facts.subnet(subnet).and_then(|one| flag(one.gives_public_ips))
            }
            Self::DnsSupport => flag(*facts.dns_support.as_ref().map_err(clone)?),
            Self::DnsHostnames => flag(*facts.dns_hostnames.as_ref().map_err(clone)?),
            Self::PrivateDns { endpoint } => {
                let all = facts.endpoints.as_ref().map_err(clone)?;
                all.iter()
                    .find(|one| one.id == *endpoint)
                    .and_then(|one| flag(one.private_name != PrivateName::Nobody))
            }
            Self::LetIn { group, .. } | Self::LetOut { group } => {
                let all = facts.groups.as_ref().map_err(clone)?;
                let group = all.iter().find(|one| one.id == *group);
                let inward = matches!(self, Self::LetIn { .. });
                let rules = group.map(|group| if inward { &group.ingress } else { &group.egress });
                let wanted = self.wanted(facts);
                rules.into_iter().flatten().any(|rule| has(rule, &wanted)).then_some(wanted)
            }
            Self::AclEntry { acl, number, egress, .. } => {
                facts.acls.as_ref().map_err(clone)?;
                let mut entries = acl_of(facts, acl).into_iter().flat_map(|acl| &acl.entries);
                let number = i32::from(*number);
                entries.find(|entry| entry.number == number && entry.egress == *egress).map(shown)
            }
            Self::EndpointTable { endpoint, table } => {
                let all = facts.endpoints.as_ref().map_err(clone)?;
                let endpoint = all.iter().find(|one| one.id == *endpoint);
                endpoint.filter(|one| one.tables.contains(table)).map(|_| table.clone())
            }
        })
    }

    /// How it shall stand.
    pub(crate) fn wanted(&self, facts: &VpcFacts) -> String {
        match self {
            Self::Gateway { .. } => facts.id.clone(),
            Self::Route { target, .. } => target.clone(),
            Self::AutoAssign { .. } | Self::DnsSupport | Self::DnsHostnames | Self::PrivateDns { .. } => {
                true.to_string()
            }
            Self::LetIn { cidr, .. } => format!("tcp 443 {cidr}"),
            Self::LetOut { .. } => format!("tcp 443 {EVERYWHERE}"),
            Self::AclEntry { cidr, first, last, .. } => passing(true, *first, *last, cidr),
            Self::EndpointTable { table, .. } => table.clone(),
        }
    }

    /// The attribute, in AWS's words.
    fn attribute(&self) -> String {
        match self {
            Self::Gateway { .. } => "Attachments".to_owned(),
            Self::Route { .. } => EVERYWHERE.to_owned(),
            Self::AutoAssign { .. } => "MapPublicIpOnLaunch".to_owned(),
            Self::DnsSupport => "EnableDnsSupport".to_owned(),
            Self::DnsHostnames => "EnableDnsHostnames".to_owned(),
            Self::PrivateDns { .. } => "PrivateDnsEnabled".to_owned(),
            Self::LetIn { .. } => "IpPermissions".to_owned(),
            Self::LetOut { .. } => "IpPermissionsEgress".to_owned(),
            Self::AclEntry { number, egress, .. } => {
                format!("{number} {}", if *egress { "out" } else { "in" })
            }
            Self::EndpointTable { .. } => "RouteTableIds".to_owned(),
        }
    }

    /// The action that does it: a route that is there already is replaced.
    pub(crate) fn action(&self, there: bool) -> &'static str {
        match self {
            Self::Gateway { .. } => "ec2:AttachInternetGateway",
            Self::Route { .. } if there => "ec2:ReplaceRoute",
            Self::Route { .. } => "ec2:CreateRoute",
            Self::AutoAssign { .. } => "ec2:ModifySubnetAttribute",
            Self::DnsSupport | Self::DnsHostnames => "ec2:ModifyVpcAttribute",
            Self::PrivateDns { .. } | Self::EndpointTable { .. } => "ec2:ModifyVpcEndpoint",
            Self::LetIn { .. } => "ec2:AuthorizeSecurityGroupIngress",
            Self::LetOut { .. } => "ec2:AuthorizeSecurityGroupEgress",
            Self::AclEntry { .. } => "ec2:CreateNetworkAclEntry",
        }
    }

    fn concerns(&self, facts: &VpcFacts) -> Option<Text> {
        let subnets_of = |table: &str| {
            let all = facts.subnets.iter().flatten().map(|subnet| subnet.id.as_str());
            let follows = |id: &&str| facts.table_of(id).ok().flatten().is_some_and(|own| own.id == table);
            all.filter(follows).collect::<Vec<_>>().join(", ")
        };
        let in_subnets = |subnets: String| {
            (!subnets.is_empty()).then(|| say("mend-concerns-subnets", &[("subnets", &subnets)]))
        };
        match self {
            Self::Gateway { .. } | Self::DnsSupport | Self::DnsHostnames | Self::PrivateDns { .. } => {
                Some(say("mend-concerns-vpc", &[("vpc", &facts.id)]))
            }
            Self::Route { table, .. } | Self::EndpointTable { table, .. } => in_subnets(subnets_of(table)),
            Self::AutoAssign { subnet } => Some(say("mend-concerns-new", &[("subnet", subnet)])),
            Self::LetIn { group, .. } | Self::LetOut { group } => {
                Some(say("mend-concerns-group", &[("group", group)]))
            }
            Self::AclEntry { acl, .. } => {
                in_subnets(acl_of(facts, acl).map(|one| one.subnets.join(", ")).unwrap_or_default())
            }
        }
    }

    fn back(&self, vpc: &str, found: Option<&str>) -> Text {
        match self {
            Self::Gateway { gateway } => say("mend-back-gateway", &[("gateway", gateway), ("vpc", vpc)]),
            Self::Route { table, .. } => match found {
                Some(before) => say("mend-back-route-to", &[("table", table), ("target", before)]),
                None => say("mend-back-route", &[("table", table)]),
            },
            Self::AutoAssign { subnet } => say("mend-back-auto-assign", &[("subnet", subnet)]),
            Self::DnsSupport => say("mend-back-dns-support", &[("vpc", vpc)]),
            Self::DnsHostnames => say("mend-back-dns-hostnames", &[("vpc", vpc)]),
            Self::PrivateDns { endpoint } => say("mend-back-private-dns", &[("endpoint", endpoint)]),
            Self::LetIn { group, cidr } => say("mend-back-let-in", &[("group", group), ("cidr", cidr)]),
            Self::LetOut { group } => say("mend-back-let-out", &[("group", group)]),
            Self::AclEntry { acl, number, egress: true, .. } => {
                say("mend-back-acl-out", &[("acl", acl), ("number", &number.to_string())])
            }
            Self::AclEntry { acl, number, .. } => {
                say("mend-back-acl-in", &[("acl", acl), ("number", &number.to_string())])
            }
            Self::EndpointTable { endpoint, table } => {
                say("mend-back-endpoint-table", &[("endpoint", endpoint), ("table", table)])
            }
        }
    }
}

fn table_of<'f>(facts: &'f VpcFacts, id: &str) -> Option<&'f Table> {
    facts.tables.iter().flatten().find(|table| table.id == id)
}

pub(crate) fn acl_of<'f>(facts: &'f VpcFacts, id: &str) -> Option<&'f Acl> {
    facts.acls.iter().flatten().find(|acl| acl.id == id)
}

/// Whether a rule is the one that is wanted: `tcp 443 10.0.0.0/16`.
fn has(rule: &Rule, wanted: &str) -> bool {
    let https = matches!(rule.protocol.as_str(), "tcp" | "6") && rule.ports == Some((443, 443));
    https && rule.blocks.iter().any(|block| format!("tcp 443 {block}") == wanted)
}

fn shown(entry: &AclEntry) -> String {
    let block = entry.block.map(|block| block.to_string()).unwrap_or_default();
    match (entry.protocol.as_str(), entry.ports) {
        ("6" | "tcp", Some((first, last))) => passing(entry.allow, first, last, &block),
        (protocol, ports) => format!("{} {protocol} {ports:?} {block}", entry.allow),
    }
}

fn passing(allow: bool, first: u16, last: u16, cidr: &str) -> String {
    let act = if allow { "allow" } else { "deny" };
    let ports = if first == last { first.to_string() } else { format!("{first}–{last}") };
    format!("{act} tcp {ports} {cidr}")
}
