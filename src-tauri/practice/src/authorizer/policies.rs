//! All the policies that a principal is judged by.

use crate::access::{ADMINISTRATOR, Access};
use crate::account::Caller;
use crate::service::iam::{Document, Role, document_of, documents_of};
use crate::settings::Trouble;
use crate::state::State;
use crate::time::Millis;

/// By where they are.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Policies {
    /// On the principal itself.
    pub identity: Vec<Document>,
    /// The one that its permissions cannot go beyond.
    pub boundary: Option<Vec<Document>>,
    /// Those of the organisation, by level.
    pub organization: Vec<Vec<Document>>,
    /// Actions that a trouble takes away from it.
    pub withheld: Vec<String>,
}

impl Policies {
    /// Those of whoever calls.
    pub fn of_caller(state: &State, caller: &Caller) -> Self {
        let access = &state.settings.access;
        let user = caller.arn.rsplit('/').next().unwrap_or_default();
        let identity = access.identity.iter().zip(1..).filter_map(|(text, number)| {
            let name = if text == ADMINISTRATOR {
                "AdministratorAccess".to_owned()
            } else {
                format!("user_{user}_{number}")
            };
            Some(Document::parse(text)?.named(name))
        });
        let withheld = state.settings.troubles.iter().filter_map(|trouble| match trouble {
            Trouble::MissingPermission { actions } => Some(actions.clone()),
            _ => None,
        });
        Self {
            identity: identity.collect(),
            boundary: access.boundary.as_ref().map(|text| read("PermissionsBoundary", text)),
            organization: organization(access),
            withheld: withheld.flatten().collect(),
        }
    }

    /// Those of a role at a moment. A service-linked role is beyond the organisation's.
    pub fn of_role(state: &State, role: &Role, moment: Millis) -> Self {
        let access = &state.settings.access;
        Self {
            identity: documents_of(state, role, moment),
            // A boundary that is not there any more allows nothing.
            boundary: role.boundary.as_ref().map(|arn| document_of(state, arn).into_iter().collect()),
            organization: if role.service.is_some() { Vec::new() } else { organization(access) },
            withheld: Vec::new(),
        }
    }
}

fn read(name: &str, text: &str) -> Vec<Document> {
    Document::parse(text).map(|document| document.named(name)).into_iter().collect()
}

fn organization(access: &Access) -> Vec<Vec<Document>> {
    let level =
        |texts: &Vec<String>| texts.iter().flat_map(|text| read("ServiceControlPolicy", text)).collect();
    access.organization.iter().map(level).collect()
}
