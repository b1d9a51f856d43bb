//! Requests as the SDKs write them, and a look into the answers.

use serde_json::Value;
use slipway_practice::door::Request;
use slipway_practice::{Practice, Trouble};
use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// 2026-11-21T09:00:00Z.
pub(crate) const START: i64 = 1_795_251_600_000;

/// An account whose clock stands still until somebody moves it.
pub(crate) struct Wire {
    pub(crate) practice: Practice,
    now: Arc<AtomicI64>,
}

/// What came back.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

impl Wire {
    pub(crate) fn new() -> Self {
        Self::on(Practice::in_memory(7))
    }

    pub(crate) fn on(practice: Practice) -> Self {
        let now = Arc::new(AtomicI64::new(START));
        let clock = Arc::clone(&now);
        Self { practice: practice.with_clock(Arc::new(move || clock.load(Ordering::Relaxed))), now }
    }

    pub(crate) fn later(&self, seconds: i64) {
        self.now.fetch_add(seconds * 1000, Ordering::Relaxed);
    }

    /// Sets the clock by another one.
    pub(crate) fn as_late_as(&self, other: &Self) {
        self.now.store(other.now.load(Ordering::Relaxed), Ordering::Relaxed);
    }

    pub(crate) fn teach(&self, troubles: impl IntoIterator<Item = Trouble>) {
        let troubles = troubles.into_iter().collect();
        self.practice.change_settings(|settings| settings.troubles = troubles).expect("settings");
    }

    /// A call of IAM, STS or EC2: `("ec2", "DescribeVpcs", &[("VpcId.1", "vpc-…")])`.
    pub(crate) fn query(&self, service: &str, action: &str, parameters: &[(&str, &str)]) -> Reply {
        let version = match service {
            "ec2" => "2016-11-15",
            "iam" => "2010-05-08",
            _ => "2011-06-15",
        };
        let mut body = format!("Action={action}&Version={version}");
        for (name, value) in parameters {
            body.push('&');
            body.push_str(name);
            body.push('=');
            body.push_str(&encoded(value));
        }
        self.send(service, "POST", "/", &[("content-type", "application/x-www-form-urlencoded")], body.into())
    }

    /// A call that must be answered with 200.
    pub(crate) fn done(&self, service: &str, action: &str, parameters: &[(&str, &str)]) -> Reply {
        let reply = self.query(service, action, parameters);
        assert_eq!(reply.status, 200, "{service}:{action} {parameters:?}: {}", reply.body);
        reply
    }

    /// A JSON 1.1 call: ECR, CloudWatch Logs, Service Quotas.
    pub(crate) fn json(&self, service: &str, target: &str, input: &Value) -> Reply {
        let headers = [("content-type", "application/x-amz-json-1.1"), ("x-amz-target", target)];
        self.send(service, "POST", "/", &headers, input.to_string().into())
    }

    pub(crate) fn send(
        &self,
        service: &str,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Reply {
        let mut headers: Vec<(String, String)> =
            headers.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        headers.push((
            "authorization".to_owned(),
            format!(
                "AWS4-HMAC-SHA256 Credential=AKIAPRACTICE/20261121/eu-west-1/{service}/aws4_request, \
                 SignedHeaders=host;x-amz-date, Signature=00"
            ),
        ));
        let request = Request { method: method.to_owned(), target: target.to_owned(), headers, body };
        let response = self.practice.answer(&request).expect("an account");
        Reply {
            status: response.status,
            headers: response.headers,
            body: String::from_utf8(response.body).expect("text"),
        }
    }
}

impl Reply {
    /// The texts of all elements of that name, in their order.
    pub(crate) fn all(&self, element: &str) -> Vec<String> {
        let (open, close) = (format!("<{element}>"), format!("</{element}>"));
        let inner = |rest: &str| rest.split(&close).next().unwrap_or_default().to_owned();
        self.body.split(&open).skip(1).map(inner).collect()
    }

    /// The text of the first element of that name.
    pub(crate) fn one(&self, element: &str) -> String {
        self.all(element).into_iter().next().unwrap_or_else(|| panic!("no <{element}> in {}", self.body))
    }

    /// Code and message of a refusal of a query service.
    pub(crate) fn refusal(&self) -> (u16, String, String) {
        (self.status, self.one("Code"), self.one("Message"))
    }

    pub(crate) fn value(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str())
    }
}

/// Percent-encoded, as forms are.
pub(crate) fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "%{byte:02X}");
        out
    })
}

/// A trust policy for a service.
pub(crate) fn trust(service: &str) -> String {
    serde_json::json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Principal": { "Service": service }, "Action": "sts:AssumeRole" }],
    })
    .to_string()
}
