//! From a wish to a plan.

use serde::{Deserialize, Serialize};
use slipway_connect::lessons;
use slipway_core::{
    blueprint::{self, Amendment, Blueprint, FieldProblem, Preset},
    check::{self, CheckItem, CheckReport},
    cost::{self, PresetCard},
    error::AppError,
    mend::{self, Change, Mended, Note},
    plan::PlanView,
    quota::{self, QuotaRequest},
    rights::{self, Handout},
    run,
};
use tauri::{AppHandle, State, Wry, ipc::Channel};
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder};

use super::window_failed;
use crate::state::Desk;

#[tauri::command]
#[specta::specta]
pub(crate) fn presets() -> Vec<PresetCard> {
    cost::presets()
}

#[tauri::command]
#[specta::specta]
pub(crate) fn new_blueprint(preset: Preset, name: &str) -> Blueprint {
    preset.blueprint(name)
}

#[tauri::command]
#[specta::specta]
pub(crate) fn check_blueprint(blueprint: Blueprint) -> Vec<FieldProblem> {
    blueprint::check(&blueprint)
}

#[tauri::command]
#[specta::specta]
pub(crate) fn blueprint_toml(blueprint: Blueprint) -> String {
    blueprint::write(&blueprint)
}

#[tauri::command]
#[specta::specta]
pub(crate) fn read_blueprint(toml: &str) -> Result<Blueprint, AppError> {
    blueprint::read(toml)
}

/// A blueprint's file that a person chose.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type)]
pub(crate) struct OpenedBlueprint {
    /// Where it is.
    path: String,
    /// What it says.
    blueprint: Blueprint,
}

/// Asks for a blueprint's file and reads it; `None` when the person closed the question. Which file is the person's
/// choice alone: a page cannot name one.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_blueprint(app: AppHandle) -> Result<Option<OpenedBlueprint>, AppError> {
    let Some(file) = question(&app).blocking_pick_file() else { return Ok(None) };
    let file = file.into_path().map_err(window_failed)?;
    let blueprint = blueprint::read_file(&file)?;
    Ok(Some(OpenedBlueprint { path: file.to_string_lossy().into_owned(), blueprint }))
}

/// Asks where a blueprint should go and writes it there; where that was, or `None` when the person closed the question.
/// In a file of the same stack what stands beside the blueprint stays.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_blueprint(app: AppHandle, blueprint: Blueprint) -> Result<Option<String>, AppError> {
    let named = question(&app).set_file_name(format!("{}.toml", blueprint.name));
    let Some(file) = named.blocking_save_file() else { return Ok(None) };
    let file = file.into_path().map_err(window_failed)?;
    blueprint::save(&file, &blueprint)?;
    Ok(Some(file.to_string_lossy().into_owned()))
}

fn question(app: &AppHandle) -> FileDialogBuilder<Wry> {
    app.dialog().file().add_filter("TOML", &["toml"])
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn check(
    desk: State<'_, Desk>,
    blueprint: Blueprint,
    items: Channel<CheckItem>,
) -> Result<CheckReport, AppError> {
    let (session, lesson) = (desk.session()?, desk.lesson());
    let report = check::check(&session, blueprint, |item| {
        // A page that was left does not listen; the check goes on to its end all the same.
        let _ = items.send(item.clone());
    })
    .await?;
    if let Some(lesson) = lesson {
        lessons::looked_at(&desk.home, &lesson, &report)?;
    }
    Ok(report)
}

/// What to ask for, to set a stack up.
#[tauri::command]
#[specta::specta]
pub(crate) async fn setup_handout(desk: State<'_, Desk>, blueprint: Blueprint) -> Result<Handout, AppError> {
    rights::for_setup(&*desk.session()?, blueprint).await
}

/// What to ask for, for whoever will launch jobs on it.
#[tauri::command]
#[specta::specta]
pub(crate) fn analyst_handout(desk: State<'_, Desk>, blueprint: Blueprint) -> Result<Handout, AppError> {
    Ok(rights::for_launching(&*desk.session()?, &blueprint))
}

/// What to ask for, to launch jobs on a stack that is there.
#[tauri::command]
#[specta::specta]
pub(crate) async fn launch_handout(desk: State<'_, Desk>, stack: String) -> Result<Handout, AppError> {
    rights::for_launching_on(&*desk.session()?, &stack).await
}

/// Asks AWS for more of what a limit allows, once. A person has said yes to it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn request_quota(
    desk: State<'_, Desk>,
    service: String,
    code: String,
    value: u32,
) -> Result<QuotaRequest, AppError> {
    quota::request(&*desk.session()?, &service, &code, value).await
}

/// Changes what somebody else made, as a finding's fix says. A person has said yes to each change.
#[tauri::command]
#[specta::specta]
pub(crate) async fn mend(desk: State<'_, Desk>, changes: Vec<Change>) -> Result<Vec<Mended>, AppError> {
    mend::mend(&*desk.session()?, changes).await
}

/// What was changed of what Slipway did not make, oldest first, with what takes it back.
#[tauri::command]
#[specta::specta]
pub(crate) fn mended(desk: State<'_, Desk>) -> Result<Vec<Note>, AppError> {
    Ok(mend::changes(&*desk.session()?))
}

/// The blueprint with what a finding's fix changes in it.
#[tauri::command]
#[specta::specta]
pub(crate) fn amend(blueprint: Blueprint, amendments: Vec<Amendment>) -> Blueprint {
    amendments.iter().fold(blueprint, |blueprint, amendment| amendment.applied(&blueprint))
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn plan(desk: State<'_, Desk>, blueprint: Blueprint) -> Result<PlanView, AppError> {
    run::plan_create(&*desk.session()?, blueprint).await
}
