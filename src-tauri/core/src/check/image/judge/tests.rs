use std::collections::BTreeMap;

use super::*;
use crate::blueprint::{Architecture, Blueprint, Preset};

fn processor(architecture: &str) -> Processor {
    serde_json::from_value(serde_json::json!({ "architecture": architecture, "os": "linux" })).unwrap()
}

fn judged(blueprint: &Blueprint, image: &str, found: Found) -> Vec<(String, CheckVerdict, String)> {
    let mut definition = blueprint.job_definitions[0].clone();
    definition.image = image.to_owned();
    let name = ImageName::parse(image);
    let asked = Asked {
        blueprint,
        to_be_made: false,
        own_account: true,
        disk_gib: size::disk(blueprint, &definition),
        puller: "role".to_owned(),
        name,
        definition: &definition,
    };
    let item = |item: CheckItem| (item.subject, item.verdict, item.finding.code);
    items(&asked, found).into_iter().map(item).collect()
}

fn there(facts: Facts) -> Found {
    let processors = facts.processors.or(Some(vec![processor("amd64")]));
    Found::There(Box::new(Facts { processors, ..facts }))
}

fn one(subject: &str, verdict: CheckVerdict, code: &str) -> (String, CheckVerdict, String) {
    (subject.to_owned(), verdict, code.to_owned())
}

#[test]
fn an_image_for_the_right_processor_fits_and_for_another_does_not() {
    let blueprint = Preset::Fargate.blueprint("first");
    assert_eq!(
        judged(&blueprint, "busybox", there(Facts::default())),
        [one("image", CheckVerdict::Ready, "image-fits")]
    );
    let facts = Facts { processors: Some(vec![processor("arm64")]), bytes: Some(1), ..Facts::default() };
    assert_eq!(
        judged(&blueprint, "busybox", there(facts)),
        [one("image", CheckVerdict::Wrong, "image-other-processor")]
    );
    let mut arm = Preset::Fargate.blueprint("first");
    arm.job_definitions[0].architecture = Architecture::Arm64;
    let found = judged(&arm, "busybox", there(Facts::default()));
    assert_eq!(found, [one("image", CheckVerdict::Wrong, "image-other-processor")]);
    let unread = Found::There(Box::default());
    assert_eq!(judged(&arm, "busybox", unread), [one("image", CheckVerdict::CannotTell, "image-there")]);
}

#[test]
fn what_cannot_be_pulled_is_wrong_and_what_cannot_be_seen_is_not() {
    let (fargate, ec2) = (Preset::Fargate.blueprint("first"), Preset::OnDemand.blueprint("first"));
    for (blueprint, found, verdict, code) in [
        (&fargate, Found::NotThere, CheckVerdict::Wrong, "image-missing-tag"),
        (&fargate, Found::Hidden, CheckVerdict::Wrong, "image-hidden"),
        (&ec2, Found::Hidden, CheckVerdict::Warning, "image-hidden-from-here"),
        (&fargate, Found::TooMany, CheckVerdict::Warning, "image-too-many"),
        (&fargate, Found::CannotTell(say("image-kept", &[])), CheckVerdict::CannotTell, "image-unknown"),
        (
            &fargate,
            there(Facts { archived: true, ..Facts::default() }),
            CheckVerdict::Wrong,
            "image-archived",
        ),
    ] {
        assert_eq!(judged(blueprint, "busybox", found), [one("image", verdict, code)]);
    }
    // Into a repository of ECR's somebody can push, once it is there.
    let of_ecr = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/app:1";
    let wrong = |code| [one("image", CheckVerdict::Wrong, code)];
    assert_eq!(judged(&fargate, of_ecr, Found::NotThere), wrong("image-missing"));
    assert_eq!(judged(&fargate, of_ecr, Found::NoRepository), wrong("image-missing-repository"));
}

#[test]
fn what_a_scan_calls_critical_and_what_fits_no_disk_are_findings_of_their_own() {
    let blueprint = Preset::Fargate.blueprint("first");
    let findings = |critical| BTreeMap::from([("CRITICAL".to_owned(), critical), ("HIGH".to_owned(), 7)]);
    let facts = |critical, bytes| {
        there(Facts { findings: Some(findings(critical)), bytes: Some(bytes), ..Facts::default() })
    };
    let fits = one("image", CheckVerdict::Ready, "image-fits-size");
    assert_eq!(judged(&blueprint, "busybox", facts(0, 1 << 30)), std::slice::from_ref(&fits));
    let scan = one("image-scan", CheckVerdict::Warning, "image-scan");
    let large = one("image-size", CheckVerdict::Wrong, "image-too-large");
    assert_eq!(judged(&blueprint, "busybox", facts(2, 11 << 30)), [fits.clone(), scan, large]);
    let tight = one("image-size", CheckVerdict::Warning, "image-tight");
    assert_eq!(judged(&blueprint, "busybox", facts(0, 6 << 30)), [fits, tight]);
}

#[test]
fn findings_are_counted_with_the_worst_first() {
    let found = BTreeMap::from(
        [("LOW", 3), ("CRITICAL", 1), ("HIGH", 0), ("MEDIUM", 2)].map(|(a, b)| (a.to_owned(), b)),
    );
    assert_eq!(counted(found.iter()), "1 CRITICAL, 2 MEDIUM, 3 LOW");
    assert_eq!(counted(BTreeMap::new().iter()), "0");
}

#[test]
fn few_pulls_are_told_and_many_are_not() {
    let left = |left| Pulls { left, of: 100, hours: 6 };
    assert!(pulls("Docker Hub", left(11)).is_none());
    assert_eq!(pulls("Docker Hub", left(10)).unwrap().finding.code, "image-few-pulls");
}

#[test]
fn an_official_image_can_be_had_from_amazon() {
    let said = |image: &str| instead(&ImageName::parse(image)).text;
    assert!(said("busybox:1.36").ends_with("public.ecr.aws/docker/library/busybox:1.36"));
    assert!(!said("bitnami/kubectl").contains("public.ecr.aws"));
}

#[test]
fn a_tag_that_may_move_is_shown_with_what_it_means_now() {
    let blueprint = Preset::Fargate.blueprint("first");
    let mut definition = blueprint.job_definitions[0].clone();
    definition.image = "localhost:5000/a:1".to_owned();
    let name = ImageName::parse(&definition.image);
    let (puller, disk_gib) = (String::new(), 20);
    let asked = Asked {
        blueprint: &blueprint,
        definition: &definition,
        name,
        to_be_made: false,
        own_account: false,
        disk_gib,
        puller,
    };
    let pinned = |tags_move| {
        let facts = Facts { digest: Some("sha256:ab".into()), tags_move, ..Facts::default() };
        let found = evidence(&asked, Some(&facts)).into_iter().find(|one| one.label == "pinned");
        found.map(|one| one.value)
    };
    assert_eq!(pinned(None).as_deref(), Some("localhost:5000/a@sha256:ab"));
    assert_eq!(pinned(Some(false)), None);
}
