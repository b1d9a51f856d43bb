//! `cargo xtask bench`: how long Slipway takes beside a peer that does the same in the same run, as ratios, with the
//! number of calls that each sends. It asserts nothing: figures are for reading.
// Printing is what it is for.
#![allow(clippy::print_stdout)]

mod check;
mod create;
mod every;
mod figures;
mod kills;
mod pace;
mod pairs;
mod size;
mod window;

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let all: [(&str, fn()); 9] = [
        ("create", create::compare),
        ("check", check::compare),
        ("far", check::from_far),
        ("every", every::call),
        ("kills", kills::matrix),
        ("pace", pace::measure),
        ("pairs", pairs::ten_thousand),
        ("window", window::measure),
        ("size", size::measure),
    ];
    for (name, bench) in all {
        if wanted.is_empty() || wanted.iter().any(|word| word == name) {
            bench();
        }
    }
}
