//! A practice account with a small stack, whose clock is the test's own.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use aws_credential_types::Credentials;
use aws_sdk_batch::types as batch;
use aws_smithy_runtime_api::client::{
    http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
        SharedHttpConnector,
    },
    orchestrator::HttpRequest,
    result::ConnectorError,
    runtime_components::RuntimeComponents,
};
use slipway_practice::Practice;
use tokio::time::{Instant, sleep};

use crate::{
    account::Session,
    aws::{Activity, Connection, SignIn},
    job::{JobState, JobView, Submit, Submitted, submit, view},
    world::World,
};

/// 2026-01-01T00:00:00Z.
const BEGINNING: i64 = 1_767_225_600_000;
pub(super) const QUEUE: &str = "first-main";
pub(super) const DEFINITION: &str = "first-job";

pub(super) struct Account {
    pub(super) practice: Practice,
    pub(super) session: Session,
    pub(super) faults: Faults,
    _home: tempfile::TempDir,
}

/// What happens to the next requests whose path ends so, one after the other.
#[derive(Debug, Clone, Default)]
pub(super) struct Faults(Arc<Mutex<Vec<(&'static str, Fault)>>>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// AWS does it, and its answer is lost.
    DropReply,
    /// It never reaches AWS, but that cannot be told.
    DropRequest,
    /// AWS asks to slow down.
    Throttle,
}

impl Faults {
    pub(super) fn next(&self, path: &'static str, fault: Fault) {
        self.0.lock().unwrap().push((path, fault));
    }

    fn take(&self, path: &str) -> Option<Fault> {
        let mut waiting = self.0.lock().unwrap();
        let index = waiting.iter().position(|(wanted, _)| path.ends_with(wanted))?;
        Some(waiting.remove(index).1)
    }
}

#[derive(Debug, Clone)]
struct Seam {
    inner: SharedHttpClient,
    faults: Faults,
}

#[derive(Debug, Clone)]
struct Wire {
    inner: SharedHttpConnector,
    faults: Faults,
}

impl HttpClient for Seam {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(Wire { inner, faults: self.faults.clone() })
    }
}

impl HttpConnector for Wire {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let lost = || Err(ConnectorError::io("connection reset by peer".into()));
        match self.faults.take(request.uri()) {
            None => self.inner.call(request),
            Some(Fault::DropRequest) => HttpConnectorFuture::new(async move { lost() }),
            Some(Fault::DropReply) => {
                let forwarded = self.inner.call(request);
                HttpConnectorFuture::new(async move {
                    forwarded.await?;
                    lost()
                })
            }
            Some(Fault::Throttle) => HttpConnectorFuture::new(async {
                let body = r#"{"message":"Too Many Requests"}"#.into();
                let mut answer = aws_smithy_runtime_api::http::Response::new(429.try_into().unwrap(), body);
                answer.headers_mut().insert("x-amzn-errortype", "TooManyRequestsException");
                Ok(answer)
            }),
        }
    }
}

/// An account with a Fargate environment, a queue and a definition that says what `WORD` is, all usable.
pub(super) async fn ready() -> Account {
    let start = Instant::now();
    let clock = move || BEGINNING + i64::try_from(start.elapsed().as_millis()).unwrap();
    let practice = Practice::in_memory(11).with_clock(Arc::new(clock));
    let ids = AtomicU32::new(0);
    let world = World::new(clock, move || format!("id{}", ids.fetch_add(1, Ordering::Relaxed)));
    let faults = Faults::default();
    let seam = Seam { inner: practice.http_client(), faults: faults.clone() };
    let credentials = Credentials::new("AKIAPRACTICE", "practice", None, None, "test");
    let connection = Connection {
        region: "us-east-1".to_owned(),
        endpoint: None,
        credentials: SignIn::new(world.clone(), credentials),
        http: Some(SharedHttpClient::new(seam)),
        activity: Activity::new(world.clone(), None),
    };
    let home = tempfile::tempdir().unwrap();
    let session = Session::open(&connection, "practice", home.path(), world).await.unwrap();
    stack(&session).await;
    Account { practice, session, faults, _home: home }
}

