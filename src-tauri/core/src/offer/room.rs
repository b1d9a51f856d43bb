//! Whether a job finds room on an instance. One that finds none waits in RUNNABLE for ever, and every job behind it.

use super::InstanceType;
use crate::blueprint::JobDefinition;

/// What a job asks of an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Demand {
    pub vcpus: u32,
    pub memory_mib: u32,
    pub gpus: u32,
}

impl Demand {
    /// What a definition asks; none where its vCPUs are not those of an instance, which are whole.
    pub(crate) fn of(job: &JobDefinition) -> Option<Self> {
        let vcpus = job.vcpu.parse().ok()?;
        Some(Self { vcpus, memory_mib: job.memory_mib, gpus: job.gpus })
    }

    /// The smallest among these on which it fits.
    pub(crate) fn smallest<'t>(
        self,
        types: impl IntoIterator<Item = &'t InstanceType>,
    ) -> Option<&'t InstanceType> {
        types.into_iter().filter(|one| self.fits(one)).min_by_key(|one| (one.vcpus, one.memory_mib))
    }

    /// The smallest among these that has as much memory as it asks for, but leaves jobs less: what somebody will have
    /// had in mind who asks for all of a machine's memory.
    pub(crate) fn just_missed<'t>(
        self,
        types: impl IntoIterator<Item = &'t InstanceType>,
    ) -> Option<&'t InstanceType> {
        let missed = |one: &&InstanceType| {
            let room = self.vcpus <= one.vcpus && self.gpus <= one.gpu_count();
            room && self.memory_mib <= one.memory_mib && self.memory_mib > one.memory_for_jobs()
        };
        types.into_iter().filter(missed).min_by_key(|one| (one.memory_mib, one.vcpus))
    }

    /// Whether it would fit if it asked for less memory.
    pub(crate) fn fits_but_for_memory(self, one: &InstanceType) -> bool {
        Self { memory_mib: 0, ..self }.fits(one)
    }

    fn fits(self, one: &InstanceType) -> bool {
        self.may_fit(one) && self.memory_mib <= one.memory_for_jobs()
    }

    /// No host gives a job all of its memory; how much it keeps varies.
    pub(crate) fn may_fit(self, one: &InstanceType) -> bool {
        self.vcpus <= one.vcpus && self.memory_mib < one.memory_mib && self.gpus <= one.gpu_count()
    }
}

/// Where a job finds room among some instance types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Room<'t> {
    /// On this and what is larger.
    On(&'t InstanceType),
    /// At best on this and what is larger: the job asks for almost all of its memory.
    Tight(&'t InstanceType),
    /// On none: this one has most of what the job lacks.
    None(&'t InstanceType),
    /// Nothing is known of the types.
    Unknown,
}

impl<'t> Room<'t> {
    /// `types` holds what each environment may start. One of which nothing is known may have room for anything.
    pub(crate) fn find(demand: Demand, types: &'t [Vec<InstanceType>]) -> Self {
        let all = || types.iter().flatten();
        let size = |one: &&InstanceType| (one.vcpus, one.memory_mib);
        if let Some(smallest) = demand.smallest(all()) {
            return Self::On(smallest);
        }
        if types.iter().any(Vec::is_empty) {
            return Self::Unknown;
        }
        if let Some(smallest) = all().filter(|one| demand.may_fit(one)).min_by_key(size) {
            return Self::Tight(smallest);
        }
        let nearest =
            |one: &&InstanceType| (one.gpu_count().min(demand.gpus), one.memory_for_jobs(), one.vcpus);
        all().max_by_key(nearest).map_or(Self::Unknown, Self::None)
    }
}

impl InstanceType {
    /// The memory that containers can have of it, in MiB: ECS registers less than the machine has, 7985 of an
    /// m4.large's 8192, and its agent keeps 32 (AWS Batch User Guide, "Compute resource memory management" and "Reserve
    /// system memory"). AWS gives that one figure; of other types it is taken to be the same share.
    pub(crate) fn memory_for_jobs(&self) -> u32 {
        let registered = u64::from(self.memory_mib) * 7_985 / 8_192;
        u32::try_from(registered).unwrap_or(u32::MAX).saturating_sub(32)
    }

    /// What it has for jobs, for a sentence that says that it is not enough.
    pub(crate) fn for_jobs(&self) -> [(&'static str, String); 4] {
        [
            ("type", self.name.clone()),
            ("vcpus", self.vcpus.to_string()),
            ("memory", self.memory_for_jobs().to_string()),
            ("gpus", self.gpu_count().to_string()),
        ]
    }

    fn gpu_count(&self) -> u32 {
        self.gpus.as_ref().map_or(0, |gpus| gpus.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blueprint::Architecture;

    fn large() -> InstanceType {
        InstanceType {
            name: "m6i.large".to_owned(),
            vcpus: 2,
            memory_mib: 8_192,
            architecture: Architecture::X86_64,
            gpus: None,
            spot: true,
            current: true,
        }
    }

    #[test]
    fn a_job_has_what_an_instance_leaves_it_and_no_more() {
        let types = [vec![large()]];
        let room = |vcpus, memory_mib, gpus| Room::find(Demand { vcpus, memory_mib, gpus }, &types);
        assert_eq!(room(2, 7_953, 0), Room::On(&types[0][0]));
        assert_eq!(room(2, 7_954, 0), Room::Tight(&types[0][0]));
        assert_eq!(room(2, 8_192, 0), Room::None(&types[0][0]));
        assert_eq!(room(3, 1_024, 0), Room::None(&types[0][0]));
        assert_eq!(room(2, 1_024, 1), Room::None(&types[0][0]));
    }

    #[test]
    fn an_environment_of_which_nothing_is_known_may_have_room() {
        let small = Demand { vcpus: 1, memory_mib: 512, gpus: 0 };
        let big = Demand { vcpus: 64, ..small };
        let types = [vec![large()], vec![]];
        assert_eq!(Room::find(small, &types), Room::On(&large()));
        assert_eq!(Room::find(big, &types), Room::Unknown);
        assert_eq!(Room::find(big, &types[..1]), Room::None(&large()));
        assert_eq!(Room::find(small, &[]), Room::Unknown);
    }
}
