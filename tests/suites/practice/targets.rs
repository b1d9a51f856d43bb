//! Where jobs can be launched, on a stack that has both sorts of compute.

use slipway_core::{
    account::Session,
    blueprint::{self, Blueprint, Preset},
    check::{self, CheckItem, CheckVerdict},
    job::{self, JobState, JobTarget},
    run,
};
use tokio_util::sync::CancellationToken;

use crate::{
    account::fresh,
    launch::{job_for, see_through},
    seam::Fault,
};

/// Fargate with a queue and a definition, and EC2 with a queue and two.
fn both() -> Blueprint {
    let mut both = Preset::Fargate.blueprint("imaging");
    let mut hosts = Preset::OnDemand.blueprint("imaging");
    hosts.job_queues[0].name = "hosts".into();
    hosts.job_definitions[0].name = "heavy".into();
    let mut light = hosts.job_definitions[0].clone();
    light.name = "light".into();
    both.compute_environments.extend(hosts.compute_environments);
    both.job_queues.extend(hosts.job_queues);
    both.job_definitions.extend(hosts.job_definitions);
    both.job_definitions.push(light);
    blueprint::require_sound(&both).unwrap();
    both
}

fn pairs(targets: &[JobTarget]) -> Vec<(&str, &str)> {
    targets.iter().map(|target| (target.queue.as_str(), target.definition.as_str())).collect()
}

const FITTING: [(&str, &str); 3] =
    [("imaging-hosts", "imaging-heavy"), ("imaging-hosts", "imaging-light"), ("imaging-main", "imaging-job")];

#[tokio::test(start_paused = true)]
async fn only_what_fits_is_offered_and_all_of_it_runs() {
    let account = fresh(7).await;
    let session = &account.session;
    run::create_despite_findings(session, both(), &CancellationToken::new(), &mut |_| {}).await.unwrap();
    let targets = job::targets(session).await.unwrap();
    assert_eq!(pairs(&targets), FITTING);
    for target in &targets {
        let (last, _) = see_through(session, &job_for(target, "first")).await;
        assert_eq!(last.summary.state, JobState::Succeeded, "{} {}", target.definition, last.doing);
    }
    // Instances take sizes that Fargate has not, and Fargate some that they have not.
    let mut sized = job_for(&targets[0], "sized");
    (sized.vcpu, sized.memory_mib) = (Some("3".to_owned()), Some(1500));
    assert_eq!(see_through(session, &sized).await.0.memory_mib, Some(1500));
    sized.vcpu = Some("0.5".to_owned());
    let refused = job::submit(session, &sized).await.unwrap_err();
    assert_eq!(refused.fields[0].problem.code, "rule-ec2-vcpu");
    // What was not offered is what AWS Batch refuses.
    let mut crossed = job_for(&targets[0], "crossed");
    crossed.definition.clone_from(&targets[2].definition);
    let refused = job::submit(session, &crossed).await.unwrap_err();
    assert!(refused.causes.iter().any(|cause| cause.contains("capability FARGATE")), "{refused:?}");
}

#[tokio::test(start_paused = true)]
async fn who_may_not_look_at_environments_is_offered_the_same() {
    let account = fresh(7).await;
    let session = &account.session;
    run::create_despite_findings(session, both(), &CancellationToken::new(), &mut |_| {}).await.unwrap();
    account.seam.set(Fault::Deny(&["DescribeComputeEnvironments"]));
    assert_eq!(pairs(&job::targets(session).await.unwrap()), FITTING);
    let asked = session.activity.entries();
    let denied = asked.iter().rfind(|call| call.action == "DescribeComputeEnvironments").unwrap();
    assert_ne!(denied.outcome, "OK");
}

#[tokio::test(start_paused = true)]
async fn a_job_larger_than_every_instance_is_said_before_it_waits() {
    let account = fresh(7).await;
    let session = &account.session;
    let mut blueprint = Preset::OnDemand.blueprint("imaging");
    blueprint.compute_environments[0].instances.as_mut().unwrap().types = vec!["m6i.large".into()];
    // All of its 8192 MiB: some of them are the host's.
    blueprint.job_definitions[0].memory_mib = 8_192;
    let found = checked(session, &blueprint).await;
    assert_eq!((found.verdict, found.finding.code.as_str()), (CheckVerdict::Wrong, "fit-none"));
    assert!(found.finding.text.contains("m6i.large") && found.finding.text.contains("7953 MiB"), "{found:?}");
    // What the check calls wrong, the plan does not begin.
    let plan = run::plan_create(session, blueprint.clone()).await.unwrap();
    assert_eq!(plan.in_the_way.first().map(|item| &*item.finding.code), Some("fit-none"));
    // Another processor, another queue or no queue at all is no room.
    let mut elsewhere = blueprint.clone();
    let mut large = elsewhere.compute_environments[0].clone();
    large.name = "large".into();
    large.instances.as_mut().unwrap().types = vec!["m6i.8xlarge".into()];
    elsewhere.compute_environments.push(large);
    assert_eq!(checked(session, &elsewhere).await.verdict, CheckVerdict::Wrong);
    elsewhere.job_queues[0].compute_environments.push("large".into());
    assert_eq!(checked(session, &elsewhere).await.verdict, CheckVerdict::Ready);
    blueprint.job_definitions[0].memory_mib = 8_000;
    assert_eq!(checked(session, &blueprint).await.verdict, CheckVerdict::Warning);
    blueprint.job_definitions[0].memory_mib = 7_000;
    assert_eq!(checked(session, &blueprint).await.verdict, CheckVerdict::Ready);
    account.seam.set(Fault::Deny(&["DescribeInstanceTypes"]));
    assert_eq!(checked(session, &blueprint).await.verdict, CheckVerdict::CannotTell);
    account.seam.set(Fault::None);

    run::create_despite_findings(session, blueprint, &CancellationToken::new(), &mut |_| {}).await.unwrap();
    let target = &job::targets(session).await.unwrap()[0];
    let mut large = job_for(target, "large");
    for (vcpu, memory_mib, field) in [(Some("4"), None, "vcpu"), (None, Some(8_192), "memory_mib")] {
        (large.vcpu, large.memory_mib) = (vcpu.map(str::to_owned), memory_mib);
        let refused = job::submit(session, &large).await.unwrap_err();
        let said = &refused.fields[0];
        assert_eq!((said.field.as_str(), said.problem.code.as_str()), (field, "submit-no-instance"));
    }
    // Who may not look submits, and AWS Batch has the last word.
    account.seam.set(Fault::Deny(&["DescribeInstanceTypes"]));
    job::submit(session, &large).await.unwrap();
}

async fn checked(session: &Session, blueprint: &Blueprint) -> CheckItem {
    let report = check::check(session, blueprint.clone(), |_| ()).await.unwrap();
    report.items.into_iter().find(|item| item.id.starts_with("fit:")).unwrap()
}
