//! Policies of endpoints: what they let pass, what they do not, and what nobody can tell from here.

use serde_json::{Value, json};

use super::{item, judged, private_jobs};
use crate::{
    check::CheckVerdict,
    network::{
        Endpoint, VpcFacts,
        sketch::{gateway_endpoint, group, interface, subnet, table, vpc},
    },
};

const WRONG: (CheckVerdict, &str) = (CheckVerdict::Wrong, "reach-endpoint-refuses");
const DOUBT: (CheckVerdict, &str) = (CheckVerdict::CannotTell, "reach-endpoint-policy");
const READY: (CheckVerdict, &str) = (CheckVerdict::Ready, "reach-ready-one");

/// What is found of a service where the endpoint of this name has these statements, and every other one lets everything.
fn found(id: &str, end: &str, statements: &Value) -> (CheckVerdict, String) {
    let document = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
    let with = |endpoint: Endpoint| Endpoint {
        policy: (endpoint.service == end).then(|| document.clone()),
        ..endpoint
    };
    let interfaces = ["ecr.api", "ecr.dkr", "logs"].map(|end| interface(end, &["subnet-1"], &["sg-open"]));
    let facts = VpcFacts {
        subnets: Ok(vec![subnet("subnet-1", "us-east-1a", "10.0.1.0/24")]),
        tables: Ok(vec![table("rtb-1", &["subnet-1"], &[("pl-s3", "vpce-gateway-s3")])]),
        endpoints: Ok(interfaces.into_iter().chain([gateway_endpoint("s3", &["rtb-1"])]).map(with).collect()),
        groups: Ok(vec![group("sg-open", &["10.0.0.0/16"])]),
        ..vpc()
    };
    let found = judged(&private_jobs(&["subnet-1"]), facts);
    let item = item(&found, id);
    (item.verdict, item.finding.code.clone())
}

fn allow(actions: &[&str], resource: &str) -> Value {
    json!({ "Effect": "Allow", "Principal": "*", "Action": actions, "Resource": resource })
}

fn is(found: (CheckVerdict, String), expected: (CheckVerdict, &str)) {
    assert_eq!((found.0, found.1.as_str()), expected);
}

#[test]
fn the_documented_minimum_lets_layers_pass() {
    let of = |resource: &str| found("reach-s3", "s3", &json!([allow(&["s3:GetObject"], resource)]));
    is(of("arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*"), READY);
    is(of("arn:aws:s3:::research-data/*"), WRONG);
    is(of("arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*"), WRONG);
    is(found("reach-s3", "s3", &json!([allow(&["s3:ListBucket"], "*")])), WRONG);
}

#[test]
fn images_and_logs_need_each_of_their_actions() {
    let api = |actions: &[&str]| found("reach-ecr", "ecr.api", &json!([allow(actions, "*")]));
    is(api(&["ecr:*"]), READY);
    is(api(&["ecr:DescribeImages"]), WRONG);
    // Which of the others come this way is not said.
    is(api(&["ecr:GetAuthorizationToken"]), DOUBT);
    let dkr = |actions: &[&str]| found("reach-ecr", "ecr.dkr", &json!([allow(actions, "*")]));
    is(dkr(&["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]), READY);
    is(dkr(&["ecr:BatchGetImage"]), WRONG);
    let logs = |actions: &[&str]| found("reach-logs", "logs", &json!([allow(actions, "*")]));
    is(logs(&["logs:CreateLogStream", "logs:PutLogEvents"]), READY);
    is(logs(&["logs:PutLogEvents"]), WRONG);
}

#[test]
fn who_is_meant_and_under_which_conditions_decides() {
    let with = |field: &str, value: Value| {
        let mut statement = allow(&["logs:*"], "*");
        statement[field] = value;
        found("reach-logs", "logs", &json!([statement]))
    };
    let role = |name: &str| json!({ "ArnEquals": { "aws:PrincipalArn": format!("arn:aws:iam::111122223333:role/{name}") } });
    is(with("Condition", role("first-execution")), READY);
    is(with("Condition", role("somebody")), WRONG);
    is(with("Condition", json!({ "StringEquals": { "aws:PrincipalOrgID": "o-1" } })), DOUBT);
    is(with("Principal", json!({ "AWS": "*" })), READY);
    is(with("Principal", json!({ "AWS": "arn:aws:iam::111122223333:root" })), DOUBT);
    let deny = json!({ "Effect": "Deny", "Principal": "*", "Action": "logs:PutLogEvents", "Resource": "*" });
    is(found("reach-logs", "logs", &json!([allow(&["*"], "*"), deny])), WRONG);
}
