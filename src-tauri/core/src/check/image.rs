//! Whether each image is there and built for the processor it will run on. A wrong one only shows when the
//! container starts, as `exec format error`.

use std::collections::BTreeSet;

use aws_sdk_ecr::types::ImageIdentifier;
use futures::future::join_all;
use serde_json::Value;

use super::{CheckItem, CheckVerdict, Group};
use crate::{
    account::Session,
    aws::{AwsFault, fault},
    blueprint::{Architecture, Blueprint, EcrImage, JobDefinition},
    resource::Evidence,
    words::{Text, say},
};

/// Manifests that tell the processor (an index), and those that do not (a single image).
const MANIFESTS: [&str; 4] = [
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
];

pub(super) async fn check(session: &Session, blueprint: &Blueprint) -> Vec<CheckItem> {
    // Several definitions of one image are one question; of an image that cannot be looked into, for any processor.
    let mut asked = BTreeSet::new();
    let different = blueprint.job_definitions.iter().filter(|definition| {
        let processor = EcrImage::of(&definition.image).map(|_| definition.architecture.batch());
        asked.insert((&definition.image, processor))
    });
    join_all(different.map(|definition| item(session, definition))).await
}

async fn item(session: &Session, definition: &JobDefinition) -> CheckItem {
    let (verdict, finding) = one(session, definition).await;
    let mut item = CheckItem::answer(&format!("image:{}", definition.name), Group::Image, verdict, finding);
    item.name = Some(definition.image.clone());
    item.evidence = vec![
        Evidence::new("image", &definition.image),
        Evidence::new("cpuArchitecture", definition.architecture.batch()),
    ];
    if verdict == CheckVerdict::Wrong {
        item.remedy = Some(say("image-advice", &[]));
    }
    item
}

async fn one(session: &Session, definition: &JobDefinition) -> (CheckVerdict, Text) {
    let image = definition.image.as_str();
    let Some(ecr) = EcrImage::of(image) else {
        return (CheckVerdict::CannotTell, say("image-public", &[("image", image)]));
    };
    if ecr.region != session.region || ecr.account != session.identity.account {
        return (CheckVerdict::CannotTell, say("image-elsewhere", &[("image", image)]));
    }
    match manifest(session, &ecr).await {
        Ok(Some(manifest)) => fit(&manifest, definition.architecture, image),
        Ok(None) => (CheckVerdict::Wrong, say("image-missing", &[("image", image)])),
        Err(fault) => (
            CheckVerdict::CannotTell,
            say("image-unknown", &[("image", image), ("words", &fault.text().text)]),
        ),
    }
}

fn fit(manifest: &Value, wanted: Architecture, image: &str) -> (CheckVerdict, Text) {
    let built: Vec<&str> = manifest["manifests"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|entry| entry["platform"]["architecture"].as_str())
        // Attestations say `unknown`.
        .filter(|architecture| *architecture != "unknown")
        .collect();
    let needed = match wanted {
        Architecture::X86_64 => "amd64",
        Architecture::Arm64 => "arm64",
    };
    if built.is_empty() {
        // A single image names its processor only in its configuration.
        (CheckVerdict::Ready, say("image-there", &[("image", image)]))
    } else if built.contains(&needed) {
        (CheckVerdict::Ready, say("image-fits", &[("image", image), ("architecture", needed)]))
    } else {
        let built = built.join(", ");
        let params = [("image", image), ("built", built.as_str()), ("needed", needed)];
        (CheckVerdict::Wrong, say("image-other-processor", &params))
    }
}

async fn manifest(session: &Session, image: &EcrImage<'_>) -> Result<Option<Value>, AwsFault> {
    let id = ImageIdentifier::builder()
        .set_image_tag(image.tag.map(str::to_owned))
        .set_image_digest(image.digest.map(str::to_owned))
        .build();
    let request = session.aws.read.ecr.batch_get_image().repository_name(image.repository).image_ids(id);
    let accepted = MANIFESTS.map(str::to_owned).to_vec();
    let found = request.set_accepted_media_types(Some(accepted)).send().await;
    let found = crate::resource::absent_is_none(found.map_err(fault("ecr:BatchGetImage")))?;
    let text = found.and_then(|found| found.images?.into_iter().next()?.image_manifest);
    Ok(text.map(|text| serde_json::from_str(&text).unwrap_or(Value::Null)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_index_tells_its_processors() {
        let index = json!({"manifests": [
            {"platform": {"architecture": "arm64"}}, {"platform": {"architecture": "unknown"}}]});
        assert_eq!(fit(&index, Architecture::Arm64, "i").0, CheckVerdict::Ready);
        assert_eq!(fit(&index, Architecture::X86_64, "i").0, CheckVerdict::Wrong);
        assert_eq!(fit(&json!({"config": {}}), Architecture::X86_64, "i").0, CheckVerdict::Ready);
    }
}
