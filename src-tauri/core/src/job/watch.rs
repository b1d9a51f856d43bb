//! Jobs as they change, until all have ended.

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use futures::stream::{self, BoxStream, StreamExt};
use tokio::time::sleep;

use super::{
    JobView,
    backoff::{self, TRIES},
    describe,
};
use crate::{account::Session, error::AppError};

/// Between looks: short while something changes, longer while nothing does.
const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(10);
/// Looks that may miss a job before it counts as unknown: one just submitted may not be described at once.
const MISSES: u32 = 3;

/// Each job at once, and again whenever it has changed, until all have ended. A job that AWS does not know is an
/// error among the items; when AWS itself cannot be asked any more, an error is the last item.
pub fn watch(session: &Session, ids: &[String]) -> BoxStream<'static, Result<JobView, AppError>> {
    let mut open = ids.to_vec();
    open.dedup();
    let watcher = Watcher {
        session: session.clone(),
        open,
        seen: HashMap::new(),
        misses: HashMap::new(),
        news: VecDeque::new(),
        pause: Duration::ZERO,
        tries: 0,
    };
    stream::unfold(watcher, |mut watcher| async move {
        let item = watcher.next().await?;
        Some((item, watcher))
    })
    .boxed()
}

struct Watcher {
    session: Session,
    /// Ids of jobs that have not ended.
    open: Vec<String>,
    seen: HashMap<String, JobView>,
    misses: HashMap<String, u32>,
    news: VecDeque<Result<JobView, AppError>>,
    pause: Duration,
    /// Failed looks in a row.
    tries: u32,
}

impl Watcher {
    async fn next(&mut self) -> Option<Result<JobView, AppError>> {
        loop {
            if let Some(news) = self.news.pop_front() {
                return Some(news);
            }
            if self.open.is_empty() {
                return None;
            }
            sleep(self.pause).await;
            self.look().await;
        }
    }

    async fn look(&mut self) {
        let described = match describe::describe(&self.session, &self.open).await {
            Ok(described) => described,
            Err(fault) => {
                self.tries += 1;
                if self.tries == TRIES || !backoff::may_pass(&fault) {
                    self.open.clear();
                    self.news.push_back(Err(fault.into()));
                } else {
                    backoff::pause(&self.session, self.tries).await;
                }
                return;
            }
        };
        self.tries = 0;
        let mut found: HashMap<_, _> =
            described.iter().map(JobView::of).map(|job| (job.summary.id.clone(), job)).collect();
        for id in std::mem::take(&mut self.open) {
            let Some(job) = found.remove(&id) else {
                self.miss(id);
                continue;
            };
            self.misses.remove(&id);
            let changed = self.seen.get(&id).is_none_or(|before| differ(before, &job));
            if job.summary.state.is_final() {
                self.seen.remove(&id);
            } else {
                self.open.push(id.clone());
                if changed {
                    self.seen.insert(id, job.clone());
                }
            }
            if changed {
                self.news.push_back(Ok(job));
            }
        }
        self.pause =
            if self.news.is_empty() { (self.pause * 3 / 2).clamp(SHORTEST, LONGEST) } else { SHORTEST };
    }

    fn miss(&mut self, id: String) {
        let misses = self.misses.entry(id.clone()).or_default();
        *misses += 1;
        if *misses < MISSES {
            self.open.push(id);
        } else {
            self.news.push_back(Err(describe::unknown(&self.session, &id)));
        }
    }
}

/// AWS's JSON also tells when it last counted, which is no change of the job.
fn differ(before: &JobView, after: &JobView) -> bool {
    let told = |job: &JobView| JobView { json: String::new(), ..job.clone() };
    told(before) != told(after)
}
