//! That Terraform, its provider and moto work together, and that plans are counted right.

use slipway_tests::moto::Moto;
use slipway_tests::seen;
use slipway_tests::terraform::{self, Plan, Terraform};

const GROUP: &str = r#"
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

provider "aws" {
  region = "us-east-1"
}

resource "aws_cloudwatch_log_group" "jobs" {
  name              = "/aws/batch/job"
  retention_in_days = 30
}
"#;

#[test]
fn terraform_1_with_provider_5_is_what_runs() {
    let terraform = Terraform::find().expect("xtask runs this suite only where Terraform is there");
    let folder = tempfile::tempdir().expect("there is room for a folder");
    std::fs::write(folder.path().join("main.tf"), GROUP).expect("the folder can be written");
    terraform.init(folder.path());
    let (program, provider) = terraform.versions(folder.path());
    seen::figure("Terraform and AWS provider of this suite", &format!("{program} and {provider}"));
    assert!(program.starts_with("1."), "Terraform {program}");
    assert!(provider.starts_with("5."), "AWS provider {provider}");
}

#[test]
fn a_plan_applies_changes_and_imports() {
    let terraform = Terraform::find().expect("xtask runs this suite only where Terraform is there");
    let moto = Moto::start();
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let main = folder.path().join("main.tf");
    std::fs::write(&main, GROUP).expect("the folder can be written");
    terraform::point_at(folder.path(), &moto.endpoint());
    terraform.init(folder.path());
    assert_eq!(terraform.unformatted(folder.path()), Vec::<String>::new());
    terraform.validate(folder.path()).expect("the sample is valid");

    let first = terraform.plan(folder.path(), &moto.endpoint());
    assert_eq!(first, Plan { added: 1, ..Plan::default() });
    terraform.apply(folder.path(), &moto.endpoint());
    assert_eq!(terraform.plan(folder.path(), &moto.endpoint()), Plan::default());

    std::fs::write(&main, GROUP.replace("= 30", "= 60")).expect("the folder can be written");
    let changed = terraform.plan(folder.path(), &moto.endpoint());
    assert_eq!(changed.changes["aws_cloudwatch_log_group.jobs"], ["retention_in_days"]);

    // Without its state, only the import block tells that the group is there already.
    std::fs::remove_file(folder.path().join("terraform.tfstate")).expect("apply has left a state");
    let import = "import {\n  to = aws_cloudwatch_log_group.jobs\n  id = \"/aws/batch/job\"\n}\n";
    std::fs::write(&main, format!("{GROUP}{import}")).expect("the folder can be written");
    let imported = terraform.plan(folder.path(), &moto.endpoint());
    assert_eq!(imported, Plan { imported: 1, ..Plan::default() });
}

#[test]
fn careless_formatting_and_nonsense_are_seen() {
    let terraform = Terraform::find().expect("xtask runs this suite only where Terraform is there");
    let folder = tempfile::tempdir().expect("there is room for a folder");
    std::fs::write(folder.path().join("main.tf"), GROUP.replace("  name  ", "name"))
        .expect("the folder can be written");
    assert_eq!(terraform.unformatted(folder.path()), ["main.tf"]);
    std::fs::write(folder.path().join("main.tf"), GROUP.replace("retention_in_days", "retention"))
        .expect("the folder can be written");
    terraform.init(folder.path());
    let complaint = terraform.validate(folder.path()).expect_err("there is no such argument");
    assert!(complaint.contains("retention"), "{complaint}");
}
