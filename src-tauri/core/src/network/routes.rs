//! Which way leads out of a subnet to the internet: what its route table says, and whether that works.

use aws_sdk_ec2::{
    Client,
    types::{Filter, NatGateway, NatGatewayState, Route, RouteState, RouteTable},
};
use serde::{Deserialize, Serialize};

use crate::aws::{AwsFault, fault};

/// Where what leaves a subnet for the internet goes, each with the id of what takes it there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(tag = "kind", content = "id", rename_all = "kebab-case")]
pub enum Exit {
    /// To an internet gateway: out, for what has a public address.
    InternetGateway(String),
    /// To a NAT gateway that works: out, for everything.
    Nat(String),
    /// To something that cannot be looked through from here: a transit gateway, an appliance.
    Elsewhere(String),
    /// The route is dead, or there is none.
    Nowhere,
}

/// The route tables of one VPC or of all, with the NAT gateways that they may lead to.
pub(crate) struct Routes {
    tables: Vec<RouteTable>,
    gateways: Vec<NatGateway>,
}

impl Routes {
    /// Reads those of this VPC, or of every one.
    pub(crate) async fn read(ec2: &Client, vpc: Option<&str>) -> Result<Self, AwsFault> {
        let filter = vpc.map(|vpc| vec![Filter::builder().name("vpc-id").values(vpc).build()]);
        let tables = ec2.describe_route_tables().set_filters(filter.clone()).into_paginator().items().send();
        let gateways = ec2.describe_nat_gateways().set_filter(filter).into_paginator().items().send();
        let (tables, gateways) =
            tokio::join!(tables.collect::<Result<Vec<_>, _>>(), gateways.collect::<Result<Vec<_>, _>>());
        Ok(Self {
            tables: tables.map_err(fault("ec2:DescribeRouteTables"))?,
            // Only asked to see that a NAT gateway in a route works; without the right to, the route has to do.
            gateways: gateways.map_err(fault("ec2:DescribeNatGateways")).unwrap_or_default(),
        })
    }

    /// The way out of a subnet of a VPC.
    pub(crate) fn exit(&self, vpc: &str, subnet: &str) -> Exit {
        let everywhere = |route: &&Route| route.destination_cidr_block() == Some("0.0.0.0/0");
        let table = self.table_of(vpc, subnet);
        let Some(route) = table.and_then(|table| table.routes().iter().find(everywhere)) else {
            return Exit::Nowhere;
        };
        if route.state() != Some(&RouteState::Active) {
            return Exit::Nowhere;
        }
        if let Some(nat) = route.nat_gateway_id() {
            return if self.works(nat) { Exit::Nat(nat.to_owned()) } else { Exit::Nowhere };
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

    /// The table associated with the subnet, or else the VPC's main one: implicit associations name no subnet.
    fn table_of(&self, vpc: &str, subnet: &str) -> Option<&RouteTable> {
        let explicit =
            |table: &&RouteTable| table.associations().iter().any(|a| a.subnet_id() == Some(subnet));
        let main = |table: &&RouteTable| {
            table.vpc_id() == Some(vpc) && table.associations().iter().any(|a| a.main() == Some(true))
        };
        self.tables.iter().find(explicit).or_else(|| self.tables.iter().find(main))
    }

    fn works(&self, nat: &str) -> bool {
        let found = self.gateways.iter().find(|gateway| gateway.nat_gateway_id() == Some(nat));
        found.is_none_or(|gateway| gateway.state() == Some(&NatGatewayState::Available))
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::RouteTableAssociation;

    use super::*;

    fn table(vpc: &str, routes: Vec<Route>, subnet: Option<&str>) -> RouteTable {
        let association = match subnet {
            Some(id) => RouteTableAssociation::builder().subnet_id(id).build(),
            None => RouteTableAssociation::builder().main(true).build(),
        };
        RouteTable::builder().vpc_id(vpc).set_routes(Some(routes)).associations(association).build()
    }

    fn out(gateway: &str, state: RouteState) -> Route {
        Route::builder().destination_cidr_block("0.0.0.0/0").gateway_id(gateway).state(state).build()
    }

    fn gateway(id: &str) -> Exit {
        Exit::InternetGateway(id.to_owned())
    }

    #[test]
    fn an_explicit_table_wins_over_the_main_one() {
        let tables = vec![
            table("vpc-2", vec![out("igw-2", RouteState::Active)], None),
            table("vpc-1", vec![out("igw-1", RouteState::Active)], None),
            table("vpc-1", vec![], Some("subnet-1")),
        ];
        let routes = Routes { tables, gateways: vec![] };
        assert_eq!(routes.exit("vpc-1", "subnet-1"), Exit::Nowhere);
        assert_eq!(routes.exit("vpc-1", "subnet-2"), gateway("igw-1"), "the main table of its own VPC");
        assert_eq!(routes.exit("vpc-2", "subnet-3"), gateway("igw-2"));
    }

    #[test]
    fn a_blackhole_and_a_dead_nat_are_no_way_out() {
        let only =
            |route: Route, gateways| Routes { tables: vec![table("vpc-1", vec![route], None)], gateways };
        let exit = |routes: &Routes| routes.exit("vpc-1", "subnet-1");
        assert_eq!(exit(&only(out("igw-1", RouteState::Blackhole), vec![])), Exit::Nowhere);
        let nat = Route::builder()
            .destination_cidr_block("0.0.0.0/0")
            .nat_gateway_id("nat-1")
            .state(RouteState::Active)
            .build();
        let dead = NatGateway::builder().nat_gateway_id("nat-1").state(NatGatewayState::Failed).build();
        assert_eq!(exit(&only(nat.clone(), vec![dead])), Exit::Nowhere);
        assert_eq!(exit(&only(nat, vec![])), Exit::Nat("nat-1".to_owned()));
    }
}
