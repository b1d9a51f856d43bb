//! Every kind of compute with the real command line and the real Terraform: made, taken over without a change, and gone
//! again. On moto each preset in the default VPC, and one of each platform on each of five networks, by the classic
//! service role alone, which is all that moto takes; on the practice account every preset on every network with both
//! service roles, but for the private ones, of which one of each platform is enough.

use std::path::PathBuf;

use slipway_tests::moto::Moto;
use slipway_tests::practice::Practice;
use slipway_tests::{account, boto, seen};

use super::export::{CLASSIC, NEW_VPC};
use crate::made::{Made, plans_to_no_change, plans_to_no_change_like};

/// moto knows the choices of AWS by one older name only.
const TYPES: (&str, &str) = ("types = [\"default_x86_64\"]", "types = [\"optimal\"]");
/// moto describes a part of a vCPU as a fraction, which no SDK with types can read.
const WHOLE: (&str, &str) = ("vcpu = \"0.25\"\nmemory_mib = 512", "vcpu = \"1\"\nmemory_mib = 2048");

#[derive(Debug, Clone, Copy)]
enum Place {
    Default,
    New,
    NewWithNat,
    NewWithEndpoints,
    Existing,
    ExistingWithGroup,
}

const EVERYWHERE: [Place; 6] = [
    Place::Default,
    Place::New,
    Place::NewWithNat,
    Place::NewWithEndpoints,
    Place::Existing,
    Place::ExistingWithGroup,
];

/// A network is the same for every preset of its platform: one of each is seen on all of them.
const ONE_OF_EACH: [&str; 2] = ["fargate", "spot"];

const PRESETS: [&str; 6] = ["fargate", "fargate-spot", "spot", "ondemand", "spot-then-ondemand", "gpu"];

#[test]
fn presets_and_networks_on_moto() {
    let mut count = 0;
    for preset in PRESETS {
        let places = if ONE_OF_EACH.contains(&preset) { &EVERYWHERE[..5] } else { &EVERYWHERE[..1] };
        for place in places {
            all_the_way(preset, *place);
            count += 1;
        }
    }
    seen::figure("presets with networks on moto, each all the way with Terraform", &count.to_string());
}

fn all_the_way(preset: &str, place: Place) {
    let moto = Moto::like_a_new_account();
    let before = moto.dump();
    let mut changes = vec![CLASSIC];
    let network = network(&moto.endpoint(), place);
    changes.extend(network.as_deref().map(|network| (DEFAULT_VPC, network)));
    let (choices, sizes) = match preset {
        "fargate" | "fargate-spot" => (0, 1),
        "spot-then-ondemand" => (2, 0),
        "gpu" => (0, 0),
        _ => (1, 0),
    };
    changes.extend(std::iter::repeat_n(TYPES, choices));
    changes.extend(std::iter::repeat_n(WHOLE, sizes));
    let what = format!("{preset}, {place:?} VPC, on moto");
    let made = Made::of(preset, &what, moto.endpoint(), &changes);
    plans_to_no_change(&made);
    made.tear_down();
    assert_eq!(account::left_over(&before, &moto.dump()), Vec::<String>::new(), "{what}");
}

#[test]
fn fargate_on_the_practice_account() {
    everywhere_on_practice("fargate");
}

#[test]
fn fargate_spot_on_the_practice_account() {
    everywhere_on_practice("fargate-spot");
}

#[test]
fn spot_on_the_practice_account() {
    everywhere_on_practice("spot");
}

#[test]
fn ondemand_on_the_practice_account() {
    everywhere_on_practice("ondemand");
}

#[test]
fn spot_then_ondemand_on_the_practice_account() {
    everywhere_on_practice("spot-then-ondemand");
}

#[test]
fn gpu_on_the_practice_account() {
    everywhere_on_practice("gpu");
}

