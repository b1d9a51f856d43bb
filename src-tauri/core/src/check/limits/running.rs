//! What of the account's vCPUs is in use: by instances, which EC2 shows; by Fargate's tasks nobody does, so that there
//! only what other environments may use is known.

use std::collections::BTreeMap;

use aws_sdk_batch::types::ComputeResource;
use aws_sdk_ec2::types::{Filter, Instance, InstanceLifecycleType, InstanceType, Reservation};

use super::classes::{Limit, of_type};
use crate::{
    account::Session,
    aws::{AwsFault, fault},
    blueprint::ComputeKind,
    resource::STACK_TAG,
};

/// A compute environment of the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Environment {
    pub(super) name: String,
    pub(super) kind: Option<ComputeKind>,
    pub(super) max_vcpus: u32,
    pub(super) is_enabled: bool,
}

pub(super) async fn environments(session: &Session) -> Result<Vec<Environment>, AwsFault> {
    let found = session.aws.read.batch.describe_compute_environments().into_paginator().items().send();
    let found = found.collect::<Result<Vec<_>, _>>().await;
    let found = found.map_err(fault("batch:DescribeComputeEnvironments"))?;
    Ok(found
        .iter()
        .map(|one| {
            let resources = one.compute_resources();
            let max = resources.and_then(ComputeResource::maxv_cpus).unwrap_or_default();
            Environment {
                name: one.compute_environment_name().unwrap_or_default().to_owned(),
                kind: resources
                    .and_then(|resources| resources.r#type())
                    .and_then(|kind| ComputeKind::of_batch(kind.as_str())),
                max_vcpus: u32::try_from(max).unwrap_or_default(),
                is_enabled: one.state().is_some_and(|state| state.as_str() == "ENABLED"),
            }
        })
        .collect())
}

/// vCPUs of instances that run or are about to, but for those of this stack, by the limit that they count against.
pub(super) async fn vcpus(session: &Session, stack: &str) -> Result<BTreeMap<Limit, u32>, AwsFault> {
    let running = Filter::builder().name("instance-state-name").values("pending").values("running").build();
    let request = session.aws.read.ec2.describe_instances().filters(running).max_results(1000);
    let found = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
    let found = found.map_err(fault("ec2:DescribeInstances"))?;
    let instances = found.iter().flat_map(Reservation::instances);
    let mut used = BTreeMap::new();
    for instance in instances.filter(|instance| !is_of(instance, stack)) {
        let spot = instance.instance_lifecycle() == Some(&InstanceLifecycleType::Spot);
        let kind = instance.instance_type().map(InstanceType::as_str).unwrap_or_default();
        let Some(limit) = of_type(kind, spot) else { continue };
        let sum: &mut u32 = used.entry(limit).or_default();
        *sum = sum.saturating_add(size(instance));
    }
    Ok(used)
}

fn is_of(instance: &Instance, stack: &str) -> bool {
    instance.tags().iter().any(|tag| tag.key() == Some(STACK_TAG) && tag.value() == Some(stack))
}

fn size(instance: &Instance) -> u32 {
    let options = instance.cpu_options();
    let of = |count: Option<i32>| count.and_then(|count| u32::try_from(count).ok()).unwrap_or(1);
    options.map_or(1, |options| of(options.core_count()).saturating_mul(of(options.threads_per_core())))
}
