//! VPC endpoints: interface endpoints have an address in each of their subnets and, with private DNS, take the
//! service's name over for the whole VPC; gateway endpoints are a route in each of their tables.

use super::describe::{one, select};
use super::error::{ENDPOINT, ROUTE_TABLE, SECURITY_GROUP, SUBNET, VPC, invalid, required};
use super::state::{Endpoint, Region, region, region_mut};
use super::{network_interface, prefix_list, tags, vpc};
use crate::account::{ACCOUNT_ID, Account};
use crate::fault::Fault;
use crate::settings::Settings;
use crate::time::Millis;
use crate::wire::{Params, Xml};
use std::collections::{BTreeMap, BTreeSet};

/// Seconds from pending to available, and from deleting to gone. A gateway endpoint is there at once.
const COMES: f64 = 60.0;
const GOES: f64 = 30.0;

/// Services with interface endpoints, by the end of their names (AWS PrivateLink, "AWS services that integrate with
/// AWS PrivateLink"): those that AWS Batch and its jobs call, and a few of the usual ones.
const INTERFACES: &[&str] = &[
    "batch",
    "ec2",
    "ecr.api",
    "ecr.dkr",
    "ecs",
    "ecs-agent",
    "ecs-telemetry",
    "kms",
    "logs",
    "monitoring",
    "s3",
    "secretsmanager",
    "ssm",
    "ssmmessages",
    "sts",
];
const GATEWAYS: &[&str] = &["dynamodb", "s3"];

pub(super) fn state(endpoint: &Endpoint, now: Millis, settings: &Settings) -> Option<&'static str> {
    if let Some(deleted) = endpoint.deleted {
        return (now < deleted.plus(settings.paced(GOES))).then_some("deleting");
    }
    let comes = if endpoint.is_gateway { 0.0 } else { COMES };
    Some(if now < endpoint.created.plus(settings.paced(comes)) { "pending" } else { "available" })
}

pub(super) fn create(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let vpc_id = required(params, "VpcId")?.to_owned();
    let service = required(params, "ServiceName")?.to_owned();
    let is_gateway = match params.text("VpcEndpointType").unwrap_or("Gateway") {
        "Gateway" => true,
        "Interface" => false,
        other => {
            return Err(invalid(format!("The practice account has no endpoints of the type {other}.")));
        }
    };
    let given = tags::given(params, "vpc-endpoint")?;
    let token = params.text("ClientToken").map(str::to_owned);
    let (now, settings, name) = (account.now, account.state.settings.clone(), account.region.to_owned());
    let known = region(account);
    if let Some((id, endpoint)) =
        known.endpoints.iter().find(|(_, endpoint)| token.is_some() && endpoint.token == token)
    {
        let shown = state(endpoint, now, &settings).unwrap_or("deleting");
        return Ok(answer(known, id, endpoint, shown, token.as_deref()));
    }
    if !known.vpcs.contains_key(&vpc_id) {
        return Err(VPC.not_found(&vpc_id));
    }
    let end = service.strip_prefix(&format!("com.amazonaws.{name}.")).unwrap_or_default();
    if !(if is_gateway { GATEWAYS } else { INTERFACES }).contains(&end) {
        return Err(Fault::new(
            "InvalidServiceName",
            format!("The Vpc Endpoint Service '{service}' does not exist"),
        ));
    }
    let texts = |name| params.texts(name).into_iter().map(str::to_owned).collect::<BTreeSet<String>>();
    let (tables, subnets, mut groups) = (texts("RouteTableId"), texts("SubnetId"), texts("SecurityGroupId"));
    if is_gateway {
        check_tables(known, &vpc_id, &service, &tables)?;
    } else {
        check_subnets(known, &vpc_id, &subnets)?;
        if groups.is_empty() {
            groups.extend(default_group(known, &vpc_id));
        }
        check_groups(known, &vpc_id, &groups)?;
    }
    let private_dns = !is_gateway && params.flag("PrivateDnsEnabled").unwrap_or(true) && end != "s3";
    if private_dns {
        check_private_dns(known, &vpc_id, &service, None)?;
    }
    let mut interfaces = BTreeMap::new();
    for subnet in &subnets {
        let address = network_interface::free_address(region(account), subnet);
        interfaces.insert(subnet.clone(), (account.state.ids.ec2("eni"), address));
    }
    let id = account.state.ids.ec2("vpce");
    let endpoint = Endpoint {
        vpc: vpc_id,
        service,
        is_gateway,
        tables,
        interfaces,
        groups,
        private_dns,
        policy: params.text("PolicyDocument").map(str::to_owned),
        created: now,
        deleted: None,
        token: token.clone(),
    };
    let region = region_mut(account);
    region.endpoints.retain(|_, endpoint| state(endpoint, now, &settings).is_some());
    tags::put(region, &id, given);
    let shown = state(&endpoint, now, &settings).unwrap_or("pending");
    let made = answer(region, &id, &endpoint, shown, token.as_deref());
    region.endpoints.insert(id, endpoint);
    Ok(made)
}

