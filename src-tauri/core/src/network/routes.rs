//! Which way leads out of a subnet to the internet: what its route table says, and whether that works.

use aws_sdk_ec2::Client;
use serde::{Deserialize, Serialize};

use super::{
    facts::{Nat, Table, table_of},
    reading,
};
use crate::aws::AwsFault;

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

/// The route tables of a region, with the NAT gateways that they may lead to.
pub(crate) struct Routes {
    tables: Vec<Table>,
    nats: Vec<Nat>,
}

impl Routes {
    /// Reads them.
    pub(crate) async fn read(ec2: &Client) -> Result<Self, AwsFault> {
        let (tables, nats) = tokio::join!(reading::tables(ec2, None), reading::nats(ec2, None));
        // NAT gateways are only asked for to see that one in a route works; without the right to, the route has to do.
        Ok(Self { tables: tables?, nats: nats.unwrap_or_default() })
    }

    /// The way out of a subnet of a VPC.
    pub(crate) fn exit(&self, vpc: &str, subnet: &str) -> Exit {
        let table = table_of(&self.tables, vpc, subnet);
        let Some(route) = table.and_then(Table::default_route).filter(|route| route.active) else {
            return Exit::Nowhere;
        };
        let target = route.target.clone();
        if target.starts_with("igw-") {
            Exit::InternetGateway(target)
        } else if !target.starts_with("nat-") {
            Exit::Elsewhere(target)
        } else if self.works(&target) {
            Exit::Nat(target)
        } else {
            Exit::Nowhere
        }
    }

    fn works(&self, nat: &str) -> bool {
        self.nats.iter().find(|one| one.id == nat).is_none_or(Nat::works)
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::facts::{Route, RouteTo},
        *,
    };

    fn table(vpc: &str, routes: Vec<Route>, subnet: Option<&str>) -> Table {
        let subnets = subnet.into_iter().map(str::to_owned).collect();
        Table { id: "rtb-1".to_owned(), vpc: vpc.to_owned(), main: subnet.is_none(), subnets, routes }
    }

    fn out(target: &str, active: bool) -> Route {
        let everywhere = "0.0.0.0/0".parse().unwrap();
        Route { to: RouteTo::Addresses(everywhere), target: target.to_owned(), active }
    }

    fn gateway(id: &str) -> Exit {
        Exit::InternetGateway(id.to_owned())
    }

    #[test]
    fn an_explicit_table_wins_over_the_main_one() {
        let tables = vec![
            table("vpc-2", vec![out("igw-2", true)], None),
            table("vpc-1", vec![out("igw-1", true)], None),
            table("vpc-1", vec![], Some("subnet-1")),
        ];
        let routes = Routes { tables, nats: vec![] };
        assert_eq!(routes.exit("vpc-1", "subnet-1"), Exit::Nowhere);
        assert_eq!(routes.exit("vpc-1", "subnet-2"), gateway("igw-1"), "the main table of its own VPC");
        assert_eq!(routes.exit("vpc-2", "subnet-3"), gateway("igw-2"));
    }

    #[test]
    fn a_blackhole_and_a_dead_nat_are_no_way_out() {
        let exit = |route, nats| {
            let tables = vec![table("vpc-1", vec![route], None)];
            Routes { tables, nats }.exit("vpc-1", "subnet-1")
        };
        assert_eq!(exit(out("igw-1", false), vec![]), Exit::Nowhere);
        assert_eq!(exit(out("tgw-1", true), vec![]), Exit::Elsewhere("tgw-1".to_owned()));
        let dead = Nat {
            id: "nat-1".to_owned(),
            subnet: None,
            state: "failed".to_owned(),
            public: true,
            failure: None,
        };
        assert_eq!(exit(out("nat-1", true), vec![dead]), Exit::Nowhere);
        assert_eq!(exit(out("nat-1", true), vec![]), Exit::Nat("nat-1".to_owned()));
    }
}
