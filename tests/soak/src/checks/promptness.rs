//! What is bought can soon be used: billing confirms it within 20 seconds of the wish, unless something is in doubt.

use std::collections::BTreeMap;

use crate::rows::{Change, Operation, Rows};

/// The longest that somebody waits for billing while nothing is in doubt, in milliseconds.
const LONGEST: i64 = 20_000;

/// How long a request waits for Stripe, in milliseconds. What Stripe leaves unanswered for longer is open to whoever waits:
/// the request ends with 202, and this proxy holds answers back for 20 seconds.
const UNANSWERED: i64 = 10_000;

/// The kinds of changes that somebody waits for. An end holds at once, and one that Stripe refuses is tried again at leisure.
const AWAITED: [&str; 2] = ["activate", "restore"];

/// How long the confirmations took that nothing was in doubt about.
#[derive(Debug, Default)]
pub(crate) struct Promptness {
    /// In milliseconds, of every activation and restore that was done.
    pub(crate) took: Vec<i64>,
    /// Those that took too long, in sentences.
    pub(crate) violations: Vec<String>,
}

/// Looks at every activation and restore that billing confirmed, and leaves out those that met an operation in doubt, or one whose host
/// was killed, between their wish and their confirmation.
pub(crate) fn promptness(rows: &Rows) -> Promptness {
    let mut of_subscription: BTreeMap<&str, Vec<&Operation>> = BTreeMap::new();
    for operation in &rows.operations {
        of_subscription.entry(&operation.subscription_id).or_default().push(operation);
    }
    let mut found = Promptness::default();
    let awaited = |change: &&Change| change.state == "done" && AWAITED.contains(&change.kind.as_str());
    for change in rows.changes.iter().filter(awaited) {
        let operations = change.subscription_id.as_deref().and_then(|id| of_subscription.get(id));
        let carrier = operations.and_then(|all| all.iter().find(|one| Some(&one.id) == change.operation_id.as_ref()));
        let Some((operations, settled_at)) = operations.zip(carrier.and_then(|one| one.settled_at)) else { continue };
        if operations.iter().any(|one| is_troubled(one) && meets(one, change, settled_at)) {
            continue;
        }
        let took = settled_at - change.created_at;
        found.took.push(took);
        if took > LONGEST {
            found.violations.push(format!(
                "change {} ({}) was confirmed after {took} ms, though nothing was in doubt",
                change.id, change.kind
            ));
        }
    }
    found
}

fn is_troubled(operation: &Operation) -> bool {
    let unanswered = operation.settled_at.is_none_or(|at| at - operation.created_at > UNANSWERED);
    operation.fence > 1 || operation.attempt > 1 || operation.in_doubt_since.is_some() || unanswered
}

/// Whether the operation was unresolved while the change waited.
fn meets(operation: &Operation, change: &Change, settled_at: i64) -> bool {
    operation.created_at <= settled_at && operation.settled_at.is_none_or(|at| at >= change.created_at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operation(id: &str, created_at: i64, settled_at: i64) -> Operation {
        Operation {
            id: id.to_owned(),
            subscription_id: "s".to_owned(),
            stripe_subscription_id: "sub".to_owned(),
            stripe_item_id: "si".to_owned(),
            direction: Some("raise".to_owned()),
            from_quantity: Some(0),
            to_quantity: 1,
            proration_at: None,
            state: "applied".to_owned(),
            attempt: 1,
            fence: 1,
            in_doubt_since: None,
            created_at,
            settled_at: Some(settled_at),
        }
    }

    fn change(operation: &str, created_at: i64) -> Change {
        Change {
            id: "c".to_owned(),
            kind: "activate".to_owned(),
            state: "done".to_owned(),
            subscription_id: Some("s".to_owned()),
            created_at,
            effective_at: created_at,
            operation_id: Some(operation.to_owned()),
        }
    }

    fn found(operations: Vec<Operation>, change: Change) -> (usize, usize) {
        let found = promptness(&Rows { operations, changes: vec![change], instances: Vec::new() });
        (found.took.len(), found.violations.len())
    }

    #[test]
    fn a_confirmation_takes_20_seconds_at_most() {
        let queued = |settled_at| vec![operation("o", LONGEST - 5_000, settled_at)];
        assert_eq!(found(queued(LONGEST), change("o", 0)), (1, 0));
        assert_eq!(found(queued(LONGEST + 1), change("o", 0)), (1, 1), "the wait before the operation counts");
        let queued = operation("o", LONGEST, LONGEST + 100);
        let end = Change { kind: "end".to_owned(), ..change("o", 0) };
        assert_eq!(found(vec![queued], end), (0, 0), "nobody waits for an end");
    }

    #[test]
    fn what_met_a_doubt_is_left_out() {
        let doubtful = Operation { in_doubt_since: Some(1), ..operation("before", 0, 60_000) };
        let operations = vec![doubtful, operation("o", 60_001, 60_100)];
        assert_eq!(found(operations.clone(), change("o", 30_000)), (0, 0), "it waited behind the doubt");
        assert_eq!(found(operations, change("o", 60_001)), (1, 0), "the doubt was over");
        assert_eq!(found(vec![operation("o", 0, UNANSWERED + 1)], change("o", 0)), (0, 0), "Stripe left it open");
        let killed = Operation { fence: 2, ..operation("o", 0, 60_000) };
        assert_eq!(found(vec![killed], change("o", 0)), (0, 0), "its host was killed");
    }
}
