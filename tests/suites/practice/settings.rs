//! Every setting of a blueprint, changed by itself on a stack that is there: it becomes what is wanted, and back again,
//! or is refused before anything is sent.

use std::{
    collections::{BTreeMap, BTreeSet},
    panic::AssertUnwindSafe,
};

use futures::FutureExt;
use serde_json::{Value, json};
use slipway_core::{
    blueprint::{self, AllocationStrategy, Blueprint, ServiceRole},
    plan::Act,
    run::{self, RunState},
    stack::OpenStack,
};
use slipway_tests::seen;
use tokio_util::sync::CancellationToken;

use crate::{
    account::{Account, fresh},
    everything::{everything, settings},
    seam::Fault,
};

/// What becomes of a changed setting.
#[derive(Debug, Clone, Copy)]
enum Outcome {
    /// What is there is as wanted afterwards.
    Changed,
    /// A name: something new is made, and what had the old name goes.
    Another,
    /// AWS changes it in no environment that is there, so that another one takes its place; the plan says why, by this
    /// code.
    Succeeded(&'static str),
    /// AWS decides it once; the plan says so, by this code.
    Refused(&'static str),
    /// Nothing is to be done: another word for the same thing, or one that counts only where something is made.
    Unneeded,
}
use Outcome::{Another, Changed, Refused, Succeeded, Unneeded};

/// JSON pointers and what they are set to.
type Change = Vec<(&'static str, Value)>;

/// More than one pointer where a rule ties settings together.
fn changes(key: &str, subnet: &str, group: &str) -> Vec<(Change, Outcome)> {
    let one = |path, value, outcome| (vec![(path, value)], outcome);
    let secret = "arn:aws:secretsmanager:us-east-1:111122223333:secret:tiles-GhIjKl";
    vec![
        one("/service_role", json!("classic"), Succeeded("environment-role-is-fixed")),
        one("/tags/application", json!("tiles"), Changed),
        (vec![("/network", json!({ "kind": "default-vpc" }))], Changed),
        one("/network/subnets", json!([subnet]), Changed),
        one("/network/security_groups", json!([]), Changed),
        one("/flows", json!([]), Changed),
        one("/flows/0/name", json!("files"), Unneeded),
        one("/flows/0/security_group", json!(group), Changed),
        one("/flows/0/port", json!(5432), Changed),
        one("/logs/retention_days", json!(7), Changed),
        one("/repositories/0/name", json!("other"), Another),
        (
            vec![
                ("/compute_environments/5/name", json!("other")),
                ("/job_queues/3/compute_environments/1", json!("other")),
            ],
            Another,
        ),
        (
            vec![
                ("/compute_environments/3/kind", json!("ec2")),
                ("/compute_environments/3/instances/allocation_strategy", json!("best-fit-progressive")),
            ],
            Changed,
        ),
        one("/compute_environments/5/kind", json!("fargate"), Succeeded("environment-is-fixed")),
        one("/compute_environments/1/state", json!("enabled"), Changed),
        one("/compute_environments/4/max_vcpus", json!(8), Changed),
        one("/compute_environments/0/instances/types", json!(["c6i.large"]), Changed),
        one(
            "/compute_environments/0/instances/allocation_strategy",
            json!("spot-price-capacity-optimized"),
            Changed,
        ),
        one(
            "/compute_environments/0/instances/allocation_strategy",
            json!("best-fit"),
            Succeeded("environment-is-fixed"),
        ),
        one("/compute_environments/1/instances/min_vcpus", json!(0), Changed),
        one("/compute_environments/0/instances/desired_vcpus", json!(1), Unneeded),
        one("/compute_environments/0/instances/bid_percentage", json!(75), Changed),
        one("/compute_environments/0/instances/key_pair", json!(key), Changed),
        one("/compute_environments/2/instances/ami", json!("al2023"), Changed),
        one("/compute_environments/0/instances/launch_template/disk_gib", json!(90), Changed),
        one("/compute_environments/0/instances/launch_template/disk_type", json!("gp3"), Changed),
        one("/compute_environments/0/instances/launch_template/imdsv2", json!(true), Changed),
        one("/compute_environments/0/instances/launch_template/user_data", json!("#!/bin/sh\ntrue"), Changed),
        (
            vec![
                ("/scheduling_policies/0/name", json!("other")),
                ("/job_queues/1/scheduling_policy", json!("other")),
            ],
            Another,
        ),
        one("/scheduling_policies/0/share_decay_seconds", json!(600), Changed),
        one("/scheduling_policies/0/compute_reservation", json!(20), Changed),
        one("/scheduling_policies/0/shares/research", json!(0.25), Changed),
        one("/job_queues/2/name", json!("other"), Another),
        one("/job_queues/0/priority", json!(11), Changed),
        one("/job_queues/2/state", json!("enabled"), Changed),
        one("/job_queues/0/compute_environments", json!(["steady", "spot"]), Changed),
        one("/job_queues/1/scheduling_policy", Value::Null, Refused("queue-policy-is-fixed")),
        one("/job_definitions/2/name", json!("other"), Another),
        (
            vec![
                ("/job_definitions/2/platform", json!("ec2")),
                ("/job_definitions/2/vcpu", json!("1")),
                ("/job_definitions/2/architecture", json!("x86_64")),
                ("/job_definitions/2/ephemeral_storage_gib", Value::Null),
            ],
            Changed,
        ),
        one("/job_definitions/0/image", json!("public.ecr.aws/docker/library/busybox:1.36"), Changed),
        one("/job_definitions/1/registry_secret", json!(secret), Changed),
        one("/job_definitions/0/command", json!(["true", "Ref::level"]), Changed),
        one("/job_definitions/0/vcpu", json!("2"), Changed),
        one("/job_definitions/0/memory_mib", json!(512), Changed),
        one("/job_definitions/1/gpus", json!(0), Changed),
        one("/job_definitions/2/architecture", json!("x86_64"), Changed),
        one("/job_definitions/0/environment/MODE", json!("slow"), Changed),
        one("/job_definitions/0/secrets/PASSWORD", json!(secret), Changed),
        one("/job_definitions/0/parameters/level", json!("13"), Changed),
        (
            vec![
                ("/job_definitions/0/volumes/0/name", json!("input")),
                ("/job_definitions/0/mounts/0/volume", json!("input")),
            ],
            Changed,
        ),
        (
            vec![(
                "/job_definitions/0/volumes/1",
                json!({ "kind": "host", "name": "archive", "path": "/var/archive" }),
            )],
            Changed,
        ),
        one("/job_definitions/0/volumes/0/file_system", json!("fs-0a1b2c3d4e5f60719"), Changed),
        one("/job_definitions/0/volumes/1/root_directory", json!("/old"), Changed),
        one("/job_definitions/0/volumes/0/access_point", json!("fsap-0a1b2c3d4e5f60719"), Changed),
        one("/job_definitions/0/volumes/0/iam", json!(false), Changed),
        one("/job_definitions/0/volumes/2/path", json!("/var/other"), Changed),
        one("/job_definitions/0/mounts/0/path", json!("/input"), Changed),
        one("/job_definitions/0/mounts/0/read_only", json!(true), Changed),
        one("/job_definitions/0/ulimits/0/name", json!("nproc"), Changed),
        one("/job_definitions/0/ulimits/0/soft", json!(1024), Changed),
        one("/job_definitions/0/ulimits/0/hard", json!(8192), Changed),
        one("/job_definitions/0/privileged", json!(false), Changed),
        one("/job_definitions/0/user", json!("root"), Changed),
        one("/job_definitions/2/ephemeral_storage_gib", json!(50), Changed),
        one("/job_definitions/0/attempts", json!(4), Changed),
        one("/job_definitions/0/retry/0/action", json!("exit"), Changed),
        one("/job_definitions/0/retry/0/on_status_reason", json!("Host*"), Changed),
        one("/job_definitions/0/retry/1/on_reason", json!("Cannot*"), Changed),
        one("/job_definitions/0/retry/2/on_exit_code", json!("2*"), Changed),
        one("/job_definitions/0/timeout_seconds", json!(3600), Changed),
        one("/job_definitions/2/assign_public_ip", json!(false), Changed),
        one("/job_definitions/0/propagate_tags", json!(true), Changed),
        one("/job_definitions/1/scheduling_priority", json!(60), Changed),
        one("/job_definitions/0/access/0/bucket", json!("tiles"), Changed),
        one("/job_definitions/0/access/0/prefix", json!("done/"), Changed),
        one("/job_definitions/0/access/0/mode", json!("read-write"), Changed),
        one("/job_definitions/0/access/1/table", json!("tiles"), Changed),
        one("/job_definitions/0/access/2/arn", json!(secret), Changed),
        one("/job_definitions/0/access/3/name", json!("/imaging/other"), Changed),
        one("/job_definitions/0/access/4/queue", json!("other"), Changed),
        one("/job_definitions/0/access/5/actions", json!(["sns:Subscribe"]), Changed),
        one(
            "/job_definitions/0/access/5/resources",
            json!(["arn:aws:sns:us-east-1:111122223333:other"]),
            Changed,
        ),
        one("/job_definitions/0/access/0", json!({ "kind": "parameter", "name": "/imaging/key" }), Changed),
    ]
}

fn with(base: &Blueprint, change: &[(&str, Value)]) -> Blueprint {
    let mut changed = serde_json::to_value(base).unwrap();
    for (path, value) in change {
        *changed.pointer_mut(path).unwrap_or_else(|| panic!("no {path}")) = value.clone();
    }
    let changed = serde_json::from_value(changed).unwrap_or_else(|error| panic!("{change:?}: {error}"));
    blueprint::require_sound(&changed)
        .unwrap_or_else(|error| panic!("{change:?}: {error} {:?}", error.fields));
    changed
}

/// The settings in which two blueprints differ, by their paths without places in lists.
fn different(one: &Value, other: &Value, path: &str, found: &mut BTreeSet<String>) {
    if one == other {
        return;
    }
    found.insert(path.to_owned());
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            for name in one.keys().chain(other.keys()) {
                let of =
                    |fields: &serde_json::Map<String, Value>| fields.get(name).cloned().unwrap_or_default();
                different(&of(one), &of(other), &format!("{path}.{name}"), found);
            }
        }
        (Value::Array(one), Value::Array(other)) => {
            one.iter().zip(other).for_each(|(one, other)| different(one, other, path, found));
        }
        _ => {}
    }
}

async fn create(account: &Account, blueprint: &Blueprint) -> usize {
    account.seam.set(Fault::None);
    let stop = CancellationToken::new();
    let view =
        run::create_despite_findings(&account.session, blueprint.clone(), &stop, &mut |_| {}).await.unwrap();
    assert_eq!(view.state, RunState::Done, "{:?}", view.failure);
    account.seam.changing()
}

/// What a fresh pair of eyes makes of the account.
async fn found(account: &Account) -> String {
    std::fs::remove_dir_all(account.session.folder.join("stacks")).unwrap();
    as_found(&OpenStack::named(&account.session, "whole").await.unwrap().wanted.blueprint)
}

/// In one order, and without what AWS Batch changes by itself.
fn as_found(blueprint: &Blueprint) -> String {
    let mut blueprint = blueprint.clone();
    blueprint.compute_environments.sort_by(|a, b| a.name.cmp(&b.name));
    blueprint.job_queues.sort_by(|a, b| a.name.cmp(&b.name));
    blueprint.job_definitions.sort_by(|a, b| a.name.cmp(&b.name));
    let instances = blueprint.compute_environments.iter_mut().filter_map(|one| one.instances.as_mut());
    instances.for_each(|instances| {
        instances.desired_vcpus = None;
        // Nothing said is 100.
        instances.bid_percentage = instances.bid_percentage.filter(|bid| *bid != 100);
    });
    blueprint::write(&blueprint)
}

fn same(found: &str, wanted: &str) {
    let only = |of: &str, other: &str| {
        let other: Vec<&str> = other.lines().collect();
        of.lines().filter(|line| !other.contains(line)).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(only(found, wanted), only(wanted, found));
    assert_eq!(found, wanted);
}

async fn see(account: &Account, base: &Blueprint, changed: &Blueprint, outcome: Outcome) {
    let plan = run::plan_create(&account.session, changed.clone()).await.unwrap();
    let differences = plan.steps.iter().map(|step| step.differences.len()).sum::<usize>();
    match outcome {
        Refused(code) => {
            assert_eq!(plan.blocked.map(|reason| reason.code).as_deref(), Some(code));
        }
        Changed | Succeeded(_) => {
            if let Succeeded(why) = outcome {
                assert!(plan.steps.iter().any(|step| step.reason.code == why), "no successor");
            }
            let goes = plan.steps.iter().any(|step| step.act == Act::Delete);
            assert!(differences > 0 || goes, "the plan tells no difference");
            assert!(create(account, changed).await > 0);
            assert_eq!(create(account, changed).await, 0, "the change does not come to its end");
            same(&found(account).await, &as_found(changed));
            create(account, base).await;
            assert_eq!(create(account, base).await, 0, "the way back does not come to its end");
            same(&found(account).await, &as_found(base));
        }
        Another => {
            assert!(create(account, changed).await > 0);
            assert_eq!(create(account, changed).await, 0, "what is new does not come to its end");
        }
        Unneeded => assert_eq!(create(account, changed).await, 0),
    }
}

/// An account with the stack, and with what a change may name.
async fn with_stack() -> (Account, Blueprint, Vec<(Change, Outcome)>) {
    let account = fresh(7).await;
    let ec2 = &account.session.aws.once.ec2;
    for key in ["ana", "ben"] {
        ec2.create_key_pair().key_name(key).send().await.unwrap();
    }
    let mut base = everything(&account).await;
    // Most of what instances are is changed only where Batch may replace them.
    base.service_role = ServiceRole::ServiceLinked;
    base.compute_environments[0].instances.as_mut().unwrap().allocation_strategy =
        AllocationStrategy::SpotCapacityOptimized;
    let subnets = account.session.aws.read.ec2.describe_subnets().send().await.unwrap();
    let (subnet, vpc) = (subnets.subnets()[0].subnet_id().unwrap(), subnets.subnets()[0].vpc_id().unwrap());
    let group = ec2.create_security_group().group_name("files").description("files").vpc_id(vpc);
    let group = group.send().await.unwrap().group_id.unwrap();
    create(&account, &base).await;
    (account, base, changes("ben", subnet, &group))
}

#[tokio::test(start_paused = true)]
async fn each_setting_changed_becomes_what_is_wanted_or_is_refused() {
    let (mut touched, mut set, mut failed) = (BTreeSet::new(), BTreeMap::new(), vec![]);
    let (mut account, mut base, rows) = with_stack().await;
    for (change, outcome) in &rows {
        let changed = with(&base, change);
        let [one, other] = [&base, &changed].map(|blueprint| serde_json::to_value(blueprint).unwrap());
        different(&one, &other, "", &mut touched);
        settings(&one, "", &mut set);
        let seen = AssertUnwindSafe(see(&account, &base, &changed, *outcome)).catch_unwind().await;
        if seen.is_err() {
            eprintln!("^ {change:?}");
            failed.push(change);
        }
        // What is left of a change must not count for the next.
        if seen.is_err() || matches!(outcome, Another) {
            (account, base, _) = with_stack().await;
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
    let untouched: Vec<_> = set.keys().filter(|path| !touched.contains(*path)).collect();
    // Another name is another stack.
    assert_eq!(untouched, [".name"], "never changed");
    seen::all("settings changed one by one on a stack that is there", rows.len(), rows.len());
}
