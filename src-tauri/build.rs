//! Lists every command in the app's manifest, so that each window may call only what its capability grants.

/// The commands of `src/commands`; the same list as in `src/bindings.rs`, which a test compares.
const COMMANDS: &[&str] = &[
    "session",
    "ways",
    "connect",
    "disconnect",
    "open_keys_window",
    "save_keys",
    "forget_account",
    "activity",
    "practice_settings",
    "set_practice_pace",
    "reset_practice",
    "presets",
    "new_blueprint",
    "check_blueprint",
    "blueprint_toml",
    "read_blueprint",
    "open_blueprint",
    "save_blueprint",
    "networks",
    "key_pairs",
    "instance_types",
    "instance_prices",
    "kept_costs",
    "job_policy",
    "read_job_policy",
    "check",
    "plan",
    "create",
    "resume",
    "undo",
    "keep",
    "stop_run",
    "unfinished",
    "plan_teardown",
    "teardown",
    "stacks",
    "stack",
    "open_console",
    "preview_terraform",
    "terraform",
    "terraform_folder",
    "choose_folder",
    "save_terraform",
    "job_queues",
    "job_targets",
    "submit_command_line",
    "submit",
    "jobs",
    "job",
    "job_logs",
    "cancel_jobs",
    "terminate_jobs",
];

fn main() {
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    if let Err(error) = tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest)) {
        println!("cargo::error={error:#}");
    }
}
