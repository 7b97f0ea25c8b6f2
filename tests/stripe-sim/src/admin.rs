//! The admin API under `/_sim`: seeds, faults, clock, card, limits, ledger, requests, edits by hand, webhooks.

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    card::CardOutcome,
    clock::Clock,
    edit::{self, Edit},
    errors::StripeError,
    faults::Fault,
    ledger::Ledger,
    limits::Limits,
    seed::{self, Seed},
    webhooks::Endpoint,
    world::World,
};

type Shared = State<Arc<World>>;

pub(crate) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/_sim/seed", post(seed_items))
        .route("/_sim/faults", get(list_faults).post(add_faults).delete(clear_faults))
        .route("/_sim/release", post(release))
        .route("/_sim/clock", get(read_clock).post(set_clock))
        .route("/_sim/limits", post(set_limits))
        .route("/_sim/card", post(set_card))
        .route("/_sim/ledger", get(ledger))
        .route("/_sim/requests", get(requests))
        .route("/_sim/subscriptions/{id}", post(edit_subscription))
        .route("/_sim/webhooks", post(add_webhook).delete(clear_webhooks))
        .route("/_sim/webhooks/deliveries", get(deliveries))
}

fn refusal(error: &StripeError) -> Response {
    let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST);
    (status, Json(error.body("req_by_hand"))).into_response()
}

async fn seed_items(State(world): Shared, Json(seed): Json<Seed>) -> Response {
    match world.by_hand(|tx| seed::plant(tx, seed, false)) {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => refusal(&error),
    }
}

/// One fault, a list, or `{"faults": [..]}`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Faults {
    List(Vec<Fault>),
    Wrapped { faults: Vec<Fault> },
    One(Fault),
}

async fn add_faults(State(world): Shared, Json(body): Json<Value>) -> Response {
    // Parsed by hand first, so that a mistake is named: an untagged type only says that nothing fits.
    if let Err(error) = serde_json::from_value::<Fault>(first_of(&body)) {
        return (StatusCode::UNPROCESSABLE_ENTITY, format!("not a fault: {error}\n")).into_response();
    }
    match serde_json::from_value(body) {
        Ok(Faults::List(faults) | Faults::Wrapped { faults }) => world.faults().add(faults),
        Ok(Faults::One(fault)) => world.faults().add(vec![fault]),
        Err(error) => {
            return (StatusCode::UNPROCESSABLE_ENTITY, format!("not a list of faults: {error}\n")).into_response();
        }
    }
    StatusCode::NO_CONTENT.into_response()
}

fn first_of(body: &Value) -> Value {
    let list = body.get("faults").unwrap_or(body);
    list.get(0).unwrap_or(list).clone()
}

async fn list_faults(State(world): Shared) -> Json<Value> {
    Json(json!(world.faults().remaining()))
}

async fn clear_faults(State(world): Shared) -> StatusCode {
    world.faults().clear();
    StatusCode::NO_CONTENT
}

async fn release(State(world): Shared) -> StatusCode {
    world.release();
    StatusCode::NO_CONTENT
}

/// Stops the clock at an instant, advances it, or lets it follow the system again.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum ClockChange {
    /// UTC seconds.
    Set(i64),
    /// UTC milliseconds.
    SetMs(i64),
    /// Seconds.
    Advance(u64),
    /// Milliseconds.
    AdvanceMs(u64),
    /// The word `system`: follows the system again.
    System,
}

async fn set_clock(State(world): Shared, Json(change): Json<ClockChange>) -> Json<Value> {
    world.by_hand(|tx| match change {
        ClockChange::Set(now) => tx.state.clock.set(now.saturating_mul(1000)),
        ClockChange::SetMs(now_ms) => tx.state.clock.set(now_ms),
        ClockChange::Advance(seconds) => tx.state.clock.advance(Duration::from_secs(seconds)),
        ClockChange::AdvanceMs(ms) => tx.state.clock.advance(Duration::from_millis(ms)),
        ClockChange::System => tx.state.clock = Clock::default(),
    });
    read_clock(State(world)).await
}

async fn read_clock(State(world): Shared) -> Json<Value> {
    let clock = world.state().clock;
    Json(json!({ "now_ms": clock.now_ms(), "clock": clock }))
}

async fn set_limits(State(world): Shared, Json(limits): Json<Limits>) -> StatusCode {
    world.by_hand(|tx| tx.state.limits = limits);
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CardChange {
    outcome: CardOutcome,
    customer: Option<String>,
}

async fn set_card(State(world): Shared, Json(change): Json<CardChange>) -> StatusCode {
    world.by_hand(|tx| tx.state.cards.set(change.customer, change.outcome));
    StatusCode::NO_CONTENT
}

async fn ledger(State(world): Shared) -> Json<Ledger> {
    Json(Ledger::of(&world.state()))
}

async fn requests(State(world): Shared) -> Json<Value> {
    Json(json!(world.journal().requests))
}

async fn edit_subscription(State(world): Shared, Path(id): Path<String>, Json(edit): Json<Edit>) -> Response {
    let edited = world.by_hand(|tx| {
        edit::apply(tx, &id, edit)?;
        Ok::<_, StripeError>(tx.render_subscription(&id))
    });
    match edited {
        Ok(subscription) => Json(subscription).into_response(),
        Err(error) => refusal(&error),
    }
}

async fn add_webhook(State(world): Shared, Json(endpoint): Json<Endpoint>) -> StatusCode {
    world.by_hand(|tx| tx.state.webhook_endpoints.push(endpoint));
    StatusCode::NO_CONTENT
}

async fn clear_webhooks(State(world): Shared) -> StatusCode {
    world.by_hand(|tx| tx.state.webhook_endpoints.clear());
    StatusCode::NO_CONTENT
}

async fn deliveries(State(world): Shared) -> Json<Value> {
    Json(json!(world.journal().deliveries))
}
