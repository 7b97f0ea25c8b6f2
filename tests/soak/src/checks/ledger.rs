//! The ledger: its quantities follow each other, it carries what was asked for, and Stripe executed each operation once.

use std::collections::{BTreeMap, BTreeSet};

use stripe_sim::{Ledger, QuantityChange};

use crate::{
    rows::{Change, Operation, Rows},
    scenery::{Mandate, Scenery},
};

/// The metadata entry in which the service names the operation.
const OPERATION: &str = "turnpike_operation";
/// The kinds of changes that an operation carries.
const BILLED: [&str; 3] = ["activate", "restore", "end"];

/// Each applied operation begins where the one before ended.
pub(super) fn chains(rows: &Rows) -> Vec<String> {
    let mut confirmed: BTreeMap<&str, i64> = BTreeMap::new();
    let mut faults = Vec::new();
    for operation in rows.operations.iter().filter(|one| one.state == "applied" || one.state == "observed") {
        let before = confirmed.insert(&operation.subscription_id, operation.to_quantity);
        if operation.state == "applied" && operation.from_quantity != before {
            let Operation { id, from_quantity, .. } = operation;
            faults.push(format!("operation {id} goes from {from_quantity:?}, and {before:?} was confirmed before"));
        }
        if operation.state == "observed" && before.is_some_and(|before| before != operation.to_quantity) {
            faults.push(format!("a reading found {} where {before:?} was confirmed", operation.to_quantity));
        }
    }
    faults
}

/// An applied operation moves the quantity by as many as it carries, at the instant that costs the customer least; and
/// what is done was carried by an applied one.
pub(super) fn carried(rows: &Rows, scenery: &Scenery) -> Vec<String> {
    let of_free = scenery.mandates.iter().filter(|mandate| mandate.plan.unit == 0).map(Mandate::subscription);
    let free: BTreeSet<String> = of_free.collect();
    let mut by_operation: BTreeMap<&str, Vec<&Change>> = BTreeMap::new();
    for change in rows.changes.iter().filter(|change| change.state == "done") {
        if let Some(operation) = &change.operation_id {
            by_operation.entry(operation).or_default().push(change);
        }
    }
    let mut faults = Vec::new();
    for operation in &rows.operations {
        let changes = by_operation.remove(operation.id.as_str()).unwrap_or_default();
        match operation.state.as_str() {
            "applied" => faults.extend(misfit(operation, &changes, free.contains(&operation.subscription_id))),
            _ => faults.extend(changes.iter().map(|change| {
                format!("change {} is done, and its operation {} is {}", change.id, operation.id, operation.state)
            })),
        }
    }
    faults.extend(by_operation.keys().map(|id| format!("changes name the operation {id}, which is not in the ledger")));
    let billed = |change: &&Change| {
        change.subscription_id.is_some() && change.state == "done" && BILLED.contains(&change.kind.as_str())
    };
    let alone = rows.changes.iter().filter(billed).filter(|change| change.operation_id.is_none());
    faults.extend(alone.map(|change| format!("change {} ({}) is done without an operation", change.id, change.kind)));
    faults
}

fn misfit(operation: &Operation, changes: &[&Change], is_free: bool) -> Option<String> {
    let count = i64::try_from(changes.len()).ok()?;
    let instants = changes.iter().map(|change| change.effective_at);
    let (moves, instant, kinds): (i64, _, &[&str]) = match operation.direction.as_deref() {
        Some("raise") => (count, instants.max(), &["activate", "restore"]),
        _ => (-count, instants.min(), &["end"]),
    };
    let Operation { id, subscription_id, from_quantity, to_quantity, proration_at, .. } = operation;
    if let Some(strange) = changes.iter().find(|change| !kinds.contains(&change.kind.as_str())) {
        return Some(format!("{subscription_id}: operation {id} carries {} {}", strange.kind, strange.id));
    }
    let moved = to_quantity - from_quantity.unwrap_or_default();
    // A free instance is in use before billing hears of it: another operation may have told its quantity already.
    let fits = if is_free { moved.signum() != -moves.signum() } else { moved == moves };
    if !fits {
        return Some(format!(
            "{subscription_id}: operation {id} carries {count} changes from {from_quantity:?} to {to_quantity}"
        ));
    }
    // None: the period was over, and it was charged or credited from when Stripe got it.
    (proration_at.is_some() && *proration_at != instant).then(|| {
        format!(
            "{subscription_id}: operation {id} is charged from {proration_at:?} on, and its changes say {instant:?}"
        )
    })
}

