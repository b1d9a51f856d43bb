//! Asks EC2 for what bears on who reaches what, and reads its answers.

use std::net::Ipv4Addr;

use aws_sdk_ec2::{
    Client,
    types::{
        self as sdk, ConnectivityType, DhcpOptions, Filter, NatGatewayState, RouteState, RuleAction,
        VpcAttributeName, VpcCidrBlockStateCode, VpcEndpointType,
    },
};

use ipnet::Ipv4Net;

use super::{
    facts::{
        Acl, AclEntry, Endpoint, Group, Nat, PrivateName, Route, RouteTo, Rule, Seen, Subnet, Table, VpcFacts,
    },
    public_access::PublicAccess,
};
use crate::{
    aws::{AwsFault, fault},
    resource::{absent_is_none, filter},
};

/// Whom to ask.
#[derive(Debug, Clone, Copy)]
pub(crate) struct From<'f> {
    /// For all that is in a VPC.
    pub(crate) ec2: &'f Client,
    /// For its private hosted zones, with its region; else they are none.
    pub(crate) route53: Option<(&'f aws_sdk_route53::Client, &'f str)>,
}

/// Which VPC is meant.
#[derive(Debug, Clone)]
pub(crate) enum Which {
    /// By its id, so that everything can be asked at once.
    Id(String),
    /// The one that these filters find.
    Found(Vec<Filter>),
}

impl VpcFacts {
    /// Everything about a VPC, in one round trip where its id is known, else in two; `None` where there is no such VPC.
    pub(crate) async fn read(from: From<'_>, which: Which) -> Seen<Option<Self>> {
        let ec2 = from.ec2;
        let action = "ec2:DescribeVpcs";
        match which {
            Which::Id(id) => {
                let vpc = ec2.describe_vpcs().vpc_ids(&id).send();
                let (vpc, inside) = tokio::join!(vpc, Box::pin(Self::inside(from, &id)));
                let vpc = absent_is_none(vpc.map_err(fault(action)))
                    .map(|found| found.and_then(|found| found.vpcs?.into_iter().next()));
                match vpc {
                    Ok(None) => Ok(None),
                    Ok(Some(vpc)) => Ok(Some(inside.of(&vpc))),
                    // Only which resolvers it has is told by the VPC alone.
                    Err(fault) => Ok(Some(inside.unseen(&fault))),
                }
            }
            Which::Found(filters) => {
                let found = ec2.describe_vpcs().set_filters(Some(filters)).send().await;
                let Some(vpc) = found.map_err(fault(action))?.vpcs.unwrap_or_default().into_iter().next()
                else {
                    return Ok(None);
                };
                let inside = Box::pin(Self::inside(from, vpc.vpc_id().unwrap_or_default())).await;
                Ok(Some(inside.of(&vpc)))
            }
        }
    }

