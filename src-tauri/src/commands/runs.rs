//! What changes an account: creating, going on, undoing, tearing down.

use slipway_core::{
    blueprint::Blueprint,
    error::AppError,
    plan::PlanView,
    run::{self, Rebuilt, RunView, UnfinishedRun},
};
use tauri::{State, ipc::Channel};

use crate::state::Desk;

fn tell(progress: &Channel<RunView>) -> impl FnMut(&RunView) + Send {
    let progress = progress.clone();
    move |view| {
        // A page that was left does not listen; the run goes on.
        let _ = progress.send(view.clone());
    }
}

/// What the check finds wrong stops it, unless a person has seen that and goes on despite it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn create(
    desk: State<'_, Desk>,
    blueprint: Blueprint,
    despite_findings: bool,
    progress: Channel<RunView>,
) -> Result<RunView, AppError> {
    let (session, stop, mut tell) = (desk.session()?, desk.begin(), tell(&progress));
    if despite_findings {
        run::create_despite_findings(&session, blueprint, &stop, &mut tell).await
    } else {
        run::create(&session, blueprint, &stop, &mut tell).await
    }
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn resume(
    desk: State<'_, Desk>,
    stack: String,
    progress: Channel<RunView>,
) -> Result<RunView, AppError> {
    run::resume(&*desk.session()?, &stack, &desk.begin(), &mut tell(&progress)).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn undo(
    desk: State<'_, Desk>,
    stack: String,
    progress: Channel<RunView>,
) -> Result<RunView, AppError> {
    run::undo(&*desk.session()?, &stack, &desk.begin(), &mut tell(&progress)).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn plan_undo(desk: State<'_, Desk>, stack: String) -> Result<PlanView, AppError> {
    run::plan_undo(&*desk.session()?, &stack).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn plan_put_back(
    desk: State<'_, Desk>,
    stack: String,
    part: String,
) -> Result<PlanView, AppError> {
    run::plan_put_back(&*desk.session()?, &stack, &part).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn put_back(
    desk: State<'_, Desk>,
    stack: String,
    part: String,
    progress: Channel<RunView>,
) -> Result<RunView, AppError> {
    run::put_back(&*desk.session()?, &stack, &part, &desk.begin(), &mut tell(&progress)).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn plan_adopt(desk: State<'_, Desk>, blueprint: Blueprint) -> Result<PlanView, AppError> {
    run::plan_adopt(&*desk.session()?, blueprint).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn adopt(
    desk: State<'_, Desk>,
    blueprint: Blueprint,
    progress: Channel<RunView>,
) -> Result<RunView, AppError> {
    run::adopt(&*desk.session()?, blueprint, &desk.begin(), &mut tell(&progress)).await
}

#[tauri::command]
#[specta::specta]
pub(crate) fn keep(desk: State<'_, Desk>, stack: &str) -> Result<(), AppError> {
    run::keep(&*desk.session()?, stack)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn rebuild(desk: State<'_, Desk>, stack: String) -> Result<Rebuilt, AppError> {
    run::rebuild(&*desk.session()?, &stack).await
}

#[tauri::command]
#[specta::specta]
pub(crate) fn stop_run(desk: State<'_, Desk>) {
    desk.stop();
}

#[tauri::command]
#[specta::specta]
pub(crate) fn unfinished(desk: State<'_, Desk>) -> Result<Vec<UnfinishedRun>, AppError> {
    run::unfinished(&*desk.session()?)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn plan_teardown(desk: State<'_, Desk>, name: String) -> Result<PlanView, AppError> {
    run::plan_teardown(&*desk.session()?, &name).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn teardown(
    desk: State<'_, Desk>,
    name: String,
    images: bool,
    progress: Channel<RunView>,
) -> Result<RunView, AppError> {
    let (session, stop, mut tell) = (desk.session()?, desk.begin(), tell(&progress));
    if images {
        run::teardown_with_images(&session, &name, &stop, &mut tell).await
    } else {
        run::teardown(&session, &name, &stop, &mut tell).await
    }
}
