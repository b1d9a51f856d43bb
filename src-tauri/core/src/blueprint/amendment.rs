//! Changes of a blueprint that help against what a check found: each is named, so that a person sees what would change
//! before it does. Pure; nothing in AWS is touched.

use serde::{Deserialize, Serialize};

use super::{
    Architecture, Blueprint, Instances, JobDefinition, LaunchTemplate, Network, Platform, WayOut, check,
};
use crate::words::{Text, say};

/// A change of a blueprint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Amendment {
    /// The stack gets another name.
    Name {
        /// One that is free.
        name: String,
    },
    /// Jobs on Fargate ask for a public address.
    JobAddresses {
        /// Their definitions.
        jobs: Vec<String>,
    },
    /// Jobs run on another processor, and so do the instances that they need.
    Processor {
        /// The one that their image is built for.
        architecture: Architecture,
        /// Their definitions.
        jobs: Vec<String>,
    },
    /// Jobs run another image.
    Image {
        /// Its name.
        image: String,
        /// Their definitions.
        jobs: Vec<String>,
    },
    /// A job asks for so much memory.
    Memory {
        /// Its definition.
        job: String,
        /// In MiB.
        memory_mib: u32,
    },
    /// Jobs get so much disk: on Fargate each its own, else that of the instances.
    Disk {
        /// Their definitions.
        jobs: Vec<String>,
        /// In GiB.
        gib: u32,
    },
    /// An environment starts these types.
    InstanceTypes {
        /// Which.
        environment: String,
        /// Types, families or one of AWS's choices.
        types: Vec<String>,
    },
    /// An environment may use so many vCPUs.
    MaxVcpus {
        /// Which.
        environment: String,
        /// How many.
        vcpus: u32,
    },
    /// Instances get no key pair.
    NoKeyPair {
        /// The one that is named now.
        key_pair: String,
    },
    /// Jobs run in these subnets of the VPC.
    Subnets {
        /// `subnet-…`.
        subnets: Vec<String>,
    },
    /// Jobs get these security groups; none for one of the stack's own.
    SecurityGroups {
        /// `sg-…`.
        groups: Vec<String>,
    },
    /// Jobs run in a VPC of the stack's own.
    NewVpc {
        /// How they get out of it.
        way_out: WayOut,
    },
}

/// The addresses of a VPC of the stack's own, where none were chosen.
const ADDRESSES: &str = "10.42.0.0/16";

impl Amendment {
    /// The blueprint with this change.
    #[must_use]
    pub fn applied(&self, blueprint: &Blueprint) -> Blueprint {
        let mut new = blueprint.clone();
        self.apply(&mut new);
        new
    }

    /// Whether it changes something and the blueprint keeps the rules.
    pub(crate) fn suits(&self, blueprint: &Blueprint) -> bool {
        let new = self.applied(blueprint);
        new != *blueprint && check(&new).is_empty()
    }

    fn apply(&self, new: &mut Blueprint) {
        match self {
            Self::Name { name } => new.name.clone_from(name),
            Self::JobAddresses { jobs } => of(new, jobs).for_each(|job| job.assign_public_ip = true),
            Self::Processor { architecture, jobs } => processor(new, *architecture, jobs),
            Self::Image { image, jobs } => of(new, jobs).for_each(|job| job.image.clone_from(image)),
            Self::Memory { job, memory_mib } => {
                of(new, std::slice::from_ref(job)).for_each(|job| job.memory_mib = *memory_mib);
            }
            Self::Disk { jobs, gib } => disk(new, jobs, *gib),
            Self::InstanceTypes { environment, types } => {
                let all = new.compute_environments.iter_mut().filter(|one| one.name == *environment);
                all.filter_map(|one| one.instances.as_mut()).for_each(|one| one.types.clone_from(types));
            }
            Self::MaxVcpus { environment, vcpus } => {
                let all = new.compute_environments.iter_mut().filter(|one| one.name == *environment);
                all.for_each(|one| one.max_vcpus = *vcpus);
            }
            Self::NoKeyPair { key_pair } => {
                instances(new)
                    .filter(|one| one.key_pair.as_ref() == Some(key_pair))
                    .for_each(|one| one.key_pair = None);
            }
            Self::Subnets { subnets: wanted } => {
                if let Network::ExistingVpc { subnets, .. } = &mut new.network {
                    subnets.clone_from(wanted);
                }
            }
            Self::SecurityGroups { groups } => {
                if let Network::ExistingVpc { security_groups, .. } = &mut new.network {
                    security_groups.clone_from(groups);
                }
            }
            Self::NewVpc { way_out } => {
                let cidr = match &new.network {
                    Network::NewVpc { cidr, .. } => cidr.clone(),
                    _ => ADDRESSES.to_owned(),
                };
                new.network = Network::NewVpc { cidr, way_out: *way_out };
                let fargate = new.job_definitions.iter_mut().filter(|job| job.platform == Platform::Fargate);
                // Only in a public subnet does a job need one of its own.
                fargate.for_each(|job| job.assign_public_ip = *way_out == WayOut::PublicIps);
            }
        }
    }

