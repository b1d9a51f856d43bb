//! A VPC in which somebody does things.

use std::time::Duration;

use aws_sdk_ec2::types::{
    AttributeBooleanValue, ConnectivityType, Filter, InternetGatewayBlockMode, InternetGatewayExclusionMode,
    IpPermission, IpRange, NetworkAcl, PortRange, RuleAction, SecurityGroup, VpcEndpointType,
};
use aws_sdk_route53::types::{Vpc as HostedIn, VpcRegion};
use slipway_core::{
    aws::AwsFault,
    blueprint::{Blueprint, Network, Preset},
};

use super::acts::{Act, Entry, Runs};
use crate::{
    STACK,
    hands::{Hands, made, send},
};

/// The whole internet.
const EVERYWHERE: &str = "0.0.0.0/0";
/// A company's networks.
const INSIDE: &str = "10.0.0.0/8";
/// The account that looks after networks, where that is another one.
const NETWORK_TEAM: &str = "444455556666";
/// How long a NAT gateway takes at most to come or to go.
const A_WHILE: Duration = Duration::from_mins(3);

/// Switches VPC Block Public Access on for the region.
pub(super) async fn block(hands: &Hands, mode: InternetGatewayBlockMode) -> Result<(), AwsFault> {
    let modify = hands.aws.ec2.modify_vpc_block_public_access_options().internet_gateway_block_mode(mode);
    send!("ec2:ModifyVpcBlockPublicAccessOptions", modify).map(drop)
}

/// A VPC with a public subnet and two others, which lead nowhere until somebody does something.
#[derive(Debug)]
pub struct Site {
    pub(super) vpc: String,
    pub(super) public: String,
    pub(super) private: Vec<String>,
    pub(super) group: String,
    gateway: String,
    table: String,
    public_table: String,
    associations: Vec<String>,
}

impl Site {
    /// The VPC as it is before anybody has done anything, and an image in ECR.
    pub async fn new(hands: &Hands) -> Result<Self, AwsFault> {
        let ec2 = &hands.aws.ec2;
        let vpc = made!("ec2:CreateVpc", ec2.create_vpc().cidr_block("10.0.0.0/16"), |it| it.vpc?.vpc_id)?;
        let names = ec2.modify_vpc_attribute().vpc_id(&vpc).enable_dns_hostnames(switch(true));
        send!("ec2:ModifyVpcAttribute", names)?;
        let gateway = made!("ec2:CreateInternetGateway", ec2.create_internet_gateway(), |it| it
            .internet_gateway?
            .internet_gateway_id)?;
        let attach = ec2.attach_internet_gateway().internet_gateway_id(&gateway).vpc_id(&vpc);
        send!("ec2:AttachInternetGateway", attach)?;
        let public_table = hands.route_table(&vpc).await?;
        let public = hands.subnet(&vpc, "10.0.0.0/24", "us-east-1a").await?;
        hands.follow(&public, &public_table).await?;
        let table = hands.route_table(&vpc).await?;
        let (mut private, mut associations) = (vec![], vec![]);
        for (block, zone) in [("10.0.1.0/24", "us-east-1b"), ("10.0.2.0/24", "us-east-1c")] {
            let subnet = hands.subnet(&vpc, block, zone).await?;
            associations.push(hands.follow(&subnet, &table).await?);
            private.push(subnet);
        }
        let group = hands.group(&vpc, "theirs").await?;
        hands.push_image().await?;
        let site = Self { vpc, public, private, group, gateway, table, public_table, associations };
        site.route(hands, &site.public_table, To::Gateway(&site.gateway)).await?;
        Ok(site)
    }

