//! The five articles from which Slipway took its measure: their set-ups as blueprints, made on the practice account
//! and taken along, and held against the articles argument by argument.

mod exported;
mod table;

use std::fs;

use slipway_tests::practice::Practice;
use slipway_tests::{boto, places, seen};

use self::exported::Exported;
use self::table::Table;
use crate::made::{Made, plans_to_no_change};

/// What a blueprint of a seed leaves open, since every account has its own.
const OF_THE_ACCOUNT: &str = r#"
ec2 = client("ec2")
vpc = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]
of_vpc = [{"Name": "vpc-id", "Values": [vpc]}]
subnets = sorted(subnet["SubnetId"] for subnet in ec2.describe_subnets(Filters=of_vpc)["Subnets"])
group = ec2.describe_security_groups(Filters=of_vpc)["SecurityGroups"][0]["GroupId"]
account = client("sts").get_caller_identity()["Account"]
region = ec2.meta.region_name
answer = {
    "VPC": vpc,
    "SUBNET_1": subnets[0],
    "SUBNET_2": subnets[1],
    "SECURITY_GROUP": group,
    "PASSWORD_SECRET": f"arn:aws:secretsmanager:{region}:{account}:secret:rds-password-AbCdEf",
    "ACCOUNT": account,
    "REGION": region,
}
"#;

/// Placeholders with their values, in the order in which they are put in; taken out again in the same order, so that
/// the longer ones, which hold others, come first.
fn placeholders(endpoint: &str) -> Vec<(String, String)> {
    let answer = boto::run(endpoint, OF_THE_ACCOUNT);
    let pairs = answer.as_object().expect("the answer is an object").iter();
    pairs
        .map(|(name, value)| (format!("{{{name}}}"), value.as_str().unwrap_or_default().to_owned()))
        .collect()
}