    async fn inside(from: From<'_>, id: &str) -> Inside {
        let ec2 = from.ec2;
        let of_vpc = || filter("vpc-id", id);
        let attribute = |name| ec2.describe_vpc_attribute().vpc_id(id).attribute(name).send();
        let dhcp = ec2.describe_dhcp_options().into_paginator().items().send();
        let subnets = ec2.describe_subnets().filters(of_vpc()).into_paginator().items().send();
        let attached = filter("attachment.vpc-id", id);
        let gateways = ec2.describe_internet_gateways().filters(attached).into_paginator().items().send();
        let endpoints = ec2.describe_vpc_endpoints().filters(of_vpc()).into_paginator().items().send();
        let groups = ec2.describe_security_groups().filters(of_vpc()).into_paginator().items().send();
        let acls = ec2.describe_network_acls().filters(of_vpc()).into_paginator().items().send();
        let (zones, support, hostnames, dhcp, subnets, tables, gateways, nats, endpoints, groups, acls) = tokio::join!(
            zones(from, id),
            attribute(VpcAttributeName::EnableDnsSupport),
            attribute(VpcAttributeName::EnableDnsHostnames),
            dhcp.collect::<Result<Vec<_>, _>>(),
            subnets.collect::<Result<Vec<_>, _>>(),
            tables(ec2, Some(of_vpc())),
            gateways.collect::<Result<Vec<_>, _>>(),
            nats(ec2, Some(of_vpc())),
            endpoints.collect::<Result<Vec<_>, _>>(),
            groups.collect::<Result<Vec<_>, _>>(),
            acls.collect::<Result<Vec<_>, _>>(),
        );
        let attribute = fault("ec2:DescribeVpcAttribute");
        let flag =
            |value: Option<sdk::AttributeBooleanValue>| value.and_then(|value| value.value).unwrap_or(true);
        let facts = Self {
            id: id.to_owned(),
            name: None,
            cidr: String::new(),
            blocks: vec![],
            dns_support: support.map(|found| flag(found.enable_dns_support)).map_err(attribute),
            dns_hostnames: hostnames
                .map(|found| flag(found.enable_dns_hostnames))
                .map_err(fault("ec2:DescribeVpcAttribute")),
            shared_by: None,
            resolvers: Ok(vec![]),
            zones,
            subnets: subnets
                .map_err(fault("ec2:DescribeSubnets"))
                .map(|all| all.iter().map(subnet).collect()),
            tables,
            gateways: gateways
                .map_err(fault("ec2:DescribeInternetGateways"))
                .map(|all| all.into_iter().filter_map(|one| one.internet_gateway_id).collect()),
            public_access: Ok(PublicAccess::default()),
            nats,
            endpoints: endpoints
                .map_err(fault("ec2:DescribeVpcEndpoints"))
                .map(|all| all.iter().map(endpoint).collect()),
            groups: groups
                .map_err(fault("ec2:DescribeSecurityGroups"))
                .map(|all| all.iter().map(group).collect()),
            acls: acls.map_err(fault("ec2:DescribeNetworkAcls")).map(|all| all.iter().map(acl).collect()),
        };
        Inside { facts, dhcp: dhcp.map_err(fault("ec2:DescribeDhcpOptions")) }
    }
}

/// What is in a VPC, before the VPC itself has been seen.
struct Inside {
    facts: VpcFacts,
    /// Every set of DHCP options of the region: which one is the VPC's it says itself.
    dhcp: Seen<Vec<DhcpOptions>>,
}

impl Inside {
    fn of(self, vpc: &sdk::Vpc) -> VpcFacts {
        let options = vpc.dhcp_options_id();
        let names = |all: Vec<DhcpOptions>| {
            let of_vpc = all.iter().find(|one| one.dhcp_options_id() == options);
            of_vpc.map(|one| others_named(one, vpc.cidr_block())).unwrap_or_default()
        };
        VpcFacts {
            name: name_of(vpc.tags()),
            cidr: text(vpc.cidr_block()),
            blocks: blocks(vpc),
            shared_by: vpc.owner_id().map(str::to_owned),
            resolvers: self.dhcp.map(names),
            ..self.facts
        }
    }

    fn unseen(self, fault: &AwsFault) -> VpcFacts {
        VpcFacts { resolvers: Err(fault.clone()), ..self.facts }
    }
}

/// The private hosted zones of a VPC.
async fn zones(from: From<'_>, vpc: &str) -> Seen<Vec<String>> {
    let Some((route53, region)) = from.route53 else { return Ok(vec![]) };
    let (mut names, mut next) = (vec![], None);
    loop {
        let page = route53.list_hosted_zones_by_vpc().vpc_id(vpc).vpc_region(region.into());
        let page = page.set_next_token(next).send().await.map_err(fault("route53:ListHostedZonesByVPC"))?;
        names.extend(page.hosted_zone_summaries.into_iter().map(|zone| zone.name));
        next = page.next_token;
        if next.is_none() {
            return Ok(names);
        }
    }
}

/// Route tables: those that a filter lets through, or the region's.
pub(super) async fn tables(ec2: &Client, which: Option<Filter>) -> Seen<Vec<Table>> {
    let filters = which.map(|one| vec![one]);
    let found = ec2.describe_route_tables().set_filters(filters).into_paginator().items().send();
    let found = found.collect::<Result<Vec<_>, _>>().await.map_err(fault("ec2:DescribeRouteTables"))?;
    Ok(found.iter().map(table).collect())
}

/// NAT gateways: those that a filter lets through, or the region's.
pub(super) async fn nats(ec2: &Client, which: Option<Filter>) -> Seen<Vec<Nat>> {
    let filters = which.map(|one| vec![one]);
    let found = ec2.describe_nat_gateways().set_filter(filters).into_paginator().items().send();
    let found = found.collect::<Result<Vec<_>, _>>().await.map_err(fault("ec2:DescribeNatGateways"))?;
    Ok(found.iter().map(nat).collect())
}

