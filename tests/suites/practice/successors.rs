//! What AWS Batch cannot change where it is: a new environment beside the old one, the queue turned to it, the jobs of
//! the old one waited for, the old one removed. Killed at every call, and undone from every call.

use slipway_core::{
    blueprint::{AllocationStrategy, Blueprint, ComputeKind, Preset, ServiceRole},
    job::{self, JobState},
    plan::Act,
    run::{self, RunState, RunView},
    stack::Health,
};
use slipway_tests::{seen, stories::KILLS};
use tokio::time::{Duration, sleep};
use tokio_util::sync::CancellationToken;

use crate::{
    account::{Account, fresh},
    launch::job_for,
    runs::{create, done_when, look, put_back, resume, tear_down, undo},
    seam::{Fault, Planted},
    stack::left_over,
};

/// What is changed, and why that takes a new environment.
fn changes() -> Vec<(&'static str, Blueprint, Blueprint)> {
    let spot = Preset::FargateSpot.blueprint("imaging");
    let mut on_demand = spot.clone();
    on_demand.compute_environments[0].kind = ComputeKind::Fargate;

    let own = Preset::OnDemand.blueprint("imaging");
    let classic = Blueprint { service_role: ServiceRole::Classic, ..own.clone() };

    let mut best_fit = own.clone();
    let instances = best_fit.compute_environments[0].instances.as_mut().unwrap();
    instances.allocation_strategy = AllocationStrategy::BestFit;
    vec![
        ("environment-is-fixed", spot, on_demand),
        ("environment-role-is-fixed", classic, own.clone()),
        ("environment-best-fit-is-fixed", best_fit, own),
    ]
}

/// A job that goes on for two minutes, seen to run.
pub(crate) async fn running(account: &Account) -> String {
    let session = &account.session;
    let mut wanted = job_for(&job::targets(session).await.unwrap()[0], "long");
    wanted.command = Some(["sleep", "120"].map(str::to_owned).to_vec());
    let id = job::submit(session, &wanted).await.unwrap().id;
    while job::view(session, &id).await.unwrap().summary.state != JobState::Running {
        sleep(Duration::from_secs(1)).await;
    }
    id
}

async fn environments(account: &Account) -> Vec<String> {
    let found = account.session.aws.read.batch.describe_compute_environments().send().await.unwrap();
    let names = found.compute_environments().iter().map(|one| one.compute_environment_name().unwrap());
    let mut names: Vec<_> = names.map(str::to_owned).collect();
    names.sort();
    names
}

/// The stack is what this blueprint says, on one environment, and the job has ended of itself.
async fn is_now(account: &Account, blueprint: &Blueprint, job: &str, what: &str) {
    let plan = run::plan_create(&account.session, blueprint.clone()).await.unwrap();
    let still: Vec<_> =
        plan.steps.iter().filter(|step| step.act != Act::Keep).map(|step| (&step.id, step.act)).collect();
    assert!(still.is_empty(), "{what}: {still:?}");
    assert_eq!(environments(account).await.len(), 1, "{what}");
    let view = job::view(&account.session, job).await.unwrap();
    assert!(
        matches!(view.summary.state, JobState::Running | JobState::Succeeded) && view.attempts.len() <= 1,
        "{what}: {:?} {:?}",
        view.summary.state,
        view.summary.reason
    );
    assert!(run::unfinished(&account.session).unwrap().is_empty(), "{what}");
}

#[tokio::test(start_paused = true)]
async fn the_queue_turns_to_a_new_environment_and_the_old_one_goes_when_its_jobs_have_ended() {
    let all = changes();
    for (why, from, to) in &all {
        let account = fresh(7).await;
        let before = account.practice.dump().unwrap();
        done_when(&create(&account, from).await, why);
        let part = &from.compute_environments[0].name;
        let job = running(&account).await;

        let plan = run::plan_create(&account.session, to.clone()).await.unwrap();
        let told: Vec<_> = plan
            .steps
            .iter()
            .filter(|step| step.act != Act::Keep && step.kind.starts_with("compute"))
            .map(|step| (step.id.clone(), step.act, step.reason.code.clone()))
            .collect();
        let new = format!("compute-environment/{part}_2");
        let old = format!("compute-environment/{part}");
        assert_eq!(
            told,
            [
                (new.clone(), Act::Create, (*why).to_owned()),
                (old.clone(), Act::Delete, "plan-succeeded".to_owned())
            ]
        );
        let last = plan.steps.iter().find(|step| step.id == old).unwrap();
        assert!(last.after.contains(&"job-queue/main".to_owned()) && last.after.contains(&new), "{last:?}");
        let busy: Vec<_> =
            plan.busy.iter().map(|busy| (busy.name.as_str(), busy.jobs, busy.means.code.as_str())).collect();
        assert_eq!(busy, [(format!("imaging-{part}").as_str(), 1, "busy-waited-for")]);

        done_when(&create(&account, to).await, why);
        assert_eq!(environments(&account).await, [format!("imaging-{part}_2")]);
        let ended = job::view(&account.session, &job).await.unwrap();
        assert_eq!(ended.summary.state, JobState::Succeeded, "{why}: {:?}", ended.summary.reason);
        is_now(&account, to, &job, why).await;

        // A computer that has no record of it works with it as well.
        std::fs::remove_dir_all(account.session.folder.join("stacks")).unwrap();
        is_now(&account, to, &job, why).await;
        done_when(&tear_down(&account).await, why);
        assert_eq!(left_over(&before, &account.practice.dump().unwrap()), Vec::<String>::new());
    }
    seen::all("environments changed by a successor with a running job", all.len(), 3);
}

