//! The door: an HTTP request becomes a call, its answer an HTTP response in the shape of its protocol.

use crate::account::{Account, Caller};
use crate::authorizer;
use crate::fault::Fault;
use crate::ids;
use crate::service::{self, Handler, Service};
use crate::settings::Lesson;
use crate::state::State;
use crate::time::Millis;
use crate::wire::{Params, Xml, percent_decode};
use serde_json::{Map, Value, json};

/// The error code of everything that AWS has and the practice account has not. With status 501, which no
/// SDK retries.
pub const DOES_NOT_KNOW: &str = "PracticeAccountDoesNotKnow";

/// An HTTP request, whoever carried it.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// `POST`.
    pub method: String,
    /// Path and query: `/v1/describejobs`.
    pub target: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Request {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Service and region of the signature: `Credential=AKID/20260101/us-east-1/ec2/aws4_request`. The
    /// signature itself is not verified: the practice account keeps no secrets.
    pub fn scope(&self) -> Option<(&str, &str)> {
        let credential = self.header("authorization")?.split("Credential=").nth(1)?;
        let mut parts = credential.split(',').next()?.trim().split('/').skip(2);
        let region = parts.next()?;
        Some((parts.next()?, region))
    }
}

/// An HTTP response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// The whole body.
    pub body: Vec<u8>,
}

/// How a service's answers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Protocol {
    RestJson,
    Json11,
    Query(&'static str),
    Ec2,
}

const EC2_NAMESPACE: &str = "http://ec2.amazonaws.com/doc/2016-11-15/";
const IAM_NAMESPACE: &str = "https://iam.amazonaws.com/doc/2010-05-08/";
const STS_NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

impl Protocol {
    const fn of(service: Service) -> Self {
        match service {
            Service::Batch => Self::RestJson,
            Service::Ecr | Service::Logs | Service::Quotas => Self::Json11,
            Service::Iam => Self::Query(IAM_NAMESPACE),
            Service::Sts => Self::Query(STS_NAMESPACE),
            Service::Ec2 => Self::Ec2,
        }
    }

    /// What a client of a service that we do not have will most likely be able to read.
    fn guess(request: &Request) -> Self {
        let content = request.header("content-type").unwrap_or_default();
        if content.starts_with("application/x-www-form-urlencoded") {
            Self::Query(IAM_NAMESPACE)
        } else if request.header("x-amz-target").is_some() {
            Self::Json11
        } else {
            Self::RestJson
        }
    }
}

/// Answers one request. A refusal leaves the account as it was, but for what fell due by `now`.
pub fn answer(state: &mut State, now: Millis, request: &Request) -> Response {
    service::catch_up(state, now);
    let request_id = ids::uuid(
        state.seed(),
        &format!(
            "{}/{}/{}",
            now.0,
            request.target,
            ids::digest_hex(0, &String::from_utf8_lossy(&request.body))
        ),
    );
    let (protocol, action, outcome) = match known_service(request) {
        Err(fault) => (Protocol::guess(request), String::new(), Err(fault)),
        Ok((service, region)) => {
            let action = action_of(service, request);
            let outcome = throttle(state, service).map_or(Ok(()), Err).and_then(|()| {
                let before = state.clone();
                let outcome = perform(state, now, service, &action, region, request);
                if outcome.is_err() {
                    *state = before;
                }
                outcome
            });
            (Protocol::of(service), action, outcome)
        }
    };
    match outcome {
        Ok(answer) => write_answer(protocol, &action, &request_id, &answer),
        Err(fault) => write_fault(protocol, &request_id, &fault),
    }
}

enum Answer {
    Json(Value),
    Xml(Vec<Xml>),
}

