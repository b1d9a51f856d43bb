//! Roles of the stack's that somebody has changed, or whose names somebody else has taken.

use slipway_core::blueprint::{Access, AccessMode, Blueprint, Preset, ServiceRole};

use crate::{
    Deed, Lesson, STACK, Topic, doubt,
    hands::{Role, policy, trust},
    mend, permissions, warning, wrong,
};

const EXECUTION: &str = "resource:execution-role/main";
const INSTANCE: &str = "resource:instance-role/main";
const SERVICE: &str = "resource:service-role/main";
const JOB: &str = "resource:job-role/job";
const PROFILE: &str = "resource:instance-profile/main";

const TASK_EXECUTION: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html";
const INSTANCE_ROLE: &str = "https://docs.aws.amazon.com/batch/latest/userguide/instance_IAM_role.html";
const SERVICE_ROLE: &str = "https://docs.aws.amazon.com/batch/latest/userguide/service_IAM_role.html";
const TASK_ROLES: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html";
const TASK_TRUST: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html#create_task_iam_policy_and_role";
const PRIVATE_REGISTRY: &str =
    "https://docs.aws.amazon.com/batch/latest/userguide/private-registry-authentication.html";
const TERMS: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_terms-and-concepts.html";
const LOGIC: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html";
const BOUNDARIES: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html";
const PROFILES: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2_instance-profiles.html";
const POLICY_VERSION: &str = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicyVersion.html";
const CONDITIONS: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html";

/// What lets an instance join its cluster and write its jobs' log, but for one action.
const ALMOST: &str = r#"
    {"Effect":"Allow","Action":["ecs:DiscoverPollEndpoint","ecr:*"],"Resource":"*"},
    {"Effect":"Allow","Action":["ecs:RegisterContainerInstance","ecs:StartTelemetrySession",
        "ecs:Submit*","ecs:UpdateContainerInstancesState"],"Resource":"arn:aws:ecs:*:*:*"},
    {"Effect":"Allow","Action":"logs:*","Resource":"*"}"#;
const POLL: &str = r#",{"Effect":"Allow","Action":"ecs:Poll","Resource":"*"}"#;

/// The trust policy of a task's role with these conditions.
fn only_if(conditions: &str) -> String {
    policy(&format!(
        r#"{{"Effect":"Allow","Principal":{{"Service":"ecs-tasks.amazonaws.com"}},"Action":"sts:AssumeRole",
            "Condition":{{{conditions}}}}}"#
    ))
}

const fn of(
    id: &'static str,
    page: &'static str,
    finds: &'static [crate::Finding],
    deed: crate::ByHand,
) -> Lesson {
    Lesson { id, topic: Topic::Roles, page, finds, deed: Deed::ByHand(deed) }
}

fn fargate() -> Blueprint {
    Preset::Fargate.blueprint(STACK)
}

fn on_instances() -> Blueprint {
    Preset::OnDemand.blueprint(STACK)
}

/// Jobs that read and write a bucket.
fn with_bucket() -> Blueprint {
    let mut blueprint = fargate();
    let bucket = Access::S3 { bucket: "scans".to_owned(), prefix: None, mode: AccessMode::ReadWrite };
    blueprint.job_definitions[0].access = vec![bucket];
    blueprint
}

