//! How files begin and are called, and that nothing outside of tests gives up with a panic.

use super::{Source, assert_none, source::Token, sources};

/// Folders with code of ours.
const CODE: &[&str] = &[
    "core-wasm",
    "host",
    "tests/cases",
    "tests/decision-space",
    "tests/fault-proxy",
    "tests/it",
    "tests/runtimes",
    "tests/soak",
    "tests/stripe-sim",
    "xtask",
];
/// Folders whose code must not panic.
const STEADY: &[&str] = &["core-wasm/src", "host/src"];

/// Ways to give up.
const GIVES_UP: &[&str] = &["panic!", "todo!", "unimplemented!", "unreachable!", ".unwrap()", ".expect("];

/// Where giving up is impossible, and why.
const IMPOSSIBLE: &[(&str, &str, &str)] = &[
    ("host/src/config/limits.rs", ".unwrap()", "a constant: it is evaluated while the program is compiled"),
    ("host/src/policy/decider.rs", ".expect(", "settings are plain data, and what JSON cannot hold is not among it"),
];

/// Names that say nothing about what is in a file.
const SAYS_NOTHING: &[&str] = &["utils", "util", "helpers", "helper", "common", "manager", "misc", "shared"];

fn ways_out(source: &Source) -> Vec<&'static str> {
    GIVES_UP
        .iter()
        .copied()
        .filter(|way| match way.strip_suffix('(') {
            Some(method) => calls(source, method.trim_start_matches('.')),
            None => source.has(way),
        })
        .collect()
}

/// Whether a method is called, whatever its arguments are.
fn calls(source: &Source, method: &str) -> bool {
    source
        .tokens
        .windows(3)
        .any(|window| matches!(window, [Token::Sign('.'), Token::Word(word), Token::Sign('(')] if word == method))
}

fn first_line_fault(source: &Source) -> Option<String> {
    let first = source.text.lines().next().unwrap_or_default();
    let says = first.strip_prefix("//! ").is_some_and(|words| words.chars().any(char::is_alphabetic));
    (!says).then(|| format!("{}: the first line is not `//! ` and what the file is for", source.path))
}

fn name_fault(path: &str) -> Option<String> {
    let nothing = path.split(['/', '.']).find(|part| SAYS_NOTHING.contains(part))?;
    Some(format!("{path}: `{nothing}` does not say what is in it"))
}

#[test]
fn nothing_gives_up_with_a_panic() {
    let mut faults = Vec::new();
    for source in STEADY.iter().flat_map(|folder| sources(folder)) {
        for way in ways_out(&source) {
            if !IMPOSSIBLE.iter().any(|(path, known, _)| *path == source.path && *known == way) {
                faults.push(format!("{}: `{way}` outside of tests", source.path));
            }
        }
    }
    assert_none(&faults);
}

#[test]
fn every_exception_is_still_one() {
    let all: Vec<Source> = STEADY.iter().flat_map(|folder| sources(folder)).collect();
    for (path, way, why) in IMPOSSIBLE {
        let source = all.iter().find(|source| source.path == *path);
        assert!(source.is_some_and(|source| ways_out(source).contains(way)), "{path} has no `{way}` any more ({why})");
    }
}

#[test]
fn every_file_says_in_its_first_line_what_it_is_for() {
    let all = CODE.iter().flat_map(|folder| sources(folder));
    assert_none(&all.filter_map(|source| first_line_fault(&source)).collect::<Vec<_>>());
}

#[test]
fn no_file_is_called_after_nothing() {
    let all = CODE.iter().flat_map(|folder| sources(folder));
    assert_none(&all.filter_map(|source| name_fault(&source.path)).collect::<Vec<_>>());
}

#[test]
fn each_check_can_fail() {
    let ways = |text: &str| ways_out(&Source::of("host/src/app.rs", text));
    assert_eq!(ways("fn f() { x.unwrap(); y.expect(\"words\"); panic!(\"no\") }"), ["panic!", ".unwrap()", ".expect("]);
    assert!(ways("fn f() { x.unwrap_or(1); y.expect_err(2); } // panic!").is_empty());
    assert!(ways("#[cfg(test)] mod tests { fn f() { x.unwrap() } }").is_empty());
    assert!(first_line_fault(&Source::of("a.rs", "use std::fmt;")).is_some());
    assert!(first_line_fault(&Source::of("a.rs", "//! ")).is_some());
    assert!(first_line_fault(&Source::of("a.rs", "//! What it does.\nuse std::fmt;")).is_none());
    assert!(name_fault("host/src/http/utils.rs").is_some());
    assert!(name_fault("host/src/common/mod.rs").is_some());
    assert!(name_fault("host/src/http/mod.rs").is_none());
}
