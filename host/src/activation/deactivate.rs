//! Giving up an access, or an instance for all. Never refused for billing: the bill is lowered until it is true.

use core_wasm::{
    decision::Ending,
    facts::{InstanceState, RequestedInstance, Scope},
    reason::Reason,
};

use super::{
    Admit, Answered, Caller, Desk, DeskError,
    carry_through::{Begun, Written, inconsistent},
    earlier_change,
};
use crate::{
    facts, notices,
    ports::store::{
        change::{ChangeKind, ChangeRecord, ChangeState},
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
    /// Of which feature.
    pub feature_code: String,
    /// In which mandate.
    pub mandate_id: String,
    /// Which instance.
    pub instance_id: String,
    /// What of it.
    pub scope: Scope,
    /// Whose access, with scope `user`.
    pub colleague_id: Option<String>,
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
            feature_code: Some(request.feature_code.clone()),
            colleague_id: request.colleague_id.clone(),
            key,
            ..Ask::default()
        };
        if ask.key.is_none() {
            admit().map_err(DeskError::Limited)?;
        }
        let snapshot = self.inner.store.snapshot(&ask).await?;
        if let Some(earlier) = earlier_change(&snapshot, ask.key.as_ref())? {
            return Ok(Answered::Granted(earlier));
        }
        if ask.key.is_some() {
            admit().map_err(DeskError::Limited)?;
        }
        if let Err(reasons) = self.decide_ending(&request, &snapshot)? {
            return Ok(Answered::Refused(reasons));
        }
        let (caller, asked) = (caller.clone(), ask.clone());
        let begun = self.carry_through(&ask, move |desk| {
            let (caller, request, asked) = (caller.clone(), request.clone(), asked.clone());
            async move { desk.write_ending(&caller, &request, &asked).await }
        });
        match begun.await? {
            Begun::New(change, settled) => Ok(Answered::Granted(self.outcome(change, settled).await)),
            Begun::Earlier(earlier) => Ok(Answered::Granted(earlier)),
            Begun::Refused(reasons) => Ok(Answered::Refused(reasons)),
        }
    }

    /// The ending and the policy's digest, or the reasons against.
    fn decide_ending(
        &self,
        request: &Deactivate,
        snapshot: &Snapshot,
    ) -> Result<Result<(Ending, String), Vec<Reason>>, DeskError> {
        let requested =
            RequestedInstance { feature_code: request.feature_code.clone(), mandate_id: request.mandate_id.clone() };
        let facts = facts::of_deactivation(snapshot, requested, request.scope, self.inner.clock.now());
        let decided = self.inner.decider.deactivation(&facts)?;
        Ok(match decided.decision.outcome {
            Some(ending) => Ok((ending, decided.policy_digest.to_string())),
            None => Err(decided.decision.reasons),
        })
    }

    async fn write_ending(&self, caller: &Caller, request: &Deactivate, ask: &Ask) -> Result<Written, DeskError> {
        let mut transaction = self.inner.store.begin(&ask.mandate_id).await?;
        let snapshot = transaction.snapshot(ask).await?;
        if let Some(earlier) = earlier_change(&snapshot, ask.key.as_ref())? {
            return Ok(Written::Earlier(earlier));
        }
        let (ending, policy_digest) = match self.decide_ending(request, &snapshot)? {
            Ok(granted) => granted,
            Err(reasons) => return Ok(Written::Refused(reasons)),
        };
        let (Some(mandate), Some(instance)) = (&snapshot.mandate, &snapshot.instance) else {
            return Err(inconsistent(UNFITTING));
        };
        let change = self.ending_change(caller, request, ask, mandate, &ending, policy_digest)?;
        let notice = self.ending_notice(caller, &change, mandate, &snapshot);
        let (change, operation) =
            self.write_rows(transaction.as_mut(), &snapshot, instance, mandate, change, notice, &ending).await?;
        self.commit(transaction, change, operation).await
    }

    #[expect(clippy::too_many_arguments, reason = "one step of one transaction, split off for its length")]
    async fn write_rows(
        &self,
        transaction: &mut dyn MandateTransaction,
        snapshot: &Snapshot,
        instance: &InstanceRecord,
        mandate: &MandateRecord,
        mut change: ChangeRecord,
        notice: NewNotice,
        ending: &Ending,
    ) -> Result<(ChangeRecord, Option<NewOperation>), DeskError> {
        if !ending.ends_instance {
            transaction.leave(&LeaveRows { change: change.clone(), notice }).await?;
            return Ok((change, None));
        }
        if let (InstanceState::Reserved, Some(activation_id)) = (instance.state, &instance.reserved_by_change) {
            change.kind = ChangeKind::Withdraw;
            let rows = WithdrawRows { change: change.clone(), activation_id: activation_id.clone() };
            let gone = transaction.withdraw(&rows).await?;
            change.state = if gone { ChangeState::Done } else { ChangeState::Queued };
            change.settled_at = gone.then_some(change.created_at);
            return Ok((change, None));
        }
        let subscription =
            ending.subscription.and_then(|index| mandate.subscriptions.get(usize::try_from(index).ok()?));
        let operation = self.first_operation(&change, snapshot, subscription, mandate.billed);
        if let Some(operation) = &operation {
            change.state = ChangeState::Billing;
            change.operation_id = Some(operation.id.clone());
        }
        let rows = EndRows {
            change: change.clone(),
            label: instance.label.clone(),
            activated_at: instance.activated_at,
            operation: operation.clone(),
            notice,
        };
        transaction.end(&rows).await?;
        Ok((change, operation))
    }

    fn ending_change(
        &self,
        caller: &Caller,
        request: &Deactivate,
        ask: &Ask,
        mandate: &MandateRecord,
        ending: &Ending,
        policy_digest: String,
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
            feature_code: request.feature_code.clone(),
            instance_id: request.instance_id.clone(),
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
            policy_digest,
        })
    }

    fn ending_notice(
        &self,
        caller: &Caller,
        change: &ChangeRecord,
        mandate: &MandateRecord,
        snapshot: &Snapshot,
    ) -> NewNotice {
        let label = snapshot.feature.as_ref().map(|feature| feature.label.clone()).unwrap_or_default();
        let occasion = self.occasion(self.inner.ids.next(), change, mandate, &label, caller);
        if change.ends_instance {
            notices::ended(occasion, change.created_at + self.inner.decider.settings().restore_window)
        } else {
            notices::left(occasion)
        }
    }
}
