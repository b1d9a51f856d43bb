//! What of a VPC is not the stack's: EC2 deletes no VPC that somebody else has put anything into.

use std::collections::BTreeSet;

use aws_sdk_ec2::{
    Client,
    types::{NatGateway, NetworkInterface, RouteTable, SecurityGroup, Subnet, Tag, VpcEndpoint},
};

use crate::{
    aws::{AwsFault, fault},
    resource::{STACK_ID_TAG, filter},
};

/// The ids of what is in this VPC and does not go with the stack, each with what it is called.
pub(crate) async fn leftovers(ec2: &Client, vpc: &str, stack_id: &str) -> Result<Vec<String>, AwsFault> {
    let of_vpc = || filter("vpc-id", vpc);
    let subnets = ec2.describe_subnets().filters(of_vpc()).into_paginator().items().send();
    let groups = ec2.describe_security_groups().filters(of_vpc()).into_paginator().items().send();
    let tables = ec2.describe_route_tables().filters(of_vpc()).into_paginator().items().send();
    let interfaces = ec2.describe_network_interfaces().filters(of_vpc()).into_paginator().items().send();
    let nats = ec2.describe_nat_gateways().filter(of_vpc()).into_paginator().items().send();
    let endpoints = ec2.describe_vpc_endpoints().filters(of_vpc()).into_paginator().items().send();
    let (subnets, groups, tables, interfaces, nats, endpoints) = tokio::join!(
        subnets.collect::<Result<Vec<_>, _>>(),
        groups.collect::<Result<Vec<_>, _>>(),
        tables.collect::<Result<Vec<_>, _>>(),
        interfaces.collect::<Result<Vec<_>, _>>(),
        nats.collect::<Result<Vec<_>, _>>(),
        endpoints.collect::<Result<Vec<_>, _>>(),
    );
    let subnets: Vec<Subnet> = subnets.map_err(fault("ec2:DescribeSubnets"))?;
    let groups: Vec<SecurityGroup> = groups.map_err(fault("ec2:DescribeSecurityGroups"))?;
    let tables: Vec<RouteTable> = tables.map_err(fault("ec2:DescribeRouteTables"))?;
    let interfaces: Vec<NetworkInterface> = interfaces.map_err(fault("ec2:DescribeNetworkInterfaces"))?;
    let nats: Vec<NatGateway> = nats.map_err(fault("ec2:DescribeNatGateways"))?;
    let endpoints: Vec<VpcEndpoint> = endpoints.map_err(fault("ec2:DescribeVpcEndpoints"))?;

    let ours = |tags: &[Tag]| {
        tags.iter().any(|tag| tag.key() == Some(STACK_ID_TAG) && tag.value() == Some(stack_id))
    };
    let own_groups: Vec<_> =
        groups.iter().filter(|group| ours(group.tags())).filter_map(SecurityGroup::group_id).collect();
    // Those of jobs and their instances carry the stack's own group and nothing else; they go when the jobs do.
    let of_jobs = |interface: &NetworkInterface| {
        let mut groups = interface.groups().iter().filter_map(|group| group.group_id());
        !interface.groups().is_empty() && groups.all(|group| own_groups.contains(&group))
    };
    // Those of a NAT gateway and of an endpoint carry no tags.
    let of_nats = nats.iter().filter(|nat| ours(nat.tags())).flat_map(NatGateway::nat_gateway_addresses);
    let of_nats = of_nats.filter_map(|address| address.network_interface_id());
    let of_endpoints = endpoints.iter().filter(|endpoint| ours(endpoint.tags()));
    let of_endpoints = of_endpoints.flat_map(VpcEndpoint::network_interface_ids).map(String::as_str);
    let of_ways_out: BTreeSet<&str> = of_nats.chain(of_endpoints).collect();
    let of_way_out = |interface: &NetworkInterface| {
        interface.network_interface_id().is_some_and(|id| of_ways_out.contains(id))
    };
    let interfaces =
        interfaces.iter().filter(|one| !ours(one.tag_set()) && !of_jobs(one) && !of_way_out(one));
    // What a VPC is born with goes with it.
    let tables = tables.iter().filter(|table| {
        !ours(table.tags()) && !table.associations().iter().any(|one| one.main() == Some(true))
    });
    let groups = groups.iter().filter(|group| !ours(group.tags()) && group.group_name() != Some("default"));
    let subnets = subnets.iter().filter(|subnet| !ours(subnet.tags()));
    Ok(interfaces
        .map(|one| called(one.network_interface_id(), one.description()))
        .chain(subnets.map(|one| called(one.subnet_id(), name(one.tags()))))
        .chain(groups.map(|one| called(one.group_id(), one.group_name())))
        .chain(tables.map(|one| called(one.route_table_id(), name(one.tags()))))
        .collect())
}

fn name(tags: &[Tag]) -> Option<&str> {
    tags.iter().find(|tag| tag.key() == Some("Name"))?.value()
}

/// `eni-0123 (ELB app/web)`.
fn called(id: Option<&str>, name: Option<&str>) -> String {
    let id = id.unwrap_or_default();
    name.filter(|name| !name.is_empty()).map_or_else(|| id.to_owned(), |name| format!("{id} ({name})"))
}