/// Every applied operation that changes a quantity was executed once at Stripe, and nothing else was.
pub(super) fn executed_once(rows: &Rows, stripe: &Ledger) -> Vec<String> {
    let mut executed: BTreeMap<&str, Vec<&QuantityChange>> = BTreeMap::new();
    let mut faults = Vec::new();
    for change in &stripe.quantity_changes {
        match change.metadata.get(OPERATION) {
            Some(operation) => executed.entry(operation).or_default().push(change),
            None => faults.push(format!("Stripe changed {} without an operation of ours", change.item)),
        }
    }
    for operation in rows.operations.iter().filter(|one| one.state != "observed") {
        let moved = operation.state == "applied" && operation.from_quantity != Some(operation.to_quantity);
        let found = executed.remove(operation.id.as_str()).unwrap_or_default();
        let fits = |change: &QuantityChange| {
            change.item == operation.stripe_item_id
                && change.subscription == operation.stripe_subscription_id
                && i64::try_from(change.from).ok() == operation.from_quantity
                && i64::try_from(change.to).ok() == Some(operation.to_quantity)
        };
        match found.as_slice() {
            [] if !moved => {}
            [one] if moved && fits(one) => {}
            found => faults.push(format!(
                "operation {} ({}, {:?} to {}) was executed as {:?}",
                operation.id,
                operation.state,
                operation.from_quantity,
                operation.to_quantity,
                found.iter().map(|change| (change.from, change.to, &change.origin.idempotency_key)).collect::<Vec<_>>()
            )),
        }
    }
    faults.extend(executed.keys().map(|id| format!("Stripe executed the operation {id}, which is not in the ledger")));
    faults
}

/// When Stripe executed an operation, UTC seconds.
pub(super) fn executed_at<'a>(stripe: &'a Ledger) -> BTreeMap<&'a str, i64> {
    let named =
        |change: &'a QuantityChange| Some((change.metadata.get(OPERATION)?.as_str(), change.at_ms.div_euclid(1000)));
    stripe.quantity_changes.iter().filter_map(named).collect()
}

#[cfg(test)]
mod tests {
    use stripe_sim::{Origin, ProrationBehavior, QuantityChange};

    use super::*;

    fn operation(id: &str, state: &str, from: i64, to: i64) -> Operation {
        Operation {
            id: id.to_owned(),
            subscription_id: "s-m-0".to_owned(),
            stripe_subscription_id: "sub_0".to_owned(),
            stripe_item_id: "si_0".to_owned(),
            direction: Some(if to < from { "lower" } else { "raise" }.to_owned()),
            from_quantity: Some(from),
            to_quantity: to,
            proration_at: Some(7_000),
            state: state.to_owned(),
            attempt: 1,
            fence: 1,
            in_doubt_since: None,
            created_at: 7_000,
            settled_at: Some(8_000),
        }
    }

    fn change(kind: &str, effective_at: i64) -> Change {
        Change {
            id: "c".to_owned(),
            kind: kind.to_owned(),
            state: "done".to_owned(),
            subscription_id: Some("s-m-0".to_owned()),
            created_at: 7_000,
            effective_at,
            operation_id: Some("o".to_owned()),
        }
    }

    fn rows(operations: Vec<Operation>) -> Rows {
        Rows { operations, changes: Vec::new(), instances: Vec::new() }
    }

    fn executed(operation: &str, from: u64, to: u64) -> QuantityChange {
        QuantityChange {
            at_ms: 7_500,
            subscription: "sub_0".to_owned(),
            item: "si_0".to_owned(),
            from,
            to,
            origin: Origin::default(),
            metadata: BTreeMap::from([(OPERATION.to_owned(), operation.to_owned())]),
            proration_behavior: ProrationBehavior::CreateProrations,
            proration_date: Some(7),
        }
    }

    fn stripe(quantity_changes: Vec<QuantityChange>) -> Ledger {
        Ledger { quantity_changes, ..Ledger::default() }
    }

    #[test]
    fn a_gap_between_operations_is_found() {
        let good = rows(vec![operation("a", "observed", 0, 0), operation("b", "applied", 0, 1)]);
        assert_eq!(chains(&good), Vec::<String>::new());
        assert_eq!(chains(&rows(vec![operation("a", "applied", 0, 1), operation("b", "applied", 2, 3)])).len(), 2);
    }

    #[test]
    fn what_an_operation_carries_has_to_be_what_it_moves() {
        let (one, two) = (change("activate", 6_000), change("activate", 7_000));
        let raise = operation("o", "applied", 1, 3);
        assert_eq!(misfit(&raise, &[&one, &two], false), None);
        assert!(misfit(&raise, &[&two], false).is_some(), "one too many");
        assert_eq!(misfit(&raise, &[&two], true), None, "a free one was told already");
        assert!(misfit(&raise, &[&one, &change("end", 7_000)], false).is_some(), "an end in between");
        assert!(misfit(&raise, &[&one, &one], false).is_some(), "later than any change");
        let lower = operation("o", "applied", 3, 1);
        assert!(misfit(&lower, &[&change("end", 6_000), &change("end", 7_000)], false).is_some(), "not the earliest");
    }

    #[test]
    fn every_operation_is_executed_once() {
        let applied = rows(vec![operation("a", "applied", 0, 1)]);
        assert_eq!(executed_once(&applied, &stripe(vec![executed("a", 0, 1)])), Vec::<String>::new());
        for wrong in [
            vec![],
            vec![executed("a", 0, 1), executed("a", 1, 2)],
            vec![executed("a", 0, 2)],
            vec![executed("a", 0, 1), executed("unknown", 1, 2)],
        ] {
            assert_eq!(executed_once(&applied, &stripe(wrong.clone())).len(), 1, "{wrong:?}");
        }
        let rejected = rows(vec![operation("a", "rejected", 0, 1)]);
        assert_eq!(executed_once(&rejected, &stripe(vec![executed("a", 0, 1)])).len(), 1, "refused, and executed");
    }
}
