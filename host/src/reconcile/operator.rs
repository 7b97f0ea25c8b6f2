//! Who asked for what the reconciler does, as it stands in the audit trail.

use serde_json::{Map, Value};

use crate::ports::{
    clock::Millis,
    store::audit::{AuditEntry, Origin, Who},
};

/// The words of the command line for answering for a database.
pub const CONFIRM: &str = "reconcile --confirm";
/// The words for what is repaired without asking.
pub const REPAIR: &str = "reconcile";
/// The words of the command line for noting that a credit was given.
pub const CREDITED: &str = "reconcile --credited";

/// Somebody who looked, and answers for what is done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Operator {
    /// Who: user@host of the machine on which the command runs.
    pub actor: String,
    /// On which machine.
    pub origin: Origin,
    /// Why, in their words.
    pub reason: String,
}

impl Operator {
    /// An entry about what they do to `subject`, an id of ours.
    #[must_use]
    pub fn entry<const N: usize>(
        &self,
        at: Millis,
        action: &str,
        subject: &str,
        detail: [(&str, Value); N],
    ) -> AuditEntry {
        AuditEntry {
            origin: self.origin.clone(),
            reason: self.reason.clone(),
            detail: detail.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>(),
            ..AuditEntry::new(at, Who::Operator(self.actor.clone()), action, subject)
        }
    }
}
