//! The calls: the one place outside a run's that changes anything of EC2's.

use aws_sdk_ec2::types::{AttributeBooleanValue, IpPermission, IpRange, PortRange, RuleAction};

use super::{Change, EVERYWHERE, What};
use crate::{
    account::Session,
    aws::{AwsFault, fault},
};

/// Sends it, once.
pub(super) async fn send(session: &Session, change: &Change) -> Result<(), AwsFault> {
    let ec2 = &session.aws.once.ec2;
    let on = || AttributeBooleanValue::builder().value(true).build();
    let action = change.what.action(change.difference.found.is_some());
    macro_rules! sent {
        ($request:expr) => {
            $request.send().await.map(drop).map_err(fault(action))
        };
    }
    match &change.what {
        What::Gateway { gateway } => {
            sent!(ec2.attach_internet_gateway().internet_gateway_id(gateway).vpc_id(&change.vpc))
        }
        What::Route { table, target } => {
            let (gateway, nat) =
                if target.starts_with("nat-") { (None, Some(target)) } else { (Some(target), None) };
            let (gateway, nat) = (gateway.cloned(), nat.cloned());
            if change.difference.found.is_some() {
                let route = ec2.replace_route().route_table_id(table).destination_cidr_block(EVERYWHERE);
                sent!(route.set_gateway_id(gateway).set_nat_gateway_id(nat))
            } else {
                let route = ec2.create_route().route_table_id(table).destination_cidr_block(EVERYWHERE);
                sent!(route.set_gateway_id(gateway).set_nat_gateway_id(nat))
            }
        }
        What::AutoAssign { subnet } => {
            sent!(ec2.modify_subnet_attribute().subnet_id(subnet).map_public_ip_on_launch(on()))
        }
        What::DnsSupport => sent!(ec2.modify_vpc_attribute().vpc_id(&change.vpc).enable_dns_support(on())),
        What::DnsHostnames => {
            sent!(ec2.modify_vpc_attribute().vpc_id(&change.vpc).enable_dns_hostnames(on()))
        }
        What::PrivateDns { endpoint } => {
            sent!(ec2.modify_vpc_endpoint().vpc_endpoint_id(endpoint).private_dns_enabled(true))
        }
        What::LetIn { group, cidr } => {
            let open = ec2.authorize_security_group_ingress().group_id(group);
            sent!(open.ip_permissions(https(cidr)))
        }
        What::LetOut { group } => {
            let open = ec2.authorize_security_group_egress().group_id(group);
            sent!(open.ip_permissions(https(EVERYWHERE)))
        }
        What::AclEntry { acl, number, egress, cidr, first, last } => {
            let ports = PortRange::builder().from(i32::from(*first)).to(i32::from(*last)).build();
            let entry = ec2.create_network_acl_entry().network_acl_id(acl).rule_number(i32::from(*number));
            let entry = entry.egress(*egress).rule_action(RuleAction::Allow).protocol("6");
            sent!(entry.cidr_block(cidr).port_range(ports))
        }
        What::EndpointTable { endpoint, table } => {
            sent!(ec2.modify_vpc_endpoint().vpc_endpoint_id(endpoint).add_route_table_ids(table))
        }
    }
}

fn https(cidr: &str) -> IpPermission {
    let range = IpRange::builder().cidr_ip(cidr).build();
    IpPermission::builder().ip_protocol("tcp").from_port(443).to_port(443).ip_ranges(range).build()
}
