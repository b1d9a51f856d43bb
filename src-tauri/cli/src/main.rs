//! `slipway`: everything Slipway does, without a window, for terminals, scripts and CI.
//!
//! Results go to standard output, everything else to standard error. Exit codes: 0 done, 1 failed, 2 usage,
//! 3 refused by a check, or drift found.

mod args;
mod ask;
mod command;
mod exit;
mod log;
mod output;
mod progress;
mod sign_in;
mod stop;
mod text;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    log::start();
    let arguments = match args::Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(usage) => return exit::usage(&usage),
    };
    let out = output::Output::new(arguments.global.json);
    match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => {
            let ended = runtime.block_on(command::carry_out(arguments, out));
            // A keychain that never answers must not keep the program from ending.
            runtime.shutdown_background();
            exit::report(ended, out)
        }
        Err(error) => exit::report(Err(exit::no_runtime(&error)), out),
    }
}
