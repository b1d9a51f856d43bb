//! An environment as AWS describes it, in the blueprint's terms.

use aws_sdk_batch::types::{CeState, CeStatus, ComputeEnvironmentDetail, ComputeResource};

use super::{ComputeEnvironment, ComputeEnvironmentFacts, Settings};
use crate::{
    aws::{AwsFault, Clients, fault},
    blueprint::{self, AllocationStrategy, Ami, ComputeKind, Instances, Platform, State},
    resource::tags::from_map,
};

impl ComputeEnvironment {
    pub(super) async fn look(&self, aws: &Clients) -> Result<Option<ComputeEnvironmentFacts>, AwsFault> {
        let found =
            aws.read.batch.describe_compute_environments().compute_environments(&self.name).send().await;
        let found = found.map_err(fault("batch:DescribeComputeEnvironments"))?;
        let environment = found.compute_environments().iter().find(|environment| {
            environment.compute_environment_name() == Some(&self.name)
                && environment.status() != Some(&CeStatus::Deleted)
        });
        Ok(environment.map(|environment| ComputeEnvironmentFacts {
            arn: environment.compute_environment_arn().unwrap_or_default().to_owned(),
            status: environment.status().cloned().unwrap_or(CeStatus::Creating),
            reason: environment.status_reason().unwrap_or_default().to_owned(),
            service_role: environment.service_role().unwrap_or_default().to_owned(),
            settings: settings(&self.wanted.name, environment),
            tags: from_map(environment.tags()),
        }))
    }
}

fn settings(part: &str, found: &ComputeEnvironmentDetail) -> Settings {
    let resources = found.compute_resources();
    let sorted = |ids: &[String]| {
        let mut ids = ids.to_vec();
        ids.sort();
        ids
    };
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    Settings {
        environment: read(part, found),
        subnets: resources.map(|r| sorted(r.subnets())).unwrap_or_default(),
        groups: resources.map(|r| sorted(r.security_group_ids())).unwrap_or_default(),
        profile: text(resources.and_then(ComputeResource::instance_role)),
        template: resources.and_then(ComputeResource::launch_template).map(|template| {
            let id = template.launch_template_id().or_else(|| template.launch_template_name());
            (text(id), text(template.version()))
        }),
        spot_fleet_role: text(resources.and_then(ComputeResource::spot_iam_fleet_role)),
        host_tags: from_map(resources.and_then(ComputeResource::tags)),
    }
}

/// An environment as a blueprint would say it, but for its launch template, which is a thing of its own.
pub(crate) fn read(part: &str, found: &ComputeEnvironmentDetail) -> blueprint::ComputeEnvironment {
    let resources = found.compute_resources();
    let kind = resources.and_then(|resources| resources.r#type()).map(|kind| kind.as_str().to_owned());
    // Nobody makes another kind with a blueprint.
    let kind = kind.and_then(|kind| ComputeKind::of_batch(&kind)).unwrap_or(ComputeKind::Fargate);
    let number = |value: Option<i32>| value.and_then(|value| u32::try_from(value).ok());
    blueprint::ComputeEnvironment {
        name: part.to_owned(),
        kind,
        state: if found.state() == Some(&CeState::Disabled) { State::Disabled } else { State::Enabled },
        max_vcpus: number(resources.and_then(ComputeResource::maxv_cpus)).unwrap_or_default(),
        instances: resources.filter(|_| kind.platform() == Platform::Ec2).map(instances),
    }
}

fn instances(found: &ComputeResource) -> Instances {
    let number = |value: Option<i32>| value.and_then(|value| u32::try_from(value).ok());
    let strategy = found.allocation_strategy().and_then(|name| AllocationStrategy::of_batch(name.as_str()));
    let image = found.ec2_configuration().first().map(|configuration| configuration.image_type());
    Instances {
        types: found.instance_types().to_vec(),
        allocation_strategy: strategy.unwrap_or(AllocationStrategy::BestFit),
        min_vcpus: number(found.minv_cpus()).unwrap_or_default(),
        // Batch moves it all the time: never a wish.
        desired_vcpus: None,
        bid_percentage: number(found.bid_percentage()).filter(|bid| *bid > 0),
        key_pair: found.ec2_key_pair().filter(|name| !name.is_empty()).map(str::to_owned),
        ami: if image.flatten() == Some(Ami::Al2023Nvidia.batch()) { Ami::Al2023Nvidia } else { Ami::Al2023 },
        launch_template: None,
    }
}
