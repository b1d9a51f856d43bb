//! Jobs on hosts: what they need before their container starts.

use super::*;

const SECRET: &str = "arn:aws:secretsmanager:us-east-1:111122223333:secret:db-AbCdEf";

fn ready() -> Lab {
    let mut lab = Lab::new();
    lab.host_profile();
    let (subnet, group) = network(&lab);
    let input = json!({
        "computeEnvironmentName": "ce", "type": "MANAGED",
        "computeResources": {
            "type": "EC2", "minvCpus": 0, "maxvCpus": 8, "instanceTypes": ["m6i.large"], "subnets": [subnet],
            "securityGroupIds": [group], "instanceRole": "ecs", "allocationStrategy": "BEST_FIT_PROGRESSIVE",
        },
    });
    lab.ok("CreateComputeEnvironment", input);
    lab.wait(30);
    lab.ok("CreateJobQueue", queue("q", &["ce"]));
    lab.wait(10);
    lab
}

fn register(lab: &mut Lab, platform: &str, more: &Value) {
    let mut input = definition("d", &["sh", "-c", "echo $DB"]);
    input["platformCapabilities"] = json!([platform]);
    if platform == "EC2" {
        input["containerProperties"].as_object_mut().unwrap().remove("networkConfiguration");
    }
    for (field, value) in more.as_object().unwrap() {
        input["containerProperties"][field] = value.clone();
    }
    lab.ok("RegisterJobDefinition", input);
}

fn allow(lab: &mut Lab, action: &str, resource: &str) {
    let policy = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": action, "Resource": resource }] });
    lab.query("PutRolePolicy", &format!("RoleName=execution&PolicyName=secrets&PolicyDocument={policy}"))
        .unwrap();
    lab.wait(30);
}

#[test]
fn secrets_need_the_execution_role_and_are_plainly_none() {
    for (platform, kept, resource, wanted) in [
        (
            "EC2",
            SECRET.to_owned(),
            "arn:aws:secretsmanager:*:*:secret:db-*",
            format!(
                "Fetching secret data from AWS Secrets Manager in region us-east-1: secret {SECRET}: \
                 AccessDeniedException: User: arn:aws:sts::111122223333:assumed-role/execution/"
            ),
        ),
        (
            "EC2",
            "/db/password".to_owned(),
            "arn:aws:ssm:us-east-1:111122223333:parameter/db/*",
            "Fetching secret data from SSM Parameter Store in us-east-1: AccessDeniedException".to_owned(),
        ),
        (
            "FARGATE",
            format!("{SECRET}:password::"),
            SECRET,
            format!(
                "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval \
                 failed: unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch \
                 secret {SECRET} from secrets manager: AccessDeniedException"
            ),
        ),
        (
            "FARGATE",
            "db".to_owned(),
            "*",
            "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: \
             unable to retrieve secrets from ssm"
                .to_owned(),
        ),
    ] {
        let mut lab = if platform == "EC2" { ready() } else { Lab::ready() };
        register(&mut lab, platform, &json!({ "secrets": [{ "name": "DB", "valueFrom": kept }] }));
        let denied = lab.submit(json!({}));
        let reason = lab.until(&denied, "FAILED")["container"]["reason"].as_str().unwrap().to_owned();
        assert!(reason.starts_with(&wanted), "{reason}");
        let action = if kept.contains("secretsmanager") { "secretsmanager:GetSecretValue" } else { "ssm:GetParameters" };
        assert!(reason.contains(&format!("because no identity-based policy allows the {action} action")));
        allow(&mut lab, action, resource);
        let allowed = lab.submit(json!({}));
        let job = lab.until(&allowed, "SUCCEEDED");
        assert_eq!(lab.log(&job), ["practice-account-secret"]);
    }
}

#[test]
fn a_private_registry_opens_to_the_secret_that_the_execution_role_may_read() {
    for (platform, secret, resource, wanted) in [
        ("FARGATE", SECRET, SECRET, "ResourceInitializationError: unable to pull secrets or registry auth"),
        (
            "EC2",
            "quay/team",
            "arn:aws:secretsmanager:us-east-1:111122223333:secret:quay/team-??????",
            "asm fetching secret from the service for arn:aws:secretsmanager:us-east-1:111122223333:secret:quay/team-",
        ),
    ] {
        let mut lab = if platform == "EC2" { ready() } else { Lab::ready() };
        let image = "quay.io/private/app:1";
        register(&mut lab, platform, &json!({ "image": image }));
        let shut_out = lab.submit(json!({}));
        let reason = lab.until(&shut_out, "FAILED")["container"]["reason"].as_str().unwrap().to_owned();
        assert!(reason.starts_with("CannotPullContainerError"), "{reason}");
        let credentials = json!({ "credentialsParameter": secret });
        register(&mut lab, platform, &json!({ "image": image, "repositoryCredentials": credentials }));
        let denied = lab.submit(json!({}));
        let reason = lab.until(&denied, "FAILED")["container"]["reason"].as_str().unwrap().to_owned();
        assert!(reason.starts_with(wanted) && reason.contains("secretsmanager:GetSecretValue"), "{reason}");
        allow(&mut lab, "secretsmanager:GetSecretValue", resource);
        let allowed = lab.submit(json!({}));
        lab.until(&allowed, "SUCCEEDED");
    }
}