/// The resolvers that DHCP options name, where Amazon's is none of them: that one goes by its name, or by one of its
/// addresses, two above the VPC's first, or the same everywhere (Amazon VPC User Guide, "Understanding Amazon DNS").
fn others_named(options: &DhcpOptions, cidr: Option<&str>) -> Vec<String> {
    let block = cidr.and_then(|cidr| cidr.parse::<Ipv4Net>().ok());
    let in_vpc =
        block.map(|block| Ipv4Addr::from_bits(block.network().to_bits().saturating_add(2)).to_string());
    let of_amazon = |server: &str| {
        ["AmazonProvidedDNS", "169.254.169.253", "fd00:ec2::253"].contains(&server)
            || in_vpc.as_deref() == Some(server)
    };
    let mut all = options.dhcp_configurations().iter();
    let servers = all.find(|option| option.key() == Some("domain-name-servers"));
    let named = servers.into_iter().flat_map(sdk::DhcpConfiguration::values).filter_map(|one| one.value());
    let named: Vec<&str> = named.collect();
    if named.iter().any(|server| of_amazon(server)) {
        return vec![];
    }
    named.into_iter().map(str::to_owned).collect()
}

/// Those that are on their way to it or from it are none of its.
fn blocks(vpc: &sdk::Vpc) -> Vec<Ipv4Net> {
    let associated = vpc.cidr_block_association_set().iter().filter(|one| {
        let state = one.cidr_block_state().and_then(sdk::VpcCidrBlockState::state);
        state == Some(&VpcCidrBlockStateCode::Associated)
    });
    associated.filter_map(|one| one.cidr_block()?.parse().ok()).collect()
}

fn name_of(tags: &[sdk::Tag]) -> Option<String> {
    let name = tags.iter().find(|tag| tag.key() == Some("Name"))?.value()?;
    (!name.is_empty()).then(|| name.to_owned())
}

fn text(text: Option<&str>) -> String {
    text.unwrap_or_default().to_owned()
}

fn subnet(subnet: &sdk::Subnet) -> Subnet {
    Subnet {
        id: text(subnet.subnet_id()),
        name: name_of(subnet.tags()),
        zone: text(subnet.availability_zone()),
        zone_id: text(subnet.availability_zone_id()),
        cidr: subnet.cidr_block().and_then(|block| block.parse().ok()),
        free_addresses: subnet.available_ip_address_count().and_then(|n| u32::try_from(n).ok()).unwrap_or(0),
        gives_public_ips: subnet.map_public_ip_on_launch().unwrap_or(false),
    }
}

fn table(table: &sdk::RouteTable) -> Table {
    let associations = table.associations();
    Table {
        id: text(table.route_table_id()),
        vpc: text(table.vpc_id()),
        main: associations.iter().any(|one| one.main() == Some(true)),
        subnets: associations.iter().filter_map(|one| one.subnet_id().map(str::to_owned)).collect(),
        routes: table.routes().iter().filter_map(route).collect(),
    }
}

/// A route of IPv4; Slipway's jobs speak nothing else.
fn route(route: &sdk::Route) -> Option<Route> {
    let to = match (route.destination_cidr_block(), route.destination_prefix_list_id()) {
        (Some(block), _) => RouteTo::Addresses(block.parse().ok()?),
        (None, Some(list)) => RouteTo::PrefixList(list.to_owned()),
        (None, None) => return None,
    };
    let target = route
        .gateway_id()
        .or(route.nat_gateway_id())
        .or(route.transit_gateway_id())
        .or(route.vpc_peering_connection_id())
        .or(route.network_interface_id())
        .or(route.instance_id())
        .or(route.local_gateway_id())
        .or(route.carrier_gateway_id())
        .or(route.core_network_arn());
    Some(Route { to, target: text(target), active: route.state() == Some(&RouteState::Active) })
}

fn nat(nat: &sdk::NatGateway) -> Nat {
    Nat {
        id: text(nat.nat_gateway_id()),
        subnet: nat.subnet_id().map(str::to_owned),
        state: text(nat.state().map(NatGatewayState::as_str)),
        public: nat.connectivity_type() != Some(&ConnectivityType::Private),
        failure: nat.failure_message().map(str::to_owned),
    }
}

