//! Large files load in bulk. The time is printed, not judged.

use std::time::Instant;

use serde_json::json;
use turnpike::{
    cli::import::run_import,
    ports::store::transfer::{LoadMode, TransferStore as _},
};

use super::stores;

const MEMBERSHIPS: usize = 20_000;
const MANDATES: usize = 200;

#[tokio::test]
async fn many_memberships_load_and_come_back() {
    let users = MEMBERSHIPS / MANDATES;
    let range = |count: usize, entry: fn(usize) -> serde_json::Value| (0..count).map(entry).collect::<Vec<_>>();
    let file = json!({
        "format": "feature-store-fixture/1",
        "users": range(users, |n| json!({"id": format!("u-{n}"), "username": format!("user {n}")})),
        "mandates": range(MANDATES, |n| json!({"id": format!("m-{n}"), "name": format!("mandate {n}")})),
        "roles": range(MANDATES, |n| json!({"id": format!("r-{n}"), "roleLabel": "admin", "mandateId": format!("m-{n}")})),
        "memberships": range(MEMBERSHIPS, |n| json!({
            "id": format!("um-{n}"), "userId": format!("u-{}", n / MANDATES), "mandateId": format!("m-{}", n % MANDATES),
            "roleIds": [format!("r-{}", n % MANDATES)],
        })),
    });
    let text = file.to_string();
    for at in stores::each().await {
        for how in [LoadMode::Merge, LoadMode::Merge, LoadMode::Replace { discard_billing: false }] {
            let start = Instant::now();
            let report = run_import(&at.store, text.as_bytes(), how, None).await.expect("it loads");
            println!("{}: {how:?} of {MEMBERSHIPS} memberships: {:.1?}", at.engine, start.elapsed());
            assert_eq!(report.warnings, []);
        }
        let memberships = at.store.dump().await.expect("it dumps").memberships;
        assert_eq!(memberships.len(), MEMBERSHIPS);
        assert!(memberships.iter().enumerate().all(|(n, membership)| membership.id == format!("um-{n}")));
    }
}
