//! The way out to the internet: through an internet gateway with public addresses, or through a NAT gateway.

use super::{By, Cure, CureKind, CureStep, Lost, joined};
use crate::{
    blueprint::Amendment,
    cost,
    mend::What,
    network::{Nat, Route, Table, VpcFacts},
    words::say,
};

impl<'l> Lost<'l> {
    pub(super) fn public_ips(&self) -> Cure {
        let (mut steps, gateway) = self.gateway();
        steps.extend(self.routes_to(&gateway, self.tables().into_values()));
        if self.hosts {
            let silent = self.drawn().filter(|subnet| !subnet.gives_public_ips);
            let silent: Vec<_> = silent.map(|subnet| subnet.id.clone()).collect();
            if !silent.is_empty() {
                let says = say("cure-auto-assign", &[("subnets", &silent.join(", "))]);
                let each = silent.into_iter().map(|subnet| What::AutoAssign { subnet });
                steps.push(CureStep::changes(self.facts, says, each));
            }
        }
        if !self.unaddressed.is_empty() {
            let says = say("cure-job-address", &[("jobs", &joined(self.unaddressed.iter().copied()))]);
            let jobs = self.unaddressed.iter().map(|job| (*job).to_owned()).collect();
            steps.push(CureStep {
                says,
                by: By::Blueprint { amendment: Amendment::JobAddresses { jobs } },
                commands: vec![],
            });
        }
        self.cure(CureKind::PublicIps, steps, cost::way_out::public_addresses())
    }

    /// None for a subnet in which a NAT gateway stands that others lead through: that one cannot be behind it.
    pub(super) fn nat_gateway(&self) -> Option<Cure> {
        let holds_one = |nat: &Nat| nat.subnet.as_deref().is_some_and(|id| self.subnets.contains(id));
        if self.nats_that_lead_out().any(holds_one) {
            return None;
        }
        let tables = self.tables();
        let nats = || self.facts.nats.iter().flatten().filter(|nat| nat.works() && nat.public);
        let leads_out =
            |nat: &&Nat| nat.subnet.as_ref().is_none_or(|subnet| self.leads_out(subnet).is_some());
        if let Some(nat) = nats().find(leads_out) {
            let steps = self.behind(&nat.id);
            return Some(self.cure(CureKind::NatGateway, steps, cost::way_out::nat_gateway_there()));
        }
        let (mut steps, gateway) = self.gateway();
        // One that could work, where its own subnet led out.
        let stranded = nats().find_map(|nat| {
            let table = self.facts.table_of(nat.subnet.as_ref()?).ok().flatten()?;
            (!tables.contains_key(table.id.as_str())).then_some((nat, table))
        });
        if let Some((nat, table)) = stranded {
            steps.extend(route(self.facts, table, &gateway));
            steps.extend(self.behind(&nat.id));
            return Some(self.cure(CureKind::NatGateway, steps, cost::way_out::nat_gateway_there()));
        }
        let apart = |id: &str| {
            let table = self.facts.table_of(id).ok().flatten();
            table.is_some_and(|table| !tables.contains_key(table.id.as_str()))
        };
        let mut all = self.facts.subnets.iter().flatten();
        let public = all.find(|one| self.leads_out(&one.id).is_some() && apart(&one.id));
        steps.push(CureStep::person(if let Some(subnet) = public {
            say("cure-nat-make", &[("subnet", &subnet.id)])
        } else {
            say("cure-nat-make-apart", &[("vpc", &self.facts.id), ("gateway", &gateway)])
        }));
        steps.extend(self.behind(&say("cure-new-nat", &[]).text));
        let zones = self.one_in_each_zone().len();
        Some(self.cure(CureKind::NatGateway, steps, cost::way_out::nat_gateway(zones)))
    }

    /// The VPC's internet gateway, and what there is to do where it has none.
    fn gateway(&self) -> (Vec<CureStep>, String) {
        let vpc = ("vpc", self.facts.id.as_str());
        let mut routes = self.facts.tables.iter().flatten().flat_map(|table| &table.routes);
        let to_gateway = |route: &&Route| route.target.starts_with("igw-");
        match &self.facts.gateways {
            Ok(gateways) => match (gateways.first(), routes.find(to_gateway)) {
                (Some(gateway), _) => (vec![], gateway.clone()),
                // What a route names still and the VPC has no longer was taken off.
                (None, Some(route)) => {
                    let says = say("cure-gateway-attach", &[vpc, ("gateway", &route.target)]);
                    let attach = What::Gateway { gateway: route.target.clone() };
                    (vec![CureStep::changes(self.facts, says, [attach])], route.target.clone())
                }
                (None, None) => {
                    let step = CureStep::person(say("cure-gateway-make", &[vpc]));
                    (vec![step], say("cure-new-gateway", &[]).text)
                }
            },
            Err(_) => routes.find(|route| route.active && to_gateway(route)).map_or_else(
                || {
                    let step = CureStep::person(say("cure-gateway-unseen", &[vpc]));
                    (vec![step], say("cure-its-gateway", &[]).text)
                },
                |route| (vec![], route.target.clone()),
            ),
        }
    }

