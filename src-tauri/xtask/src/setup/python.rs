//! The Python environment of the tests: moto, boto3 and the AWS CLI, with every version pinned.

use std::path::PathBuf;
use std::process::Command;

use crate::setup::apt;
use crate::shell::{Failure, Outcome, run, say, succeeds, which};
use crate::stamp::{Fingerprint, unless_done};
use crate::tree::Tree;

/// Makes or finds it; its folder is `tools/python` under the target directory, where the harness looks for it.
pub(crate) fn ensure(tree: &Tree) -> Outcome<PathBuf> {
    let requirements = tree.root.join("tests/python/requirements.txt");
    let home = tree.tools().join("python");
    let python = interpreter()?;
    let fingerprint = Fingerprint::default().word(&home.to_string_lossy()).file(&requirements).text();
    unless_done(&home.join(".slipway-stamp"), &fingerprint, || {
        say("Python environment for the tests");
        run(Command::new(&python).args(["-m", "venv", "--clear"]).arg(&home))?;
        run(Command::new(home.join("bin/pip"))
            .args(["install", "--quiet", "--disable-pip-version-check", "--no-deps", "--requirement"])
            .arg(&requirements))
    })?;
    Ok(home)
}

fn interpreter() -> Outcome<PathBuf> {
    let usable = || {
        which("python3")
            .filter(|python| succeeds(Command::new(python).args(["-c", "import venv, ensurepip"])))
    };
    if let Some(python) = usable() {
        return Ok(python);
    }
    apt::ensure(apt::PYTHON)?;
    usable().ok_or_else(|| {
        Failure::new("Python 3 with its `venv` module is needed for the tests; please install it")
    })
}
