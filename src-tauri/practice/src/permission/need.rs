//! One permission: an action, the things it must be allowed on, and what its conditions are told.

use super::asked::Asked;
use super::table::{self, Action, lists};
use super::tags;
use crate::service::iam::Context;
use std::collections::BTreeMap;

/// What must be allowed for a call to pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Need {
    /// `batch:SubmitJob`.
    pub(crate) action: String,
    /// Each must be allowed: a job queue, a job definition and a job.
    pub(crate) on: Vec<Thing>,
}

/// Something that an action is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Thing {
    /// `*` where an action is about nothing in particular.
    pub(crate) arn: String,
    pub(crate) context: Context,
}

/// What a call brings along that conditions can ask for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Brought {
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) keys: Vec<(&'static str, String)>,
}

impl Need {
    /// An action on nothing in particular.
    pub(super) fn anywhere(asked: &Asked<'_>, action: &str, brought: &Brought) -> Self {
        Self::on(asked, action, "", "*".to_owned(), brought)
    }

    /// An action on one thing.
    pub(super) fn on(asked: &Asked<'_>, action: &str, kind: &str, arn: String, brought: &Brought) -> Self {
        Self { action: action.to_owned(), on: vec![Thing::of(asked, action, kind, arn, brought)] }
    }
}

impl Thing {
    /// A thing with those keys alone that the reference has for this action on this kind.
    pub(super) fn of(asked: &Asked<'_>, action: &str, kind: &str, arn: String, brought: &Brought) -> Self {
        let known = table::action(action);
        let service = action.split(':').next().unwrap_or_default();
        let on = known.and_then(|known| known.on.get(kind)).map_or(&[][..], |on| &on.keys);
        let everywhere = known.map_or(&[][..], |known: &Action| &known.keys);
        let own = table::reference(service).and_then(|reference| reference.resources.get(kind));
        let own = own.map_or(&[][..], |kind| &kind.keys);
        let mut context = Context::default();
        let mut add = |key: &str, value: String| {
            // A kind's own keys are its tags; what else is listed there belongs to other actions.
            let is_tag = key.contains(":ResourceTag/");
            if lists(on, key) || lists(everywhere, key) || (is_tag && lists(own, key)) {
                context.add(key, value);
            }
        };
        for (key, value) in &brought.tags {
            add(&format!("aws:RequestTag/{key}"), value.clone());
            add("aws:TagKeys", key.clone());
        }
        for (key, value) in tags::of(asked.state, asked.region, &arn) {
            add(&format!("aws:ResourceTag/{key}"), value.clone());
            add(&format!("{service}:ResourceTag/{key}"), value);
        }
        for (key, value) in &brought.keys {
            add(key, value.clone());
        }
        Self { arn, context }
    }
}
