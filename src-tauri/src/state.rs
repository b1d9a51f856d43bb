//! What the window holds while it is open: where its files are, who is signed in, what is running.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use slipway_connect::{SessionKind, SessionView};
use slipway_core::{account::Session, error::AppError, words::say};
use tokio_util::sync::CancellationToken;

/// The session and what a screen shows of it.
#[derive(Clone)]
struct Connected {
    session: Arc<Session>,
    view: SessionView,
}

/// What the window holds while it is open.
pub(crate) struct Desk {
    /// Where everything is kept.
    pub(crate) home: PathBuf,
    connected: Mutex<Option<Connected>>,
    /// Every session that something still works in: a run goes on in the one that it began in.
    open: Mutex<Vec<Weak<Session>>>,
    stop: Mutex<CancellationToken>,
}

impl Desk {
    pub(crate) fn new() -> Result<Self, AppError> {
        Ok(Self {
            home: slipway_connect::home()?,
            connected: Mutex::default(),
            open: Mutex::default(),
            stop: Mutex::default(),
        })
    }

    /// The session, or the message that there is none.
    pub(crate) fn session(&self) -> Result<Arc<Session>, AppError> {
        let session = self.connected().as_ref().map(|connected| connected.session.clone());
        session
            .ok_or_else(|| AppError::new(say("not-connected", &[])).advise(say("not-connected-advice", &[])))
    }

    /// What a screen shows of the session.
    pub(crate) fn view(&self) -> Option<SessionView> {
        self.connected().as_ref().map(|connected| connected.view.clone())
    }

    /// The lesson on whose practice account the window works.
    pub(crate) fn lesson(&self) -> Option<String> {
        self.view().filter(|view| view.kind == SessionKind::Practice)?.name
    }

    /// Works with this session from now on. A run that waits for a sign-in has it too, if it is the same account.
    pub(crate) fn connect(&self, session: Session, view: SessionView) {
        let session = Arc::new(session);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|earlier| {
            earlier.upgrade().is_some_and(|earlier| {
                earlier.follow(&session);
                true
            })
        });
        open.push(Arc::downgrade(&session));
        *self.connected() = Some(Connected { session, view });
    }

    /// Works with no session.
    pub(crate) fn disconnect(&self) {
        *self.connected() = None;
    }

    /// The token with which a run that begins now can be stopped.
    pub(crate) fn begin(&self) -> CancellationToken {
        let token = CancellationToken::new();
        *self.stop.lock().unwrap_or_else(PoisonError::into_inner) = token.clone();
        token
    }

    /// Asks the run to stop after what it has begun.
    pub(crate) fn stop(&self) {
        self.stop.lock().unwrap_or_else(PoisonError::into_inner).cancel();
    }

    fn connected(&self) -> MutexGuard<'_, Option<Connected>> {
        self.connected.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
