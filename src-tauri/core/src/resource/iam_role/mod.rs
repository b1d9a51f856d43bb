//! What all IAM roles share: a trust policy for one AWS service, managed policies, and their calls.

mod found;
mod inline;
mod needs;
mod rights;
mod simulated;
mod trust;

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;

pub(crate) use self::{found::RoleFacts, inline::Inline, needs::Needs};
use self::{found::look, rights::Rights, trust::Trust};
use super::{
    Addition, Attribute, Call, Difference, Evidence, Facts, Known, Mend, Observed, Permission, Resource,
    ResourceId, Stack, Tagged, Verdict, call, gone_is_done, iam_policy, tags::iam_tags,
};
use crate::{
    aws::{Clients, fault},
    terraform::{self, Block, File, Part},
    words::{Text, say},
};

/// A role that one AWS service may assume.
#[derive(Debug, Clone)]
pub(crate) struct IamRole {
    pub(crate) stack: Arc<Stack>,
    pub(crate) id: ResourceId,
    pub(crate) name: String,
    /// `batch.amazonaws.com`.
    pub(crate) trusted: &'static str,
    pub(crate) description: &'static str,
    /// AWS-managed policies by their path: `service-role/AWSBatchServiceRole`.
    pub(crate) policies: Vec<&'static str>,
    /// What it must be able to do by these, or by others that say the same.
    pub(crate) needs: Needs,
    /// What it may do besides, as a policy of its own.
    pub(crate) inline: Inline,
}

const TRUST: &str = "trust policy";

#[async_trait]
impl Resource for IamRole {
    type Facts = RoleFacts;