    /// What is to be set up in it.
    pub fn blueprint(&self, runs: Runs) -> Blueprint {
        let preset = if runs == Runs::OnHosts { Preset::OnDemand } else { Preset::Fargate };
        let network = Network::ExistingVpc {
            vpc: self.vpc.clone(),
            subnets: self.private.clone(),
            security_groups: vec![self.group.clone()],
        };
        let mut blueprint = Blueprint { network, ..preset.blueprint(STACK) };
        for definition in &mut blueprint.job_definitions {
            definition.assign_public_ip = runs == Runs::Public;
            if matches!(runs, Runs::PrivateFromEcr | Runs::OnHosts) {
                crate::hands::IMAGE.clone_into(&mut definition.image);
            }
        }
        blueprint
    }

    /// Somebody does something in it.
    pub async fn apply(&self, hands: &Hands, act: Act) -> Result<(), AwsFault> {
        let ec2 = &hands.aws.ec2;
        match act {
            Act::RouteToGateway => self.route(hands, &self.table, To::Gateway(&self.gateway)).await,
            Act::DetachGateway => {
                let detach = ec2.detach_internet_gateway().internet_gateway_id(&self.gateway);
                send!("ec2:DetachInternetGateway", detach.vpc_id(&self.vpc)).map(drop)
            }
            Act::Nat => self.nat(hands, &self.public, true).await,
            Act::NatJustMade => {
                hands.catch_up();
                self.nat(hands, &self.public, true).await
            }
            Act::NatInside => self.nat(hands, &self.private[0], true).await,
            Act::NatPrivate => self.nat(hands, &self.public, false).await,
            Act::NatTooEarly => {
                self.apply_now(hands, Act::DetachGateway).await?;
                self.nat(hands, &self.public, true).await?;
                let attach = ec2.attach_internet_gateway().internet_gateway_id(&self.gateway);
                send!("ec2:AttachInternetGateway", attach.vpc_id(&self.vpc)).map(drop)
            }
            Act::NatGone => {
                let nats = send!("ec2:DescribeNatGateways", ec2.describe_nat_gateways())?;
                for nat in nats.nat_gateways() {
                    let delete = ec2.delete_nat_gateway().set_nat_gateway_id(nat.nat_gateway_id.clone());
                    send!("ec2:DeleteNatGateway", delete)?;
                }
                hands.wait(A_WHILE);
                Ok(())
            }
            Act::Transit | Act::TransitInside => {
                let gateway = made!("ec2:CreateTransitGateway", ec2.create_transit_gateway(), |it| it
                    .transit_gateway?
                    .transit_gateway_id)?;
                let attach = ec2.create_transit_gateway_vpc_attachment().transit_gateway_id(&gateway);
                let attach = attach.vpc_id(&self.vpc).set_subnet_ids(Some(self.private.clone()));
                send!("ec2:CreateTransitGatewayVpcAttachment", attach)?;
                let to = if matches!(act, Act::Transit) { EVERYWHERE } else { INSIDE };
                self.route_to(hands, &self.table, to, To::Transit(&gateway)).await
            }
            Act::Shared => hands.shared_by(&self.vpc, NETWORK_TEAM),
            Act::Endpoints(services) => {
                for service in services {
                    self.interface(hands, service, Interface::USUAL).await?;
                }
                Ok(())
            }
            Act::InterfaceShut(service) => {
                self.interface(hands, service, Interface { lets_in: &[], ..Interface::USUAL }).await
            }
            Act::InterfaceHalf(service) => {
                let half = Interface { lets_in: &["10.0.1.0/24", "10.0.2.0/25"], ..Interface::USUAL };
                self.interface(hands, service, half).await
            }
            Act::InterfaceNowhere(service) => {
                self.interface(hands, service, Interface { placed: false, ..Interface::USUAL }).await
            }
            Act::InterfaceNameless(service) => {
                self.interface(hands, service, Interface { named: false, ..Interface::USUAL }).await
            }
            Act::Zone(service) => {
                let zone = hands.aws.route53.create_hosted_zone().caller_reference(service);
                let zone = zone.name(format!("{service}.us-east-1.amazonaws.com"));
                let of = HostedIn::builder().vpc_region(VpcRegion::UsEast1).vpc_id(&self.vpc);
                send!("route53:CreateHostedZone", zone.vpc(of.build())).map(drop)
            }
            Act::InterfaceNarrowed(service) => {
                let policy = r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"logs:PutLogEvents","Resource":"*"}]}"#;
                let narrowed = Interface { policy: Some(policy), ..Interface::USUAL };
                self.interface(hands, service, narrowed).await
            }
            Act::Gateway => self.gateway_endpoint(hands, &self.table).await,
            Act::GatewayElsewhere => self.gateway_endpoint(hands, &self.public_table).await,
            Act::BlockArriving => block(hands, InternetGatewayBlockMode::BlockIngress).await,
            Act::BlockEverything => block(hands, InternetGatewayBlockMode::BlockBidirectional).await,
            Act::Exempt => {
                let exempt = ec2.create_vpc_block_public_access_exclusion().vpc_id(&self.vpc);
                let exempt =
                    exempt.internet_gateway_exclusion_mode(InternetGatewayExclusionMode::AllowBidirectional);
                send!("ec2:CreateVpcBlockPublicAccessExclusion", exempt).map(drop)
            }
            Act::ExemptPublic => {
                let exempt = ec2.create_vpc_block_public_access_exclusion().subnet_id(&self.public);
                let exempt =
                    exempt.internet_gateway_exclusion_mode(InternetGatewayExclusionMode::AllowEgress);
                send!("ec2:CreateVpcBlockPublicAccessExclusion", exempt).map(drop)
            }
            Act::NoDns => {
                let modify = ec2.modify_vpc_attribute().vpc_id(&self.vpc).enable_dns_support(switch(false));
                send!("ec2:ModifyVpcAttribute", modify).map(drop)
            }
            Act::NoHostnames => {
                let modify = ec2.modify_vpc_attribute().vpc_id(&self.vpc);
                send!("ec2:ModifyVpcAttribute", modify.enable_dns_hostnames(switch(false))).map(drop)
            }
            Act::OtherResolvers => self.other_resolvers(hands).await,
            Act::NoEgress => {
                let groups = ec2.describe_security_groups().group_ids(&self.group);
                let groups = send!("ec2:DescribeSecurityGroups", groups)?;
                let rules = groups.security_groups().iter().flat_map(SecurityGroup::ip_permissions_egress);
                let close = ec2.revoke_security_group_egress().group_id(&self.group);
                let close = close.set_ip_permissions(Some(rules.cloned().collect()));
                send!("ec2:RevokeSecurityGroupEgress", close).map(drop)
            }
            Act::EgressOn(port) => self.egress(hands, "tcp", Some(port), EVERYWHERE).await,
            Act::EgressTo(block) => self.egress(hands, "-1", None, block).await,
            Act::Acl(entries) => self.acl(hands, &self.private, entries).await,
            Act::AclOfPublic(entries) => self.acl(hands, std::slice::from_ref(&self.public), entries).await,
            Act::MainTable => {
                for association in &self.associations {
                    let leave = ec2.disassociate_route_table().association_id(association);
                    send!("ec2:DisassociateRouteTable", leave)?;
                }
                Ok(())
            }
            Act::MainRoutesOut => {
                let main = hands.main_table(&self.vpc).await?;
                self.route(hands, &main, To::Gateway(&self.gateway)).await
            }
        }
    }

    /// A subnet follows the public one's table.
    pub(super) async fn lead_out(&self, hands: &Hands, subnet: &str) -> Result<(), AwsFault> {
        hands.follow(subnet, &self.public_table).await.map(drop)
    }

    /// An act that is part of another.
    async fn apply_now(&self, hands: &Hands, act: Act) -> Result<(), AwsFault> {
        Box::pin(self.apply(hands, act)).await
    }

    async fn route(&self, hands: &Hands, table: &str, to: To<'_>) -> Result<(), AwsFault> {
        self.route_to(hands, table, EVERYWHERE, to).await
    }

    async fn route_to(&self, hands: &Hands, table: &str, block: &str, to: To<'_>) -> Result<(), AwsFault> {
        let route = hands.aws.ec2.create_route().route_table_id(table).destination_cidr_block(block);
        let route = match to {
            To::Gateway(id) => route.gateway_id(id),
            To::Nat(id) => route.nat_gateway_id(id),
            To::Transit(id) => route.transit_gateway_id(id),
        };
        send!("ec2:CreateRoute", route).map(drop)
    }

    async fn nat(&self, hands: &Hands, subnet: &str, public: bool) -> Result<(), AwsFault> {
        let ec2 = &hands.aws.ec2;
        let nat = ec2.create_nat_gateway().subnet_id(subnet);
        let nat = if public {
            let address = made!("ec2:AllocateAddress", ec2.allocate_address(), |it| it.allocation_id)?;
            nat.allocation_id(address)
        } else {
            nat.connectivity_type(ConnectivityType::Private)
        };
        let nat = made!("ec2:CreateNatGateway", nat, |it| it.nat_gateway?.nat_gateway_id)?;
        if !hands.is_now() {
            hands.wait(A_WHILE);
        }
        self.route(hands, &self.table, To::Nat(&nat)).await
    }

    async fn interface(&self, hands: &Hands, service: &str, it: Interface) -> Result<(), AwsFault> {
        let ec2 = &hands.aws.ec2;
        let group = hands.group(&self.vpc, service).await?;
        for block in it.lets_in {
            let from = IpRange::builder().cidr_ip(*block).build();
            let https = IpPermission::builder().ip_protocol("tcp").from_port(443).to_port(443);
            let open = ec2.authorize_security_group_ingress().group_id(&group);
            send!("ec2:AuthorizeSecurityGroupIngress", open.ip_permissions(https.ip_ranges(from).build()))?;
        }
        let endpoint = ec2.create_vpc_endpoint().vpc_id(&self.vpc);
        let endpoint = endpoint.vpc_endpoint_type(VpcEndpointType::Interface).security_group_ids(group);
        let endpoint = endpoint.set_subnet_ids(it.placed.then(|| self.private.clone()));
        let endpoint = endpoint.service_name(format!("com.amazonaws.us-east-1.{service}"));
        let endpoint = endpoint.set_policy_document(it.policy.map(str::to_owned));
        send!("ec2:CreateVpcEndpoint", endpoint.private_dns_enabled(it.named)).map(drop)
    }

    async fn gateway_endpoint(&self, hands: &Hands, table: &str) -> Result<(), AwsFault> {
        let endpoint = hands.aws.ec2.create_vpc_endpoint().vpc_id(&self.vpc).route_table_ids(table);
        send!("ec2:CreateVpcEndpoint", endpoint.service_name("com.amazonaws.us-east-1.s3")).map(drop)
    }

    async fn other_resolvers(&self, hands: &Hands) -> Result<(), AwsFault> {
        let ec2 = &hands.aws.ec2;
        let servers = aws_sdk_ec2::types::NewDhcpConfiguration::builder()
            .key("domain-name-servers")
            .values("10.0.0.53");
        let options = ec2.create_dhcp_options().dhcp_configurations(servers.build());
        let id = made!("ec2:CreateDhcpOptions", options, |it| it.dhcp_options?.dhcp_options_id)?;
        let associate = ec2.associate_dhcp_options().vpc_id(&self.vpc).dhcp_options_id(id);
        send!("ec2:AssociateDhcpOptions", associate).map(drop)
    }

    async fn egress(
        &self,
        hands: &Hands,
        protocol: &str,
        port: Option<i32>,
        to: &str,
    ) -> Result<(), AwsFault> {
        let to = IpRange::builder().cidr_ip(to).build();
        let rule = IpPermission::builder().ip_protocol(protocol).set_from_port(port).set_to_port(port);
        let out = hands.aws.ec2.authorize_security_group_egress().group_id(&self.group);
        let out = out.ip_permissions(rule.ip_ranges(to).build());
        send!("ec2:AuthorizeSecurityGroupEgress", out).map(drop)
    }

    async fn acl(&self, hands: &Hands, subnets: &[String], entries: &[Entry]) -> Result<(), AwsFault> {
        let ec2 = &hands.aws.ec2;
        let new = ec2.create_network_acl().vpc_id(&self.vpc);
        let acl = made!("ec2:CreateNetworkAcl", new, |it| it.network_acl?.network_acl_id)?;
        for (number, Entry { egress, allow, from, to }) in (100..).zip(entries) {
            let act = if *allow { RuleAction::Allow } else { RuleAction::Deny };
            let entry = ec2.create_network_acl_entry().network_acl_id(&acl).rule_number(number);
            let entry = entry.egress(*egress).rule_action(act).protocol("6");
            let ports = PortRange::builder().from(*from).to(*to).build();
            send!("ec2:CreateNetworkAclEntry", entry.cidr_block(EVERYWHERE).port_range(ports))?;
        }
        let of_subnets = Filter::builder().name("association.subnet-id");
        let of_subnets = of_subnets.set_values(Some(subnets.to_vec())).build();
        let now = send!("ec2:DescribeNetworkAcls", ec2.describe_network_acls().filters(of_subnets))?;
        let associations = now.network_acls().iter().flat_map(NetworkAcl::associations);
        let ours = associations.filter(|one| subnets.iter().any(|id| one.subnet_id() == Some(id)));
        for association in ours {
            let replace = ec2.replace_network_acl_association().network_acl_id(&acl);
            let replace = replace.set_association_id(association.network_acl_association_id.clone());
            send!("ec2:ReplaceNetworkAclAssociation", replace)?;
        }
        Ok(())
    }
}

