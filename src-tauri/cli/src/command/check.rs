//! `slipway check` and `slipway plan`: what an account has, and what a blueprint would do to it, without doing it.

use std::path::{Path, PathBuf};

use clap::Args;
use slipway_connect::{home, lessons};
use slipway_core::{
    account::Session,
    blueprint::{self, Blueprint, Preset},
    check::{self, CheckItem, CheckReport, CheckVerdict, Cure, CureKind, Fix, Group, RolePart},
    cost::{Money, Per},
    error::AppError,
    plan::{Act, PlanView, RunAct, StepView},
    resource::Difference,
    run,
    shell::quoted,
    stack::OpenStack,
    words::say,
};

use super::{blueprint::FIRST_NAME, costs, fix};
use crate::{
    args::{Global, stack_name},
    exit::{Ended, Outcome},
    output::Output,
    sign_in::SignedIn,
    text::columns,
};

#[derive(Debug, Args)]
#[group(multiple = false)]
pub(crate) struct WithBlueprint {
    /// The blueprint, a TOML file; `slipway blueprint fargate` prints one. Without it or a stack, the lesson's own
    #[arg(long, value_name = "FILE")]
    blueprint: Option<PathBuf>,
    /// A stack that is there, by its own blueprint
    #[arg(long, value_name = "NAME", value_parser = stack_name)]
    stack: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    /// The blueprint, a TOML file; without it or a stack, the lesson's own, or the preset fargate
    #[arg(long, value_name = "FILE", conflicts_with = "stack")]
    blueprint: Option<PathBuf>,
    /// A stack that is there, by its own blueprint
    #[arg(long, value_name = "NAME", value_parser = stack_name)]
    stack: Option<String>,
    /// Only whether you may launch jobs on the stack, watch and stop them
    #[arg(long, requires = "stack")]
    jobs: bool,
    /// Show what each finding rests on
    #[arg(long)]
    evidence: bool,
    /// Only the words to send to whoever can do something about this finding: may-create, reach-logs
    #[arg(long, value_name = "FINDING", conflicts_with_all = ["jobs", "evidence"])]
    letter: Option<String>,
}

/// Refused when creating would fail.
pub(crate) async fn check(global: &Global, arguments: CheckArguments, out: Output) -> Ended {
    let CheckArguments { blueprint, stack, jobs, evidence, letter } = arguments;
    if let Some(stack) = stack.as_deref().filter(|_| jobs) {
        return launching(global, stack, evidence, out).await;
    }
    let of = WithBlueprint { blueprint, stack };
    let (signed_in, wanted) = if of.says_nothing(global) {
        (global.sign_in().await?, Preset::Fargate.blueprint(FIRST_NAME))
    } else {
        of.sign_in(global, out).await?
    };
    out.heading(&signed_in.view);
    let report = check::check(&signed_in.session, wanted, |_| ()).await?;
    if let Some(finding) = letter {
        return write_letter(&report, &finding, out);
    }
    if out.is_json() {
        out.document(&report);
    } else {
        show_report(&report, &of.again(global), evidence, out);
    }
    lesson_looked_at(global, &report, out)?;
    Ok(if report.blocked { Outcome::Refused } else { Outcome::Done })
}

/// A lesson in which nothing is wrong any more is solved.
fn lesson_looked_at(global: &Global, report: &CheckReport, out: Output) -> Result<(), AppError> {
    let Some(lesson) = &global.lesson else { return Ok(()) };
    if lessons::looked_at(&home()?, lesson, report)? == 0 {
        out.note(&say("lesson-solved", &[("id", lesson)]).text);
    }
    Ok(())
}

/// The words alone, to be sent on.
fn write_letter(report: &CheckReport, finding: &str, out: Output) -> Ended {
    let item = report.items.iter().find(|item| item.id == finding);
    let letter = item.into_iter().flat_map(|item| &item.fixes).find_map(|fix| match fix {
        Fix::Ask { letter, .. } => Some(letter),
        _ => None,
    });
    let Some(letter) = letter else {
        return Err(
            AppError::new(say("no-letter", &[("finding", finding)])).advise(say("nothing-helps-advice", &[]))
        );
    };
    if out.is_json() {
        out.document(letter);
    } else {
        out.line(letter.text.trim_end());
    }
    Ok(Outcome::Done)
}

