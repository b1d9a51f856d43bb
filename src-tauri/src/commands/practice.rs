//! The practice account's own switches.

use slipway_connect::{
    lessons,
    practice::{self, Practice, PracticeSettings},
};
use slipway_core::error::AppError;
use tauri::State;

use crate::state::Desk;

/// The one that the window works on, a lesson's or the person's own; their own where it works on none.
fn account(desk: &Desk) -> Result<Practice, AppError> {
    match desk.lesson() {
        Some(id) => lessons::open(&desk.home, &id),
        None => practice::open(&desk.home),
    }
}

#[tauri::command]
#[specta::specta]
pub(crate) fn practice_settings(desk: State<'_, Desk>) -> Result<PracticeSettings, AppError> {
    practice::settings(&account(&desk)?)
}

#[tauri::command]
#[specta::specta]
pub(crate) fn set_practice_pace(desk: State<'_, Desk>, pace: f64) -> Result<PracticeSettings, AppError> {
    practice::set_pace(&account(&desk)?, pace)
}

/// The person's own. A lesson is begun anew instead.
#[tauri::command]
#[specta::specta]
pub(crate) fn reset_practice(desk: State<'_, Desk>) -> Result<(), AppError> {
    practice::reset(&desk.home)
}
