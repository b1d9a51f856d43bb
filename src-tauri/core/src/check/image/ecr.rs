//! An image in ECR, in whatever account and region, asked for with the caller's own credentials.
//!
//! ```text
//! the image, what is said of it, its findings, its repository ─► its configuration's address ─► its configuration
//!                                                             └► of an index, the same of the image for the processor
//! ```

use std::collections::BTreeMap;

use aws_sdk_ecr::{
    config::{Builder, Region},
    types::{ImageDetail, ImageFailureCode, ImageIdentifier, ImageStatus, ImageTagMutability},
};

use super::{
    found::{Facts, Found},
    manifest::{MANIFESTS, Manifest, Single},
    registry::processor_of,
};
use crate::{
    aws::{AwsFault, Clients, FaultKind, NoPage, fault},
    blueprint::{Architecture, ImageName},
    words::say,
    world::Moment,
};

pub(super) struct Ecr<'a> {
    pub(super) aws: &'a Clients,
    pub(super) account: &'a str,
    pub(super) region: &'a str,
    pub(super) repository: &'a str,
}

/// The image itself, if it is there.
enum Image {
    Text {
        manifest: Option<String>,
        digest: Option<String>,
    },
    /// It is said to be there and not handed out.
    Kept,
    NotThere,
    NoRepository,
}

