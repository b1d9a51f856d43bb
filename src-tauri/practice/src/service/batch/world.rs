//! What Batch asks of the other services: every look across the fence is here.

use super::Moment;
use super::compute_environment::Environment;
use super::container::Size;
use crate::ACCOUNT_ID;
use crate::ids;
use crate::service::ec2::{self, WayOut};
use crate::service::iam::{self, Context, Decision, Document, RoleTrouble};
use crate::service::quotas;

/// The role that Batch makes for itself.
const SERVICE_LINKED_ROLE: &str = "AWSServiceRoleForBatch";
const BATCH: &str = "batch.amazonaws.com";
/// The first thing Batch does with its role, and what both policies made for it allow.
const BATCH_ACTION: &str = "ecs:DescribeClusters";

pub(super) fn role_arn(role: &str) -> String {
    if role.starts_with("arn:") { role.to_owned() } else { format!("arn:aws:iam::{ACCOUNT_ID}:role/{role}") }
}

pub(super) fn batch_service_linked_role() -> String {
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
    if iam::role_usable(moment.state, role, moment.now, "ecs-tasks.amazonaws.com", action).is_ok() {
        return true;
    }
    // A policy of one's own may name the very resource.
    let documents: Vec<Document> = iam::role_by_arn(moment.state, role)
        .into_iter()
        .flat_map(|role| role.inline.values())
        .filter_map(|inline| Document::parse(&inline.document))
        .collect();
    iam::evaluate(&documents, action, resource, &Context::default()).decision == Decision::Allowed
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

/// Whether what runs in an environment's subnet reaches the AWS services it needs.
pub(super) fn has_way_out(
    moment: &Moment<'_>,
    environment: &Environment,
    subnet: &str,
    public_ip: bool,
) -> bool {
    let lets_out = |group: &&str| {
        ec2::security_group(moment.state, moment.region, group).is_some_and(|group| group.lets_https_out)
    };
    environment.security_groups().iter().any(lets_out)
        && match ec2::subnet_way_out(moment.state, moment.region, subnet) {
            WayOut::InternetGateway => public_ip,
            WayOut::None => false,
        }
}

/// Whether new hosts of an environment would join its cluster: they need a way out and a role that lets them.
pub(super) fn hosts_can_join(moment: &Moment<'_>, environment: &Environment) -> bool {
    let profile = environment.instance_role().unwrap_or_default();
    let Some(role) = iam::role_of_instance_profile(moment.state, profile, moment.now) else { return false };
    let joins = "ecs:RegisterContainerInstance";
    iam::role_usable(moment.state, &role, moment.now, "ec2.amazonaws.com", joins).is_ok()
        && environment.subnets().iter().any(|id| {
            let public_ip =
                ec2::subnet(moment.state, moment.region, id).is_some_and(|subnet| subnet.maps_public_ip);
            has_way_out(moment, environment, id, public_ip)
        })
}

/// Thousandths of a vCPU that the account may run on Fargate at once, on-demand or on Spot.
pub(super) fn fargate_quota(moment: &Moment<'_>, spot: bool) -> u32 {
    let code = if spot { "L-36FBB829" } else { "L-3032A538" };
    quotas::value(moment.state, "fargate", code).unwrap_or(0).saturating_mul(1_000)
}

/// Whether an instance type, or a family, is built on Graviton: `m7g.large`, `c6gn`, `default_arm64`.
pub(super) fn is_arm(name: &str) -> bool {
    let family = name.split('.').next().unwrap_or(name);
    if family == "default_arm64" || family == "a1" {
        return true;
    }
    let Some(digit) = family.find(|c: char| c.is_ascii_digit()) else { return false };
    family[digit..].trim_start_matches(|c: char| c.is_ascii_digit()).starts_with('g')
}

/// The sizes that instances come in, and their vCPUs.
const SIZES: [(&str, u32); 9] = [
    ("medium", 1),
    ("large", 2),
    ("xlarge", 4),
    ("2xlarge", 8),
    ("4xlarge", 16),
    ("8xlarge", 32),
    ("12xlarge", 48),
    ("16xlarge", 64),
    ("24xlarge", 96),
];

/// Whether the largest host that these types allow is large enough.
pub(super) fn fits_a_host(types: &[&str], size: Size) -> bool {
    types.iter().any(|name| {
        let (family, exact) =
            name.split_once('.').map_or((*name, None), |(family, size)| (family, Some(size)));
        let vcpus = exact
            .and_then(|exact| SIZES.iter().find(|(name, _)| *name == exact))
            .map_or(96, |(_, vcpus)| *vcpus);
        let gib_per_vcpu = match family.as_bytes().first() {
            Some(b'c') => 2,
            // "optimal" and the defaults hold memory-rich families too.
            Some(b'r' | b'x' | b'o' | b'd') => 8,
            _ => 4,
        };
        let gpus = if matches!(family.as_bytes().first(), Some(b'g' | b'p')) { 8 } else { 0 };
        // A host keeps some of its memory to itself (User Guide, "Compute resource memory management").
        let memory = vcpus * gib_per_vcpu * 1_024;
        let usable = memory - memory / 20 - 32;
        size.vcpu <= vcpus * 1_000 && size.memory <= usable && size.gpu <= gpus
    })
}
