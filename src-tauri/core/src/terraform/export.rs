//! A stack as the files of a Terraform configuration.

use std::collections::{BTreeMap, BTreeSet};

use super::{Block, Context, File, Options, Part, TerraformFile, frame, save, write};
use crate::{
    error::AppError,
    resource::{ResourceId, Resources, Stack, Survey, Verdict},
    words::say,
};

/// Writes a stack down. With `options.imports` everything of the stack that is there is taken over, so the survey
/// must have looked; without, `Survey::unseen` will do and the files make another stack like it.
///
/// What the provider's form cannot say refuses the export, or Terraform would refuse the files.
///
/// What could not be looked at would be left out of the imports, and Terraform would then make a twin of it; what
/// belongs to somebody else would collide. Both refuse the export. What is in `without` is left out.
pub fn export(
    resources: &Resources,
    survey: &Survey<'_>,
    stack: &Stack,
    without: &BTreeSet<ResourceId>,
    options: Options,
) -> Result<Vec<TerraformFile>, AppError> {
    if options.imports {
        require_certainty(survey, without)?;
    }
    let looks = resources.iter().zip(survey.looks());
    let looks: Vec<_> = looks.filter(|(resource, _)| !without.contains(&resource.id())).collect();
    let addresses =
        looks.iter().filter_map(|(resource, _)| Some((resource.id(), resource.terraform_address()?)));
    let mut with = Context::new(stack, &survey.known, options, addresses.collect());
    let mut whole = Part::default();
    for (resource, look) in looks {
        let part = look.terraform(&with);
        with.learn_usable(resource.id(), part.usable_after.clone());
        merge(&mut whole, part);
    }
    if !whole.unsayable.is_empty() {
        let mut error = AppError::new(say("terraform-unsayable", &[("provider", with.provider().version())]))
            .advise(say("terraform-unsayable-advice", &[]));
        error.causes = whole.unsayable.into_iter().map(|text| text.text).collect();
        return Err(error);
    }
    Ok(files(whole, &with))
}

fn files(whole: Part, with: &Context<'_>) -> Vec<TerraformFile> {
    let mut blocks: BTreeMap<File, Vec<Block>> = BTreeMap::new();
    for (file, block) in whole.blocks {
        blocks.entry(file).or_default().push(block);
    }
    let mut of = |file| blocks.remove(&file).unwrap_or_default();
    let imports = if with.imports() { whole.imports } else { vec![] };
    [
        ("versions.tf", frame::versions(with)),
        ("variables.tf", frame::variables(with, &whole.variables)),
        ("network.tf", of(File::Network)),
        ("iam.tf", of(File::Iam)),
        ("batch.tf", of(File::Batch)),
        ("ecr.tf", of(File::Ecr)),
        ("outputs.tf", frame::outputs(&whole.outputs)),
        ("imports.tf", frame::imports(with.stack, &imports)),
    ]
    .into_iter()
    .filter(|(_, blocks)| !blocks.is_empty())
    .map(|(name, blocks)| TerraformFile {
        name: name.to_owned(),
        text: save::sign(&with.stack.name, &write(&blocks)),
    })
    .collect()
}

/// Adds a part to the whole; what several resources give is written once.
fn merge(whole: &mut Part, part: Part) {
    for block in part.blocks {
        if !whole.blocks.contains(&block) {
            whole.blocks.push(block);
        }
    }
    whole.imports.extend(part.imports);
    whole.variables.extend(part.variables);
    whole.outputs.extend(part.outputs);
    whole.unsayable.extend(part.unsayable);
}

fn require_certainty(survey: &Survey<'_>, without: &BTreeSet<ResourceId>) -> Result<(), AppError> {
    let sightings = || survey.sightings.iter().filter(|sighting| !without.contains(&sighting.resource));
    let named = |wanted: fn(&Verdict) -> bool| {
        let found = sightings().filter(|sighting| wanted(&sighting.verdict));
        found.map(|sighting| sighting.name.clone()).collect::<Vec<_>>()
    };
    let unseen = named(|verdict| matches!(verdict, Verdict::CannotTell(_)));
    if !unseen.is_empty() {
        let mut error = AppError::new(say("terraform-unseen", &[("names", &unseen.join(", "))]))
            .advise(say("terraform-unseen-advice", &[]));
        error.causes = sightings()
            .filter_map(|sighting| match &sighting.verdict {
                Verdict::CannotTell(fault) => Some(fault.to_string()),
                _ => None,
            })
            .collect();
        return Err(error);
    }
    let foreign = named(|verdict| matches!(verdict, Verdict::Foreign));
    if !foreign.is_empty() {
        return Err(AppError::new(say("terraform-foreign", &[("names", &foreign.join(", "))]))
            .advise(say("terraform-foreign-advice", &[])));
    }
    Ok(())
}
