//! The policies that Slipway hands out, judged by an authorizer that did not write them: under exactly these every run
//! comes to its end, and whatever is taken out of one is named before anything is made.

mod conditions;
mod refused;
mod sources;

use std::collections::BTreeSet;

use serde_json::Value;
use slipway_core::{
    aws::ActivityEntry,
    blueprint::{Blueprint, Network, Preset, ServiceRole, WayOut},
    check::{self, CheckItem, CheckVerdict},
    job::{self, JobState},
    rights,
    run::{self, RunState},
    stack::{self, Health},
};
use slipway_practice::Access;
use slipway_tests::seen;
use tokio_util::sync::CancellationToken;

use crate::{
    account::{Account, fresh},
    everything::everything,
    launch::{IMAGE, job_for, see_through},
    runs::{adopt, create, done, done_when, look, tear_down},
    seam::Fault,
    stack::left_over,
    successors::running,
};

/// From now on the caller may do what these policies say and nothing else.
fn may_only(account: &Account, policies: &[String]) {
    let access = Access { identity: policies.to_vec(), ..Access::default() };
    account.practice.change_settings(|settings| settings.access = access).unwrap();
}

/// What was denied so far.
fn denied(account: &Account) -> BTreeSet<String> {
    const DENIED: [&str; 3] = ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation"];
    let entries = account.session.activity.entries();
    let denied = entries.iter().filter(|entry| DENIED.contains(&entry.outcome.as_str()));
    let told = |entry: &ActivityEntry| {
        let on = entry.resource.as_deref().unwrap_or_default();
        format!("{}:{} {on}", entry.service, entry.action)
    };
    denied.map(told).collect()
}

/// Blueprints that together have every kind of resource.
async fn blueprints(account: &Account) -> Vec<(&'static str, Blueprint)> {
    let private = |way_out| Network::NewVpc { cidr: "10.42.0.0/16".to_owned(), way_out };
    let of = |preset: Preset, network, service_role| Blueprint {
        network,
        service_role,
        ..preset.blueprint("imaging")
    };
    vec![
        ("fargate", Preset::Fargate.blueprint("imaging")),
        ("public", of(Preset::SpotThenOndemand, Network::new_vpc("10.42.0.0/16"), ServiceRole::Classic)),
        ("nat", with_image(of(Preset::OnDemand, private(WayOut::NatGateway), ServiceRole::ServiceLinked))),
        ("endpoints", of(Preset::Fargate, private(WayOut::Endpoints), ServiceRole::Classic)),
        ("everything", everything(account).await),
    ]
}

/// With an image that can be looked into.
fn with_image(mut blueprint: Blueprint) -> Blueprint {
    IMAGE.clone_into(&mut blueprint.job_definitions[0].image);
    blueprint
}

async fn setup_policy(account: &Account, blueprint: &Blueprint) -> Vec<String> {
    rights::for_setup(&account.session, blueprint.clone()).await.unwrap().policies
}

fn analyst_policy(account: &Account, blueprint: &Blueprint) -> Vec<String> {
    rights::for_launching(&account.session, blueprint).policies
}

#[tokio::test(start_paused = true)]
async fn under_exactly_the_setup_policy_every_run_comes_to_its_end() {
    let names: Vec<_> = blueprints(&fresh(1).await).await.into_iter().map(|(name, _)| name).collect();
    for (at, name) in names.into_iter().enumerate() {
        let account = fresh(70 + at as u64).await;
        account.session.aws.once.ec2.create_key_pair().key_name("ana").send().await.unwrap();
        let (_, blueprint) = blueprints(&account).await.remove(at);
        let (session, stop) = (&account.session, CancellationToken::new());
        may_only(&account, &setup_policy(&account, &blueprint).await);
        let before = account.practice.dump().unwrap();

        let report = check::check(session, blueprint.clone(), |_| {}).await.unwrap();
        let permissions = report.items.iter().find(|item| item.id == "permissions");
        let permissions = permissions.unwrap_or_else(|| panic!("{name}: {:#?}", report.items));
        assert_eq!(permissions.finding.code, "permissions-all", "{name}: {}", permissions.finding);

        let view =
            run::create_despite_findings(session, blueprint.clone(), &stop, &mut |_| {}).await.unwrap();
        assert_eq!(view.state, RunState::Done, "{name}: {:?}", view.failure);
        let found = stack::stack(session, &blueprint.name).await.unwrap();
        assert_eq!(found.summary.health, Health::Healthy, "{name}: {:?}", found.summary.finding);

        // Another wish for whatever can be wished for otherwise, and back to nothing.
        let other = changed(&blueprint);
        may_only(&account, &setup_policy(&account, &other).await);
        let view = run::create_despite_findings(session, other, &stop, &mut |_| {}).await.unwrap();
        assert_eq!(view.state, RunState::Done, "{name}: {:?}", view.failure);
        let view = run::teardown(session, &blueprint.name, &stop, &mut |_| {}).await.unwrap();
        assert_eq!(view.state, RunState::Done, "{name}: {:?}", view.failure);
        assert_eq!(denied(&account), BTreeSet::new(), "{name}");
        assert_eq!(left_over(&before, &account.practice.dump().unwrap()), Vec::<String>::new(), "{name}");
    }
}

