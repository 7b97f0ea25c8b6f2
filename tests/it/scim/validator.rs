//! A public validator of SCIM 2.0, with a client of its own, finds nothing against it.

use std::{path::Path, process::Command};

use serde_json::Value;

use super::Provider;
use crate::{directory::with_services, done_right::on_both_engines, engines::TestDatabase, host::Setup, world::OTHER};

on_both_engines!(the_validator_finds_nothing);

/// What it expects otherwise, and why we do not: (title, words of its reason).
const OTHERWISE: [(&str, &str); 4] = [
    // Whether a user is active cannot be unsaid: without it, it stays as it is.
    ("check_remove_attribute", "did not remove attribute 'active'"),
    // One address is kept, and told as the primary one, of type work.
    ("check_add_attribute", "'emails'"),
    ("check_replace_attribute", "'emails'"),
    // It searches users and groups at once, which no provider does: each of them has a search of its own.
    ("search_with_attributes", ""),
];

async fn the_validator_finds_nothing(database: &TestDatabase) {
    let host = with_services(Setup::new(&database.url)).with_world().serve();
    let provider = Provider::new(&host.url);
    let python = std::env::var("TURNPIKE_TEST_PYTHON").expect(
        "`TURNPIKE_TEST_PYTHON` names no Python that has the packages of tests/scim-client/requirements.txt; \
         `cargo xtask test` sets it",
    );
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/scim-client/check.py");
    let mut check = Command::new(python);
    check.arg(script).arg(format!("{}/scim/v2", host.url)).arg(provider.0.token()).arg(format!("name of {OTHER}"));
    let output = tokio::task::spawn_blocking(move || check.output().expect("the validator starts")).await.unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let results: Vec<Value> = serde_json::from_slice(&output.stdout).expect("a list");
    let is_expected = |result: &Value| {
        let told = |name: &str| result[name].as_str().unwrap_or_default();
        OTHERWISE.iter().any(|(title, words)| told("title") == *title && told("reason").contains(words))
    };
    let (against, fine): (Vec<&Value>, Vec<&Value>) = results
        .iter()
        .partition(|result| ["ERROR", "CRITICAL"].contains(&result["status"].as_str().unwrap_or_default()));
    let against: Vec<&&Value> = against.iter().filter(|result| !is_expected(result)).collect();
    assert!(against.is_empty(), "{against:#?}");
    let successes = fine.iter().filter(|result| result["status"] == "SUCCESS").count();
    assert!(successes > 40, "{successes} of {}", results.len());
}