fn answer(region: &Region, id: &str, endpoint: &Endpoint, state: &str, token: Option<&str>) -> Vec<Xml> {
    let mut answer = vec![Xml::tree("vpcEndpoint", xml(region, id, endpoint, state))];
    answer.extend(token.map(|token| Xml::text("clientToken", token)));
    answer
}

fn default_group(region: &Region, vpc: &str) -> Option<String> {
    let groups = &region.security_groups;
    groups.iter().find(|(_, group)| group.vpc == vpc && group.name == "default").map(|(id, _)| id.clone())
}

fn check_tables(region: &Region, vpc: &str, service: &str, tables: &BTreeSet<String>) -> Result<(), Fault> {
    for id in tables {
        let table = region.route_tables.get(id).ok_or_else(|| ROUTE_TABLE.not_found(id))?;
        if table.vpc != vpc {
            return Err(invalid(format!("route table {id} does not belong to network {vpc}")));
        }
        let same = |one: &Endpoint| one.is_gateway && one.deleted.is_none() && one.service == service;
        if region.endpoints.values().any(|one| same(one) && one.tables.contains(id)) {
            let list = prefix_list::of_service(service);
            return Err(Fault::new(
                "RouteAlreadyExists",
                format!("route table {id} already has a route with destination-prefix-list-id {list}"),
            ));
        }
    }
    Ok(())
}

fn check_subnets(region: &Region, vpc: &str, subnets: &BTreeSet<String>) -> Result<(), Fault> {
    let mut zones = BTreeSet::new();
    for id in subnets {
        let subnet = region.subnets.get(id).ok_or_else(|| SUBNET.not_found(id))?;
        if subnet.vpc != vpc {
            return Err(invalid(format!("Subnet {id} does not belong to network {vpc}")));
        }
        if !zones.insert(&subnet.zone) {
            return Err(Fault::new(
                "DuplicateSubnetsInSameZone",
                format!("Found another VPC endpoint subnet in the availability zone of {id}"),
            ));
        }
    }
    Ok(())
}

fn check_groups(region: &Region, vpc: &str, groups: &BTreeSet<String>) -> Result<(), Fault> {
    for id in groups {
        let group = region.security_groups.get(id).ok_or_else(|| SECURITY_GROUP.not_found(id))?;
        if group.vpc != vpc {
            return Err(invalid(format!("Security group {id} does not belong to network {vpc}")));
        }
    }
    Ok(())
}

