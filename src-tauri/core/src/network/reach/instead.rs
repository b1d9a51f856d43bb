//! Where the way out to the internet breaks: whether an endpoint leads to the service instead, or may, and if none does, why
//! not. What cannot be seen from here is never called broken.

use super::{Path, Stop};
use crate::{
    network::{
        facts::{Endpoint, PrivateName, Route, RouteTo, Table},
        passing::{Passing, Peer, is_private, out_of_groups},
        way::HopKind,
    },
    words::{Text, say},
};

impl<'p> Path<'p> {
    /// An endpoint that Amazon's resolver has by the service's name, where others are asked: they may ask Amazon's in turn,
    /// and then its name leads there; if not, the public one leads out.
    pub(super) fn perhaps_by_interface(&mut self, endpoint: &Endpoint, end: &str) -> Result<(), Stop> {
        let (mut inside, mut outside) = (self.clone(), self.clone());
        let to_endpoint = inside.by_interface(endpoint);
        match (to_endpoint, outside.by_addresses(end)) {
            (Ok(()), Ok(())) => {
                self.hops = outside.hops;
                Ok(())
            }
            // It leads nowhere in either case.
            (Err(Stop::Broken(why)), Err(Stop::Broken(_))) => {
                self.hops = inside.hops;
                Err(Stop::Broken(why))
            }
            _ => Err(self.other_resolvers(endpoint)),
        }
    }

    fn other_resolvers(&mut self, endpoint: &Endpoint) -> Stop {
        let resolvers =
            self.vpc.resolvers.iter().flatten().map(String::as_str).collect::<Vec<_>>().join(", ");
        self.meets(HopKind::Resolver, &self.vpc.id);
        let params = [
            ("vpc", self.vpc.id.as_str()),
            ("resolvers", resolvers.as_str()),
            ("endpoint", endpoint.id.as_str()),
        ];
        Stop::Unknown(say("reach-resolvers", &params))
    }

    /// What to make of a way to a service that breaks on its way to the internet: `before` hops of it were met earlier.
    pub(super) fn instead(&mut self, end: &str, why: Text, before: usize) -> Result<(), Stop> {
        if let Some(owner) = &self.vpc.shared_by
            && self.let_out_inside()?
        {
            let params = [("vpc", self.vpc.id.as_str()), ("owner", owner), ("subnet", self.speaker.subnet)];
            return Err(Stop::Unknown(say("reach-shared", &params)));
        }
        let table = self.vpc.table_of(self.speaker.subnet)?.filter(|table| table.default_route().is_none());
        if let Some(table) = table
            && let Some((block, route)) = self.elsewhere(table)?
        {
            self.meets(HopKind::Elsewhere, &route.target);
            let params =
                [("subnet", self.speaker.subnet), ("target", &route.target), ("range", block.as_str())];
            return Err(Stop::Unknown(say("reach-central", &params)));
        }
        if why.code != "reach-no-route" {
            return Err(Stop::Broken(why));
        }
        self.no_endpoint(end, why, before)
    }

    /// A route to other networks, in which a central endpoint may be: its name may lead there by a private hosted zone, a
    /// Route 53 profile or a resolver's rule (AWS whitepaper "Building a Scalable and Secure Multi-VPC AWS Network
    /// Infrastructure", "Centralized access to VPC private endpoints").
    fn elsewhere(&self, table: &'p Table) -> Result<Option<(String, &'p Route)>, Stop> {
        for route in &table.routes {
            // Behind an internet gateway is no network.
            let leads_out = route.target.starts_with("igw-");
            if !route.active || leads_out || route.target == "local" || is_to_gateway_endpoint(route) {
                continue;
            }
            let (block, peer) = match &route.to {
                RouteTo::Addresses(block) if is_private(*block) => {
                    (block.to_string(), Peer::Inside { blocks: std::slice::from_ref(block), groups: &[] })
                }
                RouteTo::Addresses(block) => (block.to_string(), Peer::Internet),
                RouteTo::PrefixList(list) => (list.clone(), Peer::PrefixList(list)),
            };
            let groups = self.groups(self.speaker.groups)?;
            let free = self.speaker.groups.is_empty();
            if free || out_of_groups(groups.into_iter(), peer) != Passing::Nothing {
                return Ok(Some((block, route)));
            }
        }
        Ok(None)
    }

    /// Whether what speaks is let out to anything in the VPC.
    fn let_out_inside(&self) -> Result<bool, Stop> {
        if self.speaker.groups.is_empty() {
            return Ok(true);
        }
        let blocks: Vec<_> = self.vpc.subnets.iter().flatten().filter_map(|subnet| subnet.cidr).collect();
        let groups = self.groups(self.speaker.groups)?;
        let peer = Peer::Inside { blocks: &blocks, groups: &[] };
        Ok(out_of_groups(groups.into_iter(), peer) != Passing::Nothing)
    }

