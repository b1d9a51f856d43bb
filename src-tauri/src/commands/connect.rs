//! Who is signed in.

use std::sync::Arc;

use secrecy::SecretString;
use slipway_connect::{Accounts, Connect, Keychain, Keys, NewAccount, SessionView, Ways};
use slipway_core::{aws::ActivityEntry, error::AppError, stack::Program, world::World};
use tauri::{AppHandle, Emitter, Manager, State};

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
