//! What others have built on a stack's parts. AWS removes no group that a rule names, no role that a profile holds and
//! no subnet that anything is in; and an environment of somebody else's could start nothing any more without the
//! profile.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_batch::types::ComputeEnvironmentDetail;
use aws_sdk_ec2::types::{IpPermission, SecurityGroup};
use aws_sdk_iam::types::InstanceProfile;
use futures::future::try_join_all;

use super::OpenStack;
use crate::{
    account::Session,
    aws::{AwsFault, fault},
    resource::{Attribute, Kind, ResourceId, STACK_ID_TAG, Survey, filter, from_ec2},
};

/// By the part the things of others that work with it.
pub type UsedByOthers = BTreeMap<ResourceId, Vec<String>>;

/// Looks for them. Where somebody may not look, AWS says so in time.
pub(crate) async fn used_by_others(session: &Session, open: &OpenStack, survey: &Survey<'_>) -> UsedByOthers {
    let (groups, profiles, environments) = tokio::join!(
        in_rules(session, open, survey),
        in_profiles(session, survey),
        in_environments(session, open, survey)
    );
    let mut used = UsedByOthers::new();
    for (part, thing) in [groups, profiles, environments].into_iter().flat_map(Result::unwrap_or_default) {
        used.entry(part).or_default().push(thing);
    }
    used
}

type Found = Vec<(ResourceId, String)>;

/// The stack's parts of a kind that are there, by what this attribute of theirs says.
fn ours<'s>(
    survey: &'s Survey<'_>,
    kind: Kind,
    attribute: Attribute,
) -> impl Iterator<Item = (&'s str, &'s ResourceId)> {
    let parts =
        survey.sightings.iter().filter(move |one| one.resource.kind == kind && one.present && one.ours);
    parts.filter_map(move |one| Some((one.known.get(attribute)?, &one.resource)))
}

/// Groups whose rules name the stack's own, but for the doors that the stack itself has opened in them.
async fn in_rules(session: &Session, open: &OpenStack, survey: &Survey<'_>) -> Result<Found, AwsFault> {
    let each = ours(survey, Kind::SecurityGroup, Attribute::Id)
        .map(|(id, part)| in_rules_of(session, open, id, part));
    Ok(try_join_all(each).await?.concat())
}

async fn in_rules_of(
    session: &Session,
    open: &OpenStack,
    id: &str,
    part: &ResourceId,
) -> Result<Found, AwsFault> {
    let ec2 = &session.aws.read.ec2;
    let naming = |direction: &str| {
        let named = filter(&format!("{direction}ip-permission.group-id"), id);
        ec2.describe_security_groups().filters(named).into_paginator().items().send()
    };
    let (ingress, egress) = (naming(""), naming("egress."));
    let (ingress, egress) =
        tokio::join!(ingress.collect::<Result<Vec<_>, _>>(), egress.collect::<Result<Vec<_>, _>>());
    let action = "ec2:DescribeSecurityGroups";
    let all = [ingress.map_err(fault(action))?, egress.map_err(fault(action))?].concat();
    let wanted = open.earlier.iter().chain([&open.wanted]);
    let doors: BTreeSet<(&str, i32)> = wanted
        .flat_map(|wanted| &wanted.blueprint.flows)
        .map(|flow| (flow.security_group.as_str(), i32::from(flow.port)))
        .collect();
    let is_others = |group: &&SecurityGroup| {
        let own = group.group_id().unwrap_or_default();
        let tags = from_ec2(group.tags());
        let door = |rule: &&IpPermission| {
            rule.from_port() == rule.to_port()
                && rule.from_port().is_some_and(|port| doors.contains(&(own, port)))
        };
        let names_ours =
            |rule: &&IpPermission| rule.user_id_group_pairs().iter().any(|pair| pair.group_id() == Some(id));
        let mut rules = group.ip_permissions().iter().filter(|rule| names_ours(rule) && !door(rule));
        let leaves = group.ip_permissions_egress().iter().any(|rule| names_ours(&rule));
        tags.get(STACK_ID_TAG) != Some(&open.stack.id) && (leaves || rules.next().is_some())
    };
    let called = |group: &SecurityGroup| {
        format!("{} ({})", group.group_name().unwrap_or_default(), group.group_id().unwrap_or_default())
    };
    let found: BTreeSet<_> = all.iter().filter(is_others).map(called).collect();
    Ok(found.into_iter().map(|name| (part.clone(), name)).collect())
}

