//! What Batch asks of the other services: every look across the fence is here.

use super::Moment;
use super::environment::Environment;
use crate::ACCOUNT_ID;
use crate::ids;
use crate::service::ec2::{self, Class, Speaker, Target};
use crate::service::iam::{self, RoleTrouble};
use crate::service::pricing::{self, Micros};
use crate::service::quotas;
use crate::state::State;
use crate::wire::json::text;
use serde_json::Value;

/// The role that Batch makes for itself.
const SERVICE_LINKED_ROLE: &str = "AWSServiceRoleForBatch";
const BATCH: &str = "batch.amazonaws.com";
/// The first thing Batch does with its role, and what both policies made for it allow.
const BATCH_ACTION: &str = "ecs:DescribeClusters";

/// The ARN of a role that a request names by either.
pub(crate) fn role_arn(role: &str) -> String {
    if role.starts_with("arn:") { role.to_owned() } else { format!("arn:aws:iam::{ACCOUNT_ID}:role/{role}") }
}

/// The ARN of the role that Batch makes for itself.
pub(crate) fn batch_service_linked_role() -> String {
    format!("arn:aws:iam::{ACCOUNT_ID}:role/aws-service-role/{BATCH}/{SERVICE_LINKED_ROLE}")
}

pub(super) fn is_batch_service_linked_role(role: &str) -> bool {
    role == SERVICE_LINKED_ROLE || role.ends_with(&format!("/{SERVICE_LINKED_ROLE}"))
}

pub(super) fn has_batch_service_linked_role(moment: &Moment<'_>) -> bool {
    iam::role_by_arn(moment.state, &batch_service_linked_role()).is_some()
}

/// Makes Batch's own role, as Batch does when an environment names none.
pub(super) fn make_batch_service_linked_role(moment: &mut Moment<'_>) {
    // It can only fail by being there already.
    let _ = iam::create_service_linked_role(moment.state, moment.now, BATCH, None, "");
}

/// Makes the roles of the services that Batch has launch hosts, where they are missing: both its roles allow that (AWS
/// Managed Policy Reference, BatchServiceRolePolicy and AWSBatchServiceRole).
pub(super) fn make_host_service_linked_roles(moment: &mut Moment<'_>, spot: bool) {
    let on_demand = ["autoscaling.amazonaws.com", "ecs.amazonaws.com"];
    let also = if spot { &["spot.amazonaws.com", "spotfleet.amazonaws.com"][..] } else { &[] };
    for service in on_demand.iter().chain(also) {
        // It can only fail by being there already.
        let _ = iam::create_service_linked_role(moment.state, moment.now, service, None, "");
    }
}

/// What is wrong with an environment's launch template, in EC2's words and Batch's.
pub(super) fn template_trouble(moment: &Moment<'_>, environment: &Environment) -> Option<String> {
    let template = environment.resource("launchTemplate")?;
    let name = text(template, "launchTemplateId").or(text(template, "launchTemplateName"))?;
    let found = ec2::launch_template(moment.state, moment.region, name, version_of(template));
    match found {
        Err(reason) => Some(reason),
        // aws/aws-cdk 6427 (GitHub).
        Ok(template) if !template.has_mime_user_data => {
            Some("Launch Template UserData is not MIME multipart format".to_owned())
        }
        Ok(_) => None,
    }
}

fn version_of(template: &Value) -> &str {
    text(template, "version").filter(|version| !version.is_empty()).unwrap_or("$Default")
}

/// The groups of an environment's hosts or tasks: its own, else those of its launch template.
pub(super) fn groups_of(state: &State, region: &str, environment: &Environment) -> Vec<String> {
    let own: Vec<String> = environment.security_groups().into_iter().map(str::to_owned).collect();
    if !own.is_empty() {
        return own;
    }
    template_of(state, region, environment).map(|template| template.security_groups).unwrap_or_default()
}

fn template_of(state: &State, region: &str, environment: &Environment) -> Option<ec2::LaunchTemplateView> {
    let template = environment.resource("launchTemplate")?;
    let name = text(template, "launchTemplateId").or(text(template, "launchTemplateName"))?;
    ec2::launch_template(state, region, name, version_of(template)).ok()
}

/// The root disk of an environment's hosts in GiB, where its launch template gives one.
pub(super) fn disk_of_template(moment: &Moment<'_>, environment: &Environment) -> Option<u64> {
    template_of(moment.state, moment.region, environment)?.disk_gib
}

