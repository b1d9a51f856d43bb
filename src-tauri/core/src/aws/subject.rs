//! What a call acts on: the names, ids and ARNs in its request, and the id of what it made in its answer.
//!
//! Only parameters of the names below are ever read, only at the top of a request, and only values that look like a
//! name, an id or an ARN. So nothing that a person keeps in one (an environment, a command, a policy, a tag) can come
//! out of here, whatever action is added.

use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use serde_json::Value;

/// Parameters that say what is acted on, the most telling first.
const NAMES: &[&str] = &[
    // IAM
    "RoleName",
    "InstanceProfileName",
    "PolicyArn",
    "PolicyName",
    "AWSServiceName",
    "PolicySourceArn",
    // EC2
    "LaunchTemplateName",
    "LaunchTemplateId",
    "RouteTableId",
    "InternetGatewayId",
    "NatGatewayId",
    "VpcEndpointId",
    "AllocationId",
    "AssociationId",
    "SubnetId",
    "GroupId",
    "GroupName",
    "ResourceId",
    "VpcId",
    "ServiceName",
    "KeyName",
    "InstanceType",
    // Batch
    "computeEnvironmentName",
    "computeEnvironment",
    "computeEnvironments",
    "jobQueueName",
    "jobQueue",
    "jobQueues",
    "jobDefinitionName",
    "jobDefinition",
    "jobDefinitions",
    "jobName",
    "jobId",
    "jobs",
    "name",
    "arn",
    "arns",
    "resourceArn",
    // ECR, CloudWatch Logs, Service Quotas, Price List
    "repositoryName",
    "repositoryNames",
    "logGroupName",
    "logGroupNamePrefix",
    "logStreamName",
    "resourceIdentifier",
    "ServiceCode",
    "QuotaCode",
];
/// One or two say it; the rest is detail.
const MOST: usize = 2;
/// Of a list, so many are named.
const MOST_OF_A_LIST: usize = 3;
/// An ARN's most in IAM and Batch is below this.
const LONGEST: usize = 300;

/// What the request says that it acts on.
pub(super) fn of_request(request: &HttpRequest) -> Vec<String> {
    let body = request.body().bytes().unwrap_or_default();
    let mut found = match request.uri().split_once("/v1/tags/") {
        Some((_, arn)) => vec![decoded(arn.split('?').next().unwrap_or_default())],
        None => vec![],
    };
    match serde_json::from_slice::<Value>(body) {
        Ok(Value::Object(fields)) => {
            let known = NAMES.iter().filter_map(|name| fields.get(*name));
            found.extend(known.filter_map(listed));
        }
        _ => found.extend(of_form(&String::from_utf8_lossy(body))),
    }
    found.retain(|value| plausible(value));
    found.dedup();
    found.truncate(MOST);
    found
}

/// The id of what a call made, where AWS chooses it: `CreateVpc` answers with a `<vpcId>`.
pub(super) fn made(action: &str, response: &HttpResponse) -> Option<String> {
    let made = action.strip_prefix("Create")?;
    let first = made.chars().next()?.to_ascii_lowercase();
    let tag = format!("<{first}{}Id>", &made[1..]);
    let body = String::from_utf8_lossy(response.body().bytes()?).into_owned();
    let (_, rest) = body.split_once(&tag)?;
    rest.split('<').next().map(str::to_owned).filter(|id| plausible(id))
}

/// A form's parameters by name; of numbered ones (`GroupId.1`, `ResourceId.2`) the first few.
fn of_form(form: &str) -> Vec<String> {
    let pairs: Vec<(&str, &str)> = form.split('&').filter_map(|pair| pair.split_once('=')).collect();
    let values = |name: &str| {
        let named = |key: &str| {
            key == name || key.strip_prefix(name).is_some_and(|rest| rest.starts_with('.') && number(rest))
        };
        let found: Vec<_> =
            pairs.iter().filter(|(key, _)| named(key)).map(|(_, value)| decoded(value)).collect();
        (!found.is_empty()).then(|| some(&found))
    };
    NAMES.iter().filter_map(|name| values(name)).collect()
}

