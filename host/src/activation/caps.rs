//! The limits that a mandate's admins set: shown to them, and changed by them. What follows from them the rules say.

use core_wasm::reason::Reason;
use serde_json::{Value, json};

use super::{Answered, Caller, Desk, DeskError};
use crate::ports::store::{
    audit::{AuditEntry, Who},
    snapshot::{Ask, CapsRecord, Snapshot},
};

impl Desk {
    /// The limits of a mandate.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn caps(&self, caller: &Caller, mandate_id: &str) -> Result<Answered<CapsRecord>, DeskError> {
        let snapshot = self.inner.store.snapshot(&asked(caller, mandate_id)).await?;
        self.limits_of(&snapshot)
    }

    /// Sets the limits of a mandate, where those that are there are what the caller takes for granted: tells what they are
    /// then.
    ///
    /// # Errors
    /// [`DeskError::Overtaken`] where they are others; see there for the rest.
    pub async fn set_caps(
        &self,
        caller: &Caller,
        mandate_id: &str,
        caps: CapsRecord,
        is_expected: &(dyn Fn(&CapsRecord) -> bool + Send + Sync),
    ) -> Result<Answered<CapsRecord>, DeskError> {
        let ask = asked(caller, mandate_id);
        // Who may not gets an answer before any lock is taken.
        if let refused @ Answered::Refused(_) = self.limits_of(&self.inner.store.snapshot(&ask).await?)? {
            return Ok(refused);
        }
        let mut transaction = self.inner.store.begin(mandate_id).await?;
        let before = match self.limits_of(&transaction.snapshot(&ask).await?)? {
            Answered::Granted(before) => before,
            refused @ Answered::Refused(_) => return Ok(refused),
        };
        // A change that was made already is not refused because of what was before it.
        if before == caps {
            return Ok(Answered::Granted(caps));
        }
        if !is_expected(&before) {
            return Err(DeskError::Overtaken);
        }
        let who = Who::User(caller.user_id.clone());
        let note = AuditEntry {
            mandate_id: Some(mandate_id.to_owned()),
            origin: caller.origin(),
            before: state(&before),
            after: state(&caps),
            ..AuditEntry::new(self.inner.clock.now(), who, "set caps", mandate_id)
        };
        transaction.cap(mandate_id, &caps, &note).await?;
        transaction.commit().await?;
        Ok(Answered::Granted(caps))
    }

    /// What was read, for an admin of the mandate, or why not.
    fn limits_of(&self, snapshot: &Snapshot) -> Result<Answered<CapsRecord>, DeskError> {
        let standing = self.standing_in(snapshot.mandate.as_ref())?.filter(|standing| standing.member);
        Ok(match (standing, &snapshot.mandate) {
            (Some(standing), Some(mandate)) if standing.admin => Answered::Granted(mandate.caps.clone()),
            (Some(_), Some(_)) => Answered::Refused(vec![self.not_admin()]),
            _ => Answered::Refused(vec![Reason::MandateNotFound {}]),
        })
    }
}

fn asked(caller: &Caller, mandate_id: &str) -> Ask {
    Ask { user_id: caller.user_id.clone(), mandate_id: mandate_id.to_owned(), ..Ask::default() }
}

/// As the audit trail keeps them; no limit is nothing.
fn state(caps: &CapsRecord) -> Option<Value> {
    let monthly = caps.monthly.as_ref().map(|cap| json!({ "minor": cap.minor, "currency": cap.currency }));
    (!caps.is_empty()).then(|| json!({ "instances": caps.instances, "monthly": monthly }))
}
