//! What roles may do: never more than was said, and never what somebody else has forbidden.

use slipway_core::{
    blueprint::{Access, AccessMode, Blueprint, Preset},
    check::{self, CheckItem, CheckVerdict},
    plan::{Act, PlanView},
    resource::{Difference, Evidence},
    run,
    stack::{Health, OpenStack},
    terraform,
};

use crate::{
    account::{Account, fresh},
    runs::{create, done, look, put_back},
    seam::Fault,
};

fn reading(bucket: &str) -> Access {
    Access::S3 { bucket: bucket.to_owned(), prefix: None, mode: AccessMode::ReadWrite }
}

fn blocked(plan: PlanView) -> Option<String> {
    blocked_by(&plan)
}

fn blocked_by(plan: &PlanView) -> Option<String> {
    plan.blocked.as_ref().map(|reason| reason.code.clone())
}

/// A policy as somebody might write it by hand, and what is read of it: only what a blueprint can say.
#[tokio::test(start_paused = true)]
async fn what_somebody_has_forbidden_is_neither_loosened_nor_written_over() {
    let allowed = r#"{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::scans/*" }"#;
    for forbidden in [
        r#"{ "Effect": "Deny", "Action": "s3:*", "Resource": "*" }"#,
        r#"{ "Effect": "Allow", "Action": "dynamodb:*", "Resource": "*",
             "Condition": { "IpAddress": { "aws:SourceIp": "10.0.0.0/8" } } }"#,
        r#"{ "Effect": "Allow", "NotAction": "iam:*", "Resource": "*" }"#,
    ] {
        let account = fresh(7).await;
        let session = &account.session;
        let mut wanted = Preset::Fargate.blueprint("imaging");
        wanted.job_definitions[0].access = vec![reading("scans")];
        done(&create(&account, &wanted).await);
        let written = format!(r#"{{ "Version": "2012-10-17", "Statement": [{allowed}, {forbidden}] }}"#);
        let request = session.aws.once.iam.put_role_policy().role_name("imaging-job-role");
        request.policy_name("access").policy_document(&written).send().await.unwrap();
        // With what was wanted before, and without anybody who remembers it.
        let plan = run::plan_create(session, wanted).await.unwrap();
        assert_eq!(blocked(plan).as_deref(), Some("role-policy-by-hand"), "{forbidden}");
        std::fs::remove_dir_all(session.folder.join("stacks")).unwrap();
        let found = OpenStack::named(session, "imaging").await.unwrap().wanted.blueprint;
        let [Access::Statement { actions, .. }] = &found.job_definitions[0].access[..] else {
            panic!("{:?}", found.job_definitions[0].access)
        };
        assert_eq!(actions, &["s3:GetObject"]);
        let plan = run::plan_create(session, found).await.unwrap();
        assert_eq!(blocked(plan).as_deref(), Some("role-policy-by-hand"), "{forbidden}");
    }
}

/// IAM takes so many characters and no more, whatever a person wrote to come to them.
#[tokio::test(start_paused = true)]
async fn a_policy_that_iam_would_not_take_is_refused_before_anything_is_made() {
    let account = fresh(7).await;
    let session = &account.session;
    let mut wanted = Preset::Fargate.blueprint("imaging");
    wanted.job_definitions[0].access = (10..70).map(|number| reading(&format!("bucket-{number}"))).collect();
    let plan = run::plan_create(session, wanted.clone()).await.unwrap();
    assert_eq!(blocked(plan).as_deref(), Some("role-policy-too-large"));
    // On a stack that is there, too; and what the execution role would have to fetch.
    wanted.job_definitions[0].access = vec![];
    done(&create(&account, &wanted).await);
    let secret = |number| {
        let arn = format!("arn:aws:secretsmanager:us-east-1:111122223333:secret:one-of-many-{number}-AbCdEf");
        (format!("S{number}"), arn)
    };
    wanted.job_definitions[0].secrets = (100..240).map(secret).collect();
    let plan = run::plan_create(session, wanted).await.unwrap();
    assert_eq!(blocked(plan).as_deref(), Some("role-policy-too-large"));
}

