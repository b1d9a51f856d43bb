//! What is outside of AWS's API, as far as a client of the account asks for it: public registries, and the store that
//! ECR's addresses of layers lead to. Nothing leaves this computer: all of it is pretended.

mod registry;

use crate::account::ACCOUNT_ID;
use crate::door::{Request, Response};
use crate::state::State;

/// The store of a region: `prod-us-east-1-starport-layer-bucket.s3.us-east-1.amazonaws.com`.
const STORE: &str = "-starport-layer-bucket.s3.";

/// Whether an address is no API of AWS's: the door has nothing to say to it.
pub(crate) fn is_outside(host: &str) -> bool {
    host.contains(STORE) || !(host.ends_with(".amazonaws.com") || host.ends_with(".amazonaws.com.cn"))
}

/// Answers a request to a host outside.
pub(crate) fn answer(state: &State, host: &str, request: &Request) -> Response {
    if request.method != "GET" && request.method != "HEAD" {
        return plain(405, "The practice account's registries are only read.");
    }
    match host.split_once(STORE) {
        Some((_, rest)) => layer(state, rest.split('.').next().unwrap_or_default(), &request.target),
        None => registry::answer(host, request),
    }
}

/// `/111122223333/REPOSITORY/DIGEST`: the configuration of an image, the only blob that there is.
fn layer(state: &State, region: &str, target: &str) -> Response {
    let path = target.split('?').next().unwrap_or_default();
    let named = path.strip_prefix('/').and_then(|path| path.strip_prefix(ACCOUNT_ID)?.strip_prefix('/'));
    let found = named
        .and_then(|named| named.rsplit_once('/'))
        .and_then(|(repository, digest)| state.ecr.layer(region, repository, digest));
    match found {
        Some(found) => Response {
            status: 200,
            headers: vec![("content-type", "application/octet-stream".to_owned())],
            body: found.to_string().into_bytes(),
        },
        None => plain(404, "The specified key does not exist."),
    }
}

fn plain(status: u16, words: &str) -> Response {
    let headers = vec![("content-type", "text/plain".to_owned())];
    Response { status, headers, body: words.as_bytes().to_vec() }
}
