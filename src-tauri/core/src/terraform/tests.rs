//! The whole export as a platform engineer would read it, and its text held against an HCL parser.

use std::{collections::BTreeMap, fmt::Write};

use proptest::prelude::*;

use super::{Block, Options, Provider, TerraformFile, Value, export, write};
use crate::{
    blueprint::{
        Access, AccessMode, AllocationStrategy, Blueprint, ComputeEnvironment, JobDefinition, Network,
        Preset, ServiceRole,
    },
    error::AppError,
    resource::{Stack, Survey, list},
};

fn stack(blueprint: &Blueprint) -> Stack {
    Stack {
        name: blueprint.name.clone(),
        id: "0f6ad1c8".to_owned(),
        account: "123456789012".to_owned(),
        region: "eu-west-3".to_owned(),
        tags: blueprint.tags.clone(),
        former_tags: std::collections::BTreeSet::new(),
        generations: std::collections::BTreeMap::new(),
        accepted: std::collections::BTreeMap::new(),
    }
}

/// The stack that is not there yet.
fn preview(blueprint: &Blueprint, provider: Provider) -> Vec<TerraformFile> {
    try_preview(blueprint, provider).unwrap()
}

fn try_preview(blueprint: &Blueprint, provider: Provider) -> Result<Vec<TerraformFile>, AppError> {
    let stack = stack(blueprint);
    let resources = list(blueprint, stack.clone());
    let survey = Survey::unseen(&resources);
    export(
        &resources,
        &survey,
        &stack,
        &std::collections::BTreeSet::new(),
        Options { provider, imports: false },
    )
}

fn whole(files: &[TerraformFile]) -> String {
    files.iter().fold(String::new(), |mut text, file| {
        let _ = writeln!(text, "=== {}\n{}", file.name, file.text);
        text
    })
}

/// Everything that a blueprint can ask for today, with text that means something to Terraform.
fn rich() -> Blueprint {
    let mut blueprint = Preset::Fargate.blueprint("imaging");
    blueprint.service_role = ServiceRole::Classic;
    blueprint.network = Network::new_vpc("10.42.0.0/16");
    blueprint.tags = BTreeMap::from([
        ("team".to_owned(), "imaging".to_owned()),
        ("cost-center".to_owned(), "船 42".to_owned()),
    ]);
    let first = blueprint.compute_environments[0].clone();
    blueprint.compute_environments.push(ComputeEnvironment {
        name: "night-time".to_owned(),
        max_vcpus: 6,
        ..first
    });
    blueprint.job_queues[0].compute_environments.push("night-time".to_owned());
    let first = blueprint.job_definitions[0].clone();
    blueprint.job_definitions.push(JobDefinition {
        name: "align".to_owned(),
        image: "ghcr.io/someone/align:1.4".to_owned(),
        command: vec![],
        environment: BTreeMap::from([("PATTERN".to_owned(), "${HOME}/%{x}/\"*\"\n\u{202e}".to_owned())]),
        timeout_seconds: None,
        attempts: 3,
        assign_public_ip: false,
        ..first
    });
    blueprint
}

#[test]
fn the_preset_as_terraform() {
    let blueprint = Preset::Fargate.blueprint("imaging");
    insta::assert_snapshot!("preset-v6", whole(&preview(&blueprint, Provider::V6)));
}

#[test]
fn everything_as_terraform_in_both_forms() {
    insta::assert_snapshot!("rich-v5", whole(&preview(&rich(), Provider::V5)));
    insta::assert_snapshot!("rich-v6", whole(&preview(&rich(), Provider::V6)));
}

