//! The instance profile: what hands the instance role to an EC2 instance. A role is not a profile, and AWS Batch is
//! given the profile (AWS Batch User Guide, "Amazon ECS instance role").

use std::sync::Arc;

use async_trait::async_trait;

use super::{
    Attribute, Call, Difference, Evidence, Facts, Kind, Known, Observed, Permission, Ref, Resource,
    ResourceId, RoleName, Stack, Tagged, Verdict, absent_is_none, call, gone_is_done, not_known,
    tags::{Tags, iam_tags},
    there_is_done,
};
use crate::{
    aws::{AwsFault, Clients, fault},
    blueprint::names,
    terraform::{self, Block, File, Part},
    words::{Text, say},
};

/// The profile of the stack's EC2 instances. It holds exactly one role.
#[derive(Debug, Clone)]
pub(crate) struct InstanceProfile {
    pub(crate) stack: Arc<Stack>,
    pub(crate) name: String,
    pub(crate) role: Ref<RoleName>,
}

/// The profile as found.
#[derive(Debug, Clone)]
pub(crate) struct InstanceProfileFacts {
    arn: String,
    role: Option<String>,
    tags: Tags,
}

#[async_trait]
impl Resource for InstanceProfile {
    type Facts = InstanceProfileFacts;

    fn id(&self) -> ResourceId {
        ResourceId::main(Kind::InstanceProfile)
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    fn depends_on(&self) -> Vec<ResourceId> {
        vec![self.role.of.clone()]
    }

    async fn observe(&self, aws: &Clients) -> Observed<Self::Facts> {
        Observed::from_lookup(self.look(aws).await)
    }

    fn tagged<'f>(&'f self, facts: &'f Self::Facts) -> Option<Tagged<'f>> {
        Some(Tagged::instance_profile(&self.stack, &self.name, &facts.tags))
    }

    fn known(&self, facts: &Self::Facts) -> Facts {
        Facts::none().with(Attribute::Arn, &facts.arn).with(Attribute::Name, &self.name)
    }

    fn presumed(&self) -> Facts {
        Facts::none().with(Attribute::Arn, self.arn()).with(Attribute::Name, &self.name)
    }

    fn evidence(&self, facts: &Self::Facts) -> Vec<Evidence> {
        vec![
            Evidence::new("Arn", &facts.arn),
            Evidence::new("RoleName", facts.role.as_deref().unwrap_or("none")),
        ]
    }

    fn judge(&self, facts: &Self::Facts, known: &Known) -> Verdict {
        let found = facts.role.as_deref().unwrap_or_default();
        // A role that is not made yet has no name to compare with, but only one that it can have.
        let wanted = self.role.get(known).map_or_else(|| self.role_name(), str::to_owned);
        Verdict::in_place(Difference::between("role", found, &wanted))
    }

    /// A role is not a profile: one without a role hands nothing over, and one with another role hands over that.
    fn finding(&self, facts: &Self::Facts) -> Option<Text> {
        let (name, wanted) = (("name", self.name.as_str()), self.role_name());
        match &facts.role {
            None => Some(say("profile-without-role", &[name, ("role", &wanted)])),
            Some(found) if *found != wanted => {
                Some(say("profile-another-role", &[name, ("found", found), ("role", &wanted)]))
            }
            Some(_) => None,
        }
    }

    fn create(&self) -> Vec<Call> {
        vec![
            call!(self, "iam:CreateInstanceProfile", &self.name, LookFirst, |me, aws, known| {
                let tags = iam_tags(&me.stack.tags_of(&Resource::id(&me)));
                let request = aws.once.iam.create_instance_profile().instance_profile_name(&me.name);
                let made = request.set_tags(Some(tags)).send().await;
                let made = made.map_err(fault("iam:CreateInstanceProfile"))?;
                let arn = made.instance_profile().map(|profile| profile.arn().to_owned());
                Ok(Facts::none()
                    .with(Attribute::Arn, arn.unwrap_or_default())
                    .with(Attribute::Name, &me.name))
            })
            .allowed_on(self.arn())
            .also_needs(Permission::new("iam:TagInstanceProfile", self.arn()))
            .makes(self),
            self.add_role(),
        ]
    }

    /// It holds one role and no more, so that another one leaves it first.
    fn change(&self, facts: &Self::Facts, _known: &Known) -> Vec<Call> {
        facts.role.iter().map(|other| self.remove_role(other)).chain([self.add_role()]).collect()
    }

    fn delete(&self, facts: &Self::Facts) -> Vec<Call> {
        let mut calls = Vec::new();
        calls.extend(facts.role.iter().map(|role| self.remove_role(role)));
        calls.push(
            call!(self, "iam:DeleteInstanceProfile", &self.name, Harmless, |me, aws, known| {
                let request = aws.once.iam.delete_instance_profile().instance_profile_name(&me.name);
                gone_is_done(request.send().await.map_err(fault("iam:DeleteInstanceProfile")))
            })
            .allowed_on(self.arn()),
        );
        calls
    }

    fn terraform_address(&self) -> Option<String> {
        Some("aws_iam_instance_profile.instance".to_owned())
    }

    fn terraform(&self, facts: Option<&Self::Facts>, with: &terraform::Context<'_>) -> terraform::Part {
        let id = Resource::id(self);
        let address = with.address(&id);
        let profile = Block::resource(address)
            .set("name", with.name(&self.name))
            .set("role", with.refer(&self.role))
            .set("tags", with.tags(&id));
        let mut part = Part::of(File::Iam, [profile]).import(address, facts.map(|_| &self.name));
        // Through the profile an environment needs the role's policies.
        part.usable_after = with.usable(&self.role.of).to_vec();
        part
    }
}

impl InstanceProfile {
    fn arn(&self) -> String {
        self.stack.iam_arn(&format!("instance-profile/{}", self.name))
    }

