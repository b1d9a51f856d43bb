//! The one place that builds SDK configuration and clients: region, endpoint, retries, the HTTP seam.

mod activity;
mod answer;
mod diary;
mod endpoint;
mod fault;
mod sign_in;
mod subject;
mod web;
mod whole;

use std::time::Duration;

use aws_config::{
    BehaviorVersion, Region, SdkConfig, identity::IdentityCache, retry::RetryConfig, timeout::TimeoutConfig,
};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_runtime_api::client::http::SharedHttpClient;

pub use activity::{Activity, ActivityEntry, ActivityFilter, json_lines};
pub use endpoint::Endpoint;
pub use fault::{AwsFault, FaultKind, fault};
pub use sign_in::SignIn;
pub use web::Web;
pub(crate) use web::{NoPage, Page, is_loopback};

/// Where to call and as whom.
#[derive(Debug, Clone)]
pub struct Connection {
    /// The region, `us-east-1`.
    pub region: String,
    /// Instead of AWS itself: https, or loopback.
    pub endpoint: Option<Endpoint>,
    /// Who calls.
    pub credentials: SignIn,
    /// The seam: the practice account or a test's fault layer instead of the network.
    pub http: Option<SharedHttpClient>,
    /// Where every call is noted.
    pub activity: Activity,
}

/// The clients, twice: reads are repeated by the SDK, calls that change an account are not.
///
/// Client tokens barely exist in the APIs that Slipway uses, so a repeated create whose first reply was lost
/// makes a second thing. `run` decides what to do after such a call; the SDK must not.
#[derive(Debug, Clone)]
pub struct Clients {
    /// For observing: throttling, server errors and lost replies are retried.
    pub read: Services,
    /// For changing: exactly one attempt.
    pub once: Services,
    /// The region they call.
    pub region: String,
    /// Whether it is AWS itself that answers, and no account that only looks like one.
    pub(crate) is_aws: bool,
    /// Addresses that are not AWS's API.
    pub web: Web,
    /// Who signs their calls.
    pub(crate) sign_in: SignIn,
}

/// One client per AWS service.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Services {
    pub batch: aws_sdk_batch::Client,
    pub ec2: aws_sdk_ec2::Client,
    pub ecr: aws_sdk_ecr::Client,
    pub iam: aws_sdk_iam::Client,
    pub logs: aws_sdk_cloudwatchlogs::Client,
    pub pricing: aws_sdk_pricing::Client,
    pub quotas: aws_sdk_servicequotas::Client,
    pub route53: aws_sdk_route53::Client,
    pub sts: aws_sdk_sts::Client,
}

impl Clients {
    /// Clients for this connection. Sends nothing yet.
    pub fn new(connection: &Connection) -> Self {
        Self {
            read: Services::new(connection, &RetryConfig::standard().with_max_attempts(3), READING),
            once: Services::new(connection, &RetryConfig::disabled(), CHANGING),
            region: connection.region.clone(),
            is_aws: connection.endpoint.is_none() && connection.http.is_none(),
            web: Web::new(connection.http.clone(), connection.activity.clone()),
            sign_in: connection.credentials.clone(),
        }
    }
}

impl Connection {
    /// From now on nothing is signed with another account's credentials.
    pub(crate) fn hold_to(&self, account: &str) {
        let config = sdk_config(self, &RetryConfig::standard().with_max_attempts(3), READING);
        self.credentials.hold_to(account, &config, &self.activity);
    }
}

/// How long an answer is waited for. A look can be repeated; of a change that is given up nobody knows the outcome.
const READING: Duration = Duration::from_secs(10);
const CHANGING: Duration = Duration::from_secs(30);

impl Services {
    fn new(connection: &Connection, retry: &RetryConfig, patience: Duration) -> Self {
        let config = sdk_config(connection, retry, patience);
        // Prices are good to know; nobody waits while they are asked for a second time.
        let prices = config
            .to_builder()
            .region(Region::new(prices_region(&connection.region)))
            .retry_config(RetryConfig::disabled())
            .build();
        macro_rules! client {
            ($sdk:ident) => {
                client!($sdk, config)
            };
            ($sdk:ident, $config:ident) => {
                $sdk::Client::from_conf(
                    $sdk::config::Builder::from(&$config)
                        .interceptor(connection.activity.clone())
                        .interceptor(connection.credentials.clone())
                        .interceptor(whole::Whole)
                        // One that is away must not use up the retries of another account.
                        .retry_partition($sdk::config::retry::RetryPartition::custom("slipway").build())
                        .build(),
                )
            };
        }
        Self {
            batch: client!(aws_sdk_batch),
            ec2: client!(aws_sdk_ec2),
            ecr: client!(aws_sdk_ecr),
            iam: client!(aws_sdk_iam),
            logs: client!(aws_sdk_cloudwatchlogs),
            pricing: client!(aws_sdk_pricing, prices),
            quotas: client!(aws_sdk_servicequotas),
            route53: client!(aws_sdk_route53),
            sts: client!(aws_sdk_sts),
        }
    }
}

/// The region whose price list is nearest; it has the prices of all (AWS General Reference, "AWS Price List endpoints").
pub(crate) fn prices_region(region: &str) -> &'static str {
    match region.split('-').next() {
        Some("ap") => "ap-south-1",
        Some("af" | "eu" | "il" | "me") => "eu-central-1",
        Some("cn") => "cn-northwest-1",
        _ => "us-east-1",
    }
}

fn sdk_config(connection: &Connection, retry: &RetryConfig, patience: Duration) -> SdkConfig {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(5))
        .operation_attempt_timeout(patience)
        .build();
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new(connection.region.clone()))
        .credentials_provider(SharedCredentialsProvider::new(connection.credentials.clone()))
        // Credentials are kept by `SignIn`.
        .identity_cache(IdentityCache::no_cache())
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
        .retry_config(retry.clone())
        .timeout_config(timeouts);
    if let Some(endpoint) = &connection.endpoint {
        config = config.endpoint_url(endpoint.as_str());
    }
    if let Some(http) = &connection.http {
        config = config.http_client(http.clone());
    }
    config.build()
}
