//! The log group of the stack's jobs, with a retention: a log kept for ever is a cost nobody decided on.
//!
//! It is made before any job runs, since the execution role may not create log groups
//! (AmazonECSTaskExecutionRolePolicy has CreateLogStream and PutLogEvents only).

use std::sync::Arc;

use async_trait::async_trait;

use super::{
    Attribute, Call, Difference, Evidence, Facts, Kind, Known, Observed, Permission, Resource, ResourceId,
    Stack, Tagged, Verdict, call, gone_is_done,
    tags::{Tags, from_map},
};
use crate::{
    aws::{AwsFault, Clients, fault},
    blueprint::RETENTION_DAYS,
    terraform::{self, Block, File, Part, Value, Variable},
};

/// A log group.
#[derive(Debug, Clone)]
pub(crate) struct LogGroup {
    pub(crate) stack: Arc<Stack>,
    pub(crate) name: String,
    pub(crate) retention_days: i32,
}

/// The log group as found.
#[derive(Debug, Clone)]
pub(crate) struct LogGroupFacts {
    retention_days: Option<i32>,
    tags: Tags,
}

#[async_trait]
impl Resource for LogGroup {
    type Facts = LogGroupFacts;

    fn id(&self) -> ResourceId {
        ResourceId::main(Kind::LogGroup)
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
        Some(Tagged::log_group(&self.stack, self.arn(), &facts.tags))
    }

    fn known(&self, _facts: &Self::Facts) -> Facts {
        Facts::none().with(Attribute::Name, &self.name).with(Attribute::Arn, self.arn())
    }

    fn presumed(&self) -> Facts {
        Facts::none().with(Attribute::Name, &self.name)
    }

    fn evidence(&self, facts: &Self::Facts) -> Vec<Evidence> {
        let days = facts.retention_days.map_or_else(|| "never expires".to_owned(), |days| days.to_string());
        vec![Evidence::new("logGroupName", &self.name), Evidence::new("retentionInDays", days)]
    }

    fn judge(&self, facts: &Self::Facts, _known: &Known) -> Verdict {
        let found = facts.retention_days.map(|days| days.to_string()).unwrap_or_default();
        Verdict::in_place(Difference::between("retentionInDays", found, self.retention_days))
    }

    fn create(&self) -> Vec<Call> {
        vec![
            call!(self, "logs:CreateLogGroup", &self.name, LookFirst, |me, aws, known| {
                let request = aws.once.logs.create_log_group().log_group_name(&me.name);
                let tags = me.stack.tag_map(&Resource::id(&me));
                request.set_tags(Some(tags)).send().await.map_err(fault("logs:CreateLogGroup"))?;
                Ok(Facts::none().with(Attribute::Name, &me.name))
            })
            .allowed_on(self.arn_of_streams())
            .also_needs(Permission::new("logs:TagResource", self.arn()))
            .makes(self),
            self.set_retention(),
        ]
    }

    fn change(&self, facts: &Self::Facts, _known: &Known) -> Vec<Call> {
        if facts.retention_days == Some(self.retention_days) { vec![] } else { vec![self.set_retention()] }
    }

    fn delete(&self, _facts: &Self::Facts) -> Vec<Call> {
        vec![
            call!(self, "logs:DeleteLogGroup", &self.name, Harmless, |me, aws, known| {
                let request = aws.once.logs.delete_log_group().log_group_name(&me.name);
                gone_is_done(request.send().await.map_err(fault("logs:DeleteLogGroup")))
            })
            .allowed_on(self.arn_of_streams()),
        ]
    }

    fn terraform_address(&self) -> Option<String> {
        Some("aws_cloudwatch_log_group.jobs".to_owned())
    }

    fn terraform(&self, facts: Option<&Self::Facts>, with: &terraform::Context<'_>) -> terraform::Part {
        let id = Resource::id(self);
        let address = with.address(&id);
        let group = Block::resource(address)
            .set("name", with.name(&self.name))
            .set("retention_in_days", Value::code("var.log_retention_days"))
            .set("tags", with.tags(&id));
        let days = facts.and_then(|facts| facts.retention_days).unwrap_or(self.retention_days);
        let known = RETENTION_DAYS.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
        let retention = Variable::new(
            "log_retention_days".to_owned(),
            "number",
            "Days until CloudWatch Logs forgets a line.",
            days,
        );
        Part::of(File::Batch, [group])
            .import(address, facts.map(|_| &self.name))
            .variable(retention.must(
                format!("contains([{known}], var.log_retention_days)"),
                "CloudWatch Logs knows certain numbers of days only: 7, 14, 30, 90, 365 and some more.",
            ))
            .output(
                "log_group".to_owned(),
                "Where jobs write their logs.",
                Value::code(format!("{address}.name")),
            )
    }
}

impl LogGroup {
    /// Every action on a group but those on its tags asks for this form (Service Authorization Reference, "Amazon
    /// CloudWatch Logs", resource type `log-group`).
    fn arn_of_streams(&self) -> String {
        format!("{}:*", self.arn())
    }

    fn arn(&self) -> String {
        self.stack.arn("logs", &format!("log-group:{}", self.name))
    }

    fn set_retention(&self) -> Call {
        call!(self, "logs:PutRetentionPolicy", &self.name, Harmless, |me, aws, known| {
            let request = aws.once.logs.put_retention_policy().log_group_name(&me.name);
            let sent = request.retention_in_days(me.retention_days).send().await;
            sent.map_err(fault("logs:PutRetentionPolicy")).map(|_| Facts::none())
        })
        .allowed_on(self.arn_of_streams())
    }

    async fn look(&self, aws: &Clients) -> Result<Option<LogGroupFacts>, AwsFault> {
        let logs = &aws.read.logs;
        let found = logs.describe_log_groups().log_group_name_prefix(&self.name).send().await;
        let found = found.map_err(fault("logs:DescribeLogGroups"))?;
        let Some(group) = found.log_groups().iter().find(|group| group.log_group_name() == Some(&self.name))
        else {
            return Ok(None);
        };
        let tags = logs.list_tags_for_resource().resource_arn(self.arn()).send().await;
        let tags = tags.map_err(fault("logs:ListTagsForResource"))?;
        Ok(Some(LogGroupFacts { retention_days: group.retention_in_days(), tags: from_map(tags.tags()) }))
    }
}
