//! How much of a disk an image takes while it is pulled, and how long that lasts: both guesses, and said as such.
//!
//! Fargate keeps "the pulled, compressed, and the uncompressed container image" on a task's disk (Amazon ECS Developer
//! Guide, "Fargate task ephemeral storage for Amazon ECS"). Docker on an instance writes a layer compressed, unpacks it
//! and removes what it had written: how much of that is there at once is between nothing and all of it. The instance's
//! system is on the same disk (the same guide, "Amazon ECS-optimized Linux AMIs": one root volume of 30 GiB).

use crate::blueprint::{Blueprint, JobDefinition, Platform};

/// What Fargate gives a task that asks for nothing (ECS Developer Guide, "Fargate task ephemeral storage").
const FARGATE_GIB: u32 = 20;
/// The root disk of Batch's own machine images.
const INSTANCE_GIB: u32 = 30;

/// What of that the system takes. AWS says nothing of it: a guess.
const SYSTEM_GIB: u32 = 3;

/// Unpacked, an image has two to three times its compressed size.
const UNPACKED: (u64, u64) = (2, 3);

/// Megabytes in a second, from a good day to a poor one: the network and unpacking both count.
const PULLED: (u64, u64) = (80, 20);

const MEGA: u64 = 1_000_000;

/// The smallest disk in GiB that the image must fit on.
pub(super) fn disk(blueprint: &Blueprint, definition: &JobDefinition) -> u32 {
    if definition.platform == Platform::Fargate {
        return definition.ephemeral_storage_gib.unwrap_or(FARGATE_GIB);
    }
    let instances = blueprint.compute_environments.iter().filter_map(|one| one.instances.as_ref());
    let disks = instances.map(|one| one.launch_template.as_ref().and_then(|template| template.disk_gib));
    disks.map(|disk| disk.unwrap_or(INSTANCE_GIB)).min().unwrap_or(INSTANCE_GIB)
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Room {
    Enough,
    Perhaps,
    TooLittle,
}

pub(super) fn room(compressed: u64, platform: Platform, disk_gib: u32) -> Room {
    let disk = u64::from(disk_gib.saturating_sub(system(platform))) << 30;
    let (least, most) = taken(compressed, platform);
    if least > disk {
        Room::TooLittle
    } else if most > disk {
        Room::Perhaps
    } else {
        Room::Enough
    }
}

/// What is on a disk beside images, in GiB. What Fargate needs itself is not counted (the same page).
pub(super) const fn system(platform: Platform) -> u32 {
    match platform {
        Platform::Fargate => 0,
        Platform::Ec2 => SYSTEM_GIB,
    }
}

/// What an image takes of a disk while it is pulled.
pub(super) fn taken(compressed: u64, platform: Platform) -> (u64, u64) {
    let packed = match platform {
        Platform::Fargate => (1, 1),
        Platform::Ec2 => (0, 1),
    };
    let times = |count: u64| compressed.saturating_mul(count);
    (times(UNPACKED.0 + packed.0), times(UNPACKED.1 + packed.1))
}

/// `2.1 MB`, `312 MB`, `4.2 GB`.
pub(super) fn shown(bytes: u64) -> String {
    let tenths = |unit: u64| (bytes + unit / 20) / (unit / 10);
    let (tenths, unit) = if bytes < 1000 * MEGA { (tenths(MEGA), "MB") } else { (tenths(1000 * MEGA), "GB") };
    if tenths >= 100 || tenths % 10 == 0 {
        format!("{} {unit}", tenths / 10)
    } else {
        format!("{}.{} {unit}", tenths / 10, tenths % 10)
    }
}

/// `a few seconds`, `4–16 s`, `2–7 min`.
pub(super) fn pull_time(compressed: u64) -> String {
    let seconds = |speed: u64| compressed.div_ceil(speed * MEGA);
    let (least, most) = (seconds(PULLED.0), seconds(PULLED.1));
    match most {
        0..5 => "a few seconds".to_owned(),
        5..120 => format!("{least}–{most} s"),
        _ => format!("{}–{} min", (least / 60).max(1), most.div_ceil(60)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blueprint::Preset;

    #[test]
    fn disks_are_those_that_jobs_get() {
        let disk_of = |preset: Preset| {
            let blueprint = preset.blueprint("first");
            disk(&blueprint, &blueprint.job_definitions[0])
        };
        assert_eq!(disk_of(Preset::Fargate), 20);
        let mut blueprint = Preset::OnDemand.blueprint("first");
        let template = |gib| crate::blueprint::LaunchTemplate { disk_gib: gib, ..Default::default() };
        let instances = blueprint.compute_environments[0].instances.as_mut().unwrap();
        instances.launch_template = None;
        assert_eq!(disk(&blueprint, &blueprint.job_definitions[0]), 30);
        let instances = blueprint.compute_environments[0].instances.as_mut().unwrap();
        instances.launch_template = Some(template(Some(80)));
        assert_eq!(disk(&blueprint, &blueprint.job_definitions[0]), 80);
    }

    /// Fargate keeps it packed and unpacked, an instance has its system beside it.
    #[test]
    fn an_image_fits_or_may_or_does_not() {
        let gib = |count: u64| count << 30;
        let of_fargate = |count, disk| room(gib(count), Platform::Fargate, disk);
        assert_eq!([of_fargate(5, 20), of_fargate(6, 20)], [Room::Enough, Room::Perhaps]);
        assert_eq!([of_fargate(7, 20), of_fargate(7, 28)], [Room::TooLittle, Room::Enough]);
        let of_instances = |count, disk| room(gib(count), Platform::Ec2, disk);
        assert_eq!([of_instances(6, 30), of_instances(7, 30)], [Room::Enough, Room::Perhaps]);
        assert_eq!([of_instances(13, 30), of_instances(14, 30)], [Room::Perhaps, Room::TooLittle]);
        assert_eq!(of_instances(14, 59), Room::Enough);
    }

    #[test]
    fn sizes_and_times_are_short() {
        let sizes = [2_140_000, 312_000_000, 999_999_999, 4_200_000_000, 12_000_000_000].map(shown);
        assert_eq!(sizes, ["2.1 MB", "312 MB", "1000 MB", "4.2 GB", "12 GB"]);
        let times = [2 * MEGA, 312 * MEGA, 8_000 * MEGA].map(pull_time);
        assert_eq!(times, ["a few seconds", "4–16 s", "1–7 min"]);
    }
}
