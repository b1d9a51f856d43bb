//! A network that leads nowhere: the check says at which thing the way breaks, and what mends it.

use slipway_tests::{
    boto,
    cli::Cli,
    keyring::Keyring,
    practice::Practice,
    window::{Opening, Scheme, Window},
};

use crate::journey::{CREATED, Journey};

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
    window.says("check-summary", "Put right what is wrong first", CREATED);
    journey.shot_with("check-broken", || {
        window.script(
            "document.querySelector('[data-testid=\"check-reach-logs\"]').scrollIntoView({ block: 'center' })",
            &[],
        );
    });
}
