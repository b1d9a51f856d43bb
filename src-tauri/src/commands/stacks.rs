//! What is there.

use slipway_connect::SessionKind;
use slipway_core::{
    error::AppError,
    stack::{self, StackSummary, StackView},
    words::say,
};
use tauri::{AppHandle, State};
use tauri_plugin_opener::OpenerExt;

use super::window_failed;
use crate::state::Desk;

#[tauri::command]
#[specta::specta]
pub(crate) async fn stacks(desk: State<'_, Desk>) -> Result<Vec<StackSummary>, AppError> {
    stack::stacks(&*desk.session()?).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn stack(desk: State<'_, Desk>, name: String) -> Result<StackView, AppError> {
    let mut view = stack::stack(&*desk.session()?, &name).await?;
    // The console shows AWS and nothing else.
    if desk.view().is_none_or(|session| session.endpoint.is_some() || session.kind == SessionKind::Practice) {
        view.console_links.clear();
    }
    Ok(view)
}

/// Takes a part into the stack's blueprint as it is now.
#[tauri::command]
#[specta::specta]
pub(crate) async fn accept(desk: State<'_, Desk>, stack: String, part: String) -> Result<(), AppError> {
    stack::accept(&*desk.session()?, &stack, &part).await
}

/// Opens a page of the AWS console in the browser, and nothing but such a page.
#[tauri::command]
#[specta::specta]
pub(crate) fn open_console(app: AppHandle, url: &str) -> Result<(), AppError> {
    if !stack::is_console(url) {
        return Err(AppError::new(say("console-refused", &[("url", url)])));
    }
    app.opener().open_url(url, None::<&str>).map_err(window_failed)
}
