//! What roles may do: never more than was said, and never what somebody else has forbidden.

use slipway_core::{
    blueprint::{Access, AccessMode, Preset},
    plan::PlanView,
    run,
    stack::OpenStack,
};

use crate::{
    account::fresh,
    runs::{create, done},
};

fn reading(bucket: &str) -> Access {
    Access::S3 { bucket: bucket.to_owned(), prefix: None, mode: AccessMode::ReadWrite }
}

fn blocked(plan: PlanView) -> Option<String> {
    plan.blocked.map(|reason| reason.code)
}

/// A policy as somebody might write it by hand, and what is read of it: only what a blueprint can say.
#[tokio::test(start_paused = true)]
async fn what_somebody_has_forbidden_is_neither_loosened_nor_written_over() {
    let allowed = r#"{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::scans/*" }"#;
    for forbidden in [
        r#"{ "Effect": "Deny", "Action": "s3:*", "Resource": "*" }"#,
        r#"{ "Effect": "Allow", "Action": "dynamodb:*", "Resource": "*",
             "Condition": { "IpAddress": { "aws:SourceIp": "10.0.0.0/8" } } }"#,
        r#"{ "Effect": "Allow", "NotAction": "iam:*", "Resource": "*" }"#,
    ] {
        let account = fresh(7).await;
        let session = &account.session;
        let mut wanted = Preset::Fargate.blueprint("imaging");
        wanted.job_definitions[0].access = vec![reading("scans")];
        done(&create(&account, &wanted).await);
        let written = format!(r#"{{ "Version": "2012-10-17", "Statement": [{allowed}, {forbidden}] }}"#);
        let request = session.aws.once.iam.put_role_policy().role_name("imaging-job-role");
        request.policy_name("access").policy_document(&written).send().await.unwrap();
        // With what was wanted before, and without anybody who remembers it.
        let plan = run::plan_create(session, wanted).await.unwrap();
        assert_eq!(blocked(plan).as_deref(), Some("role-policy-by-hand"), "{forbidden}");
        std::fs::remove_dir_all(session.folder.join("stacks")).unwrap();
        let found = OpenStack::named(session, "imaging").await.unwrap().wanted.blueprint;
        let [Access::Statement { actions, .. }] = &found.job_definitions[0].access[..] else {
            panic!("{:?}", found.job_definitions[0].access)
        };
        assert_eq!(actions, &["s3:GetObject"]);
        let plan = run::plan_create(session, found).await.unwrap();
        assert_eq!(blocked(plan).as_deref(), Some("role-policy-by-hand"), "{forbidden}");
    }
}

/// IAM takes so many characters and no more, whatever a person wrote to come to them.
#[tokio::test(start_paused = true)]
async fn a_policy_that_iam_would_not_take_is_refused_before_anything_is_made() {
    let account = fresh(7).await;
    let session = &account.session;
    let mut wanted = Preset::Fargate.blueprint("imaging");
    wanted.job_definitions[0].access = (10..70).map(|number| reading(&format!("bucket-{number}"))).collect();
    let plan = run::plan_create(session, wanted.clone()).await.unwrap();
    assert_eq!(blocked(plan).as_deref(), Some("role-policy-too-large"));
    // On a stack that is there, too; and what the execution role would have to fetch.
    wanted.job_definitions[0].access = vec![];
    done(&create(&account, &wanted).await);
    let secret = |number| {
        let arn = format!("arn:aws:secretsmanager:us-east-1:111122223333:secret:one-of-many-{number}-AbCdEf");
        (format!("S{number}"), arn)
    };
    wanted.job_definitions[0].secrets = (100..240).map(secret).collect();
    let plan = run::plan_create(session, wanted).await.unwrap();
    assert_eq!(blocked(plan).as_deref(), Some("role-policy-too-large"));
}
