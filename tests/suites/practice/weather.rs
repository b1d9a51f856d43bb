//! A network and a sign-in with weather: what becomes of each request is decided by when it comes, what it asks for and
//! who signed it. Unlike a planted fault, weather lasts, and strikes whatever is under way.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use aws_credential_types::{
    Credentials,
    provider::{ProvideCredentials, error::CredentialsError, future},
};
use aws_smithy_runtime_api::client::{
    http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
        SharedHttpConnector,
    },
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
    runtime_components::RuntimeComponents,
};
use slipway_core::{
    account::Session,
    aws::{Activity, Connection, SignIn},
    words::say,
    world::World,
};
use slipway_practice::{Practice, Settings};
use slipway_tests::{http::Request, recognise};
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

/// 2026-01-01T00:00:00Z.
const BEGINNING: i64 = 1_767_225_600_000;

/// A request on its way.
#[derive(Debug, Clone)]
pub(crate) struct Passing {
    /// `CreateRole`.
    pub(crate) action: String,
    /// Whether it could change something.
    pub(crate) changes: bool,
    /// The n-th request that could, counted from 1; of a look, how many there were before.
    pub(crate) changing: usize,
    /// The access key id that it is signed with.
    pub(crate) key: String,
    /// Seconds since the account began.
    pub(crate) at: f64,
}

/// What becomes of it.
#[derive(Debug, Clone)]
pub(crate) enum Fate {
    /// It gets there, and the answer comes back.
    Passes,
    /// No connection is made.
    NoNetwork,
    /// It gets there, and the answer is lost.
    AnswerLost,
    /// It takes so long, and gets there.
    Takes(Duration),
    /// AWS refuses it: its code and its words.
    Refused(&'static str, &'static str),
    /// To the question who is calling: this account.
    Is(&'static str),
}

type Forecast = Arc<dyn Fn(&Passing) -> Fate + Send + Sync>;

/// The weather over one account.
#[derive(Clone)]
pub(crate) struct Weather {
    inner: SharedHttpClient,
    forecast: Arc<Mutex<Forecast>>,
    seen: Arc<Mutex<Vec<(Passing, Fate)>>>,
    changing: Arc<Mutex<usize>>,
    start: Instant,
}

impl std::fmt::Debug for Weather {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Weather")
    }
}

/// Access keys by when they are to be had, in seconds since the account began: as a person signs in again.
#[derive(Debug, Clone)]
pub(crate) struct Keys {
    start: Instant,
    from: Arc<Mutex<BTreeMap<u64, Option<&'static str>>>>,
    asked: Arc<AtomicU32>,
}

impl Keys {
    /// From that second on these are what the source gives; `None` for nothing at all.
    pub(crate) fn from(&self, second: u64, key: Option<&'static str>) {
        self.from.lock().unwrap().insert(second, key);
    }

    /// How often the source was asked.
    pub(crate) fn asked(&self) -> u32 {
        self.asked.load(Ordering::SeqCst)
    }
}

impl ProvideCredentials for Keys {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let now = self.start.elapsed().as_secs();
        let key = self.from.lock().unwrap().range(..=now).next_back().and_then(|(_, key)| *key);
        future::ProvideCredentials::ready(match key {
            Some(key) => Ok(Credentials::new(key, "practice", None, None, "test")),
            None => Err(CredentialsError::provider_error("the sign-in has run out")),
        })
    }
}

/// A fresh account under weather.
pub(crate) struct Open {
    pub(crate) practice: Practice,
    pub(crate) session: Session,
    pub(crate) weather: Weather,
    pub(crate) keys: Keys,
    home: TempDir,
    world: World,
}

/// A fresh account at AWS's own speed, signed in to with `AKIAFIRST`. Call it inside a runtime with paused time.
pub(crate) async fn fresh(seed: u64) -> Open {
    let start = Instant::now();
    let clock = move || BEGINNING + i64::try_from(start.elapsed().as_millis()).unwrap();
    let practice = Practice::in_memory(seed).with_clock(Arc::new(clock));
    practice.change_settings(|settings| *settings = Settings { pace: 1.0, ..Settings::default() }).unwrap();
    let ids = AtomicU32::new(0);
    let world = World::new(clock, move || format!("id{}", ids.fetch_add(1, Ordering::Relaxed)));
    let weather = Weather {
        inner: practice.http_client(),
        forecast: Arc::new(Mutex::new(Arc::new(|_| Fate::Passes))),
        seen: Arc::default(),
        changing: Arc::default(),
        start,
    };
    let keys = Keys {
        start,
        from: Arc::new(Mutex::new(BTreeMap::from([(0, Some("AKIAFIRST"))]))),
        asked: Arc::default(),
    };
    let home = tempfile::tempdir().unwrap();
    let session = open(&weather, &keys, &home, &world).await;
    Open { practice, session, weather, keys, home, world }
}

async fn open(weather: &Weather, keys: &Keys, home: &TempDir, world: &World) -> Session {
    let connection = Connection {
        region: "us-east-1".to_owned(),
        endpoint: None,
        credentials: SignIn::new(world.clone(), keys.clone())
            .again(say("sign-in-again-sso", &[("name", "test")])),
        http: Some(SharedHttpClient::new(weather.clone())),
        activity: Activity::new(world.clone(), None),
    };
    Session::open(&connection, "practice", home.path(), world.clone()).await.unwrap()
}

