//! What is erased and what is removed for its age leave a chain that is as whole as before.

use turnpike::{
    audit::verify::{VerifyError, verify},
    ports::store::{
        audit::{Anchor, AuditEntry, AuditFilter, AuditStore as _, Kept, Who, state},
        change::ChangeKind,
        check::CheckStore as _,
        erasure::{Erased, ErasureStore as _},
    },
};

use super::{entry, filled, whole, without_anna};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    store::rows::{NOW, active, change, deed, reserve, seeded},
};

on_both_engines!(
    a_person_is_erased_wherever_they_are_named,
    a_mandate_is_erased,
    the_oldest_go_and_the_rest_verifies,
    what_is_removed_twice_goes_on_from_the_anchor,
);

/// How many entries of the trail were emptied.
fn emptied(erased: &[Erased]) -> Option<u64> {
    erased.iter().find(|done| done.place == "audit").map(|done| done.rows)
}

async fn a_person_is_erased_wherever_they_are_named(database: &TestDatabase) {
    let store = seeded(database).await;
    // As who did it, as who is named in a state, in a list in a state, as the one it is about.
    reserve(&store, &active("c1", "i1")).await.expect("an instance");
    let by_eve = |n: i64| AuditEntry { who: Who::User("u-eve".to_owned()), ..entry(n) };
    let named =
        AuditEntry { before: None, after: Some(serde_json::json!({"userId": "u-anna", "enabled": true})), ..by_eve(1) };
    let listed = AuditEntry {
        before: Some(serde_json::json!({"accesses": [{"userId": "u-ben"}, {"userId": "u-anna"}]})),
        ..by_eve(2)
    };
    let mut shared = change(ChangeKind::Share, "c2", "i1");
    (shared.user_id, shared.subject_id) = ("u-eve".to_owned(), Some("u-anna".to_owned()));
    let about = state::of_change(&shared, Who::User("u-eve".to_owned()), Default::default());
    for written in [named, listed, about, by_eve(3)] {
        store.write_down(&written).await.expect("written");
    }
    // What is hers is over; that is not what is looked at here.
    for over in ["UPDATE changes SET state = 'done'", "DELETE FROM accesses", "DELETE FROM memberships"] {
        database.execute(over).await;
    }
    assert_eq!(emptied(&without_anna(&store).await), Some(4));
    assert_eq!(emptied(&without_anna(&store).await), None, "nothing is left");
    turnpike::audit::seal_all(&store).await.expect("sealed");
    let left = database
        .lines(
            "SELECT a.actor || a.action || a.subject || coalesce(a.mandate_id, '') || coalesce(a.address, '') \
             || coalesce(a.trace_id, '') || a.reason || coalesce(a.before_state, '') || coalesce(a.after_state, '') \
             || a.detail || a.people || a.salt || coalesce(a.erased_reason, '') FROM audit a",
        )
        .await;
    assert!(!left.join(" ").contains("anna"), "{left:?}");
    assert_eq!(database.number("SELECT count(*) FROM audit_people WHERE user_id = 'u-anna'").await, 0);
    assert_eq!(database.number("SELECT count(*) FROM audit_people WHERE user_id = 'u-ben'").await, 0);
    let verdict = whole(&store, &[]).await;
    // The entries, the erasure in the trail, and twice that of the person.
    assert_eq!((verdict.seals, verdict.erased), (8, 4));
    let records = store.audited(&AuditFilter::default(), 10).await.expect("entries");
    let erased = Kept::Erased { at: NOW, reason: "a reason".to_owned() };
    assert_eq!(records.iter().filter(|record| record.kept == erased).count(), 4);
    let told: Vec<_> = records
        .iter()
        .filter_map(|record| match &record.kept {
            Kept::Whole(entry) if entry.action == "erase audit" => Some(entry.detail["numbers"].clone()),
            _ => None,
        })
        .collect();
    assert_eq!(told, [serde_json::json!([1, 2, 3, 4])]);
}

async fn a_mandate_is_erased(database: &TestDatabase) {
    let store = database.store().await;
    let end = filled(&store, 3).await;
    store.write_down(&AuditEntry { mandate_id: None, ..entry(4) }).await.expect("written");
    let noted = |_: &[Erased]| deed("erase mandate", "m-alpha");
    let erased = store.erase_mandate("m-alpha", "erased:1f2e", &noted).await.expect("an answer");
    assert_eq!(erased.as_deref().and_then(emptied), Some(3));
    turnpike::audit::seal_all(&store).await.expect("sealed");
    let verdict = whole(&store, &[end]).await;
    assert_eq!((verdict.seals, verdict.erased), (6, 3));
}

async fn the_oldest_go_and_the_rest_verifies(database: &TestDatabase) {
    let store = database.store().await;
    let end = filled(&store, 10).await;
    let links = store.links(0, 20).await.expect("links");
    let anchor = |n: usize| Anchor { number: links[n - 1].number, hash: links[n - 1].hash.clone() };
    let note = deed("forget audit", "audit");
    assert_eq!(store.forget_audited(NOW, 100, &note).await.expect("nothing is that old"), 0);
    assert_eq!(store.forget_audited(NOW + 5_000, 100, &note).await.expect("removed"), 4);
    turnpike::audit::seal_all(&store).await.expect("sealed");
    let verdict = whole(&store, &[end, anchor(4)]).await;
    assert_eq!((verdict.anchor, verdict.seals, verdict.newest.number), (anchor(4), 7, 11));
    let left = database.lines("SELECT subject FROM audit WHERE action = 'count' ORDER BY seq").await;
    assert_eq!(left, ["thing-5", "thing-6", "thing-7", "thing-8", "thing-9", "thing-10"]);
    assert_eq!(database.number("SELECT count(*) FROM audit_people").await, 6);
    // What was before cannot be compared any more, and that is no gap.
    let asked = verify(&store, &[anchor(3)]).await;
    assert!(matches!(asked, Err(VerifyError::Forgotten { asked: 3, kept: 4 })), "{asked:?}");
}

async fn what_is_removed_twice_goes_on_from_the_anchor(database: &TestDatabase) {
    let store = database.store().await;
    filled(&store, 6).await;
    // One that was made earlier and committed late goes when those before it go.
    store.write_down(&AuditEntry { at: NOW - 1, ..entry(7) }).await.expect("written");
    turnpike::audit::seal_all(&store).await.expect("sealed");
    let note = deed("forget audit", "audit");
    for (before, most, gone) in [(NOW + 10_000, 2, 2), (NOW + 10_000, 3, 3), (NOW + 4_000, 9, 0), (NOW + 10_000, 9, 4)]
    {
        assert_eq!(store.forget_audited(before, most, &note).await.expect("an answer"), gone);
        turnpike::audit::seal_all(&store).await.expect("sealed");
        whole(&store, &[]).await;
    }
    // What the earlier removals said went with the last, which says it of all.
    let verdict = whole(&store, &[]).await;
    assert_eq!((verdict.anchor.number, verdict.seals), (9, 1));
    store.write_down(&entry(8)).await.expect("written");
    turnpike::audit::seal_all(&store).await.expect("sealed");
    assert_eq!(whole(&store, &[]).await.newest.number, 11);
}
