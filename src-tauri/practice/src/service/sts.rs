//! STS: who is asking.

use super::{Call, query};
use crate::account::{ACCOUNT_ID, Account};
use crate::fault::Fault;
use crate::ids::iam_id;
use crate::wire::{Params, Xml};

/// The calls it knows.
pub const CALLS: &[Call] = &[query("GetCallerIdentity", get_caller_identity)];

fn get_caller_identity(account: &mut Account<'_>, _: &Params) -> Result<Vec<Xml>, Fault> {
    Ok(vec![
        Xml::text("Arn", &account.caller.arn),
        Xml::text("UserId", iam_id(account.state.seed(), "AIDA", &account.caller.arn)),
        Xml::text("Account", ACCOUNT_ID),
    ])
}