    fn role_name(&self) -> String {
        names::instance_role(&self.stack.name)
    }

    fn remove_role(&self, role: &str) -> Call {
        let role = role.to_owned();
        call!(self, "iam:RemoveRoleFromInstanceProfile", format!("{} ({role})", self.name), Harmless, |me, aws, known| {
            let request = aws.once.iam.remove_role_from_instance_profile();
            let request = request.instance_profile_name(&me.name).role_name(&role);
            gone_is_done(request.send().await.map_err(fault("iam:RemoveRoleFromInstanceProfile")))
        } ; role)
        .allowed_on(self.arn())
    }

    fn add_role(&self) -> Call {
        let role_arn = self.stack.iam_arn(&format!("role/{}", self.role_name()));
        let on = format!("{} ({})", self.name, self.role_name());
        call!(self, "iam:AddRoleToInstanceProfile", on, LookFirst, |me, aws, known| {
            let action = "iam:AddRoleToInstanceProfile";
            let role = me.role.get(&known).ok_or_else(|| not_known(action, "the instance role"))?;
            let request = aws.once.iam.add_role_to_instance_profile().instance_profile_name(&me.name);
            // A second role would be refused (LimitExceeded); the look that ends the step sees which one is there.
            there_is_done(request.role_name(role).send().await.map_err(fault(action)))
        })
        .allowed_on(self.arn())
        .also_needs(
            Permission::new("iam:PassRole", role_arn).when("iam:PassedToService", "ec2.amazonaws.com"),
        )
        .find({
            let me = self.clone();
            move |aws, known| {
                let me = me.clone();
                async move {
                    let found = me.look(&aws).await?;
                    let holds = found.filter(|facts| facts.role.as_deref() == me.role.get(&known));
                    Ok(holds.map(|_| Facts::none()))
                }
            }
        })
    }

    async fn look(&self, aws: &Clients) -> Result<Option<InstanceProfileFacts>, AwsFault> {
        let found = aws.read.iam.get_instance_profile().instance_profile_name(&self.name).send().await;
        let found = absent_is_none(found.map_err(fault("iam:GetInstanceProfile")))?;
        let Some(profile) = found.and_then(|found| found.instance_profile) else { return Ok(None) };
        let tags = profile.tags().iter();
        Ok(Some(InstanceProfileFacts {
            arn: profile.arn().to_owned(),
            role: profile.roles().first().map(|role| role.role_name().to_owned()),
            tags: tags.map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect(),
        }))
    }
}
