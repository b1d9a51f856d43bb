//! What the account has to choose from, for the form.

use slipway_core::{
    blueprint::{Access, Blueprint, JobDefinition},
    cost::{self, Money, WayOutCard},
    error::AppError,
    offer::{self, InstancePrice, InstanceType, VpcOffer},
    stack,
};
use tauri::State;

use crate::state::Desk;

#[tauri::command]
#[specta::specta]
pub(crate) async fn networks(desk: State<'_, Desk>) -> Result<Vec<VpcOffer>, AppError> {
    offer::networks(&*desk.session()?).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn key_pairs(desk: State<'_, Desk>) -> Result<Vec<String>, AppError> {
    offer::key_pairs(&*desk.session()?).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn instance_types(desk: State<'_, Desk>) -> Result<Vec<InstanceType>, AppError> {
    offer::instance_types(&*desk.session()?).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn instance_prices(
    desk: State<'_, Desk>,
    names: Vec<String>,
) -> Result<Vec<InstancePrice>, AppError> {
    offer::prices(&*desk.session()?, &names).await
}

/// What each environment's kept vCPUs cost, in the blueprint's order.
#[tauri::command]
#[specta::specta]
pub(crate) async fn kept_costs(
    desk: State<'_, Desk>,
    blueprint: Blueprint,
) -> Result<Vec<Option<Money>>, AppError> {
    Ok(offer::kept_costs(&*desk.session()?, &blueprint).await)
}

/// The ways out of a new VPC, with what each costs for this blueprint.
#[tauri::command]
#[specta::specta]
pub(crate) fn ways_out(blueprint: Blueprint) -> Vec<WayOutCard> {
    cost::ways_out(&blueprint)
}

#[tauri::command]
#[specta::specta]
pub(crate) fn job_policy(
    desk: State<'_, Desk>,
    definition: JobDefinition,
) -> Result<Option<String>, AppError> {
    Ok(stack::policy_of(&*desk.session()?, &definition))
}

#[tauri::command]
#[specta::specta]
pub(crate) fn read_job_policy(
    desk: State<'_, Desk>,
    definition: JobDefinition,
    policy: &str,
) -> Result<Vec<Access>, AppError> {
    stack::access_of(&*desk.session()?, &definition, policy)
}
