//! Instances that are not to be had, on which a job finds no room, or whose names somebody else has taken.

use std::time::Duration;

use aws_sdk_ec2::types::{AttributeBooleanValue, Filter};
use slipway_core::{
    aws::AwsFault,
    blueprint::{Architecture, Blueprint, Network, Preset, names},
};

use crate::{
    Deed, Finding, Lesson, STACK, Topic,
    hands::{Hands, made, send},
    warning, wrong,
};

const TYPES: &str = "instance-types";
const FIT: &str = "fit:job";

const REGIONS: &str = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-discovery.html";
const LOCAL_ZONES: &str =
    "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-regions-availability-zones.html";
const FARGATE_ZONES: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-regions-zones.html";
const PARAMETERS: &str =
    "https://docs.aws.amazon.com/batch/latest/userguide/compute_environment_parameters.html";
const MEMORY: &str = "https://docs.aws.amazon.com/batch/latest/userguide/memory-management.html";
const GPUS: &str = "https://docs.aws.amazon.com/batch/latest/userguide/gpu-jobs.html";
const STUCK: &str = "https://docs.aws.amazon.com/batch/latest/userguide/job_stuck_in_runnable.html";
const KEY_PAIRS: &str = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-key-pairs.html";
const QUEUES: &str = "https://docs.aws.amazon.com/batch/latest/userguide/job_queue_parameters.html";

const fn of(id: &'static str, page: &'static str, finds: &'static [Finding], deed: crate::ByHand) -> Lesson {
    Lesson { id, topic: Topic::Instances, page, finds, deed: Deed::ByHand(deed) }
}

/// On-demand instances of these types, and a job that asks for so much memory.
fn on(types: &[&str], memory_mib: u32) -> Blueprint {
    let mut blueprint = Preset::OnDemand.blueprint(STACK);
    for instances in blueprint.compute_environments.iter_mut().filter_map(|one| one.instances.as_mut()) {
        instances.types = types.iter().map(|name| (*name).to_owned()).collect();
    }
    blueprint.job_definitions[0].memory_mib = memory_mib;
    blueprint
}

