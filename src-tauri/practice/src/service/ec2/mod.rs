//! EC2: networks, launch templates, key pairs and instance types. By region, as at AWS.

mod absent;
mod describe;
mod error;
mod instance_type;
mod internet_gateway;
mod key_pair;
mod launch_template;
mod network_acl;
mod network_interface;
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
mod vpc;
mod way_out;

pub use instance_type::{Class, Family, InstanceType, families, instance_type, instance_types};
pub use key_pair::key_pair_exists;
pub use launch_template::{LaunchTemplateView, launch_template};
pub use region::region_exists;
pub use seed::{default_route_out, forget_untouched, seeded};
pub use spot_price::spot_price;
pub use state::{Ec2, Region};
pub use way_out::{SecurityGroupView, SubnetView, WayOut, security_group, subnet, subnet_way_out};

use super::{Call, query};

/// The calls it knows.
pub const CALLS: &[Call] = &[
    query("AssociateRouteTable", route_table::associate),
    query("AttachInternetGateway", internet_gateway::attach),
    query("AuthorizeSecurityGroupEgress", security_group_rule::authorize_egress),
    query("AuthorizeSecurityGroupIngress", security_group_rule::authorize_ingress),
    query("CreateInternetGateway", internet_gateway::create),
    query("CreateKeyPair", key_pair::create),
    query("CreateLaunchTemplate", launch_template::create),
    query("CreateLaunchTemplateVersion", launch_template::create_version),
    query("CreateRoute", route::create),
    query("CreateRouteTable", route_table::create),
    query("CreateSecurityGroup", security_group::create),
    query("CreateSubnet", subnet::create),
    query("CreateTags", tags::create),
    query("CreateVpc", vpc::create),
    query("DeleteInternetGateway", internet_gateway::delete),
    query("DeleteKeyPair", key_pair::delete),
    query("DeleteLaunchTemplate", launch_template::delete),
    query("DeleteRoute", route::delete),
    query("DeleteRouteTable", route_table::delete),
    query("DeleteSecurityGroup", security_group::delete),
    query("DeleteSubnet", subnet::delete),
    query("DeleteTags", tags::delete),
    query("DeleteVpc", vpc::delete),
    query("DescribeAccountAttributes", region::describe_account_attributes),
    query("DescribeAddresses", absent::addresses),
    query("DescribeAvailabilityZones", region::describe_zones),
    query("DescribeInstanceTypeOfferings", instance_type::describe_offerings),
    query("DescribeInstanceTypes", instance_type::describe),
    query("DescribeInternetGateways", internet_gateway::describe),
    query("DescribeKeyPairs", key_pair::describe),
    query("DescribeLaunchTemplateVersions", launch_template::describe_versions),
    query("DescribeLaunchTemplates", launch_template::describe),
    query("DescribeManagedPrefixLists", absent::managed_prefix_lists),
    query("DescribeNatGateways", absent::nat_gateways),
    query("DescribeNetworkAcls", network_acl::describe),
    query("DescribeNetworkInterfaces", network_interface::describe),
    query("DescribePrefixLists", absent::prefix_lists),
    query("DescribeRegions", region::describe_regions),
    query("DescribeRouteTables", route_table::describe),
    query("DescribeSecurityGroupRules", security_group_rule::describe),
    query("DescribeSecurityGroups", security_group::describe),
    query("DescribeSpotPriceHistory", spot_price::describe),
    query("DescribeSubnets", subnet::describe),
    query("DescribeTags", tags::describe),
    query("DescribeVpcAttribute", vpc::describe_attribute),
    query("DescribeVpcEndpoints", absent::vpc_endpoints),
    query("DescribeVpcs", vpc::describe),
    query("DetachInternetGateway", internet_gateway::detach),
    query("DisassociateRouteTable", route_table::disassociate),
    query("ImportKeyPair", key_pair::import),
    query("ModifyLaunchTemplate", launch_template::modify),
    query("ModifySecurityGroupRules", security_group_rule::modify),
    query("ModifySubnetAttribute", subnet::modify_attribute),
    query("ModifyVpcAttribute", vpc::modify_attribute),
    query("ReplaceRoute", route::replace),
    query("ReplaceRouteTableAssociation", route_table::replace_association),
    query("RevokeSecurityGroupEgress", security_group_rule::revoke_egress),
    query("RevokeSecurityGroupIngress", security_group_rule::revoke_ingress),
    query("UpdateSecurityGroupRuleDescriptionsEgress", security_group_rule::describe_egress_again),
    query("UpdateSecurityGroupRuleDescriptionsIngress", security_group_rule::describe_ingress_again),
];
