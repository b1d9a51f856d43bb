//! What a compute environment may be made of, and what of it may be changed in place.
//!
//! Most sentences are as measured against AWS by the rules of badmintoncryer/cdk-preflight (GitHub).

use super::environment::{Environment, Kind};
use super::instance_choice;
use super::size::Platform;
use crate::wire::json::{has, list, number, text, texts};
use serde_json::{Value, json};

/// Fields of `computeResources` that Fargate has no use for.
pub(super) const NOT_FOR_FARGATE: [&str; 13] = [
    "allocationStrategy",
    "bidPercentage",
    "desiredvCpus",
    "ec2Configuration",
    "ec2KeyPair",
    "imageId",
    "instanceRole",
    "instanceTypes",
    "launchTemplate",
    "minvCpus",
    "placementGroup",
    "spotIamFleetRole",
    "tags",
];

/// Fields that an update may change at any time: Batch only has to scale.
pub(super) const SCALING: [&str; 4] = ["minvCpus", "maxvCpus", "desiredvCpus", "scalingPolicy"];

pub(super) fn check_resources(resources: &Value) -> Result<Kind, String> {
    let name = text(resources, "type").ok_or("computeResources type is required.")?;
    let kind = Kind::of(name).ok_or("type should be one of [EC2, SPOT, FARGATE, FARGATE_SPOT].")?;
    let missing = |field: &str| texts(resources, field).is_empty();
    if kind.platform() == Platform::Fargate {
        check_fargate(resources)?;
    } else {
        if text(resources, "instanceRole").is_none_or(str::is_empty) {
            return Err("Instance role is required.".to_owned());
        }
        check_instance_role(resources)?;
        if number(resources, "minvCpus").is_none() {
            return Err("Resource minvCpus is required.".to_owned());
        }
        if missing("instanceTypes") {
            return Err("Resource instanceTypes are required.".to_owned());
        }
        instance_choice::check(&texts(resources, "instanceTypes"))?;
        let strategy = text(resources, "allocationStrategy").unwrap_or("BEST_FIT");
        check_strategy(strategy, kind, &texts(resources, "instanceTypes"))?;
        if kind == Kind::Spot && strategy == "BEST_FIT" && !has(resources, "spotIamFleetRole") {
            return Err("compute resource spotIamFleetRole is required.".to_owned());
        }
        check_hosts(resources)?;
        if missing("securityGroupIds") && !has(resources, "launchTemplate") {
            return Err("Resource securityGroupIds are required.".to_owned());
        }
    }
    match number(resources, "maxvCpus") {
        None => return Err("Resource maxvCpus is required.".to_owned()),
        Some(most) if most < 1 => return Err("Resource maxvCpus should be greater than 0.".to_owned()),
        Some(_) => check_order(resources)?,
    }
    if missing("subnets") {
        return Err("Resource subnets are required.".to_owned());
    }
    if kind.platform() == Platform::Fargate && missing("securityGroupIds") {
        return Err("Resource securityGroupIds are required.".to_owned());
    }
    Ok(kind)
}

pub(super) fn check_fargate(resources: &Value) -> Result<(), String> {
    let set = |field: &&&str| match resources.get(**field) {
        None | Some(Value::Null) => false,
        Some(Value::Object(tags)) if **field == "tags" => !tags.is_empty(),
        Some(_) => true,
    };
    if let Some(field) = NOT_FOR_FARGATE.iter().find(set) {
        return Err(format!("{field} is not applicable for Fargate."));
    }
    if texts(resources, "securityGroupIds").len() > 5 {
        return Err("Fargate supports a maximum of 5 security groups.".to_owned());
    }
    if texts(resources, "subnets").len() > 16 {
        return Err("Fargate supports a maximum of 16 subnets.".to_owned());
    }
    Ok(())
}

pub(super) fn check_instance_role(resources: &Value) -> Result<(), String> {
    // A name is a profile's name; an ARN must be a profile's.
    if text(resources, "instanceRole")
        .is_some_and(|role| role.starts_with("arn:") && !role.contains(":instance-profile/"))
    {
        return Err("The ECS Instance Role should be an ECS Instance Profile ARN.".to_owned());
    }
    Ok(())
}