/// What lets an instance join its cluster and write its jobs' log, in a policy that somebody wrote.
pub(crate) const EQUAL: &str = r#"{"Version":"2012-10-17","Statement":[
    {"Effect":"Allow","Action":["ecs:DiscoverPollEndpoint","ecr:*"],"Resource":"*"},
    {"Effect":"Allow","Action":["ecs:Poll","ecs:RegisterContainerInstance","ecs:StartTelemetrySession",
        "ecs:Submit*","ecs:UpdateContainerInstancesState"],"Resource":"arn:aws:ecs:*:*:*"},
    {"Effect":"Allow","Action":"logs:*","Resource":"arn:aws:logs:us-east-1:*:log-group:/slipway/*"}]}"#;
const MANAGED: &str = "arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role";
const INSTANCE: &str = "imaging-instance";

/// A stack of instances whose role somebody gives another policy than AWS's.
pub(crate) async fn with_policy(document: &str) -> (Account, Blueprint, String) {
    let account = fresh(7).await;
    let wanted = Preset::OnDemand.blueprint("imaging");
    done(&create(&account, &wanted).await);
    let iam = &account.session.aws.once.iam;
    iam.detach_role_policy().role_name(INSTANCE).policy_arn(MANAGED).send().await.unwrap();
    let made = iam.create_policy().policy_name("theirs").policy_document(document).send().await.unwrap();
    let theirs = made.policy().unwrap().arn().unwrap().to_owned();
    iam.attach_role_policy().role_name(INSTANCE).policy_arn(&theirs).send().await.unwrap();
    (account, wanted, theirs)
}

/// What the check says of a role, and whether creating would fail.
async fn item(account: &Account, wanted: &Blueprint, part: &str) -> (CheckItem, bool) {
    let report = check::check(&account.session, wanted.clone(), |_| ()).await.unwrap();
    let item = report.items.into_iter().find(|item| item.id == format!("resource:{part}")).unwrap();
    (item, report.blocked)
}

/// What the plan does to a role.
async fn planned(account: &Account, wanted: &Blueprint, part: &str) -> (Act, Vec<String>) {
    let plan = run::plan_create(&account.session, wanted.clone()).await.unwrap();
    let step = plan.steps.into_iter().find(|step| step.id == part).unwrap();
    (step.act, step.calls.into_iter().map(|call| call.action).collect())
}

