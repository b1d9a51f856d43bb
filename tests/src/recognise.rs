//! Which AWS action a request asks for, and whether it changes anything.

use crate::http::Request;

/// An AWS action as IAM writes it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Action {
    /// The service in IAM's short form: `batch`, `iam`, `ec2` …
    pub service: String,
    /// `CreateRole` …
    pub name: String,
}

impl Action {
    /// Whether the call may change the account. Reading verbs are named and everything else counts as a change, so
    /// that a new action cannot slip through as harmless.
    pub fn mutates(&self) -> bool {
        const READING: [&str; 9] =
            ["Describe", "List", "Get", "Filter", "Search", "BatchGet", "BatchCheck", "Simulate", "Lookup"];
        // STS hands out words and credentials, and changes nothing.
        self.service != "sts" && !READING.iter().any(|verb| self.name.starts_with(verb))
    }
}

impl std::fmt::Display for Action {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.service, self.name)
    }
}

/// Reads the action from wherever the service's protocol puts it. `None` for what is no AWS call (moto's own pages).
pub fn action(request: &Request) -> Option<Action> {
    let service = signed_service(request);
    if let Some(target) = request.header("x-amz-target") {
        let name = target.rsplit('.').next()?;
        return Some(Action {
            service: service.unwrap_or_else(|| target_service(target)),
            name: name.to_owned(),
        });
    }
    if let Some(name) = form_action(request) {
        return Some(Action { service: service?, name });
    }
    let path = request.target.split('?').next().unwrap_or_default();
    if let Some(rest) = path.strip_prefix("/service/") {
        // Smithy's RPC v2: /service/NAME/operation/ACTION
        return Some(Action { service: service?, name: rest.split('/').nth(2)?.to_owned() });
    }
    if let Some(rest) = path.strip_prefix("/2013-04-01/") {
        return Some(Action { service: service?, name: route53_name(&request.method, rest).to_owned() });
    }
    let rest = path.strip_prefix("/v1/")?;
    let name = match (request.method.as_str(), rest.split('/').next()?) {
        ("GET", "tags") => "ListTagsForResource".to_owned(),
        ("POST", "tags") => "TagResource".to_owned(),
        ("DELETE", "tags") => "UntagResource".to_owned(),
        (_, word) => batch_name(word),
    };
    Some(Action { service: service.unwrap_or_else(|| "batch".to_owned()), name })
}

/// From the signature's scope: `Credential=KEY/20260101/us-east-1/iam/aws4_request`.
fn signed_service(request: &Request) -> Option<String> {
    let scope = request.header("authorization")?.split("Credential=").nth(1)?.split(',').next()?;
    scope.split('/').nth(3).map(str::to_owned)
}

fn target_service(target: &str) -> String {
    match target.split(['_', '.']).next().unwrap_or_default() {
        "Logs" => "logs",
        "AmazonEC2ContainerRegistry" => "ecr",
        "ServiceQuotasV20190624" => "servicequotas",
        other => other,
    }
    .to_owned()
}

fn form_action(request: &Request) -> Option<String> {
    let query = request.target.split_once('?').map(|(_, query)| query).unwrap_or_default();
    let body = std::str::from_utf8(&request.body).unwrap_or_default();
    body.split('&').chain(query.split('&')).find_map(|pair| pair.strip_prefix("Action=")).map(str::to_owned)
}

/// Route 53 has a path for each of its things (API reference).
fn route53_name<'p>(method: &str, path: &'p str) -> &'p str {
    match (method, path.trim_end_matches('/')) {
        ("GET", "hostedzonesbyvpc") => "ListHostedZonesByVPC",
        ("POST", "hostedzone") => "CreateHostedZone",
        (_, other) => other,
    }
}

/// Batch puts its actions into the path in small letters: `/v1/createcomputeenvironment`.
fn batch_name(path: &str) -> String {
    const VERBS: [&str; 9] =
        ["create", "describe", "delete", "update", "list", "get", "register", "deregister", "submit"];
    const NOUNS: [(&str, &str); 8] = [
        ("computeenvironment", "ComputeEnvironment"),
        ("jobqueue", "JobQueue"),
        ("jobdefinition", "JobDefinition"),
        ("schedulingpolicy", "SchedulingPolicy"),
        ("schedulingpolicies", "SchedulingPolicies"),
        ("jobqueuesnapshot", "JobQueueSnapshot"),
        ("jobs", "Jobs"),
        ("job", "Job"),
    ];
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    let verbs = VERBS.iter().chain(["cancel", "terminate"].iter());
    for verb in verbs {
        let Some(noun) = path.strip_prefix(verb) else { continue };
        for (small, written) in NOUNS {
            if noun == small {
                return format!("{}{written}", capital(verb));
            }
            if noun.strip_suffix('s') == Some(small) {
                return format!("{}{written}s", capital(verb));
            }
        }
    }
    path.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(target: &str, headers: &[(&str, &str)], body: &str) -> Request {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Request {
            method: "POST".to_owned(),
            target: target.to_owned(),
            headers,
            body: body.as_bytes().to_vec(),
        }
    }

    fn named(request: &Request) -> String {
        action(request).map(|action| action.to_string()).unwrap_or_default()
    }

    const IAM: (&str, &str) = (
        "Authorization",
        "AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/iam/aws4_request, SignedHeaders=host",
    );

    #[test]
    fn all_three_protocols_name_their_action() {
        assert_eq!(
            named(&request("/", &[IAM], "Version=2010-05-08&Action=CreateRole&RoleName=x")),
            "iam:CreateRole"
        );
        assert_eq!(
            named(&request("/", &[("X-Amz-Target", "Logs_20140328.CreateLogGroup")], "{}")),
            "logs:CreateLogGroup"
        );
        assert_eq!(
            named(&request("/v1/createcomputeenvironment", &[], "{}")),
            "batch:CreateComputeEnvironment"
        );
        assert_eq!(named(&request("/v1/describejobqueues", &[], "{}")), "batch:DescribeJobQueues");
        assert_eq!(named(&request("/v1/submitjob", &[], "{}")), "batch:SubmitJob");
        assert_eq!(named(&request("/v1/listjobs", &[], "{}")), "batch:ListJobs");
        assert_eq!(named(&request("/v1/getjobqueuesnapshot", &[], "{}")), "batch:GetJobQueueSnapshot");
        assert_eq!(named(&request("/v1/terminatejob", &[], "{}")), "batch:TerminateJob");
        assert_eq!(named(&request("/v1/tags/arn%3Aaws", &[], "{}")), "batch:TagResource");
        let of_zones =
            ("Authorization", "AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/route53/aws4_request");
        assert_eq!(named(&request("/2013-04-01/hostedzone", &[of_zones], "")), "route53:CreateHostedZone");
        assert_eq!(action(&request("/moto-api/config", &[], "{}")), None);
    }

    #[test]
    fn only_reading_verbs_count_as_reading() {
        let mutates =
            |service: &str, name: &str| Action { service: service.into(), name: name.into() }.mutates();
        assert!(!mutates("batch", "DescribeJobs"));
        assert!(!mutates("sts", "AssumeRole"));
        assert!(mutates("iam", "AttachRolePolicy"));
        assert!(mutates("batch", "DeleteJobQueue"));
        assert!(mutates("batch", "RegisterJobDefinition"));
        assert!(mutates("batch", "SomethingNew"));
    }
}
