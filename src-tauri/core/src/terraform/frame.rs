//! What belongs to the configuration as a whole: versions, variables and local values, outputs, imports.

use super::{Block, Context, Output, Provider, Value, Variable};
use crate::{
    blueprint::names::LONGEST_STACK,
    resource::{STACK_ID_TAG, STACK_TAG, Stack},
};

/// Terraform's and the provider's versions, and the provider itself.
pub(super) fn versions(with: &Context<'_>) -> Vec<Block> {
    let version = match with.provider() {
        // The last of the fives: what was proved is what is asked for.
        Provider::V5 => "~> 5.100",
        Provider::V6 => "~> 6.0",
    };
    let aws = Value::map([("source", "hashicorp/aws"), ("version", version)]);
    vec![
        Block::new("terraform", &[])
            .set_because("The first with import blocks.", "required_version", ">= 1.5")
            .with(Block::new("required_providers", &[]).set("aws", aws)),
        Block::new("provider", &["aws"]).set("region", Value::code("var.region")),
    ]
}

/// The stack's own variables, those of its resources, and the local values made of them.
pub(super) fn variables(with: &Context<'_>, of_resources: &[Variable]) -> Vec<Block> {
    let stack = with.stack;
    let name_rule = r#"can(regex("^[a-z](-?[a-z0-9])*$", var.name))"#;
    let own = [
        Variable::new("region".to_owned(), "string", "The AWS region of everything here.", &stack.region).must(
            r#"can(regex("^[a-z]+(-[a-z]+)+-[0-9]+$", var.region))"#,
            "A region looks like us-east-1.",
        ),
        Variable::new(
            "name".to_owned(),
            "string",
            "The application's name, the first part of every name here.",
            &stack.name,
        )
        .must(
            format!("length(var.name) <= {LONGEST_STACK} && {name_rule}"),
            format!(
                "A name has at most {LONGEST_STACK} lower-case letters, digits and single hyphens, and begins with a \
                 letter."
            ),
        ),
        Variable::new(
            "environment".to_owned(),
            "string",
            "Comes behind the name, so that several environments fit into one account: staging. Empty for none.",
            "",
        )
        .must(
            r#"can(regex("^([a-z](-?[a-z0-9])*)?$", var.environment))"#,
            "An environment has lower-case letters, digits and single hyphens, and begins with a letter.",
        ),
        Variable::new("tags".to_owned(), "map(string)", "Tags of your own for everything here.", Value::map(&stack.tags)),
    ];
    let mut blocks: Vec<_> = own.iter().chain(of_resources).map(variable).collect();
    blocks.push(locals(with));
    blocks
}

fn variable(variable: &Variable) -> Block {
    let block = Block::new("variable", &[&variable.name])
        .set("description", &variable.description)
        .set("type", Value::code(variable.kind))
        .set("default", variable.default.clone());
    match &variable.rule {
        Some((condition, otherwise)) => block.with(
            Block::new("validation", &[])
                .set("condition", Value::code(condition))
                .set("error_message", otherwise),
        ),
        None => block,
    }
}

fn locals(with: &Context<'_>) -> Block {
    let name = Value::code(r#"join("-", compact([var.name, var.environment]))"#);
    let environment = r#"var.environment == "" ? {} : { environment = var.environment }"#;
    let mut tags = vec![Value::code("var.tags"), Value::code("local.environment_tag")];
    let mut why = "On everything that takes tags.";
    if with.imports() {
        why = "Slipway finds its stack by the tags that begin with slipway: and leaves alone what has none. Take them \
               out, here and below, once Terraform alone looks after the stack.";
        tags.push(Value::map([
            (STACK_TAG, Value::code("local.name")),
            (STACK_ID_TAG, Value::from(&with.stack.id)),
        ]));
    }
    Block::new("locals", &[]).set("name", name).set("environment_tag", Value::code(environment)).set_because(
        why,
        "tags",
        Value::Call("merge", tags),
    )
}

/// The outputs.
pub(super) fn outputs(outputs: &[Output]) -> Vec<Block> {
    let block = |output: &Output| {
        Block::new("output", &[&output.name])
            .set("description", &output.description)
            .set("value", output.value.clone())
    };
    outputs.iter().map(block).collect()
}

/// The import blocks.
pub(super) fn imports(stack: &Stack, imports: &[(String, String)]) -> Vec<Block> {
    let block =
        |(to, id): &(String, String)| Block::new("import", &[]).set("to", Value::code(to)).set("id", id);
    let mut blocks: Vec<_> = imports.iter().map(block).collect();
    if let Some(first) = blocks.first_mut() {
        first.why = Some(format!(
            "What is there already in account {} in {}. The first apply takes it over as it is; this file can go \
             afterwards.",
            stack.account, stack.region
        ));
    }
    blocks
}
