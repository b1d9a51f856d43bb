//! Every phase of every call of every preset on both networks of moto, killed and resumed.

use slipway_tests::kills::{Kind, around_calls, every_call};

pub(crate) fn matrix() {
    println!("\nkill -9 in every phase of every call of a create on moto, then resume");
    for kind in Kind::all() {
        let outcome = around_calls(&[kind], every_call);
        println!("  {:<44} {}", kind.to_string(), outcome.in_words());
        for wrong in &outcome.wrong {
            println!("    {wrong}");
        }
    }
}
