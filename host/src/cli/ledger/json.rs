//! The ledger as JSON, for programs: times are UTC milliseconds.

use serde_json::{Value, json};

use crate::ports::store::{
    audit::AuditEntry,
    change::ChangeRecord,
    ledger::{LedgerDetail, LedgerEntry},
    operation::Reading,
    pause::Pause,
};

pub(super) fn pause(pause: &Pause) -> Value {
    json!({ "since": pause.since, "actor": pause.actor, "reason": pause.reason })
}

pub(super) fn entry(entry: &LedgerEntry) -> Value {
    let operation = &entry.operation;
    json!({
        "id": operation.id,
        "mandateId": operation.mandate_id,
        "subscriptionId": operation.subscription_id,
        "state": operation.state.as_str(),
        "direction": operation.direction.as_str(),
        "fromQuantity": operation.from_quantity,
        "toQuantity": operation.to_quantity,
        "prorationAt": operation.proration_at,
        "attempt": operation.attempt,
        "sends": operation.tries,
        "mayHaveRun": operation.may_have_run,
        "firstSentAt": operation.first_sent_at,
        "inDoubtSince": operation.in_doubt_since,
        "nextAt": operation.next_at,
        "fence": operation.fence,
        "heldBy": entry.lease.as_ref().map(|lease| lease.host.as_str()),
        "heldForMs": entry.lease.as_ref().map(|lease| lease.left),
        "requestId": entry.request_id,
        "lastError": entry.last_error,
        "createdAt": entry.created_at,
        "settledAt": entry.settled_at,
        "quotedMinor": entry.quoted,
        "billedMinor": entry.billed,
    })
}

/// With Stripe's ids: they are the operator's own, who looks them up in the Dashboard.
pub(super) fn detail(detail: &LedgerDetail) -> Value {
    let operation = &detail.entry.operation;
    let mut shown = entry(&detail.entry);
    shown["stripeSubscriptionId"] = json!(operation.target.subscription);
    shown["stripeItemId"] = json!(operation.target.item);
    shown["idempotencyKey"] = json!(format!("{}:{}", operation.id, operation.attempt));
    shown["changes"] = detail.changes.iter().map(change).collect();
    shown["readings"] = detail.readings.iter().map(reading).collect();
    shown["audit"] = detail.audit.iter().map(audit).collect();
    shown
}

fn change(change: &ChangeRecord) -> Value {
    json!({
        "id": change.id,
        "kind": change.kind.as_str(),
        "state": change.state.as_str(),
        "featureCode": change.feature_code,
        "instanceId": change.instance_id,
        "userId": change.user_id,
        "effectiveAt": change.effective_at,
        "createdAt": change.created_at,
        "settledAt": change.settled_at,
        "reasons": change.reasons,
    })
}

fn reading(reading: &Reading) -> Value {
    json!({ "at": reading.at, "quantity": reading.quantity, "priceAtOdds": reading.price_at_odds })
}

fn audit(entry: &AuditEntry) -> Value {
    json!({
        "at": entry.at,
        "actor": entry.who.to_string(),
        "action": entry.action,
        "reason": entry.reason,
        "before": entry.before,
        "after": entry.after,
        "detail": entry.detail,
    })
}