    /// Which endpoint is wanting, or what keeps the one that is there from being found.
    fn no_endpoint(&mut self, end: &str, no_route: Text, before: usize) -> Result<(), Stop> {
        let endpoints = self.vpc.endpoints.as_ref()?;
        let for_jobs = |one: &&Endpoint| {
            one.service == end && one.is_coming() && one.private_name != PrivateName::InboundResolvers
        };
        let mut of_service = endpoints.iter().filter(for_jobs);
        let subnet = ("subnet", self.speaker.subnet);
        let Some(endpoint) = of_service.clone().find(|one| !one.gateway).or_else(|| of_service.next()) else {
            // A network that lives on endpoints lacks one; another one lacks a way out.
            if !endpoints.iter().any(Endpoint::is_coming) {
                return Err(Stop::Broken(no_route));
            }
            let params = [("vpc", self.vpc.id.as_str()), ("service", end), subnet];
            return Err(Stop::Broken(say("reach-endpoint-missing", &params)));
        };
        let named = ("endpoint", endpoint.id.as_str());
        let service = ("service", end);
        if endpoint.gateway {
            let table = no_route.params.get("table").map(String::as_str).unwrap_or_default();
            let params = [named, service, subnet, ("table", table)];
            return Err(Stop::Broken(say("reach-endpoint-table", &params)));
        }
        self.hops.truncate(before);
        if endpoint.private_name == PrivateName::Everybody {
            self.meets(HopKind::Resolver, &self.vpc.id);
            let params = [("vpc", self.vpc.id.as_str()), named, service, subnet];
            return Err(Stop::Broken(say("reach-no-hostnames", &params)));
        }
        self.meets(HopKind::Endpoint, &endpoint.id);
        // A zone needs DNS host names as much as a private name does (Amazon Route 53 Developer Guide, "Considerations when
        // working with a private hosted zone").
        let by_zone = match (&self.vpc.dns_hostnames, &self.vpc.zones) {
            (Ok(false), _) => None,
            (_, Err(fault)) => {
                let params = [named, service, ("words", &fault.text().text)];
                return Err(Stop::Unknown(say("reach-endpoint-zone-unseen", &params)));
            }
            (_, Ok(zones)) => zones.iter().find(|zone| is_zone_of(zone, end)),
        };
        let Some(zone) = by_zone else {
            return Err(Stop::Broken(say("reach-endpoint-nameless", &[named, service, subnet])));
        };
        // What would stop it there stops it wherever its name is from.
        self.hops.truncate(before);
        self.by_interface(endpoint)?;
        Err(Stop::Unknown(say("reach-endpoint-zone", &[named, service, ("zone", zone)])))
    }
}

pub(super) fn is_to_gateway_endpoint(route: &Route) -> bool {
    matches!(route.to, RouteTo::PrefixList(_)) && route.target.starts_with("vpce-")
}

/// Whether a hosted zone has the name of a service, or part of that: `logs.us-east-1.amazonaws.com.`, for `ecr.dkr` any of
/// `dkr.ecr.us-east-1.amazonaws.com.`, or one that is above them all.
fn is_zone_of(zone: &str, end: &str) -> bool {
    let zone = zone.trim_end_matches('.').to_ascii_lowercase();
    let Some((below, _)) = zone.rsplit_once("amazonaws.com") else { return false };
    // The names of these begin otherwise (Amazon ECS Developer Guide, "Amazon ECS interface VPC endpoints").
    let end = match end {
        "ecs-agent" => "ecs-a",
        "ecs-telemetry" => "ecs-t",
        end => end,
    };
    let name = end.split('.').rev().collect::<Vec<_>>().join(".");
    let labels = below.trim_end_matches('.');
    let of_region = !labels.contains('.');
    let has = |name: &str| below.starts_with(&format!("{name}.")) || below.contains(&format!(".{name}."));
    // `ecr.us-east-1` is above `dkr.ecr.us-east-1`.
    let above = name.split_once('.').is_some_and(|(_, rest)| below.starts_with(&format!("{rest}.")));
    of_region || has(&name) || above
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_has_the_names_that_end_like_it() {
        let is = |zone: &str, end: &str| is_zone_of(zone, end);
        assert!(is("logs.us-east-1.amazonaws.com.", "logs") && is("amazonaws.com.", "logs"));
        assert!(is("us-east-1.amazonaws.com", "ecr.api") && is("ecr.us-east-1.amazonaws.com.", "ecr.api"));
        assert!(is("dkr.ecr.us-east-1.amazonaws.com.", "ecr.dkr"));
        assert!(is("111122223333.dkr.ecr.us-east-1.amazonaws.com.", "ecr.dkr"));
        assert!(is("ecs-a.us-east-1.amazonaws.com.", "ecs-agent"));
        assert!(is("logs.cn-north-1.amazonaws.com.cn.", "logs"));
        let others =
            [("sts.us-east-1.amazonaws.com.", "logs"), ("api.ecr.us-east-1.amazonaws.com.", "ecr.dkr")];
        assert!(others.iter().all(|(zone, end)| !is(zone, end)));
        assert!(!is("corp.example.", "logs") && !is("ecs.us-east-1.amazonaws.com.", "ecs-agent"));
    }
}
