//! What jobs run on: a queue has compute of one sort, and a job definition is made for one.

use std::collections::HashMap;

use aws_sdk_batch::types::{
    ComputeEnvironmentDetail, CrType, JobDefinition, JobQueueDetail, JobQueueType, PlatformCapability,
};

use super::short;

/// What each compute environment of the account is, by its name; empty where nobody may look at them.
#[derive(Debug, Default)]
pub(super) struct Platforms(HashMap<String, PlatformCapability>);

impl Platforms {
    pub(super) fn of(environments: &[ComputeEnvironmentDetail]) -> Self {
        let known = environments.iter().filter_map(|environment| {
            let platform = capability(environment.compute_resources()?.r#type()?)?;
            Some((environment.compute_environment_name()?.to_owned(), platform))
        });
        Self(known.collect())
    }

    /// Whether a job of this definition can run on this queue, as far as can be told. SubmitJob refuses what cannot:
    /// "Job Queue is attached to Compute Environment that can not run Jobs with capability FARGATE."
    pub(super) fn fit(&self, queue: &JobQueueDetail, definition: &JobDefinition) -> bool {
        let Some(has) = self.of_queue(queue) else { return true };
        let made_for = definition.platform_capabilities();
        // "If no value is specified, it defaults to EC2" (RegisterJobDefinition, `platformCapabilities`).
        if made_for.is_empty() { has == PlatformCapability::Ec2 } else { made_for.contains(&has) }
    }

    /// All environments of a queue are of one sort, so any of them tells (CreateJobQueue, `computeEnvironmentOrder`).
    /// Where none may be looked at, the queue says it of itself.
    fn of_queue(&self, queue: &JobQueueDetail) -> Option<PlatformCapability> {
        let environments = queue.compute_environment_order().iter();
        let known = environments.filter_map(|one| self.0.get(short(one.compute_environment()?)).cloned());
        known.clone().next().or_else(|| match queue.job_queue_type()? {
            JobQueueType::Ecs => Some(PlatformCapability::Ec2),
            JobQueueType::EcsFargate => Some(PlatformCapability::Fargate),
            JobQueueType::EcsManagedInstances => Some(PlatformCapability::ManagedInstances),
            _ => None,
        })
    }
}

fn capability(kind: &CrType) -> Option<PlatformCapability> {
    match kind {
        CrType::Ec2 | CrType::Spot => Some(PlatformCapability::Ec2),
        CrType::Fargate | CrType::FargateSpot => Some(PlatformCapability::Fargate),
        CrType::EcsManagedInstances => Some(PlatformCapability::ManagedInstances),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_batch::types::{ComputeEnvironmentOrder, ComputeResource};

    use super::*;

    fn environment(name: &str, kind: &str) -> ComputeEnvironmentDetail {
        let resources = ComputeResource::builder().r#type(CrType::from(kind)).build();
        ComputeEnvironmentDetail::builder()
            .compute_environment_name(name)
            .compute_resources(resources)
            .build()
    }

    /// Named by ARN, as AWS answers.
    fn queue(environment: &str, of_itself: Option<JobQueueType>) -> JobQueueDetail {
        let arn = format!("arn:aws:batch:us-east-1:111122223333:compute-environment/{environment}");
        let order = ComputeEnvironmentOrder::builder().order(1).compute_environment(arn).build();
        JobQueueDetail::builder().compute_environment_order(order).set_job_queue_type(of_itself).build()
    }

    fn definition(capabilities: &[PlatformCapability]) -> JobDefinition {
        JobDefinition::builder().set_platform_capabilities(Some(capabilities.to_vec())).build()
    }

    #[test]
    fn a_definition_fits_where_its_platform_is() {
        let kinds = [
            ("FARGATE", PlatformCapability::Fargate),
            ("FARGATE_SPOT", PlatformCapability::Fargate),
            ("EC2", PlatformCapability::Ec2),
            ("SPOT", PlatformCapability::Ec2),
            ("ECS_MANAGED_INSTANCES", PlatformCapability::ManagedInstances),
        ];
        for (kind, platform) in &kinds {
            let platforms = Platforms::of(&[environment("one", kind)]);
            for (_, other) in &kinds {
                let fits = platforms.fit(&queue("one", None), &definition(std::slice::from_ref(other)));
                assert_eq!(fits, other == platform, "{other} on {kind}");
            }
            // EC2 need not be said.
            let unsaid = platforms.fit(&queue("one", None), &definition(&[]));
            assert_eq!(unsaid, *platform == PlatformCapability::Ec2, "{kind}");
        }
    }

    #[test]
    fn an_environment_that_nobody_may_look_at_hides_nothing() {
        let blind = Platforms::default();
        let fargate = definition(&[PlatformCapability::Fargate]);
        assert!(blind.fit(&queue("one", None), &fargate));
        assert!(blind.fit(&queue("one", Some(JobQueueType::from("NEW"))), &fargate));
        // Unless the queue says it.
        assert!(blind.fit(&queue("one", Some(JobQueueType::EcsFargate)), &fargate));
        assert!(!blind.fit(&queue("one", Some(JobQueueType::Ecs)), &fargate));
        assert!(!blind.fit(&queue("one", Some(JobQueueType::EcsManagedInstances)), &fargate));
        assert!(blind.fit(&queue("one", Some(JobQueueType::Ecs)), &definition(&[])));
    }
}
