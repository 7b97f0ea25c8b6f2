//! Looking on while things settle: at no moment is anything usable that is not billed, and at the end nothing is open.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::{
    engines::TestDatabase,
    scene::Scene,
    world::{ADMIN, PAID},
};

/// What there is once nothing is open any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// Instances that can be used.
    pub(crate) active: i64,
    /// The quantity that Stripe bills.
    pub(crate) billed: i64,
}

/// Looks until billing and features agree, at most half a minute, and then into every corner for what is left over.
pub(crate) async fn look(scene: &Scene, database: &TestDatabase) -> Found {
    let until = Instant::now() + Duration::from_secs(30);
    let found = loop {
        // Raising bills first and activates then; lowering ends first and bills less then. So one of two looks at the
        // quantity, before and after, covers what was usable in between.
        let before = scene.billed(PAID);
        let states = scene.api.states(ADMIN, PAID).await;
        let billed = scene.billed(PAID);
        let active = count(&states, "active");
        assert!(active <= before.max(billed), "usable and not billed: {before}, {billed}, {states:?}");
        let unsettled = database.number("SELECT count(*) FROM changes WHERE state IN ('queued', 'billing')").await;
        let open = count(&states, "reserved") + count(&states, "leaving") + unsettled;
        if open == 0 && before == billed && billed == active {
            break Found { active, billed };
        }
        assert!(
            Instant::now() < until,
            "billing and features do not agree: {billed}, {states:?}\n{}",
            scene.host.log()
        );
        sleep(Duration::from_millis(25)).await;
    };
    for (what, sql) in [
        ("unresolved operations", "SELECT count(*) FROM operations WHERE state IN ('prepared', 'sent', 'in_doubt')"),
        ("reserved instances", "SELECT count(*) FROM instances WHERE state <> 'active'"),
        ("restores under way", "SELECT count(*) FROM ended_instances WHERE restored_by_change IS NOT NULL"),
        (
            "changes without the decision that let them through",
            "SELECT count(*) FROM changes c WHERE NOT EXISTS (SELECT 1 FROM decisions d WHERE d.id = c.id)",
        ),
        (
            "decisions that let through what is not there",
            "SELECT count(*) FROM decisions d WHERE d.allowed = 1 AND d.kind <> 'mandates' \
            AND NOT EXISTS (SELECT 1 FROM changes c WHERE c.id = d.id)",
        ),
        (
            "notices of what did not happen",
            "SELECT count(*) FROM notices n WHERE NOT EXISTS \
            (SELECT 1 FROM changes c WHERE c.id = n.change_id AND c.state = 'done')",
        ),
    ] {
        assert_eq!(database.number(sql).await, 0, "{what}");
    }
    let export = scene.setup.export();
    let length = |section: &str| export[section].as_array().expect("a list").len();
    let of_instances =
        export["roles"].as_array().expect("a list").iter().filter(|role| !role["featureInstanceId"].is_null());
    let active = usize::try_from(found.active).expect("in range");
    assert_eq!((length("instances"), length("accesses"), of_instances.count()), (active, active, active * 3));
    assert!(!scene.host.log().contains("panicked"), "{}", scene.host.log());
    found
}

/// Asserts that the admins are told of everything that was done.
pub(super) async fn all_is_told(database: &TestDatabase) {
    let untold = "SELECT count(*) FROM changes c WHERE c.state = 'done' \
        AND NOT EXISTS (SELECT 1 FROM notices n WHERE n.change_id = c.id)";
    assert_eq!(database.number(untold).await, 0, "changes nobody is told of");
}

fn count(states: &[(String, String)], wanted: &str) -> i64 {
    i64::try_from(states.iter().filter(|(_, state)| state == wanted).count()).expect("in range")
}
