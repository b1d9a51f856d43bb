//! A stack: which one it is, what is kept of it on this computer, and what the account knows of it.

mod drift;
mod find;
mod folder;
mod job_policy;
mod others;
mod overview;
mod recover;
mod wanted;
mod writer;

use std::collections::{BTreeMap, BTreeSet};

pub use drift::accept;
pub(crate) use drift::{is_acceptable, is_sayable};
pub use find::{FoundStack, find};
pub use folder::{Record, StackFolder};
pub(crate) use folder::{private_file, private_folder};
pub use job_policy::{access_of, policy_of};
pub use others::UsedByOthers;
pub(crate) use others::used_by_others;
pub(crate) use overview::console_page;
pub use overview::{Health, StackSummary, StackView, is_console, stack, stacks};
pub use wanted::{Generation, Wanted};
pub use writer::Writer;

use self::recover::{Traces, recover};
use crate::{
    account::Session,
    aws::AwsFault,
    blueprint::{Blueprint, Flow},
    error::AppError,
    resource::{AnyResource, Kind, Mend, ResourceId, Resources, Stack, Survey, Verdict, list},
    words::Text,
};

/// A stack that is being worked with.
#[derive(Debug)]
pub struct OpenStack {
    /// Its name, id, account and region.
    pub stack: Stack,
    /// What it should be.
    pub wanted: Wanted,
    /// What it should have been before: parts that are wanted no longer and that may still be there.
    pub earlier: Vec<Wanted>,
    /// What it was when somebody last brought it to an end: what an undo goes back to.
    pub settled: Option<Wanted>,
    /// What is kept of it here.
    pub folder: StackFolder,
}

/// What the account shows of the stack, the present state last. Who may not list everything can still work with what
/// is known.
fn recovered(session: &Session, like: &Blueprint, traces: Result<Traces, AwsFault>, id: &str) -> Vec<Wanted> {
    let mut found = traces.map(|traces| recover(session, traces, id)).unwrap_or_default();
    for wanted in &mut found {
        // Whose tags are found besides the stack's, nobody can tell.
        wanted.blueprint.tags.clone_from(&like.tags);
    }
    found
}

/// The stack's id in the account, and what carries its name: asked at once, since each alone is two answers deep.
async fn sought(session: &Session, name: &str) -> (Option<String>, Result<Traces, AwsFault>) {
    tokio::join!(Box::pin(find::id_in_account(session, name)), Box::pin(Traces::look(session, name)))
}

impl OpenStack {
    /// The stack that this blueprint describes: known here, known to the account, or new.
    pub async fn of_blueprint(session: &Session, blueprint: Blueprint) -> Result<Self, AppError> {
        let folder = StackFolder::of(session, &blueprint.name);
        if let Some(record) = folder.read()? {
            let mut earlier = record.earlier;
            let wanted = Wanted { blueprint, ..record.wanted.clone() };
            earlier.push(record.wanted);
            return Ok(Self::new(session, record.id, wanted, earlier, record.settled, folder));
        }
        let (id, traces) = sought(session, &blueprint.name).await;
        let Some(id) = id else {
            let id = session.world.id();
            return Ok(Self::new(session, id, Wanted::first(blueprint), vec![], None, folder));
        };
        let made = recovered(session, &blueprint, traces, &id);
        let present = made.last().cloned();
        let wanted = match &present {
            Some(present) => Wanted { blueprint, ..present.clone() },
            None => Wanted::first(blueprint),
        };
        Ok(Self::new(session, id, wanted, made, present, folder))
    }

    /// A stack by its name, as it was last wanted; where nothing is kept of it here that can be understood, as the
    /// account shows it.
    pub async fn named(session: &Session, name: &str) -> Result<Self, AppError> {
        let folder = StackFolder::of(session, name);
        let record = match folder.read() {
            Err(error) if error.code == "record-damaged" => None,
            record => record?,
        };
        if let Some(record) = record {
            let Record { id, wanted, earlier, settled, .. } = record;
            return Ok(Self::new(session, id, wanted, earlier, settled, folder));
        }
        let (id, traces) = sought(session, name).await;
        let id = id.ok_or_else(|| folder::unknown(name))?;
        let mut found = recover(session, traces?, &id);
        let wanted = found.pop().ok_or_else(|| folder::unknown(name))?;
        Ok(Self::new(session, id, wanted, found, None, folder))
    }

