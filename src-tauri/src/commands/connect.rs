//! Who is signed in.

use std::{fs, sync::Arc};

use secrecy::SecretString;
use slipway_connect::{Accounts, Connect, Keychain, Keys, NewAccount, SessionView, Ways};
use slipway_core::{
    account::Program,
    aws::{ActivityEntry, ActivityFilter, json_lines},
    error::AppError,
    world::World,
};
use tauri::{AppHandle, Emitter, Manager, State};
use tauri_plugin_dialog::DialogExt;

use super::window_failed;
use crate::{state::Desk, windows};

#[tauri::command]
#[specta::specta]
pub(crate) fn session(desk: State<'_, Desk>) -> Option<SessionView> {
    desk.view()
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn ways(desk: State<'_, Desk>) -> Result<Ways, AppError> {
    slipway_connect::ways(&desk.home).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn connect(
    app: AppHandle,
    desk: State<'_, Desk>,
    how: Connect,
) -> Result<SessionView, AppError> {
    let teller = app.clone();
    let listener = Arc::new(move |entry: &ActivityEntry| {
        // Only a closed window does not listen.
        let _ = teller.emit("activity", entry);
    });
    let (session, view) = slipway_connect::open(&how, &desk.home, World::real(), Some(listener)).await?;
    desk.connect(session.within(Program::Window), view.clone());
    app.emit("session-changed", Some(&view)).map_err(window_failed)?;
    Ok(view)
}

#[tauri::command]
#[specta::specta]
pub(crate) fn disconnect(app: AppHandle, desk: State<'_, Desk>) -> Result<(), AppError> {
    desk.disconnect();
    app.emit("session-changed", None::<SessionView>).map_err(window_failed)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn open_keys_window(app: AppHandle) -> Result<(), AppError> {
    windows::open_keys(&app).map_err(window_failed)
}

/// Keys go in here and never come out.
#[tauri::command]
#[specta::specta]
#[expect(clippy::too_many_arguments, reason = "the form's fields, and what Tauri hands in")]
pub(crate) async fn save_keys(
    app: AppHandle,
    desk: State<'_, Desk>,
    name: String,
    region: String,
    endpoint: Option<String>,
    key_id: String,
    secret: String,
    token: Option<String>,
) -> Result<(), AppError> {
    let keys = Keys {
        id: SecretString::from(key_id),
        secret: SecretString::from(secret),
        token: token.filter(|token| !token.is_empty()).map(SecretString::from),
    };
    let account = NewAccount { name, region, endpoint, keys };
    Accounts::new(&desk.home, Keychain::default()).save(account).await?;
    app.emit("accounts-changed", ()).map_err(window_failed)?;
    if let Some(window) = app.get_webview_window(windows::KEYS) {
        window.destroy().map_err(window_failed)?;
    }
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn forget_account(
    app: AppHandle,
    desk: State<'_, Desk>,
    name: String,
) -> Result<(), AppError> {
    Accounts::new(&desk.home, Keychain::default()).forget(&name).await?;
    app.emit("accounts-changed", ()).map_err(window_failed)
}

#[tauri::command]
#[specta::specta]
pub(crate) fn activity(desk: State<'_, Desk>) -> Result<Vec<ActivityEntry>, AppError> {
    Ok(desk.session()?.activity.entries())
}

/// Asks where the calls should go and writes those that are meant there, a line of JSON each; where that was, or `None`
/// when the person closed the question.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_activity(
    app: AppHandle,
    desk: State<'_, Desk>,
    filter: ActivityFilter,
) -> Result<Option<String>, AppError> {
    let question =
        app.dialog().file().add_filter("JSON Lines", &["jsonl"]).set_file_name("slipway-aws-calls.jsonl");
    let Some(file) = question.blocking_save_file() else { return Ok(None) };
    let file = file.into_path().map_err(window_failed)?;
    let entries = desk.session()?.activity.entries();
    let lines = json_lines(entries.iter().filter(|entry| filter.takes(entry)));
    fs::write(&file, lines).map_err(|error| AppError::file(&file, &error))?;
    Ok(Some(file.to_string_lossy().into_owned()))
}
