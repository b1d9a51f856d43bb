//! Service-linked roles: made for a service, changed by it alone.

use super::names::required;
use super::role;
use super::state::{Deletion, Role, no_such_role};
use crate::account::{ACCOUNT_ID, Account};
use crate::fault::Fault;
use crate::state::State;
use crate::time::Millis;
use crate::wire::{Params, Xml};
use serde_json::json;
use std::collections::BTreeMap;

/// Service principal, role name, policy, and whether a custom suffix is allowed.
const KNOWN: &[(&str, &str, &str, bool)] = &[
    ("autoscaling.amazonaws.com", "AWSServiceRoleForAutoScaling", "AutoScalingServiceRolePolicy", true),
    ("batch.amazonaws.com", "AWSServiceRoleForBatch", "BatchServiceRolePolicy", false),
    ("ecs.amazonaws.com", "AWSServiceRoleForECS", "AmazonECSServiceRolePolicy", false),
    ("spot.amazonaws.com", "AWSServiceRoleForEC2Spot", "AWSEC2SpotServiceRolePolicy", false),
    ("spotfleet.amazonaws.com", "AWSServiceRoleForEC2SpotFleet", "AWSEC2SpotFleetServiceRolePolicy", false),
];

/// Where the role of that service is, or would be.
pub(crate) fn expected_arn(service: &str, suffix: Option<&str>) -> Option<String> {
    let (_, base, ..) = KNOWN.iter().find(|(name, ..)| *name == service)?;
    let suffix = suffix.map(|suffix| format!("_{suffix}")).unwrap_or_default();
    Some(format!("arn:aws:iam::{ACCOUNT_ID}:role/aws-service-role/{service}/{base}{suffix}"))
}

pub(super) fn create_call(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let service = required(params, "AWSServiceName")?;
    let suffix = params.text("CustomSuffix");
    let description = params.text("Description").unwrap_or_default();
    let role = create(account.state, account.now, service, suffix, description)?;
    Ok(vec![Xml::tree("Role", role::xml(&role, true))])
}

/// Makes the service's role, on the caller's wish or on the service's own.
pub fn create(
    state: &mut State,
    now: Millis,
    service: &str,
    suffix: Option<&str>,
    description: &str,
) -> Result<Role, Fault> {
    let Some((_, base, policy, takes_suffix)) = KNOWN.iter().find(|(name, ..)| *name == service) else {
        return Err(Fault::new(
            "InvalidInput",
            format!("The practice account has no service-linked role for {service}."),
        ));
    };
    let name = match suffix {
        Some(_) if !takes_suffix => {
            return Err(Fault::new("InvalidInput", format!("Custom suffix is not allowed for {service}")));
        }
        Some(suffix) => format!("{base}_{suffix}"),
        None => (*base).to_owned(),
    };
    if state.iam.role(&name).is_some() {
        return Err(Fault::new(
            "InvalidInput",
            format!(
                "Service role name {name} has been taken in this account, please try a different suffix."
            ),
        ));
    }
    let trust = json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Principal": { "Service": service }, "Action": "sts:AssumeRole" }],
    });
    let role = Role {
        id: state.ids.iam("AROA"),
        name: name.clone(),
        path: format!("/aws-service-role/{service}/"),
        trust: trust.to_string(),
        description: description.to_owned(),
        max_session: 3600,
        boundary: None,
        created: now,
        trust_changed: now,
        tags: BTreeMap::new(),
        attached: BTreeMap::from([(format!("arn:aws:iam::aws:policy/aws-service-role/{policy}"), now)]),
        inline: BTreeMap::new(),
        service: Some(service.to_owned()),
    };
    state.iam.roles.insert(name, role.clone());
    Ok(role)
}

pub(super) fn delete(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let name = required(params, "RoleName")?;
    let role = account.state.iam.found(name)?.clone();
    let Some(service) = &role.service else {
        return Err(Fault::new("InvalidInput", format!("Role {name} is not a service-linked role.")));
    };
    let task = format!("task{}{}/{}", role.path, role.name, account.state.ids.uuid());
    let failed = in_use(account.state, &role.arn()).then(|| {
        format!("The role {} is in use. Delete the resources of {service} that use it first.", role.name)
    });
    if failed.is_none() {
        account.state.iam.roles.remove(&role.name).ok_or_else(|| no_such_role(name))?;
    }
    account.state.iam.deletions.insert(task.clone(), Deletion { failed, role_arn: role.arn() });
    Ok(vec![Xml::text("DeletionTaskId", task)])
}

/// Whether Batch, the only service here that works with such roles, remembers this one.
fn in_use(state: &State, arn: &str) -> bool {
    serde_json::to_string(&state.batch).is_ok_and(|batch| batch.contains(&format!("\"{arn}\"")))
}

pub(super) fn deletion_status(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let task = required(params, "DeletionTaskId")?;
    let deletion = account.state.iam.deletions.get(task).ok_or_else(|| {
        Fault::with_status(404, "NoSuchEntity", format!("Deletion Task Id {task} cannot be found."))
    })?;
    let Some(reason) = &deletion.failed else {
        return Ok(vec![Xml::text("Status", "SUCCEEDED")]);
    };
    let usage = Xml::members(
        "RoleUsageList",
        [vec![
            Xml::text("Region", account.region),
            Xml::tree("Resources", vec![Xml::text("member", &deletion.role_arn)]),
        ]],
    );
    Ok(vec![Xml::text("Status", "FAILED"), Xml::tree("Reason", vec![Xml::text("Reason", reason), usage])])
}
