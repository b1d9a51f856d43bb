//! A job's log as it is written, through all its attempts.

use std::time::Duration;

use futures::stream::{self, BoxStream, StreamExt};
use tokio::time::sleep;

use super::{
    JobView, LogPage,
    backoff::{self, TRIES},
    describe,
    logs::{Source, nothing},
};
use crate::{account::Session, aws::AwsFault, error::AppError};

/// Between looks: short while lines come, longer while none do.
const SHORTEST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(5);
/// Between the last looks at the stream of an attempt that has ended: its last lines may be under way.
const LAST_LOOK: Duration = Duration::from_secs(3);
const LAST_LOOKS: u32 = 2;
/// Looks that may miss the job before it counts as unknown.
const MISSES: u32 = 3;
/// Findings that waiting does not change.
const LASTING: [&str; 4] = ["job-log-array", "job-log-elsewhere", "job-log-denied", "job-log-group-gone"];

/// Pages with new lines, and each new reason why there are none, until the job has ended and its log is drained.
/// An error is the last item.
pub fn follow(session: &Session, id: &str) -> BoxStream<'static, Result<LogPage, AppError>> {
    let follower = Follower {
        session: session.clone(),
        id: id.to_owned(),
        attempt: 1,
        token: None,
        pause: SHORTEST,
        quiet: 0,
        told: None,
        tries: 0,
        misses: 0,
        over: false,
    };
    stream::unfold(follower, |mut follower| async move {
        let item = follower.next().await?;
        Some((item, follower))
    })
    .boxed()
}

struct Follower {
    session: Session,
    id: String,
    /// The attempt whose stream is being read.
    attempt: u32,
    token: Option<String>,
    pause: Duration,
    /// Looks at an ended attempt that brought nothing.
    quiet: u32,
    /// The code of the last finding that was told.
    told: Option<String>,
    /// Failed looks in a row.
    tries: u32,
    /// Looks that did not find the job.
    misses: u32,
    over: bool,
}

impl Follower {
    async fn next(&mut self) -> Option<Result<LogPage, AppError>> {
        while !self.over {
            let found = describe::describe(&self.session, std::slice::from_ref(&self.id)).await;
            let step = match found.as_ref().map(|found| found.first()) {
                Ok(Some(described)) => self.step(&JobView::of(described)).await,
                Ok(None) => {
                    // A job just submitted may not be described at once.
                    self.misses += 1;
                    if self.misses == MISSES {
                        self.over = true;
                        return Some(Err(describe::unknown(&self.session, &self.id)));
                    }
                    sleep(LAST_LOOK).await;
                    continue;
                }
                Err(fault) => Err(fault.clone()),
            };
            match step {
                Ok(Some(page)) => return Some(Ok(page)),
                Ok(None) => {}
                Err(fault) => {
                    self.tries += 1;
                    if self.tries == TRIES || !backoff::may_pass(&fault) {
                        self.over = true;
                        return Some(Err(fault.into()));
                    }
                    backoff::pause(&self.session, self.tries).await;
                }
            }
        }
        None
    }

    /// One look at the job's log: a page that is worth showing, or a pause.
    async fn step(&mut self, job: &JobView) -> Result<Option<LogPage>, AwsFault> {
        let running = job.attempts.iter().find(|attempt| attempt.number == self.attempt);
        let ended = running.is_some_and(|attempt| attempt.stopped_at.is_some());
        let ended = ended || job.summary.state.is_final();
        // Before the first attempt there is no number to ask for.
        let number = running.map(|attempt| attempt.number);
        let finding = match Source::of(job, number) {
            Ok(source) => {
                let page = source.read(&self.session, self.token.as_deref()).await?;
                self.tries = 0;
                let moved = page.token != self.token;
                self.token.clone_from(&page.token);
                if !page.lines.is_empty() {
                    (self.pause, self.quiet, self.told) = (SHORTEST, 0, None);
                    return Ok(Some(page));
                }
                if moved && page.finding.is_none() {
                    // An empty page is not the end; the next may follow at once.
                    sleep(SHORTEST).await;
                    return Ok(None);
                }
                page.finding
            }
            Err(finding) => Some(finding),
        };
        let page = finding.filter(|finding| self.told.as_ref() != Some(&finding.code)).map(|finding| {
            self.told = Some(finding.code.clone());
            nothing(finding, false)
        });
        if self.told.as_deref().is_some_and(|code| LASTING.contains(&code)) {
            self.over = true;
        } else if ended {
            self.quiet += 1;
            let nothing_to_wait_for = running.is_none_or(|attempt| attempt.log_stream.is_none());
            if nothing_to_wait_for || self.quiet > LAST_LOOKS {
                self.go_on(job);
            } else {
                sleep(LAST_LOOK).await;
            }
        } else if page.is_none() {
            sleep(self.pause).await;
            self.pause = (self.pause * 3 / 2).min(LONGEST);
        }
        Ok(page)
    }

    /// The attempt has been read to its end: to the next, or it was the last.
    fn go_on(&mut self, job: &JobView) {
        let last = job.attempts.last().map_or(0, |attempt| attempt.number);
        if self.attempt < last || !job.summary.state.is_final() {
            self.attempt += 1;
            (self.token, self.pause, self.quiet, self.told) = (None, SHORTEST, 0, None);
        } else {
            self.over = true;
        }
    }
}