/// Which strategies a kind of host knows, and which want their types one by one.
fn check_strategy(strategy: &str, kind: Kind, types: &[&str]) -> Result<(), String> {
    let fits = match strategy {
        "BEST_FIT" | "BEST_FIT_PROGRESSIVE" => true,
        "BEST_FIT_PROGRESSIVE_ORDERED" => kind == Kind::Ec2,
        "SPOT_CAPACITY_OPTIMIZED"
        | "SPOT_PRICE_CAPACITY_OPTIMIZED"
        | "SPOT_CAPACITY_OPTIMIZED_PRIORITIZED" => kind == Kind::Spot,
        _ => false,
    };
    if !fits {
        let name = if kind == Kind::Spot { "SPOT" } else { "EC2" };
        return Err(format!("Allocation strategy {strategy} is not applicable for {name}."));
    }
    let is_ordered =
        matches!(strategy, "BEST_FIT_PROGRESSIVE_ORDERED" | "SPOT_CAPACITY_OPTIMIZED_PRIORITIZED");
    if is_ordered && types.iter().any(|name| instance_choice::is_bundle(name)) {
        return Err(format!(
            "Instance type bundles (e.g. optimal, default_x86_64) are not allowed for {strategy} allocation strategy. \
             Specify instance families or types directly."
        ));
    }
    Ok(())
}

/// An empty id or name takes the template away (API reference, ComputeResourceUpdate, `launchTemplate`).
fn takes_template_away(update: &Value) -> bool {
    let Some(template) = update.get("launchTemplate") else { return false };
    let named = ["launchTemplateId", "launchTemplateName"].map(|field| text(template, field));
    named.contains(&Some("")) && named.into_iter().flatten().all(str::is_empty)
}

/// What hosts may be made of: what they cost, their image and their template.
fn check_hosts(resources: &Value) -> Result<(), String> {
    if number(resources, "bidPercentage").is_some_and(|percent| !(0..=100).contains(&percent)) {
        return Err("Bid percentage must be between 0 to 100.".to_owned());
    }
    for configuration in list(resources, "ec2Configuration") {
        let image = text(configuration, "imageType").unwrap_or_default();
        let own = has(configuration, "imageIdOverride") || has(resources, "imageId");
        match image {
            "ECS_AL2023" | "ECS_AL2023_NVIDIA" => {}
            // Batch's own images of Amazon Linux 2 are blocked since 2026-06-30; images of one's own are not.
            "ECS_AL2" | "ECS_AL2_NVIDIA" if own => {}
            "ECS_AL2" | "ECS_AL2_NVIDIA" => return Err("Amazon Linux 2 is end-of-life.".to_owned()),
            _ => return Err("Invalid imageType in ComputeResources.ec2Configuration".to_owned()),
        }
    }
    let Some(template) = resources.get("launchTemplate").filter(|template| template.is_object()) else {
        return Ok(());
    };
    let named = |field: &str| text(template, field).is_some_and(|text| !text.is_empty());
    let overrides = !list(template, "overrides").is_empty();
    let (by_id, by_name) = (named("launchTemplateId"), named("launchTemplateName"));
    if by_id && by_name || !by_id && !by_name && !overrides {
        return Err(
            "One of LaunchTemplateId and LaunchTemplateName or LaunchTemplate.overrides should be provided"
                .to_owned(),
        );
    }
    let version = text(template, "version").unwrap_or_default();
    if !matches!(version, "" | "$Default" | "$Latest") && version.parse::<u64>().is_err() {
        return Err(
            "LaunchTemplateVersion must be either empty or a number or $Default or $Latest".to_owned()
        );
    }
    Ok(())
}

