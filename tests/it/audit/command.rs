//! `turnpike audit`: listed, shown, verified, with the exit codes that scripts rely on.

use serde_json::{Value, json};
use turnpike::ports::store::{audit::AuditStore as _, check::CheckStore as _};

use super::{entry, filled, without_anna};
use crate::{done_right::on_both_engines, engines::TestDatabase, host::Setup, store::rows::deed};

on_both_engines!(entries_are_listed_and_shown, a_trail_is_verified, a_gap_is_told_with_exit_code_1);

async fn entries_are_listed_and_shown(database: &TestDatabase) {
    let store = database.store().await;
    filled(&store, 3).await;
    store.write_down(&deed("pause", "billing")).await.expect("written");
    let setup = Setup::new(&database.url);
    let (code, told, errors) = setup.run(&["audit", "--limit", "3"]);
    assert_eq!(code, 0, "{errors}");
    let lines: Vec<&str> = told.lines().collect();
    assert!(lines[0].starts_with("NUMBER  AT ") && lines[1].starts_with("-  "), "{told}");
    assert!(lines[1].contains("operator:ann@host") && lines[1].contains("a reason"), "{told}");
    assert!(lines[2].starts_with("3  ") && lines[2].contains("user:u-anna") && lines[2].contains("thing-3"), "{told}");
    assert_eq!(lines.last(), Some(&"… the newest 3; there are more (`--limit`)"));
    for (arguments, subjects) in [
        (&["--who", "user:u-anna"][..], vec!["thing-3", "thing-2", "thing-1"]),
        (&["--who", "u-anna", "--subject", "thing-2"], vec!["thing-2"]),
        (&["--who", "ann@host"], vec!["billing"]),
        (&["--mandate", "m-alpha", "--limit", "1"], vec!["thing-3"]),
        (&["--since", "2023-11-14T22:13:22Z"], vec!["thing-3", "thing-2"]),
        (&["--mandate", "m-beta"], vec![]),
    ] {
        let (code, told, errors) = setup.run(&[&["audit", "--json"], arguments].concat());
        assert_eq!(code, 0, "{errors}");
        let told: Value = serde_json::from_str(&told).expect("JSON");
        let found: Vec<&str> =
            told["entries"].as_array().unwrap().iter().map(|entry| entry["subject"].as_str().unwrap()).collect();
        assert_eq!(found, subjects, "{arguments:?}");
    }
    assert_eq!(setup.run(&["audit", "--mandate", "none"]).1, "no such entry\n");
    let (code, shown, _) = setup.run(&["audit", "show", "2"]);
    assert_eq!(code, 0);
    for line in ["number    2", "who       user:u-anna", "subject   thing-2", "before → after:", "  ~ n: 1 → 2"] {
        assert!(shown.lines().any(|told| told == line), "`{line}` is not in\n{shown}");
    }
    assert!(shown.contains("  + label: \"Größe"), "{shown}");
    let (code, _, errors) = setup.run(&["audit", "show", "9"]);
    assert_eq!(code, 1);
    assert!(errors.contains("no entry has the number 9: the trail has 1 to 3, and 1 wait"), "{errors}");
    // What is erased is told as that.
    without_anna(&store).await;
    let (_, shown, _) = setup.run(&["audit", "show", "2"]);
    assert!(shown.contains("erased  2023-11-14T22:13:20Z") && shown.contains("why     a reason"), "{shown}");
    assert!(!shown.contains("anna"), "{shown}");
}

async fn a_trail_is_verified(database: &TestDatabase) {
    let store = database.store().await;
    let end = filled(&store, 3).await;
    store.write_down(&entry(4)).await.expect("written");
    let setup = Setup::new(&database.url);
    let (code, told, errors) = setup.run(&["audit", "verify"]);
    assert_eq!(code, 0, "{errors}");
    let newest = store.chain().await.expect("a chain").newest;
    assert_eq!(newest.number, 4, "what waits is sealed first");
    let expected =
        format!("the trail is whole: 4 seals\nnewest of 2023-11-14T22:13:24Z: {}:{}\n", newest.number, newest.hash);
    assert_eq!(told, expected);
    let anchor = format!("{}:{}", end.number, end.hash);
    assert_eq!(setup.run(&["audit", "verify", "--anchor", &anchor]).0, 0);
    let wrong = format!("{}:{}", end.number, newest.hash);
    let (code, told, _) = setup.run(&["audit", "verify", "--anchor", &anchor, "--anchor", &wrong, "--json"]);
    let told: Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!((code, &told["whole"], &told["gaps"][0]["kind"]), (1, &json!(false), &json!("rewritten")), "{told}");
    let later = format!("9:{}", newest.hash);
    let (code, told, _) = setup.run(&["audit", "verify", "--anchor", &later]);
    assert!(code == 1 && told.contains("cut-end") && told.contains("an anchor of 9 was kept"), "{told}");
    assert_eq!(setup.run(&["audit", "verify", "--anchor", "9:abc"]).0, 2, "no anchor");
    store.forget_audited(i64::MAX, 2, &deed("forget audit", "audit")).await.expect("removed");
    let (code, _, errors) = setup.run(&["audit", "verify", "--anchor", &format!("1:{}", newest.hash)]);
    assert!(code == 2 && errors.contains("from 2 on can be compared"), "{code}: {errors}");
    let (code, told, _) = setup.run(&["audit", "verify"]);
    assert!(code == 0 && told.contains(", following 2:"), "{told}");
    // Nobody answers: it could not be found out.
    let nowhere = setup.with("TURNPIKE_DATABASE_URL", "postgres://127.0.0.1:1/none");
    assert_eq!(nowhere.run(&["audit", "verify"]).0, 2);
}

async fn a_gap_is_told_with_exit_code_1(database: &TestDatabase) {
    let store = database.store().await;
    filled(&store, 5).await;
    let disarm =
        if database.is_postgres() { "ALTER TABLE audit DISABLE TRIGGER USER" } else { "DROP TRIGGER audit_unchanged" };
    database.execute(disarm).await;
    database.execute("UPDATE audit SET reason = 'x' WHERE seq = 2").await;
    let setup = Setup::new(&database.url);
    let (code, told, _) = setup.run(&["audit", "verify"]);
    assert_eq!(code, 1);
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines[1], "2       changed-entry  its entry says something else than it did", "{told}");
    assert!(lines[2].starts_with("the trail has a gap: 5 seals"), "{told}");
    let (code, told, _) = setup.run(&["doctor"]);
    assert!(code == 1 && told.contains("fail  audit"), "{told}");
}
