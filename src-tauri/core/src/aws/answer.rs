//! What an answer says of itself in every protocol of AWS: its error code, its request id. Nothing else of it is read.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

/// Codes and ids stand at the beginning of a JSON answer and at either end of an XML one.
const LOOKED_AT: usize = 4_096;
/// No code and no id of AWS's is longer; what is, is somebody else's answer.
const LONGEST: usize = 128;

/// AWS's error code: in a header (REST), in `__type` (JSON), in `<Code>` (Query and EC2).
pub(super) fn error_code(response: &HttpResponse) -> Option<String> {
    let header = response.headers().get("x-amzn-errortype").map(str::to_owned);
    let code = header.or_else(|| {
        let (head, _) = ends(response);
        between(&head, "<Code>", "<").or_else(|| field(&head, "__type")).or_else(|| field(&head, "code"))
    })?;
    // `com.amazonaws.batch#ClientException:http://internal…`
    let code = code.split(':').next().unwrap_or_default();
    plausible(code.rsplit('#').next().unwrap_or_default())
}

/// AWS's id of the request: in a header, or in the body of an XML answer.
pub(super) fn request_id(response: &HttpResponse) -> Option<String> {
    let headers = response.headers();
    let header = ["x-amzn-requestid", "x-amz-request-id"].iter().find_map(|name| headers.get(*name));
    if let Some(id) = header {
        return plausible(id);
    }
    let (head, tail) = ends(response);
    let tagged = |text: &str| {
        ["<RequestId>", "<RequestID>", "<requestId>"].iter().find_map(|tag| between(text, tag, "<"))
    };
    plausible(&tagged(&head).or_else(|| tagged(&tail))?)
}

fn ends(response: &HttpResponse) -> (String, String) {
    let bytes = response.body().bytes().unwrap_or_default();
    let text = |part: &[u8]| String::from_utf8_lossy(part).into_owned();
    (text(&bytes[..bytes.len().min(LOOKED_AT)]), text(&bytes[bytes.len().saturating_sub(LOOKED_AT)..]))
}

fn between(text: &str, before: &str, after: &str) -> Option<String> {
    let (_, rest) = text.split_once(before)?;
    Some(rest.split_once(after)?.0.trim().to_owned())
}

/// The text of a JSON field, however deep; codes and ids have nothing in them that JSON escapes.
fn field(text: &str, name: &str) -> Option<String> {
    let (_, rest) = text.split_once(&format!("\"{name}\""))?;
    between(rest.trim_start().strip_prefix(':')?, "\"", "\"")
}

/// A code or an id, and no more of an answer than that.
fn plausible(text: &str) -> Option<String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '/' | '=' | '+');
    (!text.is_empty() && text.len() <= LONGEST && text.chars().all(fits)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use aws_smithy_runtime_api::http::StatusCode;
    use aws_smithy_types::body::SdkBody;

    use super::*;

    fn answer(header: Option<(&'static str, &'static str)>, body: &str) -> HttpResponse {
        let mut response = HttpResponse::new(StatusCode::try_from(400).unwrap(), SdkBody::from(body));
        if let Some((name, value)) = header {
            response.headers_mut().insert(name, value);
        }
        response
    }

    #[test]
    fn every_protocol_says_its_code_and_id() {
        let iam = "<ErrorResponse><Error><Code>NoSuchEntity</Code></Error><RequestId>7a-62</RequestId></ErrorResponse>";
        assert_eq!(error_code(&answer(None, iam)).unwrap(), "NoSuchEntity");
        assert_eq!(request_id(&answer(None, iam)).unwrap(), "7a-62");
        let ec2 = "<Response><Errors><Error><Code>InvalidVpcID.NotFound</Code></Error></Errors><RequestID>ea-9</RequestID></Response>";
        assert_eq!(error_code(&answer(None, ec2)).unwrap(), "InvalidVpcID.NotFound");
        assert_eq!(request_id(&answer(None, ec2)).unwrap(), "ea-9");
        let json = "{\"__type\": \"com.amazonaws.logs#ResourceNotFoundException\"}";
        assert_eq!(error_code(&answer(None, json)).unwrap(), "ResourceNotFoundException");
        let rest = answer(Some(("x-amzn-errortype", "ClientException:http://internal.amazon.com/")), "{}");
        assert_eq!(error_code(&rest).unwrap(), "ClientException");
        assert_eq!(request_id(&answer(Some(("x-amzn-requestid", "r-1")), "")).unwrap(), "r-1");
    }

    #[test]
    fn what_is_no_code_is_not_passed_on() {
        let page = "<html><Code>please sign in, dear guest</Code></html>";
        assert_eq!(error_code(&answer(None, page)), None);
        let long = format!("<Code>{}</Code>", "a".repeat(500));
        assert_eq!(error_code(&answer(None, &long)), None);
    }
}
