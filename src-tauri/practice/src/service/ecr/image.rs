//! Images: manifests and their tags.

use super::pull::{INDEXES, SINGLE};
use super::{Image, invalid, name_of, page};
use crate::account::{ACCOUNT_ID, Account};
use crate::fault::Fault;
use crate::wire::json::{has, list, number, text, texts};
use base64::Engine;
use serde_json::{Value, json as value};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// Takes a manifest as a registry client's last step of a push does. Layers are not asked for: a practice
/// account's images are manifests only.
pub(super) fn put_image(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
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
        archived: false,
    });
    // An archived image that is pushed again is back in use.
    image.archived = false;
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

pub(super) fn reference(id: &Value) -> &str {
    text(id, "imageDigest").or_else(|| text(id, "imageTag")).unwrap_or_default()
}

pub(super) fn failure(id: &Value, code: &str, reason: &str) -> Value {
    value!({ "imageId": id, "failureCode": code, "failureReason": reason })
}

pub(super) fn batch_get_image(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = name_of(input)?;
    let accepted = texts(input, "acceptedMediaTypes");
    let repository = account.state.ecr.repository(account.region, name)?;
    let (mut images, mut failures) = (Vec::new(), Vec::new());
    for id in list(input, "imageIds") {
        let Some((digest, image)) = repository.find(reference(id)) else {
            failures.push(failure(id, "ImageNotFound", "Requested image not found"));
            continue;
        };
        if image.archived {
            failures.push(failure(id, "ImageInaccessible", "The image is archived"));
            continue;
        }
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

pub(super) fn batch_delete_image(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
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

pub(super) fn describe_images(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
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
            "imageStatus": image.status(),
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

pub(super) fn list_images(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
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
pub(super) fn get_download_url_for_layer(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
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
pub(super) fn get_authorization_token(account: &mut Account<'_>, _input: &Value) -> Result<Value, Fault> {
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
