//! A job's log, page by page.

use super::{JobAttempt, JobView, LogLine, LogPage, describe};
use crate::{
    account::Session,
    aws::{AwsFault, FaultKind, fault},
    error::AppError,
    words::{Text, say},
    world::Moment,
};

/// How long after its end a container's last lines may still arrive.
const LAG_MILLISECONDS: i64 = 5_000;

/// A page of the log of an attempt, from the beginning or from where `token` stopped; without a number, of the
/// last attempt.
///
/// A log that is not there, not yet there or not to be read is a finding, not an error.
pub async fn logs(
    session: &Session,
    id: &str,
    attempt: Option<u32>,
    token: Option<&str>,
) -> Result<LogPage, AppError> {
    let job = JobView::of(&describe::one(session, id).await?);
    let source = match Source::of(&job, attempt) {
        Ok(source) => source,
        Err(finding) => return Ok(nothing(finding, job.summary.state.is_final())),
    };
    let mut page = source.read(session, token).await?;
    let settled = source.ended.is_some_and(|at| session.world.now().since(at) >= LAG_MILLISECONDS);
    // The token given back unchanged says that the stream holds no more at present.
    page.end = settled && (page.finding.is_some() || (token.is_some() && page.token.as_deref() == token));
    Ok(page)
}

/// A page that has nothing but a finding.
pub(super) fn nothing(finding: Text, end: bool) -> LogPage {
    LogPage { lines: vec![], token: None, end, finding: Some(finding) }
}

/// The stream of one attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) group: String,
    pub(super) stream: String,
    /// When the attempt ended, if it has.
    pub(super) ended: Option<Moment>,
}

impl Source {
    /// The stream of an attempt, or why there is none.
    pub(super) fn of(job: &JobView, number: Option<u32>) -> Result<Self, Text> {
        if let Some(array) = &job.array {
            let params = [("id", &*job.summary.id), ("last", &array.size.saturating_sub(1).to_string())];
            return Err(say("job-log-array", &params));
        }
        let Some(group) = &job.log_group else { return Err(say("job-log-elsewhere", &[])) };
        let attempt = match number {
            None => job.attempts.last(),
            Some(number) => {
                let found = job.attempts.iter().find(|attempt| attempt.number == number);
                if found.is_none() && !job.attempts.is_empty() {
                    let params =
                        [("attempt", &*number.to_string()), ("count", &job.attempts.len().to_string())];
                    return Err(say("job-log-attempt", &params));
                }
                found
            }
        };
        let ended = attempt.and_then(|attempt| attempt.stopped_at).or(job.summary.stopped_at);
        match attempt.and_then(|attempt: &JobAttempt| attempt.log_stream.clone()) {
            Some(stream) => Ok(Self { group: group.clone(), stream, ended }),
            None if ended.is_some() => Err(say("job-log-none", &[])),
            None => Err(say("job-log-not-yet", &[])),
        }
    }

    /// The next page. Not being there and not being allowed are findings; `end` is left to the caller.
    pub(super) async fn read(&self, session: &Session, token: Option<&str>) -> Result<LogPage, AwsFault> {
        let request = session.aws.read.logs.get_log_events();
        let request = request.log_group_name(&self.group).log_stream_name(&self.stream).start_from_head(true);
        let sent = request.set_next_token(token.map(str::to_owned)).send().await;
        match sent.map_err(fault("logs:GetLogEvents")) {
            Ok(page) => Ok(LogPage {
                lines: page
                    .events()
                    .iter()
                    .map(|event| LogLine {
                        at: Moment(event.timestamp().unwrap_or_default()),
                        text: event.message().unwrap_or_default().to_owned(),
                    })
                    .collect(),
                token: page.next_forward_token().map(str::to_owned),
                end: false,
                finding: None,
            }),
            Err(fault) => {
                let finding = self.why_not(&fault).ok_or(fault)?;
                Ok(LogPage { token: token.map(str::to_owned), ..nothing(finding, false) })
            }
        }
    }

    fn why_not(&self, fault: &AwsFault) -> Option<Text> {
        match fault.kind {
            FaultKind::Denied => Some(say("job-log-denied", &[("group", &self.group)])),
            FaultKind::NotFound if fault.message.contains("log stream") && self.ended.is_none() => {
                Some(say("job-log-not-yet", &[]))
            }
            FaultKind::NotFound if fault.message.contains("log stream") => {
                Some(say("job-log-stream-gone", &[("group", &self.group), ("stream", &self.stream)]))
            }
            FaultKind::NotFound => Some(say("job-log-group-gone", &[("group", &self.group)])),
            _ => None,
        }
    }
}
