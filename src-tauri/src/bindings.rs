//! The commands and types that cross IPC, and their TypeScript, which is committed and kept true by a test.

use std::{path::Path, process::ExitCode};

use slipway_core::blueprint::TYPE_CHOICES;
use specta_typescript::Typescript;
use tauri::Wry;
use tauri_specta::{Builder, ErrorHandlingMode, collect_commands};

use crate::commands::{connect, jobs, lessons, offers, practice, runs, setup, stacks, terraform};

/// Every command of the window, and what the pages are told once for all.
pub(crate) fn builder() -> Builder<Wry> {
    let builder = Builder::<Wry>::new().error_handling(ErrorHandlingMode::Throw).disable_serde_phases();
    builder.constant("TYPE_CHOICES", TYPE_CHOICES).commands(collect_commands![
        connect::session,
        connect::ways,
        connect::connect,
        connect::disconnect,
        connect::open_keys_window,
        connect::save_keys,
        connect::forget_account,
        connect::activity,
        connect::save_activity,
        practice::practice_settings,
        practice::set_practice_pace,
        practice::reset_practice,
        lessons::lessons,
        lessons::begin_lesson,
        lessons::open_lesson_page,
        setup::presets,
        setup::new_blueprint,
        setup::check_blueprint,
        setup::blueprint_toml,
        setup::read_blueprint,
        setup::open_blueprint,
        setup::save_blueprint,
        offers::networks,
        offers::key_pairs,
        offers::instance_types,
        offers::instance_prices,
        offers::kept_costs,
        offers::ways_out,
        offers::job_policy,
        offers::read_job_policy,
        setup::check,
        setup::setup_handout,
        setup::analyst_handout,
        setup::launch_handout,
        setup::request_quota,
        setup::mend,
        setup::mended,
        setup::amend,
        setup::plan,
        runs::create,
        runs::resume,
        runs::plan_put_back,
        runs::plan_undo,
        runs::undo,
        runs::put_back,
        runs::plan_adopt,
        runs::adopt,
        runs::keep,
        runs::rebuild,
        runs::stop_run,
        runs::unfinished,
        runs::plan_teardown,
        runs::teardown,
        stacks::stacks,
        stacks::stack,
        stacks::accept,
        stacks::open_console,
        terraform::preview_terraform,
        terraform::terraform,
        terraform::terraform_folder,
        terraform::choose_folder,
        terraform::save_terraform,
        jobs::job_queues,
        jobs::job_targets,
        jobs::may_launch,
        jobs::submit_command_line,
        jobs::submit,
        jobs::jobs,
        jobs::job,
        jobs::job_logs,
        jobs::cancel_jobs,
        jobs::terminate_jobs,
    ])
}

/// Writes the TypeScript of every command and type to `path`.
pub(crate) fn export(path: &Path) -> ExitCode {
    match builder().export(Typescript::default(), path) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("The bindings could not be written: {error}");
            ExitCode::FAILURE
        }
    }
}
