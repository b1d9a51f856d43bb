//! ECR: private repositories and the manifests in them, and what is known about public images.

mod cache;
mod image;
mod policy;
mod public;
mod pull;
mod repository;
mod scan;

pub use cache::Cached;
pub use public::{Public, public};
pub use pull::{Architecture, Pull};

use super::{Call, json};
use crate::account::ACCOUNT_ID;
use crate::fault::Fault;
use crate::time::Millis;
use crate::wire::json::{number, text};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json as value};
use std::collections::{BTreeMap, BTreeSet};

/// What the account remembers of it: repositories by region and name, and pull-through cache rules by region and prefix.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Ecr {
    regions: BTreeMap<String, BTreeMap<String, Repository>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    caches: BTreeMap<String, BTreeMap<String, cache::Rule>>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Repository {
    created: Millis,
    mutability: String,
    scan_on_push: bool,
    encryption: Value,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    tags: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lifecycle: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    policy: Option<String>,
    /// By digest.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    images: BTreeMap<String, Image>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Image {
    manifest: String,
    media_type: String,
    pushed: Millis,
    size: i64,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    tags: BTreeSet<String>,
    /// Kept, and handed out to nobody.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    archived: bool,
}

/// The calls it knows.
pub const CALLS: &[Call] = &[
    json("BatchDeleteImage", image::batch_delete_image),
    json("BatchGetImage", image::batch_get_image),
    json("CreatePullThroughCacheRule", cache::create_pull_through_cache_rule),
    json("CreateRepository", repository::create_repository),
    json("DeleteLifecyclePolicy", policy::delete_lifecycle_policy),
    json("DeletePullThroughCacheRule", cache::delete_pull_through_cache_rule),
    json("DeleteRepository", repository::delete_repository),
    json("DeleteRepositoryPolicy", policy::delete_repository_policy),
    json("DescribeImageScanFindings", scan::describe_image_scan_findings),
    json("DescribeImages", image::describe_images),
    json("DescribePullThroughCacheRules", cache::describe_pull_through_cache_rules),
    json("DescribeRepositories", repository::describe_repositories),
    json("GetAuthorizationToken", image::get_authorization_token),
    json("GetDownloadUrlForLayer", image::get_download_url_for_layer),
    json("GetLifecyclePolicy", policy::get_lifecycle_policy),
    json("GetRepositoryPolicy", policy::get_repository_policy),
    json("ListImages", image::list_images),
    json("ListTagsForResource", repository::list_tags_for_resource),
    json("PutImage", image::put_image),
    json("PutImageScanningConfiguration", repository::put_image_scanning_configuration),
    json("PutImageTagMutability", repository::put_image_tag_mutability),
    json("PutLifecyclePolicy", policy::put_lifecycle_policy),
    json("SetRepositoryPolicy", policy::set_repository_policy),
    json("TagResource", repository::tag_resource),
    json("UntagResource", repository::untag_resource),
    json("UpdateImageStorageClass", scan::update_image_storage_class),
];

impl Ecr {
    /// A repository's tags.
    pub(crate) fn tags(&self, region: &str, name: &str) -> Option<&BTreeMap<String, String>> {
        Some(&self.regions.get(region)?.get(name)?.tags)
    }

    fn repository(&self, region: &str, name: &str) -> Result<&Repository, Fault> {
        self.regions.get(region).and_then(|all| all.get(name)).ok_or_else(|| no_repository(name))
    }

    fn repository_mut(&mut self, region: &str, name: &str) -> Result<&mut Repository, Fault> {
        self.regions.get_mut(region).and_then(|all| all.get_mut(name)).ok_or_else(|| no_repository(name))
    }
}

impl Repository {
    fn find(&self, reference: &str) -> Option<(&String, &Image)> {
        self.images.iter().find(|(digest, image)| *digest == reference || image.tags.contains(reference))
    }

    fn shown(&self, region: &str, name: &str) -> Value {
        value!({
            "repositoryArn": repository_arn(region, name),
            "registryId": ACCOUNT_ID,
            "repositoryName": name,
            "repositoryUri": format!("{ACCOUNT_ID}.dkr.ecr.{region}.amazonaws.com/{name}"),
            "createdAt": self.created.epoch_seconds(),
            "imageTagMutability": self.mutability,
            "imageScanningConfiguration": { "scanOnPush": self.scan_on_push },
            "encryptionConfiguration": self.encryption,
        })
    }
}

fn repository_arn(region: &str, name: &str) -> String {
    format!("arn:aws:ecr:{region}:{ACCOUNT_ID}:repository/{name}")
}

fn no_repository(name: &str) -> Fault {
    Fault::new(
        "RepositoryNotFoundException",
        format!("The repository with name '{name}' does not exist in the registry with id '{ACCOUNT_ID}'"),
    )
}

fn invalid(message: impl Into<String>) -> Fault {
    Fault::new("InvalidParameterException", message)
}

/// Another account's registry shows nothing: no policy of its repositories can be set from here.
fn own_registry(input: &Value) -> Result<(), Fault> {
    match text(input, "registryId") {
        Some(other) if other != ACCOUNT_ID => Err(Fault::new(
            "AccessDeniedException",
            format!(
                "User: arn:aws:iam::{ACCOUNT_ID}:user/you is not authorized to access the registry with id '{other}' \
                 because no resource-based policy allows it"
            ),
        )),
        _ => Ok(()),
    }
}

fn name_of(input: &Value) -> Result<&str, Fault> {
    own_registry(input)?;
    text(input, "repositoryName").ok_or_else(|| {
        invalid(
            "Invalid parameter at 'repositoryName' failed to satisfy constraint: 'Member must not be null'",
        )
    })
}

/// One page of a list; the token is the position of the next.
fn page(input: &Value, field: &str, mut all: Vec<Value>) -> Result<Value, Fault> {
    let most = number(input, "maxResults").and_then(|most| usize::try_from(most).ok()).unwrap_or(100).max(1);
    let start = match text(input, "nextToken") {
        None => 0,
        Some(token) => token.parse::<usize>().map_err(|_| {
            invalid("Invalid parameter at 'nextToken' failed to satisfy constraint: 'Token is not valid'")
        })?,
    };
    let more = all.len() > start.saturating_add(most);
    all.drain(..start.min(all.len()));
    all.truncate(most);
    let mut answer = value!({ field: all });
    if more {
        answer["nextToken"] = value!((start + most).to_string());
    }
    Ok(answer)
}

#[cfg(test)]
mod tests;
