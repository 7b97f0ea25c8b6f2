//! The rules are pure: no clock, no randomness, no I/O, no threads, and nothing of the host.

use super::{Source, assert_none, sources};

/// Parts of the standard library that reach out of a function.
const REACHES_OUT: &[&str] = &["env", "fs", "io", "net", "os", "path", "process", "sync", "thread", "time"];

/// The only libraries the rules name; `core`, `alloc` and `std` are judged by their parts.
const NAMED: &[&str] = &["serde"];

/// What a feature adds, and nothing else turns on: the build for browsers, and the schemas for docs/policy-abi.
const BY_FEATURE: &[(&str, &str)] = &[("schemars", "schema"), ("tsify", "js"), ("wasm-bindgen", "js")];

/// Libraries that somebody in a hurry would reach for.
const FOREIGN: &[&str] = &["chrono", "getrandom", "jiff", "js_sys", "rand", "tokio", "turnpike", "uuid"];

fn faults_of(source: &Source) -> Vec<String> {
    let mut faults = Vec::new();
    for library in ["std", "core", "alloc"] {
        for path in source.paths_from(library) {
            if REACHES_OUT.contains(&path[0].as_str()) {
                faults.push(format!("{}: the rules must not know `{library}::{}`", source.path, path.join("::")));
            }
        }
    }
    for foreign in FOREIGN.iter().filter(|foreign| source.roots().contains(foreign)) {
        faults.push(format!("{}: the rules know no `{foreign}`, only {}", source.path, NAMED.join(" and ")));
    }
    faults
}

#[test]
fn the_rules_reach_out_to_nothing() {
    assert_none(&sources("core-wasm/src").iter().flat_map(faults_of).collect::<Vec<_>>());
}

#[test]
fn the_rules_depend_on_what_is_named() {
    let manifest = std::fs::read_to_string(super::source::workspace().join("core-wasm/Cargo.toml")).unwrap();
    let lines = manifest.lines().skip_while(|line| *line != "[dependencies]").skip(1);
    let dependencies: Vec<(&str, &str)> =
        lines.take_while(|line| !line.starts_with('[')).filter_map(|line| line.split_once(" = ")).collect();
    let mut named: Vec<&str> = BY_FEATURE.iter().map(|(name, _)| *name).chain(NAMED.iter().copied()).collect();
    named.sort_unstable();
    assert_eq!(dependencies.iter().map(|(name, _)| *name).collect::<Vec<_>>(), named);
    for (name, feature) in BY_FEATURE {
        let how = dependencies.iter().find(|(dependency, _)| dependency == name).map_or("", |(_, how)| how);
        assert!(how.contains("optional = true"), "`{name}` is in every build");
        let features: Vec<&str> = manifest.lines().filter(|line| line.contains(&format!("dep:{name}\""))).collect();
        assert!(matches!(features[..], [one] if one.starts_with(&format!("{feature} = "))), "{features:?}");
    }
}

#[test]
fn a_clock_is_found() {
    let found = |text: &str| faults_of(&Source::of("core-wasm/src/facts.rs", text)).len();
    assert_eq!(found("use std::time::SystemTime;"), 1);
    assert_eq!(found("fn f() { let x = rand::random(); std::fs::read(y); }"), 2);
    assert_eq!(found("use std::{time::Instant, fmt};"), 1);
    assert_eq!(found("use std::collections::BTreeMap; // std::time"), 0);
}
