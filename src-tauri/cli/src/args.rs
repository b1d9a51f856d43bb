//! The command line: options that every command takes, and the list of commands.

use clap::{Args, Parser, Subcommand};
use slipway_core::shell::quoted;

use crate::command::{
    accounts, activity, blueprint, check, drift, export, fix, jobs, lessons, limits, offers, policy,
    practice, run, submit, wanted,
};

/// Set up AWS Batch, launch jobs and watch them.
#[derive(Debug, Parser)]
#[command(
    name = "slipway",
    version,
    propagate_version = true,
    arg_required_else_help = true,
    after_help = "Exit codes: 0 done, 1 failed, 2 usage, 3 refused by a check, or drift found.\n\
                  Try it without AWS: slipway whoami --practice"
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Who and where, and how to answer.
#[derive(Debug, Args)]
#[command(next_help_heading = "Who and where")]
pub(crate) struct Global {
    /// Use the practice account on this computer: no AWS login, no cost
    #[arg(long, global = true, conflicts_with_all = ["account", "profile", "endpoint"])]
    pub(crate) practice: bool,

    /// Use the practice account of a lesson that has begun
    #[arg(long, global = true, value_name = "ID", conflicts_with_all = ["practice", "account", "profile", "endpoint"])]
    pub(crate) lesson: Option<String>,

    /// Use a saved account, whose keys are in the keychain
    #[arg(long, global = true, value_name = "NAME", conflicts_with = "profile")]
    pub(crate) account: Option<String>,

    /// Use a profile of AWS's configuration files; without any of these, the environment's credentials
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,

    /// The AWS region
    #[arg(long, global = true)]
    pub(crate) region: Option<String>,

    /// Call this address instead of AWS: https, or this computer itself
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) endpoint: Option<String>,

    /// Answer in JSON: one document, or one event a line for long work
    #[arg(long, global = true, help_heading = "Answers")]
    pub(crate) json: bool,

    /// Do what would otherwise be asked about first
    #[arg(long, short, global = true, help_heading = "Answers")]
    pub(crate) yes: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show who is signed in, and where
    Whoami,
    /// Print a complete blueprint: one to begin with, or a stack's
    Blueprint(blueprint::BlueprintArguments),
    /// List the VPCs, subnets and security groups to choose from
    Networks,
    /// List the instance types to choose from; with their prices when some are named
    InstanceTypes(offers::TypesArguments),
    /// Look at what the account has of what a stack needs
    Check(check::CheckArguments),
    /// Carry out what helps against a finding: in the blueprint's file, or in the account
    Fix(fix::FixArguments),
    /// Print the IAM policy that somebody needs for a stack, to hand to an administrator
    Policy(policy::PolicyArguments),
    /// Show the account's limits for what a stack needs, or ask AWS for more
    Limits(limits::LimitsArguments),
    /// Show what creating a stack would do, and what it costs
    Plan(wanted::WithBlueprint),
    /// Make the stack that a blueprint describes, or put it right, unless the check finds something wrong
    Create(run::CreateArguments),
    /// Go on with a run that was stopped, failed or killed
    Resume(run::OfStack),
    /// Remove what an unfinished run made, and put back what it changed
    Undo(run::OfStack),
    /// Leave what an unfinished run made as it is, and close the run
    Keep(run::OfStack),
    /// Begin a stack's journal anew, where the old one is damaged, from what the account shows
    Rebuild(run::OfStack),
    /// List the stacks in the account
    Stacks,
    /// Remove a stack: first the list of what goes, then the removal
    Teardown(run::TeardownArguments),
    /// Show what of a stack is not as its blueprint says
    Drift(run::OfStack),
    /// Put one part of a stack back as its blueprint says
    PutBack(drift::OfPart),
    /// Take one part into the stack's blueprint as it is now
    Accept(drift::OfPart),
    /// Make what is there under a stack's names, and is nobody's, the stack's
    Adopt(wanted::WithBlueprint),
    /// Write a stack down as Terraform
    Export(export::ExportArguments),
    /// Submit a job, or an array of them
    Submit(submit::SubmitArguments),
    /// List jobs, with counts by state
    Jobs(jobs::JobsArguments),
    /// Follow jobs until all have ended; fails when one does
    Watch(jobs::WatchArguments),
    /// Print a job's log
    Logs(jobs::LogsArguments),
    /// Cancel jobs that wait
    Cancel(jobs::CancelArguments),
    /// Terminate jobs, running ones too
    Terminate(jobs::TerminateArguments),
    /// List the AWS calls that were made from this computer
    Activity(activity::ActivityArguments),
    /// Save, list and remove accounts; their keys go into the keychain
    Accounts(accounts::AccountsArguments),
    /// Serve, reset and pace the practice account, and say what its caller may do
    Practice(practice::PracticeArguments),
    /// List the lessons: practice accounts in which one thing is wrong; or begin one
    Lessons(lessons::LessonsArguments),
}

/// A stack's name as an argument; what no stack can be called is no name.
pub(crate) fn stack_name(name: &str) -> Result<String, String> {
    if slipway_core::blueprint::is_stack_name(name) {
        Ok(name.to_owned())
    } else {
        Err("a stack's name is lower-case letters, digits and hyphens, and begins with a letter".to_owned())
    }
}

impl Global {
    /// Who and where, to be typed again: ` --lesson reach-no-route`.
    pub(crate) fn again(&self) -> String {
        let said = [
            ("--lesson", &self.lesson),
            ("--account", &self.account),
            ("--profile", &self.profile),
            ("--region", &self.region),
            ("--endpoint", &self.endpoint),
        ];
        let practice = self.practice.then(|| " --practice".to_owned());
        let said =
            said.into_iter().filter_map(|(name, value)| Some(format!(" {name} {}", quoted(value.as_ref()?))));
        practice.into_iter().chain(said).collect()
    }
}