/// The images that Batch takes when none are named: one for hosts with GPUs, one for those without.
pub(super) fn default_images(types: &[&str]) -> Value {
    let (with, without): (Vec<_>, Vec<_>) =
        instance_choice::expand(types).into_iter().partition(|known| known.gpus > 0);
    let mut images = Vec::new();
    if !without.is_empty() || with.is_empty() {
        images.push(json!({ "imageType": "ECS_AL2023" }));
    }
    if !with.is_empty() {
        images.push(json!({ "imageType": "ECS_AL2023_NVIDIA" }));
    }
    Value::Array(images)
}

pub(super) fn check_order(resources: &Value) -> Result<(), String> {
    let (least, most) =
        (number(resources, "minvCpus").unwrap_or(0), number(resources, "maxvCpus").unwrap_or(i64::MAX));
    if least < 0 {
        return Err("minvCpus should be greater than or equal to 0.".to_owned());
    }
    if least > most {
        return Err("minvCpus should be between 0 and maxvCpus.".to_owned());
    }
    if number(resources, "desiredvCpus").is_some_and(|wanted| !(least..=most).contains(&wanted)) {
        return Err("desiredvCpus should be between minvCpus and maxvCpus.".to_owned());
    }
    Ok(())
}

pub(super) fn change_resources(environment: &mut Environment, update: &Value) -> Result<(), String> {
    let Some(kind) = environment.kind() else {
        return Err("computeResources is not applicable for unmanaged Compute Environments".to_owned());
    };
    let fields: Vec<(&String, &Value)> =
        update.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null()).collect();
    let is_scaling = |field: &str| SCALING.contains(&field);
    match kind.platform() {
        Platform::Fargate => check_fargate(update)?,
        Platform::Ec2 => {
            let strategy = environment.resource("allocationStrategy").and_then(Value::as_str);
            let own_types = environment.instance_types();
            if let Some((field, _)) = fields.iter().find(|(field, _)| !is_scaling(field)) {
                if !environment.uses_service_linked_role() {
                    return Err(format!(
                        "{field} can be updated only with the service-linked role AWSServiceRoleForBatch."
                    ));
                }
                if strategy.is_none_or(|strategy| strategy == "BEST_FIT")
                    && text(update, "allocationStrategy").is_none()
                {
                    return Err(format!("{field} cannot be updated with the allocation strategy BEST_FIT."));
                }
            }
            let current = environment.desired_vcpus();
            if number(update, "desiredvCpus").is_some_and(|wanted| wanted < current) {
                return Err(
                    "Manually scaling down compute environment is not supported. Disconnecting job queues \
                            from compute environment will cause it to scale-down to minvCpus."
                        .to_owned(),
                );
            }
            instance_choice::check(&texts(update, "instanceTypes"))?;
            check_instance_role(update)?;
            if !takes_template_away(update) {
                check_hosts(update)?;
            }
            let wanted = text(update, "type").and_then(Kind::of).unwrap_or(kind);
            let strategy = text(update, "allocationStrategy").or(strategy).unwrap_or("BEST_FIT");
            let types = texts(update, "instanceTypes");
            check_strategy(strategy, wanted, if types.is_empty() { &own_types } else { &types })?;
        }
    }
    if let Some(wanted) = text(update, "type")
        && Kind::of(wanted).is_none_or(|wanted| wanted.platform() != kind.platform())
    {
        return Err(format!("type cannot be changed to {wanted}."));
    }
    if number(update, "maxvCpus").is_some_and(|most| most < 1) {
        return Err("Resource maxvCpus should be greater than 0.".to_owned());
    }
    for field in ["subnets", "securityGroupIds"] {
        if update.get(field).and_then(Value::as_array).is_some_and(Vec::is_empty) {
            return Err(format!("Resource {field} are required."));
        }
    }
    let resources = environment.resources.get_or_insert_default();
    for (field, value) in fields {
        if field == "launchTemplate" && takes_template_away(update) {
            resources.remove(field);
        } else if field != "updateToLatestImageVersion" {
            resources.insert(field.clone(), value.clone());
        }
    }
    check_order(&Value::Object(resources.clone()))
}
