//! What a registry says of an image: an index of images by processor, or one image, whose processor stands in its
//! configuration alone (OCI Image Specification, "Image Index" and "Image Manifest"; Docker's own are the same in all
//! that is read here).

use serde::Deserialize;

use crate::blueprint::Architecture;

/// Manifests that tell the processor (an index), and those that do not (a single image).
pub(super) const MANIFESTS: [&str; 4] = [
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
];

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Manifest {
    Index(Vec<Entry>),
    Single(Single),
    /// Docker's first form, which says its processor itself and no size.
    Old(Processor),
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) digest: String,
    pub(super) processor: Processor,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Single {
    pub(super) config: String,
    /// What is pulled, compressed.
    pub(super) bytes: u64,
}

/// `linux/arm/v7`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Processor {
    pub(super) architecture: String,
    #[serde(default = "linux")]
    os: String,
    #[serde(default)]
    variant: Option<String>,
}

fn linux() -> String {
    "linux".to_owned()
}

impl Processor {
    pub(super) fn suits(&self, wanted: Architecture) -> bool {
        self.os == "linux" && self.architecture == needed(wanted)
    }

    /// `amd64`, `arm/v7`, `windows/amd64`. That arm64 is of version 8 goes without saying.
    pub(super) fn shown(&self) -> String {
        let os = if self.os == "linux" { String::new() } else { format!("{}/", self.os) };
        match self.variant.as_deref() {
            Some(variant) if self.architecture != "arm64" => format!("{os}{}/{variant}", self.architecture),
            _ => format!("{os}{}", self.architecture),
        }
    }
}

/// As images call a processor.
pub(super) fn needed(wanted: Architecture) -> &'static str {
    match wanted {
        Architecture::X86_64 => "amd64",
        Architecture::Arm64 => "arm64",
    }
}

impl Manifest {
    pub(super) fn read(text: &[u8]) -> Option<Self> {
        let raw: Raw = serde_json::from_slice(text).ok()?;
        if let Some(entries) = raw.manifests {
            // Attestations stand in the index too, as images for an unknown processor.
            let entries = entries.into_iter().filter_map(|entry| {
                let processor = entry.platform.filter(|one| one.architecture != "unknown")?;
                Some(Entry { digest: entry.digest, processor })
            });
            return Some(Self::Index(entries.collect()));
        }
        if let Some(config) = raw.config {
            let bytes = raw.layers.iter().fold(config.size, |sum, layer| sum.saturating_add(layer.size));
            return Some(Self::Single(Single { config: config.digest, bytes }));
        }
        let architecture = raw.architecture?;
        Some(Self::Old(Processor { architecture, os: linux(), variant: None }))
    }
}

#[derive(Deserialize)]
struct Raw {
    manifests: Option<Vec<RawEntry>>,
    config: Option<Blob>,
    #[serde(default)]
    layers: Vec<Blob>,
    architecture: Option<String>,
}

#[derive(Deserialize)]
struct RawEntry {
    digest: String,
    platform: Option<Processor>,
}

#[derive(Deserialize)]
struct Blob {
    #[serde(default)]
    digest: String,
    #[serde(default)]
    size: u64,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: &serde_json::Value) -> Option<Manifest> {
        Manifest::read(value.to_string().as_bytes())
    }

    #[test]
    fn an_index_tells_its_processors_without_attestations() {
        let index = json!({"manifests": [
            {"digest": "sha256:a", "platform": {"architecture": "amd64", "os": "linux"}},
            {"digest": "sha256:b", "platform": {"architecture": "arm", "os": "linux", "variant": "v7"}},
            {"digest": "sha256:c", "platform": {"architecture": "amd64", "os": "windows", "os.version": "10"}},
            {"digest": "sha256:d", "platform": {"architecture": "unknown", "os": "unknown"}},
            {"digest": "sha256:e"}]});
        let Some(Manifest::Index(entries)) = read(&index) else { panic!("an index") };
        let shown: Vec<_> = entries.iter().map(|entry| entry.processor.shown()).collect();
        assert_eq!(shown, ["amd64", "arm/v7", "windows/amd64"]);
        let suits: Vec<_> = entries.iter().map(|entry| entry.processor.suits(Architecture::X86_64)).collect();
        assert_eq!(suits, [true, false, false]);
    }

    #[test]
    fn a_single_image_has_a_size_and_names_its_configuration() {
        let image = json!({"schemaVersion": 2, "config": {"digest": "sha256:c", "size": 10},
            "layers": [{"digest": "sha256:1", "size": 20}, {"digest": "sha256:2", "size": 30}]});
        assert_eq!(read(&image), Some(Manifest::Single(Single { config: "sha256:c".into(), bytes: 60 })));
        let old = read(&json!({"schemaVersion": 1, "architecture": "amd64", "fsLayers": []}));
        assert!(matches!(old, Some(Manifest::Old(processor)) if processor.suits(Architecture::X86_64)));
        assert_eq!(read(&json!({"errors": []})), None);
        assert_eq!(Manifest::read(b"<html>"), None);
    }
}