impl Open {
    /// Another session on the same account and folder, with a source of keys of its own.
    pub(crate) async fn connect_again(&self, key: &'static str) -> Session {
        let keys = Keys {
            start: self.keys.start,
            from: Arc::new(Mutex::new(BTreeMap::from([(0, Some(key))]))),
            asked: Arc::default(),
        };
        open(&self.weather, &keys, &self.home, &self.world).await
    }
}

impl Weather {
    /// From now on. Changing requests are counted from 1 again.
    pub(crate) fn set(&self, forecast: impl Fn(&Passing) -> Fate + Send + Sync + 'static) {
        *self.forecast.lock().unwrap() = Arc::new(forecast);
        *self.changing.lock().unwrap() = 0;
        self.seen.lock().unwrap().clear();
    }

    /// Whole seconds since the account began.
    pub(crate) fn seconds(&self) -> u64 {
        self.start.elapsed().as_secs()
    }

    /// Every request since then, and what became of it.
    pub(crate) fn seen(&self) -> Vec<(Passing, Fate)> {
        self.seen.lock().unwrap().clone()
    }

    fn fate(&self, request: &HttpRequest) -> Fate {
        let whole = Request {
            method: request.method().to_owned(),
            target: path(request.uri()).to_owned(),
            headers: request.headers().iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect(),
            body: request.body().bytes().unwrap_or_default().to_vec(),
        };
        // A registry's page is no call, and changes nothing.
        let action = recognise::action(&whole);
        let changes = action.as_ref().is_some_and(recognise::Action::mutates);
        let signed = whole.header("authorization").unwrap_or_default();
        let key = signed.split("Credential=").nth(1).and_then(|rest| rest.split('/').next());
        let passing = {
            let mut changing = self.changing.lock().unwrap();
            *changing += usize::from(changes);
            Passing {
                changes,
                action: action.map_or_else(|| "page".to_owned(), |action| action.name),
                changing: *changing,
                key: key.unwrap_or_default().to_owned(),
                at: self.start.elapsed().as_secs_f64(),
            }
        };
        let forecast = self.forecast.lock().unwrap().clone();
        let fate = forecast(&passing);
        self.seen.lock().unwrap().push((passing, fate.clone()));
        fate
    }
}

fn path(uri: &str) -> &str {
    let rest = uri.split_once("://").map_or(uri, |(_, rest)| rest);
    rest.find('/').map_or("/", |at| &rest[at..])
}

#[derive(Debug)]
struct Connector {
    inner: SharedHttpConnector,
    weather: Weather,
}

impl HttpClient for Weather {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(Connector { inner, weather: self.clone() })
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        match self.weather.fate(&request) {
            Fate::Passes => self.inner.call(request),
            Fate::NoNetwork => {
                let refused = std::io::Error::from(std::io::ErrorKind::NetworkUnreachable);
                HttpConnectorFuture::ready(Err(ConnectorError::io(refused.into())))
            }
            Fate::AnswerLost => {
                let sent = self.inner.call(request);
                HttpConnectorFuture::new(async move {
                    let _ = sent.await;
                    Err(ConnectorError::io("connection reset by peer".into()))
                })
            }
            Fate::Takes(time) => {
                let inner = self.inner.clone();
                HttpConnectorFuture::new(async move {
                    sleep(time).await;
                    inner.call(request).await
                })
            }
            Fate::Refused(code, words) => HttpConnectorFuture::ready(Ok(refusal(&request, code, words))),
            Fate::Is(account) => HttpConnectorFuture::ready(Ok(identity(account))),
        }
    }
}

/// AWS's refusal in the protocol of the question.
fn refusal(request: &HttpRequest, code: &str, words: &str) -> HttpResponse {
    let form = request.headers().get("content-type").is_some_and(|kind| kind.contains("urlencoded"));
    let query = form || request.uri().contains("//route53.");
    let body = if query {
        let error =
            format!("<Error><Type>Sender</Type><Code>{code}</Code><Message>{words}</Message></Error>");
        // EC2 has an envelope of its own.
        if request.uri().contains("//ec2.") {
            format!("<Response><Errors>{error}</Errors><RequestID>r</RequestID></Response>")
        } else {
            format!("<ErrorResponse>{error}<RequestId>r</RequestId></ErrorResponse>")
        }
    } else {
        format!("{{\"message\":\"{words}\"}}")
    };
    let mut response = HttpResponse::new(403.try_into().unwrap(), body.into());
    if !query {
        response.headers_mut().insert("x-amzn-errortype", code.to_owned());
        response.headers_mut().insert("x-amzn-requestid", "r");
    }
    response
}

fn identity(account: &str) -> HttpResponse {
    let body = format!(
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
         <Arn>arn:aws:iam::{account}:user/other</Arn><UserId>AIDAOTHER</UserId><Account>{account}</Account>\
         </GetCallerIdentityResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>\
         </GetCallerIdentityResponse>"
    );
    HttpResponse::new(200.try_into().unwrap(), body.into())
}
