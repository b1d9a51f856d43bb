//! SubmitJob, exactly once.
//!
//! It takes no client token, so a request repeated after a lost reply would run the work twice. Each submission
//! therefore carries an id of its own as a tag, by which the job is looked for before anything is sent again: at once,
//! and where that comes to nothing, when somebody launches the same job the next time.

use std::time::Duration;

use aws_sdk_batch::types::{JobSummary, KeyValuesPair};
use tokio::time::sleep;

use super::{
    Submit, Submitted,
    backoff::{self, TRIES},
    check, describe,
    objections::objections,
    request,
    unheard::{Abandoned, Unheard},
};
use crate::{
    account::Session,
    aws::{AwsFault, FaultKind, fault},
    blueprint::FieldProblem,
    error::AppError,
    resource::STACK_TAG,
    words::say,
    world::Moment,
};

/// The tag that carries a submission's id.
pub const SUBMISSION_TAG: &str = "slipway:submission";

/// Seconds before each look for a job whose reply was lost; a list may lag behind what it lists.
const LOOKS: [u64; 4] = [1, 2, 4, 8];
/// By then every list knows a job.
const LISTED_WITHIN: i64 = 60 * 1000;
/// How much older than its sending a job is that cannot be the one, whatever the clock of this computer says.
const SURELY_OLDER: i64 = 24 * 60 * 60 * 1000;

/// Submits a job.
///
/// Everything that breaks a rule comes back as fields of one error and nothing is sent.
pub async fn submit(session: &Session, wanted: &Submit) -> Result<Submitted, AppError> {
    let mut problems = check(wanted);
    if problems.is_empty() {
        problems.extend(objections(session, wanted).await);
    }
    if !problems.is_empty() {
        return Err(invalid(problems));
    }
    if let Some(abandoned) = Abandoned::of(session, wanted) {
        arrived(session, wanted, abandoned).await?;
    }
    let submission = Submission { id: session.world.id(), at: session.world.now() };
    let unheard = Unheard::write(session, wanted, &submission)?;
    let outcome = once(session, wanted, &submission).await;
    if !matches!(outcome, Err(Failed::Unheard(_))) {
        unheard.heard();
    }
    outcome.map_err(Failed::into_error)
}

/// Why there is no job, as far as anybody knows.
enum Failed {
    /// It was not launched.
    Refused(AppError),
    /// Nobody knows whether it was.
    Unheard(AppError),
}

impl Failed {
    fn into_error(self) -> AppError {
        match self {
            Self::Refused(error) | Self::Unheard(error) => error,
        }
    }
}

/// Sends it until there is one such job.
async fn once(session: &Session, wanted: &Submit, submission: &Submission) -> Result<Submitted, Failed> {
    let mut tries = 0;
    loop {
        let fault = match send(session, wanted, submission).await {
            Ok(submitted) => return Ok(submitted),
            Err(fault) => fault,
        };
        tries += 1;
        match fault.kind {
            _ if fault.may_have_happened() => match look(session, wanted, submission).await {
                Ok(Some(found)) => return Ok(found),
                Ok(None) if tries < TRIES => {}
                Ok(None) => return Err(Failed::Unheard(lost(wanted, &fault))),
                Err(blind) => return Err(Failed::Unheard(lost(wanted, &fault).because(blind))),
            },
            FaultKind::Throttled if tries < TRIES => {}
            _ => return Err(Failed::Refused(fault.into())),
        }
        backoff::pause(session, tries).await;
    }
}

/// Fails where an earlier launch of the same job came to AWS after all, or may have: whoever launches it now may think
/// that it did not. Said once; the next launch is a second one that is wanted.
async fn arrived(session: &Session, wanted: &Submit, abandoned: Abandoned) -> Result<(), AppError> {
    let recent = session.world.now().since(abandoned.submission.at) < LISTED_WITHIN;
    let found = if recent {
        look(session, wanted, &abandoned.submission).await
    } else {
        find(session, wanted, &abandoned.submission).await
    };
    match found {
        Ok(None) => {
            abandoned.heard();
            Ok(())
        }
        Ok(Some(found)) => {
            abandoned.heard();
            Err(AppError::new(say("submit-arrived", &[("name", &found.name), ("id", &found.id)]))
                .advise(say("submit-arrived-advice", &[])))
        }
        Err(blind) => {
            // Who may not list jobs never can; everybody else can tell the next time.
            if blind.kind == FaultKind::Denied {
                abandoned.heard();
            }
            Err(lost(wanted, &blind))
        }
    }
}

