//! The calls for compute environments, and what comes of them in time.

use super::agenda::Due;
use super::environment::Environment;
use super::size::Platform;
use super::{
    Moment, Status, environment_rules, hosts, is_name, page, refused, short, state_of, tags_of, taken, world,
    wrong,
};
use crate::account::Account;
use crate::fault::Fault;
use crate::wire::json::{has, number, object, text, texts};
use serde_json::{Value, json};

/// `CreateComputeEnvironment`.
pub(super) fn create(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let now = account.now;
    let say = |account: &Account<'_>, message: &str| wrong(account.state, now, message);
    let name = text(input, "computeEnvironmentName").unwrap_or_default().to_owned();
    if !is_name(&name) {
        return Err(say(account, "Compute Environment name should match a valid pattern."));
    }
    let managed = match text(input, "type") {
        Some("MANAGED") => true,
        Some("UNMANAGED") => false,
        _ => return Err(say(account, "type should be one of [MANAGED, UNMANAGED]")),
    };
    let enabled = state_of(input).map_err(|message| say(account, message))?.unwrap_or(true);
    if !enabled {
        return Err(say(account, "Compute Environment must be created in ENABLED state."));
    }
    if has(input, "eksConfiguration") {
        return Err(refused("The practice account has no EKS: leave eksConfiguration out."));
    }
    let role = text(input, "serviceRole").filter(|role| !role.is_empty());
    let mut resources = None;
    if managed {
        if has(input, "unmanagedvCpus") {
            return Err(say(account, "unmanagedvCpus is not applicable for managed Compute Environments"));
        }
        let Some(wanted) = object(input, "computeResources") else {
            return Err(say(account, "computeResources is required for managed Compute Environments"));
        };
        let kind = environment_rules::check_resources(&input["computeResources"])
            .map_err(|message| say(account, &message))?;
        let mut kept = wanted.clone();
        kept.retain(|_, value| !value.is_null());
        if kind.platform() == Platform::Ec2 {
            kept.entry("allocationStrategy").or_insert_with(|| json!("BEST_FIT"));
            kept.entry("desiredvCpus").or_insert_with(|| wanted.get("minvCpus").cloned().unwrap_or(json!(0)));
            let types = texts(&input["computeResources"], "instanceTypes");
            kept.entry("ec2Configuration").or_insert_with(|| environment_rules::default_images(&types));
        }
        resources = Some(kept);
    } else {
        match role {
            None => return Err(say(account, "ServiceRole is required.")),
            Some(role) if world::is_batch_service_linked_role(role) => {
                return Err(say(
                    account,
                    "Service Linked Role cannot be used with UNMANAGED Compute Environment",
                ));
            }
            Some(_) => {}
        }
    }
    let makes_role = role.is_none() && !world::has_batch_service_linked_role(&Moment::of(account));
    let uuid = account.state.ids.uuid();
    let mut moment = Moment::of(account);
    if moment.batch().environments.contains_key(&name) {
        return Err(taken());
    }
    if moment.batch().environments.len() >= 50 {
        return Err(refused("Compute Environment limit of 50 is reached."));
    }
    let service_role = role.map_or_else(world::batch_service_linked_role, world::role_arn);
    if makes_role {
        world::make_batch_service_linked_role(&mut moment);
    }
    let environment = Environment {
        name: name.clone(),
        uuid,
        managed,
        enabled,
        status: Status::Creating,
        status_reason: String::new(),
        resources,
        service_role,
        unmanaged_vcpus: number(input, "unmanagedvCpus"),
        tags: tags_of(input),
        update_policy: None,
        context: text(input, "context").map(str::to_owned),
        used: 0,
        hosts: Vec::new(),
    };
    moment.change().environments.insert(name.clone(), environment);
    let ready = moment.later(12.0 + 6.0 * moment.jitter(&format!("create/{name}")));
    moment.schedule(ready, Due::EnvironmentSettles { name: name.clone() });
    Ok(json!({
        "computeEnvironmentName": name,
        "computeEnvironmentArn": moment.arn(&format!("compute-environment/{name}")),
    }))
}

