//! Routes in a route table.

use super::describe::one;
use super::error::{NAT_GATEWAY, ROUTE_TABLE, TRANSIT_GATEWAY, cidr, invalid, missing, required};
use super::prefix_list;
use super::state::{Region, Route, RouteTable, region_mut};
use crate::account::Account;
use crate::fault::Fault;
use crate::wire::{Params, Xml};
use ipnet::Ipv4Net;

/// A route as it is shown: the VPC's own local one comes first, those of gateway endpoints last.
struct Shown {
    /// A block, or a prefix list.
    destination: String,
    target: String,
    /// `active`, or `blackhole` when its target is gone or attached elsewhere.
    state: &'static str,
    origin: &'static str,
}

impl Shown {
    /// Each kind of target has a field of its own.
    fn target_field(&self) -> &'static str {
        match self.target.split('-').next() {
            Some("nat") => "natGatewayId",
            Some("tgw") => "transitGatewayId",
            _ => "gatewayId",
        }
    }

    fn is_to_prefix_list(&self) -> bool {
        self.destination.starts_with("pl-")
    }
}

fn shown(region: &Region, table_id: &str, table: &RouteTable) -> Vec<Shown> {
    let local = region.vpcs.get(&table.vpc).map(|vpc| Shown {
        destination: vpc.cidr.to_string(),
        target: "local".to_owned(),
        state: "active",
        origin: "CreateRouteTable",
    });
    let others = table.routes.iter().map(|route| Shown {
        destination: route.destination.to_string(),
        target: route.gateway.clone(),
        state: if is_active(region, table, route) { "active" } else { "blackhole" },
        origin: "CreateRoute",
    });
    let endpoints = region.endpoints.iter().filter(|(_, endpoint)| {
        endpoint.is_gateway && endpoint.deleted.is_none() && endpoint.tables.contains(table_id)
    });
    let endpoints = endpoints.map(|(id, endpoint)| Shown {
        destination: prefix_list::of_service(&endpoint.service),
        target: id.clone(),
        state: "active",
        origin: "CreateRoute",
    });
    local.into_iter().chain(others).chain(endpoints).collect()
}

/// Whether the route leads anywhere.
pub(super) fn is_active(region: &Region, table: &RouteTable, route: &Route) -> bool {
    let (target, vpc) = (&route.gateway, table.vpc.as_str());
    region.internet_gateways.get(target).is_some_and(|gateway| gateway.vpc.as_deref() == Some(vpc))
        || region.nat_gateways.get(target).is_some_and(|nat| nat.deleted.is_none() && nat.failure.is_none())
        || region
            .transit_gateways
            .get(target)
            .is_some_and(|gateway| gateway.attachments.values().any(|attached| attached == vpc))
}

pub(super) fn xml(region: &Region, table_id: &str, table: &RouteTable) -> Vec<Vec<Xml>> {
    shown(region, table_id, table)
        .into_iter()
        .map(|route| {
            let to =
                if route.is_to_prefix_list() { "destinationPrefixListId" } else { "destinationCidrBlock" };
            vec![
                Xml::text(to, &route.destination),
                Xml::text(route.target_field(), &route.target),
                Xml::text("state", route.state),
                Xml::text("origin", route.origin),
            ]
        })
        .collect()
}

pub(super) fn filter_values(
    region: &Region,
    table_id: &str,
    table: &RouteTable,
    filter: &str,
) -> Option<Vec<String>> {
    let all = || shown(region, table_id, table).into_iter();
    let targets = |field: &str| {
        Some(all().filter(|route| route.target_field() == field).map(|route| route.target).collect())
    };
    let destinations = |lists: bool| {
        let of = all().filter(|route| route.is_to_prefix_list() == lists);
        Some(of.map(|route| route.destination).collect())
    };
    match filter {
        "route.destination-cidr-block" => destinations(false),
        "route.destination-prefix-list-id" => destinations(true),
        "route.gateway-id" => targets("gatewayId"),
        "route.nat-gateway-id" => targets("natGatewayId"),
        "route.transit-gateway-id" => targets("transitGatewayId"),
        "route.state" => Some(all().map(|route| route.state.to_owned()).collect()),
        "route.origin" => Some(all().map(|route| route.origin.to_owned()).collect()),
        // Kinds of targets that this account has none of.
        "route.instance-id"
        | "route.vpc-peering-connection-id"
        | "route.egress-only-internet-gateway-id"
        | "route.destination-ipv6-cidr-block"
        | "association.gateway-id" => Some(Vec::new()),
        "association.state" => one("associated"),
        _ => None,
    }
}

