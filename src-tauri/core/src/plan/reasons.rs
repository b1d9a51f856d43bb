//! Why a resource is there, and what is wrong with one, in sentences.

use crate::{
    resource::{Difference, Kind, ResourceId},
    words::{Text, say},
};

/// What a resource is for.
pub fn purpose(resource: &ResourceId) -> Text {
    match resource.kind {
        Kind::ServiceRole => say("why-service-role", &[]),
        Kind::ServiceLinkedRole => say("why-service-linked-role", &[]),
        Kind::InstanceRole => say("why-instance-role", &[]),
        Kind::InstanceProfile => say("why-instance-profile", &[]),
        Kind::SpotFleetRole => say("why-spot-fleet-role", &[]),
        Kind::ExistingVpc => say("why-existing-vpc", &[]),
        Kind::Flow => say("why-flow", &[]),
        Kind::LaunchTemplate => say("why-launch-template", &[]),
        Kind::SchedulingPolicy => say("why-scheduling-policy", &[]),
        Kind::ExecutionRole => say("why-execution-role", &[]),
        Kind::JobRole => say("why-job-role", &[]),
        Kind::DefaultVpc => say("why-default-vpc", &[]),
        Kind::Vpc => say("why-vpc", &[]),
        Kind::InternetGateway => say("why-internet-gateway", &[]),
        Kind::Subnet if resource.part == "public" => say("why-subnet-public", &[]),
        Kind::Subnet => say("why-subnet", &[]),
        Kind::RouteTable => say("why-route-table", &[]),
        Kind::ElasticIp => say("why-elastic-ip", &[]),
        Kind::NatGateway => say("why-nat-gateway", &[]),
        Kind::VpcEndpoint => say("why-vpc-endpoint", &[]),
        Kind::SecurityGroup if resource.part == "endpoints" => say("why-endpoints-group", &[]),
        Kind::SecurityGroup => say("why-security-group", &[]),
        Kind::LogGroup => say("why-log-group", &[]),
        Kind::Repository => say("why-repository", &[]),
        Kind::ComputeEnvironment => say("why-compute-environment", &[]),
        Kind::JobQueue => say("why-job-queue", &[]),
        Kind::JobDefinition => say("why-job-definition", &[]),
    }
}

/// What it means to put a resource of this kind right.
pub(super) fn changing(kind: Kind, name: &str) -> Text {
    let code = match kind {
        Kind::JobDefinition => "plan-new-revision",
        Kind::LaunchTemplate => "plan-new-version",
        _ => "plan-change",
    };
    say(code, &[("name", name)])
}

/// `maxvCpus is 4, should be 8; state is DISABLED, should be ENABLED`: for a sentence, where there is no room for a
/// list.
pub(crate) fn differences(wrong: &[Difference]) -> String {
    let each = wrong.iter().map(|Difference { what, found, wanted }| match (found, wanted) {
        (Some(found), Some(wanted)) => {
            say("difference", &[("what", what), ("found", found), ("wanted", wanted)]).text
        }
        (None, wanted) => {
            say("difference-lacking", &[("what", what), ("wanted", wanted.as_deref().unwrap_or_default())])
                .text
        }
        (Some(found), None) => say("difference-extra", &[("what", what), ("found", found)]).text,
    });
    each.collect::<Vec<_>>().join("; ")
}
