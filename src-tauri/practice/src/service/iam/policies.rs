//! Managed policies: AWS's own and the account's.

use super::managed::{self, Managed};
use super::names::{name, page, required, tags, tags_xml};
use super::policy::Document;
use super::role;
use super::state::{Iam, Inline, Policy};
use crate::account::Account;
use crate::fault::Fault;
use crate::ids::iam_id;
use crate::wire::{Params, Xml};
use std::collections::BTreeMap;

/// A managed policy's size, white space not counted (IAM User Guide, "IAM and AWS STS quotas").
const MOST_CHARACTERS: usize = 6_144;

/// A policy of either kind.
#[derive(Debug, Clone, Copy)]
pub(super) enum Found<'a> {
    Aws(&'static Managed),
    Own(&'a Policy),
}

impl Found<'_> {
    pub(super) fn arn(self) -> String {
        match self {
            Self::Aws(policy) => policy.arn(),
            Self::Own(policy) => policy.arn(),
        }
    }

    fn name(self) -> String {
        match self {
            Self::Aws(policy) => policy.name.clone(),
            Self::Own(policy) => policy.name.clone(),
        }
    }

    fn path(&self) -> &str {
        match self {
            Self::Aws(policy) => &policy.path,
            Self::Own(policy) => &policy.path,
        }
    }

    fn xml(self, iam: &Iam) -> Vec<Xml> {
        let (id, version, created, updated) = match self {
            Self::Aws(policy) => (
                iam_id(0, "ANPA", &policy.name),
                policy.version.clone(),
                policy.created.clone(),
                policy.updated.clone(),
            ),
            Self::Own(policy) => (
                policy.id.clone(),
                format!("v{}", policy.default_version),
                policy.created.iso_seconds(),
                policy.updated.iso_seconds(),
            ),
        };
        vec![
            Xml::text("PolicyName", self.name()),
            Xml::text("PolicyId", id),
            Xml::text("Arn", self.arn()),
            Xml::text("Path", self.path()),
            Xml::text("DefaultVersionId", version),
            Xml::shown("AttachmentCount", holders(iam, &self.arn()).count()),
            Xml::shown("PermissionsBoundaryUsageCount", 0),
            Xml::shown("IsAttachable", true),
            Xml::text("CreateDate", created),
            Xml::text("UpdateDate", updated),
        ]
    }

    /// With what lists leave out (IAM API reference, ListPolicies).
    fn whole(self, iam: &Iam) -> Vec<Xml> {
        static NONE: BTreeMap<String, String> = BTreeMap::new();
        let mut fields = self.xml(iam);
        let tags = match self {
            Self::Aws(_) => &NONE,
            Self::Own(policy) => {
                if !policy.description.is_empty() {
                    fields.push(Xml::text("Description", &policy.description));
                }
                &policy.tags
            }
        };
        fields.push(tags_xml(tags));
        fields
    }
}

/// The roles that a policy is attached to.
fn holders<'a>(iam: &'a Iam, arn: &'a str) -> impl Iterator<Item = &'a super::state::Role> {
    iam.roles.values().filter(move |role| role.attached.contains_key(arn))
}

pub(super) fn not_found(arn: &str) -> Fault {
    Fault::with_status(404, "NoSuchEntity", format!("Policy {arn} was not found."))
}

/// The policy that a request names.
pub(super) fn found<'a>(iam: &'a Iam, params: &Params) -> Result<Found<'a>, Fault> {
    let arn = required(params, "PolicyArn")?;
    match managed::by_arn(arn) {
        Some(policy) => Ok(Found::Aws(policy)),
        None => iam.policies.get(arn).map(Found::Own).ok_or_else(|| not_found(arn)),
    }
}

/// The policy that a request names, to be changed: AWS's own are not the account's to change.
pub(super) fn own<'a>(iam: &'a mut Iam, params: &Params) -> Result<&'a mut Policy, Fault> {
    let arn = required(params, "PolicyArn")?;
    if managed::by_arn(arn).is_some() {
        return Err(Fault::with_status(
            403,
            "AccessDenied",
            format!("Policy {arn} is managed by AWS and cannot be changed."),
        ));
    }
    iam.policies.get_mut(arn).ok_or_else(|| not_found(arn))
}

