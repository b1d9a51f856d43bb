//! A blueprint that has changed: what a plan says of it, what a check says, and what becomes of it.

use slipway_core::{
    blueprint::{Flow, Instances, Preset},
    check::{self, CheckVerdict},
    plan::{Act, PlanView},
    resource::Difference,
    run, stack,
};

use crate::{
    account::{Account, fresh},
    runs::{create, done},
    seam::Fault,
};

fn told(differences: &[Difference]) -> Vec<String> {
    let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
    differences.iter().map(|d| format!("{}: {} -> {}", d.what, shown(&d.found), shown(&d.wanted))).collect()
}

/// What a plan says of one step: its reason's code and its differences.
fn of_step(plan: &PlanView, id: &str) -> (String, Vec<String>) {
    let step = plan.steps.iter().find(|step| step.id == id).expect("a step");
    assert_eq!(step.act, Act::Change, "{id}: {}", step.reason);
    (step.reason.code.clone(), told(&step.differences))
}

async fn revisions(account: &Account) -> usize {
    let found = account.session.aws.read.batch.describe_job_definitions().job_definition_name("imaging-job");
    found.status("ACTIVE").send().await.unwrap().job_definitions().len()
}

#[tokio::test(start_paused = true)]
async fn a_plan_tells_what_changes_and_a_new_revision_comes_only_then() {
    let account = fresh(7).await;
    let session = &account.session;
    let mut wanted = Preset::Fargate.blueprint("imaging");
    done(&create(&account, &wanted).await);
    done(&create(&account, &wanted).await);
    assert_eq!(revisions(&account).await, 1);

    let definition = &mut wanted.job_definitions[0];
    definition.image = "public.ecr.aws/docker/library/busybox:1.36".to_owned();
    definition.command = ["echo", "plum jam"].map(str::to_owned).to_vec();
    definition.environment = [("WORD".to_owned(), "plum".to_owned())].into();
    definition.timeout_seconds = None;
    wanted.compute_environments[0].max_vcpus = 3;
    wanted.job_queues[0].priority = 5;
    wanted.logs.retention_days = 7;

    let plan = run::plan_create(session, wanted.clone()).await.unwrap();
    let (reason, differences) = of_step(&plan, "job-definition/job");
    assert_eq!(reason, "plan-new-revision");
    let image = "public.ecr.aws/amazonlinux/amazonlinux:2023 -> public.ecr.aws/docker/library/busybox:1.36";
    assert_eq!(differences[0], format!("image: {image}"));
    assert!(
        differences[1].starts_with("command: sh -c 'echo \"Hello")
            && differences[1].ends_with(" -> echo 'plum jam'")
    );
    assert_eq!(
        differences[2..],
        [
            "environment.MESSAGE: it works -> -",
            "environment.WORD: - -> plum",
            "attemptDurationSeconds: 3600 -> -"
        ]
    );
    let changed = |differences: &[&str]| {
        ("plan-change".to_owned(), differences.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>())
    };
    assert_eq!(of_step(&plan, "compute-environment/fargate"), changed(&["maxvCpus: 4 -> 3"]));
    assert_eq!(of_step(&plan, "job-queue/main"), changed(&["priority: 1 -> 5"]));
    assert_eq!(of_step(&plan, "log-group/main"), changed(&["retentionInDays: 30 -> 7"]));
    let kept = plan.steps.iter().filter(|step| step.act == Act::Keep);
    assert!(kept.clone().count() > 3 && kept.clone().all(|step| step.differences.is_empty()));

    // A check says the same, and a list of stacks, which has no room, in one sentence.
    let report = check::check(session, wanted.clone(), |_| ()).await.unwrap();
    let queue = report.items.iter().find(|item| item.id == "resource:job-queue/main").unwrap();
    assert_eq!(
        (queue.verdict, told(&queue.differences)),
        (CheckVerdict::Mend, vec!["priority: 1 -> 5".to_owned()])
    );

    done(&create(&account, &wanted).await);
    done(&create(&account, &wanted).await);
    assert_eq!(revisions(&account).await, 2);
    let plan = run::plan_create(session, wanted).await.unwrap();
    assert!(plan.steps.iter().all(|step| step.act == Act::Keep && step.differences.is_empty()));
}

#[tokio::test(start_paused = true)]
async fn what_somebody_has_changed_is_named_in_the_list_of_stacks() {
    let account = fresh(7).await;
    done(&create(&account, &Preset::Fargate.blueprint("imaging")).await);
    let batch = &account.session.aws.once.batch;
    batch.update_job_queue().job_queue("imaging-main").priority(9).send().await.unwrap();
    tokio::time::sleep(std::time::Duration::from_mins(1)).await;
    let finding = stack::stacks(&account.session).await.unwrap().remove(0).finding;
    assert_eq!(finding.code, "check-differs");
    assert!(finding.text.contains("priority is 9, should be 1"), "{}", finding.text);
}

