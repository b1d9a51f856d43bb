//! Our check against the same questions asked by the AWS CLI, one after the other, on moto.

use slipway_tests::boto;
use slipway_tests::cli::Cli;
use slipway_tests::moto::Moto;
use slipway_tests::places;
use slipway_tests::proxy::Proxy;

use super::figures::{Took, compare as print};

const RUNS: usize = 3;
const CLASSIC: (&str, &str) = ("service_role = \"service-linked\"", "service_role = \"classic\"");

pub(crate) fn compare() {
    let moto = Moto::like_a_new_account();
    let person = Cli::at(&moto.endpoint());
    let file = person.blueprint(&[CLASSIC]);
    person.must(&["create", "--blueprint", &file, "--yes"]);

    let proxy = Proxy::before(moto.address());
    let person = person.moved_to(&proxy.endpoint());
    person.must(&["check", "--blueprint", &file]);
    let asked: Vec<(String, String)> =
        proxy.seen().iter().map(|seen| (seen.action.service.clone(), seen.action.name.clone())).collect();
    let questions: Vec<Vec<String>> = asked.iter().map(|(service, name)| question(service, name)).collect();

    let person = person.moved_to(&moto.endpoint());
    let (mut ours, mut theirs) = (Took::default(), Took::default());
    for _ in 0..RUNS {
        ours.time(|| person.must(&["check", "--blueprint", &file]));
        theirs.time(|| {
            for words in &questions {
                // What moto cannot answer has been asked all the same.
                let _ = boto::client(places::python("aws"), &moto.endpoint()).args(words).output();
            }
        });
    }
    print(
        "Everything that the check of a finished stack asks, on moto",
        ("slipway check", &ours, asked.len()),
        ("the AWS CLI, one after the other", &theirs, questions.len()),
    );
}

/// The command of the AWS CLI that asks this.
fn question(service: &str, name: &str) -> Vec<String> {
    let service = match service {
        "servicequotas" => "service-quotas",
        other => other,
    };
    let mut command = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !command.is_empty() {
            command.push('-');
        }
        command.push(letter.to_ascii_lowercase());
    }
    let needed: &[&str] = match name {
        "GetRole" | "ListAttachedRolePolicies" | "ListRolePolicies" => &["--role-name", "first-execution"],
        "GetRolePolicy" => &["--role-name", "first-execution", "--policy-name", "secrets"],
        "DescribeVpcAttribute" => &["--vpc-id", "vpc-0a1b2c3d", "--attribute", "enableDnsHostnames"],
        "GetServiceQuota" | "GetAWSDefaultServiceQuota" => {
            &["--service-code", "fargate", "--quota-code", "L-3032A538"]
        }
        "ListTagsForResource" if service == "ecr" => {
            &["--resource-arn", "arn:aws:ecr:us-east-1:123456789012:repository/first/app"]
        }
        "ListTagsForResource" => {
            &["--resource-arn", "arn:aws:logs:us-east-1:123456789012:log-group:/slipway/first"]
        }
        "GetLifecyclePolicy" => &["--repository-name", "first/app"],
        _ => &[],
    };
    // As the AWS CLI spells it.
    let command = command.replace("get-a-w-s-default", "get-aws-default");
    [service, &command].into_iter().chain(needed.iter().copied()).map(str::to_owned).collect()
}