/// An environment that was created or changed turns VALID, or INVALID with the reason.
pub(super) fn settle(moment: &mut Moment<'_>, name: &str) {
    let Some(environment) = moment.batch().environments.get(name) else { return };
    if !matches!(environment.status, Status::Creating | Status::Updating) {
        return;
    }
    let trouble = trouble(moment, environment);
    let Some(environment) = moment.change().environments.get_mut(name) else { return };
    (environment.status, environment.status_reason) = match trouble {
        Some(reason) => (Status::Invalid, reason),
        None => (Status::Valid, "ComputeEnvironment Healthy".to_owned()),
    };
    if environment.status == Status::Valid {
        if let Some(kind) = environment.kind().filter(|kind| kind.platform() == Platform::Ec2) {
            world::make_host_service_linked_roles(moment, kind.is_spot());
        }
        scale(moment, name);
    }
    moment.schedule(moment.now, Due::Dispatch);
}

/// An environment's hosts follow what was asked for. `desiredvCpus` is where Batch begins; from there on it moves with
/// the jobs.
fn scale(moment: &mut Moment<'_>, name: &str) {
    let Some(environment) = moment.change().environments.get_mut(name) else { return };
    if environment.kind().is_none_or(|kind| kind.platform() != Platform::Ec2) {
        return;
    }
    let wanted = environment.desired_vcpus();
    if let Some(resources) = &mut environment.resources {
        resources.remove("desiredvCpus");
    }
    hosts::review(moment, name);
    hosts::keep(moment, name, wanted);
}

/// What keeps an environment from working, as Batch finds out when it builds it.
fn trouble(moment: &Moment<'_>, environment: &Environment) -> Option<String> {
    if let Some(reason) = world::service_role_trouble(moment, &environment.service_role) {
        return Some(reason);
    }
    let kind = environment.kind()?;
    if let Some(subnet) =
        environment.subnets().into_iter().find(|subnet| !world::subnet_exists(moment, subnet))
    {
        return Some(format!("CLIENT_ERROR - The subnet ID '{subnet}' does not exist"));
    }
    let groups = environment.security_groups();
    if let Some(group) = groups.iter().find(|group| !world::security_group_exists(moment, group)) {
        return Some(format!("CLIENT_ERROR - The security group '{group}' does not exist"));
    }
    if !world::in_one_network(moment, &environment.subnets(), &groups) {
        return Some(
            "CLIENT_ERROR - You have specified two resources that belong to different networks.".to_owned(),
        );
    }
    if kind.platform() == Platform::Ec2 {
        let role = environment.instance_role().unwrap_or_default();
        if !world::instance_profile_exists(moment, role) {
            return Some(format!("CLIENT_ERROR - Invalid IamInstanceProfile: {}", short(role)));
        }
        if let Some(reason) = world::template_trouble(moment, environment) {
            return Some(format!("CLIENT_ERROR - {reason}"));
        }
        let key = environment.resource("ec2KeyPair").and_then(Value::as_str).filter(|key| !key.is_empty());
        if let Some(key) = key.filter(|key| !world::key_pair_exists(moment, key)) {
            return Some(format!("CLIENT_ERROR - The key pair '{key}' does not exist"));
        }
        let fleet = environment.resource("spotIamFleetRole").and_then(Value::as_str);
        if fleet.is_some_and(|role| !world::role_usable(moment, role, "spotfleet.amazonaws.com")) {
            return Some(
                "CLIENT_ERROR - Parameter: SpotFleetRequestConfig.IamFleetRole is invalid.".to_owned(),
            );
        }
    }
    None
}

/// `DescribeComputeEnvironments`.
pub(super) fn describe(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let moment = Moment::of(account);
    let wanted: Vec<&str> = texts(input, "computeEnvironments").into_iter().map(short).collect();
    let all = moment
        .batch()
        .environments
        .values()
        .filter(|environment| wanted.is_empty() || wanted.contains(&environment.name.as_str()))
        .map(|environment| environment.shown(moment.region))
        .collect();
    page(input, "computeEnvironments", all, 100)
}

