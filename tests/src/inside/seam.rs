//! A fault layer at the SDK's HTTP seam: it counts the calls, and breaks those for which something was planted.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use aws_smithy_runtime_api::client::{
    http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
        SharedHttpConnector,
    },
    orchestrator::HttpRequest,
    runtime_components::RuntimeComponents,
};
use tokio::{sync::Notify, time::Instant, time::sleep};
use tokio_util::sync::CancellationToken;

use super::trouble::{self, Spoiled, Trouble, away, denial, lost};
use crate::{http::Request, recognise};

/// What happens to the n-th changing call, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// It never gets there, and nobody hears of it again: the process is killed before sending.
    HangBefore(usize),
    /// It gets there, and its answer never comes back: the process is killed after sending.
    HangAfter(usize),
    /// It gets there, and its answer is lost.
    LoseReply(usize),
    /// It does not get there, and the caller hears so.
    Refuse(usize),
    /// Nothing gets anywhere, looks included.
    Away,
    /// It and every later one is lost before it gets there, as when the network is cut.
    CutFrom(usize),
    /// Whoever asks for one of these, looking or changing, is not allowed to.
    Deny(&'static [&'static str]),
    /// EC2 shows nothing of a stack the first time each part is looked for: what was made a moment ago need not be
    /// seen at once (EC2 API Reference, "Eventual consistency").
    NotYet,
    /// Every answer takes so long.
    Slow(Duration),
}

/// Something that goes wrong at one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planted {
    /// The n-th, counted from 1 since it was planted.
    pub call: usize,
    /// Only calls that change something are counted.
    pub changing: bool,
    /// What goes wrong.
    pub trouble: Trouble,
}

/// A call that has passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Milliseconds since the troubles were planted.
    pub at: u128,
    /// `iam:CreateRole`.
    pub action: String,
    /// Whether it could change something.
    pub changes: bool,
    /// It names something that is watched.
    pub names_watched: bool,
    /// What happened to it.
    pub trouble: Option<Trouble>,
}

#[derive(Debug)]
struct Troubles {
    planted: Vec<Planted>,
    calls: usize,
    changing: usize,
    seen: Vec<Seen>,
    watched: Vec<String>,
    cut_until: Option<Instant>,
    begun: Instant,
    stop: CancellationToken,
    /// The process is dead: what it sends gets nowhere, and what it waits for never comes.
    dead: bool,
}

/// What EC2 was asked for a part of a stack.
type Asked = Arc<Mutex<BTreeSet<Vec<u8>>>>;

/// The layer.
#[derive(Debug, Clone)]
pub struct Seam {
    inner: SharedHttpClient,
    fault: Arc<Mutex<Fault>>,
    changing: Arc<AtomicUsize>,
    hung: Arc<Notify>,
    asked: Asked,
    troubles: Arc<Mutex<Troubles>>,
}

impl Seam {
    /// In front of `inner`.
    pub fn new(inner: SharedHttpClient, fault: Fault) -> Self {
        let troubles = Troubles {
            planted: vec![],
            calls: 0,
            changing: 0,
            seen: vec![],
            watched: vec![],
            cut_until: None,
            begun: Instant::now(),
            stop: CancellationToken::new(),
            dead: false,
        };
        Self {
            inner,
            fault: Arc::new(Mutex::new(fault)),
            changing: Arc::default(),
            hung: Arc::default(),
            asked: Arc::default(),
            troubles: Arc::new(Mutex::new(troubles)),
        }
    }

    /// The client to connect with.
    pub fn client(&self) -> SharedHttpClient {
        SharedHttpClient::new(self.clone())
    }

