//! A small table that is right, and every way in which it can be wrong.

use std::fs;

use slipway_tests::seen;

use super::exported::Exported;
use super::table::Table;

const SMALL_EXPORT: &str = r#"
variable "priority" {
  default = 1
}

resource "aws_batch_job_queue" "main" {
  name     = "${local.name}-main"
  priority = var.priority
}

resource "aws_iam_role" "job" {
  assume_role_policy = jsonencode({
    Statement = [{ Action = "sts:AssumeRole" }]
  })
}
"#;

const RIGHT: &str = r#"
article = "A queue"
resources = ["aws_batch_job_queue.q", "data.aws_iam_policy_document.d"]

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

[[row]]
resource = "data.aws_iam_policy_document.d"
argument = "statement.actions"
article = "[sts:AssumeRole]"
address = "aws_iam_role.job"
path = "assume_role_policy.Statement[0].Action"
ours = "sts:AssumeRole"
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

/// The same number, which the article calls otherwise.
const RENAMED: &str = r#"
argument = "rank"
article = "1"
address = "aws_batch_job_queue.main"
path = "priority"
ours = "1 (var.priority)"
"#;

/// The article's tags, looked for where nothing of the kind can be.
const MISLED: &str = r#"
argument = "tags"
article = "local.tags"
address = "aws_batch_job_queue.main"
path = "tag"
"#;

/// The same in nothing at all.
const NOWHERE: &str = r#"
argument = "tags"
article = "local.tags"
address = "—"
path = "tags"
"#;

const LAST_BUT_ONE: &str = r#"
argument = "tags"
article = "local.tags"
address = "aws_batch_job_queue.main"
path = "tags"
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
    assert_eq!((right.same, right.renamed, right.different, right.one_sided), (3, 0, 0, 1));
    assert_eq!(right.complaints, Vec::<String>::new());

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
            "[\"aws_batch_job_queue.q\"",
            "[\"aws_eip.ip\", \"aws_batch_job_queue.q\"",
            "no row for the article's",
        ),
        ("[\"aws_batch_job_queue.q\", ", "[", "the article has no"),
        ("\"aws_batch_job_queue.main\"", "\"aws_batch_job_queue.other\"", "the export has no"),
        ("Not in this one.", "elsewhere", "nothing is called elsewhere"),
        ("[words]", "[reasons]\nunused = \"For nothing.\"\n\n[words]", "no row has the reason unused"),
        (SECOND_ROW, TWICE, "twice"),
        (SECOND_ROW, TWICE, "no row for our aws_batch_job_queue.main priority"),
        (SECOND_ROW, RENAMED, "called differently without a reason"),
        (LAST_BUT_ONE, MISLED, "looked for under another name"),
        (LAST_BUT_ONE, NOWHERE, "a path into nothing"),
        (
            "resource = \"aws_batch_job_queue.q\"\nargument = \"name\"",
            "resource = \"data.aws_batch_job_queue.q\"\nargument = \"name\"",
            "called differently without a reason",
        ),
        ("article = \"local.tags\"", "article = \"—\"", "nothing on either side"),
        (
            "argument = \"name\"\narticle = \"${",
            "argument = \"called\"\narticle = \"—\" # ${",
            "the article does not call",
        ),
        ("\"statement.actions\"", "\"statement.effect\"", "called differently without a reason"),
        ("\"statement.actions\"", "\"statement.resources\"", "called differently without a reason"),
    ];
    for (right, wrong, begins) in mistakes {
        assert!(RIGHT.contains(right), "{right}");
        let complaints = judge(&RIGHT.replacen(right, wrong, 1)).complaints;
        assert!(complaints.iter().any(|complaint| complaint.starts_with(begins)), "{wrong}: {complaints:?}");
    }
    seen::all("mistakes in a table of a seed that are seen", mistakes.len(), mistakes.len());
}
