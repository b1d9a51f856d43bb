//! Situations of accounts, each a lesson: somebody has done one thing, and the check finds that and nothing else, as
//! AWS's documentation has it by page.

use std::collections::BTreeSet;

use slipway_core::check::{self, CheckReport, CheckVerdict};
use slipway_lessons::{Lesson, Topic};
use slipway_tests::seen;

use crate::account::fresh;

/// As a lesson is begun: an account of its own, and what is to be set up in it.
async fn begun(lesson: &Lesson) -> CheckReport {
    let account = fresh(7).await;
    let blueprint = slipway_lessons::prepare(&account.practice, lesson).await;
    let blueprint = blueprint.unwrap_or_else(|error| panic!("{}: {error:?}", lesson.id));
    let report = check::check(&account.session, blueprint, |_| ()).await;
    report.unwrap_or_else(|error| panic!("{}: {error:?}", lesson.id))
}

/// Everything that is neither ready nor merely to be made.
fn found(report: &CheckReport) -> BTreeSet<(String, String, String)> {
    let calm = [CheckVerdict::Ready, CheckVerdict::Make];
    let items = report.items.iter().filter(|item| !calm.contains(&item.verdict));
    items.map(|item| (item.id.clone(), format!("{:?}", item.verdict), item.finding.code.clone())).collect()
}

#[tokio::test(start_paused = true)]
async fn the_check_finds_what_each_lesson_is_about_and_nothing_else() {
    let lessons = slipway_lessons::all();
    let mut wrong = vec![];
    for lesson in lessons {
        let report = begun(lesson).await;
        let wanted = lesson.finds.iter();
        let wanted = wanted.map(|it| (it.item.to_owned(), format!("{:?}", it.verdict), it.code.to_owned()));
        let (wanted, found) = (wanted.collect::<BTreeSet<_>>(), found(&report));
        if found != wanted {
            let missed: Vec<_> = wanted.difference(&found).collect();
            let besides: Vec<_> = found.difference(&wanted).collect();
            wrong.push(format!("{}: missed {missed:?}, besides {besides:?}", lesson.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    seen::all(
        "situations of accounts in which the check finds what is wrong and nothing else",
        lessons.len() - wrong.len(),
        lessons.len(),
    );
}

/// The table is what it is said to be.
#[test]
fn each_lesson_is_another_one_and_names_its_page() {
    let lessons = slipway_lessons::all();
    let ids: BTreeSet<_> = lessons.iter().map(|lesson| lesson.id).collect();
    assert_eq!(ids.len(), lessons.len(), "two have one id");
    let topics: BTreeSet<_> = lessons.iter().map(|lesson| lesson.topic).collect();
    for lesson in lessons {
        assert!(lesson.page.starts_with("https://docs.aws.amazon.com/"), "{}: {}", lesson.id, lesson.page);
        assert!(!lesson.finds.is_empty(), "{}: nothing is wrong", lesson.id);
        let said = lesson.sentence().text;
        assert!(said != lesson.sentence_code() && said.chars().count() <= 110, "{}: {said}", lesson.id);
        assert!(slipway_lessons::find(lesson.id).is_some());
    }
    assert_eq!(topics.into_iter().collect::<Vec<_>>(), Topic::ALL);
    assert!(lessons.len() >= 60, "{} lessons", lessons.len());
}
