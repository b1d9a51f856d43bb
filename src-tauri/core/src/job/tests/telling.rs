//! What is said of a job follows from what AWS describes, and from nothing else.

use aws_sdk_batch::types::{
    ArrayPropertiesDetail, AttemptContainerDetail, AttemptDetail, AttemptEcsTaskDetails,
    AttemptTaskContainerDetails, ContainerDetail, EcsPropertiesDetail, EcsTaskDetails, JobDetail, JobStatus,
    KeyValuePair, PlatformCapability, RetryStrategy, TaskContainerDetails, builders::JobDetailBuilder,
};

use crate::job::{JobState, JobView, describe::Described};

fn detail(state: &str) -> JobDetailBuilder {
    JobDetail::builder()
        .job_id("id")
        .job_name("name")
        .status(JobStatus::from(state))
        .platform_capabilities(PlatformCapability::Fargate)
}

fn told(detail: JobDetailBuilder) -> JobView {
    JobView::of(&Described { detail: detail.build(), json: String::new() })
}

fn failed(exit: Option<i32>, reason: &str) -> JobView {
    let container = AttemptContainerDetail::builder().set_exit_code(exit).reason(reason).build();
    let attempt = AttemptDetail::builder().container(container).stopped_at(5).build();
    told(
        detail("FAILED")
            .status_reason("Task failed to start")
            .attempts(attempt)
            .container(ContainerDetail::builder().set_exit_code(exit).build()),
    )
}

#[test]
fn reasons_for_waiting_are_told_by_their_beginning() {
    for (words, code) in [
        ("", "job-runnable-fargate"),
        ("CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY - Service cannot", "job-runnable-capacity"),
        ("MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE - CE(s)", "job-runnable-max-vcpus"),
        ("MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT – The job", "job-runnable-too-large"),
        ("MISCONFIGURATION:EC2_INSTANCE_CONFIGURATION_UNSUPPORTED - Your", "job-runnable-instance-types"),
        ("MISCONFIGURATION:SERVICE_ROLE_PERMISSIONS – Batch", "job-runnable-service-role"),
        ("ACTION_REQUIRED - CE(s) associated", "job-runnable-environment"),
        ("UNDETERMINED - Batch job is blocked", "job-runnable-undetermined"),
        ("SOMETHING_NEW - words", "job-runnable-words"),
    ] {
        let detail = detail("RUNNABLE").set_status_reason((!words.is_empty()).then(|| words.to_owned()));
        assert_eq!(told(detail).doing.code, code);
    }
}

#[test]
fn exit_codes_and_reasons_of_containers_are_told_in_plain_words() {
    for (exit, reason, code) in [
        (Some(1), "", "job-exit"),
        (Some(126), "", "job-exit-126"),
        (Some(127), "", "job-exit-127"),
        (Some(137), "", "job-exit-137"),
        (Some(139), "", "job-exit-139"),
        (Some(143), "", "job-exit-143"),
        (Some(137), "OutOfMemoryError: container killed due to memory usage", "job-failed-memory"),
        (
            None,
            "CannotPullContainerError: image Manifest does not contain descriptor matching platform 'linux/amd64'.",
            "job-pull-architecture",
        ),
        (
            None,
            "CannotPullContainerError: toomanyrequests: You have reached your pull rate limit",
            "job-pull-limit",
        ),
        (None, "CannotPullContainerError: dial tcp 1.2.3.4:443: i/o timeout", "job-pull-network"),
        (None, "CannotPullContainerError: failed to resolve ref a/b:c: not found", "job-pull-missing"),
        (None, "CannotPullContainerError: pull access denied", "job-pull-denied"),
        (None, "CannotPullContainerError: write /x: no space left on device", "job-pull-space"),
        (None, "CannotPullContainerError: of a new kind", "job-pull"),
        (
            None,
            "ResourceInitializationError: failed to validate logger args: The specified log group does not exist",
            "job-init-logs",
        ),
        (
            None,
            "ResourceInitializationError: unable to pull secrets or registry auth: dial tcp: i/o timeout. Please check your task network configuration.",
            "job-init-network",
        ),
        (
            None,
            "ResourceInitializationError: unable to pull secrets: AccessDeniedException: User",
            "job-init-denied",
        ),
        (None, "ResourceInitializationError: of a new kind", "job-init"),
        (
            Some(127),
            "CannotStartContainerError: exec: \"nope\": executable file not found in $PATH",
            "job-start-command",
        ),
        (None, "CannotStartContainerError: of a new kind", "job-start"),
        (None, "words of a new kind", "job-failed-words"),
    ] {
        let job = failed(exit, reason);
        assert_eq!(job.doing.code, code, "{reason}");
        assert!(!job.doing.text.contains('{') && job.doing.text != code, "{}", job.doing.text);
    }
}

