//! One file per AWS resource, each with the same verbs in the same order: what it is, observe, judge, create,
//! change, delete, terraform, tests. Adding a resource touches one file and one line of [`Kind`] and `list`.
//!
//! Everything Slipway does to an account is this list, walked in some order. A resource never calls another
//! resource: order comes from `depends_on`, values come through [`Ref`].

mod call;
mod difference;
mod kind;
mod known;
mod list;
mod look;
mod place;
mod survey;
mod tagging;
mod tags;
mod verdict;

mod compute_environment;
mod default_vpc;
mod elastic_ip;
mod execution_role;
mod existing_vpc;
mod flow;
mod iam_policy;
mod iam_role;
mod instance_profile;
mod instance_role;
mod internet_gateway;
mod job_definition;
mod job_queue;
mod job_role;
mod launch_template;
mod log_group;
mod nat_gateway;
mod repository;
mod route_table;
mod scheduling_policy;
mod security_group;
mod service_linked_role;
mod service_role;
mod spot_fleet_role;
mod subnet;
mod vpc;
mod vpc_endpoint;

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;

pub use call::{Call, Permission, Repeat};
pub(crate) use call::{absent_is_none, call, gone_is_done, not_known, there_is_done};
pub(crate) use compute_environment::read as read_compute_environment;
pub(crate) use difference::Attributes;
pub use difference::{Difference, STATUS};
pub(crate) use execution_role::execution_role;
pub(crate) use iam_policy::policy_document;
pub(crate) use instance_role::instance_role;
pub(crate) use job_definition::read as read_job_definition;
pub use job_role::policy as job_policy;
pub(crate) use job_role::read as read_access;
pub use kind::{Kind, ResourceId};
pub use known::*;
pub(crate) use launch_template::read as read_launch_template;
pub(crate) use list::quarter_of;
pub use list::{Resources, list};
pub use look::{AnyResource, Look};
pub(crate) use place::{Groups, Subnets};
pub(crate) use scheduling_policy::read as read_scheduling_policy;
pub use survey::Survey;
pub use tagging::Tagged;
pub(crate) use tags::{Tags, filter, from_ec2, from_map};
pub use verdict::*;

use crate::{account::Session, aws::Clients, blueprint::names, terraform, words::Text};

/// The stack that a resource belongs to, as every resource needs it: for names, tags and ARNs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stack {
    /// Its name, the first part of every name it gives.
    pub name: String,
    /// Its id, the value of the tag `slipway:stack-id`: what makes a thing ours.
    pub id: String,
    /// The account's number.
    pub account: String,
    /// The region.
    pub region: String,
    /// The person's own tags.
    pub tags: BTreeMap<String, String>,
    /// The keys of tags that an earlier blueprint named and this one does not: to be taken off.
    pub former_tags: BTreeSet<String>,
    /// Which generation of a compute environment is the present one, where it is not the first.
    pub generations: BTreeMap<String, u32>,
    /// What somebody has added to resources, and somebody has accepted.
    pub accepted: Accepted,
}

/// By the resource's id what was added to it, as it was told when it was accepted.
pub type Accepted = BTreeMap<String, Vec<Difference>>;

/// The tag that carries a stack's name.
pub const STACK_TAG: &str = "slipway:stack";
/// The tag that carries a stack's id; what has it is ours, nothing else is.
pub const STACK_ID_TAG: &str = "slipway:stack-id";
/// The tag that tells which part of the stack something without a unique name is: `subnet/a`.
pub const PART_TAG: &str = "slipway:part";

impl Stack {
    /// What a name alone tells: where ARNs begin.
    pub(crate) fn called(name: &str, session: &Session) -> Self {
        Self {
            name: name.to_owned(),
            id: String::new(),
            account: session.identity.account.clone(),
            region: session.region.clone(),
            tags: BTreeMap::new(),
            former_tags: BTreeSet::new(),
            generations: BTreeMap::new(),
            accepted: BTreeMap::new(),
        }
    }