    /// The same, with what else in the account carries its tags: parts that were made elsewhere, or for a blueprint
    /// that nobody remembers.
    pub async fn whole(session: &Session, name: &str) -> Result<Self, AppError> {
        let Self { stack, wanted, mut earlier, settled, folder } = Self::named(session, name).await?;
        let traces = Box::pin(Traces::look(session, name)).await;
        earlier.extend(recovered(session, &wanted.blueprint, traces, &stack.id));
        Ok(Self::new(session, stack.id, wanted, earlier, settled, folder))
    }

    fn new(
        session: &Session,
        id: String,
        wanted: Wanted,
        earlier: Vec<Wanted>,
        settled: Option<Wanted>,
        folder: StackFolder,
    ) -> Self {
        let stack = Stack {
            name: wanted.blueprint.name.clone(),
            id,
            account: session.identity.account.clone(),
            region: session.region.clone(),
            tags: wanted.blueprint.tags.clone(),
            former_tags: BTreeSet::new(),
            generations: wanted.numbers(),
            accepted: wanted.accepted.clone(),
        };
        Self { stack, wanted, earlier: vec![], settled, folder }.after(earlier)
    }

    /// Remembers what it was before, as far as that names more than is known already.
    fn after(mut self, earlier: Vec<Wanted>) -> Self {
        for former in earlier.into_iter().rev() {
            let known: BTreeSet<_> = self.resources().iter().map(|resource| resource.id()).collect();
            let parts = former.resources(&self.stack);
            let tags: BTreeSet<_> = self.stack.dropped(&former.blueprint.tags).collect();
            if !tags.is_empty() || parts.iter().any(|resource| !known.contains(&resource.id())) {
                self.stack.former_tags.extend(tags);
                self.earlier.push(former);
            }
        }
        self.earlier.reverse();
        self
    }

    /// The stack with a successor for each environment that AWS cannot change where it is; `None` where all can be.
    pub fn with_successors(&self, survey: &Survey<'_>) -> Option<Self> {
        let mut wanted = self.wanted.clone();
        for environment in &self.wanted.blueprint.compute_environments {
            let sighting = survey.of(&self.stack.environment(&environment.name));
            let Some(Verdict::Wrong(_, Mend::Replace(why))) = sighting.map(|sighting| &sighting.verdict)
            else {
                continue;
            };
            let generation = Generation { number: self.next_generation(&environment.name), why: why.clone() };
            wanted.generations.insert(environment.name.clone(), generation);
        }
        if wanted == self.wanted {
            return None;
        }
        let stack =
            Stack { generations: wanted.numbers(), former_tags: BTreeSet::new(), ..self.stack.clone() };
        // Before all others: where one of them names the same environment, it also knows what that stood on.
        let earlier = [self.wanted.clone()].into_iter().chain(self.earlier.iter().cloned()).collect();
        let (settled, folder) = (self.settled.clone(), self.folder.clone());
        Some(Self { stack, wanted, earlier: vec![], settled, folder }.after(earlier))
    }

    /// A number that no environment of this name has had, as far as anybody knows.
    fn next_generation(&self, environment: &str) -> u32 {
        let all = self.earlier.iter().chain(&self.settled).chain([&self.wanted]);
        all.map(|wanted| wanted.number(environment)).max().unwrap_or(1).saturating_add(1)
    }

    /// The stack as it is to be after an undo: what it was when it was last brought to an end.
    #[must_use]
    pub fn as_it_was(self) -> Self {
        let Some(settled) = self.settled.clone() else { return self };
        let stack = Stack {
            tags: settled.blueprint.tags.clone(),
            former_tags: BTreeSet::new(),
            generations: settled.numbers(),
            accepted: settled.accepted.clone(),
            ..self.stack
        };
        let earlier = self.earlier.into_iter().chain([self.wanted]).collect();
        let (wanted, settled, folder) = (settled.clone(), Some(settled), self.folder);
        Self { stack, wanted, earlier: vec![], settled, folder }.after(earlier)
    }

