//! ECR: private repositories and the manifests in them, and what is known about public images.

use super::{Call, json};
use crate::account::{ACCOUNT_ID, Account};
use crate::fault::Fault;
use crate::time::Millis;
use crate::wire::json::{flag, has, list, number, object, text, texts};
use base64::Engine;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json as value};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// What the account remembers of it: repositories by region and name.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Ecr {
    regions: BTreeMap<String, BTreeMap<String, Repository>>,
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
}

/// The calls it knows.
pub const CALLS: &[Call] = &[
    json("BatchDeleteImage", batch_delete_image),
    json("BatchGetImage", batch_get_image),
    json("CreateRepository", create_repository),
    json("DeleteLifecyclePolicy", delete_lifecycle_policy),
    json("DeleteRepository", delete_repository),
    json("DeleteRepositoryPolicy", delete_repository_policy),
    json("DescribeImages", describe_images),
    json("DescribeRepositories", describe_repositories),
    json("GetAuthorizationToken", get_authorization_token),
    json("GetDownloadUrlForLayer", get_download_url_for_layer),
    json("GetLifecyclePolicy", get_lifecycle_policy),
    json("GetRepositoryPolicy", get_repository_policy),
    json("ListImages", list_images),
    json("ListTagsForResource", list_tags_for_resource),
    json("PutImage", put_image),
    json("PutImageScanningConfiguration", put_image_scanning_configuration),
    json("PutImageTagMutability", put_image_tag_mutability),
    json("PutLifecyclePolicy", put_lifecycle_policy),
    json("SetRepositoryPolicy", set_repository_policy),
    json("TagResource", tag_resource),
    json("UntagResource", untag_resource),
];

const INDEXES: [&str; 2] =
    ["application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json"];
const SINGLE: [&str; 2] =
    ["application/vnd.docker.distribution.manifest.v2+json", "application/vnd.oci.image.manifest.v1+json"];

/// A processor architecture, as image manifests name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Architecture {
    /// `amd64`.
    Amd64,
    /// `arm64`.
    Arm64,
}

impl Architecture {
    fn of(name: &str) -> Option<Self> {
        match name {
            "amd64" | "x86_64" => Some(Self::Amd64),
            "arm64" | "aarch64" => Some(Self::Arm64),
            _ => None,
        }
    }

    /// `amd64` or `arm64`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Amd64 => "amd64",
            Self::Arm64 => "arm64",
        }
    }
}

/// What a container runtime finds when it asks for an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pull {
    /// A list of images, one for each of these architectures.
    Several(BTreeSet<Architecture>),
    /// One image, for this architecture.
    One(Architecture),
    /// A private repository or a tag that is not there.
    Missing,
}

/// Public images that are built for one architecture only. All others are taken to be built for both, as the
/// official images of Docker Hub and ECR Public are.
const PUBLIC_FOR_ONE: [(&str, Architecture); 6] = [
    ("amd64/", Architecture::Amd64),
    ("docker.io/amd64/", Architecture::Amd64),
    ("arm64v8/", Architecture::Arm64),
    ("docker.io/arm64v8/", Architecture::Arm64),
    ("public.ecr.aws/amazonlinux/amazonlinux:2023-amd64", Architecture::Amd64),
    ("public.ecr.aws/amazonlinux/amazonlinux:2023-arm64v8", Architecture::Arm64),
];

impl Ecr {
    /// What pulling an image gives. Public images are all there: nobody here can list the internet.
    pub fn pull(&self, image: &str) -> Pull {
        let Some((region, repository, reference)) = private_name(image) else {
            return match PUBLIC_FOR_ONE.iter().find(|(prefix, _)| image.starts_with(prefix)) {
                Some((_, architecture)) => Pull::One(*architecture),
                None => Pull::Several([Architecture::Amd64, Architecture::Arm64].into()),
            };
        };
        self.regions
            .get(region)
            .and_then(|repositories| repositories.get(repository))
            .and_then(|repository| repository.find(reference))
            .map_or(Pull::Missing, |(_, image)| image.architectures())
    }