/// `.1`, and EC2's and IAM's `.member.1`; not `.1.Value`.
fn number(rest: &str) -> bool {
    let rest = rest.trim_start_matches(".member");
    rest.len() > 1 && rest[1..].bytes().all(|byte| byte.is_ascii_digit())
}

fn listed(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(all) => {
            let texts: Vec<_> = all.iter().filter_map(Value::as_str).map(str::to_owned).collect();
            (!texts.is_empty()).then(|| some(&texts))
        }
        _ => None,
    }
}

fn some(all: &[String]) -> String {
    let more = if all.len() > MOST_OF_A_LIST { ", …" } else { "" };
    format!("{}{more}", all[..all.len().min(MOST_OF_A_LIST)].join(", "))
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let hex = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let (high, low) = (hex(rest.next()), hex(rest.next()));
                u8::try_from(high.unwrap_or(0) * 16 + low.unwrap_or(0)).unwrap_or(b'?')
            }
            other => other,
        });
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A name, an id or an ARN, or a few of them; no text of any other kind.
fn plausible(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_./:*@+=, …".contains(c);
    !text.is_empty() && text.len() <= LONGEST && text.chars().all(fits)
}

#[cfg(test)]
mod tests {
    use aws_smithy_runtime_api::http::StatusCode;
    use aws_smithy_types::body::SdkBody;

    use super::*;

    fn request(uri: &str, body: &str) -> HttpRequest {
        let mut request = HttpRequest::new(SdkBody::from(body));
        request.set_uri(uri.to_owned()).unwrap();
        request
    }

    fn of(body: &str) -> Vec<String> {
        of_request(&request("https://service.us-east-1.amazonaws.com/", body))
    }

    #[test]
    fn every_protocol_names_what_it_acts_on() {
        let attach = "Action=AttachRolePolicy&Version=2010-05-08&RoleName=imaging-batch&PolicyArn=arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FX";
        assert_eq!(of(attach), ["imaging-batch", "arn:aws:iam::aws:policy/X"]);
        assert_eq!(
            of("Action=DescribeSubnets&SubnetId.1=subnet-1&SubnetId.2=subnet-2"),
            ["subnet-1, subnet-2"]
        );
        assert_eq!(of("{\"jobQueueName\":\"imaging\",\"priority\":1}"), ["imaging"]);
        assert_eq!(of("{\"computeEnvironments\":[\"a\",\"b\"]}"), ["a, b"]);
        let tags =
            "https://batch.us-east-1.amazonaws.com/v1/tags/arn%3Aaws%3Abatch%3Aus-east-1%3A1%3Ajob-queue%2Fx";
        assert_eq!(of_request(&request(tags, "{}")), ["arn:aws:batch:us-east-1:1:job-queue/x"]);
        let made_one = HttpResponse::new(
            StatusCode::try_from(200).unwrap(),
            SdkBody::from("<CreateVpcResponse><vpc><vpcId>vpc-1</vpcId></vpc></CreateVpcResponse>"),
        );
        assert_eq!(made("CreateVpc", &made_one).unwrap(), "vpc-1");
    }

    #[test]
    fn nothing_else_is_read() {
        assert_eq!(
            of("Action=CreateRole&PolicyDocument=secret&Tags.member.1.Value=secret&Description=secret"),
            [""; 0]
        );
        let submit = "{\"jobName\":\"first\",\"parameters\":{\"name\":\"secret\"},\"containerOverrides\":\
                      {\"environment\":[{\"name\":\"K\",\"value\":\"secret\"}],\"command\":[\"secret\"]}}";
        assert_eq!(of(submit), ["first"]);
        // A value that is no name is not shown, even under a name.
        assert_eq!(of("RoleName=%3Cscript%3E"), [""; 0]);
        assert_eq!(of("{\"name\":\"a b {\\\"password\\\"}\"}"), [""; 0]);
    }
}
