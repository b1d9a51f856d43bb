//! Versions of launch templates.

use super::super::describe::{flag, one, page_by_position, retain};
use super::super::error::missing;
use super::super::state::{region, region_mut};
use super::{LaunchTemplate, Version, given, named, other_request, token};
use crate::account::Account;
use crate::fault::Fault;
use crate::wire::{Params, Xml};

pub(super) fn not_found(id: &str, version: &str) -> Fault {
    Fault::new(
        "InvalidLaunchTemplateId.VersionNotFound",
        format!("Could not find the specified version {version} for the launch template with ID {id}."),
    )
}

/// `CreateLaunchTemplateVersion`: what a source version has and the request does not name is taken over.
pub(crate) fn create_version(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let id = named(region(account), params)?;
    let mut data = given(params)?;
    let template = &region(account).launch_templates[&id];
    if let Some(source) = params.text("SourceVersion") {
        data = template.data(source).ok_or_else(|| not_found(&id, source))?.with(&data);
    }
    let version = Version {
        description: params.text("VersionDescription").map(str::to_owned),
        created: account.now,
        created_by: account.caller.arn.clone(),
        data,
        client_token: token(params),
    };
    let region = region_mut(account);
    let Some(template) = region.launch_templates.get_mut(&id) else { return Ok(Vec::new()) };
    let before = template
        .versions
        .iter()
        .find(|(_, have)| have.client_token.is_some() && have.client_token == version.client_token);
    let number = match before {
        Some((number, have)) if have.data == version.data => *number,
        Some(_) => return Err(other_request()),
        None => {
            let number = template.latest() + 1;
            template.versions.insert(number, version);
            number
        }
    };
    let shown = xml(&id, template, number, &template.versions[&number]);
    Ok(vec![Xml::tree("launchTemplateVersion", shown)])
}

/// `DescribeLaunchTemplateVersions`: of one template any of its versions, of all templates the latest or the
/// default one; the newest first.
pub(crate) fn describe_versions(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let region = region(account);
    let wanted = params.texts("LaunchTemplateVersion");
    let of_one = params.text("LaunchTemplateId").is_some() || params.text("LaunchTemplateName").is_some();
    let of_all = !wanted.is_empty() && wanted.iter().all(|version| version.starts_with('$'));
    let templates: Vec<(&String, &LaunchTemplate)> = if of_one {
        let id = named(region, params)?;
        region.launch_templates.get_key_value(&id).into_iter().collect()
    } else if of_all {
        region.launch_templates.iter().collect()
    } else {
        return Err(missing("LaunchTemplateId"));
    };
    let bound = |name: &str, template: &LaunchTemplate| params.text(name).map(|text| template.number(text));
    let mut all = Vec::new();
    for (id, template) in templates {
        let mut numbers = Vec::new();
        for version in &wanted {
            match template.number(version) {
                Some(number) => numbers.push(number),
                None if of_one => return Err(not_found(id, version)),
                None => {}
            }
        }
        let (least, most) = (bound("MinVersion", template), bound("MaxVersion", template));
        all.extend(
            template
                .versions
                .iter()
                .rev()
                .filter(|(number, _)| {
                    (wanted.is_empty() || numbers.contains(number))
                        && least.is_none_or(|least| least.is_none_or(|least| **number >= least))
                        && most.is_none_or(|most| most.is_none_or(|most| **number <= most))
                })
                .map(|(number, version)| (id, template, *number, version)),
        );
    }
    retain(params, &mut all, |(_, template, number, version), filter| match filter {
        "create-time" => one(version.created.iso_seconds()),
        "is-default-version" => flag(template.default_version == *number),
        "image-id" => Some(version.data.text("ImageId").map(str::to_owned).into_iter().collect()),
        "instance-type" => Some(version.data.text("InstanceType").map(str::to_owned).into_iter().collect()),
        "ebs-optimized" => Some(version.data.text("EbsOptimized").map(str::to_owned).into_iter().collect()),
        "kernel-id" => Some(version.data.text("KernelId").map(str::to_owned).into_iter().collect()),
        _ => None,
    })?;
    let (found, mut tail) = page_by_position(params, all, 1..=200)?;
    let mut answer = vec![Xml::items(
        "launchTemplateVersionSet",
        found.into_iter().map(|(id, template, number, version)| xml(id, template, number, version)),
    )];
    answer.append(&mut tail);
    Ok(answer)
}

fn xml(id: &str, template: &LaunchTemplate, number: u64, version: &Version) -> Vec<Xml> {
    let mut fields = vec![
        Xml::text("launchTemplateId", id),
        Xml::text("launchTemplateName", &template.name),
        Xml::shown("versionNumber", number),
        Xml::text("createTime", version.created.iso_seconds()),
        Xml::text("createdBy", &version.created_by),
        Xml::shown("defaultVersion", template.default_version == number),
        Xml::tree("launchTemplateData", version.data.xml()),
    ];
    fields.extend(version.description.as_ref().map(|text| Xml::text("versionDescription", text)));
    fields
}
