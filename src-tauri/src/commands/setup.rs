//! From a wish to a plan.

use std::{fs, path::Path};

use slipway_core::{
    blueprint::{self, Blueprint, FieldProblem, Preset},
    check::{self, CheckItem, CheckReport},
    cost::{self, PresetCard},
    error::AppError,
    plan::PlanView,
    run,
};
use tauri::{AppHandle, State, ipc::Channel};
use tauri_plugin_dialog::DialogExt;

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

/// Asks for a blueprint's file: one to save to when a name is offered, else one that is there. `None` when the person
/// closed the question.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_blueprint(
    app: AppHandle,
    offered: Option<String>,
) -> Result<Option<String>, AppError> {
    let dialog = app.dialog().file().add_filter("TOML", &["toml"]);
    let file = match offered {
        Some(name) => dialog.set_file_name(name).blocking_save_file(),
        None => dialog.blocking_pick_file(),
    };
    let Some(file) = file else { return Ok(None) };
    let file = file.into_path().map_err(window_failed)?;
    Ok(Some(file.to_string_lossy().into_owned()))
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn open_blueprint(path: String) -> Result<Blueprint, AppError> {
    blueprint::read_file(Path::new(&path))
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn save_blueprint(blueprint: Blueprint, path: String) -> Result<(), AppError> {
    let path = Path::new(&path);
    fs::write(path, blueprint::write(&blueprint)).map_err(|error| AppError::file(path, &error))
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn check(
    desk: State<'_, Desk>,
    blueprint: Blueprint,
    items: Channel<CheckItem>,
) -> Result<CheckReport, AppError> {
    let session = desk.session()?;
    check::check(&session, blueprint, |item| {
        // A page that was left does not listen; the check goes on to its end all the same.
        let _ = items.send(item.clone());
    })
    .await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn plan(desk: State<'_, Desk>, blueprint: Blueprint) -> Result<PlanView, AppError> {
    run::plan_create(&*desk.session()?, blueprint).await
}
