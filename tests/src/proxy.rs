//! A proxy between our programs and an emulated AWS that counts every call, and breaks the one it is told to break:
//! before the server hears of it, after the server has acted, or after the client has the answer.

use std::io::{self, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use crate::http::{self, Request};
use crate::recognise::{Action, action};

/// When in the life of a call the fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The server never hears of it.
    Before,
    /// The server has acted, and the answer is lost.
    AfterForward,
    /// The client has the whole answer.
    AfterReply,
}

/// What happens then.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// The connection closes without an answer.
    Drop,
    /// The client (see [`Proxy::victim`]) dies of SIGKILL.
    Kill,
    /// Nothing happens for this long; then the call goes on.
    Delay(Duration),
    /// The server is not asked; this status and body are the answer.
    Answer(u16, String),
}

/// Which call is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// Any that changes something.
    Mutating,
    /// Any at all.
    Any,
    /// This one: `("batch", "CreateJobQueue")`.
    Action(String, String),
}

/// A fault that waits for its call.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Which calls are counted.
    pub which: Which,
    /// The first of them is 1.
    pub nth: usize,
    /// How many in a row from then on.
    pub times: usize,
    /// When it strikes.
    pub phase: Phase,
    /// What it does.
    pub what: What,
}

impl Fault {
    /// One that strikes once, at the `nth` such call.
    pub fn once(which: Which, nth: usize, phase: Phase, what: What) -> Self {
        Self { which, nth, times: 1, phase, what }
    }
}

/// One call that came by.
#[derive(Clone, Debug)]
pub struct Seen {
    /// What was asked.
    pub action: Action,
    /// The status that the server answered; 0 when it was not asked.
    pub status: u16,
    /// Whether a fault struck.
    pub struck: bool,
}

#[derive(Default)]
struct Book {
    seen: Vec<Seen>,
    faults: Vec<(Fault, usize)>,
}

/// The running proxy; it stops listening when this value goes.
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    upstream: SocketAddr,
    book: Mutex<Book>,
    victim: AtomicU32,
    closing: AtomicBool,
    cut: AtomicBool,
}

impl Proxy {
    /// Puts itself before a server on loopback.
    pub fn before(upstream: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has free ports");
        let address = listener.local_addr().expect("a bound socket has an address");
        let shared = Arc::new(Shared {
            upstream,
            book: Mutex::default(),
            victim: AtomicU32::new(0),
            closing: AtomicBool::new(false),
            cut: AtomicBool::new(false),
        });
        let accepting = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if accepting.closing.load(Ordering::SeqCst) {
                    break;
                }
                let shared = Arc::clone(&accepting);
                // A connection that breaks is the client's to notice; here it is often the purpose.
                thread::spawn(move || shared.serve(&stream));
            }
        });
        Self { address, shared }
    }

    /// Where clients find it.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Lays a fault in wait. Counting for `nth` starts now.
    pub fn plant(&self, fault: Fault) {
        self.shared.book().faults.push((fault, 0));
    }

    /// Cuts the cable, or mends it: while it is cut nothing gets through, and no answer comes back.
    pub fn cut(&self, cut: bool) {
        self.shared.cut.store(cut, Ordering::SeqCst);
    }

    /// The process that [`What::Kill`] kills.
    pub fn victim(&self, id: u32) {
        self.shared.victim.store(id, Ordering::SeqCst);
    }

    /// Every call so far, in the order in which they came in.
    pub fn seen(&self) -> Vec<Seen> {
        self.shared.book().seen.clone()
    }

    /// The calls that could change something.
    pub fn mutating(&self) -> Vec<Action> {
        self.seen().into_iter().map(|seen| seen.action).filter(Action::mutates).collect()
    }

    /// How many calls only looked.
    pub fn reading(&self) -> usize {
        self.seen().iter().filter(|seen| !seen.action.mutates()).count()
    }

    /// How often this action came by.
    pub fn count(&self, service: &str, name: &str) -> usize {
        self.seen().iter().filter(|seen| seen.action.service == service && seen.action.name == name).count()
    }

    /// How many calls were struck by a fault.
    pub fn struck(&self) -> usize {
        self.seen().iter().filter(|seen| seen.struck).count()
    }

    /// Forgets what was seen and takes the faults away.
    pub fn forget(&self) {
        *self.shared.book() = Book::default();
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.closing.store(true, Ordering::SeqCst);
        // The listener wakes only when somebody comes.
        let _ = TcpStream::connect(self.address);
    }
}

impl Shared {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn serve(&self, stream: &TcpStream) -> io::Result<()> {
        if self.cut.load(Ordering::SeqCst) {
            return stream.shutdown(Shutdown::Both);
        }
        stream.set_nodelay(true)?;
        let Some(request) = Request::read(stream)? else { return Ok(()) };
        let Some(action) = action(&request) else {
            return (&*stream).write_all(&request.send(self.upstream)?);
        };
        let (index, fault) = self.enter(&action);
        let strikes = |phase| fault.as_ref().filter(|fault| fault.phase == phase).map(|fault| &fault.what);

        if let Some(what) = strikes(Phase::Before)
            && self.strike(what, stream)?
        {
            return Ok(());
        }
        let answer = request.send(self.upstream)?;
        // Whoever forgets meanwhile does not count this one.
        if let Some(seen) = self.book().seen.get_mut(index) {
            seen.status = http::status(&answer);
        }
        if self.cut.load(Ordering::SeqCst) {
            return stream.shutdown(Shutdown::Both);
        }
        if let Some(what) = strikes(Phase::AfterForward)
            && self.strike(what, stream)?
        {
            return Ok(());
        }
        (&*stream).write_all(&answer)?;
        if let Some(what) = strikes(Phase::AfterReply) {
            self.strike(what, stream)?;
        }
        Ok(())
    }

    /// Writes the call down and finds the fault that waits for it.
    fn enter(&self, action: &Action) -> (usize, Option<Fault>) {
        let mut book = self.book();
        let mut fault = None;
        for (waiting, counted) in &mut book.faults {
            if waiting.which.means(action) {
                *counted += 1;
                if (waiting.nth..waiting.nth + waiting.times).contains(counted) {
                    fault = Some(waiting.clone());
                }
            }
        }
        book.seen.push(Seen { action: action.clone(), status: 0, struck: fault.is_some() });
        (book.seen.len() - 1, fault)
    }

    /// Does it; true when the call ends here.
    fn strike(&self, what: &What, stream: &TcpStream) -> io::Result<bool> {
        match what {
            What::Delay(time) => {
                thread::sleep(*time);
                return Ok(false);
            }
            What::Drop => stream.shutdown(Shutdown::Both)?,
            What::Kill => {
                let victim = self.victim.load(Ordering::SeqCst);
                assert_ne!(victim, 0, "say whom to kill: Proxy::victim");
                Command::new("kill").args(["-KILL", &victim.to_string()]).status()?;
            }
            What::Answer(status, body) => {
                let head = format!(
                    "HTTP/1.1 {status} Planted\r\nContent-Length: {}\r\nConnection: close\r\n",
                    body.len()
                );
                (&*stream).write_all(format!("{head}\r\n{body}").as_bytes())?;
            }
        }
        Ok(true)
    }
}

impl Which {
    fn means(&self, action: &Action) -> bool {
        match self {
            Self::Any => true,
            Self::Mutating => action.mutates(),
            Self::Action(service, name) => action.service == *service && action.name == *name,
        }
    }
}
