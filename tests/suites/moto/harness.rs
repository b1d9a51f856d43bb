//! That what this suite stands on works.

use slipway_tests::boto;
use slipway_tests::moto::{ACCOUNT, Moto};

#[test]
fn moto_answers_and_forgets() {
    let moto = Moto::start();
    let made = boto::run(
        &moto.endpoint(),
        "client('logs').create_log_group(logGroupName='/aws/batch/job')\n\
         answer = client('sts').get_caller_identity()['Account']",
    );
    assert_eq!(made, ACCOUNT);
    assert_eq!(moto.dump()["logs"][0]["logGroupName"], "/aws/batch/job");
    moto.reset();
    assert_eq!(moto.dump()["logs"], serde_json::json!([]));
}

#[test]
fn a_dump_sees_a_change_and_only_a_change() {
    let moto = Moto::start();
    let before = moto.dump();
    assert_eq!(before, moto.dump());
    let gateway = moto.open_default_vpc();
    let after = moto.dump();
    assert_ne!(before, after);
    assert_eq!(after["ec2"]["internet_gateways"][0]["InternetGatewayId"], gateway.as_str());
    assert_eq!(before["batch"], after["batch"]);
    assert_eq!(before["iam"], after["iam"]);
}

#[test]
fn moto_knows_the_policies_that_our_roles_attach() {
    let moto = Moto::start();
    let known = boto::run(
        &moto.endpoint(),
        "iam = client('iam')\n\
         names = ['AWSBatchServiceRole', 'AmazonECSTaskExecutionRolePolicy']\n\
         answer = [iam.get_policy(PolicyArn='arn:aws:iam::aws:policy/service-role/' + n)['Policy']['PolicyName'] for n in names]",
    );
    assert_eq!(known, serde_json::json!(["AWSBatchServiceRole", "AmazonECSTaskExecutionRolePolicy"]));
}
