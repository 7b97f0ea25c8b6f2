//! What operators and services do, written down in the transaction that does it and never changed afterwards.

use crate::ports::clock::Millis;

/// One thing that an operator or a service did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// When.
    pub at: Millis,
    /// Who: user@host of the machine on which the command ran, or `service:` and the service's name.
    pub actor: String,
    /// What, in the words of the command line, such as `ledger resolve`, or `put user`.
    pub action: String,
    /// What it was done to, such as the id of an operation.
    pub subject: String,
    /// Why, in the operator's words; of a service the trace id of the request.
    pub reason: String,
    /// What else there is to know: a JSON object. The store adds what it found.
    pub detail: serde_json::Map<String, serde_json::Value>,
}