/// Whether there is a key pair of that name.
pub(super) fn key_pair_exists(moment: &Moment<'_>, name: &str) -> bool {
    ec2::key_pair_exists(moment.state, moment.region, name)
}

/// Why Batch cannot work with a service role, in the words of a compute environment's status reason.
pub(super) fn service_role_trouble(moment: &Moment<'_>, role: &str) -> Option<String> {
    let trouble = iam::role_usable(moment.state, role, moment.now, BATCH, BATCH_ACTION).err()?;
    Some(match trouble {
        RoleTrouble::NotAllowed { .. } => format!(
            "CLIENT_ERROR - User: arn:aws:sts::{ACCOUNT_ID}:assumed-role/{}/aws-batch is not authorized to perform: \
             {BATCH_ACTION} on resource: * because no identity-based policy allows the {BATCH_ACTION} action",
            role.rsplit('/').next().unwrap_or(role)
        ),
        _ => format!(
            "CLIENT_ERROR - Not authorized to perform sts:AssumeRole (Service: AWSSecurityTokenService; Status Code: \
             403; Error Code: AccessDenied; Request ID: {}; Proxy: null)",
            ids::uuid(moment.state.seed(), &format!("{role}/{}", moment.now.0))
        ),
    })
}

/// Whether a service can assume a role.
pub(super) fn role_usable(moment: &Moment<'_>, role: &str, service: &str) -> bool {
    !matches!(
        iam::role_usable(moment.state, role, moment.now, service, "sts:GetCallerIdentity"),
        Err(RoleTrouble::Missing { .. } | RoleTrouble::TooYoung { .. } | RoleTrouble::Untrusting { .. })
    )
}

/// Whether a task's execution role may do something.
pub(super) fn role_allows(moment: &Moment<'_>, role: &str, action: &str, resource: &str) -> bool {
    let service = "ecs-tasks.amazonaws.com";
    iam::role_usable_on(moment.state, role, moment.now, service, action, resource).is_ok()
}

/// The name of the role that an environment's hosts carry, when it may not do something.
pub(super) fn host_role_without(
    moment: &Moment<'_>,
    environment: &Environment,
    action: &str,
) -> Option<String> {
    let profile = environment.instance_role().unwrap_or_default();
    let role = iam::role_of_instance_profile(moment.state, profile, moment.now)?;
    let allowed = iam::role_usable(moment.state, &role, moment.now, "ec2.amazonaws.com", action).is_ok();
    (!allowed).then(|| role.rsplit('/').next().unwrap_or(&role).to_owned())
}

/// Whether the role that an environment's hosts carry may do this.
pub(super) fn host_role_allows(
    moment: &Moment<'_>,
    environment: &Environment,
    action: &str,
    resource: &str,
) -> bool {
    let profile = environment.instance_role().unwrap_or_default();
    let role = iam::role_of_instance_profile(moment.state, profile, moment.now);
    let (service, now) = ("ec2.amazonaws.com", moment.now);
    role.is_some_and(|role| iam::role_usable_on(moment.state, &role, now, service, action, resource).is_ok())
}

/// Whether there is an instance profile with a role in it that hosts can have.
pub(super) fn instance_profile_exists(moment: &Moment<'_>, profile: &str) -> bool {
    iam::role_of_instance_profile(moment.state, profile, moment.now)
        .is_some_and(|role| role_usable(moment, &role, "ec2.amazonaws.com"))
}

pub(super) fn subnet_exists(moment: &Moment<'_>, subnet: &str) -> bool {
    ec2::subnet(moment.state, moment.region, subnet).is_some()
}

pub(super) fn security_group_exists(moment: &Moment<'_>, group: &str) -> bool {
    ec2::security_group(moment.state, moment.region, group).is_some()
}

/// Whether all of these are in one VPC.
pub(super) fn in_one_network(moment: &Moment<'_>, subnets: &[&str], groups: &[&str]) -> bool {
    let of_subnets = subnets.iter().filter_map(|id| Some(ec2::subnet(moment.state, moment.region, id)?.vpc));
    let of_groups =
        groups.iter().filter_map(|id| Some(ec2::security_group(moment.state, moment.region, id)?.vpc));
    let all: std::collections::BTreeSet<String> = of_subnets.chain(of_groups).collect();
    all.len() <= 1
}

