//! Whether an image finds room on the disk that it is pulled to.

use super::environment::Environment;
use super::job::Spec;
use super::size::Platform;
use super::{Moment, world};
use crate::service::ecr::Architecture;
use crate::wire::json::number;

/// What a task of Fargate's has that asks for nothing (ECS Developer Guide, "Fargate task ephemeral storage for Amazon
/// ECS").
const OF_A_TASK: u64 = 20;
/// The root disk of a host, and what its system takes of that, which is a guess (the same guide, "Amazon ECS-optimized
/// Linux AMIs").
const OF_A_HOST: u64 = 30;
const SYSTEM: u64 = 3;

/// Why an image cannot be pulled that is too large for its disk. Unpacked it has two and a half times its compressed size
/// here; Fargate keeps both (the page on its storage). The words are those of a host on ECS's page "CannotPullContainer
/// task errors in Amazon ECS"; where a task of Fargate's writes, it does not say.
pub(super) fn trouble(
    moment: &Moment<'_>,
    spec: &Spec,
    environment: &Environment,
    image: &str,
    wanted: Architecture,
) -> Option<String> {
    let packed = moment.state.ecr.compressed(image, wanted)?;
    let unpacked = packed.saturating_mul(5) / 2;
    let (needed, gib, place) = match spec.platform {
        Platform::Fargate => {
            let asked = spec.container.get("ephemeralStorage").and_then(|disk| number(disk, "sizeInGiB"));
            let asked = asked.and_then(|gib| u64::try_from(gib).ok());
            let place = "/var/lib/containerd/io.containerd.content.v1.content/ingest";
            (packed.saturating_add(unpacked), asked.unwrap_or(OF_A_TASK), place)
        }
        Platform::Ec2 => {
            let gib = world::disk_of_template(moment, environment).unwrap_or(OF_A_HOST);
            (unpacked, gib.saturating_sub(SYSTEM), "/var/lib/docker/tmp/GetImageBlob111111111")
        }
    };
    (needed > gib << 30).then(|| format!("CannotPullContainerError: write {place}: no space left on device"))
}
