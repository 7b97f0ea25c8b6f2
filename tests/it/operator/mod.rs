//! What the one on call does by hand: looks at the ledger, settles an operation, pauses billing, sends mails again.

mod commands;
mod listing;
mod mails;
mod pausing;
mod resolving;
mod runbook;

use serde_json::Value;

use crate::{host::Setup, scene::eventually};

/// Runs a command that succeeds, and gives what it prints.
#[track_caller]
fn told(setup: &Setup, arguments: &[&str]) -> String {
    let (code, output, errors) = setup.run(arguments);
    assert_eq!(code, 0, "{arguments:?}: {errors}");
    output
}

/// Runs a command that is refused, and gives what it says.
#[track_caller]
fn refused(setup: &Setup, arguments: &[&str]) -> String {
    let (code, output, errors) = setup.run(arguments);
    assert_eq!((code, output.as_str()), (1, ""), "{arguments:?}: {errors}");
    errors
}

/// Runs a command that succeeds with `--json`.
#[track_caller]
fn told_json(setup: &Setup, arguments: &[&str]) -> Value {
    serde_json::from_str(&told(setup, &[arguments, &["--json"]].concat())).expect("JSON")
}

/// Waits until exactly one operation is unresolved and nobody holds it; its id.
async fn in_doubt(setup: &Setup) -> String {
    let find = || {
        let listed = told_json(setup, &["ledger", "list", "--unresolved"]);
        let operations = listed["operations"].as_array().expect("a list").clone();
        operations
            .into_iter()
            .find(|operation| operation["state"] == "in_doubt" && operation["heldBy"].is_null())
            .and_then(|operation| operation["id"].as_str().map(str::to_owned))
    };
    let found = std::sync::Mutex::new(None);
    eventually("an operation is in doubt and nobody holds it", || async {
        *found.lock().unwrap() = find();
        found.lock().unwrap().is_some()
    })
    .await;
    found.into_inner().unwrap().expect("an operation")
}
