//! What the check says would mend a network, done step by step: then every way in it is open. What a step names is all
//! that is known here of the network.

use std::collections::BTreeSet;

use aws_sdk_ec2::{
    Client,
    types::{
        AttributeBooleanValue, IpPermission, IpRange, NewDhcpConfiguration, PortRange, RuleAction,
        VpcEndpointType,
    },
};
use slipway_core::{
    blueprint::{Blueprint, Network},
    check::{self, CheckItem, CheckReport, CheckVerdict, Cure, CureKind},
    words::Text,
};
use slipway_tests::seen;
use tokio::time::{Duration, sleep};

use super::{
    lab::Lab,
    situations::{Situation, all},
};
use crate::launch::IMAGE;

#[tokio::test(start_paused = true)]
async fn every_cure_mends_what_it_says_when_its_steps_are_done() {
    let (mut mended, mut kinds, mut codes) = (0, BTreeSet::new(), BTreeSet::new());
    for situation in &all() {
        let (_, _, first) = broken(situation).await;
        let offered = cures(&first);
        let ends = first.items.iter().any(|item| item.id.starts_with("reach-") && is_curable(item));
        assert_eq!(ends, !offered.is_empty(), "{}: what is broken has cures, nothing else", situation.name);
        for at in 0..offered.len() {
            let (lab, mut blueprint, report) = broken(situation).await;
            let offered = cures(&report);
            let chosen = &offered[at];
            let what = format!("{}, mended by {:?}", situation.name, chosen.kind);
            // What stands in the way does so whichever way out there is, but for a block of the internet gateway.
            let stands = |cure: &&Cure| cure.steps.iter().any(|step| step.says.code != "cure-blocked-exempt");
            let first =
                offered.iter().filter(|one| one.kind == CureKind::PutRight && chosen.kind != one.kind);
            let first = first.filter(stands);
            let mut hands = Hands::new(&lab);
            for step in first.chain([chosen]).flat_map(|cure| &cure.steps) {
                codes.insert(step.says.code.clone());
                hands.carry_out(&step.says, &mut blueprint, &what).await;
            }
            sleep(Duration::from_mins(5)).await;
            let after = check::check(&lab.account.session, blueprint, |_| ()).await.unwrap();
            let left = after.items.iter().filter(|item| item.id.starts_with("reach-"));
            let left = left.filter(|item| item.verdict != CheckVerdict::Ready);
            let left: Vec<_> = left.map(|item| (&item.id, &item.finding.text)).collect();
            let waits = chosen.kind == CureKind::PutRight && offered.len() > 1 && stands(&chosen);
            assert!(waits || left.is_empty(), "{what}: {left:?}\n{:#?}", texts(&offered));
            assert!(chosen.cost.usd >= 0.0 && chosen.cost.note.is_some(), "{what}");
            kinds.insert(chosen.kind);
            mended += 1;
        }
    }
    assert_eq!(kinds.len(), 4, "{kinds:?}");
    assert!(codes.len() >= 16, "steps that were carried out: {codes:?}");
    assert!(mended >= 60, "{mended} cures");
    seen::all("kinds of cures that mend a network when their steps are done", kinds.len(), 4);
}

/// Broken, or let through in part.
fn is_curable(item: &CheckItem) -> bool {
    let code = item.finding.code.as_str();
    item.verdict == CheckVerdict::Wrong || code.ends_with("-half") || code == "reach-blocked-perhaps"
}

pub(super) fn cures(report: &CheckReport) -> Vec<Cure> {
    report.network.as_ref().map(|network| network.cures.clone()).unwrap_or_default()
}

fn texts(cures: &[Cure]) -> Vec<(CureKind, Vec<&str>)> {
    cures
        .iter()
        .map(|cure| (cure.kind, cure.steps.iter().map(|step| step.says.text.as_str()).collect()))
        .collect()
}

pub(super) async fn broken(situation: &Situation) -> (Lab, Blueprint, CheckReport) {
    let lab = Lab::new().await;
    for what in situation.done {
        lab.apply(*what).await;
    }
    let blueprint = lab.blueprint(situation.runs);
    let report = check::check(&lab.account.session, blueprint.clone(), |_| ()).await.unwrap();
    (lab, blueprint, report)
}

/// Somebody who does what is written.
struct Hands<'l> {
    ec2: &'l Client,
    /// What was made last, for steps that speak of it.
    gateway: Option<String>,
    nat: Option<String>,
}

impl<'l> Hands<'l> {
    fn new(lab: &'l Lab) -> Self {
        Self { ec2: &lab.account.session.aws.once.ec2, gateway: None, nat: None }
    }