fn check_private_dns(region: &Region, vpc: &str, service: &str, but: Option<&str>) -> Result<(), Fault> {
    let attributes = region.vpcs.get(vpc);
    if !attributes.is_some_and(|vpc| vpc.dns_support && vpc.dns_hostnames) {
        return Err(Fault::new(
            "InvalidParameter",
            format!(
                "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to \
                 true for {vpc}"
            ),
        ));
    }
    let taken = region.endpoints.iter().any(|(id, one)| {
        Some(id.as_str()) != but
            && one.vpc == vpc
            && one.service == service
            && one.private_dns
            && one.deleted.is_none()
    });
    if taken {
        return Err(Fault::new(
            "InvalidParameter",
            format!(
                "private-dns-enabled cannot be set because there is already a conflicting DNS domain for {} in the \
                 VPC {vpc}",
                name_of(service)
            ),
        ));
    }
    Ok(())
}

/// The name that private DNS takes over: `logs.eu-west-1.amazonaws.com`, `api.ecr.eu-west-1.amazonaws.com`.
fn name_of(service: &str) -> String {
    let mut parts = service.split('.').skip(2);
    let region = parts.next().unwrap_or_default();
    let rest: Vec<&str> = parts.collect();
    match rest.as_slice() {
        ["ecr", which] => format!("{which}.ecr.{region}.amazonaws.com"),
        ["ecs-agent"] => format!("ecs-a.{region}.amazonaws.com"),
        ["ecs-telemetry"] => format!("ecs-t.{region}.amazonaws.com"),
        rest => format!("{}.{region}.amazonaws.com", rest.join(".")),
    }
}

/// One that is listed, and its state.
struct Listed<'r> {
    endpoint: &'r Endpoint,
    state: &'static str,
}

pub(super) fn describe(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let (now, settings) = (account.now, account.state.settings.clone());
    let region = region(account);
    let all: BTreeMap<String, Listed<'_>> = region
        .endpoints
        .iter()
        .filter(|(_, endpoint)| region.is_own(&endpoint.vpc))
        .filter_map(|(id, endpoint)| {
            Some((id.clone(), Listed { endpoint, state: state(endpoint, now, &settings)? }))
        })
        .collect();
    let (found, mut tail) =
        select(region, params, "VpcEndpointId", ENDPOINT, &all, |_, id, listed, filter| match filter {
            "vpc-endpoint-id" => one(id),
            "vpc-id" => one(&listed.endpoint.vpc),
            "service-name" => one(&listed.endpoint.service),
            "vpc-endpoint-state" => one(listed.state),
            "vpc-endpoint-type" => one(kind(listed.endpoint)),
            _ => None,
        })?;
    let shown = found.into_iter().map(|(id, listed)| xml(region, id, listed.endpoint, listed.state));
    let mut answer = vec![Xml::items("vpcEndpointSet", shown)];
    answer.append(&mut tail);
    Ok(answer)
}

fn kind(endpoint: &Endpoint) -> &'static str {
    if endpoint.is_gateway { "Gateway" } else { "Interface" }
}

const EVERYTHING: &str = r#"{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#;

fn xml(region: &Region, id: &str, endpoint: &Endpoint, state: &str) -> Vec<Xml> {
    let texts = |name: &str, of: Vec<&String>| {
        Xml::tree(name, of.into_iter().map(|text| Xml::text("item", text)).collect())
    };
    let groups = endpoint.groups.iter().map(|id| {
        let name = region.security_groups.get(id).map_or("", |group| group.name.as_str());
        vec![Xml::text("groupId", id), Xml::text("groupName", name)]
    });
    let own = format!("{id}.{}", name_of(&endpoint.service).replace(".amazonaws.com", ".vpce.amazonaws.com"));
    let names = (!endpoint.is_gateway).then_some(own).into_iter();
    let names = names.chain(endpoint.private_dns.then(|| name_of(&endpoint.service)));
    vec![
        Xml::text("vpcEndpointId", id),
        Xml::text("vpcEndpointType", kind(endpoint)),
        Xml::text("vpcId", &endpoint.vpc),
        Xml::text("serviceName", &endpoint.service),
        Xml::text("state", state),
        Xml::text("policyDocument", endpoint.policy.as_deref().unwrap_or(EVERYTHING)),
        texts("routeTableIdSet", endpoint.tables.iter().collect()),
        texts("subnetIdSet", endpoint.interfaces.keys().collect()),
        Xml::items("groupSet", groups),
        Xml::shown("privateDnsEnabled", endpoint.private_dns),
        Xml::shown("requesterManaged", false),
        texts("networkInterfaceIdSet", endpoint.interfaces.values().map(|(eni, _)| eni).collect()),
        Xml::items("dnsEntrySet", names.map(|name| vec![Xml::text("dnsName", name)])),
        Xml::text("creationTimestamp", endpoint.created.iso_millis()),
        Xml::text("ownerId", ACCOUNT_ID),
        tags::xml(region, id),
    ]
}

