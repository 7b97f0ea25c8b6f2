//! `POST /api/billing/webhooks/stripe`: an event of Stripe's, checked and kept; what it means is found out later.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
};

use super::{
    problem::{Cause, Problem, ProblemDocument},
    request::read_body,
};
use crate::{
    ports::store::StoreError,
    webhooks::{ReceiveError, Receiver, signature::SignatureFault},
};

/// Where Stripe sends events to.
pub(super) const PATH: &str = "/api/billing/webhooks/stripe";

/// Most bytes of an event.
const BODY_LIMIT: usize = 256_000;

/// Takes an event in. Exists only where a signing secret is configured.
#[utoipa::path(
    post,
    path = "/api/billing/webhooks/stripe",
    operation_id = "post_stripe_webhook",
    params(("Stripe-Signature" = String, Header, description = "`t=SECONDS,v1=HEX[,v1=HEX…]`")),
    request_body(content = String, content_type = "application/json", description = "An event as Stripe sends it"),
    responses(
        (status = 200, description = "The event is kept, or had come before"),
        (status = 400, description = "`wrong-signature` or `signature-expired`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "`not-found`: no signing secret is configured", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 413, description = "`payload-too-large`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 429, description = "`rate-limited`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "`service-unavailable`: the event is not kept", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(super) async fn handler(
    State(receiver): State<Option<Receiver>>,
    headers: HeaderMap,
    request: Request,
) -> Result<StatusCode, Problem> {
    let Some(receiver) = receiver else { return Err(Problem::of(Cause::NotFound)) };
    let payload = read_body(request.into_body(), BODY_LIMIT).await?;
    let signature = headers.get("stripe-signature").and_then(|value| value.to_str().ok()).unwrap_or_default();
    match receiver.receive(signature, &payload).await {
        Ok(_) => Ok(StatusCode::OK),
        Err(error) => Err(problem(error)),
    }
}

fn problem(error: ReceiveError) -> Problem {
    match error {
        ReceiveError::Signature(fault) => {
            tracing::warn!(%fault, "a webhook is refused");
            Problem::of(match fault {
                SignatureFault::Wrong => Cause::WrongSignature,
                SignatureFault::Expired => Cause::SignatureExpired,
            })
        }
        ReceiveError::Store(error @ StoreError::Unavailable { .. }) => {
            tracing::warn!(%error, "the store does not answer");
            Problem::of(Cause::ServiceUnavailable)
        }
        ReceiveError::Store(error) => {
            tracing::error!(%error, "the store failed");
            Problem::of(Cause::Internal)
        }
    }
}
