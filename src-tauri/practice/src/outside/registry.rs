//! Registries that anybody may ask, as the OCI Distribution Specification has them: a token first, then manifests and
//! configurations. Which images there are, [`public`] says; a job that pulls one fares the same.

use crate::door::{Request, Response};
use crate::ids;
use crate::service::ecr::{Architecture, Public, public};
use crate::wire::percent_decode;
use serde_json::{Value, json as value};
use sha2::{Digest, Sha256};

const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const IMAGE: &str = "application/vnd.oci.image.manifest.v1+json";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";

/// What everybody who does not sign in is given. It is no secret: it says so itself.
const TOKEN: &str = "practice-account-anonymous";

/// What Docker Hub lets an address pull in six hours (Docker's documentation, "Pull usage and limits").
const PULLS: &str = "100;w=21600";

const HUB: &str = "registry-1.docker.io";

struct Blob {
    kind: &'static str,
    bytes: Vec<u8>,
}

pub(super) fn answer(host: &str, request: &Request) -> Response {
    let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
    if path == "/practice/token" {
        return token(query);
    }
    let Some((repository, kind, reference)) = path.strip_prefix("/v2/").and_then(parts) else {
        return super::plain(404, "The practice account's registries have images and nothing else.");
    };
    if request.header("authorization") != Some(&format!("Bearer {TOKEN}")) {
        let realm = format!("https://{host}/practice/token");
        let challenge =
            format!("Bearer realm=\"{realm}\",service=\"{host}\",scope=\"repository:{repository}:pull\"");
        let mut refused = error(401, "UNAUTHORIZED", "authentication required");
        refused.headers.push(("www-authenticate", challenge));
        return refused;
    }
    let named = if host == HUB { "docker.io" } else { host };
    let there = match public(&format!("{named}/{repository}"), reference) {
        Public::Private => return error(401, "UNAUTHORIZED", "authentication required"),
        Public::TooMany => {
            return error(429, "TOOMANYREQUESTS", "You have reached your unauthenticated pull rate limit.");
        }
        Public::Missing => return error(404, "MANIFEST_UNKNOWN", "manifest unknown"),
        Public::There(there) => there,
    };
    let found = match kind {
        "manifests" => manifest(repository, reference, &there),
        _ => there.iter().map(|one| config(*one)).find(|blob| blob.digest() == reference),
    };
    let Some(blob) = found else { return error(404, "BLOB_UNKNOWN", "blob unknown to registry") };
    let mut headers = vec![
        ("content-type", blob.kind.to_owned()),
        ("docker-content-digest", blob.digest()),
        ("content-length", blob.bytes.len().to_string()),
    ];
    if host == HUB && kind == "manifests" {
        headers.push(("ratelimit-limit", PULLS.to_owned()));
        headers.push(("ratelimit-remaining", remaining(repository).to_owned()));
    }
    Response { status: 200, headers, body: blob.bytes }
}

/// Repository, `manifests` or `blobs`, and the reference.
fn parts(path: &str) -> Option<(&str, &str, &str)> {
    let (rest, reference) = path.rsplit_once('/')?;
    let (repository, kind) = rest.rsplit_once('/')?;
    matches!(kind, "manifests" | "blobs").then_some((repository, kind, reference))
}

/// Docker Hub gives a token for anything; whether it opens anything shows at the manifest.
fn token(query: &str) -> Response {
    let scoped = query.split('&').any(|pair| percent_decode(pair).starts_with("scope=repository:"));
    if !scoped {
        return error(400, "UNSUPPORTED", "no scope");
    }
    json(200, &value!({ "token": TOKEN, "access_token": TOKEN, "expires_in": 300 }))
}

/// Of one repository next to nothing is left, to see what is said then.
fn remaining(repository: &str) -> &'static str {
    if repository.split('/').any(|part| part == "fewpulls") { "3;w=21600" } else { "96;w=21600" }
}

fn manifest(repository: &str, reference: &str, there: &[Architecture]) -> Option<Blob> {
    let images: Vec<Blob> = there.iter().map(|one| image(repository, *one)).collect();
    if let Some(own) = images.iter().position(|image| image.digest() == reference) {
        return images.into_iter().nth(own);
    }
    if let [_] = there {
        return images.into_iter().next();
    }
    let entries: Vec<Value> = there
        .iter()
        .zip(&images)
        .map(|(one, image)| {
            value!({ "mediaType": IMAGE, "digest": image.digest(), "size": image.bytes.len(),
                "platform": { "architecture": one.name(), "os": "linux" } })
        })
        .collect();
    let index = value!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": entries });
    Some(Blob { kind: INDEX, bytes: index.to_string().into_bytes() })
}

