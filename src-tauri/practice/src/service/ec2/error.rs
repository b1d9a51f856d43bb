//! What EC2 says when something is not there, not whole, or in use.

use crate::fault::Fault;
use crate::wire::Params;
use ipnet::Ipv4Net;

/// A kind of thing, as EC2 names it in its refusals.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kind {
    /// `vpc-`.
    prefix: &'static str,
    /// `InvalidVpcID`.
    code: &'static str,
    /// `vpc ID`.
    named: &'static str,
}

pub(super) const VPC: Kind = Kind { prefix: "vpc-", code: "InvalidVpcID", named: "vpc ID" };
pub(super) const SUBNET: Kind = Kind { prefix: "subnet-", code: "InvalidSubnetID", named: "subnet ID" };
pub(super) const ROUTE_TABLE: Kind =
    Kind { prefix: "rtb-", code: "InvalidRouteTableID", named: "routeTable ID" };
pub(super) const INTERNET_GATEWAY: Kind =
    Kind { prefix: "igw-", code: "InvalidInternetGatewayID", named: "internetGateway ID" };
pub(super) const SECURITY_GROUP: Kind = Kind { prefix: "sg-", code: "InvalidGroup", named: "security group" };
pub(super) const SECURITY_GROUP_RULE: Kind =
    Kind { prefix: "sgr-", code: "InvalidSecurityGroupRuleId", named: "security group rule ID" };
pub(super) const NETWORK_ACL: Kind =
    Kind { prefix: "acl-", code: "InvalidNetworkAclID", named: "networkAcl ID" };
pub(super) const NETWORK_INTERFACE: Kind =
    Kind { prefix: "eni-", code: "InvalidNetworkInterfaceID", named: "networkInterface ID" };
pub(super) const ADDRESS: Kind =
    Kind { prefix: "eipalloc-", code: "InvalidAllocationID", named: "allocation ID" };
pub(super) const NAT_GATEWAY: Kind = Kind { prefix: NAT_PREFIX, code: "NatGateway", named: "NatGateway" };
const NAT_PREFIX: &str = "nat-";
pub(super) const TRANSIT_GATEWAY: Kind =
    Kind { prefix: "tgw-", code: "InvalidTransitGatewayID", named: "transitGateway ID" };
pub(super) const ENDPOINT: Kind =
    Kind { prefix: "vpce-", code: "InvalidVpcEndpointId", named: "Vpc Endpoint Id" };
pub(super) const PREFIX_LIST: Kind =
    Kind { prefix: "pl-", code: "InvalidPrefixListID", named: "prefix list ID" };
pub(super) const DHCP_OPTIONS: Kind =
    Kind { prefix: "dopt-", code: "InvalidDhcpOptionsID", named: "dhcpOption ID" };
pub(super) const EXCLUSION: Kind = Kind {
    prefix: "vpcbpa-exclude-",
    code: "InvalidVpcBlockPublicAccessExclusionID",
    named: "vpcBlockPublicAccessExclusion ID",
};
pub(super) const ACL_ASSOCIATION: Kind =
    Kind { prefix: "aclassoc-", code: "InvalidAssociationID", named: "association ID" };
pub(super) const ASSOCIATION: Kind =
    Kind { prefix: "rtbassoc-", code: "InvalidAssociationID", named: "association ID" };

pub(super) const KEY_PAIR: Kind = Kind { prefix: "key-", code: "InvalidKeyPair", named: "key pair" };
pub(super) const LAUNCH_TEMPLATE: Kind =
    Kind { prefix: LAUNCH_TEMPLATE_PREFIX, code: "InvalidLaunchTemplateId", named: "launch template ID" };
const LAUNCH_TEMPLATE_PREFIX: &str = "lt-";

impl Kind {
    /// Nothing of this kind has that identifier.
    pub(super) fn not_found(self, id: &str) -> Fault {
        if !id.starts_with(self.prefix) {
            return Fault::new(
                format!("{}.Malformed", self.code.replace("InvalidGroup", "InvalidGroupId")),
                format!("Invalid id: \"{id}\" (expecting \"{}...\")", self.prefix),
            );
        }
        if self.prefix == NAT_PREFIX {
            // The only one of these that EC2 words in another order.
            return Fault::new("NatGatewayNotFound", format!("NatGateway {id} was not found"));
        }
        let sentence = match self.prefix {
            LAUNCH_TEMPLATE_PREFIX => {
                format!("The specified launch template, with template ID {id}, does not exist.")
            }
            _ => format!("The {} '{id}' does not exist", self.named),
        };
        Fault::new(format!("{}.NotFound", self.code), sentence)
    }
}

/// The refusal for an identifier of any kind: of tags.
pub(super) fn no_such_thing(id: &str) -> Fault {
    [
        SUBNET,
        ROUTE_TABLE,
        INTERNET_GATEWAY,
        SECURITY_GROUP_RULE,
        SECURITY_GROUP,
        NETWORK_ACL,
        ADDRESS,
        NAT_GATEWAY,
        TRANSIT_GATEWAY,
        ENDPOINT,
        DHCP_OPTIONS,
        VPC,
        LAUNCH_TEMPLATE,
        KEY_PAIR,
    ]
    .into_iter()
    .find(|kind| id.starts_with(kind.prefix))
    .map_or_else(|| Fault::new("InvalidID", format!("The ID '{id}' is not valid")), |kind| kind.not_found(id))
}

/// A parameter that must be there.
pub(super) fn required<'p>(params: &'p Params, name: &str) -> Result<&'p str, Fault> {
    params.text(name).filter(|text| !text.is_empty()).ok_or_else(|| missing(name))
}

pub(super) fn missing(name: &str) -> Fault {
    let mut name = name.to_owned();
    if let Some(first) = name.get_mut(0..1) {
        first.make_ascii_lowercase();
    }
    Fault::new("MissingParameter", format!("The request must contain the parameter {name}"))
}

pub(super) fn invalid(message: impl Into<String>) -> Fault {
    Fault::new("InvalidParameterValue", message)
}

/// Something else needs it.
pub(super) fn has_dependencies(what: &str) -> Fault {
    Fault::new("DependencyViolation", format!("The {what} has dependencies and cannot be deleted."))
}

/// An IPv4 block, its host bits cleared as AWS clears them.
pub(super) fn cidr(text: &str, parameter: &str) -> Result<Ipv4Net, Fault> {
    text.parse::<Ipv4Net>().map(|net| net.trunc()).map_err(|_| {
        invalid(format!(
            "Value ({text}) for parameter {parameter} is invalid. This is not a valid CIDR block."
        ))
    })
}
