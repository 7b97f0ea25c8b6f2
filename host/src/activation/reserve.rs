//! What activating and restoring share: decide, decide again under the lock, write, and wait for billing.

use core_wasm::{
    decision::{BillingDuty, Grant},
    facts::ActivationFacts,
    reason::Reason,
};

use super::{
    Admit, Answered, Caller, Desk, DeskError,
    carry_through::{Begun, Written, inconsistent},
    earlier_change,
};
use crate::{
    notices,
    ports::{
        billing::BillingTarget,
        clock::Millis,
        store::{
            change::{ChangeKind, ChangeRecord, ChangeState},
            operation::NewOperation,
            snapshot::{Ask, EndedAccess, Snapshot, SubscriptionRecord},
            transaction::{NewAccess, Reservation},
        },
    },
};

/// What differs between activating and restoring.
pub(super) trait Wish: Sync {
    /// The kind of change.
    fn kind(&self) -> ChangeKind;
    /// The facts to decide on.
    fn facts(&self, snapshot: &Snapshot, now: Millis, billing_connected: bool) -> ActivationFacts;
    /// The instance to be made.
    fn instance(&self, snapshot: &Snapshot, new_id: &mut dyn FnMut() -> String) -> Option<WishedInstance>;
}

/// An instance to be made.
pub(super) struct WishedInstance {
    /// Its id.
    pub id: String,
    /// Its label.
    pub label: Option<String>,
    /// Others than the caller who get access.
    pub others: Vec<EndedAccess>,
}

impl Desk {
    pub(super) async fn reserve(
        &self,
        caller: &Caller,
        ask: &Ask,
        wish: &'static dyn Wish,
        admit: Admit<'_>,
    ) -> Result<Answered<ChangeRecord>, DeskError> {
        if ask.key.is_none() {
            admit().map_err(DeskError::Limited)?;
        }
        let snapshot = self.inner.store.snapshot(ask).await?;
        if let Some(earlier) = earlier_change(&snapshot, ask.key.as_ref())? {
            return Ok(self.join(ask, earlier).await);
        }
        if ask.key.is_some() {
            admit().map_err(DeskError::Limited)?;
        }
        if let Err(reasons) = self.decide(wish, &snapshot)? {
            self.recheck_if_out_of_sync(&snapshot, &reasons);
            return Ok(Answered::Refused(reasons));
        }
        let (caller, asked) = (caller.clone(), ask.clone());
        let begun = self.carry_through(ask, move |desk| {
            let (caller, asked) = (caller.clone(), asked.clone());
            async move { desk.write(&caller, &asked, wish).await }
        });
        match begun.await? {
            Begun::New(change, settled) => Ok(Answered::Granted(self.outcome(change, settled).await)),
            Begun::Earlier(earlier) => Ok(self.join(ask, earlier).await),
            Begun::Refused(reasons) => Ok(Answered::Refused(reasons)),
        }
    }

    /// The answer of an earlier request: with a key its present state, without one its outcome.
    async fn join(&self, ask: &Ask, earlier: ChangeRecord) -> Answered<ChangeRecord> {
        if ask.key.is_some() {
            return Answered::Granted(earlier);
        }
        let settled = self.inner.ledger.subscribe(&earlier.id);
        Answered::Granted(self.outcome(earlier, settled).await)
    }

    /// The grant and the policy's digest, or the reasons against.
    fn decide(&self, wish: &dyn Wish, snapshot: &Snapshot) -> Result<Result<(Grant, String), Vec<Reason>>, DeskError> {
        let facts = wish.facts(snapshot, self.inner.clock.now(), self.inner.ledger.is_connected());
        let decided = self.inner.decider.activation(&facts)?;
        Ok(match decided.decision.grant {
            Some(grant) => Ok((grant, decided.policy_digest.to_string())),
            None => Err(decided.decision.reasons),
        })
    }

    async fn write(&self, caller: &Caller, ask: &Ask, wish: &dyn Wish) -> Result<Written, DeskError> {
        let mut transaction = self.inner.store.begin(&ask.mandate_id).await?;
        let snapshot = transaction.snapshot(ask).await?;
        if let Some(earlier) = earlier_change(&snapshot, ask.key.as_ref())? {
            return Ok(Written::Earlier(earlier));
        }
        let (grant, policy_digest) = match self.decide(wish, &snapshot)? {
            Ok(granted) => granted,
            Err(reasons) => return Ok(Written::Refused(reasons)),
        };
        let rows = self
            .rows(caller, ask, wish, &snapshot, &grant, policy_digest)
            .ok_or_else(|| inconsistent("a grant that does not fit its facts"))?;
        transaction.reserve(&rows).await?;
        self.commit(transaction, rows.change, rows.operation).await
    }

