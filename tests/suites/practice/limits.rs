//! Limits against what is there and what a stack makes, and asking AWS for more.

use std::collections::BTreeMap;

use slipway_core::{
    blueprint::{Blueprint, Network, Preset, WayOut},
    check::{self, CheckItem, CheckVerdict},
    quota::{self, RequestStatus},
};
use tokio::time::{Duration, sleep};

use crate::{
    account::{Account, fresh},
    launch::job_for,
    runs::{create, done},
    seam::Fault,
};

async fn limits(account: &Account, blueprint: &Blueprint) -> BTreeMap<String, CheckItem> {
    let report = check::check(&account.session, blueprint.clone(), |_| ()).await.unwrap();
    let limits = report.items.into_iter().filter(|item| item.group == check::Group::Limits);
    limits.map(|item| (item.id.clone(), item)).collect()
}

fn code(item: &CheckItem) -> (CheckVerdict, &str) {
    (item.verdict, item.finding.code.as_str())
}

fn private(way_out: WayOut) -> Blueprint {
    let network = Network::NewVpc { cidr: "10.42.0.0/16".to_owned(), way_out };
    Blueprint { network, ..Preset::Fargate.blueprint("imaging") }
}

#[tokio::test(start_paused = true)]
async fn only_what_is_to_be_made_is_asked_for() {
    let account = fresh(1).await;
    let default = Preset::Fargate.blueprint("imaging");
    let ids: Vec<_> = limits(&account, &default).await.into_keys().collect();
    assert_eq!(
        ids,
        ["fargate-vcpus", "limit-environments", "limit-queues", "limit-roles", "limit-security-groups"]
    );
    let nat: Vec<_> = limits(&account, &private(WayOut::NatGateway)).await.into_keys().collect();
    for id in ["limit-vpcs", "limit-internet-gateways", "limit-elastic-ips", "limit-nat-gateways"] {
        assert!(nat.iter().any(|one| one == id), "{id}: {nat:?}");
    }
    assert!(limits(&account, &private(WayOut::Endpoints)).await.contains_key("limit-gateway-endpoints"));
    let spot = limits(&account, &Preset::Spot.blueprint("imaging")).await;
    assert!(spot.contains_key("limit-instance-profiles") && spot.contains_key("spot-vcpus"));
    done(&create(&account, &default).await);
    let after: Vec<_> = limits(&account, &default).await.into_keys().collect();
    assert_eq!(after, ["fargate-vcpus"], "what is there is not made");
}

#[tokio::test(start_paused = true)]
async fn what_is_full_would_fail_and_what_has_room_is_counted() {
    let account = fresh(1).await;
    let ec2 = &account.session.aws.once.ec2;
    let wanted = private(WayOut::NatGateway);
    let room = limits(&account, &wanted).await;
    assert_eq!(code(&room["limit-vpcs"]), (CheckVerdict::Ready, "limit-room"));
    assert!(room["limit-vpcs"].finding.text.contains("1 of 5"), "{}", room["limit-vpcs"].finding.text);
    for number in 0..4 {
        ec2.create_vpc().cidr_block(format!("10.{number}.0.0/16")).send().await.unwrap();
    }
    for _ in 0..5 {
        ec2.allocate_address().send().await.unwrap();
    }
    let full = limits(&account, &wanted).await;
    for id in ["limit-vpcs", "limit-elastic-ips"] {
        assert_eq!(code(&full[id]), (CheckVerdict::Wrong, "limit-full"), "{id}");
        let quota = full[id].quota.as_ref().unwrap();
        assert_eq!((quota.limit, quota.desired, quota.console.as_deref()), (5, 6, None));
    }
    assert_eq!(code(&full["limit-nat-gateways"]), (CheckVerdict::Ready, "limit-room"));
}

#[tokio::test(start_paused = true)]
async fn what_runs_already_is_taken_off_but_for_the_stacks_own() {
    let account = fresh(1).await;
    let session = &account.session;
    quota::request(session, "ec2", "L-1216C47A", 16).await.unwrap();
    sleep(Duration::from_mins(5)).await;
    let mut theirs = Preset::OnDemand.blueprint("theirs");
    theirs.compute_environments[0].max_vcpus = 16;
    theirs.compute_environments[0].instances.as_mut().unwrap().min_vcpus = 8;
    done(&create(&account, &theirs).await);
    sleep(Duration::from_mins(5)).await;
    let mut ours = Preset::OnDemand.blueprint("imaging");
    ours.compute_environments[0].max_vcpus = 4;
    let some = limits(&account, &ours).await;
    assert_eq!(code(&some["ec2-vcpus"]), (CheckVerdict::Ready, "limit-enough-used"));
    ours.compute_environments[0].max_vcpus = 16;
    let busy = limits(&account, &ours).await;
    assert_eq!(code(&busy["ec2-vcpus"]), (CheckVerdict::Warning, "limit-busy"));
    assert_eq!(busy["ec2-vcpus"].quota.as_ref().unwrap().desired, 24);
    let own = limits(&account, &theirs).await;
    assert_eq!(code(&own["ec2-vcpus"]), (CheckVerdict::Ready, "limit-enough"));
}