    async fn carry_out(&mut self, step: &Text, blueprint: &mut Blueprint, what: &str) {
        let ec2 = self.ec2;
        let of = |name: &str| step.params[name].clone();
        let each = |name: &str| of(name).split(", ").map(str::to_owned).collect::<Vec<_>>();
        let on = || AttributeBooleanValue::builder().value(true).build();
        match step.code.as_str() {
            "cure-gateway-make" => {
                let made = ec2.create_internet_gateway().send().await.unwrap().internet_gateway.unwrap();
                let id = made.internet_gateway_id.unwrap();
                let attach = ec2.attach_internet_gateway().internet_gateway_id(&id).vpc_id(of("vpc"));
                attach.send().await.unwrap();
                self.gateway = Some(id);
            }
            "cure-gateway-attach" => {
                let attach = ec2.attach_internet_gateway().internet_gateway_id(of("gateway"));
                attach.vpc_id(of("vpc")).send().await.unwrap();
            }
            "cure-route-add" => self.route(&of("table"), &of("target"), false).await,
            "cure-route-point" | "cure-route-point-live" | "cure-route-point-private" => {
                self.route(&of("table"), &of("target"), true).await;
            }
            "cure-table-shared" => {}
            "cure-auto-assign" => {
                for subnet in each("subnets") {
                    let modify = ec2.modify_subnet_attribute().subnet_id(subnet);
                    modify.map_public_ip_on_launch(on()).send().await.unwrap();
                }
            }
            "cure-job-address" => blueprint.job_definitions[0].assign_public_ip = true,
            "cure-image-to-ecr" => blueprint.job_definitions[0].image = IMAGE.into(),
            "cure-nat-make" => self.make_nat(&of("subnet")).await,
            "cure-nat-make-apart" => {
                let made = ec2.create_subnet().vpc_id(of("vpc")).cidr_block("10.0.9.0/24");
                let subnet = made.send().await.unwrap().subnet.unwrap().subnet_id.unwrap();
                let table = ec2.create_route_table().vpc_id(of("vpc")).send().await.unwrap();
                let table = table.route_table.unwrap().route_table_id.unwrap();
                let tie = ec2.associate_route_table().route_table_id(&table).subnet_id(&subnet);
                tie.send().await.unwrap();
                self.route(&table, &of("gateway"), false).await;
                self.make_nat(&subnet).await;
            }
            "cure-endpoint-named" => {
                let modify = ec2.modify_vpc_endpoint().vpc_endpoint_id(of("endpoint"));
                modify.private_dns_enabled(true).send().await.unwrap();
            }
            "cure-endpoint-nowhere" => {
                let Network::ExistingVpc { subnets, .. } = &blueprint.network else { panic!("{what}") };
                let modify = ec2.modify_vpc_endpoint().vpc_endpoint_id(of("endpoint"));
                modify.set_add_subnet_ids(Some(subnets.clone())).send().await.unwrap();
            }
            "cure-endpoints-make" => {
                self.make_endpoints(&each("services"), &each("subnets"), &each("cidr")).await;
            }
            "cure-endpoint-route" => {
                let endpoint = ec2.create_vpc_endpoint().vpc_id(self.vpc(&each("tables")[0]).await);
                let endpoint = endpoint.service_name(of("service"));
                endpoint.set_route_table_ids(Some(each("tables"))).send().await.unwrap();
            }
            "cure-endpoint-tables" => {
                let modify = ec2.modify_vpc_endpoint().vpc_endpoint_id(of("endpoint"));
                modify.set_add_route_table_ids(Some(each("tables"))).send().await.unwrap();
            }
            "cure-endpoint-refuses" => {
                let endpoint = of("endpoint");
                let found = ec2.describe_vpc_endpoints().vpc_endpoint_ids(&endpoint).send().await.unwrap();
                let policy = found.vpc_endpoints()[0].policy_document().unwrap();
                let mut policy: serde_json::Value = serde_json::from_str(policy).unwrap();
                let added = serde_json::json!({
                    "Effect": "Allow", "Principal": "*", "Action": each("actions"), "Resource": "*",
                });
                policy["Statement"].as_array_mut().unwrap().push(added);
                let modify = ec2.modify_vpc_endpoint().vpc_endpoint_id(endpoint);
                modify.policy_document(policy.to_string()).send().await.unwrap();
            }
            "cure-blocked-exempt" => {
                let exempt = ec2.create_vpc_block_public_access_exclusion().vpc_id(of("vpc"));
                let exempt = exempt.internet_gateway_exclusion_mode(of("mode").as_str().into());
                exempt.send().await.unwrap();
            }
            "cure-dns-support" => {
                let modify = ec2.modify_vpc_attribute().vpc_id(of("vpc")).enable_dns_support(on());
                modify.send().await.unwrap();
            }
            "cure-dns-hostnames" => {
                let modify = ec2.modify_vpc_attribute().vpc_id(of("vpc")).enable_dns_hostnames(on());
                modify.send().await.unwrap();
            }
            "cure-resolvers" => {
                let servers = NewDhcpConfiguration::builder().key("domain-name-servers");
                let servers = servers.values("AmazonProvidedDNS").build();
                let made = ec2.create_dhcp_options().dhcp_configurations(servers).send().await.unwrap();
                let id = made.dhcp_options.unwrap().dhcp_options_id.unwrap();
                ec2.associate_dhcp_options().vpc_id(of("vpc")).dhcp_options_id(id).send().await.unwrap();
            }
            "cure-endpoint-shut" => {
                let open = ec2.authorize_security_group_ingress().group_id(&each("groups")[0]);
                open.ip_permissions(https(&each("cidr"))).send().await.unwrap();
            }
            "cure-group-shut" => {
                let open = ec2.authorize_security_group_egress().group_id(&each("groups")[0]);
                open.ip_permissions(https(&["0.0.0.0/0".to_owned()])).send().await.unwrap();
            }
            // `TCP 443 in from 10.0.0.0/16`.
            "cure-acl" => {
                for (number, entry) in (50..).zip(of("entries").split("; ")) {
                    let words: Vec<&str> = entry.split(' ').collect();
                    let ["TCP", ports, way, _, block] = words[..] else { panic!("{what}: {entry}") };
                    let (from, to) = ports.split_once('–').unwrap_or((ports, ports));
                    let ports = PortRange::builder().from(from.parse().unwrap()).to(to.parse().unwrap());
                    let entry = ec2.create_network_acl_entry().network_acl_id(of("acl")).rule_number(number);
                    let entry = entry.egress(way == "out").rule_action(RuleAction::Allow).protocol("6");
                    entry.cidr_block(block).port_range(ports.build()).send().await.unwrap();
                }
            }
            unknown => panic!("{what}: nobody knows how to do {unknown}: {step}"),
        }
    }

