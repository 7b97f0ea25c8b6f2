//! The audit trail: that everything which changes is on it, and that nothing can be taken from it, added or changed unseen.

mod command;
mod erased;
mod every_write;
mod outcomes;
mod outside;
mod scenario;
mod sealed;
mod tampered;

use serde_json::json;
use turnpike::{
    adapters::sql::SqlStore,
    audit::{
        seal_all,
        verify::{Verdict, verify},
    },
    ports::store::{
        audit::{Anchor, AuditEntry, Who},
        check::CheckStore as _,
        erasure::{Erased, ErasureStore as _, Person},
    },
};

use crate::store::rows::{NOW, deed};

/// An entry about the `n`th of something, a second after the one before.
fn entry(n: i64) -> AuditEntry {
    AuditEntry {
        before: Some(json!({ "n": n - 1 })),
        after: Some(json!({ "n": n, "label": "Größe \"ä\" \u{1f600} \\" })),
        mandate_id: Some("m-alpha".to_owned()),
        ..AuditEntry::new(NOW + n * 1000, Who::User("u-anna".to_owned()), "count", format!("thing-{n}"))
    }
}

/// A trail with entries 1 to `count`, sealed, and its end.
async fn filled(store: &SqlStore, count: i64) -> Anchor {
    for n in 1..=count {
        store.write_down(&entry(n)).await.expect("written");
        // Each by itself, so that its number is its place.
        seal_all(store).await.expect("sealed");
    }
    whole(store, &[]).await.newest
}

/// Takes Anna out of every table, and with that out of the trail.
async fn without_anna(store: &SqlStore) -> Vec<Erased> {
    let anna = Person { user_id: "u-anna".to_owned(), words: Vec::new() };
    let deed = |_: &[Erased]| deed("erase person", "erased:1f2e");
    store.erase_person(&anna, "erased:1f2e", &deed).await.expect("an answer").expect("nothing is under way")
}

/// What is found, which must be nothing.
async fn whole(store: &SqlStore, kept: &[Anchor]) -> Verdict {
    let verdict = verify(store, kept).await.expect("a verdict");
    assert_eq!(verdict.gaps, [], "{verdict:?}");
    verdict
}
