//! Giving up an access, or an instance for all. Never refused for billing: the bill is lowered until it is true.

use core_wasm::{
    decision::Ending,
    facts::{InstanceState, RequestedInstance, Scope},
    question::{Single, SingleAnswer},
};

use super::{
    Admit, Answered, Caller, Desk, DeskError, QuoteFault, Wanted,
    carry_through::{Begun, Written, inconsistent},
    quote::Agreed,
    recording::Refused,
    reserve::MOST_AGREEMENTS,
};
use crate::{
    decisions::record::Judged,
    facts,
    fail_point::{self, FailPoint},
    notices,
    ports::store::{
        audit::state,
        change::{ChangeKind, ChangeRecord, ChangeState},
        decision::NewDecision,
        operation::NewOperation,
        outbox::NewNotice,
        snapshot::{Ask, InstanceRecord, MandateRecord, RequestKey, Snapshot},
        transaction::{EndRows, LeaveRows, MandateTransaction, WithdrawRows},
    },
};

/// Why an ending cannot be written.
const UNFITTING: &str = "an ending that does not fit its facts";

/// A wish to give something up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deactivate {
    /// Of which feature; `None`: of whichever the instance is.
    pub feature_code: Option<String>,
    /// In which mandate.
    pub mandate_id: String,
    /// Which instance.
    pub instance_id: String,
    /// What of it.
    pub scope: Scope,
    /// Whose access, with scope `user`.
    pub colleague_id: Option<String>,
    /// The quote that it is held to.
    pub quote_id: Option<String>,
}

impl Deactivate {
    /// What a quote of it would be about.
    fn quotable(&self) -> Wanted {
        Wanted { mandate_id: self.mandate_id.clone(), activate: Vec::new(), deactivate: vec![self.instance_id.clone()] }
    }
}

