//! What a person typed comes back from Terraform byte by byte, whatever it holds.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use slipway_core::terraform::{Block, Value, write};
use slipway_tests::seen;
use slipway_tests::terraform::Terraform;
use unicode_normalization::UnicodeNormalization;

const MANY: usize = 10_000;

/// Texts out of what HCL and Terraform give a meaning to, and out of everything else.
fn hostile() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        proptest::sample::select(vec![
            "${",
            "%{",
            "$",
            "%",
            "{",
            "}",
            "\"",
            "\\",
            "\\u0041",
            "\n",
            "\r",
            "\t",
            "<<EOT\n",
            "EOT",
            "#",
            "//",
            "/*",
            "~}",
            "%{ if true }",
            "${path.module}",
            "\u{202e}",
            "\u{0}",
            "\u{feff}",
            "\u{2028}",
            "e\u{301}",
        ])
        .prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
        "[ -~]{1,8}",
    ];
    proptest::collection::vec(pieces, 0..12).prop_map(|pieces| pieces.concat())
}

#[test]
fn ten_thousand_texts_come_back() {
    let terraform = Terraform::find().expect("xtask runs this suite only where Terraform is there");
    // The same texts in every run, so that a failure can be looked at again.
    let mut runner = TestRunner::deterministic();
    let strategy = hostile();
    let draw = |_| strategy.new_tree(&mut runner).expect("nothing is filtered away").current();
    let texts: Vec<String> = (0..MANY).map(draw).collect();

    let folder = tempfile::tempdir().expect("there is room for a folder");
    let output = Block::new("output", &["texts"]).set("value", Value::from(texts.clone()));
    std::fs::write(folder.path().join("outputs.tf"), write(&[output])).expect("the folder can be written");
    assert_eq!(terraform.unformatted(folder.path()), Vec::<String>::new());
    let back = terraform.outputs(folder.path());
    let back = back["texts"]["value"].as_array().expect("the output is a list");

    assert_eq!(back.len(), texts.len());
    // Terraform keeps every string in Unicode's normal form C ("Types and Values", strings).
    let wrong: Vec<_> = texts
        .iter()
        .zip(back)
        .filter(|(text, back)| back.as_str() != Some(text.nfc().collect::<String>().as_str()))
        .take(3)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    seen::all("texts that came back from Terraform as they were", back.len(), MANY);
}
