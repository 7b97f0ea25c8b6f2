//! The handle that tests hold: starts the proxy, plans its faults and tells what it did.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{ConnectInfo, Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures::{StreamExt as _, stream};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use crate::{
    conduct::{Shown, deal_with},
    connection::{CuttableListener, Grip},
    fault::Fault,
    message::{Answer, Message, of_the_message},
    random::Random,
    record::Record,
    script::{Rule, Script},
    upstream::Upstream,
};

const MAX_BODY_BYTES: usize = 16 << 20;

/// How a proxy is started.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Where it listens; a free port on loopback unless given.
    pub listen: Option<SocketAddr>,
}

/// A running proxy. Dropping it ends it; requests that came in whole are still dealt with.
#[derive(Debug)]
pub struct FaultProxy {
    inner: Arc<Inner>,
    address: SocketAddr,
    serving: JoinHandle<()>,
}

/// What all requests share.
#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) upstream: Upstream,
    plan: Mutex<Plan>,
    record: watch::Sender<Record>,
    /// Counts releases of held requests.
    pub(crate) releases: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct Plan {
    script: Script,
    random: Option<Random>,
    /// The number of the next request.
    number: u64,
}

impl FaultProxy {
    /// A proxy on a free port of 127.0.0.1 in front of the server at `base`, such as `http://127.0.0.1:12111`. It lets
    /// everything pass until a fault is planned.
    ///
    /// # Errors
    /// No port is free, or the system's certificates cannot be read (`https` only).
    pub async fn before(base: &str) -> io::Result<Self> {
        Self::start(base, &Options::default()).await
    }

    /// As [`FaultProxy::before`], with options.
    ///
    /// # Errors
    /// The address cannot be bound, or the system's certificates cannot be read (`https` only).
    pub async fn start(base: &str, options: &Options) -> io::Result<Self> {
        let listen = options.listen.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 0)));
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        let inner = Arc::new(Inner {
            upstream: Upstream::new(base)?,
            plan: Mutex::default(),
            record: watch::Sender::new(Record::default()),
            releases: watch::Sender::new(0),
        });
        let service =
            Router::new().fallback(take).with_state(Arc::clone(&inner)).into_make_service_with_connect_info::<Grip>();
        let serving = tokio::spawn(async move {
            if let Err(error) = axum::serve(CuttableListener(listener), service).await {
                tracing::error!(%error, "the proxy ended");
            }
        });
        Ok(Self { inner, address, serving })
    }

    /// Where it listens, without a trailing slash: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Plans a fault after those already planned.
    pub fn plan(&self, rule: Rule) {
        self.inner.plan().script.add(rule);
    }

    /// From now on, what meets no planned fault meets a random one, or passes. Requests are numbered from 0 again.
    pub fn random(&self, random: Random) {
        let mut plan = self.inner.plan();
        plan.random = Some(random);
        plan.number = 0;
    }

    /// Forgets planned and random faults. What is held stays held.
    pub fn calm(&self) {
        let mut plan = self.inner.plan();
        plan.script.clear();
        plan.random = None;
    }

    /// How many rules are left.
    #[must_use]
    pub fn left(&self) -> usize {
        self.inner.plan().script.left()
    }

    /// Lets every request go on that is held, also when its client has gone.
    pub fn release(&self) {
        self.inner.releases.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// What it did so far.
    #[must_use]
    pub fn record(&self) -> Record {
        self.inner.record.borrow().clone()
    }

    /// Waits until the record shows something; `false` if it does not within `timeout`.
    pub async fn wait_until(&self, timeout: Duration, mut shows: impl FnMut(&Record) -> bool) -> bool {
        let mut record = self.inner.record.subscribe();
        let shown = record.wait_for(|record| shows(record));
        matches!(tokio::time::timeout(timeout, shown).await, Ok(Ok(_)))
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Inner {
    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn note(&self, note: impl FnOnce(&mut Record)) {
        self.record.send_modify(note);
    }

    fn fault(&self, message: &Message) -> Fault {
        let mut plan = self.plan();
        let number = plan.number;
        plan.number += 1;
        let planned = plan.script.take(message.method.as_str(), &message.path);
        planned.or_else(|| plan.random.as_ref().map(|random| random.fault(number))).unwrap_or(Fault::Pass)
    }
}

async fn take(State(inner): State<Arc<Inner>>, ConnectInfo(grip): ConnectInfo<Grip>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_BODY_BYTES).await else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let message = Message { method: parts.method, path, headers: of_the_message(parts.headers), body };
    let fault = inner.fault(&message);
    inner.note(|record| {
        record.requests += 1;
        *record.by_kind.entry(fault.kind()).or_default() += 1;
    });
    match tokio::spawn(deal_with(inner, message, fault)).await {
        Ok(Shown::Answer(answer)) => response(answer, Body::from),
        Ok(Shown::Truncated(answer)) => response(answer, half),
        Ok(Shown::Cut(how)) => {
            grip.cut(how);
            std::future::pending().await
        }
        Ok(Shown::Nothing) => std::future::pending().await,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn response(answer: Answer, body: impl FnOnce(Bytes) -> Body) -> Response {
    let length = HeaderValue::from(answer.body.len());
    let mut response = (answer.status, body(answer.body)).into_response();
    *response.headers_mut() = answer.headers;
    response.headers_mut().insert(header::CONTENT_LENGTH, length);
    response
}

/// The first half of a body, and then a broken connection.
fn half(mut body: Bytes) -> Body {
    let first = body.split_to(body.len() / 2);
    let broken = stream::once(async {
        // Lets the first half be written out before the connection breaks.
        tokio::task::yield_now().await;
        Err(io::Error::from(io::ErrorKind::ConnectionAborted))
    });
    Body::from_stream(stream::iter([Ok(first)]).chain(broken))
}
