//! boto3 as the witness: an AWS client that nobody here wrote, asked about what our code claims to have done.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::places;

/// Credentials that moto takes from anybody and the practice account issues to its owner.
pub const CREDENTIALS: [(&str, &str); 3] = [
    ("AWS_ACCESS_KEY_ID", "testing"),
    ("AWS_SECRET_ACCESS_KEY", "testing"),
    ("AWS_DEFAULT_REGION", "us-east-1"),
];

/// A command with credentials, region and endpoint for the AWS clients, and without whatever the person at this
/// machine has configured for themselves.
pub fn client(program: PathBuf, endpoint: &str) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("AWS_") {
            command.env_remove(name);
        }
    }
    command
        .envs(CREDENTIALS)
        .env("AWS_ENDPOINT_URL", endpoint)
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_PAGER", "")
        // Tests about a lost reply must see it lost, not retried.
        .env("AWS_MAX_ATTEMPTS", "1");
    command
}

/// Runs `tests/boto/NAME` and returns the JSON that it prints.
pub fn script(endpoint: &str, name: &str, arguments: &[&str]) -> Value {
    let script = places::root().join("tests/boto").join(name);
    answer(client(places::python("python"), endpoint).arg(script).args(arguments))
}

/// Runs a few lines of Python in which `client("batch")` makes a boto3 client; they assign what they want to say to
/// `answer`.
pub fn run(endpoint: &str, lines: &str) -> Value {
    let program = format!(
        "import boto3, json\nclient = boto3.client\nanswer = None\n{lines}\nprint(json.dumps(answer, default=str))"
    );
    answer(client(places::python("python"), endpoint).args(["-c", &program]))
}

/// Every resource that Slipway could touch, as AWS describes it, in a canonical order: two dumps of an unchanged
/// account are equal.
pub fn dump(endpoint: &str) -> Value {
    script(endpoint, "dump.py", &[])
}

fn answer(command: &mut Command) -> Value {
    let output = command.output().expect("the Python environment works");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the boto3 script failed:\n{complaint}");
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("the boto3 script printed no JSON ({error}):\n{complaint}"))
}