pub(super) fn create(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let (id, destination) = what(params)?;
    let region = region_mut(account);
    let gateway = gateway(region, id, params)?;
    let local = region.route_tables.get(id).and_then(|table| region.vpcs.get(&table.vpc)).map(|vpc| vpc.cidr);
    let table = region.route_tables.get_mut(id).ok_or_else(|| ROUTE_TABLE.not_found(id))?;
    if local == Some(destination) || table.routes.iter().any(|route| route.destination == destination) {
        return Err(Fault::new(
            "RouteAlreadyExists",
            format!("The route identified by {destination} already exists."),
        ));
    }
    table.routes.push(Route { destination, gateway });
    Ok(vec![Xml::shown("return", true)])
}

pub(super) fn replace(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let (id, destination) = what(params)?;
    let region = region_mut(account);
    let gateway = gateway(region, id, params)?;
    let table = region.route_tables.get_mut(id).ok_or_else(|| ROUTE_TABLE.not_found(id))?;
    let route = table.routes.iter_mut().find(|route| route.destination == destination).ok_or_else(|| {
        invalid(format!(
            "There is no route defined for '{destination}' in the route table. Use CreateRoute instead."
        ))
    })?;
    route.gateway = gateway;
    Ok(vec![Xml::shown("return", true)])
}

pub(super) fn delete(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let (id, destination) = what(params)?;
    let region = region_mut(account);
    let table = region.route_tables.get(id).ok_or_else(|| ROUTE_TABLE.not_found(id))?;
    if region.vpcs.get(&table.vpc).is_some_and(|vpc| vpc.cidr == destination) {
        return Err(invalid(format!("cannot remove local route {destination} in route table {id}")));
    }
    let at = table.routes.iter().position(|route| route.destination == destination).ok_or_else(|| {
        Fault::new(
            "InvalidRoute.NotFound",
            format!("no route with destination-cidr-block {destination} in route table {id}"),
        )
    })?;
    if let Some(table) = region.route_tables.get_mut(id) {
        table.routes.remove(at);
    }
    Ok(vec![Xml::shown("return", true)])
}

fn what(params: &Params) -> Result<(&str, Ipv4Net), Fault> {
    let id = required(params, "RouteTableId")?;
    let Some(text) = params.text("DestinationCidrBlock") else {
        if params.text("DestinationIpv6CidrBlock").or(params.text("DestinationPrefixListId")).is_some() {
            return Err(invalid("The practice account routes IPv4 blocks only."));
        }
        return Err(missing("destinationCidrBlock"));
    };
    Ok((id, cidr(text, "destinationCidrBlock")?))
}

fn gateway(region: &Region, id: &str, params: &Params) -> Result<String, Fault> {
    let table = region.route_tables.get(id).ok_or_else(|| ROUTE_TABLE.not_found(id))?;
    let apart = |target: &str| {
        invalid(format!("route table {id} and network gateway {target} belong to different networks"))
    };
    if let Some(nat) = params.text("NatGatewayId") {
        let known = region.nat_gateways.get(nat).filter(|known| known.deleted.is_none());
        let known = known.ok_or_else(|| NAT_GATEWAY.not_found(nat))?;
        return if known.vpc == table.vpc { Ok(nat.to_owned()) } else { Err(apart(nat)) };
    }
    if let Some(transit) = params.text("TransitGatewayId") {
        let known = region.transit_gateways.get(transit);
        let attached = known.is_some_and(|known| known.attachments.values().any(|vpc| *vpc == table.vpc));
        return if attached { Ok(transit.to_owned()) } else { Err(TRANSIT_GATEWAY.not_found(transit)) };
    }
    let Some(gateway) = params.text("GatewayId") else { return Err(missing("gatewayId")) };
    let known = region.internet_gateways.get(gateway).ok_or_else(|| {
        Fault::new("InvalidGatewayID.NotFound", format!("The gateway ID '{gateway}' does not exist"))
    })?;
    if known.vpc.as_deref() != Some(table.vpc.as_str()) {
        return Err(apart(gateway));
    }
    Ok(gateway.to_owned())
}
