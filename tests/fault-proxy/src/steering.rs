//! The proxy's own HTTP endpoints, on a port of their own: for tests that are not written in Rust.
//!
//! | request | what it does |
//! |---|---|
//! | `POST /rules` | plans the [`Rule`]s of a JSON list |
//! | `DELETE /rules` | forgets planned and random faults |
//! | `POST /release` | lets every held request go on |
//! | `GET /record` | tells the [`Record`] |

use std::{io, net::SocketAddr, sync::Arc};

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    routing::{get, post},
};
use tokio::{net::TcpListener, task::JoinHandle};

use crate::{proxy::FaultProxy, record::Record, script::Rule};

/// The running endpoints. Dropping it ends them.
#[derive(Debug)]
pub struct Steering {
    address: SocketAddr,
    serving: JoinHandle<()>,
}

impl Steering {
    /// Endpoints for this proxy at this address; port 0 takes a free one.
    ///
    /// # Errors
    /// The address cannot be bound.
    pub async fn of(proxy: Arc<FaultProxy>, listen: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        let router = Router::new()
            .route("/rules", post(plan).delete(calm))
            .route("/release", post(release))
            .route("/record", get(record))
            .with_state(proxy);
        let serving = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, "the steering ended");
            }
        });
        Ok(Self { address, serving })
    }

    /// Where it listens, without a trailing slash: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Steering {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn plan(State(proxy): State<Arc<FaultProxy>>, Json(rules): Json<Vec<Rule>>) -> StatusCode {
    rules.into_iter().for_each(|rule| proxy.plan(rule));
    StatusCode::NO_CONTENT
}

async fn calm(State(proxy): State<Arc<FaultProxy>>) -> StatusCode {
    proxy.calm();
    StatusCode::NO_CONTENT
}

async fn release(State(proxy): State<Arc<FaultProxy>>) -> StatusCode {
    proxy.release();
    StatusCode::NO_CONTENT
}

async fn record(State(proxy): State<Arc<FaultProxy>>) -> Json<Record> {
    Json(proxy.record())
}
