//! A stack that is there: what somebody changed is accepted or put back, an edited blueprint takes a new environment
//! while a job runs, and names that are taken are left alone or taken over.

use slipway_tests::{
    boto,
    cli::Cli,
    keyring::Keyring,
    practice::Practice,
    process::until,
    window::{Opening, Scheme, Window},
};

use crate::journey::{CREATED, Journey, SOON};

/// Somebody else works with the same account.
const DRIFT: &str = r#"
batch = client("batch")
batch.update_job_queue(jobQueue="imaging-main", priority=9)
batch.update_compute_environment(computeEnvironment="imaging-fargate", computeResources={"maxvCpus": 16})
client("logs").put_retention_policy(logGroupName="/slipway/imaging", retentionInDays=5)
client("iam").attach_role_policy(RoleName="imaging-execution", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
ecr = client("ecr")
ecr.set_repository_policy(repositoryName="imaging/app", policyText='{"Version":"2012-10-17","Statement":[{"Sid":"everybody","Effect":"Allow","Principal":"*","Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]}]}')
ecr.put_lifecycle_policy(repositoryName="imaging/app", lifecyclePolicyText='{"rules":[{"rulePriority":1,"selection":{"tagStatus":"any","countType":"imageCountMoreThan","countNumber":5},"action":{"type":"expire"}}]}')
ec2 = client("ec2")
groups = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["imaging-jobs"]}])["SecurityGroups"]
ec2.authorize_security_group_ingress(GroupId=groups[0]["GroupId"], IpPermissions=[
    {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}])
"#;

/// A job that goes on for a while, as whoever watches would launch one.
const LONG: &str = r#"
import time
batch = client("batch")
job = batch.submit_job(jobName="long", jobQueue="imaging-main", jobDefinition="imaging-job",
    containerOverrides={"command": ["sleep", "1000000"]}, timeout={"attemptDurationSeconds": 2000000})
while batch.describe_jobs(jobs=[job["jobId"]])["jobs"][0]["status"] != "RUNNING":
    time.sleep(0.2)
"#;

/// A log group and a role under the names of a stack that is not there.
const TAKEN: &str = r#"
client("logs").create_log_group(logGroupName="/slipway/harbour")
client("ecr").create_repository(repositoryName="harbour/app")
"#;

#[test]
fn what_others_changed_and_what_is_changed_while_a_job_runs() {
    there(Scheme::Light);
}

#[test]
fn the_same_in_the_dark() {
    there(Scheme::Dark);
}

fn there(scheme: Scheme) {
    let person = Cli::practice();
    let practice = Practice::paced(person.home(), "1000");
    let file = person.blueprint_of("fargate", &[("name = \"first\"", "name = \"imaging\"")]);
    person.must(&["create", "--blueprint", &file, "--yes"]);
    boto::run(&practice.endpoint(), DRIFT);
    boto::run(&practice.endpoint(), LONG);
    boto::run(&practice.endpoint(), TAKEN);
    person.must(&["practice", "pace", "20"]);

    let keyring = Keyring::unlocked();
    let window = Window::open(&Opening { scheme, ..Opening::new(person.home(), &keyring) });
    let journey = Journey { window: &window, scheme, prefix: "" };
    window.click("connect-practice");
    window.see("practice-badge");
    drifted(&journey);
    succeeded(&journey);
    taken(&journey);
}

fn drifted(journey: &Journey<'_>) {
    let window = journey.window;
    window.click("nav-stacks");
    window.click("stack-imaging");
    window.see("put-back-job-queue/main");
    window.see("accept-log-group/main");
    window.see("accept-execution-role/main");
    window.see("put-back-security-group/main");
    journey.shot("stack-drift");
    window.see("put-back-repository/app");
    journey.shot_with("stack-drift-policies", || {
        window.script(
            "document.querySelector('[data-testid=\"put-back-repository/app\"]').scrollIntoView({ block: 'center' })",
            &[],
        );
    });
    window.click("put-back-repository/app");
    window.gone("put-back-repository/app");
    window.click("accept-execution-role/main");
    window.gone("accept-execution-role/main");
    window.click("put-back-security-group/main");
    window.gone("put-back-security-group/main");
    // There is room for fewer jobs then, and one runs.
    window.click("put-back-compute-environment/fargate");
    window.says("confirm", "imaging-fargate", SOON);
    journey.shot("put-back-asks");
    window.click("confirm-yes");
    window.gone("put-back-compute-environment/fargate");
    window.click("accept-log-group/main");
    window.gone("accept-log-group/main");
    window.click("put-back-job-queue/main");
    window.gone("put-back-job-queue/main");
    window.says("stack", "Everything of imaging is there", CREATED);
}

/// From Fargate to Fargate Spot: AWS changes that in no environment.
fn succeeded(journey: &Journey<'_>) {
    let window = journey.window;
    window.click("stack-change");
    window.click("section-compute_environments");
    window.choose("field-compute_environments[0].kind", "fargate-spot");
    window.click("go-check");
    window.says("check-summary", "to put right", CREATED);
    journey.shot("change-check");
    window.click("go-review");
    window.says("plan-busy", "Jobs that run on imaging-fargate: 1", CREATED);
    window.see("plan-compute-environment/fargate_2");
    journey.shot("change-review");
    window.click("go-create");
    window.see("confirm");
    journey.shot("change-asks");
    window.click("confirm-yes");
    until("the run to say what it waits for", CREATED, || {
        let script =
            "return document.querySelector('[data-testid=\"run-compute-environment/fargate\"]')?.textContent";
        window.script(script, &[]).as_str()?.contains("still run on imaging-fargate").then_some(())
    });
    journey.shot("change-drains");
    window.click("run-stop");
    window.see_within("run-undo", CREATED);
    window.click("run-undo");
    window.see("confirm");
    window.says("confirm", "imaging-fargate_2", CREATED);
    journey.shot("change-undo-asks");
    window.click("confirm-yes");
    window.see_within("start-over", CREATED);
    journey.shot("change-undone");
    window.click("start-over");
}

fn taken(journey: &Journey<'_>) {
    let window = journey.window;
    window.see("field-name");
    window.type_over("field-name", "harbour");
    window.click("go-check");
    window.says("names-taken", "2 names", CREATED);
    journey.shot("names-taken");
    window.click("names-taken-adopt");
    window.says("confirm", "/slipway/harbour", SOON);
    journey.shot("adopt-asks");
    window.click("confirm-yes");
    window.gone("names-taken");
    window.says("check-summary", "to make", CREATED);
    window.click("go-review");
    window.see_within("go-create", CREATED);
    window.click("go-create");
    // Stopped once the log group has got its days: what they were before, nobody knows.
    until("the log group to be done", CREATED, || {
        let script = "return document.querySelector('[data-testid=\"run-log-group/main\"]')?.dataset.state";
        (window.script(script, &[]).as_str()? == "done").then_some(())
    });
    window.click("run-stop");
    window.see_within("run-undo", CREATED);
    window.click("run-undo");
    window.says("confirm", "what it was before is not known", CREATED);
    window.click("confirm-yes");
    window.see_within("start-over", CREATED);
    window.says("setup-create", "the rest stays as said above", CREATED);
    journey.shot("adopted-undone");
}
