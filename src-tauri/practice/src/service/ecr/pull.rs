//! What a container runtime finds when it asks for an image.

use super::public::{Public, parts, public};
use super::{Ecr, Image};
use crate::account::ACCOUNT_ID;
use crate::wire::json::{list, text};
use serde_json::{Value, json as value};
use std::collections::BTreeSet;

pub(super) const INDEXES: [&str; 2] =
    ["application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json"];

pub(super) const SINGLE: [&str; 2] =
    ["application/vnd.docker.distribution.manifest.v2+json", "application/vnd.oci.image.manifest.v1+json"];

/// A processor architecture, as image manifests name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Architecture {
    /// `amd64`.
    Amd64,
    /// `arm64`.
    Arm64,
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
pub(super) const PUBLIC_FOR_ONE: [(&str, Architecture); 4] = [
    ("amd64/", Architecture::Amd64),
    ("arm64v8/", Architecture::Arm64),
    ("public.ecr.aws/amazonlinux/amazonlinux:2023-amd64", Architecture::Amd64),
    ("public.ecr.aws/amazonlinux/amazonlinux:2023-arm64v8", Architecture::Arm64),
];

/// Region, repository and tag or digest of an image in this account's registry.
pub(super) fn private_name(image: &str) -> Option<(&str, &str, &str)> {
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

impl Ecr {
    /// What pulling an image gives to whoever does not sign in to a registry outside.
    pub fn pull(&self, image: &str) -> Pull {
        self.pull_as(image, false)
    }

    /// What it gives to whoever does: there every password opens what is private.
    pub fn pull_signed_in(&self, image: &str) -> Pull {
        self.pull_as(image, true)
    }

    /// How large an image of this account's registry is as it is pulled for an architecture, compressed.
    pub fn compressed(&self, image: &str, wanted: Architecture) -> Option<u64> {
        let (region, repository, reference) = private_name(image)?;
        let repository = self.regions.get(region)?.get(repository)?;
        let (_, image) = repository.find(reference)?;
        let size = |image: &Image| u64::try_from(image.size).ok();
        if !INDEXES.contains(&image.media_type.as_str()) {
            return size(image);
        }
        let manifest = image.parsed();
        let of_wanted = |one: &&Value| {
            one.get("platform").and_then(|platform| text(platform, "architecture")).and_then(Architecture::of)
                == Some(wanted)
        };
        let one = list(&manifest, "manifests").iter().find(of_wanted)?;
        repository.images.get(text(one, "digest")?).and_then(size)
    }

    fn pull_as(&self, image: &str, signed_in: bool) -> Pull {
        let Some((region, repository, reference)) = private_name(image) else {
            let (name, reference) = parts(image);
            return match public(name, reference) {
                Public::Private if signed_in => {
                    Pull::Several([Architecture::Amd64, Architecture::Arm64].into())
                }
                Public::Private | Public::Missing => Pull::Missing,
                // Others asked too much; a job's host has an address of its own.
                Public::TooMany => Pull::Several([Architecture::Amd64, Architecture::Arm64].into()),
                Public::There(there) => match there[..] {
                    [one] => Pull::One(one),
                    _ => Pull::Several(there.into_iter().collect()),
                },
            };
        };
        self.regions
            .get(region)
            .and_then(|repositories| repositories.get(repository))
            .and_then(|repository| repository.find(reference))
            .filter(|(_, image)| !image.archived)
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
}

impl Image {
    pub(super) fn status(&self) -> &'static str {
        if self.archived { "ARCHIVED" } else { "ACTIVE" }
    }

    pub(super) fn parsed(&self) -> Value {
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
