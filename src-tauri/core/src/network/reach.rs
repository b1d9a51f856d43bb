//! Whether what runs in a subnet reaches a service, and the thing at which the way breaks. In the order in which a
//! packet meets them: names, security groups, network ACLs, routes, gateways and endpoints.
//!
//! An interface endpoint with private DNS takes its service's name over for the whole VPC: then no other way counts,
//! however open it is (AWS PrivateLink, "Access an AWS service using an interface VPC endpoint").

mod aside;
mod blocked;
mod endpoint;
mod instead;

use super::{
    facts::{Acl, Endpoint, Group, Nat, PrivateName, Route, VpcFacts},
    passing::{AclStop, Leg, Passing, Peer, into_acl, nat_through_acl, out_of_acl, out_of_groups},
    through::Request,
    way::{Hop, HopKind, Reach, Way},
};
use crate::{
    aws::AwsFault,
    blueprint::Service,
    words::{Text, say},
};

/// Whoever is on the internet, as a peer of what an ACL is about.
const EVERYWHERE: &str = "0.0.0.0/0";

/// What speaks.
#[derive(Debug, Clone)]
pub(crate) struct Speaker<'s> {
    /// Where it is.
    pub(crate) subnet: &'s str,
    /// The groups that it is in; none yet where the stack's own group is to be made, which lets everything out.
    pub(crate) groups: &'s [String],
    /// Whether it gets a public address.
    pub(crate) public: bool,
    /// Whether it is a job on Fargate: the job definition asks for the address, and not the subnet.
    pub(crate) job: bool,
    /// What it asks of the service, as far as an endpoint's policy may keep it from that.
    pub(crate) requests: &'s [Request],
}

/// Who answers for names: AWS's own resolver knows the endpoints.
enum Asks {
    Amazon,
    Others,
}

/// A way that ends before it gets there.
enum Stop {
    Broken(Text),
    Unknown(Text),
}

impl From<&AwsFault> for Stop {
    fn from(fault: &AwsFault) -> Self {
        Self::Unknown(say("reach-unseen", &[("words", &fault.text().text)]))
    }
}

/// The ways to a service: one for each of the names that it goes by, which may lead to endpoints; the one to a registry
/// goes by none that an endpoint could take over.
pub(crate) fn ways_to(
    vpc: &VpcFacts,
    speaker: &Speaker<'_>,
    service: Service,
) -> Vec<(Option<&'static str>, Way)> {
    let names = service.endpoints();
    if names.is_empty() {
        return vec![(None, one_way(vpc, speaker, None))];
    }
    names.iter().map(|name| (Some(*name), one_way(vpc, speaker, Some(name)))).collect()
}

fn one_way(vpc: &VpcFacts, speaker: &Speaker<'_>, end: Option<&str>) -> Way {
    let mut path = Path { vpc, speaker, hops: vec![] };
    path.meets(HopKind::Subnet, speaker.subnet);
    let reach = match path.walk(end) {
        Ok(()) => Reach::Reaches,
        Err(Stop::Broken(why)) => Reach::Broken { why },
        Err(Stop::Unknown(why)) => Reach::CannotTell { why },
    };
    Way { hops: path.hops, reach }
}

#[derive(Clone)]
struct Path<'p> {
    vpc: &'p VpcFacts,
    speaker: &'p Speaker<'p>,
    hops: Vec<Hop>,
}

impl<'p> Path<'p> {
    fn meets(&mut self, kind: HopKind, id: &str) {
        self.hops.push(Hop { kind, id: id.to_owned() });
    }

    fn walk(&mut self, end: Option<&str>) -> Result<(), Stop> {
        let asks = self.asks()?;
        let Some(end) = end else { return self.by_default_route() };
        let mut endpoints = self.vpc.endpoints.as_ref()?.iter();
        // Resolvers of somebody's own may ask through an inbound endpoint; who asks Amazon's does not.
        let named_here = |one: &Endpoint| match one.private_name {
            PrivateName::Nobody => false,
            PrivateName::InboundResolvers => matches!(asks, Asks::Others),
            PrivateName::Everybody => true,
        };
        let takes_the_name =
            |one: &&Endpoint| !one.gateway && named_here(one) && one.service == end && one.is_coming();
        match (endpoints.find(takes_the_name), asks) {
            (Some(endpoint), Asks::Others) => self.perhaps_by_interface(endpoint, end),
            (Some(endpoint), Asks::Amazon) if *self.vpc.dns_hostnames.as_ref()? => {
                self.by_interface(endpoint)
            }
            _ => self.by_addresses(end),
        }
    }