fn endpoint(endpoint: &sdk::VpcEndpoint) -> Endpoint {
    let service = endpoint.service_name().unwrap_or_default();
    Endpoint {
        id: text(endpoint.vpc_endpoint_id()),
        // `com.amazonaws.eu-west-1.ecr.api`; in China `cn.com.amazonaws.…`.
        service: service
            .rsplit_once("amazonaws.")
            .map_or(service, |(_, rest)| rest)
            .split_once('.')
            .map_or("", |(_, end)| end)
            .to_owned(),
        gateway: endpoint.vpc_endpoint_type() == Some(&VpcEndpointType::Gateway),
        // EC2 writes `available`, its model says `Available`.
        state: endpoint.state().map(|state| state.as_str().to_ascii_lowercase()).unwrap_or_default(),
        private_name: private_name(endpoint),
        subnets: endpoint.subnet_ids().to_vec(),
        groups: endpoint.groups().iter().filter_map(|group| group.group_id().map(str::to_owned)).collect(),
        tables: endpoint.route_table_ids().to_vec(),
        policy: endpoint.policy_document().filter(|policy| !allows_everything(policy)).map(str::to_owned),
    }
}

fn private_name(endpoint: &sdk::VpcEndpoint) -> PrivateName {
    let inbound = |options: &sdk::DnsOptions| options.private_dns_only_for_inbound_resolver_endpoint();
    match endpoint.private_dns_enabled() {
        Some(true) if endpoint.dns_options().and_then(inbound) == Some(true) => PrivateName::InboundResolvers,
        Some(true) => PrivateName::Everybody,
        _ => PrivateName::Nobody,
    }
}

/// Whether an endpoint's policy is the one that it gets unless somebody writes another.
pub(crate) fn allows_everything(policy: &str) -> bool {
    let Ok(policy) = serde_json::from_str::<serde_json::Value>(policy) else { return false };
    let statements = match &policy["Statement"] {
        serde_json::Value::Array(all) => all.as_slice(),
        one => std::slice::from_ref(one),
    };
    let everything = |statement: &serde_json::Value| {
        let all = |field: &str| {
            let value = &statement[field];
            *value == "*" || *value == serde_json::json!(["*"]) || *value == serde_json::json!({ "AWS": "*" })
        };
        statement["Effect"] == "Allow"
            && all("Action")
            && all("Resource")
            && all("Principal")
            && statement.get("Condition").is_none()
    };
    statements.iter().any(everything) && !statements.iter().any(|statement| statement["Effect"] == "Deny")
}

fn group(group: &sdk::SecurityGroup) -> Group {
    Group {
        id: text(group.group_id()),
        name: text(group.group_name()),
        ingress: group.ip_permissions().iter().map(rule).collect(),
        egress: group.ip_permissions_egress().iter().map(rule).collect(),
    }
}

fn rule(permission: &sdk::IpPermission) -> Rule {
    let port = |port: Option<i32>| port.and_then(|port| u16::try_from(port).ok());
    Rule {
        protocol: text(permission.ip_protocol()),
        ports: port(permission.from_port()).zip(port(permission.to_port())),
        blocks: permission.ip_ranges().iter().filter_map(|range| range.cidr_ip()?.parse().ok()).collect(),
        groups: permission
            .user_id_group_pairs()
            .iter()
            .filter_map(|pair| pair.group_id().map(str::to_owned))
            .collect(),
        prefix_lists: permission
            .prefix_list_ids()
            .iter()
            .filter_map(|list| list.prefix_list_id().map(str::to_owned))
            .collect(),
    }
}

fn acl(acl: &sdk::NetworkAcl) -> Acl {
    let port = |port: Option<i32>| port.and_then(|port| u16::try_from(port).ok());
    let mut entries: Vec<_> = acl
        .entries()
        .iter()
        .map(|entry| AclEntry {
            number: entry.rule_number().unwrap_or(i32::MAX),
            egress: entry.egress().unwrap_or(false),
            allow: entry.rule_action() == Some(&RuleAction::Allow),
            protocol: text(entry.protocol()),
            block: entry.cidr_block().and_then(|block| block.parse().ok()),
            ports: entry.port_range().and_then(|range| port(range.from()).zip(port(range.to()))),
        })
        .collect();
    entries.sort_by_key(|entry| entry.number);
    Acl {
        id: text(acl.network_acl_id()),
        subnets: acl.associations().iter().filter_map(|one| one.subnet_id().map(str::to_owned)).collect(),
        entries,
    }
}
