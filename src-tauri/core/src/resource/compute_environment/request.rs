//! The two requests that say what an environment shall be.

use aws_sdk_batch::{
    operation::{
        create_compute_environment::builders::CreateComputeEnvironmentFluentBuilder as Creation,
        update_compute_environment::builders::UpdateComputeEnvironmentFluentBuilder as Updating,
    },
    types::{
        CeState, CeType, ComputeResource, ComputeResourceUpdate, CrAllocationStrategy, CrType,
        CrUpdateAllocationStrategy, Ec2Configuration, LaunchTemplateSpecification,
    },
};

use super::{ComputeEnvironment, Hosts};
use crate::{
    aws::{AwsFault, Clients},
    blueprint::{Ami, ComputeKind, Instances, Platform, State},
    resource::{Known, Resource, not_known},
};

impl ComputeEnvironment {
    pub(super) fn creation(&self, aws: &Clients, known: &Known, action: &str) -> Result<Creation, AwsFault> {
        let wanted = &self.wanted;
        let mut resources = ComputeResource::builder()
            .r#type(CrType::from(wanted.kind.batch()))
            .maxv_cpus(number(wanted.max_vcpus))
            .set_subnets(Some(self.known_subnets(known, action)?))
            .set_security_group_ids(Some(self.known_groups(known, action)?));
        if let (Some(hosts), Some(instances)) = (&self.hosts, &wanted.instances) {
            let profile = hosts.profile.get(known);
            let spot_fleet_role = match &hosts.spot_fleet_role {
                Some(role) => Some(role.get(known).ok_or_else(|| not_known(action, "the Spot Fleet role"))?),
                None => None,
            };
            resources = resources
                .instance_role(profile.ok_or_else(|| not_known(action, "the instance profile"))?)
                .set_instance_types(Some(instances.types.clone()))
                .allocation_strategy(CrAllocationStrategy::from(instances.allocation_strategy.batch()))
                .minv_cpus(number(instances.min_vcpus))
                .set_desiredv_cpus(instances.desired_vcpus.map(number))
                .set_bid_percentage(instances.bid_percentage.map(number))
                .set_ec2_key_pair(instances.key_pair.clone())
                .ec2_configuration(image(instances.ami))
                .set_launch_template(template(hosts, known, action)?)
                .set_spot_iam_fleet_role(spot_fleet_role.map(str::to_owned))
                .set_tags(Some(self.stack.host_tags().into_iter().collect()));
        }
        Ok(aws
            .once
            .batch
            .create_compute_environment()
            .compute_environment_name(&self.name)
            .r#type(CeType::Managed)
            .state(CeState::Enabled)
            .compute_resources(resources.build())
            .set_service_role(self.known_service_role(known, action)?)
            .set_tags(Some(self.stack.tag_map(&Resource::id(self)))))
    }

    /// With `infrastructure` Batch replaces instances one after the other; without it, it only scales.
    pub(super) fn update(
        &self,
        aws: &Clients,
        known: &Known,
        infrastructure: bool,
        action: &str,
    ) -> Result<Updating, AwsFault> {
        let wanted = &self.wanted;
        let mut update = ComputeResourceUpdate::builder().maxv_cpus(number(wanted.max_vcpus));
        if infrastructure || wanted.kind.platform() == Platform::Fargate {
            update = update
                .set_subnets(Some(self.known_subnets(known, action)?))
                .set_security_group_ids(Some(self.known_groups(known, action)?));
        }
        if let (Some(hosts), Some(instances)) = (&self.hosts, &wanted.instances) {
            update = update.minv_cpus(number(instances.min_vcpus));
            if infrastructure {
                update = self.replacing(update, hosts, instances, known, action)?;
            }
        }
        let request = aws.once.batch.update_compute_environment().compute_environment(&self.name);
        // Naming the role again makes Batch look at it again, which is what mends an environment that turned
        // INVALID because the role was too young.
        let role = self.known_service_role(known, action)?;
        Ok(request.state(state(wanted.state)).compute_resources(update.build()).set_service_role(role))
    }

    fn replacing(
        &self,
        update: aws_sdk_batch::types::builders::ComputeResourceUpdateBuilder,
        hosts: &Hosts,
        instances: &Instances,
        known: &Known,
        action: &str,
    ) -> Result<aws_sdk_batch::types::builders::ComputeResourceUpdateBuilder, AwsFault> {
        let profile = hosts.profile.get(known).ok_or_else(|| not_known(action, "the instance profile"))?;
        // Without a template any more, the empty id takes it away (ComputeResourceUpdate, `launchTemplate`).
        let nothing = || LaunchTemplateSpecification::builder().launch_template_id("").build();
        Ok(update
            .r#type(CrType::from(self.wanted.kind.batch()))
            .instance_role(profile)
            .set_instance_types(Some(instances.types.clone()))
            .allocation_strategy(CrUpdateAllocationStrategy::from(instances.allocation_strategy.batch()))
            // What is left out of an update stays as it was, so that no bid is said as the highest.
            .set_bid_percentage(
                (self.wanted.kind == ComputeKind::Spot)
                    .then(|| number(instances.bid_percentage.unwrap_or(100))),
            )
            .set_tags(Some(self.stack.host_tags().into_iter().collect()))
            .ec2_key_pair(instances.key_pair.as_deref().unwrap_or_default())
            .ec2_configuration(image(instances.ami))
            .launch_template(template(hosts, known, action)?.unwrap_or_else(nothing)))
    }

    fn known_subnets(&self, known: &Known, action: &str) -> Result<Vec<String>, AwsFault> {
        Some(self.subnets.ids(known))
            .filter(|ids| !ids.is_empty())
            .ok_or_else(|| not_known(action, "the subnets"))
    }

    fn known_groups(&self, known: &Known, action: &str) -> Result<Vec<String>, AwsFault> {
        let groups = Some(self.groups.ids(known)).filter(|ids| !ids.is_empty());
        groups.ok_or_else(|| not_known(action, "the security group"))
    }

    fn known_service_role(&self, known: &Known, action: &str) -> Result<Option<String>, AwsFault> {
        let Some(role) = &self.service_role else { return Ok(None) };
        Ok(Some(role.get(known).ok_or_else(|| not_known(action, "the service role"))?.to_owned()))
    }
}

fn template(
    hosts: &Hosts,
    known: &Known,
    action: &str,
) -> Result<Option<LaunchTemplateSpecification>, AwsFault> {
    let Some((id, version)) = &hosts.template else { return Ok(None) };
    let lacking = || not_known(action, "the launch template");
    let id = id.get(known).ok_or_else(lacking)?;
    // The version itself, not "$Default": Batch would go on with the one that it found first.
    let version = version.get(known).ok_or_else(lacking)?;
    Ok(Some(LaunchTemplateSpecification::builder().launch_template_id(id).version(version).build()))
}

fn image(ami: Ami) -> Ec2Configuration {
    Ec2Configuration::builder().image_type(ami.batch()).build()
}

fn state(wanted: State) -> CeState {
    CeState::from(wanted.batch())
}

fn number(value: u32) -> i32 {
    value.try_into().unwrap_or(i32::MAX)
}
