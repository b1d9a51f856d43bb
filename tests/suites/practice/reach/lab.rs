//! An account with a VPC in which somebody does things.

use aws_sdk_ec2::{
    Client,
    types::{
        AttributeBooleanValue, ConnectivityType, Filter, IpPermission, IpRange, PortRange, RuleAction,
        VpcEndpointType,
    },
};
use slipway_core::blueprint::{Blueprint, Network, Preset};
use tokio::time::{Duration, sleep};

use super::situations::{Do, Runs};
use crate::{
    account::{Account, fresh},
    launch::{IMAGE, push_image},
};

/// A VPC with a public subnet and another one, which leads nowhere until somebody does something.
pub(super) struct Lab {
    pub(super) account: Account,
    vpc: String,
    gateway: String,
    public: String,
    private: String,
    table: String,
    public_table: String,
    association: String,
    group: String,
}

impl Lab {
    pub(super) async fn new() -> Self {
        let account = fresh(7).await;
        let ec2 = account.session.aws.once.ec2.clone();
        let vpc = ec2.create_vpc().cidr_block("10.0.0.0/16").send().await.unwrap().vpc.unwrap();
        let vpc = vpc.vpc_id.unwrap();
        let on = || AttributeBooleanValue::builder().value(true).build();
        ec2.modify_vpc_attribute().vpc_id(&vpc).enable_dns_hostnames(on()).send().await.unwrap();
        let gateway = ec2.create_internet_gateway().send().await.unwrap().internet_gateway.unwrap();
        let gateway = gateway.internet_gateway_id.unwrap();
        ec2.attach_internet_gateway().internet_gateway_id(&gateway).vpc_id(&vpc).send().await.unwrap();
        let (public, public_table, _) = subnet(&ec2, &vpc, "10.0.0.0/24", "us-east-1a").await;
        let (private, table, association) = subnet(&ec2, &vpc, "10.0.1.0/24", "us-east-1b").await;
        let out = ec2.create_route().route_table_id(&public_table).gateway_id(&gateway);
        out.destination_cidr_block("0.0.0.0/0").send().await.unwrap();
        let group = ec2.create_security_group().group_name("theirs").description("x").vpc_id(&vpc);
        let group = group.send().await.unwrap().group_id.unwrap();
        push_image(&account).await;
        Self { account, vpc, gateway, public, private, table, public_table, association, group }
    }

    fn ec2(&self) -> &Client {
        &self.account.session.aws.once.ec2
    }

    async fn route(&self, table: &str, gateway: Option<&str>, nat: Option<&str>, transit: Option<&str>) {
        let route = self.ec2().create_route().route_table_id(table).destination_cidr_block("0.0.0.0/0");
        let route =
            route.set_gateway_id(gateway.map(str::to_owned)).set_nat_gateway_id(nat.map(str::to_owned));
        route.set_transit_gateway_id(transit.map(str::to_owned)).send().await.unwrap();
    }

    async fn nat(&self, subnet: &str, public: bool) {
        let mut nat = self.ec2().create_nat_gateway().subnet_id(subnet);
        if public {
            let address = self.ec2().allocate_address().send().await.unwrap().allocation_id.unwrap();
            nat = nat.allocation_id(address);
        } else {
            nat = nat.connectivity_type(ConnectivityType::Private);
        }
        let nat = nat.send().await.unwrap().nat_gateway.unwrap().nat_gateway_id.unwrap();
        sleep(Duration::from_mins(3)).await;
        self.route(&self.table, None, Some(&nat), None).await;
    }

