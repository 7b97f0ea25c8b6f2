//! Settles an operation: its outcome, changes, instances, events and notices in one transaction, fenced.
//!
//! It does not take the mandate's lock. Whoever changes what an operation carries (`withdraw`, `cancel`) locks the
//! operation's row, which is also the first thing a settlement touches.

use core_wasm::reason::Reason;
use sqlx::AnyConnection;

use crate::{
    adapters::sql::{
        SqlStore,
        error::{expect_rows, inconsistent},
        rows::{audit::SETTLED, change::reasons_json, event, instance::ended_accesses},
        session::{Query, Session},
    },
    fail_point::{self, FailPoint},
    ports::store::{
        StoreError,
        audit::Who,
        change::{ChangeKind, ChangeRecord},
        operation::{Outcome, Settlement},
    },
};

const SETTLE: &str = "UPDATE operations SET state = $3, request_id = $4, settled_at = $5, leased_by = NULL, \
     lease_until = 0 WHERE id = $1 AND fence = $2 AND state IN ('prepared', 'sent', 'in_doubt')";

const ACTIVATE: &str = "UPDATE instances SET state = 'active', activated_at = $2, reserved_by_change = NULL \
     WHERE reserved_by_change IN (SELECT id FROM changes WHERE operation_id = $1) AND withdrawn_by_change IS NULL";

const DONE: &str = "UPDATE changes SET state = 'done', settled_at = $2 WHERE operation_id = $1 AND state = 'billing' \
     RETURNING 'done' AS kind, id AS json";

/// Billing counts the withdrawn instances now: their withdrawals become ends that wait for an operation, credited from
/// the instant from which the activation is charged. $1 operation, $2 subscription.
const WITHDRAWALS_TO_ENDS: &str = "UPDATE changes SET kind = 'end', ends_instance = 1, subscription_id = $2, \
     effective_at = (SELECT a.effective_at FROM instances i JOIN changes a ON a.id = i.reserved_by_change \
     WHERE i.withdrawn_by_change = changes.id) \
     WHERE kind = 'withdraw' AND state = 'queued' AND id IN (SELECT i.withdrawn_by_change FROM instances i \
     WHERE i.reserved_by_change IN (SELECT id FROM changes WHERE operation_id = $1))";

/// Billing never counted the withdrawn instances. $1 operation, $2 when.
const WITHDRAWALS_DONE: &str = "UPDATE changes SET state = 'done', settled_at = $2 \
     WHERE kind = 'withdraw' AND state = 'queued' AND id IN (SELECT i.withdrawn_by_change FROM instances i \
     WHERE i.reserved_by_change IN (SELECT id FROM changes WHERE operation_id = $1))";

/// Restores that came to nothing can be tried again.
const REMEMBER_WITHDRAWN: &str = "UPDATE ended_instances SET restored_by_change = NULL WHERE restored_by_change IN (\
     SELECT i.reserved_by_change FROM instances i WHERE i.withdrawn_by_change IS NOT NULL \
     AND i.reserved_by_change IN (SELECT id FROM changes WHERE operation_id = $1))";

const REMEMBER_ALL: &str = "UPDATE ended_instances SET restored_by_change = NULL \
     WHERE restored_by_change IN (SELECT id FROM changes WHERE operation_id = $1)";

const FORGET: &str = "DELETE FROM ended_instances \
     WHERE restored_by_change IN (SELECT id FROM changes WHERE operation_id = $1)";

const DELETE: &str =
    "DELETE FROM instances WHERE reserved_by_change IN (SELECT id FROM changes WHERE operation_id = $1)";

/// What a batch ends is remembered for a restore, and goes. $1 operation, $2 when.
const REMEMBER_ENDED: &str = concat!(
    "INSERT INTO ended_instances (id, mandate_id, feature_code, label, activated_at, activated_by, ended_at, ended_by, \
     change_id, accesses) \
     SELECT i.id, i.mandate_id, i.feature_code, i.label, i.activated_at, i.activated_by, $2, c.user_id, c.id, ",
    ended_accesses!(),
    " FROM instances i JOIN changes c ON c.id = i.ending_by_change WHERE c.operation_id = $1 \
     RETURNING 'ended' AS kind, id AS json"
);

