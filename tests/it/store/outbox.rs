//! Notices: claimed by mandate, sent, put off, given up.

use turnpike::{
    adapters::sql::SqlStore,
    ports::store::outbox::{Digest, OutboxStore as _, Retry},
};

use super::rows::{FAR, NOW, active, deed, notice, reserve, seeded};
use crate::engines::TestDatabase;

super::on_both_engines!(
    due_notices_of_one_mandate,
    put_off_and_given_up,
    claimed_once_in_parallel,
    a_mail_keeps_its_notices,
    listed_and_tried_again,
);

const WINDOW: i64 = 300_000;

async fn write(store: &SqlStore, n: i64, created_at: i64) {
    let mut rows = active(&format!("c{n}"), &format!("i{n}"));
    rows.notice = notice(&format!("n{n}"), created_at);
    reserve(store, &rows).await.expect("a notice");
}

async fn claim(store: &SqlStore, now: i64, lease: i64) -> Option<Digest> {
    store.claim_notices(now, WINDOW, lease).await.expect("an answer")
}

async fn due_notices_of_one_mandate(database: TestDatabase) {
    let store = seeded(&database).await;
    write(&store, 1, NOW).await;
    write(&store, 2, NOW + WINDOW).await;
    assert_eq!(claim(&store, NOW + WINDOW - 1, 60_000).await, None);
    let digest = claim(&store, NOW + WINDOW, 0).await.expect("a digest");
    assert_eq!(
        (digest.mandate_id.as_str(), digest.mandate_label.as_str(), digest.attempts),
        ("m-alpha", "Alpha AG", 0)
    );
    assert_eq!(digest.notices, [notice("n1", NOW), notice("n2", NOW + WINDOW)]);
    let members: Vec<(&str, bool, usize)> = digest
        .members
        .iter()
        .map(|member| (member.email.as_str(), member.membership.enabled, member.membership.roles.len()))
        .collect();
    assert_eq!(members, [("anna@example.test", true, 3), ("ben@example.test", false, 1)]);
    // A lease of nothing has run out; a longer one keeps others away.
    assert!(claim(&store, NOW + WINDOW, 60_000).await.is_some());
    assert_eq!(claim(&store, FAR, 60_000).await, None);
    store.sent(&["n1".into(), "n2".into()], NOW + 7).await.expect("an answer");
    database.execute("UPDATE notices SET lease_until = 0").await;
    assert_eq!(claim(&store, FAR, 60_000).await, None);
    assert_eq!(database.number("SELECT count(*) FROM notices WHERE state = 'sent'").await, 2);
    // The mandate may be gone by then: a digest is made all the same.
    database.execute("UPDATE notices SET state = 'waiting', mandate_id = 'm-gone' WHERE id = 'n1'").await;
    let orphan = claim(&store, FAR, 60_000).await.expect("a digest");
    assert_eq!((orphan.mandate_label.as_str(), orphan.members.len()), ("m-gone", 0));
}

async fn put_off_and_given_up(database: TestDatabase) {
    let store = seeded(&database).await;
    write(&store, 1, NOW).await;
    let due = NOW + WINDOW;
    claim(&store, due, 60_000).await.expect("a digest");
    store.not_sent(&["n1".into()], Some(due + 10), "busy").await.expect("an answer");
    assert_eq!(claim(&store, due + 9, 60_000).await, None);
    let again = claim(&store, due + 10, 60_000).await.expect("a digest");
    assert_eq!(again.attempts, 1);
    store.not_sent(&["n1".into()], None, "refused").await.expect("an answer");
    assert_eq!(claim(&store, FAR, 60_000).await, None);
    assert_eq!(database.number("SELECT attempts FROM notices WHERE state = 'dead'").await, 2);
    store.sent(&[], NOW).await.expect("an answer");
    assert!(store.sent(&["none".into()], NOW).await.is_err());
}

