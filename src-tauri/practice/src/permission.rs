//! Which permissions a call needs, on what, and how each service says that one is missing.

use crate::account::{ACCOUNT_ID, Caller};
use crate::authorizer;
use crate::fault::Fault;
use crate::service::Service;
use crate::state::State;
use crate::wire::Params;
use serde_json::Value;

/// Refuses a JSON call that the caller's policies do not allow.
pub(crate) fn check_json(
    state: &State,
    caller: &Caller,
    service: Service,
    action: &str,
    region: &str,
    input: &Value,
) -> Result<(), Fault> {
    // The bulk calls of Batch are allowed by the actions of the single ones (Batch API reference).
    let action = match (service, action) {
        (Service::Batch, "CancelJobs") => "CancelJob",
        (Service::Batch, "TerminateJobs") => "TerminateJob",
        _ => action,
    };
    let resource = json_resource(service, region, input);
    check(state, caller, service, action, &resource)?;
    let brings_tags = input.get("tags").is_some_and(|tags| match tags {
        Value::Object(tags) => !tags.is_empty(),
        Value::Array(tags) => !tags.is_empty(),
        _ => false,
    });
    if brings_tags && action != "TagResource" && service != Service::Quotas {
        check(state, caller, service, "TagResource", &resource)?;
    }
    Ok(())
}

/// Refuses a query call that the caller's policies do not allow.
pub(crate) fn check_query(
    state: &State,
    caller: &Caller,
    service: Service,
    action: &str,
    region: &str,
    params: &Params,
) -> Result<(), Fault> {
    let resource = query_resource(service, region, params);
    check(state, caller, service, action, &resource)?;
    match service {
        Service::Ec2 if !params.list("TagSpecification").is_empty() => {
            check(state, caller, service, "CreateTags", &resource)
        }
        Service::Iam if action.starts_with("Create") && !params.list("Tags").is_empty() => {
            check(state, caller, service, &action.replacen("Create", "Tag", 1), &resource)
        }
        _ => Ok(()),
    }
}

fn check(
    state: &State,
    caller: &Caller,
    service: Service,
    action: &str,
    resource: &str,
) -> Result<(), Fault> {
    let action = format!("{}:{action}", service.name());
    authorizer::allows(state, caller, &action, resource).map_err(|why| match service {
        Service::Ec2 => Fault::with_status(
            403,
            "UnauthorizedOperation",
            format!("You are not authorized to perform this operation. {why}"),
        ),
        Service::Iam | Service::Sts => Fault::with_status(403, "AccessDenied", why),
        Service::Batch => Fault::with_status(403, "AccessDeniedException", why),
        Service::Ecr | Service::Logs | Service::Pricing | Service::Quotas => {
            Fault::new("AccessDeniedException", why)
        }
    })
}

/// The resource that AWS names in a refusal: the one the call is about, where its name alone tells.
fn json_resource(service: Service, region: &str, input: &Value) -> String {
    let arn = |resource: &str, name: &str| {
        if name.starts_with("arn:") {
            name.to_owned()
        } else {
            format!("arn:aws:{}:{region}:{ACCOUNT_ID}:{resource}{name}", service.name())
        }
    };
    let fields: &[(&str, &str)] = match service {
        Service::Batch => &[
            ("resourceArn", ""),
            ("computeEnvironmentName", "compute-environment/"),
            ("computeEnvironment", "compute-environment/"),
            ("jobQueueName", "job-queue/"),
            ("jobDefinitionName", "job-definition/"),
            ("jobDefinition", "job-definition/"),
            ("jobQueue", "job-queue/"),
            ("jobId", "job/"),
            ("arn", ""),
            ("name", "scheduling-policy/"),
        ],
        Service::Ecr => &[("resourceArn", ""), ("repositoryName", "repository/")],
        Service::Logs => &[("resourceArn", ""), ("logGroupName", "log-group:")],
        _ => &[],
    };
    fields
        .iter()
        .find_map(|(field, resource)| Some(arn(resource, input.get(field)?.as_str()?)))
        .unwrap_or_else(|| "*".to_owned())
}

fn query_resource(service: Service, region: &str, params: &Params) -> String {
    match service {
        Service::Iam => {
            if let Some(profile) = params.text("InstanceProfileName") {
                return format!("arn:aws:iam::{ACCOUNT_ID}:instance-profile/{profile}");
            }
            if let Some(role) = params.text("RoleName") {
                return format!("arn:aws:iam::{ACCOUNT_ID}:role/{role}");
            }
            if let Some(name) = params.text("AWSServiceName") {
                return format!("arn:aws:iam::{ACCOUNT_ID}:role/aws-service-role/{name}/*");
            }
            if let Some(name) = params.text("PolicyName") {
                return format!("arn:aws:iam::{ACCOUNT_ID}:policy/{name}");
            }
            params.text("PolicyArn").or(params.text("PolicySourceArn")).unwrap_or("*").to_owned()
        }
        Service::Ec2 => [
            ("SubnetId", "subnet"),
            ("GroupId", "security-group"),
            ("RouteTableId", "route-table"),
            ("InternetGatewayId", "internet-gateway"),
            ("VpcId", "vpc"),
            ("LaunchTemplateId", "launch-template"),
            ("KeyPairId", "key-pair"),
            ("KeyName", "key-pair"),
        ]
        .into_iter()
        .find_map(|(name, kind)| {
            Some(format!("arn:aws:ec2:{region}:{ACCOUNT_ID}:{kind}/{}", params.text(name)?))
        })
        .unwrap_or_else(|| "*".to_owned()),
        _ => "*".to_owned(),
    }
}
