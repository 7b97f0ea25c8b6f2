//! Files that are refused: each case of `tests/cases-import` says what the operator is told. Nothing is loaded then.

use std::path::Path;

use serde::Deserialize;
use serde_json::Value;
use turnpike::{
    cli::import::run_import,
    ports::store::transfer::{LoadMode, TransferStore as _},
    transfer::{Document, TransferError, read},
};

use super::stores;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    /// The file as an object; the message is compared without line and column then.
    file: Option<Value>,
    /// The file as text.
    text: Option<String>,
    message: String,
}

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/cases-import");
    let mut cases = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the cases are there") {
        let path = entry.expect("an entry").path();
        let text = std::fs::read_to_string(&path).expect("it is readable");
        let list: Vec<Case> = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        cases.extend(list);
    }
    cases
}

#[tokio::test]
async fn each_case_is_told_as_written_and_nothing_is_loaded() {
    let cases = cases();
    assert!(cases.len() >= 48, "cases got lost: {}", cases.len());
    for at in stores::each().await {
        for case in &cases {
            let text = match (&case.file, &case.text) {
                (Some(file), None) => file.to_string(),
                (None, Some(text)) => text.clone(),
                _ => panic!("{}: either `file` or `text`", case.name),
            };
            for how in [LoadMode::Merge, LoadMode::Replace { discard_billing: false }] {
                let refusal = run_import(&at.store, text.as_bytes(), how, None).await;
                let mut message = refusal.expect_err(&case.name).to_string();
                if case.file.is_some()
                    && let Some(position) = message.rfind(" (line ")
                {
                    message.truncate(position);
                }
                assert_eq!(message, case.message, "{} on {}", case.name, at.engine);
            }
            assert_eq!(at.store.dump().await.expect("it dumps"), Document::default(), "{}", case.name);
        }
    }
}

#[test]
fn a_field_is_found_by_line_and_column() {
    let text = "{\"format\": \"feature-store-fixture/1\",\n \"users\": [\n  {\"id\": \"u\",\n   \"name\": \"eva\"}]}";
    match read(text.as_bytes()) {
        Err(TransferError::Field { line: 4, column: 9, .. }) => {}
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_long_list_of_faults_is_cut() {
    let users: Vec<Value> = (0..30).map(|_| serde_json::json!({"id": "u", "username": "u"})).collect();
    let file = serde_json::json!({"format": "feature-store-fixture/1", "users": users}).to_string();
    let message = read(file.as_bytes()).expect_err("it is refused").to_string();
    assert_eq!(message.lines().count(), 21);
    assert!(message.ends_with("\nand 9 more"), "{message}");
}
