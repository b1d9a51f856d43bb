//! Containers as job definitions describe them: what Batch accepts, and what overrides make of it.
//!
//! Most sentences are as measured against AWS by the rules of badmintoncryer/cdk-preflight (GitHub).

use super::size::{Platform, Size};
use super::volumes;
use crate::wire::json::{flag, has, list, number, text, texts};
use serde_json::{Map, Value, json};

/// What is wrong with a container's properties, in AWS's words.
pub(super) fn check(container: &Value, platform: Platform) -> Result<(), String> {
    let image = text(container, "image").unwrap_or_default();
    if image.is_empty() {
        return Err("Image is required.".to_owned());
    }
    if image.len() > 255 {
        return Err("Image should be at most 255 characters.".to_owned());
    }
    match platform {
        Platform::Fargate => check_fargate(container)?,
        Platform::Ec2 => check_hosts(container)?,
    }
    Size::of(container, platform)?.check(platform)?;
    check_memory_swap(container)?;
    for variable in list(container, "environment") {
        check_variable(variable)?;
    }
    check_secrets(container)?;
    check_repository_credentials(container)?;
    volumes::check(container, platform)
}

/// What belongs to Fargate alone.
fn check_hosts(container: &Value) -> Result<(), String> {
    for field in ["networkConfiguration", "fargatePlatformConfiguration"] {
        if has(container, field) {
            return Err(format!("{field} not applicable for EC2."));
        }
    }
    // The second as the first; no source of its own was found.
    for field in ["runtimePlatform", "ephemeralStorage"] {
        if has(container, field) {
            return Err(format!("{field} is not applicable for EC2."));
        }
    }
    Ok(())
}

fn check_memory_swap(container: &Value) -> Result<(), String> {
    let Some(linux) = container.get("linuxParameters") else { return Ok(()) };
    match (number(linux, "maxSwap"), number(linux, "swappiness")) {
        (Some(most), _) if most < 0 => {
            Err(format!("Invalid swap memory size: {most}, must be non-negative."))
        }
        (_, Some(swappiness)) if !(0..=100).contains(&swappiness) => {
            Err(format!("Invalid swappiness: {swappiness}, must be between 0 and 100."))
        }
        _ => Ok(()),
    }
}

fn check_secrets(container: &Value) -> Result<(), String> {
    let secrets = list(container, "secrets");
    let options = container.get("logConfiguration").map_or(&[][..], |log| list(log, "secretOptions"));
    if (!secrets.is_empty() || !options.is_empty())
        && text(container, "executionRoleArn").is_none_or(str::is_empty)
    {
        return Err("executionRoleArn cannot be empty when using secrets or secretOptions".to_owned());
    }
    let is_whole = |secret: &&Value| {
        ["name", "valueFrom"].iter().all(|field| text(secret, field).is_some_and(|text| !text.is_empty()))
    };
    if !secrets.iter().all(|secret| is_whole(&secret)) {
        return Err("Secret name and valueFrom are required.".to_owned());
    }
    Ok(())
}

/// "The Amazon Resource Name (ARN) of the secret", which is required (RepositoryCredentials). That the role is required
/// too, ECS says of task definitions: "Amazon ECS task execution IAM role", on private registries. How Batch words it is
/// not known.
fn check_repository_credentials(container: &Value) -> Result<(), String> {
    let Some(credentials) = container.get("repositoryCredentials").filter(|found| !found.is_null()) else {
        return Ok(());
    };
    if text(credentials, "credentialsParameter").is_none_or(str::is_empty) {
        return Err("credentialsParameter is required.".to_owned());
    }
    if text(container, "executionRoleArn").is_none_or(str::is_empty) {
        return Err("executionRoleArn cannot be empty when using repositoryCredentials".to_owned());
    }
    Ok(())
}

