//! Puts the window together.

use std::process::ExitCode;

use tauri::Manager;

use crate::{bindings, state::Desk, windows};

/// Opens the window and stays until it is closed.
pub(crate) fn run() -> ExitCode {
    let builder = bindings::builder();
    let app = tauri::Builder::default()
        // First, so that a second start only brings the first window to the front.
        .plugin(tauri_plugin_single_instance::init(|app, _arguments, _folder| windows::bring_to_front(app)))
        .plugin(tauri_plugin_window_state::Builder::default().with_denylist(&[windows::KEYS]).build())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_opener::init())
        .invoke_handler(builder.invoke_handler())
        .setup(|app| {
            app.manage(Desk::new()?);
            windows::open_main(app.handle())?;
            Ok(())
        })
        .build(tauri::generate_context!());
    match app {
        Ok(app) => {
            app.run(|_, _| {});
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("Slipway could not open its window: {error}");
            ExitCode::FAILURE
        }
    }
}
