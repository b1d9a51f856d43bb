//! Servers that tests start, and the patience to wait for them.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A program that is ended when this value goes.
#[derive(Debug)]
pub struct Server(Child);

impl Server {
    /// Starts it with its output thrown away, unless `SLIPWAY_TEST_VERBOSE` is set.
    pub fn start(command: &mut Command) -> Self {
        let verbose = std::env::var_os("SLIPWAY_TEST_VERBOSE").is_some();
        let out = || if verbose { Stdio::inherit() } else { Stdio::null() };
        let child = command.stdin(Stdio::null()).stdout(out()).stderr(out()).spawn();
        Self(child.unwrap_or_else(|error| {
            panic!("{} could not be started: {error}", command.get_program().display())
        }))
    }

    /// Takes over a program that was started otherwise.
    pub fn adopt(child: Child) -> Self {
        Self(child)
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        self.0.try_wait().is_ok_and(|status| status.is_some())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A TCP port on loopback that nobody listens on at this moment.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has free ports");
    listener.local_addr().expect("a bound socket has an address").port()
}

/// Asks again and again until there is an answer; panics with `what` when `limit` is over.
pub fn until<T>(what: &str, limit: Duration, ask: impl FnMut() -> Option<T>) -> T {
    until_or(limit, ask).unwrap_or_else(|| panic!("waited {} s in vain for {what}", limit.as_secs()))
}

/// The same for callers that have more to say when it was in vain.
pub fn until_or<T>(limit: Duration, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let end = Instant::now() + limit;
    loop {
        let answer = ask();
        if answer.is_some() || Instant::now() > end {
            return answer;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The process of this name that was started, directly or not, by that one.
pub fn below(ancestor: u32, name: &str) -> Option<u32> {
    let processes: Vec<Process> = std::fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Process::read(entry.file_name().to_str()?.parse().ok()?))
        .collect();
    let mut found = vec![ancestor];
    while let Some(parent) = found.pop() {
        for child in processes.iter().filter(|process| process.parent == parent) {
            if child.name == name {
                return Some(child.id);
            }
            found.push(child.id);
        }
    }
    None
}

/// Whether it has not ended; one that nobody has waited for yet has ended as well.
pub fn is_running(id: u32) -> bool {
    Process::read(id).is_some_and(|process| process.state != 'Z')
}

/// What proc(5) tells in `stat`: the name in parentheses, cut to 15 bytes, the state, the parent.
struct Process {
    id: u32,
    name: String,
    state: char,
    parent: u32,
}

impl Process {
    fn read(id: u32) -> Option<Self> {
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        let (name, rest) = stat.split_once('(')?.1.rsplit_once(')')?;
        let mut rest = rest.split_whitespace();
        let state = rest.next()?.chars().next()?;
        Some(Self { id, name: name.to_owned(), state, parent: rest.next()?.parse().ok()? })
    }
}