    async fn route(&self, table: &str, target: &str, instead: bool) {
        let named = |made: &Option<String>| made.clone().expect("a step speaks of what one before it made");
        let target = match target {
            "the new internet gateway" => named(&self.gateway),
            "the new NAT gateway" => named(&self.nat),
            id => id.to_owned(),
        };
        let everywhere = "0.0.0.0/0";
        let (gateway, nat) =
            if target.starts_with("igw-") { (Some(target), None) } else { (None, Some(target)) };
        if instead {
            let replace = self.ec2.replace_route().route_table_id(table).destination_cidr_block(everywhere);
            replace.set_gateway_id(gateway).set_nat_gateway_id(nat).send().await.unwrap();
        } else {
            let create = self.ec2.create_route().route_table_id(table).destination_cidr_block(everywhere);
            create.set_gateway_id(gateway).set_nat_gateway_id(nat).send().await.unwrap();
        }
    }

    async fn make_nat(&mut self, subnet: &str) {
        let address = self.ec2.allocate_address().send().await.unwrap().allocation_id.unwrap();
        let nat = self.ec2.create_nat_gateway().subnet_id(subnet).allocation_id(address);
        self.nat = nat.send().await.unwrap().nat_gateway.unwrap().nat_gateway_id;
        sleep(Duration::from_mins(3)).await;
    }

    async fn make_endpoints(&self, services: &[String], subnets: &[String], blocks: &[String]) {
        let all = self.ec2.describe_subnets().subnet_ids(&subnets[0]).send().await.unwrap();
        let vpc = all.subnets()[0].vpc_id().unwrap().to_owned();
        let group = self.ec2.create_security_group().group_name("cure").description("x").vpc_id(&vpc);
        let group = group.send().await.unwrap().group_id.unwrap();
        let open = self.ec2.authorize_security_group_ingress().group_id(&group);
        open.ip_permissions(https(blocks)).send().await.unwrap();
        for service in services {
            let endpoint = self.ec2.create_vpc_endpoint().vpc_id(&vpc).service_name(service);
            let endpoint = endpoint.vpc_endpoint_type(VpcEndpointType::Interface).private_dns_enabled(true);
            let endpoint = endpoint.set_subnet_ids(Some(subnets.to_vec())).security_group_ids(&group);
            endpoint.send().await.unwrap();
        }
    }

    async fn vpc(&self, table: &str) -> String {
        let found = self.ec2.describe_route_tables().route_table_ids(table).send().await.unwrap();
        found.route_tables()[0].vpc_id().unwrap().to_owned()
    }
}

fn https(blocks: &[String]) -> IpPermission {
    let ranges = blocks.iter().map(|block| IpRange::builder().cidr_ip(block).build()).collect();
    let https = IpPermission::builder().ip_protocol("tcp").from_port(443).to_port(443);
    https.set_ip_ranges(Some(ranges)).build()
}
