//! What there is in public registries. Nobody here can list the internet, so everything is there, but for names that
//! say something else: a part of the name that is `private`, or a name or tag that is `missing`.

use super::pull::{Architecture, PUBLIC_FOR_ONE};

/// A public image, as anybody finds it who does not sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Public {
    /// It is there, for these.
    There(Vec<Architecture>),
    /// It is shown to nobody who does not sign in.
    Private,
    /// There is no such tag.
    Missing,
    /// Too much was asked: `toomanyrequests`.
    TooMany,
}

/// What is known of an image by its name with the registry, `docker.io/library/busybox`, and a tag or digest.
pub fn public(name: &str, reference: &str) -> Public {
    let has = |part: &str| name.split('/').any(|one| one == part);
    if has("private") {
        Public::Private
    } else if has("missing") || reference == "missing" {
        Public::Missing
    } else if has("toomanyrequests") {
        Public::TooMany
    } else {
        let short = name.strip_prefix("docker.io/").unwrap_or(name);
        let tagged = format!("{short}:{reference}");
        let one = PUBLIC_FOR_ONE.iter().find(|(prefix, _)| tagged.starts_with(prefix));
        Public::There(match one {
            Some((_, architecture)) => vec![*architecture],
            None => vec![Architecture::Amd64, Architecture::Arm64],
        })
    }
}

/// Name and reference of an image as a definition writes it.
pub(super) fn parts(image: &str) -> (&str, &str) {
    if let Some((name, digest)) = image.split_once('@') {
        let last = name.rfind('/').map_or(0, |slash| slash + 1);
        let tag = name[last..].find(':').map_or(name.len(), |colon| last + colon);
        return (&name[..tag], digest);
    }
    let last = image.rfind('/').map_or(0, |slash| slash + 1);
    match image[last..].find(':') {
        Some(colon) => (&image[..last + colon], &image[last + colon + 1..]),
        None => (image, "latest"),
    }
}
