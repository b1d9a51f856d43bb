//! `slipway jobs`, `watch`, `logs`, `cancel`, `terminate`: jobs that are there.

use clap::Args;
use futures::StreamExt;
use serde::Serialize;
use slipway_core::{
    error::AppError,
    job::{self, JobList, JobState, JobSummary, LogPage, Stopped},
    words::say,
    world::Moment,
};

use crate::{
    args::{Global, stack_name},
    exit::{Ended, Outcome},
    output::Output,
};

#[derive(Debug, Args)]
pub(crate) struct JobsArguments {
    /// Only this stack's jobs
    #[arg(long, value_name = "NAME", value_parser = stack_name)]
    stack: Option<String>,
    /// Only this queue's jobs
    #[arg(long)]
    queue: Option<String>,
    /// Only jobs in this state; may stand several times
    #[arg(long, value_name = "STATE")]
    status: Vec<String>,
    /// Only jobs whose name or id contains this
    #[arg(long, default_value = "", hide_default_value = true)]
    search: String,
    /// Show at most so many of each queue
    #[arg(long, default_value_t = 50, value_name = "N")]
    limit: usize,
}

#[derive(Serialize)]
struct OfQueue {
    queue: String,
    #[serde(flatten)]
    list: JobList,
}

pub(crate) async fn list(global: &Global, arguments: &JobsArguments, out: Output) -> Ended {
    let states = arguments
        .status
        .iter()
        .map(|state| state.to_uppercase().parse())
        .collect::<Result<Vec<JobState>, _>>()?;
    let session = global.sign_in().await?.session;
    let queues = if let Some(queue) = &arguments.queue {
        vec![queue.clone()]
    } else {
        let queues = job::queues(&session).await?.into_iter();
        let wanted =
            queues.filter(|queue| arguments.stack.as_ref().is_none_or(|stack| *stack == queue.stack));
        wanted.map(|queue| queue.name).collect()
    };
    if queues.is_empty() {
        if let Some(stack) = &arguments.stack {
            return Err(AppError::new(say("no-job-target", &[("stack", stack)]))
                .advise(say("no-job-target-advice", &[("stack", stack)])));
        }
        out.note("There is no queue of Slipway's here. `slipway stacks` lists the stacks.");
    }
    let mut lists = Vec::new();
    for queue in queues {
        let mut list = job::list(&session, &queue, &states, &arguments.search).await?;
        list.jobs.truncate(arguments.limit);
        lists.push(OfQueue { queue, list });
    }
    if out.is_json() {
        out.document(&lists);
        return Ok(Outcome::Done);
    }
    for (index, OfQueue { queue, list }) in lists.iter().enumerate() {
        if index > 0 {
            out.line("");
        }
        let counts: Vec<_> = list
            .counts
            .iter()
            .filter(|(_, n)| **n > 0)
            .map(|(state, n)| format!("{} {n}", state.name()))
            .collect();
        out.line(&format!(
            "{queue}   {}",
            if counts.is_empty() { "no jobs".to_owned() } else { counts.join("   ") }
        ));
        out.table(&list.jobs.iter().map(|job| row(job, list.as_of)).collect::<Vec<_>>());
    }
    Ok(Outcome::Done)
}

fn row(job: &JobSummary, now: Moment) -> Vec<String> {
    vec![
        job.state.name().to_owned(),
        job.name.clone(),
        job.id.clone(),
        ago(now.since(job.created_at)),
        job.exit_code.map(|code| format!("exit {code}")).unwrap_or_default(),
        job.reason.clone().unwrap_or_default(),
    ]
}

fn ago(milliseconds: i64) -> String {
    match milliseconds / 1000 {
        seconds @ 0..60 => format!("{seconds} s ago"),
        seconds @ 60..3600 => format!("{} min ago", seconds / 60),
        seconds @ 3600..86_400 => format!("{} h ago", seconds / 3600),
        seconds => format!("{} days ago", seconds / 86_400),
    }
}

#[derive(Debug, Args)]
pub(crate) struct WatchArguments {
    /// The jobs' ids
    #[arg(required = true, value_name = "JOB_ID")]
    ids: Vec<String>,
}

