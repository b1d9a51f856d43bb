//! Transit gateways: routes may lead there, and nobody sees from here where they lead on.

use super::describe::{one, select};
use super::error::{TRANSIT_GATEWAY, VPC, has_dependencies, required};
use super::state::{Region, TransitGateway, region, region_mut};
use super::{tags, vpc};
use crate::account::{ACCOUNT_ID, Account};
use crate::fault::Fault;
use crate::wire::{Params, Xml};

pub(super) fn create(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let given = tags::given(params, "transit-gateway")?;
    let id = account.state.ids.ec2("tgw");
    let region = region_mut(account);
    tags::put(region, &id, given);
    let gateway = TransitGateway::default();
    let answer = xml(region, &id);
    region.transit_gateways.insert(id, gateway);
    Ok(vec![Xml::tree("transitGateway", answer)])
}

pub(super) fn describe(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let region = region(account);
    let (found, mut tail) = select(
        region,
        params,
        "TransitGatewayIds",
        TRANSIT_GATEWAY,
        &region.transit_gateways,
        |_, id, _, filter| match filter {
            "transit-gateway-id" => one(id),
            "state" => one("available"),
            "owner-id" => one(ACCOUNT_ID),
            _ => None,
        },
    )?;
    let shown = found.into_iter().map(|(id, _)| xml(region, id));
    let mut answer = vec![Xml::items("transitGatewaySet", shown)];
    answer.append(&mut tail);
    Ok(answer)
}

fn xml(region: &Region, id: &str) -> Vec<Xml> {
    vec![
        Xml::text("transitGatewayId", id),
        Xml::text("state", "available"),
        Xml::text("ownerId", ACCOUNT_ID),
        tags::xml(region, id),
    ]
}

pub(super) fn attach(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let id = required(params, "TransitGatewayId")?;
    let vpc_id = required(params, "VpcId")?;
    let attachment = account.state.ids.ec2("tgw-attach");
    let region = region_mut(account);
    if !region.vpcs.contains_key(vpc_id) {
        return Err(VPC.not_found(vpc_id));
    }
    let gateway = region.transit_gateways.get_mut(id).ok_or_else(|| TRANSIT_GATEWAY.not_found(id))?;
    gateway.attachments.insert(attachment.clone(), vpc_id.to_owned());
    Ok(vec![Xml::tree(
        "transitGatewayVpcAttachment",
        vec![
            Xml::text("transitGatewayAttachmentId", attachment),
            Xml::text("transitGatewayId", id),
            Xml::text("vpcId", vpc_id),
            Xml::text("state", "available"),
        ],
    )])
}

pub(super) fn delete(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let id = required(params, "TransitGatewayId")?;
    let region = region_mut(account);
    let gateway = region.transit_gateways.get(id).ok_or_else(|| TRANSIT_GATEWAY.not_found(id))?;
    if !gateway.attachments.is_empty() {
        return Err(has_dependencies(&format!("transitGateway '{id}'")));
    }
    let answer = xml(region, id);
    region.transit_gateways.remove(id);
    vpc::forget_tags(region);
    Ok(vec![Xml::tree("transitGateway", answer)])
}