/// What helps against a finding, and how it is said here: with who, where and what, since the same words may mean another
/// account otherwise.
fn show_fixes(item: &CheckItem, again: &str, out: Output) {
    let told = [" --blueprint ", " --lesson "].iter().any(|option| again.contains(option));
    let of_file = if told { "" } else { " --blueprint FILE" };
    let whose = again.split(" --stack ").next().unwrap_or_default();
    let here: Vec<_> = fix::here(item).collect();
    if let Some(quota) = item.quota.as_ref().filter(|quota| quota.open.is_none()) {
        out.line(&format!(
            "    {:<22} → Ask AWS for {}: slipway limits --request {}/{}={}{whose}",
            "", quota.desired, quota.service, quota.code, quota.desired
        ));
    }
    for (number, one) in (1..).zip(&here) {
        let number = if here.len() > 1 { format!(" --number {number}") } else { String::new() };
        out.line(&format!(
            "    {:<22} → {}: slipway fix {}{number}{whose}{of_file}",
            "",
            one.says().text,
            item.id
        ));
    }
    if item.fixes.iter().any(|fix| matches!(fix, Fix::Ask { .. })) {
        out.line(&format!(
            "    {:<22} → Words for whoever can: slipway check --letter {}{again}",
            "", item.id
        ));
    }
}

/// A finding with what helps.
pub(super) fn show_with_fixes(item: &CheckItem, again: &str, out: Output) {
    show_item(item, false, out);
    show_fixes(item, again, out);
}

/// For somebody who sets nothing up, and may know nothing of the stack but its queues.
async fn launching(global: &Global, stack: &str, evidence: bool, out: Output) -> Ended {
    let signed_in = global.sign_in().await?;
    out.heading(&signed_in.view);
    let items = check::launching(&signed_in.session, stack).await?;
    if out.is_json() {
        out.document(&items);
    } else {
        for item in &items {
            show_item(item, evidence, out);
        }
    }
    let refused = items.iter().any(|item| item.verdict == CheckVerdict::Wrong);
    Ok(if refused { Outcome::Refused } else { Outcome::Done })
}

fn show_report(report: &CheckReport, again: &str, evidence: bool, out: Output) {
    let mut group: Option<Group> = None;
    for item in &report.items {
        if group != Some(item.group) {
            group = Some(item.group);
            out.line(heading(item.group));
        }
        show_item(item, evidence, out);
        show_fixes(item, again, out);
    }
    let cures = report.network.iter().flat_map(|network| &network.cures);
    for cure in cures {
        show_cure(cure, out);
    }
    show_roles(&report.roles, out);
    out.line("");
    let wrong = report.items.iter().filter(|item| item.verdict == CheckVerdict::Wrong).count();
    let wrong = match wrong {
        0 => String::new(),
        _ => format!(
            " {wrong} wrong (✕): put that right first. It stops creating, which would fail, or no job would run."
        ),
    };
    out.line(&format!(
        "{} to make, {} to put right, {} to know.{wrong}",
        report.to_make, report.to_mend, report.to_know,
    ));
    if let Some(name) = &report.other_name {
        out.line(&format!("The name {name} is free."));
    }
}

pub(super) fn show_item(item: &CheckItem, evidence: bool, out: Output) {
    let sign = match item.verdict {
        CheckVerdict::Ready => "✓",
        CheckVerdict::Make => "+",
        CheckVerdict::Mend => "~",
        CheckVerdict::Wrong => "✕",
        CheckVerdict::Warning => "!",
        CheckVerdict::CannotTell => "?",
        CheckVerdict::Waiting => "…",
    };
    out.line(&format!("  {sign} {:<22} {}", item.subject.replace('-', " "), item.finding.text));
    let to_do = !matches!(item.verdict, CheckVerdict::Ready | CheckVerdict::Make);
    if let Some(remedy) = item.remedy.as_ref().filter(|_| to_do) {
        out.line(&format!("    {:<22} {}", "", remedy.text));
    }
    for line in differing(&item.differences) {
        out.line(&format!("    {:<22} {line}", ""));
    }
    if evidence {
        for detail in &item.evidence {
            out.line(&format!("    {:<22} {}: {}", "", detail.label, detail.value));
        }
    }
}

