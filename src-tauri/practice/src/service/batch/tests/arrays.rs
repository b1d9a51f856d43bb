use super::*;

fn child(lab: &mut Lab, parent: &str, index: u32) -> Value {
    lab.job(&format!("{parent}:{index}"))
}

#[test]
fn an_array_runs_its_children_and_counts_them() {
    let mut lab = Lab::ready();
    let id = lab.submit(json!({
        "arrayProperties": { "size": 6 },
        "containerOverrides": { "command": ["sh", "-c", "echo $AWS_BATCH_JOB_ARRAY_INDEX; sleep 100"] },
    }));
    lab.wait(60);
    let parent = lab.job(&id);
    assert_eq!(parent["status"], "PENDING", "a parent whose children run is PENDING");
    let summary = &parent["arrayProperties"]["statusSummary"];
    assert_eq!((&summary["RUNNING"], &summary["RUNNABLE"]), (&json!(4), &json!(2)));
    assert_eq!(child(&mut lab, &id, 5)["arrayProperties"], json!({ "index": 5 }));
    let parent = lab.until(&id, "SUCCEEDED");
    assert_eq!(parent["arrayProperties"]["statusSummary"]["SUCCEEDED"], 6);
    let job = child(&mut lab, &id, 3);
    assert_eq!(lab.log(&job), ["3"]);
}

#[test]
fn one_failed_child_fails_the_array() {
    let mut lab = Lab::ready();
    let id = lab.submit(json!({
        "arrayProperties": { "size": 3 },
        "containerOverrides": { "command": ["sh", "-c", "[ $AWS_BATCH_JOB_ARRAY_INDEX != 1 ]"] },
    }));
    let parent = lab.until(&id, "FAILED");
    assert_eq!(parent["statusReason"], "Array Child Job failed");
    let summary = &parent["arrayProperties"]["statusSummary"];
    assert_eq!((&summary["SUCCEEDED"], &summary["FAILED"]), (&json!(2), &json!(1)));
}

#[test]
fn sequential_children_run_one_after_the_other() {
    let mut lab = Lab::ready();
    let id = lab.submit(json!({ "arrayProperties": { "size": 3 }, "dependsOn": [{ "type": "SEQUENTIAL" }] }));
    lab.until(&id, "SUCCEEDED");
    let times: Vec<(i64, i64)> = (0..3)
        .map(|index| {
            let job = child(&mut lab, &id, index);
            (job["startedAt"].as_i64().unwrap(), job["stoppedAt"].as_i64().unwrap())
        })
        .collect();
    assert!(times.windows(2).all(|pair| pair[0].1 < pair[1].0), "{times:?}");
}

#[test]
fn n_to_n_binds_child_to_child() {
    let mut lab = Lab::ready();
    let first = lab.submit(json!({
        "arrayProperties": { "size": 2 },
        "containerOverrides": { "command": ["sh", "-c", "sleep $((AWS_BATCH_JOB_ARRAY_INDEX * 200)); exit $AWS_BATCH_JOB_ARRAY_INDEX"] },
    }));
    let second = lab.submit(json!({
        "arrayProperties": { "size": 2 },
        "dependsOn": [{ "jobId": first, "type": "N_TO_N" }],
    }));
    lab.until(&format!("{second}:0"), "SUCCEEDED");
    assert_eq!(child(&mut lab, &second, 1)["status"], "PENDING");
    let last = lab.until(&format!("{second}:1"), "FAILED");
    assert_eq!(last["statusReason"], "Dependent Job failed");
    lab.until(&second, "FAILED");
    let sizes = json!({ "jobName": "j", "jobQueue": "q", "jobDefinition": "d", "arrayProperties": { "size": 3 },
        "dependsOn": [{ "jobId": first, "type": "N_TO_N" }] });
    assert!(lab.refused("SubmitJob", sizes).contains("one size"));
}

#[test]
fn a_job_after_an_array_waits_for_all_of_it() {
    let mut lab = Lab::ready();
    let array = lab.submit(json!({ "arrayProperties": { "size": 3 } }));
    let after = lab.submit(json!({ "dependsOn": [{ "jobId": array }] }));
    let done = lab.until(&after, "SUCCEEDED");
    assert!(done["startedAt"].as_i64().unwrap() > lab.job(&array)["stoppedAt"].as_i64().unwrap());
    let failing = lab
        .submit(json!({ "arrayProperties": { "size": 2 }, "containerOverrides": { "command": ["false"] } }));
    let waiting =
        lab.submit(json!({ "arrayProperties": { "size": 2 }, "dependsOn": [{ "jobId": failing }] }));
    let failed = lab.until(&waiting, "FAILED");
    assert_eq!(failed["statusReason"], "Dependent Job failed");
}

#[test]
fn an_array_is_terminated_with_all_its_children() {
    let mut lab = Lab::ready();
    let command = json!({ "command": ["sleep", "1000"] });
    let id = lab.submit(json!({ "arrayProperties": { "size": 8 }, "containerOverrides": command }));
    lab.wait(60);
    lab.ok("CancelJob", json!({ "jobId": id, "reason": "stop the rest" }));
    let summary = lab.job(&id)["arrayProperties"]["statusSummary"].clone();
    assert_eq!((&summary["RUNNING"], &summary["FAILED"]), (&json!(4), &json!(4)));
    lab.ok("TerminateJob", json!({ "jobId": id, "reason": "stop all" }));
    let parent = lab.until(&id, "FAILED");
    assert_eq!(parent["statusReason"], "stop all");
    assert_eq!(parent["arrayProperties"]["statusSummary"]["FAILED"], 8);
    assert_eq!(child(&mut lab, &id, 0)["statusReason"], "stop all");
    assert_eq!(child(&mut lab, &id, 7)["statusReason"], "stop the rest");
}

#[test]
fn thousands_of_children_are_no_trouble() {
    let mut lab = Lab::ready();
    let id = lab.submit(
        json!({ "arrayProperties": { "size": 3_000 }, "containerOverrides": { "command": ["echo", "x"] } }),
    );
    lab.wait(3 * 86_400);
    assert_eq!(lab.job(&id)["arrayProperties"]["statusSummary"]["SUCCEEDED"], 3_000);
    assert_eq!(lab.status(&id), "SUCCEEDED");
    lab.wait(8 * 86_400);
    assert_eq!(child(&mut lab, &id, 2_999), Value::Null);
}
