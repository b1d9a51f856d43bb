//! Addresses that are not AWS's API: registries of images, and what ECR hands out an address for. Read without
//! credentials, for a few seconds at most, through the same HTTP seam as every call of AWS; each is noted like one.

use std::{convert::Infallible, fmt, mem, net::IpAddr, time::Duration};

use aws_config::BehaviorVersion;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_http_client::{ConnectorBuilder, proxy::ProxyConfig, tls};
use aws_smithy_runtime::client::orchestrator::operation::{Operation, OperationBuilder};
use aws_smithy_runtime_api::client::{
    http::SharedHttpClient,
    interceptors::context::{Error, Output, OutputOrError},
    orchestrator::{HttpRequest, HttpResponse, OrchestratorError},
    result::SdkError,
    runtime_components::RuntimeComponents,
    ser_de::DeserializeResponse,
};
use aws_smithy_types::{body::SdkBody, byte_stream::ByteStream, timeout::TimeoutConfig};
use http::Uri;

use super::Activity;

/// How long one answer is waited for. Whoever is slower is one of those of whom it cannot be told.
const PATIENCE: Duration = Duration::from_secs(5);
const CONNECT: Duration = Duration::from_secs(3);

/// A registry need take no manifest that is larger (OCI Distribution Specification, "Pushing Manifests").
const LARGEST: usize = 4 * 1024 * 1024;

/// Registries hand blobs on to a store, which may hand them on once more.
const HOPS: usize = 3;

/// Reads addresses.
#[derive(Debug, Clone)]
pub struct Web {
    http: SharedHttpClient,
    activity: Activity,
}

/// What was answered, whatever its status.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
    headers: http::HeaderMap,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoPage {
    /// No connection was made.
    Unreachable,
    /// There was none in time, or it broke off.
    NoAnswer,
    /// It is no address that is read: neither https nor this computer's own, or it goes in circles.
    Refused,
}

impl Page {
    /// A header's value; the first of several.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Every value of a header.
    pub(crate) fn headers<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        self.headers.get_all(name).iter().filter_map(|value| value.to_str().ok())
    }
}

impl Web {
    pub(crate) fn new(http: Option<SharedHttpClient>, activity: Activity) -> Self {
        Self { http: http.unwrap_or_else(client), activity }
    }