    fn id(&self) -> ResourceId {
        self.id.clone()
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    fn depends_on(&self) -> Vec<ResourceId> {
        vec![]
    }

    async fn observe(&self, aws: &Clients) -> Observed<RoleFacts> {
        let mut found = look(aws, &self.name, &self.policy_arns()).await;
        if let Ok(Some(facts)) = &mut found {
            facts.simulated = self.simulate(aws, facts).await;
        }
        Observed::from_lookup(found)
    }

    fn tagged<'f>(&'f self, facts: &'f RoleFacts) -> Option<Tagged<'f>> {
        Some(Tagged::role(&self.stack, &self.name, &facts.tags))
    }

    fn known(&self, facts: &RoleFacts) -> Facts {
        Facts::none().with(Attribute::Arn, &facts.arn).with(Attribute::Name, &self.name)
    }

    fn presumed(&self) -> Facts {
        Facts::none().with(Attribute::Arn, self.arn()).with(Attribute::Name, &self.name)
    }

    fn evidence(&self, facts: &RoleFacts) -> Vec<Evidence> {
        let mut evidence = vec![
            Evidence::new("Arn", &facts.arn),
            Evidence::new("AssumeRolePolicyDocument", trust::shown(facts)),
            Evidence::new("AttachedPolicies", facts.attached.join(", ")),
            Evidence::new("PolicyNames", facts.inline.keys().cloned().collect::<Vec<_>>().join(", ")),
        ];
        evidence.extend(facts.boundary.iter().map(|(arn, _)| Evidence::new("PermissionsBoundary", arn)));
        evidence
    }

    fn judge(&self, facts: &RoleFacts, _known: &Known) -> Verdict {
        let rights = self.rights(facts);
        let mut wrong = Vec::new();
        let trust = self.trusted(facts);
        wrong.extend(self.trust_difference(&trust));
        let lacking = self.to_attach(facts, &rights);
        wrong.extend(lacking.into_iter().map(|policy| Difference::lacking("attached policy", policy)));
        let found = facts.inline.get(self.inline.name);
        if self.inline_is_wrong(facts) {
            wrong.extend(iam_policy::difference(found, self.inline.policy.as_ref()));
            let params = [("name", self.name.as_str()), ("policy", self.inline.name)];
            let by_hand = found.filter(|found| !(self.inline.can_say)(&self.stack, found));
            let refusal = by_hand.map(|_| say("role-policy-by-hand", &params));
            if let Some(refusal) = refusal.or_else(|| self.inline.too_large(&self.name)) {
                return Verdict::Wrong(wrong, Mend::Refuse(refusal));
            }
        }
        // What others take away from a role is theirs to give back.
        if let Some((taken, why)) = self.taken_away(facts, &trust, &rights) {
            return Verdict::Wrong(wrong.into_iter().chain(taken).collect(), Mend::Refuse(why));
        }
        Verdict::in_place(wrong)
    }

    fn finding(&self, facts: &RoleFacts) -> Option<Text> {
        self.says(facts)
    }

    fn doubt(&self, facts: &RoleFacts) -> Option<Text> {
        self.doubts(facts)
    }

    fn judge_absent(&self) -> Verdict {
        self.inline.too_large(&self.name).map_or(Verdict::Missing, Verdict::Lacking)
    }

    fn create(&self) -> Vec<Call> {
        let mut calls = vec![
            call!(self, "iam:CreateRole", &self.name, LookFirst, |me, aws, known| {
                let mut request = aws
                    .once
                    .iam
                    .create_role()
                    .role_name(&me.name)
                    .description(me.description)
                    .assume_role_policy_document(me.trust().to_string());
                request = request.set_tags(Some(iam_tags(&me.stack.tags_of(&me.id))));
                let made = request.send().await.map_err(fault("iam:CreateRole"))?;
                let arn = made.role().map(|role| role.arn().to_owned()).unwrap_or_default();
                Ok(Facts::none().with(Attribute::Arn, arn).with(Attribute::Name, &me.name))
            })
            .allowed_on(self.arn())
            .also_needs(Permission::new("iam:TagRole", self.arn()))
            .makes(self),
        ];
        calls.extend(self.policy_arns().into_iter().map(|policy| self.attach(policy)));
        calls.extend(self.put_inline());
        calls
    }

    fn change(&self, facts: &RoleFacts, _known: &Known) -> Vec<Call> {
        let mut calls = Vec::new();
        if self.trusted(facts).is_to_put() {
            calls.push(self.put_trust());
        }
        let lacking = self.to_attach(facts, &self.rights(facts));
        calls.extend(lacking.into_iter().map(|policy| self.attach(policy)));
        if self.inline_is_wrong(facts) {
            calls.push(self.put_inline().unwrap_or_else(|| self.delete_inline(self.inline.name)));
        }
        calls
    }

    /// Who else may assume it, and what it may do besides.
    fn additions(&self, facts: &RoleFacts) -> Vec<Addition> {
        let trust = match self.trusted(facts) {
            Trust::Denied(denial) => vec![denial],
            // Where the trust policy is wrong, it is written anew anyway.
            trust if trust.is_to_put() => vec![],
            _ => self.let_in(facts),
        };
        let trust = (!trust.is_empty()).then(|| Addition {
            difference: Difference::added(TRUST, trust.join(", ")),
            call: self.put_trust(),
        });
        // What the role works by is no addition.
        let more = |document: Option<&Value>| !self.serves(facts, document);
        let attached = self.attached_by_others(facts);
        let attached = attached.filter(|arn| more(facts.documents.get(*arn).and_then(Option::as_ref)));
        let attached = attached.map(|policy| Addition {
            difference: Difference::added("attached policy", policy),
            call: self.detach(policy),
        });
        let inline = self.inline_of_others(facts).filter(|(_, policy)| more(Some(policy)));
        let inline = inline.map(|(name, policy)| Addition {
            difference: Difference::added(
                &format!("inline policy {name}"),
                iam_policy::statements(policy).join("\n"),
            ),
            call: self.delete_inline(name),
        });
        trust.into_iter().chain(attached).chain(inline).collect()
    }

    fn taking(&self, facts: &RoleFacts) -> Option<Text> {
        let attached = self.attached_by_others(facts).map(|policy| short(policy));
        let inline = self.inline_of_others(facts).map(|(name, _)| name.as_str());
        let others: Vec<_> = attached.chain(inline).collect();
        let params = [("name", self.name.as_str()), ("policies", &others.join(", "))];
        (!others.is_empty()).then(|| say("taking-policies", &params))
    }

    /// Everything that hangs on the role goes first, also what others attached: IAM refuses otherwise.
    fn delete(&self, facts: &RoleFacts) -> Vec<Call> {
        let mut calls: Vec<_> = facts.attached.iter().map(|policy| self.detach(policy)).collect();
        calls.extend(facts.inline.keys().map(|policy| self.delete_inline(policy)));
        calls.push(self.delete_role());
        calls
    }

    fn unmake(&self) -> Vec<Call> {
        let mut calls: Vec<_> = self.policy_arns().iter().map(|policy| self.detach(policy)).collect();
        calls.extend(self.inline.policy.iter().map(|_| self.delete_inline(self.inline.name)));
        calls.push(self.delete_role());
        calls
    }

    fn terraform_address(&self) -> Option<String> {
        Some(format!("aws_iam_role.{}", self.terraform_name()))
    }

    fn terraform(&self, facts: Option<&RoleFacts>, with: &terraform::Context<'_>) -> terraform::Part {
        let address = with.address(&self.id);
        // What somebody has it ask of who calls keeps nobody out who should be let in.
        let stays = facts.filter(|facts| {
            let lets_in = || matches!(self.trusted(facts), Trust::Given | Trust::Open(_));
            self.stack.accepts_something(&self.id, TRUST) || lets_in() && self.let_in(facts).is_empty()
        });
        let trust = stays.map_or_else(|| self.trust(), |facts| facts.trust.clone());
        let role = Block::resource(address)
            .set("name", with.name(&self.name))
            .set("description", self.description)
            .set("assume_role_policy", terraform::Value::from(&trust).json())
            .set("tags", with.tags(&self.id));
        let mut part = Part::of(File::Iam, [role]).import(address, facts.map(|_| &self.name));
        let served = facts.filter(|facts| !self.has_managed(facts) && self.rights(facts).lacking.is_empty());
        if !self.policies.is_empty() && served.is_none() {
            // The same three words in every partition: aws, aws-cn, aws-us-gov.
            part.blocks.insert(0, (File::Iam, Block::data("data.aws_partition.current")));
        }
        for (path, arn) in self.policies.iter().zip(self.policy_arns()).filter(|_| served.is_none()) {
            let label = match self.policies.len() {
                1 => with.label(&self.id).to_owned(),
                _ => format!("{}_{}", with.label(&self.id), terraform::label(short(path))),
            };
            let attachment = format!("aws_iam_role_policy_attachment.{label}");
            let block = Block::resource(&attachment)
                .set("role", terraform::Value::code(format!("{address}.name")))
                .set("policy_arn", terraform::Context::managed_policy(path));
            part.blocks.push((File::Iam, block));
            let attached = facts.filter(|facts| facts.attached.contains(&arn));
            part = part.import(&attachment, attached.map(|_| format!("{}/{arn}", self.name)));
            part.usable_after.push(attachment);
        }
        // What somebody has it work by instead of AWS's own policy is written down as it is found.
        for arn in served.iter().flat_map(|facts| self.attached_by_others(facts)) {
            let attachment = format!(
                "aws_iam_role_policy_attachment.{}_{}",
                with.label(&self.id),
                terraform::label(short(arn))
            );
            let block = Block::resource(&attachment)
                .set("role", terraform::Value::code(format!("{address}.name")))
                .set("policy_arn", arn);
            part.blocks.push((File::Iam, block));
            part = part.import(&attachment, Some(format!("{}/{arn}", self.name)));
            part.usable_after.push(attachment);
        }
        let there = facts.and_then(|facts| facts.inline.get(self.inline.name));
        if let Some(policy) = there.or(self.inline.policy.as_ref()) {
            let own = format!("aws_iam_role_policy.{}_{}", with.label(&self.id), self.inline.name);
            let (policy, asked) = with.policy(policy);
            let block = Block::resource(&own)
                .set("name", self.inline.name)
                .set("role", terraform::Value::code(format!("{address}.name")))
                .set("policy", policy);
            part.blocks.splice(0..0, asked.into_iter().map(|block| (File::Iam, block)));
            part.blocks.push((File::Iam, block));
            part = part.import(&own, there.map(|_| format!("{}:{}", self.name, self.inline.name)));
            part.usable_after.push(own);
        }
        part
    }
}

impl IamRole {
    /// The role's name in Terraform: `service`, `execution`, `align_role` for the job definition `align`.
    fn terraform_name(&self) -> String {
        if self.id.part == "main" {
            terraform::label(self.id.kind.code().trim_end_matches("-role"))
        } else {
            format!("{}_role", terraform::label(&self.id.part))
        }
    }

