//! Networks and their ways out: one that leads nowhere, of which the check says at which thing the way breaks and what
//! mends it; and private ones of the stack's own.

use slipway_tests::{
    account, boto,
    cli::Cli,
    keyring::Keyring,
    practice::Practice,
    window::{Opening, Scheme, Window},
};

use crate::journey::{CREATED, Journey, SOON, STACK};

/// The default VPC without its way out, but for an endpoint that lets nobody in.
const BROKEN: &str = r#"
ec2 = client("ec2")
vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
table = ec2.describe_route_tables()["RouteTables"][0]["RouteTableId"]
ec2.delete_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0")
group = ec2.create_security_group(GroupName="endpoints", Description="x", VpcId=vpc)["GroupId"]
subnets = [one["SubnetId"] for one in ec2.describe_subnets()["Subnets"]]
ec2.create_vpc_endpoint(VpcId=vpc, ServiceName="com.amazonaws.us-east-1.logs", VpcEndpointType="Interface",
    SubnetIds=subnets, SecurityGroupIds=[group])
import time
while ec2.describe_vpc_endpoints()["VpcEndpoints"][0]["State"].lower() != "available":
    time.sleep(0.2)
"#;

#[test]
fn a_network_that_leads_nowhere_is_said_to_break_where_it_does() {
    broken(Scheme::Light);
}

#[test]
fn the_same_in_the_dark() {
    broken(Scheme::Dark);
}

fn broken(scheme: Scheme) {
    let person = Cli::practice();
    let practice = Practice::paced(person.home(), "1000");
    boto::run(&practice.endpoint(), BROKEN);
    let keyring = Keyring::unlocked();
    let window = Window::open(&Opening { scheme, ..Opening::new(person.home(), &keyring) });
    let journey = Journey { window: &window, scheme, prefix: "" };
    window.click("connect-practice");
    window.see("practice-badge");
    window.click("go-check");
    window.says("check-reach-registry", "has no route for 0.0.0.0/0", CREATED);
    window.says("check-reach-logs", "let no HTTPS (TCP 443) in from here", CREATED);
    window.says("check-summary", "What is wrong stops creating", CREATED);
    journey.shot_with("check-broken", || {
        window.script(
            "document.querySelector('[data-testid=\"check-reach-logs\"]').scrollIntoView({ block: 'center' })",
            &[],
        );
    });
}

#[test]
fn a_private_network_is_chosen_by_its_price_made_and_gone_again() {
    private(Scheme::Light);
}

#[test]
fn a_private_network_in_the_dark() {
    private(Scheme::Dark);
}

fn private(scheme: Scheme) {
    let home = tempfile::tempdir().expect("there is room for a folder");
    let practice = Practice::paced(home.path(), "40");
    let before = practice.dump();
    let keyring = Keyring::unlocked();
    let window = Window::open(&Opening { scheme, ..Opening::new(home.path(), &keyring) });
    let journey = Journey { window: &window, scheme, prefix: "private-" };
    window.click("connect-practice");
    window.see("practice-badge");
    window.type_into("field-name", STACK);
    window.click("network-new-vpc");
    window.says("field-network.way_out", "$0.05 an hour, whether jobs run or not", SOON);
    window.click("way-out-endpoints");
    journey.shot_with("way-out", || {
        window.script(
            "document.querySelector('[data-testid=\"way-out-endpoints\"]').scrollIntoView({ block: 'center' })",
            &[],
        );
    });
    window.click("go-check");
    // The image that everybody begins with is on the internet, where no endpoint leads.
    window.says("check-reach-registry", "no endpoint leads there", CREATED);
    window.click("back");
    window.click("way-out-nat-gateway");
    journey.set_up();
    window.says("done-cost", "It costs $36.50 a month, whether jobs run or not.", SOON);
    journey.launch("puffin-3310");
    journey.tear_down();
    assert_eq!(account::left_over(&before, &practice.dump()), Vec::<String>::new());
}