    /// The configuration that an image's manifest names, where it is one of ours: what a client downloads to
    /// learn the architecture of an image that is not a list.
    pub fn layer(&self, region: &str, repository: &str, digest: &str) -> Option<Value> {
        let repository = self.regions.get(region)?.get(repository)?;
        let image = repository.images.values().find(|image| {
            let manifest = image.parsed();
            manifest["config"]["digest"] == digest
        })?;
        match image.architectures() {
            Pull::One(architecture) => Some(value!({ "architecture": architecture.name(), "os": "linux" })),
            _ => None,
        }
    }

    fn repository(&self, region: &str, name: &str) -> Result<&Repository, Fault> {
        self.regions.get(region).and_then(|all| all.get(name)).ok_or_else(|| no_repository(name))
    }

    fn repository_mut(&mut self, region: &str, name: &str) -> Result<&mut Repository, Fault> {
        self.regions.get_mut(region).and_then(|all| all.get_mut(name)).ok_or_else(|| no_repository(name))
    }
}

/// Region, repository and tag or digest of an image in this account's registry.
fn private_name(image: &str) -> Option<(&str, &str, &str)> {
    let (host, path) = image.split_once('/')?;
    let rest = host.strip_suffix(".amazonaws.com")?.split_once(".dkr.ecr.")?;
    if rest.0 != ACCOUNT_ID {
        // Another account's registry gives nothing to a practice account.
        return Some(("", path, "latest"));
    }
    let (repository, reference) =
        path.split_once('@').or_else(|| path.rsplit_once(':')).unwrap_or((path, "latest"));
    Some((rest.1, repository.split(':').next().unwrap_or(repository), reference))
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

impl Image {
    fn parsed(&self) -> Value {
        serde_json::from_str(&self.manifest).unwrap_or_default()
    }

    fn architectures(&self) -> Pull {
        let manifest = self.parsed();
        if INDEXES.contains(&self.media_type.as_str()) {
            return Pull::Several(
                list(&manifest, "manifests")
                    .iter()
                    .filter_map(|one| Architecture::of(text(one.get("platform")?, "architecture")?))
                    .collect(),
            );
        }
        // The manifest of a single image does not tell its architecture, and there are no layers here: a tester
        // says it in the configuration's descriptor, and everything else is what most images are.
        let named = manifest["config"]["platform"]["architecture"]
            .as_str()
            .or_else(|| manifest["annotations"]["org.opencontainers.image.architecture"].as_str());
        Pull::One(named.and_then(Architecture::of).unwrap_or(Architecture::Amd64))
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

fn name_of(input: &Value) -> Result<&str, Fault> {
    text(input, "repositoryName").ok_or_else(|| {
        invalid(
            "Invalid parameter at 'repositoryName' failed to satisfy constraint: 'Member must not be null'",
        )
    })
}

fn check_name(name: &str) -> Result<(), Fault> {
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

fn tags_of(input: &Value) -> BTreeMap<String, String> {
    list(input, "tags")
        .iter()
        .filter_map(|tag| {
            Some((text(tag, "Key")?.to_owned(), text(tag, "Value").unwrap_or_default().to_owned()))
        })
        .collect()
}

fn mutability(input: &Value) -> Result<Option<String>, Fault> {
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

fn scan_on_push(input: &Value) -> bool {
    input.get("imageScanningConfiguration").and_then(|scan| flag(scan, "scanOnPush")).unwrap_or(false)
}

fn create_repository(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
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

fn delete_repository(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
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

fn describe_repositories(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
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

fn put_image_scanning_configuration(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = name_of(input)?;
    let scan = scan_on_push(input);
    account.state.ecr.repository_mut(account.region, name)?.scan_on_push = scan;
    Ok(value!({
        "registryId": ACCOUNT_ID,
        "repositoryName": name,
        "imageScanningConfiguration": { "scanOnPush": scan },
    }))
}

fn put_image_tag_mutability(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = name_of(input)?;
    let mutability = mutability(input)?.unwrap_or_else(|| "MUTABLE".to_owned());
    account.state.ecr.repository_mut(account.region, name)?.mutability.clone_from(&mutability);
    Ok(value!({ "registryId": ACCOUNT_ID, "repositoryName": name, "imageTagMutability": mutability }))
}

fn tagged<'v>(account: &Account<'_>, input: &'v Value) -> Result<&'v str, Fault> {
    let prefix = repository_arn(account.region, "");
    let arn = text(input, "resourceArn").unwrap_or_default();
    arn.strip_prefix(&prefix).ok_or_else(|| {
        invalid(format!(
            "Invalid parameter at 'resourceArn' failed to satisfy constraint: 'Invalid ARN' ('{arn}')"
        ))
    })
}

fn tag_resource(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = tagged(account, input)?;
    account.state.ecr.repository_mut(account.region, name)?.tags.extend(tags_of(input));
    Ok(value!({}))
}

fn untag_resource(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
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

fn list_tags_for_resource(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
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

fn put_lifecycle_policy(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = name_of(input)?;
    let policy = text(input, "lifecyclePolicyText").unwrap_or_default();
    let read: Value = serde_json::from_str(policy).unwrap_or_default();
    if list(&read, "rules").is_empty() {
        return Err(invalid(
            "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation \
             failure: the policy needs at least one rule'",
        ));
    }
    account.state.ecr.repository_mut(account.region, name)?.lifecycle = Some(policy.to_owned());
    Ok(value!({ "registryId": ACCOUNT_ID, "repositoryName": name, "lifecyclePolicyText": policy }))
}

fn lifecycle_of(account: &Account<'_>, name: &str) -> Result<String, Fault> {
    account.state.ecr.repository(account.region, name)?.lifecycle.clone().ok_or_else(|| {
        Fault::new(
            "LifecyclePolicyNotFoundException",
            format!(
                "Lifecycle policy does not exist for the repository with name '{name}' in the registry with id \
                 '{ACCOUNT_ID}'"
            ),
        )
    })
}

fn get_lifecycle_policy(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = name_of(input)?;
    let policy = lifecycle_of(account, name)?;
    Ok(value!({
        "registryId": ACCOUNT_ID,
        "repositoryName": name,
        "lifecyclePolicyText": policy,
        "lastEvaluatedAt": account.now.epoch_seconds(),
    }))
}

fn delete_lifecycle_policy(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = name_of(input)?;
    let policy = lifecycle_of(account, name)?;
    account.state.ecr.repository_mut(account.region, name)?.lifecycle = None;
    Ok(value!({ "registryId": ACCOUNT_ID, "repositoryName": name, "lifecyclePolicyText": policy }))
}

fn policy_of(account: &Account<'_>, name: &str) -> Result<String, Fault> {
    account.state.ecr.repository(account.region, name)?.policy.clone().ok_or_else(|| {
        Fault::new(
            "RepositoryPolicyNotFoundException",
            format!(
                "Repository policy does not exist for the repository with name '{name}' in the registry with id \
                 '{ACCOUNT_ID}'"
            ),
        )
    })
}

fn get_repository_policy(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = name_of(input)?;
    let policy = policy_of(account, name)?;
    Ok(value!({ "registryId": ACCOUNT_ID, "repositoryName": name, "policyText": policy }))
}

fn set_repository_policy(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = name_of(input)?;
    let policy = text(input, "policyText").unwrap_or_default();
    if !serde_json::from_str::<Value>(policy).is_ok_and(|policy| has(&policy, "Statement")) {
        return Err(invalid(
            "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided'",
        ));
    }
    account.state.ecr.repository_mut(account.region, name)?.policy = Some(policy.to_owned());
    Ok(value!({ "registryId": ACCOUNT_ID, "repositoryName": name, "policyText": policy }))
}

fn delete_repository_policy(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = name_of(input)?;
    let policy = policy_of(account, name)?;
    account.state.ecr.repository_mut(account.region, name)?.policy = None;
    Ok(value!({ "registryId": ACCOUNT_ID, "repositoryName": name, "policyText": policy }))
}

/// Takes a manifest as a registry client's last step of a push does. Layers are not asked for: a practice
/// account's images are manifests only.
fn put_image(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let (name, now) = (name_of(input)?, account.now);
    let manifest = text(input, "imageManifest").unwrap_or_default();
    let parsed: Value = serde_json::from_str(manifest).map_err(|_| {
        invalid("Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'")
    })?;
    let media_type = text(input, "imageManifestMediaType")
        .or_else(|| text(&parsed, "mediaType"))
        .unwrap_or(if has(&parsed, "manifests") { INDEXES[0] } else { SINGLE[1] });
    if !INDEXES.contains(&media_type) && !SINGLE.contains(&media_type) {
        return Err(invalid(format!(
            "Invalid parameter at 'ImageManifestMediaType' failed to satisfy constraint: 'Unsupported media type \
             {media_type}'"
        )));
    }
    let digest = Sha256::digest(manifest.as_bytes()).iter().fold("sha256:".to_owned(), |mut text, byte| {
        use std::fmt::Write;
        let _ = write!(text, "{byte:02x}");
        text
    });
    if text(input, "imageDigest").is_some_and(|wanted| wanted != digest) {
        return Err(Fault::new(
            "ImageDigestDoesNotMatchException",
            format!(
                "The specified image digest does not match the digest {digest} that ECR calculated for the image"
            ),
        ));
    }
    let tag = text(input, "imageTag");
    let repository = account.state.ecr.repository_mut(account.region, name)?;
    if let Some(tag) = tag {
        match repository.find(tag) {
            Some((there, _)) if *there == digest => {
                return Err(Fault::new(
                    "ImageAlreadyExistsException",
                    format!(
                        "Image with digest '{digest}' and tag '{tag}' already exists in the repository with name \
                         '{name}' in registry with id '{ACCOUNT_ID}'"
                    ),
                ));
            }
            Some(_) if repository.mutability.starts_with("IMMUTABLE") => {
                return Err(Fault::new(
                    "ImageTagAlreadyExistsException",
                    format!(
                        "The image tag '{tag}' already exists in the '{name}' repository and cannot be overwritten \
                         because the tag is immutable."
                    ),
                ));
            }
            _ => {}
        }
        for image in repository.images.values_mut() {
            image.tags.remove(tag);
        }
    }
    let size: i64 = list(&parsed, "layers").iter().filter_map(|layer| number(layer, "size")).sum();
    let image = repository.images.entry(digest.clone()).or_insert_with(|| Image {
        manifest: manifest.to_owned(),
        media_type: media_type.to_owned(),
        pushed: now,
        size,
        tags: BTreeSet::new(),
    });
    image.tags.extend(tag.map(str::to_owned));
    let mut id = value!({ "imageDigest": digest });
    if let Some(tag) = tag {
        id["imageTag"] = value!(tag);
    }
    Ok(value!({
        "image": {
            "registryId": ACCOUNT_ID,
            "repositoryName": name,
            "imageId": id,
            "imageManifest": manifest,
            "imageManifestMediaType": media_type,
        }
    }))
}

fn reference(id: &Value) -> &str {
    text(id, "imageDigest").or_else(|| text(id, "imageTag")).unwrap_or_default()
}

fn failure(id: &Value, code: &str, reason: &str) -> Value {
    value!({ "imageId": id, "failureCode": code, "failureReason": reason })
}

fn batch_get_image(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = name_of(input)?;
    let accepted = texts(input, "acceptedMediaTypes");
    let repository = account.state.ecr.repository(account.region, name)?;
    let (mut images, mut failures) = (Vec::new(), Vec::new());
    for id in list(input, "imageIds") {
        let Some((digest, image)) = repository.find(reference(id)) else {
            failures.push(failure(id, "ImageNotFound", "Requested image not found"));
            continue;
        };
        if !accepted.is_empty() && !accepted.contains(&image.media_type.as_str()) {
            let reason = "Requested image media type is not among the accepted ones";
            failures.push(failure(id, "UnsupportedImageType", reason));
            continue;
        }
        let mut shown = id.clone();
        shown["imageDigest"] = value!(digest);
        images.push(value!({
            "registryId": ACCOUNT_ID,
            "repositoryName": name,
            "imageId": shown,
            "imageManifest": image.manifest,
            "imageManifestMediaType": image.media_type,
        }));
    }
    Ok(value!({ "images": images, "failures": failures }))
}

fn batch_delete_image(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = name_of(input)?;
    let repository = account.state.ecr.repository_mut(account.region, name)?;
    let (mut gone, mut failures) = (Vec::new(), Vec::new());
    for id in list(input, "imageIds") {
        let Some(digest) = repository.find(reference(id)).map(|(digest, _)| digest.clone()) else {
            failures.push(failure(id, "ImageNotFound", "Requested image not found"));
            continue;
        };
        let mut shown = id.clone();
        shown["imageDigest"] = value!(digest);
        gone.push(shown);
        // A tag alone is taken off; the image goes with its last tag or by its digest.
        let tags_left =
            match (text(id, "imageDigest"), text(id, "imageTag"), repository.images.get_mut(&digest)) {
                (None, Some(tag), Some(image)) => {
                    image.tags.remove(tag);
                    image.tags.len()
                }
                _ => 0,
            };
        if tags_left == 0 {
            repository.images.remove(&digest);
        }
    }
    Ok(value!({ "imageIds": gone, "failures": failures }))
}

fn describe_images(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = name_of(input)?;
    let repository = account.state.ecr.repository(account.region, name)?;
    let shown = |digest: &String, image: &Image| {
        let mut one = value!({
            "registryId": ACCOUNT_ID,
            "repositoryName": name,
            "imageDigest": digest,
            "imageSizeInBytes": image.size,
            "imagePushedAt": image.pushed.epoch_seconds(),
            "imageManifestMediaType": image.media_type,
        });
        if !image.tags.is_empty() {
            one["imageTags"] = value!(image.tags);
        }
        one
    };
    let ids = list(input, "imageIds");
    if ids.is_empty() {
        let all = repository.images.iter().map(|(digest, image)| shown(digest, image)).collect();
        return page(input, "imageDetails", all);
    }
    let mut details = Vec::new();
    for id in ids {
        let Some((digest, image)) = repository.find(reference(id)) else {
            let (digest, tag) =
                (text(id, "imageDigest").unwrap_or("null"), text(id, "imageTag").unwrap_or("null"));
            return Err(Fault::new(
                "ImageNotFoundException",
                format!(
                    "The image with imageId {{imageDigest:'{digest}', imageTag:'{tag}'}} does not exist within the \
                     repository with name '{name}' in the registry with id '{ACCOUNT_ID}'"
                ),
            ));
        };
        details.push(shown(digest, image));
    }
    Ok(value!({ "imageDetails": details }))
}

fn list_images(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let repository = account.state.ecr.repository(account.region, name_of(input)?)?;
    let wanted = input.get("filter").and_then(|filter| text(filter, "tagStatus")).unwrap_or("ANY");
    let mut ids = Vec::new();
    for (digest, image) in &repository.images {
        if image.tags.is_empty() && wanted != "TAGGED" {
            ids.push(value!({ "imageDigest": digest }));
        }
        if wanted != "UNTAGGED" {
            ids.extend(image.tags.iter().map(|tag| value!({ "imageDigest": digest, "imageTag": tag })));
        }
    }
    page(input, "imageIds", ids)
}

/// The address is one of ECR's own kind. Nothing is behind it but what [`Ecr::layer`] knows.
fn get_download_url_for_layer(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let (name, digest) = (name_of(input)?, text(input, "layerDigest").unwrap_or_default());
    let repository = account.state.ecr.repository(account.region, name)?;
    let there = repository.images.values().any(|image| {
        let manifest = image.parsed();
        manifest["config"]["digest"] == digest
            || list(&manifest, "layers").iter().any(|layer| layer["digest"] == digest)
    });
    if !there {
        return Err(Fault::new(
            "LayersNotFoundException",
            format!(
                "The layers with digests '{digest}' in repository with name '{name}' in registry with id \
                 '{ACCOUNT_ID}' were not found"
            ),
        ));
    }
    let region = account.region;
    Ok(value!({
        "downloadUrl":
            format!("https://prod-{region}-starport-layer-bucket.s3.{region}.amazonaws.com/{ACCOUNT_ID}/{name}/{digest}"),
        "layerDigest": digest,
    }))
}

#[allow(clippy::unnecessary_wraps, reason = "the shape of every handler")]
fn get_authorization_token(account: &mut Account<'_>, _input: &Value) -> Result<Value, Fault> {
    let engine = base64::engine::general_purpose::STANDARD;
    let token = engine.encode("AWS:practice-account-no-password");
    Ok(value!({
        "authorizationData": [{
            "authorizationToken": token,
            "expiresAt": account.now.plus(12 * 3_600_000).epoch_seconds(),
            "proxyEndpoint": format!("https://{ACCOUNT_ID}.dkr.ecr.{}.amazonaws.com", account.region),
        }]
    }))
}

#[cfg(test)]
#[path = "ecr_tests.rs"]
mod tests;
