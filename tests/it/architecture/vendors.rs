//! Vendors' types stay where they are used: each library in one place.

use super::{Source, assert_none, sources};

/// A library, or the beginning of its name, and the only places that name it.
const STAYS_IN: &[(&str, &[&str])] = &[
    ("wasmtime", &["host/src/policy/"]),
    ("sqlx", &["host/src/adapters/sql/"]),
    ("stripe_", &["host/src/adapters/stripe/"]),
    ("miniserde", &["host/src/adapters/stripe/"]),
    ("lettre", &["host/src/adapters/smtp/"]),
    ("axum", &["host/src/http/"]),
    ("tower_http", &["host/src/http/"]),
    ("utoipa", &["host/src/http/"]),
    ("cookie", &["host/src/http/authentication/session.rs"]),
    ("miniz_oxide", &["host/src/http/page/"]),
    ("rust_embed", &["host/src/http/page/"]),
    ("governor", &["host/src/http/", "host/src/reconcile/"]),
    (
        "hmac",
        &[
            "host/src/adapters/sql/erasure/mark.rs",
            "host/src/announce/signature.rs",
            "host/src/decisions/pseudonym.rs",
            "host/src/webhooks/signature.rs",
        ],
    ),
    ("jsonwebtoken", &["host/src/http/authentication/"]),
    ("clap", &["host/src/cli/"]),
    ("toml", &["host/src/config/"]),
    ("prometheus_client", &["host/src/metrics/"]),
    ("rand", &["host/src/adapters/system.rs"]),
    ("uuid", &["host/src/adapters/system.rs"]),
    ("tracing_subscriber", &["host/src/telemetry.rs", "host/src/config/log.rs"]),
];

/// Whether a root of a path is this library.
fn is(root: &str, library: &str) -> bool {
    if library.ends_with('_') { root.starts_with(library) } else { root == library }
}

fn faults_of(source: &Source) -> Vec<String> {
    let roots = source.roots();
    let mut faults = Vec::new();
    for (library, places) in STAYS_IN {
        if places.iter().any(|place| source.path.starts_with(place)) {
            continue;
        }
        // Our own names may begin alike: `stripe_subscription_id` is no path.
        for root in roots.iter().filter(|root| is(root, library)) {
            faults.push(format!("{}: `{root}` belongs to {}", source.path, places.join(" and ")));
        }
    }
    faults
}

#[test]
fn vendors_stay_in_their_places() {
    assert_none(&sources("host/src").iter().flat_map(faults_of).collect::<Vec<_>>());
}

#[test]
fn every_place_is_used() {
    let host = sources("host/src");
    let host: Vec<(&str, Vec<&str>)> = host.iter().map(|source| (source.path.as_str(), source.roots())).collect();
    for (library, places) in STAYS_IN {
        for place in *places {
            let used =
                host.iter().any(|(path, roots)| path.starts_with(place) && roots.iter().any(|root| is(root, library)));
            assert!(used, "`{library}` is not used in {place}");
        }
    }
}

#[test]
fn a_stray_vendor_is_found() {
    let found = |path: &str, text: &str| faults_of(&Source::of(path, text)).len();
    assert_eq!(found("host/src/ledger/runner.rs", "use stripe_billing::Subscription;"), 1);
    assert_eq!(found("host/src/activation/wait.rs", "async fn f(x: sqlx::AnyPool) {}"), 1);
    assert_eq!(found("host/src/http/mod.rs", "use wasmtime::{Engine, Store};"), 1);
    assert_eq!(found("host/src/adapters/sql/mod.rs", "use sqlx::AnyPool; let stripe_item = 1;"), 0);
}