    /// The public NAT gateways that are there or on their way, in a subnet that leads out.
    fn nats_that_lead_out(&self) -> impl Iterator<Item = &'l Nat> {
        let nats = self.facts.nats.iter().flatten();
        nats.filter(|nat| {
            let stands = nat.public && (nat.works() || nat.state == "pending");
            stands && nat.subnet.as_ref().is_some_and(|subnet| self.leads_out(subnet).is_some())
        })
    }

    /// What sends the subnets' traffic to a NAT gateway. A table that the subnet of one follows has to lead to the internet
    /// gateway still, or all that is behind that one is cut off (Amazon VPC User Guide, "NAT gateway use cases").
    fn behind(&self, target: &str) -> Vec<CureStep> {
        let of_nat = |table: &Table| {
            let follows = |nat: &Nat| {
                let own = nat.subnet.as_ref().and_then(|id| self.facts.table_of(id).ok().flatten());
                own.is_some_and(|own| own.id == table.id)
            };
            self.nats_that_lead_out().find(|nat| follows(nat))
        };
        let (kept, led): (Vec<_>, Vec<_>) =
            self.tables().into_values().partition(|table| of_nat(table).is_some());
        let mut steps = self.routes_to(target, led);
        steps.extend(kept.into_iter().filter_map(|table| {
            let follows =
                |id: &&str| self.facts.table_of(id).ok().flatten().is_some_and(|own| own.id == table.id);
            let params = [
                ("table", table.id.as_str()),
                ("subnets", &joined(self.subnets.iter().copied().filter(follows))),
                ("target", target),
                ("nat", &of_nat(table)?.id),
            ];
            Some(CureStep::person(say("cure-table-apart", &params)))
        }));
        steps
    }

    /// What sends the subnets' traffic there.
    fn routes_to(&self, target: &str, tables: impl IntoIterator<Item = &'l Table>) -> Vec<CureStep> {
        let mut steps = vec![];
        for table in tables {
            let route = route(self.facts, table, target);
            let others = self.others(table);
            let changes = route.is_some();
            steps.extend(route);
            if changes && !others.is_empty() {
                let params = [("table", table.id.as_str()), ("subnets", &joined(others))];
                steps.push(CureStep::nobody(say("cure-table-shared", &params)));
            }
        }
        let without = self.subnets.iter().filter(|id| matches!(self.facts.table_of(id), Ok(None)));
        let without = joined(without.copied());
        if !without.is_empty() {
            let params = [("subnets", without.as_str()), ("target", target)];
            steps.push(CureStep::person(say("cure-table-none", &params)));
        }
        steps
    }

    /// The subnets that follow a table too and are none of those that it is changed for.
    fn others(&self, table: &Table) -> Vec<&str> {
        let all = self.facts.subnets.iter().flatten().map(|subnet| subnet.id.as_str());
        let follows = |id: &&str| {
            let own = self.facts.table_of(id).ok().flatten();
            own.is_some_and(|own| own.id == table.id) && !self.subnets.contains(*id)
        };
        all.filter(follows).collect()
    }
}

/// What makes a table send what is for the internet there. To what is yet to be made only a person can.
fn route(facts: &VpcFacts, table: &Table, target: &str) -> Option<CureStep> {
    let params = [("table", table.id.as_str()), ("target", target)];
    let [table_is, target_is] = params;
    let says = match table.default_route() {
        None => say("cure-route-add", &params),
        // Back where it was, the route leads there again.
        Some(route) if route.target == target => return None,
        // Two routes at once are left to a person.
        Some(route) if route.is_half() => {
            let params = [table_is, target_is, ("now", route.target.as_str())];
            return Some(CureStep::person(say("cure-route-point-halves", &params)));
        }
        // What it carries now it would carry no longer: no click does that.
        Some(route) if carries(facts, route) => {
            let subnets = facts.subnets.iter().flatten().map(|subnet| subnet.id.as_str());
            let follows = |id: &&str| facts.table_of(id).ok().flatten().is_some_and(|own| own.id == table.id);
            let subnets = joined(subnets.filter(follows));
            let params = [table_is, target_is, ("now", route.target.as_str()), ("subnets", &subnets)];
            return Some(CureStep::person(if route.target.starts_with("nat-") {
                say("cure-route-point-private", &params)
            } else {
                say("cure-route-point-live", &params)
            }));
        }
        Some(route) => say("cure-route-point", &[table_is, target_is, ("now", &route.target)]),
    };
    let there = target.starts_with("igw-") || target.starts_with("nat-");
    let point = What::Route { table: table.id.clone(), target: target.to_owned() };
    Some(CureStep::changes(facts, says, there.then_some(point)))
}

/// Whether something may be using a default route: it leads to an internet gateway, for whatever has a public address, or
/// to a private NAT gateway, through which other networks are reached.
fn carries(facts: &VpcFacts, route: &Route) -> bool {
    let private = |nat: &Nat| nat.id == route.target && nat.works() && !nat.public;
    route.active && (route.target.starts_with("igw-") || facts.nats.iter().flatten().any(private))
}