/// One of the ways to mend a network: what it costs, and its steps.
fn show_cure(cure: &Cure, out: Output) {
    let name = match cure.kind {
        CureKind::PutRight => "What stops the way, put right",
        CureKind::PublicIps => "Mended by public addresses",
        CureKind::NatGateway => "Mended by a NAT gateway",
        CureKind::Endpoints => "Mended by endpoints",
    };
    out.line(&format!("{name}, {}", money(&cure.cost)));
    for (number, step) in (1..).zip(&cure.steps) {
        out.line(&format!("  {number}. {}", step.says.text));
    }
}

/// Which role does what.
fn show_roles(roles: &[RolePart], out: Output) {
    let row = |role: &RolePart| {
        vec![
            format!("  {}", role.who.text),
            format!("→ {}", role.name),
            format!("→ {} ({})", role.does.text, role.by.text),
        ]
    };
    if !roles.is_empty() {
        out.line("");
        out.line("Which role does what");
        for line in columns(&roles.iter().map(row).collect::<Vec<_>>()) {
            out.line(&line);
        }
    }
}

fn heading(group: Group) -> &'static str {
    match group {
        Group::Account => "Account",
        Group::Roles => "Roles",
        Group::Network => "Network",
        Group::Image => "Image",
        Group::Limits => "Limits",
        Group::Batch => "AWS Batch",
    }
}

impl WithBlueprint {
    /// The stack whose own blueprint is meant.
    pub(crate) fn stack(&self) -> Option<&str> {
        self.stack.as_deref()
    }

    /// Whether nothing tells what is meant, not even a lesson.
    fn says_nothing(&self, global: &Global) -> bool {
        self.blueprint.is_none() && self.stack.is_none() && global.lesson.is_none()
    }

    /// Who, where and what, to be typed again.
    pub(super) fn again(&self, global: &Global) -> String {
        let of = match (&self.blueprint, &self.stack) {
            (Some(file), _) => format!(" --blueprint {}", quoted(&file.to_string_lossy())),
            (None, Some(stack)) => format!(" --stack {stack}"),
            (None, None) => String::new(),
        };
        format!("{}{of}", global.again())
    }

    /// Who and where, and the blueprint. A file is read before anything is sent anywhere.
    pub(crate) async fn sign_in(
        &self,
        global: &Global,
        out: Output,
    ) -> Result<(SignedIn, Blueprint), AppError> {
        let file =
            if self.stack.is_some() { None } else { Some(file(global, self.blueprint.as_deref(), out)?) };
        let read = file.as_deref().map(|file| {
            let wanted = blueprint::read_file(file)?;
            blueprint::require_sound(&wanted).map(|()| wanted)
        });
        let read = read.transpose()?;
        let signed_in = global.sign_in().await?;
        let wanted = match read {
            Some(wanted) => wanted,
            None => of_stack(&signed_in.session, self.stack.as_deref().unwrap_or_default()).await?,
        };
        Ok((signed_in, wanted))
    }
}

/// The blueprint's file: the one that is named, or the lesson's own, which is said.
pub(super) fn file(global: &Global, named: Option<&Path>, out: Output) -> Result<PathBuf, AppError> {
    match (named, &global.lesson) {
        (Some(file), _) => Ok(file.to_owned()),
        (None, Some(lesson)) => {
            let file = lessons::blueprint(&home()?, lesson)?;
            out.note(&format!("The lesson's own blueprint: {}", file.display()));
            Ok(file)
        }
        (None, None) => {
            Err(AppError::new(say("nothing-wanted", &[])).advise(say("nothing-wanted-advice", &[])))
        }
    }
}