    /// To the addresses that the service has for everybody.
    fn by_addresses(&mut self, end: &str) -> Result<(), Stop> {
        if let Some((route, endpoint)) = self.gateway_route(end)? {
            return self.by_gateway_endpoint(route, endpoint);
        }
        let before = self.hops.len();
        match self.by_default_route() {
            Err(Stop::Broken(why)) => self.instead(end, why, before),
            ended => ended,
        }
    }

    /// Whom it asks for names. Without a resolver no name of a service is found.
    fn asks(&mut self) -> Result<Asks, Stop> {
        if !self.vpc.resolvers.as_ref()?.is_empty() {
            return Ok(Asks::Others);
        }
        if *self.vpc.dns_support.as_ref()? {
            return Ok(Asks::Amazon);
        }
        self.meets(HopKind::Resolver, &self.vpc.id);
        Err(Stop::Broken(say("reach-no-dns", &[("vpc", &self.vpc.id)])))
    }

    fn by_default_route(&mut self) -> Result<(), Stop> {
        self.out_of_own_groups(Peer::Internet)?;
        self.out_of_own_acl(Peer::Internet, EVERYWHERE)?;
        let aside = self.clone();
        let ended = self.default_route(self.speaker.subnet).and_then(|route| self.through(route));
        aside.or_aside(self, ended)
    }

    fn through(&mut self, route: &Route) -> Result<(), Stop> {
        let target = route.target.as_str();
        if target.starts_with("igw-") {
            self.meets(HopKind::InternetGateway, target);
            let subnet = self.speaker.subnet;
            let passing =
                self.vpc.public_access.as_ref().map(|access| access.of_addresses(&self.vpc.id, subnet));
            // Without an address it ends here whatever is blocked, also where that could not be asked.
            if self.speaker.public || matches!(passing, Ok(Passing::Nothing)) {
                return self.past_the_block(passing?, target);
            }
            let params = [("subnet", subnet), ("gateway", target)];
            return Err(Stop::Broken(if self.speaker.job {
                say("reach-job-unaddressed", &params)
            } else {
                say("reach-host-unaddressed", &params)
            }));
        }
        if target.starts_with("nat-") {
            return self.by_nat(target);
        }
        self.meets(HopKind::Elsewhere, target);
        Err(Stop::Unknown(say("reach-elsewhere", &[("target", target)])))
    }

    fn by_nat(&mut self, id: &str) -> Result<(), Stop> {
        self.meets(HopKind::NatGateway, id);
        let named = ("nat", id);
        let nats = self.vpc.nats.as_ref()?;
        // One of another VPC is not listed with this one's.
        let Some(nat) = nats.iter().find(|nat| nat.id == id) else {
            if let Some(owner) = &self.vpc.shared_by {
                let params = [named, ("subnet", self.speaker.subnet), ("owner", owner)];
                return Err(Stop::Unknown(say("reach-shared-nat", &params)));
            }
            return Err(Stop::Unknown(say("reach-elsewhere", &[("target", id)])));
        };
        // It is on its way, and works in minutes or fails (Amazon VPC User Guide, "NAT gateway basics").
        if nat.state == "pending" {
            return Err(Stop::Unknown(say("reach-nat-pending", &[named])));
        }
        if !nat.works() {
            let why = nat.failure.clone().unwrap_or_default();
            let params = [named, ("state", nat.state.as_str()), ("words", &why)];
            return Err(Stop::Broken(say("reach-nat-state", &params)));
        }
        // A regional one is in no subnet: AWS keeps its way out.
        let Some(subnet) = &nat.subnet else { return self.past_the_block_by(nat, id) };
        if *subnet != self.speaker.subnet
            && let Some(acl) = self.acl(subnet)?
        {
            let own = self.vpc.subnet(self.speaker.subnet).and_then(|subnet| subnet.cidr);
            let own: Vec<_> = own.into_iter().collect();
            let peer = Peer::Inside { blocks: &own, groups: &[] };
            if let Some(stop) = into_acl(acl, peer) {
                return Err(self.stopped_by(acl, subnet, stop, self.speaker.subnet));
            }
            if let Some(stop) = nat_through_acl(acl) {
                return Err(self.stopped_by(acl, subnet, stop, EVERYWHERE));
            }
        }
        self.out_of_nat(nat, subnet)
    }

