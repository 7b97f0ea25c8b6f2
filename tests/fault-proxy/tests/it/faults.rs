//! Each fault does what it promises: what the server gets, and what the client sees.

use std::{error::Error as _, time::Duration};

use fault_proxy::{Cut, Fault, Page, Which};

use crate::server::{SOON, Scene, sent};

/// The innermost cause of an error, as the system names it.
fn kind(error: &reqwest::Error) -> Option<std::io::ErrorKind> {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(io) = inner.downcast_ref::<std::io::Error>() {
            return Some(io.kind());
        }
        cause = inner.source();
    }
    None
}

#[tokio::test]
async fn what_meets_no_fault_passes_unchanged() {
    let scene = Scene::new().await;
    let answer = scene.send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers()["request-id"].to_str().unwrap()), (200, "1"));
    assert_eq!(answer.text().await.unwrap(), "{\"answer\":1}");
    assert_eq!(scene.got(), [sent()]);
    let record = scene.proxy.record();
    assert_eq!((record.requests, record.forwarded, record.of("pass"), record.faults()), (1, 1, 1, 0));
}

#[tokio::test]
async fn a_delayed_request_passes_later() {
    let scene = Scene::with(Fault::Delay { ms: 300 }).await;
    let early = tokio::time::timeout(Duration::from_millis(100), scene.send()).await;
    assert!(early.is_err(), "it did not wait");
    assert!(scene.proxy.wait_until(SOON, |record| record.forwarded == 1).await);
    assert_eq!(scene.got(), [sent()], "its client gave up, and it was forwarded all the same");
}

#[tokio::test]
async fn an_answer_of_the_proxy_reaches_no_server() {
    for (status, page, body) in [
        (429, Page::Html, "<h1>429</h1>"),
        (500, Page::Json, "\"api_error\""),
        (502, Page::Html, "<h1>502</h1>"),
        (503, Page::Empty, ""),
    ] {
        let scene = Scene::with(Fault::Answer { status, page }).await;
        let answer = scene.send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status);
        assert!(answer.text().await.unwrap().contains(body), "{status}");
        assert_eq!(scene.got(), []);
    }
}

#[tokio::test]
async fn forwarded_and_answered_otherwise() {
    let scene = Scene::with(Fault::ForwardThenAnswer { status: 500, page: Page::Html }).await;
    assert_eq!(scene.send().await.unwrap().status().as_u16(), 500);
    assert_eq!(scene.got(), [sent()]);
}

#[tokio::test]
async fn a_dropped_request_never_reaches_the_server() {
    for how in [Cut::Reset, Cut::Close] {
        let scene = Scene::with(Fault::Drop { how }).await;
        let error = scene.send().await.unwrap_err();
        let was_reset = kind(&error) == Some(std::io::ErrorKind::ConnectionReset);
        assert_eq!(was_reset, how == Cut::Reset, "{error:?}");
        // Everything the server gets comes in order, so what would have come before this is known now.
        scene.send().await.unwrap();
        assert_eq!(scene.got(), [sent()], "only the second one");
    }
}

#[tokio::test]
async fn forwarded_and_reset() {
    let scene = Scene::with(Fault::ForwardThenReset).await;
    let error = scene.send().await.unwrap_err();
    assert_eq!(kind(&error), Some(std::io::ErrorKind::ConnectionReset), "{error:?}");
    assert_eq!(scene.got(), [sent()]);
}

#[tokio::test]
async fn forwarded_and_stalled() {
    let scene = Scene::with(Fault::ForwardThenStall).await;
    let error = scene.request().timeout(Duration::from_millis(500)).send().await.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    assert!(scene.proxy.wait_until(SOON, |record| record.forwarded == 1).await);
    assert_eq!(scene.got(), [sent()]);
}

#[tokio::test]
async fn a_truncated_answer_breaks_off_in_its_body() {
    let scene = Scene::with(Fault::Truncate).await;
    let answer = scene.send().await;
    let whole = async { answer?.text().await };
    assert!(whole.await.is_err(), "the answer is whole");
    assert_eq!(scene.got(), [sent()]);
}

#[tokio::test]
async fn a_duplicated_request_reaches_the_server_twice() {
    for (answer, body) in [(Which::First, "{\"answer\":1}"), (Which::Second, "{\"answer\":2}")] {
        let scene = Scene::with(Fault::Duplicate { answer }).await;
        assert_eq!(scene.send().await.unwrap().text().await.unwrap(), body);
        assert_eq!(scene.got(), [sent(), sent()], "the same twice, the idempotency key included");
        assert_eq!(scene.proxy.record().forwarded, 2);
    }
}

#[tokio::test]
async fn a_server_that_is_gone_is_a_bad_gateway() {
    let gone = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let proxy = fault_proxy::FaultProxy::before(&gone).await.unwrap();
    let client = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
    assert_eq!(client.get(proxy.url()).send().await.unwrap().status().as_u16(), 502);
    assert_eq!(proxy.record().unanswered, 1);
}
