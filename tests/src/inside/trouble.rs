//! What can happen to a call on its way, and what AWS or somebody else then answers.

use std::time::Duration;

use aws_smithy_runtime_api::client::{
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
};

/// Something that goes wrong with one call, or from one call on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The process is killed before the call is sent.
    KilledBefore,
    /// The process is killed after AWS acted, before the answer came.
    KilledAfterActing,
    /// The process is killed with the answer in its hands: it sends nothing more.
    KilledAfterReply,
    /// No connection is made.
    Unreachable,
    /// AWS acts, and the answer is lost.
    LostReply,
    /// AWS says that there were too many calls, and does not act.
    Throttled,
    /// AWS fails by itself, having acted or not.
    ServerError {
        /// Whether it acted.
        acted: bool,
    },
    /// AWS says that the caller may not do this.
    Denied,
    /// AWS says that the session has run out; the next call is good again.
    Expired,
    /// A page of somebody else's instead of AWS's answer, as in a hotel's network.
    Page,
    /// AWS acts, and what comes of its answer is nothing, a half, or another thing.
    Spoiled(Spoiled),
    /// AWS acts at once, and its answer takes so long.
    Slow(Duration),
    /// From here on nothing gets anywhere for so long.
    Cut(Duration),
    /// A person asks the run to stop; the call itself goes well.
    Stop,
}

/// How an answer is spoiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spoiled {
    /// Nothing of it comes.
    Empty,
    /// The first half comes.
    Truncated,
    /// It is of another type.
    OtherType,
    /// Well formed, it lists nothing: only in XML.
    NothingYet,
}

/// AWS's refusal, in the protocol of the question.
pub(super) fn refusal(request: &HttpRequest, status: u16, code: &str, words: &str) -> HttpResponse {
    let query = speaks_xml(request);
    let body = if query {
        let error =
            format!("<Error><Type>Sender</Type><Code>{code}</Code><Message>{words}</Message></Error>");
        // EC2 has an envelope of its own.
        if request.uri().contains("//ec2.") {
            format!("<Response><Errors>{error}</Errors><RequestID>r</RequestID></Response>")
        } else {
            format!("<ErrorResponse>{error}<RequestId>r</RequestId></ErrorResponse>")
        }
    } else {
        format!("{{\"message\":\"{words}\"}}")
    };
    let mut response = answer(status, body);
    if !query {
        response.headers_mut().insert("x-amzn-errortype", code.to_owned());
    }
    response
}

/// Who may not do this.
pub(super) fn denial(request: &HttpRequest) -> HttpResponse {
    let words = "User: arn:aws:iam::111122223333:user/test is not authorized to perform this";
    let code = match protocol(request) {
        Protocol::Ec2 => "UnauthorizedOperation",
        Protocol::Query => "AccessDenied",
        Protocol::Json => "AccessDeniedException",
    };
    refusal(request, 403, code, words)
}

/// Too many calls, in the words of each service.
pub(super) fn throttling(request: &HttpRequest) -> HttpResponse {
    let (status, code) = match protocol(request) {
        Protocol::Ec2 => (503, "RequestLimitExceeded"),
        Protocol::Query => (400, "Throttling"),
        Protocol::Json if request.headers().get("x-amz-target").is_some() => (400, "ThrottlingException"),
        Protocol::Json => (429, "TooManyRequestsException"),
    };
    refusal(request, status, code, "Rate exceeded")
}

/// AWS's own failure.
pub(super) fn failure(request: &HttpRequest) -> HttpResponse {
    let (status, code) = match protocol(request) {
        Protocol::Ec2 => (503, "Unavailable"),
        Protocol::Query => (500, "ServiceFailure"),
        Protocol::Json => (500, "ServerException"),
    };
    refusal(request, status, code, "An internal error occurred")
}

/// The session has run out.
pub(super) fn expiry(request: &HttpRequest) -> HttpResponse {
    let code = match protocol(request) {
        Protocol::Ec2 => "RequestExpired",
        Protocol::Query => "ExpiredToken",
        Protocol::Json => "ExpiredTokenException",
    };
    refusal(request, 403, code, "The security token included in the request is expired")
}

/// A page that wants a sign-in.
pub(super) fn page() -> HttpResponse {
    let mut page = answer(200, "<html><body>Welcome! Please accept our terms.</body></html>".to_owned());
    page.headers_mut().insert("content-type", "text/html");
    page
}

/// What is left of an answer.
pub(super) fn spoil(response: HttpResponse, how: Spoiled) -> HttpResponse {
    let whole = String::from_utf8_lossy(response.body().bytes().unwrap_or_default()).into_owned();
    let body = match how {
        Spoiled::Empty => String::new(),
        Spoiled::Truncated => whole.chars().take(whole.chars().count() / 2).collect(),
        Spoiled::OtherType if whole.starts_with('<') => "<Other>1</Other>".to_owned(),
        Spoiled::OtherType => "[1]".to_owned(),
        Spoiled::NothingYet => nothing_in(&whole),
    };
    answer(response.status().as_u16(), body)
}

/// The same answer without anything that it lists.
fn nothing_in(whole: &str) -> String {
    let root = whole.split('<').find(|tag| tag.contains("Response")).unwrap_or_default();
    let name = root.split([' ', '>']).next().unwrap_or_default();
    format!("<{}><requestId>r</requestId></{name}>", root.trim_end().trim_end_matches('>'))
}

/// The connection broke, nobody knows when.
pub(super) fn lost() -> ConnectorError {
    ConnectorError::io("connection reset by peer".into())
}

/// There was no connection.
pub(super) fn away() -> ConnectorError {
    ConnectorError::io("tcp connect error".into())
}

/// Whether it is refused in the XML of the query protocol's.
fn speaks_xml(request: &HttpRequest) -> bool {
    let form = request.headers().get("content-type").is_some_and(|kind| kind.contains("urlencoded"));
    form || request.uri().contains("//route53.")
}

enum Protocol {
    Ec2,
    Query,
    Json,
}

fn protocol(request: &HttpRequest) -> Protocol {
    let query = speaks_xml(request);
    match query {
        true if request.uri().contains("//ec2.") => Protocol::Ec2,
        true => Protocol::Query,
        false => Protocol::Json,
    }
}

fn answer(status: u16, body: String) -> HttpResponse {
    HttpResponse::new(status.try_into().expect("a status"), body.into())
}
