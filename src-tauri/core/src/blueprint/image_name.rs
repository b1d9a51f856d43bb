//! An image's name taken apart: whose registry, which repository, which tag or digest. That it is well formed is a rule
//! of the blueprint.

/// Docker Hub's name in images.
pub(crate) const HUB: &str = "docker.io";

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ImageName {
    pub(crate) registry: Registry,
    /// `library/busybox`.
    pub(crate) repository: String,
    pub(crate) tag: Option<String>,
    pub(crate) digest: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Registry {
    /// A private registry of ECR.
    Ecr { account: String, region: String },
    /// Any other, by its host with its port.
    Host(String),
}

impl ImageName {
    pub(crate) fn parse(image: &str) -> Self {
        let (named, digest) = match image.split_once('@') {
            Some((named, digest)) => (named, Some(digest.to_owned())),
            None => (image, None),
        };
        let (host, path) = match named.split_once('/') {
            // Docker tells a registry from a path by its dot, its port, or the name localhost.
            Some((host, path)) if host.contains(['.', ':']) || host == "localhost" => (host, path),
            _ => (HUB, named),
        };
        let (repository, tag) = match path.rsplit_once(':') {
            Some((repository, tag)) => (repository, Some(tag.to_owned())),
            None => (path, None),
        };
        let host = if host == "index.docker.io" { HUB } else { host };
        let official = host == HUB && !repository.contains('/');
        let repository = if official { format!("library/{repository}") } else { repository.to_owned() };
        // A digest decides, whatever tag stands before it.
        let tag = tag.or_else(|| digest.is_none().then(|| "latest".to_owned()));
        Self { registry: Registry::of(host), repository, tag, digest }
    }

    /// The account, the region and the repository of an image in ECR.
    pub(crate) fn in_ecr(&self) -> Option<(&str, &str, &str)> {
        match &self.registry {
            Registry::Ecr { account, region } => Some((account, region, &self.repository)),
            Registry::Host(_) => None,
        }
    }

    /// What is asked for: the digest where there is one.
    pub(crate) fn reference(&self) -> &str {
        self.digest.as_deref().or(self.tag.as_deref()).unwrap_or("latest")
    }
}

impl Registry {
    fn of(host: &str) -> Self {
        ecr(host).unwrap_or_else(|| Self::Host(host.to_owned()))
    }

    /// What a person calls it.
    pub(crate) fn shown(&self) -> &str {
        match self {
            Self::Ecr { .. } => "ECR",
            Self::Host(host) if host == HUB => "Docker Hub",
            Self::Host(host) => host,
        }
    }
}

/// `111122223333.dkr.ecr.REGION.amazonaws.com`, its FIPS and Chinese forms, and the newer
/// `111122223333.dkr-ecr.REGION.on.aws`, which answers over IPv6 too (Amazon ECR User Guide, "Private registries").
fn ecr(host: &str) -> Option<Registry> {
    let (account, rest) = host.split_once('.')?;
    let region = if let Some(rest) = rest.strip_prefix("dkr.ecr.").or(rest.strip_prefix("dkr.ecr-fips.")) {
        rest.strip_suffix(".amazonaws.com").or(rest.strip_suffix(".amazonaws.com.cn"))?
    } else {
        let rest = rest.strip_prefix("dkr-ecr.").or(rest.strip_prefix("dkr-ecr-fips."))?;
        rest.strip_suffix(".on.aws").or(rest.strip_suffix(".on.amazonwebservices.com.cn"))?
    };
    let number = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
    number.then(|| Registry::Ecr { account: account.to_owned(), region: region.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(image: &str) -> (Registry, String, String) {
        let name = ImageName::parse(image);
        (name.registry.clone(), name.repository.clone(), name.reference().to_owned())
    }

    #[test]
    fn images_in_ecr_are_taken_apart() {
        let there = |region: &str| Registry::Ecr { account: "111122223333".into(), region: region.into() };
        let host = "111122223333.dkr.ecr.eu-west-1.amazonaws.com";
        assert_eq!(parts(&format!("{host}/a/b:1.0")), (there("eu-west-1"), "a/b".into(), "1.0".into()));
        assert_eq!(parts(&format!("{host}/a")).2, "latest");
        assert_eq!(
            parts(&format!("{host}/a:1@sha256:ab")),
            (there("eu-west-1"), "a".into(), "sha256:ab".into())
        );
        for (host, region) in [
            ("111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn", "cn-north-1"),
            ("111122223333.dkr.ecr-fips.us-east-1.amazonaws.com", "us-east-1"),
            ("111122223333.dkr-ecr.us-east-1.on.aws", "us-east-1"),
        ] {
            assert_eq!(parts(&format!("{host}/a")).0, there(region), "{host}");
        }
    }

    #[test]
    fn images_elsewhere_are_taken_apart_as_docker_does() {
        let at = |host: &str| Registry::Host(host.into());
        assert_eq!(parts("busybox"), (at(HUB), "library/busybox".into(), "latest".into()));
        assert_eq!(parts("index.docker.io/busybox:1").1, "library/busybox");
        assert_eq!(parts("bitnami/kubectl:1.30"), (at(HUB), "bitnami/kubectl".into(), "1.30".into()));
        assert_eq!(parts("localhost:5000/a/b"), (at("localhost:5000"), "a/b".into(), "latest".into()));
        let amazon = "public.ecr.aws/docker/library/busybox";
        assert_eq!(parts(amazon), (at("public.ecr.aws"), "docker/library/busybox".into(), "latest".into()));
        // Looks like ECR, and is somebody's own.
        assert_eq!(parts("x.dkr.ecr.eu-west-1.amazonaws.com/a").0, at("x.dkr.ecr.eu-west-1.amazonaws.com"));
    }
}