    /// What it does, as a button says it.
    pub fn says(&self) -> Text {
        match self {
            Self::Name { name } => say("fix-name", &[("name", name)]),
            Self::JobAddresses { jobs } => say("fix-job-addresses", &[("jobs", &jobs.join(", "))]),
            Self::Processor { architecture, .. } => {
                say("fix-processor", &[("architecture", architecture.batch())])
            }
            Self::Image { image, .. } => say("fix-image", &[("image", image)]),
            Self::Memory { job, memory_mib } => {
                say("fix-memory", &[("job", job), ("memory", &memory_mib.to_string())])
            }
            Self::Disk { gib, .. } => say("fix-disk", &[("gib", &gib.to_string())]),
            Self::InstanceTypes { environment, types } => {
                say("fix-types", &[("environment", environment), ("types", &types.join(", "))])
            }
            Self::MaxVcpus { environment, vcpus } => {
                say("fix-vcpus", &[("environment", environment), ("vcpus", &vcpus.to_string())])
            }
            Self::NoKeyPair { key_pair } => say("fix-no-key-pair", &[("name", key_pair)]),
            Self::Subnets { subnets } => say("fix-subnets", &[("subnets", &subnets.join(", "))]),
            Self::SecurityGroups { groups } if groups.is_empty() => say("fix-own-group", &[]),
            Self::SecurityGroups { groups } => say("fix-groups", &[("groups", &groups.join(", "))]),
            Self::NewVpc { way_out: WayOut::PublicIps } => say("fix-new-vpc", &[]),
            Self::NewVpc { way_out: WayOut::NatGateway } => say("fix-new-vpc-nat", &[]),
            Self::NewVpc { way_out: WayOut::Endpoints } => say("fix-new-vpc-endpoints", &[]),
        }
    }
}

fn of<'b>(blueprint: &'b mut Blueprint, jobs: &'b [String]) -> impl Iterator<Item = &'b mut JobDefinition> {
    blueprint.job_definitions.iter_mut().filter(|job| jobs.contains(&job.name))
}

fn instances(blueprint: &mut Blueprint) -> impl Iterator<Item = &mut Instances> {
    blueprint.compute_environments.iter_mut().filter_map(|one| one.instances.as_mut())
}

/// Instances have one processor for all that runs on them, so they turn only where all of it does.
fn processor(blueprint: &mut Blueprint, architecture: Architecture, jobs: &[String]) {
    of(blueprint, jobs).for_each(|job| job.architecture = architecture);
    let mut on_instances = blueprint.job_definitions.iter().filter(|job| job.platform == Platform::Ec2);
    let any = on_instances.clone().next().is_some();
    if any && on_instances.all(|job| job.architecture == architecture) {
        let choice = match architecture {
            Architecture::Arm64 => "default_arm64",
            Architecture::X86_64 => "default_x86_64",
        };
        instances(blueprint).for_each(|one| one.types = vec![choice.to_owned()]);
    }
}

fn disk(blueprint: &mut Blueprint, jobs: &[String], gib: u32) {
    let mut on_instances = false;
    for job in of(blueprint, jobs) {
        match job.platform {
            Platform::Fargate => job.ephemeral_storage_gib = Some(gib),
            Platform::Ec2 => on_instances = true,
        }
    }
    if on_instances {
        for one in instances(blueprint) {
            let template = one.launch_template.get_or_insert_with(LaunchTemplate::default);
            template.disk_gib = Some(gib.max(template.disk_gib.unwrap_or_default()));
        }
    }
}