fn check_fargate(container: &Value) -> Result<(), String> {
    for field in ["vcpus", "memory"] {
        if has(container, field) {
            return Err(format!("{field} is not applicable for Fargate. Use resource requirements instead."));
        }
    }
    if text(container, "executionRoleArn").is_none_or(str::is_empty) {
        return Err("executionRoleArn is required for Fargate jobs.".to_owned());
    }
    let set = |field: &str| match field {
        "ulimits" => !list(container, field).is_empty(),
        "privileged" => flag(container, field) == Some(true),
        _ => has(container, field),
    };
    if set("privileged") {
        return Err(
            "Fargate requires that the \u{2018}privileged\u{2019} setting be \u{2018}false\u{2019} at the \
                    container level."
                .to_owned(),
        );
    }
    if let Some(field) = ["ulimits", "instanceType"].into_iter().find(|field| set(field)) {
        return Err(format!("{field} is not applicable for Fargate."));
    }
    if let Some(linux) = container.get("linuxParameters")
        && let Some(field) = ["devices", "sharedMemorySize", "tmpfs", "maxSwap", "swappiness"]
            .into_iter()
            .find(|field| has(linux, field))
    {
        return Err(format!("linuxParameter.{field} is not allowed for Fargate."));
    }
    let driver = container.get("logConfiguration").and_then(|log| text(log, "logDriver"));
    if let Some(driver) = driver.filter(|driver| !["awslogs", "splunk", "awsfirelens"].contains(driver)) {
        return Err(format!("Log driver for Fargate is not valid: {driver}"));
    }
    let storage = container.get("ephemeralStorage").and_then(|storage| number(storage, "sizeInGiB"));
    if storage.is_some_and(|size| !(21..=200).contains(&size)) {
        return Err(
            "Ephemeral storage for Fargate tasks can be only between range 21 GiB to 200 GiB".to_owned()
        );
    }
    let public_ip = container.get("networkConfiguration").and_then(|network| text(network, "assignPublicIp"));
    if public_ip.is_some_and(|wanted| !["ENABLED", "DISABLED"].contains(&wanted)) {
        return Err("assignPublicIp should be one of [ENABLED, DISABLED].".to_owned());
    }
    let machine = container.get("runtimePlatform").and_then(|platform| text(platform, "cpuArchitecture"));
    if machine.is_some_and(|machine| !["X86_64", "ARM64"].contains(&machine)) {
        return Err("cpuArchitecture should be one of [X86_64, ARM64].".to_owned());
    }
    Ok(())
}

/// What is wrong with an environment variable.
pub(super) fn check_variable(variable: &Value) -> Result<(), String> {
    match text(variable, "name") {
        None | Some("") => Err("Environment variable name is required.".to_owned()),
        Some(name) if name.starts_with("AWS_BATCH") => {
            Err(format!("Environment variable names cannot start with AWS_BATCH: {name}"))
        }
        Some(_) => Ok(()),
    }
}

/// A container's properties as Batch keeps them: without variables that have no value, and with the empty lists
/// that its answers always carry.
pub(super) fn normal(container: &Value, platform: Platform) -> Value {
    let mut kept = container.as_object().cloned().unwrap_or_default();
    kept.retain(|_, value| !value.is_null());
    for field in
        ["command", "environment", "mountPoints", "resourceRequirements", "secrets", "ulimits", "volumes"]
    {
        kept.entry(field).or_insert_with(|| json!([]));
    }
    if let Some(Value::Array(variables)) = kept.get_mut("environment") {
        variables.retain(|variable| text(variable, "value").is_some_and(|value| !value.is_empty()));
    }
    if platform == Platform::Fargate {
        kept.entry("fargatePlatformConfiguration").or_insert_with(|| json!({ "platformVersion": "LATEST" }));
    }
    Value::Object(kept)
}

/// A container with a submission's overrides.
pub(super) fn overridden(container: &Value, overrides: &Value) -> Value {
    let mut merged = container.clone();
    if !texts(overrides, "command").is_empty() {
        merged["command"] = overrides["command"].clone();
    }
    if let Some(kind) = text(overrides, "instanceType") {
        merged["instanceType"] = json!(kind);
    }
    for field in ["vcpus", "memory"] {
        if let Some(value) = number(overrides, field).filter(|value| *value > 0) {
            merged[field] = json!(value);
        }
    }
    merge(&mut merged, overrides, "resourceRequirements", "type");
    merge(&mut merged, overrides, "environment", "name");
    if let Some(variables) = merged.get_mut("environment").and_then(Value::as_array_mut) {
        variables.retain(|variable| text(variable, "value").is_some_and(|value| !value.is_empty()));
    }
    merged
}

