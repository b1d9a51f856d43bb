//! Every call of every act on every preset and network with both service roles, in process on the practice account.

use std::time::Duration;

use slipway_tests::{
    inside::trouble::Trouble,
    stories::{Act, KILLS, all_kinds, around_every_call, at_every_call_and_undone},
};

pub(crate) fn call() {
    println!(
        "\nevery changing call on the practice account, of every preset on two networks with two service roles"
    );
    let acts = [
        (Act::Create, "creates"),
        (Act::Change, "changes by a successor"),
        (Act::Adopt, "taking over"),
        (Act::Undo, "undos"),
        (Act::Teardown, "teardowns"),
    ];
    for (act, name) in acts {
        let killed = around_every_call(act, &all_kinds(), &KILLS);
        println!("  {name}, killed and resumed: {}", killed.in_words());
        let lost = around_every_call(act, &all_kinds(), &[Trouble::LostReply]);
        println!("  {name}, answers lost: {}", lost.in_words());
    }
    let fails = [Trouble::Denied, Trouble::Cut(Duration::from_mins(20))];
    let undone = at_every_call_and_undone(&all_kinds(), &fails);
    println!("  creates that failed, undone: {}", undone.in_words());
}
