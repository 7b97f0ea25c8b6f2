//! How billing stands, what is not told yet and whether hosts decide alike, in numbers for whoever watches it.

use async_trait::async_trait;

use super::StoreError;

/// Counts what waits, what is unresolved and what went wrong.
#[async_trait]
pub trait HealthStore: Send + Sync {
    /// The numbers as they are now, for all hosts of the database, in one SQL statement.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn billing_health(&self) -> Result<BillingHealth, StoreError>;
}

/// How billing stands. Ages are milliseconds by the database's clock, 0 when there is nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
pub struct BillingHealth {
    /// Operations without a final outcome.
    pub unresolved: i64,
    /// Those of them of which it is not known whether they were carried out.
    pub in_doubt: i64,
    /// Age of the oldest operation without a final outcome.
    pub oldest_unresolved: i64,
    /// Changes that wait for an operation.
    pub queued: i64,
    /// Age of the oldest of them.
    pub oldest_queued: i64,
    /// Operations that billing refused for good, in the last 24 hours.
    pub rejected: i64,
    /// Operations that were billed with another amount than was quoted, ever.
    pub misquoted: i64,
    /// Lowerings that came too late to be credited in full and are not made good yet.
    pub credits_due: i64,
    /// Subscriptions of which the last comparison with the provider found a difference.
    pub drifting: i64,
    /// For how long the oldest of them differs.
    pub oldest_drift: i64,
    /// For how long billing has been paused.
    pub paused: i64,
    /// Notices to admins that are not sent yet.
    pub notices_waiting: i64,
    /// Notices that were given up.
    pub notices_dead: i64,
    /// Webhook events that are not dealt with yet.
    pub webhooks_waiting: i64,
    /// Webhook events that were given up.
    pub webhooks_dead: i64,
    /// Events that are to be sent to an endpoint and were not taken yet, one for each endpoint.
    pub events_waiting: i64,
    /// For how long the oldest of them has waited, or the oldest that nobody looked at yet.
    pub oldest_event: i64,
    /// Those that were given up, but for endpoints that somebody switched off.
    pub events_dead: i64,
    /// Endpoints that answered that they are gone.
    pub endpoints_gone: i64,
    /// Mandates that are being deleted.
    pub closing: i64,
    /// For how long the oldest deletion has been under way.
    pub oldest_closing: i64,
    /// Entries of the audit trail without a seal.
    pub unsealed: i64,
    /// Age of the oldest of them.
    pub oldest_unsealed: i64,
    /// Hosts that told within the last minute what they decide with.
    pub hosts: i64,
    /// Different policy modules that they decide with.
    pub policies: i64,
    /// Different settings that they decide under.
    pub settings: i64,
    /// Those of them whose policy file is refused.
    pub policies_refused: i64,
}
