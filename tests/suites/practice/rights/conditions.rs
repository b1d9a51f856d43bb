//! Guardrails of organisations, which hang on what a call brings along: what the check says of them beforehand is what
//! the practice account's authorizer does to the calls themselves.

use slipway_core::{
    blueprint::{Blueprint, Preset},
    check::{self, CheckItem, CheckVerdict, Fix},
    run::{self, RunState},
};
use slipway_practice::Access;
use slipway_tests::seen;
use tokio_util::sync::CancellationToken;

use super::{denied, tells};
use crate::account::{Account, fresh};

const REGION: &str = r#""Condition":{"StringNotEquals":{"aws:RequestedRegion":["us-east-1"]}}"#;

fn policy(statements: &[&str]) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","))
}

const ALL: &str = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;

/// Everything, but for this.
fn all_and(statement: &str) -> String {
    policy(&[ALL, statement])
}

/// IAM User Guide, "AWS: Denies access to AWS based on the requested Region".
fn outside(region: &str) -> String {
    let condition = REGION.replace("us-east-1", region);
    format!(r#"{{"Effect":"Deny","NotAction":["iam:*","sts:*","support:*"],"Resource":"*",{condition}}}"#)
}

fn identity(policy: String) -> Access {
    Access { identity: vec![policy], ..Access::default() }
}

fn set(account: &Account, access: Access) {
    account.practice.change_settings(|settings| settings.access = access).unwrap();
}

fn wanted(tagged: bool) -> Blueprint {
    let mut blueprint = Preset::Fargate.blueprint("imaging");
    if tagged {
        blueprint.tags.insert("CostCenter".to_owned(), "4711".to_owned());
    }
    blueprint
}

async fn said(account: &Account, blueprint: &Blueprint) -> Vec<CheckItem> {
    let report = check::check(&account.session, blueprint.clone(), |_| {}).await.unwrap();
    report.items.into_iter().filter(|item| item.id.starts_with("may-") || item.id == "permissions").collect()
}

/// Who has made what is looked at, so that nothing but the guardrail decides.
async fn created(account: &Account, blueprint: &Blueprint) -> RunState {
    let stop = CancellationToken::new();
    run::create_despite_findings(&account.session, blueprint.clone(), &stop, &mut |_| {}).await.unwrap().state
}

#[tokio::test(start_paused = true)]
async fn a_guardrail_on_regions_is_no_denial_in_a_region_that_it_lets_in() {
    let only_here = policy(&[&ALL.replace(
        r#""Resource":"*""#,
        r#""Resource":"*","Condition":{"StringEquals":{"aws:RequestedRegion":"us-east-1"}}"#,
    )]);
    let organisation = vec![vec![ALL, &outside("us-east-1")].into_iter().map(|one| policy(&[one])).collect()];
    let cases = [
        ("a denial elsewhere", identity(all_and(&outside("us-east-1")))),
        ("an allowance here", identity(only_here)),
        ("a denial of the organisation's", Access { organization: organisation, ..Access::default() }),
    ];
    for (what, access) in cases {
        let account = fresh(130).await;
        set(&account, access);
        let found = said(&account, &wanted(false)).await;
        let codes: Vec<_> = found.iter().map(|item| item.finding.code.as_str()).collect();
        assert_eq!(codes, ["permissions-all"], "{what}: {found:#?}");
        assert_eq!(created(&account, &wanted(false)).await, RunState::Done, "{what}: {:?}", denied(&account));
        let launching = check::launching(&account.session, "imaging").await.unwrap();
        let codes: Vec<_> = launching.iter().map(|item| item.finding.code.as_str()).collect();
        assert_eq!(codes, ["permissions-launch"], "{what}: {launching:#?}");
    }
    let account = fresh(130).await;
    set(&account, identity(all_and(&outside("eu-west-1"))));
    let found = said(&account, &wanted(false)).await;
    let make = found.iter().find(|item| item.id == "may-create").unwrap();
    assert_eq!(make.verdict, CheckVerdict::Wrong);
    assert!(tells(make, "batch:CreateJobQueue") && !tells(make, "iam:CreateRole"), "{make:#?}");
}

/// Each with an action that the check has to name, or with none where nothing keeps the calls out.
#[tokio::test(start_paused = true)]
async fn a_guardrail_on_tags_is_found_before_anything_is_made() {
    let any_other = r#""Condition":{"ForAnyValue:StringNotEquals":{"aws:TagKeys":["CostCenter"]}}"#;
    let only = r#""Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":["CostCenter"]}}"#;
    let without = r#""Condition":{"Null":{"aws:RequestTag/CostCenter":"true"}}"#;
    let not_4711 = r#""Condition":{"StringNotEquals":{"aws:RequestTag/CostCenter":"4711"}}"#;
    let deny = |action: &str, condition: &str| {
        all_and(&format!(r#"{{"Effect":"Deny","Action":"{action}","Resource":"*",{condition}}}"#))
    };
    let allow_only = |action: &str, condition: &str| {
        policy(&[
            &format!(r#"{{"Effect":"Allow","NotAction":"{action}","Resource":"*"}}"#),
            &format!(r#"{{"Effect":"Allow","Action":"{action}","Resource":"*",{condition}}}"#),
        ])
    };
    let slipways = r#""Condition":{"ForAnyValue:StringLike":{"aws:TagKeys":"slipway*"}}"#;
    let name = r#""Condition":{"StringLike":{"aws:RequestTag/slipway:stack":"*"}}"#;
    let cases = [
        (deny("iam:TagRole", any_other), false, Some("iam:TagRole")),
        (allow_only("iam:TagRole", only), false, Some("iam:TagRole")),
        (deny("ec2:CreateTags", any_other), false, Some("ec2:CreateTags")),
        (deny("*", slipways), false, Some("iam:CreateRole")),
        (deny("iam:CreateRole", name), false, Some("iam:CreateRole")),
        (deny("iam:CreateRole", without), false, Some("iam:CreateRole")),
        (deny("iam:CreateRole", without), true, None),
        (deny("iam:CreateRole", not_4711), true, None),
        (deny("batch:RegisterJobDefinition", not_4711), false, Some("batch:RegisterJobDefinition")),
    ];
    let mut found_before = 0;
    for (number, (policy, tagged, action)) in cases.into_iter().enumerate() {
        let account = fresh(131).await;
        set(&account, identity(policy.clone()));
        let mut blueprint = wanted(tagged);
        if action == Some("ec2:CreateTags") {
            blueprint.network = slipway_core::blueprint::Network::new_vpc("10.42.0.0/16");
        }
        let found = said(&account, &blueprint).await;
        if let Some(action) = action {
            let make = found.iter().find(|item| item.id == "may-create");
            let make = make.unwrap_or_else(|| panic!("{number}, {policy}: {found:#?}"));
            assert_eq!(make.verdict, CheckVerdict::Wrong, "{policy}");
            assert!(tells(make, action), "{policy}: {make:#?}");
            assert_eq!(created(&account, &blueprint).await, RunState::Failed, "{policy}");
            found_before += 1;
        } else {
            let codes: Vec<_> = found.iter().map(|item| item.finding.code.as_str()).collect();
            assert_eq!(codes, ["permissions-all"], "{policy}: {found:#?}");
            assert_eq!(created(&account, &blueprint).await, RunState::Done, "{policy}");
        }
    }
    seen::figure("guardrails on tags found before anything is made", &found_before.to_string());
}

/// Who has a key of an access key's has no MFA; who has a session may have it, and Slipway does not know.
#[tokio::test(start_paused = true)]
async fn a_denial_that_hangs_on_what_only_the_call_has_is_a_doubt() {
    for condition in [
        r#""Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}"#,
        r#""Condition":{"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#,
        r#""Condition":{"Null":{"aws:MultiFactorAuthPresent":"true"}}"#,
    ] {
        let account = fresh(132).await;
        let deny = format!(
            r#"{{"Effect":"Deny","NotAction":"iam:SimulatePrincipalPolicy","Resource":"arn:aws:iam::*:role/*",{condition}}}"#
        );
        set(&account, identity(all_and(&deny)));
        let found = said(&account, &wanted(false)).await;
        let of: Vec<_> = found.iter().map(|item| (item.finding.code.as_str(), item.verdict)).collect();
        assert_eq!(of, [("may-depend", CheckVerdict::CannotTell)], "{condition}: {found:#?}");
    }
}

/// The letter about a finding.
fn letter(item: &CheckItem) -> &str {
    let mut letters = item.fixes.iter().filter_map(|fix| match fix {
        Fix::Ask { letter, .. } => Some(letter.text.as_str()),
        _ => None,
    });
    letters.next_back().unwrap_or_else(|| panic!("{item:#?}"))
}

/// The caller writes to who can help: what the caller may not, which policy stands against it, and a policy to attach
/// only where one helps.
#[tokio::test(start_paused = true)]
async fn a_letter_is_the_callers_own_words_and_asks_for_what_helps() {
    let denial = r#"{"Effect":"Deny","Action":["ec2:CreateTags","ec2:CreateVpc"],"Resource":"*"}"#;
    let lacking = policy(&[r#"{"Effect":"Allow","NotAction":"iam:CreateRole","Resource":"*"}"#]);
    let organisation = vec![vec![all_and(denial)]];
    let cases = [
        ("denied", identity(all_and(denial)), "in the explicit denial of user_you_1", false),
        (
            "organisation",
            Access { organization: organisation, ..Access::default() },
            "whoever looks after the AWS organisation",
            false,
        ),
        ("boundary", Access { boundary: Some(lacking.clone()), ..Access::default() }, "boundary of", false),
        ("nothing allows it", identity(lacking), "allow me what the policy below holds", true),
    ];
    for (what, access, asks, by_policy) in cases {
        let account = fresh(133).await;
        set(&account, access);
        let mut blueprint = wanted(false);
        blueprint.network = slipway_core::blueprint::Network::new_vpc("10.42.0.0/16");
        let found = said(&account, &blueprint).await;
        let make = found.iter().find(|item| item.id == "may-create").unwrap();
        let letter = letter(make);
        assert!(letter.contains("\nI may not do all that setting this up takes"), "{what}: {letter}");
        assert!(letter.contains("What is needed: Please ") && letter.contains(asks), "{what}: {letter}");
        assert!(
            !letter.contains("You ") && !letter.contains("your ") && !letter.contains("administrator"),
            "{what}: {letter}"
        );
        assert_eq!(letter.contains(r#""Effect": "Allow""#), by_policy, "{what}: {letter}");
        let seen: Vec<_> = letter.lines().filter(|line| line.starts_with("- ")).collect();
        let once: std::collections::BTreeSet<_> = seen.iter().collect();
        assert_eq!(seen.len(), once.len(), "{what}: {letter}");
        let evidence: std::collections::BTreeSet<_> =
            make.evidence.iter().map(|one| (&one.label, &one.value)).collect();
        assert_eq!(evidence.len(), make.evidence.len(), "{what}: {:#?}", make.evidence);
    }
}
