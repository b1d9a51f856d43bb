//! VPC Block Public Access: what an account keeps from passing its internet gateways in a region, and what is exempt
//! (Amazon VPC User Guide, "Block public access to VPCs and subnets"). AWS takes minutes for each change; here it is done
//! at once.

use super::describe::{one, select};
use super::error::{EXCLUSION, SUBNET, VPC, invalid, missing, required};
use super::state::{BlockMode, Exclusion, Region, region, region_mut};
use super::{tags, vpc};
use crate::account::{ACCOUNT_ID, Account};
use crate::fault::Fault;
use crate::wire::{Params, Xml};

impl BlockMode {
    const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::BlockIngress => "block-ingress",
            Self::BlockBidirectional => "block-bidirectional",
        }
    }
}

/// Whether what has a public address in a subnet passes the internet gateway of its VPC.
pub(super) fn lets_addresses(region: &Region, vpc: &str, subnet: &str) -> bool {
    region.block_mode == BlockMode::Off || exempt(region, &[vpc, subnet]).any(|one| !one.leaving)
}

/// Whether a NAT gateway does.
pub(super) fn lets_nat(region: &Region, vpc: &str, stands_in: &str) -> bool {
    region.block_mode != BlockMode::BlockBidirectional || exempt(region, &[vpc, stands_in]).next().is_some()
}

fn exempt<'r>(region: &'r Region, ids: &[&str]) -> impl Iterator<Item = &'r Exclusion> {
    region.exclusions.values().filter(|one| ids.contains(&one.of.as_str()))
}

pub(super) fn describe_options(account: &mut Account<'_>, _: &Params) -> Result<Vec<Xml>, Fault> {
    Ok(vec![options(account.region, region(account).block_mode)])
}

pub(super) fn modify_options(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let name = required(params, "InternetGatewayBlockMode")?;
    let mut modes = [BlockMode::Off, BlockMode::BlockIngress, BlockMode::BlockBidirectional].into_iter();
    let Some(mode) = modes.find(|mode| mode.name() == name) else {
        return Err(invalid(format!("Value ({name}) for parameter InternetGatewayBlockMode is invalid.")));
    };
    region_mut(account).block_mode = mode;
    Ok(vec![options(account.region, mode)])
}

fn options(region: &str, mode: BlockMode) -> Xml {
    let state = if mode == BlockMode::Off { "default-state" } else { "update-complete" };
    Xml::tree(
        "vpcBlockPublicAccessOptions",
        vec![
            Xml::text("awsAccountId", ACCOUNT_ID),
            Xml::text("awsRegion", region),
            Xml::text("state", state),
            Xml::text("internetGatewayBlockMode", mode.name()),
            Xml::text("managedBy", "account"),
            Xml::text("exclusionsAllowed", "allowed"),
        ],
    )
}

pub(super) fn create_exclusion(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let given = tags::given(params, "vpc-block-public-access-exclusion")?;
    let leaving = match required(params, "InternetGatewayExclusionMode")? {
        "allow-egress" => true,
        "allow-bidirectional" => false,
        other => {
            let said = format!("Value ({other}) for parameter InternetGatewayExclusionMode is invalid.");
            return Err(invalid(said));
        }
    };
    let id = account.state.ids.ec2("vpcbpa-exclude");
    let name = account.region;
    let region = region_mut(account);
    let of = match (params.text("VpcId"), params.text("SubnetId")) {
        (Some(vpc), None) if region.vpcs.contains_key(vpc) => vpc,
        (Some(vpc), None) => return Err(VPC.not_found(vpc)),
        (None, Some(subnet)) if region.subnets.contains_key(subnet) => subnet,
        (None, Some(subnet)) => return Err(SUBNET.not_found(subnet)),
        _ => return Err(missing("vpcId")),
    };
    let made = Exclusion { of: of.to_owned(), leaving };
    tags::put(region, &id, given);
    let answer = xml(region, name, &id, &made);
    region.exclusions.insert(id, made);
    Ok(vec![Xml::tree("vpcBlockPublicAccessExclusion", answer)])
}

pub(super) fn describe_exclusions(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let name = account.region;
    let region = region(account);
    let (found, mut tail) = select(
        region,
        params,
        "ExclusionId",
        EXCLUSION,
        &region.exclusions,
        |_, _, made, filter| match filter {
            "internet-gateway-exclusion-mode" => one(mode(made)),
            "state" => one("create-complete"),
            _ => None,
        },
    )?;
    let shown = found.into_iter().map(|(id, made)| xml(region, name, id, made));
    let mut answer = vec![Xml::items("vpcBlockPublicAccessExclusionSet", shown)];
    answer.append(&mut tail);
    Ok(answer)
}

pub(super) fn delete_exclusion(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let id = required(params, "ExclusionId")?;
    let name = account.region;
    let region = region_mut(account);
    let gone = region.exclusions.remove(id).ok_or_else(|| EXCLUSION.not_found(id))?;
    let answer = xml(region, name, id, &gone);
    vpc::forget_tags(region);
    Ok(vec![Xml::tree("vpcBlockPublicAccessExclusion", answer)])
}

const fn mode(exclusion: &Exclusion) -> &'static str {
    if exclusion.leaving { "allow-egress" } else { "allow-bidirectional" }
}

fn xml(region: &Region, name: &str, id: &str, exclusion: &Exclusion) -> Vec<Xml> {
    let kind = if exclusion.of.starts_with("vpc-") { "vpc" } else { "subnet" };
    let arn = format!("arn:aws:ec2:{name}:{ACCOUNT_ID}:{kind}/{}", exclusion.of);
    vec![
        Xml::text("exclusionId", id),
        Xml::text("internetGatewayExclusionMode", mode(exclusion)),
        Xml::text("resourceArn", arn),
        Xml::text("state", "create-complete"),
        tags::xml(region, id),
    ]
}
