//! Whatever is done to the trail beside Turnpike is refused by the database, and where the database is made to let it happen
//! the chain shows it.

use turnpike::{
    adapters::sql::SqlStore,
    audit::verify::verify,
    ports::store::{
        audit::{Anchor, AuditStore as _, Found, chain},
        check::CheckStore as _,
    },
};

use super::{entry, filled, whole};
use crate::{done_right::on_both_engines, engines::TestDatabase};

on_both_engines!(
    the_database_refuses_what_is_no_addition,
    every_tampering_shows,
    a_chain_that_is_written_anew_shows_by_an_anchor_from_elsewhere,
);

/// Everything that the triggers refuse.
const REFUSED: [&str; 13] = [
    "DELETE FROM audit",
    "DELETE FROM audit WHERE seq = 3",
    "UPDATE audit SET reason = 'another'",
    "UPDATE audit SET after_state = NULL WHERE seq = 3",
    // Erasing leaves nothing of what was said, and says why.
    "UPDATE audit SET before_state = NULL, after_state = NULL, erased_at = 1, erased_reason = 'x'",
    "DELETE FROM audit_seals",
    "DELETE FROM audit_seals WHERE number = 10",
    "UPDATE audit_seals SET hash = digest",
    "UPDATE audit_chain SET number = 3",
    "UPDATE audit_chain SET anchor_number = 11",
    "DELETE FROM audit_chain",
    "INSERT INTO audit_chain SELECT * FROM audit_chain",
    "DELETE FROM audit_unsealed",
];

async fn the_database_refuses_what_is_no_addition(database: &TestDatabase) {
    let store = database.store().await;
    filled(&store, 10).await;
    store.write_down(&entry(11)).await.expect("written");
    for sql in REFUSED {
        assert!(database.refuses(sql).await, "{sql}");
    }
    if database.is_postgres() {
        for table in ["audit", "audit_seals", "audit_chain", "audit_unsealed"] {
            assert!(database.refuses(&format!("TRUNCATE {table}")).await, "{table}");
        }
    }
    assert_eq!(store.chain().await.expect("a chain").unsealed, 1);
    whole(&store, &[]).await;
}

/// Takes the triggers away, as whoever owns the database can.
async fn disarm(database: &TestDatabase) {
    let sql = if database.is_postgres() {
        "ALTER TABLE audit DISABLE TRIGGER USER; ALTER TABLE audit_seals DISABLE TRIGGER USER; \
         ALTER TABLE audit_chain DISABLE TRIGGER USER; ALTER TABLE audit_unsealed DISABLE TRIGGER USER"
    } else {
        "DROP TRIGGER audit_noted; DROP TRIGGER audit_unchanged; DROP TRIGGER audit_kept; \
         DROP TRIGGER audit_seals_unchanged; DROP TRIGGER audit_seals_kept; DROP TRIGGER audit_unsealed_kept; \
         DROP TRIGGER audit_chain_forward; DROP TRIGGER audit_chain_kept"
    };
    database.execute(sql).await;
}

const ADD: &str = "INSERT INTO audit (at, actor, action, subject, reason, detail, people, salt) \
     VALUES (1, 'user:u-eve', 'x', 'x', '', '{}', '[]', 'a')";

const ERASE: &str = "UPDATE audit SET actor = '', action = '', subject = '', mandate_id = NULL, reason = '', \
     before_state = NULL, after_state = NULL, detail = '{}', people = '[]', salt = '', erased_at = 1, \
     erased_reason = 'x' WHERE seq = 4";