    /// Why an environment gets a successor, by that successor.
    pub fn successors(&self) -> impl Iterator<Item = (ResourceId, &Text)> {
        let generations = self.wanted.generations.iter();
        generations.map(|(name, generation)| (self.stack.environment(name), &generation.why))
    }

    /// The resources of which something else is wanted than when the stack was last brought to an end.
    pub fn changed(&self) -> BTreeSet<ResourceId> {
        let Some(settled) = &self.settled else { return BTreeSet::new() };
        let retagged = settled.blueprint.tags != self.wanted.blueprint.tags;
        // Both as parts of the same stack, so that a successor is compared with what it succeeds.
        let before = list(&settled.blueprint, self.stack.clone());
        let before: BTreeMap<_, _> = before.iter().map(|resource| (resource.id(), resource.wish())).collect();
        let now = list(&self.wanted.blueprint, self.stack.clone());
        let same = |resource: &dyn AnyResource| before.get(&resource.id()) == Some(&resource.wish());
        let changed = now.iter().filter(|resource| retagged || !same(resource.as_ref()));
        changed.map(|resource| resource.id()).collect()
    }

    /// Everything that is the stack's, or was: first what its blueprint names, then what earlier ones named besides.
    pub fn resources(&self) -> Resources {
        let mut resources = self.wanted.resources(&self.stack);
        for former in self.earlier.iter().rev() {
            let known: BTreeSet<_> = resources.iter().map(|resource| resource.id()).collect();
            let more = former.resources(&self.stack);
            resources.extend(more.into_iter().filter(|resource| !known.contains(&resource.id())));
        }
        resources
    }

    /// The resources that are wanted no longer. A door that is only called by another name is none of them.
    pub fn forgotten(&self) -> BTreeSet<ResourceId> {
        let mut named: BTreeSet<_> =
            self.wanted.resources(&self.stack).iter().map(|resource| resource.id()).collect();
        let doors = &self.wanted.blueprint.flows;
        let same = |former: &&Flow| {
            doors.iter().any(|one| (&one.security_group, one.port) == (&former.security_group, former.port))
        };
        let former = self.earlier.iter().flat_map(|former| &former.blueprint.flows).filter(same);
        named.extend(former.map(|flow| ResourceId::new(Kind::Flow, &flow.name)));
        self.resources().iter().map(|resource| resource.id()).filter(|id| !named.contains(id)).collect()
    }

    /// Writes down that it exists and what it should be, before the first call that changes anything.
    pub fn keep(&self, session: &Session, _writer: &Writer) -> Result<(), AppError> {
        self.write(session, self.earlier.clone(), self.settled.clone())
    }

    /// Writes down that it is what it should be, and what of before is still there.
    pub fn settle(
        &self,
        session: &Session,
        _writer: &Writer,
        left: &BTreeSet<ResourceId>,
    ) -> Result<(), AppError> {
        let mut former = self.forgotten();
        former.retain(|resource| left.contains(resource));
        let lasting =
            |one: &&Wanted| one.resources(&self.stack).iter().any(|resource| former.contains(&resource.id()));
        let earlier = self.earlier.iter().filter(lasting).cloned().collect();
        self.write(session, earlier, Some(self.wanted.clone()))
    }

    fn write(
        &self,
        session: &Session,
        earlier: Vec<Wanted>,
        settled: Option<Wanted>,
    ) -> Result<(), AppError> {
        self.folder.write(&Record {
            name: self.stack.name.clone(),
            id: self.stack.id.clone(),
            created_at: self.folder.read()?.map_or_else(|| session.world.now(), |record| record.created_at),
            wanted: self.wanted.clone(),
            earlier,
            settled,
        })
    }
}
