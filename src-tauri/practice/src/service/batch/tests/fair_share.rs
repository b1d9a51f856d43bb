//! Scheduling policies.

use super::*;

const ARN: &str = "arn:aws:batch:us-east-1:111122223333:scheduling-policy/fair";

/// A Fargate environment of one vCPU, a queue that shares it fairly, and a definition of a priority.
fn ready(policy: Value) -> Lab {
    let mut lab = Lab::new();
    lab.ok("CreateComputeEnvironment", fargate(&lab, "ce", 1));
    lab.ok("CreateSchedulingPolicy", json!({ "name": "fair", "fairsharePolicy": policy }));
    lab.wait(30);
    let mut fair = queue("q", &["ce"]);
    fair["schedulingPolicyArn"] = json!(ARN);
    lab.ok("CreateJobQueue", fair);
    lab.wait(10);
    let mut input = definition("d", &["sleep", "60"]);
    input["schedulingPriority"] = json!(1);
    lab.ok("RegisterJobDefinition", input);
    lab
}

#[test]
fn a_policy_is_made_shown_changed_and_kept_while_a_queue_has_it() {
    let mut lab = Lab::new();
    let shares = json!({ "shareDistribution": [{ "shareIdentifier": "team*", "weightFactor": 0.5 }] });
    let input = json!({ "name": "fair", "fairsharePolicy": shares, "tags": { "a": "b" } });
    assert_eq!(lab.ok("CreateSchedulingPolicy", input.clone())["arn"], ARN);
    assert_eq!(lab.call("CreateSchedulingPolicy", input).unwrap_err().status, 409);
    let described = |lab: &mut Lab| {
        let answer = lab.ok("DescribeSchedulingPolicies", json!({ "arns": [ARN, "arn:aws:batch:x"] }));
        answer["schedulingPolicies"].clone()
    };
    assert_eq!(
        described(&mut lab),
        json!([{ "name": "fair", "arn": ARN, "tags": { "a": "b" }, "fairsharePolicy": shares }])
    );
    let change = json!({ "arn": ARN, "fairsharePolicy": { "shareDecaySeconds": 3600 } });
    lab.ok("UpdateSchedulingPolicy", change);
    assert_eq!(described(&mut lab)[0]["fairsharePolicy"], json!({ "shareDecaySeconds": 3600 }));
    assert_eq!(described(&mut lab)[0]["tags"], json!({ "a": "b" }));
    assert_eq!(
        lab.ok("ListSchedulingPolicies", json!({})),
        json!({ "schedulingPolicies": [{ "arn": ARN }] })
    );
    let tags = json!({ "resourceArn": ARN, "tags": { "c": "d" } });
    lab.call_of(Service::Batch, "TagResource", tags).unwrap();
    assert_eq!(described(&mut lab)[0]["tags"], json!({ "a": "b", "c": "d" }));

    let mut lab = ready(json!({}));
    assert_eq!(lab.queue("q")["schedulingPolicyArn"], ARN);
    assert!(lab.refused("DeleteSchedulingPolicy", json!({ "arn": ARN })).contains("JobQueue"));
    let mut none = queue("fifo", &["ce"]);
    none["schedulingPolicyArn"] = json!(format!("{ARN}2"));
    assert!(lab.refused("CreateJobQueue", none).contains(&format!("SchedulingPolicy {ARN}2 not found.")));
    lab.ok("CreateJobQueue", queue("fifo", &["ce"]));
    lab.wait(10);
    lab.ok("CreateSchedulingPolicy", json!({ "name": "other" }));
    let give = |queue: &str, arn: String| json!({ "jobQueue": queue, "schedulingPolicyArn": arn });
    assert!(lab.refused("UpdateJobQueue", give("fifo", ARN.to_owned())).contains("cannot be added"));
    assert!(lab.refused("UpdateJobQueue", give("q", String::new())).contains("cannot be removed"));
    lab.ok("UpdateJobQueue", give("q", ARN.replace("fair", "other")));
    lab.ok("DeleteSchedulingPolicy", json!({ "arn": ARN }));
    lab.ok("DeleteSchedulingPolicy", json!({ "arn": ARN }));
    assert_eq!(described(&mut lab), json!([]));
}

