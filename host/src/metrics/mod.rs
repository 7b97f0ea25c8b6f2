//! What Prometheus is told: numbers of the whole deployment, read from the database when it asks.
//!
//! Every host of a database tells the same numbers, so that one of them is enough; only what a host could not put into the
//! database it counts by itself.

use prometheus_client::{
    encoding::text::encode,
    metrics::{counter::Counter, gauge::Gauge},
    registry::Registry,
};

use crate::ports::store::health::BillingHealth;

/// What a gauge is called, what it says, and where its value comes from.
type Entry = (&'static str, &'static str, fn(&BillingHealth) -> f64);

/// All gauges, in the order in which they are told.
const GAUGES: &[Entry] = &[
    ("turnpike_ledger_unresolved_operations", "Billing operations without a final outcome", |is| count(is.unresolved)),
    ("turnpike_ledger_in_doubt_operations", "Billing operations whose outcome is unknown", |is| count(is.in_doubt)),
    ("turnpike_ledger_oldest_unresolved_seconds", "Age of the oldest unresolved billing operation", |is| {
        seconds(is.oldest_unresolved)
    }),
    ("turnpike_ledger_queued_changes", "Changes that wait for a billing operation", |is| count(is.queued)),
    ("turnpike_ledger_oldest_queued_seconds", "Age of the oldest change that waits", |is| seconds(is.oldest_queued)),
    (
        "turnpike_ledger_rejected_operations_day",
        "Operations that billing refused for good in the last 24 hours",
        |is| count(is.rejected),
    ),
    ("turnpike_ledger_misquoted_operations", "Operations that were billed with another amount than was quoted", |is| {
        count(is.misquoted)
    }),
    (
        "turnpike_ledger_due_credits",
        "Lowerings that came too late to be credited in full and are not made good",
        |is| count(is.credits_due),
    ),
    ("turnpike_ledger_paused_seconds", "For how long billing has been paused; 0 when it is not", |is| {
        seconds(is.paused)
    }),
    ("turnpike_drifting_subscriptions", "Subscriptions that differ from the billing provider's", |is| {
        count(is.drifting)
    }),
    ("turnpike_drift_oldest_seconds", "For how long the oldest difference stands", |is| seconds(is.oldest_drift)),
    ("turnpike_outbox_waiting_notices", "Notices to admins that are not sent yet", |is| count(is.notices_waiting)),
    ("turnpike_outbox_dead_notices", "Notices to admins that were given up", |is| count(is.notices_dead)),
    ("turnpike_inbox_waiting_webhooks", "Webhook events that are not dealt with yet", |is| count(is.webhooks_waiting)),
    ("turnpike_inbox_dead_webhooks", "Webhook events that were given up", |is| count(is.webhooks_dead)),
    ("turnpike_events_waiting_deliveries", "Events that an endpoint has not taken yet", |is| count(is.events_waiting)),
    ("turnpike_events_oldest_waiting_seconds", "For how long the oldest event has not been taken", |is| {
        seconds(is.oldest_event)
    }),
    ("turnpike_events_dead_deliveries", "Events that were given up for an endpoint", |is| count(is.events_dead)),
    ("turnpike_events_gone_endpoints", "Endpoints that answered that they are gone", |is| count(is.endpoints_gone)),
    ("turnpike_directory_closing_mandates", "Mandates that are being deleted", |is| count(is.closing)),
    (
        "turnpike_directory_oldest_closing_seconds",
        "For how long the oldest deletion of a mandate has been under way",
        |is| seconds(is.oldest_closing),
    ),
    ("turnpike_audit_unsealed_entries", "Entries of the audit trail without a seal", |is| count(is.unsealed)),
    ("turnpike_audit_oldest_unsealed_seconds", "Age of the oldest entry of the audit trail without a seal", |is| {
        seconds(is.oldest_unsealed)
    }),
    ("turnpike_hosts", "Hosts that told within the last minute what they decide with", |is| count(is.hosts)),
    ("turnpike_policy_modules", "Different policy modules that hosts decide with", |is| count(is.policies)),
    ("turnpike_policy_settings", "Different settings that hosts decide under", |is| count(is.settings)),
    ("turnpike_policy_refused_hosts", "Hosts whose policy file is refused", |is| count(is.policies_refused)),
];

/// How many refusals the host that is asked dropped since it started.
const DROPPED: &str = "turnpike_decisions_dropped_total";

/// The names of all metrics, as documents and alert rules use them.
pub fn names() -> impl Iterator<Item = &'static str> {
    GAUGES.iter().map(|(name, ..)| *name).chain([DROPPED])
}

/// The numbers in the OpenMetrics text format, with how many refusals this host dropped.
///
/// # Errors
/// When they cannot be written down, which a string never refuses.
pub fn exposition(health: &BillingHealth, dropped: u64) -> Result<String, std::fmt::Error> {
    let mut registry = Registry::default();
    for (name, help, value) in GAUGES {
        let gauge = Gauge::<f64, std::sync::atomic::AtomicU64>::default();
        gauge.set(value(health));
        registry.register(*name, *help, gauge);
    }
    let counter = Counter::<u64>::default();
    counter.inc_by(dropped);
    // The format appends `_total` by itself.
    let name = DROPPED.trim_end_matches("_total");
    registry.register(name, "Refusals of this host that are not on record, as they came too fast", counter);
    let mut text = String::new();
    encode(&mut text, &registry)?;
    Ok(text)
}

#[expect(clippy::cast_precision_loss, reason = "nobody counts beyond 2^53")]
fn count(value: i64) -> f64 {
    value as f64
}

fn seconds(millis: i64) -> f64 {
    count(millis) / 1000.0
}
