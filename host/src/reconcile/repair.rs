//! Carries out what is repaired without asking.

use serde_json::{Value, json};

use super::{
    Reconciler,
    guard::lowered_lately,
    look::Look,
    matrix::Correction,
    operator::{CONFIRM, Operator, REPAIR},
};
use crate::{
    ledger::{correction::Excess, standing::followed},
    ports::{
        clock::Millis,
        store::{
            StoreError,
            audit::{AuditEntry, Who},
            check::Standing,
        },
    },
};

/// What came of a correction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Repaired {
    /// An operation lowers the quantity.
    Lowering {
        /// Its id.
        operation: String,
    },
    /// Our subscription follows.
    TakenOver,
    /// So many ends are done.
    EndsFinished(u64),
    /// There was nothing to do any more.
    Nothing,
    /// It was lowered not long ago, and somebody raised it again.
    TooSoon,
}

impl Reconciler {
    /// Carries out one correction of what a look showed. Our side is read once more under the mandate's lock. Who
    /// answers for it is written down with it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(super) async fn carry_out(
        &self,
        look: &Look,
        correction: &Correction,
        asked: Option<&Operator>,
    ) -> Result<Repaired, StoreError> {
        let bound = &look.position.bound;
        let now = self.clock.now();
        let entry = |what: &str| {
            let detail = [("did", json!(what))];
            let entry = match asked {
                Some(by) => by.entry(now, CONFIRM, &bound.subscription_id, detail),
                None => AuditEntry {
                    detail: detail.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
                    ..AuditEntry::new(now, Who::System("reconcile"), REPAIR, &bound.subscription_id)
                },
            };
            AuditEntry { mandate_id: Some(bound.mandate_id.clone()), ..entry }
        };
        let repaired = match correction {
            Correction::Lower { .. } if asked.is_none() && lowered_lately(look.position.repaired_at, now) => {
                Repaired::TooSoon
            }
            Correction::Lower { seen } => {
                let (credit_at, owed_from) = credit(look);
                let entry = AuditEntry { before: Some(json!({ "quantity": seen })), ..entry("lowered the quantity") };
                let excess = Excess { bound: bound.clone(), seen: *seen, credit_at, owed_from, entry };
                match self.ledger.lower(&excess).await? {
                    Some(operation) => {
                        self.store.record_repair(&bound.subscription_id, self.clock.now()).await?;
                        Repaired::Lowering { operation }
                    }
                    None => Repaired::Nothing,
                }
            }
            Correction::TakeOver => {
                let standing = look.theirs.as_ref().and_then(|theirs| followed(&look.position.standing, theirs));
                let Some(standing) = standing else { return Ok(Repaired::Nothing) };
                let entry = AuditEntry {
                    before: Some(as_told(&look.position.standing)),
                    after: Some(as_told(&standing)),
                    ..entry("took over status and dates")
                };
                if self.store.take_over(bound, &standing, &entry).await? {
                    Repaired::TakenOver
                } else {
                    Repaired::Nothing
                }
            }
            Correction::FinishEnds => {
                match self.store.finish_ends(bound, now, &entry("settled waiting ends as done")).await? {
                    0 => Repaired::Nothing,
                    ends => Repaired::EndsFinished(ends),
                }
            }
        };
        tracing::warn!(
            subscription = %bound.subscription_id, mandate = %bound.mandate_id, ?correction, ?repaired,
            asked = asked.is_some(),
            "a difference to the billing provider"
        );
        Ok(repaired)
    }
}

/// How a subscription stands, for the audit trail.
fn as_told(standing: &Standing) -> Value {
    json!({ "status": standing.status, "trialEndsAt": standing.trial_ends_at, "endsAt": standing.ends_at })
}

/// From when on a lowering is credited, and from when on it is owed if that is earlier. The drift began some time after
/// the last comparison without a difference: counted from there it never costs the customer anything. The provider
/// credits the present period only; what was before is owed.
fn credit(look: &Look) -> (Option<Millis>, Option<Millis>) {
    let Some(since) = look.position.synced_at else { return (None, None) };
    let items = look.theirs.iter().flat_map(|theirs| &theirs.items);
    let item = items.into_iter().find(|item| item.id == look.position.bound.target.item);
    match item.and_then(|item| item.period) {
        Some((from, _)) if since < from => (Some(from), Some(since)),
        Some(_) => (Some(since), None),
        None => (None, Some(since)),
    }
}