/// How many changing calls the change takes.
async fn calls(from: &Blueprint, to: &Blueprint) -> usize {
    let account = fresh(7).await;
    done_when(&create(&account, from).await, "before");
    running(&account).await;
    account.seam.set(Fault::None);
    done_when(&create(&account, to).await, "change");
    account.seam.changing()
}

#[tokio::test(start_paused = true)]
async fn a_change_killed_at_any_call_goes_on_to_its_end() {
    let (mut tried, mut converged) = (0, 0);
    for (why, from, to) in changes() {
        let calls = calls(&from, &to).await;
        assert!(calls >= 4, "{why}: {calls}");
        for at in 1..=calls {
            for trouble in KILLS {
                let what = format!("{why} {trouble:?} {at}");
                let mut account = fresh(7).await;
                done_when(&create(&account, &from).await, &what);
                let job = running(&account).await;
                account.seam.plant(vec![Planted { call: at, changing: true, trouble }]);
                tried += 1;
                tokio::select! {
                    biased;
                    () = account.seam.hung() => {}
                    view = create(&account, &to) => panic!("{what}: not killed but {:?}", view.state),
                }
                account.seam.revive();
                account.start_again().await;
                let view = resume(&account).await;
                done_when(&view, &what);
                is_now(&account, &to, &job, &what).await;
                converged += 1;
            }
        }
    }
    seen::all("changes by a successor killed at a call and resumed to the same stack", converged, tried);
}

#[tokio::test(start_paused = true)]
async fn a_change_cut_off_at_any_call_is_undone_to_what_was_before() {
    let (mut tried, mut undone) = (0, 0);
    for (why, from, to) in changes() {
        for at in 1..=calls(&from, &to).await {
            let what = format!("{why}, cut at call {at}");
            tried += 1;
            let (account, job) = cut_off(&from, &to, at, &what).await;
            done_when(&undo(&account).await, &what);
            is_now(&account, &from, &job, &what).await;
            undone += 1;
        }
    }
    seen::all("changes by a successor cut off at a call and undone to what was before", undone, tried);
}

/// The stack after a change that was cut off at this call, with the job that runs on it.
async fn cut_off(from: &Blueprint, to: &Blueprint, at: usize, what: &str) -> (Account, String) {
    let account = fresh(7).await;
    done_when(&create(&account, from).await, what);
    let job = running(&account).await;
    account.seam.set(Fault::CutFrom(at));
    assert_eq!(create(&account, to).await.state, RunState::Failed, "{what}");
    account.seam.set(Fault::None);
    (account, job)
}

