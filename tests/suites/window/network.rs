//! The picture of a network on the check's page: topologies as accounts have them, good and broken, each looked at by a
//! person as a picture and by this suite as words. The picture, the list of stops and what a screen reader is told are
//! compared, and must be the same.

use serde_json::{Value, json};
use slipway_tests::{
    boto,
    cli::Cli,
    keyring::Keyring,
    practice::Practice,
    window::{Opening, Scheme, Window, key},
};

use crate::journey::{CREATED, Journey};

/// A VPC with a public subnet and two private ones, each of those in a zone of its own and with one table for both.
const LAB: &str = r#"
import time
ec2 = client("ec2")
vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
def name(id, text):
    ec2.create_tags(Resources=[id], Tags=[{"Key": "Name", "Value": text}])
def table():
    return ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
def subnet(block, zone, of, text):
    made = ec2.create_subnet(VpcId=vpc, CidrBlock=block, AvailabilityZone=zone)["Subnet"]["SubnetId"]
    ec2.associate_route_table(RouteTableId=of, SubnetId=made)
    name(made, text)
    return made
def route(of, **to):
    ec2.create_route(RouteTableId=of, DestinationCidrBlock="0.0.0.0/0", **to)
def nat(inside):
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    made = ec2.create_nat_gateway(SubnetId=inside, AllocationId=address)["NatGateway"]["NatGatewayId"]
    until(lambda: ec2.describe_nat_gateways(NatGatewayIds=[made])["NatGateways"][0]["State"] == "available")
    return made
def until(done):
    while not done():
        time.sleep(0.2)
def endpoints(services, shut=()):
    for service in services:
        group = ec2.create_security_group(GroupName=service, Description="x", VpcId=vpc)["GroupId"]
        if service not in shut:
            ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[
                {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}])
        ec2.create_vpc_endpoint(VpcId=vpc, VpcEndpointType="Interface", PrivateDnsEnabled=True,
            ServiceName=f"com.amazonaws.us-east-1.{service}", SubnetIds=jobs, SecurityGroupIds=[group])
    ec2.create_vpc_endpoint(VpcId=vpc, ServiceName="com.amazonaws.us-east-1.s3", RouteTableIds=[private])
    until(lambda: all(one["State"].lower() == "available" for one in ec2.describe_vpc_endpoints()["VpcEndpoints"]))
name(vpc, "research")
public, private = table(), table()
route(public, GatewayId=gateway)
front = subnet("10.0.0.0/24", "us-east-1a", public, "front")
jobs = [subnet("10.0.1.0/24", "us-east-1a", private, "jobs-a"), subnet("10.0.2.0/24", "us-east-1b", private, "jobs-b")]
answer = {"vpc": vpc, "subnets": jobs}
"#;

const DEFAULT: &str = "kind = \"default-vpc\"";
/// An image in ECR, which endpoints lead to.
const FROM_ECR: (&str, &str) = (
    "image = \"public.ecr.aws/amazonlinux/amazonlinux:2023\"",
    "image = \"111122223333.dkr.ecr.us-east-1.amazonaws.com/research:latest\"",
);
const NO_ADDRESS: (&str, &str) = ("assign_public_ip = true", "assign_public_ip = false");

/// A network, what runs in it, and what its picture must say.
struct Topology {
    name: &'static str,
    preset: &'static str,
    /// What is done to the account; `None` for the default VPC or one that is to be made.
    lab: Option<&'static str>,
    /// Lines of the blueprint, as they are and as they shall be.
    changes: &'static [(&'static str, &'static str)],
    service: &'static str,
    /// What the way to that service comes to.
    says: &'static str,
    /// A word of each cure that is offered.
    cures: &'static [(&'static str, &'static str)],
}

