//! The network interfaces of tasks on Fargate and of hosts: what holds subnets, security groups and gateways
//! while there are any.

use super::size::Platform;
use super::{job, world};
use crate::ids;
use crate::service::ec2;
use crate::state::State;
use crate::wire::json::text;

/// Whose an interface is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Holder {
    /// A task, whose id the attachment carries too: ECS made the interface.
    Task(String),
    /// A host.
    Host(String),
}

/// An interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Interface {
    /// `eni-…`.
    pub(crate) id: String,
    pub(crate) holder: Holder,
    pub(crate) subnet: String,
    pub(crate) groups: Vec<String>,
    pub(crate) private_ip: String,
    /// Whether it has a public address as well.
    pub(crate) is_public: bool,
}

/// Those of the tasks that are starting or running, and of the hosts.
pub(crate) fn interfaces(state: &State, region: &str) -> Vec<Interface> {
    let Some(batch) = state.batch.regions.get(region) else { return Vec::new() };
    let of = |job: &job::Job| {
        let spec = job::spec(batch, job).filter(|spec| spec.platform == Platform::Fargate)?;
        let task = job.task.as_ref()?;
        let environment = batch.environments.get(&task.environment)?;
        let name = job::TaskName::of(state.seed(), job, spec, task.number);
        let network = spec.container.get("networkConfiguration");
        Some(Interface {
            id: ids::ec2_id(state.seed(), "eni", &name.id),
            holder: Holder::Task(name.id),
            // The one that the way out was judged by.
            subnet: (*environment.subnets().first()?).to_owned(),
            groups: environment.security_groups().into_iter().map(str::to_owned).collect(),
            private_ip: name.private_ip?,
            is_public: network.and_then(|network| text(network, "assignPublicIp")) == Some("ENABLED"),
        })
    };
    let tasks = batch.jobs.values().filter_map(|job| of(job));
    let hosts = batch.environments.values().flat_map(|environment| {
        environment.hosts.iter().map(|host| Interface {
            id: ids::ec2_id(state.seed(), "eni", &host.id),
            holder: Holder::Host(host.id.clone()),
            subnet: host.subnet.clone(),
            groups: world::groups_of(state, region, environment),
            private_ip: job::private_ip(state.seed(), &host.id),
            is_public: ec2::subnet(state, region, &host.subnet).is_some_and(|subnet| subnet.maps_public_ip),
        })
    });
    tasks.chain(hosts).collect()
}
