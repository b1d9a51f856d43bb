//! A stack as Terraform.

use std::path::PathBuf;

use slipway_core::{
    blueprint::Blueprint,
    error::AppError,
    terraform::{self as export, Options, Saved, TerraformFile},
    words::say,
};
use tauri::{AppHandle, Manager, State};
use tauri_plugin_dialog::DialogExt;

use super::window_failed;
use crate::state::Desk;

#[tauri::command]
#[specta::specta]
pub(crate) async fn preview_terraform(
    desk: State<'_, Desk>,
    blueprint: Blueprint,
    options: Options,
) -> Result<Vec<TerraformFile>, AppError> {
    export::of_blueprint(&*desk.session()?, blueprint, options).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn terraform(
    desk: State<'_, Desk>,
    name: String,
    options: Options,
) -> Result<Vec<TerraformFile>, AppError> {
    export::of_stack(&*desk.session()?, &name, options).await
}

/// The folder that is offered for a stack's files: beside the person's other documents.
#[tauri::command]
#[specta::specta]
pub(crate) async fn terraform_folder(app: AppHandle, name: String) -> Result<String, AppError> {
    let documents = app.path().document_dir().or_else(|_| app.path().home_dir()).map_err(window_failed)?;
    Ok(documents.join(format!("{name}-terraform")).to_string_lossy().into_owned())
}

/// Asks for a folder; `None` when the person closed the question.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_folder(app: AppHandle) -> Result<Option<String>, AppError> {
    let Some(folder) = app.dialog().file().blocking_pick_folder() else { return Ok(None) };
    let folder = folder.into_path().map_err(window_failed)?;
    Ok(Some(folder.to_string_lossy().into_owned()))
}

/// Writes the files; `overwrite` also replaces those that somebody changed or that are not Slipway's.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_terraform(
    app: AppHandle,
    desk: State<'_, Desk>,
    name: String,
    options: Options,
    folder: String,
    overwrite: bool,
) -> Result<Saved, AppError> {
    let folder = whole(&app, &folder)?;
    let files = export::of_stack(&*desk.session()?, &name, options).await?;
    export::save(&files, &folder, overwrite)
}

/// A typed folder as a whole path. A window has no current folder that a person could mean.
fn whole(app: &AppHandle, typed: &str) -> Result<PathBuf, AppError> {
    let folder = match typed.strip_prefix("~/") {
        Some(below) => app.path().home_dir().map_err(window_failed)?.join(below),
        None => PathBuf::from(typed),
    };
    if folder.is_absolute() {
        return Ok(folder);
    }
    Err(AppError::new(say("folder-not-whole", &[("folder", typed)]))
        .advise(say("folder-not-whole-advice", &[])))
}