fn picture(topology: &Topology, scheme: Scheme) {
    let person = Cli::practice();
    let practice = Practice::paced(person.home(), "1000");
    let mut changes: Vec<(&str, String)> =
        topology.changes.iter().map(|(from, to)| (*from, (*to).to_owned())).collect();
    if let Some(lines) = topology.lab {
        let made = boto::run(&practice.endpoint(), &format!("{LAB}\n{lines}"));
        let text = |value: &Value| value.as_str().map(str::to_owned).unwrap_or_default();
        if made["vpc"].is_string() {
            let subnets: Vec<_> = made["subnets"].as_array().into_iter().flatten().map(text).collect();
            let network = format!("kind = \"existing-vpc\"\nvpc = {}\nsubnets = {subnets:?}", made["vpc"]);
            changes.push((DEFAULT, network));
        }
    }
    let changes: Vec<_> = changes.iter().map(|(from, to)| (*from, to.as_str())).collect();
    let file = person.blueprint_of(topology.preset, &changes);
    let blueprint = std::fs::read_to_string(person.home().join(file)).expect("the blueprint is there");

    let keyring = Keyring::unlocked();
    let window = Window::open(&Opening { scheme, ..Opening::new(person.home(), &keyring) });
    let journey = Journey { window: &window, scheme, prefix: "network-" };
    check(&window, &blueprint);
    choose_service(&window, topology.service);
    window.says("network-verdict", topology.says, CREATED);
    same_in_words(&window);
    for (kind, word) in topology.cures {
        window.says(&format!("network-cure-{kind}"), word, CREATED);
    }
    let offered = ["put-right", "public-ips", "nat-gateway", "endpoints"];
    let offered = offered.iter().filter(|kind| window.has(&format!("network-cure-{kind}"))).count();
    assert_eq!(offered, topology.cures.len(), "{}: cures", topology.name);
    journey.shot_with(topology.name, || top(&window, "network"));
    if !topology.cures.is_empty() {
        let last = topology.cures[0].0;
        journey
            .shot_with(&format!("{}-cures", topology.name), || top(&window, &format!("network-cure-{last}")));
    }
}

pub(crate) fn top(window: &Window, name: &str) {
    let script =
        "document.querySelector(`[data-testid=\"${arguments[0]}\"]`).scrollIntoView({ block: 'start' })";
    window.script(script, &[json!(name)]);
}

/// On the practice account, to the check of this blueprint.
pub(crate) fn check(window: &Window, blueprint: &str) {
    window.click("connect-practice");
    window.see("practice-badge");
    window.click("toggle-toml");
    window.see("toml");
    paste(window, blueprint);
    window.click("go-check");
    window.see_within("network", CREATED);
}

/// Puts the text where a person would paste it.
pub(crate) fn paste(window: &Window, text: &str) {
    const PASTE: &str = "const toml = document.querySelector('[data-testid=\"toml\"]'); \
                         toml.value = arguments[0]; toml.dispatchEvent(new Event('input', { bubbles: true }))";
    window.script(PASTE, &[json!(text)]);
    let name = text.lines().find_map(|line| line.strip_prefix("name = ")).expect("a stack has a name");
    slipway_tests::process::until("the form to take it over", CREATED, || {
        (format!("{:?}", window.value("field-name")) == name).then_some(())
    });
}

/// By the arrow keys alone, from whichever service is shown.
fn choose_service(window: &Window, service: &str) {
    const FOCUS: &str = "document.querySelector('[data-testid=\"network\"] input:checked').focus()";
    window.script(FOCUS, &[]);
    let chosen = "return document.querySelector('[data-testid=\"network\"] input:checked').value";
    for _ in 0..8 {
        if window.script(chosen, &[]) == json!(service) {
            return;
        }
        window.press(&[], &key::DOWN.to_string());
    }
    panic!("{service} is not reached by the arrow keys");
}

/// What the picture tells of the way, stop by stop, is what the list tells, and what is read out.
fn same_in_words(window: &Window) {
    const SAID: &str = r#"
const inside = (name, what) => [...document.querySelector(`[data-testid="${name}"]`).querySelectorAll(what)];
const drawn = inside('network-drawing', 'button.thing').map((one) => one.getAttribute('aria-label'));
const subnets = inside('network-drawing', 'button.subnet').map((one) => one.getAttribute('aria-label'));
const listed = inside('network-way', 'li .said').map((one) => one.innerText.trim());
return { drawn, subnets, listed };
"#;
    let said = window.script(SAID, &[]);
    let list = |name: &str| {
        let mut all: Vec<String> = said[name]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|one| one.as_str().map(str::to_owned))
            .collect();
        all.sort();
        all
    };
    let (drawn, listed) = (list("drawn"), list("listed"));
    for stop in &drawn {
        assert!(listed.contains(stop), "drawn and not listed: {stop}\n{said:#}");
    }
    let unlisted = listed.iter().filter(|one| !drawn.contains(one));
    // What is a box of another kind, and a thing that the way leads through twice.
    let rest = unlisted.filter(|one| !one.contains("Subnet ") && !one.contains("reached"));
    assert!(rest.count() <= 1, "listed and not drawn: {said:#}");
    // In the order of the hops, as it is read out and reached by keyboard; two names may each have a way of their own.
    let in_order: Vec<_> = said["drawn"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let place =
        |stop: &&str| said["listed"].as_array().and_then(|all| all.iter().position(|one| one == stop));
    assert!(in_order.is_sorted_by_key(place), "another order in the picture: {said:#}");
    assert!(!list("subnets").is_empty() && list("subnets").iter().all(|one| one.contains(": ")), "{said:#}");
}