/// Instance profiles of others that hold the stack's role.
async fn in_profiles(session: &Session, survey: &Survey<'_>) -> Result<Found, AwsFault> {
    let Some((role, part)) = ours(survey, Kind::InstanceRole, Attribute::Name).next() else {
        return Ok(vec![]);
    };
    let own: Vec<_> = ours(survey, Kind::InstanceProfile, Attribute::Name).map(|(name, _)| name).collect();
    let found =
        session.aws.read.iam.list_instance_profiles_for_role().role_name(role).into_paginator().items();
    let found = found.send().collect::<Result<Vec<_>, _>>().await;
    let found = found.map_err(fault("iam:ListInstanceProfilesForRole"))?;
    let others = found.iter().map(InstanceProfile::instance_profile_name).filter(|name| !own.contains(name));
    Ok(others.map(|name| (part.clone(), name.to_owned())).collect())
}

/// Compute environments of others in the stack's subnets, with its group, its roles, its templates.
async fn in_environments(
    session: &Session,
    open: &OpenStack,
    survey: &Survey<'_>,
) -> Result<Found, AwsFault> {
    let all = session.aws.read.batch.describe_compute_environments().into_paginator().items().send();
    let all = all.collect::<Result<Vec<_>, _>>().await;
    let all = all.map_err(fault("batch:DescribeComputeEnvironments"))?;
    let is_others = |one: &&ComputeEnvironmentDetail| {
        one.tags().and_then(|tags| tags.get(STACK_ID_TAG)) != Some(&open.stack.id)
    };
    let by: Vec<(&str, &ResourceId)> = [
        (Kind::Subnet, Attribute::Id),
        (Kind::SecurityGroup, Attribute::Id),
        (Kind::LaunchTemplate, Attribute::Id),
        (Kind::InstanceProfile, Attribute::Arn),
        (Kind::InstanceProfile, Attribute::Name),
        (Kind::ServiceRole, Attribute::Arn),
        (Kind::SpotFleetRole, Attribute::Arn),
    ]
    .into_iter()
    .flat_map(|(kind, attribute)| ours(survey, kind, attribute))
    .collect();
    let mut found = BTreeSet::new();
    for environment in all.iter().filter(is_others) {
        let name = environment.compute_environment_name().unwrap_or_default();
        let used = works_with(environment);
        let parts = by.iter().filter(|(value, _)| used.contains(value)).map(|(_, part)| (*part).clone());
        found.extend(parts.map(|part| (part, name.to_owned())));
        // Nothing in a subnet gets out without them.
        let in_subnet = found.iter().any(|(part, of)| part.kind == Kind::Subnet && of == name);
        let way_out = [Kind::RouteTable, Kind::InternetGateway, Kind::NatGateway, Kind::VpcEndpoint];
        let way_out = way_out.into_iter();
        let way_out =
            way_out.flat_map(|kind| ours(survey, kind, Attribute::Id)).map(|(_, part)| part.clone());
        found.extend(way_out.filter(|_| in_subnet).map(|part| (part, name.to_owned())).collect::<Vec<_>>());
    }
    Ok(found.into_iter().collect())
}

/// Ids, names and ARNs that an environment names.
fn works_with(environment: &ComputeEnvironmentDetail) -> BTreeSet<&str> {
    let mut used: BTreeSet<&str> = environment.service_role().into_iter().collect();
    if let Some(resources) = environment.compute_resources() {
        used.extend(resources.subnets().iter().map(String::as_str));
        used.extend(resources.security_group_ids().iter().map(String::as_str));
        used.extend(resources.instance_role());
        used.extend(resources.spot_iam_fleet_role());
        used.extend(resources.launch_template().and_then(|template| template.launch_template_id()));
    }
    used
}
