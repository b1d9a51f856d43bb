//! What somebody added to a stack, by boto3 on moto: told attribute by attribute, taken off part by part until the
//! account is as it was, and accepted.

use serde_json::Value;
use slipway_tests::{account, boto, cli::Cli, moto::Moto};

use crate::stack::FOR_MOTO;

/// Two ways in, more rights, and others who may take a role on.
const ADDED: &str = r#"
import json
ec2, iam = client("ec2"), client("iam")
group = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["first-jobs"]}])["SecurityGroups"][0]["GroupId"]
ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[
    {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "me"}]},
    {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]}])
statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
policy = json.dumps({"Version": "2012-10-17", "Statement": statement})
iam.put_role_policy(RoleName="first-execution", PolicyName="more", PolicyDocument=policy)
own = iam.create_policy(PolicyName="theirs", PolicyDocument=policy, Path="/") if not iam.list_policies(Scope="Local")["Policies"] else None
iam.attach_role_policy(RoleName="first-execution", PolicyArn="arn:aws:iam::123456789012:policy/theirs")
role = iam.get_role(RoleName="first-job-role")["Role"]
trust = role["AssumeRolePolicyDocument"]
trust["Statement"].append({"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::444455556666:root"}, "Action": "sts:AssumeRole"})
iam.update_assume_role_policy(RoleName="first-job-role", PolicyDocument=json.dumps(trust))
"#;

/// The parts that somebody added to, with how much; refused while there are any.
fn drift(person: &Cli) -> Vec<(String, usize)> {
    let said = person.run(&["drift", "--stack", "first", "--json"]);
    let parts = said.json().as_array().cloned().unwrap_or_default();
    assert_eq!(said.code, if parts.is_empty() { 0 } else { 3 }, "{}", said.err);
    let of = |item: &Value| {
        let part = item["id"].as_str().unwrap_or_default().trim_start_matches("resource:").to_owned();
        (part, item["differences"].as_array().map_or(0, Vec::len))
    };
    parts.iter().map(of).collect()
}

#[test]
fn what_somebody_added_is_taken_off_or_accepted() {
    let moto = Moto::like_a_new_account();
    let person = Cli::at(&moto.endpoint());
    let blueprint = person.blueprint(&FOR_MOTO);
    let empty = moto.dump();
    person.must(&["create", "--blueprint", &blueprint, "--yes"]);
    assert_eq!(drift(&person), []);
    let made = moto.dump();

    boto::run(&moto.endpoint(), ADDED);
    let added = [("execution-role/main", 2), ("job-role/job", 1), ("security-group/main", 2)];
    let added = added.map(|(part, count)| (part.to_owned(), count));
    assert_eq!(drift(&person), added);
    person.must(&["create", "--stack", "first", "--yes"]);
    assert_eq!(drift(&person), added, "a run leaves it");
    for (part, _) in &added {
        person.must(&["put-back", "--stack", "first", part, "--yes"]);
    }
    assert_eq!(drift(&person), []);
    let changed = account::differences(&made, &moto.dump());
    assert!(changed.iter().all(|path| path.contains("theirs")), "{changed:?}");

    boto::run(&moto.endpoint(), ADDED);
    for (part, _) in &added {
        person.must(&["accept", "--stack", "first", part]);
    }
    assert_eq!(drift(&person), []);
    person.must(&["teardown", "--stack", "first", "--yes"]);
    let left = account::left_over(&empty, &moto.dump());
    assert!(left.iter().all(|path| path.contains("theirs")), "{left:?}");
}
