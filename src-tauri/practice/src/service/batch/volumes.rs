//! Volumes and where they are mounted. The sentences are as measured against AWS by the rules of
//! badmintoncryer/cdk-preflight (GitHub), but for the last one, of which no source was found.

use super::size::Platform;
use crate::wire::json::{has, list, number, text};
use serde_json::Value;

/// What is wrong with a container's volumes and mount points.
pub(super) fn check(container: &Value, platform: Platform) -> Result<(), String> {
    let volumes = list(container, "volumes");
    for volume in volumes {
        check_volume(volume, platform)?;
    }
    let names: Vec<&str> = volumes.iter().filter_map(|volume| text(volume, "name")).collect();
    for mount in list(container, "mountPoints") {
        let source = text(mount, "sourceVolume").unwrap_or_default();
        if !names.contains(&source) {
            return Err(format!("Volume {source} of a mount point is not defined."));
        }
    }
    Ok(())
}

fn check_volume(volume: &Value, platform: Platform) -> Result<(), String> {
    let kinds = ["host", "efsVolumeConfiguration", "s3filesVolumeConfiguration"];
    if kinds.iter().filter(|kind| has(volume, kind)).count() > 1 {
        return Err(
            "When the volume parameter is specified, only one volume configuration type should be used."
                .to_owned(),
        );
    }
    if platform == Platform::Fargate && volume.get("host").is_some_and(|host| has(host, "sourcePath")) {
        return Err("host.sourcePath should not be set for volumes in Fargate.".to_owned());
    }
    volume.get("efsVolumeConfiguration").filter(|efs| efs.is_object()).map_or(Ok(()), check_file_system)
}

fn check_file_system(efs: &Value) -> Result<(), String> {
    let id = text(efs, "fileSystemId").unwrap_or_default();
    let digits = id.strip_prefix("fs-").or(id.rsplit_once(":file-system/fs-").map(|(_, digits)| digits));
    if !digits.is_some_and(|digits| digits.len() >= 8 && digits.chars().all(|c| c.is_ascii_hexdigit())) {
        return Err(format!("EFS configuration fileSystemId is not valid: {id}."));
    }
    let encrypted = text(efs, "transitEncryption") == Some("ENABLED");
    let authorization = efs.get("authorizationConfig");
    let authorized = |field: &str| authorization.and_then(|config| text(config, field));
    if authorized("accessPointId").is_some() {
        if !encrypted {
            return Err("EFS IAM access point requires TransitEncryption to be enabled.".to_owned());
        }
        if !matches!(text(efs, "rootDirectory"), None | Some("" | "/")) {
            return Err(
                "When using an EFS access point, the root directory must either be set to \"/\" or omitted"
                    .to_owned(),
            );
        }
    }
    if authorized("iam") == Some("ENABLED") && !encrypted {
        return Err("EFS IAM authorization requires TransitEncryption to be enabled.".to_owned());
    }
    if number(efs, "transitEncryptionPort").is_some_and(|port| !(0..=65_535).contains(&port)) {
        return Err("TransitEncryptionPort must be a valid port number.".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn efs(more: &Value) -> Result<(), String> {
        let mut efs = json!({ "fileSystemId": "fs-0123456789abcdef0" });
        efs.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let container = json!({
            "volumes": [{ "name": "data", "efsVolumeConfiguration": efs }],
            "mountPoints": [{ "sourceVolume": "data", "containerPath": "/data" }],
        });
        check(&container, Platform::Ec2)
    }

    #[test]
    fn file_systems_are_mounted_by_amazons_rules() {
        efs(&json!({ "rootDirectory": "/in" })).unwrap();
        efs(&json!({ "transitEncryption": "ENABLED", "authorizationConfig": { "accessPointId": "fsap-1", "iam": "ENABLED" } }))
            .unwrap();
        for (more, wanted) in [
            (json!({ "fileSystemId": "data" }), "fileSystemId is not valid: data."),
            (json!({ "authorizationConfig": { "iam": "ENABLED" } }), "EFS IAM authorization requires"),
            (
                json!({ "authorizationConfig": { "accessPointId": "fsap-1" } }),
                "EFS IAM access point requires",
            ),
            (
                json!({ "transitEncryption": "ENABLED", "rootDirectory": "/in",
                    "authorizationConfig": { "accessPointId": "fsap-1" } }),
                "must either be set to \"/\" or omitted",
            ),
            (json!({ "transitEncryptionPort": 70_000 }), "valid port number"),
        ] {
            let found = efs(&more).unwrap_err();
            assert!(found.contains(wanted), "{more}: {found}");
        }
    }

    #[test]
    fn hosts_share_their_folders_and_fargate_has_none_to_share() {
        let container = json!({ "volumes": [{ "name": "d", "host": { "sourcePath": "/mnt" } }],
            "mountPoints": [{ "sourceVolume": "d", "containerPath": "/d" }] });
        check(&container, Platform::Ec2).unwrap();
        assert!(check(&container, Platform::Fargate).unwrap_err().starts_with("host.sourcePath"));
        let mount = json!({ "mountPoints": [{ "sourceVolume": "d", "containerPath": "/d" }] });
        assert!(check(&mount, Platform::Ec2).is_err());
        let both = json!({ "volumes": [{ "name": "d", "host": {}, "efsVolumeConfiguration": {} }] });
        assert!(check(&both, Platform::Ec2).unwrap_err().contains("only one volume configuration type"));
    }
}
