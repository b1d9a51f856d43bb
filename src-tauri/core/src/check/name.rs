//! Another name for a stack whose name something else has taken.

use crate::{
    account::Session,
    blueprint::{Blueprint, names::LONGEST_STACK},
    resource::{Survey, Verdict},
    stack::OpenStack,
};

/// How many names are tried.
const TRIES: u32 = 8;

/// The first name like this one under which nothing is there.
pub(super) async fn free_name(session: &Session, blueprint: &Blueprint) -> Option<String> {
    for number in 2..2 + TRIES {
        let tail = format!("-{number}");
        let stem: String = blueprint.name.chars().take(LONGEST_STACK - tail.len()).collect();
        let name = format!("{}{tail}", stem.trim_end_matches('-'));
        let open = OpenStack::of_blueprint(session, Blueprint { name: name.clone(), ..blueprint.clone() });
        let resources = Box::pin(open).await.ok()?.resources();
        let survey = Survey::take(&resources, &session.aws, |_| {}).await;
        let taken = |verdict: &Verdict| matches!(verdict, Verdict::Foreign);
        if survey.sightings.iter().all(|one| !taken(&one.verdict) && !one.ours) {
            return Some(name);
        }
    }
    None
}
