//! What EC2's calls are about: identifiers in their parameters, by kind of thing.

use super::asked::Asked;
use super::need::{Brought, Need};
use crate::service::ec2::{Association, region_of};
use crate::wire::Params;
use std::collections::BTreeMap;

/// By kind of thing, the parameters that name one or several.
const NAMED_BY: &[(&str, &[&str])] = &[
    ("dhcp-options", &["DhcpOptionsId"]),
    ("elastic-ip", &["AllocationId"]),
    ("internet-gateway", &["InternetGatewayId"]),
    ("launch-template", &["LaunchTemplateId"]),
    ("natgateway", &["NatGatewayId"]),
    ("network-acl", &["NetworkAclId"]),
    ("network-interface", &["NetworkInterfaceId"]),
    ("route-table", &["RouteTableId", "AddRouteTableId", "RemoveRouteTableId"]),
    ("security-group", &["GroupId", "SecurityGroupId", "AddSecurityGroupId", "RemoveSecurityGroupId"]),
    ("security-group-rule", &["SecurityGroupRuleId"]),
    (
        "subnet",
        &["SubnetId", "SubnetIds", "AddSubnetId", "RemoveSubnetId", "AddSubnetIds", "RemoveSubnetIds"],
    ),
    ("transit-gateway", &["TransitGatewayId"]),
    ("transit-gateway-attachment", &["TransitGatewayAttachmentId"]),
    ("vpc", &["VpcId"]),
    ("vpc-block-public-access-exclusion", &["ExclusionId"]),
    ("vpc-endpoint", &["VpcEndpointId"]),
];

/// How identifiers of each kind begin.
const BEGINNINGS: &[(&str, &str)] = &[
    ("dopt-", "dhcp-options"),
    ("eipalloc-", "elastic-ip"),
    ("igw-", "internet-gateway"),
    ("key-", "key-pair"),
    ("lt-", "launch-template"),
    ("nat-", "natgateway"),
    ("acl-", "network-acl"),
    ("eni-", "network-interface"),
    ("rtb-", "route-table"),
    ("sg-", "security-group"),
    ("sgr-", "security-group-rule"),
    ("subnet-", "subnet"),
    ("tgw-attach-", "transit-gateway-attachment"),
    ("tgw-", "transit-gateway"),
    ("vpc-", "vpc"),
    ("vpcbpa-exclude-", "vpc-block-public-access-exclusion"),
    ("vpce-", "vpc-endpoint"),
];

/// The condition key that has the identifier itself, by kind.
const OWN_KEYS: &[(&str, &str)] = &[
    ("dhcp-options", "ec2:DhcpOptionsID"),
    ("elastic-ip", "ec2:AllocationId"),
    ("internet-gateway", "ec2:InternetGatewayID"),
    ("key-pair", "ec2:KeyPairName"),
    ("network-acl", "ec2:NetworkAclID"),
    ("network-interface", "ec2:NetworkInterfaceID"),
    ("route-table", "ec2:RouteTableID"),
    ("security-group", "ec2:SecurityGroupID"),
    ("subnet", "ec2:SubnetID"),
    ("transit-gateway", "ec2:transitGatewayId"),
    ("transit-gateway-attachment", "ec2:transitGatewayAttachmentId"),
    ("vpc", "ec2:VpcID"),
];

/// The things of a kind that a call names.
pub(super) fn named(asked: &Asked<'_>, kind: &str) -> Vec<String> {
    let parameters =
        NAMED_BY.iter().find(|(of, _)| *of == kind).map_or(&[][..], |(_, parameters)| parameters);
    let mut ids: Vec<String> = parameters
        .iter()
        .flat_map(|parameter| asked.text(parameter).into_iter().chain(asked.texts(parameter)))
        .map(str::to_owned)
        .collect();
    ids.extend(
        asked.texts("ResourceId").into_iter().filter(|id| kind_of(id) == Some(kind)).map(str::to_owned),
    );
    match kind {
        "security-group-rule" => {
            let rules = asked.list("SecurityGroupRule").into_iter();
            ids.extend(rules.filter_map(|rule| rule.text("SecurityGroupRuleId")).map(str::to_owned));
        }
        "key-pair" => return key_pairs(asked, ids),
        _ => ids.extend(by_another_name(asked, kind)),
    }
    // What is made together with tags is named by these: a rule of a group is asked about only so (terraform-provider-aws
    // 40323, GitHub: policies for groups alone failed when the provider began to send tags along).
    if ids.is_empty()
        && asked.list("TagSpecification").iter().any(|one| one.text("ResourceType") == Some(kind))
    {
        ids.push("*".to_owned());
    }
    ids.iter().map(|id| asked.arn(kind, &[id])).collect()
}

fn kind_of(id: &str) -> Option<&'static str> {
    BEGINNINGS.iter().find(|(begin, _)| id.starts_with(begin)).map(|(_, kind)| *kind)
}

/// A key pair's ARN has its name.
fn key_pairs(asked: &Asked<'_>, ids: Vec<String>) -> Vec<String> {
    let region = region_of(asked.state, asked.region);
    let ids = ids.into_iter().chain(asked.text("KeyPairId").map(str::to_owned));
    let by_id = ids.map(|id| region.key_pairs.get(&id).map_or("*".to_owned(), |pair| pair.name.clone()));
    by_id
        .chain(asked.text("KeyName").map(str::to_owned))
        .map(|name| asked.arn("key-pair", &[&name]))
        .collect()
}

