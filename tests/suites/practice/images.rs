//! What the check says of images, wherever they are kept: in ECR of this account, of another, in another region, and in
//! registries that the practice account pretends.

use aws_sdk_ecr::types::{ImageIdentifier, ImageScanningConfiguration, TargetStorageClass};
use slipway_core::{
    blueprint::{Architecture, Blueprint, Preset},
    check::{self, CheckItem, CheckVerdict},
};

use crate::{
    account::{Account, fresh},
    runs::{create, done},
    seam::Fault,
};

pub(crate) const HERE: &str = "111122223333.dkr.ecr.us-east-1.amazonaws.com";
const DIGEST: &str = "sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc";

pub(crate) fn with_image(preset: Preset, image: &str) -> Blueprint {
    let mut blueprint = preset.blueprint("imaging");
    image.clone_into(&mut blueprint.job_definitions[0].image);
    blueprint
}

async fn found(account: &Account, blueprint: Blueprint) -> Vec<CheckItem> {
    let report = check::check(&account.session, blueprint, |_| ()).await.unwrap();
    report.items.into_iter().filter(|item| item.id.starts_with("image")).collect()
}

/// Subject, verdict and code of each finding about images.
async fn said(account: &Account, blueprint: Blueprint) -> Vec<(String, CheckVerdict, String)> {
    let items = found(account, blueprint).await.into_iter();
    items.map(|item| (item.subject, item.verdict, item.finding.code)).collect()
}

fn one(subject: &str, verdict: CheckVerdict, code: &str) -> (String, CheckVerdict, String) {
    (subject.to_owned(), verdict, code.to_owned())
}

/// An image for one processor, so large and with such findings.
pub(crate) fn single(architecture: &str, bytes: u64, findings: &str) -> String {
    format!(
        r#"{{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
        "config":{{"digest":"{DIGEST}","size":10,"platform":{{"architecture":"{architecture}"}}}},
        "layers":[{{"digest":"sha256:dd","size":{bytes}}}],
        "annotations":{{"slipway.practice.findings":"{findings}"}}}}"#
    )
}

pub(crate) async fn push(account: &Account, repository: &str, manifest: &str) {
    let ecr = &account.session.aws.once.ecr;
    let scan = ImageScanningConfiguration::builder().scan_on_push(true).build();
    let made = ecr.create_repository().repository_name(repository).image_scanning_configuration(scan);
    made.send().await.unwrap();
    let put = ecr.put_image().repository_name(repository).image_tag("1").image_manifest(manifest);
    put.send().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn public_images_are_read_in_their_registries() {
    use CheckVerdict::{Ready, Warning, Wrong};
    let account = fresh(1).await;
    for (image, expected) in [
        ("busybox:1.36", one("image", Ready, "image-fits-size")),
        ("public.ecr.aws/docker/library/python:3.13", one("image", Ready, "image-fits-size")),
        ("ghcr.io/team/app:1", one("image", Ready, "image-fits-size")),
        ("arm64v8/alpine", one("image", Wrong, "image-other-processor")),
        ("busybox:missing", one("image", Wrong, "image-missing-tag")),
        ("quay.io/private/app", one("image", Wrong, "image-hidden")),
        ("toomanyrequests/app", one("image", Warning, "image-too-many")),
    ] {
        assert_eq!(said(&account, with_image(Preset::Fargate, image)).await, [expected], "{image}");
    }
    // An instance may have been given a password.
    let hidden = said(&account, with_image(Preset::OnDemand, "quay.io/private/app")).await;
    assert_eq!(hidden, [one("image", Warning, "image-hidden-from-here")]);
    // With the secret named, jobs sign in.
    for preset in [Preset::Fargate, Preset::OnDemand] {
        let mut named = with_image(preset, "quay.io/private/app");
        named.job_definitions[0].registry_secret = Some("quay/team".to_owned());
        assert_eq!(said(&account, named).await, [one("image", Ready, "image-hidden-with-secret")]);
        let mut public = with_image(preset, "fewpulls/app");
        public.job_definitions[0].registry_secret = Some("hub/team".to_owned());
        assert_eq!(said(&account, public).await, [one("image", Ready, "image-fits-size")]);
    }
    let few = said(&account, with_image(Preset::Fargate, "fewpulls/app")).await;
    assert_eq!(few, [one("image", Ready, "image-fits-size"), one("image-pulls", Warning, "image-few-pulls")]);
}

#[tokio::test(start_paused = true)]
async fn a_public_image_is_shown_with_what_it_rests_on_and_the_registry_is_noted() {
    let account = fresh(1).await;
    let items = found(&account, with_image(Preset::Fargate, "python:3.13")).await;
    let of =
        |label: &str| items[0].evidence.iter().find(|one| one.label == label).map(|one| one.value.as_str());
    assert_eq!(of("architectures"), Some("amd64, arm64"));
    assert_eq!(of("imageSize"), Some("365 MB"));
    assert_eq!(of("pullTime"), Some("5–19 s"));
    assert!(of("pinned").unwrap().starts_with("python@sha256:"));
    let entries = account.session.activity.entries();
    let asked: Vec<_> = entries.iter().filter(|entry| entry.service.contains("docker.io")).collect();
    let actions: Vec<_> = asked.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["GetManifest", "GetToken", "GetManifest", "GetManifest"]);
    assert!(asked.iter().all(|entry| !entry.changes));
}

