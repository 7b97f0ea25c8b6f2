//! Ends one access, or one instance, in the transaction of what brings it about: the policy says what follows, and the
//! ledger lowers the bill afterwards, until that is true.

use core_wasm::{
    decision::Ending,
    facts::{InstanceState, RequestedInstance, Scope},
    question::{Single, SingleAnswer},
    texts::Locale,
};

use super::{Actor, Directory, DirectoryError, inconsistent};
use crate::{
    decisions::record::{About, Asker, Judged},
    facts,
    notices::{self, Occasion},
    policy::Decider,
    ports::store::{
        change::{ChangeKind, ChangeRecord, ChangeState},
        decision::NewDecision,
        directory::{DirectoryTransaction, LivingInstance},
        outbox::NewNotice,
        snapshot::{Ask, InstanceRecord, MandateRecord, Snapshot},
        transaction::{EndRows, LeaveRows, WithdrawRows},
    },
};

/// What ends, and why.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ended<'a> {
    /// Who brought it about.
    pub(super) actor: &'a Actor,
    /// In which mandate.
    pub(super) mandate_id: &'a str,
    /// Which instance, or an access to it.
    pub(super) instance: &'a LivingInstance,
    /// For whom.
    pub(super) whose: Whose<'a>,
}

/// For whom something ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose<'a> {
    /// The access of one person.
    Person(&'a str),
    /// The instance, for all.
    All,
}

impl Ended<'_> {
    /// Under whose id the change is: that of the person whose access goes, else the service's.
    fn user_id(&self) -> String {
        match self.whose {
            Whose::Person(user_id) => user_id.to_owned(),
            Whose::All => self.actor.name.clone(),
        }
    }

    const fn scope(&self) -> Scope {
        match self.whose {
            Whose::Person(_) => Scope::User,
            Whose::All => Scope::Mandate,
        }
    }
}

impl Directory {
    /// Ends it. `None`: there was nothing to end, or a batch that waits for billing ends it.
    pub(super) async fn end(
        &self,
        decider: &Decider,
        transaction: &mut dyn DirectoryTransaction,
        end: Ended<'_>,
    ) -> Result<Option<ChangeRecord>, DirectoryError> {
        let ask = Ask {
            user_id: end.user_id(),
            mandate_id: end.mandate_id.to_owned(),
            instance_id: Some(end.instance.id.clone()),
            feature_code: Some(end.instance.feature_code.clone()),
            ..Ask::default()
        };
        let snapshot = transaction.snapshot(&ask).await?;
        let (Some(mandate), Some(instance)) = (&snapshot.mandate, &snapshot.instance) else { return Ok(None) };
        let (mut outcome, judged) = self.decide(decider, &snapshot, &end)?;
        if outcome.ends_instance && instance.ending_by_change.is_some() {
            if end.whose == Whose::All {
                return Ok(None);
            }
            // What the batch comes to decides about the instance; the person's access does not wait for that.
            tracing::warn!(instance = %instance.id, "the last access to an instance went while a batch was ending it");
            outcome = Ending { ends_instance: false, subscription: None, ..outcome };
        }
        let mut change = self.change(&end, mandate, &outcome, &judged)?;
        let decision = self.on_record(&judged, &change, &end, &snapshot)?;
        let notice = self.notice(decider, &change, mandate, &snapshot);
        self.write(transaction, instance, &mut change, notice, decision).await?;
        Ok(Some(change))
    }

    fn decide(
        &self,
        decider: &Decider,
        snapshot: &Snapshot,
        end: &Ended<'_>,
    ) -> Result<(Ending, Judged), DirectoryError> {
        let requested = RequestedInstance {
            feature_code: end.instance.feature_code.clone(),
            mandate_id: end.mandate_id.to_owned(),
        };
        let admin = decider.settings().admin_labels.first();
        let facts = facts::of_service_deactivation(snapshot, requested, end.scope(), admin, self.inner.clock.now());
        let decided = decider.deactivation(&facts)?;
        let Some(outcome) = decided.decision.outcome.clone() else {
            return Err(inconsistent("the policy refuses what an admin may do"));
        };
        Ok((outcome, Judged::alone(decided, Single::Deactivation(facts), SingleAnswer::Deactivation)))
    }