#[tokio::test(start_paused = true)]
async fn an_undo_of_a_change_killed_at_any_call_goes_on_to_what_was_before() {
    let (mut tried, mut undone) = (0, 0);
    for (why, from, to) in changes() {
        // The new environment is there and the queue turned; and the old one is nearly gone.
        let calls = calls(&from, &to).await;
        for cut in [calls - 1, calls] {
            let (account, _) = cut_off(&from, &to, cut, why).await;
            done_when(&undo(&account).await, why);
            for at in 1..=account.seam.changing() {
                for trouble in KILLS {
                    let what = format!("{why}, cut at call {cut}, its undo {trouble:?} {at}");
                    let (mut account, job) = cut_off(&from, &to, cut, &what).await;
                    account.seam.plant(vec![Planted { call: at, changing: true, trouble }]);
                    tried += 1;
                    tokio::select! {
                        biased;
                        () = account.seam.hung() => {}
                        view = undo(&account) => panic!("{what}: not killed but {:?}", view.state),
                    }
                    account.seam.revive();
                    account.start_again().await;
                    let view = resume(&account).await;
                    done_when(&view, &what);
                    is_now(&account, &from, &job, &what).await;
                    undone += 1;
                }
            }
        }
    }
    seen::all(
        "undos of changes by a successor killed at a call and resumed to what was before",
        undone,
        tried,
    );
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_jobs_may_stop_and_go_on_later() {
    let (_, from, to) = changes().remove(0);
    let account = fresh(7).await;
    done_when(&create(&account, &from).await, "before");
    let job = running(&account).await;
    let stop = CancellationToken::new();
    let asked = stop.clone();
    let mut until_it_waits = |view: &RunView| {
        let waits = view.steps.iter().filter_map(|step| step.waits_for.as_ref());
        if waits.map(|text| text.code.as_str()).any(|code| code == "waits-drain") {
            asked.cancel();
        }
    };
    let view =
        run::create_despite_findings(&account.session, to.clone(), &stop, &mut until_it_waits).await.unwrap();
    assert_eq!((view.state, environments(&account).await.len()), (RunState::Stopped, 2));
    let before = job::view(&account.session, &job).await.unwrap().summary.state;
    assert_eq!(before, JobState::Running, "it was waited for all the same");
    let resumed = run::resume(&account.session, "imaging", &CancellationToken::new(), &mut |_| {}).await;
    done_when(&resumed.unwrap(), "resumed");
    is_now(&account, &to, &job, "resumed").await;
}

/// What AWS changes on no environment it does not change on one that does not work either: that one gets its successor
/// like any other, and goes.
#[tokio::test(start_paused = true)]
async fn an_environment_that_does_not_work_gets_its_successor_too() {
    for (why, mut from, mut to) in changes() {
        if why == "environment-is-fixed" {
            (from.service_role, to.service_role) = (ServiceRole::Classic, ServiceRole::Classic);
        }
        let account = fresh(7).await;
        done_when(&create(&account, &from).await, why);
        invalid(&account, &from).await;
        let plan = run::plan_create(&account.session, to.clone()).await.unwrap();
        let part = format!("compute-environment/{}", from.compute_environments[0].name);
        let old = plan.steps.iter().find(|step| step.id == part).unwrap();
        assert_eq!(old.act, Act::Delete, "{why}: {}", old.reason);
        let new = plan.steps.iter().find(|step| step.id == format!("{part}_2")).unwrap();
        assert_eq!((new.act, new.reason.code.as_str()), (Act::Create, why));
        done_when(&create(&account, &to).await, why);
        let view = look(&account).await;
        assert_eq!(view.summary.health, Health::Healthy, "{why}: {}", view.summary.finding);
        assert_eq!(environments(&account).await.len(), 1, "{why}");
    }
}

/// What can be changed is changed where it is, and what is not as wanted is told besides that it does not work.
#[tokio::test(start_paused = true)]
async fn an_environment_that_does_not_work_is_told_attribute_by_attribute_and_mended() {
    let account = fresh(7).await;
    let service_role = ServiceRole::Classic;
    let blueprint = Blueprint { service_role, ..Preset::FargateSpot.blueprint("imaging") };
    done_when(&create(&account, &blueprint).await, "before");
    invalid(&account, &blueprint).await;
    let view = look(&account).await;
    assert_eq!(view.summary.health, Health::Broken);
    let item = view.items.iter().find(|item| item.subject == "compute-environment").unwrap();
    let told: Vec<_> = item.differences.iter().map(|d| (d.what.as_str(), d.found.as_deref())).collect();
    assert_eq!(told, [("maxvCpus", Some("64"))]);
    assert!(view.acceptable.contains(&item.id), "{:?}", view.acceptable);
    let part = format!("compute-environment/{}", blueprint.compute_environments[0].name);
    done_when(&put_back(&account, &part).await, "put back");
    assert_eq!(look(&account).await.summary.health, Health::Healthy);
}

/// Somebody took the role away that AWS Batch works with, or what hosts get, and changed the environment then: it is
/// INVALID, and stays so when the cause is gone.
async fn invalid(account: &Account, blueprint: &Blueprint) {
    let (iam, batch) = (&account.session.aws.once.iam, &account.session.aws.once.batch);
    let name = format!("imaging-{}", blueprint.compute_environments[0].name);
    let trusting = async |service: &str| {
        let trust = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"Service":"{service}"}},"Action":"sts:AssumeRole"}}]}}"#
        );
        let update = iam.update_assume_role_policy().role_name("imaging-service").policy_document(trust);
        update.send().await.unwrap();
    };
    let on_hosts = blueprint.compute_environments[0].instances.is_some();
    let profile = ("imaging-instance", "imaging-instance");
    if on_hosts {
        let take = iam.remove_role_from_instance_profile().instance_profile_name(profile.0);
        take.role_name(profile.1).send().await.unwrap();
    } else {
        trusting("ec2.amazonaws.com").await;
    }
    let larger = aws_sdk_batch::types::ComputeResourceUpdate::builder().maxv_cpus(64).build();
    let update = batch.update_compute_environment().compute_environment(&name).compute_resources(larger);
    update.send().await.unwrap();
    sleep(Duration::from_mins(2)).await;
    let found = batch.describe_compute_environments().send().await.unwrap();
    let status = found.compute_environments()[0].status().map(|status| status.as_str().to_owned());
    assert_eq!(status.as_deref(), Some("INVALID"), "{:?}", found.compute_environments()[0].status_reason());
    if on_hosts {
        let give = iam.add_role_to_instance_profile().instance_profile_name(profile.0);
        give.role_name(profile.1).send().await.unwrap();
    } else {
        trusting("batch.amazonaws.com").await;
    }
    sleep(Duration::from_mins(1)).await;
}

