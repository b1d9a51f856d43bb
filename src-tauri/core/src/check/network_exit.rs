//! Whether a job in each subnet can reach what it needs: its image, its log, and Batch itself. Without a way
//! out a Fargate job starts and fails, and an EC2 job waits in RUNNABLE for ever.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{NatGatewayState, RouteState, RouteTable};

use super::{CheckItem, CheckVerdict, Group};
use crate::{
    account::Session,
    aws::{AwsFault, fault},
    blueprint::{Blueprint, Network},
    resource::{Attribute, Evidence, Kind, ResourceId, Survey},
    words::say,
};

/// Where what leaves a subnet for the internet goes.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Exit {
    /// To an internet gateway: out, for what has a public address.
    InternetGateway(String),
    /// To a NAT gateway that works: out, for everything.
    Nat(String),
    /// To something that cannot be looked through from here: a transit gateway, an appliance.
    Elsewhere(String),
    /// The route is dead, or there is none.
    Nowhere,
}

pub(super) async fn check(session: &Session, blueprint: &Blueprint, survey: &Survey<'_>) -> Vec<CheckItem> {
    let (vpc, subnets) = match &blueprint.network {
        Network::DefaultVpc {} => {
            let vpc = ResourceId::main(Kind::DefaultVpc);
            let ids = survey.known.of(&vpc, Attribute::Ids).unwrap_or_default();
            (vpc, ids.split(',').filter(|id| !id.is_empty()).map(str::to_owned).collect::<Vec<_>>())
        }
        Network::NewVpc { .. } => {
            let subnets = ["a", "b"].map(|part| ResourceId::new(Kind::Subnet, part));
            let ids = subnets.iter().filter_map(|subnet| survey.known.of(subnet, Attribute::Id));
            (ResourceId::main(Kind::Vpc), ids.map(str::to_owned).collect())
        }
    };
    let Some(vpc) = survey.known.of(&vpc, Attribute::Id).filter(|_| !subnets.is_empty()) else {
        // Nothing to prove yet: what is missing is said of the network's own resources.
        return match &blueprint.network {
            Network::NewVpc { .. } => vec![CheckItem::answer(
                "network-exit",
                Group::Network,
                CheckVerdict::Make,
                say("exit-will-be-made", &[]),
            )],
            Network::DefaultVpc {} => vec![],
        };
    };
    let public_ip = blueprint.job_definitions.iter().all(|definition| definition.assign_public_ip);
    match exits(session, vpc, &subnets).await {
        Ok(exits) => vec![judge(&exits, public_ip)],
        Err(fault) => vec![CheckItem::answer(
            "network-exit",
            Group::Network,
            CheckVerdict::CannotTell,
            say("exit-unknown", &[("words", &fault.text().text)]),
        )],
    }
}

fn judge(exits: &BTreeMap<String, Exit>, public_ip: bool) -> CheckItem {
    let item = |verdict, finding| CheckItem::answer("network-exit", Group::Network, verdict, finding);
    let dead: Vec<_> =
        exits.iter().filter(|(_, exit)| **exit == Exit::Nowhere).map(|(id, _)| id.as_str()).collect();
    let unaddressed = |exit: &Exit| matches!(exit, Exit::InternetGateway(_)) && !public_ip;
    let mut item = if !dead.is_empty() {
        let mut item = item(CheckVerdict::Wrong, say("exit-none", &[("subnets", &dead.join(", "))]));
        item.remedy = Some(say("exit-none-advice", &[]));
        item
    } else if exits.values().any(unaddressed) {
        let mut item = item(CheckVerdict::Wrong, say("exit-no-public-ip", &[]));
        item.remedy = Some(say("exit-no-public-ip-advice", &[]));
        item
    } else if exits.values().any(|exit| matches!(exit, Exit::Elsewhere(_))) {
        item(CheckVerdict::CannotTell, say("exit-elsewhere", &[]))
    } else {
        item(CheckVerdict::Ready, say("exit-ready", &[("count", &exits.len().to_string())]))
    };
    item.evidence = exits
        .iter()
        .map(|(subnet, exit)| {
            let way = match exit {
                Exit::InternetGateway(id) if public_ip => format!("0.0.0.0/0 → {id}, assignPublicIp ENABLED"),
                Exit::InternetGateway(id) => format!("0.0.0.0/0 → {id}, assignPublicIp DISABLED"),
                Exit::Nat(id) | Exit::Elsewhere(id) => format!("0.0.0.0/0 → {id}"),
                Exit::Nowhere => "0.0.0.0/0 → –".to_owned(),
            };
            Evidence::new(subnet, way)
        })
        .collect();
    item
}