    pub(crate) fn policy_arns(&self) -> Vec<String> {
        let partition = self.stack.partition();
        self.policies.iter().map(|path| format!("arn:{partition}:iam::aws:policy/{path}")).collect()
    }

    pub(crate) fn arn(&self) -> String {
        self.stack.iam_arn(&format!("role/{}", self.name))
    }

    /// AWS's policies that are to be attached: none, where the role can do all that it must by others.
    fn to_attach(&self, facts: &RoleFacts, rights: &Rights) -> Vec<String> {
        let missing = self.policy_arns().into_iter().filter(|policy| !facts.attached.contains(policy));
        missing.filter(|_| !rights.lacking.is_empty()).collect()
    }

    fn attached_by_others<'f>(&self, facts: &'f RoleFacts) -> impl Iterator<Item = &'f String> {
        let ours = self.policy_arns();
        facts.attached.iter().filter(move |policy| !ours.contains(policy))
    }

    fn inline_of_others<'f>(&self, facts: &'f RoleFacts) -> impl Iterator<Item = (&'f String, &'f Value)> {
        let ours = self.inline.name;
        facts.inline.iter().filter(move |(name, _)| *name != ours)
    }

    fn put_trust(&self) -> Call {
        call!(self, "iam:UpdateAssumeRolePolicy", &self.name, Harmless, |me, aws, known| {
            let request = aws.once.iam.update_assume_role_policy().role_name(&me.name);
            let request = request.policy_document(me.trust().to_string());
            request.send().await.map_err(fault("iam:UpdateAssumeRolePolicy"))?;
            Ok(Facts::none())
        })
        .allowed_on(self.arn())
    }

    fn inline_is_wrong(&self, facts: &RoleFacts) -> bool {
        facts.inline.get(self.inline.name) != self.inline.policy.as_ref()
    }

    fn put_inline(&self) -> Option<Call> {
        let document = self.inline.policy.as_ref()?.to_string();
        let on = format!("{} ({})", self.name, self.inline.name);
        let call = call!(self, "iam:PutRolePolicy", on, Harmless, |me, aws, known| {
            let request = aws.once.iam.put_role_policy().role_name(&me.name).policy_name(me.inline.name);
            request.policy_document(&document).send().await.map_err(fault("iam:PutRolePolicy"))?;
            Ok(Facts::none())
        }
        ; document);
        Some(call.allowed_on(self.arn()))
    }

    fn delete_inline(&self, policy: &str) -> Call {
        let policy = policy.to_owned();
        call!(self, "iam:DeleteRolePolicy", format!("{} ({policy})", self.name), Harmless, |me, aws, known| {
            let request = aws.once.iam.delete_role_policy().role_name(&me.name).policy_name(&policy);
            gone_is_done(request.send().await.map_err(fault("iam:DeleteRolePolicy")))
        }
        ; policy)
        .allowed_on(self.arn())
    }

    fn detach(&self, policy: &str) -> Call {
        let policy = policy.to_owned();
        call!(self, "iam:DetachRolePolicy", format!("{} ({})", self.name, short(&policy)), Harmless, |me, aws, known| {
            let request = aws.once.iam.detach_role_policy().role_name(&me.name).policy_arn(&policy);
            gone_is_done(request.send().await.map_err(fault("iam:DetachRolePolicy")))
        }
        ; policy)
        .allowed_on(self.arn())
    }

    fn delete_role(&self) -> Call {
        call!(self, "iam:DeleteRole", &self.name, Harmless, |me, aws, known| {
            let request = aws.once.iam.delete_role().role_name(&me.name);
            gone_is_done(request.send().await.map_err(fault("iam:DeleteRole")))
        })
        .allowed_on(self.arn())
    }

    fn attach(&self, policy: String) -> Call {
        let only = &policy.clone();
        call!(self, "iam:AttachRolePolicy", format!("{} ({})", self.name, short(&policy)), Harmless, |me, aws, known| {
            let request = aws.once.iam.attach_role_policy().role_name(&me.name).policy_arn(&policy);
            request.send().await.map_err(fault("iam:AttachRolePolicy"))?;
            Ok(Facts::none())
        }
        ; policy)
        .allowed_on(self.arn())
        .only_when("iam:PolicyARN", only)
    }
}

/// The part of a policy's ARN that a person knows it by.
fn short(policy_arn: &str) -> &str {
    policy_arn.rsplit('/').next().unwrap_or(policy_arn)
}
