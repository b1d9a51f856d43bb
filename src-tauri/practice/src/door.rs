//! The door: an HTTP request becomes a call, its answer an HTTP response in the shape of its protocol.

use crate::account::{Account, Caller};
use crate::authorizer;
use crate::fault::Fault;
use crate::ids;
use crate::permission::{Asked, Input};
use crate::service::{self, Handler, Service};
use crate::settings::Trouble;
use crate::state::State;
use crate::time::Millis;
use crate::wire::{Answer, Params, Protocol, percent_decode};
use serde_json::{Map, Value};

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
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
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
        Ok(answer) => protocol.write_answer(&action, &request_id, answer),
        Err(fault) => protocol.write_fault(&request_id, &fault),
    }
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
        Protocol::Route53 => service::route53::action(&request.method, path).to_owned(),
        Protocol::Query(_) | Protocol::Ec2 | Protocol::RestXml => {
            form(request).text("Action").unwrap_or_default().to_owned()
        }
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
    let every_nth = state.settings.troubles.iter().find_map(|trouble| match trouble {
        Trouble::Throttling { every_nth } => Some(u64::from(*every_nth).max(2)),
        _ => None,
    })?;
    *state.throttled += 1;
    state.throttled.is_multiple_of(every_nth).then(|| match service {
        Service::Ec2 => Fault::with_status(503, "RequestLimitExceeded", "Request limit exceeded."),
        Service::Iam | Service::Route53 | Service::Sts => Fault::new("Throttling", "Rate exceeded"),
        Service::Batch => Fault::with_status(429, "TooManyRequestsException", "Too Many Requests"),
        Service::Quotas => Fault::with_status(429, "TooManyRequestsException", "Rate exceeded"),
        Service::Ecr | Service::Logs | Service::Pricing => Fault::new("ThrottlingException", "Rate exceeded"),
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
    let check = |state: &State, input| {
        authorizer::check(&Asked { state, now, caller: &caller, service, operation: action, region, input })
    };
    match call.handler {
        Handler::Json(handler) => {
            let input = json_input(service, request)?;
            check(state, Input::Json(&input))?;
            let mut account = Account { state, now, caller: &caller, region };
            handler(&mut account, &input).map(Answer::Json)
        }
        Handler::Query(handler) => {
            let params = match service {
                Service::Route53 if !request.body.is_empty() => {
                    service::route53::read(&String::from_utf8_lossy(&request.body))
                }
                _ => form(request),
            };
            check(state, Input::Query(&params))?;
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