/// Whatever a create came to before it failed, the same policy takes back.
#[tokio::test(start_paused = true)]
async fn under_exactly_the_setup_policy_a_failed_create_is_undone() {
    let names: Vec<_> = blueprints(&fresh(1).await).await.into_iter().map(|(name, _)| name).collect();
    for (at, name) in names.into_iter().enumerate() {
        let account = fresh(100 + at as u64).await;
        account.session.aws.once.ec2.create_key_pair().key_name("ana").send().await.unwrap();
        let (_, blueprint) = blueprints(&account).await.remove(at);
        may_only(&account, &setup_policy(&account, &blueprint).await);
        let before = account.practice.dump().unwrap();
        account.seam.set(Fault::Deny(&["RegisterJobDefinition"]));
        let stop = CancellationToken::new();
        let failed = run::create_despite_findings(&account.session, blueprint.clone(), &stop, &mut |_| {})
            .await
            .unwrap();
        assert_eq!(failed.state, RunState::Failed, "{name}");
        account.seam.set(Fault::None);
        let view = run::undo(&account.session, &blueprint.name, &stop, &mut |_| {}).await.unwrap();
        done_when(&view, name);
        let others: Vec<_> =
            denied(&account).into_iter().filter(|one| !one.contains("RegisterJobDefinition")).collect();
        assert_eq!(others, Vec::<String>::new(), "{name}");
        assert_eq!(left_over(&before, &account.practice.dump().unwrap()), Vec::<String>::new(), "{name}");
    }
}

/// What is there under the stack's names without its tags, of every kind that goes by a name.
#[tokio::test(start_paused = true)]
async fn under_exactly_the_setup_policy_what_is_there_is_taken_over() {
    let presets = [Preset::Fargate, Preset::SpotThenOndemand];
    for (at, preset) in presets.into_iter().enumerate() {
        let account = fresh(110 + at as u64).await;
        let blueprint = Blueprint { service_role: ServiceRole::Classic, ..preset.blueprint("imaging") };
        done(&create(&account, &blueprint).await);
        take_tags_off(&account).await;
        std::fs::remove_dir_all(account.session.folder.join("stacks")).unwrap();
        let parts = run::plan_adopt(&account.session, blueprint.clone()).await.unwrap().steps.len();
        assert!(parts > 6, "{parts}");
        may_only(&account, &setup_policy(&account, &blueprint).await);
        done(&adopt(&account, &blueprint).await);
        done(&create(&account, &blueprint).await);
        assert_eq!(look(&account).await.summary.health, Health::Healthy);
        done(&tear_down(&account).await);
        assert_eq!(denied(&account), BTreeSet::new());
    }
}

