//! The world at one moment: rows, hosts, what is under way, and the provider. Small, because there are millions of it.

use turnpike::ports::store::{
    change::ChangeState,
    operation::{Direction, OperationState},
};

use crate::bounds::Bounds;

/// Instances that are in use and billed when the world begins.
pub(crate) const AT_FIRST: i8 = 3;

/// The hosts of the world.
pub(crate) const HOSTS: usize = 2;

/// The world at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct State {
    /// Rows of changes that are not settled, in the order in which they were asked for.
    pub(crate) changes: Vec<Change>,
    /// Rows of operations: the unresolved ones, and those that some host still holds.
    pub(crate) operations: Vec<Operation>,
    /// Instances in use whose activation is settled.
    pub(crate) in_use: i8,
    /// How many instances belong on the bill, by all changes that are settled.
    pub(crate) on_the_bill: i8,
    /// What the provider confirmed last, by our rows.
    pub(crate) confirmed: i8,
    /// The hosts. Which is which makes no difference, so they are kept in order.
    pub(crate) hosts: [Host; HOSTS],
    /// Requests that nobody waits for any more, and that will arrive all the same.
    pub(crate) late: Vec<Packet>,
    /// The provider.
    pub(crate) stripe: Stripe,
    /// Days gone by.
    pub(crate) day: u8,
    /// What may still go wrong.
    pub(crate) left: Left,
    /// Whether another writer than these rows know wrote last.
    pub(crate) stranger: Stranger,
    /// Something that must never be seen was seen.
    pub(crate) odd: Option<Oddity>,
}

/// What may still happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Left {
    /// See [`Bounds::changes`].
    pub(crate) changes: u8,
    /// See [`Bounds::faults`].
    pub(crate) faults: u8,
    /// See [`Bounds::stops`].
    pub(crate) stops: u8,
    /// See [`Bounds::days`].
    pub(crate) days: u8,
    /// See [`Bounds::copies`].
    pub(crate) copies: u8,
}

/// Who wrote last at the provider, besides the operations in these rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Stranger {
    /// Nobody.
    Nobody,
    /// An operation that was lost with the newer rows.
    Wrote,
    /// Likewise, and a reading showed it: nothing comes of another one.
    Seen,
    /// Likewise, and somebody answers for these rows all the same.
    AnsweredFor,
    /// Nobody any more: an operation of these rows was applied since.
    WrittenOver,
}

/// What must never be seen, besides the invariants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Oddity {
    /// One key, two different requests.
    KeyWithAnotherRequest,
    /// An operation that does not change the quantity by what it carries.
    QuantityOfAnother,
    /// The rows of a settlement contradict each other.
    RowsContradict,
    /// What was written after these rows were copied was overwritten without asking.
    StrangerOverwritten,
}

/// A row of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Change {
    pub(crate) wish: Wish,
    pub(crate) state: ChangeState,
    /// The operation that carries it.
    pub(crate) operation: Option<u8>,
    /// Not to be carried yet.
    pub(crate) put_off: bool,
    /// What became of the instance that an activation makes.
    pub(crate) instance: Instance,
    /// Whether the provider executed an operation that carries it.
    pub(crate) counted: bool,
}

/// What a change is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Wish {
    /// An instance that waits for billing.
    Activate,
    /// An instance that does not wait: billing is told afterwards.
    ActivateAtOnce,
    /// An instance ends.
    End,
    /// The activation of this change is given up while billing has it.
    Withdraw(u8),
}

/// The instance of an activation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Instance {
    /// Waits for billing.
    Reserved,
    /// Waits for billing, to go as soon as it is confirmed.
    Withdrawn,
    /// In use.
    Usable,
    /// Never was, or is no more.
    Gone,
}

/// A row of an operation, or a host's copy of it. `tries` and `in_doubt_since` are left out, and of `next_at` all but the
/// day: they say how long a pause is and since when there is one, and here a pause may be over at any time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Operation {
    pub(crate) id: u8,
    pub(crate) stage: Stage,
    pub(crate) raises: bool,
    pub(crate) from: i8,
    pub(crate) to: i8,
    /// Whether it is charged from an instant of ours on.
    pub(crate) dated: bool,
    pub(crate) attempt: u8,
    pub(crate) may_have_run: bool,
    /// The day of the first send under the present key.
    pub(crate) first_sent: Option<u8>,
    /// The day on which it is due.
    pub(crate) due: u8,
    pub(crate) fence: u8,
}