#[test]
fn what_aws_says_of_the_job_goes_before_its_exit_code() {
    let exit = ContainerDetail::builder().exit_code(137).build();
    for (reason, code) in [
        ("Job attempt duration exceeded timeout", "job-failed-timeout"),
        ("Dependent Job failed", "job-failed-dependency"),
        ("Host EC2 (instance i-0a1b) terminated.", "job-failed-host"),
        ("Canceled by JobStateTimeLimit action due to reason: CAPACITY", "job-failed-time-limit"),
        ("ECS was unable to assume the role 'r'", "job-failed-role"),
        ("Container Overrides length must be at most 8192", "job-failed-overrides"),
    ] {
        let job = told(detail("FAILED").status_reason(reason).container(exit.clone()));
        assert_eq!(job.doing.code, code);
    }
    let stopped = detail("FAILED").container(exit);
    assert_eq!(told(stopped.clone().is_terminated(true)).doing.code, "job-failed-terminated");
    assert_eq!(told(stopped.is_cancelled(true)).doing.code, "job-failed-cancelled");
}

#[test]
fn a_retry_that_waits_says_what_came_before() {
    let container = AttemptContainerDetail::builder().exit_code(9).build();
    let attempt = AttemptDetail::builder().container(container).stopped_at(5).build();
    let job = told(
        detail("RUNNABLE").attempts(attempt).retry_strategy(RetryStrategy::builder().attempts(3).build()),
    );
    assert_eq!(job.doing.code, "job-runnable-again-exit");
    assert!(job.doing.text.contains("Attempt 1 of 3") && job.doing.text.contains("exit code 9"));
}

#[test]
fn a_state_that_nobody_knows_is_named_and_does_no_harm() {
    let job = told(detail("HIBERNATING").started_at(5));
    assert_eq!((job.summary.state, job.doing.code.as_str()), (JobState::Running, "job-doing-unknown"));
    assert!(job.doing.text.contains("HIBERNATING"));
    let nothing = told(JobDetail::builder());
    assert_eq!(nothing.summary.state, JobState::Pending);
}

#[test]
fn cancelling_is_offered_only_where_it_acts() {
    for state in JobState::ALL {
        let can = told(detail(state.name())).can;
        let waits = matches!(state, JobState::Submitted | JobState::Pending | JobState::Runnable);
        assert_eq!((can.cancel, can.terminate), (waits, !state.is_final()), "{state}");
    }
    let array = |running| {
        let array = ArrayPropertiesDetail::builder().size(4).status_summary("RUNNING", running);
        told(detail("PENDING").array_properties(array.status_summary("RUNNABLE", 4 - running).build()))
    };
    assert!(array(0).can.cancel && !array(1).can.cancel && array(1).can.terminate);
    assert_eq!(array(1).doing.code, "job-doing-array");
    assert!(!told(detail("RUNNING").is_terminated(true)).can.terminate);
}

#[test]
fn a_container_of_a_task_is_read_like_a_jobs_own() {
    let container = |name: &str, essential| {
        TaskContainerDetails::builder().name(name).essential(essential).image(format!("{name}:1"))
    };
    let main = container("main", true)
        .environment(KeyValuePair::builder().name("WORD").value("plum").build())
        .log_stream_name("main/1");
    let task =
        EcsTaskDetails::builder().containers(container("side", false).build()).containers(main.build());
    let left = |name: &str, exit| AttemptTaskContainerDetails::builder().name(name).exit_code(exit).build();
    let attempt = AttemptEcsTaskDetails::builder().containers(left("side", 0)).containers(left("main", 4));
    let job = told(
        detail("FAILED")
            .ecs_properties(EcsPropertiesDetail::builder().task_properties(task.build()).build())
            .attempts(AttemptDetail::builder().task_properties(attempt.build()).stopped_at(5).build()),
    );
    assert_eq!(job.image.as_deref(), Some("main:1"));
    assert_eq!(job.environment["WORD"], "plum");
    assert_eq!(job.attempts[0].exit_code, Some(4));
    assert_eq!(job.doing.code, "job-exit");
}
