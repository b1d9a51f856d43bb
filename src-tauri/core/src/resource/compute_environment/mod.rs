//! A compute environment: what jobs run on.
//!
//! CreateComputeEnvironment accepts roles that are wrong or not known everywhere yet, and turns INVALID later
//! with the reason; so the environment is looked at until AWS calls it VALID.

mod found;
mod request;
mod terraform;

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_batch::types::{CeState, CeStatus};

pub(crate) use found::read;

use super::{
    Attribute, Attributes, Call, Difference, Evidence, Facts, Groups, InstanceProfileArn, Known,
    LaunchTemplateId, LaunchTemplateVersion, Mend, Observed, Permission, Ref, Resource, ResourceId, RoleArn,
    STATUS, Stack, Subnets, Tagged, Verdict, call, gone_is_done, tags::Tags,
};
use crate::{
    aws::{Clients, fault},
    blueprint::{self, AllocationStrategy, Platform, State, names},
    terraform::{Context, Part, label},
    words::{Text, say},
};

/// A managed compute environment.
#[derive(Debug, Clone)]
pub(crate) struct ComputeEnvironment {
    pub(crate) stack: Arc<Stack>,
    /// Of which generation it is, too.
    pub(crate) id: ResourceId,
    pub(crate) name: String,
    /// What the blueprint says of it.
    pub(crate) wanted: blueprint::ComputeEnvironment,
    /// The classic service role; `None` for the service-linked one, which Batch takes by itself.
    pub(crate) service_role: Option<Ref<RoleArn>>,
    pub(crate) subnets: Subnets,
    pub(crate) groups: Groups,
    /// What instances are given, where there are instances.
    pub(crate) hosts: Option<Hosts>,
    /// What must be there although no value of it is needed: service-linked roles, the way out.
    pub(crate) after: Vec<ResourceId>,
}

/// What the instances of an environment are given.
#[derive(Debug, Clone)]
pub(crate) struct Hosts {
    pub(crate) profile: Ref<InstanceProfileArn>,
    pub(crate) template: Option<(Ref<LaunchTemplateId>, Ref<LaunchTemplateVersion>)>,
    /// Only BEST_FIT on Spot needs one.
    pub(crate) spot_fleet_role: Option<Ref<RoleArn>>,
}

/// The environment as found.
#[derive(Debug, Clone)]
pub(crate) struct ComputeEnvironmentFacts {
    arn: String,
    status: CeStatus,
    reason: String,
    service_role: String,
    settings: Settings,
    tags: Tags,
}

/// What makes one environment differ from another.
#[derive(Debug, Clone, PartialEq)]
struct Settings {
    environment: blueprint::ComputeEnvironment,
    subnets: Vec<String>,
    groups: Vec<String>,
    profile: String,
    /// Id and version.
    template: Option<(String, String)>,
    spot_fleet_role: String,
    /// What its instances carry.
    host_tags: Tags,
}

/// How a difference can be put right (AWS Batch User Guide, "Update a compute environment").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Update {
    /// At any time: Batch only has to scale.
    Scaling,
    /// By replacing instances, which only some environments can.
    Infrastructure,
    /// Never.
    Fixed,
}

#[async_trait]
impl Resource for ComputeEnvironment {
    type Facts = ComputeEnvironmentFacts;

