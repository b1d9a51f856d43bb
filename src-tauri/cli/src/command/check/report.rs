//! A check's findings as lines, each with what helps.

use slipway_core::check::{CheckItem, CheckReport, CheckVerdict, Cure, CureKind, Fix, Group, RolePart};

use crate::{
    command::{costs::money, fix},
    output::Output,
    text::{columns, differing},
};

/// What is shown besides the findings.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown {
    /// What each rests on.
    pub(super) evidence: bool,
    /// What mends the network as lines of the AWS CLI.
    pub(super) commands: bool,
}

pub(super) fn show_report(report: &CheckReport, again: &str, shown: Shown, out: Output) {
    let mut group: Option<Group> = None;
    for item in &report.items {
        if group != Some(item.group) {
            group = Some(item.group);
            out.line(heading(item.group));
        }
        show_item(item, shown.evidence, out);
        show_fixes(item, again, out);
    }
    let cures = report.network.iter().flat_map(|network| &network.cures);
    for cure in cures {
        show_cure(cure, shown.commands, out);
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

/// One of the ways to mend a network: what it costs, and its steps.
fn show_cure(cure: &Cure, commands: bool, out: Output) {
    let name = match cure.kind {
        CureKind::PutRight => "What stops the way, put right",
        CureKind::PublicIps => "Mended by public addresses",
        CureKind::NatGateway => "Mended by a NAT gateway",
        CureKind::Endpoints => "Mended by endpoints",
    };
    out.line(&format!("{name}: {}", cure_price(cure)));
    for (number, step) in (1..).zip(&cure.steps) {
        out.line(&format!("  {number}. {}", step.says.text));
    }
    let typed = cure.steps.iter().flat_map(|step| &step.commands);
    for line in typed.filter(|_| commands) {
        out.line(&format!("     {line}"));
    }
}

/// Public addresses are paid for by the hour while instances or tasks have them.
fn cure_price(cure: &Cure) -> String {
    if cure.cost.usd > 0.0 {
        return money(&cure.cost);
    }
    match &cure.cost.note {
        Some(note) if cure.kind == CureKind::PublicIps => {
            format!("nothing while nothing runs ({})", note.text.trim_end_matches('.'))
        }
        _ => "nothing more".to_owned(),
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

pub(in crate::command) fn show_item(item: &CheckItem, evidence: bool, out: Output) {
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
pub(in crate::command) fn show_with_fixes(item: &CheckItem, again: &str, out: Output) {
    show_item(item, false, out);
    show_fixes(item, again, out);
}