/// Whether what runs in an environment's subnet reaches something.
pub(super) fn reaches(
    moment: &Moment<'_>,
    environment: &Environment,
    subnet: &str,
    has_public_ip: bool,
    target: Target<'_>,
) -> bool {
    let groups = groups_of(moment.state, moment.region, environment);
    let speaker = Speaker { subnet, groups: &groups, has_public_ip };
    ec2::reaches(moment.state, moment.now, moment.region, speaker, target)
}

/// Whether the policy of an endpoint on the way to a service lets an action through.
pub(super) fn endpoint_lets(
    moment: &Moment<'_>,
    environment: &Environment,
    subnet: &str,
    service: &str,
    asked: (&str, &str),
) -> bool {
    let groups = groups_of(moment.state, moment.region, environment);
    let speaker = Speaker { subnet, groups: &groups, has_public_ip: false };
    ec2::endpoint_lets(moment.state, moment.now, moment.region, speaker, service, asked)
}

/// Whether hosts in a subnet get a public address.
pub(super) fn gives_public_ip(moment: &Moment<'_>, subnet: &str) -> bool {
    ec2::subnet(moment.state, moment.region, subnet).is_some_and(|subnet| subnet.maps_public_ip)
}

/// What the agent on a host speaks to (ECS Developer Guide, "Amazon ECS interface VPC endpoints").
const OF_AGENT: [&str; 3] = ["ecs", "ecs-agent", "ecs-telemetry"];

/// Whether hosts in one of an environment's subnets join its cluster: they need a way out and a role that lets them.
pub(super) fn host_can_join(moment: &Moment<'_>, environment: &Environment, subnet: &str) -> bool {
    let profile = environment.instance_role().unwrap_or_default();
    let Some(role) = iam::role_of_instance_profile(moment.state, profile, moment.now) else { return false };
    let joins = "ecs:RegisterContainerInstance";
    let public_ip = gives_public_ip(moment, subnet);
    iam::role_usable(moment.state, &role, moment.now, "ec2.amazonaws.com", joins).is_ok()
        && OF_AGENT
            .iter()
            .all(|service| reaches(moment, environment, subnet, public_ip, Target::Service(service)))
}

/// Whether hosts in any of an environment's subnets would join its cluster.
pub(super) fn hosts_can_join(moment: &Moment<'_>, environment: &Environment) -> bool {
    environment.subnets().iter().any(|subnet| host_can_join(moment, environment, subnet))
}

/// The zone of a subnet.
pub(super) fn zone_of(moment: &Moment<'_>, subnet: &str) -> Option<String> {
    Some(ec2::subnet(moment.state, moment.region, subnet)?.zone)
}

/// What an hour of a host costs on demand.
pub(super) fn on_demand(moment: &Moment<'_>, name: &str) -> Option<Micros> {
    pricing::on_demand(moment.region, name)
}

/// What an hour of a host costs on the Spot market of a subnet's zone.
pub(super) fn spot_price(moment: &Moment<'_>, name: &str, subnet: &str) -> Option<Micros> {
    let zone = zone_of(moment, subnet)?;
    ec2::spot_price(moment.state.seed(), moment.region, &zone, name, moment.now)
}

/// vCPUs of hosts of a class that the account may have at once, on demand or on Spot.
pub(super) fn host_quota(moment: &Moment<'_>, class: Class, spot: bool) -> u32 {
    let code = match (class, spot) {
        (Class::Standard, false) => "L-1216C47A",
        (Class::Standard, true) => "L-34B43A08",
        (Class::G, false) => "L-DB2E81BA",
        (Class::G, true) => "L-3819A6DF",
        (Class::P, false) => "L-417A185B",
        // Of P5, which counts apart, there is none here.
        (Class::P, true) => "L-7212CCBC",
        (Class::Inf, false) => "L-1945791B",
        (Class::Inf, true) => "L-B5D1601B",
    };
    quotas::value(moment.state, "ec2", code).unwrap_or(0)
}

/// Thousandths of a vCPU that the account may run on Fargate at once, on-demand or on Spot.
pub(super) fn fargate_quota(moment: &Moment<'_>, spot: bool) -> u32 {
    let code = if spot { "L-36FBB829" } else { "L-3032A538" };
    quotas::value(moment.state, "fargate", code).unwrap_or(0).saturating_mul(1_000)
}