async fn stack(session: &Session) {
    let aws = &session.aws.once;
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    let role =
        aws.iam.create_role().role_name("first-execution").assume_role_policy_document(trust).send().await;
    let role = role.unwrap().role.unwrap().arn;
    let policy = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";
    aws.iam.attach_role_policy().role_name("first-execution").policy_arn(policy).send().await.unwrap();
    aws.logs.create_log_group().log_group_name("/slipway/first").send().await.unwrap();
    let subnets = aws.ec2.describe_subnets().send().await.unwrap();
    let subnet = subnets.subnets()[0].subnet_id().unwrap().to_owned();
    let groups = aws.ec2.describe_security_groups().send().await.unwrap();
    let group = groups.security_groups()[0].group_id().unwrap().to_owned();
    sleep(Duration::from_mins(2)).await;
    let compute = batch::ComputeResource::builder()
        .r#type(batch::CrType::Fargate)
        .maxv_cpus(4)
        .subnets(subnet)
        .security_group_ids(group);
    let environment = aws.batch.create_compute_environment().compute_environment_name("first-fargate");
    let environment = environment.r#type(batch::CeType::Managed).compute_resources(compute.build());
    environment.set_tags(Some(tags("compute-environment/fargate"))).send().await.unwrap();
    sleep(Duration::from_mins(2)).await;
    let order = batch::ComputeEnvironmentOrder::builder().order(1).compute_environment("first-fargate");
    let queue = aws.batch.create_job_queue().job_queue_name(QUEUE).priority(1);
    let queue = queue.compute_environment_order(order.build());
    queue.set_tags(Some(tags("job-queue/main"))).send().await.unwrap();
    let need = |kind, value: &str| batch::ResourceRequirement::builder().r#type(kind).value(value).build();
    let log = batch::LogConfiguration::builder()
        .log_driver(batch::LogDriver::Awslogs)
        .options("awslogs-group", "/slipway/first");
    let container = batch::ContainerProperties::builder()
        .image("public.ecr.aws/amazonlinux/amazonlinux:2023")
        .set_command(Some(["sh", "-c", "echo \"WORD is: $WORD\""].map(str::to_owned).to_vec()))
        .environment(batch::KeyValuePair::builder().name("WORD").value("none").build())
        .resource_requirements(need(batch::ResourceType::Vcpu, "0.25"))
        .resource_requirements(need(batch::ResourceType::Memory, "512"))
        .execution_role_arn(role)
        .log_configuration(log.build())
        .network_configuration(
            batch::NetworkConfiguration::builder().assign_public_ip(batch::AssignPublicIp::Enabled).build(),
        );
    let definition = aws.batch.register_job_definition().job_definition_name(DEFINITION);
    definition
        .r#type(batch::JobDefinitionType::Container)
        .platform_capabilities(batch::PlatformCapability::Fargate)
        .container_properties(container.build())
        .set_tags(Some(tags("job-definition/job")))
        .send()
        .await
        .unwrap();
    sleep(Duration::from_mins(1)).await;
}

pub(super) fn tags(part: &str) -> HashMap<String, String> {
    let tags = [("slipway:stack", "first"), ("slipway:stack-id", "abc"), ("slipway:part", part)];
    tags.map(|(key, value)| (key.to_owned(), value.to_owned())).into()
}

impl Account {
    /// A job of the stack, with changes.
    pub(super) async fn submit(&self, change: impl FnOnce(&mut Submit)) -> Submitted {
        let mut wanted = job("hello");
        change(&mut wanted);
        submit(&self.session, &wanted).await.unwrap()
    }

    pub(super) async fn until(&self, id: &str, state: JobState) -> JobView {
        for _ in 0..2_000 {
            let job = view(&self.session, id).await.unwrap();
            if job.summary.state == state {
                return job;
            }
            sleep(Duration::from_millis(500)).await;
        }
        panic!("{id} never became {state}: {:#?}", view(&self.session, id).await);
    }

    /// How many jobs the account has ever taken.
    pub(super) async fn jobs(&self) -> usize {
        crate::job::list(&self.session, QUEUE, &[], "").await.unwrap().jobs.len()
    }
}

pub(super) fn job(name: &str) -> Submit {
    Submit {
        stack: "first".to_owned(),
        queue: QUEUE.to_owned(),
        definition: DEFINITION.to_owned(),
        name: name.to_owned(),
        ..Submit::default()
    }
}

/// A command that runs this shell line.
pub(super) fn shell(line: &str) -> Option<Vec<String>> {
    Some(["sh", "-c", line].map(str::to_owned).to_vec())
}