#[test]
fn every_file_is_hcl_and_a_persons_text_comes_back_from_it() {
    let files = preview(&rich(), Provider::V6);
    for file in &files {
        let body = hcl::parse(&file.text).unwrap_or_else(|error| panic!("{}: {error}", file.name));
        assert!(body.iter().count() > 0, "{}", file.name);
    }
    let batch = files.iter().find(|file| file.name == "batch.tf").unwrap();
    assert!(batch.text.contains(r#""$${HOME}/%%{x}/\"*\"\n\u202e""#), "{}", batch.text);
}

/// Nothing of ours may be named where nothing is taken over, nor an id of the account that was looked at.
#[test]
fn without_imports_nothing_names_this_account_or_claims_to_be_slipways() {
    let text = whole(&preview(&rich(), Provider::V5));
    for word in ["slipway:", "123456789012", "0f6ad1c8", "import {"] {
        assert!(!text.contains(word), "{word}");
    }
}

/// A table, a queue and a parameter are named by the blueprint, the account and region around them by us. A secret's
/// ARN is whole as somebody gave it.
#[test]
fn what_a_job_may_do_follows_it_into_another_account() {
    let mut blueprint = Preset::Fargate.blueprint("imaging");
    let job = &mut blueprint.job_definitions[0];
    job.access = vec![
        Access::DynamoDb { table: "films".to_owned(), mode: AccessMode::Write },
        Access::S3 { bucket: "scans".to_owned(), prefix: None, mode: AccessMode::Read },
        Access::Parameter { name: "/imaging/${x}".to_owned() },
    ];
    let text = whole(&preview(&blueprint, Provider::V5));
    let arn = "arn:${data.aws_partition.current.partition}:";
    let here = "${var.region}:${data.aws_caller_identity.current.account_id}";
    assert!(text.contains(&format!("\"{arn}dynamodb:{here}:table/films\"")), "{text}");
    assert!(text.contains(&format!("\"{arn}ssm:{here}:parameter/imaging/$${{x}}\"")), "{text}");
    assert!(text.contains(&format!("\"{arn}s3:::scans/*\"")), "{text}");
    for data in ["data \"aws_partition\" \"current\"", "data \"aws_caller_identity\" \"current\""] {
        assert_eq!(text.matches(data).count(), 1, "{text}");
    }
    assert!(!text.contains("123456789012"), "{text}");

    let secret = "arn:aws:secretsmanager:eu-west-3:123456789012:secret:films-AbCdEf";
    blueprint.job_definitions[0].access = vec![Access::Secret { arn: secret.to_owned() }];
    let text = whole(&preview(&blueprint, Provider::V5));
    assert!(text.contains(&format!("\"{secret}\"")), "{text}");
    assert!(!text.contains("aws_caller_identity"), "{text}");
}

#[test]
fn what_provider_5_cannot_say_is_not_written_for_it() {
    let mut blueprint = Preset::OnDemand.blueprint("imaging");
    preview(&blueprint, Provider::V5);
    let instances = blueprint.compute_environments[0].instances.as_mut().unwrap();
    instances.allocation_strategy = AllocationStrategy::BestFitProgressiveOrdered;
    preview(&blueprint, Provider::V6);
    let refused = try_preview(&blueprint, Provider::V5).unwrap_err();
    assert_eq!(refused.code, "terraform-unsayable");
    assert!(refused.causes[0].contains("BEST_FIT_PROGRESSIVE_ORDERED"), "{:?}", refused.causes);
}

#[test]
fn equals_signs_stand_below_each_other_as_fmt_wants_them() {
    let block = Block::resource("a.b")
        .set("x", 1)
        .set("longer", true)
        .set_because("Said once.", "y", "z")
        .set("zz", Value::map([("k", Value::from("v")), ("a key", Value::from(2)), ("ключ", Value::from(3))]))
        .set("empty", Value::Map(vec![]))
        .set("list", vec!["a", "b"])
        .with(Block::new("inner", &[]).set("for", Value::code("var.x")));
    assert_eq!(
        write(&[block]),
        r#"resource "a" "b" {
  x      = 1
  longer = true

  # Said once.
  y = "z"

  zz = {
    k       = "v"
    "a key" = 2
    "ключ"  = 3
  }

  empty = {}
  list  = ["a", "b"]

  inner {
    for = var.x
  }
}
"#
    );
}

/// What a parser makes of a value: the same thing again.
fn meant(value: &Value) -> hcl::Expression {
    match value {
        Value::Text(text) => hcl::Expression::String(text.clone()),
        Value::Number(number) => hcl::Expression::Number((*number).into()),
        Value::Bool(value) => hcl::Expression::Bool(*value),
        Value::List(values) => values.iter().map(meant).collect(),
        Value::Map(entries) => entries.iter().map(|(key, value)| (object_key(key), meant(value))).collect(),
        Value::Template(_) | Value::Code(_) | Value::Call(..) => unreachable!("not made by the strategy"),
    }
}

/// hcl-rs tells a bare key from one in quotes; they mean the same.
fn object_key(key: &str) -> hcl::ObjectKey {
    hcl::ObjectKey::Expression(hcl::Expression::String(key.to_owned()))
}

fn unified(expression: hcl::Expression) -> hcl::Expression {
    match expression {
        hcl::Expression::Object(entries) => entries
            .into_iter()
            .map(|(key, value)| match key {
                hcl::ObjectKey::Identifier(name) => (object_key(&name), unified(value)),
                other => (other, unified(value)),
            })
            .collect(),
        hcl::Expression::Array(values) => values.into_iter().map(unified).collect(),
        other => other,
    }
}

/// Texts out of what HCL gives a meaning to, and out of everything else.
fn hostile() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        Just("${".to_owned()),
        Just("%{".to_owned()),
        Just("$".to_owned()),
        Just("%".to_owned()),
        Just("{".to_owned()),
        Just("}".to_owned()),
        Just("\"".to_owned()),
        Just("\\".to_owned()),
        Just("\n".to_owned()),
        Just("<<EOT\n".to_owned()),
        Just("\u{202e}".to_owned()),
        any::<char>().prop_map(String::from),
        "[ -~]{1,8}",
    ];
    proptest::collection::vec(pieces, 0..12).prop_map(|pieces| pieces.concat())
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        hostile().prop_map(Value::Text),
        any::<i32>().prop_map(Value::from),
        any::<bool>().prop_map(Value::Bool),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::List),
            proptest::collection::btree_map(hostile(), inner, 0..5).prop_map(Value::map),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_what_a_parser_reads(arguments in proptest::collection::btree_map("[a-z]{1,12}", values(), 1..6)) {
        let mut block = Block::new("resource", &["a", "b"]);
        for (name, value) in &arguments {
            block = block.set(name, value.clone());
        }
        let text = write(&[block]);
        let body = hcl::parse(&text).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        let inner = body.blocks().next().expect("one block").body();
        for (name, value) in &arguments {
            let read = inner.attributes().find(|attribute| attribute.key() == name).expect("the argument");
            prop_assert_eq!(unified(read.expr().clone()), meant(value), "{}", text);
        }
    }
}