async fn exits(session: &Session, vpc: &str, subnets: &[String]) -> Result<BTreeMap<String, Exit>, AwsFault> {
    let ec2 = &session.aws.read.ec2;
    let filter = aws_sdk_ec2::types::Filter::builder().name("vpc-id").values(vpc).build();
    let tables = ec2.describe_route_tables().filters(filter.clone()).into_paginator().items().send();
    let gateways = ec2.describe_nat_gateways().filter(filter).into_paginator().items().send();
    let (tables, gateways) =
        tokio::join!(tables.collect::<Result<Vec<_>, _>>(), gateways.collect::<Result<Vec<_>, _>>());
    let tables = tables.map_err(fault("ec2:DescribeRouteTables"))?;
    // Only asked to see that a NAT gateway in a route works; without the right to, the route has to do.
    let gateways = gateways.map_err(fault("ec2:DescribeNatGateways")).unwrap_or_default();
    let nat_works = |id: &str| {
        let found = gateways.iter().find(|gateway| gateway.nat_gateway_id() == Some(id));
        found.is_none_or(|gateway| gateway.state() == Some(&NatGatewayState::Available))
    };
    Ok(subnets
        .iter()
        .map(|subnet| {
            let exit = table_of(&tables, subnet).map_or(Exit::Nowhere, |table| exit_of(table, nat_works));
            (subnet.clone(), exit)
        })
        .collect())
}

/// The table associated with the subnet, or else the main one: implicit associations name no subnet.
fn table_of<'t>(tables: &'t [RouteTable], subnet: &str) -> Option<&'t RouteTable> {
    let explicit = |table: &&RouteTable| table.associations().iter().any(|a| a.subnet_id() == Some(subnet));
    let main = |table: &&RouteTable| table.associations().iter().any(|a| a.main() == Some(true));
    tables.iter().find(explicit).or_else(|| tables.iter().find(main))
}

fn exit_of(table: &RouteTable, nat_works: impl Fn(&str) -> bool) -> Exit {
    let everywhere = |route: &&aws_sdk_ec2::types::Route| route.destination_cidr_block() == Some("0.0.0.0/0");
    let Some(route) = table.routes().iter().find(everywhere) else { return Exit::Nowhere };
    if route.state() != Some(&RouteState::Active) {
        return Exit::Nowhere;
    }
    if let Some(nat) = route.nat_gateway_id() {
        return if nat_works(nat) { Exit::Nat(nat.to_owned()) } else { Exit::Nowhere };
    }
    match route.gateway_id() {
        Some(id) if id.starts_with("igw-") => Exit::InternetGateway(id.to_owned()),
        Some(other) => Exit::Elsewhere(other.to_owned()),
        None => {
            let other = route.transit_gateway_id().or_else(|| route.network_interface_id());
            Exit::Elsewhere(other.unwrap_or("something else").to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{Route, RouteTableAssociation};

    use super::*;

    fn table(routes: Vec<Route>, subnet: Option<&str>) -> RouteTable {
        let association = match subnet {
            Some(id) => RouteTableAssociation::builder().subnet_id(id).build(),
            None => RouteTableAssociation::builder().main(true).build(),
        };
        RouteTable::builder().set_routes(Some(routes)).associations(association).build()
    }

    fn out(gateway: &str, state: RouteState) -> Route {
        Route::builder().destination_cidr_block("0.0.0.0/0").gateway_id(gateway).state(state).build()
    }

    #[test]
    fn an_explicit_table_wins_over_the_main_one() {
        let tables = [table(vec![out("igw-1", RouteState::Active)], None), table(vec![], Some("subnet-1"))];
        assert_eq!(exit_of(table_of(&tables, "subnet-1").unwrap(), |_| true), Exit::Nowhere);
        assert_eq!(
            exit_of(table_of(&tables, "subnet-2").unwrap(), |_| true),
            Exit::InternetGateway("igw-1".to_owned())
        );
    }

    #[test]
    fn a_blackhole_and_a_dead_nat_are_no_way_out() {
        assert_eq!(exit_of(&table(vec![out("igw-1", RouteState::Blackhole)], None), |_| true), Exit::Nowhere);
        let nat = Route::builder()
            .destination_cidr_block("0.0.0.0/0")
            .nat_gateway_id("nat-1")
            .state(RouteState::Active)
            .build();
        assert_eq!(exit_of(&table(vec![nat.clone()], None), |_| false), Exit::Nowhere);
        assert_eq!(exit_of(&table(vec![nat], None), |_| true), Exit::Nat("nat-1".to_owned()));
    }

    #[test]
    fn a_public_route_needs_a_public_address() {
        let exits = BTreeMap::from([("subnet-1".to_owned(), Exit::InternetGateway("igw-1".to_owned()))]);
        assert_eq!(judge(&exits, true).verdict, CheckVerdict::Ready);
        assert_eq!(judge(&exits, false).verdict, CheckVerdict::Wrong);
        let nowhere = BTreeMap::from([("subnet-1".to_owned(), Exit::Nowhere)]);
        assert_eq!(judge(&nowhere, true).verdict, CheckVerdict::Wrong);
    }
}
