//! Comparisons with the provider: leases, rounds, and an instant that is given up.

use turnpike::ports::store::{
    audit::{AuditEntry, Who},
    change::ChangeState,
    check::{Check, CheckStore as _},
    operation::{Direction, NewOperation, OperationStore as _, Outcome, Progress},
};

use super::rows::{NOW, active, claim, end, ending, raise, reserve, seeded, settlement, started};
use crate::engines::TestDatabase;

super::on_both_engines!(
    each_subscription_is_claimed_once_while_its_lease_lasts,
    a_round_is_complete_when_all_were_looked_at,
    the_account_is_bound_once_unless_anew,
    a_writer_that_was_answered_for_is_known,
    an_end_credited_too_late_is_owed,
    operations_are_overdue_by_when_they_were_written,
);

async fn each_subscription_is_claimed_once_while_its_lease_lasts(database: TestDatabase) {
    let store = seeded(&database).await;
    store.enroll(1).await.expect("enrolled");
    store.enroll(1).await.expect("once");
    assert_eq!(database.number("SELECT count(*) FROM checks").await, 1, "only what has the provider's ids");
    database.execute("UPDATE checks SET due_at = 0").await;
    assert_eq!(store.claim_check(60_000, 0).await.expect("an answer").as_deref(), Some("s-alpha"));
    assert_eq!(store.claim_check(60_000, 0).await.expect("an answer"), None, "leased");
    store.mark_due("s-alpha").await.expect("marked");
    assert_eq!(store.claim_check(60_000, 0).await.expect("an answer"), None, "still leased");
    store.record_look("s-alpha", NOW).await.expect("recorded");
    let again = store.claim_check(60_000, 60_000).await.expect("an answer");
    assert_eq!(again.as_deref(), Some("s-alpha"), "what was marked meanwhile is looked at again");
    store.record_look("s-alpha", NOW).await.expect("recorded");
    assert_eq!(store.claim_check(60_000, 60_000).await.expect("an answer"), None, "not due");
}

async fn a_round_is_complete_when_all_were_looked_at(database: TestDatabase) {
    let store = seeded(&database).await;
    assert_eq!(store.round().await.expect("a round").complete_since, None);
    let bound = store.position("s-alpha").await.expect("an answer").expect("a position").bound;
    let check = |at, in_sync| Check {
        bound: bound.clone(),
        at,
        in_sync,
        repairable: !in_sync,
        blocks: false,
        holds: false,
        findings: "[]".to_owned(),
        period_ends_at: None,
    };
    store.record_check(&check(NOW, true)).await.expect("recorded");
    store.record_check(&check(NOW + 2, false)).await.expect("recorded");
    store.record_check(&check(NOW + 1, true)).await.expect("not recorded: it is older");
    store.record_check(&check(NOW + 3, false)).await.expect("recorded");
    let round = store.round().await.expect("a round");
    assert_eq!((round.drifting, round.complete_since), (1, Some(NOW + 3)));
    let position = store.position("s-alpha").await.expect("an answer").expect("a position");
    assert_eq!((position.synced_at, position.repair_since), (Some(NOW), Some(NOW + 2)));
    assert_eq!(store.bound(None).await.expect("ids"), ["s-alpha"]);
    assert!(store.bound(Some("m-beta")).await.expect("ids").is_empty());
    // Another item is another story.
    database.execute("UPDATE subscriptions SET stripe_item_id = 'si_2' WHERE id = 's-alpha'").await;
    let position = store.position("s-alpha").await.expect("an answer").expect("a position");
    assert_eq!((position.synced_at, position.repair_since), (None, None));
}

async fn the_account_is_bound_once_unless_anew(database: TestDatabase) {
    let store = seeded(&database).await;
    let first = store.installation("one", NOW).await.expect("made");
    assert_eq!((first.id.as_str(), first.account), ("one", None));
    for (account, anew, expected) in
        [("acct_a", false, "acct_a"), ("acct_b", false, "acct_a"), ("acct_b", true, "acct_b")]
    {
        let by = anew.then(|| deed("account"));
        store.bind_account(account, by.as_ref()).await.expect("an answer");
        let installation = store.installation("two", NOW).await.expect("the same");
        assert_eq!((installation.id.as_str(), installation.account.as_deref()), ("one", Some(expected)));
    }
}

