//! Who may import whom in the host: `http → activation → {facts, policy, ledger} → ports ← adapters; app wires`.

use super::{Source, assert_none, sources};

/// A module of the host and what it imports. Each imports only modules that stand below it, so that there is no way back;
/// the one exception is [`TOGETHER`].
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("main", &["cli"]),
    (
        "cli",
        &[
            "app",
            "audit",
            "config",
            "decisions",
            "directory",
            "erasure",
            "http",
            "policy",
            "ports",
            "reconcile",
            "rollout",
            "telemetry",
            "transfer",
        ],
    ),
    (
        "app",
        &[
            "activation",
            "adapters",
            "announce",
            "audit",
            "config",
            "decisions",
            "directory",
            "entitlements",
            "erasure",
            "facts",
            "http",
            "ledger",
            "notices",
            "policy",
            "ports",
            "reconcile",
            "retention",
            "rollout",
            "scim",
            "watch",
            "webhooks",
        ],
    ),
    (
        "http",
        &[
            "activation",
            "announce",
            "config",
            "decisions",
            "directory",
            "entitlements",
            "erasure",
            "metrics",
            "ports",
            "scim",
            "watch",
            "webhooks",
        ],
    ),
    ("scim", &["directory", "ports", "transfer"]),
    ("erasure", &["decisions", "directory", "policy", "ports", "transfer"]),
    ("retention", &["ports"]),
    ("announce", &["facts", "policy", "ports"]),
    ("entitlements", &["facts", "policy", "ports"]),
    ("activation", &["decisions", "facts", "fail_point", "ledger", "notices", "policy", "ports"]),
    ("directory", &["decisions", "facts", "ledger", "notices", "policy", "ports", "transfer"]),
    ("reconcile", &["ledger", "ports"]),
    ("rollout", &["policy", "ports"]),
    ("watch", &["facts", "policy", "ports"]),
    ("audit", &["ports"]),
    ("decisions", &["facts", "policy", "ports"]),
    ("webhooks", &["ledger", "ports"]),
    ("facts", &["ports"]),
    ("policy", &[]),
    ("ledger", &["fail_point", "ports"]),
    ("metrics", &["ports"]),
    ("notices", &["ports"]),
    ("adapters", &["fail_point", "ports", "transfer"]),
    ("telemetry", &["config"]),
    ("config", &["fail_point"]),
    ("transfer", &["ports"]),
    ("ports", &["transfer"]),
    ("fail_point", &[]),
];

/// The store's port loads and dumps a document, and a document's entries are made of the port's records.
const TOGETHER: (&str, &str) = ("ports", "transfer");

/// The module a file belongs to: `host/src/http/mod.rs` is `http`.
fn module_of(path: &str) -> &str {
    let inside = path.trim_start_matches("host/src/");
    inside.split('/').next().unwrap_or(inside).trim_end_matches(".rs")
}

/// What a file imports and must not.
fn faults_of(source: &Source) -> Vec<String> {
    let module = module_of(&source.path);
    let Some((_, allowed)) = MAY_IMPORT.iter().find(|(name, _)| *name == module) else {
        return vec![format!("{}: the table has no module `{module}`", source.path)];
    };
    let mut faults = Vec::new();
    for path in source.paths_from("crate") {
        let imported = path[0].as_str();
        if imported != module && !allowed.contains(&imported) {
            faults.push(format!("{}: `{module}` must not import `crate::{}`", source.path, path.join("::")));
        }
        // Adapters are put together by `app` alone.
        if let (true, Some(other)) = (module == "adapters" && imported == module, path.get(1))
            && !source.path.starts_with(&format!("host/src/adapters/{other}"))
        {
            faults.push(format!("{}: an adapter must not know the adapter `{other}`", source.path));
        }
    }
    faults
}

#[test]
fn the_host_imports_one_way() {
    let host: Vec<Source> = sources("host/src").into_iter().filter(|source| source.path != "host/src/lib.rs").collect();
    assert_none(&host.iter().flat_map(faults_of).collect::<Vec<_>>());
}

#[test]
fn every_module_is_in_the_table() {
    let library = sources("host/src").into_iter().find(|source| source.path == "host/src/lib.rs").unwrap();
    for (name, _) in MAY_IMPORT.iter().filter(|(name, _)| *name != "main") {
        assert!(library.has(&format!("pub mod {name};")), "`{name}` is in the table, but not in the host");
    }
    assert_eq!(library.text.matches("pub mod ").count() + 1, MAY_IMPORT.len());
}

#[test]
fn the_table_has_no_way_back() {
    let place = |name: &str| MAY_IMPORT.iter().position(|(row, _)| *row == name).unwrap();
    for (module, allowed) in MAY_IMPORT {
        for imported in allowed.iter().filter(|imported| (*module, **imported) != TOGETHER) {
            assert!(place(module) < place(imported), "`{imported}` stands above `{module}`");
        }
    }
}

#[test]
fn a_forbidden_import_is_found_however_it_is_written() {
    let cases = [
        ("host/src/facts/mod.rs", "use crate::policy::Decider;", 1),
        ("host/src/facts/mod.rs", "use crate::{ports::clock::Millis, http::{problem, guard}};", 2),
        ("host/src/ledger/next/mod.rs", "fn f(x: &crate::activation::Desk) {}", 1),
        ("host/src/activation/activate.rs", "use crate::adapters::sql::SqlStore;", 1),
        ("host/src/adapters/sql/mod.rs", "use crate::adapters::stripe::StripeBilling;", 1),
        ("host/src/adapters/sql/mod.rs", "use crate::adapters::sql::error::store_error;", 0),
        ("host/src/newcomer/mod.rs", "", 1),
        ("host/src/http/mod.rs", "// use crate::ledger::Ledger;\nuse crate::activation::Desk;", 0),
    ];
    for (path, text, expected) in cases {
        let found = faults_of(&Source::of(path, text));
        assert_eq!(found.len(), expected, "{path}: {text}\n{found:?}");
    }
}