const NOTHING: Topology =
    Topology { name: "", preset: "fargate", lab: None, changes: &[], service: "logs", says: "", cures: &[] };
const GOOD: Topology = Topology { name: "default", says: "Reaches", ..NOTHING };
const NO_ROUTE: Topology = Topology {
    name: "no-route",
    lab: Some(
        "vpc = ec2.describe_vpcs(Filters=[{'Name': 'is-default', 'Values': ['true']}])['Vpcs'][0]['VpcId']\n\
         table = ec2.describe_route_tables(Filters=[{'Name': 'vpc-id', 'Values': [vpc]}])['RouteTables'][0]\n\
         ec2.delete_route(RouteTableId=table['RouteTableId'], DestinationCidrBlock='0.0.0.0/0')\n\
         answer = None",
    ),
    says: "has no route for 0.0.0.0/0",
    cures: &[
        ("public-ips", "Add a route for 0.0.0.0/0 to igw-"),
        ("nat-gateway", "$36.50 a month"),
        ("endpoints", "Put the image of job into ECR"),
    ],
    ..NOTHING
};
const PRIVATE: Topology = Topology {
    name: "private",
    preset: "ondemand",
    lab: Some(""),
    changes: &[FROM_ECR],
    service: "ecs",
    says: "Broken at rtb-",
    cures: &[
        ("public-ips", "Switch on “Auto-assign public IPv4 address” in subnet-"),
        ("nat-gateway", "Make a public NAT gateway with an Elastic IP address in subnet-"),
        ("endpoints", "com.amazonaws.us-east-1.ecs-telemetry"),
    ],
};
const UNADDRESSED: Topology = Topology {
    name: "unaddressed",
    preset: "ondemand",
    lab: Some("route(private, GatewayId=gateway)"),
    changes: &[FROM_ECR],
    service: "ecr",
    says: "gives instances no public address",
    cures: &[
        ("public-ips", "nothing while nothing runs"),
        ("nat-gateway", "leads to igw-"),
        ("endpoints", "gateway endpoint of com.amazonaws.us-east-1.s3"),
    ],
};
const NAT: Topology = Topology {
    name: "nat",
    lab: Some("route(private, NatGatewayId=nat(front))"),
    changes: &[FROM_ECR, NO_ADDRESS],
    service: "ecr",
    says: "Reaches",
    ..NOTHING
};
const NAT_INSIDE: Topology = Topology {
    name: "nat-inside",
    lab: Some("route(private, NatGatewayId=nat(jobs[0]))"),
    changes: &[FROM_ECR, NO_ADDRESS],
    says: "Broken at nat-",
    cures: &[
        ("public-ips", "Switch on the public address in the job definition job"),
        ("nat-gateway", "instead of nat-"),
        ("endpoints", "a month"),
    ],
    ..NOTHING
};
const NAT_SHUT: Topology = Topology {
    name: "nat-shut",
    lab: Some(
        "route(private, NatGatewayId=nat(front))\n\
         acl = ec2.create_network_acl(VpcId=vpc)['NetworkAcl']['NetworkAclId']\n\
         ec2.create_network_acl_entry(NetworkAclId=acl, RuleNumber=100, Protocol='-1', RuleAction='allow', \
             Egress=True, CidrBlock='0.0.0.0/0')\n\
         acls = ec2.describe_network_acls(Filters=[{'Name': 'association.subnet-id', 'Values': [front]}])\n\
         old = [one for one in acls['NetworkAcls'][0]['Associations'] if one['SubnetId'] == front][0]\n\
         ec2.replace_network_acl_association(AssociationId=old['NetworkAclAssociationId'], NetworkAclId=acl)",
    ),
    changes: &[FROM_ECR, NO_ADDRESS],
    says: "Broken at acl-",
    cures: &[("put-right", "acl-")],
    ..NOTHING
};
const ENDPOINTS: Topology = Topology {
    name: "endpoints",
    preset: "ondemand",
    lab: Some("endpoints(['ecr.api', 'ecr.dkr', 'logs', 'ecs', 'ecs-agent', 'ecs-telemetry'])"),
    changes: &[FROM_ECR],
    service: "ecr",
    says: "Reaches",
    ..NOTHING
};
const ENDPOINTS_BROKEN: Topology = Topology {
    name: "endpoints-broken",
    lab: Some("endpoints(['ecr.api', 'logs'], shut=['logs'])"),
    changes: &[FROM_ECR, NO_ADDRESS],
    says: "let no HTTPS (TCP 443) in from here",
    cures: &[
        ("put-right", "TCP 443 from 10.0.0.0/16"),
        ("public-ips", "Switch on the public address"),
        ("nat-gateway", "$36.50"),
        ("endpoints", "com.amazonaws.us-east-1.ecr.dkr"),
    ],
    ..NOTHING
};
const TRANSIT: Topology = Topology {
    name: "transit",
    lab: Some(
        "transit = ec2.create_transit_gateway()['TransitGateway']['TransitGatewayId']\n\
         ec2.create_transit_gateway_vpc_attachment(TransitGatewayId=transit, VpcId=vpc, SubnetIds=jobs)\n\
         route(private, TransitGatewayId=transit)",
    ),
    changes: &[NO_ADDRESS],
    says: "Cannot tell",
    ..NOTHING
};
/// VPC Block Public Access is on, in both directions.
const BLOCKED: Topology = Topology {
    name: "blocked",
    lab: Some(
        "route(private, NatGatewayId=nat(front))\n\
         ec2.modify_vpc_block_public_access_options(InternetGatewayBlockMode='block-bidirectional')",
    ),
    changes: &[FROM_ECR, NO_ADDRESS],
    service: "ecr",
    says: "Broken at igw-",
    cures: &[
        ("put-right", "exempted from VPC Block Public Access (allow-egress)"),
        ("endpoints", "com.amazonaws.us-east-1.ecr.dkr"),
    ],
    ..NOTHING
};
/// The same before anything is made, where only NAT gateways may speak.
const BLOCKED_TO_BE_MADE: Topology = Topology {
    name: "blocked-to-be-made",
    lab: Some(
        "ec2.modify_vpc_block_public_access_options(InternetGatewayBlockMode='block-ingress')\nanswer = {}",
    ),
    changes: &[(DEFAULT, "kind = \"new-vpc\"\ncidr = \"10.42.0.0/16\"\nway_out = \"public-ips\"")],
    says: "lets only NAT gateways speak",
    ..NOTHING
};
const TO_BE_MADE: Topology = Topology {
    name: "to-be-made",
    changes: &[
        (DEFAULT, "kind = \"new-vpc\"\ncidr = \"10.42.0.0/16\"\nway_out = \"nat-gateway\""),
        NO_ADDRESS,
    ],
    says: "Will reach",
    ..NOTHING
};