/// Also where nothing takes its place: what runs on it is waited for.
#[tokio::test(start_paused = true)]
async fn an_environment_that_is_named_no_longer_is_drained_before_it_goes() {
    let account = fresh(7).await;
    let one = Preset::Fargate.blueprint("imaging");
    let mut two = one.clone();
    let mut other = two.compute_environments[0].clone();
    other.name = "other".to_owned();
    two.compute_environments.insert(0, other);
    two.job_queues[0].compute_environments.insert(0, "other".to_owned());
    done_when(&create(&account, &two).await, "before");
    let job = running(&account).await;
    let plan = run::plan_create(&account.session, one.clone()).await.unwrap();
    let told = plan.steps.iter().find(|step| step.id == "compute-environment/other").unwrap();
    assert_eq!((told.act, told.reason.code.as_str()), (Act::Delete, "plan-drained"));
    done_when(&create(&account, &one).await, "change");
    is_now(&account, &one, &job, "change").await;
}

/// AWS Batch removes no environment that a queue names: a change leaves it, says whose queue it is, and ends.
#[tokio::test(start_paused = true)]
async fn an_environment_that_somebody_elses_queue_uses_is_left_by_a_change() {
    let account = fresh(7).await;
    let mut wanted = Preset::SpotThenOndemand.blueprint("imaging");
    done_when(&create(&account, &wanted).await, "create");
    let order = aws_sdk_batch::types::ComputeEnvironmentOrder::builder().order(1);
    let order = order.compute_environment("imaging-ondemand").build();
    let batch = &account.session.aws.once.batch;
    let theirs = batch.create_job_queue().job_queue_name("theirs").priority(1);
    theirs.compute_environment_order(order).send().await.unwrap();
    sleep(Duration::from_mins(1)).await;
    wanted.compute_environments.retain(|one| one.name != "ondemand");
    wanted.job_queues[0].compute_environments.retain(|name| name != "ondemand");
    let view = create(&account, &wanted).await;
    done_when(&view, "change");
    let step = view.steps.iter().find(|step| step.step.name == "imaging-ondemand").unwrap();
    assert_eq!((step.step.act, step.step.reason.code.as_str()), (Act::Keep, "stays-queue-of-others"));
    assert_eq!(environments(&account).await.len(), 2);
    // It is the stack's as before, and goes when the queue has gone.
    let update = batch.update_job_queue().job_queue("theirs").state(aws_sdk_batch::types::JqState::Disabled);
    update.send().await.unwrap();
    sleep(Duration::from_mins(1)).await;
    batch.delete_job_queue().job_queue("theirs").send().await.unwrap();
    sleep(Duration::from_mins(1)).await;
    done_when(&create(&account, &wanted).await, "again");
    assert_eq!(environments(&account).await.len(), 1);
}

/// Instances are replaced where somebody's version of the template is put back: who does that is told of the jobs there.
#[tokio::test(start_paused = true)]
async fn putting_back_tells_of_the_jobs_that_it_disturbs() {
    let account = fresh(7).await;
    done_when(&create(&account, &Preset::OnDemand.blueprint("imaging")).await, "create");
    running(&account).await;
    let ec2 = &account.session.aws.once.ec2;
    let data = aws_sdk_ec2::types::RequestLaunchTemplateData::builder().key_name("ana").build();
    let version = ec2.create_launch_template_version().launch_template_name("imaging-ondemand");
    version.source_version("1").launch_template_data(data).send().await.unwrap();
    let choose = ec2.modify_launch_template().launch_template_name("imaging-ondemand");
    choose.default_version("2").send().await.unwrap();
    let busy = async |part| run::plan_put_back(&account.session, "imaging", part).await.unwrap().busy;
    let environment = busy("compute-environment/ondemand").await;
    assert_eq!(environment.iter().map(|busy| busy.jobs).collect::<Vec<_>>(), [1], "{environment:?}");
    assert!(busy("job-queue/main").await.is_empty());
}
