//! Route tables and what is associated with them.

use super::describe::{flag, one, select};
use super::error::{ASSOCIATION, ROUTE_TABLE, SUBNET, VPC, has_dependencies, invalid, required};
use super::route;
use super::state::{Association, Region, RouteTable, region, region_mut};
use super::{tags, vpc};
use crate::account::{ACCOUNT_ID, Account};
use crate::fault::Fault;
use crate::wire::{Params, Xml};
use std::collections::BTreeMap;

pub(super) fn create(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let vpc_id = required(params, "VpcId")?.to_owned();
    let given = tags::given(params, "route-table")?;
    let token = params.text("ClientToken").map(str::to_owned);
    if !region(account).vpcs.contains_key(&vpc_id) {
        return Err(VPC.not_found(&vpc_id));
    }
    let repeated = region(account)
        .route_tables
        .iter()
        .find(|(_, table)| token.is_some() && table.client_token == token)
        .map(|(id, table)| (id.clone(), table.vpc == vpc_id));
    let id = match repeated {
        Some((_, false)) => {
            return Err(Fault::new(
                "IdempotentParameterMismatch",
                "The client token has been used with different parameters.",
            ));
        }
        Some((id, true)) => id,
        None => {
            let id = account.state.ids.ec2("rtb");
            let region = region_mut(account);
            let table = RouteTable {
                vpc: vpc_id,
                routes: Vec::new(),
                associations: BTreeMap::new(),
                client_token: token.clone(),
            };
            region.route_tables.insert(id.clone(), table);
            tags::put(region, &id, given);
            id
        }
    };
    let region = region(account);
    let mut answer = vec![Xml::tree("routeTable", xml(region, &id, &region.route_tables[&id]))];
    answer.extend(token.map(|token| Xml::text("clientToken", token)));
    Ok(answer)
}

pub(super) fn describe(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let region = region(account);
    let (found, mut tail) =
        select(region, params, "RouteTableId", ROUTE_TABLE, &region.route_tables, filter_values)?;
    let mut answer =
        vec![Xml::items("routeTableSet", found.into_iter().map(|(id, table)| xml(region, id, table)))];
    answer.append(&mut tail);
    Ok(answer)
}

fn filter_values(region: &Region, id: &str, table: &RouteTable, filter: &str) -> Option<Vec<String>> {
    let associations = || table.associations.iter();
    match filter {
        "route-table-id" => one(id),
        "vpc-id" => one(&table.vpc),
        "owner-id" => one(ACCOUNT_ID),
        "association.main" => {
            if table.associations.is_empty() {
                return Some(Vec::new());
            }
            flag(table.is_main())
        }
        "association.route-table-association-id" => Some(associations().map(|(id, _)| id.clone()).collect()),
        "association.route-table-id" => Some(associations().map(|_| id.to_owned()).collect()),
        // Subnets that follow the main table without saying so are not found by this (EC2 API reference).
        "association.subnet-id" => Some(
            associations()
                .filter_map(|(_, a)| match a {
                    Association::Subnet(id) => Some(id.clone()),
                    Association::Main => None,
                })
                .collect(),
        ),
        _ => route::filter_values(region, id, table, filter),
    }
}

fn xml(region: &Region, id: &str, table: &RouteTable) -> Vec<Xml> {
    let associations = table.associations.iter().map(|(association_id, association)| {
        let mut fields = vec![
            Xml::text("routeTableAssociationId", association_id),
            Xml::text("routeTableId", id),
            Xml::shown("main", *association == Association::Main),
        ];
        if let Association::Subnet(subnet) = association {
            fields.push(Xml::text("subnetId", subnet));
        }
        fields.push(Xml::tree("associationState", vec![Xml::text("state", "associated")]));
        fields
    });
    vec![
        Xml::text("routeTableId", id),
        Xml::text("vpcId", &table.vpc),
        Xml::text("ownerId", ACCOUNT_ID),
        Xml::items("routeSet", route::xml(region, id, table)),
        Xml::items("associationSet", associations),
        Xml::tree("propagatingVgwSet", Vec::new()),
        tags::xml(region, id),
    ]
}

pub(super) fn delete(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let id = required(params, "RouteTableId")?;
    let region = region_mut(account);
    let table = region.route_tables.get(id).ok_or_else(|| ROUTE_TABLE.not_found(id))?;
    if !table.associations.is_empty() {
        return Err(has_dependencies(&format!("routeTable '{id}'")));
    }
    region.route_tables.remove(id);
    vpc::forget_tags(region);
    Ok(vec![Xml::shown("return", true)])
}

pub(super) fn associate(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let id = required(params, "RouteTableId")?;
    let subnet_id = required(params, "SubnetId")?;
    let association_id = account.state.ids.ec2("rtbassoc");
    let region = region_mut(account);
    let subnet = region.subnets.get(subnet_id).ok_or_else(|| SUBNET.not_found(subnet_id))?;
    let table = region.route_tables.get(id).ok_or_else(|| ROUTE_TABLE.not_found(id))?;
    if subnet.vpc != table.vpc {
        return Err(invalid(format!("Route table {id} and subnet {subnet_id} belong to different networks")));
    }
    let wanted = Association::Subnet(subnet_id.to_owned());
    let existing = region
        .route_tables
        .iter()
        .find_map(|(table, t)| Some((table, t.associations.iter().find(|(_, a)| **a == wanted)?.0)));
    let association_id = match existing {
        // Again with the same table is no error and makes nothing new.
        Some((table, same)) if table == id => same.clone(),
        Some(_) => {
            return Err(Fault::new(
                "Resource.AlreadyAssociated",
                format!(
                    "the specified association for route table {id} conflicts with an existing association"
                ),
            ));
        }
        None => {
            if let Some(table) = region.route_tables.get_mut(id) {
                table.associations.insert(association_id.clone(), wanted);
            }
            association_id
        }
    };
    Ok(vec![
        Xml::text("associationId", association_id),
        Xml::tree("associationState", vec![Xml::text("state", "associated")]),
    ])
}

pub(super) fn disassociate(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let id = required(params, "AssociationId")?;
    let region = region_mut(account);
    let associations = region
        .route_tables
        .values_mut()
        .map(|table| &mut table.associations)
        .find(|associations| associations.contains_key(id))
        .ok_or_else(|| ASSOCIATION.not_found(id))?;
    if associations.get(id) == Some(&Association::Main) {
        return Err(invalid(format!("cannot disassociate the main route table association {id}")));
    }
    associations.remove(id);
    Ok(vec![Xml::shown("return", true)])
}

pub(super) fn replace_association(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let old = required(params, "AssociationId")?;
    let id = required(params, "RouteTableId")?;
    let new = account.state.ids.ec2("rtbassoc");
    let region = region_mut(account);
    let vpc = region.route_tables.get(id).ok_or_else(|| ROUTE_TABLE.not_found(id))?.vpc.clone();
    let holder = region
        .route_tables
        .values_mut()
        .find(|table| table.associations.contains_key(old))
        .ok_or_else(|| ASSOCIATION.not_found(old))?;
    if holder.vpc != vpc {
        return Err(invalid(format!("Route table {id} and association {old} belong to different networks")));
    }
    let association = holder.associations.remove(old).ok_or_else(|| ASSOCIATION.not_found(old))?;
    if let Some(table) = region.route_tables.get_mut(id) {
        table.associations.insert(new.clone(), association);
    }
    Ok(vec![
        Xml::text("newAssociationId", new),
        Xml::tree("associationState", vec![Xml::text("state", "associated")]),
    ])
}
