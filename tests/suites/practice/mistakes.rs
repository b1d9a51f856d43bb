//! Settings that AWS would refuse are refused before anything is asked or sent, each at its field with its rule.

use std::collections::BTreeSet;

use slipway_core::{
    blueprint::{self, Preset},
    run,
};
use slipway_tests::{mistakes::ALL, seen};
use tokio_util::sync::CancellationToken;

use crate::account::fresh;

#[tokio::test(start_paused = true)]
async fn each_is_refused_at_its_field_with_its_rule_and_nothing_is_sent() {
    let account = fresh(7).await;
    let asked = account.session.activity.entries().len();
    let mut rules = BTreeSet::new();
    for mistake in ALL {
        let preset: Preset = mistake.preset.parse().unwrap();
        let text = mistake.written(&blueprint::write(&preset.blueprint("first")));
        let wanted = blueprint::read(&text).unwrap_or_else(|error| panic!("{mistake:?}: {error}\n{text}"));
        let stop = CancellationToken::new();
        let error = run::create_despite_findings(&account.session, wanted, &stop, &mut |_| {}).await;
        let error = error.err().unwrap_or_else(|| panic!("{mistake:?} was not refused"));
        assert_eq!(error.code, "blueprint-invalid", "{mistake:?}");
        let found: Vec<_> = error
            .fields
            .iter()
            .map(|problem| (problem.field.as_str(), problem.problem.code.as_str()))
            .collect();
        assert!(found.contains(&(mistake.field, mistake.rule)), "{mistake:?}: {found:?}");
        let problem = error.fields.iter().find(|problem| problem.field == mistake.field).unwrap();
        assert!(
            problem.problem.text.len() > 30 && !problem.problem.text.contains('{'),
            "{}",
            problem.problem.text
        );
        rules.insert(mistake.rule);
    }
    assert_eq!(account.session.activity.entries().len(), asked, "something was asked or sent");
    let of_aws = ALL.iter().filter(|mistake| mistake.is_refused_by_aws()).count();
    assert!(of_aws >= 80, "{of_aws}");
    let figure = format!("{} against {} rules, {of_aws} of them by AWS's own", ALL.len(), rules.len());
    seen::figure("mistakes in a blueprint refused before anything is sent", &figure);
}
