//! How each service writes its answers and its refusals.

use super::Xml;
use crate::door::{Request, Response};
use crate::fault::Fault;
use crate::service::Service;
use serde_json::{Value, json};

/// A protocol of AWS's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    RestJson,
    Json11,
    /// With the namespace of the service's XML.
    Query(&'static str),
    Ec2,
    /// Refusals only: S3 is not here.
    RestXml,
    /// REST-XML too, and another way to refuse.
    Route53,
}

/// What a call gives, before it is written.
#[derive(Debug)]
pub(crate) enum Answer {
    Json(Value),
    Xml(Vec<Xml>),
}

const PROLOGUE: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const EC2_NAMESPACE: &str = "http://ec2.amazonaws.com/doc/2016-11-15/";
const IAM_NAMESPACE: &str = "https://iam.amazonaws.com/doc/2010-05-08/";
const ROUTE53_NAMESPACE: &str = "https://route53.amazonaws.com/doc/2013-04-01/";
const STS_NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

impl Protocol {
    pub(crate) const fn of(service: Service) -> Self {
        match service {
            Service::Batch => Self::RestJson,
            Service::Ecr | Service::Logs | Service::Pricing | Service::Quotas => Self::Json11,
            Service::Iam => Self::Query(IAM_NAMESPACE),
            Service::Sts => Self::Query(STS_NAMESPACE),
            Service::Ec2 => Self::Ec2,
            Service::Route53 => Self::Route53,
        }
    }

    /// What a client of a service that is not here will most likely be able to read.
    pub(crate) fn guess(request: &Request) -> Self {
        let content = request.header("content-type").unwrap_or_default();
        if request.scope().is_some_and(|(service, _)| service == "s3") {
            Self::RestXml
        } else if content.starts_with("application/x-www-form-urlencoded") {
            Self::Query(IAM_NAMESPACE)
        } else if request.header("x-amz-target").is_some() {
            Self::Json11
        } else {
            Self::RestJson
        }
    }

    pub(crate) fn write_answer(self, action: &str, request_id: &str, answer: Answer) -> Response {
        let name = format!("{action}Response");
        let body = match (self, answer) {
            (_, Answer::Json(value)) => value.to_string(),
            (Self::Query(namespace), Answer::Xml(inner)) => {
                let result = (!inner.is_empty()).then(|| Xml::tree(&format!("{action}Result"), inner));
                let metadata = Xml::tree("ResponseMetadata", vec![Xml::text("RequestId", request_id)]);
                document(&name, namespace, result.into_iter().chain([metadata]))
            }
            (Self::Route53, Answer::Xml(inner)) => document(&name, ROUTE53_NAMESPACE, inner),
            (_, Answer::Xml(inner)) => {
                document(&name, EC2_NAMESPACE, [Xml::text("requestId", request_id)].into_iter().chain(inner))
            }
        };
        self.respond(200, request_id, None, body)
    }

    pub(crate) fn write_fault(self, request_id: &str, fault: &Fault) -> Response {
        let code_and_message = || vec![Xml::text("Code", &fault.code), Xml::text("Message", &fault.message)];
        let body = match self {
            Self::RestJson => json!({ "message": fault.message, "code": fault.code }).to_string(),
            Self::Json11 => json!({ "__type": fault.code, "message": fault.message }).to_string(),
            Self::Query(_) | Self::Route53 => {
                let namespace = if let Self::Query(namespace) = self { namespace } else { ROUTE53_NAMESPACE };
                let blame = if fault.status < 500 { "Sender" } else { "Receiver" };
                let mut error = vec![Xml::text("Type", blame)];
                error.extend(code_and_message());
                let inner = [Xml::tree("Error", error), Xml::text("RequestId", request_id)];
                document("ErrorResponse", namespace, inner)
            }
            Self::Ec2 => {
                let errors = Xml::tree("Errors", vec![Xml::tree("Error", code_and_message())]);
                plain_document(&Xml::tree("Response", vec![errors, Xml::text("RequestID", request_id)]))
            }
            Self::RestXml => {
                let mut error = code_and_message();
                error.push(Xml::text("RequestId", request_id));
                plain_document(&Xml::tree("Error", error))
            }
        };
        self.respond(fault.status, request_id, Some(&fault.code), body)
    }

    fn respond(self, status: u16, request_id: &str, code: Option<&str>, body: String) -> Response {
        let content_type = match self {
            Self::RestJson => "application/json",
            Self::Json11 => "application/x-amz-json-1.1",
            Self::Query(_) | Self::Ec2 | Self::RestXml | Self::Route53 => "text/xml;charset=UTF-8",
        };
        let mut headers = vec![
            ("content-type", content_type.to_owned()),
            ("x-amzn-requestid", request_id.to_owned()),
            ("server", "Slipway practice account".to_owned()),
        ];
        if let (Self::RestJson, Some(code)) = (self, code) {
            headers.push(("x-amzn-errortype", code.to_owned()));
        }
        Response { status, headers, body: body.into_bytes() }
    }
}

fn document(name: &str, namespace: &str, inner: impl IntoIterator<Item = Xml>) -> String {
    let mut out = format!("{PROLOGUE}<{name} xmlns=\"{namespace}\">");
    for element in inner {
        element.write(&mut out);
    }
    out.push_str("</");
    out.push_str(name);
    out.push('>');
    out
}

fn plain_document(root: &Xml) -> String {
    let mut out = String::from(PROLOGUE);
    root.write(&mut out);
    out
}