    /// Counts from here again, with another fault.
    pub fn set(&self, fault: Fault) {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = fault;
        self.changing.store(0, Ordering::SeqCst);
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Whether this look for a part of a stack is the first one.
    fn is_first(&self, request: &HttpRequest) -> bool {
        let body = request.body().bytes().unwrap_or_default().to_vec();
        let of_stack = String::from_utf8_lossy(&body).contains("slipway%3Astack-id");
        of_stack && self.asked.lock().unwrap_or_else(PoisonError::into_inner).insert(body)
    }

    /// Counts from here again, with these troubles instead of those planted before.
    pub fn plant(&self, planted: Vec<Planted>) {
        let mut troubles = self.troubles();
        let (watched, stop) = (std::mem::take(&mut troubles.watched), CancellationToken::new());
        *troubles = Troubles {
            planted,
            calls: 0,
            changing: 0,
            seen: vec![],
            watched,
            cut_until: None,
            begun: Instant::now(),
            stop,
            dead: false,
        };
    }

    /// Counts from here again, with these troubles, and still knows what has passed.
    pub fn plant_from_here(&self, planted: Vec<Planted>) {
        let mut troubles = self.troubles();
        (troubles.planted, troubles.calls, troubles.changing) = (planted, 0, 0);
    }

    /// From now on calls that name one of these are marked.
    pub fn watch(&self, names: Vec<String>) {
        self.troubles().watched = names;
    }

    /// Every call since the troubles were planted.
    pub fn seen(&self) -> Vec<Seen> {
        self.troubles().seen.clone()
    }

    /// Cancelled when [`Trouble::Stop`] comes; a new one is made for whatever is begun after that.
    pub fn stop(&self) -> CancellationToken {
        let mut troubles = self.troubles();
        if troubles.stop.is_cancelled() {
            troubles.stop = CancellationToken::new();
        }
        troubles.stop.clone()
    }

    /// Whether the process has been killed since the last [`Seam::revive`].
    pub fn is_dead(&self) -> bool {
        self.troubles().dead
    }

    /// A new process begins.
    pub fn revive(&self) {
        self.troubles().dead = false;
    }

    /// Comes when a call hangs: the moment at which the process is killed.
    pub async fn hung(&self) {
        self.hung.notified().await;
    }

    /// Changing calls since the last `set`.
    pub fn changing(&self) -> usize {
        self.changing.load(Ordering::SeqCst)
    }

    fn troubles(&self) -> MutexGuard<'_, Troubles> {
        self.troubles.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn kill(&self) {
        self.troubles().dead = true;
        self.hung.notify_one();
    }

    /// What is to happen to this call.
    fn trouble(&self, request: &HttpRequest, action: &recognise::Action) -> Option<Trouble> {
        let mut troubles = self.troubles();
        troubles.calls += 1;
        troubles.changing += usize::from(action.mutates());
        let (calls, changing) = (troubles.calls, troubles.changing);
        let due = troubles.planted.iter().position(|planted| {
            if planted.changing {
                action.mutates() && planted.call == changing
            } else {
                planted.call == calls
            }
        });
        let mut trouble = due.map(|due| troubles.planted.remove(due).trouble);
        if let Some(Trouble::Cut(time)) = trouble {
            troubles.cut_until = Some(Instant::now() + time);
        }
        if troubles.cut_until.is_some_and(|until| Instant::now() < until) {
            trouble = Some(Trouble::Unreachable);
        }
        let text = String::from_utf8_lossy(request.body().bytes().unwrap_or_default());
        let names_watched =
            troubles.watched.iter().any(|name| text.contains(name) || request.uri().contains(name));
        let at = troubles.begun.elapsed().as_millis();
        troubles.seen.push(Seen {
            at,
            action: action.to_string(),
            changes: action.mutates(),
            names_watched,
            trouble,
        });
        trouble
    }
}

#[derive(Debug)]
struct Connector {
    inner: SharedHttpConnector,
    seam: Seam,
}

impl HttpClient for Seam {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(Connector { inner, seam: self.clone() })
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let action = action(&request);
        let fault = *self.seam.fault.lock().unwrap_or_else(PoisonError::into_inner);
        if let Fault::Deny(denied) = fault
            && denied.iter().any(|denied| denied.eq_ignore_ascii_case(&action.name))
        {
            return HttpConnectorFuture::ready(Ok(denial(&request)));
        }
        if fault == Fault::NotYet
            && action.to_string().starts_with("ec2:Describe")
            && self.seam.is_first(&request)
        {
            return self.troubled(request, Trouble::Spoiled(Spoiled::NothingYet));
        }
        if let Fault::Slow(time) = fault {
            let inner = self.inner.clone();
            return HttpConnectorFuture::new(async move {
                sleep(time).await;
                inner.call(request).await
            });
        }
        if fault == Fault::Away {
            return HttpConnectorFuture::ready(Err(away()));
        }
        if self.seam.is_dead() {
            return HttpConnectorFuture::new(std::future::pending());
        }
        if let Some(trouble) = self.seam.trouble(&request, &action) {
            return self.troubled(request, trouble);
        }
        if !action.mutates() {
            return self.inner.call(request);
        }
        let n = self.seam.changing.fetch_add(1, Ordering::SeqCst) + 1;
        match fault {
            Fault::HangBefore(at) if n == at => {
                self.seam.hung.notify_one();
                HttpConnectorFuture::new(std::future::pending())
            }
            Fault::HangAfter(at) if n == at => {
                let sent = self.inner.call(request);
                let hung = self.seam.hung.clone();
                HttpConnectorFuture::new(async move {
                    let _ = sent.await;
                    hung.notify_one();
                    std::future::pending().await
                })
            }
            Fault::LoseReply(at) if n == at => self.troubled(request, Trouble::LostReply),
            Fault::Refuse(at) if n == at => HttpConnectorFuture::ready(Err(lost())),
            Fault::CutFrom(at) if n >= at => HttpConnectorFuture::ready(Err(lost())),
            _ => self.inner.call(request),
        }
    }
}