    /// What is written for a grant; `None` when the grant does not fit the snapshot it was given for.
    fn rows(
        &self,
        caller: &Caller,
        ask: &Ask,
        wish: &dyn Wish,
        snapshot: &Snapshot,
        grant: &Grant,
        policy_digest: String,
    ) -> Option<Reservation> {
        let now = self.inner.clock.now();
        let mut new_id = || self.inner.ids.next();
        let (mandate, feature) = (snapshot.mandate.as_ref()?, snapshot.feature.as_ref()?);
        let subscription = mandate.subscriptions.get(usize::try_from(grant.subscription).ok()?)?;
        let instance = wish.instance(snapshot, &mut new_id)?;
        let (is_billed, gate) = match grant.billing {
            BillingDuty::Nothing => (false, None),
            BillingDuty::BestEffort { .. } => (true, None),
            BillingDuty::Gated { gate, .. } => (true, Some(gate)),
        };
        let mut change = ChangeRecord {
            id: new_id(),
            kind: wish.kind(),
            state: if is_billed { ChangeState::Queued } else { ChangeState::Done },
            mandate_id: mandate.id.clone(),
            feature_code: feature.code.clone(),
            instance_id: instance.id.clone(),
            user_id: caller.user_id.clone(),
            subject_id: None,
            ends_instance: false,
            subscription_id: is_billed.then(|| subscription.id.clone()),
            gate,
            effective_at: now,
            created_at: now,
            settled_at: (!is_billed).then_some(now),
            operation_id: None,
            reasons: Vec::new(),
            key: ask.key.clone(),
            policy_digest,
        };
        // An instance that does not wait for billing is among the billed the moment it is written.
        let billed = mandate.billed + i64::from(is_billed && gate.is_none());
        let operation = self.first_operation(&change, snapshot, Some(subscription), billed);
        if let Some(operation) = &operation {
            change.state = ChangeState::Billing;
            change.operation_id = Some(operation.id.clone());
        }
        let roles: Vec<(String, String)> =
            feature.template_roles.iter().map(|label| (new_id(), label.clone())).collect();
        let role_ids = |labels: &[String]| -> Vec<String> {
            roles.iter().filter(|(_, label)| labels.contains(label)).map(|(id, _)| id.clone()).collect()
        };
        let admin_role = roles.iter().find(|(_, label)| *label == grant.admin_role)?.0.clone();
        let mut accesses = vec![NewAccess {
            id: new_id(),
            user_id: caller.user_id.clone(),
            enabled: true,
            role_ids: vec![admin_role],
        }];
        for other in instance.others.iter().filter(|other| other.user_id != caller.user_id) {
            accesses.push(NewAccess {
                id: new_id(),
                user_id: other.user_id.clone(),
                enabled: other.enabled,
                role_ids: role_ids(&other.role_labels),
            });
        }
        let occasion = self.occasion(new_id(), &change, mandate, &feature.label, caller);
        let notice = match wish.kind() {
            ChangeKind::Restore => notices::restored(occasion),
            _ => notices::activated(occasion),
        };
        Some(Reservation { change, label: instance.label, active: gate.is_none(), roles, accesses, operation, notice })
    }

    /// The operation that carries the change at once, where its subscription is free for it.
    pub(super) fn first_operation(
        &self,
        change: &ChangeRecord,
        snapshot: &Snapshot,
        subscription: Option<&SubscriptionRecord>,
        billed: i64,
    ) -> Option<NewOperation> {
        let subscription = subscription.filter(|_| change.subscription_id.is_some())?;
        let target = BillingTarget {
            subscription: subscription.stripe_subscription_id.clone()?,
            item: subscription.stripe_item_id.clone()?,
        };
        let unresolved = snapshot.unresolved.contains(&subscription.id);
        self.inner.ledger.first_operation(change, target, billed, subscription.confirmed_quantity, unresolved)
    }

    /// What is refused because the two sides differ may have been settled by hand since they were last read.
    fn recheck_if_out_of_sync(&self, snapshot: &Snapshot, reasons: &[Reason]) {
        let out_of_sync = reasons
            .iter()
            .any(|reason| matches!(reason, Reason::BillingOutOfSync { .. } | Reason::BillingIncomplete { .. }));
        if let (true, Some(mandate)) = (out_of_sync, &snapshot.mandate) {
            for subscription in mandate.subscriptions.iter().filter(|one| one.confirmed_quantity.is_some()) {
                self.inner.ledger.recheck(&mandate.id, &subscription.id);
            }
        }
    }
}
