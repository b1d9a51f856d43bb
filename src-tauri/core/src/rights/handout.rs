//! What a person without rights hands to one who gives them: the two policies, and words to send along.

use serde::{Deserialize, Serialize};

use super::{Caller, Rights, analyst, policy, setup};
use crate::{
    account::Session,
    blueprint::{self, Blueprint, names},
    error::AppError,
    stack::OpenStack,
    words::{Text, say},
};

/// The policies of a stack.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type)]
pub struct Handout {
    /// For whoever sets the stack up, changes it and removes it, as JSON text.
    pub setup: String,
    /// For whoever launches jobs on it, as JSON text.
    pub analyst: String,
    /// What to write to the administrator with the first.
    pub setup_letter: Text,
    /// And with the second.
    pub analyst_letter: Text,
}

/// Makes them out of what this blueprint's stack would send.
pub async fn handout(session: &Session, blueprint: Blueprint) -> Result<Handout, AppError> {
    blueprint::require_sound(&blueprint)?;
    let open = OpenStack::of_blueprint(session, blueprint).await?;
    let (stack, blueprint) = (&open.stack, &open.wanted.blueprint);
    let caller = Caller::of(&session.identity.arn);
    let queues: Vec<_> =
        blueprint.job_queues.iter().map(|queue| names::job_queue(&stack.name, &queue.name)).collect();
    let definitions = blueprint.job_definitions.iter();
    let definitions: Vec<_> = definitions.map(|one| names::job_definition(&stack.name, &one.name)).collect();
    let launching =
        analyst(stack, queues.iter().map(String::as_str), definitions.iter().map(String::as_str), &caller);
    let text = |rights: &Rights| policy(rights.iter().map(|(permission, _)| permission));
    let letter = |code: fn(&[(&str, &str)]) -> Text| {
        code(&[
            ("name", &stack.name),
            ("account", &stack.account),
            ("region", &stack.region),
            ("arn", &session.identity.arn),
        ])
    };
    Ok(Handout {
        setup: text(&setup(stack, blueprint, &open.resources(), &caller)),
        analyst: text(&launching),
        setup_letter: letter(|params| say("letter-setup", params)),
        analyst_letter: letter(|params| say("letter-analyst", params)),
    })
}
