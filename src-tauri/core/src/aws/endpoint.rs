//! A custom endpoint: https, or loopback. A signed request carries the session token, so plain http to
//! anywhere else would hand it to the network.

use std::{fmt, str::FromStr};

use super::web::is_loopback;
use crate::{error::AppError, words::say};

/// An address that takes AWS's calls instead of AWS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint(String);

impl Endpoint {
    /// The address, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Host and port, the part that tells two endpoints apart.
    pub fn authority(&self) -> &str {
        self.0.split_once("://").map_or(self.0.as_str(), |(_, rest)| rest)
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Endpoint {
    type Err = AppError;

    fn from_str(text: &str) -> Result<Self, AppError> {
        let text = text.trim().trim_end_matches('/');
        let refused = || {
            AppError::new(say("endpoint-refused", &[("endpoint", text)]))
                .advise(say("endpoint-refused-advice", &[]))
        };
        let uri: http::Uri = text.parse().map_err(|_| refused())?;
        let host = uri.host().unwrap_or_default();
        let plain = uri.path() == "/" && uri.query().is_none() && !text.contains('@') && !host.is_empty();
        let allowed = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => is_loopback(host),
            _ => false,
        };
        if plain && allowed { Ok(Self(text.to_owned())) } else { Err(refused()) }
    }
}

#[cfg(test)]
mod tests {
    use super::Endpoint;

    #[test]
    fn https_and_loopback_pass() {
        for good in
            ["https://example.com", "http://localhost:5000/", "http://127.0.0.1:5000", "http://[::1]:9"]
        {
            assert!(good.parse::<Endpoint>().is_ok(), "{good}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for bad in [
            "http://example.com",
            "http://10.0.0.1:5000",
            "ftp://localhost",
            "localhost:5000",
            "http://localhost.example.com",
            "http://127.0.0.1@example.com",
            "https://user@example.com",
            "https://example.com/path",
            "http://0.0.0.0:5000",
            "",
        ] {
            assert_eq!(bad.parse::<Endpoint>().unwrap_err().code, "endpoint-refused", "{bad}");
        }
    }
}
