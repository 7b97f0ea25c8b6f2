//! One form for moments that differ only in what nobody will ever look at again.

use turnpike::ports::store::change::ChangeState;

use crate::state::{
    AT_FIRST, Change, Doing, Host, Instance, Key, Operation, Packet, Saved, Stage, State, Stranger, Wish,
};

/// The fence of whoever holds an operation now, and of everybody before.
const PRESENT: u8 = 2;
const PAST: u8 = 1;

impl State {
    /// Forgets what cannot matter any more and numbers the rest anew, in the same order.
    pub(crate) fn canonical(mut self) -> Self {
        self.settle_changes();
        self.forget();
        self.shift_quantities();
        self.number_fences();
        self.number_keys();
        self.hosts.sort_unstable();
        self.late.sort_unstable();
        self.stripe.keys.sort_unstable();
        self
    }

    fn forget(&mut self) {
        let held: Vec<u8> = self.held().map(|operation| operation.id).collect();
        self.operations.retain(|operation| operation.stage != Stage::Settled || held.contains(&operation.id));
        let known = |id: u8| self.operations.iter().any(|operation| operation.id == id);
        self.stripe.last_operation = self.stripe.last_operation.filter(|id| known(*id));
        // A key is used again by who holds its operation, and by requests under way.
        let usable: Vec<Key> = self
            .unresolved()
            .map(Operation::key)
            .chain(self.held().map(Operation::key))
            .chain(self.packets().map(|packet| packet.key))
            .collect();
        let copied = self.stranger != Stranger::Nobody;
        // An older copy of the rows comes to the next key as well, which was used before.
        let is_next =
            |key: Key| usable.iter().any(|now| (now.operation, now.attempt + 1) == (key.operation, key.attempt));
        self.stripe
            .keys
            .retain(|Saved { first: Packet { key, .. }, .. }| usable.contains(key) || (copied && is_next(*key)));
    }

    /// Counts what is settled and takes it off the rows, unless it shows a fault.
    fn settle_changes(&mut self) {
        while let Some(place) = self.changes.iter().position(|change| change.state.is_settled() && is_in_order(change))
        {
            let change = self.changes.remove(place);
            let done = i8::from(change.state == ChangeState::Done);
            match change.wish {
                Wish::Activate | Wish::ActivateAtOnce => {
                    self.on_the_bill += done;
                    self.in_use += i8::from(change.instance == Instance::Usable);
                }
                Wish::End => self.on_the_bill -= done,
                Wish::Withdraw(_) => {}
            }
            for other in &mut self.changes {
                if let Wish::Withdraw(of) = &mut other.wish {
                    *of -= u8::from(usize::from(*of) > place);
                }
            }
        }
    }

    /// Counts all quantities from the same beginning: how many instances there are makes no difference.
    fn shift_quantities(&mut self) {
        let by = AT_FIRST - self.on_the_bill;
        let shift = |quantity: &mut i8| *quantity += by;
        [&mut self.on_the_bill, &mut self.in_use, &mut self.confirmed, &mut self.stripe.quantity]
            .into_iter()
            .for_each(shift);
        let held = self.hosts.iter_mut().filter_map(|host| match host {
            Host::Holds { operation, doing, .. } => Some((operation, doing)),
            Host::Idle => None,
        });
        for (operation, doing) in held {
            [&mut operation.from, &mut operation.to].into_iter().for_each(shift);
            if let Doing::Wait(packet) = doing {
                shift(&mut packet.quantity);
            }
        }
        for operation in &mut self.operations {
            [&mut operation.from, &mut operation.to].into_iter().for_each(shift);
        }
        self.late.iter_mut().for_each(|packet| shift(&mut packet.quantity));
        self.stripe.keys.iter_mut().for_each(|saved| shift(&mut saved.first.quantity));
    }

    fn number_fences(&mut self) {
        for host in &mut self.hosts {
            if let Host::Holds { operation, .. } = host {
                let row = self.operations.iter().find(|row| row.id == operation.id);
                operation.fence = if row.is_some_and(|row| row.fence == operation.fence) { PRESENT } else { PAST };
            }
        }
        for operation in &mut self.operations {
            operation.fence = PRESENT;
        }
    }

    fn number_keys(&mut self) {
        let mut keys: Vec<Key> = self
            .operations
            .iter()
            .map(Operation::key)
            .chain(self.held().map(Operation::key))
            .chain(self.packets().map(|packet| packet.key))
            .chain(self.stripe.keys.iter().map(|saved| saved.first.key))
            .collect();
        keys.sort_unstable();
        keys.dedup();
        let mut ids: Vec<u8> = keys.iter().map(|key| key.operation).collect();
        ids.dedup();
        let id = |old: u8| ids.iter().position(|id| *id == old).map_or(0, place);
        let attempt = |old: Key| {
            let attempts = keys.iter().filter(|key| key.operation == old.operation);
            attempts.clone().position(|key| *key == old).map_or(0, place)
        };
        let renamed = |old: Key| Key { operation: id(old.operation), attempt: attempt(old) };
        let rename = |operation: &mut Operation| {
            Key { operation: operation.id, attempt: operation.attempt } = renamed(operation.key());
        };
        for change in &mut self.changes {
            change.operation = change.operation.map(id);
        }
        self.operations.iter_mut().for_each(rename);
        for host in &mut self.hosts {
            if let Host::Holds { operation, doing, .. } = host {
                rename(operation);
                if let Doing::Wait(packet) = doing {
                    packet.key = renamed(packet.key);
                }
            }
        }
        for packet in &mut self.late {
            packet.key = renamed(packet.key);
        }
        for saved in &mut self.stripe.keys {
            saved.first.key = renamed(saved.first.key);
        }
        self.stripe.last_operation = self.stripe.last_operation.map(id);
    }

    /// The hosts' copies of operations.
    pub(crate) fn held(&self) -> impl Iterator<Item = &Operation> {
        self.hosts.iter().filter_map(|host| match host {
            Host::Holds { operation, .. } => Some(operation),
            Host::Idle => None,
        })
    }

    /// Requests under way, whether somebody waits for them or not.
    pub(crate) fn packets(&self) -> impl Iterator<Item = &Packet> {
        let awaited = self.hosts.iter().filter_map(|host| match host {
            Host::Holds { doing: Doing::Wait(packet), .. } => Some(packet),
            _ => None,
        });
        awaited.chain(&self.late)
    }
}

/// Whether nothing can be learned any more from a change that is settled.
fn is_in_order(change: &Change) -> bool {
    change.wish != Wish::Activate || change.instance != Instance::Usable || change.counted
}

/// Numbers begin with 1.
fn place(index: usize) -> u8 {
    u8::try_from(index + 1).unwrap_or(u8::MAX)
}
