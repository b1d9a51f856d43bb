//! A stack as Terraform.

use std::path::Path;

use slipway_core::{
    blueprint::Blueprint,
    error::AppError,
    terraform::{self as export, Options, Saved, TerraformFile},
};
use tauri::{AppHandle, State};
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

/// Asks for a folder where none is given; `None` when the person closed the question.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_terraform(
    app: AppHandle,
    desk: State<'_, Desk>,
    name: String,
    options: Options,
    directory: Option<String>,
) -> Result<Option<Saved>, AppError> {
    let folder = match directory {
        Some(folder) => folder.into(),
        None => match app.dialog().file().blocking_pick_folder() {
            Some(folder) => folder.into_path().map_err(window_failed)?,
            None => return Ok(None),
        },
    };
    let files = export::of_stack(&*desk.session()?, &name, options).await?;
    export::save(&files, Path::new(&folder), false).map(Some)
}
