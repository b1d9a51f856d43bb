//! Endpoint settings that a person did not type here: a signed request carries the session, so Slipway
//! follows none of them in silence.

use std::env;

use slipway_core::{aws::Endpoint, error::AppError, words::say};

/// The services Slipway calls, as AWS's variables name them.
const SERVICES: &[&str] =
    &["BATCH", "IAM", "EC2", "ECR", "STS", "CLOUDWATCH_LOGS", "SERVICE_QUOTAS", "SSO", "SSO_OIDC", "SIGNIN"];

/// Refuses to go on when the environment or the profile points somewhere that was not asked for.
///
/// Following it would send signed requests to a stranger; not following it would change the real account of
/// somebody who believes to be at an emulator. So the person says it.
pub(crate) fn refuse_unspoken(asked: Option<&Endpoint>, profile: Option<&str>) -> Result<(), AppError> {
    if env::var("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS").is_ok_and(|ignore| ignore.eq_ignore_ascii_case("true"))
    {
        return Ok(());
    }
    let names = std::iter::once("AWS_ENDPOINT_URL".to_owned())
        .chain(SERVICES.iter().map(|service| format!("AWS_ENDPOINT_URL_{service}")));
    let from_environment = names.filter_map(|name| Some((env::var(&name).ok()?, name)));
    let from_profile = profile.map(|url| (url.to_owned(), "endpoint_url".to_owned()));
    for (url, name) in from_environment.chain(from_profile).filter(|(url, _)| !url.is_empty()) {
        let same = asked.is_some_and(|asked| url.trim_end_matches('/') == asked.as_str());
        if !same {
            return Err(AppError::new(say("endpoint-unspoken", &[("name", &name), ("endpoint", &url)]))
                .advise(say("endpoint-unspoken-advice", &[("name", &name), ("endpoint", &url)])));
        }
    }
    Ok(())
}
