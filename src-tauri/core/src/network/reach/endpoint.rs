//! Through an endpoint: its interfaces, or the route to it, and what its groups and its policy let in.

use super::{EVERYWHERE, Path, Stop};
use crate::{
    network::{
        facts::{Endpoint, Route, RouteTo, Subnet},
        passing::{Passing, Peer, into_acl, into_groups},
        through::let_through,
        way::HopKind,
    },
    policy::Holds,
    words::say,
};

impl<'p> Path<'p> {
    pub(super) fn by_interface(&mut self, endpoint: &Endpoint) -> Result<(), Stop> {
        let named = ("endpoint", endpoint.id.as_str());
        let subnets = self.vpc.subnets.as_ref()?;
        let subnets = subnets.iter().filter(|subnet| endpoint.subnets.contains(&subnet.id));
        let subnets: Vec<&Subnet> = subnets.collect();
        let blocks: Vec<_> = subnets.iter().filter_map(|subnet| subnet.cidr).collect();
        self.out_of_own_groups(Peer::Inside { blocks: &blocks, groups: &endpoint.groups })?;
        let inside = subnets.iter().any(|subnet| subnet.id == self.speaker.subnet);
        if !inside {
            let there = endpoint.subnets.join(", ");
            self.out_of_own_acl(Peer::Inside { blocks: &blocks, groups: &[] }, &there)?;
        }
        self.meets(HopKind::Endpoint, &endpoint.id);
        stopped_by_state(endpoint)?;
        if subnets.is_empty() {
            return Err(Stop::Broken(say("reach-endpoint-nowhere", &[named])));
        }
        let own = self.vpc.subnet(self.speaker.subnet).and_then(|subnet| subnet.cidr);
        let own: Vec<_> = own.into_iter().collect();
        let peer = Peer::Inside { blocks: &own, groups: self.speaker.groups };
        let groups = self.groups(&endpoint.groups)?;
        let names = endpoint.groups.join(", ");
        match into_groups(groups.into_iter(), peer) {
            Passing::Whole => {}
            Passing::Part => {
                return Err(Stop::Unknown(say("reach-endpoint-half", &[named, ("groups", &names)])));
            }
            Passing::Nothing => {
                return Err(Stop::Broken(say("reach-endpoint-shut", &[named, ("groups", &names)])));
            }
        }
        if !inside {
            // Its name leads to its address in any zone.
            for subnet in subnets {
                if let Some(acl) = self.acl(&subnet.id)?
                    && let Some(stop) = into_acl(acl, peer)
                {
                    return Err(self.stopped_by(acl, &subnet.id, stop, self.speaker.subnet));
                }
            }
        }
        self.let_through_by(endpoint)
    }

    /// The route to a gateway endpoint of the service, where the subnet's table has one.
    pub(super) fn gateway_route(&self, end: &str) -> Result<Option<(&'p Route, &'p Endpoint)>, Stop> {
        let Some(table) = self.vpc.table_of(self.speaker.subnet)? else { return Ok(None) };
        let endpoints = self.vpc.endpoints.as_ref()?;
        let mut routes = table.routes.iter().filter(|route| matches!(route.to, RouteTo::PrefixList(_)));
        let of_service = |route: &'p Route| {
            let endpoint = endpoints.iter().find(|one| one.id == route.target)?;
            (endpoint.service == end).then_some((route, endpoint))
        };
        Ok(routes.find_map(of_service))
    }

    pub(super) fn by_gateway_endpoint(&mut self, route: &Route, endpoint: &Endpoint) -> Result<(), Stop> {
        let RouteTo::PrefixList(list) = &route.to else { return Ok(()) };
        self.out_of_own_groups(Peer::PrefixList(list))?;
        self.out_of_own_acl(Peer::PrefixList(list), EVERYWHERE)?;
        if let Some(table) = self.vpc.table_of(self.speaker.subnet)? {
            self.meets(HopKind::RouteTable, &table.id);
        }
        self.meets(HopKind::Endpoint, &endpoint.id);
        let named = ("endpoint", endpoint.id.as_str());
        stopped_by_state(endpoint)?;
        if !route.active {
            return Err(Stop::Broken(say("reach-endpoint-state", &[named, ("state", &endpoint.state)])));
        }
        self.let_through_by(endpoint)
    }

    /// By the policy of an endpoint.
    fn let_through_by(&self, endpoint: &Endpoint) -> Result<(), Stop> {
        let (holds, actions) = let_through(endpoint, self.speaker.requests);
        let actions = actions.join(", ");
        let params = [("endpoint", endpoint.id.as_str()), ("actions", actions.as_str())];
        match holds {
            Holds::Yes => Ok(()),
            Holds::No => Err(Stop::Broken(say("reach-endpoint-refuses", &params))),
            Holds::Perhaps => Err(Stop::Unknown(say("reach-endpoint-policy", &params[..1]))),
        }
    }
}

/// One that is on its way works in minutes or fails, as a NAT gateway does.
fn stopped_by_state(endpoint: &Endpoint) -> Result<(), Stop> {
    let named = ("endpoint", endpoint.id.as_str());
    match endpoint.state.as_str() {
        "available" => Ok(()),
        "pending" => Err(Stop::Unknown(say("reach-endpoint-pending", &[named]))),
        state => Err(Stop::Broken(say("reach-endpoint-state", &[named, ("state", state)]))),
    }
}