impl Connector {
    fn troubled(&self, request: HttpRequest, trouble: Trouble) -> HttpConnectorFuture {
        let seam = self.seam.clone();
        let answer = |response| HttpConnectorFuture::ready(Ok(response));
        match trouble {
            Trouble::KilledBefore => {
                seam.kill();
                HttpConnectorFuture::new(std::future::pending())
            }
            Trouble::Unreachable | Trouble::Cut(_) => HttpConnectorFuture::ready(Err(away())),
            Trouble::Throttled => answer(trouble::throttling(&request)),
            Trouble::ServerError { acted: false } => answer(trouble::failure(&request)),
            Trouble::Denied => answer(denial(&request)),
            Trouble::Expired => answer(trouble::expiry(&request)),
            Trouble::Page => answer(trouble::page()),
            Trouble::Stop => {
                seam.troubles().stop.cancel();
                self.inner.call(request)
            }
            Trouble::KilledAfterActing
            | Trouble::KilledAfterReply
            | Trouble::LostReply
            | Trouble::ServerError { acted: true }
            | Trouble::Spoiled(_)
            | Trouble::Slow(_) => {
                let failed = trouble::failure(&request);
                let sent = self.inner.call(request);
                HttpConnectorFuture::new(async move {
                    let acted = sent.await;
                    match trouble {
                        Trouble::KilledAfterActing => {
                            seam.kill();
                            std::future::pending().await
                        }
                        Trouble::KilledAfterReply => {
                            seam.kill();
                            acted
                        }
                        Trouble::ServerError { .. } => Ok(failed),
                        Trouble::Spoiled(how) => acted.map(|response| trouble::spoil(response, how)),
                        Trouble::Slow(time) => {
                            sleep(time).await;
                            acted
                        }
                        _ => Err(lost()),
                    }
                })
            }
        }
    }
}

/// The action of a request, told from where each protocol puts it.
fn action(request: &HttpRequest) -> recognise::Action {
    let uri = request.uri();
    let rest = uri.split_once("://").map_or(uri, |(_, rest)| rest);
    let whole = Request {
        method: request.method().to_owned(),
        target: rest.find('/').map_or("/", |at| &rest[at..]).to_owned(),
        headers: request.headers().iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect(),
        body: request.body().bytes().unwrap_or_default().to_vec(),
    };
    // A registry of images is asked without a signature, and only for what it shows.
    let unsigned = whole.header("authorization").is_none_or(|said| !said.starts_with("AWS4"));
    if unsigned && whole.method == "GET" {
        return recognise::Action { service: "web".to_owned(), name: "GetPage".to_owned() };
    }
    recognise::action(&whole).expect("every other request is an AWS call")
}