/// As if somebody had made it all who knows nothing of Slipway.
async fn take_tags_off(account: &Account) {
    let keys = ["slipway:stack", "slipway:stack-id", "slipway:part"].map(str::to_owned).to_vec();
    let (once, some) = (&account.session.aws.once, Some(keys.clone()));
    for role in once.iam.list_roles().send().await.unwrap().roles() {
        let untagged = once.iam.untag_role().role_name(role.role_name()).set_tag_keys(some.clone());
        // A service's own role has none of these.
        let _ = untagged.send().await;
    }
    for profile in once.iam.list_instance_profiles().send().await.unwrap().instance_profiles() {
        let name = profile.instance_profile_name();
        once.iam
            .untag_instance_profile()
            .instance_profile_name(name)
            .set_tag_keys(some.clone())
            .send()
            .await
            .unwrap();
    }
    let tagged = once.ec2.describe_tags().send().await.unwrap();
    let things: BTreeSet<_> = tagged.tags().iter().filter_map(|tag| tag.resource_id()).collect();
    for thing in things {
        let tags = keys.iter().map(|key| aws_sdk_ec2::types::Tag::builder().key(key).build()).collect();
        once.ec2.delete_tags().resources(thing).set_tags(Some(tags)).send().await.unwrap();
    }
    let mut arns = vec![];
    let environments = once.batch.describe_compute_environments().send().await.unwrap();
    arns.extend(
        environments
            .compute_environments()
            .iter()
            .filter_map(|one| one.compute_environment_arn().map(str::to_owned)),
    );
    let queues = once.batch.describe_job_queues().send().await.unwrap();
    arns.extend(queues.job_queues().iter().filter_map(|one| one.job_queue_arn().map(str::to_owned)));
    let definitions = once.batch.describe_job_definitions().send().await.unwrap();
    arns.extend(
        definitions.job_definitions().iter().filter_map(|one| one.job_definition_arn().map(str::to_owned)),
    );
    for arn in arns {
        once.batch.untag_resource().resource_arn(arn).set_tag_keys(some.clone()).send().await.unwrap();
    }
    for group in once.logs.describe_log_groups().send().await.unwrap().log_groups() {
        let arn = group.log_group_arn().unwrap();
        once.logs.untag_resource().resource_arn(arn).set_tag_keys(some.clone()).send().await.unwrap();
    }
    for repository in once.ecr.describe_repositories().send().await.unwrap().repositories() {
        let arn = repository.repository_arn().unwrap();
        once.ecr.untag_resource().resource_arn(arn).set_tag_keys(some.clone()).send().await.unwrap();
    }
}

/// Whoever set the stack up takes it down while somebody's job runs on it.
#[tokio::test(start_paused = true)]
async fn under_exactly_the_setup_policy_a_stack_with_a_running_job_is_taken_down() {
    for (at, preset) in [Preset::Fargate, Preset::OnDemand].into_iter().enumerate() {
        let account = fresh(120 + at as u64).await;
        let blueprint = preset.blueprint("imaging");
        let before = account.practice.dump().unwrap();
        may_only(&account, &setup_policy(&account, &blueprint).await);
        done(&create(&account, &blueprint).await);
        account.practice.change_settings(|settings| settings.access = Access::default()).unwrap();
        running(&account).await;
        may_only(&account, &setup_policy(&account, &blueprint).await);
        done(&tear_down(&account).await);
        assert_eq!(denied(&account), BTreeSet::new());
        assert_eq!(left_over(&before, &account.practice.dump().unwrap()), Vec::<String>::new());
    }
}

/// The same stack with other tags, another log, larger environments, and on every queue another priority.
fn changed(blueprint: &Blueprint) -> Blueprint {
    let mut other = blueprint.clone();
    other.tags.clear();
    other.tags.insert("team".to_owned(), "imaging".to_owned());
    other.logs.retention_days = 7;
    for environment in &mut other.compute_environments {
        environment.max_vcpus += 1;
        if let Some(template) = environment.instances.as_mut().and_then(|one| one.launch_template.as_mut()) {
            template.disk_gib = Some(77);
        }
    }
    for queue in &mut other.job_queues {
        queue.priority += 1;
    }
    for definition in &mut other.job_definitions {
        definition.environment.insert("MESSAGE".to_owned(), "kittiwake-7213".to_owned());
    }
    other
}

/// Every action of the policies once.
fn actions(policies: &[String]) -> BTreeSet<String> {
    let statements = policies.iter().flat_map(|policy| {
        let policy: Value = serde_json::from_str(policy).unwrap();
        policy["Statement"].as_array().unwrap().clone()
    });
    let actions = statements.flat_map(|statement| statement["Action"].as_array().unwrap().clone());
    actions.map(|action| action.as_str().unwrap().to_owned()).collect()
}

/// The policies without one action.
fn without(policies: &[String], action: &str) -> Vec<String> {
    let lacking = policies.iter().map(|policy| {
        let mut policy: Value = serde_json::from_str(policy).unwrap();
        let statements = policy["Statement"].as_array_mut().unwrap();
        for statement in statements.iter_mut() {
            statement["Action"].as_array_mut().unwrap().retain(|one| one != action);
        }
        statements.retain(|statement| statement["Action"].as_array().is_some_and(|all| !all.is_empty()));
        policy.to_string()
    });
    lacking.collect()
}

