//! That the schema check of provider 6 accepts what is right and sees what is wrong.

use slipway_tests::schema6;

const RIGHT: &str = r#"
data "aws_vpc" "default" {
  default = true
}

resource "aws_batch_compute_environment" "main" {
  name = "imaging"
  type = "MANAGED"

  compute_resources {
    type               = "FARGATE"
    max_vcpus          = 16
    subnets            = [aws_subnet.a.id]
    security_group_ids = [aws_security_group.jobs.id]
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_batch_job_queue" "main" {
  name     = "imaging"
  state    = "ENABLED"
  priority = 1

  compute_environment_order {
    order               = 1
    compute_environment = aws_batch_compute_environment.main.arn
  }

  tags = { "slipway:stack" = "imaging" }
}
"#;

fn problems(text: &str) -> Vec<String> {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    std::fs::write(folder.path().join("batch.tf"), text).expect("the folder can be written");
    let (checked, problems) = schema6::check(folder.path());
    assert_eq!(checked, 3, "two resources and a data source");
    problems
}

#[test]
fn what_provider_6_understands_is_accepted() {
    assert_eq!(problems(RIGHT), Vec::<String>::new());
}

#[test]
fn each_mistake_is_seen() {
    // What is replaced by what, and a word that the complaint must hold.
    let mistakes = [
        ("  priority = 1", "  rank = 1", "\"rank\""),
        ("  priority = 1\n", "", "\"priority\" is required"),
        ("  state    = \"ENABLED\"", "  state = [\"ENABLED\"]", "state: one value"),
        ("max_vcpus          = 16", "max_vcpus = \"many\"", "max_vcpus: a number"),
        ("subnets            = [aws_subnet.a.id]", "subnets = \"a\"", "subnets: a list"),
        ("  tags = { \"slipway:stack\" = \"imaging\" }", "  tags = \"imaging\"", "tags: a map"),
        ("compute_resources {", "compute_resources = {", "compute_resources: is a block"),
        (
            "compute_environment_order {",
            "compute_environments = [\"a\"]\n  compute_environment_order {",
            "environments",
        ),
        ("    order               = 1\n", "", "\"order\" is required"),
        ("aws_batch_job_queue\"", "aws_batch_queue\"", "no such resource"),
        ("data \"aws_vpc\"", "data \"aws_vpcc\"", "no such data"),
    ];
    for (right, wrong, word) in mistakes {
        assert!(RIGHT.contains(right), "{right}");
        let problems = problems(&RIGHT.replacen(right, wrong, 1));
        assert!(problems.iter().any(|problem| problem.contains(word)), "{wrong}: {problems:?}");
    }
    slipway_tests::seen::all(
        "mistakes that the schema check of provider 6 sees",
        mistakes.len(),
        mistakes.len(),
    );
}
