//! Routes to part of the addresses on the internet. The most specific one is taken (Amazon VPC User Guide, "Route priority"),
//! and whether a service's addresses are in it cannot be seen from here: AWS's change by the week.

use super::{Path, Stop};
use crate::{
    network::{
        facts::{Route, RouteTo},
        passing::is_private,
        reach::instead::is_to_gateway_endpoint,
        way::HopKind,
    },
    words::say,
};

impl<'p> Path<'p> {
    /// How a way to the internet ends, when there are routes beside the default one: whether they lead there or not, it may
    /// be the service's addresses that take them. Walked from before the default one was met; that one has led to `main`.
    pub(super) fn or_aside(mut self, main: &mut Self, ended: Result<(), Stop>) -> Result<(), Stop> {
        if matches!(ended, Err(Stop::Unknown(_))) {
            return ended;
        }
        let other = self.asides(self.speaker.subnet)?.into_iter().find(|route| {
            let led = match self.clone().through(route) {
                Ok(()) if route.active => Some(true),
                Err(Stop::Unknown(_)) if route.active => Some(false),
                _ => None,
            };
            // Where all leads out, what does not lead out for certain is a doubt; where nothing does, what may is.
            if ended.is_ok() { led != Some(true) } else { led.is_some() }
        });
        let Some(route) = other else { return ended };
        if let Some(table) = self.vpc.table_of(self.speaker.subnet)? {
            self.meets(HopKind::RouteTable, &table.id);
        }
        self.meets(kind_of(&route.target), &route.target);
        main.hops = self.hops;
        let range = range_of(route);
        let params = [("subnet", self.speaker.subnet), ("range", range.as_str()), ("target", &route.target)];
        Err(Stop::Unknown(if ended.is_ok() {
            say("reach-aside", &params)
        } else {
            say("reach-part", &params)
        }))
    }

    /// The same for a NAT gateway, which has to be led to the internet gateway.
    pub(super) fn no_aside_of_nat(&mut self, subnet: &str) -> Result<(), Stop> {
        let leads_out = |route: &&Route| route.active && route.target.starts_with("igw-");
        let Some(route) = self.asides(subnet)?.into_iter().find(|route| !leads_out(route)) else {
            return Ok(());
        };
        self.meets(kind_of(&route.target), &route.target);
        let range = range_of(route);
        let params = [("subnet", subnet), ("range", range.as_str()), ("target", &route.target)];
        Err(Stop::Unknown(say("reach-aside", &params)))
    }

    /// The routes of a subnet to some addresses on the internet. Which ones a prefix list of somebody's own has is not looked
    /// at; those of a gateway endpoint are another service's.
    fn asides(&self, subnet: &str) -> Result<Vec<&'p Route>, Stop> {
        let Some(table) = self.vpc.table_of(subnet)? else { return Ok(vec![]) };
        let is_aside = |route: &&Route| match route.to {
            _ if route.target == "local" => false,
            // Fewer are some machines, and not AWS.
            RouteTo::Addresses(block) => (1..24).contains(&block.prefix_len()) && !is_private(block),
            RouteTo::PrefixList(_) => !is_to_gateway_endpoint(route),
        };
        Ok(table.routes.iter().filter(is_aside).collect())
    }
}

fn range_of(route: &Route) -> String {
    match &route.to {
        RouteTo::Addresses(block) => block.to_string(),
        RouteTo::PrefixList(list) => list.clone(),
    }
}

fn kind_of(target: &str) -> HopKind {
    match target.split('-').next() {
        Some("igw") => HopKind::InternetGateway,
        Some("nat") => HopKind::NatGateway,
        _ => HopKind::Elsewhere,
    }
}