/// `UpdateComputeEnvironment`.
pub(super) fn update(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let now = account.now;
    let name = short(text(input, "computeEnvironment").unwrap_or_default()).to_owned();
    let enabled = state_of(input).map_err(|message| wrong(account.state, now, message))?;
    let role = text(input, "serviceRole").filter(|role| !role.is_empty()).map(world::role_arn);
    let mut moment = Moment::of(account);
    let Some(environment) = moment.batch().environments.get(&name) else {
        return Err(refused(format!("{name} does not exist")));
    };
    let say = |message: &str| wrong(moment.state, now, message);
    if !["state", "computeResources", "serviceRole", "unmanagedvCpus"].iter().any(|field| has(input, field)) {
        return Err(refused(
            "One of [state | compute-resources | service-role | unmanaged-vcpus] is required.",
        ));
    }
    if environment.status.settles() {
        return Err(refused("Cannot update, resource is being modified."));
    }
    let mut changed = environment.clone();
    if let Some(role) = role {
        if changed.uses_service_linked_role() != world::is_batch_service_linked_role(&role) {
            return Err(say(
                "The service role of a Compute Environment cannot be changed from or to the service-linked role.",
            ));
        }
        changed.service_role = role;
    }
    if has(input, "computeResources") {
        environment_rules::change_resources(&mut changed, &input["computeResources"])
            .map_err(|message| say(&message))?;
    }
    changed.enabled = enabled.unwrap_or(changed.enabled);
    changed.unmanaged_vcpus = number(input, "unmanagedvCpus").or(changed.unmanaged_vcpus);
    changed.update_policy =
        input.get("updatePolicy").filter(|policy| policy.is_object()).cloned().or(changed.update_policy);
    changed.context = text(input, "context").map(str::to_owned).or(changed.context);
    changed.status = Status::Updating;
    changed.status_reason.clear();
    moment.change().environments.insert(name.clone(), changed);
    moment.schedule(moment.later(4.0), Due::EnvironmentSettles { name: name.clone() });
    Ok(json!({
        "computeEnvironmentName": name,
        "computeEnvironmentArn": moment.arn(&format!("compute-environment/{name}")),
    }))
}

/// `DeleteComputeEnvironment`. One that is not there is no error.
pub(super) fn delete(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let mut moment = Moment::of(account);
    let name = short(text(input, "computeEnvironment").unwrap_or_default()).to_owned();
    let Some(environment) = moment.batch().environments.get(&name) else { return Ok(json!({})) };
    if environment.status.settles() {
        return Err(refused("Cannot delete, resource is being modified."));
    }
    if environment.enabled {
        return Err(refused(
            "Cannot delete an enabled compute environment, set the state to DISABLED first.",
        ));
    }
    if moment.batch().queues.values().any(|queue| queue.uses(&name)) {
        return Err(refused("Cannot delete, found existing JobQueue relationship"));
    }
    if let Some(environment) = moment.change().environments.get_mut(&name) {
        environment.status = Status::Deleting;
        environment.status_reason.clear();
    }
    moment.schedule(moment.later(20.0), Due::EnvironmentGone { name });
    Ok(json!({}))
}

/// An environment is gone, unless its role went first: Batch then cannot take down what it built, and the
/// environment stays until somebody puts the role back.
pub(super) fn gone(moment: &mut Moment<'_>, name: &str) {
    let Some(environment) = moment.batch().environments.get(name) else { return };
    if environment.status != Status::Deleting {
        return;
    }
    // Fargate's tasks are not Batch's to end: jobs are terminated first (API reference, DeleteComputeEnvironment).
    let busy = (environment.used > 0).then(|| {
        "CLIENT_ERROR - The Cluster cannot be deleted while Tasks are active. (Service: AmazonECS; Status Code: 400; \
         Error Code: ClusterContainsTasksException)"
            .to_owned()
    });
    let trouble = busy.or_else(|| world::service_role_trouble(moment, &environment.service_role));
    let region = moment.change();
    match trouble {
        None => {
            region.environments.remove(name);
        }
        Some(reason) => {
            if let Some(environment) = region.environments.get_mut(name) {
                environment.status = Status::Invalid;
                environment.status_reason = reason;
            }
        }
    }
}
