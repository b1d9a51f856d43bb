//! Who is calling.

use super::{CheckItem, CheckVerdict, Group};
use crate::{account::Session, resource::Evidence, words::say};

pub(super) fn check(session: &Session) -> CheckItem {
    let identity = &session.identity;
    let root = identity.arn.ends_with(":root");
    let mut item = if root {
        CheckItem::answer("caller", Group::Account, CheckVerdict::Warning, say("caller-root", &[]))
    } else {
        CheckItem::answer(
            "caller",
            Group::Account,
            CheckVerdict::Ready,
            say("caller", &[("arn", &identity.arn)]),
        )
    };
    item.remedy = root.then(|| say("caller-root-advice", &[]));
    item.evidence = vec![
        Evidence::new("Account", &identity.account),
        Evidence::new("Arn", &identity.arn),
        Evidence::new("Region", &session.region),
    ];
    item
}
