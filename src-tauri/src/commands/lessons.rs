//! Lessons: practice accounts with one thing wrong.

use slipway_connect::lessons::{self, BegunLesson, LessonView};
use slipway_core::error::AppError;
use tauri::{AppHandle, State};
use tauri_plugin_opener::OpenerExt;

use super::window_failed;
use crate::state::Desk;

#[tauri::command]
#[specta::specta]
pub(crate) fn lessons(desk: State<'_, Desk>) -> Vec<LessonView> {
    lessons::list(&desk.home)
}

/// Prepares a lesson's account, or goes on with it as it was left.
#[tauri::command]
#[specta::specta]
pub(crate) async fn begin_lesson(
    desk: State<'_, Desk>,
    id: String,
    anew: bool,
) -> Result<BegunLesson, AppError> {
    if anew { lessons::begin(&desk.home, &id).await } else { lessons::go_on(&desk.home, &id).await }
}

/// Opens the page of AWS's documentation that a lesson is by.
#[tauri::command]
#[specta::specta]
pub(crate) fn open_lesson_page(app: AppHandle, id: &str) -> Result<(), AppError> {
    app.opener().open_url(lessons::page(id)?, None::<&str>).map_err(window_failed)
}