#[tokio::test(start_paused = true)]
async fn a_larger_disk_comes_by_a_new_version_that_the_environment_takes_in_the_same_run() {
    let account = fresh(7).await;
    let session = &account.session;
    let mut wanted = Preset::Spot.blueprint("imaging");
    done(&create(&account, &wanted).await);
    let instances = wanted.compute_environments[0].instances.as_mut().unwrap();
    instances.launch_template.as_mut().unwrap().disk_gib = Some(80);

    let plan = run::plan_create(session, wanted.clone()).await.unwrap();
    let (reason, differences) = of_step(&plan, "launch-template/spot");
    assert_eq!((reason.as_str(), differences), ("plan-new-version", vec!["VolumeSize: 50 -> 80".to_owned()]));
    let (_, differences) = of_step(&plan, "compute-environment/spot");
    assert!(differences.len() == 1 && differences[0].ends_with(", a new version"), "{differences:?}");

    done(&create(&account, &wanted).await);
    let found = session.aws.read.batch.describe_compute_environments().send().await.unwrap();
    let resources = found.compute_environments()[0].compute_resources().unwrap();
    assert_eq!(resources.launch_template().unwrap().version(), Some("2"));
    let plan = run::plan_create(session, wanted).await.unwrap();
    assert!(plan.steps.iter().all(|step| step.act == Act::Keep), "a second create would change something");
}

/// What AWS changes where it is ends as it was wanted, also when something is taken away.
#[tokio::test(start_paused = true)]
async fn an_environment_without_a_template_and_without_a_bid_is_changed_where_it_is() {
    let account = fresh(7).await;
    let mut wanted = Preset::Spot.blueprint("imaging");
    let mut change = |change: fn(&mut Instances)| {
        change(wanted.compute_environments[0].instances.as_mut().unwrap());
        wanted.clone()
    };
    done(&create(&account, &change(|instances| instances.bid_percentage = Some(60))).await);
    done(&create(&account, &change(|instances| instances.bid_percentage = None)).await);
    done(&create(&account, &change(|instances| instances.launch_template = None)).await);
    done(&create(&account, &change(|instances| instances.types = vec!["m6i".to_owned()])).await);
    account.seam.set(Fault::None);
    done(&create(&account, &wanted).await);
    assert_eq!(account.seam.changing(), 0, "a change has not come to its end");
}

/// What the blueprint names no longer is told of, costs no more, and goes; a door is closed at once.
#[tokio::test(start_paused = true)]
async fn what_is_named_no_longer_goes_and_its_doors_are_closed() {
    let account = fresh(7).await;
    let session = &account.session;
    let groups = session.aws.read.ec2.describe_security_groups().send().await.unwrap();
    let group = groups.security_groups()[0].group_id().unwrap().to_owned();
    let mut wanted = Preset::OnDemand.blueprint("imaging");
    wanted.compute_environments[0].instances.as_mut().unwrap().min_vcpus = 2;
    wanted.flows = vec![Flow { name: "efs".to_owned(), security_group: group, port: 2049 }];
    done(&create(&account, &wanted).await);

    let other = Preset::Fargate.blueprint("imaging");
    let report = check::check(session, other.clone(), |_| ()).await.unwrap();
    let said = |id: &str| {
        let item = report.items.iter().find(|item| item.id == id).unwrap_or_else(|| panic!("{id}"));
        (item.verdict, item.finding.code.clone())
    };
    assert_eq!(said("resource:flow/efs"), (CheckVerdict::Mend, "plan-door-closed".to_owned()));
    let old = format!("compute-environment/{}", wanted.compute_environments[0].name);
    assert_eq!(said(&format!("resource:{old}")), (CheckVerdict::Warning, "check-forgotten".to_owned()));
    let plan = run::plan_create(session, other.clone()).await.unwrap();
    assert!(plan.standing_cost.usd < 10.0, "two vCPUs are kept no longer: {:?}", plan.standing_cost);
    done(&create(&account, &other).await);
    let plan = run::plan_create(session, other).await.unwrap();
    assert!(
        plan.steps
            .iter()
            .all(|step| step.act == Act::Keep && step.id != "flow/efs" && !step.id.contains(&old))
    );
    let rules = session.aws.read.ec2.describe_security_group_rules().send().await.unwrap();
    assert!(rules.security_group_rules().iter().all(|rule| rule.to_port() != Some(2049)), "the door is open");
}
