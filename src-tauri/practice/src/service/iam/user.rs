//! The one user there is.

use crate::account::{ACCOUNT_ID, Account};
use crate::fault::Fault;
use crate::ids::iam_id;
use crate::wire::{Params, Xml};

pub(super) fn get(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let me = account.caller.arn.rsplit('/').next().unwrap_or_default();
    let name = params.text("UserName").unwrap_or(me);
    if name != me {
        return Err(Fault::with_status(
            404,
            "NoSuchEntity",
            format!("The user with name {name} cannot be found."),
        ));
    }
    Ok(vec![Xml::tree(
        "User",
        vec![
            Xml::text("Path", "/"),
            Xml::text("UserName", name),
            Xml::text("UserId", iam_id(account.state.seed(), "AIDA", &account.caller.arn)),
            Xml::text("Arn", format!("arn:aws:iam::{ACCOUNT_ID}:user/{name}")),
            Xml::text("CreateDate", "2026-01-01T00:00:00Z"),
        ],
    )])
}

/// A new account has none.
pub(super) fn list_account_aliases(_: &mut Account<'_>, _: &Params) -> Result<Vec<Xml>, Fault> {
    Ok(vec![Xml::tree("AccountAliases", Vec::new()), Xml::shown("IsTruncated", false)])
}