    async fn interface(&self, service: &str, shut: bool, named: bool, policy: Option<&str>) {
        let group = self.ec2().create_security_group().group_name(service).description("x").vpc_id(&self.vpc);
        let group = group.send().await.unwrap().group_id.unwrap();
        if !shut {
            let inside = IpRange::builder().cidr_ip("10.0.0.0/16").build();
            let https = IpPermission::builder().ip_protocol("tcp").from_port(443).to_port(443);
            let open = self.ec2().authorize_security_group_ingress().group_id(&group);
            open.ip_permissions(https.ip_ranges(inside).build()).send().await.unwrap();
        }
        let endpoint = self.ec2().create_vpc_endpoint().vpc_id(&self.vpc).subnet_ids(&self.private);
        let endpoint = endpoint.vpc_endpoint_type(VpcEndpointType::Interface).security_group_ids(group);
        let endpoint = endpoint.service_name(format!("com.amazonaws.us-east-1.{service}"));
        let endpoint = endpoint.set_policy_document(policy.map(str::to_owned)).private_dns_enabled(named);
        endpoint.send().await.unwrap();
    }

    async fn gateway_endpoint(&self, table: &str) {
        let endpoint = self.ec2().create_vpc_endpoint().vpc_id(&self.vpc).route_table_ids(table);
        endpoint.service_name("com.amazonaws.us-east-1.s3").send().await.unwrap();
    }

    async fn egress(&self, protocol: &str, port: Option<i32>, to: &str) {
        let to = IpRange::builder().cidr_ip(to).build();
        let rule = IpPermission::builder().ip_protocol(protocol).set_from_port(port).set_to_port(port);
        let out = self.ec2().authorize_security_group_egress().group_id(&self.group);
        out.ip_permissions(rule.ip_ranges(to).build()).send().await.unwrap();
    }

    async fn main_table(&self) -> String {
        let filter = |name: &str, value: &str| Filter::builder().name(name).values(value).build();
        let tables = self.ec2().describe_route_tables().filters(filter("vpc-id", &self.vpc));
        let tables = tables.filters(filter("association.main", "true")).send().await.unwrap();
        tables.route_tables()[0].route_table_id().unwrap().to_owned()
    }

    async fn acl(&self, rules: &[(bool, bool, i32, i32)]) {
        let made = self.ec2().create_network_acl().vpc_id(&self.vpc).send().await.unwrap();
        let acl = made.network_acl.unwrap().network_acl_id.unwrap();
        for (number, (egress, allow, from, to)) in (100..).zip(rules) {
            let entry = self.ec2().create_network_acl_entry().network_acl_id(&acl).rule_number(number);
            let action = if *allow { RuleAction::Allow } else { RuleAction::Deny };
            let entry = entry.egress(*egress).rule_action(action).protocol("6").cidr_block("0.0.0.0/0");
            let ports = PortRange::builder().from(*from).to(*to).build();
            entry.port_range(ports).send().await.unwrap();
        }
        let of_subnet = Filter::builder().name("association.subnet-id").values(&self.private).build();
        let now = self.ec2().describe_network_acls().filters(of_subnet).send().await.unwrap();
        let associations = now.network_acls()[0].associations().iter();
        let mut associations = associations.filter(|one| one.subnet_id() == Some(&self.private));
        let association = associations.next().unwrap().network_acl_association_id().unwrap();
        let replace = self.ec2().replace_network_acl_association().association_id(association);
        replace.network_acl_id(acl).send().await.unwrap();
    }

