//! Endpoints: those that are missing, and what keeps those that are there from being found. None leads to a registry on
//! the internet: there the image has to move.

use std::collections::BTreeSet;

use super::{Cure, CureKind, CureStep, Lost, joined, texts};
use crate::{
    blueprint::{Service, by_route},
    cost,
    mend::What,
    network::{Endpoint, PrivateName},
    words::say,
};

impl Lost<'_> {
    pub(super) fn endpoints(&self) -> Cure {
        let mut steps = vec![];
        let mut names = self.names.clone();
        if self.services.contains(&Service::Registry) {
            let jobs = joined(self.from_registries.iter().copied());
            steps.push(CureStep::person(say("cure-image-to-ecr", &[("jobs", &jobs)])));
            names.extend([Service::Ecr, Service::S3].iter().flat_map(|service| service.endpoints()));
        }
        let (routed, faced): (BTreeSet<_>, BTreeSet<_>) = names.into_iter().partition(|name| by_route(name));
        let there = |name: &str| self.interfaces(name).next();
        let unnamed =
            faced.iter().filter_map(|name| there(name)).filter(|one| one.private_name == PrivateName::Nobody);
        let missing: Vec<&str> = faced.iter().copied().filter(|name| there(name).is_none()).collect();
        if !faced.is_empty() {
            steps.extend(self.names_are_asked_for_here());
        }
        steps.extend(unnamed.map(|one| {
            let says =
                say("cure-endpoint-named", &[("endpoint", &one.id), ("service", &self.full(&one.service))]);
            CureStep::changes(self.facts, says, [What::PrivateDns { endpoint: one.id.clone() }])
        }));
        let zones = self.one_in_each_zone();
        if !missing.is_empty() {
            let services = missing.iter().map(|name| self.full(name)).collect::<Vec<_>>().join(", ");
            let subnets = joined(zones.values().copied());
            // They take their services' names over for the whole VPC.
            let all = texts(self.facts.blocks.iter().copied()).join(", ");
            let params =
                [("services", services.as_str()), ("subnets", subnets.as_str()), ("cidr", all.as_str())];
            steps.push(CureStep::person(say("cure-endpoints-make", &params)));
        }
        steps.extend(routed.into_iter().filter_map(|name| self.by_route(name)));
        self.cure(CureKind::Endpoints, steps, cost::way_out::interface_endpoints(missing.len(), zones.len()))
    }

    /// `com.amazonaws.us-east-1.ecr.api`.
    fn full(&self, name: &str) -> String {
        format!("com.amazonaws.{}.{name}", self.region)
    }

    /// Those of a service that are there or on their way.
    fn interfaces(&self, name: &str) -> impl Iterator<Item = &Endpoint> {
        let endpoints = self.facts.endpoints.iter().flatten();
        endpoints.filter(move |one| one.service == name && !one.gateway && one.is_coming())
    }

    /// What keeps private names from being found at all.
    fn names_are_asked_for_here(&self) -> Vec<CureStep> {
        let vpc = ("vpc", self.facts.id.as_str());
        let mut steps = vec![];
        if matches!(self.facts.dns_hostnames, Ok(false)) {
            steps.push(CureStep::changes(
                self.facts,
                say("cure-dns-hostnames", &[vpc]),
                [What::DnsHostnames],
            ));
        }
        if let Ok(resolvers) = &self.facts.resolvers
            && !resolvers.is_empty()
        {
            // Who has chosen other resolvers has names of his own there, which would go.
            let resolvers = resolvers.join(", ");
            steps.push(CureStep::person(say("cure-resolvers", &[vpc, ("resolvers", &resolvers)])));
        }
        steps
    }

    /// An endpoint that a route leads to, for the tables that have no such route.
    fn by_route(&self, name: &str) -> Option<CureStep> {
        let endpoints = self.facts.endpoints.iter().flatten();
        let of_service: Vec<_> = endpoints.filter(|one| one.service == name && one.gateway).collect();
        let leads = |table: &str| {
            of_service.iter().any(|one| one.state == "available" && one.tables.iter().any(|id| id == table))
        };
        let lacking: Vec<_> = self.tables().into_keys().filter(|table| !leads(table)).collect();
        let tables = joined(lacking.iter().copied());
        if tables.is_empty() {
            return None;
        }
        let Some(one) = of_service.iter().find(|one| one.state == "available") else {
            let service = self.full(name);
            let params = [("service", service.as_str()), ("tables", &tables)];
            return Some(CureStep::person(say("cure-endpoint-route", &params)));
        };
        let says = say("cure-endpoint-tables", &[("endpoint", &one.id), ("tables", &tables)]);
        let table = |table: &str| What::EndpointTable { endpoint: one.id.clone(), table: table.to_owned() };
        Some(CureStep::changes(self.facts, says, lacking.into_iter().map(table)))
    }
}