fn known_service(request: &Request) -> Result<(Service, &str), Fault> {
    let Some((name, region)) = request.scope() else {
        return Err(Fault::with_status(
            403,
            "MissingAuthenticationToken",
            "The practice account reads service and region from the request's SigV4 signature, and this \
             request has none. Any access key will do.",
        ));
    };
    let Some(service) = Service::of_scope(name) else {
        return Err(unknown(&format!("the service {name}")));
    };
    if !service::ec2::region_exists(region) {
        return Err(Fault::with_status(
            400,
            DOES_NOT_KNOW,
            format!("There is no AWS region called {region}: at AWS its endpoint's name would not resolve."),
        ));
    }
    Ok((service, region))
}

fn unknown(what: &str) -> Fault {
    Fault::with_status(
        501,
        DOES_NOT_KNOW,
        format!(
            "This is Slipway's practice account, a simulation on your own computer, and it does not know {what}. \
             Nothing was sent to AWS. Use a real account for this call."
        ),
    )
}

fn action_of(service: Service, request: &Request) -> String {
    let path = request.target.split('?').next().unwrap_or_default();
    match Protocol::of(service) {
        Protocol::RestJson => rest_action(service, &request.method, path),
        Protocol::Json11 => {
            request.header("x-amz-target").and_then(|t| t.rsplit('.').next()).unwrap_or_default().to_owned()
        }
        Protocol::Query(_) | Protocol::Ec2 => form(request).text("Action").unwrap_or_default().to_owned(),
    }
}

/// Batch names its operations in the path in lower case; only tags are a resource of their own.
fn rest_action(service: Service, method: &str, path: &str) -> String {
    let Some(rest) = path.strip_prefix("/v1/") else { return path.to_owned() };
    if rest.starts_with("tags/") {
        return match method {
            "POST" => "TagResource",
            "DELETE" => "UntagResource",
            _ => "ListTagsForResource",
        }
        .to_owned();
    }
    let name = rest.trim_end_matches('/');
    service
        .calls()
        .iter()
        .map(|call| call.action)
        .find(|action| action.eq_ignore_ascii_case(name))
        .unwrap_or(name)
        .to_owned()
}

fn form(request: &Request) -> Params {
    // boto3 and the command line send every query call in the body; a presigned URL carries it in the query.
    if request.body.is_empty() {
        Params::parse(request.target.split_once('?').map_or("", |(_, query)| query))
    } else {
        Params::parse(&String::from_utf8_lossy(&request.body))
    }
}

fn throttle(state: &mut State, service: Service) -> Option<Fault> {
    let every_nth = state.settings.lessons.iter().find_map(|lesson| match lesson {
        Lesson::Throttling { every_nth } => Some(u64::from(*every_nth).max(2)),
        _ => None,
    })?;
    *state.throttled += 1;
    state.throttled.is_multiple_of(every_nth).then(|| match service {
        Service::Ec2 => Fault::with_status(503, "RequestLimitExceeded", "Request limit exceeded."),
        Service::Iam | Service::Sts => Fault::new("Throttling", "Rate exceeded"),
        Service::Batch => Fault::with_status(429, "TooManyRequestsException", "Too Many Requests"),
        Service::Quotas => Fault::with_status(429, "TooManyRequestsException", "Rate exceeded"),
        Service::Ecr | Service::Logs => Fault::new("ThrottlingException", "Rate exceeded"),
    })
}

fn perform(
    state: &mut State,
    now: Millis,
    service: Service,
    action: &str,
    region: &str,
    request: &Request,
) -> Result<Answer, Fault> {
    let Some(call) = service.find(action) else {
        return Err(unknown(&format!("the call {}:{action}", service.name())));
    };
    let caller = Caller::you();
    match call.handler {
        Handler::Json(handler) => {
            let input = json_input(service, request)?;
            authorize(state, &caller, service, action, &json_resource(service, region, &input))?;
            let mut account = Account { state, now, caller: &caller, region };
            handler(&mut account, &input).map(Answer::Json)
        }
        Handler::Query(handler) => {
            let params = form(request);
            authorize(state, &caller, service, action, &query_resource(service, region, &params))?;
            if params.flag("DryRun") == Some(true) {
                return Err(Fault::with_status(
                    412,
                    "DryRunOperation",
                    "Request would have succeeded, but DryRun flag is set.",
                ));
            }
            let mut account = Account { state, now, caller: &caller, region };
            handler(&mut account, &params).map(Answer::Xml)
        }
    }
}

