//! Networks as EC2 describes them, judged and mended without an account.

mod acls;
mod asides;
mod block;
mod blocks;
mod names;
mod policies;
mod ways_out;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{CureStep, Found, there};
use crate::{
    blueprint::{Blueprint, Network, Preset},
    check::CheckItem,
    network::{VpcFacts, sketch},
    resource::Stack,
};

const IN_ECR: &str = "111122223333.dkr.ecr.us-east-1.amazonaws.com/jobs:1";

/// Jobs on Fargate without a public address, in these subnets of a VPC of somebody's.
fn private_jobs(subnets: &[&str]) -> Blueprint {
    let network = Network::ExistingVpc {
        vpc: "vpc-00000001".to_owned(),
        subnets: subnets.iter().map(|id| (*id).to_owned()).collect(),
        security_groups: vec!["sg-0000000a".to_owned()],
    };
    let mut blueprint = Blueprint { network, ..Preset::Fargate.blueprint("first") };
    for job in &mut blueprint.job_definitions {
        job.assign_public_ip = false;
        IN_ECR.clone_into(&mut job.image);
    }
    blueprint
}

fn judged(blueprint: &Blueprint, mut facts: VpcFacts) -> Found {
    let Network::ExistingVpc { subnets, security_groups, .. } = &blueprint.network else {
        panic!("{blueprint:?}")
    };
    facts.groups.as_mut().expect("they are known").push(sketch::group("sg-0000000a", &[]));
    let stack = Stack {
        name: blueprint.name.clone(),
        id: String::new(),
        account: "111122223333".to_owned(),
        region: "us-east-1".to_owned(),
        tags: BTreeMap::new(),
        former_tags: BTreeSet::new(),
        generations: BTreeMap::new(),
        accepted: BTreeMap::new(),
    };
    there(&Arc::new(stack), blueprint, &facts, subnets, security_groups)
}

fn item<'f>(found: &'f Found, id: &str) -> &'f CheckItem {
    found.items.iter().find(|item| item.id == id).expect("there is such an item")
}

/// Every step of every cure.
fn steps(found: &Found) -> Vec<&CureStep> {
    let cures = found.picture.iter().flat_map(|picture| &picture.cures);
    cures.flat_map(|cure| &cure.steps).collect()
}
