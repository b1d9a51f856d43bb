//! A scheduling policy: how a queue shares its compute out between people or projects (fair share).

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use aws_sdk_batch::types::{FairsharePolicy, ShareAttributes};

use super::{
    Attribute, Attributes, Call, Evidence, Facts, Kind, Known, Observed, Permission, Resource, ResourceId,
    Stack, Tagged, Verdict, call, gone_is_done,
    tags::{Tags, from_map},
};
use crate::{
    aws::{AwsFault, Clients, fault},
    blueprint,
    terraform::{self, Block, File, Part, Value},
};

/// A fair-share policy.
#[derive(Debug, Clone)]
pub(crate) struct SchedulingPolicy {
    pub(crate) stack: Arc<Stack>,
    pub(crate) name: String,
    /// What the blueprint says of it.
    pub(crate) wanted: blueprint::SchedulingPolicy,
}

/// The policy as found.
#[derive(Debug, Clone)]
pub(crate) struct SchedulingPolicyFacts {
    arn: String,
    found: blueprint::SchedulingPolicy,
    tags: Tags,
}

#[async_trait]
impl Resource for SchedulingPolicy {
    type Facts = SchedulingPolicyFacts;

    fn id(&self) -> ResourceId {
        ResourceId::new(Kind::SchedulingPolicy, &self.wanted.name)
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    fn depends_on(&self) -> Vec<ResourceId> {
        vec![]
    }

    async fn observe(&self, aws: &Clients) -> Observed<Self::Facts> {
        Observed::from_lookup(self.look(aws).await)
    }

    fn tagged<'f>(&'f self, facts: &'f Self::Facts) -> Option<Tagged<'f>> {
        Some(Tagged::batch(&self.stack, &facts.arn, &facts.tags))
    }

    fn known(&self, facts: &Self::Facts) -> Facts {
        Facts::none().with(Attribute::Arn, &facts.arn)
    }

    fn presumed(&self) -> Facts {
        Facts::none().with(Attribute::Arn, self.arn())
    }

    fn evidence(&self, facts: &Self::Facts) -> Vec<Evidence> {
        let mut evidence = vec![Evidence::new("arn", &facts.arn)];
        evidence.extend(attributes(&facts.found).evidence());
        evidence
    }

    fn judge(&self, facts: &Self::Facts, _known: &Known) -> Verdict {
        Verdict::in_place(attributes(&facts.found).differences(&attributes(&self.wanted)))
    }

    fn create(&self) -> Vec<Call> {
        vec![
            call!(self, "batch:CreateSchedulingPolicy", &self.name, LookFirst, |me, aws, known| {
                let made = aws
                    .once
                    .batch
                    .create_scheduling_policy()
                    .name(&me.name)
                    .fairshare_policy(me.fair_share())
                    .set_tags(Some(me.stack.tag_map(&Resource::id(&me))))
                    .send()
                    .await
                    .map_err(fault("batch:CreateSchedulingPolicy"))?;
                Ok(Facts::none().with(Attribute::Arn, made.arn().unwrap_or_default()))
            })
            .allowed_on(self.arn())
            .also_needs(Permission::new("batch:TagResource", self.arn()))
            .makes(self),
        ]
    }

    fn change(&self, _facts: &Self::Facts, _known: &Known) -> Vec<Call> {
        vec![
            call!(self, "batch:UpdateSchedulingPolicy", &self.name, Harmless, |me, aws, known| {
                let request = aws.once.batch.update_scheduling_policy().arn(me.arn());
                let sent = request.fairshare_policy(me.fair_share()).send().await;
                sent.map_err(fault("batch:UpdateSchedulingPolicy"))?;
                Ok(Facts::none())
            })
            .allowed_on(self.arn()),
        ]
    }

    fn delete(&self, facts: &Self::Facts) -> Vec<Call> {
        let arn = facts.arn.clone();
        vec![
            call!(self, "batch:DeleteSchedulingPolicy", &self.name, Harmless, |me, aws, known| {
                let request = aws.once.batch.delete_scheduling_policy().arn(&arn);
                gone_is_done(request.send().await.map_err(fault("batch:DeleteSchedulingPolicy")))
            } ; arn)
            .allowed_on(self.arn()),
        ]
    }

    fn terraform_address(&self) -> Option<String> {
        Some(format!("aws_batch_scheduling_policy.{}", terraform::label(&self.wanted.name)))
    }

    fn terraform(&self, facts: Option<&Self::Facts>, with: &terraform::Context<'_>) -> terraform::Part {
        let id = Resource::id(self);
        let address = with.address(&id);
        let settings = facts.map_or(&self.wanted, |facts| &facts.found);
        let mut fair_share = Block::new("fair_share_policy", &[])
            .set("compute_reservation", settings.compute_reservation)
            .set("share_decay_seconds", settings.share_decay_seconds);
        for (share, weight) in &settings.shares {
            let block = Block::new("share_distribution", &[])
                .set("share_identifier", share)
                // Our own number, in Terraform's own form.
                .set("weight_factor", Value::code(weight.to_string()));
            fair_share = fair_share.with(block);
        }
        let policy = Block::resource(address)
            .set("name", with.name(&self.name))
            .set("tags", with.tags(&id))
            .with(fair_share);
        Part::of(File::Batch, [policy]).import(address, facts.map(|facts| &facts.arn))
    }
}

/// What makes one policy differ from another, in AWS's words.
fn attributes(policy: &blueprint::SchedulingPolicy) -> Attributes {
    Attributes::default()
        .with("shareDecaySeconds", policy.share_decay_seconds)
        .with("computeReservation", policy.compute_reservation)
        .with_each("shareDistribution", &policy.shares)
}

impl SchedulingPolicy {
    fn arn(&self) -> String {
        self.stack.arn("batch", &format!("scheduling-policy/{}", self.name))
    }

