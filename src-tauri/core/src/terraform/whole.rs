//! An export of a stack, or the preview of one that is not there yet.

use std::collections::BTreeSet;

use super::{Options, TerraformFile, export};
use crate::{
    account::Session,
    blueprint::{self, Blueprint},
    error::AppError,
    resource::{Survey, list},
    stack::OpenStack,
};

/// What the export of this blueprint's stack would look like. Asks AWS nothing of what is there, so imports
/// nothing.
pub async fn of_blueprint(
    session: &Session,
    blueprint: Blueprint,
    options: Options,
) -> Result<Vec<TerraformFile>, AppError> {
    blueprint::require_sound(&blueprint)?;
    let open = OpenStack::of_blueprint(session, blueprint).await?;
    let resources = list(&open.wanted.blueprint, open.stack.clone());
    let survey = Survey::unseen(&resources);
    export(&resources, &survey, &open.stack, &BTreeSet::new(), Options { imports: false, ..options })
}

/// A stack as Terraform, as it is now, with what an earlier blueprint of it has left in the account.
pub async fn of_stack(
    session: &Session,
    name: &str,
    options: Options,
) -> Result<Vec<TerraformFile>, AppError> {
    let open = OpenStack::whole(session, name).await?;
    let (resources, forgotten) = (open.resources(), open.forgotten());
    let survey = Survey::take(&resources, &session.aws, |_| {}).await;
    let gone = survey.sightings.iter().filter(|sighting| {
        forgotten.contains(&sighting.resource) && !(options.imports && sighting.present && sighting.ours)
    });
    let gone = gone.map(|sighting| sighting.resource.clone()).collect();
    export(&resources, &survey, &open.stack, &gone, options)
}