/// Entries of a list replace those of the same key and are added otherwise.
fn merge(merged: &mut Value, overrides: &Value, field: &str, key: &str) {
    let mut entries = list(merged, field).to_vec();
    for entry in list(overrides, field) {
        match entries.iter_mut().find(|there| there[key] == entry[key]) {
            Some(there) => *there = entry.clone(),
            None => entries.push(entry.clone()),
        }
    }
    merged[field] = Value::Array(entries);
}

/// A command with its parameters filled in. `Ref::name` may stand alone or within a word.
pub(super) fn substituted(command: &[&str], parameters: &Map<String, Value>) -> Result<Vec<String>, String> {
    command.iter().map(|word| fill_in(word, parameters)).collect()
}

fn fill_in(word: &str, parameters: &Map<String, Value>) -> Result<String, String> {
    let (mut out, mut rest) = (String::new(), word);
    while let Some((before, after)) = rest.split_once("Ref::") {
        let end =
            after.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-')).unwrap_or(after.len());
        let (name, tail) = after.split_at(end);
        let Some(value) = parameters.get(name).and_then(Value::as_str) else {
            return Err(format!("Unable to substitute value. No parameter found for reference {name}"));
        };
        out.push_str(before);
        out.push_str(value);
        rest = tail;
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fargate(vcpu: &str, memory: &str) -> Value {
        json!({
            "image": "busybox",
            "executionRoleArn": "arn:aws:iam::111122223333:role/x",
            "resourceRequirements": [{ "type": "VCPU", "value": vcpu }, { "type": "MEMORY", "value": memory }],
        })
    }

    #[test]
    fn fargate_offers_its_sizes_and_no_others() {
        for (vcpu, memory) in [
            ("0.25", "512"),
            ("0.25", "2048"),
            ("0.5", "4096"),
            ("1", "2048"),
            ("1.0", "8192"),
            ("4", "30720"),
            ("8", "20480"),
            ("16", "122880"),
            ("32", "249856"),
        ] {
            check(&fargate(vcpu, memory), Platform::Fargate).unwrap();
        }
        for (vcpu, memory) in [
            ("0.25", "1536"),
            ("0.5", "512"),
            ("1", "4000"),
            ("3", "8192"),
            ("8", "17000"),
            ("32", "65536"),
            ("0", "512"),
        ] {
            let found = check(&fargate(vcpu, memory), Platform::Fargate).unwrap_err();
            assert!(found.starts_with("Fargate resource requirements ("), "{vcpu}/{memory}: {found}");
        }
        let found = check(&fargate("1", "4000"), Platform::Fargate).unwrap_err();
        assert_eq!(found, "Fargate resource requirements (1.00 vCPU, 4000 MiB) not valid.");
    }

    #[test]
    fn what_fargate_refuses() {
        let with = |field: &str, value: Value| {
            let mut container = fargate("1", "2048");
            container[field] = value;
            check(&container, Platform::Fargate).unwrap_err()
        };
        assert_eq!(
            with("vcpus", json!(1)),
            "vcpus is not applicable for Fargate. Use resource requirements instead."
        );
        assert_eq!(with("executionRoleArn", json!("")), "executionRoleArn is required for Fargate jobs.");
        assert!(with("privileged", json!(true)).starts_with("Fargate requires that the"));
        assert_eq!(with("ulimits", json!([{}])), "ulimits is not applicable for Fargate.");
        assert_eq!(
            with("linuxParameters", json!({ "tmpfs": [] })),
            "linuxParameter.tmpfs is not allowed for Fargate."
        );
        assert!(with("ephemeralStorage", json!({ "sizeInGiB": 20 })).contains("21 GiB to 200 GiB"));
        assert!(with("logConfiguration", json!({ "logDriver": "syslog" })).ends_with("not valid: syslog"));
        assert!(with("environment", json!([{ "name": "AWS_BATCH_X", "value": "1" }])).contains("AWS_BATCH"));
        assert_eq!(with("image", json!("")), "Image is required.");
        assert!(with("resourceRequirements", json!([])).contains("vCPU is required."));
        assert!(
            with("resourceRequirements", json!([{ "type": "VCPU", "value": "one" }])).contains("numeric")
        );
    }

    #[test]
    fn what_hosts_refuse() {
        let mut container = json!({ "image": "busybox", "vcpus": 1, "memory": 128 });
        check(&container, Platform::Ec2).unwrap();
        container["networkConfiguration"] = json!({ "assignPublicIp": "ENABLED" });
        assert_eq!(
            check(&container, Platform::Ec2).unwrap_err(),
            "networkConfiguration not applicable for EC2."
        );
        let of = |field: &str, value: Value| {
            let mut container = json!({ "image": "busybox", "vcpus": 1, "memory": 128, "privileged": true,
                "ulimits": [{ "name": "nofile", "softLimit": 1, "hardLimit": 2 }] });
            container[field] = value;
            check(&container, Platform::Ec2)
        };
        let storage = of("ephemeralStorage", json!({ "sizeInGiB": 30 })).unwrap_err();
        assert_eq!(storage, "ephemeralStorage is not applicable for EC2.");
        let machine = of("runtimePlatform", json!({ "cpuArchitecture": "ARM64" })).unwrap_err();
        assert_eq!(machine, "runtimePlatform is not applicable for EC2.");
        of("linuxParameters", json!({ "swappiness": 60, "sharedMemorySize": 64 })).unwrap();
        let swap = of("linuxParameters", json!({ "swappiness": 101 })).unwrap_err();
        assert_eq!(swap, "Invalid swappiness: 101, must be between 0 and 100.");
        let secret = of("secrets", json!([{ "name": "A", "valueFrom": "b" }])).unwrap_err();
        assert_eq!(secret, "executionRoleArn cannot be empty when using secrets or secretOptions");
        let registry = of("repositoryCredentials", json!({ "credentialsParameter": "quay" })).unwrap_err();
        assert_eq!(registry, "executionRoleArn cannot be empty when using repositoryCredentials");
        let nothing = of("repositoryCredentials", json!({ "credentialsParameter": "" })).unwrap_err();
        assert_eq!(nothing, "credentialsParameter is required.");
        let whole = json!([{ "type": "VCPU", "value": "2.0" }]);
        let whole = of("resourceRequirements", whole).unwrap_err();
        assert!(whole.starts_with("Value 2.0 for type VCPU in resourceRequirement is not valid."), "{whole}");
        let small = json!({ "image": "busybox", "resourceRequirements":
            [{ "type": "VCPU", "value": "0.5" }, { "type": "MEMORY", "value": "128" }] });
        assert_eq!(check(&small, Platform::Ec2).unwrap_err(), "vCPU must be at least 1, got 0.5.");
    }

    #[test]
    fn overrides_replace_by_name_and_empty_values_vanish() {
        let container = json!({
            "command": ["a"],
            "environment": [{ "name": "A", "value": "1" }, { "name": "B", "value": "2" }],
            "resourceRequirements": [{ "type": "VCPU", "value": "1" }],
        });
        let overrides = json!({
            "command": ["b", "c"],
            "environment": [{ "name": "B", "value": "" }, { "name": "C", "value": "3" }],
            "resourceRequirements": [{ "type": "VCPU", "value": "2" }],
        });
        let merged = overridden(&container, &overrides);
        assert_eq!(merged["command"], json!(["b", "c"]));
        assert_eq!(
            merged["environment"],
            json!([{ "name": "A", "value": "1" }, { "name": "C", "value": "3" }])
        );
        assert_eq!(merged["resourceRequirements"], json!([{ "type": "VCPU", "value": "2" }]));
    }

    #[test]
    fn parameters_are_filled_in() {
        let parameters = json!({ "in": "s3://b/k", "n": "3" });
        let Value::Object(parameters) = parameters else { unreachable!() };
        let filled = substituted(&["run", "Ref::in", "--n=Ref::n"], &parameters).unwrap();
        assert_eq!(filled, ["run", "s3://b/k", "--n=3"]);
        let missing = substituted(&["Ref::nope"], &parameters).unwrap_err();
        assert_eq!(missing, "Unable to substitute value. No parameter found for reference nope");
    }
}