/// What tells this submission from every other.
#[derive(Debug)]
pub(super) struct Submission {
    pub(super) id: String,
    pub(super) at: Moment,
}

/// A submission that breaks rules, with every field that does.
pub(super) fn invalid(fields: Vec<FieldProblem>) -> AppError {
    let mut error = AppError::new(say("submit-invalid", &[("count", &fields.len().to_string())]))
        .advise(say("submit-invalid-advice", &[]));
    error.causes = fields.iter().map(|f| format!("{}: {}", f.field, f.problem.text)).collect();
    error.fields = fields;
    error
}

async fn send(session: &Session, wanted: &Submit, submission: &Submission) -> Result<Submitted, AwsFault> {
    let sent = request::build(&session.aws.once.batch, wanted)
        .tags(STACK_TAG, &wanted.stack)
        .tags(SUBMISSION_TAG, &submission.id)
        .send()
        .await
        .map_err(fault("batch:SubmitJob"))?;
    // The SDK reads a missing one as an empty one.
    let id = sent.job_id().filter(|id| !id.is_empty());
    let id = id.ok_or_else(|| AwsFault::lacks("batch:SubmitJob", "jobId"))?;
    Ok(Submitted {
        id: id.to_owned(),
        name: sent.job_name().unwrap_or(&wanted.name).to_owned(),
        arn: sent.job_arn().unwrap_or_default().to_owned(),
    })
}

/// Looks for the job of a submission, several times before it believes that there is none.
async fn look(
    session: &Session,
    wanted: &Submit,
    submission: &Submission,
) -> Result<Option<Submitted>, AwsFault> {
    let mut last = Ok(None);
    for seconds in LOOKS {
        sleep(Duration::from_secs(seconds)).await;
        last = find(session, wanted, submission).await;
        if let Ok(Some(_)) = last {
            return last;
        }
    }
    last
}

async fn find(
    session: &Session,
    wanted: &Submit,
    submission: &Submission,
) -> Result<Option<Submitted>, AwsFault> {
    let named = KeyValuesPair::builder().name("JOB_NAME").values(&wanted.name).build();
    let mut token = None;
    loop {
        let list = session.aws.read.batch.list_jobs().job_queue(&wanted.queue).filters(named.clone());
        let page = list.set_next_token(token).send().await.map_err(fault("batch:ListJobs"))?;
        let jobs = page.job_summary_list().iter();
        let ids: Vec<_> = jobs.clone().filter_map(|job| job.job_id().map(str::to_owned)).collect();
        for job in describe::describe(session, &ids).await? {
            let tag = job.detail.tags().and_then(|tags| tags.get(SUBMISSION_TAG));
            if tag == Some(&submission.id) {
                return Ok(Some(Submitted {
                    id: job.detail.job_id().unwrap_or_default().to_owned(),
                    name: job.detail.job_name().unwrap_or(&wanted.name).to_owned(),
                    arn: job.detail.job_arn().unwrap_or_default().to_owned(),
                }));
            }
        }
        token = page.next_token().map(str::to_owned);
        // The newest come first: behind a page of jobs that are all older there is nothing to find.
        let older = |job: &JobSummary| {
            job.created_at().is_some_and(|created| submission.at.since(Moment(created)) > SURELY_OLDER)
        };
        if token.is_none() || (!ids.is_empty() && jobs.clone().all(older)) {
            return Ok(None);
        }
    }
}

fn lost(wanted: &Submit, fault: &AwsFault) -> AppError {
    let mut error = AppError::new(say("submit-lost", &[("name", &wanted.name)]))
        .because(fault)
        .advise(say("submit-lost-advice", &[("name", &wanted.name)]));
    error.request_id.clone_from(&fault.request_id);
    error
}
