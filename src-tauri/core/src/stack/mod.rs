//! A stack: which one it is, what is kept of it on this computer, and what the account knows of it.

mod find;
mod folder;
mod overview;
mod recover;

use std::fs::File;

pub use find::{FoundStack, find};
pub(crate) use folder::private_file;
pub use folder::{Record, StackFolder};
pub use overview::{Health, StackSummary, StackView, is_console, stack, stacks};

use crate::{
    account::Session,
    blueprint::Blueprint,
    error::AppError,
    resource::{Resources, Stack, list},
};

/// A stack that is being worked with.
#[derive(Debug)]
pub struct OpenStack {
    /// Its name, id, account and region.
    pub stack: Stack,
    /// What it should be.
    pub blueprint: Blueprint,
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

impl OpenStack {
    /// The stack that this blueprint describes: known here, known to the account, or new.
    pub async fn of_blueprint(session: &Session, blueprint: Blueprint) -> Result<Self, AppError> {
        let folder = StackFolder::of(session, &blueprint.name);
        let id = match folder.read()? {
            Some(record) => record.id,
            None => match find::id_in_account(session, &blueprint.name).await {
                Some(id) => id,
                None => session.world.id(),
            },
        };
        Ok(Self::new(session, id, blueprint, folder))
    }

    /// A stack by its name, as it was last wanted; where nothing is kept of it here, as the account shows it.
    pub async fn named(session: &Session, name: &str) -> Result<Self, AppError> {
        let folder = StackFolder::of(session, name);
        if let Some(record) = folder.read()? {
            return Ok(Self::new(session, record.id, record.blueprint, folder));
        }
        let id = find::id_in_account(session, name).await.ok_or_else(|| folder::unknown(name))?;
        let blueprint = recover::recover(session, name, &id).await?;
        Ok(Self::new(session, id, blueprint, folder))
    }

    /// The same, with what else in the account carries its tags: parts that an earlier blueprint had.
    pub async fn whole(session: &Session, name: &str) -> Result<Self, AppError> {
        let mut open = Self::named(session, name).await?;
        // Who may not list everything can still work with what is known.
        if let Ok(found) = recover::recover(session, name, &open.stack.id).await {
            recover::merge(&mut open.blueprint, found);
        }
        Ok(open)
    }

    fn new(session: &Session, id: String, blueprint: Blueprint, folder: StackFolder) -> Self {
        let stack = Stack {
            name: blueprint.name.clone(),
            id,
            account: session.identity.account.clone(),
            region: session.region.clone(),
            tags: blueprint.tags.clone(),
        };
        Self { stack, blueprint, folder }
    }

    /// Its resources.
    pub fn resources(&self) -> Resources {
        list(&self.blueprint, self.stack.clone())
    }

    /// Writes down that it exists and what it should be, before the first call that changes anything.
    pub fn keep(&self, session: &Session, _writer: &Writer) -> Result<(), AppError> {
        self.folder.write(&Record {
            name: self.stack.name.clone(),
            id: self.stack.id.clone(),
            created_at: self.folder.read()?.map_or_else(|| session.world.now(), |record| record.created_at),
            blueprint: self.blueprint.clone(),
        })
    }
}
