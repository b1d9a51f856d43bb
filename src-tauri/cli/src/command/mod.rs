//! One file for each group of commands. A command has no logic of its own: it unpacks, asks core, prints.

pub(crate) mod accounts;
pub(crate) mod activity;
pub(crate) mod blueprint;
pub(crate) mod check;
mod costs;
pub(crate) mod drift;
pub(crate) mod export;
pub(crate) mod fix;
pub(crate) mod jobs;
pub(crate) mod lessons;
pub(crate) mod limits;
pub(crate) mod offers;
mod plan;
pub(crate) mod policy;
pub(crate) mod practice;
pub(crate) mod run;
pub(crate) mod stacks;
pub(crate) mod submit;
pub(crate) mod wanted;
pub(crate) mod whoami;

use crate::{
    args::{Arguments, Command},
    exit::Ended,
    output::Output,
};

/// Carries out what the command line says.
pub(crate) async fn carry_out(arguments: Arguments, out: Output) -> Ended {
    let Arguments { global, command } = arguments;
    global.check_place()?;
    match command {
        Command::Whoami => whoami::run(&global, out).await,
        Command::Blueprint(blueprint) => blueprint::run(&global, &blueprint, out).await,
        Command::Networks => offers::networks(&global, out).await,
        Command::InstanceTypes(types) => offers::instance_types(&global, &types, out).await,
        Command::Check(check) => check::check(&global, check, out).await,
        Command::Policy(wanted) => policy::run(&global, &wanted, out).await,
        Command::Fix(wanted) => fix::run(&global, wanted, out).await,
        Command::Limits(wanted) => limits::run(&global, wanted, out).await,
        Command::Plan(wanted) => plan::plan(&global, &wanted, out).await,
        Command::Create(wanted) => run::create(&global, &wanted, out).await,
        Command::Resume(of) => run::resume(&global, &of.stack, out).await,
        Command::Undo(of) => run::undo(&global, &of.stack, out).await,
        Command::Keep(of) => run::keep(&global, &of.stack, out).await,
        Command::Rebuild(of) => run::rebuild(&global, &of.stack, out).await,
        Command::Teardown(wanted) => run::teardown(&global, &wanted, out).await,
        Command::Drift(of) => drift::show(&global, &of, out).await,
        Command::PutBack(of) => drift::put_back(&global, &of, out).await,
        Command::Accept(of) => drift::accept(&global, &of, out).await,
        Command::Adopt(wanted) => drift::adopt(&global, &wanted, out).await,
        Command::Stacks => stacks::list(&global, out).await,
        Command::Export(export) => export::run(&global, &export, out).await,
        Command::Submit(submit) => submit::run(&global, submit, out).await,
        Command::Jobs(jobs) => jobs::list(&global, &jobs, out).await,
        Command::Watch(watch) => jobs::watch(&global, &watch, out).await,
        Command::Logs(logs) => jobs::logs(&global, &logs, out).await,
        Command::Cancel(cancel) => jobs::cancel(&global, &cancel, out).await,
        Command::Terminate(terminate) => jobs::terminate(&global, &terminate, out).await,
        Command::Activity(wanted) => activity::list(&global, wanted, out).await,
        Command::Accounts(accounts) => accounts::run(&global, accounts, out).await,
        Command::Practice(practice) => practice::run(&global, practice, out).await,
        Command::Lessons(lessons) => lessons::run(lessons, out).await,
    }
}
