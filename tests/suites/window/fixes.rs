//! What a check finds is fixed where it is found: in the blueprint by a click, in the account after a question that says
//! from what to what, and by somebody else with words to copy.

use serde_json::json;
use slipway_tests::{
    boto,
    cli::Cli,
    keyring::Keyring,
    practice::Practice,
    process::until,
    window::{Opening, Scheme, Window},
};

use crate::{
    journey::{CREATED, Journey},
    network::{check, paste, top},
};

/// The default VPC loses its way out.
const NO_ROUTE: &str = r#"
ec2 = client("ec2")
vpc = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]
table = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["RouteTables"][0]["RouteTableId"]
ec2.delete_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0")
answer = table
"#;
const ROUTES: &str = r#"
ec2 = client("ec2")
tables = ec2.describe_route_tables()["RouteTables"]
answer = [route.get("GatewayId") for table in tables for route in table["Routes"] if route.get("DestinationCidrBlock") == "0.0.0.0/0"]
"#;
const NO_ADDRESS: (&str, &str) = ("assign_public_ip = true", "assign_public_ip = false");

/// What is put on the clipboard from here on.
const LISTEN: &str =
    "navigator.clipboard.writeText = (text) => { window.sent = text; return Promise.resolve() }";

fn fixes(scheme: Scheme) {
    let person = Cli::practice();
    let practice = Practice::paced(person.home(), "1000");
    let table = boto::run(&practice.endpoint(), NO_ROUTE);
    let table = table.as_str().expect("a table");
    let file = person.blueprint_of("fargate", &[NO_ADDRESS]);
    let blueprint = std::fs::read_to_string(person.home().join(file)).expect("the blueprint is there");
    let keyring = Keyring::unlocked();
    let window = Window::open(&Opening { scheme, ..Opening::new(person.home(), &keyring) });
    let journey = Journey { window: &window, scheme, prefix: "fixes-" };
    check(&window, &blueprint);

    // Words for whoever can, with everything that they need.
    let ask = "fix-ask-reach-logs";
    window.script(LISTEN, &[]);
    journey.shot_with("found", || top(&window, ask));
    window.click(ask);
    window.says(ask, "Copied", CREATED);
    let sent = window.script("return window.sent", &[]);
    let sent = sent.as_str().expect("words");
    for part in ["111122223333", "us-east-1", "reach-logs", table, "0.0.0.0/0"] {
        assert!(sent.contains(part), "{part}: {sent}");
    }

    // What others made is changed after a question, and what goes with it in the blueprint follows.
    let account = "fix-account-0-reach-logs";
    window.click(account);
    let asked = window.text("mend-changes");
    for part in [table, "0.0.0.0/0", "not set", "igw-", "Delete the route"] {
        assert!(asked.contains(part), "{part}: {asked}");
    }
    journey.shot("asked");
    assert_eq!(boto::run(&practice.endpoint(), ROUTES), json!([]), "nothing is sent before the yes");
    window.click("confirm-yes");
    window.says("fix-done", "Lead out by public addresses", CREATED);
    window.see_within("network", CREATED);
    let routes = boto::run(&practice.endpoint(), ROUTES);
    assert!(routes[0].as_str().is_some_and(|target| target.starts_with("igw-")), "{routes}");
    becomes(&window, "reach-logs", "ready");
    journey.shot_with("mended", || top(&window, "check-reach-logs"));

    // The blueprint alone: the address that it asked for by then is taken back by hand, and given by a click.
    window.click("back");
    window.click("toggle-toml");
    window.see("toml");
    paste(&window, &blueprint.replacen("name = \"first\"", "name = \"second\"", 1));
    window.click("go-check");
    window.see_within("network", CREATED);
    becomes(&window, "reach-logs", "wrong");
    window.click("fix-blueprint-0-reach-logs");
    window.says("fix-done", "public address", CREATED);
    window.see_within("network", CREATED);
    becomes(&window, "reach-logs", "ready");
    journey.shot("amended");
}

fn becomes(window: &Window, id: &str, wanted: &str) {
    let state = format!("return document.querySelector('[data-testid=\"check-{id}\"]')?.dataset.state");
    until(&format!("{id} to be {wanted}"), CREATED, || (window.script(&state, &[]) == wanted).then_some(()));
}

#[test]
fn what_is_found_is_fixed_where_it_is_found() {
    fixes(Scheme::Light);
}

#[test]
fn what_is_found_is_fixed_in_the_dark() {
    fixes(Scheme::Dark);
}