/// What a default route leads to.
enum To<'t> {
    Gateway(&'t str),
    Nat(&'t str),
    Transit(&'t str),
}

/// An interface endpoint as somebody makes it.
#[derive(Clone, Copy)]
struct Interface {
    /// From where its group lets HTTPS in.
    lets_in: &'static [&'static str],
    /// Whether it takes its service's name over.
    named: bool,
    /// Whether it stands in the subnets.
    placed: bool,
    policy: Option<&'static str>,
}

impl Interface {
    const USUAL: Self = Self { lets_in: &["10.0.0.0/16"], named: true, placed: true, policy: None };
}

fn switch(on: bool) -> AttributeBooleanValue {
    AttributeBooleanValue::builder().value(on).build()
}

impl Hands {
    pub(super) async fn subnet(&self, vpc: &str, block: &str, zone: &str) -> Result<String, AwsFault> {
        let subnet = self.aws.ec2.create_subnet().vpc_id(vpc).cidr_block(block).availability_zone(zone);
        made!("ec2:CreateSubnet", subnet, |it| it.subnet?.subnet_id)
    }

    async fn route_table(&self, vpc: &str) -> Result<String, AwsFault> {
        let table = self.aws.ec2.create_route_table().vpc_id(vpc);
        made!("ec2:CreateRouteTable", table, |it| it.route_table?.route_table_id)
    }

    /// The id of the association.
    async fn follow(&self, subnet: &str, table: &str) -> Result<String, AwsFault> {
        let tie = self.aws.ec2.associate_route_table().route_table_id(table).subnet_id(subnet);
        made!("ec2:AssociateRouteTable", tie, |it| it.association_id)
    }

    pub(super) async fn group(&self, vpc: &str, name: &str) -> Result<String, AwsFault> {
        let group = self.aws.ec2.create_security_group().group_name(name).vpc_id(vpc);
        made!("ec2:CreateSecurityGroup", group.description("Made by hand"), |it| it.group_id)
    }

    pub(super) async fn main_table(&self, vpc: &str) -> Result<String, AwsFault> {
        let filter = |name: &str, value: &str| Filter::builder().name(name).values(value).build();
        let tables = self.aws.ec2.describe_route_tables().filters(filter("vpc-id", vpc));
        let tables = tables.filters(filter("association.main", "true"));
        made!("ec2:DescribeRouteTables", tables, |it| it.route_tables?.into_iter().next()?.route_table_id)
    }
}
