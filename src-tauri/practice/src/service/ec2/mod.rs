//! EC2: networks, launch templates, key pairs and instance types. By region, as at AWS.

mod describe;
mod dhcp_options;
mod elastic_ip;
mod error;
mod instance;
mod instance_type;
mod internet_gateway;
mod key_pair;
mod launch_template;
mod nat_gateway;
mod network_acl;
mod network_interface;
mod prefix_list;
mod public_access;
mod reach;
mod region;
mod route;
mod route_table;
mod security_group;
mod security_group_rule;
mod seed;
mod spot_price;
mod state;
mod subnet;
mod tags;
mod transit_gateway;
mod view;
mod vpc;
mod vpc_endpoint;

pub use instance_type::{Class, Family, InstanceType, families, instance_type, instance_types};
pub use key_pair::key_pair_exists;
pub use launch_template::{LaunchTemplateView, launch_template};
pub use reach::{Speaker, Target, endpoint_lets, reaches};
pub use region::region_exists;
pub use seed::{default_route_out, forget_untouched, seeded};
pub use spot_price::spot_price;
pub use state::{Ec2, Region};
pub use view::{SecurityGroupView, SubnetView, security_group, subnet};
pub use vpc::{block as vpc_block, share};

pub(crate) use state::Association;
pub(crate) use view::region as region_of;

use super::{Call, query};

/// The calls it knows.
pub const CALLS: &[Call] = &[
    query("AllocateAddress", elastic_ip::allocate),
    query("AssociateDhcpOptions", dhcp_options::associate),
    query("AssociateRouteTable", route_table::associate),
    query("AttachInternetGateway", internet_gateway::attach),
    query("AuthorizeSecurityGroupEgress", security_group_rule::authorize_egress),
    query("AuthorizeSecurityGroupIngress", security_group_rule::authorize_ingress),
    query("CreateDhcpOptions", dhcp_options::create),
    query("CreateInternetGateway", internet_gateway::create),
    query("CreateKeyPair", key_pair::create),
    query("CreateLaunchTemplate", launch_template::create),
    query("CreateLaunchTemplateVersion", launch_template::create_version),
    query("CreateNatGateway", nat_gateway::create),
    query("CreateNetworkAcl", network_acl::create),
    query("CreateNetworkAclEntry", network_acl::create_entry),
    query("CreateRoute", route::create),
    query("CreateRouteTable", route_table::create),
    query("CreateSecurityGroup", security_group::create),
    query("CreateSubnet", subnet::create),
    query("CreateTags", tags::create),
    query("CreateTransitGateway", transit_gateway::create),
    query("CreateTransitGatewayVpcAttachment", transit_gateway::attach),
    query("CreateVpc", vpc::create),
    query("CreateVpcBlockPublicAccessExclusion", public_access::create_exclusion),
    query("CreateVpcEndpoint", vpc_endpoint::create),
    query("DeleteDhcpOptions", dhcp_options::delete),
    query("DeleteInternetGateway", internet_gateway::delete),
    query("DeleteKeyPair", key_pair::delete),
    query("DeleteLaunchTemplate", launch_template::delete),
    query("DeleteNatGateway", nat_gateway::delete),
    query("DeleteNetworkAcl", network_acl::delete),
    query("DeleteNetworkAclEntry", network_acl::delete_entry),
    query("DeleteRoute", route::delete),
    query("DeleteRouteTable", route_table::delete),
    query("DeleteSecurityGroup", security_group::delete),
    query("DeleteSubnet", subnet::delete),
    query("DeleteTags", tags::delete),
    query("DeleteTransitGateway", transit_gateway::delete),
    query("DeleteVpc", vpc::delete),
    query("DeleteVpcBlockPublicAccessExclusion", public_access::delete_exclusion),
    query("DeleteVpcEndpoints", vpc_endpoint::delete),
    query("DescribeAccountAttributes", region::describe_account_attributes),
    query("DescribeAddresses", elastic_ip::describe),
    query("DescribeAddressesAttribute", elastic_ip::describe_attribute),
    query("DescribeAvailabilityZones", region::describe_zones),
    query("DescribeDhcpOptions", dhcp_options::describe),
    query("DescribeInstanceTypeOfferings", instance_type::describe_offerings),
    query("DescribeInstanceTypes", instance_type::describe),
    query("DescribeInstances", instance::describe),
    query("DescribeInternetGateways", internet_gateway::describe),
    query("DescribeKeyPairs", key_pair::describe),
    query("DescribeLaunchTemplateVersions", launch_template::describe_versions),
    query("DescribeLaunchTemplates", launch_template::describe),
    query("DescribeManagedPrefixLists", prefix_list::describe_managed),
    query("DescribeNatGateways", nat_gateway::describe),
    query("DescribeNetworkAcls", network_acl::describe),
    query("DescribeNetworkInterfaces", network_interface::describe),
    query("DescribePrefixLists", prefix_list::describe),
    query("DescribeRegions", region::describe_regions),
    query("DescribeRouteTables", route_table::describe),
    query("DescribeSecurityGroupRules", security_group_rule::describe),
    query("DescribeSecurityGroups", security_group::describe),
    query("DescribeSpotPriceHistory", spot_price::describe),
    query("DescribeSubnets", subnet::describe),
    query("DescribeTags", tags::describe),
    query("DescribeTransitGateways", transit_gateway::describe),
    query("DescribeVpcAttribute", vpc::describe_attribute),
    query("DescribeVpcBlockPublicAccessExclusions", public_access::describe_exclusions),
    query("DescribeVpcBlockPublicAccessOptions", public_access::describe_options),
    query("DescribeVpcEndpoints", vpc_endpoint::describe),
    query("DescribeVpcs", vpc::describe),
    query("DetachInternetGateway", internet_gateway::detach),
    query("DisassociateRouteTable", route_table::disassociate),
    query("ImportKeyPair", key_pair::import),
    query("ModifyLaunchTemplate", launch_template::modify),
    query("ModifySecurityGroupRules", security_group_rule::modify),
    query("ModifySubnetAttribute", subnet::modify_attribute),
    query("ModifyVpcAttribute", vpc::modify_attribute),
    query("ModifyVpcBlockPublicAccessOptions", public_access::modify_options),
    query("ModifyVpcEndpoint", vpc_endpoint::modify),
    query("ReleaseAddress", elastic_ip::release),
    query("ReplaceNetworkAclAssociation", network_acl::replace_association),
    query("ReplaceNetworkAclEntry", network_acl::replace_entry),
    query("ReplaceRoute", route::replace),
    query("ReplaceRouteTableAssociation", route_table::replace_association),
    query("RevokeSecurityGroupEgress", security_group_rule::revoke_egress),
    query("RevokeSecurityGroupIngress", security_group_rule::revoke_ingress),
    query("UpdateSecurityGroupRuleDescriptionsEgress", security_group_rule::describe_egress_again),
    query("UpdateSecurityGroupRuleDescriptionsIngress", security_group_rule::describe_ingress_again),
];