pub(super) fn modify(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let id = required(params, "VpcEndpointId")?.to_owned();
    let known = region(account);
    let mut endpoint = known
        .endpoints
        .get(&id)
        .filter(|endpoint| endpoint.deleted.is_none())
        .cloned()
        .ok_or_else(|| ENDPOINT.not_found(&id))?;
    let texts = |name: &str| params.texts(name).into_iter().map(str::to_owned).collect::<BTreeSet<String>>();
    let tables = texts("AddRouteTableId");
    check_tables(known, &endpoint.vpc, &endpoint.service, &tables)?;
    endpoint.tables.extend(tables);
    endpoint.tables.retain(|table| !texts("RemoveRouteTableId").contains(table));
    let groups = texts("AddSecurityGroupId");
    check_groups(known, &endpoint.vpc, &groups)?;
    endpoint.groups.extend(groups);
    endpoint.groups.retain(|group| !texts("RemoveSecurityGroupId").contains(group));
    let removed = texts("RemoveSubnetId");
    endpoint.interfaces.retain(|subnet, _| !removed.contains(subnet));
    let added: BTreeSet<String> =
        texts("AddSubnetId").into_iter().filter(|subnet| !endpoint.interfaces.contains_key(subnet)).collect();
    let all: BTreeSet<String> = endpoint.interfaces.keys().cloned().chain(added.iter().cloned()).collect();
    check_subnets(known, &endpoint.vpc, &all)?;
    if let Some(wanted) = params.flag("PrivateDnsEnabled") {
        if wanted {
            check_private_dns(known, &endpoint.vpc, &endpoint.service, Some(&id))?;
        }
        endpoint.private_dns = wanted;
    }
    if params.flag("ResetPolicy") == Some(true) {
        endpoint.policy = None;
    }
    if let Some(policy) = params.text("PolicyDocument") {
        endpoint.policy = Some(policy.to_owned());
    }
    for subnet in added {
        let address = network_interface::free_address(region(account), &subnet);
        endpoint.interfaces.insert(subnet, (account.state.ids.ec2("eni"), address));
    }
    region_mut(account).endpoints.insert(id, endpoint);
    Ok(vec![Xml::shown("return", true)])
}

/// Answers well whatever comes of it: what could not be deleted is listed.
pub(super) fn delete(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let (now, settings) = (account.now, account.state.settings.clone());
    let region = region_mut(account);
    let mut unsuccessful = Vec::new();
    for id in params.texts("VpcEndpointId") {
        let found = region.endpoints.get_mut(id).filter(|one| state(one, now, &settings).is_some());
        if let Some(endpoint) = found {
            endpoint.deleted.get_or_insert(now);
            continue;
        }
        let fault = ENDPOINT.not_found(id);
        let error = vec![Xml::text("code", fault.code), Xml::text("message", fault.message)];
        unsuccessful.push(vec![Xml::text("resourceId", id), Xml::tree("error", error)]);
    }
    vpc::forget_tags(region);
    Ok(vec![Xml::items("unsuccessful", unsuccessful)])
}
