use super::*;

fn names(answer: &Value) -> Vec<&str> {
    answer["jobSummaryList"].as_array().unwrap().iter().map(|job| job["jobName"].as_str().unwrap()).collect()
}

fn with_jobs() -> Lab {
    let mut lab = Lab::ready();
    for number in 0..5 {
        lab.submit(json!({ "jobName": format!("tile-{number}"), "containerOverrides": { "command": ["sleep", "500"] } }));
        lab.wait(1);
    }
    lab.submit(json!({ "jobName": "Other" }));
    lab.wait(120);
    lab
}

#[test]
fn without_a_state_only_what_runs_is_listed() {
    let mut lab = with_jobs();
    let running = lab.ok("ListJobs", json!({ "jobQueue": "q" }));
    assert_eq!(names(&running), ["tile-3", "tile-2", "tile-1", "tile-0"]);
    let waiting = lab.ok("ListJobs", json!({ "jobQueue": "q", "jobStatus": "RUNNABLE" }));
    assert_eq!(names(&waiting), ["Other", "tile-4"]);
    assert!(lab.refused("ListJobs", json!({})).contains("required"));
    assert!(lab.refused("ListJobs", json!({ "jobQueue": "nope" })).contains("not found"));
    assert!(lab.refused("ListJobs", json!({ "jobQueue": "q", "jobStatus": "DONE" })).contains("not valid"));
}

#[test]
fn pages_do_not_shift_when_new_jobs_arrive() {
    let mut lab = with_jobs();
    let first = lab.ok("ListJobs", json!({ "jobQueue": "q", "maxResults": 2 }));
    assert_eq!(names(&first), ["tile-3", "tile-2"]);
    lab.submit(json!({ "jobName": "new" }));
    let second =
        lab.ok("ListJobs", json!({ "jobQueue": "q", "maxResults": 2, "nextToken": first["nextToken"] }));
    assert_eq!(names(&second), ["tile-1", "tile-0"]);
    assert!(second.get("nextToken").is_none());
}

#[test]
fn a_filter_sets_the_state_aside() {
    let mut lab = with_jobs();
    let by = |lab: &mut Lab, name: &str, value: &str| {
        let answer =
            lab.ok("ListJobs", json!({ "jobQueue": "q", "filters": [{ "name": name, "values": [value] }] }));
        names(&answer).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(by(&mut lab, "JOB_NAME", "other"), ["Other"]);
    assert_eq!(by(&mut lab, "JOB_NAME", "TILE-*").len(), 5);
    assert_eq!(by(&mut lab, "JOB_DEFINITION", "d").len(), 6);
    assert_eq!(by(&mut lab, "JOB_DEFINITION", "d:2").len(), 0);
    let now = lab.now.0.to_string();
    assert_eq!(by(&mut lab, "BEFORE_CREATED_AT", &now).len(), 6);
    assert_eq!(by(&mut lab, "AFTER_CREATED_AT", &now).len(), 0);
    assert!(
        lab.refused("ListJobs", json!({ "jobQueue": "q", "filters": [{ "name": "X", "values": [] }] }))
            .contains('X')
    );
}

#[test]
fn children_are_listed_under_their_array_only() {
    let mut lab = Lab::ready();
    let id = lab.submit(json!({ "arrayProperties": { "size": 3 } }));
    lab.until(&id, "SUCCEEDED");
    let children = lab.ok("ListJobs", json!({ "arrayJobId": id, "jobStatus": "SUCCEEDED" }));
    let list = children["jobSummaryList"].as_array().unwrap();
    assert_eq!(list.len(), 3);
    assert_eq!(list[1]["arrayProperties"], json!({ "index": 1 }));
    assert_eq!(list[1]["container"], json!({ "exitCode": 0 }));
    let parents = lab.ok("ListJobs", json!({ "jobQueue": "q", "jobStatus": "SUCCEEDED" }));
    assert_eq!(parents["jobSummaryList"].as_array().unwrap().len(), 1);
    assert_eq!(parents["jobSummaryList"][0]["arrayProperties"], json!({ "size": 3 }));
}
