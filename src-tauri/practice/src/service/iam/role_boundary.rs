//! A role's permissions boundary, which limits it whatever its policies allow.

use super::managed;
use super::names::{name, required};
use crate::account::Account;
use crate::fault::Fault;
use crate::wire::{Params, Xml};

pub(super) fn put(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let arn = required(params, "PermissionsBoundary")?;
    if managed::by_arn(arn).is_none() && !account.state.iam.policies.contains_key(arn) {
        return Err(Fault::with_status(404, "NoSuchEntity", format!("Policy {arn} does not exist.")));
    }
    let role = account.state.iam.changeable(name(params, "RoleName", 64)?)?;
    role.boundary = Some(arn.to_owned());
    Ok(Vec::new())
}

/// Taking off what is not there is no error (IAM API reference names none for it).
pub(super) fn delete(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let role = account.state.iam.changeable(name(params, "RoleName", 64)?)?;
    role.boundary = None;
    Ok(Vec::new())
}
