//! An export of a stack, or the preview of one that is not there yet.

use super::{Options, TerraformFile, export};
use crate::{
    account::Session,
    blueprint::{self, Blueprint},
    error::AppError,
    resource::Survey,
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
    let resources = open.resources();
    export(&resources, &Survey::unseen(&resources), &open.stack, Options { imports: false, ..options })
}

/// A stack as Terraform, as it is now.
pub async fn of_stack(
    session: &Session,
    name: &str,
    options: Options,
) -> Result<Vec<TerraformFile>, AppError> {
    let open = OpenStack::named(session, name).await?;
    let resources = open.resources();
    let survey = Survey::take(&resources, &session.aws, |_| {}).await;
    export(&resources, &survey, &open.stack, options)
}
