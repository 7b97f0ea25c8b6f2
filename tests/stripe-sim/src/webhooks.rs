//! Webhook deliveries: signed as Stripe signs them, sent in the background, retried a bounded number of times.

use std::{sync::Arc, time::Duration};

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::{model::Event, objects, world::World};

const TIMEOUT: Duration = Duration::from_secs(10);

/// A URL that gets events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    /// Where events are posted.
    pub url: String,
    /// The signing secret, such as `whsec_…`.
    pub secret: String,
    /// The event types wanted; empty means all.
    #[serde(default)]
    pub enabled_events: Vec<String>,
    /// How often each event is sent although it was acknowledged: 1 is normal, 0 loses every event, 2 duplicates.
    #[serde(default = "once")]
    pub copies: u32,
    /// Milliseconds before the first attempt.
    #[serde(default)]
    pub delay_ms: u64,
    /// Attempts until an event is given up.
    #[serde(default = "default_attempts")]
    pub max_attempts: u32,
    /// Milliseconds before the second attempt; doubled for each further one.
    #[serde(default = "default_retry_ms")]
    pub retry_ms: u64,
}

fn once() -> u32 {
    1
}

fn default_attempts() -> u32 {
    5
}

fn default_retry_ms() -> u64 {
    100
}

impl Endpoint {
    /// An endpoint that gets every event once, with up to five attempts.
    #[must_use]
    pub fn new(url: &str, secret: &str) -> Self {
        Self {
            url: url.to_owned(),
            secret: secret.to_owned(),
            enabled_events: Vec::new(),
            copies: once(),
            delay_ms: 0,
            max_attempts: default_attempts(),
            retry_ms: default_retry_ms(),
        }
    }
}

/// One attempt to deliver an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The event.
    pub event: String,
    /// Its type.
    pub kind: String,
    /// The endpoint's URL.
    pub url: String,
    /// 1 for the first attempt.
    pub attempt: u32,
    /// When it ended, UTC milliseconds of the simulator's clock.
    pub at_ms: i64,
    /// The HTTP status, if there was an answer.
    pub status: Option<u16>,
}

impl Delivery {
    /// Whether the endpoint acknowledged the event.
    #[must_use]
    pub fn acknowledged(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }
}

/// The value of `Stripe-Signature`: HMAC-SHA256 over `{timestamp}.{payload}`, in hexadecimal.
#[must_use]
pub fn signature(secret: &str, timestamp: i64, payload: &str) -> String {
    let hex = match Hmac::<Sha256>::new_from_slice(secret.as_bytes()) {
        Ok(mut mac) => {
            mac.update(format!("{timestamp}.{payload}").as_bytes());
            mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
        }
        // HMAC takes keys of any length.
        Err(_) => String::new(),
    };
    format!("t={timestamp},v1={hex}")
}

/// Sends events to every endpoint that wants them, without waiting.
pub(crate) fn dispatch(world: &Arc<World>, events: Vec<Event>) {
    let endpoints = world.state().webhook_endpoints.clone();
    for event in events {
        for endpoint in &endpoints {
            let wanted = endpoint.enabled_events.is_empty()
                || endpoint.enabled_events.iter().any(|kind| *kind == event.kind || kind == "*");
            for _ in 0..if wanted { endpoint.copies } else { 0 } {
                world.runtime.spawn(deliver(Arc::clone(world), endpoint.clone(), event.clone()));
            }
        }
    }
}

async fn deliver(world: Arc<World>, endpoint: Endpoint, event: Event) {
    tokio::time::sleep(Duration::from_millis(endpoint.delay_ms)).await;
    let payload = objects::event(&event).to_string();
    for attempt in 1..=endpoint.max_attempts {
        let header = signature(&endpoint.secret, world.state().clock.now(), &payload);
        let request = world
            .client
            .post(&endpoint.url)
            .header("Stripe-Signature", header)
            .header("Content-Type", "application/json; charset=utf-8")
            .timeout(TIMEOUT)
            .body(payload.clone());
        let status = request.send().await.ok().map(|answer| answer.status().as_u16());
        let delivery = Delivery {
            event: event.id.clone(),
            kind: event.kind.clone(),
            url: endpoint.url.clone(),
            attempt,
            at_ms: world.state().clock.now_ms(),
            status,
        };
        let acknowledged = delivery.acknowledged();
        if acknowledged && let Some(stored) = world.state().events.get_mut(&event.id) {
            stored.pending_webhooks = stored.pending_webhooks.saturating_sub(1);
        }
        world.journal().deliveries.push(delivery);
        world.changed();
        if acknowledged {
            return;
        }
        let wait = endpoint.retry_ms.saturating_mul(1_u64 << (attempt - 1).min(16));
        tokio::time::sleep(Duration::from_millis(wait)).await;
    }
}
