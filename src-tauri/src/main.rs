//! The window: thin commands over core, events, the keychain's own small window. No logic lives here.

#![cfg_attr(all(not(debug_assertions), target_os = "windows"), windows_subsystem = "windows")]

mod app;
mod bindings;
mod commands;
mod state;
mod windows;

use std::{env, process::ExitCode};

fn main() -> ExitCode {
    let mut arguments = env::args_os().skip(1);
    if arguments.next().is_some_and(|argument| argument == "--export-bindings") {
        return bindings::export(arguments.next().unwrap_or_default().as_ref());
    }
    app::run()
}
