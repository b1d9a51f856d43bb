//! Builds a situation, asks `slipway check`, and holds its answer against the table.

use serde_json::Value;
use slipway_tests::{
    boto,
    cli::Cli,
    moto::{Moto, Nursery},
    seen,
};

use super::{Complaints, REFUSED, Runs, Situation};

/// Builds and judges each, and tells of all that differ at once.
pub(super) fn judge(what: &str, table: Vec<Situation>) {
    // A new one for each is there sooner than one that is reset, which reads all of AWS's policies again.
    let mut nursery = Nursery::start();
    let count = table.len();
    let mut differing = vec![];
    for situation in table {
        let moto = nursery.moto();
        assert!(!situation.page.is_empty(), "{}: no page of AWS's decides", situation.id);
        let found = found(&moto, &situation);
        if found != situation.found {
            differing.push(format!(
                "{} ({})\n  found  {found:?}\n  wanted {:?}",
                situation.id, situation.page, situation.found
            ));
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
    seen::all(&format!("situations on moto found as AWS documents, {what}"), count - differing.len(), count);
}

fn found(moto: &Moto, situation: &Situation) -> Complaints {
    let person = Cli::at(&moto.endpoint());
    let name = situation.id.replace('-', "_");
    let chosen = build(moto, if situation.there { "stack" } else { &name });
    let blueprint = blueprint(&person, situation, &chosen);
    if situation.there {
        person.must(&["create", "--blueprint", &blueprint, "--yes"]);
        assert_eq!(complaints(&person, &blueprint), Complaints::new(), "{}: before", situation.id);
        build(moto, &name);
    }
    complaints(&person, &blueprint)
}

/// What a person would choose in the blueprint.
fn build(moto: &Moto, name: &str) -> Value {
    boto::script(&moto.endpoint(), "situations/build.py", &[name])
}

fn blueprint(person: &Cli, situation: &Situation, chosen: &Value) -> String {
    let network = format!(
        "kind = \"existing-vpc\"\nvpc = {}\nsubnets = {}\nsecurity_groups = {}",
        chosen["vpc"], chosen["subnets"], chosen["security_groups"]
    );
    let tag = chosen["tag"].as_str().unwrap_or("app");
    let between = if tag.contains(':') { "@" } else { ":" };
    let image = format!("{}{between}{tag}", chosen["image"].as_str().expect("an image was pushed"));
    let mut changes = vec![("public.ecr.aws/amazonlinux/amazonlinux:2023", image.as_str())];
    if !chosen["vpc"].is_null() {
        changes.push(("kind = \"default-vpc\"", &network));
    }
    let preset = match situation.runs {
        Runs::Hosts => "ondemand",
        Runs::Fargate | Runs::Private => "fargate",
    };
    match situation.runs {
        // Moto makes no environment of AWS's own choices.
        Runs::Hosts if situation.there => changes.push(("\"default_x86_64\"", "\"m5.large\"")),
        Runs::Private => changes.push(("assign_public_ip = true", "assign_public_ip = false")),
        Runs::Hosts | Runs::Fargate => {}
    }
    if situation.there {
        // Moto wants a service role where AWS wants none.
        changes.push(("service_role = \"service-linked\"", "service_role = \"classic\""));
    }
    changes.extend(&situation.changes);
    person.blueprint_of(preset, &changes)
}

/// Everything that the check finds and is neither ready nor merely to be made; of what a check of the blueprint alone
/// refuses, its fields.
fn complaints(person: &Cli, blueprint: &str) -> Complaints {
    let said = person.run(&["check", "--blueprint", blueprint, "--json"]);
    if said.out.trim().is_empty() {
        let refusal: Value = serde_json::from_str(&said.err).unwrap_or_else(|_| panic!("{}", said.err));
        let fields = refusal["fields"].as_array().unwrap_or_else(|| panic!("{}", said.err));
        let each = fields
            .iter()
            .map(|one| (text(&one["field"]), (REFUSED.to_owned(), text(&one["problem"]["code"]))));
        return each.collect();
    }
    let report = said.json();
    let items = report["items"].as_array().expect("a report has items");
    assert!(items.len() > 10, "{report}");
    let found = items.iter().map(|item| (text(&item["id"]), (text(&item["verdict"]), code(item))));
    let found = found.filter(|(_, (verdict, _))| verdict != "ready" && verdict != "make");
    found.filter(|(item, (_, code))| !moto_cannot_say(item, code)).collect()
}

/// Moto's caller is neither a user nor a role, it simulates no policies, and it has no quotas of vCPUs: on every account
/// of its, *cannot tell* is the honest answer to these.
fn moto_cannot_say(item: &str, code: &str) -> bool {
    (item == "permissions" && code == "permissions-nobody")
        || (item.ends_with("-vcpus") && code == "limit-unknown")
}

/// The code of what is said; of something that is wrong and nobody here may change, of the reason why.
fn code(item: &Value) -> String {
    let found = text(&item["finding"]["code"]);
    let why = text(&item["remedy"]["code"]);
    if found == "check-wrong" && !why.is_empty() { why } else { found }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
