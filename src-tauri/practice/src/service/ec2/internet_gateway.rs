//! Internet gateways.

use super::describe::{one, select};
use super::error::{INTERNET_GATEWAY, VPC, has_dependencies, invalid, required};
use super::state::{InternetGateway, Region, region, region_mut};
use super::{network_interface, tags, vpc};
use crate::account::{ACCOUNT_ID, Account};
use crate::fault::Fault;
use crate::wire::{Params, Xml};

pub(super) fn create(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let given = tags::given(params, "internet-gateway")?;
    let id = account.state.ids.ec2("igw");
    let region = region_mut(account);
    tags::put(region, &id, given);
    let gateway = InternetGateway::default();
    let answer = xml(region, &id, &gateway);
    region.internet_gateways.insert(id, gateway);
    Ok(vec![Xml::tree("internetGateway", answer)])
}

pub(super) fn describe(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let region = region(account);
    let (found, mut tail) = select(
        region,
        params,
        "InternetGatewayId",
        INTERNET_GATEWAY,
        &region.internet_gateways,
        |_, id, gateway, filter| match filter {
            "internet-gateway-id" => one(id),
            "attachment.vpc-id" => Some(gateway.vpc.clone().into_iter().collect()),
            "attachment.state" => Some(gateway.vpc.iter().map(|_| "available".to_owned()).collect()),
            "owner-id" => one(ACCOUNT_ID),
            _ => None,
        },
    )?;
    let mut answer = vec![Xml::items(
        "internetGatewaySet",
        found.into_iter().map(|(id, gateway)| xml(region, id, gateway)),
    )];
    answer.append(&mut tail);
    Ok(answer)
}

fn xml(region: &Region, id: &str, gateway: &InternetGateway) -> Vec<Xml> {
    let attachments =
        gateway.vpc.iter().map(|vpc| vec![Xml::text("vpcId", vpc), Xml::text("state", "available")]);
    vec![
        Xml::text("internetGatewayId", id),
        Xml::text("ownerId", ACCOUNT_ID),
        Xml::items("attachmentSet", attachments),
        tags::xml(region, id),
    ]
}

pub(super) fn attach(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let id = required(params, "InternetGatewayId")?;
    let vpc_id = required(params, "VpcId")?;
    let region = region_mut(account);
    if !region.vpcs.contains_key(vpc_id) {
        return Err(VPC.not_found(vpc_id));
    }
    let taken = region.internet_gateways.values().any(|gateway| gateway.vpc.as_deref() == Some(vpc_id));
    let gateway = region.internet_gateways.get_mut(id).ok_or_else(|| INTERNET_GATEWAY.not_found(id))?;
    if let Some(holder) = &gateway.vpc {
        return Err(Fault::new(
            "Resource.AlreadyAssociated",
            format!("resource {id} is already attached to network {holder}"),
        ));
    }
    if taken {
        return Err(invalid(format!("Network {vpc_id} already has an internet gateway attached")));
    }
    gateway.vpc = Some(vpc_id.to_owned());
    Ok(vec![Xml::shown("return", true)])
}

pub(super) fn detach(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let id = required(params, "InternetGatewayId")?;
    let vpc_id = required(params, "VpcId")?;
    let public = network_interface::public_subnets(account);
    let region = region_mut(account);
    let is_used = public.iter().any(|id| region.subnets.get(id).is_some_and(|subnet| subnet.vpc == vpc_id));
    let gateway = region.internet_gateways.get_mut(id).ok_or_else(|| INTERNET_GATEWAY.not_found(id))?;
    if gateway.vpc.as_deref() != Some(vpc_id) {
        return Err(Fault::new(
            "Gateway.NotAttached",
            format!("resource {id} is not attached to network {vpc_id}"),
        ));
    }
    if is_used {
        return Err(Fault::new(
            "DependencyViolation",
            format!(
                "Network {vpc_id} has some mapped public address(es). Please unmap those public address(es) before \
                 detaching the gateway."
            ),
        ));
    }
    gateway.vpc = None;
    Ok(vec![Xml::shown("return", true)])
}

pub(super) fn delete(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let id = required(params, "InternetGatewayId")?;
    let region = region_mut(account);
    let gateway = region.internet_gateways.get(id).ok_or_else(|| INTERNET_GATEWAY.not_found(id))?;
    if gateway.vpc.is_some() {
        return Err(has_dependencies(&format!("internetGateway '{id}'")));
    }
    region.internet_gateways.remove(id);
    vpc::forget_tags(region);
    Ok(vec![Xml::shown("return", true)])
}
