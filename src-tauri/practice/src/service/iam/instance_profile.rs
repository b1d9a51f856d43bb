//! Instance profiles: what an EC2 host carries. A profile holds one role, and is not the role.

use super::names::{check_tag_count, name, page, tags, tags_xml};
use super::role;
use super::state::{Iam, InstanceProfile, Role};
use crate::account::Account;
use crate::fault::Fault;
use crate::state::State;
use crate::time::Millis;
use crate::wire::{Params, Xml};
use std::collections::BTreeMap;

/// What compute needs to know of a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceProfileView {
    /// `arn:aws:iam::111122223333:instance-profile/name`.
    pub arn: String,
    /// The role in it, if there is one.
    pub role_arn: Option<String>,
    /// When it was made, or its role put in: the later of both.
    pub changed: Millis,
}

/// The profile of that name or ARN.
pub fn instance_profile(state: &State, name_or_arn: &str) -> Option<InstanceProfileView> {
    let profile = state.iam.profiles.get(name_or_arn.rsplit('/').next()?)?;
    if name_or_arn.starts_with("arn:") && name_or_arn != profile.arn() {
        return None;
    }
    let role = profile.role.as_deref().and_then(|name| state.iam.role(name));
    Some(InstanceProfileView {
        arn: profile.arn(),
        role_arn: role.map(Role::arn),
        changed: profile.created.max(profile.role_added),
    })
}

impl Iam {
    fn profile(&self, name: &str) -> Result<&InstanceProfile, Fault> {
        self.profiles.get(name).ok_or_else(|| not_found(name))
    }

    fn profile_mut(&mut self, name: &str) -> Result<&mut InstanceProfile, Fault> {
        self.profiles.get_mut(name).ok_or_else(|| not_found(name))
    }
}

fn not_found(name: &str) -> Fault {
    Fault::with_status(404, "NoSuchEntity", format!("Instance Profile {name} cannot be found."))
}

/// The refusal to delete a profile that holds a role, or a role that is in one.
pub(super) fn holds_a_role() -> Fault {
    Fault::with_status(
        409,
        "DeleteConflict",
        "Cannot delete entity, must remove roles from instance profile first.",
    )
}

pub(super) fn create(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let name = name(params, "InstanceProfileName", 128)?.to_owned();
    let path = role::path(params)?;
    let tags = tags(params)?;
    if account.state.iam.profiles.contains_key(&name) {
        return Err(Fault::with_status(
            409,
            "EntityAlreadyExists",
            format!("Instance Profile {name} already exists."),
        ));
    }
    let profile = InstanceProfile {
        id: account.state.ids.iam("AIPA"),
        name: name.clone(),
        path,
        created: account.now,
        tags,
        role: None,
        role_added: account.now,
    };
    let answer = xml(&account.state.iam, &profile);
    account.state.iam.profiles.insert(name, profile);
    Ok(vec![Xml::tree("InstanceProfile", answer)])
}

pub(super) fn get(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let iam = &account.state.iam;
    let profile = iam.profile(name(params, "InstanceProfileName", 128)?)?;
    Ok(vec![Xml::tree("InstanceProfile", xml(iam, profile))])
}

pub(super) fn delete(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let name = name(params, "InstanceProfileName", 128)?;
    if account.state.iam.profile(name)?.role.is_some() {
        return Err(holds_a_role());
    }
    account.state.iam.profiles.remove(name);
    Ok(Vec::new())
}

pub(super) fn list(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let prefix = params.text("PathPrefix").unwrap_or("/");
    Ok(listed(&account.state.iam, params, |profile| profile.path.starts_with(prefix)))
}

pub(super) fn list_for_role(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let iam = &account.state.iam;
    let role = &iam.found(name(params, "RoleName", 64)?)?.name;
    Ok(listed(iam, params, |profile| profile.role.as_ref() == Some(role)))
}

fn listed(iam: &Iam, params: &Params, meant: impl Fn(&InstanceProfile) -> bool) -> Vec<Xml> {
    let all = iam.profiles.values().filter(|p| meant(p)).map(|p| (p.name.as_str(), p)).collect();
    let (profiles, mut answer) = page(params, all);
    answer.insert(0, Xml::members("InstanceProfiles", profiles.into_iter().map(|profile| xml(iam, profile))));
    answer
}

pub(super) fn add_role(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let role = account.state.iam.found(name(params, "RoleName", 64)?)?;
    let role_name = role.name.clone();
    let now = account.now;
    let profile = account.state.iam.profile_mut(name(params, "InstanceProfileName", 128)?)?;
    if profile.role.is_some() {
        return Err(Fault::with_status(
            409,
            "LimitExceeded",
            "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1",
        ));
    }
    profile.role = Some(role_name);
    profile.role_added = now;
    Ok(Vec::new())
}

pub(super) fn remove_role(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let role = account.state.iam.found(name(params, "RoleName", 64)?)?.name.clone();
    let profile = account.state.iam.profile_mut(name(params, "InstanceProfileName", 128)?)?;
    if profile.role.as_ref() != Some(&role) {
        return Err(super::state::no_such_role(&role));
    }
    profile.role = None;
    Ok(Vec::new())
}

pub(super) fn tag(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let new = tags(params)?;
    let profile = account.state.iam.profile_mut(name(params, "InstanceProfileName", 128)?)?;
    profile.tags.extend(new);
    check_tag_count(&profile.tags)?;
    Ok(Vec::new())
}

pub(super) fn untag(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let profile = account.state.iam.profile_mut(name(params, "InstanceProfileName", 128)?)?;
    for key in params.texts("TagKeys") {
        profile.tags.remove(key);
    }
    Ok(Vec::new())
}

pub(super) fn list_tags(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let profile = account.state.iam.profile(name(params, "InstanceProfileName", 128)?)?;
    let all = profile.tags.iter().map(|(key, value)| (key.as_str(), (key, value))).collect();
    let (shown, mut answer) = page(params, all);
    let shown: BTreeMap<String, String> = shown.into_iter().map(|(k, v)| (k.clone(), v.clone())).collect();
    answer.insert(0, tags_xml(&shown));
    Ok(answer)
}

fn xml(iam: &Iam, profile: &InstanceProfile) -> Vec<Xml> {
    let role = profile.role.as_deref().and_then(|name| iam.role(name));
    let mut fields = vec![
        Xml::text("Path", &profile.path),
        Xml::text("InstanceProfileName", &profile.name),
        Xml::text("InstanceProfileId", &profile.id),
        Xml::text("Arn", profile.arn()),
        Xml::text("CreateDate", profile.created.iso_seconds()),
        Xml::members("Roles", role.into_iter().map(|role| role::xml(role, false))),
    ];
    if !profile.tags.is_empty() {
        fields.push(tags_xml(&profile.tags));
    }
    fields
}