fn image(repository: &str, architecture: Architecture) -> Blob {
    let config = config(architecture);
    let layer = ids::digest_hex(0, &format!("{repository}/{}", architecture.name()));
    let image = value!({
        "schemaVersion": 2,
        "mediaType": IMAGE,
        "config": { "mediaType": CONFIG, "digest": config.digest(), "size": config.bytes.len() },
        "layers": [{
            "mediaType": "application/vnd.oci.image.layer.v1.tar+gzip",
            "digest": format!("sha256:{layer}"),
            "size": size(repository),
        }],
    });
    Blob { kind: IMAGE, bytes: image.to_string().into_bytes() }
}

fn config(architecture: Architecture) -> Blob {
    let config = value!({ "architecture": architecture.name(), "os": "linux", "config": {},
        "rootfs": { "type": "layers", "diff_ids": [] } });
    Blob { kind: CONFIG, bytes: config.to_string().into_bytes() }
}

/// About what the image has in the world; of one that is not known, what many have.
fn size(repository: &str) -> u64 {
    const KNOWN: [(&str, u64); 8] = [
        ("alpine", 3_600_000),
        ("amazonlinux", 53_000_000),
        ("busybox", 2_100_000),
        ("cuda", 4_600_000_000),
        ("debian", 48_000_000),
        ("hello-world", 3_000),
        ("python", 365_000_000),
        ("ubuntu", 29_700_000),
    ];
    let name = repository.rsplit('/').next().unwrap_or_default();
    KNOWN.iter().find(|(known, _)| *known == name).map_or(120_000_000, |(_, size)| *size)
}

impl Blob {
    fn digest(&self) -> String {
        use std::fmt::Write;
        Sha256::digest(&self.bytes).iter().fold("sha256:".to_owned(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

fn error(status: u16, code: &str, words: &str) -> Response {
    json(status, &value!({ "errors": [{ "code": code, "message": words }] }))
}

fn json(status: u16, body: &Value) -> Response {
    let headers = vec![("content-type", "application/json".to_owned())];
    Response { status, headers, body: body.to_string().into_bytes() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(host: &str, target: &str, signed: bool) -> Response {
        let headers =
            if signed { vec![("authorization".to_owned(), format!("Bearer {TOKEN}"))] } else { vec![] };
        answer(host, &Request { method: "GET".into(), target: target.into(), headers, body: vec![] })
    }

    fn read(response: &Response) -> Value {
        serde_json::from_slice(&response.body).unwrap()
    }

    #[test]
    fn a_token_comes_first_then_an_index_and_its_images() {
        let first = get(HUB, "/v2/library/busybox/manifests/latest", false);
        assert_eq!(first.status, 401);
        assert!(first.headers.iter().any(|(name, value)| *name == "www-authenticate"
            && value.contains("scope=\"repository:library/busybox:pull\"")));
        assert_eq!(
            read(&get(HUB, "/practice/token?scope=repository:library/busybox:pull", false))["token"],
            TOKEN
        );
        let index = read(&get(HUB, "/v2/library/busybox/manifests/latest", true));
        let platforms: Vec<_> = index["manifests"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| &one["platform"]["architecture"])
            .collect();
        assert_eq!(platforms, ["amd64", "arm64"]);
        let own = index["manifests"][1]["digest"].as_str().unwrap();
        let image = read(&get(HUB, &format!("/v2/library/busybox/manifests/{own}"), true));
        assert_eq!(image["layers"][0]["size"], 2_100_000);
        let config = image["config"]["digest"].as_str().unwrap();
        let config = read(&get(HUB, &format!("/v2/library/busybox/blobs/{config}"), true));
        assert_eq!(config["architecture"], "arm64");
    }

    #[test]
    fn what_is_not_there_private_or_too_much_is_said_in_the_registrys_way() {
        for (target, status) in [
            ("/v2/library/busybox/manifests/missing", 404),
            ("/v2/private/app/manifests/1", 401),
            ("/v2/toomanyrequests/app/manifests/1", 429),
            ("/v2/library/busybox/blobs/sha256:00", 404),
            ("/elsewhere", 404),
        ] {
            assert_eq!(get(HUB, target, true).status, status, "{target}");
        }
        assert!(
            get(HUB, "/v2/fewpulls/app/manifests/1", true)
                .headers
                .contains(&("ratelimit-remaining", "3;w=21600".into()))
        );
    }
}
