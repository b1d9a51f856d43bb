//! Who says no to the caller, as far as IAM can tell.

use slipway_core::{
    blueprint::Preset,
    check::{self, CheckItem, CheckVerdict},
};
use slipway_practice::Access;

use super::tells;
use crate::account::fresh;

/// The finding of this id, once the caller's policies are these.
async fn found_with(access: Access, id: &str) -> CheckItem {
    let account = fresh(95).await;
    account.practice.change_settings(|settings| settings.access = access).unwrap();
    let blueprint = Preset::Fargate.blueprint("imaging");
    let report = check::check(&account.session, blueprint, |_| {}).await.unwrap();
    let found = report.items.iter().find(|item| item.id == id).cloned();
    found.unwrap_or_else(|| panic!("{:#?}", report.items))
}

fn statement(effect: &str, action: &str, condition: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"*","Resource":"*"}},{{"Effect":"{effect}","Action":"{action}","Resource":"*"{condition}}}]}}"#
    )
}

#[tokio::test(start_paused = true)]
async fn who_refuses_is_told_apart() {
    let but = |action: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","NotAction":"{action}","Resource":"*"}}]}}"#
        )
    };
    let cases = [
        (
            "no policy",
            Access { identity: vec![but("batch:CreateJobQueue")], ..Access::default() },
            "refused-not-allowed-advice",
        ),
        (
            "denial",
            Access { identity: vec![statement("Deny", "batch:CreateJobQueue", "")], ..Access::default() },
            "refused-denied-advice",
        ),
        (
            "boundary",
            Access { boundary: Some(but("batch:CreateJobQueue")), ..Access::default() },
            "refused-boundary-advice",
        ),
        (
            "organisation",
            Access { organization: vec![vec![but("batch:CreateJobQueue")]], ..Access::default() },
            "refused-organisation-advice",
        ),
    ];
    for (name, access, advice) in cases {
        let found = found_with(access, "may-create").await;
        assert_eq!(found.verdict, CheckVerdict::Wrong, "{name}");
        assert!(tells(&found, "batch:CreateJobQueue"), "{name}: {found:#?}");
        assert_eq!(found.remedy.unwrap().code, advice, "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_iam_cannot_know_is_no_denial() {
    let mfa = r#","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#;
    let only_with_mfa = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","NotAction":"batch:*","Resource":"*"}},{{"Effect":"Allow","Action":"batch:*","Resource":"*"{mfa}}}]}}"#
    );
    let found = found_with(Access { identity: vec![only_with_mfa], ..Access::default() }, "may-depend").await;
    assert_eq!(found.verdict, CheckVerdict::CannotTell, "{found:#?}");
    assert!(found.finding.text.to_lowercase().contains("aws:multifactorauthpresent"), "{}", found.finding);

    let unasked = statement("Deny", "iam:SimulatePrincipalPolicy", "");
    let found = found_with(Access { identity: vec![unasked], ..Access::default() }, "permissions").await;
    assert_eq!(found.verdict, CheckVerdict::CannotTell, "{found:#?}");
    assert!(found.remedy.unwrap().text.contains("iam:SimulatePrincipalPolicy"));
}
