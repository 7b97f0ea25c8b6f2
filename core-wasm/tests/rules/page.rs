//! docs/laws.md against the property tests there are.

use std::{collections::BTreeSet, fs, path::Path};

/// Files of property tests.
const LAWS: [&str; 8] = ["causes", "compact", "instants", "json", "laws", "losses", "own", "reads"];

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("a file of the repository")
}

/// The tests of a file that stand in a `proptest!`: indented ones.
fn property_tests(text: &str) -> BTreeSet<String> {
    let lines: Vec<&str> = text.lines().collect();
    let tests =
        lines.windows(2).filter(|pair| pair[0] == "    #[test]").filter_map(|pair| pair[1].strip_prefix("    fn "));
    tests.filter_map(|rest| Some(rest.split_once('(')?.0.to_owned())).collect()
}

/// The names in the last cells of a table.
fn named(page: &str) -> BTreeSet<String> {
    let rows = page.lines().filter_map(|line| line.strip_suffix(" |")?.rsplit_once("| "));
    rows.flat_map(|(_, cell)| cell.split('`').skip(1).step_by(2)).map(str::to_owned).collect()
}

#[test]
fn every_law_is_on_the_page_and_every_row_is_a_law() {
    let laws: BTreeSet<String> =
        LAWS.iter().flat_map(|file| property_tests(&read(&format!("tests/rules/{file}.rs")))).collect();
    assert!(laws.len() > 20, "the laws are gone: {laws:?}");
    assert_eq!(named(&read("../docs/laws.md")), laws);
}