fn json_input(service: Service, request: &Request) -> Result<Value, Fault> {
    let mut input: Value = if request.body.is_empty() {
        Value::Object(Map::new())
    } else {
        serde_json::from_slice(&request.body)
            .map_err(|e| Fault::new("SerializationException", format!("The body is not JSON: {e}")))?
    };
    if !input.is_object() {
        return Err(Fault::new("SerializationException", "The body is not a JSON object."));
    }
    if service == Service::Batch {
        let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
        if let Some(arn) = path.strip_prefix("/v1/tags/") {
            input["resourceArn"] = Value::String(percent_decode(arn));
            let keys: Vec<Value> = query
                .split('&')
                .filter_map(|pair| pair.strip_prefix("tagKeys="))
                .map(|key| Value::String(percent_decode(key)))
                .collect();
            if request.method == "DELETE" {
                input["tagKeys"] = Value::Array(keys);
            }
        }
    }
    Ok(input)
}

fn authorize(
    state: &State,
    caller: &Caller,
    service: Service,
    action: &str,
    resource: &str,
) -> Result<(), Fault> {
    // The bulk calls of Batch are allowed by the actions of the single ones (Batch API reference).
    let action = match (service, action) {
        (Service::Batch, "CancelJobs") => "CancelJob",
        (Service::Batch, "TerminateJobs") => "TerminateJob",
        _ => action,
    };
    let action = format!("{}:{action}", service.name());
    authorizer::allows(state, caller, &action, resource).map_err(|why| match service {
        Service::Ec2 => Fault::with_status(
            403,
            "UnauthorizedOperation",
            format!("You are not authorized to perform this operation. {why}"),
        ),
        Service::Iam | Service::Sts => Fault::with_status(403, "AccessDenied", why),
        Service::Batch => Fault::with_status(403, "AccessDeniedException", why),
        Service::Ecr | Service::Logs | Service::Quotas => Fault::new("AccessDeniedException", why),
    })
}

/// The resource that AWS names in a refusal: the one the call is about, where its name alone tells.
fn json_resource(service: Service, region: &str, input: &Value) -> String {
    let arn = |resource: &str, name: &str| {
        if name.starts_with("arn:") {
            name.to_owned()
        } else {
            format!("arn:aws:{}:{region}:{}:{resource}{name}", service.name(), crate::ACCOUNT_ID)
        }
    };
    let fields: &[(&str, &str)] = match service {
        Service::Batch => &[
            ("resourceArn", ""),
            ("computeEnvironmentName", "compute-environment/"),
            ("computeEnvironment", "compute-environment/"),
            ("jobQueueName", "job-queue/"),
            ("jobDefinitionName", "job-definition/"),
            ("jobDefinition", "job-definition/"),
            ("jobQueue", "job-queue/"),
            ("jobId", "job/"),
        ],
        Service::Ecr => &[("repositoryName", "repository/")],
        Service::Logs => &[("resourceArn", ""), ("logGroupName", "log-group:")],
        _ => &[],
    };
    fields
        .iter()
        .find_map(|(field, resource)| Some(arn(resource, input.get(field)?.as_str()?)))
        .unwrap_or_else(|| "*".to_owned())
}

