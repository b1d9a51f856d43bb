//! Ten thousand pairs of faults on the practice account, in process and under virtual time.

use slipway_tests::stories;

pub(crate) fn ten_thousand() {
    println!(
        "\ntwo faults at two calls of a run on the practice account, then whatever a person does about it"
    );
    let outcome = stories::pairs(0..10_000);
    println!("  {}", outcome.in_words());
    for wrong in &outcome.wrong {
        println!("    {wrong}");
    }
}