impl Ecr<'_> {
    pub(super) async fn look(&self, name: &ImageName, wanted: Architecture) -> Found {
        let id = identifier(name.tag.as_deref().filter(|_| name.digest.is_none()), name.digest.as_deref());
        let (image, detail, findings, tags_move) = tokio::join!(
            self.image(id.clone()),
            self.detail(id.clone()),
            self.findings(id),
            self.tags_move()
        );
        let archived = detail.as_ref().is_some_and(is_archived);
        let (manifest, digest) = match image {
            Ok(Image::Text { manifest, digest }) => (manifest, digest),
            // Whoever pulls an archived image is told that there is none (ECR User Guide, "Archiving an image").
            Ok(_) | Err(_) if archived => (None, None),
            Ok(Image::Kept) => return Found::CannotTell(say("image-kept", &[])),
            Ok(Image::NotThere) => return Found::NotThere,
            Ok(Image::NoRepository) => return Found::NoRepository,
            Err(fault) => return Found::Refused(fault),
        };
        let mut facts = Facts {
            digest: digest.or_else(|| detail.as_ref()?.image_digest.clone()),
            pushed: detail.as_ref().and_then(pushed),
            bytes: detail.as_ref().and_then(bytes),
            archived,
            tags_move,
            findings,
            ..Facts::default()
        };
        match manifest.and_then(|text| Manifest::read(text.as_bytes())) {
            Some(Manifest::Single(single)) => self.configuration(&single, &mut facts).await,
            Some(Manifest::Index(entries)) => {
                let chosen = entries.iter().find(|entry| entry.processor.suits(wanted));
                if let Some(entry) = chosen {
                    let id = identifier(None, Some(&entry.digest));
                    let (detail, findings) = tokio::join!(self.detail(id.clone()), self.findings(id));
                    facts.bytes = detail.as_ref().and_then(bytes);
                    facts.archived |= detail.as_ref().is_some_and(is_archived);
                    // An index is not scanned, its images are.
                    facts.findings = facts.findings.or(findings);
                }
                facts.processors = Some(entries.into_iter().map(|entry| entry.processor).collect());
            }
            Some(Manifest::Old(processor)) => facts.processors = Some(vec![processor]),
            None => {}
        }
        Found::There(Box::new(facts))
    }

    async fn configuration(&self, single: &Single, facts: &mut Facts) {
        // Moto and older registries say nothing of a size.
        facts.bytes = facts.bytes.filter(|bytes| *bytes > 0).or(Some(single.bytes));
        let action = "ecr:GetDownloadUrlForLayer";
        let request = self.aws.read.ecr.get_download_url_for_layer().layer_digest(&single.config);
        let request = request.registry_id(self.account).repository_name(self.repository);
        let found = request.customize().config_override(self.there()).send().await.map_err(fault(action));
        let address = match found {
            Ok(found) => found.download_url.unwrap_or_default(),
            Err(fault) => {
                facts.unread = Some(fault.text());
                return;
            }
        };
        // The address carries its own signature; it is neither noted nor shown.
        match self.aws.web.get("GetLayer", &address, &[]).await {
            Ok(page) if page.status == 200 => facts.processors = processor_of(&page.body),
            Ok(page) => {
                let status = page.status.to_string();
                facts.unread = Some(say("image-odd-answer", &[("registry", "ECR"), ("status", &status)]));
            }
            Err(NoPage::Unreachable) => {
                facts.unread = Some(say("image-registry-unreachable", &[("registry", "ECR")]));
            }
            Err(_) => facts.unread = Some(say("image-registry-silent", &[("registry", "ECR")])),
        }
    }

    async fn image(&self, id: ImageIdentifier) -> Result<Image, AwsFault> {
        let request = self.aws.read.ecr.batch_get_image().registry_id(self.account);
        let request = request.repository_name(self.repository).image_ids(id);
        let request = request.set_accepted_media_types(Some(MANIFESTS.map(str::to_owned).to_vec()));
        let found = request.customize().config_override(self.there()).send().await;
        let found = match found.map_err(fault("ecr:BatchGetImage")) {
            Ok(found) => found,
            Err(fault) if fault.kind == FaultKind::NotFound => return Ok(Image::NoRepository),
            Err(fault) => return Err(fault),
        };
        if let Some(image) = found.images().first() {
            let digest = image.image_id().and_then(|id| id.image_digest()).map(str::to_owned);
            return Ok(Image::Text { manifest: image.image_manifest().map(str::to_owned), digest });
        }
        Ok(match found.failures().first().and_then(|failure| failure.failure_code()) {
            Some(ImageFailureCode::ImageNotFound | ImageFailureCode::ImageTagDoesNotMatchDigest) => {
                Image::NotThere
            }
            _ => Image::Kept,
        })
    }

    /// What ECR says of an image beside its manifest. Good to know: who may not read it hears less.
    async fn detail(&self, id: ImageIdentifier) -> Option<ImageDetail> {
        let request = self.aws.read.ecr.describe_images().registry_id(self.account);
        let request = request.repository_name(self.repository).image_ids(id);
        let found = request.customize().config_override(self.there()).send().await;
        let found = found.map_err(fault("ecr:DescribeImages")).ok()?;
        found.image_details?.into_iter().next()
    }

    /// Findings by severity. DescribeImages has them of the oldest kind of scan alone (its own note).
    async fn findings(&self, id: ImageIdentifier) -> Option<BTreeMap<String, i32>> {
        let request = self.aws.read.ecr.describe_image_scan_findings().registry_id(self.account);
        let request = request.repository_name(self.repository).image_id(id).max_results(1);
        let found = request.customize().config_override(self.there()).send().await;
        let found = found.map_err(fault("ecr:DescribeImageScanFindings")).ok()?;
        let counts = found.image_scan_findings?.finding_severity_counts.unwrap_or_default();
        Some(counts.into_iter().map(|(severity, count)| (severity.as_str().to_owned(), count)).collect())
    }

    async fn tags_move(&self) -> Option<bool> {
        let request = self.aws.read.ecr.describe_repositories().registry_id(self.account);
        let request = request.repository_names(self.repository);
        let found = request.customize().config_override(self.there()).send().await;
        let found = found.map_err(fault("ecr:DescribeRepositories")).ok()?;
        let mutability = found.repositories?.first()?.image_tag_mutability.clone()?;
        Some(mutability != ImageTagMutability::Immutable)
    }

    fn there(&self) -> Builder {
        Builder::new().region(Region::new(self.region.to_owned()))
    }
}

fn identifier(tag: Option<&str>, digest: Option<&str>) -> ImageIdentifier {
    let id = ImageIdentifier::builder().set_image_tag(tag.map(str::to_owned));
    id.set_image_digest(digest.map(str::to_owned)).build()
}

fn is_archived(detail: &ImageDetail) -> bool {
    matches!(detail.image_status, Some(ImageStatus::Archived | ImageStatus::Activating))
}

fn pushed(detail: &ImageDetail) -> Option<Moment> {
    detail.image_pushed_at.and_then(|at| at.to_millis().ok()).map(Moment)
}

fn bytes(detail: &ImageDetail) -> Option<u64> {
    detail.image_size_in_bytes.and_then(|bytes| u64::try_from(bytes).ok())
}
