//! A stack with several queues that is there already: a job launched where shares count, what a change would change,
//! and a teardown while a job runs and somebody has hung a policy on a role.

use slipway_tests::{
    boto,
    cli::Cli,
    keyring::Keyring,
    practice::Practice,
    process::until,
    window::{Opening, Scheme, Window},
};

use crate::journey::{CREATED, Journey, SOON};

/// The preset with a second queue, which shares its compute out, and a second definition.
const QUEUES: &str = r#"
[[scheduling_policies]]
name = "lab"
shares = { research = 0.5, "user*" = 1.0 }

[[job_queues]]
name = "fair"
priority = 1
compute_environments = ["fargate"]
scheduling_policy = "lab"

[[job_definitions]]
name = "long"
image = "public.ecr.aws/amazonlinux/amazonlinux:2023"
command = ["sleep", "36000"]
vcpu = "0.25"
memory_mib = 512
attempts = 1

[[job_definitions]]
"#;

/// What somebody else hangs on the job role.
const POLICIES: &str = r#"
iam = client("iam")
iam.attach_role_policy(RoleName="imaging-job-role", PolicyArn="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
iam.put_role_policy(RoleName="imaging-job-role", PolicyName="theirs", PolicyDocument=json.dumps({
    "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}]}))
"#;

#[test]
fn launched_changed_and_torn_down_with_a_job_that_runs() {
    several(Scheme::Light);
}

#[test]
fn the_same_in_the_dark() {
    several(Scheme::Dark);
}

fn several(scheme: Scheme) {
    let person = Cli::practice();
    let practice = Practice::paced(person.home(), "1000");
    let file =
        person.blueprint(&[("name = \"first\"", "name = \"imaging\""), ("\n[[job_definitions]]\n", QUEUES)]);
    person.must(&["create", "--blueprint", &file, "--yes"]);
    boto::run(&practice.endpoint(), POLICIES);
    person.must(&["practice", "pace", "20"]);

    let keyring = Keyring::unlocked();
    let window = Window::open(&Opening { scheme, ..Opening::new(person.home(), &keyring) });
    let journey = Journey { window: &window, scheme, prefix: "" };
    window.click("connect-practice");
    window.see("practice-badge");
    launched(&journey);
    changed(&journey, &file);
    torn_down(&journey);
}

/// A job on the queue that wants to know whose it is.
fn launched(journey: &Journey<'_>) {
    let window = journey.window;
    window.click("nav-jobs");
    window.choose("queue", "imaging-fair");
    window.click("launch-open");
    window.choose("launch-definition", "imaging-long");
    window.click("launch-submit");
    window.objects("launch-share", "It weighs research, user*");
    window.has_focus("launch-share");
    journey.shot("launch-share-missing");
    window.type_into("launch-share", "userAna");
    window.type_into("launch-priority", "7");
    window.says("launch-command-line", "--share-identifier userAna --scheduling-priority-override 7", SOON);
    journey.shot("launch-share");
    window.click("launch-submit");
    window.see("job");
    window.says("job-state", "RUNNING", CREATED);
    window.click("job-tab-details");
    window.says("job", "userAna · priority 7", SOON);
    journey.shot("job-share");
}

/// The stack's own file with changes in it, as far as the review.
fn changed(journey: &Journey<'_>, file: &str) {
    let window = journey.window;
    let text = std::fs::read_to_string(file).expect("the blueprint is there");
    let text = text
        .replace(
            "command = [\"sleep\", \"36000\"]",
            "command = [\"sh\", \"-c\", \"echo it's done\"]\nuser = \"nobody\"",
        )
        .replace("max_vcpus = 4", "max_vcpus = 2")
        .replace("research = 0.5, ", "research = 0.25, teaching = 2.0, ");
    window.click("nav-setup");
    window.click("toggle-toml");
    window.see("toml");
    window.script(
        "const field = document.querySelector('[data-testid=\"toml\"]'); \
         Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value').set.call(field, arguments[0]); \
         field.dispatchEvent(new Event('input', { bubbles: true }))",
        &[text.into()],
    );
    until("the form to follow", SOON, || (window.value("field-name") == "imaging").then_some(()));
    window.click("go-check");
    window.says("check-resource:compute-environment/fargate", "not as it should be", SOON);
    window.see("go-review");
    window.script(
        "document.querySelector('[data-testid=\"differences-resource:job-definition/long\"]').scrollIntoView()",
        &[],
    );
    journey.shot("setup-check-changes");
    window.click("go-review");
    let told = window.says("differences-job-definition/long", "nobody", SOON);
    assert!(told.contains("sleep 36000") && told.contains(r"sh -c 'echo it'\''s done'"), "{told}");
    window
        .script("document.querySelector('[data-testid=\"plan-job-definition/long\"]').scrollIntoView()", &[]);
    let cost = window.text("cost");
    assert!(cost.contains("$0 a month") && !cost.contains("-$"), "{cost}");
    journey.shot("setup-review-changes");
}

/// The page that says what goes, while something runs.
fn torn_down(journey: &Journey<'_>) {
    let window = journey.window;
    window.click("nav-stacks");
    window.click("stack-imaging");
    window.click("stack-teardown");
    window.says("teardown-jobs", "1 job has not ended", SOON);
    let row = window.says("plan-job-role/job", "AmazonS3ReadOnlyAccess", SOON);
    assert!(row.contains("theirs"), "{row}");
    journey.shot("teardown-running");
    window.type_into("teardown-name", "imaging");
    window.click("teardown-start");
    window.see_within("teardown-done", CREATED);
}
