//! The instance types of a region that Batch can start, with what each offers.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{self, ArchitectureType, Filter, GpuInfo, UsageClassType};
use futures::future::try_join_all;
use serde::{Deserialize, Serialize};

use crate::{
    account::Session,
    aws::{AwsFault, fault},
    blueprint::{Architecture, Blueprint, families_of, is_burstable, is_metal},
    error::AppError,
};

/// An instance type and what it offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct InstanceType {
    /// `m6i.large`.
    pub name: String,
    /// Its vCPUs.
    pub vcpus: u32,
    /// Its memory in MiB. ECS keeps some of it for itself, so that no job gets all of it.
    pub memory_mib: u32,
    /// Its processor.
    pub architecture: Architecture,
    /// Its GPUs.
    pub gpus: Option<Gpu>,
    /// Whether it can be had on Spot.
    pub spot: bool,
    /// Whether AWS calls it current.
    pub current: bool,
}

/// The GPUs of an instance type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Gpu {
    /// `NVIDIA T4`.
    pub name: String,
    /// How many there are.
    pub count: u32,
    /// The memory of them all, in MiB.
    pub memory_mib: u32,
}

/// Every type that a compute environment takes, families together and small sizes first.
pub async fn instance_types(session: &Session) -> Result<Vec<InstanceType>, AppError> {
    let processors = [ArchitectureType::X8664, ArchitectureType::Arm64].map(|one| one.as_str().to_owned());
    Ok(described(session, "processor-info.supported-architecture", processors.to_vec()).await?)
}

/// The types that these entries of an environment stand for: types, families, AWS's own choices.
pub(crate) async fn types_of(session: &Session, entries: &[String]) -> Result<Vec<InstanceType>, AwsFault> {
    if entries.is_empty() {
        return Ok(vec![]);
    }
    let pattern = |name: String| if name.contains('.') { name } else { format!("{name}.*") };
    let patterns = entries.iter().flat_map(|entry| families_of(entry)).map(pattern).collect();
    let mut types = described(session, "instance-type", patterns).await?;
    // A family stands for its virtual machines (AWS Batch User Guide, "Create a managed compute environment").
    types.retain(|one| !is_metal(&one.name) || entries.contains(&one.name));
    Ok(types)
}

/// What each environment that has instances may start, by its name.
pub(crate) type Types = BTreeMap<String, Vec<InstanceType>>;

pub(crate) async fn types_by_environment(
    session: &Session,
    blueprint: &Blueprint,
) -> Result<Types, AwsFault> {
    let environments = blueprint.compute_environments.iter();
    let with_instances = environments.filter_map(|one| Some((one.name.clone(), one.instances.as_ref()?)));
    let each = with_instances.map(|(name, instances)| async move {
        Ok::<_, AwsFault>((name, types_of(session, &instances.types).await?))
    });
    Ok(try_join_all(each).await?.into_iter().collect())
}

async fn described(
    session: &Session,
    filter: &str,
    values: Vec<String>,
) -> Result<Vec<InstanceType>, AwsFault> {
    let request = session.aws.read.ec2.describe_instance_types();
    let request = request.filters(Filter::builder().name(filter).set_values(Some(values)).build());
    let found = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
    let found = found.map_err(fault("ec2:DescribeInstanceTypes"))?;
    let mut types: Vec<_> = found.iter().filter_map(read).filter(|one| !is_burstable(&one.name)).collect();
    types.sort_by(|a, b| (family(a), a.vcpus, &a.name).cmp(&(family(b), b.vcpus, &b.name)));
    Ok(types)
}

fn family(of: &InstanceType) -> &str {
    of.name.split('.').next().unwrap_or_default()
}

fn read(found: &types::InstanceTypeInfo) -> Option<InstanceType> {
    let number = |number: i64| u32::try_from(number).unwrap_or(0);
    let processors = found.processor_info()?.supported_architectures();
    Some(InstanceType {
        name: found.instance_type()?.as_str().to_owned(),
        vcpus: number(found.v_cpu_info()?.default_v_cpus()?.into()),
        memory_mib: number(found.memory_info()?.size_in_mib()?),
        architecture: if processors.contains(&ArchitectureType::Arm64) {
            Architecture::Arm64
        } else {
            Architecture::X86_64
        },
        gpus: found.gpu_info().and_then(gpus),
        spot: found.supported_usage_classes().contains(&UsageClassType::Spot),
        current: found.current_generation().unwrap_or(false),
    })
}

fn gpus(found: &GpuInfo) -> Option<Gpu> {
    let first = found.gpus().first()?;
    let count: i32 = found.gpus().iter().filter_map(types::GpuDeviceInfo::count).sum();
    let words: Vec<_> = [first.manufacturer(), first.name()].into_iter().flatten().collect();
    Some(Gpu {
        name: words.join(" "),
        count: u32::try_from(count).unwrap_or(0),
        memory_mib: u32::try_from(found.total_gpu_memory_in_mib().unwrap_or(0)).unwrap_or(0),
    })
}