async fn a_writer_that_was_answered_for_is_known(database: TestDatabase) {
    let store = seeded(&database).await;
    reserve(&store, &started("c1", "i1", 0)).await.expect("an instance");
    assert!(store.known_writers("op-c1").await.expect("an answer").is_empty());
    let bound = store.position("s-alpha").await.expect("an answer").expect("a position").bound;
    store.accept_writer(&bound, "stranger", &deed("s-alpha")).await.expect("written");
    assert_eq!(store.known_writers("op-c1").await.expect("an answer"), ["stranger"]);
    let position = store.position("s-alpha").await.expect("an answer").expect("a position");
    assert_eq!(position.accepted_operation_id.as_deref(), Some("stranger"));
    assert_eq!(database.number("SELECT count(*) FROM audit WHERE subject = 's-alpha'").await, 1);
    // Another item is another story, before and after.
    database.execute("UPDATE checks SET stripe_item_id = 'si_other', synced_at = 1, checked_at = 1, in_sync = 1").await;
    assert!(store.known_writers("op-c1").await.expect("an answer").is_empty());
    store.accept_writer(&bound, "another", &deed("s-alpha")).await.expect("written");
    assert_eq!(store.known_writers("op-c1").await.expect("an answer"), ["another"]);
    assert_eq!(store.position("s-alpha").await.expect("an answer").expect("a position").synced_at, None);
}

fn deed(subject: &str) -> AuditEntry {
    AuditEntry {
        reason: "I looked".to_owned(),
        ..AuditEntry::new(NOW, Who::Operator("me@here".to_owned()), "reconcile --confirm", subject)
    }
}

async fn an_end_credited_too_late_is_owed(database: TestDatabase) {
    let store = seeded(&database).await;
    reserve(&store, &active("c1", "i1")).await.expect("an instance");
    let mut rows = ending("c2", "i1");
    rows.operation =
        Some(NewOperation { direction: Direction::Lower, to_quantity: 0, from_quantity: 1, ..raise("o1", 1, Some(0)) });
    rows.change.state = ChangeState::Billing;
    rows.change.operation_id = Some("o1".into());
    assert!(end(&store, &rows).await.is_some());
    let mut carried = claim(&store).await;
    carried.operation.proration_at = None;
    let progress = Progress { operation: carried.operation.clone(), last_error: None };
    assert!(store.record(&progress).await.expect("an answer"));
    assert!(store.credits_due().await.expect("a list").is_empty(), "not before it is applied");
    let mut done = settlement(claim(&store).await, Outcome::Applied);
    done.at = NOW + 1000;
    assert!(store.settle(&done).await.expect("an answer"));
    let due = store.credits_due().await.expect("a list");
    assert_eq!(due.len(), 1);
    assert_eq!((due[0].operation_id.as_str(), due[0].instances, due[0].from, due[0].until), ("o1", 1, NOW, NOW + 1000));
    assert!(store.credit_made_good("o1", &deed("o1")).await.expect("an answer"));
    assert!(!store.credit_made_good("o1", &deed("o1")).await.expect("an answer"));
    assert_eq!(
        database.number("SELECT count(*) FROM audit WHERE subject = 'o1'").await,
        1,
        "what was refused is no deed"
    );
    assert!(store.credits_due().await.expect("a list").is_empty());
}

async fn operations_are_overdue_by_when_they_were_written(database: TestDatabase) {
    let store = seeded(&database).await;
    reserve(&store, &started("c1", "i1", 0)).await.expect("an instance");
    assert!(store.overdue(NOW).await.expect("a list").is_empty());
    let overdue = store.overdue(NOW + 1).await.expect("a list");
    assert_eq!((overdue.len(), overdue[0].since), (1, NOW));
}
