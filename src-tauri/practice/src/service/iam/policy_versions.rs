//! Versions of managed policies. One of them counts.

use super::names::{encoded, page, required};
use super::policies::{Found, document, found, own};
use super::state::Inline;
use crate::account::Account;
use crate::fault::Fault;
use crate::wire::{Params, Xml};

const MOST: usize = 5;

fn no_such_version(arn: &str, version: &str) -> Fault {
    Fault::with_status(
        404,
        "NoSuchEntity",
        format!("Policy {arn} version {version} does not exist or is not attachable."),
    )
}

/// `v3` as 3.
fn number(params: &Params) -> Result<u32, Fault> {
    let version = required(params, "VersionId")?;
    version.strip_prefix('v').and_then(|number| number.parse().ok()).ok_or_else(|| {
        Fault::new(
            "ValidationError",
            format!(
                "1 validation error detected: Value '{version}' at 'versionId' failed to satisfy constraint: Member \
                 must satisfy regular expression pattern: v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?"
            ),
        )
    })
}

/// Identifier, document, moment, and whether it counts.
type Shown = (String, String, String, bool);

fn versions(policy: Found<'_>) -> Vec<Shown> {
    match policy {
        Found::Aws(policy) => {
            vec![(policy.version.clone(), policy.document.to_string(), policy.updated.clone(), true)]
        }
        Found::Own(policy) => policy
            .versions
            .iter()
            .rev()
            .map(|(number, version)| {
                let counts = *number == policy.default_version;
                (format!("v{number}"), version.document.clone(), version.put.iso_seconds(), counts)
            })
            .collect(),
    }
}

fn xml((id, document, created, counts): &Shown, with_document: bool) -> Vec<Xml> {
    let mut fields = Vec::new();
    if with_document {
        fields.push(Xml::text("Document", encoded(document)));
    }
    fields.extend([
        Xml::text("VersionId", id),
        Xml::shown("IsDefaultVersion", counts),
        Xml::text("CreateDate", created),
    ]);
    fields
}

pub(super) fn get(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let policy = found(&account.state.iam, params)?;
    let wanted = required(params, "VersionId")?;
    let all = versions(policy);
    let version = all.iter().find(|(id, ..)| id == wanted);
    let version = version.ok_or_else(|| no_such_version(&policy.arn(), wanted))?;
    Ok(vec![Xml::tree("PolicyVersion", xml(version, true))])
}

pub(super) fn list(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    // Never more than a handful: they fit on the first page, the newest first.
    let all = versions(found(&account.state.iam, params)?);
    let members = all.iter().map(|version| xml(version, false));
    let mut answer = vec![Xml::members("Versions", members.collect::<Vec<_>>())];
    answer.extend(page::<()>(params, Vec::new()).1);
    Ok(answer)
}

pub(super) fn create(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let document = document(params)?;
    let now = account.now;
    let policy = own(&mut account.state.iam, params)?;
    if policy.versions.len() >= MOST {
        return Err(Fault::with_status(
            409,
            "LimitExceeded",
            format!(
                "A managed policy can have up to {MOST} versions. Before you create a new version, you must delete an \
                 existing version."
            ),
        ));
    }
    policy.last_version += 1;
    let number = policy.last_version;
    policy.versions.insert(number, Inline { document, put: now });
    policy.updated = now;
    if params.flag("SetAsDefault") == Some(true) {
        policy.default_version = number;
    }
    let shown = (format!("v{number}"), String::new(), now.iso_seconds(), policy.default_version == number);
    Ok(vec![Xml::tree("PolicyVersion", xml(&shown, false))])
}

pub(super) fn delete(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let number = number(params)?;
    let policy = own(&mut account.state.iam, params)?;
    if number == policy.default_version {
        return Err(Fault::with_status(
            409,
            "DeleteConflict",
            "Cannot delete the default version of a policy.",
        ));
    }
    let arn = policy.arn();
    policy.versions.remove(&number).ok_or_else(|| no_such_version(&arn, &format!("v{number}")))?;
    Ok(Vec::new())
}

pub(super) fn set_default(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let number = number(params)?;
    let now = account.now;
    let policy = own(&mut account.state.iam, params)?;
    if !policy.versions.contains_key(&number) {
        return Err(no_such_version(&policy.arn(), &format!("v{number}")));
    }
    policy.default_version = number;
    policy.updated = now;
    Ok(Vec::new())
}
