//! Volumes, mounts and disk of a container (Volume, MountPoint and EphemeralStorage in the API reference).

use std::collections::HashSet;

use super::{Problems, name};
use crate::{
    blueprint::{JobDefinition, Platform, Volume},
    words::say,
};

pub(super) fn check(at: &str, definition: &JobDefinition, problems: &mut Problems) {
    let mut names = HashSet::new();
    for (index, volume) in definition.volumes.iter().enumerate() {
        let at = format!("{at}.volumes[{index}]");
        let name = volume.name();
        if !is_volume_name(name) {
            problems.add(format!("{at}.name"), say("rule-volume-name", &[("name", name)]));
        } else if !names.insert(name) {
            problems.add(format!("{at}.name"), say("rule-name-twice", &[("name", name)]));
        }
        one(&at, volume, definition.platform, problems);
        if definition.mounts.iter().all(|mount| mount.volume != name) {
            problems.add(format!("{at}.name"), say("rule-volume-unused", &[("name", name)]));
        }
    }
    let mut paths = HashSet::new();
    for (index, mount) in definition.mounts.iter().enumerate() {
        let at = format!("{at}.mounts[{index}]");
        if !names.contains(mount.volume.as_str()) {
            problems.add(format!("{at}.volume"), say("rule-mount-unknown", &[("name", &mount.volume)]));
        }
        if !is_absolute(&mount.path) || mount.path == "/" {
            problems.add(format!("{at}.path"), say("rule-mount-path", &[("path", &mount.path)]));
        } else if !paths.insert(&mount.path) {
            problems.add(format!("{at}.path"), say("rule-mount-twice", &[("path", &mount.path)]));
        }
    }
    if let Some(gib) = definition.ephemeral_storage_gib {
        let field = format!("{at}.ephemeral_storage_gib");
        if definition.platform == Platform::Ec2 {
            problems.add(field, say("rule-ephemeral-on-ec2", &[]));
        } else if !(21..=200).contains(&gib) {
            problems.add(field, say("rule-ephemeral", &[("found", &gib.to_string())]));
        }
    }
}

fn one(at: &str, volume: &Volume, platform: Platform, problems: &mut Problems) {
    match volume {
        Volume::Host { path, .. } => {
            if platform == Platform::Fargate {
                problems.add(format!("{at}.kind"), say("rule-host-volume-on-fargate", &[]));
            } else if !is_absolute(path) {
                problems.add(format!("{at}.path"), say("rule-host-path", &[("path", path)]));
            }
        }
        Volume::Efs { file_system, root_directory, access_point, .. } => {
            if !name::is_efs_id("fs", file_system) {
                problems.add(format!("{at}.file_system"), say("rule-file-system", &[("found", file_system)]));
            }
            if let Some(point) = access_point.as_ref().filter(|point| !name::is_efs_id("fsap", point)) {
                problems.add(format!("{at}.access_point"), say("rule-access-point", &[("found", point)]));
            }
            if let Some(root) = root_directory {
                let field = format!("{at}.root_directory");
                if access_point.is_some() && root != "/" {
                    problems.add(field, say("rule-root-with-access-point", &[("path", root)]));
                } else if !is_absolute(root) {
                    problems.add(field, say("rule-root-directory", &[("path", root)]));
                }
            }
        }
    }
}

/// "Up to 255 letters (uppercase and lowercase), numbers, hyphens, and underscores" (Volume, `name`).
fn is_volume_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 255
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

fn is_absolute(path: &str) -> bool {
    path.starts_with('/') && !path.contains('\0')
}
