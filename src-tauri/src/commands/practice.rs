//! The practice account's own switches.

use slipway_connect::practice::{self, PracticeSettings};
use slipway_core::error::AppError;
use tauri::State;

use crate::state::Desk;

#[tauri::command]
#[specta::specta]
pub(crate) fn practice_settings(desk: State<'_, Desk>) -> Result<PracticeSettings, AppError> {
    practice::settings(&practice::open(&desk.home)?)
}

#[tauri::command]
#[specta::specta]
pub(crate) fn set_practice_pace(desk: State<'_, Desk>, pace: f64) -> Result<PracticeSettings, AppError> {
    practice::set_pace(&practice::open(&desk.home)?, pace)
}

#[tauri::command]
#[specta::specta]
pub(crate) fn reset_practice(desk: State<'_, Desk>) -> Result<(), AppError> {
    practice::reset(&desk.home)
}
