//! `turnpike ledger list` and `show`: what they print, and that they name what is wrong.

use super::{refused, told, told_json};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    scene::Scene,
    world::{ADMIN, OPEN, PAID},
};

on_both_engines!(operations_are_listed_the_newest_first);

async fn operations_are_listed_the_newest_first(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let empty = told(&scene.setup, &["ledger", "list"]);
    assert_eq!(empty, "billing is not paused\n0 changes wait for an operation\n\nno such operation\n");
    for (mandate, feature) in [(OPEN, "f0"), (PAID, "f0"), (OPEN, "f1")] {
        assert_eq!(scene.api.activate(ADMIN, mandate, feature).await.status, 200);
    }
    let listed = told(&scene.setup, &["ledger", "list"]);
    let rows: Vec<Vec<&str>> = listed.lines().skip(3).map(|row| row.split_whitespace().collect()).collect();
    assert_eq!(rows[0][..4], ["OPERATION", "STATE", "QUANTITY", "WRITTEN"], "{listed}");
    let quantities: Vec<(&str, &str, &str)> = rows[1..].iter().map(|row| (row[1], row[2], row[4])).collect();
    assert_eq!(quantities, [("applied", "1", "2"), ("applied", "0", "1"), ("applied", "0", "1")], "{listed}");
    assert!(!listed.contains("sub_planted") && !listed.contains("si_planted"), "Stripe's ids are for `show`: {listed}");

    let of = |arguments: &[&str]| -> Vec<String> {
        let listed = told_json(&scene.setup, &[&["ledger", "list"], arguments].concat());
        let operations = listed["operations"].as_array().expect("a list");
        operations.iter().map(|operation| operation["mandateId"].as_str().expect("an id").to_owned()).collect()
    };
    assert_eq!(of(&["--mandate", OPEN]), [OPEN, OPEN]);
    assert_eq!(of(&["--limit", "2"]), [OPEN, PAID]);
    assert_eq!(of(&["--unresolved"]), [""; 0]);
    assert_eq!(of(&["--mandate", "m-none"]), [""; 0]);

    let shown = told(&scene.setup, &["ledger", "show", rows[1][0]]);
    for part in ["applied", "1 -> 2 (raise)", "sub_planted_open, item si_planted_open", "req_", "activate", "done"] {
        assert!(shown.contains(part), "`{part}` in\n{shown}");
    }
    let unknown = refused(&scene.setup, &["ledger", "show", "none"]);
    assert!(unknown.contains("there is no operation `none`") && unknown.contains("ledger list"), "{unknown}");
}
