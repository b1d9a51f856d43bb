//! The SDK's HTTP seam: the real AWS SDK, its retries and its error parsing run on the practice account as
//! they run on AWS.

use crate::door::{Request, Response};
use crate::outside::is_outside;
use crate::practice::Practice;
use crate::service::ec2::region_exists;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;

impl Practice {
    /// The client to hand to an SDK configuration. Give it any access key; it goes nowhere.
    pub fn http_client(&self) -> SharedHttpClient {
        SharedHttpClient::new(Seam(self.clone()))
    }
}

#[derive(Debug, Clone)]
struct Seam(Practice);

impl HttpClient for Seam {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Seam {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let practice = self.0.clone();
        let may_block = practice.may_block();
        HttpConnectorFuture::new(async move {
            let (host, request) = read(&request)?;
            let outside = request.scope().is_none() && is_outside(&host);
            let answer = move || {
                if outside { practice.answer_outside(&host, &request) } else { practice.answer(&request) }
            };
            let response = if may_block && tokio::runtime::Handle::try_current().is_ok() {
                tokio::task::spawn_blocking(answer)
                    .await
                    .map_err(|e| ConnectorError::other(e.into(), None))?
            } else {
                answer()
            };
            write(response.map_err(|e| ConnectorError::other(e.into(), None))?)
        })
    }
}

/// The host that is asked, and what it is asked.
fn read(request: &HttpRequest) -> Result<(String, Request), ConnectorError> {
    let body = request
        .body()
        .bytes()
        .ok_or_else(|| ConnectorError::user("the practice account takes no streamed bodies".into()))?;
    let uri: http::Uri =
        request.uri().parse().map_err(|e: http::uri::InvalidUri| ConnectorError::user(e.into()))?;
    let request = Request {
        method: request.method().to_owned(),
        target: uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str).to_owned(),
        headers: request.headers().iter().map(|(k, v)| (k.to_ascii_lowercase(), v.to_owned())).collect(),
        body: body.to_vec(),
    };
    if let Some((_, region)) = request.scope()
        && !region_exists(region)
    {
        // What a client of AWS sees: the endpoint's name does not resolve.
        let host = uri.host().unwrap_or(region);
        return Err(ConnectorError::io(format!("dns error: no such host {host}").into()));
    }
    Ok((uri.host().unwrap_or_default().to_owned(), request))
}

fn write(response: Response) -> Result<HttpResponse, ConnectorError> {
    let status = response.status.try_into().map_err(|e| ConnectorError::other(Box::new(e), None))?;
    let mut answer = HttpResponse::new(status, SdkBody::from(response.body));
    for (name, value) in response.headers {
        answer.headers_mut().insert(name, value);
    }
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(region: &str) -> HttpRequest {
        let mut request =
            HttpRequest::new(SdkBody::from("Action=GetCallerIdentity&Version=2011-06-15".as_bytes()));
        request.set_method("POST").expect("a method");
        request.set_uri(format!("https://sts.{region}.amazonaws.com/")).expect("an address");
        request.headers_mut().insert(
            "authorization",
            format!("AWS4-HMAC-SHA256 Credential=AKIA/20261121/{region}/sts/aws4_request, Signature=0"),
        );
        request
    }

    #[tokio::test]
    async fn the_sdk_is_answered_from_memory_and_from_a_file() {
        let folder = tempfile::tempdir().expect("a folder");
        for practice in [Practice::in_memory(1), Practice::open(folder.path()).expect("an account")] {
            let response = Seam(practice).call(request("eu-west-1")).await.expect("an answer");
            assert_eq!(response.status().as_u16(), 200);
            assert!(response.headers().get("x-amzn-requestid").is_some());
            let body = response.body().bytes().expect("a body").to_vec();
            assert!(String::from_utf8_lossy(&body).contains("user/you"));
        }
    }

    #[tokio::test]
    async fn a_region_that_is_not_cannot_be_reached() {
        let error = Seam(Practice::in_memory(1)).call(request("mars-north-1")).await.expect_err("refused");
        assert!(error.is_io(), "{error:?}");
    }
}