    fn change(
        &self,
        end: &Ended<'_>,
        mandate: &MandateRecord,
        outcome: &Ending,
        judged: &Judged,
    ) -> Result<ChangeRecord, DirectoryError> {
        let now = self.inner.clock.now();
        let subscription_id = match outcome.subscription {
            Some(index) => {
                let found = usize::try_from(index).ok().and_then(|index| mandate.subscriptions.get(index));
                Some(found.ok_or_else(|| inconsistent("an ending that does not fit its facts"))?.id.clone())
            }
            None => None,
        };
        let waits = subscription_id.is_some();
        Ok(ChangeRecord {
            id: self.inner.ids.next(),
            kind: if outcome.ends_instance { ChangeKind::End } else { ChangeKind::Leave },
            state: if waits { ChangeState::Queued } else { ChangeState::Done },
            mandate_id: end.mandate_id.to_owned(),
            feature_code: end.instance.feature_code.clone(),
            instance_id: end.instance.id.clone(),
            user_id: end.user_id(),
            subject_id: None,
            ends_instance: outcome.ends_instance,
            subscription_id,
            gate: None,
            effective_at: now,
            created_at: now,
            settled_at: (!waits).then_some(now),
            operation_id: None,
            reasons: Vec::new(),
            key: None,
            policy_digest: judged.policy_digest.to_string(),
            batch: None,
            quote_id: None,
        })
    }

    /// The decision as it is written with the change. A service has no pseudonym.
    fn on_record(
        &self,
        judged: &Judged,
        change: &ChangeRecord,
        end: &Ended<'_>,
        snapshot: &Snapshot,
    ) -> Result<NewDecision, DirectoryError> {
        let about = About {
            id: &change.id,
            at: change.created_at,
            mandate_id: &change.mandate_id,
            feature_code: Some(&change.feature_code),
            instance_id: Some(&change.instance_id),
            trace_id: &end.actor.trace_id,
        };
        let written = match end.whose {
            Whose::Person(user_id) => {
                let asker = Asker { user_id, key: snapshot.pseudonym_key.as_ref() };
                judged.granted(about, asker, || self.inner.secrets.key())
            }
            Whose::All => judged.record(about, None).map(|record| NewDecision { record, key: None }),
        };
        written.map_err(|_| inconsistent("a decision that cannot be written"))
    }

    /// Admins are told what happened, and by nobody's name: a person left, or the product closed the mandate.
    fn notice(
        &self,
        decider: &Decider,
        change: &ChangeRecord,
        mandate: &MandateRecord,
        snapshot: &Snapshot,
    ) -> NewNotice {
        let label = snapshot.feature.as_ref().map(|feature| feature.label.clone()).unwrap_or_default();
        let locale = self.inner.mail_locale;
        let translated = match locale {
            Locale::De => &label.de,
            Locale::Fr => &label.fr,
            Locale::It => &label.it,
            Locale::En => &label.en,
        };
        let occasion = Occasion {
            id: self.inner.ids.next(),
            change_id: change.id.clone(),
            at: change.created_at,
            mandate_id: &mandate.id,
            mandate: mandate.label.as_deref().unwrap_or(&mandate.name),
            feature: translated.as_deref().or(label.en.as_deref()).unwrap_or(&change.feature_code),
            by: None,
            locale,
        };
        if change.ends_instance {
            notices::ended(occasion, change.created_at + decider.settings().restore_window)
        } else {
            notices::left(occasion)
        }
    }

    async fn write(
        &self,
        transaction: &mut dyn DirectoryTransaction,
        instance: &InstanceRecord,
        change: &mut ChangeRecord,
        notice: NewNotice,
        decision: NewDecision,
    ) -> Result<(), DirectoryError> {
        if !change.ends_instance {
            let (change, is_pending) = (change.clone(), instance.is_pending());
            return Ok(transaction.leave(&LeaveRows { change, is_pending, notice, decision }).await?);
        }
        if let (InstanceState::Reserved, Some(activation_id)) = (instance.state, &instance.reserved_by_change) {
            change.kind = ChangeKind::Withdraw;
            let rows = WithdrawRows { change: change.clone(), activation_id: activation_id.clone(), decision };
            let gone = transaction.withdraw(&rows).await?;
            change.state = if gone { ChangeState::Done } else { ChangeState::Queued };
            change.settled_at = gone.then_some(change.created_at);
            return Ok(());
        }
        // The operation is formed by the runner: several ends of one transaction go into one.
        let rows = EndRows {
            change: change.clone(),
            label: instance.label.clone(),
            activated_at: instance.activated_at,
            operation: None,
            notice,
            decision,
        };
        transaction.end(&rows).await?;
        Ok(())
    }
}