#[tokio::test(start_paused = true)]
async fn an_image_in_ecr_is_judged_by_its_configuration_its_scan_its_size_and_its_state() {
    use CheckVerdict::{Ready, Warning, Wrong};
    let account = fresh(1).await;
    let fits = || one("image", Ready, "image-fits-size");
    for (repository, manifest, expected) in [
        ("amd", single("amd64", 5_000_000, ""), vec![fits()]),
        ("arm", single("arm64", 5_000_000, ""), vec![one("image", Wrong, "image-other-processor")]),
        (
            "critical",
            single("amd64", 5_000_000, "CRITICAL=2,HIGH=5"),
            vec![fits(), one("image-scan", Warning, "image-scan")],
        ),
        ("tight", single("amd64", 6 << 30, ""), vec![fits(), one("image-size", Warning, "image-tight")]),
        ("large", single("amd64", 30 << 30, ""), vec![fits(), one("image-size", Wrong, "image-too-large")]),
    ] {
        push(&account, repository, &manifest).await;
        let image = format!("{HERE}/{repository}:1");
        assert_eq!(said(&account, with_image(Preset::Fargate, &image)).await, expected, "{repository}");
    }
    let mut arm = with_image(Preset::Fargate, &format!("{HERE}/arm:1"));
    arm.job_definitions[0].architecture = Architecture::Arm64;
    assert_eq!(said(&account, arm).await, [fits()]);
    // An instance keeps it unpacked alone, beside its system.
    let mut instances = with_image(Preset::OnDemand, &format!("{HERE}/tight:1"));
    let of_instances = |blueprint: &mut Blueprint| {
        blueprint.compute_environments[0].instances.as_mut().unwrap().launch_template = None;
    };
    of_instances(&mut instances);
    assert_eq!(said(&account, instances).await, [fits()]);
    let mut instances = with_image(Preset::OnDemand, &format!("{HERE}/large:1"));
    of_instances(&mut instances);
    let too_large = one("image-size", Wrong, "image-too-large-instance");
    assert_eq!(said(&account, instances).await, [fits(), too_large]);
    // On a larger disk it fits.
    let mut large = with_image(Preset::Fargate, &format!("{HERE}/large:1"));
    large.job_definitions[0].ephemeral_storage_gib = Some(200);
    assert_eq!(said(&account, large).await, [fits()]);
    let amd = || with_image(Preset::Fargate, &format!("{HERE}/amd:1"));
    let archive = account.session.aws.once.ecr.update_image_storage_class();
    let id = ImageIdentifier::builder().image_tag("1").build();
    let archive = archive.repository_name("amd").image_id(id);
    archive.target_storage_class(TargetStorageClass::Archive).send().await.unwrap();
    assert_eq!(said(&account, amd()).await, [one("image", Wrong, "image-archived")]);
}

#[tokio::test(start_paused = true)]
async fn an_image_that_is_not_in_ecr_is_missing_to_be_pushed_or_not_to_be_seen() {
    use CheckVerdict::{CannotTell, Warning, Wrong};
    let account = fresh(1).await;
    let missing = [one("image", Wrong, "image-missing")];
    let nowhere = [one("image", Wrong, "image-missing-repository")];
    assert_eq!(said(&account, with_image(Preset::Fargate, &format!("{HERE}/nobody/app:1"))).await, nowhere);
    // The preset makes a repository of its own, whose image can only come later.
    let preset = Preset::Fargate.blueprint("imaging");
    let own = format!("{HERE}/imaging/{}:1", preset.repositories[0].name);
    let to_push = [one("image", Warning, "image-to-push")];
    assert_eq!(said(&account, with_image(Preset::Fargate, &own)).await, to_push);
    push(&account, "team/app", &single("amd64", 1, "")).await;
    assert_eq!(said(&account, with_image(Preset::Fargate, &format!("{HERE}/team/app:2"))).await, missing);
    // Made by the stack and empty it is still to be pushed; of somebody else's making it is missing.
    done(&create(&account, &with_image(Preset::Fargate, &own)).await);
    let report = check::check(&account.session, with_image(Preset::Fargate, &own), |_| ()).await.unwrap();
    assert!(!report.blocked);
    assert_eq!(said(&account, with_image(Preset::Fargate, &own)).await, to_push);
    let ecr = &account.session.aws.once.ecr;
    ecr.delete_repository().repository_name("imaging/app").send().await.unwrap();
    ecr.create_repository().repository_name("imaging/app").send().await.unwrap();
    assert_eq!(said(&account, with_image(Preset::Fargate, &own)).await, missing);
    // It is asked for where it is said to be.
    let elsewhere = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/app:1";
    assert_eq!(said(&account, with_image(Preset::Fargate, elsewhere)).await, nowhere);
    let theirs = "999999999999.dkr.ecr.us-east-1.amazonaws.com/team/app:1";
    let items = found(&account, with_image(Preset::Fargate, theirs)).await;
    assert_eq!((items[0].verdict, items.len()), (CannotTell, 1));
    let remedy = items[0].remedy.as_ref().unwrap();
    assert_eq!(remedy.code, "image-elsewhere-advice");
    assert!(remedy.text.contains("imaging-execution") && remedy.text.contains("team/app"), "{}", remedy.text);
}

