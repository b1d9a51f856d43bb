//! Jobs.

use slipway_core::{
    check::{self, CheckItem},
    error::AppError,
    job::{self, JobList, JobState, JobTarget, JobView, LogPage, StackQueue, Stopped, Submit, Submitted},
};
use tauri::State;

use crate::state::Desk;

#[tauri::command]
#[specta::specta]
pub(crate) async fn job_queues(desk: State<'_, Desk>) -> Result<Vec<StackQueue>, AppError> {
    job::queues(&*desk.session()?).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn job_targets(desk: State<'_, Desk>) -> Result<Vec<JobTarget>, AppError> {
    job::targets(&*desk.session()?).await
}

/// Whether jobs may be launched on a stack, before somebody fills a form in.
#[tauri::command]
#[specta::specta]
pub(crate) async fn may_launch(desk: State<'_, Desk>, stack: String) -> Result<Vec<CheckItem>, AppError> {
    check::launching(&*desk.session()?, &stack).await
}

#[tauri::command]
#[specta::specta]
pub(crate) fn submit_command_line(submit: Submit) -> String {
    job::command_line(&submit)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn submit(desk: State<'_, Desk>, submit: Submit) -> Result<Submitted, AppError> {
    job::submit(&*desk.session()?, &submit).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn jobs(
    desk: State<'_, Desk>,
    queue: String,
    states: Vec<JobState>,
    search: String,
) -> Result<JobList, AppError> {
    job::list(&*desk.session()?, &queue, &states, &search).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn job(desk: State<'_, Desk>, id: String) -> Result<JobView, AppError> {
    job::view(&*desk.session()?, &id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn job_logs(
    desk: State<'_, Desk>,
    id: String,
    attempt: Option<u32>,
    token: Option<String>,
) -> Result<LogPage, AppError> {
    job::logs(&*desk.session()?, &id, attempt, token.as_deref()).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn cancel_jobs(
    desk: State<'_, Desk>,
    ids: Vec<String>,
    reason: String,
) -> Result<Stopped, AppError> {
    job::cancel(&*desk.session()?, &ids, &reason).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn terminate_jobs(
    desk: State<'_, Desk>,
    ids: Vec<String>,
    reason: String,
) -> Result<Stopped, AppError> {
    job::terminate(&*desk.session()?, &ids, &reason).await
}