fn everywhere_on_practice(preset: &str) {
    let mut first: Option<(Made, PathBuf)> = None;
    let mut count = 0;
    for place in EVERYWHERE {
        let private = matches!(place, Place::NewWithNat | Place::NewWithEndpoints);
        if private && !ONE_OF_EACH.contains(&preset) {
            continue;
        }
        // Nor does a private network depend on the service role.
        let roles = if private { &[None][..] } else { &[None, Some(CLASSIC)][..] };
        for role in roles.iter().copied() {
            let home = tempfile::tempdir().expect("there is room for a folder");
            let practice = Practice::quick(home.path());
            let network = network(&practice.endpoint(), place);
            let mut changes = Vec::from_iter(role);
            changes.extend(network.as_deref().map(|network| (DEFAULT_VPC, network)));
            let role = if role.is_some() { "classic role" } else { "service-linked role" };
            let what = format!("{preset}, {place:?} VPC, {role}, on the practice account");
            let made = Made::of(preset, &what, practice.endpoint(), &changes);
            if let Some((_, folder)) = &first {
                plans_to_no_change_like(&made, folder);
            } else {
                let folder = plans_to_no_change(&made);
                first = Some((made, folder));
            }
            count += 1;
        }
    }
    seen::figure(
        &format!("networks and service roles of {preset} planned on the practice account"),
        &count.to_string(),
    );
}

#[test]
fn every_setting_on_the_practice_account() {
    let lines = r#"
ec2 = client("ec2")
ec2.create_key_pair(KeyName="ana")
vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
subnets = sorted(s["SubnetId"] for s in ec2.describe_subnets()["Subnets"])
group = ec2.describe_security_groups()["SecurityGroups"][0]["GroupId"]
answer = {"VPC": vpc, "SUBNET_1": subnets[0], "SUBNET_2": subnets[1], "GROUP": group,
          "SECRET": "arn:aws:secretsmanager:us-east-1:111122223333:secret:imaging-AbCdEf"}
"#;
    let home = tempfile::tempdir().expect("there is room for a folder");
    let practice = Practice::quick(home.path());
    let found = boto::run(&practice.endpoint(), lines);
    let found = found.as_object().expect("the answer is an object");
    let blueprint =
        found.iter().fold(include_str!("../../src/everything.toml").to_owned(), |text, (name, value)| {
            text.replace(&format!("{{{name}}}"), value.as_str().unwrap_or_default())
        });
    // The last provider 5 is older than this strategy; the export says so.
    let blueprint = blueprint.replace("best-fit-progressive-ordered", "best-fit-progressive");
    let what = "every setting of a blueprint, on the practice account";
    plans_to_no_change(&Made::from_text("whole", what, practice.endpoint(), &blueprint));
}

/// What was made with some tags and then given others plans to no change, and neither knows the old ones.
#[test]
fn changed_tags_on_moto_and_on_the_practice_account() {
    let before = ("[tags]", "[tags]\nteam = \"imaging\"\n\"cost center\" = \"4711\"");
    let after = ("[tags]", "[tags]\nteam = \"tiles\"");

    let moto = Moto::like_a_new_account();
    let same = [CLASSIC, NEW_VPC, WHOLE];
    let what = "fargate with other tags, on moto";
    let made = Made::of("fargate", what, moto.endpoint(), &[&same[..], &[before]].concat());
    made.becomes("fargate", &[&same[..], &[after]].concat());
    plans_to_no_change(&made);
    assert_eq!(moto.dump().to_string().matches("4711").count(), 0);

    let home = tempfile::tempdir().expect("there is room for a folder");
    let practice = Practice::quick(home.path());
    let made =
        Made::of("spot", "spot with other tags, on the practice account", practice.endpoint(), &[before]);
    made.becomes("spot", &[after]);
    plans_to_no_change(&made);
}

const DEFAULT_VPC: &str = "kind = \"default-vpc\"";

/// A network as a person would write it; what is there, by its ids.
fn network(endpoint: &str, place: Place) -> Option<String> {
    let lines = r#"
ec2 = client("ec2")
vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
subnets = sorted(s["SubnetId"] for s in ec2.describe_subnets()["Subnets"])
group = ec2.describe_security_groups()["SecurityGroups"][0]["GroupId"]
answer = {"vpc": vpc, "subnets": subnets[:2], "group": group}
"#;
    let group = match place {
        Place::Default => return None,
        Place::New => return Some(NEW_VPC.1.to_owned()),
        Place::NewWithNat => return Some(format!("{}\nway_out = \"nat-gateway\"", NEW_VPC.1)),
        Place::NewWithEndpoints => return Some(format!("{}\nway_out = \"endpoints\"", NEW_VPC.1)),
        Place::Existing => false,
        Place::ExistingWithGroup => true,
    };
    let found = boto::run(endpoint, lines);
    let groups = if group { format!("[{}]", found["group"]) } else { "[]".to_owned() };
    Some(format!(
        "kind = \"existing-vpc\"\nvpc = {}\nsubnets = {}\nsecurity_groups = {groups}",
        found["vpc"], found["subnets"]
    ))
}