/// Done when every job has succeeded; failed when one has not.
pub(crate) async fn watch(global: &Global, arguments: &WatchArguments, out: Output) -> Ended {
    let session = global.sign_in().await?.session;
    let mut changes = job::watch(&session, &arguments.ids);
    let mut outcome = Outcome::Done;
    while let Some(change) = changes.next().await {
        let view = match change {
            Ok(view) => view,
            Err(error) => {
                out.failure(&error);
                outcome = Outcome::Failed;
                continue;
            }
        };
        if out.is_json() {
            out.event(&view);
        } else {
            let summary = &view.summary;
            out.line(&format!(
                "{:<10} {}  {}  {}",
                summary.state.name(),
                summary.name,
                summary.id,
                view.doing.text
            ));
        }
        if view.summary.state == JobState::Failed {
            outcome = Outcome::Failed;
        }
    }
    Ok(outcome)
}

#[derive(Debug, Args)]
pub(crate) struct LogsArguments {
    /// The job's id
    #[arg(value_name = "JOB_ID")]
    id: String,
    /// Stay until the job has ended, and show lines as they come
    #[arg(long, short)]
    follow: bool,
    /// Which attempt, from 1; without it the last one
    #[arg(long, value_name = "N", conflicts_with = "follow")]
    attempt: Option<u32>,
}

pub(crate) async fn logs(global: &Global, arguments: &LogsArguments, out: Output) -> Ended {
    let session = global.sign_in().await?.session;
    if arguments.follow {
        let mut pages = job::follow(&session, &arguments.id);
        while let Some(page) = pages.next().await {
            show_page(&page?, out);
        }
        return Ok(Outcome::Done);
    }
    let mut token: Option<String> = None;
    loop {
        let page = job::logs(&session, &arguments.id, arguments.attempt, token.as_deref()).await?;
        show_page(&page, out);
        // The same token again: nothing more for now.
        if page.token.is_none() || page.token == token {
            return Ok(Outcome::Done);
        }
        token = page.token;
    }
}

fn show_page(page: &LogPage, out: Output) {
    for line in &page.lines {
        if out.is_json() {
            out.event(line);
        } else {
            out.line(&line.text);
        }
    }
    if let Some(finding) = &page.finding {
        out.note(&finding.text);
    }
}

#[derive(Debug, Args)]
pub(crate) struct CancelArguments {
    /// The jobs' ids
    #[arg(required = true, value_name = "JOB_ID")]
    ids: Vec<String>,
    /// Why; it stands in the job's history
    #[arg(long, default_value = "Cancelled with slipway")]
    reason: String,
}

pub(crate) async fn cancel(global: &Global, arguments: &CancelArguments, out: Output) -> Ended {
    let signed_in = global.sign_in().await?;
    out.heading(&signed_in.view);
    let stopped = job::cancel(&signed_in.session, &arguments.ids, &arguments.reason).await?;
    ended(&stopped, "cancelled", out)
}

#[derive(Debug, Args)]
pub(crate) struct TerminateArguments {
    /// The jobs' ids
    #[arg(required = true, value_name = "JOB_ID")]
    ids: Vec<String>,
    /// Why; it stands in the job's history
    #[arg(long)]
    reason: String,
}

pub(crate) async fn terminate(global: &Global, arguments: &TerminateArguments, out: Output) -> Ended {
    let signed_in = global.sign_in().await?;
    out.heading(&signed_in.view);
    let stopped = job::terminate(&signed_in.session, &arguments.ids, &arguments.reason).await?;
    ended(&stopped, "terminated", out)
}

fn ended(done: &Stopped, how: &str, out: Output) -> Ended {
    out.result(&serde_json::json!({ how: done.stopped, "ended": done.ended }), || {
        let stopped = (!done.stopped.is_empty()).then(|| format!("{} {how}.", counted(&done.stopped)));
        let ended = (!done.ended.is_empty())
            .then(|| format!("{} had ended before; nothing was done.", counted(&done.ended)));
        stopped.into_iter().chain(ended)
    });
    Ok(Outcome::Done)
}

fn counted(ids: &[String]) -> String {
    if ids.len() == 1 { format!("Job {}", ids[0]) } else { format!("{} jobs", ids.len()) }
}