fn read(name: &str) -> String {
    let path = places::root().join("tests/seeds").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn stack_of(blueprint: &str) -> String {
    let parsed: toml::Table = blueprint.parse().expect("a blueprint is TOML");
    parsed["name"].as_str().expect("a stack has a name").to_owned()
}

fn holds(seed: &str) {
    let wanted = read(&format!("{seed}.toml"));
    assert!(wanted.starts_with("# "), "{seed}: the blueprint says first what it is");
    let table: Table = toml::from_str(&read(&format!("{seed}.table.toml")))
        .unwrap_or_else(|error| panic!("{seed}: {error}"));

    let account = tempfile::tempdir().expect("there is room for a folder");
    let practice = Practice::quick(account.path());
    let placeholders = placeholders(&practice.endpoint());
    let filled =
        placeholders.iter().fold(wanted.clone(), |text, (name, value)| text.replace(name.as_str(), value));
    let what = format!("seed {seed} on the practice account");
    let made = Made::from_text(&stack_of(&wanted), &what, practice.endpoint(), &filled);

    let exported = Exported::read(&made.export("seed", &["--provider", "5"]));
    let mask = |text: String| {
        placeholders.iter().fold(text, |text, (name, value)| text.replace(value.as_str(), name))
    };
    let judged = table.judge(&exported, mask);
    let folder = places::target().join("seeds");
    fs::create_dir_all(&folder)
        .and_then(|()| fs::write(folder.join(format!("{seed}.md")), &judged.markdown))
        .expect("the target directory can be written");
    assert!(judged.complaints.is_empty(), "{seed}:\n{}", judged.complaints.join("\n"));
    seen::figure(
        &format!("seed {seed} against its article"),
        &format!(
            "{} rows, {} the same, {} different with a reason",
            judged.same + judged.different,
            judged.same,
            judged.different
        ),
    );
    plans_to_no_change(&made);
}

#[test]
fn spot_with_all_its_roles() {
    holds("000-ippon");
}

#[test]
fn two_sizes_of_instance_with_a_queue_each() {
    holds("001-yun");
}

#[test]
fn a_first_environment_on_demand() {
    holds("002-yu-croco");
}

#[test]
fn fargate_from_a_bucket_into_a_table() {
    holds("003-esz");
}

#[test]
fn what_the_console_of_2020_asked_for() {
    holds("004-first-steps");
}

const SMALL_EXPORT: &str = r#"
variable "priority" {
  default = 1
}

resource "aws_batch_job_queue" "main" {
  name     = "${local.name}-main"
  priority = var.priority
}
"#;

const RIGHT: &str = r#"
article = "A queue"
resources = ["aws_batch_job_queue.q"]

[words]
"var.module_name" = "local.name"

[[row]]
resource = "aws_batch_job_queue.q"
argument = "name"
article = "${var.module_name}-main"
address = "aws_batch_job_queue.main"
path = "name"
ours = "${local.name}-main"

[[row]]
resource = "aws_batch_job_queue.q"
argument = "priority"
article = "1"
address = "aws_batch_job_queue.main"
path = "priority"
ours = "1 (var.priority)"

[[row]]
resource = "aws_batch_job_queue.q"
argument = "tags"
article = "local.tags"
address = "aws_batch_job_queue.main"
path = "tags"
ours = "—"
reason = "Not in this one."
"#;

const SECOND_ROW: &str = r#"
argument = "priority"
article = "1"
address = "aws_batch_job_queue.main"
path = "priority"
ours = "1 (var.priority)"
"#;

/// The row before it once more.
const TWICE: &str = r#"
argument = "name"
article = "${var.module_name}-main"
address = "aws_batch_job_queue.main"
path = "name"
ours = "${local.name}-main"
"#;

#[test]
fn each_mistake_in_a_table_is_seen() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    fs::write(folder.path().join("batch.tf"), SMALL_EXPORT).expect("the folder can be written");
    let exported = Exported::read(folder.path());
    let judge = |text: &str| {
        let table: Table = toml::from_str(text).expect("the table is one");
        table.judge(&exported, |text| text)
    };
    let right = judge(RIGHT);
    assert_eq!((right.same, right.different, right.complaints), (2, 1, vec![]));

    // What is replaced by what, and what the complaint begins with.
    let mistakes = [
        ("ours = \"1 (var.priority)\"", "ours = \"2 (var.priority)\"", "stale"),
        ("ours = \"—\"", "ours = \"local.tags\"", "stale"),
        ("path = \"priority\"", "path = \"rank\"", "stale"),
        ("article = \"1\"", "article = \"10\"", "a difference without a reason"),
        ("${var.module_name}-main", "${var.other_name}-main", "a difference without a reason"),
        ("reason = \"Not in this one.\"\n", "", "a difference without a reason"),
        ("path = \"name\"\n", "path = \"name\"\nreason = \"Just so.\"\n", "a reason, but no difference"),
        (
            "\"aws_batch_job_queue.q\"]",
            "\"aws_batch_job_queue.q\", \"aws_eip.ip\"]",
            "no row for the article's",
        ),
        ("\"aws_batch_job_queue.q\"]", "]", "the article has no"),
        ("\"aws_batch_job_queue.main\"", "\"aws_batch_job_queue.other\"", "the export has no"),
        ("Not in this one.", "elsewhere", "nothing is called elsewhere"),
        ("[words]", "[reasons]\nunused = \"For nothing.\"\n\n[words]", "no row has the reason unused"),
        (SECOND_ROW, TWICE, "twice"),
    ];
    for (right, wrong, begins) in mistakes {
        assert!(RIGHT.contains(right), "{right}");
        let complaints = judge(&RIGHT.replacen(right, wrong, 1)).complaints;
        assert!(complaints.iter().any(|complaint| complaint.starts_with(begins)), "{wrong}: {complaints:?}");
    }
    seen::all("mistakes in a table of a seed that are seen", mistakes.len(), mistakes.len());
}
