//! Several changes of one mandate at once: all of it or nothing, at one instant, as one operation.
//!
//! Where something of it waits for billing, all of it does: new instances are reserved, and instances that end stay as they
//! are until billing confirmed. Else it is done at once, and billing follows.

use core_wasm::decision::Ending;
use serde_json::json;

use super::{
    Admit, Answered, Caller, Desk, DeskError, Wanted,
    activate::NewInstance,
    carry_through::{Begun, Written, inconsistent},
    quote::Agreed,
    reserve::MOST_AGREEMENTS,
    wanted::Weighed,
};
use crate::{
    decisions::record::Judged,
    notices,
    ports::store::{
        audit::{AuditEntry, state},
        change::{Batch, ChangeKind, ChangeRecord, ChangeState},
        decision::PseudonymKey,
        snapshot::{Ask, InstanceRecord, RequestKey, Snapshot, SubscriptionRecord},
        transaction::{EndRows, MandateTransaction, Reservation, ReservedEnd},
    },
};

/// Why a batch cannot be written.
const UNFITTING: &str = "a batch that does not fit its facts";

impl Desk {
    /// Makes several changes: all of them, done or under way, or the reasons against.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn change_together(
        &self,
        caller: &Caller,
        wanted: &Wanted,
        quote_id: Option<String>,
        key: Option<RequestKey>,
        admit: Admit<'_>,
    ) -> Result<Answered<Vec<ChangeRecord>>, DeskError> {
        let ask = Ask { quote_id, join: key.is_none(), key, ..wanted.ask(caller) };
        if ask.key.is_none() {
            admit().map_err(DeskError::Limited)?;
        }
        for tried in 0..MOST_AGREEMENTS {
            let snapshot = self.inner.store.snapshot(&ask).await?;
            if let Some(earlier) = self.earlier(&snapshot, &ask)? {
                return self.join_batch(&ask, earlier).await;
            }
            if ask.key.is_some() && tried == 0 {
                admit().map_err(DeskError::Limited)?;
            }
            let weighed = match self.weigh(wanted, &snapshot)? {
                Ok(weighed) => weighed,
                Err(refused) => {
                    self.recheck_if_out_of_sync(&snapshot, &refused.reasons);
                    return Ok(Answered::Refused(self.refuse(caller, &wanted.mandate_id, &snapshot, refused)?));
                }
            };
            if weighed.endings.iter().any(|(instance, _)| instance.is_pending()) {
                return Err(DeskError::Pending);
            }
            let agreed = self.agree_if_needed(caller, wanted, &snapshot, &ask, weighed.gate()).await?;
            let (caller, asked, wanted) = (caller.clone(), ask.clone(), wanted.clone());
            let begun = self.carry_through(&ask, move |desk| {
                let (caller, asked, wanted) = (caller.clone(), asked.clone(), wanted.clone());
                let agreed = agreed.clone();
                async move { desk.write_batch(&caller, &asked, &wanted, agreed.as_ref()).await }
            });
            return match begun.await? {
                Begun::New(change, settled) => {
                    let change = self.outcome(change, settled).await;
                    self.whole_batch(change).await.map(Answered::Granted)
                }
                Begun::Earlier(earlier) => self.join_batch(&ask, earlier).await,
                Begun::Refused(reasons) => Ok(Answered::Refused(reasons)),
                Begun::Overtaken => continue,
            };
        }
        Err(DeskError::InProgress)
    }

    async fn join_batch(&self, ask: &Ask, earlier: ChangeRecord) -> Result<Answered<Vec<ChangeRecord>>, DeskError> {
        let present = match self.join(ask, earlier).await {
            Answered::Granted(present) => present,
            Answered::Refused(reasons) => return Ok(Answered::Refused(reasons)),
        };
        self.whole_batch(present).await.map(Answered::Granted)
    }

    /// All changes of the batch of which one is known.
    async fn whole_batch(&self, known: ChangeRecord) -> Result<Vec<ChangeRecord>, DeskError> {
        let Some(batch) = &known.batch else { return Ok(vec![known]) };
        Ok(self.inner.store.batch(&batch.id).await?)
    }

    async fn write_batch(
        &self,
        caller: &Caller,
        ask: &Ask,
        wanted: &Wanted,
        agreed: Option<&Agreed>,
    ) -> Result<Written, DeskError> {
        let mut transaction = self.inner.store.begin(&ask.mandate_id).await?;
        let snapshot = transaction.snapshot(ask).await?;
        if let Some(earlier) = self.earlier(&snapshot, ask)? {
            return Ok(Written::Earlier(earlier));
        }
        let weighed = match self.weigh(wanted, &snapshot)? {
            Ok(weighed) => weighed,
            Err(refused) => {
                return Ok(Written::Refused(self.refuse(caller, &wanted.mandate_id, &snapshot, refused)?));
            }
        };
        if weighed.endings.iter().any(|(instance, _)| instance.is_pending()) {
            return Err(DeskError::Pending);
        }
        if let Some(agreed) = agreed
            && !self.still_agreed(agreed, wanted, &snapshot)?
        {
            return Ok(Written::Overtaken);
        }
        let mut rows = self.batch_rows(caller, ask, wanted, &snapshot, &weighed, agreed)?;
        let operation = self.batch_operation(&mut rows, &snapshot, &weighed);
        rows.write(transaction.as_mut(), &snapshot).await?;
        if let Some(operation) = &operation {
            transaction.operate(operation).await?;
        }
        let changes = rows.into_changes();
        if let (Some(agreed), Some(first)) = (agreed, changes.first())
            && !transaction.use_quote(&agreed.quote.id, &first.id).await?
        {
            return Ok(Written::Overtaken);
        }
        self.commit(transaction, changes, operation).await
    }

    fn batch_rows(
        &self,
        caller: &Caller,
        ask: &Ask,
        wanted: &Wanted,
        snapshot: &Snapshot,
        weighed: &Weighed,
        agreed: Option<&Agreed>,
    ) -> Result<Rows, DeskError> {
        let batch = self.inner.ids.next();
        // One instant for all of it.
        let now = self.inner.clock.now();
        let mut first = true;
        let mut member = |change: &mut ChangeRecord| {
            let leads = std::mem::take(&mut first);
            change.batch = Some(Batch { id: batch.clone(), wish: leads.then(|| wanted.digest()) });
            change.key = if leads { ask.key.clone() } else { None };
            (change.effective_at, change.created_at) = (now, now);
            change.settled_at = change.settled_at.map(|_| now);
            if let Some(agreed) = agreed {
                agreed.bind(change);
            }
        };
        let mut rows = Rows::default();
        let mut judged = weighed.judged.iter();
        // Whoever has no key yet gets one with the first decision; the others are under the same.
        let mut key = snapshot.pseudonym_key.clone();
        for (feature, grant) in &weighed.activations {
            let judged = judged.next().ok_or_else(|| inconsistent(UNFITTING))?;
            let alone = Snapshot { feature: Some(feature.clone()), pseudonym_key: key.clone(), ..snapshot.clone() };
            let (mut made, subscription) =
                self.rows(caller, ask, &NewInstance, &alone, grant, judged)?.ok_or_else(|| inconsistent(UNFITTING))?;
            member(&mut made.change);
            made.note = AuditEntry { at: now, ..made.note };
            note_batch(&mut made.note, &batch);
            key = made.decision.key.as_ref().map(|user| user.key.clone()).or(key);
            rows.subscription = Some(subscription);
            rows.made.push(made);
        }
        for (instance, ending) in &weighed.endings {
            let judged = judged.next().ok_or_else(|| inconsistent(UNFITTING))?;
            let mut end = self.batch_end(caller, snapshot, weighed, instance, (ending, judged), key.as_ref())?;
            member(&mut end.change);
            end.note = AuditEntry { at: now, ..end.note };
            note_batch(&mut end.note, &batch);
            if end.change.is_gated() {
                end.note.after = Some(json!({ "state": "active", "ending": true }));
            }
            key = end.decision.key.as_ref().map(|user| user.key.clone()).or(key);
            rows.ended.push(end);
        }
        if rows.subscription.is_none() {
            let subscriptions = snapshot.mandate.as_ref().map(|mandate| &mandate.subscriptions);
            rows.subscription = weighed.subscription().and_then(|index| subscriptions?.get(index).cloned());
        }
        Ok(rows)
    }

    /// The end of one instance with its notice. It waits for billing when the batch does.
    fn batch_end(
        &self,
        caller: &Caller,
        snapshot: &Snapshot,
        weighed: &Weighed,
        instance: &InstanceRecord,
        (ending, judged): (&Ending, &Judged),
        key: Option<&PseudonymKey>,
    ) -> Result<ReservedEnd, DeskError> {
        let now = self.inner.clock.now();
        let mandate = snapshot.mandate.as_ref().ok_or_else(|| inconsistent(UNFITTING))?;
        let gate = weighed.gate();
        // What waits, waits for the operation that raises the quantity.
        let index = match gate {
            Some(_) => weighed.subscription(),
            None => ending.subscription.and_then(|index| usize::try_from(index).ok()),
        };
        let subscription_id =
            index.and_then(|index| mandate.subscriptions.get(index)).map(|subscription| subscription.id.clone());
        let is_billed = subscription_id.is_some();
        let change = ChangeRecord {
            id: self.inner.ids.next(),
            kind: ChangeKind::End,
            state: if is_billed { ChangeState::Queued } else { ChangeState::Done },
            mandate_id: mandate.id.clone(),
            feature_code: instance.feature_code.clone(),
            instance_id: instance.id.clone(),
            user_id: caller.user_id.clone(),
            subject_id: None,
            ends_instance: true,
            subscription_id,
            gate,
            effective_at: now,
            created_at: now,
            settled_at: (!is_billed).then_some(now),
            operation_id: None,
            reasons: Vec::new(),
            key: None,
            policy_digest: judged.policy_digest.to_string(),
            batch: None,
            quote_id: None,
        };
        let label =
            snapshot.feature_of(&instance.feature_code).map(|feature| feature.label.clone()).unwrap_or_default();
        let occasion = self.occasion(self.inner.ids.next(), &change, mandate, &label, caller);
        let notice = notices::ended(occasion, change.created_at + self.decider.settings().restore_window);
        let decision = self.on_record(judged, &change, caller, key)?;
        let note = caller.note(&change, Some(state::of_instance(instance)), Some(state::ended()));
        Ok(ReservedEnd { change, notice, decision, note })
    }

    /// The one operation of the batch, where its subscription is free for it.
    fn batch_operation(
        &self,
        rows: &mut Rows,
        snapshot: &Snapshot,
        weighed: &Weighed,
    ) -> Option<crate::ports::store::operation::NewOperation> {
        let mut changes: Vec<ChangeRecord> = rows.changes().cloned().collect();
        let followed = if weighed.gate().is_none() { rows.made.len() } else { 0 };
        let billed = rows.subscription.as_ref().map_or(0, |subscription| subscription.billed);
        let billed = billed.saturating_add(i64::try_from(followed).unwrap_or(i64::MAX));
        let operation = self.first_operation(&mut changes, snapshot, rows.subscription.as_ref(), billed)?;
        for (row, change) in rows.changes_mut().zip(changes) {
            *row = change;
        }
        Some(operation)
    }
}