fn query_resource(service: Service, region: &str, params: &Params) -> String {
    let account = crate::ACCOUNT_ID;
    match service {
        Service::Iam => {
            if let Some(role) = params.text("RoleName") {
                return format!("arn:aws:iam::{account}:role/{role}");
            }
            if let Some(name) = params.text("AWSServiceName") {
                return format!("arn:aws:iam::{account}:role/aws-service-role/{name}/*");
            }
            params.text("PolicyArn").or(params.text("PolicySourceArn")).unwrap_or("*").to_owned()
        }
        Service::Ec2 => [
            ("VpcId", "vpc"),
            ("SubnetId", "subnet"),
            ("GroupId", "security-group"),
            ("RouteTableId", "route-table"),
            ("InternetGatewayId", "internet-gateway"),
        ]
        .into_iter()
        .find_map(|(name, kind)| {
            Some(format!("arn:aws:ec2:{region}:{account}:{kind}/{}", params.text(name)?))
        })
        .unwrap_or_else(|| "*".to_owned()),
        _ => "*".to_owned(),
    }
}

fn write_answer(protocol: Protocol, action: &str, request_id: &str, answer: &Answer) -> Response {
    let body = match (protocol, answer) {
        (_, Answer::Json(value)) => value.to_string(),
        (Protocol::Ec2, Answer::Xml(inner)) => {
            let mut all = vec![Xml::text("requestId", request_id)];
            all.extend(inner.iter().cloned());
            document(&format!("{action}Response"), EC2_NAMESPACE, &all)
        }
        (_, Answer::Xml(inner)) => {
            let mut all = Vec::with_capacity(2);
            if !inner.is_empty() {
                all.push(Xml::tree(&format!("{action}Result"), inner.clone()));
            }
            all.push(Xml::tree("ResponseMetadata", vec![Xml::text("RequestId", request_id)]));
            let namespace = if let Protocol::Query(namespace) = protocol { namespace } else { EC2_NAMESPACE };
            document(&format!("{action}Response"), namespace, &all)
        }
    };
    respond(protocol, 200, request_id, None, body)
}

fn write_fault(protocol: Protocol, request_id: &str, fault: &Fault) -> Response {
    let body = match protocol {
        Protocol::RestJson => json!({ "message": fault.message, "code": fault.code }).to_string(),
        Protocol::Json11 => json!({ "__type": fault.code, "message": fault.message }).to_string(),
        Protocol::Query(namespace) => {
            let blame = if fault.status < 500 { "Sender" } else { "Receiver" };
            let error = vec![
                Xml::text("Type", blame),
                Xml::text("Code", &fault.code),
                Xml::text("Message", &fault.message),
            ];
            document(
                "ErrorResponse",
                namespace,
                &[Xml::tree("Error", error), Xml::text("RequestId", request_id)],
            )
        }
        Protocol::Ec2 => {
            let error = vec![Xml::text("Code", &fault.code), Xml::text("Message", &fault.message)];
            let errors = Xml::tree("Errors", vec![Xml::tree("Error", error)]);
            let mut out = String::from(PROLOGUE);
            Xml::tree("Response", vec![errors, Xml::text("RequestID", request_id)]).write(&mut out);
            out
        }
    };
    respond(protocol, fault.status, request_id, Some(&fault.code), body)
}

const PROLOGUE: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

fn document(name: &str, namespace: &str, inner: &[Xml]) -> String {
    let mut out = format!("{PROLOGUE}<{name} xmlns=\"{namespace}\">");
    for element in inner {
        element.write(&mut out);
    }
    out.push_str("</");
    out.push_str(name);
    out.push('>');
    out
}

fn respond(protocol: Protocol, status: u16, request_id: &str, code: Option<&str>, body: String) -> Response {
    let content_type = match protocol {
        Protocol::RestJson => "application/json",
        Protocol::Json11 => "application/x-amz-json-1.1",
        Protocol::Query(_) | Protocol::Ec2 => "text/xml;charset=UTF-8",
    };
    let mut headers = vec![
        ("content-type", content_type.to_owned()),
        ("x-amzn-requestid", request_id.to_owned()),
        ("server", "Slipway practice account".to_owned()),
    ];
    if let (Protocol::RestJson, Some(code)) = (protocol, code) {
        headers.push(("x-amzn-errortype", code.to_owned()));
    }
    Response { status, headers, body: body.into_bytes() }
}
