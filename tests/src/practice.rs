//! The practice account on loopback, as `slipway practice serve` puts it there for other people's clients.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::process::{Server, free_port, until};
use crate::{boto, http, places};

/// A served practice account.
#[derive(Debug)]
pub struct Practice {
    address: SocketAddr,
    _server: Server,
}

impl Practice {
    /// Serves a new account that does not keep a test waiting.
    pub fn quick(home: &Path) -> Self {
        Self::paced(home, "1000")
    }

    /// Serves a new account that is so many times as quick as AWS.
    pub fn paced(home: &Path, pace: &str) -> Self {
        let paced = Command::new(places::binary("slipway"))
            .args(["practice", "pace", pace])
            .env("SLIPWAY_HOME", home)
            .output()
            .expect("slipway can be started");
        assert!(paced.status.success(), "{}", String::from_utf8_lossy(&paced.stderr));
        Self::serve(home)
    }

    /// Serves the account that is kept in this data directory; a directory without one gets a new account.
    pub fn serve(home: &Path) -> Self {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let mut server = Server::start(
            Command::new(places::binary("slipway"))
                .args(["practice", "serve", "--port", &address.port().to_string()])
                .env("SLIPWAY_HOME", home),
        );
        until("the practice account to answer", Duration::from_secs(30), || {
            assert!(!server.has_ended(), "`slipway practice serve` ended at once");
            http::call("GET", address, "/", "").is_ok_and(|status| status > 0).then_some(())
        });
        Self { address, _server: server }
    }

    /// Where clients find it.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where the proxy finds it.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Everything in the account, see [`boto::dump`].
    pub fn dump(&self) -> Value {
        boto::dump(&self.endpoint())
    }
}
