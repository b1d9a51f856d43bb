//! Whether each image is there, built for the processor it will run on, small enough for the disk and free of what a
//! scan calls critical. A wrong processor only shows when the container starts, as `exec format error`.
//!
//! ```text
//! name ─► ecr ─► cache, where it is not there ─┐
//!      └► registry                              └► found ─► judge
//! ```

mod cache;
mod ecr;
mod found;
mod judge;
mod manifest;
mod registry;
mod size;

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ecr::types::Tag;
use futures::future::join_all;

use self::{
    ecr::Ecr,
    found::{Found, Pulls},
    judge::Asked,
};
use super::CheckItem;
use crate::{
    account::Session,
    aws::fault,
    blueprint::{Blueprint, ImageName, JobDefinition, Registry, names},
    resource::{STACK_TAG, Stack},
};

pub(super) async fn check(session: &Session, blueprint: &Blueprint) -> Vec<CheckItem> {
    // Several definitions of one image are one question, for one processor and one disk.
    let mut asked = BTreeSet::new();
    let different = blueprint.job_definitions.iter().filter(|definition| {
        let platform = definition.platform.batch();
        asked.insert((
            &definition.image,
            &definition.registry_secret,
            definition.architecture.batch(),
            platform,
            size::disk(blueprint, definition),
        ))
    });
    let found = join_all(different.map(|definition| async move {
        let name = ImageName::parse(&definition.image);
        let found = look(session, &name, definition).await;
        // The stack's own repositories are pushed to.
        let found = match found {
            Found::NotThere | Found::NoRepository if !is_own(session, blueprint, &name) => {
                cache::look(session, &name, found).await
            }
            _ => found,
        };
        let own = is_own(session, blueprint, &name)
            && (!matches!(found, Found::NotThere) || is_made(session, blueprint, &name).await);
        (definition, name, found, own)
    }))
    .await;
    let mut pulls: BTreeMap<String, Pulls> = BTreeMap::new();
    let mut items = Vec::new();
    for (definition, name, found, to_be_made) in found {
        // Whoever signs in has pulls of their own.
        if let (Found::There(facts), Registry::Host(_), None) =
            (&found, &name.registry, &definition.registry_secret)
            && let Some(new) = facts.pulls
        {
            let known = pulls.entry(name.registry.shown().to_owned()).or_insert(new);
            known.left = known.left.min(new.left);
        }
        let asked = Asked {
            blueprint,
            definition,
            to_be_made,
            own_account: matches!(&name.registry,
                Registry::Ecr { account, .. } if *account == session.identity.account),
            name,
            disk_gib: size::disk(blueprint, definition),
            puller: match definition.platform {
                crate::blueprint::Platform::Fargate => names::execution_role(&blueprint.name),
                crate::blueprint::Platform::Ec2 => names::instance_role(&blueprint.name),
            },
        };
        items.extend(judge::items(&asked, found));
    }
    items.extend(pulls.iter().filter_map(|(registry, pulls)| judge::pulls(registry, *pulls)));
    items
}

async fn look(session: &Session, name: &ImageName, definition: &JobDefinition) -> Found {
    match &name.registry {
        Registry::Ecr { account, region } => {
            let ecr = Ecr { aws: &session.aws, account, region, repository: &name.repository };
            ecr.look(name, definition.architecture).await
        }
        Registry::Host(host) => registry::look(&session.aws.web, host, name, definition.architecture).await,
    }
}

/// Whether the repository that is there is the stack's by its tags. Where those may not be read, what is found of the
/// repository itself says so.
async fn is_made(session: &Session, blueprint: &Blueprint, name: &ImageName) -> bool {
    let arn = Stack::called(&blueprint.name, session).arn("ecr", &format!("repository/{}", name.repository));
    let found = session.aws.read.ecr.list_tags_for_resource().resource_arn(arn).send().await;
    let found = found.map_err(fault("ecr:ListTagsForResource"));
    found.is_ok_and(|found| {
        let of_stack = |tag: &Tag| tag.key() == STACK_TAG && tag.value() == blueprint.name;
        found.tags().iter().any(of_stack)
    })
}

/// Whether the image is to come from a repository of the stack's own.
fn is_own(session: &Session, blueprint: &Blueprint, name: &ImageName) -> bool {
    let here = Registry::Ecr { account: session.identity.account.clone(), region: session.region.clone() };
    let named = |own: &str| names::repository(&blueprint.name, own) == name.repository;
    name.registry == here && blueprint.repositories.iter().any(|own| named(&own.name))
}
