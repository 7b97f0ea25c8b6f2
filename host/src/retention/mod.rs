//! What goes by its age: the one list of it, and the job of a host that deletes what is past its time, once an hour.

use std::{sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;

use crate::ports::{
    clock::{Clock, Millis},
    store::{
        Past, Store, StoreError,
        audit::{AuditEntry, FORGET, Who},
    },
};

/// How often what is past its time is deleted.
const EVERY: Duration = Duration::from_secs(3600);
/// How many rows are deleted at once, and the pause after that: there may be many, and others want to write.
const PIECE: i64 = 500;
const PAUSE: Duration = Duration::from_millis(100);

/// Something that is kept for a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// The memory of ended instances.
    EndedInstances,
    /// Idempotency keys of settled changes.
    Keys,
    /// Quotes that expired.
    Quotes,
    /// Requests for features that were answered or taken back.
    FeatureRequests,
    /// Mails that were sent.
    SentNotices,
    /// Mails that were given up.
    DeadNotices,
    /// Webhook events of the billing provider that are dealt with.
    Webhooks,
    /// Events for the embedding product, with their deliveries.
    Events,
    /// Attempts to deliver them.
    Attempts,
    /// Decisions, refusals among them.
    Decisions,
    /// Changes and operations.
    Ledger,
    /// The audit trail.
    Audit,
}

impl Kept {
    /// All there is.
    pub const ALL: [Self; 12] = [
        Self::EndedInstances,
        Self::Keys,
        Self::Quotes,
        Self::FeatureRequests,
        Self::SentNotices,
        Self::DeadNotices,
        Self::Webhooks,
        Self::Events,
        Self::Attempts,
        Self::Decisions,
        Self::Ledger,
        Self::Audit,
    ];
}

/// Something that is kept, and for how long, in milliseconds.
pub type Period = (Kept, i64);

/// Deletes, once an hour, what is past its time.
pub async fn run(store: Arc<dyn Store>, clock: Arc<dyn Clock>, periods: Vec<Period>, stop: CancellationToken) {
    loop {
        match once(store.as_ref(), clock.now(), &periods, &stop).await {
            Ok(0) => {}
            Ok(rows) => tracing::info!(rows, "deleted what was past its time"),
            Err(error) => tracing::warn!(%error, "what is past its time could not be deleted"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

/// Deletes what is past its time now; how many rows went.
///
/// # Errors
/// [`StoreError`].
pub async fn once(
    store: &dyn Store,
    now: Millis,
    periods: &[Period],
    stop: &CancellationToken,
) -> Result<u64, StoreError> {
    let mut rows = 0;
    for (kept, period) in periods {
        while !stop.is_cancelled() {
            let piece = forget(store, *kept, now, now.saturating_sub(*period)).await?;
            rows += piece;
            if piece == 0 {
                break;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
    Ok(rows)
}

async fn forget(store: &dyn Store, kept: Kept, now: Millis, before: Millis) -> Result<u64, StoreError> {
    match kept {
        Kept::EndedInstances => store.forget(Past::EndedInstances, before, PIECE).await,
        Kept::Keys => store.forget(Past::Keys, before, PIECE).await,
        Kept::Quotes => store.forget(Past::Quotes, before, PIECE).await,
        Kept::FeatureRequests => store.forget(Past::FeatureRequests, before, PIECE).await,
        Kept::SentNotices => store.forget(Past::SentNotices, before, PIECE).await,
        Kept::DeadNotices => store.forget(Past::DeadNotices, before, PIECE).await,
        Kept::Ledger => store.forget(Past::Ledger, before, PIECE).await,
        Kept::Decisions => store.forget_decisions(before, PIECE).await,
        Kept::Webhooks => store.forget_events(before).await,
        Kept::Events => store.forget_told(before, 0).await,
        Kept::Attempts => store.forget_told(0, before).await,
        Kept::Audit => {
            let entry = AuditEntry::new(now, Who::System("upkeep"), FORGET, "audit");
            store.forget_audited(before, PIECE, &entry).await
        }
    }
}
