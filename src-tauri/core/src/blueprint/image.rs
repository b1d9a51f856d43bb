//! What an image's name looks like: `[registry[:port]/]path[:tag][@digest]`, as the OCI distribution
//! specification writes it.

/// The longest that AWS Batch takes.
pub(super) const LONGEST_IMAGE: usize = 255;

/// Whether this is a well-formed image name.
pub fn is_image(image: &str) -> bool {
    let (name, digest) = match image.split_once('@') {
        Some((name, digest)) => (name, Some(digest)),
        None => (image, None),
    };
    // A colon after the last slash begins a tag; one before it, a port.
    let last = name.rfind('/').map_or(0, |slash| slash + 1);
    let (path, tag) = match name[last..].split_once(':') {
        Some((_, tag)) => (&name[..name.len() - tag.len() - 1], Some(tag)),
        None => (name, None),
    };
    is_path(path) && tag.is_none_or(is_tag) && digest.is_none_or(is_digest)
}

fn is_path(path: &str) -> bool {
    let mut parts: Vec<&str> = path.split('/').collect();
    if parts.len() > 1 && is_registry(parts[0]) {
        parts.remove(0);
    }
    parts.into_iter().all(is_component)
}

/// Docker tells a registry from a path by its dot, its port, or the name localhost.
fn is_registry(first: &str) -> bool {
    let (host, port) = match first.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (first, None),
    };
    let looks_like_one = port.is_some() || host.contains('.') || host == "localhost";
    let label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    looks_like_one
        && host.split('.').all(label)
        && port.is_none_or(|port| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()))
}

/// Lower-case words joined by one dot, one or two underscores, or any number of hyphens.
fn is_component(part: &str) -> bool {
    let word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let bytes = part.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return false };
    word(*first)
        && word(*last)
        && part
            .split(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
            .all(|joint| matches!(joint, "" | "." | "_" | "__") || joint.bytes().all(|b| b == b'-'))
}

fn is_tag(tag: &str) -> bool {
    tag.len() <= 128
        && tag.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && tag.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
}

fn is_digest(digest: &str) -> bool {
    digest
        .strip_prefix("sha256:")
        .is_some_and(|hex| hex.len() == 64 && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')))
}

#[cfg(test)]
mod tests {
    use super::is_image;

    #[test]
    fn images_that_registries_take() {
        let digest = format!("alpine@sha256:{}", "0a".repeat(32));
        for good in [
            "alpine",
            "busybox:1.36",
            "library/alpine:3",
            "public.ecr.aws/amazonlinux/amazonlinux:2023",
            "123456789012.dkr.ecr.us-east-1.amazonaws.com/imaging/app:latest",
            "localhost:5000/a/b",
            "registry:443/x__y/z--w:T_1.0",
            digest.as_str(),
        ] {
            assert!(is_image(good), "{good}");
        }
    }

    #[test]
    fn images_that_none_takes() {
        for bad in [
            "",
            " alpine",
            "Alpine",
            "alpine:",
            "alpine:-x",
            "a//b",
            "a/",
            "/a",
            "a___b",
            "-a/b:c",
            "alpine@sha256:12",
            "alpine@md5:00",
            "https://alpine",
            "al pine",
            "alpine:ü",
            "éa",
        ] {
            assert!(!is_image(bad), "{bad}");
        }
    }
}