    /// A NAT gateway is in a subnet itself, and needs a way out of that one.
    fn out_of_nat(&mut self, nat: &Nat, subnet: &str) -> Result<(), Stop> {
        let before = self.hops.len();
        let route = self.default_route(subnet)?;
        let params = [("nat", nat.id.as_str()), ("subnet", subnet), ("target", route.target.as_str())];
        if !route.target.starts_with("igw-") {
            if nat.public && route.target.starts_with("nat-") {
                // It is the gateway that stands in the wrong place, whatever its table says.
                self.hops.truncate(before);
                return Err(Stop::Broken(say("reach-nat-private-subnet", &params)));
            }
            self.meets(HopKind::Elsewhere, &route.target);
            return Err(Stop::Unknown(say("reach-elsewhere", &[("target", &route.target)])));
        }
        if !nat.public {
            self.hops.truncate(before);
            return Err(Stop::Broken(say("reach-nat-private", &params)));
        }
        self.no_aside_of_nat(subnet)?;
        self.meets(HopKind::InternetGateway, &route.target);
        self.past_the_block_by(nat, &route.target)
    }

    /// The route of a subnet to the internet, where it leads to something that is there.
    fn default_route(&mut self, subnet: &str) -> Result<&'p Route, Stop> {
        let table = self.vpc.table_of(subnet)?;
        let Some(table) = table else {
            return Err(Stop::Broken(say("reach-no-table", &[("subnet", subnet)])));
        };
        self.meets(HopKind::RouteTable, &table.id);
        let params = [("subnet", subnet), ("table", table.id.as_str())];
        let Some(route) = table.default_route() else {
            return Err(Stop::Broken(say("reach-no-route", &params)));
        };
        if route.active {
            return Ok(route);
        }
        let [subnet, table] = params;
        Err(Stop::Broken(say("reach-blackhole", &[subnet, table, ("target", &route.target)])))
    }

    fn out_of_own_groups(&mut self, peer: Peer<'_>) -> Result<(), Stop> {
        let Some(first) = self.speaker.groups.first() else { return Ok(()) };
        let groups = self.groups(self.speaker.groups)?;
        let names = self.speaker.groups.join(", ");
        let params = [("groups", names.as_str())];
        match out_of_groups(groups.into_iter(), peer) {
            Passing::Whole => Ok(()),
            passing => {
                self.meets(HopKind::SecurityGroup, first);
                Err(match passing {
                    Passing::Nothing => Stop::Broken(say("reach-group-shut", &params)),
                    _ => Stop::Unknown(say("reach-group-half", &params)),
                })
            }
        }
    }

    fn out_of_own_acl(&mut self, peer: Peer<'_>, peers: &str) -> Result<(), Stop> {
        let subnet = self.speaker.subnet;
        match self.acl(subnet)? {
            Some(acl) => match out_of_acl(acl, peer) {
                Some(stop) => Err(self.stopped_by(acl, subnet, stop, peers)),
                None => Ok(()),
            },
            None => Ok(()),
        }
    }

    /// By the ACL of a subnet; the peers are other subnets, or everywhere.
    fn stopped_by(&mut self, acl: &Acl, subnet: &str, stop: AclStop, peers: &str) -> Stop {
        self.meets(HopKind::NetworkAcl, &acl.id);
        let params = [("acl", acl.id.as_str()), ("subnet", subnet), ("peers", peers)];
        if stop.passing == Passing::Nothing {
            return Stop::Broken(match stop.leg {
                Leg::HttpsOut => say("reach-acl-out", &params),
                Leg::AnswersIn => say("reach-acl-in", &params),
                Leg::HttpsIn => say("reach-acl-https-in", &params),
                Leg::AnswersOut => say("reach-acl-answers-out", &params),
            });
        }
        Stop::Unknown(match stop.leg {
            Leg::HttpsOut => say("reach-acl-out-half", &params),
            Leg::AnswersIn => say("reach-acl-half", &params),
            Leg::HttpsIn => say("reach-acl-https-in-half", &params),
            Leg::AnswersOut => say("reach-acl-answers-out-half", &params),
        })
    }

    fn acl(&self, subnet: &str) -> Result<Option<&'p Acl>, Stop> {
        let acls = self.vpc.acls.as_ref()?;
        Ok(acls.iter().find(|acl| acl.subnets.iter().any(|id| id == subnet)))
    }

    fn groups(&self, ids: &[String]) -> Result<Vec<&'p Group>, Stop> {
        let groups = self.vpc.groups.as_ref()?;
        Ok(groups.iter().filter(|group| ids.contains(&group.id)).collect())
    }
}