    pub(super) async fn apply(&self, what: Do) {
        let ec2 = self.ec2();
        let off = || AttributeBooleanValue::builder().value(false).build();
        match what {
            Do::RouteToGateway => self.route(&self.table, Some(&self.gateway), None, None).await,
            Do::DetachGateway => {
                let detach = ec2.detach_internet_gateway().internet_gateway_id(&self.gateway);
                detach.vpc_id(&self.vpc).send().await.unwrap();
            }
            Do::Nat => self.nat(&self.public, true).await,
            Do::NatInside => self.nat(&self.private, true).await,
            Do::NatPrivate => self.nat(&self.public, false).await,
            Do::NatGone => {
                let nats = ec2.describe_nat_gateways().send().await.unwrap();
                let id = nats.nat_gateways()[0].nat_gateway_id().unwrap();
                ec2.delete_nat_gateway().nat_gateway_id(id).send().await.unwrap();
                sleep(Duration::from_mins(3)).await;
            }
            Do::Transit => {
                let gateway = ec2.create_transit_gateway().send().await.unwrap().transit_gateway.unwrap();
                let gateway = gateway.transit_gateway_id.unwrap();
                let attach = ec2.create_transit_gateway_vpc_attachment().transit_gateway_id(&gateway);
                attach.vpc_id(&self.vpc).subnet_ids(&self.private).send().await.unwrap();
                self.route(&self.table, None, None, Some(&gateway)).await;
            }
            Do::Endpoints(services) => {
                for service in services {
                    self.interface(service, false, true, None).await;
                }
            }
            Do::InterfaceShut(service) => self.interface(service, true, true, None).await,
            Do::InterfaceNameless(service) => self.interface(service, false, false, None).await,
            Do::InterfaceNarrowed(service) => {
                let policy = r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"logs:PutLogEvents","Resource":"*"}]}"#;
                self.interface(service, false, true, Some(policy)).await;
            }
            Do::Gateway => self.gateway_endpoint(&self.table).await,
            Do::GatewayElsewhere => self.gateway_endpoint(&self.public_table).await,
            Do::NoDns => {
                let switch = ec2.modify_vpc_attribute().vpc_id(&self.vpc).enable_dns_support(off());
                switch.send().await.unwrap();
            }
            Do::NoHostnames => {
                let switch = ec2.modify_vpc_attribute().vpc_id(&self.vpc).enable_dns_hostnames(off());
                switch.send().await.unwrap();
            }
            Do::OtherResolvers => {
                let servers = aws_sdk_ec2::types::NewDhcpConfiguration::builder()
                    .key("domain-name-servers")
                    .values("10.0.0.53");
                let made =
                    ec2.create_dhcp_options().dhcp_configurations(servers.build()).send().await.unwrap();
                let id = made.dhcp_options.unwrap().dhcp_options_id.unwrap();
                ec2.associate_dhcp_options().vpc_id(&self.vpc).dhcp_options_id(id).send().await.unwrap();
            }
            Do::NoEgress => {
                let groups = ec2.describe_security_groups().group_ids(&self.group).send().await.unwrap();
                let rules = groups.security_groups()[0].ip_permissions_egress().to_vec();
                let close = ec2.revoke_security_group_egress().group_id(&self.group);
                close.set_ip_permissions(Some(rules)).send().await.unwrap();
            }
            Do::EgressOn(port) => self.egress("tcp", Some(port), "0.0.0.0/0").await,
            Do::EgressTo(block) => self.egress("-1", None, block).await,
            Do::Acl(rules) => self.acl(rules).await,
            Do::MainTable => {
                ec2.disassociate_route_table().association_id(&self.association).send().await.unwrap();
            }
            Do::MainRoutesOut => {
                self.route(&self.main_table().await, Some(&self.gateway), None, None).await;
            }
        }
    }

    pub(super) fn blueprint(&self, runs: Runs) -> Blueprint {
        let preset = if runs == Runs::OnHosts { Preset::OnDemand } else { Preset::Fargate };
        let network = Network::ExistingVpc {
            vpc: self.vpc.clone(),
            subnets: vec![self.private.clone()],
            security_groups: vec![self.group.clone()],
        };
        let mut blueprint = Blueprint { network, ..preset.blueprint("imaging") };
        let definition = &mut blueprint.job_definitions[0];
        definition.assign_public_ip = runs == Runs::Public;
        if matches!(runs, Runs::PrivateFromEcr | Runs::OnHosts) {
            definition.image = IMAGE.into();
        }
        blueprint
    }
}

async fn subnet(ec2: &Client, vpc: &str, block: &str, zone: &str) -> (String, String, String) {
    let made =
        ec2.create_subnet().vpc_id(vpc).cidr_block(block).availability_zone(zone).send().await.unwrap();
    let subnet = made.subnet.unwrap().subnet_id.unwrap();
    let made = ec2.create_route_table().vpc_id(vpc).send().await.unwrap();
    let table = made.route_table.unwrap().route_table_id.unwrap();
    let tie = ec2.associate_route_table().route_table_id(&table).subnet_id(&subnet).send().await.unwrap();
    (subnet, table, tie.association_id.unwrap())
}