    fn id(&self) -> ResourceId {
        self.id.clone()
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    fn depends_on(&self) -> Vec<ResourceId> {
        let mut on = self.subnets.resources();
        on.extend(self.groups.resources());
        on.extend(self.service_role.iter().map(|role| role.of.clone()));
        if let Some(hosts) = &self.hosts {
            on.push(hosts.profile.of.clone());
            on.extend(hosts.template.iter().map(|(id, _)| id.of.clone()));
            on.extend(hosts.spot_fleet_role.iter().map(|role| role.of.clone()));
        }
        on.extend(self.after.iter().cloned());
        on
    }

    async fn observe(&self, aws: &Clients) -> Observed<Self::Facts> {
        Observed::from_lookup(self.look(aws).await)
    }

    fn tagged<'f>(&'f self, facts: &'f Self::Facts) -> Option<Tagged<'f>> {
        Some(Tagged::batch(&self.stack, &facts.arn, &facts.tags))
    }

    fn known(&self, facts: &Self::Facts) -> Facts {
        Facts::none().with(Attribute::Arn, &facts.arn).with(Attribute::Name, &self.name)
    }

    fn presumed(&self) -> Facts {
        Facts::none().with(Attribute::Arn, self.arn()).with(Attribute::Name, &self.name)
    }

    fn evidence(&self, facts: &Self::Facts) -> Vec<Evidence> {
        let mut evidence = vec![
            Evidence::new("computeEnvironmentArn", &facts.arn),
            Evidence::new("status", facts.status.as_str()),
            Evidence::new("statusReason", &facts.reason),
            Evidence::new("serviceRole", &facts.service_role),
        ];
        let attributes = facts.settings.attributes().into_iter();
        evidence.extend(
            attributes
                .filter(|(_, value, _)| !value.is_empty())
                .map(|(what, value, _)| Evidence::new(what, value)),
        );
        evidence.extend(facts.settings.tags_of_hosts().evidence());
        evidence
    }

    fn judge(&self, facts: &Self::Facts, known: &Known) -> Verdict {
        match &facts.status {
            CeStatus::Valid | CeStatus::Invalid => {}
            other => return Verdict::Settling(other.as_str().to_owned()),
        }
        let valid =
            || Difference::between(STATUS, facts.status.as_str(), CeStatus::Valid.as_str()).into_iter();
        // Not what is omitted but what Batch took: its service-linked role has a path of its own.
        let classic = !facts.uses_service_linked_role();
        if let Some(role) =
            Difference::between("serviceRole is classic", classic, self.service_role.is_some())
        {
            let reason = say("environment-role-is-fixed", &[("name", &self.name)]);
            return Verdict::Wrong(valid().chain([role]).collect(), Mend::Replace(reason));
        }
        let wrong = self.differences(facts, known);
        let fixed = self.fixed(facts, &wrong);
        let wrong: Vec<_> = wrong.into_iter().map(|(difference, _)| difference).collect();
        match fixed {
            // What AWS would not change on one that works, it does not change on one that does not.
            Some(reason) => Verdict::Wrong(valid().chain(wrong).collect(), Mend::Replace(reason)),
            None if facts.status == CeStatus::Invalid => Verdict::Broken(facts.reason.clone(), wrong),
            None => Verdict::in_place(wrong),
        }
    }

    fn create(&self) -> Vec<Call> {
        let call = call!(self, "batch:CreateComputeEnvironment", &self.name, LookFirst, |me, aws, known| {
            let action = "batch:CreateComputeEnvironment";
            let made = me.creation(&aws, &known, action)?.send().await.map_err(fault(action))?;
            Ok(Facts::none().with(Attribute::Arn, made.compute_environment_arn().unwrap_or_default()))
        })
        .allowed_on(self.arn())
        .also_needs(Permission::new("batch:TagResource", self.arn()))
        .makes(self);
        let mut calls = vec![self.passing_roles().into_iter().fold(call, Call::also_needs)];
        if self.wanted.state == State::Disabled {
            // "Compute Environment must be created in ENABLED state."
            calls.push(self.disable());
        }
        calls
    }

    fn change(&self, facts: &Self::Facts, known: &Known) -> Vec<Call> {
        let infrastructure =
            self.differences(facts, known).iter().any(|(_, update)| *update == Update::Infrastructure);
        let call = call!(self, "batch:UpdateComputeEnvironment", &self.name, Harmless, |me, aws, known| {
            let action = "batch:UpdateComputeEnvironment";
            let request = me.update(&aws, &known, infrastructure, action)?;
            request.send().await.map_err(fault(action))?;
            Ok(Facts::none())
        } ; infrastructure)
        .replacing_hosts(infrastructure)
        .allowed_on(self.arn());
        vec![self.passing_roles().into_iter().fold(call, Call::also_needs)]
    }

    fn delete(&self, facts: &Self::Facts) -> Vec<Call> {
        let mut calls = Vec::new();
        if facts.settings.environment.state == State::Enabled {
            calls.push(self.disable());
        }
        let delete = call!(self, "batch:DeleteComputeEnvironment", &self.name, Harmless, |me, aws, known| {
            let request = aws.once.batch.delete_compute_environment().compute_environment(&me.name);
            gone_is_done(request.send().await.map_err(fault("batch:DeleteComputeEnvironment")))
        });
        calls.push(delete.allowed_on(self.arn()));
        calls
    }

    fn takes(&self) -> (u32, u32) {
        (20, 600)
    }

    fn terraform_address(&self) -> Option<String> {
        Some(format!("aws_batch_compute_environment.{}", label(&self.id.part)))
    }

    fn terraform(&self, facts: Option<&Self::Facts>, with: &Context<'_>) -> Part {
        self.write(facts, with)
    }
}

impl ComputeEnvironmentFacts {
    fn uses_service_linked_role(&self) -> bool {
        self.service_role.contains("/aws-service-role/")
    }

