//! Says which Terraform the suite would use, or why it cannot run. `cargo xtask test` asks it.
#![allow(clippy::print_stdout)]

use std::process::ExitCode;

fn main() -> ExitCode {
    match slipway_tests::terraform::Terraform::find() {
        Ok(found) => {
            println!("{}", found.describe());
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}
