//! What no HTTP client sends: broken requests, and connections that end in the middle of one.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::Trial;
use crate::{
    tokens,
    world::{ADMIN, FREE},
};

#[tokio::test(flavor = "multi_thread")]
async fn broken_requests_are_refused() {
    let trial = Trial::begin().await;
    for (name, request) in [
        ("no HTTP", "hello\r\n\r\n".to_owned()),
        ("no version", "GET /livez\r\n\r\n".to_owned()),
        ("a header without a colon", "GET /livez HTTP/1.1\r\nhost: x\r\nnonsense\r\n\r\n".to_owned()),
        ("a NUL in a header", "GET /livez HTTP/1.1\r\nhost: x\r\nx-a: \0\r\n\r\n".to_owned()),
        (
            "a length that is none",
            "POST /api/store/activate HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n".to_owned(),
        ),
        (
            "two lengths",
            "POST /api/store/activate HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{"
                .to_owned(),
        ),
        ("a header of 1 MB", format!("GET /livez HTTP/1.1\r\nhost: x\r\nx-a: {}\r\n\r\n", "a".repeat(1_000_000))),
    ] {
        let answer = exchange(&trial, request.as_bytes(), false).await;
        assert!(answer.starts_with("HTTP/1.1 4") || answer.is_empty(), "{name}: {answer}");
        assert!(!answer.contains("200 OK"), "{name}: {answer}");
    }
    trial.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn half_a_body_activates_nothing() {
    let trial = Trial::begin().await;
    let body = format!(r#"{{"featureCode": "f0", "mandateId": "{FREE}"}}"#);
    let head = format!(
        "POST /api/store/activate HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n",
        tokens::of(ADMIN)
    );
    for request in [
        format!("{head}content-length: {}\r\n\r\n{body}", body.len() + 1),
        format!("{head}transfer-encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n", body.len()),
        format!("{head}transfer-encoding: chunked\r\n\r\nzz\r\n{body}\r\n0\r\n\r\n"),
    ] {
        let answer = exchange(&trial, request.as_bytes(), true).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400"), "{answer}");
    }
    trial.end().await;
}

/// Sends bytes, ends its own side if asked to, and reads until the host ends the connection.
async fn exchange(trial: &Trial, request: &[u8], hang_up: bool) -> String {
    let address = trial.host.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    // The host may refuse before everything is sent.
    let _ = stream.write_all(request).await;
    if hang_up {
        let _ = stream.shutdown().await;
    }
    let mut answer = Vec::new();
    let read = timeout(Duration::from_secs(30), stream.read_to_end(&mut answer)).await;
    let _ = read.expect("the host ends the connection");
    String::from_utf8_lossy(&answer).into_owned()
}