#[tokio::test(start_paused = true)]
async fn an_image_that_a_pull_through_cache_fetches_is_not_missing() {
    use CheckVerdict::{CannotTell, Wrong};
    let account = fresh(1).await;
    let image = format!("{HERE}/quay/team/app:1");
    let missing = [one("image", Wrong, "image-missing-repository")];
    assert_eq!(said(&account, with_image(Preset::Fargate, &image)).await, missing);
    let ecr = &account.session.aws.once.ecr;
    let rule = ecr.create_pull_through_cache_rule().ecr_repository_prefix("quay");
    rule.upstream_registry_url("quay.io").send().await.unwrap();

    let roles = [(Preset::Fargate, "imaging-execution"), (Preset::OnDemand, "imaging-instance")];
    for (preset, role) in roles {
        let items = found(&account, with_image(preset, &image)).await;
        let [item] = &items[..] else { panic!("{items:#?}") };
        assert_eq!((item.verdict, item.finding.code.as_str()), (CannotTell, "image-cached"));
        assert!(item.finding.text.contains("quay.io/team/app:1"), "{}", item.finding.text);
        let remedy = item.remedy.as_ref().unwrap();
        assert_eq!(remedy.code, "image-cached-new-advice");
        for named in [role, "ecr:BatchImportUpstreamImage", "ecr:CreateRepository", "quay/team/app"] {
            assert!(remedy.text.contains(named), "{named}: {}", remedy.text);
        }
    }
    // Nothing is to be made where the repository is there.
    push(&account, "quay/team/app", &single("amd64", 1, "")).await;
    let items = found(&account, with_image(Preset::Fargate, &format!("{HERE}/quay/team/app:2"))).await;
    assert_eq!(items[0].remedy.as_ref().unwrap().code, "image-cached-advice");
    // A prefix ends at a slash, and a rule is one region's.
    for other in [format!("{HERE}/quayside/app:1"), image.replace("us-east-1", "eu-west-1")] {
        assert_eq!(said(&account, with_image(Preset::Fargate, &other)).await, missing, "{other}");
    }
    account.seam.set(Fault::Deny(&["DescribePullThroughCacheRules"]));
    let unseen = said(&account, with_image(Preset::Fargate, &format!("{HERE}/other/app:1"))).await;
    assert_eq!(unseen, [one("image", CannotTell, "image-perhaps-cached")]);
    account.seam.set(Fault::None);
    ecr.delete_pull_through_cache_rule().ecr_repository_prefix("quay").send().await.unwrap();
    let after = said(&account, with_image(Preset::Fargate, &format!("{HERE}/quay/team/app:2"))).await;
    assert_eq!(after, [one("image", Wrong, "image-missing")]);
}

#[tokio::test(start_paused = true)]
async fn who_may_not_look_into_ecr_hears_what_is_missing_and_is_not_held_up() {
    let account = fresh(1).await;
    push(&account, "team/app", &single("amd64", 5_000_000, "CRITICAL=1")).await;
    let blueprint = || with_image(Preset::Fargate, &format!("{HERE}/team/app:1"));
    account.seam.set(Fault::Deny(&["GetDownloadUrlForLayer"]));
    let unread = found(&account, blueprint()).await;
    assert_eq!(
        (unread[0].verdict, unread[0].finding.code.as_str()),
        (CheckVerdict::CannotTell, "image-there")
    );
    assert!(unread[0].finding.text.contains("ecr:GetDownloadUrlForLayer"), "{}", unread[0].finding.text);
    account.seam.set(Fault::Deny(&["DescribeImages", "DescribeImageScanFindings", "DescribeRepositories"]));
    let fits = [one("image", CheckVerdict::Ready, "image-fits-size")];
    assert_eq!(said(&account, blueprint()).await, fits);
    account.seam.set(Fault::Deny(&["BatchGetImage"]));
    assert_eq!(said(&account, blueprint()).await, [one("image", CheckVerdict::CannotTell, "image-unknown")]);
}
