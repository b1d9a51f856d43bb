//! `slipway activity`: the AWS calls that were made from this computer, newest last.

use clap::Args;
use slipway_core::aws::{ActivityEntry, ActivityFilter};

use crate::{
    args::Global,
    exit::{Ended, Outcome},
    output::Output,
};

#[derive(Debug, Args)]
pub(crate) struct ActivityArguments {
    /// Only calls that could change the account
    #[arg(long)]
    changes: bool,

    /// Only calls that failed
    #[arg(long)]
    failed: bool,

    /// Only calls with this text in their action, resource, outcome or request id
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    search: String,
}

pub(crate) async fn list(global: &Global, arguments: ActivityArguments, out: Output) -> Ended {
    let session = global.sign_in().await?.session;
    let ActivityArguments { changes, failed, search } = arguments;
    let filter = ActivityFilter { search, changes, failed };
    let entries: Vec<_> =
        session.activity.entries().into_iter().filter(|entry| filter.takes(entry)).collect();
    if out.is_json() {
        out.document(&entries);
    } else {
        out.table(&entries.iter().map(row).collect::<Vec<_>>());
    }
    Ok(Outcome::Done)
}

fn row(entry: &ActivityEntry) -> Vec<String> {
    let sign = if entry.failed {
        "✕"
    } else if entry.changes {
        "✎"
    } else {
        " "
    };
    vec![
        entry.at.local(),
        sign.to_owned(),
        format!("{}:{}", entry.service, entry.action),
        entry.resource.clone().unwrap_or_default(),
        entry.outcome.clone(),
        format!("{} ms", entry.milliseconds),
        entry.request_id.clone().unwrap_or_default(),
    ]
}