#[test]
fn the_default_vpc() {
    picture(&GOOD, Scheme::Light);
}

#[test]
fn the_default_vpc_in_the_dark() {
    picture(&GOOD, Scheme::Dark);
}

#[test]
fn the_default_vpc_without_a_route() {
    picture(&NO_ROUTE, Scheme::Light);
}

#[test]
fn private_subnets_with_nothing() {
    picture(&PRIVATE, Scheme::Light);
}

#[test]
fn private_subnets_in_the_dark() {
    picture(&PRIVATE, Scheme::Dark);
}

#[test]
fn public_subnets_without_addresses() {
    picture(&UNADDRESSED, Scheme::Light);
}

#[test]
fn a_nat_gateway() {
    picture(&NAT, Scheme::Light);
}

#[test]
fn a_nat_gateway_in_the_wrong_place() {
    picture(&NAT_INSIDE, Scheme::Light);
}

#[test]
fn a_nat_gateway_in_a_subnet_that_lets_nothing_in() {
    picture(&NAT_SHUT, Scheme::Light);
}

#[test]
fn a_nat_gateway_in_the_wrong_place_in_the_dark() {
    picture(&NAT_INSIDE, Scheme::Dark);
}

#[test]
fn every_endpoint() {
    picture(&ENDPOINTS, Scheme::Light);
}

#[test]
fn endpoints_of_which_one_is_shut_and_one_lacks() {
    picture(&ENDPOINTS_BROKEN, Scheme::Light);
}

#[test]
fn endpoints_in_the_dark() {
    picture(&ENDPOINTS_BROKEN, Scheme::Dark);
}

#[test]
fn a_transit_gateway() {
    picture(&TRANSIT, Scheme::Light);
}

#[test]
fn one_that_is_to_be_made() {
    picture(&TO_BE_MADE, Scheme::Light);
}

#[test]
fn an_internet_gateway_that_the_account_has_blocked() {
    picture(&BLOCKED, Scheme::Light);
}

#[test]
fn an_internet_gateway_that_the_account_has_blocked_in_the_dark() {
    picture(&BLOCKED, Scheme::Dark);
}

#[test]
fn one_that_is_to_be_made_and_would_be_blocked() {
    picture(&BLOCKED_TO_BE_MADE, Scheme::Dark);
}
