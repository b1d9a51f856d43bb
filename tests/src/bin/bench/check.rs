//! Our check against the same questions asked by the AWS CLI, one after the other: on moto, and where every answer takes
//! 60 ms longer, as AWS is far away.

use std::time::Duration;

use slipway_tests::boto;
use slipway_tests::cli::Cli;
use slipway_tests::moto::Moto;
use slipway_tests::places;
use slipway_tests::practice::Practice;
use slipway_tests::proxy::{Fault, Phase, Proxy, What, Which};

use super::figures::{Took, compare as print};

const RUNS: usize = 3;
const FAR: Duration = Duration::from_millis(60);
const CLASSIC: (&str, &str) = ("service_role = \"service-linked\"", "service_role = \"classic\"");

pub(crate) fn compare() {
    let moto = Moto::like_a_new_account();
    let person = Cli::at(&moto.endpoint());
    let file = person.blueprint(&[CLASSIC]);
    person.must(&["create", "--blueprint", &file, "--yes"]);
    let proxy = Proxy::before(moto.address());
    side_by_side("Everything that the check of a finished stack asks, on moto", &proxy, person, &file);
}

/// A new account and a finished stack on the practice account, far away.
pub(crate) fn from_far() {
    let home = tempfile::tempdir().expect("there is room for a folder");
    let practice = Practice::quick(home.path());
    for (preset, made) in [("fargate", false), ("spot", true)] {
        let person = Cli::at(&practice.endpoint());
        let file = person.blueprint_of(preset, &[]);
        if made {
            person.must(&["create", "--blueprint", &file, "--yes"]);
        }
        let proxy = Proxy::before(practice.address());
        let times = usize::MAX / 2;
        proxy.plant(Fault { which: Which::Any, nth: 1, times, phase: Phase::Before, what: What::Delay(FAR) });
        let state = if made { "a finished stack" } else { "a new account" };
        side_by_side(
            &format!("The check of {state} ({preset}), every answer 60 ms later"),
            &proxy,
            person,
            &file,
        );
    }
}

fn side_by_side(what: &str, proxy: &Proxy, person: Cli, file: &str) {
    let person = person.moved_to(&proxy.endpoint());
    let begun = proxy.seen().len();
    // What is to be made is no failure.
    person.must(&["check", "--blueprint", file]);
    let asked: Vec<(String, String)> = proxy.seen()[begun..]
        .iter()
        .map(|seen| (seen.action.service.clone(), seen.action.name.clone()))
        .collect();
    let questions: Vec<Vec<String>> = asked.iter().map(|(service, name)| question(service, name)).collect();
    let (mut ours, mut theirs) = (Took::default(), Took::default());
    for _ in 0..RUNS {
        ours.time(|| person.must(&["check", "--blueprint", file]));
        theirs.time(|| {
            for words in &questions {
                // What cannot be answered has been asked all the same.
                let _ = boto::client(places::python("aws"), &proxy.endpoint()).args(words).output();
            }
        });
    }
    print(
        what,
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
        "GetLifecyclePolicy" | "GetRepositoryPolicy" | "DescribeImages" => {
            &["--repository-name", "first/app"]
        }
        "GetInstanceProfile" => &["--instance-profile-name", "first-instance"],
        "DescribeLaunchTemplateVersions" => &["--launch-template-name", "first-spot"],
        "SimulatePrincipalPolicy" => &[
            "--policy-source-arn",
            "arn:aws:iam::111122223333:user/you",
            "--action-names",
            "batch:CreateJobQueue",
        ],
        _ => &[],
    };
    // As the AWS CLI spells it.
    let command = command.replace("get-a-w-s-default", "get-aws-default");
    [service, &command].into_iter().chain(needed.iter().copied()).map(str::to_owned).collect()
}
