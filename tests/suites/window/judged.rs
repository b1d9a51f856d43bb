//! Roles as they are judged and drawn, and what things cost with where each price is from.

use slipway_tests::{
    boto,
    cli::Cli,
    keyring::Keyring,
    practice::Practice,
    window::{Opening, Scheme, Window},
};

use crate::journey::{CREATED, Journey, SOON};

/// The instances' role works by a policy of somebody's that says the same as AWS's, and the execution role is kept
/// from writing logs by a boundary.
const CHANGED: &str = r#"
import json
iam = client("iam")
def policy(name, actions):
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    return iam.create_policy(PolicyName=name, PolicyDocument=document)["Policy"]["Arn"]
managed = "arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role"
iam.detach_role_policy(RoleName="imaging-instance", PolicyArn=managed)
iam.attach_role_policy(RoleName="imaging-instance", PolicyArn=policy("hosts", ["ecs:*", "ecr:*", "logs:*"]))
limit = policy("team-limit", ["ecr:*", "s3:*"])
iam.put_role_permissions_boundary(RoleName="imaging-execution", PermissionsBoundary=limit)
"#;

#[test]
fn roles_are_judged_by_what_they_may_do_and_drawn_with_who_works_with_them() {
    judged(Scheme::Light);
}

#[test]
fn roles_and_costs_in_the_dark() {
    judged(Scheme::Dark);
}

fn judged(scheme: Scheme) {
    let person = Cli::practice();
    let practice = Practice::paced(person.home(), "1000");
    let blueprint = person.must(&["blueprint", "spot", "--name", "imaging"]);
    let file = person.home().join("spot.toml");
    std::fs::write(&file, &blueprint.out).expect("there is room for a file");
    let file = file.to_string_lossy().into_owned();
    person.must(&["create", "--blueprint", &file, "--yes"]);
    boto::run(&practice.endpoint(), CHANGED);
    let keyring = Keyring::unlocked();
    let window = Window::open(&Opening { scheme, ..Opening::new(person.home(), &keyring) });
    let journey = Journey { window: &window, scheme, prefix: "" };
    window.click("connect-practice");
    window.see("practice-badge");
    window.click("preset-spot");
    window.type_into("field-name", "imaging");
    window.click("go-check");
    window.says("check-resource:execution-role/main", "The permissions boundary team-limit", CREATED);
    window.says("check-resource:instance-role/main", "is there and as it should be", SOON);
    let drawn = window.says("role-picture", "joins the cluster, pulls images and writes logs", SOON);
    assert!(drawn.contains("handed over by the instance profile imaging-instance"), "{drawn}");
    let to = |id: &str| {
        let script =
            format!("document.querySelector('[data-testid=\"{id}\"]').scrollIntoView({{ block: 'center' }})");
        window.script(&script, &[]);
    };
    journey.shot_with("check-roles", || to("role-picture"));
    window.click("go-review");
    window.click("review-cost");
    window.says("spot-history-spot", "Lowest to highest", SOON);
    let told = window.says("costs", "Spot market, at", SOON);
    assert!(told.contains("One job of job") && told.contains("vCPU, the most"), "{told}");
    journey.shot("review-cost");
}