    fn strategy(&self) -> Option<AllocationStrategy> {
        self.settings.environment.instances.as_ref().map(|instances| instances.allocation_strategy)
    }
}

impl ComputeEnvironment {
    fn arn(&self) -> String {
        self.stack.arn("batch", &format!("compute-environment/{}", self.name))
    }

    fn disable(&self) -> Call {
        let on = format!("{} (DISABLED)", self.name);
        let disable = call!(self, "batch:UpdateComputeEnvironment", on, Harmless, |me, aws, known| {
            let request = aws.once.batch.update_compute_environment().compute_environment(&me.name);
            let sent = request.state(CeState::Disabled).send().await;
            gone_is_done(sent.map_err(fault("batch:UpdateComputeEnvironment")))
        });
        disable.allowed_on(self.arn())
    }

    fn passing_roles(&self) -> Vec<Permission> {
        let stack = &self.stack;
        let pass = |role: String, service| {
            Permission::new("iam:PassRole", stack.iam_arn(&format!("role/{role}")))
                .when("iam:PassedToService", service)
        };
        let mut passing = Vec::new();
        if self.service_role.is_some() {
            passing.push(pass(names::service_role(&stack.name), "batch.amazonaws.com"));
        }
        if let Some(hosts) = &self.hosts {
            passing.push(pass(names::instance_role(&stack.name), "ec2.amazonaws.com"));
            if hosts.spot_fleet_role.is_some() {
                passing.push(pass(names::spot_fleet_role(&stack.name), "spotfleet.amazonaws.com"));
            }
        }
        passing
    }

    /// What is wanted, in the same plain values as what is found.
    fn settings(&self, known: &Known) -> Settings {
        let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
        let hosts = self.hosts.as_ref();
        let template = hosts.and_then(|hosts| hosts.template.as_ref());
        let spot_fleet_role = hosts.and_then(|hosts| hosts.spot_fleet_role.as_ref());
        Settings {
            environment: self.wanted.clone(),
            subnets: self.subnets.ids(known),
            groups: self.groups.ids(known),
            profile: text(hosts.and_then(|hosts| hosts.profile.expected(known))),
            template: template.map(|(id, version)| (text(id.get(known)), text(version.get(known)))),
            spot_fleet_role: text(spot_fleet_role.and_then(|role| role.expected(known))),
            host_tags: hosts.map(|_| self.stack.host_tags()).unwrap_or_default(),
        }
    }

    fn differences(&self, facts: &ComputeEnvironmentFacts, known: &Known) -> Vec<(Difference, Update)> {
        let wanted = self.settings(known);
        let pairs = facts.settings.attributes().into_iter().zip(wanted.attributes());
        let differences = pairs.filter_map(|((what, found, update), (_, wanted, _))| {
            Difference::between(what, found, wanted).map(|difference| (difference, update))
        });
        let of_tags = facts.settings.tags_of_hosts().differences(&wanted.tags_of_hosts()).into_iter();
        differences.chain(of_tags.map(|difference| (difference, Update::Infrastructure))).collect()
    }

