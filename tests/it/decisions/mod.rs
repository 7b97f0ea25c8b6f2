//! The record of decisions: what is in it, what is not, who may read it, that every decision can be made again, and what
//! other settings or another module would change.

mod compared;
mod kept;
mod listing;
mod queue;
mod read;
mod recorded;
mod refused;
mod replayed;
mod ten_thousand;

use serde_json::Value;

use crate::{
    api::Reply,
    engines::TestDatabase,
    host::Setup,
    scene::{Scene, eventually},
    world::{ADMIN, FREE, MEMBER, OPEN},
};

/// The id under which the decision behind an answer is on record.
#[track_caller]
fn decision_of(reply: &Reply) -> String {
    let id = reply.header("turnpike-decision");
    assert!(!id.is_empty(), "no decision: {} {}", reply.status, reply.text);
    id.to_owned()
}

/// Something of every kind: granted, refused to members, tried by nobody of the mandate's. Waits until the refusals are on
/// record; how many decisions are.
async fn traffic(scene: &Scene, database: &TestDatabase) -> i64 {
    let api = &scene.api;
    let free = api.activate(ADMIN, FREE, "f0").await.json()["instanceId"].as_str().expect("an id").to_owned();
    assert_eq!(api.activate(ADMIN, OPEN, "f1").await.status, 200);
    assert_eq!(api.deactivate(ADMIN, FREE, "f0", &free).await.status, 200);
    assert_eq!(api.restore(ADMIN, FREE, &free).await.status, 200);
    assert_eq!(api.activate(MEMBER, FREE, "f0").await.status, 403);
    assert_eq!(api.deactivate(MEMBER, FREE, "f0", &free).await.status, 404);
    assert_eq!(api.activate(ADMIN, FREE, "no-such-feature").await.status, 404);
    records(database, 6).await
}

/// Waits until so many decisions are on record.
async fn records(database: &TestDatabase, expected: i64) -> i64 {
    eventually("the refusals are on record", || async {
        database.number("SELECT count(*) FROM decisions").await >= expected
    })
    .await;
    let found = database.number("SELECT count(*) FROM decisions").await;
    assert_eq!(found, expected);
    found
}

/// The statement that writes a decision once more: under another id, about another mandate.
fn copied(id: &str, copy: &str, mandate: &str) -> String {
    let same = "facts, policy_digest, settings_digest, answer, fuel, trace_id, who";
    format!(
        "INSERT INTO decisions (id, at, kind, allowed, mandate_id, {same}) \
         SELECT '{copy}', at, kind, allowed, '{mandate}', {same} FROM decisions WHERE id = '{id}'"
    )
}

/// Runs a command and gives its exit code with what it prints as JSON.
#[track_caller]
fn as_json(setup: &Setup, arguments: &[&str]) -> (i32, Value) {
    let (code, output, errors) = setup.run(&[arguments, &["--json"]].concat());
    let value = serde_json::from_str(&output).unwrap_or_else(|error| panic!("{error}: {output}{errors}"));
    (code, value)
}
