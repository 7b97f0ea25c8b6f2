//! Puts decisions on record: what lets a change through with the change, what refuses a member afterwards, and what
//! strangers try nowhere but in the operator's security log.

use core_wasm::reason::Reason;

use super::{Caller, Desk, DeskError, carry_through::inconsistent};
use crate::{
    decisions::{
        record::{About, Asker, Judged},
        refusals::Refusal,
    },
    ports::{
        clock::Millis,
        store::{
            change::ChangeRecord,
            decision::{NewDecision, PseudonymKey},
            snapshot::Snapshot,
        },
    },
};

/// Why a write is refused, and what was tried.
pub(super) struct Refused {
    /// All reasons that the caller may know, in order.
    pub(super) reasons: Vec<Reason>,
    /// What the rules refused.
    pub(super) tried: Vec<Tried>,
}

/// One thing that was refused.
pub(super) struct Tried {
    /// The decision.
    pub(super) judged: Judged,
    /// Which feature it was about, as the request names it or the store knows it.
    pub(super) feature_code: Option<String>,
    /// Which instance.
    pub(super) instance_id: Option<String>,
}

impl Refused {
    /// One thing was tried.
    pub(super) fn one(judged: Judged, feature_code: Option<&str>, instance_id: Option<&str>) -> Self {
        let reasons = judged.reasons().to_vec();
        let (feature_code, instance_id) = (feature_code.map(str::to_owned), instance_id.map(str::to_owned));
        Self { reasons, tried: vec![Tried { judged, feature_code, instance_id }] }
    }
}

impl Desk {
    /// The decision as it is written with the change that it lets through.
    pub(super) fn on_record(
        &self,
        judged: &Judged,
        change: &ChangeRecord,
        caller: &Caller,
        key: Option<&PseudonymKey>,
    ) -> Result<NewDecision, DeskError> {
        let about = About {
            id: &change.id,
            at: change.created_at,
            mandate_id: &change.mandate_id,
            feature_code: Some(&change.feature_code),
            instance_id: Some(&change.instance_id),
            trace_id: &caller.trace_id,
        };
        let asker = Asker { user_id: &caller.user_id, key };
        judged.granted(about, asker, || self.inner.secrets.key()).map_err(|_| unwritable())
    }

    /// The decision as it is written with the home mandate that is due.
    pub(super) fn home_on_record(
        &self,
        judged: &Judged,
        mandate_id: &str,
        at: Millis,
        caller: &Caller,
        key: Option<&PseudonymKey>,
    ) -> Result<NewDecision, DeskError> {
        let id = self.inner.ids.next();
        let trace_id = &caller.trace_id;
        let about = About { id: &id, at, mandate_id, feature_code: None, instance_id: None, trace_id };
        let asker = Asker { user_id: &caller.user_id, key };
        judged.granted(about, asker, || self.inner.secrets.key()).map_err(|_| unwritable())
    }

    /// Takes note of a refusal and gives its reasons. Nothing is written here, and nobody waits.
    pub(super) fn refuse(
        &self,
        caller: &Caller,
        mandate_id: &str,
        snapshot: &Snapshot,
        refused: Refused,
    ) -> Result<Vec<Reason>, DeskError> {
        for tried in &refused.tried {
            if tried.judged.is_strangers() {
                tell_security(caller, mandate_id, tried);
                continue;
            }
            let id = self.inner.ids.next();
            let about = About {
                id: &id,
                at: self.inner.clock.now(),
                mandate_id,
                feature_code: tried.feature_code.as_deref(),
                instance_id: tried.instance_id.as_deref(),
                trace_id: &caller.trace_id,
            };
            let record = tried.judged.record(about, None).map_err(|_| unwritable())?;
            let (user_id, key) = (caller.user_id.clone(), snapshot.pseudonym_key.clone());
            self.inner.refusals.hand_over(Refusal { record, user_id, key });
        }
        Ok(refused.reasons)
    }
}

/// What was named, as it was named, and nothing in place of what was not: the log quotes and escapes values itself, so that
/// none passes for something else.
fn tell_security(caller: &Caller, mandate_id: &str, tried: &Tried) {
    let reason = tried.judged.reasons().first().map(|reason| reason.profile().code);
    tracing::info!(
        target: "security",
        trace_id = caller.trace_id,
        user = caller.user_id,
        mandate = mandate_id,
        feature = tried.feature_code.as_deref(),
        instance = tried.instance_id.as_deref(),
        reason,
        "a write was refused that is none of the caller's business"
    );
}

/// Facts and answers are plain data.
fn unwritable() -> DeskError {
    inconsistent("a decision that cannot be written")
}
