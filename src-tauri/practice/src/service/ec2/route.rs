//! Routes in a route table.

use super::describe::one;
use super::error::{ROUTE_TABLE, cidr, invalid, missing, required};
use super::state::{Region, Route, RouteTable, region_mut};
use crate::account::Account;
use crate::fault::Fault;
use crate::wire::{Params, Xml};
use ipnet::Ipv4Net;

/// A route as it is shown: the VPC's own local one comes first.
struct Shown {
    destination: Ipv4Net,
    gateway: String,
    /// `active`, or `blackhole` when its gateway is gone or attached elsewhere.
    state: &'static str,
    origin: &'static str,
}

fn shown(region: &Region, table: &RouteTable) -> Vec<Shown> {
    let local = region.vpcs.get(&table.vpc).map(|vpc| Shown {
        destination: vpc.cidr,
        gateway: "local".to_owned(),
        state: "active",
        origin: "CreateRouteTable",
    });
    let others = table.routes.iter().map(|route| Shown {
        destination: route.destination,
        gateway: route.gateway.clone(),
        state: if is_active(region, table, route) { "active" } else { "blackhole" },
        origin: "CreateRoute",
    });
    local.into_iter().chain(others).collect()
}

/// Whether the route leads anywhere.
pub(super) fn is_active(region: &Region, table: &RouteTable, route: &Route) -> bool {
    region
        .internet_gateways
        .get(&route.gateway)
        .is_some_and(|gateway| gateway.vpc.as_deref() == Some(table.vpc.as_str()))
}

pub(super) fn xml(region: &Region, table: &RouteTable) -> Vec<Vec<Xml>> {
    shown(region, table)
        .into_iter()
        .map(|route| {
            vec![
                Xml::text("destinationCidrBlock", route.destination.to_string()),
                Xml::text("gatewayId", route.gateway),
                Xml::text("state", route.state),
                Xml::text("origin", route.origin),
            ]
        })
        .collect()
}

pub(super) fn filter_values(region: &Region, table: &RouteTable, filter: &str) -> Option<Vec<String>> {
    let of = |part: fn(&Shown) -> String| Some(shown(region, table).iter().map(part).collect());
    match filter {
        "route.destination-cidr-block" => of(|route| route.destination.to_string()),
        "route.gateway-id" => of(|route| route.gateway.clone()),
        "route.state" => of(|route| route.state.to_owned()),
        "route.origin" => of(|route| route.origin.to_owned()),
        // Kinds of targets that this account has none of.
        "route.nat-gateway-id"
        | "route.transit-gateway-id"
        | "route.instance-id"
        | "route.vpc-peering-connection-id"
        | "route.egress-only-internet-gateway-id"
        | "route.destination-ipv6-cidr-block"
        | "route.destination-prefix-list-id"
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
    let Some(gateway) = params.text("GatewayId") else {
        if let Some(nat) = params.text("NatGatewayId") {
            return Err(Fault::new("NatGatewayNotFound", format!("NatGateway {nat} was not found")));
        }
        return Err(missing("gatewayId"));
    };
    let known = region.internet_gateways.get(gateway).ok_or_else(|| {
        Fault::new("InvalidGatewayID.NotFound", format!("The gateway ID '{gateway}' does not exist"))
    })?;
    if known.vpc.as_deref() != Some(table.vpc.as_str()) {
        return Err(invalid(format!(
            "route table {id} and network gateway {gateway} belong to different networks"
        )));
    }
    Ok(gateway.to_owned())
}
