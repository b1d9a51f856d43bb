//! What a scan found in an image. There are no layers here to look into: a tester says it in the manifest, as the
//! annotation `slipway.practice.findings`: `CRITICAL=2,HIGH=5`.

use super::image::reference;
use super::{Image, name_of};
use crate::account::{ACCOUNT_ID, Account};
use crate::fault::Fault;
use crate::wire::json::text;
use serde_json::{Map, Value, json as value};

const SAID: &str = "slipway.practice.findings";

/// An image is scanned when it was pushed to a repository that scans, and an index never.
pub(super) fn describe_image_scan_findings(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = name_of(input)?;
    let id = &input["imageId"];
    let repository = account.state.ecr.repository(account.region, name)?;
    let (digest, image) = repository.find(reference(id)).ok_or_else(|| {
        Fault::new(
            "ImageNotFoundException",
            format!(
                "The image with imageId {id} does not exist within the repository with name '{name}' in the registry \
                 with id '{ACCOUNT_ID}'"
            ),
        )
    })?;
    let found = counts(image).filter(|_| repository.scan_on_push);
    let counts = found.ok_or_else(|| {
        Fault::new(
            "ScanNotFoundException",
            format!(
                "Image scan does not exist for the image with '{{imageDigest:'{digest}', imageTag:'{}'}}' in the \
                 repository with name '{name}' in the registry with id '{ACCOUNT_ID}'",
                text(id, "imageTag").unwrap_or("null")
            ),
        )
    })?;
    Ok(value!({
        "registryId": ACCOUNT_ID,
        "repositoryName": name,
        "imageId": { "imageDigest": digest },
        "imageScanStatus": { "status": "COMPLETE", "description": "The scan was completed successfully." },
        "imageScanFindings": {
            "imageScanCompletedAt": image.pushed.epoch_seconds(),
            "findingSeverityCounts": counts,
            "findings": [],
        },
    }))
}

fn counts(image: &Image) -> Option<Value> {
    let manifest = image.parsed();
    if manifest.get("manifests").is_some() {
        return None;
    }
    let said = manifest["annotations"][SAID].as_str().unwrap_or_default();
    let counts: Map<String, Value> = said
        .split(',')
        .filter_map(|one| one.split_once('='))
        .filter_map(|(severity, count)| {
            Some((severity.trim().to_owned(), count.trim().parse::<u32>().ok()?.into()))
        })
        .collect();
    Some(Value::Object(counts))
}

/// `ARCHIVE` takes an image out of use until `STANDARD` brings it back.
pub(super) fn update_image_storage_class(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = name_of(input)?;
    let id = &input["imageId"];
    let archived = text(input, "targetStorageClass") == Some("ARCHIVE");
    let repository = account.state.ecr.repository_mut(account.region, name)?;
    let digest = repository.find(reference(id)).map(|(digest, _)| digest.clone());
    let image = digest.as_ref().and_then(|digest| repository.images.get_mut(digest)).ok_or_else(|| {
        Fault::new(
            "ImageNotFoundException",
            "The image requested does not exist in the specified repository.",
        )
    })?;
    image.archived = archived;
    Ok(value!({
        "registryId": ACCOUNT_ID,
        "repositoryName": name,
        "imageId": { "imageDigest": digest },
        "imageStatus": image.status(),
    }))
}
