//! What jobs cost before any runs, as `slipway plan` tells it.

use slipway_core::cost::{Costs, Hourly, Money, Per, PriceSource, SpotHistory, SpotZone};

use crate::{output::Output, text::columns};

/// Each price with where it is from.
pub(super) fn show(costs: &Costs, out: Output) {
    let jobs =
        costs.jobs.iter().map(|cost| row(&format!("one job of {}", cost.job), &cost.environment, &cost.hour));
    let most = costs
        .most
        .iter()
        .map(|cost| row(&format!("{} vCPU, the most", cost.vcpus), &cost.environment, &cost.hour));
    let rows: Vec<_> = jobs.chain(most).collect();
    if !rows.is_empty() {
        out.line("An hour of");
        for line in columns(&rows) {
            out.line(&line);
        }
    }
    for history in &costs.spot {
        show_history(history, out);
    }
}

fn row(what: &str, environment: &str, hour: &Hourly) -> Vec<String> {
    let between = match (&hour.at_best, &hour.at_worst) {
        (Some(best), Some(worst)) if best != worst => format!("{best} to {worst}; "),
        (Some(best), _) => format!("{best}; "),
        _ => String::new(),
    };
    vec![
        format!("  {what}"),
        format!("in {environment}"),
        range(hour.low, hour.high),
        format!("({between}{})", source(&hour.source)),
    ]
}

fn show_history(history: &SpotHistory, out: Output) {
    out.line(&format!(
        "Spot price of {} in {}, the last 7 days (${:.4} an hour on demand; spot market, {})",
        history.instance_type,
        history.environment,
        history.on_demand,
        history.until.local()
    ));
    let row = |zone: &SpotZone| {
        vec![
            format!("  {}", zone.zone),
            format!("now ${:.4}", zone.now),
            format!("lowest ${:.4}", zone.low),
            format!("highest ${:.4}", zone.high),
        ]
    };
    for line in columns(&history.zones.iter().map(row).collect::<Vec<_>>()) {
        out.line(&line);
    }
}

fn range(low: f64, high: f64) -> String {
    let (low, high) = (format!("{low:.4}"), format!("{high:.4}"));
    if low == high { format!("${low}") } else { format!("${low} to ${high}") }
}

fn source(source: &PriceSource) -> String {
    match source {
        PriceSource::PriceList { at } => format!("Price List API, read {}", at.local()),
        PriceSource::SpotMarket { at } => format!("spot market, {}", at.local()),
        PriceSource::Carried { of, estimated: false } => format!("Slipway's list of us-east-1 prices, {of}"),
        PriceSource::Carried { of, estimated: true } => {
            format!("what Spot costs as a rule, by Slipway's list of us-east-1 prices, {of}")
        }
    }
}

/// An amount with what it is for.
pub(super) fn money(money: &Money) -> String {
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