#[test]
fn an_image_too_large_for_its_disk_is_not_pulled() {
    for (platform, fits, too_large) in [("FARGATE", 5_u64, 7_u64), ("EC2", 8, 14)] {
        let mut lab = if platform == "EC2" { ready() } else { Lab::ready() };
        lab.ok("CreateRepository", json!({ "repositoryName": "app" }));
        for (tag, gib) in [("small", fits), ("large", too_large)] {
            let manifest = json!({
                "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
                "config": { "digest": format!("sha256:{}", "c".repeat(64)), "size": 10 },
                "layers": [{ "digest": "sha256:dd", "size": gib << 30 }],
            });
            let put =
                json!({ "repositoryName": "app", "imageTag": tag, "imageManifest": manifest.to_string() });
            lab.ok("PutImage", put);
        }
        let image =
            |tag: &str| json!({ "image": format!("111122223333.dkr.ecr.us-east-1.amazonaws.com/app:{tag}") });
        register(&mut lab, platform, &image("small"));
        let small = lab.submit(json!({}));
        lab.until(&small, "SUCCEEDED");
        register(&mut lab, platform, &image("large"));
        let large = lab.submit(json!({}));
        let reason = lab.until(&large, "FAILED")["container"]["reason"].as_str().unwrap().to_owned();
        let (begins, ends) = ("CannotPullContainerError: write /var/lib/", ": no space left on device");
        assert!(reason.starts_with(begins) && reason.ends_with(ends), "{platform}: {reason}");
        if platform == "FARGATE" {
            let mut wide = image("large");
            wide["ephemeralStorage"] = json!({ "sizeInGiB": 30 });
            register(&mut lab, platform, &wide);
            let wide = lab.submit(json!({}));
            lab.until(&wide, "SUCCEEDED");
        }
    }
}

#[test]
fn a_pull_through_cache_fetches_for_a_role_that_may_have_it_fetched() {
    let mut lab = Lab::ready();
    lab.ok(
        "CreatePullThroughCacheRule",
        json!({ "ecrRepositoryPrefix": "quay", "upstreamRegistryUrl": "quay.io" }),
    );
    let image = "111122223333.dkr.ecr.us-east-1.amazonaws.com/quay/team/app:1";
    register(&mut lab, "FARGATE", &json!({ "image": image }));
    let repository = "arn:aws:ecr:us-east-1:111122223333:repository/quay/*";
    // The repository is to be made, too.
    for allowed in [None, Some("ecr:BatchImportUpstreamImage")] {
        if let Some(action) = allowed {
            allow(&mut lab, action, repository);
        }
        let refused = lab.submit(json!({}));
        let reason = lab.until(&refused, "FAILED")["container"]["reason"].as_str().unwrap().to_owned();
        assert!(reason.starts_with("CannotPullContainerError"), "{reason}");
    }
    allow(&mut lab, "ecr:*", repository);
    let fetched = lab.submit(json!({}));
    lab.until(&fetched, "SUCCEEDED");
}

#[test]
fn hosts_pull_private_images_with_the_role_they_carry() {
    let mut lab = ready();
    let image = "111122223333.dkr.ecr.us-east-1.amazonaws.com/tool:1";
    register(&mut lab, "EC2", &json!({ "image": image }));
    let missing = lab.submit(json!({}));
    let reason = lab.until(&missing, "FAILED")["container"]["reason"].as_str().unwrap().to_owned();
    assert!(reason.starts_with("CannotPullContainerError"), "may pull, and there is none: {reason}");

    let own = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": ["ecs:*", "logs:*"], "Resource": "*" }] });
    lab.query("PutRolePolicy", &format!("RoleName=ecs&PolicyName=own&PolicyDocument={own}")).unwrap();
    let policy = "arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role";
    lab.query("DetachRolePolicy", &format!("RoleName=ecs&PolicyArn={policy}")).unwrap();
    lab.wait(30);
    let denied = lab.submit(json!({}));
    let reason = lab.until(&denied, "FAILED")["container"]["reason"].as_str().unwrap().to_owned();
    let wanted = "CannotPullECRContainerError: AccessDeniedException: User: \
                  arn:aws:sts::111122223333:assumed-role/ecs/i-0";
    assert!(reason.starts_with(wanted), "{reason}");
}

#[test]
fn a_hosts_log_driver_says_in_its_own_words_what_it_lacks() {
    let mut lab = ready();
    let log = json!({ "logDriver": "awslogs", "options": { "awslogs-group": "/mine" } });
    register(&mut lab, "EC2", &json!({ "logConfiguration": log }));
    let job = lab.submit(json!({}));
    let reason = lab.until(&job, "FAILED")["container"]["reason"].as_str().unwrap().to_owned();
    let wanted = "CannotStartContainerError: Error response from daemon: failed to initialize logging driver: failed to \
                  create Cloudwatch log stream: ResourceNotFoundException";
    assert!(reason.starts_with(wanted), "{reason}");
}
