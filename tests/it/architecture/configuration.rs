//! docs/configuration.md against the settings there are.

use std::{collections::BTreeSet, fs};

use turnpike::config::SETTINGS;

use super::source::workspace;

/// Variables that are no setting: the one that names the file, and the one that names a fail point.
const BESIDE: &[&str] = &["TURNPIKE_CONFIG", turnpike::fail_point::VARIABLE];

/// The first two cells of the rows that begin with a variable: name and key.
fn rows(text: &str) -> BTreeSet<(String, String)> {
    let cells = text.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| `TURNPIKE_")?.split('|');
        let word = |cell: &str| cell.trim().trim_matches('`').to_owned();
        Some((format!("TURNPIKE_{}", word(cells.next()?)), word(cells.next()?)))
    });
    cells.collect()
}

/// Every variable that is named anywhere.
fn named(text: &str) -> BTreeSet<&str> {
    text.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'))
        .filter(|word| word.starts_with("TURNPIKE_") && *word != "TURNPIKE_")
        .collect()
}

fn read(file: &str) -> String {
    fs::read_to_string(workspace().join(file)).unwrap()
}

#[test]
fn every_setting_is_documented_and_every_row_is_a_setting() {
    let settings: BTreeSet<(String, String)> = SETTINGS
        .iter()
        .copied()
        .flatten()
        .map(|setting| (setting.variable.to_owned(), setting.key.to_owned()))
        .collect();
    assert_eq!(rows(&read("docs/configuration.md")), settings);
}

#[test]
fn no_document_names_a_variable_that_is_none() {
    let known: BTreeSet<&str> =
        SETTINGS.iter().copied().flatten().map(|setting| setting.variable).chain(BESIDE.iter().copied()).collect();
    for file in [
        "README.md",
        "docs/ARCHITECTURE.md",
        "docs/audit.md",
        "docs/billing.md",
        "docs/configuration.md",
        "docs/custom-policy.md",
        "docs/decisions.md",
        "docs/embed-your-product.md",
        "docs/embedding-security.md",
        "docs/embedding.md",
        "docs/erasure.md",
        "docs/events.md",
        "docs/fail-points.md",
        "docs/gateway-migration.md",
        "docs/import-export.md",
        "docs/policy-operations.md",
        "docs/quotes.md",
        "docs/retention.md",
        "docs/store-page.md",
        "docs/webhooks.md",
    ] {
        let text = read(file);
        let unknown: Vec<&str> = named(&text).into_iter().filter(|name| !known.contains(name)).collect();
        assert!(unknown.is_empty(), "{file} names {unknown:?}");
    }
}

#[test]
fn rows_and_names_are_found() {
    let text = "| `TURNPIKE_A` | `a.b` | 1 |\nsee `TURNPIKE_C_D`, `TURNPIKE_`\n| `other` | |";
    assert_eq!(rows(text), BTreeSet::from([("TURNPIKE_A".to_owned(), "a.b".to_owned())]));
    assert_eq!(named(text), BTreeSet::from(["TURNPIKE_A", "TURNPIKE_C_D"]));
}
