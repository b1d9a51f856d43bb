//! Against a registry on this computer that answers as the specification and the registries of the world do.

use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use serde_json::json;

use super::*;
use crate::{
    aws::{Activity, Web},
    world::World,
};

#[test]
fn where_tokens_are_had_is_read_as_registries_say_it() {
    let hub = r#"Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/busybox:pull""#;
    assert_eq!(
        realm(&[hub], "library/busybox", "docker.io").unwrap(),
        "https://auth.docker.io/token?service=registry.docker.io&scope=repository:library/busybox:pull"
    );
    let short = r#"bearer realm="https://quay.io/v2/auth?x=1""#;
    assert_eq!(
        realm(&["Basic realm=\"x\"", short], "a/b", "quay.io").unwrap(),
        "https://quay.io/v2/auth?x=1&scope=repository:a/b:pull"
    );
    assert_eq!(realm(&["Basic realm=\"private\""], "a", "registry.example.com"), None);
    let inward = r#"Bearer realm="http://127.0.0.1:8080/token""#;
    assert_eq!(realm(&[inward], "a", "registry.example.com"), None);
    assert!(realm(&[inward], "a", "127.0.0.1:5000").is_some());
}

#[test]
fn tokens_have_two_names() {
    assert_eq!(token_of(br#"{"token":"a","access_token":"b"}"#).as_deref(), Some("a"));
    assert_eq!(token_of(br#"{"access_token":"b"}"#).as_deref(), Some("b"));
    assert_eq!(token_of(b"{}"), None);
}

type Answer = (u16, Vec<(&'static str, String)>, Vec<u8>);

/// A registry; what it was asked is kept.
struct Server {
    host: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn start(answer: impl Fn(&str, &str, Option<&str>) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (answer, noted, own) = (Arc::new(answer), Arc::clone(&asked), host.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answer, noted, own) = (Arc::clone(&answer), Arc::clone(&noted), own.clone());
                thread::spawn(move || serve(&stream, &noted, |path, token| answer(&own, path, token)));
            }
        });
        Self { host, asked }
    }

    async fn look(&self, image: &str) -> Found {
        let name = ImageName::parse(&format!("{}/{image}", self.host));
        let web = Web::new(None, Activity::new(World::real(), None));
        look(&web, &self.host, &name, Architecture::X86_64).await
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn serve(mut stream: &TcpStream, noted: &Mutex<Vec<String>>, answer: impl Fn(&str, Option<&str>) -> Answer) {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let first = lines.next().unwrap_or_default();
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let headers: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    let token = headers.iter().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("authorization").then_some(value)
    });
    noted.lock().unwrap().push(format!("{path} {}", token.unwrap_or("-")));
    let (status, headers, body) = answer(&path, token);
    let mut text = format!("HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
    text.extend(headers.into_iter().map(|(name, value)| format!("{name}: {value}\r\n")));
    let _ = stream.write_all(format!("{text}\r\n").as_bytes()).and_then(|()| stream.write_all(&body));
}

fn body(value: &serde_json::Value) -> Vec<u8> {
    value.to_string().into_bytes()
}

fn index() -> Vec<u8> {
    body(&json!({"schemaVersion": 2, "manifests": [
        {"digest": "sha256:aa", "platform": {"architecture": "amd64", "os": "linux"}},
        {"digest": "sha256:bb", "platform": {"architecture": "arm64", "os": "linux", "variant": "v8"}}]}))
}

fn single() -> Vec<u8> {
    body(&json!({"schemaVersion": 2, "config": {"digest": "sha256:cc", "size": 7},
        "layers": [{"digest": "sha256:dd", "size": 1000}]}))
}

/// Everything that a registry has, for whoever has its token.
fn open(host: &str, path: &str, token: Option<&str>) -> Answer {
    if path == "/token?service=here&scope=repository:team/app:pull" {
        return (200, vec![], body(&json!({"token": "t0"})));
    }
    if path == "/store/cc?signed=1" {
        // A store refuses two ways of saying who one is.
        let status = if token.is_some() { 400 } else { 200 };
        return (status, vec![], body(&json!({"architecture": "arm64", "os": "linux", "rootfs": {}})));
    }
    if token != Some("Bearer t0") {
        let challenge = format!(
            "Bearer realm=\"http://{host}/token\",service=\"here\",scope=\"repository:team/app:pull\""
        );
        return (401, vec![("www-authenticate", challenge)], vec![]);
    }
    let limits = vec![
        ("docker-content-digest", "sha256:ee".to_owned()),
        ("ratelimit-limit", "100;w=21600".to_owned()),
        ("ratelimit-remaining", "7;w=21600".to_owned()),
    ];
    match path {
        "/v2/team/app/manifests/many" => (200, limits, index()),
        "/v2/team/app/manifests/sha256:aa" | "/v2/team/app/manifests/one" => (200, limits, single()),
        "/v2/team/app/blobs/sha256:cc" => (307, vec![("location", "/store/cc?signed=1".to_owned())], vec![]),
        _ => (404, vec![], body(&json!({"errors": [{"code": "MANIFEST_UNKNOWN"}]}))),
    }
}

fn facts(found: Found) -> Facts {
    let Found::There(facts) = found else { panic!("{found:?}") };
    *facts
}

#[tokio::test]
async fn an_index_is_read_with_a_token_and_its_image_has_a_size() {
    let server = Server::start(open);
    let facts = facts(server.look("team/app:many").await);
    let built: Vec<_> = facts.processors.unwrap().iter().map(Processor::shown).collect();
    assert_eq!(built, ["amd64", "arm64"]);
    assert_eq!((facts.bytes, facts.digest.as_deref()), (Some(1007), Some("sha256:ee")));
    assert_eq!(facts.pulls, Some(Pulls { left: 7, of: 100, hours: 6 }));
    assert_eq!(server.asked().len(), 4, "{:?}", server.asked());
}

#[tokio::test]
async fn a_single_images_processor_is_read_at_the_store_without_the_token() {
    let server = Server::start(open);
    let facts = facts(server.look("team/app:one").await);
    assert_eq!(facts.processors.unwrap()[0].shown(), "arm64");
    assert_eq!(server.asked().last().unwrap(), "/store/cc?signed=1 -");
}

#[tokio::test]
async fn not_there_hidden_too_many_and_odd_are_told_apart() {
    let there = Server::start(open);
    assert!(matches!(there.look("team/app:none").await, Found::NotThere));
    let says = |status: u16, code: &'static str| {
        Server::start(move |_, _, _| (status, vec![], body(&json!({"errors": [{"code": code}]}))))
    };
    assert!(matches!(says(404, "NAME_UNKNOWN").look("a").await, Found::Hidden));
    assert!(matches!(says(403, "DENIED").look("a").await, Found::Hidden));
    assert!(matches!(says(401, "UNAUTHORIZED").look("a").await, Found::Hidden));
    assert!(matches!(says(429, "TOOMANYREQUESTS").look("a").await, Found::TooMany));
    assert!(
        matches!(says(503, "").look("a").await, Found::CannotTell(text) if text.code == "image-odd-answer")
    );
    let page = Server::start(|_, _, _| (200, vec![], b"<html>".to_vec()));
    assert!(matches!(page.look("a").await, Found::CannotTell(text) if text.code == "image-odd-manifest"));
}

#[tokio::test]
async fn who_does_not_answer_is_not_waited_for_and_who_answers_without_end_is_not_read() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = silent.local_addr().unwrap().to_string();
    let name = ImageName::parse(&format!("{host}/a"));
    let web = Web::new(None, Activity::new(World::real(), None));
    let found = look(&web, &host, &name, Architecture::X86_64).await;
    assert!(matches!(found, Found::CannotTell(text) if text.code == "image-registry-silent"));
    drop(silent);
    let found = look(&web, &host, &name, Architecture::X86_64).await;
    assert!(matches!(found, Found::CannotTell(text) if text.code == "image-registry-unreachable"));
    let endless = Server::start(|_, _, _| (200, vec![], vec![b' '; 5 * 1024 * 1024]));
    assert!(
        matches!(endless.look("a").await, Found::CannotTell(text) if text.code == "image-registry-refused")
    );
    let circle = Server::start(|_, path, _| (302, vec![("location", path.to_owned())], vec![]));
    assert!(
        matches!(circle.look("a").await, Found::CannotTell(text) if text.code == "image-registry-refused")
    );
}

#[test]
fn a_registry_answers_over_https_unless_it_is_here() {
    assert_eq!(super::api("docker.io"), "https://registry-1.docker.io");
    assert_eq!(super::api("ghcr.io"), "https://ghcr.io");
    assert_eq!(super::api("127.0.0.1:5000"), "http://127.0.0.1:5000");
}
