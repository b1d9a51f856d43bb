//! Bad input: each with its own clear message, and nothing sent.

use std::{
    io::{Read, Write},
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use crate::person::{Person, Said};

/// It ended so, with this code, message and advice; and the practice account was never even made.
fn refused(person: &Person, said: &Said, exit: i32, code: &str, mentions: &[&str]) {
    let error = said.error();
    assert_eq!(said.code, exit, "{error}");
    assert_eq!(error["code"], code, "{error}");
    let words = format!("{} {} {}", error["message"], error["causes"], error["advice"]);
    for mention in mentions {
        assert!(words.contains(mention), "{mention} is not in {words}");
    }
    assert!(said.out.is_empty(), "{}", said.out);
    assert!(!person.home().join("slipway/practice").exists(), "the account was touched");
}

#[test]
fn an_unknown_preset() {
    let person = Person::new();
    let said = person.run(&["blueprint", "farget", "--json"]);
    refused(&person, &said, 2, "preset-unknown", &["farget", "fargate"]);
}

#[test]
fn a_blueprint_with_a_fault() {
    let person = Person::new();
    for (from, to, code, mentions) in [
        ("name = \"first\"", "name = \"My Stack\"", "blueprint-invalid", ["name: ", "My Stack"]),
        (
            "max_vcpus = 4",
            "max_vcpus = 0",
            "blueprint-invalid",
            ["compute_environments[0].max_vcpus", "at least 1"],
        ),
        ("memory_mib = 512", "memory_mib = 777", "blueprint-invalid", ["memory_mib", "512, 1024, 2048"]),
        (
            "kind = \"default-vpc\"",
            "kind = \"new-vpc\"\ncidr = \"10.0.0.0/33\"",
            "blueprint-invalid",
            ["network.cidr", "10.0.0.0/33"],
        ),
        ("max_vcpus = 4", "max_vcpu = 4", "blueprint-unknown-key", ["max_vcpu", "Did you mean max_vcpus"]),
        ("max_vcpus = 4", "max_vcpus = \"4\"", "blueprint-wrong-type", ["max_vcpus", "line"]),
        ("max_vcpus = 4", "max_vcpus", "blueprint-syntax", ["line", "TOML"]),
    ] {
        let file = person.blueprint(from, to);
        for command in ["plan", "create"] {
            let said = person.run(&[command, "--blueprint", &file, "--practice", "--yes", "--json"]);
            refused(&person, &said, 3, code, &mentions);
        }
    }
}

#[test]
fn a_blueprint_that_is_not_there() {
    let person = Person::new();
    let said = person.run(&["plan", "--blueprint", "nowhere.toml", "--practice", "--json"]);
    refused(&person, &said, 1, "file-missing", &["nowhere.toml"]);
}

#[test]
fn an_endpoint_that_is_neither_https_nor_this_computer() {
    let person = Person::new();
    for endpoint in ["http://example.com", "http://10.0.0.1:5000", "ftp://localhost", "localhost:5000"] {
        let said =
            person.run_with_keys(&["whoami", "--endpoint", endpoint, "--region", "us-east-1", "--json"]);
        refused(&person, &said, 2, "endpoint-refused", &[endpoint, "https"]);
    }
}

#[test]
fn a_region_that_does_not_exist() {
    let person = Person::new();
    let said = person.run(&["whoami", "--practice", "--region", "eu-west-9", "--json"]);
    refused(&person, &said, 2, "region-unknown", &["eu-west-9", "eu-west-1"]);
}

#[test]
fn nobody_said_who() {
    let person = Person::new();
    refused(&person, &person.run(&["whoami", "--json"]), 2, "sign-in-unspoken", &["--practice"]);
    let said = person.run(&["whoami", "--profile", "nobody", "--json"]);
    refused(&person, &said, 2, "profile-unknown", &["nobody"]);
    let said = person.run(&["whoami", "--account", "nobody", "--json"]);
    refused(&person, &said, 2, "account-unknown", &["nobody"]);
    let said = person.run_with_keys(&["whoami", "--json"]);
    refused(&person, &said, 2, "region-missing", &["--region"]);
}

/// A redirect that nobody typed is refused, also when the keys would be right.
#[test]
fn an_endpoint_in_the_environment_is_not_followed() {
    let person = Person::new();
    let (endpoint, asked) = answering("200 OK", "");
    let mut command = person.command(&["whoami", "--region", "us-east-1", "--json"]);
    command
        .env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLEEXAMPLE12")
        .env("AWS_SECRET_ACCESS_KEY", "x")
        .env("AWS_ENDPOINT_URL", &endpoint);
    let output = command.output().unwrap();
    let error: serde_json::Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!(error["code"], "endpoint-unspoken");
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

#[test]
fn wrong_keys() {
    let person = Person::new();
    let (endpoint, _) = answering(
        "403 Forbidden",
        "<ErrorResponse><Error><Type>Sender</Type><Code>InvalidClientTokenId</Code>\
         <Message>The security token included in the request is invalid.</Message></Error>\
         <RequestId>req-1</RequestId></ErrorResponse>",
    );
    let said = person.run_with_keys(&["whoami", "--endpoint", &endpoint, "--region", "us-east-1", "--json"]);
    refused(&person, &said, 1, "aws-wrong-keys", &["security token", "access key"]);
    assert!(!said.err.contains("not-a-real-secret"));
}

#[test]
fn no_network() {
    let person = Person::new();
    // A port that was free a moment ago: nobody listens.
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let endpoint = format!("http://{free}");
    let said = person.run_with_keys(&["whoami", "--endpoint", &endpoint, "--region", "us-east-1", "--json"]);
    refused(&person, &said, 1, "aws-unreachable", &["network"]);
}

#[test]
fn keys_that_are_none_and_a_keychain_that_is_not_there() {
    let person = Person::new();
    let add = ["accounts", "add", "work", "--region", "us-east-1", "--json"];
    let said = person.tell(&add, "not a key id\nsecret\n\n");
    refused(&person, &said, 1, "key-id-malformed", &["AKIA"]);
    assert!(!said.err.contains("not a key id"));
    let said = person.tell(&add, "AKIAEXAMPLEEXAMPLE12\na-canary-secret\n\n");
    refused(&person, &said, 1, "keychain-absent", &["secret service"]);
    assert!(!said.err.contains("a-canary-secret"));
    // Never a plain file instead.
    for file in std::fs::read_dir(person.home().join("slipway")).unwrap() {
        let text = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!String::from_utf8_lossy(&text).contains("a-canary-secret"));
    }
}

#[test]
fn what_cannot_be_undone_needs_a_yes() {
    let person = Person::new();
    let said = person.run(&["practice", "reset", "--json"]);
    refused(&person, &said, 2, "confirmation-needed", &["--yes"]);
}

/// A server that gives every request this answer; its address, and how often it was asked.
fn answering(status: &'static str, body: &'static str) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            count.fetch_add(1, Ordering::SeqCst);
            let mut request = [0_u8; 16 * 1024];
            let _ = stream.read(&mut request);
            let _ = write!(
                stream,
                "HTTP/1.1 {status}\r\ncontent-type: text/xml\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
        }
    });
    (format!("http://{address}"), asked)
}