pub(crate) const LESSONS: &[Lesson] = &[
    of("role-trusts-another", TERMS, &[mend(EXECUTION, "role-trusts-another")], |hands| {
        Box::pin(async move {
            hands.roles(&[Role::Execution]).await?;
            hands.trusts(Role::Execution, &trust("ec2.amazonaws.com")).await?;
            Ok(fargate())
        })
    }),
    of("role-trusts-nobody", TERMS, &[mend(EXECUTION, "role-trusts-nobody")], |hands| {
        Box::pin(async move {
            hands.roles(&[Role::Execution]).await?;
            let tags = trust("ecs-tasks.amazonaws.com").replace("sts:AssumeRole", "sts:TagSession");
            hands.trusts(Role::Execution, &tags).await?;
            Ok(fargate())
        })
    }),
    of("role-trust-denied", LOGIC, &[wrong(EXECUTION, "check-wrong")], |hands| {
        Box::pin(async move {
            hands.roles(&[Role::Execution]).await?;
            let quarantined = policy(
                r#"{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"},
                   {"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole"}"#,
            );
            hands.trusts(Role::Execution, &quarantined).await?;
            Ok(fargate())
        })
    }),
    of("role-trust-unmet", TASK_TRUST, &[mend(EXECUTION, "role-trust-unmet")], |hands| {
        Box::pin(async move {
            hands.roles(&[Role::Execution]).await?;
            let copied = only_if(r#""StringEquals":{"aws:SourceAccount":"999999999999"}"#);
            hands.trusts(Role::Execution, &copied).await?;
            Ok(fargate())
        })
    }),
    of("role-trust-unmet-wildcard", CONDITIONS, &[mend(EXECUTION, "role-trust-unmet")], |hands| {
        Box::pin(async move {
            hands.roles(&[Role::Execution]).await?;
            let exactly =
                only_if(r#""StringEquals":{"aws:SourceArn":"arn:aws:ecs:us-east-1:111122223333:*"}"#);
            hands.trusts(Role::Execution, &exactly).await?;
            Ok(fargate())
        })
    }),
    of("role-trust-open", TASK_TRUST, &[doubt(EXECUTION, "role-trust-open")], |hands| {
        Box::pin(async move {
            hands.roles(&[Role::Execution]).await?;
            let cluster = only_if(
                r#""ArnLike":{"aws:SourceArn":"arn:aws:ecs:us-east-1:111122223333:cluster/imaging"}"#,
            );
            hands.trusts(Role::Execution, &cluster).await?;
            Ok(fargate())
        })
    }),
    of("check-added-trust", TERMS, &[warning(EXECUTION, "check-added")], |hands| {
        Box::pin(async move {
            hands.roles(&[Role::Execution]).await?;
            let both = policy(
                r#"{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"},
                   {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::999999999999:root"},"Action":"sts:AssumeRole"}"#,
            );
            hands.trusts(Role::Execution, &both).await?;
            Ok(fargate())
        })
    }),
    of("check-added-policy", TASK_ROLES, &[warning(JOB, "check-added")], |hands| {
        Box::pin(async move {
            hands.roles(&[Role::Job]).await?;
            hands.attach(Role::Job, "arn:aws:iam::aws:policy/AdministratorAccess").await?;
            Ok(fargate())
        })
    }),
    of("role-lacking-execution", TASK_EXECUTION, &[mend(EXECUTION, "role-lacking")], |hands| {
        Box::pin(async move {
            hands.roles(&[Role::Execution]).await?;
            hands.detach(Role::Execution).await?;
            Ok(fargate())
        })
    }),
    of("role-lacking-instance", INSTANCE_ROLE, &[mend(INSTANCE, "role-lacking")], |hands| {
        Box::pin(async move {
            hands.roles(&[Role::Instance]).await?;
            hands.detach(Role::Instance).await?;
            let theirs = hands.own_policy("container-instances", &policy(ALMOST)).await?;
            hands.attach(Role::Instance, &theirs).await?;
            Ok(on_instances())
        })
    }),
    of("role-lacking-service", SERVICE_ROLE, &[mend(SERVICE, "role-lacking")], |hands| {
        Box::pin(async move {
            hands.roles(&[Role::Service]).await?;
            hands.detach(Role::Service).await?;
            Ok(Blueprint { service_role: ServiceRole::Classic, ..fargate() })
        })
    }),
    of("role-denied", LOGIC, &[wrong(INSTANCE, "check-wrong")], |hands| {
        Box::pin(async move {
            hands.roles(&[Role::Instance]).await?;
            let deny = policy(r#"{"Effect":"Deny","Action":"ecs:*","Resource":"*"}"#);
            hands.inline(Role::Instance, "no-containers", &deny).await?;
            Ok(on_instances())
        })
    }),
    of("role-denied-region", LOGIC, &[wrong(EXECUTION, "check-wrong")], |hands| {
        Box::pin(async move {
            hands.roles(&[Role::Execution]).await?;
            let deny = policy(
                r#"{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":"eu-central-1"}}}"#,
            );
            hands.inline(Role::Execution, "only-frankfurt", &deny).await?;
            Ok(fargate())
        })
    }),
    of("role-denied-secret", PRIVATE_REGISTRY, &[wrong(EXECUTION, "check-wrong")], |hands| {
        Box::pin(async move {
            hands.roles(&[Role::Execution]).await?;
            let deny = policy(r#"{"Effect":"Deny","Action":"secretsmanager:*","Resource":"*"}"#);
            hands.inline(Role::Execution, "no-secrets", &deny).await?;
            let mut blueprint = fargate();
            "quay.io/private/app:1".clone_into(&mut blueprint.job_definitions[0].image);
            blueprint.job_definitions[0].registry_secret = Some("quay/team".to_owned());
            Ok(blueprint)
        })
    }),
    of("role-bounded", BOUNDARIES, &[wrong(EXECUTION, "check-wrong")], |hands| {
        Box::pin(async move {
            hands.roles(&[Role::Execution]).await?;
            let limit = policy(r#"{"Effect":"Allow","Action":["ecs:*","ecr:*"],"Resource":"*"}"#);
            let limit = hands.own_policy("containers-only", &limit).await?;
            hands.bound(Role::Execution, &limit).await?;
            Ok(fargate())
        })
    }),
    of("role-bounded-job", BOUNDARIES, &[wrong(JOB, "check-wrong")], |hands| {
        Box::pin(async move {
            hands.roles(&[Role::Job]).await?;
            hands.bound(Role::Job, "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess").await?;
            Ok(with_bucket())
        })
    }),
    of("role-open", CONDITIONS, &[doubt(INSTANCE, "role-open")], |hands| {
        Box::pin(async move {
            hands.roles(&[Role::Instance]).await?;
            hands.detach(Role::Instance).await?;
            let condition = r#""Action":"logs:*","Condition":{"StringEquals":{"aws:SourceVpc":"vpc-0123456789abcdef0"}},"#;
            let almost = ALMOST.replace(r#""Action":"logs:*","#, condition);
            let theirs = hands.own_policy("container-instances", &policy(&format!("{almost}{POLL}"))).await?;
            hands.attach(Role::Instance, &theirs).await?;
            Ok(on_instances())
        })
    }),
    of(
        "role-hidden",
        POLICY_VERSION,
        &[doubt(INSTANCE, "role-hidden"), warning("may-look", "may-not-look")],
        |hands| {
            Box::pin(async move {
                hands.roles(&[Role::Instance]).await?;
                hands.detach(Role::Instance).await?;
                let theirs =
                    hands.own_policy("container-instances", &policy(&format!("{ALMOST}{POLL}"))).await?;
                hands.attach(Role::Instance, &theirs).await?;
                permissions::all_but(hands, &["iam:GetPolicy", "iam:GetPolicyVersion"])?;
                Ok(on_instances())
            })
        },
    ),
    of("role-policy-by-hand", TASK_ROLES, &[wrong(JOB, "check-wrong")], |hands| {
        Box::pin(async move {
            hands.roles(&[Role::Job]).await?;
            let written = policy(r#"{"Effect":"Deny","Action":"s3:DeleteObject","Resource":"*"}"#);
            hands.inline(Role::Job, "access", &written).await?;
            Ok(with_bucket())
        })
    }),
    of("profile-without-role", PROFILES, &[mend(PROFILE, "profile-without-role")], |hands| {
        Box::pin(async move {
            hands.roles(&[Role::Instance]).await?;
            hands.profile().await?;
            Ok(on_instances())
        })
    }),
    of("profile-another-role", PROFILES, &[mend(PROFILE, "profile-another-role")], |hands| {
        Box::pin(async move {
            hands.roles(&[Role::Instance]).await?;
            hands.profile().await?;
            hands.role("web-servers", "ec2.amazonaws.com").await?;
            hands.put_into_profile("web-servers").await?;
            Ok(on_instances())
        })
    }),
    of("foreign-role", TERMS, &[wrong(EXECUTION, "foreign")], |hands| {
        Box::pin(async move {
            hands.role(&Role::Execution.name(), Role::Execution.service()).await?;
            Ok(fargate())
        })
    }),
];
