//! What a new account has none of, and the practice account cannot make yet: the lists are empty, and
//! asking for one by its identifier is refused as AWS refuses it.

use crate::account::Account;
use crate::fault::Fault;
use crate::wire::{Params, Xml};

fn none(params: &Params, set: &str, ids: &str, code: &str, named: &str) -> Result<Vec<Xml>, Fault> {
    match params.texts(ids).first() {
        Some(id) => Err(Fault::new(code, format!("The {named} '{id}' does not exist"))),
        None => Ok(vec![Xml::tree(set, Vec::new())]),
    }
}

pub(super) fn addresses(_: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    none(params, "addressesSet", "AllocationId", "InvalidAllocationID.NotFound", "allocation ID")
}

pub(super) fn nat_gateways(_: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    match params.texts("NatGatewayId").first() {
        // The only one of these sentences that AWS writes in another order.
        Some(id) => Err(Fault::new("NatGatewayNotFound", format!("NatGateway {id} was not found"))),
        None => Ok(vec![Xml::tree("natGatewaySet", Vec::new())]),
    }
}

pub(super) fn vpc_endpoints(_: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    none(params, "vpcEndpointSet", "VpcEndpointId", "InvalidVpcEndpointId.NotFound", "Vpc Endpoint Id")
}

pub(super) fn prefix_lists(_: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    none(params, "prefixListSet", "PrefixListId", "InvalidPrefixListID.NotFound", "prefix list ID")
}

pub(super) fn managed_prefix_lists(_: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    none(params, "prefixListSet", "PrefixListId", "InvalidPrefixListID.NotFound", "prefix list ID")
}
