//! Which of the waiting changes the next operation carries, and to which absolute quantity: a pure function.

use core_wasm::settings::Gate;

use crate::ports::{
    clock::Millis,
    store::{
        change::{ChangeKind, ChangeRecord},
        operation::Direction,
    },
};

/// At most this many changes go into one operation.
const MOST_CHANGES: usize = 20;

/// What the next operation of a subscription is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formed {
    /// The changes it carries.
    pub change_ids: Vec<String>,
    /// Raises or lowers.
    pub direction: Direction,
    /// The strictest of the gates that what it carries waits at.
    pub gate: Gate,
    /// Quantity before.
    pub from_quantity: i64,
    /// Absolute quantity afterwards, derived from our rows.
    pub to_quantity: i64,
    /// From when on it is charged or credited.
    pub proration_at: Option<Millis>,
}

/// Forms the next operation, if anything waits. `billed` is what is on the bill by our rows, `confirmed` what the
/// provider confirmed last.
///
/// Activations go with activations and ends with ends, as the oldest change says. One operation has one instant: that
/// of the latest activation, or of the earliest end, so that coalescing never costs the customer anything. What was quoted
/// goes alone, and a batch with all of its changes and no others. An end never raises the quantity, even where the two
/// sides differ. What waits for an operation of its own is not counted in this one: its instant is another.
#[must_use]
pub fn form(queued: &[ChangeRecord], billed: i64, confirmed: i64) -> Option<Formed> {
    let (first, towards) = queued.iter().find_map(|change| Some((change, direction_of(change.kind)?)))?;
    let carried: Vec<&ChangeRecord> = if first.stays_alone() {
        queued.iter().filter(|change| change.id == first.id || change.is_with(first)).collect()
    } else {
        let alike = |change: &&ChangeRecord| direction_of(change.kind) == Some(towards) && !change.stays_alone();
        queued.iter().filter(alike).take(MOST_CHANGES).collect()
    };
    let ends = carried.iter().filter(|change| !is_raise(change)).count();
    let direction = match (ends, carried.len()) {
        (0, _) => Direction::Raise,
        (ends, all) if ends == all => Direction::Lower,
        _ => Direction::Mixed,
    };
    let counted = told(queued, billed).saturating_add(number(carried.len() - ends)).saturating_sub(number(ends));
    let instants = carried.iter().map(|change| change.effective_at);
    let (to_quantity, proration_at) = match direction {
        Direction::Raise => (counted, instants.max()),
        // All of a batch has one instant.
        Direction::Mixed => (counted, instants.min()),
        Direction::Lower => (counted.min(confirmed), instants.min()),
    };
    // What does not raise the quantity is not paid for.
    let is_paid = (direction == Direction::Raise || to_quantity > confirmed)
        && carried.iter().any(|change| change.gate == Some(Gate::Payment));
    Some(Formed {
        change_ids: carried.iter().map(|change| change.id.clone()).collect(),
        direction,
        gate: if is_paid { Gate::Payment } else { Gate::Quantity },
        from_quantity: confirmed,
        to_quantity: to_quantity.max(0),
        proration_at,
    })
}

fn direction_of(kind: ChangeKind) -> Option<Direction> {
    match kind {
        ChangeKind::Activate | ChangeKind::Restore => Some(Direction::Raise),
        ChangeKind::End => Some(Direction::Lower),
        ChangeKind::Leave | ChangeKind::Share | ChangeKind::Withdraw => None,
    }
}

/// How many of the billed the provider should know of. What does not wait for billing is active already, and so among
/// the billed, but no operation has told the provider.
#[must_use]
pub fn told(queued: &[ChangeRecord], billed: i64) -> i64 {
    let followed = queued.iter().filter(|change| is_raise(change) && !change.is_gated()).count();
    billed.saturating_sub(number(followed))
}

/// Whether the change adds an instance.
#[must_use]
pub fn is_raise(change: &ChangeRecord) -> bool {
    direction_of(change.kind) == Some(Direction::Raise)
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
