//! An endpoint of the embedding product: a real HTTP server that keeps what it gets and answers as it is told.

use std::{
    path::Path,
    process::{Command, Stdio},
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderName, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};

use crate::planted;

/// What it got.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    /// `webhook-id`.
    pub(crate) id: String,
    /// `webhook-timestamp`.
    pub(crate) timestamp: String,
    /// `webhook-signature`.
    pub(crate) signature: String,
    /// The body as it came.
    pub(crate) raw: String,
}

impl Received {
    /// The body.
    pub(crate) fn body(&self) -> Value {
        serde_json::from_str(&self.raw).expect("JSON")
    }
}

/// What it answers: a status, and where it redirects to or for how long it asks to be left alone.
pub(crate) type Answer = (u16, Option<(&'static str, String)>);

type Answering = Box<dyn Fn(&Received) -> Option<Answer> + Send>;

/// The server.
pub(crate) struct Receiver {
    /// Where it listens.
    pub(crate) url: String,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

struct Shared {
    received: Mutex<Vec<Received>>,
    answering: Mutex<Answering>,
}

impl Receiver {
    /// A receiver that takes everything.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/events", listener.local_addr().expect("an address"));
        let shared =
            Arc::new(Shared { received: Mutex::default(), answering: Mutex::new(Box::new(|_| Some((204, None)))) });
        let router = Router::new().fallback(receive).with_state(shared.clone());
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.expect("serving") });
        Self { url, shared, serving }
    }

    /// Answers like that from now on; `None`: never.
    pub(crate) fn answer(&self, answering: impl Fn(&Received) -> Option<Answer> + Send + 'static) {
        *self.shared.answering.lock().expect("a lock") = Box::new(answering);
    }

    /// Answers everything with this status from now on.
    pub(crate) fn answer_all(&self, status: u16) {
        self.answer(move |_| Some((status, None)));
    }

    /// All that it got, in order.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.shared.received.lock().expect("a lock").clone()
    }

    /// The ids of what it got, in order.
    pub(crate) fn ids(&self) -> Vec<String> {
        self.received().into_iter().map(|received| received.id).collect()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn receive(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    let header =
        |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned).unwrap_or_default();
    let raw = String::from_utf8(body.to_vec()).expect("UTF-8");
    planted::check_answer(&HeaderMap::new(), &raw);
    let received = Received {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp"),
        signature: header("webhook-signature"),
        raw,
    };
    assert_eq!(header("content-type"), "application/json");
    let answer = shared.answering.lock().expect("a lock")(&received);
    shared.received.lock().expect("a lock").push(received);
    let Some((status, field)) = answer else { return std::future::pending().await };
    let mut response = StatusCode::from_u16(status).expect("a status").into_response();
    if let Some((name, value)) = field {
        response.headers_mut().insert(HeaderName::from_static(name), value.parse().expect("a value"));
    }
    response
}

/// What the scheme's own library for Python says of each: whether it is signed with the secret.
pub(crate) fn verified(secret: &str, received: &[Received]) -> Vec<bool> {
    let python = std::env::var("TURNPIKE_TEST_PYTHON").expect(
        "`TURNPIKE_TEST_PYTHON` names no Python that has the packages of tests/requirements.txt; \
         `cargo xtask test` sets it",
    );
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/webhook-verifier/verify.py");
    let asked: Vec<Value> = received
        .iter()
        .map(|received| {
            json!({
                "secret": secret,
                "headers": {
                    "webhook-id": received.id, "webhook-timestamp": received.timestamp,
                    "webhook-signature": received.signature
                },
                "body": received.raw
            })
        })
        .collect();
    let mut process = Command::new(python)
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the verifier starts");
    serde_json::to_writer(process.stdin.take().expect("its input"), &asked).expect("written");
    let output = process.wait_with_output().expect("an end");
    assert!(output.status.success(), "the verifier failed");
    serde_json::from_slice(&output.stdout).expect("a list")
}