#[tokio::test(start_paused = true)]
async fn of_fargate_others_environments_are_all_that_is_known() {
    let account = fresh(1).await;
    let mut theirs = Preset::Fargate.blueprint("theirs");
    theirs.compute_environments[0].max_vcpus = 5;
    done(&create(&account, &theirs).await);
    let target = slipway_core::job::targets(&account.session).await.unwrap().remove(0);
    slipway_core::job::submit(&account.session, &job_for(&target, "first")).await.unwrap();
    let mut ours = Preset::Fargate.blueprint("imaging");
    ours.compute_environments[0].max_vcpus = 4;
    let shared = limits(&account, &ours).await;
    assert_eq!(code(&shared["fargate-vcpus"]), (CheckVerdict::Ready, "limit-shared"));
    assert!(shared["fargate-vcpus"].evidence.iter().any(|one| one.value == "1: 5 vCPU"));
    ours.compute_environments[0].max_vcpus = 16;
    let short = limits(&account, &ours).await;
    assert_eq!(code(&short["fargate-vcpus"]), (CheckVerdict::Warning, "limit-short"));
}

#[tokio::test(start_paused = true)]
async fn more_is_asked_for_once_shown_while_it_is_open_and_granted() {
    let account = fresh(1).await;
    let session = &account.session;
    let mut wanted = Preset::Fargate.blueprint("imaging");
    wanted.compute_environments[0].max_vcpus = 16;
    let short = limits(&account, &wanted).await;
    assert_eq!(short["fargate-vcpus"].remedy.as_ref().unwrap().code, "limit-ask");
    let asked = quota::request(session, "fargate", "L-3032A538", 16).await.unwrap();
    assert_eq!((asked.status, asked.desired), (RequestStatus::Pending, 16));
    // A second yes sends nothing.
    let again = quota::request(session, "fargate", "L-3032A538", 32).await.unwrap();
    assert_eq!((again.status, again.desired), (RequestStatus::Pending, 16));
    let sent = |account: &Account| {
        let entries = account.session.activity.entries();
        entries.iter().filter(|entry| entry.action == "RequestServiceQuotaIncrease").count()
    };
    assert_eq!(sent(&account), 1);
    sleep(Duration::from_secs(8)).await;
    let open = limits(&account, &wanted).await;
    let item = &open["fargate-vcpus"];
    assert_eq!(item.remedy.as_ref().unwrap().code, "limit-asked");
    let shown = item.quota.as_ref().unwrap().open.as_ref().unwrap();
    assert_eq!(shown.status, RequestStatus::CaseOpened);
    assert!(shown.case.is_some());
    sleep(Duration::from_mins(2)).await;
    let granted = limits(&account, &wanted).await;
    assert_eq!(code(&granted["fargate-vcpus"]), (CheckVerdict::Ready, "limit-enough"));
    assert!(granted["fargate-vcpus"].quota.is_none());
    let refused = quota::request(session, "fargate", "L-3032A538", 3).await.unwrap_err();
    assert!(refused.message.contains("greater than the current quota"), "{}", refused.message);
}

/// Jobs wait for ever where nothing of a queue's may be started; what a queue has besides goes on.
#[tokio::test(start_paused = true)]
async fn no_vcpus_at_all_are_wrong_where_jobs_have_nothing_else() {
    let account = fresh(1).await;
    let of = |preset: Preset, types: &[&str]| {
        let mut blueprint = preset.blueprint("imaging");
        for instances in blueprint.compute_environments.iter_mut().filter_map(|one| one.instances.as_mut()) {
            instances.types = types.iter().map(|name| (*name).to_owned()).collect();
        }
        blueprint
    };
    for (preset, types, id, verdict, said) in [
        (Preset::OnDemand, &["p4d"][..], "p-vcpus", CheckVerdict::Wrong, "limit-none"),
        (Preset::Spot, &["p4d"], "p-spot-vcpus", CheckVerdict::Wrong, "limit-none"),
        (Preset::Spot, &["p5"], "p5-spot-vcpus", CheckVerdict::Wrong, "limit-none"),
        (Preset::OnDemand, &["p4d", "m6i"], "p-vcpus", CheckVerdict::Warning, "limit-none-beside"),
    ] {
        let found = limits(&account, &of(preset, types)).await;
        assert_eq!(code(&found[id]), (verdict, said), "{types:?}");
        assert_eq!(found[id].remedy.as_ref().unwrap().code, "limit-ask-none", "{types:?}");
    }
    // The queue's other environment may be used.
    let mut both = Preset::SpotThenOndemand.blueprint("imaging");
    both.compute_environments[0].instances.as_mut().unwrap().types = vec!["p4d".to_owned()];
    let found = limits(&account, &both).await;
    assert_eq!(code(&found["p-spot-vcpus"]), (CheckVerdict::Warning, "limit-none-beside"));
}

