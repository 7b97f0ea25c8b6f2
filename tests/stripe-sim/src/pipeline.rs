//! The way of an API request: fault plan, authentication, idempotency, validation, lock, execution, answer.

use std::{sync::Arc, time::Duration};

use axum::http::{HeaderMap, Method};
use serde_json::Value;

use crate::{
    card::CardOutcome,
    errors::StripeError,
    faults::{Action, BodyKind, Cut, Stage},
    form,
    idempotency::{self, SavedAnswer},
    journal::RequestRecord,
    model::Origin,
    renewal, routes,
    transaction::{DEFAULT_API_VERSION, Transaction},
    webhooks,
    world::World,
};

/// A request as it came in.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) body: String,
    pub(crate) authorization: Option<String>,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) stripe_version: Option<String>,
}

impl Call {
    pub(crate) fn new(method: Method, path: &str, query: Option<&str>, headers: &HeaderMap, body: &[u8]) -> Self {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        Self {
            method,
            path: path.to_owned(),
            query: query.unwrap_or_default().to_owned(),
            body: String::from_utf8_lossy(body).into_owned(),
            authorization: header("authorization"),
            idempotency_key: header("idempotency-key"),
            stripe_version: header("stripe-version"),
        }
    }

    /// The parameters: the query of a GET, the body of a POST.
    fn encoded(&self) -> &str {
        if self.method == Method::GET { &self.query } else { &self.body }
    }
}

/// An answer of the API.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
    pub(crate) content_type: &'static str,
    pub(crate) request_id: String,
    pub(crate) should_retry: Option<bool>,
    /// Whether it tells of a limit of the very object.
    pub(crate) limit_of_object: bool,
    /// The id of the request whose answer this repeats.
    pub(crate) original_request: Option<String>,
    /// A planned fault's answer instead of the endpoint's own.
    injected: bool,
}

/// What the client gets to see.
#[derive(Debug, Clone)]
pub(crate) enum Outcome {
    Answer(Answer),
    Truncated(Answer),
    Cut(Cut),
    Stall,
}

impl Answer {
    fn json(request_id: &str, status: u16, body: &Value) -> Self {
        Self {
            status,
            body: format!("{body:#}"),
            content_type: "application/json",
            request_id: request_id.to_owned(),
            should_retry: None,
            limit_of_object: false,
            original_request: None,
            injected: false,
        }
    }

    fn error(request_id: &str, error: &StripeError) -> Self {
        let mut answer = Self::json(request_id, error.status, &error.body(request_id));
        answer.should_retry = error.should_retry;
        answer.limit_of_object = error.limit_of_object;
        answer
    }

    fn replay(request_id: &str, saved: &SavedAnswer) -> Self {
        Self {
            status: saved.status,
            body: saved.body.clone(),
            content_type: "application/json",
            request_id: request_id.to_owned(),
            // To try again would only replay the same failure.
            should_retry: (saved.status >= 400).then_some(false),
            limit_of_object: false,
            original_request: Some(saved.request_id.clone()),
            injected: false,
        }
    }
}

/// Handles a request to its end, even if the client is gone by then: Stripe does not stop half-way either.
pub(crate) async fn handle(world: Arc<World>, call: Call) -> Outcome {
    let (request_id, at_ms) = {
        let mut state = world.state();
        (state.new_id("req"), state.clock.now_ms())
    };
    let fault = world.faults().take(call.method.as_str(), &call.path);
    pause(&world, fault.as_ref(), Stage::Arrival).await;
    let outcome = match &fault {
        Some(Action::Drop { at: Stage::Arrival | Stage::Before, how }) => Outcome::Cut(*how),
        _ => {
            let answer = answer(&world, &call, &request_id, fault.as_ref()).await;
            pause(&world, fault.as_ref(), Stage::After).await;
            match &fault {
                Some(Action::Drop { how, .. }) => Outcome::Cut(*how),
                Some(Action::Stall) => Outcome::Stall,
                Some(Action::Truncate) => Outcome::Truncated(answer),
                _ => Outcome::Answer(answer),
            }
        }
    };
    note(&world, &call, (request_id, at_ms), fault.as_ref(), &outcome);
    outcome
}