/// Whether a finding is not good and names this action.
fn tells(item: &CheckItem, action: &str) -> bool {
    let names = || item.evidence.iter().any(|evidence| evidence.label == action);
    item.verdict != CheckVerdict::Ready && (item.finding.text.contains(action) || names())
}

#[tokio::test(start_paused = true)]
async fn whatever_the_setup_policy_lacks_is_named_before_anything_is_made() {
    let names_of: Vec<_> = blueprints(&fresh(1).await).await.into_iter().map(|(name, _)| name).collect();
    let mut asked = BTreeSet::new();
    for (at, name) in names_of.into_iter().enumerate() {
        let account = fresh(80 + at as u64).await;
        let (_, blueprint) = blueprints(&account).await.remove(at);
        let policy = setup_policy(&account, &blueprint).await;
        for action in actions(&policy) {
            // What one blueprint has shown, the next need not show again.
            if !asked.insert(action.clone()) {
                continue;
            }
            may_only(&account, &without(&policy, &action));
            let report = check::check(&account.session, blueprint.clone(), |_| {}).await.unwrap();
            let told = report.items.iter().any(|item| tells(item, &action));
            assert!(told, "{name}, {action}: {:#?}", report.items);
        }
    }
    seen::figure("actions of the set-up policy, each taken away and named", &asked.len().to_string());
}

/// A stack with jobs on instances, made by somebody who may, and looked at by somebody who may only launch: on another
/// computer, where nothing is kept of it.
async fn made_for_an_analyst(seed: u64) -> (Account, Vec<String>) {
    let account = fresh(seed).await;
    let blueprint = Preset::OnDemand.blueprint("imaging");
    let policy = analyst_policy(&account, &blueprint);
    let stop = CancellationToken::new();
    let view = run::create_despite_findings(&account.session, blueprint, &stop, &mut |_| {}).await.unwrap();
    assert_eq!(view.state, RunState::Done, "{:?}", view.failure);
    std::fs::remove_dir_all(account.session.folder.join("stacks")).unwrap();
    let there = rights::for_launching_on(&account.session, "imaging").await.unwrap();
    assert_eq!(there.policies, policy, "of the stack that is there as of its blueprint");
    (account, policy)
}

#[tokio::test(start_paused = true)]
async fn under_exactly_the_analysts_policy_jobs_are_launched_watched_and_stopped() {
    let (account, policy) = made_for_an_analyst(90).await;
    let session = &account.session;
    may_only(&account, &policy);
    let items = check::launching(session, "imaging").await.unwrap();
    assert!(items.iter().all(|item| item.verdict == CheckVerdict::Ready), "{items:#?}");
    assert!(items.iter().any(|item| item.finding.code == "permissions-launch"), "{items:#?}");

    let target = job::targets(session).await.unwrap().remove(0);
    let (last, lines) = see_through(session, &job_for(&target, "first")).await;
    assert_eq!(last.summary.state, JobState::Succeeded, "{}", last.doing);
    assert!(!lines.is_empty());
    let mut long = job_for(&target, "second");
    long.command = Some(["sleep", "600"].map(str::to_owned).to_vec());
    let of = [job::submit(session, &long).await.unwrap().id, job::submit(session, &long).await.unwrap().id];
    let cancelled = job::cancel(session, &of[..1], "enough").await.unwrap();
    let terminated = job::terminate(session, &of[1..], "enough").await.unwrap();
    assert_eq!((cancelled.stopped.len(), terminated.stopped.len()), (1, 1));
    assert_eq!(denied(&account), BTreeSet::new());

    // It changes nothing of the stack.
    let stop = CancellationToken::new();
    let refused = run::teardown(session, "imaging", &stop, &mut |_| {}).await;
    assert!(refused.is_err() || refused.is_ok_and(|view| view.state == RunState::Failed));
}

#[tokio::test(start_paused = true)]
async fn whatever_the_analysts_policy_lacks_is_named_before_a_job_is_launched() {
    let (account, policy) = made_for_an_analyst(91).await;
    let asked = actions(&policy);
    for action in &asked {
        may_only(&account, &without(&policy, action));
        let told = match check::launching(&account.session, "imaging").await {
            Ok(items) => items.iter().any(|item| tells(item, action)),
            // Without the right to see queues there is nothing to ask about.
            Err(error) => error.message.contains(action.as_str()),
        };
        assert!(told, "{action}");
    }
    seen::figure("actions of the analyst's policy, each taken away and named", &asked.len().to_string());
}
