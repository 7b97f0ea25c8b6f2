//! What the store does, in plain lines: the statements of `adapters/sql` without their SQL.

use turnpike::{
    ledger::next::{Event, begun},
    ports::{
        billing::BillingTarget,
        clock::Millis,
        store::{
            change::{ChangeRecord, ChangeState},
            operation::{Direction, NewOperation},
        },
    },
};

use crate::{
    logic::Logic,
    records::{DAY, change_record, doing, operation, operation_id, operation_record, outcome},
    state::{Change, Host, Instance, Oddity, Operation, Stage, State, Stranger, Wish},
};

impl State {
    /// By the clock of hosts and database, which is never at 0: what is due then was never put off.
    pub(crate) fn now(&self) -> Millis {
        (Millis::from(self.day) + 1) * DAY
    }

    /// A request writes a change and, where its subscription is free, the operation that carries it, held by its host.
    /// Nothing, if that is not possible now.
    pub(crate) fn ask(&mut self, logic: Logic, wish: Wish) -> Option<()> {
        if let Wish::Withdraw(of) = wish {
            return self.withdraw(of);
        }
        let instance = match wish {
            Wish::Activate if !logic.usable_at_once() => Instance::Reserved,
            Wish::Activate | Wish::ActivateAtOnce => Instance::Usable,
            Wish::End | Wish::Withdraw(_) => Instance::Gone,
        };
        if wish == Wish::End {
            self.in_use = self.in_use.checked_sub(1).filter(|left| *left >= 0)?;
        }
        let state = ChangeState::Queued;
        self.changes.push(Change { wish, state, operation: None, put_off: false, instance, counted: false });
        if !self.is_blocked(logic) {
            let place = self.changes.len() - 1;
            let change = self.changes[place];
            let at_once = i8::from(change.wish == Wish::ActivateAtOnce);
            self.write_operation(logic, &[change_record(place, &change)], self.billed_to_requests() + at_once)?;
        }
        if logic.ended_at_once()
            && let Some(change) = self.changes.last_mut().filter(|change| change.wish == Wish::End)
        {
            change.state = ChangeState::Done;
        }
        Some(())
    }

    /// Gives up an activation that billing has, or that only waits: then nothing of it is left.
    fn withdraw(&mut self, of: u8) -> Option<()> {
        let activation = self.changes.get_mut(usize::from(of))?;
        if activation.wish != Wish::Activate || activation.instance != Instance::Reserved {
            return None;
        }
        let state = if activation.state == ChangeState::Queued {
            activation.state = ChangeState::Cancelled;
            activation.instance = Instance::Gone;
            ChangeState::Done
        } else {
            activation.instance = Instance::Withdrawn;
            ChangeState::Queued
        };
        let wish = Wish::Withdraw(of);
        let instance = Instance::Gone;
        self.changes.push(Change { wish, state, operation: None, put_off: false, instance, counted: false });
        Some(())
    }

    fn is_blocked(&self, logic: Logic) -> bool {
        self.unresolved().any(|operation| logic.blocks_the_next(operation.stage == Stage::InDoubt))
    }

    /// Whether another writer than these rows know wrote last, and nobody answers for it.
    pub(crate) fn has_stranger(&self) -> bool {
        matches!(self.stranger, Stranger::Wrote | Stranger::Seen)
    }

    /// Forms the next operation from what waits and is due, held by the host that forms it.
    pub(crate) fn form(&mut self, logic: Logic) -> Option<()> {
        // A comparison that shows a stranger forbids it.
        if self.is_blocked(logic) || self.has_stranger() {
            return None;
        }
        let queued = self.queued();
        self.write_operation(logic, &queued, self.billed())
    }

    /// What waits for an operation and is due, in order.
    pub(crate) fn queued(&self) -> Vec<ChangeRecord> {
        let changes = self.changes.iter().enumerate();
        let waits = |change: &Change| {
            change.state == ChangeState::Queued && !change.put_off && !matches!(change.wish, Wish::Withdraw(_))
        };
        changes.filter(|(_, change)| waits(change)).map(|(place, change)| change_record(place, change)).collect()
    }

    /// What is on the bill by our rows, as requests and rules see it: instances in use, and ends that are not confirmed
    /// yet, but not what is in use already and was not confirmed.
    pub(crate) fn billed_to_requests(&self) -> i8 {
        self.changes.iter().fold(self.in_use, |count, change| match change.wish {
            Wish::End if !change.state.is_settled() => count + 1,
            Wish::ActivateAtOnce if !change.state.is_settled() => count,
            Wish::Activate | Wish::ActivateAtOnce if change.instance == Instance::Usable => count + 1,
            _ => count,
        })
    }

    /// What is on the bill by our rows, as the ledger reads it, who knows what waits: only what is put off is left out.
    pub(crate) fn billed(&self) -> i8 {
        self.changes.iter().fold(self.in_use, |count, change| match change.wish {
            Wish::End if !change.state.is_settled() => count + 1,
            Wish::ActivateAtOnce if change.state == ChangeState::Queued && change.put_off => count,
            Wish::Activate | Wish::ActivateAtOnce if change.instance == Instance::Usable => count + 1,
            _ => count,
        })
    }

