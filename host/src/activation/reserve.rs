//! What activating and restoring share: decide, decide again under the lock, write, and wait for billing.

use core_wasm::{
    decision::{BillingDuty, Grant},
    facts::ActivationFacts,
    question::{Single, SingleAnswer},
    reason::Reason,
    settings::Gate,
};

use super::{
    Admit, Answered, Caller, Desk, DeskError, QuoteFault, Wanted,
    carry_through::{Begun, Written, inconsistent},
    feature_requests::asker_role,
    quote::Agreed,
    recording::Refused,
};
use crate::{
    decisions::record::Judged,
    fail_point::{self, FailPoint},
    notices,
    ports::{
        billing::BillingTarget,
        clock::Millis,
        store::{
            audit::state,
            change::{ChangeKind, ChangeRecord, ChangeState},
            operation::NewOperation,
            snapshot::{Ask, EndedAccess, Snapshot, SubscriptionRecord},
            transaction::{NewAccess, Reservation},
        },
    },
};

/// How often a quote is held against the facts when they change meanwhile.
pub(super) const MOST_AGREEMENTS: usize = 3;

/// What differs between activating and restoring.
pub(super) trait Wish: Sync {
    /// The kind of change.
    fn kind(&self) -> ChangeKind;
    /// What a quote of it is about; `None` while it is not known which feature.
    fn quotable(&self, ask: &Ask, snapshot: &Snapshot) -> Option<Wanted>;
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
        for tried in 0..MOST_AGREEMENTS {
            let snapshot = self.inner.store.snapshot(ask).await?;
            if let Some(earlier) = self.earlier(&snapshot, ask)? {
                return Ok(self.join(ask, earlier).await);
            }
            if ask.key.is_some() && tried == 0 {
                admit().map_err(DeskError::Limited)?;
            }
            let grant = match self.decide(ask, wish, &snapshot)? {
                Ok((grant, _)) => grant,
                Err(refused) => {
                    self.recheck_if_out_of_sync(&snapshot, &refused.reasons);
                    return Ok(Answered::Refused(self.refuse(caller, &ask.mandate_id, &snapshot, refused)?));
                }
            };
            let agreed = match wish.quotable(ask, &snapshot) {
                Some(wanted) => self.agree_if_needed(caller, &wanted, &snapshot, ask, gate_of(&grant)).await?,
                None => None,
            };
            let (caller, asked) = (caller.clone(), ask.clone());
            let begun = self.carry_through(ask, move |desk| {
                let (caller, asked, agreed) = (caller.clone(), asked.clone(), agreed.clone());
                async move { desk.write(&caller, &asked, wish, agreed.as_ref()).await }
            });
            return match begun.await? {
                Begun::New(change, settled) => Ok(Answered::Granted(self.outcome(change, settled).await)),
                Begun::Earlier(earlier) => Ok(self.join(ask, earlier).await),
                Begun::Refused(reasons) => Ok(Answered::Refused(reasons)),
                Begun::Overtaken => continue,
            };
        }
        Err(DeskError::InProgress)
    }

    /// What the request is held to. What costs money must name a quote where the operator says so.
    pub(super) async fn agree_if_needed(
        &self,
        caller: &Caller,
        wanted: &Wanted,
        snapshot: &Snapshot,
        ask: &Ask,
        gate: Option<Gate>,
    ) -> Result<Option<Agreed>, DeskError> {
        if ask.quote_id.is_none() && gate.is_some() && self.inner.settings.require_quote {
            return Err(DeskError::Quote(QuoteFault::Required));
        }
        self.agree(caller, wanted, snapshot, ask.quote_id.as_deref()).await
    }

    /// The answer of an earlier request: with a key its present state, without one its outcome.
    pub(super) async fn join(&self, ask: &Ask, earlier: ChangeRecord) -> Answered<ChangeRecord> {
        if ask.key.is_some() {
            return Answered::Granted(earlier);
        }
        let settled = self.inner.ledger.subscribe(&earlier.id);
        Answered::Granted(self.outcome(earlier, settled).await)
    }

    /// The grant and the decision that gives it, or the refusal.
    fn decide(
        &self,
        ask: &Ask,
        wish: &dyn Wish,
        snapshot: &Snapshot,
    ) -> Result<Result<(Grant, Judged), Refused>, DeskError> {
        let facts = wish.facts(snapshot, self.inner.clock.now(), self.inner.ledger.is_connected());
        let decided = self.decider.activation(&facts)?;
        let grant = decided.decision.grant.clone();
        let judged = Judged::alone(decided, Single::Activation(facts), SingleAnswer::Activation);
        Ok(match grant {
            Some(grant) => self.admit_asker(ask, snapshot)?.map(|()| (grant, judged)),
            None => {
                let restored = snapshot.ended.as_ref().map(|ended| ended.feature_code.as_str());
                let feature_code = ask.feature_code.as_deref().or(restored);
                Err(Refused::one(judged, feature_code, ask.ended_instance_id.as_deref()))
            }
        })
    }

    async fn write(
        &self,
        caller: &Caller,
        ask: &Ask,
        wish: &dyn Wish,
        agreed: Option<&Agreed>,
    ) -> Result<Written, DeskError> {
        let mut transaction = self.inner.store.begin(&ask.mandate_id).await?;
        let snapshot = transaction.snapshot(ask).await?;
        if let Some(earlier) = self.earlier(&snapshot, ask)? {
            return Ok(Written::Earlier(earlier));
        }
        let (grant, judged) = match self.decide(ask, wish, &snapshot)? {
            Ok(granted) => granted,
            Err(refused) => return Ok(Written::Refused(self.refuse(caller, &ask.mandate_id, &snapshot, refused)?)),
        };
        if let (Some(agreed), Some(wanted)) = (agreed, wish.quotable(ask, &snapshot))
            && !self.still_agreed(agreed, &wanted, &snapshot)?
        {
            return Ok(Written::Overtaken);
        }
        let (mut rows, subscription) = self
            .rows(caller, ask, wish, &snapshot, &grant, &judged)?
            .ok_or_else(|| inconsistent("a grant that does not fit its facts"))?;
        if let Some(agreed) = agreed {
            agreed.bind(&mut rows.change);
            if !transaction.use_quote(&agreed.quote.id, &rows.change.id).await? {
                return Ok(Written::Overtaken);
            }
        }
        if let Some(approving) = &ask.approving
            && !transaction.approve(&approving.request_id, &rows.change.id).await?
        {
            return Err(DeskError::RequestNotOpen);
        }
        // An instance that does not wait for billing is among the billed the moment it is written.
        let billed = subscription.billed + i64::from(rows.change.subscription_id.is_some() && !rows.change.is_gated());
        let changes = std::slice::from_mut(&mut rows.change);
        rows.operation = self.first_operation(changes, &snapshot, Some(&subscription), billed);
        transaction.reserve(&rows).await?;
        fail_point::reached(FailPoint::ReservationWritten).await;
        let written = self.commit(transaction, vec![rows.change], rows.operation).await;
        fail_point::reached(FailPoint::ReservationCommitted).await;
        written
    }

    /// What is written for a grant but its operation, with the subscription it is about; `None` when the grant does not fit
    /// the snapshot it was given for.
    pub(super) fn rows(
        &self,
        caller: &Caller,
        ask: &Ask,
        wish: &dyn Wish,
        snapshot: &Snapshot,
        grant: &Grant,
        judged: &Judged,
    ) -> Result<Option<(Reservation, SubscriptionRecord)>, DeskError> {
        let now = self.inner.clock.now();
        let mut new_id = || self.inner.ids.next();
        let (Some(mandate), Some(feature)) = (&snapshot.mandate, &snapshot.feature) else { return Ok(None) };
        let index = usize::try_from(grant.subscription).ok();
        let (Some(subscription), Some(instance)) =
            (index.and_then(|index| mandate.subscriptions.get(index)), wish.instance(snapshot, &mut new_id))
        else {
            return Ok(None);
        };
        let (is_billed, gate) = match grant.billing {
            BillingDuty::Nothing => (false, None),
            BillingDuty::BestEffort { .. } => (true, None),
            BillingDuty::Gated { gate, .. } => (true, Some(gate)),
        };
        let change = ChangeRecord {
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
            policy_digest: judged.policy_digest.to_string(),
            batch: None,
            quote_id: None,
        };
        let roles: Vec<(String, String)> =
            feature.template_roles.iter().map(|label| (new_id(), label.clone())).collect();
        let role_ids = |labels: &[String]| -> Vec<String> {
            roles.iter().filter(|(_, label)| labels.contains(label)).map(|(id, _)| id.clone()).collect()
        };
        let Some((admin_role, _)) = roles.iter().find(|(_, label)| *label == grant.admin_role) else { return Ok(None) };
        let mut accesses = vec![NewAccess {
            id: new_id(),
            user_id: caller.user_id.clone(),
            enabled: true,
            role_ids: vec![admin_role.clone()],
        }];
        for other in instance.others.iter().filter(|other| other.user_id != caller.user_id) {
            accesses.push(NewAccess {
                id: new_id(),
                user_id: other.user_id.clone(),
                enabled: other.enabled,
                role_ids: role_ids(&other.role_labels),
            });
        }
        if let Some(approving) = ask.approving.as_ref().filter(|approving| approving.user_id != caller.user_id) {
            accesses.push(NewAccess {
                id: new_id(),
                user_id: approving.user_id.clone(),
                enabled: true,
                role_ids: vec![asker_role(&roles, admin_role).to_owned()],
            });
        }
        let occasion = self.occasion(new_id(), &change, mandate, &feature.label, caller);
        let notice = match wish.kind() {
            ChangeKind::Restore => notices::restored(occasion),
            _ => notices::activated(occasion),
        };
        let active = gate.is_none();
        let decision = self.on_record(judged, &change, caller, snapshot.pseudonym_key.as_ref())?;
        let label = instance.label;
        let after = state::of_new(label.as_deref(), active, &roles, &accesses);
        let mut note = caller.note(&change, snapshot.ended.as_ref().map(state::of_ended), Some(after));
        if let Some(approving) = &ask.approving {
            note.detail.insert("request".to_owned(), approving.request_id.clone().into());
        }
        let rows = Reservation { change, label, active, roles, accesses, operation: None, notice, decision, note };
        Ok(Some((rows, subscription.clone())))
    }

    /// The operation that carries the changes of one request at once, where their subscription is free for it and billing is not
    /// paused; they are marked as carried.
    pub(super) fn first_operation(
        &self,
        changes: &mut [ChangeRecord],
        snapshot: &Snapshot,
        subscription: Option<&SubscriptionRecord>,
        billed: i64,
    ) -> Option<NewOperation> {
        let subscription = subscription.filter(|_| changes.iter().all(|change| change.subscription_id.is_some()))?;
        let target = BillingTarget {
            subscription: subscription.stripe_subscription_id.clone()?,
            item: subscription.stripe_item_id.clone()?,
        };
        let has_to_wait = snapshot.billing_paused || snapshot.unresolved.contains(&subscription.id);
        let (confirmed, last_invoice_at) = (subscription.confirmed_quantity, subscription.invoices.last().copied());
        let ledger = &self.inner.ledger;
        let operation = ledger.first_operation(changes, target, billed, confirmed, has_to_wait, last_invoice_at)?;
        for change in changes {
            change.state = ChangeState::Billing;
            change.operation_id = Some(operation.id.clone());
        }
        Some(operation)
    }

    /// What is refused because the two sides differ may have been settled by hand since they were last read.
    pub(super) fn recheck_if_out_of_sync(&self, snapshot: &Snapshot, reasons: &[Reason]) {
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

/// What billing must confirm first, if it has to.
fn gate_of(grant: &Grant) -> Option<Gate> {
    match grant.billing {
        BillingDuty::Gated { gate, .. } => Some(gate),
        BillingDuty::BestEffort { .. } | BillingDuty::Nothing => None,
    }
}