/// What a stack should be.
pub(crate) async fn of_stack(session: &Session, stack: &str) -> Result<Blueprint, AppError> {
    Ok(OpenStack::named(session, stack).await?.wanted.blueprint)
}

pub(crate) async fn plan(global: &Global, arguments: &WithBlueprint, out: Output) -> Ended {
    let (signed_in, wanted) = arguments.sign_in(global, out).await?;
    out.heading(&signed_in.view);
    let view = run::plan_create(&signed_in.session, wanted).await?;
    show_plan(&view, &arguments.again(global), out);
    let stopped = view.blocked.is_some() || !view.in_the_way.is_empty();
    Ok(if stopped { Outcome::Refused } else { Outcome::Done })
}

/// A plan: its steps with their reasons, what the stack will cost, and why it must not be carried out. `again` is who, where
/// and what, to be typed again.
pub(crate) fn show_plan(view: &PlanView, again: &str, out: Output) {
    if out.is_json() {
        return out.document(view);
    }
    let row = |step: &StepView| {
        vec![
            sign(step.act).to_owned(),
            step.kind.replace('-', " "),
            step.name.clone(),
            step.reason.text.clone(),
        ]
    };
    let rows = columns(&view.steps.iter().map(row).collect::<Vec<_>>());
    for (row, step) in rows.iter().zip(&view.steps) {
        out.line(row);
        for line in differing(&step.differences) {
            out.line(&format!("     {line}"));
        }
    }
    let count = |act| view.steps.iter().filter(|step| step.act == act).count();
    out.line("");
    out.line(&format!(
        "{} to make, {} to change, {} to remove, {} to stay.",
        count(Act::Create),
        count(Act::Change),
        count(Act::Delete),
        count(Act::Keep),
    ));
    // What goes costs nothing any more, whatever it would have cost.
    if view.act == RunAct::Create {
        out.line(&format!("While nothing runs: {}.", money(&view.standing_cost)));
        if let Some(running) = &view.running_cost {
            out.line(&format!("While a job runs: {}.", money(running)));
        }
        costs::show(&view.costs, out);
    }
    for busy in &view.busy {
        out.line(&format!("! {}", busy.means.text));
    }
    if let Some(blocked) = &view.blocked {
        out.line(&format!("It cannot be carried out: {}", blocked.text));
    }
    if !view.in_the_way.is_empty() {
        out.line("The check finds wrong, and a create stops at it unless --despite-findings is given:");
    }
    for item in &view.in_the_way {
        show_with_fixes(item, again, out);
    }
}

/// What is not as it should be, attribute by attribute: `maxvCpus  4 → 8`.
pub(crate) fn differing(differences: &[Difference]) -> Vec<String> {
    let shown = |value: &Option<String>| match value.as_deref() {
        None => "not set".to_owned(),
        Some("") => "empty".to_owned(),
        // A script or a policy has lines, and a row has one.
        Some(value) => value.replace('\n', " ⏎ "),
    };
    let row =
        |one: &Difference| vec![one.what.clone(), format!("{} → {}", shown(&one.found), shown(&one.wanted))];
    columns(&differences.iter().map(row).collect::<Vec<_>>())
}

fn sign(act: Act) -> &'static str {
    match act {
        Act::Keep => "=",
        Act::Create => "+",
        Act::Change => "~",
        Act::Wait => "…",
        Act::Delete => "-",
        Act::Refuse => "!",
    }
}

fn money(money: &Money) -> String {
    let per = match money.per {
        Per::Hour => "an hour",
        Per::Month => "a month",
        Per::VcpuHour => "a vCPU and hour",
    };
    let note = money.note.as_ref().map(|note| format!(" ({})", note.text.trim_end_matches('.')));
    format!("about ${} {per}{}", amount(money.usd), note.unwrap_or_default())
}

/// Cents where there are any to speak of, else as many places as the first figure needs.
fn amount(usd: f64) -> String {
    if usd == 0.0 || usd >= 0.1 { format!("{usd:.2}") } else { format!("{usd:.4}") }
}
