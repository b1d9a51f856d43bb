//! A fault layer at the SDK's HTTP seam: it counts the calls that change something and breaks one of them.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
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
use tokio::sync::Notify;

/// What happens to the n-th changing call, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
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
}

/// The layer.
#[derive(Debug, Clone)]
pub(crate) struct Seam {
    inner: SharedHttpClient,
    fault: Arc<Mutex<Fault>>,
    changing: Arc<AtomicUsize>,
    hung: Arc<Notify>,
}

impl Seam {
    /// In front of `inner`.
    pub(crate) fn new(inner: SharedHttpClient, fault: Fault) -> Self {
        Self { inner, fault: Arc::new(Mutex::new(fault)), changing: Arc::default(), hung: Arc::default() }
    }

    /// The client to connect with.
    pub(crate) fn client(&self) -> SharedHttpClient {
        SharedHttpClient::new(self.clone())
    }

    /// Counts from here again, with another fault.
    pub(crate) fn set(&self, fault: Fault) {
        *self.fault.lock().unwrap() = fault;
        self.changing.store(0, Ordering::SeqCst);
    }

    /// Comes when a call hangs: the moment at which the process is killed.
    pub(crate) async fn hung(&self) {
        self.hung.notified().await;
    }

    /// Changing calls since the last `set`.
    pub(crate) fn changing(&self) -> usize {
        self.changing.load(Ordering::SeqCst)
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
        if let Fault::Deny(denied) = *self.seam.fault.lock().unwrap()
            && denied.iter().any(|denied| denied.eq_ignore_ascii_case(&action))
        {
            return HttpConnectorFuture::ready(Ok(denial(&request)));
        }
        if *self.seam.fault.lock().unwrap() == Fault::Away {
            return HttpConnectorFuture::ready(Err(ConnectorError::io("tcp connect error".into())));
        }
        if !changes(&action) {
            return self.inner.call(request);
        }
        let n = self.seam.changing.fetch_add(1, Ordering::SeqCst) + 1;
        let fault = *self.seam.fault.lock().unwrap();
        let lost = || ConnectorError::io("connection reset by peer".into());
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
            Fault::LoseReply(at) if n == at => {
                let sent = self.inner.call(request);
                HttpConnectorFuture::new(async move {
                    let _ = sent.await;
                    Err(lost())
                })
            }
            Fault::Refuse(at) if n == at => HttpConnectorFuture::ready(Err(lost())),
            Fault::CutFrom(at) if n >= at => HttpConnectorFuture::ready(Err(lost())),
            _ => self.inner.call(request),
        }
    }
}

/// AWS's answer to who may not, in the protocol of the question.
fn denial(request: &HttpRequest) -> HttpResponse {
    let words = "User: arn:aws:iam::111122223333:user/test is not authorized to perform this";
    let query = request.headers().get("content-type").is_some_and(|kind| kind.contains("urlencoded"));
    let body = if query {
        let error =
            format!("<Error><Type>Sender</Type><Code>AccessDenied</Code><Message>{words}</Message></Error>");
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
        response.headers_mut().insert("x-amzn-errortype", "AccessDeniedException");
    }
    response
}

/// The action of a request, told from where each protocol puts it; in whatever case.
fn action(request: &HttpRequest) -> String {
    if let Some(target) = request.headers().get("x-amz-target") {
        target.rsplit('.').next().unwrap_or_default().to_owned()
    } else if let Some((_, path)) = request.uri().split_once("/v1/") {
        path.to_owned()
    } else {
        let body = String::from_utf8_lossy(request.body().bytes().unwrap_or_default()).into_owned();
        let action = body.split('&').find_map(|pair| pair.strip_prefix("Action=").map(str::to_owned));
        action.unwrap_or_default()
    }
}

fn changes(action: &str) -> bool {
    let action = action.to_lowercase();
    !["get", "list", "describe", "batchget", "tags/"].iter().any(|verb| action.starts_with(verb))
}