async fn claimed_once_in_parallel(database: TestDatabase) {
    let store = seeded(&database).await;
    for n in 0..5 {
        write(&store, n, NOW).await;
    }
    let attempts = (0..8).map(|_| {
        let store = store.clone();
        tokio::spawn(async move { claim(&store, FAR, 60_000).await })
    });
    let mut notices = Vec::new();
    for attempt in attempts.collect::<Vec<_>>() {
        notices.extend(attempt.await.expect("no panic").into_iter().flat_map(|digest| digest.notices));
    }
    assert_eq!(notices.len(), 5);
}

async fn a_mail_keeps_its_notices(database: TestDatabase) {
    let store = seeded(&database).await;
    let ids = |digest: Digest| -> (String, Vec<String>) {
        (digest.mail_id, digest.notices.into_iter().map(|notice| notice.id).collect())
    };
    write(&store, 1, NOW).await;
    write(&store, 2, NOW + 1).await;
    let due = NOW + WINDOW;
    let first = ids(claim(&store, due, 0).await.expect("a digest"));
    assert_eq!(first, ("n1".into(), vec!["n1".into(), "n2".into()]));
    write(&store, 3, NOW + 2).await;
    // Whoever takes it up again mails the same; what was written since is a mail of its own.
    assert_eq!(ids(claim(&store, due + 2, 60_000).await.expect("a digest")), first);
    assert_eq!(ids(claim(&store, due + 2, 60_000).await.expect("a digest")), ("n3".into(), vec!["n3".into()]));
    assert_eq!(claim(&store, FAR, 60_000).await, None);
    store.not_sent(&first.1, Some(due + 100), "busy").await.expect("an answer");
    assert_eq!(claim(&store, due + 99, 60_000).await, None);
    assert_eq!(ids(claim(&store, due + 100, 60_000).await.expect("a digest")), first);
}

async fn listed_and_tried_again(database: TestDatabase) {
    let store = seeded(&database).await;
    for n in 1..=4 {
        write(&store, n, NOW).await;
        // n1 and n2 are one mail.
        if n == 2 || n == 3 {
            let digest = claim(&store, NOW + WINDOW, 60_000).await.expect("a digest");
            let ids: Vec<String> = digest.notices.into_iter().map(|notice| notice.id).collect();
            store.not_sent(&ids, None, "refused").await.expect("an answer");
        }
    }
    let listed = |dead| {
        let store = store.clone();
        async move {
            let unsent = store.unsent(dead, 10).await.expect("an answer");
            unsent.into_iter().map(|notice| (notice.id, notice.mail_id, notice.dead)).collect::<Vec<_>>()
        }
    };
    let row = |id: &str, mail: Option<&str>, dead| (id.to_owned(), mail.map(str::to_owned), dead);
    let dead = [row("n1", Some("n1"), true), row("n2", Some("n1"), true), row("n3", Some("n3"), true)];
    assert_eq!(listed(true).await, dead);
    assert_eq!(listed(false).await.last(), Some(&row("n4", None, false)));
    assert_eq!(store.unsent(false, 1).await.expect("an answer").len(), 1);

    let retry = |which| {
        let store = store.clone();
        async move { store.retry(&which, &deed("outbox retry", "some")).await.expect("an answer") }
    };
    assert_eq!(retry(Retry::Notice("none".into())).await, 0);
    assert_eq!(retry(Retry::Notice("n2".into())).await, 2, "the whole mail");
    assert_eq!(retry(Retry::AllDead).await, 1);
    assert_eq!(retry(Retry::AllDead).await, 0);
    assert_eq!(listed(true).await, []);
    assert_eq!(database.number("SELECT count(*) FROM audit WHERE actor LIKE 'operator:%'").await, 2);
    let again = claim(&store, NOW, 60_000).await.expect("due at once");
    assert_eq!((again.mail_id.as_str(), again.attempts), ("n1", 0));
    assert_eq!(retry(Retry::Notice("n1".into())).await, 0, "a host is sending it");
}