#[tokio::test(start_paused = true)]
async fn a_role_that_may_do_the_same_by_another_policy_is_left_as_it_is() {
    let (account, wanted, theirs) = with_policy(EQUAL).await;
    let (found, blocked) = item(&account, &wanted, "instance-role/main").await;
    assert_eq!((found.verdict, blocked), (CheckVerdict::Ready, false), "{found:?}");
    assert_eq!(planned(&account, &wanted, "instance-role/main").await.0, Act::Keep);
    account.seam.set(Fault::None);
    done(&create(&account, &wanted).await);
    assert_eq!(account.seam.changing(), 0, "nothing is attached");
    let view = look(&account).await;
    assert_eq!(view.summary.health, Health::Healthy, "what the role works by is no addition");
    // As Terraform it is what it is.
    let options = terraform::Options { imports: true, ..terraform::Options::default() };
    let files = terraform::of_stack(&account.session, "imaging", options).await.unwrap();
    let text: String = files.iter().map(|file| file.text.as_str()).collect();
    assert!(text.contains(&theirs) && !text.contains("AmazonEC2ContainerServiceforEC2Role"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn a_role_that_lacks_an_action_gets_awss_policy_back() {
    let (account, wanted, _) = with_policy(&EQUAL.replace("\"ecs:Poll\",", "")).await;
    let (found, _) = item(&account, &wanted, "instance-role/main").await;
    assert_eq!((found.verdict, found.finding.code.as_str()), (CheckVerdict::Mend, "role-lacking"));
    assert_eq!(found.finding.params["actions"], "ecs:Poll");
    let attaching = (Act::Change, vec!["iam:AttachRolePolicy".to_owned()]);
    assert_eq!(planned(&account, &wanted, "instance-role/main").await, attaching);
    done(&create(&account, &wanted).await);
    let (found, _) = item(&account, &wanted, "instance-role/main").await;
    assert_eq!(found.finding.code, "check-added", "theirs is one more now: {found:?}");
}

#[tokio::test(start_paused = true)]
async fn what_hangs_on_who_calls_is_a_doubt_and_no_complaint() {
    let condition = r#""Action":"logs:*","Condition":{"StringEquals":{"aws:SourceVpc":"vpc-1"}},"#;
    let (account, wanted, _) = with_policy(&EQUAL.replace(r#""Action":"logs:*","#, condition)).await;
    let (found, blocked) = item(&account, &wanted, "instance-role/main").await;
    assert_eq!((found.verdict, blocked), (CheckVerdict::CannotTell, false));
    assert_eq!(found.finding.code, "role-open");
    assert_eq!(found.finding.params["actions"], "logs:CreateLogStream, logs:PutLogEvents");
    assert_eq!(planned(&account, &wanted, "instance-role/main").await.0, Act::Keep);
    // What is about a thing with a name, IAM's simulator is asked; it knows who the role is.
    let named = r#""Action":["ecs:DiscoverPollEndpoint","ecr:*"],"Resource":"*","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/imaging-*"},"StringEqualsIgnoreCase":{"aws:PrincipalAccount":"111122223333"}}},"#;
    let plain = r#""Action":["ecs:DiscoverPollEndpoint","ecr:*"],"Resource":"*"},"#;
    let (account, wanted, _) = with_policy(&EQUAL.replace(plain, named)).await;
    assert_eq!(item(&account, &wanted, "instance-role/main").await.0.verdict, CheckVerdict::Ready);
    account.seam.set(Fault::Deny(&["SimulatePrincipalPolicy"]));
    let (found, _) = item(&account, &wanted, "instance-role/main").await;
    assert_eq!(found.finding.params["actions"], "ecs:DiscoverPollEndpoint");
    // And what may not be read leaves a doubt, too.
    account.seam.set(Fault::Deny(&["GetPolicyVersion", "SimulatePrincipalPolicy"]));
    assert_eq!(item(&account, &wanted, "instance-role/main").await.0.finding.code, "role-hidden");
}

#[tokio::test(start_paused = true)]
async fn what_a_policy_denies_or_a_boundary_leaves_out_is_said_and_never_taken_off_by_a_run() {
    let account = fresh(7).await;
    let wanted = Preset::OnDemand.blueprint("imaging");
    done(&create(&account, &wanted).await);
    let iam = &account.session.aws.once.iam;
    let deny = r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"ecs:*","NotResource":"arn:aws:iam::*:*"}}"#;
    iam.put_role_policy().role_name(INSTANCE).policy_name("no").policy_document(deny).send().await.unwrap();
    let (found, blocked) = item(&account, &wanted, "instance-role/main").await;
    assert_eq!((found.verdict, blocked), (CheckVerdict::Wrong, true));
    assert_eq!(found.remedy.as_ref().map(|text| text.code.as_str()), Some("role-denied"), "{found:?}");
    let plan = run::plan_create(&account.session, wanted.clone()).await.unwrap();
    assert_eq!(blocked_by(&plan).as_deref(), Some("role-denied"));
    done(&put_back(&account, "instance-role/main").await);
    assert_eq!(item(&account, &wanted, "instance-role/main").await.0.verdict, CheckVerdict::Ready);

    let limit = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["ecs:*","ecr:*"],"Resource":"*"}}"#;
    let made = iam.create_policy().policy_name("limit").policy_document(limit).send().await.unwrap();
    let limit = made.policy().unwrap().arn().unwrap();
    let bounding = |role: &'static str| {
        iam.put_role_permissions_boundary().role_name(role).permissions_boundary(limit).send()
    };
    for (role, part, actions) in [
        (INSTANCE, "instance-role/main", "logs:CreateLogStream, logs:PutLogEvents"),
        ("imaging-execution", "execution-role/main", "logs:CreateLogStream, logs:PutLogEvents"),
    ] {
        bounding(role).await.unwrap();
        let (found, _) = item(&account, &wanted, part).await;
        let remedy = found.remedy.unwrap();
        assert_eq!((found.verdict, remedy.code.as_str()), (CheckVerdict::Wrong, "role-bounded"));
        assert_eq!((&*remedy.params["boundary"], &*remedy.params["actions"]), ("limit", actions));
    }
    // A boundary that leaves room for what jobs need is nobody's trouble.
    let wide = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},
        {"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":"us-east-1"}}}]}"#;
    let version = iam.create_policy_version().policy_arn(limit).policy_document(wide).set_as_default(true);
    version.send().await.unwrap();
    assert_eq!(item(&account, &wanted, "instance-role/main").await.0.verdict, CheckVerdict::Ready);
}

