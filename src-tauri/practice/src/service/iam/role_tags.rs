//! Tags of roles.

use super::names::{check_tag_count, name, page, tags, tags_xml};
use crate::account::Account;
use crate::fault::Fault;
use crate::wire::{Params, Xml};
use std::collections::BTreeMap;

pub(super) fn tag(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let new = tags(params)?;
    let role = account.state.iam.found_mut(name(params, "RoleName", 64)?)?;
    role.tags.extend(new);
    check_tag_count(&role.tags)?;
    Ok(Vec::new())
}

pub(super) fn untag(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let role = account.state.iam.found_mut(name(params, "RoleName", 64)?)?;
    for key in params.texts("TagKeys") {
        role.tags.remove(key);
    }
    Ok(Vec::new())
}

pub(super) fn list(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let role = account.state.iam.found(name(params, "RoleName", 64)?)?;
    let all = role.tags.iter().map(|(key, value)| (key.as_str(), (key, value))).collect();
    let (shown, mut answer) = page(params, all);
    let shown: BTreeMap<String, String> = shown.into_iter().map(|(k, v)| (k.clone(), v.clone())).collect();
    answer.insert(0, tags_xml(&shown));
    Ok(answer)
}