    /// Why these differences cannot be put right where the environment is, when they cannot.
    fn fixed(&self, facts: &ComputeEnvironmentFacts, wrong: &[(Difference, Update)]) -> Option<Text> {
        let fixed = wrong.iter().find(|(_, update)| *update == Update::Fixed);
        if let Some((difference, _)) = fixed {
            let params = [("name", self.name.as_str()), ("what", difference.what.as_str())];
            return Some(say("environment-is-fixed", &params));
        }
        let infrastructure = wrong.iter().find(|(_, update)| *update == Update::Infrastructure)?;
        let params = [("name", self.name.as_str()), ("what", infrastructure.0.what.as_str())];
        let best_fit = |strategy: Option<AllocationStrategy>| strategy == Some(AllocationStrategy::BestFit);
        let wanted = self.wanted.instances.as_ref().map(|instances| instances.allocation_strategy);
        if !facts.uses_service_linked_role() {
            Some(say("environment-needs-service-linked-role", &params))
        } else if best_fit(facts.strategy()) || best_fit(wanted) {
            Some(say("environment-best-fit-is-fixed", &params))
        } else {
            None
        }
    }
}

impl Settings {
    fn tags_of_hosts(&self) -> Attributes {
        Attributes::default().with_each("computeResources.tags", &self.host_tags)
    }

    /// Each attribute in AWS's words, its value, and how it can be changed; always the same ones in the same order.
    fn attributes(&self) -> Vec<(&'static str, String, Update)> {
        use Update::{Fixed, Infrastructure, Scaling};
        let environment = &self.environment;
        let instances = environment.instances.as_ref();
        let on_instances =
            |value: fn(&blueprint::Instances) -> String| instances.map(value).unwrap_or_default();
        // For Fargate a new network is only a matter of where the next task starts; its type is for good (AWS Batch
        // User Guide, "Fargate compute environments": max vCPUs, security groups and subnets can be updated).
        let (network, kind) = match environment.kind.platform() {
            Platform::Fargate => (Scaling, Fixed),
            Platform::Ec2 => (Infrastructure, Infrastructure),
        };
        let template = self.template.as_ref().map(|(id, version)| {
            // A version that is still to be made has no number.
            if version.is_empty() {
                format!("{id}, a new version")
            } else {
                format!("{id}, version {version}")
            }
        });
        vec![
            ("platform", environment.kind.platform().batch().to_owned(), Fixed),
            ("spotIamFleetRole", self.spot_fleet_role.clone(), Fixed),
            ("type", environment.kind.batch().to_owned(), kind),
            ("state", environment.state.batch().to_owned(), Scaling),
            ("maxvCpus", environment.max_vcpus.to_string(), Scaling),
            ("minvCpus", on_instances(|i| i.min_vcpus.to_string()), Scaling),
            ("subnets", self.subnets.join(", "), network),
            ("securityGroupIds", self.groups.join(", "), network),
            ("instanceTypes", on_instances(types), Infrastructure),
            (
                "allocationStrategy",
                on_instances(|i| i.allocation_strategy.batch().to_owned()),
                Infrastructure,
            ),
            ("bidPercentage", on_instances(bid), Infrastructure),
            ("ec2KeyPair", on_instances(|i| i.key_pair.clone().unwrap_or_default()), Infrastructure),
            ("imageType", on_instances(|i| i.ami.batch().to_owned()), Infrastructure),
            ("instanceRole", self.profile.clone(), Infrastructure),
            ("launchTemplate", template.unwrap_or_default(), Infrastructure),
        ]
    }
}

/// In their order where the strategy goes by it.
fn types(instances: &blueprint::Instances) -> String {
    let mut types = instances.types.clone();
    let ordered = matches!(
        instances.allocation_strategy,
        AllocationStrategy::BestFitProgressiveOrdered | AllocationStrategy::SpotCapacityOptimizedPrioritized
    );
    if !ordered {
        types.sort();
    }
    types.join(", ")
}

/// 100 is what AWS takes where nothing is said.
fn bid(instances: &blueprint::Instances) -> String {
    instances.bid_percentage.filter(|bid| *bid != 100).map(|bid| bid.to_string()).unwrap_or_default()
}