/// A document that a managed policy can have.
pub(super) fn document(params: &Params) -> Result<String, Fault> {
    let document = required(params, "PolicyDocument")?;
    Document::check_identity(document)?;
    if document.chars().filter(|c| !c.is_whitespace()).count() > MOST_CHARACTERS {
        return Err(Fault::with_status(
            409,
            "LimitExceeded",
            format!("Cannot exceed quota for PolicySize: {MOST_CHARACTERS}"),
        ));
    }
    Ok(document.to_owned())
}

pub(super) fn create(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let name = name(params, "PolicyName", 128)?.to_owned();
    let path = role::path(params)?;
    let document = document(params)?;
    let tags = tags(params)?;
    if account.state.iam.policies.values().any(|policy| policy.name.eq_ignore_ascii_case(&name)) {
        return Err(Fault::with_status(
            409,
            "EntityAlreadyExists",
            format!("A policy called {name} already exists. Duplicate names are not allowed."),
        ));
    }
    let policy = Policy {
        id: account.state.ids.iam("ANPA"),
        name,
        path,
        description: params.text("Description").unwrap_or_default().to_owned(),
        created: account.now,
        updated: account.now,
        tags,
        versions: BTreeMap::from([(1, Inline { document, put: account.now })]),
        default_version: 1,
        last_version: 1,
    };
    let answer = Found::Own(&policy).whole(&account.state.iam);
    account.state.iam.policies.insert(policy.arn(), policy);
    Ok(vec![Xml::tree("Policy", answer)])
}

pub(super) fn get(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let iam = &account.state.iam;
    Ok(vec![Xml::tree("Policy", found(iam, params)?.whole(iam))])
}

pub(super) fn delete(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let policy = own(&mut account.state.iam, params)?;
    let (arn, versions) = (policy.arn(), policy.versions.len());
    let conflict = |why: &str| Err(Fault::with_status(409, "DeleteConflict", why));
    if holders(&account.state.iam, &arn).next().is_some() {
        return conflict("Cannot delete a policy attached to entities.");
    }
    if versions > 1 {
        return conflict(
            "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. \
             The default version is deleted with the policy.",
        );
    }
    account.state.iam.policies.remove(&arn);
    Ok(Vec::new())
}

pub(super) fn list(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let scope = params.text("Scope").unwrap_or("All");
    if !["All", "AWS", "Local"].contains(&scope) {
        return Err(Fault::new("ValidationError", format!("Scope must be All, AWS or Local, not {scope}.")));
    }
    let iam = &account.state.iam;
    let prefix = params.text("PathPrefix").unwrap_or("/");
    let attached = params.text("OnlyAttached") == Some("true");
    let aws = managed::all().iter().filter(|_| scope != "Local").map(Found::Aws);
    let own = iam.policies.values().filter(|_| scope != "AWS").map(Found::Own);
    let meant = |policy: &Found<'_>| {
        policy.path().starts_with(prefix) && (!attached || holders(iam, &policy.arn()).next().is_some())
    };
    let mut all: Vec<(String, Found<'_>)> =
        aws.chain(own).filter(meant).map(|policy| (policy.name(), policy)).collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    let (policies, mut tail) =
        page(params, all.iter().map(|(name, policy)| (name.as_str(), *policy)).collect());
    let members = policies.into_iter().map(|policy| policy.xml(iam));
    let mut answer = vec![Xml::members("Policies", members.collect::<Vec<_>>())];
    answer.append(&mut tail);
    Ok(answer)
}

pub(super) fn list_entities(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let iam = &account.state.iam;
    let arn = found(iam, params)?.arn();
    let all = holders(iam, &arn).map(|role| (role.name.as_str(), role)).collect();
    let (roles, mut answer) = page(params, all);
    let roles =
        roles.into_iter().map(|role| vec![Xml::text("RoleName", &role.name), Xml::text("RoleId", &role.id)]);
    answer.extend([
        Xml::members("PolicyRoles", roles),
        Xml::tree("PolicyGroups", Vec::new()),
        Xml::tree("PolicyUsers", Vec::new()),
    ]);
    Ok(answer)
}
