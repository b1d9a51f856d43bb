//! The account on loopback.

use slipway_practice::Practice;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

async fn exchange(address: std::net::SocketAddr, extra: &str) -> String {
    let body = "Action=GetCallerIdentity&Version=2011-06-15";
    let request = format!(
        "POST / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{extra}\
         Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\nContent-Length: {}\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential=AKIA/20261121/us-east-1/sts/aws4_request, Signature=0\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(address).await.expect("connected");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("answered");
    answer
}

#[tokio::test]
async fn it_answers_clients_and_turns_web_pages_away() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let practice = Practice::in_memory(1);
    let server = tokio::spawn(async move { practice.serve(listener).await });

    let answer = exchange(address, "").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(answer.contains("server: Slipway practice account"), "{answer}");
    assert!(answer.contains("<Arn>arn:aws:iam::111122223333:user/you</Arn>"), "{answer}");
    let page = exchange(address, "Origin: https://example.com\r\n").await;
    assert!(page.starts_with("HTTP/1.1 403"), "{page}");
    server.abort();
}

#[tokio::test]
async fn it_refuses_to_be_reached_from_elsewhere() {
    let listener = TcpListener::bind("0.0.0.0:0").await.expect("a port");
    let error = Practice::in_memory(1).serve(listener).await.expect_err("refused");
    assert!(error.to_string().contains("loopback only"), "{error}");
}