#[test]
fn what_a_policy_may_not_be() {
    let mut lab = Lab::new();
    let mut with = |name: &str, shares: Value| {
        let input = json!({ "name": name, "fairsharePolicy": { "shareDistribution": shares } });
        lab.refused("CreateSchedulingPolicy", input)
    };
    assert!(with("a b", json!([])).contains("Scheduling policy name should match a valid pattern."));
    let share = |name: &str| json!({ "shareIdentifier": name });
    assert!(with("p", json!([share("a b")])).contains("ShareIdentifier name should match"));
    assert!(with("p", json!([share("a"), share("a")])).contains("two or more identical shareIdentifiers."));
    assert!(with("p", json!([share("a*"), share("ab")])).contains("matches another share identifier"));
    let heavy = json!([{ "shareIdentifier": "a", "weightFactor": 1000 }]);
    assert!(with("p", heavy).contains("between 0.0001 and 999.9999."));
    let both = json!({ "name": "p", "fairsharePolicy": {}, "quotaSharePolicy": {} });
    assert!(
        lab.refused("CreateSchedulingPolicy", both).contains("either fairsharePolicy or quotaSharePolicy")
    );
}

#[test]
fn jobs_say_whose_they_are_where_that_matters_and_nowhere_else() {
    let mut lab = ready(json!({}));
    let input = |more: Value| {
        let mut input = json!({ "jobName": "j", "jobQueue": "q", "jobDefinition": "d" });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    assert_eq!(lab.refused("SubmitJob", input(json!({}))), "shareIdentifier must be specified.");
    let outside = input(json!({ "shareIdentifier": "a", "schedulingPriorityOverride": 10_000 }));
    assert!(lab.refused("SubmitJob", outside).contains("Scheduling priority must be between 0 and 9999."));
    lab.register("bare", &["true"]);
    let bare = input(json!({ "shareIdentifier": "a", "jobDefinition": "bare" }));
    assert!(lab.refused("SubmitJob", bare).starts_with("Either schedulingPriority in job definition or"));
    let id = lab.submit(json!({ "shareIdentifier": "a", "schedulingPriorityOverride": 7 }));
    let job = lab.job(&id);
    assert_eq!((&job["shareIdentifier"], &job["schedulingPriority"]), (&json!("a"), &json!(7)));
    let filter = json!({ "jobQueue": "q", "filters": [{ "name": "SHARE_IDENTIFIER", "values": ["a"] }] });
    assert_eq!(lab.ok("ListJobs", filter)["jobSummaryList"][0]["shareIdentifier"], "a");

    lab.ok("CreateJobQueue", queue("fifo", &["ce"]));
    lab.wait(10);
    for more in [json!({ "shareIdentifier": "a" }), json!({ "schedulingPriorityOverride": 1 })] {
        let mut input = input(more);
        input["jobQueue"] = json!("fifo");
        assert!(
            lab.refused("SubmitJob", input).contains("can onlybe submitted to job queue with fair share")
        );
    }
}

#[test]
fn whoever_has_used_least_comes_next_and_a_shares_own_jobs_go_by_priority() {
    let weights = json!({ "shareDistribution": [{ "shareIdentifier": "light", "weightFactor": 0.25 }] });
    let mut lab = ready(weights);
    let submit = |lab: &mut Lab, share: &str, priority: i64| {
        lab.submit(json!({ "shareIdentifier": share, "schedulingPriorityOverride": priority }))
    };
    let first = submit(&mut lab, "heavy", 1);
    lab.until(&first, "RUNNING");
    let late = submit(&mut lab, "heavy", 1);
    let urgent = submit(&mut lab, "heavy", 9);
    let other = submit(&mut lab, "light", 1);
    lab.wait(5);
    let snapshot = lab.ok("GetJobQueueSnapshot", json!({ "jobQueue": "q" }));
    let order: Vec<&str> = snapshot["frontOfQueue"]["jobs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|job| job["jobArn"].as_str().unwrap().rsplit('/').next().unwrap())
        .collect();
    assert_eq!(order, [&other, &urgent, &late]);
    for (running, waiting) in [(&other, &urgent), (&urgent, &late)] {
        lab.until(running, "RUNNING");
        assert_eq!(lab.status(waiting), "RUNNABLE");
    }
}
