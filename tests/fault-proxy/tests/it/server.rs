//! A tiny server that keeps what it gets, and a client of the proxy in front of it.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, Uri},
    response::{IntoResponse, Response},
};
use fault_proxy::{Fault, FaultProxy, Rule};
use tokio::net::TcpListener;

/// How long a test waits for what must come.
pub(crate) const SOON: Duration = Duration::from_secs(20);

/// A request as the server got it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Got {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) key: String,
    pub(crate) body: String,
}

/// A server that answers the n-th request with `{"answer":n}` and the header `request-id: n`.
pub(crate) struct Scene {
    pub(crate) proxy: Arc<FaultProxy>,
    pub(crate) client: reqwest::Client,
    got: Arc<Mutex<Vec<Got>>>,
}

impl Scene {
    pub(crate) async fn new() -> Self {
        let got: Arc<Mutex<Vec<Got>>> = Arc::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let router = Router::new().fallback(answer).with_state(Arc::clone(&got));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let proxy = Arc::new(FaultProxy::before(&base).await.expect("the proxy starts"));
        let client = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().expect("a client");
        Self { proxy, client, got }
    }

    /// A scene in which the next request meets this fault.
    pub(crate) async fn with(fault: Fault) -> Self {
        let scene = Self::new().await;
        scene.proxy.plan(Rule::once("POST", "/v1/", fault));
        scene
    }

    /// What the server got so far.
    pub(crate) fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sends what all tests send.
    pub(crate) async fn send(&self) -> Result<reqwest::Response, reqwest::Error> {
        self.request().send().await
    }

    /// What all tests send.
    pub(crate) fn request(&self) -> reqwest::RequestBuilder {
        let url = format!("{}/v1/things/7?expand=all", self.proxy.url());
        self.client.post(url).header("idempotency-key", "key-1").body("quantity=3")
    }
}

/// What the server gets when it gets what all tests send.
pub(crate) fn sent() -> Got {
    Got {
        method: "POST".to_owned(),
        path: "/v1/things/7?expand=all".to_owned(),
        key: "key-1".to_owned(),
        body: "quantity=3".to_owned(),
    }
}

async fn answer(
    State(got): State<Arc<Mutex<Vec<Got>>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let key = headers.get("idempotency-key").and_then(|key| key.to_str().ok()).unwrap_or_default();
    let mut got = got.lock().unwrap_or_else(PoisonError::into_inner);
    got.push(Got {
        method: method.to_string(),
        path: uri.to_string(),
        key: key.to_owned(),
        body: String::from_utf8_lossy(&body).into_owned(),
    });
    let number = got.len();
    ([("request-id", number.to_string())], format!("{{\"answer\":{number}}}")).into_response()
}
