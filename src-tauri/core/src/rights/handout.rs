//! What a person without rights hands to one who gives them: a policy, and words to send along.

use serde::{Deserialize, Serialize};

use super::{Caller, Rights, analyst, policies, setup};
use crate::{
    account::Session,
    blueprint::{self, Blueprint, names},
    error::AppError,
    job,
    resource::Stack,
    stack::OpenStack,
    words::{Text, say},
};

/// What an administrator is asked for.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type)]
pub struct Handout {
    /// IAM policies as JSON text: one, or several where one would be longer than IAM takes.
    pub policies: Vec<String>,
    /// What to write to the administrator.
    pub letter: Text,
}

/// For whoever sets this blueprint's stack up, changes it and removes it.
pub async fn for_setup(session: &Session, blueprint: Blueprint) -> Result<Handout, AppError> {
    blueprint::require_sound(&blueprint)?;
    let open = OpenStack::of_blueprint(session, blueprint).await?;
    let caller = Caller::of(&session.identity.arn);
    let rights = setup(&open.stack, &open.wanted.blueprint, &open.resources(), &caller);
    Ok(handed_out(&rights, |policies| say("letter-setup", &params(session, &open.stack.name, policies))))
}

/// For whoever will launch jobs on this blueprint's stack, watch them and stop them.
pub fn for_launching(session: &Session, blueprint: &Blueprint) -> Handout {
    let stack = &blueprint.name;
    let queues = blueprint.job_queues.iter().map(|queue| names::job_queue(stack, &queue.name));
    let definitions = blueprint.job_definitions.iter().map(|one| names::job_definition(stack, &one.name));
    launching(session, stack, &queues.collect::<Vec<_>>(), &definitions.collect::<Vec<_>>())
}

/// The same for a stack that is there, of which one need know nothing but its queues.
pub async fn for_launching_on(session: &Session, stack: &str) -> Result<Handout, AppError> {
    let (queues, definitions) = job::queues_and_definitions(session, stack).await?;
    Ok(launching(session, stack, &queues, &definitions))
}

fn launching(session: &Session, stack: &str, queues: &[String], definitions: &[String]) -> Handout {
    let caller = Caller::of(&session.identity.arn);
    let rights = analyst(&Stack::called(stack, session), queues, definitions, &caller);
    handed_out(&rights, |policies| say("letter-analyst", &params(session, stack, policies)))
}

fn handed_out(rights: &Rights, letter: impl FnOnce(&str) -> Text) -> Handout {
    let policies = policies(rights.iter().map(|(permission, _)| permission));
    let these = match policies.len() {
        1 => say("this-policy", &[]),
        many => say("these-policies", &[("count", &many.to_string())]),
    };
    Handout { letter: letter(&these.text), policies }
}

fn params<'p>(session: &'p Session, stack: &'p str, policies: &'p str) -> [(&'static str, &'p str); 5] {
    let identity = &session.identity;
    [
        ("name", stack),
        ("account", &identity.account),
        ("region", &session.region),
        ("arn", &identity.arn),
        ("policies", policies),
    ]
}
