//! Giving a colleague access to an instance in one of its roles, and handing it over: one's own access goes in the same
//! transaction. Billing is not concerned: the instance stays.

use core_wasm::{
    facts::{HeldAccess, RequestedInstance, Scope},
    question::{Single, SingleAnswer},
};

use super::{
    Admit, Answered, Caller, Desk, DeskError,
    carry_through::{Begun, Written, inconsistent},
    recording::{Refused, Tried},
};
use crate::{
    decisions::record::Judged,
    facts, notices,
    ports::store::{
        audit::state,
        change::{Batch, ChangeKind, ChangeRecord, ChangeState},
        snapshot::{Ask, InstanceRecord, MandateRecord, RequestKey, Snapshot},
        transaction::{LeaveRows, NewAccess, ShareRows},
    },
};

/// Why an access cannot be written.
const UNFITTING: &str = "an access that does not fit its facts";

/// A wish to give a colleague access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// In which mandate.
    pub mandate_id: String,
    /// To which instance.
    pub instance_id: String,
    /// To whom.
    pub colleague_id: String,
    /// In which of the instance's roles, by its label.
    pub role: String,
    /// Whether the caller's own access goes with it.
    pub hand_over: bool,
}

impl Desk {
    /// Gives a colleague access, or another role: the change that did it, or the reasons against it.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn share(
        &self,
        caller: &Caller,
        request: Share,
        key: Option<RequestKey>,
        admit: Admit<'_>,
    ) -> Result<Answered<ChangeRecord>, DeskError> {
        let ask = Ask {
            user_id: caller.user_id.clone(),
            mandate_id: request.mandate_id.clone(),
            instance_id: Some(request.instance_id.clone()),
            // Read once more as one of several, which come with their features.
            instances: if request.hand_over { vec![request.instance_id.clone()] } else { Vec::new() },
            sharing_with: Some(request.colleague_id.clone()),
            key,
            ..Ask::default()
        };
        if ask.key.is_none() {
            admit().map_err(DeskError::Limited)?;
        }
        let snapshot = self.inner.store.snapshot(&ask).await?;
        if let Some(earlier) = self.earlier(&snapshot, &ask)? {
            return Ok(Answered::Granted(earlier));
        }
        if ask.key.is_some() {
            admit().map_err(DeskError::Limited)?;
        }
        if let Err(refused) = self.decide_sharing(&request, &snapshot)? {
            return Ok(Answered::Refused(self.refuse(caller, &request.mandate_id, &snapshot, refused)?));
        }
        let (caller, asked) = (caller.clone(), ask.clone());
        let begun = self.carry_through(&ask, move |desk| {
            let (caller, request, asked) = (caller.clone(), request.clone(), asked.clone());
            async move { desk.write_sharing(&caller, &request, &asked).await }
        });
        match begun.await? {
            Begun::New(change, _) | Begun::Earlier(change) => Ok(Answered::Granted(change)),
            Begun::Refused(reasons) => Ok(Answered::Refused(reasons)),
            Begun::Overtaken => Err(DeskError::InProgress),
        }
    }

    /// The decisions that allow it: that about the colleague's access and, when it is handed over, that about the caller's.
    /// Or the refusal.
    fn decide_sharing(&self, request: &Share, snapshot: &Snapshot) -> Result<Result<Vec<Judged>, Refused>, DeskError> {
        let now = self.inner.clock.now();
        let sharing = facts::of_sharing(snapshot, &request.mandate_id, &request.role);
        let is_new = sharing.access == HeldAccess::None;
        let found = snapshot.instance_in(&request.mandate_id).map(|instance| instance.feature_code.clone());
        let mut questions = vec![Single::Sharing(sharing)];
        if request.hand_over {
            let requested = RequestedInstance {
                feature_code: found.clone().unwrap_or_default(),
                mandate_id: request.mandate_id.clone(),
            };
            let mut leaving = facts::of_deactivation(snapshot, requested, Scope::Mine, now);
            // By then the colleague has one, too.
            if let Some(instance) = leaving.instance.as_mut().filter(|_| is_new) {
                instance.accesses = instance.accesses.saturating_add(1);
            }
            questions.push(Single::Deactivation(leaving));
        }
        let judged = Judged::together(self.decider.batch(&questions)?, questions);
        let tried: Vec<Tried> = judged
            .iter()
            .filter(|judged| !judged.is_allowed())
            .map(|judged| Tried {
                judged: judged.clone(),
                feature_code: found.clone(),
                instance_id: Some(request.instance_id.clone()),
            })
            .collect();
        Ok(match tried.first() {
            Some(first) => Err(Refused { reasons: first.judged.reasons().to_vec(), tried }),
            None => Ok(judged),
        })
    }

    async fn write_sharing(&self, caller: &Caller, request: &Share, ask: &Ask) -> Result<Written, DeskError> {
        let mut transaction = self.inner.store.begin(&ask.mandate_id).await?;
        let snapshot = transaction.snapshot(ask).await?;
        if let Some(earlier) = self.earlier(&snapshot, ask)? {
            return Ok(Written::Earlier(earlier));
        }
        let judged = match self.decide_sharing(request, &snapshot)? {
            Ok(granted) => granted,
            Err(refused) => {
                return Ok(Written::Refused(self.refuse(caller, &request.mandate_id, &snapshot, refused)?));
            }
        };
        let (Some(mandate), Some(instance)) = (&snapshot.mandate, &snapshot.instance) else {
            return Err(inconsistent(UNFITTING));
        };
        // Billing settles without the mandate's lock, and tells of the accesses that there are by then.
        if instance.is_pending() {
            return Err(DeskError::Pending);
        }
        let mut judged = judged.iter();
        let (shared, left) = (judged.next().ok_or_else(|| inconsistent(UNFITTING))?, judged.next());
        let batch = left.map(|_| self.inner.ids.next());
        let rows = self.share_rows(caller, request, ask, &snapshot, instance, (shared, batch.as_deref()))?;
        transaction.share(&rows).await?;
        let mut changes = vec![rows.change.clone()];
        if let Some(left) = left {
            let known = rows.decision.key.as_ref().map(|user| user.key.clone()).or(snapshot.pseudonym_key.clone());
            let leaving = Snapshot { pseudonym_key: known, ..snapshot.clone() };
            let rows = self.handed_over(caller, &rows.change, mandate, &leaving, left)?;
            transaction.leave(&rows).await?;
            changes.push(rows.change);
        }
        self.commit(transaction, changes, None).await
    }

    fn share_rows(
        &self,
        caller: &Caller,
        request: &Share,
        ask: &Ask,
        snapshot: &Snapshot,
        instance: &InstanceRecord,
        (judged, batch): (&Judged, Option<&str>),
    ) -> Result<ShareRows, DeskError> {
        let role = snapshot.role_of_instance(&request.role).ok_or_else(|| inconsistent(UNFITTING))?;
        let now = self.inner.clock.now();
        let change = ChangeRecord {
            id: self.inner.ids.next(),
            kind: ChangeKind::Share,
            state: ChangeState::Done,
            mandate_id: instance.mandate_id.clone(),
            feature_code: instance.feature_code.clone(),
            instance_id: instance.id.clone(),
            user_id: caller.user_id.clone(),
            subject_id: Some(request.colleague_id.clone()),
            ends_instance: false,
            subscription_id: None,
            gate: None,
            effective_at: now,
            created_at: now,
            settled_at: Some(now),
            operation_id: None,
            reasons: Vec::new(),
            key: ask.key.clone(),
            policy_digest: judged.policy_digest.to_string(),
            batch: batch.map(|id| Batch { id: id.to_owned(), wish: None }),
            quote_id: None,
        };
        let decision = self.on_record(judged, &change, caller, snapshot.pseudonym_key.as_ref())?;
        let held = snapshot.colleague_access.as_ref();
        let access = NewAccess {
            id: held.map_or_else(|| self.inner.ids.next(), |held| held.id.clone()),
            user_id: request.colleague_id.clone(),
            enabled: true,
            role_ids: vec![role.id.clone()],
        };
        let label = |id: &String| snapshot.instance_roles.iter().find(|role| role.id == *id)?.label.as_deref();
        let before = held
            .map(|held| state::of_access(&request.colleague_id, held.enabled, held.role_ids.iter().filter_map(label)));
        let after = state::of_access(&request.colleague_id, true, std::iter::once(request.role.as_str()));
        let note = caller.note(&change, before, Some(after));
        Ok(ShareRows { change, access, is_new: held.is_none(), decision, note })
    }

    /// The caller's own access that goes with what was given.
    fn handed_over(
        &self,
        caller: &Caller,
        given: &ChangeRecord,
        mandate: &MandateRecord,
        snapshot: &Snapshot,
        judged: &Judged,
    ) -> Result<LeaveRows, DeskError> {
        let ends = matches!(&judged.answer, SingleAnswer::Deactivation(decision)
            if decision.outcome.as_ref().is_none_or(|outcome| outcome.ends_instance));
        if ends {
            return Err(inconsistent(UNFITTING));
        }
        let change = ChangeRecord {
            id: self.inner.ids.next(),
            kind: ChangeKind::Leave,
            subject_id: None,
            key: None,
            policy_digest: judged.policy_digest.to_string(),
            ..given.clone()
        };
        let label = snapshot.feature_of(&change.feature_code).map(|feature| feature.label.clone()).unwrap_or_default();
        let notice = notices::left(self.occasion(self.inner.ids.next(), &change, mandate, &label, caller));
        let decision = self.on_record(judged, &change, caller, snapshot.pseudonym_key.as_ref())?;
        let note = caller.note(&change, None, None);
        // What is pending was not shared.
        Ok(LeaveRows { change, is_pending: false, notice, decision, note })
    }
}