/// A job for which the limit is too low whatever else runs, or the smallest instance that could take it is too large.
#[tokio::test(start_paused = true)]
async fn a_limit_below_what_one_job_takes_is_wrong() {
    let account = fresh(1).await;
    let of = |preset: Preset, types: &[&str], vcpus: u32| {
        let mut blueprint = preset.blueprint("imaging");
        for one in &mut blueprint.compute_environments {
            one.max_vcpus = 64;
            if let Some(instances) = one.instances.as_mut().filter(|_| !types.is_empty()) {
                instances.types = types.iter().map(|name| (*name).to_owned()).collect();
            }
        }
        blueprint.job_definitions[0].vcpu = vcpus.to_string();
        blueprint.job_definitions[0].memory_mib = 2048 * vcpus;
        blueprint
    };
    let wrong = |needed: &str| Some((CheckVerdict::Wrong, "limit-below".to_owned(), needed.to_owned()));
    for (preset, types, vcpus, id, below) in [
        (Preset::Fargate, &[][..], 8, "fargate-vcpus", wrong("8")),
        (Preset::Fargate, &[], 4, "fargate-vcpus", None),
        (Preset::OnDemand, &[], 16, "ec2-vcpus", wrong("16")),
        (Preset::OnDemand, &["m6i.2xlarge", "m6i.4xlarge"], 1, "ec2-vcpus", wrong("8")),
        (Preset::OnDemand, &["m6i.xlarge", "m6i.4xlarge"], 1, "ec2-vcpus", None),
        (Preset::OnDemand, &["m6i"], 1, "ec2-vcpus", None),
    ] {
        let found = limits(&account, &of(preset, types, vcpus)).await;
        let item = &found[id];
        let needed = item.finding.params.get("needed").cloned();
        let told = needed.map(|needed| (item.verdict, item.finding.code.clone(), needed));
        assert_eq!(told, below, "{preset:?} {types:?} {vcpus}: {}", item.finding.text);
        if below.is_some() {
            assert_eq!(item.remedy.as_ref().unwrap().code, "limit-ask-below");
            assert!(item.quota.as_ref().unwrap().desired >= 8);
        }
    }
    // Whoever may be started on the Spot market does not wait for the other limit.
    quota::request(&account.session, "ec2", "L-34B43A08", 64).await.unwrap();
    sleep(Duration::from_mins(10)).await;
    let found = limits(&account, &of(Preset::SpotThenOndemand, &[], 16)).await;
    assert_eq!(code(&found["ec2-vcpus"]), (CheckVerdict::Warning, "limit-short"));
    assert_eq!(found["spot-vcpus"].verdict, CheckVerdict::Ready);
}

#[tokio::test(start_paused = true)]
async fn a_request_whose_answer_is_lost_is_looked_for_and_not_sent_again() {
    let account = fresh(1).await;
    account.seam.set(Fault::LoseReply(1));
    let asked = quota::request(&account.session, "ec2", "L-34B43A08", 16).await.unwrap();
    assert_eq!((asked.status, asked.desired), (RequestStatus::Pending, 16));
}

#[tokio::test(start_paused = true)]
async fn who_may_not_look_at_limits_is_told_so_and_not_held_up() {
    let account = fresh(1).await;
    let wanted = private(WayOut::NatGateway);
    account.seam.set(Fault::Deny(&[
        "GetServiceQuota",
        "DescribeAddresses",
        "GetAccountSummary",
        "DescribeJobQueues",
    ]));
    let report = check::check(&account.session, wanted, |_| ()).await.unwrap();
    let limits: BTreeMap<_, _> = report.items.iter().map(|item| (item.id.as_str(), item)).collect();
    for id in ["fargate-vcpus", "limit-vpcs", "limit-roles"] {
        assert_eq!(code(limits[id]), (CheckVerdict::CannotTell, "limit-unknown"), "{id}");
    }
    assert!(!report.blocked);
    account.seam.set(Fault::Deny(&["RequestServiceQuotaIncrease"]));
    let denied = quota::request(&account.session, "ec2", "L-34B43A08", 16).await.unwrap_err();
    let advice = denied.advice.unwrap_or_default();
    assert!(advice.contains("servicequotas:RequestServiceQuotaIncrease"), "{advice}");
}