    /// Reads an address; `action` is what the log of calls says.
    pub(crate) async fn get(
        &self,
        action: &'static str,
        url: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<Page, NoPage> {
        let reading = self.follow(action, url, headers);
        tokio::time::timeout(PATIENCE, reading).await.unwrap_or(Err(NoPage::NoAnswer))
    }

    async fn follow(
        &self,
        action: &'static str,
        url: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<Page, NoPage> {
        let mut url: Uri = url.parse().map_err(|_| NoPage::Refused)?;
        // What a token was given for is the first address alone: a store knows its visitors by the address itself.
        let mut headers = headers;
        for _ in 0..HOPS {
            if !is_safe(&url) {
                return Err(NoPage::Refused);
            }
            let page = self.once(action, &url, headers).await?;
            let Some(next) = page.header("location").filter(|_| (300..400).contains(&page.status)) else {
                return Ok(page);
            };
            url = joined(&url, next).ok_or(NoPage::Refused)?;
            headers = &[];
        }
        Err(NoPage::Refused)
    }

    async fn once(
        &self,
        action: &'static str,
        url: &Uri,
        headers: &[(&'static str, &str)],
    ) -> Result<Page, NoPage> {
        let host = url.authority().ok_or(NoPage::Refused)?.to_string();
        let target = url.path_and_query().map_or("/", http::uri::PathAndQuery::as_str).to_owned();
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        let timeouts = TimeoutConfig::builder().connect_timeout(CONNECT).build();
        let operation: OperationBuilder<(), (), ()> = Operation::builder()
            .service_name(host.clone())
            .operation_name(action)
            .endpoint_url(&format!("{}://{host}", url.scheme_str().unwrap_or("https")))
            .behavior_version(latest())
            .http_client(self.http.clone())
            .sleep_impl(TokioSleep::new())
            .timeout_config(timeouts)
            .interceptor(self.activity.clone())
            .no_auth()
            .no_retry();
        let operation = operation
            .serializer(move |(): ()| {
                let mut request = HttpRequest::new(SdkBody::empty());
                request.set_uri(target.as_str())?;
                for (name, value) in &headers {
                    request.headers_mut().try_insert(*name, value.clone())?;
                }
                Ok(request)
            })
            .deserializer_impl::<Opened, Infallible>(Open)
            .build();
        let opened = operation.invoke(()).await.map_err(|error| why(&error))?;
        opened.read().await
    }
}

/// An answer whose body is still to be read, so that one without an end is not.
struct Opened {
    status: u16,
    headers: http::HeaderMap,
    body: SdkBody,
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Opened({})", self.status)
    }
}

impl Opened {
    async fn read(self) -> Result<Page, NoPage> {
        let mut body = Vec::new();
        let mut stream = ByteStream::new(self.body);
        while let Some(piece) = stream.next().await {
            body.extend_from_slice(&piece.map_err(|_| NoPage::NoAnswer)?);
            if body.len() > LARGEST {
                return Err(NoPage::Refused);
            }
        }
        Ok(Page { status: self.status, body, headers: self.headers })
    }
}

#[derive(Debug)]
struct Open;

impl DeserializeResponse for Open {
    fn deserialize_streaming(&self, response: &mut HttpResponse) -> Option<OutputOrError> {
        let headers = response
            .headers()
            .iter()
            .filter_map(|(name, value)| Some((name.parse().ok()?, value.parse().ok()?)))
            .collect();
        let body = mem::replace(response.body_mut(), SdkBody::taken());
        let opened = Opened { status: response.status().as_u16(), headers, body };
        Some(Ok(Output::erase(opened)))
    }

    fn deserialize_nonstreaming(&self, _: &HttpResponse) -> Result<Output, OrchestratorError<Error>> {
        Err(OrchestratorError::other("the answer is read as it comes"))
    }
}

/// One for all questions, so that those to one registry go over one connection. As the SDK makes its own, with the proxy
/// that the environment names.
fn client() -> SharedHttpClient {
    let rustls = || tls::Provider::Rustls(tls::rustls_provider::CryptoMode::AwsLc);
    aws_smithy_http_client::Builder::new().build_with_connector_fn(move |settings, components| {
        let mut connector = ConnectorBuilder::default().tls_provider(rustls());
        connector.set_connector_settings(settings.cloned());
        connector.set_sleep_impl(components.and_then(RuntimeComponents::sleep_impl));
        connector.set_proxy_config(Some(ProxyConfig::from_env()));
        connector.build()
    })
}

fn latest() -> BehaviorVersion {
    BehaviorVersion::v2026_01_12()
}

fn why(error: &SdkError<Infallible, HttpResponse>) -> NoPage {
    match error {
        SdkError::DispatchFailure(failure) if failure.is_io() || failure.is_user() => NoPage::Unreachable,
        _ => NoPage::NoAnswer,
    }
}

/// Over https, or on this computer, where a registry of one's own speaks plain http.
fn is_safe(url: &Uri) -> bool {
    let host = url.host().unwrap_or_default();
    !host.is_empty()
        && match url.scheme_str() {
            Some("https") => true,
            Some("http") => is_loopback(host),
            _ => false,
        }
}

/// Whether a host is this computer itself.
pub(crate) fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Where an answer points to, from where it came; never from elsewhere to this computer.
fn joined(from: &Uri, to: &str) -> Option<Uri> {
    let next: Uri = if to.starts_with('/') && !to.starts_with("//") {
        format!("{}://{}{to}", from.scheme_str()?, from.authority()?).parse().ok()?
    } else {
        to.parse().ok()?
    };
    let inward = is_loopback(next.host()?) && !is_loopback(from.host()?);
    (!inward).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uri(text: &str) -> Uri {
        text.parse().unwrap()
    }

    #[test]
    fn https_is_read_and_plain_http_only_here() {
        for good in
            ["https://ghcr.io/v2/", "http://127.0.0.1:5000/v2/", "http://localhost/", "http://[::1]:1/"]
        {
            assert!(is_safe(&uri(good)), "{good}");
        }
        for bad in ["http://ghcr.io/v2/", "http://10.0.0.1/", "ftp://ghcr.io/", "/v2/"] {
            assert!(!is_safe(&uri(bad)), "{bad}");
        }
    }

    #[test]
    fn an_answer_points_on_but_never_from_outside_to_this_computer() {
        let from = uri("https://ghcr.io/v2/a");
        assert_eq!(joined(&from, "/b?c=d").unwrap(), uri("https://ghcr.io/b?c=d"));
        assert_eq!(joined(&from, "https://store.example.com/b").unwrap(), uri("https://store.example.com/b"));
        assert_eq!(joined(&from, "http://127.0.0.1/b"), None);
        assert_eq!(joined(&from, "//127.0.0.1/b"), None);
        assert!(joined(&uri("http://127.0.0.1:1/v2/"), "http://127.0.0.1:2/b").is_some());
    }
}