const END: &str = "DELETE FROM instances WHERE ending_by_change IN (SELECT id FROM changes WHERE operation_id = $1)";

/// What a batch would have ended stays.
const KEEP: &str = "UPDATE instances SET ending_by_change = NULL \
     WHERE ending_by_change IN (SELECT id FROM changes WHERE operation_id = $1)";

/// A decline is an answer that repeats get again; after anything else the idempotency key is free. $4: whether to keep it.
const FAILED: &str = "UPDATE changes SET state = 'failed', settled_at = $2, reasons = $3, \
     key_path = CASE WHEN $4 = 1 THEN key_path END, key = CASE WHEN $4 = 1 THEN key END, \
     key_fingerprint = CASE WHEN $4 = 1 THEN key_fingerprint END \
     WHERE operation_id = $1 AND state = 'billing' AND gate IS NOT NULL";

/// What did not happen is told to nobody.
const UNSAID: &str = "DELETE FROM notices WHERE state = 'waiting' AND change_id IN (\
     SELECT id FROM changes WHERE operation_id = $1 AND gate IS NOT NULL)";

/// Nobody has to be told of what was given up before it could be used.
const UNSAID_WITHDRAWN: &str = "DELETE FROM notices WHERE state = 'waiting' AND change_id IN (\
     SELECT i.reserved_by_change FROM instances i WHERE i.withdrawn_by_change IS NOT NULL \
     AND i.reserved_by_change IN (SELECT id FROM changes WHERE operation_id = $1))";

/// What is refused again and again is tried less and less: the pause doubles up to an hour.
const QUEUED_AGAIN: &str = "UPDATE changes SET state = 'queued', operation_id = NULL, refusals = refusals + 1, \
     not_before = $2 + CASE WHEN refusals = 0 THEN 0 WHEN refusals > 8 THEN 3600000 \
     ELSE 8000 * (1 << CAST(refusals AS INTEGER)) END \
     WHERE operation_id = $1 AND state = 'billing' AND gate IS NULL";

/// A refused end may mean that nothing is billed any more: the subscription is compared at once. $1 subscription.
const COMPARE: &str = "UPDATE checks SET due_at = 0 WHERE subscription_id = $1";

/// What the carried changes are, counted: all of them, and those that wait for billing.
struct Counts {
    all: usize,
    activations: usize,
    restores: usize,
    ends: usize,
}

impl SqlStore {
    pub(super) async fn write_settlement(&self, settlement: &Settlement) -> Result<bool, StoreError> {
        let mut transaction = self.session.begin(&self.writer).await?;
        if !settle(&self.session, &mut transaction, settlement, &Who::System("ledger")).await? {
            self.session.roll_back(transaction).await?;
            return Ok(false);
        }
        fail_point::reached(FailPoint::SettlementWritten).await;
        self.session.commit(transaction).await?;
        Ok(true)
    }
}

/// Settles within a transaction, as `who` says. False when the fence is another's: then nothing was written.
pub(super) async fn settle(
    session: &Session,
    on: &mut AnyConnection,
    settlement: &Settlement,
    who: &Who,
) -> Result<bool, StoreError> {
    let operation = &settlement.carried.operation;
    let state = match settlement.outcome {
        Outcome::Applied => "applied",
        Outcome::Rejected { .. } => "rejected",
    };
    let settle = session
        .query(SETTLE)
        .bind(operation.id.clone())
        .bind(operation.fence)
        .bind(state)
        .bind(settlement.request_id.clone())
        .bind(settlement.at);
    if session.run(on, settle).await? == 0 {
        return Ok(false);
    }
    match &settlement.outcome {
        Outcome::Applied => apply(session, on, settlement).await?,
        Outcome::Rejected { reasons, retry_at } => reject(session, on, settlement, reasons, *retry_at).await?,
    }
    if settlement.carried.changes.iter().any(ChangeRecord::is_gated) {
        let note = session.query(SETTLED).bind(operation.id.clone()).bind(settlement.at).bind(who.to_string());
        session.run(on, note).await?;
    }
    Ok(true)
}