    fn fair_share(&self) -> FairsharePolicy {
        let number = |value: u32| i32::try_from(value).unwrap_or(i32::MAX);
        // Four digits behind the point are all that AWS takes: a float holds them.
        #[allow(clippy::cast_possible_truncation)]
        let share = |(share, weight): (&String, &f64)| {
            ShareAttributes::builder().share_identifier(share).weight_factor(*weight as f32).build()
        };
        FairsharePolicy::builder()
            .share_decay_seconds(number(self.wanted.share_decay_seconds))
            .compute_reservation(number(self.wanted.compute_reservation))
            .set_share_distribution(Some(self.wanted.shares.iter().map(share).collect()))
            .build()
    }

    /// Asked for by its ARN, which its name makes: AWS has no look-up by name.
    async fn look(&self, aws: &Clients) -> Result<Option<SchedulingPolicyFacts>, AwsFault> {
        let found = aws.read.batch.describe_scheduling_policies().arns(self.arn()).send().await;
        let found = found.map_err(fault("batch:DescribeSchedulingPolicies"))?;
        let Some(policy) = found.scheduling_policies().first() else { return Ok(None) };
        Ok(Some(SchedulingPolicyFacts {
            arn: policy.arn().unwrap_or_default().to_owned(),
            found: read(&self.wanted.name, policy.fairshare_policy()),
            tags: from_map(policy.tags()),
        }))
    }
}

/// A policy as a blueprint would say it.
pub(crate) fn read(part: &str, fair_share: Option<&FairsharePolicy>) -> blueprint::SchedulingPolicy {
    let number = |value: Option<i32>| value.and_then(|value| u32::try_from(value).ok()).unwrap_or_default();
    let shares = fair_share.map(FairsharePolicy::share_distribution).unwrap_or_default();
    blueprint::SchedulingPolicy {
        name: part.to_owned(),
        share_decay_seconds: number(fair_share.and_then(FairsharePolicy::share_decay_seconds)),
        compute_reservation: number(fair_share.and_then(FairsharePolicy::compute_reservation)),
        shares: shares
            .iter()
            .filter_map(|share| Some((share.share_identifier()?.to_owned(), exact(share.weight_factor()))))
            .collect::<BTreeMap<_, _>>(),
    }
}

/// A weight as it was written: 0.1 and not 0.10000000149011612, which a float makes of it.
fn exact(weight: Option<f32>) -> f64 {
    weight.map_or(1.0, |weight| weight.to_string().parse().unwrap_or(1.0))
}
