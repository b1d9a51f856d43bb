//! A stack: which one it is, what is kept of it on this computer, and what the account knows of it.

mod find;
mod folder;
mod overview;

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

    /// A stack by its name, as it was last wanted.
    pub fn named(session: &Session, name: &str) -> Result<Self, AppError> {
        let folder = StackFolder::of(session, name);
        let record = folder.read()?.ok_or_else(|| folder::unknown(name))?;
        Ok(Self::new(session, record.id, record.blueprint, folder))
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

    /// Takes the right to change it, or says who has it.
    pub fn writer(&self) -> Result<Writer, AppError> {
        self.folder.lock().map(|lock| Writer { _lock: lock })
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
