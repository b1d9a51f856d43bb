//! From a wish to a plan.

use slipway_core::{
    blueprint::{self, Blueprint, FieldProblem, Preset},
    check::{self, CheckItem, CheckReport},
    cost::{self, PresetCard},
    error::AppError,
    plan::PlanView,
    run,
};
use tauri::{State, ipc::Channel};

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
