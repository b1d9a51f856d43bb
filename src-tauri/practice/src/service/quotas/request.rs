//! Asking for more. AWS takes minutes or days to decide; here it takes a minute and a half, and the answer is yes.

use super::{applied, find, required};
use crate::account::{ACCOUNT_ID, Account};
use crate::fault::Fault;
use crate::state::State;
use crate::time::Millis;
use crate::wire::json::{number, text};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json as value};

/// After so many seconds somebody at AWS has opened a case, and after so many it is decided.
const OPENED: f64 = 20.0;
const DECIDED: f64 = 90.0;

/// A request.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Request {
    id: String,
    service: String,
    code: String,
    region: String,
    wanted: u32,
    made: Millis,
    opened: Millis,
    decided: Millis,
    granted: bool,
}

impl Request {
    fn is_open(&self) -> bool {
        !self.granted
    }

    fn status(&self, now: Millis) -> &'static str {
        if self.granted {
            "APPROVED"
        } else if now >= self.opened {
            "CASE_OPENED"
        } else {
            "PENDING"
        }
    }

    fn shown(&self, now: Millis) -> Value {
        let mut shown = value!({
            "Id": self.id,
            "ServiceCode": self.service,
            "QuotaCode": self.code,
            "QuotaName": find(&self.service, &self.code).map_or("", |quota| quota.name),
            "QuotaArn": format!(
                "arn:aws:servicequotas:{}:{ACCOUNT_ID}:{}/{}", self.region, self.service, self.code
            ),
            "DesiredValue": f64::from(self.wanted),
            "Status": self.status(now),
            "Created": self.made.epoch_seconds(),
            "GlobalQuota": false,
            "Unit": "None",
            "QuotaRequestedAtLevel": "ACCOUNT",
        });
        if now >= self.opened {
            let number = u64::from_str_radix(&self.id[..8], 16).unwrap_or(1);
            shown["CaseId"] = value!(format!("{number:012}"));
        }
        shown
    }
}

/// Grants what is decided by now.
pub(crate) fn catch_up(state: &mut State, now: Millis) {
    if !state.quota_requests.iter().any(|request| request.is_open() && request.decided <= now) {
        return;
    }
    for request in
        state.quota_requests.iter_mut().filter(|request| request.is_open() && request.decided <= now)
    {
        request.granted = true;
        state.quotas.insert(format!("{}/{}", request.service, request.code), request.wanted);
    }
}

pub(super) fn increase(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let (service, code) = (required(input, "ServiceCode")?, required(input, "QuotaCode")?);
    let quota = find(service, code).ok_or_else(super::no_such_resource)?;
    let wanted = input.get("DesiredValue").and_then(Value::as_f64).unwrap_or_default();
    if wanted <= f64::from(applied(account.state, quota)) {
        return Err(Fault::new(
            "IllegalArgumentException",
            "You must provide a quota value greater than the current quota value.",
        ));
    }
    let same = |request: &&Request| request.service == service && request.code == code;
    if account.state.quota_requests.iter().filter(same).any(Request::is_open) {
        return Err(Fault::new(
            "ResourceAlreadyExistsException",
            "Only one open service quota increase request is allowed per quota.",
        ));
    }
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "more than any account ever gets"
    )]
    let wanted = wanted.min(1_000_000.0) as u32;
    let (now, settings) = (account.now, &account.state.settings);
    let made = account.state.quota_requests.len();
    let id = crate::ids::digest_hex(account.state.seed(), &format!("quota/{service}/{code}/{made}"));
    let request = Request {
        id: id[..32].to_owned(),
        service: service.to_owned(),
        code: code.to_owned(),
        region: account.region.to_owned(),
        wanted,
        made: now,
        opened: now.plus(settings.paced(OPENED)),
        decided: now.plus(settings.paced(DECIDED)),
        granted: false,
    };
    let shown = request.shown(now);
    account.state.quota_requests.push(request);
    Ok(value!({ "RequestedQuota": shown }))
}

/// The newest first.
pub(super) fn history(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let (service, code) = (required(input, "ServiceCode")?, required(input, "QuotaCode")?);
    find(service, code).ok_or_else(super::no_such_resource)?;
    let now = account.now;
    let status = text(input, "Status");
    let asked = account.state.quota_requests.iter().rev().filter(|request| {
        request.service == service
            && request.code == code
            && request.region == account.region
            && status.is_none_or(|status| status == request.status(now))
    });
    let most = number(input, "MaxResults").and_then(|most| usize::try_from(most).ok()).unwrap_or(100);
    let shown: Vec<Value> = asked.take(most).map(|request| request.shown(now)).collect();
    Ok(value!({ "RequestedQuotas": shown }))
}