/// The answer: replayed, refused, injected or fresh.
async fn answer(world: &Arc<World>, call: &Call, request_id: &str, fault: Option<&Action>) -> Answer {
    if let Err(error) = authenticate(call) {
        return Answer::error(request_id, &error);
    }
    let injected = fault.and_then(|fault| Injected::of(fault, request_id));
    if let Some(injected) = injected.as_ref().filter(|injected| injected.at != Stage::After && !injected.saved) {
        return injected.answer.clone();
    }
    let key = call.idempotency_key.as_deref().filter(|_| call.method == Method::POST);
    let _key_in_use = match key {
        None => None,
        Some(key) => match take_key(world, call, key, request_id) {
            Ok(held) => Some(held),
            Err(answer) => return *answer,
        },
    };
    let prepared = match routes::prepare(call.method.as_str(), &call.path, call.encoded()) {
        Ok(prepared) => prepared,
        Err(error) => return Answer::error(request_id, &error),
    };
    let locked = prepared.locks.as_ref().and_then(|target| target.subscription(&world.state()));
    let _lock = match locked.map(|id| world.lock_subscription(&id)).transpose() {
        Ok(lock) => lock,
        Err(error) => return Answer::error(request_id, &error),
    };
    pause(world, fault, Stage::Before).await;

    let (fresh, events) = {
        let mut state = world.state();
        let now_ms = state.clock.now_ms();
        let mut tx = Transaction {
            now_ms,
            origin: Origin { request_id: Some(request_id.to_owned()), idempotency_key: call.idempotency_key.clone() },
            api_version: call.stripe_version.clone().unwrap_or_else(|| DEFAULT_API_VERSION.to_owned()),
            card: card_outcome(fault),
            events: Vec::new(),
            state: &mut state,
        };
        renewal::catch_up(&mut tx);
        let (own, executed) = if injected.as_ref().is_some_and(|injected| injected.at != Stage::After) {
            (None, true)
        } else {
            match (prepared.run)(&mut tx) {
                Ok(body) => (Some(Answer::json(request_id, 200, &body)), true),
                Err(error) => (Some(Answer::error(request_id, &error)), error.executed),
            }
        };
        let events = tx.events;
        // What the key remembers: the injected answer if the endpoint itself "gave" it, else the endpoint's own.
        let remembered =
            injected.as_ref().filter(|injected| injected.saved).map(|injected| &injected.answer).or(own.as_ref());
        if let (Some(key), Some(answer), true) = (key, remembered, executed) {
            let saved =
                SavedAnswer::new((&call.path, call.encoded()), request_id, answer.status, answer.body.clone(), now_ms);
            state.saved_answers.insert(key.to_owned(), saved);
        }
        if call.method != Method::GET {
            world.save(&state);
        }
        (injected.map(|injected| injected.answer).or(own), events)
    };
    webhooks::dispatch(world, events);
    fresh.unwrap_or_else(|| Answer::error(request_id, &StripeError::injected(500, None)))
}

fn authenticate(call: &Call) -> Result<(), StripeError> {
    let Some(key) = call.authorization.as_deref().and_then(|header| header.strip_prefix("Bearer ")) else {
        return Err(StripeError::unauthenticated(
            "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth.",
        ));
    };
    if ["sk_test_", "rk_test_"].iter().any(|prefix| key.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty())) {
        return Ok(());
    }
    Err(StripeError::unauthenticated(
        "Invalid API Key provided: this simulator takes keys that begin with sk_test_ or rk_test_.",
    ))
}

/// Marks the key as in use, or answers at once: replay, other parameters, or still running.
fn take_key(world: &Arc<World>, call: &Call, key: &str, request_id: &str) -> Result<crate::world::Held, Box<Answer>> {
    let refuse = |error: StripeError| Box::new(Answer::error(request_id, &error));
    let held = world.hold_key(key).map_err(refuse)?;
    let state = world.state();
    let now_ms = state.clock.now_ms();
    match idempotency::look_up(&state.saved_answers, key, &call.path, call.encoded(), now_ms).map_err(refuse)? {
        Some(saved) => Err(Box::new(Answer::replay(request_id, saved))),
        None => Ok(held),
    }
}

/// Waits, if the fault says so at this stage.
async fn pause(world: &World, fault: Option<&Action>, here: Stage) {
    match fault {
        Some(Action::Delay { ms, at }) if *at == here => tokio::time::sleep(Duration::from_millis(*ms)).await,
        Some(Action::Hold { at }) if *at == here => {
            let mut releases = world.releases.subscribe();
            releases.mark_unchanged();
            world.journal().held += 1;
            world.changed();
            // The sender lives as long as the world: this ends with a release.
            let _ = releases.changed().await;
            world.journal().held -= 1;
        }
        _ => {}
    }
}

fn card_outcome(fault: Option<&Action>) -> Option<CardOutcome> {
    match fault {
        Some(Action::Decline) => Some(CardOutcome::Declined),
        Some(Action::Card { outcome }) => Some(*outcome),
        _ => None,
    }
}

/// An answer that a fault gives, and whether the idempotency key remembers it.
struct Injected {
    answer: Answer,
    at: Stage,
    saved: bool,
}

impl Injected {
    fn of(fault: &Action, request_id: &str) -> Option<Self> {
        let Action::Status { status, body, at, code, should_retry, saved } = fault else {
            return None;
        };
        let mut answer = Answer::error(request_id, &StripeError::injected(*status, code.as_deref()));
        answer.injected = true;
        answer.should_retry = *should_retry;
        match body {
            BodyKind::Json => {}
            BodyKind::Html => {
                answer.content_type = "text/html";
                answer.body =
                    format!("<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>\n");
            }
            BodyKind::Empty => answer.body.clear(),
        }
        let by_the_endpoint = *body == BodyKind::Json && matches!(status, 400 | 402 | 404 | 500);
        Some(Self { answer, at: *at, saved: saved.unwrap_or(by_the_endpoint) })
    }
}

fn note(world: &World, call: &Call, (request_id, at_ms): (String, i64), fault: Option<&Action>, outcome: &Outcome) {
    let answer = match outcome {
        Outcome::Answer(answer) => Some(answer),
        _ => None,
    };
    let record = RequestRecord {
        at_ms,
        request_id,
        method: call.method.to_string(),
        path: call.path.clone(),
        query: form::flat(&call.query),
        form: form::flat(&call.body),
        body: call.body.clone(),
        idempotency_key: call.idempotency_key.clone(),
        stripe_version: call.stripe_version.clone(),
        status: answer.map(|answer| answer.status),
        replayed: answer.is_some_and(|answer| answer.original_request.is_some()),
        fault: fault.and_then(|fault| serde_json::to_value(fault).ok()),
    };
    let own = answer.filter(|answer| !answer.injected).map(|answer| (answer.status, answer.body.as_str()));
    world.journal().note(record, &call.query, own);
    world.changed();
}
