//! A moto server: an independent emulator of AWS, which knows the wire but few of AWS's rules.

use std::net::SocketAddr;
use std::process::Command;
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
    _server: Server,
}

impl Moto {
    /// Starts one on a free port, as bare as moto makes it. Its default VPC has no internet gateway; see
    /// [`Moto::like_a_new_account`].
    pub fn start() -> Self {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let mut server = Server::start(
            Command::new(places::python("moto_server"))
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
        Self { address, _server: server }
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
