//! Policies on roles: managed ones attached to them, and inline ones written into them.

use super::managed;
use super::names::{encoded, name, page, required};
use super::policy::Document;
use super::state::Inline;
use crate::account::Account;
use crate::fault::Fault;
use crate::wire::{Params, Xml};

/// The default quota of managed policies on a role.
const MOST_ATTACHED: usize = 10;
/// All inline policies of a role together, white space not counted.
const MOST_INLINE_CHARACTERS: usize = 10_240;

pub(super) fn attach(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let arn = required(params, "PolicyArn")?;
    if !arn.starts_with("arn:") {
        return Err(Fault::new("ValidationError", format!("ARN {arn} is not valid.")));
    }
    let now = account.now;
    let own = account.state.iam.policies.contains_key(arn);
    let role = account.state.iam.changeable(name(params, "RoleName", 64)?)?;
    let policy = managed::by_arn(arn);
    if policy.is_none() && !own {
        let why = format!("Policy {arn} does not exist or is not attachable.");
        return Err(Fault::with_status(404, "NoSuchEntity", why));
    }
    if policy.is_some_and(|policy| !policy.is_attachable()) {
        return Err(Fault::new(
            "PolicyNotAttachable",
            "Cannot attach a Service Role Policy to a Customer Role.",
        ));
    }
    // Attaching twice is no error and changes nothing.
    if !role.attached.contains_key(arn) {
        if role.attached.len() >= MOST_ATTACHED {
            return Err(Fault::with_status(
                409,
                "LimitExceeded",
                format!("Cannot exceed quota for PoliciesPerRole: {MOST_ATTACHED}"),
            ));
        }
        role.attached.insert(arn.to_owned(), now);
    }
    Ok(Vec::new())
}

pub(super) fn detach(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let arn = required(params, "PolicyArn")?;
    let role = account.state.iam.changeable(name(params, "RoleName", 64)?)?;
    match role.attached.remove(arn) {
        Some(_) => Ok(Vec::new()),
        None => Err(Fault::with_status(404, "NoSuchEntity", format!("Policy {arn} was not found."))),
    }
}

pub(super) fn list_attached(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let role = account.state.iam.found(name(params, "RoleName", 64)?)?;
    let all = role.attached.keys().map(|arn| (arn.as_str(), arn)).collect();
    let (arns, mut answer) = page(params, all);
    let members = arns.into_iter().map(|arn| {
        let policy_name = arn.rsplit('/').next().unwrap_or(arn);
        vec![Xml::text("PolicyName", policy_name), Xml::text("PolicyArn", arn)]
    });
    answer.insert(0, Xml::members("AttachedPolicies", members));
    Ok(answer)
}

pub(super) fn put_inline(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let policy_name = name(params, "PolicyName", 128)?;
    let document = required(params, "PolicyDocument")?;
    Document::check_identity(document)?;
    let now = account.now;
    let role = account.state.iam.changeable(name(params, "RoleName", 64)?)?;
    role.inline.insert(policy_name.to_owned(), Inline { document: document.to_owned(), put: now });
    let size: usize =
        role.inline.values().map(|p| p.document.chars().filter(|c| !c.is_whitespace()).count()).sum();
    if size > MOST_INLINE_CHARACTERS {
        return Err(Fault::with_status(
            409,
            "LimitExceeded",
            format!("Maximum policy size of {MOST_INLINE_CHARACTERS} bytes exceeded for role {}", role.name),
        ));
    }
    Ok(Vec::new())
}

pub(super) fn get_inline(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let policy_name = name(params, "PolicyName", 128)?;
    let role = account.state.iam.found(name(params, "RoleName", 64)?)?;
    let inline = role.inline.get(policy_name).ok_or_else(|| no_such_inline(policy_name))?;
    Ok(vec![
        Xml::text("RoleName", &role.name),
        Xml::text("PolicyName", policy_name),
        Xml::text("PolicyDocument", encoded(&inline.document)),
    ])
}

pub(super) fn delete_inline(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let policy_name = name(params, "PolicyName", 128)?;
    let role = account.state.iam.changeable(name(params, "RoleName", 64)?)?;
    role.inline.remove(policy_name).map(|_| Vec::new()).ok_or_else(|| no_such_inline(policy_name))
}

fn no_such_inline(name: &str) -> Fault {
    Fault::with_status(404, "NoSuchEntity", format!("The role policy with name {name} cannot be found."))
}

pub(super) fn list_inline(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let role = account.state.iam.found(name(params, "RoleName", 64)?)?;
    let all = role.inline.keys().map(|name| (name.as_str(), name)).collect();
    let (names, mut answer) = page(params, all);
    let members = names.into_iter().map(|name| Xml::text("member", name)).collect();
    answer.insert(0, Xml::tree("PolicyNames", members));
    Ok(answer)
}
