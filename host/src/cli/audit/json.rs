//! Entries of the audit trail as JSON, for programs.

use serde_json::{Value, json};

use crate::{
    cli::columns::instant,
    ports::store::audit::{AuditRecord, Kept},
};

/// An entry.
pub(super) fn record(record: &AuditRecord) -> Value {
    match &record.kept {
        Kept::Erased { at, reason } => json!({
            "number": record.number,
            "at": instant(record.at),
            "erased": { "at": instant(*at), "reason": reason },
        }),
        Kept::Whole(entry) => json!({
            "number": record.number,
            "at": instant(record.at),
            "who": entry.who.to_string(),
            "from": entry.origin.address,
            "traceId": entry.origin.trace_id,
            "action": entry.action,
            "subject": entry.subject,
            "mandateId": entry.mandate_id,
            "reason": entry.reason,
            "before": entry.before,
            "after": entry.after,
            "detail": entry.detail,
        }),
    }
}
