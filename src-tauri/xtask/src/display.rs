//! Screens to open a window on.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use crate::shell::{Failure, Outcome};

/// Whether a window could be seen.
pub(crate) fn there() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// A screen that nobody sees. It ends with its last window, so it cannot be left behind.
pub(crate) struct Virtual {
    server: Child,
    /// What to put into `DISPLAY`.
    pub(crate) name: String,
}

impl Virtual {
    pub(crate) fn start() -> Outcome<Self> {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-terminate"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| {
                Failure::new(format!("Xvfb, the virtual screen, could not be started: {error}"))
            })?;
        let mut number = String::new();
        if let Some(pipe) = server.stdout.take() {
            BufReader::new(pipe).read_line(&mut number)?;
        }
        if number.trim().is_empty() {
            return Err(Failure::new("Xvfb, the virtual screen, ended before it gave its number"));
        }
        Ok(Self { server, name: format!(":{}", number.trim()) })
    }
}

impl Drop for Virtual {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
