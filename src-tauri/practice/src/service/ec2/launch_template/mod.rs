//! Launch templates: what hosts are made of, in numbered versions.

mod data;
mod version;

pub(super) use version::{create_version, describe_versions};

use super::describe::{one, page_by_position, retain, tag_values};
use super::error::{LAUNCH_TEMPLATE, missing, required};
use super::state::{Region, region, region_mut};
use super::{tags, vpc};
use crate::account::Account;
use crate::fault::Fault;
use crate::state::State;
use crate::time::Millis;
use crate::wire::{Params, Xml};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
pub(crate) use data::Given;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A launch template.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct LaunchTemplate {
    pub(crate) name: String,
    created: Millis,
    created_by: String,
    default_version: u64,
    versions: BTreeMap<u64, Version>,
    /// The token it was made with: the same request again makes no second template.
    client_token: Option<String>,
}

/// One version. A version never changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Version {
    description: Option<String>,
    created: Millis,
    created_by: String,
    data: Given,
    client_token: Option<String>,
}

impl LaunchTemplate {
    fn latest(&self) -> u64 {
        self.versions.keys().next_back().copied().unwrap_or(1)
    }

    /// The number that `$Latest`, `$Default` or a number itself means, if there is such a version.
    fn number(&self, version: &str) -> Option<u64> {
        let number = match version {
            "$Latest" => self.latest(),
            "$Default" => self.default_version,
            number => number.parse().ok()?,
        };
        self.versions.contains_key(&number).then_some(number)
    }

    /// What a version is made of.
    pub(crate) fn data(&self, version: &str) -> Option<&Given> {
        Some(&self.versions.get(&self.number(version)?)?.data)
    }
}

/// What compute needs to know of a launch template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaunchTemplateView {
    /// Its security groups, its network interface's included.
    pub security_groups: Vec<String>,
    /// Whether it has no user data, or some that others can add to.
    pub has_mime_user_data: bool,
    /// The size of the first disk that it gives a size.
    pub disk_gib: Option<u64>,
}

/// A version of the template of that id or name, or why there is none, in EC2's words.
pub fn launch_template(
    state: &State,
    region: &str,
    id_or_name: &str,
    version: &str,
) -> Result<LaunchTemplateView, String> {
    let region = state.ec2.regions.get(region);
    let by_id = region.and_then(|region| region.launch_templates.get_key_value(id_or_name));
    let by_name = || region?.launch_templates.iter().find(|(_, template)| template.name == id_or_name);
    let Some((id, template)) = by_id.or_else(by_name) else {
        let fault = if id_or_name.starts_with("lt-") {
            LAUNCH_TEMPLATE.not_found(id_or_name)
        } else {
            no_such_name(id_or_name)
        };
        return Err(fault.message);
    };
    let data = template.data(version).ok_or_else(|| version::not_found(id, version).message)?;
    let mut groups = data.texts("SecurityGroupId");
    groups.extend(data.items("NetworkInterface").iter().flat_map(|one| one.texts("SecurityGroupId")));
    Ok(LaunchTemplateView {
        security_groups: groups.into_iter().map(str::to_owned).collect(),
        has_mime_user_data: data.text("UserData").is_none_or(is_mime),
        disk_gib: data.items("BlockDeviceMapping").iter().find_map(|disk| {
            disk.field("Ebs").and_then(|ebs| ebs.text("VolumeSize")).and_then(|size| size.parse().ok())
        }),
    })
}

/// User data is base64 of a MIME archive in several parts.
fn is_mime(user_data: &str) -> bool {
    let decoded = STANDARD.decode(user_data).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    decoded.is_some_and(|text| {
        let text = text.to_ascii_lowercase();
        text.trim().is_empty() || text.contains("mime-version:") && text.contains("multipart/mixed")
    })
}

/// 3 to 128 of `[a-zA-Z0-9\(\)\.\-/_]` (EC2 API reference, CreateLaunchTemplate).
fn check_name(name: &str) -> Result<(), Fault> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "()./_-".contains(c);
    if (3..=128).contains(&name.len()) && name.chars().all(allowed) {
        return Ok(());
    }
    // The code is EC2's (error code reference); its sentence is not documented.
    Err(Fault::new(
        "InvalidLaunchTemplateName.MalformedException",
        "A launch template name must be between 3 and 128 characters, and may contain letters, numbers, and the \
         following characters: - ( ) . / _.",
    ))
}

fn no_such_name(name: &str) -> Fault {
    Fault::new(
        "InvalidLaunchTemplateName.NotFoundException",
        format!("The specified launch template, with template name {name}, does not exist."),
    )
}

/// The identifier of the template that a request names in one of two ways.
fn named(region: &Region, params: &Params) -> Result<String, Fault> {
    match (params.text("LaunchTemplateId"), params.text("LaunchTemplateName")) {
        (Some(_), Some(_)) => Err(Fault::new(
            "InvalidParameterCombination",
            "The parameters LaunchTemplateId and LaunchTemplateName cannot be used together",
        )),
        (Some(id), None) if region.launch_templates.contains_key(id) => Ok(id.to_owned()),
        (Some(id), None) => Err(LAUNCH_TEMPLATE.not_found(id)),
        (None, Some(name)) => id_of(region, name).cloned().ok_or_else(|| no_such_name(name)),
        (None, None) => Err(missing("LaunchTemplateId")),
    }
}

