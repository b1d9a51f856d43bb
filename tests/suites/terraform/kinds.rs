//! Every kind of compute on moto, with the real command line and the real Terraform: made, found as wanted, taken over
//! without a change, and gone again. Each preset on two networks, each network with four presets; moto takes the classic service role
//! alone.

use slipway_tests::moto::Moto;
use slipway_tests::{account, boto, seen};

use super::export::{CLASSIC, NEW_VPC};
use crate::made::{Made, plans_to_no_change};

/// moto knows the choices of AWS by one older name only.
const TYPES: (&str, &str) = ("types = [\"default_x86_64\"]", "types = [\"optimal\"]");
/// moto describes a part of a vCPU as a fraction, which no SDK with types can read.
const WHOLE: (&str, &str) = ("vcpu = \"0.25\"\nmemory_mib = 512", "vcpu = \"1\"\nmemory_mib = 2048");

#[derive(Debug, Clone, Copy)]
enum Place {
    Default,
    New,
    Existing,
}

const PRESETS: [&str; 6] = ["fargate", "fargate-spot", "spot", "ondemand", "spot-then-ondemand", "gpu"];

#[test]
fn presets_and_networks_on_moto() {
    let mut count = 0;
    for (index, preset) in PRESETS.into_iter().enumerate() {
        let mut places = vec![Place::Default, Place::New, Place::Existing];
        // Two networks for each preset, four presets on each network.
        places.remove(index % 3);
        for place in places {
            all_the_way(preset, place);
            count += 1;
        }
    }
    seen::figure("presets with networks on moto, each all the way with Terraform", &count.to_string());
}

fn all_the_way(preset: &str, place: Place) {
    let moto = Moto::like_a_new_account();
    let before = moto.dump();
    let existing = existing(&moto.endpoint());
    let mut changes = vec![CLASSIC];
    match place {
        Place::Default => {}
        Place::New => changes.push(NEW_VPC),
        Place::Existing => changes.push(("kind = \"default-vpc\"", &existing)),
    }
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

/// The account's VPC with one of its subnets, as a person would name what is there.
fn existing(endpoint: &str) -> String {
    let lines = r#"
vpc = client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
subnets = sorted(s["SubnetId"] for s in client("ec2").describe_subnets()["Subnets"])
answer = {"vpc": vpc, "subnets": subnets[:2]}
"#;
    let found = boto::run(endpoint, lines);
    format!("kind = \"existing-vpc\"\nvpc = {}\nsubnets = {}", found["vpc"], found["subnets"])
}
