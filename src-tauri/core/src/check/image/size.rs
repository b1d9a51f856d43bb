//! How large an image becomes on a disk, and how long it takes to get there: both guesses, and said as such.

use crate::blueprint::{Blueprint, JobDefinition, Platform};

/// What Fargate gives a task that asks for nothing (ECS Developer Guide, "Fargate task ephemeral storage").
const FARGATE_GIB: u32 = 20;
/// The root disk of Batch's own machine images.
const INSTANCE_GIB: u32 = 30;

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

pub(super) fn room(compressed: u64, disk_gib: u32) -> Room {
    let disk = u64::from(disk_gib) << 30;
    let (least, most) = unpacked(compressed);
    if least > disk {
        Room::TooLittle
    } else if most > disk {
        Room::Perhaps
    } else {
        Room::Enough
    }
}

pub(super) fn unpacked(compressed: u64) -> (u64, u64) {
    (compressed.saturating_mul(UNPACKED.0), compressed.saturating_mul(UNPACKED.1))
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

    #[test]
    fn an_image_fits_or_may_or_does_not() {
        let gib = |count: u64| count << 30;
        assert_eq!(room(gib(6), 20), Room::Enough);
        assert_eq!(room(gib(8), 20), Room::Perhaps);
        assert_eq!(room(gib(11), 20), Room::TooLittle);
        assert_eq!(room(gib(11), 40), Room::Enough);
    }

    #[test]
    fn sizes_and_times_are_short() {
        let sizes = [2_140_000, 312_000_000, 999_999_999, 4_200_000_000, 12_000_000_000].map(shown);
        assert_eq!(sizes, ["2.1 MB", "312 MB", "1000 MB", "4.2 GB", "12 GB"]);
        let times = [2 * MEGA, 312 * MEGA, 8_000 * MEGA].map(pull_time);
        assert_eq!(times, ["a few seconds", "4–16 s", "1–7 min"]);
    }
}
