//! A moto server: an independent emulator of AWS, which knows the wire but few of AWS's rules.

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::process::{ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::boto;
use crate::http;
use crate::places;
use crate::process::{Server, free_port, until};

/// moto's only account.
pub const ACCOUNT: &str = "123456789012";

/// A running server with an account of its own.
#[derive(Debug)]
pub struct Moto {
    address: SocketAddr,
    _process: Process,
}

/// What ends with the server.
#[derive(Debug)]
#[allow(dead_code, reason = "kept for their ends")]
enum Process {
    Own(Server),
    Fork(Fork),
}

/// A server that came out of a nursery.
#[derive(Debug)]
struct Fork(u32);

impl Drop for Fork {
    fn drop(&mut self) {
        // It may have ended with its nursery.
        let _ = Command::new("kill").args(["-KILL", &self.0.to_string()]).status();
    }
}

/// Where new servers come from in no time: see `tests/boto/moto_nursery.py`. They end with it.
#[derive(Debug)]
pub struct Nursery {
    ports: ChildStdin,
    ids: BufReader<ChildStdout>,
    _server: Server,
}

impl Nursery {
    /// Starts one.
    pub fn start() -> Self {
        let script = places::root().join("tests/boto/moto_nursery.py");
        let mut child = Command::new(places::python("python"))
            .arg(script)
            .env("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the Python environment works");
        let ports = child.stdin.take().expect("its input is piped");
        let ids = BufReader::new(child.stdout.take().expect("its output is piped"));
        Self { ports, ids, _server: Server::adopt(child) }
    }

    /// A new server with an empty account, as bare as [`Moto::start`] has it.
    pub fn moto(&mut self) -> Moto {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()));
        writeln!(self.ports, "{}", address.port()).expect("the nursery listens");
        let mut id = String::new();
        self.ids.read_line(&mut id).expect("the nursery answers");
        let fork = Fork(id.trim().parse().expect("a process id"));
        until("moto to answer", Duration::from_mins(1), || {
            http::call("GET", address, "/moto-api/", "").is_ok_and(|status| status < 300).then_some(())
        });
        Moto { address, _process: Process::Fork(fork) }
    }
}

impl Moto {
    /// Starts one on a free port, as bare as moto makes it. Its default VPC has no internet gateway; see
    /// [`Moto::like_a_new_account`].
    pub fn start() -> Self {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let mut server = Server::start(
            Command::new(places::python("python"))
                .arg(places::root().join("tests/boto/moto_more.py"))
                .args(["-H", "127.0.0.1", "-p", &address.port().to_string()])
                // The AWS-managed policies that our roles attach.
                .env("MOTO_IAM_LOAD_MANAGED_POLICIES", "true"),
        );
        // Without this, jobs fail for want of a Docker daemon.
        until("moto to answer", Duration::from_mins(1), || {
            assert!(!server.has_ended(), "moto ended at once; SLIPWAY_TEST_VERBOSE=1 shows what it said");
            http::call("POST", address, "/moto-api/config", r#"{"batch":{"use_docker":false}}"#)
                .is_ok_and(|status| status < 300)
                .then_some(())
        });
        Self { address, _process: Process::Own(server) }
    }

    /// Starts one and gives its default VPC the way to the internet that AWS gives every new account.
    pub fn like_a_new_account() -> Self {
        let moto = Self::start();
        moto.open_default_vpc();
        moto
    }

    /// Adds an internet gateway and the default route to the default VPC; returns the gateway's id.
    pub fn open_default_vpc(&self) -> String {
        let answer = boto::script(&self.endpoint(), "open_default_vpc.py", &[]);
        answer["InternetGatewayId"].as_str().expect("the script prints the gateway").to_owned()
    }

    /// Writes the log that the newest finished job of a queue would have written, see `tests/boto/container.py`;
    /// returns the job's command.
    pub fn play_container(&self, queue: &str) -> Vec<String> {
        let played = boto::script(&self.endpoint(), "container.py", &[queue]);
        let words = played["command"].as_array().into_iter().flatten();
        words.filter_map(|word| word.as_str().map(str::to_owned)).collect()
    }

    /// Removes the log group that a played container needed.
    pub fn forget_container(&self) {
        boto::run(&self.endpoint(), "client('logs').delete_log_group(logGroupName='/aws/batch/job')");
    }

    /// Where clients find it.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where the proxy finds it.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Forgets everything that was made, settings excepted.
    pub fn reset(&self) {
        let status = http::call("POST", self.address, "/moto-api/reset", "").expect("moto answers");
        assert_eq!(status, 200, "moto would not reset");
    }

    /// Everything in the account, see [`boto::dump`].
    pub fn dump(&self) -> Value {
        boto::dump(&self.endpoint())
    }
}
