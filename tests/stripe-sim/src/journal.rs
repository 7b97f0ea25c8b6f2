//! What was seen: every API request with its answer's status, webhook deliveries, and the recording for the honesty check.

use std::{
    collections::BTreeMap,
    fs::{File, OpenOptions},
    io::{self, Write},
    path::Path,
};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::webhooks::Delivery;

/// One request to `/v1`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestRecord {
    /// When it came in, UTC milliseconds of the simulator's clock.
    pub at_ms: i64,
    /// The id it was given (`Request-Id`).
    pub request_id: String,
    /// The HTTP method.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The query's parameters, decoded.
    pub query: BTreeMap<String, String>,
    /// The body's parameters, decoded: `items[0][quantity]` → `3`.
    pub form: BTreeMap<String, String>,
    /// The body as sent.
    pub body: String,
    /// The header `Idempotency-Key`.
    pub idempotency_key: Option<String>,
    /// The header `Stripe-Version`.
    pub stripe_version: Option<String>,
    /// The answer's status; `None` if the connection was dropped, cut or stalled instead.
    pub status: Option<u16>,
    /// Whether the answer was replayed from the idempotency key.
    pub replayed: bool,
    /// The planned fault that it met.
    pub fault: Option<Value>,
}

/// The observations of this process; they are not part of the saved state.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    pub(crate) requests: Vec<RequestRecord>,
    pub(crate) deliveries: Vec<Delivery>,
    /// Requests that a `hold` fault keeps waiting now.
    pub(crate) held: usize,
    recording: Option<File>,
}

impl Journal {
    /// Appends exchanges to a file of JSON lines from now on.
    pub(crate) fn record_to(&mut self, path: &Path) -> io::Result<()> {
        self.recording = Some(OpenOptions::new().create(true).append(true).open(path)?);
        Ok(())
    }

    /// Notes a request; `answer` is the endpoint's own answer, `None` where a planned fault took its place.
    pub(crate) fn note(&mut self, record: RequestRecord, query: &str, answer: Option<(u16, &str)>) {
        if let Some(file) = &mut self.recording {
            let line = json!({
                "method": record.method,
                "path": record.path,
                "query": query,
                "form": record.body,
                "status": answer.map(|(status, _)| status),
                "body": answer.and_then(|(_, body)| serde_json::from_str::<Value>(body).ok()),
            });
            if let Err(error) = writeln!(file, "{line}") {
                tracing::error!(%error, "cannot write the recording");
            }
        }
        self.requests.push(record);
    }
}