impl Desk {
    /// Gives up an access or ends an instance: the change that does it, or the reasons against it.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn deactivate(
        &self,
        caller: &Caller,
        request: Deactivate,
        key: Option<RequestKey>,
        admit: Admit<'_>,
    ) -> Result<Answered<ChangeRecord>, DeskError> {
        let ask = Ask {
            user_id: caller.user_id.clone(),
            mandate_id: request.mandate_id.clone(),
            instance_id: Some(request.instance_id.clone()),
            feature_code: request.feature_code.clone(),
            // What does not name the feature reads the instance as one of several, too: they come with their features.
            instances: if request.feature_code.is_none() { vec![request.instance_id.clone()] } else { Vec::new() },
            colleague_id: request.colleague_id.clone(),
            quote_id: request.quote_id.clone(),
            key,
            ..Ask::default()
        };
        if ask.key.is_none() {
            admit().map_err(DeskError::Limited)?;
        }
        for tried in 0..MOST_AGREEMENTS {
            let snapshot = self.inner.store.snapshot(&ask).await?;
            if let Some(earlier) = self.earlier(&snapshot, &ask)? {
                return Ok(Answered::Granted(earlier));
            }
            if ask.key.is_some() && tried == 0 {
                admit().map_err(DeskError::Limited)?;
            }
            if let Err(refused) = self.decide_ending(&request, &snapshot)? {
                return Ok(Answered::Refused(self.refuse(caller, &request.mandate_id, &snapshot, refused)?));
            }
            let agreed = self.agree(caller, &request.quotable(), &snapshot, ask.quote_id.as_deref()).await?;
            let (caller, asked, request) = (caller.clone(), ask.clone(), request.clone());
            let begun = self.carry_through(&ask, move |desk| {
                let (caller, request, asked) = (caller.clone(), request.clone(), asked.clone());
                let agreed = agreed.clone();
                async move { desk.write_ending(&caller, &request, &asked, agreed.as_ref()).await }
            });
            return match begun.await? {
                Begun::New(change, settled) => Ok(Answered::Granted(self.outcome(change, settled).await)),
                Begun::Earlier(earlier) => Ok(Answered::Granted(earlier)),
                Begun::Refused(reasons) => Ok(Answered::Refused(reasons)),
                Begun::Overtaken => continue,
            };
        }
        Err(DeskError::InProgress)
    }

    /// The ending and the decision that allows it, or the refusal.
    fn decide_ending(
        &self,
        request: &Deactivate,
        snapshot: &Snapshot,
    ) -> Result<Result<(Ending, Judged), Refused>, DeskError> {
        let found = || snapshot.instance_in(&request.mandate_id).map(|instance| instance.feature_code.clone());
        let feature_code = request.feature_code.clone().or_else(found);
        let requested = RequestedInstance {
            feature_code: feature_code.clone().unwrap_or_default(),
            mandate_id: request.mandate_id.clone(),
        };
        let facts = facts::of_deactivation(snapshot, requested, request.scope, self.inner.clock.now());
        let decided = self.decider.deactivation(&facts)?;
        let outcome = decided.decision.outcome.clone();
        let judged = Judged::alone(decided, Single::Deactivation(facts), SingleAnswer::Deactivation);
        Ok(match outcome {
            Some(ending) => Ok((ending, judged)),
            None => Err(Refused::one(judged, feature_code.as_deref(), Some(&request.instance_id))),
        })
    }

    async fn write_ending(
        &self,
        caller: &Caller,
        request: &Deactivate,
        ask: &Ask,
        agreed: Option<&Agreed>,
    ) -> Result<Written, DeskError> {
        let mut transaction = self.inner.store.begin(&ask.mandate_id).await?;
        let snapshot = transaction.snapshot(ask).await?;
        if let Some(earlier) = self.earlier(&snapshot, ask)? {
            return Ok(Written::Earlier(earlier));
        }
        let (ending, judged) = match self.decide_ending(request, &snapshot)? {
            Ok(granted) => granted,
            Err(refused) => {
                return Ok(Written::Refused(self.refuse(caller, &request.mandate_id, &snapshot, refused)?));
            }
        };
        let (Some(mandate), Some(instance)) = (&snapshot.mandate, &snapshot.instance) else {
            return Err(inconsistent(UNFITTING));
        };
        if ending.ends_instance && instance.ending_by_change.is_some() {
            return Err(DeskError::Pending);
        }
        let mut change = self.ending_change(caller, request, ask, (mandate, instance), &ending, &judged)?;
        if let Some(agreed) = agreed {
            // What was quoted is the end of an active instance.
            if !ending.ends_instance || instance.is_pending() {
                return Err(DeskError::Quote(QuoteFault::Changed(None)));
            }
            if !self.still_agreed(agreed, &request.quotable(), &snapshot)?
                || !transaction.use_quote(&agreed.quote.id, &change.id).await?
            {
                return Ok(Written::Overtaken);
            }
            agreed.bind(&mut change);
        }
        let notice = self.ending_notice(caller, &change, mandate, &snapshot);
        let decision = self.on_record(&judged, &change, caller, snapshot.pseudonym_key.as_ref())?;
        let told = (notice, decision);
        let (change, operation) =
            self.write_rows(transaction.as_mut(), caller, &snapshot, instance, mandate, change, told, &ending).await?;
        let written = self.commit(transaction, vec![change], operation).await;
        fail_point::reached(FailPoint::EndingCommitted).await;
        written
    }

    #[expect(clippy::too_many_arguments, reason = "one step of one transaction, split off for its length")]
    async fn write_rows(
        &self,
        transaction: &mut dyn MandateTransaction,
        caller: &Caller,
        snapshot: &Snapshot,
        instance: &InstanceRecord,
        mandate: &MandateRecord,
        mut change: ChangeRecord,
        (notice, decision): (NewNotice, NewDecision),
        ending: &Ending,
    ) -> Result<(ChangeRecord, Option<NewOperation>), DeskError> {
        if !ending.ends_instance {
            let is_pending = instance.is_pending();
            let note = caller.note(&change, None, None);
            transaction.leave(&LeaveRows { change: change.clone(), is_pending, notice, decision, note }).await?;
            return Ok((change, None));
        }
        if let (InstanceState::Reserved, Some(activation_id)) = (instance.state, &instance.reserved_by_change) {
            change.kind = ChangeKind::Withdraw;
            let note = caller.note(&change, Some(state::of_instance(instance)), None);
            let rows = WithdrawRows { change: change.clone(), activation_id: activation_id.clone(), decision, note };
            let gone = transaction.withdraw(&rows).await?;
            fail_point::reached(FailPoint::WithdrawalWritten).await;
            change.state = if gone { ChangeState::Done } else { ChangeState::Queued };
            change.settled_at = gone.then_some(change.created_at);
            return Ok((change, None));
        }
        let subscription =
            ending.subscription.and_then(|index| mandate.subscriptions.get(usize::try_from(index).ok()?));
        let billed = subscription.map_or(0, |subscription| subscription.billed);
        let operation = self.first_operation(std::slice::from_mut(&mut change), snapshot, subscription, billed);
        let rows = EndRows {
            change: change.clone(),
            label: instance.label.clone(),
            activated_at: instance.activated_at,
            operation: operation.clone(),
            notice,
            decision,
            note: caller.note(&change, Some(state::of_instance(instance)), Some(state::ended())),
        };
        transaction.end(&rows).await?;
        fail_point::reached(FailPoint::EndingWritten).await;
        Ok((change, operation))
    }

    fn ending_change(
        &self,
        caller: &Caller,
        request: &Deactivate,
        ask: &Ask,
        (mandate, instance): (&MandateRecord, &InstanceRecord),
        ending: &Ending,
        judged: &Judged,
    ) -> Result<ChangeRecord, DeskError> {
        let now = self.inner.clock.now();
        let subscription_id = match ending.subscription {
            Some(index) => {
                let found = usize::try_from(index).ok().and_then(|index| mandate.subscriptions.get(index));
                Some(found.ok_or_else(|| inconsistent(UNFITTING))?.id.clone())
            }
            None => None,
        };
        let waits = subscription_id.is_some();
        Ok(ChangeRecord {
            id: self.inner.ids.next(),
            kind: if ending.ends_instance { ChangeKind::End } else { ChangeKind::Leave },
            state: if waits { ChangeState::Queued } else { ChangeState::Done },
            mandate_id: request.mandate_id.clone(),
            feature_code: instance.feature_code.clone(),
            instance_id: instance.id.clone(),
            user_id: caller.user_id.clone(),
            subject_id: request.colleague_id.clone(),
            ends_instance: ending.ends_instance,
            subscription_id,
            gate: None,
            effective_at: now,
            created_at: now,
            settled_at: (!waits).then_some(now),
            operation_id: None,
            reasons: Vec::new(),
            key: ask.key.clone(),
            policy_digest: judged.policy_digest.to_string(),
            batch: None,
            quote_id: None,
        })
    }

    fn ending_notice(
        &self,
        caller: &Caller,
        change: &ChangeRecord,
        mandate: &MandateRecord,
        snapshot: &Snapshot,
    ) -> NewNotice {
        let label = snapshot.feature_of(&change.feature_code).map(|feature| feature.label.clone()).unwrap_or_default();
        let occasion = self.occasion(self.inner.ids.next(), change, mandate, &label, caller);
        if change.ends_instance {
            notices::ended(occasion, change.created_at + self.decider.settings().restore_window)
        } else {
            notices::left(occasion)
        }
    }
}