    /// `arn:PARTITION:` for this region.
    pub fn partition(&self) -> &'static str {
        if self.region.starts_with("cn-") {
            "aws-cn"
        } else if self.region.starts_with("us-gov-") {
            "aws-us-gov"
        } else {
            "aws"
        }
    }

    /// The ARN of a resource of this account in this region.
    pub fn arn(&self, service: &str, resource: &str) -> String {
        format!("arn:{}:{service}:{}:{}:{resource}", self.partition(), self.region, self.account)
    }

    /// The ARN of a role, user or policy of this account.
    pub fn iam_arn(&self, resource: &str) -> String {
        format!("arn:{}:iam::{}:{resource}", self.partition(), self.account)
    }

    /// The generation of the compute environment of this name in the blueprint.
    pub fn generation(&self, environment: &str) -> u32 {
        self.generations.get(environment).copied().unwrap_or(1)
    }

    /// The compute environment that is the present one of this name in the blueprint.
    pub fn environment(&self, environment: &str) -> ResourceId {
        let part = names::of_generation(environment, self.generation(environment));
        ResourceId::new(Kind::ComputeEnvironment, part)
    }

    /// Whether anything of this kind was added to a resource and accepted.
    pub(crate) fn accepts_something(&self, resource: &ResourceId, what: &str) -> bool {
        let accepted = self.accepted.get(&resource.to_string());
        accepted.is_some_and(|accepted| accepted.iter().any(|difference| difference.what == what))
    }

    /// The keys among these tags that the stack has no longer.
    pub(crate) fn dropped(&self, tags: &BTreeMap<String, String>) -> impl Iterator<Item = String> {
        let kept = |key: &&String| !self.tags.contains_key(*key) && !self.former_tags.contains(*key);
        tags.keys().filter(kept).cloned()
    }

    /// Every tag of a resource of this stack, in order.
    pub fn tags_of(&self, resource: &ResourceId) -> BTreeMap<String, String> {
        let mut tags = self.tags.clone();
        tags.insert(STACK_TAG.to_owned(), self.name.clone());
        tags.insert(STACK_ID_TAG.to_owned(), self.id.clone());
        tags.insert(PART_TAG.to_owned(), resource.to_string());
        tags
    }
}

/// The verbs of a resource. `Facts` are what one look at it brings back.
#[async_trait]
pub trait Resource: std::fmt::Debug + Send + Sync {
    /// What one look at it brings back.
    type Facts: Send + Sync;

    /// Which resource of the stack it is.
    fn id(&self) -> ResourceId;

    /// Its name in AWS, or what it is called where AWS gives it none.
    fn name(&self) -> String;

    /// What must be there before it, and go after it.
    fn depends_on(&self) -> Vec<ResourceId>;

    /// Looks, read-only.
    async fn observe(&self, aws: &Clients) -> Observed<Self::Facts>;

    /// Whether what was found is the resource itself, and not only where it would be.
    fn is_there(&self, _facts: &Self::Facts) -> bool {
        true
    }

    /// The tags it was found with and where they are; none for what is not the stack's to tag.
    fn tagged<'f>(&'f self, facts: &'f Self::Facts) -> Option<Tagged<'f>>;

    /// Whether what was found carries this stack's tag.
    fn is_ours(&self, facts: &Self::Facts) -> bool {
        self.tagged(facts).is_some_and(|tagged| tagged.is_ours())
    }

    /// What others may need of it.
    fn known(&self, facts: &Self::Facts) -> Facts;

    /// What its name alone tells of it, there or not: its ARN.
    fn presumed(&self) -> Facts {
        Facts::none()
    }

    /// What the verdict rests on.
    fn evidence(&self, facts: &Self::Facts) -> Vec<Evidence>;

    /// Compares what was found, and is not somebody else's, with what is wanted; its tags aside. Pure.
    fn judge(&self, facts: &Self::Facts, known: &Known) -> Verdict;

    /// What is wrong with it, with what that means, where it is not as wanted and more can be said than which attributes
    /// differ.
    fn finding(&self, _facts: &Self::Facts) -> Option<Text> {
        None
    }

    /// What could not be told of it although it could be looked at. It never blocks.
    fn doubt(&self, _facts: &Self::Facts) -> Option<Text> {
        None
    }

    /// What its absence means; most resources would be made.
    fn judge_absent(&self) -> Verdict {
        Verdict::Missing
    }

    /// The calls that make it; nothing is sent yet.
    fn create(&self) -> Vec<Call>;

    /// The calls that put right what [`Resource::judge`] found, where that can be done in place.
    fn change(&self, facts: &Self::Facts, known: &Known) -> Vec<Call>;

    /// What somebody has put on it besides what is wanted.
    fn additions(&self, _facts: &Self::Facts) -> Vec<Addition> {
        vec![]
    }

    /// Why it stays when the stack is torn down, where it does.
    fn stays(&self, _facts: &Self::Facts) -> Option<Text> {
        None
    }

    /// What a person should know of that goes with it when it is removed.
    fn taking(&self, _facts: &Self::Facts) -> Option<Text> {
        None
    }

    /// The calls that remove it.
    fn delete(&self, facts: &Self::Facts) -> Vec<Call>;

    /// The calls that remove what [`Resource::create`] makes, without a look at it: of what is made only so that
    /// something else can go.
    fn unmake(&self) -> Vec<Call> {
        vec![]
    }

    /// Seconds from nothing to ready: what is usual, and when waiting longer makes no sense.
    fn takes(&self) -> (u32, u32) {
        (1, 120)
    }

    /// Its address in Terraform: `aws_vpc.main`, or `data.aws_vpc.default`; none where it is not written down.
    fn terraform_address(&self) -> Option<String>;

    /// Its blocks and imports in Terraform. `facts` are absent before it exists (a preview).
    fn terraform(&self, facts: Option<&Self::Facts>, with: &terraform::Context<'_>) -> terraform::Part;
}
