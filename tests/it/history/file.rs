//! The file for spreadsheets says what the pages say, whole, and holds no formula.

use super::{all, bought};
use crate::{
    api::Reply,
    done_right::on_both_engines,
    engines::TestDatabase,
    scene::{Scene, eventually},
    world::{ADMIN, PAID},
};

on_both_engines!(the_file_says_what_the_pages_say, a_long_history_is_whole, names_are_no_formulas);

pub(super) async fn file(scene: &Scene, mandate: &str) -> Reply {
    let reply = scene.api.get(ADMIN, &format!("/api/store/history.csv?mandateId={mandate}")).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply
}

/// The cells of each line, as RFC 4180 reads them.
pub(super) fn cells(csv: &str) -> Vec<Vec<String>> {
    let (mut lines, mut line, mut cell, mut is_quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = csv.chars().peekable();
    while let Some(letter) = letters.next() {
        match (letter, is_quoted) {
            ('"', true) if letters.peek() == Some(&'"') => cell.extend(letters.next()),
            ('"', _) => is_quoted = !is_quoted,
            (',', false) => line.push(std::mem::take(&mut cell)),
            ('\r', false) => {}
            ('\n', false) => {
                line.push(std::mem::take(&mut cell));
                lines.push(std::mem::take(&mut line));
            }
            _ => cell.push(letter),
        }
    }
    assert!(line.is_empty() && cell.is_empty() && !is_quoted, "it ends with a line's end");
    lines
}

async fn the_file_says_what_the_pages_say(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let (instance, _) = bought(&scene, ADMIN, PAID, "f0").await;
    eventually("the bill is compared", || async {
        database.number("SELECT count(*) FROM operations WHERE billed_minor IS NOT NULL").await == 1
    })
    .await;
    assert_eq!(scene.api.deactivate(ADMIN, PAID, "f0", &instance).await.status, 200);
    scene.settled(PAID).await;
    let reply = file(&scene, PAID).await;
    assert!(reply.header("content-type").starts_with("text/csv; charset=utf-8"), "{:?}", reply.headers);
    assert!(reply.header("content-disposition").starts_with("attachment"), "{:?}", reply.headers);
    let mut lines = cells(&reply.text);
    let names = lines.remove(0);
    let told = all(&scene, ADMIN, PAID, 100).await;
    assert_eq!(lines.len(), told.len());
    for (line, entry) in lines.iter().zip(&told) {
        assert_eq!(line.len(), names.len());
        for (name, cell) in names.iter().zip(line) {
            let pointer = match name.as_str() {
                "currency" => "/price/currency",
                "priceMinor" => "/price/minor",
                "price" => "/price/text",
                "period" => "/price/period",
                "quotedMinor" => "/quoted/minor",
                "quoted" => "/quoted/text",
                "operation" => "/invoiceLine/operation",
                "operationState" => "/invoiceLine/state",
                "quantityBefore" => "/invoiceLine/quantityBefore",
                "quantityAfter" => "/invoiceLine/quantityAfter",
                "from" => "/invoiceLine/from",
                "confirmedAt" => "/invoiceLine/confirmedAt",
                "billedMinor" => "/invoiceLine/billed/minor",
                "billed" => "/invoiceLine/billed/text",
                "mandateId" => {
                    assert_eq!(cell, PAID);
                    continue;
                }
                other => &format!("/{other}"),
            };
            let expected = match entry.pointer(pointer) {
                None | Some(serde_json::Value::Null) => String::new(),
                Some(serde_json::Value::String(text)) => text.clone(),
                Some(number) => number.to_string(),
            };
            assert_eq!(*cell, expected, "{name} of {entry}");
        }
    }
    // Each field that is told is in the file.
    let fields = told[0].as_object().unwrap().keys().filter(|name| *name != "invoiceLine");
    assert!(fields.into_iter().all(|name| names.contains(name)), "{names:?}");
}

async fn a_long_history_is_whole(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    bought(&scene, ADMIN, PAID, "f0").await;
    let same = "kind, 'cancelled', mandate_id, feature_code, instance_id, user_id, ends_instance, effective_at, created_at, \
         policy_digest";
    let columns = "id, kind, state, mandate_id, feature_code, instance_id, user_id, ends_instance, effective_at, \
         created_at, policy_digest";
    for n in 0..11 {
        database
            .execute(&format!("INSERT INTO changes ({columns}) SELECT id || '-{n}', {same} FROM changes ORDER BY seq"))
            .await;
    }
    let lines = cells(&file(&scene, PAID).await.text);
    assert_eq!(lines.len(), 1 + 2048);
    let mut ids: Vec<&String> = lines.iter().map(|line| &line[25]).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), lines.len(), "each once");
}

async fn names_are_no_formulas(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    for name in ["=cmd|'/c calc'!A0", "+1", "-1", "@x", "\t=1", "a,\"b\"\nc"] {
        let quoted = name.replace('\'', "''");
        database.execute(&format!("UPDATE users SET username = '{quoted}' WHERE id = 'u-a0'")).await;
        if database.number("SELECT count(*) FROM changes").await == 0 {
            bought(&scene, "u-a0", PAID, "f0").await;
        }
        let lines = cells(&file(&scene, PAID).await.text);
        let cell = &lines[1][6];
        let expected = if name.starts_with('a') { name.to_owned() } else { format!("'{name}") };
        assert_eq!(*cell, expected);
    }
}