/// What is done to a trail of ten, and the gaps that it shows: number and kind.
const TAMPERINGS: &[(&str, &str, &[&str])] = &[
    ("an entry is deleted", "DELETE FROM audit WHERE seq = 4", &["4 missing-entry"]),
    (
        "an entry is deleted with its seal",
        "DELETE FROM audit WHERE seq = 4; DELETE FROM audit_seals WHERE number = 4",
        &["4 missing-seal"],
    ),
    ("an entry is changed", "UPDATE audit SET subject = 'other' WHERE seq = 4", &["4 changed-entry"]),
    ("who did it is changed", "UPDATE audit SET actor = 'user:u-eve' WHERE seq = 4", &["4 changed-entry"]),
    ("when is changed", "UPDATE audit SET at = at + 1 WHERE seq = 4", &["4 changed-entry"]),
    ("what was before is taken away", "UPDATE audit SET before_state = NULL WHERE seq = 4", &["4 changed-entry"]),
    ("the index of people is changed", "UPDATE audit SET people = '[]' WHERE seq = 4", &["4 changed-entry"]),
    (
        "a seal's digest is changed",
        "UPDATE audit_seals SET digest = hash WHERE number = 4",
        &["4 changed-seal", "4 changed-entry"],
    ),
    (
        "a seal's hash is changed",
        "UPDATE audit_seals SET hash = digest WHERE number = 4",
        &["4 changed-seal", "5 changed-seal"],
    ),
    (
        "two entries change places",
        "UPDATE audit_seals SET entry = -4 WHERE number = 4; UPDATE audit_seals SET entry = 4 WHERE number = 5; \
         UPDATE audit_seals SET entry = 5 WHERE number = 4",
        &["4 changed-entry", "5 changed-entry"],
    ),
    (
        "two seals change places",
        "UPDATE audit_seals SET number = -4 WHERE number = 4; UPDATE audit_seals SET number = 4 WHERE number = 5; \
         UPDATE audit_seals SET number = 5 WHERE number = -4",
        &["4 changed-seal", "5 changed-seal", "6 changed-seal"],
    ),
    ("an entry is put in beside the chain", ADD, &["- unsealed-entry"]),
    ("the end is cut", "DELETE FROM audit WHERE seq > 7; DELETE FROM audit_seals WHERE number > 7", &["8 cut-end"]),
    (
        "the front is cut",
        "DELETE FROM audit WHERE seq <= 3; UPDATE audit_chain SET anchor_number = 3, \
         anchor_hash = (SELECT s.hash FROM audit_seals s WHERE s.number = 3); DELETE FROM audit_seals WHERE number <= 3",
        &["3 cut-front"],
    ),
    ("an entry is erased in silence", ERASE, &["4 unexplained-erasure"]),
    ("an entry is gone before it has a seal", "INSERT INTO audit_unsealed (entry) VALUES (99)", &["- lost-entry"]),
];

async fn every_tampering_shows(database: &TestDatabase) {
    for (case, sql, expected) in TAMPERINGS {
        let database = database.another().await;
        let store = database.store().await;
        let end = filled(&store, 10).await;
        disarm(&database).await;
        database.execute(sql).await;
        let told = gaps(&store, std::slice::from_ref(&end)).await;
        let told: Vec<&str> = told.iter().filter(|told| !told.contains("rewritten")).map(String::as_str).collect();
        assert_eq!(told, *expected, "{case}");
        store.close().await;
    }
}

/// Number and kind of each gap.
async fn gaps(store: &SqlStore, kept: &[Anchor]) -> Vec<String> {
    let verdict = verify(store, kept).await.expect("a verdict");
    let number = |number: Option<i64>| number.map_or_else(|| "-".to_owned(), |number| number.to_string());
    verdict.gaps.iter().map(|gap| format!("{} {}", number(gap.number), gap.kind.as_str())).collect()
}

/// Whoever may write everything can write a whole chain. What was kept elsewhere tells it from the one that was.
async fn a_chain_that_is_written_anew_shows_by_an_anchor_from_elsewhere(database: &TestDatabase) {
    let store = database.store().await;
    let end = filled(&store, 10).await;
    disarm(database).await;
    database.execute("UPDATE audit SET subject = 'other' WHERE seq = 4").await;
    let mut newest = chain::BEGINNING.to_owned();
    for link in store.links(0, 100).await.expect("links") {
        let Found::Whole(written, salt) = link.found else { panic!("an entry") };
        let digest = written.digest(&salt);
        newest = chain::hash(&newest, link.number, link.at, &digest);
        let number = link.number;
        database
            .execute(&format!("UPDATE audit_seals SET digest = '{digest}', hash = '{newest}' WHERE number = {number}"))
            .await;
    }
    database.execute(&format!("UPDATE audit_chain SET hash = '{newest}'")).await;
    assert_eq!(gaps(&store, &[]).await, Vec::<String>::new(), "by itself it is whole");
    assert_eq!(gaps(&store, std::slice::from_ref(&end)).await, ["10 rewritten"]);

    // So is one that ends earlier.
    let cut = "DELETE FROM audit WHERE seq > 7; DELETE FROM audit_seals WHERE number > 7; \
         UPDATE audit_chain SET number = 7, hash = (SELECT s.hash FROM audit_seals s WHERE s.number = 7)";
    database.execute(cut).await;
    assert_eq!(gaps(&store, &[]).await, Vec::<String>::new(), "by itself it is whole");
    assert_eq!(gaps(&store, &[end]).await, ["8 cut-end"]);
}
