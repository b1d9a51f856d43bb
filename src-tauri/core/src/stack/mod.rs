//! A stack: which one it is, what is kept of it on this computer, and what the account knows of it.

mod find;
mod folder;
mod job_policy;
mod overview;
mod recover;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
};

pub use find::{FoundStack, find};
pub(crate) use folder::private_file;
pub use folder::{Record, StackFolder};
pub use job_policy::{access_of, policy_of};
pub use overview::{Health, StackSummary, StackView, is_console, stack, stacks};

use crate::{
    account::Session,
    blueprint::{Blueprint, Flow},
    error::AppError,
    resource::{Kind, ResourceId, Resources, Stack, list},
};

/// A stack that is being worked with.
#[derive(Debug)]
pub struct OpenStack {
    /// Its name, id, account and region.
    pub stack: Stack,
    /// What it should be.
    pub blueprint: Blueprint,
    /// What it should have been before: parts that the blueprint names no longer and that may still be there.
    pub earlier: Vec<Blueprint>,
    /// What is kept of it here.
    pub folder: StackFolder,
}

/// The right to change a stack, for as long as this lives: one writer at a time.
#[derive(Debug)]
pub struct Writer {
    _lock: File,
}

impl Writer {
    /// Takes the right to change the stack of this name, or says who has it. Before anything of the stack is read:
    /// what another one writes meanwhile would not be seen.
    pub fn of(session: &Session, name: &str) -> Result<Self, AppError> {
        StackFolder::of(session, name).lock().map(|lock| Self { _lock: lock })
    }
}

/// What the account shows of the stack, as a blueprint. Who may not list everything can still work with what is known.
async fn recovered(
    session: &Session,
    name: &str,
    id: &str,
    tags: &BTreeMap<String, String>,
) -> Option<Blueprint> {
    let found = Box::pin(recover::recover(session, name, id)).await.ok()?;
    // Whose tags are found besides the stack's, nobody can tell.
    Some(Blueprint { tags: tags.clone(), ..found })
}

impl OpenStack {
    /// The stack that this blueprint describes: known here, known to the account, or new.
    pub async fn of_blueprint(session: &Session, blueprint: Blueprint) -> Result<Self, AppError> {
        let folder = StackFolder::of(session, &blueprint.name);
        let (id, earlier) = match folder.read()? {
            Some(record) => {
                let mut earlier = record.earlier;
                earlier.push(record.blueprint);
                (record.id, earlier)
            }
            None => match Box::pin(find::id_in_account(session, &blueprint.name)).await {
                Some(id) => {
                    let made = recovered(session, &blueprint.name, &id, &blueprint.tags).await;
                    (id, made.into_iter().collect())
                }
                None => (session.world.id(), vec![]),
            },
        };
        Ok(Self::new(session, id, blueprint, earlier, folder))
    }

    /// A stack by its name, as it was last wanted; where nothing is kept of it here, as the account shows it.
    pub async fn named(session: &Session, name: &str) -> Result<Self, AppError> {
        let folder = StackFolder::of(session, name);
        if let Some(record) = folder.read()? {
            return Ok(Self::new(session, record.id, record.blueprint, record.earlier, folder));
        }
        let id = Box::pin(find::id_in_account(session, name)).await.ok_or_else(|| folder::unknown(name))?;
        let blueprint = Box::pin(recover::recover(session, name, &id)).await?;
        Ok(Self::new(session, id, blueprint, vec![], folder))
    }

    /// The same, with what else in the account carries its tags: parts that were made elsewhere, or for a blueprint
    /// that nobody remembers.
    pub async fn whole(session: &Session, name: &str) -> Result<Self, AppError> {
        let Self { stack, blueprint, mut earlier, folder } = Self::named(session, name).await?;
        earlier.extend(recovered(session, name, &stack.id, &stack.tags).await);
        Ok(Self::new(session, stack.id, blueprint, earlier, folder))
    }

    fn new(
        session: &Session,
        id: String,
        blueprint: Blueprint,
        earlier: Vec<Blueprint>,
        folder: StackFolder,
    ) -> Self {
        let stack = Stack {
            name: blueprint.name.clone(),
            id,
            account: session.identity.account.clone(),
            region: session.region.clone(),
            tags: blueprint.tags.clone(),
            former_tags: BTreeSet::new(),
        };
        let mut open = Self { stack, blueprint, earlier: vec![], folder };
        // One that names nothing new is no more worth keeping.
        for blueprint in earlier.into_iter().rev() {
            let known: BTreeSet<_> = open.resources().iter().map(|resource| resource.id()).collect();
            let parts = list(&blueprint, open.stack.clone());
            let tags: BTreeSet<_> = open.stack.dropped(&blueprint.tags).collect();
            if !tags.is_empty() || parts.iter().any(|resource| !known.contains(&resource.id())) {
                open.stack.former_tags.extend(tags);
                open.earlier.push(blueprint);
            }
        }
        open.earlier.reverse();
        open
    }

    /// Everything that is the stack's, or was: first what its blueprint names, then what earlier ones named besides.
    pub fn resources(&self) -> Resources {
        let mut resources = list(&self.blueprint, self.stack.clone());
        for blueprint in self.earlier.iter().rev() {
            let known: BTreeSet<_> = resources.iter().map(|resource| resource.id()).collect();
            let more = list(blueprint, self.stack.clone());
            resources.extend(more.into_iter().filter(|resource| !known.contains(&resource.id())));
        }
        resources
    }

    /// The resources that the blueprint names no longer. A door that it only calls by another name is none of them.
    pub fn forgotten(&self) -> BTreeSet<ResourceId> {
        let mut named: BTreeSet<_> =
            list(&self.blueprint, self.stack.clone()).iter().map(|resource| resource.id()).collect();
        let doors = &self.blueprint.flows;
        let same = |former: &&Flow| {
            doors.iter().any(|one| (&one.security_group, one.port) == (&former.security_group, former.port))
        };
        let former = self.earlier.iter().flat_map(|blueprint| &blueprint.flows).filter(same);
        named.extend(former.map(|flow| ResourceId::new(Kind::Flow, &flow.name)));
        self.resources().iter().map(|resource| resource.id()).filter(|id| !named.contains(id)).collect()
    }

    /// The blueprint with the environments of earlier ones: those are there until the stack goes, and cost what they
    /// cost.
    pub(crate) fn with_former_environments(&self) -> Blueprint {
        let mut whole = self.blueprint.clone();
        for former in self.earlier.iter().rev().flat_map(|blueprint| &blueprint.compute_environments) {
            if whole.compute_environments.iter().all(|known| known.name != former.name) {
                whole.compute_environments.push(former.clone());
            }
        }
        whole
    }

    /// Writes down that it exists and what it should be, before the first call that changes anything.
    pub fn keep(&self, session: &Session, _writer: &Writer) -> Result<(), AppError> {
        self.folder.write(&Record {
            name: self.stack.name.clone(),
            id: self.stack.id.clone(),
            created_at: self.folder.read()?.map_or_else(|| session.world.now(), |record| record.created_at),
            blueprint: self.blueprint.clone(),
            earlier: self.earlier.clone(),
        })
    }
}
