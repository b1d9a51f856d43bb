//! `slipway limits`: the account's limits against what a stack needs, and asking AWS for more.

use std::path::PathBuf;

use clap::Args;
use slipway_core::{
    blueprint::{self, Preset},
    check::{self, CheckItem, CheckVerdict, Group},
    quota::{self, QuotaRequest, RequestStatus},
};

use super::{blueprint::FIRST_NAME, check::report::show_item, wanted::of_stack};
use crate::{
    args::{Global, stack_name},
    ask,
    exit::{Ended, Outcome},
    output::Output,
};

#[derive(Debug, Args)]
pub(crate) struct LimitsArguments {
    /// The blueprint, a TOML file; without it or a stack, the preset fargate
    #[arg(long, value_name = "FILE", conflicts_with = "stack")]
    blueprint: Option<PathBuf>,
    /// A stack that is there, by its own blueprint
    #[arg(long, value_name = "NAME", value_parser = stack_name)]
    stack: Option<String>,
    /// Show what each finding rests on
    #[arg(long)]
    evidence: bool,
    /// Ask AWS to raise this limit: ec2/L-34B43A08=16
    #[arg(long, value_name = "QUOTA=VALUE", value_parser = wish, conflicts_with_all = ["blueprint", "stack", "evidence"])]
    request: Option<Wish>,
}

/// A limit, and how much somebody would like.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wish {
    service: String,
    code: String,
    value: u32,
}

fn wish(text: &str) -> Result<Wish, String> {
    let read = || {
        let (quota, value) = text.split_once('=')?;
        let (service, code) = quota.split_once('/')?;
        let plain =
            |part: &str| part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') && !part.is_empty();
        let value = value.parse().ok().filter(|value| *value > 0)?;
        let sound = plain(service) && plain(code);
        sound.then(|| Wish { service: service.to_owned(), code: code.to_owned(), value })
    };
    read().ok_or_else(|| "It is written SERVICE/CODE=VALUE: ec2/L-34B43A08=16.".to_owned())
}

/// Refused when creating would fail for a limit.
pub(crate) async fn run(global: &Global, arguments: LimitsArguments, out: Output) -> Ended {
    if let Some(wish) = arguments.request {
        return request(global, &wish, out).await;
    }
    let read = arguments.blueprint.as_deref().map(blueprint::read_file).transpose()?;
    let signed_in = global.sign_in().await?;
    let session = &signed_in.session;
    let wanted = match (read, arguments.stack) {
        (Some(wanted), _) => wanted,
        (None, Some(stack)) => of_stack(session, &stack).await?,
        (None, None) => Preset::Fargate.blueprint(FIRST_NAME),
    };
    out.heading(&signed_in.view);
    let report = check::check(session, wanted, |_| ()).await?;
    let limits: Vec<&CheckItem> = report.items.iter().filter(|item| item.group == Group::Limits).collect();
    let fails = limits.iter().any(|item| item.verdict == CheckVerdict::Wrong);
    let outcome = if fails { Outcome::Refused } else { Outcome::Done };
    if out.is_json() {
        out.document(&limits);
        return Ok(outcome);
    }
    for item in &limits {
        show_item(item, arguments.evidence, out);
        if let Some(quota) = item.quota.as_ref().filter(|quota| quota.open.is_none()) {
            out.line(&format!(
                "    {:<22} slipway limits --request {}/{}={}",
                "", quota.service, quota.code, quota.desired
            ));
        }
        if let Some(console) = item.quota.as_ref().and_then(|quota| quota.console.as_ref()) {
            out.line(&format!("    {:<22} {console}", ""));
        }
    }
    Ok(outcome)
}

async fn request(global: &Global, wish: &Wish, out: Output) -> Ended {
    let signed_in = global.sign_in().await?;
    out.heading(&signed_in.view);
    let Wish { service, code, value } = wish;
    let question = format!(
        "Ask AWS to raise {service}/{code} to {value} in {}? A request cannot be taken back.",
        signed_in.session.region
    );
    if !ask::confirm(global, out, &question)? {
        return Ok(Outcome::Done);
    }
    let asked = quota::request(&signed_in.session, service, code, *value).await?;
    if out.is_json() {
        out.document(&asked);
    } else {
        out.line(&said(&asked));
    }
    Ok(Outcome::Done)
}

fn said(asked: &QuotaRequest) -> String {
    let desired = asked.desired;
    let case = asked.case.as_ref().map(|case| format!(" Case {case}.")).unwrap_or_default();
    match asked.status {
        RequestStatus::Pending | RequestStatus::CaseOpened => {
            format!("AWS has the request for {desired} and has not decided yet.{case}")
        }
        RequestStatus::Approved => format!("AWS granted {desired}."),
        RequestStatus::Ended => format!("AWS closed the request for {desired} without granting it.{case}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_names_a_limit_and_a_number() {
        let read = wish("ec2/L-34B43A08=16").unwrap();
        assert_eq!((read.service.as_str(), read.code.as_str(), read.value), ("ec2", "L-34B43A08", 16));
        for bad in ["ec2/L-34B43A08", "L-34B43A08=16", "ec2/L-1=0", "ec2/L-1=many", "/L-1=2", "a b/L-1=2"] {
            assert!(wish(bad).is_err(), "{bad}");
        }
    }
}