/// [`OperationState`], in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Stage {
    Prepared,
    Sent,
    InDoubt,
    Settled,
}

/// A process that runs operations, seen from the one subscription of this world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Host {
    /// Holds none.
    Idle,
    /// Holds one, or believes so.
    Holds {
        operation: Operation,
        /// Whether its lease is over by its own clock.
        lease_over: bool,
        doing: Doing,
    },
}

/// What a host is about to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Doing {
    Send,
    /// Waits for the answer to this.
    Wait(Packet),
    Read(Otherwise),
    Pause,
    Settle {
        applied: bool,
    },
}

/// The host's `Otherwise`, without its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Otherwise {
    NewKey,
    FromNow,
    Reject,
}

/// A request under way to the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Packet {
    pub(crate) key: Key,
    pub(crate) quantity: i8,
    pub(crate) dated: bool,
}

/// An idempotency key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key {
    pub(crate) operation: u8,
    pub(crate) attempt: u8,
}

/// The provider.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Stripe {
    pub(crate) quantity: i8,
    /// The operation in the metadata, where somebody may still ask for it.
    pub(crate) last_operation: Option<u8>,
    /// What came of each key that may still be used.
    pub(crate) keys: Vec<Saved>,
}

/// What the provider remembers of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Saved {
    pub(crate) first: Packet,
    pub(crate) answer: Answer,
}

/// What came of the first request under a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Answer {
    /// 200.
    Applied,
    /// 500, whether it was applied or not.
    Failed,
    /// 402.
    Declined,
    /// 400 about the instant. Not saved: the same request is judged again, to the same end.
    DateRefused,
    /// 400 about anything else. Likewise.
    Refused,
}

impl State {
    /// The beginning: everything is quiet and in agreement.
    pub(crate) fn first(bounds: &Bounds) -> Self {
        Self {
            changes: Vec::new(),
            operations: Vec::new(),
            in_use: AT_FIRST,
            on_the_bill: AT_FIRST,
            confirmed: AT_FIRST,
            hosts: [Host::Idle; HOSTS],
            late: Vec::new(),
            stripe: Stripe { quantity: AT_FIRST, last_operation: None, keys: Vec::new() },
            day: 0,
            left: Left {
                changes: u8::try_from(bounds.changes).unwrap_or(u8::MAX),
                faults: bounds.faults,
                stops: bounds.stops,
                days: bounds.days,
                copies: bounds.copies,
            },
            stranger: Stranger::Nobody,
            odd: None,
        }
    }

    /// The operations that are unresolved: at most one, if all is well.
    pub(crate) fn unresolved(&self) -> impl Iterator<Item = &Operation> {
        self.operations.iter().filter(|operation| operation.stage != Stage::Settled)
    }

    /// Whether nothing waits and nothing is under way in our rows.
    pub(crate) fn is_resolved(&self) -> bool {
        self.unresolved().next().is_none() && self.changes.is_empty()
    }

    /// A host that is free.
    pub(crate) fn idle_host(&self) -> Option<usize> {
        self.hosts.iter().position(|host| *host == Host::Idle)
    }
}

impl Stage {
    pub(crate) fn of(state: OperationState) -> Self {
        match state {
            OperationState::Prepared => Self::Prepared,
            OperationState::Sent => Self::Sent,
            OperationState::InDoubt => Self::InDoubt,
            OperationState::Applied | OperationState::Rejected | OperationState::Dissolved => Self::Settled,
        }
    }
}

impl Operation {
    pub(crate) fn direction(&self) -> Direction {
        if self.raises { Direction::Raise } else { Direction::Lower }
    }

    pub(crate) fn key(&self) -> Key {
        Key { operation: self.id, attempt: self.attempt }
    }

    /// The request for it.
    pub(crate) fn packet(&self) -> Packet {
        Packet { key: self.key(), quantity: self.to, dated: self.dated }
    }
}
