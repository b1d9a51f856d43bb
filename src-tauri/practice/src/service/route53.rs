//! Route 53: private hosted zones, by which the names of a VPC lead elsewhere than everybody's do.

use super::{Call, query};
use crate::account::{ACCOUNT_ID, Account};
use crate::fault::Fault;
use crate::ids;
use crate::service::ec2;
use crate::wire::{Params, Xml};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The calls it knows.
pub const CALLS: &[Call] =
    &[query("CreateHostedZone", create_hosted_zone), query("ListHostedZonesByVPC", list_hosted_zones_by_vpc)];

/// What the account remembers of it; global, as at AWS.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Route53 {
    /// By their ids.
    zones: BTreeMap<String, Zone>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Zone {
    /// `logs.us-east-1.amazonaws.com.`
    name: String,
    /// Region and VPC that it is associated with.
    vpc: (String, String),
}

/// The operation of a request: each has a path of its own (Route 53 API reference).
pub(crate) fn action(method: &str, path: &str) -> &'static str {
    match (method, path.trim_end_matches('/')) {
        ("GET", "/2013-04-01/hostedzonesbyvpc") => "ListHostedZonesByVPC",
        ("POST", "/2013-04-01/hostedzone") => "CreateHostedZone",
        _ => "",
    }
}

/// What a body of XML says, each element without others by its name.
pub(crate) fn read(body: &str) -> Params {
    let (mut params, mut open) = (Params::default(), None);
    for tag in body.split('<').skip(1) {
        let Some((name, text)) = tag.split_once('>') else { continue };
        match (name.strip_prefix('/'), open.take()) {
            (Some(name), Some((opened, text))) if opened == name => params.put(name, text),
            (None, _) if !name.starts_with('?') => {
                open = Some((name.split(' ').next().unwrap_or_default(), text));
            }
            _ => {}
        }
    }
    params
}

fn create_hosted_zone(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let of = |name: &str| params.text(name).filter(|text| !text.is_empty());
    let (Some(name), Some(reference)) = (of("Name"), of("CallerReference")) else {
        return Err(Fault::new("InvalidInput", "A hosted zone needs Name and CallerReference."));
    };
    let (Some(vpc), Some(region)) = (of("VPCId"), of("VPCRegion")) else {
        return Err(Fault::new("InvalidInput", "The practice account has private hosted zones only."));
    };
    if ec2::vpc_block(account.state, region, vpc).is_none() {
        let message = format!("The VPC: {vpc} in region: {region} that you provided is not valid.");
        return Err(Fault::new("InvalidVPCId", message));
    }
    let name = format!("{}.", name.trim_end_matches('.'));
    let theirs = (region.to_owned(), vpc.to_owned());
    if account.state.route53.zones.values().any(|zone| zone.name == name && zone.vpc == theirs) {
        let message =
            format!("The VPC {vpc} is already associated with another hosted zone of the name {name}.");
        return Err(Fault::new("ConflictingDomainExists", message));
    }
    let id =
        format!("Z{}", ids::digest_hex(account.state.seed(), &format!("{name}{reference}")).to_uppercase());
    let id = id.chars().take(20).collect::<String>();
    let zone = vec![
        Xml::text("Id", format!("/hostedzone/{id}")),
        Xml::text("Name", &name),
        Xml::text("CallerReference", reference),
        Xml::tree("Config", vec![Xml::shown("PrivateZone", true)]),
    ];
    let change = vec![
        Xml::text("Id", format!("/change/C{id}")),
        Xml::text("Status", "INSYNC"),
        Xml::text("SubmittedAt", account.now.iso_millis()),
    ];
    let vpc = vec![Xml::text("VPCRegion", region), Xml::text("VPCId", vpc)];
    account.state.route53.zones.insert(id, Zone { name, vpc: theirs });
    // One that is private has no name servers (Route 53 API reference, CreateHostedZone).
    Ok(vec![Xml::tree("HostedZone", zone), Xml::tree("ChangeInfo", change), Xml::tree("VPC", vpc)])
}

fn list_hosted_zones_by_vpc(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let (Some(vpc), Some(region)) = (params.text("vpcid"), params.text("vpcregion")) else {
        return Err(Fault::new("InvalidInput", "vpcid and vpcregion are required."));
    };
    let zones = account.state.route53.zones.iter();
    let of_vpc = zones.filter(|(_, zone)| zone.vpc.0 == region && zone.vpc.1 == vpc);
    let shown = of_vpc.map(|(id, zone)| {
        let owner = Xml::tree("Owner", vec![Xml::text("OwningAccount", ACCOUNT_ID)]);
        Xml::tree(
            "HostedZoneSummary",
            vec![Xml::text("HostedZoneId", id), Xml::text("Name", &zone.name), owner],
        )
    });
    let shown = Xml::tree("HostedZoneSummaries", shown.collect());
    Ok(vec![shown, Xml::text("MaxItems", "100")])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_that_hold_text_are_read_by_their_names() {
        let body = "<?xml version=\"1.0\"?><CreateHostedZoneRequest xmlns=\"x\"><Name>a.b</Name>\
                    <VPC><VPCRegion>us-east-1</VPCRegion><VPCId>vpc-1</VPCId></VPC></CreateHostedZoneRequest>";
        let read = read(body);
        let texts = ["Name", "VPCRegion", "VPCId", "VPC"].map(|name| read.text(name));
        assert_eq!(texts, [Some("a.b"), Some("us-east-1"), Some("vpc-1"), None]);
    }
}
