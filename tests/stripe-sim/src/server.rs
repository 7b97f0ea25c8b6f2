//! The HTTP server: hands API requests to the pipeline and shows the client what the pipeline decided.

use std::{io, net::SocketAddr, sync::Arc};

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{ConnectInfo, Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    serve,
};
use futures::{StreamExt, stream};
use tokio::{net::TcpListener, task::JoinHandle};

use crate::{
    admin,
    connection::{CuttableListener, Grip, OpenConnections},
    pipeline::{self, Answer, Call, Outcome},
    world::World,
};

const MAX_BODY_BYTES: usize = 1 << 20;

/// A server that runs.
pub(crate) struct Server {
    task: JoinHandle<()>,
    open: OpenConnections,
}

impl Server {
    pub(crate) fn start(world: Arc<World>, listener: TcpListener) -> io::Result<(Self, SocketAddr)> {
        let address = listener.local_addr()?;
        let open = OpenConnections::default();
        let service = admin::router().fallback(api).with_state(world).into_make_service_with_connect_info::<Grip>();
        let listener = CuttableListener { listener, open: open.clone() };
        let task = tokio::spawn(async move {
            if let Err(error) = serve(listener, service).await {
                tracing::error!(%error, "the server ended");
            }
        });
        Ok((Self { task, open }, address))
    }

    /// Stops listening and cuts every connection. Requests that came in whole are still carried out.
    pub(crate) async fn stop(self) {
        self.task.abort();
        // An error here only says that it was aborted.
        let _ = self.task.await;
        self.open.cut_all();
    }

    /// As [`Server::stop`], without waiting for the port to be free.
    pub(crate) fn abandon(&self) {
        self.task.abort();
        self.open.cut_all();
    }
}

async fn api(State(world): State<Arc<World>>, ConnectInfo(grip): ConnectInfo<Grip>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_BODY_BYTES).await else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let call = Call::new(parts.method, parts.uri.path(), parts.uri.query(), &parts.headers, &body);
    // A task of its own: a client that hangs up does not stop a request that has arrived.
    match tokio::spawn(pipeline::handle(world, call)).await {
        Ok(Outcome::Answer(answer)) => response(answer, Body::from),
        Ok(Outcome::Truncated(answer)) => response(answer, half),
        Ok(Outcome::Cut(how)) => {
            grip.cut(how);
            std::future::pending().await
        }
        Ok(Outcome::Stall) => std::future::pending().await,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn response(answer: Answer, body: impl FnOnce(String) -> Body) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let length = answer.body.len();
    let mut response = (status, body(answer.body)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(answer.content_type));
    let mut put = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    put("request-id", &answer.request_id);
    if let Some(original) = &answer.original_request {
        put("idempotent-replayed", "true");
        put("original-request", original);
    }
    if let Some(should_retry) = answer.should_retry {
        put("stripe-should-retry", if should_retry { "true" } else { "false" });
    }
    if answer.limit_of_object {
        put("stripe-rate-limited-reason", "resource-specific");
    }
    response
}

/// The first half of a body, and then a broken connection.
fn half(body: String) -> Body {
    let mut bytes = Bytes::from(body);
    let first = bytes.split_to(bytes.len() / 2);
    let broken = stream::once(async {
        // Lets the first half be written out before the connection breaks.
        tokio::task::yield_now().await;
        Err(io::Error::from(io::ErrorKind::ConnectionAborted))
    });
    Body::from_stream(stream::iter([Ok(first)]).chain(broken))
}