fn id_of<'r>(region: &'r Region, name: &str) -> Option<&'r String> {
    region.launch_templates.iter().find(|(_, template)| template.name == name).map(|(id, _)| id)
}

/// The data of a request. EC2 takes no empty one.
fn given(params: &Params) -> Result<Given, Fault> {
    params.structure("LaunchTemplateData").map(Given::of).ok_or_else(|| missing("LaunchTemplateData"))
}

fn token(params: &Params) -> Option<String> {
    params.text("ClientToken").filter(|token| !token.is_empty()).map(str::to_owned)
}

fn other_request() -> Fault {
    Fault::new(
        "IdempotentParameterMismatch",
        "The client token was used before with other parameters in the request.",
    )
}

pub(super) fn create(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let name = required(params, "LaunchTemplateName")?.to_owned();
    check_name(&name)?;
    let data = given(params)?;
    let tags = tags::given(params, "launch-template")?;
    let version = Version {
        description: params.text("VersionDescription").map(str::to_owned),
        created: account.now,
        created_by: account.caller.arn.clone(),
        data,
        client_token: None,
    };
    let template = LaunchTemplate {
        name,
        created: account.now,
        created_by: account.caller.arn.clone(),
        default_version: 1,
        versions: BTreeMap::from([(1, version)]),
        client_token: token(params),
    };
    if let Some(again) = repeated(region(account), &template)? {
        return Ok(vec![again]);
    }
    if id_of(region(account), &template.name).is_some() {
        return Err(Fault::new(
            "InvalidLaunchTemplateName.AlreadyExistsException",
            "Launch template name already in use.",
        ));
    }
    let id = account.state.ids.ec2("lt");
    let region = region_mut(account);
    tags::put(region, &id, tags);
    let answer = Xml::tree("launchTemplate", xml(region, &id, &template));
    region.launch_templates.insert(id, template);
    Ok(vec![answer])
}

/// The answer to a request that was sent before: one with its token and all its parameters.
fn repeated(region: &Region, wanted: &LaunchTemplate) -> Result<Option<Xml>, Fault> {
    if wanted.client_token.is_none() {
        return Ok(None);
    }
    let mut all = region.launch_templates.iter();
    let Some((id, there)) = all.find(|(_, have)| have.client_token == wanted.client_token) else {
        return Ok(None);
    };
    let same = |number: u64| match (there.versions.get(&number), wanted.versions.get(&number)) {
        (Some(a), Some(b)) => (&a.data, &a.description) == (&b.data, &b.description),
        _ => false,
    };
    if there.name == wanted.name && same(1) {
        Ok(Some(Xml::tree("launchTemplate", xml(region, id, there))))
    } else {
        Err(other_request())
    }
}

pub(super) fn describe(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let region = region(account);
    let (ids, names) = (params.texts("LaunchTemplateId"), params.texts("LaunchTemplateName"));
    if let Some(absent) = ids.iter().find(|id| !region.launch_templates.contains_key(**id)) {
        return Err(LAUNCH_TEMPLATE.not_found(absent));
    }
    if names.iter().any(|name| id_of(region, name).is_none()) {
        return Err(Fault::new(
            "InvalidLaunchTemplateName.NotFoundException",
            "At least one of the launch templates specified in the request does not exist.",
        ));
    }
    let mut all: Vec<_> = region
        .launch_templates
        .iter()
        .filter(|(id, template)| {
            (ids.is_empty() || ids.contains(&id.as_str()))
                && (names.is_empty() || names.contains(&template.name.as_str()))
        })
        .collect();
    retain(params, &mut all, |(id, template), filter| match filter {
        "launch-template-name" => one(&template.name),
        "create-time" => one(template.created.iso_seconds()),
        _ => tag_values(region, id, filter),
    })?;
    let (found, mut tail) = page_by_position(params, all, 1..=200)?;
    let mut answer = vec![Xml::items(
        "launchTemplates",
        found.into_iter().map(|(id, template)| xml(region, id, template)),
    )];
    answer.append(&mut tail);
    Ok(answer)
}

fn xml(region: &Region, id: &str, template: &LaunchTemplate) -> Vec<Xml> {
    vec![
        Xml::text("launchTemplateId", id),
        Xml::text("launchTemplateName", &template.name),
        Xml::text("createTime", template.created.iso_seconds()),
        Xml::text("createdBy", &template.created_by),
        Xml::shown("defaultVersionNumber", template.default_version),
        Xml::shown("latestVersionNumber", template.latest()),
        tags::xml(region, id),
    ]
}

pub(super) fn modify(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let id = named(region(account), params)?;
    let region = region_mut(account);
    if let (Some(template), Some(wanted)) =
        (region.launch_templates.get_mut(&id), params.text("SetDefaultVersion"))
    {
        template.default_version = template.number(wanted).ok_or_else(|| version::not_found(&id, wanted))?;
    }
    let shown = xml(region, &id, &region.launch_templates[&id]);
    Ok(vec![Xml::tree("launchTemplate", shown)])
}

pub(super) fn delete(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let id = named(region(account), params)?;
    let region = region_mut(account);
    let shown = xml(region, &id, &region.launch_templates[&id]);
    region.launch_templates.remove(&id);
    vpc::forget_tags(region);
    Ok(vec![Xml::tree("launchTemplate", shown)])
}
