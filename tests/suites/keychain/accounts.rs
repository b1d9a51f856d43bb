//! Saved accounts in a real keyring, through the command line: in, used, and out again; and what is said when there
//! is no keyring to use.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use slipway_tests::cli::Said;
use slipway_tests::keyring::Keyring;
use slipway_tests::places;

const ID: &str = "AKIACANARYCANARY1234";
const SECRET: &str = "canary/Secret+Key=0123456789abcdef";
const REGION: [&str; 2] = ["--region", "eu-west-3"];

fn slipway(keyring: &Keyring, home: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(places::binary("slipway"));
    keyring.enter(command.args(arguments)).env("SLIPWAY_HOME", home).env_remove("AWS_ACCESS_KEY_ID");
    command
}

fn run(keyring: &Keyring, home: &Path, arguments: &[&str], input: &str) -> Said {
    let mut child = slipway(keyring, home, arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("slipway can be started");
    let mut pipe = child.stdin.take().expect("its input is piped");
    // It may refuse before it reads.
    let _ = pipe.write_all(input.as_bytes());
    drop(pipe);
    child.wait_with_output().expect("slipway ends").into()
}

fn add(keyring: &Keyring, home: &Path, more: &[&str]) -> Said {
    let arguments: Vec<&str> =
        ["accounts", "add", "work", "--json"].into_iter().chain(REGION).chain(more.to_vec()).collect();
    run(keyring, home, &arguments, &format!("{ID}\n{SECRET}\n\n"))
}

fn code(said: &Said) -> String {
    let error: Value = serde_json::from_str(&said.err)
        .unwrap_or_else(|_| panic!("no error in JSON:\n{}{}", said.out, said.err));
    error["code"].as_str().unwrap_or_default().to_owned()
}

/// Every file under a folder that holds the text.
fn files_with(folder: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files_with(&path, text));
        } else if std::fs::read(&path).is_ok_and(|bytes| String::from_utf8_lossy(&bytes).contains(text)) {
            found.push(path.display().to_string());
        }
    }
    found
}

#[test]
fn keys_go_in_are_used_and_go_away() {
    let keyring = Keyring::unlocked();
    let home = tempfile::tempdir().expect("there is room for a folder");
    let mut serving = slipway(&keyring, home.path(), &["practice", "serve", "--port", "0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("slipway can be started");
    let mut endpoint = String::new();
    let served = serving.stdout.take().expect("its output is piped");
    BufReader::new(served).read_line(&mut endpoint).expect("it says where it serves");
    let endpoint = endpoint.trim();

    let said = add(&keyring, home.path(), &["--endpoint", endpoint]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert!(
        said.out.contains("1234") && !said.out.contains(ID) && !said.out.contains(SECRET),
        "{}",
        said.out
    );

    let used = run(&keyring, home.path(), &["whoami", "--account", "work", "--json"], "");
    assert_eq!(used.code, 0, "{}{}", used.out, used.err);
    assert_eq!(used.json()["kind"], "keys");
    assert_eq!(used.json()["region"], "eu-west-3");
    serving.kill().expect("it can be ended");
    serving.wait().expect("it ends");

    for secret in [ID, SECRET] {
        assert_eq!(files_with(home.path(), secret), Vec::<String>::new());
        assert_eq!(files_with(keyring.home(), secret), Vec::<String>::new());
    }

    let gone = run(&keyring, home.path(), &["accounts", "remove", "work", "--yes", "--json"], "");
    assert_eq!(gone.code, 0, "{}{}", gone.out, gone.err);
    let lookup = ["lookup", "service", "Slipway", "username", "work"];
    assert_eq!(keyring.secret_tool(&lookup, "").unwrap_or_default(), "");
    assert_eq!(run(&keyring, home.path(), &["accounts", "list", "--json"], "").json(), serde_json::json!([]));
}

#[test]
fn locked_absent_and_refused_are_three_messages_and_none_hangs() {
    let states = [
        (Keyring::locked(), "keychain-locked"),
        (Keyring::absent(), "keychain-absent"),
        (Keyring::no_bus(), "keychain-absent"),
        (Keyring::refusing(), "keychain-refused"),
    ];
    for (keyring, expected) in states {
        let home = tempfile::tempdir().expect("there is room for a folder");
        let began = Instant::now();
        let said = add(&keyring, home.path(), &[]);
        assert_eq!((said.code, code(&said).as_str()), (1, expected), "{}", said.err);
        assert!(began.elapsed() < Duration::from_secs(90), "it took {:?}", began.elapsed());
        for secret in [ID, SECRET] {
            assert!(!said.err.contains(secret));
            assert_eq!(files_with(home.path(), secret), Vec::<String>::new(), "never a plain file");
        }
        assert_eq!(
            run(&keyring, home.path(), &["accounts", "list", "--json"], "").json(),
            serde_json::json!([])
        );
    }
}
