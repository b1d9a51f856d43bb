//! One build of everything, and the list of test binaries that came out of it.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::Stdio;

use serde_json::Value;

use crate::shell::{Failure, Outcome, cargo, say};
use crate::tree::Tree;

/// A test binary of the workspace.
pub(crate) struct Binary {
    pub(crate) package: String,
    pub(crate) target: String,
    /// From `tests/`, not the tests beside the code of a library or program.
    pub(crate) is_suite: bool,
    pub(crate) path: PathBuf,
    /// The package's folder, where cargo would run it.
    pub(crate) folder: PathBuf,
}

/// Builds all targets of all members once. The binaries are then started by us, not by `cargo test` again and again:
/// nothing is built twice with other features, and programs that suites start are as new as the tests.
pub(crate) fn everything(tree: &Tree) -> Outcome<Vec<Binary>> {
    say("building everything (a first build takes some minutes, most of them for the AWS SDK)");
    build(tree, &["build", "--workspace", "--all-targets"])
}

/// Gives cargo a command that builds, and lists the test binaries among it.
pub(crate) fn build(tree: &Tree, words: &[&str]) -> Outcome<Vec<Binary>> {
    let mut child = cargo(tree)
        .args(words)
        .args(["--quiet", "--message-format=json-render-diagnostics"])
        .stdout(Stdio::piped())
        .spawn()?;
    let pipe = child.stdout.take().ok_or_else(|| Failure::new("cargo gave no output to read"))?;
    let mut binaries = Vec::new();
    for line in BufReader::new(pipe).lines() {
        binaries.extend(serde_json::from_str(&line?).ok().as_ref().and_then(binary));
    }
    if !child.wait()?.success() {
        return Err(Failure::new("it does not compile; no test was run"));
    }
    binaries.sort_by(|a: &Binary, b: &Binary| (&a.package, &a.target).cmp(&(&b.package, &b.target)));
    Ok(binaries)
}

fn binary(message: &Value) -> Option<Binary> {
    if message["reason"] != "compiler-artifact" || message["profile"]["test"] != true {
        return None;
    }
    let manifest = PathBuf::from(message["manifest_path"].as_str()?);
    Some(Binary {
        package: package_name(message["package_id"].as_str()?)?.to_owned(),
        target: message["target"]["name"].as_str()?.to_owned(),
        is_suite: message["target"]["kind"][0] == "test",
        path: PathBuf::from(message["executable"].as_str()?),
        folder: manifest.parent()?.to_path_buf(),
    })
}

/// From a package id specification: `path+file:///…/core#slipway-core@0.1.0`, where the name is left out when it is
/// the folder's (`path+file:///…/xtask#0.1.0`).
fn package_name(id: &str) -> Option<&str> {
    let (address, fragment) = id.split_once('#')?;
    match fragment.split_once('@') {
        Some((name, _)) => Some(name),
        None => address.rsplit('/').next(),
    }
}

#[cfg(test)]
mod tests {
    use super::package_name;

    #[test]
    fn a_package_is_named_in_either_form_of_its_id() {
        assert_eq!(package_name("path+file:///a/core#slipway-core@0.1.0"), Some("slipway-core"));
        assert_eq!(package_name("path+file:///a/xtask#0.1.0"), Some("xtask"));
    }
}