/// What was wished together is told together.
fn note_batch(note: &mut AuditEntry, batch: &str) {
    note.detail.insert("batch".to_owned(), batch.into());
}

/// What a batch writes.
#[derive(Default)]
struct Rows {
    made: Vec<Reservation>,
    ended: Vec<ReservedEnd>,
    subscription: Option<SubscriptionRecord>,
}

impl Rows {
    fn changes(&self) -> impl Iterator<Item = &ChangeRecord> {
        self.made.iter().map(|made| &made.change).chain(self.ended.iter().map(|ended| &ended.change))
    }

    fn changes_mut(&mut self) -> impl Iterator<Item = &mut ChangeRecord> {
        self.made.iter_mut().map(|made| &mut made.change).chain(self.ended.iter_mut().map(|ended| &mut ended.change))
    }

    fn into_changes(self) -> Vec<ChangeRecord> {
        self.changes().cloned().collect()
    }

    async fn write(&self, transaction: &mut dyn MandateTransaction, snapshot: &Snapshot) -> Result<(), DeskError> {
        for made in &self.made {
            transaction.reserve(made).await?;
        }
        for ended in &self.ended {
            if ended.change.is_gated() {
                transaction.reserve_end(ended).await?;
                continue;
            }
            let instance = snapshot.instance_of(&ended.change.instance_id).ok_or_else(|| inconsistent(UNFITTING))?;
            let rows = EndRows {
                change: ended.change.clone(),
                label: instance.label.clone(),
                activated_at: instance.activated_at,
                operation: None,
                notice: ended.notice.clone(),
                decision: ended.decision.clone(),
                note: ended.note.clone(),
            };
            transaction.end(&rows).await?;
        }
        Ok(())
    }
}
