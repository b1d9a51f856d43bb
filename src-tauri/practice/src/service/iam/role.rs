//! Roles themselves.

use super::instance_profile::holds_a_role;
use super::names::{encoded, name, page, required, tags, tags_xml};
use super::policy::Document;
use super::state::{Role, no_such_role};
use crate::account::Account;
use crate::fault::Fault;
use crate::wire::{Params, Xml};
use std::collections::BTreeMap;

pub(super) fn create(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let role_name = name(params, "RoleName", 64)?.to_owned();
    let trust = required(params, "AssumeRolePolicyDocument")?.to_owned();
    Document::check_trust(&trust)?;
    let path = path(params)?;
    let max_session = max_session(params)?;
    let tags = tags(params)?;
    if account.state.iam.role(&role_name).is_some() {
        return Err(Fault::with_status(
            409,
            "EntityAlreadyExists",
            format!("Role with name {role_name} already exists."),
        ));
    }
    let role = Role {
        id: account.state.ids.iam("AROA"),
        name: role_name.clone(),
        path,
        trust,
        description: params.text("Description").unwrap_or_default().to_owned(),
        max_session,
        boundary: params.text("PermissionsBoundary").map(str::to_owned),
        created: account.now,
        trust_changed: account.now,
        tags,
        attached: BTreeMap::new(),
        inline: BTreeMap::new(),
        service: None,
    };
    let answer = vec![Xml::tree("Role", xml(&role, true))];
    account.state.iam.roles.insert(role_name, role);
    Ok(answer)
}

pub(super) fn path(params: &Params) -> Result<String, Fault> {
    let path = params.text("Path").unwrap_or("/");
    if path.starts_with('/') && path.ends_with('/') && path.len() <= 512 && !path.contains("//") {
        Ok(path.to_owned())
    } else {
        Err(Fault::new(
            "ValidationError",
            "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric \
             characters and/or / characters.",
        ))
    }
}

fn max_session(params: &Params) -> Result<i64, Fault> {
    let seconds = params.number("MaxSessionDuration").unwrap_or(3600);
    if (3600..=43200).contains(&seconds) {
        Ok(seconds)
    } else {
        Err(Fault::new(
            "ValidationError",
            format!(
                "1 validation error detected: Value '{seconds}' at 'maxSessionDuration' failed to satisfy \
                 constraint: Member must have value between 3600 and 43200"
            ),
        ))
    }
}

pub(super) fn get(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let role = account.state.iam.found(name(params, "RoleName", 64)?)?;
    Ok(vec![Xml::tree("Role", xml(role, true))])
}

pub(super) fn list(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let prefix = params.text("PathPrefix").unwrap_or("/");
    let all = account
        .state
        .iam
        .roles
        .values()
        .filter(|role| role.path.starts_with(prefix))
        .map(|role| (role.name.as_str(), role))
        .collect();
    let (roles, mut tail) = page(params, all);
    // ListRoles leaves out tags, boundary and last use (IAM API reference).
    let mut answer = vec![Xml::members("Roles", roles.into_iter().map(|role| xml(role, false)))];
    answer.append(&mut tail);
    Ok(answer)
}

pub(super) fn delete(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let role_name = name(params, "RoleName", 64)?;
    let role = account.state.iam.changeable(role_name)?.clone();
    if account.state.iam.profiles.values().any(|profile| profile.role.as_ref() == Some(&role.name)) {
        return Err(holds_a_role());
    }
    let conflict = |what: &str| {
        Err(Fault::with_status(409, "DeleteConflict", format!("Cannot delete entity, must {what} first.")))
    };
    if !role.attached.is_empty() {
        return conflict("detach all policies");
    }
    if !role.inline.is_empty() {
        return conflict("delete policies");
    }
    account.state.iam.roles.remove(&role.name).map(|_| Vec::new()).ok_or_else(|| no_such_role(role_name))
}

pub(super) fn update(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let role_name = name(params, "RoleName", 64)?;
    if params.text("MaxSessionDuration").is_some() {
        account.state.iam.changeable(role_name)?.max_session = max_session(params)?;
    }
    let role = account.state.iam.found_mut(role_name)?;
    if let Some(description) = params.text("Description") {
        description.clone_into(&mut role.description);
    }
    Ok(Vec::new())
}

pub(super) fn update_description(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let role = account.state.iam.found_mut(name(params, "RoleName", 64)?)?;
    params.text("Description").unwrap_or_default().clone_into(&mut role.description);
    Ok(vec![Xml::tree("Role", xml(role, true))])
}

pub(super) fn update_trust(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let document = required(params, "PolicyDocument")?;
    Document::check_trust(document)?;
    let now = account.now;
    let role = account.state.iam.changeable(name(params, "RoleName", 64)?)?;
    document.clone_into(&mut role.trust);
    role.trust_changed = now;
    Ok(Vec::new())
}

/// A role as IAM shows it.
pub(super) fn xml(role: &Role, whole: bool) -> Vec<Xml> {
    let mut fields = vec![
        Xml::text("Path", &role.path),
        Xml::text("RoleName", &role.name),
        Xml::text("RoleId", &role.id),
        Xml::text("Arn", role.arn()),
        Xml::text("CreateDate", role.created.iso_seconds()),
        Xml::text("AssumeRolePolicyDocument", encoded(&role.trust)),
        Xml::shown("MaxSessionDuration", role.max_session),
    ];
    if !role.description.is_empty() {
        fields.push(Xml::text("Description", &role.description));
    }
    if whole {
        if let Some(boundary) = &role.boundary {
            fields.push(Xml::tree(
                "PermissionsBoundary",
                vec![
                    Xml::text("PermissionsBoundaryType", "Policy"),
                    Xml::text("PermissionsBoundaryArn", boundary),
                ],
            ));
        }
        if !role.tags.is_empty() {
            fields.push(tags_xml(&role.tags));
        }
        fields.push(Xml::tree("RoleLastUsed", Vec::new()));
    }
    fields
}
