//! Tags of the account's own policies.

use super::names::{check_tag_count, page, tags, tags_xml};
use super::policies::{Found, found, own};
use crate::account::Account;
use crate::fault::Fault;
use crate::wire::{Params, Xml};
use std::collections::BTreeMap;

pub(super) fn tag(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let new = tags(params)?;
    let policy = own(&mut account.state.iam, params)?;
    policy.tags.extend(new);
    check_tag_count(&policy.tags)?;
    Ok(Vec::new())
}

pub(super) fn untag(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let policy = own(&mut account.state.iam, params)?;
    for key in params.texts("TagKeys") {
        policy.tags.remove(key);
    }
    Ok(Vec::new())
}

pub(super) fn list(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let tags = match found(&account.state.iam, params)? {
        Found::Own(policy) => policy.tags.clone(),
        Found::Aws(_) => BTreeMap::new(),
    };
    let all = tags.iter().map(|(key, value)| (key.as_str(), (key, value))).collect();
    let (shown, mut answer) = page(params, all);
    let shown: BTreeMap<String, String> = shown.into_iter().map(|(k, v)| (k.clone(), v.clone())).collect();
    answer.insert(0, tags_xml(&shown));
    Ok(answer)
}
