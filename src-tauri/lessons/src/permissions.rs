//! What the person who sets up may not do, and who stands in the way.

use slipway_core::{
    blueprint::{Blueprint, Preset},
    error::AppError,
};
use slipway_practice::Access;

use crate::{
    Deed, Finding, Lesson, STACK, Topic, doubt,
    hands::{Hands, policy},
    warning, wrong,
};

const LOGIC: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html";
const PASS_ROLE: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html";
const LINKED_ROLES: &str =
    "https://docs.aws.amazon.com/batch/latest/userguide/using-service-linked-roles.html";
const TAGS: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html";
const TAG_KEYS: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html";
const BOUNDARIES: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html";
const ORGANISATION: &str =
    "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html";
const MFA: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html";
const SIMULATION: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_testing-policies.html";
const BATCH: &str = "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsbatch.html";
const EC2: &str = "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html";

/// Everything but these actions is allowed; nobody denies those either.
pub(crate) fn all_but(hands: &Hands, actions: &[&str]) -> Result<(), AppError> {
    let listed = actions.iter().map(|action| format!("\"{action}\"")).collect::<Vec<_>>().join(",");
    let all_but = policy(&format!(r#"{{"Effect":"Allow","NotAction":[{listed}],"Resource":"*"}}"#));
    set(hands, |access| access.identity = vec![all_but])
}

fn set(hands: &Hands, change: impl FnOnce(&mut Access)) -> Result<(), AppError> {
    hands.change(|settings| change(&mut settings.access))
}

fn deny(hands: &Hands, statement: &str) -> Result<(), AppError> {
    let denied = policy(statement);
    set(hands, |access| access.identity.push(denied))
}

fn wanted() -> Blueprint {
    Preset::Fargate.blueprint(STACK)
}

const fn of(id: &'static str, page: &'static str, finds: &'static [Finding], deed: crate::ByHand) -> Lesson {
    Lesson { id, topic: Topic::Permissions, page, finds, deed: Deed::ByHand(deed) }
}

const EVERYTHING: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

pub(crate) const LESSONS: &[Lesson] = &[
    of("refused-not-allowed", LOGIC, &[wrong("may-create", "may-not-make")], |hands| {
        Box::pin(async move {
            all_but(hands, &["iam:CreateRole"])?;
            Ok(wanted())
        })
    }),
    of("refused-not-allowed-pass-role", PASS_ROLE, &[wrong("may-create", "may-not-make")], |hands| {
        Box::pin(async move {
            all_but(hands, &["iam:PassRole"])?;
            Ok(wanted())
        })
    }),
    of("refused-not-allowed-linked-role", LINKED_ROLES, &[wrong("may-create", "may-not-make")], |hands| {
        Box::pin(async move {
            all_but(hands, &["iam:CreateServiceLinkedRole"])?;
            Ok(wanted())
        })
    }),
    of(
        "refused-not-allowed-anything",
        LOGIC,
        &[wrong("may-create", "may-not-make"), warning("may-keep", "may-not-keep")],
        |hands| {
            Box::pin(async move {
                let looking = policy(
                    r#"{"Effect":"Allow","Action":["batch:Describe*","batch:List*","ec2:Describe*","ecr:BatchGetImage","ecr:Describe*","ecr:Get*","ecr:List*",
                    "iam:Get*","iam:List*","iam:SimulatePrincipalPolicy","logs:Describe*","logs:Get*","logs:List*","logs:FilterLogEvents",
                    "pricing:*","route53:List*","servicequotas:Get*","servicequotas:List*","sts:*"],"Resource":"*"}"#,
                );
                set(hands, |access| access.identity = vec![looking])?;
                Ok(wanted())
            })
        },
    ),
    of(
        "refused-denied",
        LOGIC,
        &[wrong("may-create", "may-not-make"), warning("may-keep", "may-not-keep")],
        |hands| {
            Box::pin(async move {
                deny(hands, r#"{"Effect":"Deny","Action":"batch:CreateComputeEnvironment","Resource":"*"}"#)?;
                Ok(wanted())
            })
        },
    ),
    of("refused-denied-tags", TAGS, &[wrong("may-create", "may-not-make")], |hands| {
        Box::pin(async move {
            deny(hands, r#"{"Effect":"Deny","Action":"iam:TagRole","Resource":"*"}"#)?;
            Ok(wanted())
        })
    }),
    of("refused-denied-tag-keys", TAG_KEYS, &[wrong("may-create", "may-not-make")], |hands| {
        Box::pin(async move {
            deny(
                hands,
                r#"{"Effect":"Deny","Action":"iam:TagRole","Resource":"*","Condition":{"ForAnyValue:StringNotEquals":{"aws:TagKeys":["CostCenter"]}}}"#,
            )?;
            Ok(wanted())
        })
    }),
    of("refused-denied-untagged", TAG_KEYS, &[wrong("may-create", "may-not-make")], |hands| {
        Box::pin(async move {
            deny(
                hands,
                r#"{"Effect":"Deny","Action":"iam:CreateRole","Resource":"*","Condition":{"Null":{"aws:RequestTag/CostCenter":"true"}}}"#,
            )?;
            Ok(wanted())
        })
    }),
    of(
        "refused-boundary",
        BOUNDARIES,
        &[wrong("may-create", "may-not-make"), warning("may-keep", "may-not-keep")],
        |hands| {
            Box::pin(async move {
                let limit = policy(
                    r#"{"Effect":"Allow","NotAction":["iam:Create*","iam:Delete*","iam:Attach*","iam:Detach*","iam:Put*","iam:Update*","iam:Tag*","iam:Untag*","iam:PassRole"],"Resource":"*"}"#,
                );
                set(hands, |access| access.boundary = Some(limit))?;
                Ok(wanted())
            })
        },
    ),
    of("refused-organisation", ORGANISATION, &[wrong("may-create", "may-not-make")], |hands| {
        Box::pin(async move {
            let without = policy(r#"{"Effect":"Allow","NotAction":"batch:CreateJobQueue","Resource":"*"}"#);
            set(hands, |access| access.organization = vec![vec![EVERYTHING.to_owned()], vec![without]])?;
            Ok(wanted())
        })
    }),
    of("refused-organisation-denied", ORGANISATION, &[wrong("may-create", "may-not-make")], |hands| {
        Box::pin(async move {
            let no_roles = policy(r#"{"Effect":"Deny","Action":"iam:AttachRolePolicy","Resource":"*"}"#);
            set(hands, |access| access.organization = vec![vec![EVERYTHING.to_owned(), no_roles]])?;
            Ok(wanted())
        })
    }),
    of("may-not-keep", BATCH, &[warning("may-keep", "may-not-keep")], |hands| {
        Box::pin(async move {
            all_but(hands, &["batch:DeleteComputeEnvironment", "batch:DeleteJobQueue"])?;
            Ok(wanted())
        })
    }),
    of("may-not-look", BATCH, &[warning("may-look", "may-not-look")], |hands| {
        Box::pin(async move {
            all_but(hands, &["batch:ListJobs"])?;
            Ok(wanted())
        })
    }),
    of("may-depend", MFA, &[doubt("may-depend", "may-depend")], |hands| {
        Box::pin(async move {
            let with_mfa = policy(
                r#"{"Effect":"Allow","NotAction":"iam:CreateRole","Resource":"*"},
                   {"Effect":"Allow","Action":"iam:CreateRole","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}"#,
            );
            set(hands, |access| access.identity = vec![with_mfa])?;
            Ok(wanted())
        })
    }),
    of("permissions-unknown", SIMULATION, &[doubt("permissions", "permissions-unknown")], |hands| {
        Box::pin(async move {
            all_but(hands, &["iam:SimulatePrincipalPolicy"])?;
            Ok(wanted())
        })
    }),
    of(
        "check-cannot-tell",
        BATCH,
        &[
            doubt("resource:compute-environment/fargate", "check-cannot-tell"),
            warning("may-look", "may-not-look"),
        ],
        |hands| {
            Box::pin(async move {
                all_but(hands, &["batch:DescribeComputeEnvironments"])?;
                Ok(wanted())
            })
        },
    ),
    of(
        "reach-unseen",
        EC2,
        &[
            doubt("reach-registry", "reach-unseen"),
            doubt("reach-logs", "reach-unseen"),
            warning("may-look", "may-not-look"),
        ],
        |hands| {
            Box::pin(async move {
                all_but(hands, &["ec2:DescribeRouteTables"])?;
                Ok(wanted())
            })
        },
    ),
];
