//! Which definitions go with which queues.

use aws_sdk_batch::types as batch;
use slipway_practice::Trouble;

use super::account::{Account, DEFINITION, QUEUE, ready, tags};
use crate::job::{StackQueue, queues, targets};

async fn pairs(account: &Account) -> Vec<(String, String)> {
    let found = targets(&account.session).await.unwrap().into_iter();
    found.map(|target| (target.queue, target.definition)).collect()
}

#[tokio::test(start_paused = true)]
async fn a_definition_for_other_compute_is_not_offered_whether_or_not_environments_may_be_looked_at() {
    let account = ready().await;
    let need = |kind, value: &str| batch::ResourceRequirement::builder().r#type(kind).value(value).build();
    let container = batch::ContainerProperties::builder()
        .image("public.ecr.aws/amazonlinux/amazonlinux:2023")
        .resource_requirements(need(batch::ResourceType::Vcpu, "1"))
        .resource_requirements(need(batch::ResourceType::Memory, "512"));
    let aws = &account.session.aws.once;
    let on_hosts = aws.batch.register_job_definition().job_definition_name("first-hosts");
    let on_hosts = on_hosts.r#type(batch::JobDefinitionType::Container);
    let on_hosts = on_hosts.container_properties(container.build());
    on_hosts.set_tags(Some(tags("job-definition/hosts"))).send().await.unwrap();
    let fitting = [(QUEUE.to_owned(), DEFINITION.to_owned())];
    assert_eq!(pairs(&account).await, fitting);
    let trouble =
        Trouble::MissingPermission { actions: vec!["batch:DescribeComputeEnvironments".to_owned()] };
    account.practice.change_settings(|settings| _ = settings.troubles.insert(trouble)).unwrap();
    assert_eq!(pairs(&account).await, fitting);
}

#[tokio::test(start_paused = true)]
async fn a_queue_that_takes_no_more_jobs_is_no_target_and_keeps_those_it_has() {
    let account = ready().await;
    let aws = &account.session.aws.once;
    aws.batch.update_job_queue().job_queue(QUEUE).state(batch::JqState::Disabled).send().await.unwrap();
    assert_eq!(pairs(&account).await, []);
    let kept = StackQueue { stack: "first".to_owned(), name: QUEUE.to_owned() };
    assert_eq!(queues(&account.session).await.unwrap(), [kept]);
}