/// What is named by its name, or by the tie between two things.
fn by_another_name(asked: &Asked<'_>, kind: &str) -> Vec<String> {
    let region = region_of(asked.state, asked.region);
    let tie = asked.text("AssociationId");
    let made = asked.operation.starts_with("Create");
    match kind {
        "launch-template" if !made || asked.operation == "CreateLaunchTemplateVersion" => {
            let templates = region.launch_templates.iter();
            let named = |name: &str| asked.text("LaunchTemplateName") == Some(name);
            templates.filter(|(_, template)| named(&template.name)).map(|(id, _)| id.clone()).collect()
        }
        // By its name a group is looked for in the default VPC alone (EC2 API reference, DeleteSecurityGroup).
        "security-group" if !made => {
            let default = region.default_vpc().map(|(id, _)| id.clone());
            let groups =
                region.security_groups.iter().filter(|(_, group)| Some(&group.vpc) == default.as_ref());
            let named = |name: &str| asked.text("GroupName") == Some(name);
            groups.filter(|(_, group)| named(&group.name)).map(|(id, _)| id.clone()).collect()
        }
        "route-table" => {
            let tied = region.route_tables.iter().filter(|(_, table)| {
                table.associations.keys().any(|association| Some(association.as_str()) == tie)
            });
            tied.map(|(id, _)| id.clone()).collect()
        }
        "subnet" => {
            let tied_tables = region.route_tables.values().flat_map(|table| &table.associations);
            let by_table = tied_tables.filter_map(|(association, to)| match to {
                Association::Subnet(id) if Some(association.as_str()) == tie => Some(id.clone()),
                _ => None,
            });
            let by_acl =
                region.subnets.iter().filter(|(_, subnet)| Some(subnet.acl_association.as_str()) == tie);
            by_table.chain(by_acl.map(|(id, _)| id.clone())).collect()
        }
        _ => Vec::new(),
    }
}

/// What the call brings for a kind of thing: tags.
pub(super) fn brought(asked: &Asked<'_>, kind: &str) -> Brought {
    let own = asked.list("TagSpecification").into_iter().filter(|one| one.text("ResourceType") == Some(kind));
    let given = own.flat_map(|one| one.list("Tag")).chain(asked.list("Tag"));
    Brought { tags: pairs(given), ..Brought::default() }
}

fn pairs<'p>(tags: impl Iterator<Item = &'p Params>) -> BTreeMap<String, String> {
    tags.filter_map(|tag| {
        Some((tag.text("Key")?.to_owned(), tag.text("Value").unwrap_or_default().to_owned()))
    })
    .collect()
}

/// What conditions can ask of a thing: where it lies.
pub(super) fn keys(asked: &Asked<'_>, kind: &str, arn: &str) -> Vec<(&'static str, String)> {
    let mut keys = vec![("ec2:Region", asked.region.to_owned())];
    let id = arn.rsplit('/').next().unwrap_or_default();
    if id == "*" {
        // What is made lies in the VPC that the call names.
        keys.extend(asked.text("VpcId").map(|vpc| ("ec2:Vpc", asked.arn("vpc", &[vpc]))));
        return keys;
    }
    keys.extend(OWN_KEYS.iter().find(|(of, _)| *of == kind).map(|(_, key)| (*key, id.to_owned())));
    let region = region_of(asked.state, asked.region);
    let vpc = match kind {
        "subnet" => region.subnets.get(id).map(|subnet| &subnet.vpc),
        "route-table" => region.route_tables.get(id).map(|table| &table.vpc),
        "security-group" => region.security_groups.get(id).map(|group| &group.vpc),
        "network-acl" => region.network_acls.get(id).map(|acl| &acl.vpc),
        "natgateway" => region.nat_gateways.get(id).map(|nat| &nat.vpc),
        _ => None,
    };
    keys.extend(vpc.map(|vpc| ("ec2:Vpc", asked.arn("vpc", &[vpc]))));
    keys.extend(region.subnets.get(id).map(|subnet| ("ec2:AvailabilityZone", subnet.zone.clone())));
    keys
}

/// `ec2:CreateTags` for each kind of thing that comes with tags.
pub(super) fn tagging(asked: &Asked<'_>) -> Vec<Need> {
    let specifications = asked.list("TagSpecification").into_iter();
    specifications
        .filter(|one| !one.list("Tag").is_empty())
        .map(|one| {
            let kind = one.text("ResourceType").unwrap_or_default();
            let brought = Brought {
                tags: pairs(one.list("Tag").into_iter()),
                keys: vec![
                    ("ec2:CreateAction", asked.operation.to_owned()),
                    ("ec2:Region", asked.region.to_owned()),
                ],
            };
            Need::on(asked, "ec2:CreateTags", kind, asked.arn(kind, &[]), &brought)
        })
        .collect()
}

/// Whether an endpoint of the call's is one with interfaces, which lie in subnets and groups.
pub(super) fn makes_interfaces(asked: &Asked<'_>) -> bool {
    asked.text("VpcEndpointType") == Some("Interface")
}

/// Whether it is to answer to the service's own name: so it is, unless somebody says otherwise.
pub(super) fn makes_names(asked: &Asked<'_>) -> bool {
    makes_interfaces(asked) && asked.text("PrivateDnsEnabled") != Some("false")
}