    fn write_operation(&mut self, logic: Logic, queued: &[ChangeRecord], billed: i8) -> Option<()> {
        let host = self.idle_host()?;
        let formed = logic.form(queued, billed.into(), self.confirmed.into())?;
        let id = 1 + self
            .packets()
            .map(|packet| packet.key.operation)
            .chain(self.operations.iter().map(|row| row.id))
            .max()
            .unwrap_or(0);
        let record = begun(&NewOperation {
            id: operation_id(id),
            mandate_id: String::new(),
            subscription_id: String::new(),
            target: BillingTarget { subscription: String::new(), item: String::new() },
            direction: formed.direction,
            gate: formed.gate,
            from_quantity: formed.from_quantity,
            to_quantity: formed.to_quantity,
            proration_at: formed.proration_at,
            created_at: self.now(),
            lease: None,
        });
        let carried = i64::try_from(formed.change_ids.len()).unwrap_or(i64::MAX);
        let by = if record.direction == Direction::Raise { carried } else { -carried };
        if formed.to_quantity != formed.from_quantity + by {
            self.odd = Some(Oddity::QuantityOfAnother);
        }
        let row = operation(id, &record);
        self.operations.push(row);
        for place in formed.change_ids {
            let change = place.parse().ok().and_then(|place: usize| self.changes.get_mut(place))?;
            change.state = ChangeState::Billing;
            change.operation = Some(id);
        }
        self.hold(logic, host, row);
        Some(())
    }

    fn hold(&mut self, logic: Logic, host: usize, row: Operation) {
        let (after, action) = logic.next(operation_record(&row), Event::Claimed, self.now());
        let operation = operation(row.id, &after);
        self.hosts[host] = Host::Holds { operation, lease_over: false, doing: doing(&operation, action) };
    }

    /// The unresolved operation that is there to be claimed, and whether a live host still holds it.
    pub(crate) fn claimable(&self) -> Option<(Operation, bool)> {
        let row = *self.unresolved().next()?;
        if self.stranger == Stranger::Seen && row.stage == Stage::InDoubt {
            // It would be read again and again, to no other end.
            return None;
        }
        Some((row, self.held().any(|held| (held.id, held.fence) == (row.id, row.fence))))
    }

    /// A free host claims an operation. For whoever held it the lease is over.
    pub(crate) fn claim(&mut self, logic: Logic, id: u8) -> Option<()> {
        let host = self.idle_host()?;
        let now = self.now();
        let row = self.operations.iter_mut().find(|row| row.id == id)?;
        *row = operation(id, &logic.claimed(operation_record(row), now));
        let row = *row;
        for other in &mut self.hosts {
            if let Host::Holds { operation, lease_over, .. } = other
                && operation.id == id
            {
                *lease_over = true;
            }
        }
        self.hold(logic, host, row);
        Some(())
    }

    /// Writes how an operation stands after an attempt, if it is still this host's.
    pub(crate) fn record(&mut self, logic: Logic, held: Operation) {
        for row in &mut self.operations {
            let open = row.stage != Stage::Settled;
            if row.id == held.id && open && logic.may_store(held.fence, row.fence, false) {
                *row = Operation { fence: row.fence, ..held };
            }
        }
    }

    /// Writes a final outcome with all that it changes, if the operation is still this host's.
    pub(crate) fn settle(&mut self, logic: Logic, held: Operation, applied: bool) {
        let Some(row) = self.operations.iter_mut().find(|row| row.id == held.id && row.stage != Stage::Settled) else {
            return;
        };
        if !logic.may_store(held.fence, row.fence, true) {
            return;
        }
        row.stage = Stage::Settled;
        if applied {
            self.confirmed = row.to;
        }
        let outcome = outcome(applied);
        let mut withdrawn = Vec::new();
        for (place, change) in self.changes.iter_mut().enumerate() {
            if change.operation != Some(held.id) || change.state != ChangeState::Billing {
                continue;
            }
            change.state = logic.applied_to(&outcome, &change_record(place, change)).state;
            match (applied, change.wish) {
                (true, Wish::Activate) if change.instance == Instance::Withdrawn => {
                    change.instance = Instance::Gone;
                    withdrawn.push(place);
                }
                (true, Wish::Activate) => change.instance = Instance::Usable,
                (false, Wish::Activate) => {
                    if change.instance == Instance::Withdrawn {
                        withdrawn.push(place);
                    }
                    change.instance = Instance::Gone;
                }
                _ => {}
            }
            if change.state == ChangeState::Queued {
                change.operation = None;
                change.put_off = true;
            }
        }
        for activation in withdrawn {
            self.settle_withdrawal(activation, applied);
        }
    }

    /// What is billed and was withdrawn has to be taken off the bill again; what never was, is done.
    fn settle_withdrawal(&mut self, activation: usize, applied: bool) {
        let of = u8::try_from(activation).ok().map(Wish::Withdraw);
        match self.changes.iter_mut().find(|change| Some(change.wish) == of && change.state == ChangeState::Queued) {
            Some(withdrawal) if applied => withdrawal.wish = Wish::End,
            Some(withdrawal) => withdrawal.state = ChangeState::Done,
            None => self.odd = Some(Oddity::RowsContradict),
        }
    }

    /// A request gives up its activation, for which certainly nothing was sent: one that waits, or whose operation is
    /// `prepared`. That one is dissolved, and what else it carries waits again.
    pub(crate) fn cancel(&mut self, place: usize) -> Option<()> {
        let change = self.changes.get(place).filter(|change| change.wish == Wish::Activate)?;
        match (change.state, change.operation) {
            (ChangeState::Queued, _) => {}
            (ChangeState::Billing, Some(id)) => {
                let prepared = |row: &&mut Operation| row.id == id && row.stage == Stage::Prepared;
                self.operations.iter_mut().find(prepared)?.stage = Stage::Settled;
                for change in self.changes.iter_mut().filter(|change| change.operation == Some(id)) {
                    change.state = ChangeState::Queued;
                    change.operation = None;
                }
            }
            _ => return None,
        }
        let withdrawn = self.changes[place].instance == Instance::Withdrawn;
        self.changes[place].state = ChangeState::Cancelled;
        self.changes[place].instance = Instance::Gone;
        if withdrawn {
            self.settle_withdrawal(place, false);
        }
        Some(())
    }
}
