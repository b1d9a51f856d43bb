//! Repositories, their settings and their tags.

use super::{Repository, invalid, name_of, page, repository_arn};
use crate::account::{ACCOUNT_ID, Account};
use crate::fault::Fault;
use crate::wire::json::{flag, list, object, text, texts};
use serde_json::{Value, json as value};
use std::collections::BTreeMap;

pub(super) fn create_repository(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = name_of(input)?;
    check_name(name)?;
    if account.state.ecr.repository(account.region, name).is_ok() {
        return Err(Fault::new(
            "RepositoryAlreadyExistsException",
            format!(
                "The repository with name '{name}' already exists in the registry with id '{ACCOUNT_ID}'"
            ),
        ));
    }
    let encryption = match object(input, "encryptionConfiguration") {
        Some(wanted) => Value::Object(wanted.clone()),
        None => value!({ "encryptionType": "AES256" }),
    };
    let repository = Repository {
        created: account.now,
        mutability: mutability(input)?.unwrap_or_else(|| "MUTABLE".to_owned()),
        scan_on_push: scan_on_push(input),
        encryption,
        tags: tags_of(input),
        lifecycle: None,
        policy: None,
        images: BTreeMap::new(),
    };
    let shown = repository.shown(account.region, name);
    let repositories = account.state.ecr.regions.entry(account.region.to_owned()).or_default();
    repositories.insert(name.to_owned(), repository);
    Ok(value!({ "repository": shown }))
}

pub(super) fn delete_repository(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = name_of(input)?;
    let repository = account.state.ecr.repository(account.region, name)?;
    if !repository.images.is_empty() && flag(input, "force") != Some(true) {
        return Err(Fault::new(
            "RepositoryNotEmptyException",
            format!(
                "The repository with name '{name}' in registry with id '{ACCOUNT_ID}' cannot be deleted because it \
                 still contains images"
            ),
        ));
    }
    let shown = repository.shown(account.region, name);
    if let Some(repositories) = account.state.ecr.regions.get_mut(account.region) {
        repositories.remove(name);
    }
    Ok(value!({ "repository": shown }))
}

pub(super) fn describe_repositories(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let ecr = &account.state.ecr;
    let names = texts(input, "repositoryNames");
    if !names.is_empty() {
        let mut shown = Vec::new();
        for name in names {
            shown.push(ecr.repository(account.region, name)?.shown(account.region, name));
        }
        return Ok(value!({ "repositories": shown }));
    }
    let all: Vec<Value> = ecr
        .regions
        .get(account.region)
        .into_iter()
        .flatten()
        .map(|(name, repository)| repository.shown(account.region, name))
        .collect();
    page(input, "repositories", all)
}

pub(super) fn put_image_scanning_configuration(
    account: &mut Account<'_>,
    input: &Value,
) -> Result<Value, Fault> {
    let name = name_of(input)?;
    let scan = scan_on_push(input);
    account.state.ecr.repository_mut(account.region, name)?.scan_on_push = scan;
    Ok(value!({
        "registryId": ACCOUNT_ID,
        "repositoryName": name,
        "imageScanningConfiguration": { "scanOnPush": scan },
    }))
}

pub(super) fn put_image_tag_mutability(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = name_of(input)?;
    let mutability = mutability(input)?.unwrap_or_else(|| "MUTABLE".to_owned());
    account.state.ecr.repository_mut(account.region, name)?.mutability.clone_from(&mutability);
    Ok(value!({ "registryId": ACCOUNT_ID, "repositoryName": name, "imageTagMutability": mutability }))
}

pub(super) fn tagged<'v>(account: &Account<'_>, input: &'v Value) -> Result<&'v str, Fault> {
    let prefix = repository_arn(account.region, "");
    let arn = text(input, "resourceArn").unwrap_or_default();
    arn.strip_prefix(&prefix).ok_or_else(|| {
        invalid(format!(
            "Invalid parameter at 'resourceArn' failed to satisfy constraint: 'Invalid ARN' ('{arn}')"
        ))
    })
}

pub(super) fn tag_resource(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = tagged(account, input)?;
    account.state.ecr.repository_mut(account.region, name)?.tags.extend(tags_of(input));
    Ok(value!({}))
}

pub(super) fn untag_resource(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = tagged(account, input)?;
    let keys = texts(input, "tagKeys");
    account
        .state
        .ecr
        .repository_mut(account.region, name)?
        .tags
        .retain(|key, _| !keys.contains(&key.as_str()));
    Ok(value!({}))
}

pub(super) fn list_tags_for_resource(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = tagged(account, input)?;
    let tags: Vec<Value> = account
        .state
        .ecr
        .repository(account.region, name)?
        .tags
        .iter()
        .map(|(key, value)| value!({ "Key": key, "Value": value }))
        .collect();
    Ok(value!({ "tags": tags }))
}

pub(super) fn check_name(name: &str) -> Result<(), Fault> {
    let part_fits = |part: &str| {
        let ends = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        part.starts_with(ends) && part.ends_with(ends) && part.chars().all(|c| ends(c) || "._-".contains(c))
    };
    if (2..=256).contains(&name.len()) && name.split('/').all(part_fits) {
        return Ok(());
    }
    Err(invalid(format!(
        "Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression \
         '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*'' ('{name}')"
    )))
}

pub(super) fn tags_of(input: &Value) -> BTreeMap<String, String> {
    list(input, "tags")
        .iter()
        .filter_map(|tag| {
            Some((text(tag, "Key")?.to_owned(), text(tag, "Value").unwrap_or_default().to_owned()))
        })
        .collect()
}

pub(super) fn mutability(input: &Value) -> Result<Option<String>, Fault> {
    let allowed = ["MUTABLE", "IMMUTABLE", "MUTABLE_WITH_EXCLUSION", "IMMUTABLE_WITH_EXCLUSION"];
    match text(input, "imageTagMutability") {
        None => Ok(None),
        Some(found) if allowed.contains(&found) => Ok(Some(found.to_owned())),
        Some(_) => Err(invalid(
            "Invalid parameter at 'imageTagMutability' failed to satisfy constraint: 'Member must satisfy enum \
             value set: [IMMUTABLE, IMMUTABLE_WITH_EXCLUSION, MUTABLE, MUTABLE_WITH_EXCLUSION]'",
        )),
    }
}

pub(super) fn scan_on_push(input: &Value) -> bool {
    input.get("imageScanningConfiguration").and_then(|scan| flag(scan, "scanOnPush")).unwrap_or(false)
}
