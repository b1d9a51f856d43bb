//! That the proxy counts what others send, and breaks what it is told to break.

use std::process::Stdio;
use std::time::{Duration, Instant};

use slipway_tests::moto::Moto;
use slipway_tests::proxy::{Fault, Phase, Proxy, What, Which};
use slipway_tests::{boto, places};

fn create_role() -> Which {
    Which::Action("iam".to_owned(), "CreateRole".to_owned())
}

/// Python that creates a role and then says whether it is there, and how creating it ended.
const CREATE_ROLE: &str = "
iam = client('iam')
try:
    iam.create_role(RoleName='seen', AssumeRolePolicyDocument='{}')
    ended = 'answered'
except Exception as error:
    ended = type(error).__name__
answer = [ended, [r['RoleName'] for r in iam.list_roles()['Roles']]]";

#[test]
fn calls_of_every_protocol_are_counted() {
    let moto = Moto::start();
    let proxy = Proxy::before(moto.address());
    boto::run(
        &proxy.endpoint(),
        "client('ec2').create_vpc(CidrBlock='10.9.0.0/16')\n\
         client('ec2').describe_vpcs()\n\
         client('logs').create_log_group(logGroupName='x')\n\
         client('ecr').create_repository(repositoryName='imaging')\n\
         client('batch').describe_compute_environments()\n\
         client('sts').get_caller_identity()",
    );
    let mutating: Vec<String> = proxy.mutating().iter().map(ToString::to_string).collect();
    assert_eq!(mutating, ["ec2:CreateVpc", "logs:CreateLogGroup", "ecr:CreateRepository"]);
    assert_eq!(proxy.reading(), 3);
    assert!(proxy.seen().iter().all(|seen| seen.status == 200 && !seen.struck));
}

#[test]
fn the_aws_cli_is_counted_too() {
    let moto = Moto::start();
    let proxy = Proxy::before(moto.address());
    let output = boto::client(places::python("aws"), &proxy.endpoint())
        .args(["iam", "create-role", "--role-name", "seen", "--assume-role-policy-document", "{}"])
        .output()
        .expect("the AWS CLI can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(proxy.count("iam", "CreateRole"), 1);
}

#[test]
fn a_dropped_reply_leaves_the_role_made() {
    let moto = Moto::start();
    let proxy = Proxy::before(moto.address());
    proxy.plant(Fault::once(create_role(), 1, Phase::AfterForward, What::Drop));
    let answer = boto::run(&proxy.endpoint(), CREATE_ROLE);
    assert_eq!(answer, serde_json::json!(["ConnectionClosedError", ["seen"]]));
    assert_eq!(proxy.struck(), 1);
}

#[test]
fn a_dropped_request_makes_nothing() {
    let moto = Moto::start();
    let proxy = Proxy::before(moto.address());
    proxy.plant(Fault::once(create_role(), 1, Phase::Before, What::Drop));
    let answer = boto::run(&proxy.endpoint(), CREATE_ROLE);
    assert_eq!(answer, serde_json::json!(["ConnectionClosedError", []]));
}

#[test]
fn an_answer_can_be_planted() {
    let moto = Moto::start();
    let proxy = Proxy::before(moto.address());
    let denied =
        "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>";
    proxy.plant(Fault::once(create_role(), 1, Phase::Before, What::Answer(403, denied.to_owned())));
    let answer = boto::run(&proxy.endpoint(), CREATE_ROLE);
    assert_eq!(answer, serde_json::json!(["ClientError", []]));
}

#[test]
fn a_delay_delays_and_no_more() {
    let moto = Moto::start();
    let proxy = Proxy::before(moto.address());
    let delay = Duration::from_millis(700);
    proxy.plant(Fault::once(create_role(), 1, Phase::Before, What::Delay(delay)));
    let started = Instant::now();
    let answer = boto::run(&proxy.endpoint(), CREATE_ROLE);
    assert_eq!(answer, serde_json::json!(["answered", ["seen"]]));
    assert!(started.elapsed() >= delay);
}

#[test]
fn a_client_is_killed_after_the_server_has_acted() {
    let moto = Moto::start();
    let proxy = Proxy::before(moto.address());
    // The second change: the first goes through, the third is never sent.
    proxy.plant(Fault::once(Which::Mutating, 2, Phase::AfterForward, What::Kill));
    let lines = "import boto3, sys\nsys.stdin.readline()\niam = boto3.client('iam')\n\
                 for n in 'abc': iam.create_role(RoleName=n, AssumeRolePolicyDocument='{}')";
    let mut client = boto::client(places::python("python"), &proxy.endpoint())
        .args(["-c", lines])
        .stdin(Stdio::piped())
        .spawn()
        .expect("python can be started");
    proxy.victim(client.id());
    // It waits for this line, so that it cannot call before the proxy knows whom to kill.
    drop(client.stdin.take());
    let status = client.wait().expect("the client ends");
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(9));
    let roles = boto::run(
        &moto.endpoint(),
        "answer = sorted(r['RoleName'] for r in client('iam').list_roles()['Roles'])",
    );
    assert_eq!(roles, serde_json::json!(["a", "b"]));
}