/// IAM User Guide, "IAM JSON policy elements: Condition operators": where the key is absent from the request, a negated
/// operator holds, and so does one that ends in IfExists. A denial that holds is wrong, one that may hold is a doubt, and
/// neither is hidden behind what was added.
#[tokio::test(start_paused = true)]
async fn a_denial_under_a_condition_is_wrong_or_a_doubt_and_never_as_it_should_be() {
    let account = fresh(7).await;
    let wanted = Preset::Fargate.blueprint("imaging");
    done(&create(&account, &wanted).await);
    let iam = &account.session.aws.once.iam;
    for (condition, verdict, code) in [
        (r#"{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}"#, CheckVerdict::Wrong, "role-denied"),
        (r#"{"StringNotEquals":{"aws:PrincipalTag/team":"x"}}"#, CheckVerdict::Wrong, "role-denied"),
        (r#"{"StringNotEquals":{"aws:SourceVpc":"vpc-1"}}"#, CheckVerdict::CannotTell, "role-open"),
        // Credentials without a second factor have it as false, or not at all.
        (r#"{"Bool":{"aws:MultiFactorAuthPresent":"false"}}"#, CheckVerdict::CannotTell, "role-open"),
        (r#"{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#, CheckVerdict::Warning, "check-added"),
        (r#"{"StringEquals":{"aws:PrincipalTag/team":"x"}}"#, CheckVerdict::Warning, "check-added"),
        // What the console puts onto a role whose sessions somebody has revoked.
        (
            r#"{"DateLessThan":{"aws:TokenIssueTime":"2020-01-01T00:00:00Z"}}"#,
            CheckVerdict::Warning,
            "check-added",
        ),
    ] {
        let deny = format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Deny","Action":"*","Resource":"*","Condition":{condition}}}}}"#
        );
        let put = iam.put_role_policy().role_name("imaging-execution").policy_name("no");
        put.policy_document(deny).send().await.unwrap();
        let (found, blocked) = item(&account, &wanted, "execution-role/main").await;
        let told = if verdict == CheckVerdict::Wrong { found.remedy.as_ref() } else { Some(&found.finding) };
        let told = told.map(|text| text.code.as_str());
        assert_eq!((found.verdict, told), (verdict, Some(code)), "{condition}");
        assert_eq!(blocked, verdict == CheckVerdict::Wrong, "{condition}");
        let added = |one: &Difference| one.what == "inline policy no";
        assert!(found.differences.iter().any(added), "{condition}: {:?}", found.differences);
    }
}

/// What reading leaves open and the simulator, asked with everything that the condition needs, calls an explicit denial.
#[tokio::test(start_paused = true)]
async fn what_the_simulator_says_is_denied_is_denied() {
    let account = fresh(7).await;
    let wanted = Preset::OnDemand.blueprint("imaging");
    done(&create(&account, &wanted).await);
    let deny = r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"ecs:DiscoverPollEndpoint",
        "Resource":"*","Condition":{"StringEqualsIgnoreCase":{"aws:PrincipalAccount":"111122223333"}}}}"#;
    let iam = &account.session.aws.once.iam;
    iam.put_role_policy().role_name(INSTANCE).policy_name("no").policy_document(deny).send().await.unwrap();
    let (found, blocked) = item(&account, &wanted, "instance-role/main").await;
    assert_eq!((found.verdict, blocked), (CheckVerdict::Wrong, true), "{found:?}");
    let remedy = found.remedy.unwrap();
    assert_eq!(
        (remedy.code.as_str(), &*remedy.params["actions"]),
        ("role-denied", "ecs:DiscoverPollEndpoint")
    );
    assert_eq!(remedy.params["policy"], "no");
}

/// The job's own role: a boundary of somebody else's takes away what the blueprint says that the code may do.
#[tokio::test(start_paused = true)]
async fn a_boundary_on_a_jobs_role_is_held_against_what_the_blueprint_says() {
    let account = fresh(7).await;
    let mut wanted = Preset::Fargate.blueprint("imaging");
    wanted.job_definitions[0].access = vec![reading("scans")];
    done(&create(&account, &wanted).await);
    let iam = &account.session.aws.once.iam;
    let bounding = iam.put_role_permissions_boundary().role_name("imaging-job-role");
    bounding.permissions_boundary("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess").send().await.unwrap();
    let (found, _) = item(&account, &wanted, "job-role/job").await;
    let remedy = found.remedy.unwrap();
    assert_eq!((found.verdict, remedy.code.as_str()), (CheckVerdict::Wrong, "role-bounded"));
    assert_eq!(remedy.params["actions"], "s3:AbortMultipartUpload, s3:PutObject");
}

#[tokio::test(start_paused = true)]
async fn who_may_assume_a_role_is_read_with_its_conditions() {
    let account = fresh(7).await;
    let wanted = Preset::Fargate.blueprint("imaging");
    done(&create(&account, &wanted).await);
    let iam = &account.session.aws.once.iam;
    let trust = |statement: &str| format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
    let ecs = r#"{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"CONDITION}"#;
    let of = |condition: &str| ecs.replace("CONDITION", condition);
    let deny = ecs.replace("Allow", "Deny").replace("CONDITION", "");
    let everybody = r#"{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole"}"#;
    let session = r#"["sts:AssumeRole","sts:TagSession","sts:SetSourceIdentity"]"#;
    let account_of = &account.session.identity.account;
    let ours = format!(r#","Condition":{{"StringEquals":{{"aws:SourceAccount":"{account_of}"}}}}"#);
    for (document, verdict, code) in [
        (of(&ours), CheckVerdict::Ready, "check-ready"),
        (of("").replace(r#""sts:AssumeRole""#, session), CheckVerdict::Ready, "check-ready"),
        (of(&ours.replace(account_of, "999999999999")), CheckVerdict::Mend, "role-trust-unmet"),
        (
            of(r#","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}"#),
            CheckVerdict::CannotTell,
            "role-trust-open",
        ),
        (format!("{},{deny}", of("")), CheckVerdict::Wrong, "check-wrong"),
        (format!("{},{everybody}", of("")), CheckVerdict::Wrong, "check-wrong"),
        (of("").replace("AssumeRole", "TagSession"), CheckVerdict::Mend, "role-trusts-nobody"),
        (of("").replace("ecs-tasks", "ec2"), CheckVerdict::Mend, "role-trusts-another"),
    ] {
        let put =
            iam.update_assume_role_policy().role_name("imaging-execution").policy_document(trust(&document));
        put.send().await.unwrap();
        let (found, _) = item(&account, &wanted, "execution-role/main").await;
        assert_eq!((found.verdict, found.finding.code.as_str()), (verdict, code), "{document}");
        let advised = found.remedy.as_ref().map(|text| text.code.as_str());
        assert_eq!(advised == Some("role-trust-denied"), verdict == CheckVerdict::Wrong, "{document}");
        let shown = |one: &Evidence| one.label == "AssumeRolePolicyDocument" && !one.value.contains('{');
        assert!(found.evidence.iter().any(shown), "{document}: {:?}", found.evidence);
    }
    assert_eq!(planned(&account, &wanted, "execution-role/main").await.1, ["iam:UpdateAssumeRolePolicy"]);
}

/// A role is not a profile.
#[tokio::test(start_paused = true)]
async fn a_profile_without_its_role_or_with_another_one_is_told_and_put_right() {
    let account = fresh(7).await;
    let wanted = Preset::OnDemand.blueprint("imaging");
    done(&create(&account, &wanted).await);
    let iam = &account.session.aws.once.iam;
    let removing = iam.remove_role_from_instance_profile().instance_profile_name(INSTANCE);
    removing.role_name(INSTANCE).send().await.unwrap();
    let (found, _) = item(&account, &wanted, "instance-profile/main").await;
    assert_eq!((found.verdict, &*found.finding.code), (CheckVerdict::Mend, "profile-without-role"));
    let adding = || iam.add_role_to_instance_profile().instance_profile_name(INSTANCE);
    adding().role_name("imaging-execution").send().await.unwrap();
    let (found, _) = item(&account, &wanted, "instance-profile/main").await;
    assert_eq!((found.verdict, &*found.finding.code), (CheckVerdict::Mend, "profile-another-role"));
    done(&create(&account, &wanted).await);
    let (found, _) = item(&account, &wanted, "instance-profile/main").await;
    assert_eq!(found.verdict, CheckVerdict::Ready);
    // A profile that is gone leaves its role without one: it is made again, and the role is as it was.
    adding().role_name(INSTANCE).send().await.unwrap_err();
    let removing = iam.remove_role_from_instance_profile().instance_profile_name(INSTANCE);
    removing.role_name(INSTANCE).send().await.unwrap();
    iam.delete_instance_profile().instance_profile_name(INSTANCE).send().await.unwrap();
    let (found, _) = item(&account, &wanted, "instance-profile/main").await;
    assert_eq!(found.verdict, CheckVerdict::Make);
    assert_eq!(item(&account, &wanted, "instance-role/main").await.0.verdict, CheckVerdict::Ready);
}
