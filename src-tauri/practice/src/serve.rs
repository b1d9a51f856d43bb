//! The same account on loopback, for the AWS CLI, boto3 and Terraform.

use crate::door::{Request, Response};
use crate::practice::Practice;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::StatusCode;
use std::io;
use tokio::net::TcpListener;

/// More than the largest request that AWS takes for any known call.
const MAX_BODY: usize = 8 * 1024 * 1024;

impl Practice {
    /// Serves the account until the future is dropped. Refuses a listener that others can reach: nobody
    /// checks signatures here.
    pub async fn serve(&self, listener: TcpListener) -> io::Result<()> {
        let address = listener.local_addr()?;
        if !address.ip().is_loopback() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!("the practice account is served on loopback only, not on {address}"),
            ));
        }
        axum::serve(listener, Router::new().fallback(call).with_state(self.clone())).await
    }
}

async fn call(State(practice): State<Practice>, request: axum::extract::Request) -> axum::response::Response {
    let (parts, body) = request.into_parts();
    // No AWS client sends an origin: this is a web page trying its luck.
    if parts.headers.contains_key("origin") {
        return plain(StatusCode::FORBIDDEN, "The practice account does not answer web pages.");
    }
    let Ok(body) = to_bytes(body, MAX_BODY).await else {
        return plain(StatusCode::PAYLOAD_TOO_LARGE, "The request is larger than any that AWS takes.");
    };
    let request = Request {
        method: parts.method.as_str().to_owned(),
        target: parts.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned(),
        headers: parts
            .headers
            .iter()
            .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
            .collect(),
        body: body.to_vec(),
    };
    match tokio::task::spawn_blocking(move || practice.answer(&request)).await {
        Ok(Ok(response)) => write(response),
        Ok(Err(error)) => plain(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
        Err(error) => plain(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

fn write(response: Response) -> axum::response::Response {
    let mut answer = axum::response::Response::builder().status(response.status);
    for (name, value) in response.headers {
        answer = answer.header(name, value);
    }
    answer
        .body(Body::from(response.body))
        .unwrap_or_else(|error| plain(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()))
}

fn plain(status: StatusCode, message: &str) -> axum::response::Response {
    let mut answer = axum::response::Response::new(Body::from(message.to_owned()));
    *answer.status_mut() = status;
    answer
}
