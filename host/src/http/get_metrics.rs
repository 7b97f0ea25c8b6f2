//! `GET /metrics`, on a listener of its own: the numbers that an operator's monitoring collects.

use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::get,
};

use crate::{decisions::refusals::Refusals, metrics, ports::store::health::HealthStore};

/// What Prometheus calls the format.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The routes of the metrics listener: no token, so it is bound where only monitoring comes.
pub fn metrics_router(store: Arc<dyn HealthStore>, refusals: Refusals) -> Router {
    Router::new().route("/metrics", get(handler)).with_state((store, refusals))
}

async fn handler(State((store, refusals)): State<(Arc<dyn HealthStore>, Refusals)>) -> Response {
    let text = match store.billing_health().await {
        Ok(health) => metrics::exposition(&health, refusals.dropped()).ok(),
        Err(error) => {
            tracing::warn!(%error, "metrics could not be read");
            None
        }
    };
    match text {
        Some(text) => ([(CONTENT_TYPE, OPEN_METRICS)], text).into_response(),
        None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}
