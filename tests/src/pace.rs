//! How near a create comes to what it takes at the least: the longest chain of calls and waits that must follow one
//! another. In process on the practice account at AWS's speed, under virtual time, so that the figures are the same on
//! every machine.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use serde_json::Value;
use slipway_core::account::Session;
use slipway_core::aws::{Activity, Connection, SignIn};
use slipway_core::blueprint::Blueprint;
use slipway_core::plan::Act;
use slipway_core::run::{self, RunState, RunView};
use slipway_core::stack::OpenStack;
use slipway_core::world::World;
use slipway_practice::Practice;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

/// What every call takes longer.
pub const ADDED: Duration = Duration::from_millis(100);
/// How often the account is looked at from outside.
const GLANCE: Duration = Duration::from_millis(50);

/// Steps that follow one another, each with its seconds.
type Chain = Vec<(String, f64)>;

/// A create beside what it takes at the least.
#[derive(Debug, Clone)]
pub struct Pace {
    /// Seconds that it took.
    pub took: f64,
    /// Seconds of the longest chain.
    pub path: f64,
    /// The steps of that chain.
    pub chain: Chain,
    /// Calls that were sent.
    pub calls: usize,
}

/// Makes this stack in a new account where every call takes [`ADDED`] longer.
pub async fn of_create(blueprint: &Blueprint) -> Pace {
    let start = Instant::now();
    // 2026-01-01T00:00:00Z.
    let clock = move || 1_767_225_600_000 + i64::try_from(start.elapsed().as_millis()).unwrap_or(i64::MAX);
    let practice = Practice::in_memory(7).with_clock(Arc::new(clock));
    practice.change_settings(|settings| settings.pace = 1.0).expect("it is in memory");
    let home = tempfile::tempdir().expect("there is room for a folder");
    let world = World::new(clock, || "one".to_owned());
    let http = SharedHttpClient::new(Slow { inner: practice.http_client() });
    let credentials = Credentials::new("AKIAPRACTICE", "practice", None, None, "test");
    let connection = Connection {
        region: "us-east-1".to_owned(),
        endpoint: None,
        credentials: SignIn::new(world.clone(), credentials),
        http: Some(http),
        activity: Activity::new(world.clone(), None),
    };
    let session = Session::open(&connection, "practice", home.path(), world).await.expect("it opens");

    let before = session.activity.entries().len();
    let begun = Instant::now();
    let stop = CancellationToken::new();
    let mut quiet = |_: &RunView| {};
    let create = run::create_despite_findings(&session, blueprint.clone(), &stop, &mut quiet);
    tokio::pin!(create);
    let mut lives = Lives::default();
    let view = loop {
        tokio::select! {
            view = &mut create => break view.expect("it is made"),
            () = sleep(GLANCE) => lives.glance(&practice, begun),
        }
    };
    assert_eq!(view.state, RunState::Done, "{:?}", view.failure);
    let took = begun.elapsed().as_secs_f64();
    let calls = session.activity.entries().len() - before;
    let (path, chain) = longest_chain(&session, blueprint, &view, &lives).await;
    Pace { took, path, chain, calls }
}

/// When things of AWS Batch were first there, and when they were first VALID.
#[derive(Debug, Default)]
struct Lives(BTreeMap<String, (f64, Option<f64>)>);

impl Lives {
    fn glance(&mut self, practice: &Practice, begun: Instant) {
        let now = begun.elapsed().as_secs_f64();
        self.walk(&practice.dump().expect("it is in memory"), now);
    }

    fn walk(&mut self, value: &Value, now: f64) {
        let Value::Object(fields) = value else { return };
        if let (Some(name), Some(status)) = (fields.get("name"), fields.get("status"))
            && let (Some(name), Some(status)) = (name.as_str(), status.as_str())
        {
            let life = self.0.entry(name.to_owned()).or_insert((now, None));
            if status == "VALID" {
                life.1.get_or_insert(now);
            }
        }
        fields.values().for_each(|value| self.walk(value, now));
    }

    /// Seconds from there to VALID: what AWS takes, whoever asks.
    fn wait(&self, name: &str) -> f64 {
        self.0.get(name).and_then(|(there, valid)| Some((*valid)? - there)).unwrap_or_default()
    }
}

/// Every call at its shortest, each step's after those that it waits for, and one look at the end of each step, since
/// only a look proves it. Before the steps: who has the name, and one look at everything.
async fn longest_chain(
    session: &Session,
    blueprint: &Blueprint,
    view: &RunView,
    lives: &Lives,
) -> (f64, Chain) {
    let open = OpenStack::named(session, &blueprint.name).await.expect("it is there");
    let mut looks: BTreeMap<String, f64> = BTreeMap::new();
    for resource in open.resources() {
        let begun = Instant::now();
        drop(resource.look(&session.aws).await);
        looks.insert(resource.id().to_string(), begun.elapsed().as_secs_f64());
    }
    let call = ADDED.as_secs_f64();
    let mut ends: BTreeMap<&str, (f64, Chain)> = BTreeMap::new();
    for step in view.steps.iter().filter(|step| step.step.act != Act::Keep) {
        let step = &step.step;
        let before = step.after.iter().filter_map(|id| ends.get(id.as_str()));
        let latest = before.max_by(|(a, _), (b, _)| a.total_cmp(b)).cloned();
        let (begun, mut chain) = latest.unwrap_or_default();
        let calls = u32::try_from(step.calls.len()).map_or(0.0, f64::from);
        let look = looks.get(&step.id).copied().unwrap_or(call);
        // A launch template has the name of its environment, and nothing to wait for.
        let waits = ["compute-environment", "job-queue"].contains(&step.kind.as_str());
        let wait = if waits { lives.wait(&step.name) } else { 0.0 };
        let own = calls * call + wait + look;
        chain.push((step.id.clone(), own));
        ends.insert(&step.id, (begun + own, chain));
    }
    let (steps, mut chain) = ends.into_values().max_by(|(a, _), (b, _)| a.total_cmp(b)).unwrap_or_default();
    let looking = 2.0 * call;
    chain.insert(0, ("looking".to_owned(), looking));
    (looking + steps, chain)
}

/// Lets every call take longer.
#[derive(Debug, Clone)]
struct Slow {
    inner: SharedHttpClient,
}

#[derive(Debug)]
struct SlowConnector(SharedHttpConnector);

impl HttpClient for Slow {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(SlowConnector(self.inner.http_connector(settings, components)))
    }
}

impl HttpConnector for SlowConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let inner = self.0.clone();
        HttpConnectorFuture::new(async move {
            // There and back.
            sleep(ADDED / 2).await;
            let answer = inner.call(request).await;
            sleep(ADDED / 2).await;
            answer
        })
    }
}