pub(crate) const LESSONS: &[Lesson] = &[
    of("instance-types-missing", REGIONS, &[wrong(TYPES, "instance-types-missing")], |_| {
        Box::pin(async move { Ok(on(&["m6i.large", "m9z.large"], 1024)) })
    }),
    of("instance-types-some-zones", REGIONS, &[warning(TYPES, "instance-types-some-zones")], |hands| {
        Box::pin(async move {
            let mut blueprint = on(&["m7g.large"], 1024);
            blueprint.job_definitions[0].architecture = Architecture::Arm64;
            blueprint.network = default_subnets_in(hands, &["us-east-1a", "us-east-1b"]).await?;
            Ok(blueprint)
        })
    }),
    of(
        "instance-types-nowhere",
        REGIONS,
        &[wrong(TYPES, "instance-types-nowhere"), warning("subnet-zones", "zones-one")],
        |hands| {
            Box::pin(async move {
                let mut blueprint = on(&["m7g.large"], 1024);
                blueprint.job_definitions[0].architecture = Architecture::Arm64;
                blueprint.network = default_subnets_in(hands, &["us-east-1b"]).await?;
                Ok(blueprint)
            })
        },
    ),
    of(
        "instance-types-nowhere-local",
        LOCAL_ZONES,
        &[wrong(TYPES, "instance-types-nowhere"), warning("subnet-zones", "zones-one")],
        |hands| {
            Box::pin(async move {
                let network = in_local_zone(hands).await?;
                Ok(Blueprint { network, ..on(&["c7i.large"], 1024) })
            })
        },
    ),
    of("local-zones", FARGATE_ZONES, &[wrong("subnet-local-zone", "local-zones")], |hands| {
        Box::pin(async move {
            let mut network = default_subnets_in(hands, &["us-east-1a", "us-east-1b"]).await?;
            let near = in_local_zone(hands).await?;
            if let (Network::ExistingVpc { subnets, .. }, Network::ExistingVpc { subnets: near, .. }) =
                (&mut network, near)
            {
                subnets.extend(near);
            }
            Ok(Blueprint { network, ..Preset::Fargate.blueprint(STACK) })
        })
    }),
    of("fit-none-memory", MEMORY, &[wrong(FIT, "fit-none")], |_| {
        Box::pin(async move { Ok(on(&["m6i.large"], 12_288)) })
    }),
    of("fit-none-vcpus", STUCK, &[wrong(FIT, "fit-none")], |_| {
        Box::pin(async move {
            let mut blueprint = on(&["m6i.large"], 1024);
            "4".clone_into(&mut blueprint.job_definitions[0].vcpu);
            Ok(blueprint)
        })
    }),
    of("fit-none-gpus", GPUS, &[wrong(FIT, "fit-none")], |hands| {
        Box::pin(async move {
            // A new account may start none with GPUs, which is another lesson.
            let ask = hands.aws.quotas.request_service_quota_increase().service_code("ec2");
            let ask = ask.quota_code("L-DB2E81BA").desired_value(64.0);
            send!("servicequotas:RequestServiceQuotaIncrease", ask)?;
            hands.wait(Duration::from_mins(15));
            let mut blueprint = Preset::Gpu.blueprint(STACK);
            let all = blueprint.compute_environments.iter_mut();
            for instances in all.filter_map(|one| one.instances.as_mut()) {
                instances.types = vec!["g5.xlarge".to_owned()];
            }
            blueprint.job_definitions[0].gpus = 4;
            Ok(blueprint)
        })
    }),
    of("fit-tight", MEMORY, &[warning(FIT, "fit-tight")], |_| {
        Box::pin(async move { Ok(on(&["m6i.large"], 8_000)) })
    }),
    of("key-pair-missing", KEY_PAIRS, &[wrong("key-pair:team", "key-pair-missing")], |_| {
        Box::pin(async move {
            let mut blueprint = Preset::OnDemand.blueprint(STACK);
            let all = blueprint.compute_environments.iter_mut();
            for instances in all.filter_map(|one| one.instances.as_mut()) {
                instances.key_pair = Some("team".to_owned());
            }
            Ok(blueprint)
        })
    }),
    of(
        "foreign-environment",
        PARAMETERS,
        &[wrong("resource:compute-environment/fargate", "foreign")],
        |hands| {
            Box::pin(async move {
                let name = names::compute_environment(STACK, "fargate", 1);
                hands.idle_environments(&[name]).await?;
                Ok(Preset::Fargate.blueprint(STACK))
            })
        },
    ),
    of("foreign-queue", QUEUES, &[wrong("resource:job-queue/main", "foreign")], |hands| {
        Box::pin(async move {
            hands.idle_environments(&["theirs".to_owned()]).await?;
            hands.queue(&names::job_queue(STACK, "main"), "theirs").await?;
            Ok(Preset::Fargate.blueprint(STACK))
        })
    }),
];

/// The default VPC with a subnet that somebody made in a Local Zone.
async fn in_local_zone(hands: &Hands) -> Result<Network, AwsFault> {
    let Network::ExistingVpc { vpc, .. } = default_subnets_in(hands, &["us-east-1a"]).await? else {
        return Ok(Network::DefaultVpc {});
    };
    let ec2 = &hands.aws.ec2;
    let near = ec2.create_subnet().vpc_id(&vpc).cidr_block("172.31.240.0/20");
    let near = near.availability_zone("us-east-1-atl-2a");
    let near = made!("ec2:CreateSubnet", near, |it| it.subnet?.subnet_id)?;
    let on = AttributeBooleanValue::builder().value(true).build();
    let public = ec2.modify_subnet_attribute().subnet_id(&near).map_public_ip_on_launch(on);
    send!("ec2:ModifySubnetAttribute", public)?;
    Ok(Network::ExistingVpc { vpc, subnets: vec![near], security_groups: vec![] })
}

/// The default VPC with its subnets in these zones alone.
async fn default_subnets_in(hands: &Hands, zones: &[&str]) -> Result<Network, AwsFault> {
    let zones = zones.iter().map(|&zone| zone.to_owned()).collect();
    let there = Filter::builder().name("availability-zone").set_values(Some(zones)).build();
    let found = send!("ec2:DescribeSubnets", hands.aws.ec2.describe_subnets().filters(there))?;
    let vpc = found.subnets().first().and_then(|subnet| subnet.vpc_id.clone()).unwrap_or_default();
    let subnets = found.subnets().iter().filter_map(|subnet| subnet.subnet_id.clone()).collect();
    Ok(Network::ExistingVpc { vpc, subnets, security_groups: vec![] })
}