impl Counts {
    fn of(settlement: &Settlement) -> Self {
        // What did not wait for billing has its instance and its memory settled since it was written.
        let count = |kinds: &[ChangeKind]| {
            let changes = &settlement.carried.changes;
            changes.iter().filter(|change| change.is_gated() && kinds.contains(&change.kind)).count()
        };
        Self {
            all: settlement.carried.changes.len(),
            activations: count(&[ChangeKind::Activate, ChangeKind::Restore]),
            restores: count(&[ChangeKind::Restore]),
            ends: count(&[ChangeKind::End]),
        }
    }
}

async fn apply(session: &Session, on: &mut AnyConnection, settlement: &Settlement) -> Result<(), StoreError> {
    let counts = Counts::of(settlement);
    let operation = &settlement.carried.operation;
    let about = |sql: &str| session.query(sql).bind(operation.id.clone());
    let telling = |write: &str, events: &str| session.dialect.together(&[write.to_owned(), events.to_owned()]);
    if counts.activations > 0 {
        let activated = session.run(on, about(ACTIVATE).bind(settlement.at)).await?;
        let withdrawn = u64::try_from(counts.activations)
            .ok()
            .and_then(|activations| activations.checked_sub(activated))
            .ok_or_else(|| inconsistent("an operation activated more instances than it carries"))?;
        if withdrawn > 0 {
            let ends = about(WITHDRAWALS_TO_ENDS).bind(operation.subscription_id.clone());
            let ends = session.run(on, ends).await?;
            session.run(on, about(REMEMBER_WITHDRAWN)).await?;
            session.run(on, about(UNSAID_WITHDRAWN)).await?;
            let deleted = session.run(on, about(DELETE)).await?;
            if ends != withdrawn || deleted != withdrawn {
                return Err(inconsistent("withdrawn instances and their withdrawals differ in number"));
            }
        }
    }
    if counts.restores > 0 {
        session.run(on, about(FORGET)).await?;
    }
    if counts.ends > 0 {
        let remember = about(&telling(REMEMBER_ENDED, event::BATCH_ENDS)).bind(settlement.at);
        let remembered = returned(session, on, remember).await?;
        expect_rows("instances that a batch ends", remembered, counts.ends)?;
        expect_rows("instances that a batch ended", session.run(on, about(END)).await?, counts.ends)?;
    }
    let done = if counts.activations > 0 { telling(DONE, event::CONFIRMED) } else { DONE.to_owned() };
    let done = returned(session, on, about(&done).bind(settlement.at)).await?;
    expect_rows("changes carried by an applied operation", done, counts.all)
}

/// How many rows a statement returned. One that writes events beside what it does touches more.
async fn returned(session: &Session, on: &mut AnyConnection, query: Query) -> Result<u64, StoreError> {
    let rows = session.rows(on, query).await?;
    Ok(u64::try_from(rows.len()).unwrap_or(u64::MAX))
}

async fn reject(
    session: &Session,
    on: &mut AnyConnection,
    settlement: &Settlement,
    reasons: &[Reason],
    retry_at: i64,
) -> Result<(), StoreError> {
    let counts = Counts::of(settlement);
    let about = |sql: &str| session.query(sql).bind(settlement.carried.operation.id.clone());
    if counts.restores > 0 {
        session.run(on, about(REMEMBER_ALL)).await?;
    }
    if counts.activations > 0 {
        session.run(on, about(WITHDRAWALS_DONE).bind(settlement.at)).await?;
        let deleted = session.run(on, about(DELETE)).await?;
        expect_rows("instances of a rejected operation", deleted, counts.activations)?;
        if counts.ends > 0 {
            expect_rows("instances that a batch leaves", session.run(on, about(KEEP)).await?, counts.ends)?;
        }
        session.run(on, about(UNSAID)).await?;
        let declined = i64::from(reasons.contains(&Reason::PaymentDeclined {}));
        let failed = about(FAILED).bind(settlement.at).bind(reasons_json(reasons)?).bind(declined);
        let failed = session.run(on, failed).await?;
        expect_rows("changes of a rejected operation that wait for it", failed, counts.activations + counts.ends)?;
    }
    let others = counts.all - counts.activations - counts.ends;
    if others > 0 {
        let queued = session.run(on, about(QUEUED_AGAIN).bind(retry_at)).await?;
        expect_rows("changes of a rejected operation that do not wait for it", queued, others)?;
        let compare = session.query(COMPARE).bind(settlement.carried.operation.subscription_id.clone());
        session.run(on, compare).await?;
    }
    Ok(())
}
