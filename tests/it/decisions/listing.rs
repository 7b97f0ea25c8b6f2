//! `turnpike policy log`: which decisions it lists, and what it shows of one.

use std::collections::BTreeSet;

use serde_json::json;

use super::{as_json, decision_of, traffic};
use crate::{
    done_right::on_both_engines,
    engines::{self, TestDatabase},
    host::Setup,
    policy::embedded,
    scene::Scene,
    world::{ADMIN, FREE, MEMBER, OPEN},
};

on_both_engines!(
    decisions_are_listed_the_newest_first,
    one_decision_is_shown_in_full,
    an_auditor_asks_the_module_what_it_was_asked,
);

#[track_caller]
fn told(setup: &Setup, arguments: &[&str]) -> String {
    let (code, output, errors) = setup.run(arguments);
    assert_eq!(code, 0, "{arguments:?}: {errors}");
    output
}

async fn decisions_are_listed_the_newest_first(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    assert_eq!(told(&scene.setup, &["policy", "log"]), "no such decision\n");
    traffic(&scene, database).await;
    // The order in which they were written: refusals come later.
    let listed = told(&scene.setup, &["policy", "log"]);
    let rows: Vec<Vec<&str>> = listed.lines().map(|row| row.split_whitespace().collect()).collect();
    assert_eq!(rows[0], ["DECISION", "MADE", "QUESTION", "ANSWER", "FEATURE", "MANDATE", "WHO"], "{listed}");
    let mut shown: Vec<(&str, &str, &str, &str)> =
        rows[1..].iter().map(|row| (row[2], row[3], row[4], row[5])).collect();
    shown.sort_unstable();
    let expected = [
        ("activate", "allowed", "f0", FREE),
        ("activate", "allowed", "f1", OPEN),
        ("activate", "not-admin", "f0", FREE),
        ("leave", "allowed", "f0", FREE),
        ("leave", "no-access", "f0", FREE),
        ("restore", "allowed", "f0", FREE),
    ];
    assert_eq!(shown, expected, "{listed}");
    let people: BTreeSet<&str> = rows[1..].iter().map(|row| row[6]).collect();
    assert_eq!(people.len(), 2, "{listed}");
    assert!(!listed.contains("u-admin") && !listed.contains("name-"), "nobody is named: {listed}");

    let count = |arguments: &[&str]| {
        let (code, listed) = as_json(&scene.setup, &[&["policy", "log"], arguments].concat());
        assert_eq!(code, 0);
        let length = listed["decisions"].as_array().unwrap().len();
        (length, listed["more"].as_bool().unwrap())
    };
    assert_eq!(count(&[]), (6, false));
    assert_eq!(count(&["--refused"]), (2, false));
    assert_eq!(count(&["--mandate", OPEN]), (1, false));
    assert_eq!(count(&["--mandate", "m-none"]), (0, false));
    assert_eq!(count(&["--limit", "4"]), (4, true));
    assert_eq!(count(&["--limit", "6"]), (6, false));
    let listed = told(&scene.setup, &["policy", "log", "--limit", "4"]);
    assert_eq!(listed.lines().count(), 6, "{listed}");
    assert!(listed.ends_with("\n… the newest 4; there are more (`--limit`)\n"), "{listed}");
    assert_eq!(count(&["--since", "1h"]), (6, false));
    assert_eq!(count(&["--since", "2999-01-01"]), (0, false));
    database.execute("UPDATE decisions SET at = 1577836800000 WHERE mandate_id = 'm-open'").await;
    assert_eq!(count(&["--since", "2020-01-01T00:00:00Z"]), (6, false));
    assert_eq!(count(&["--since", "2020-01-01T00:00:01Z"]), (5, false));
    assert_eq!(count(&["--since", "2020-01-01T00:00:01Z", "--refused", "--mandate", FREE]), (2, false));

    let (code, _, errors) = scene.setup.run(&["policy", "log", "--since", "yesterday"]);
    assert!(code == 2 && errors.contains("such as `30d`"), "{code} {errors}");
}

async fn one_decision_is_shown_in_full(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    traffic(&scene, database).await;
    let activated = scene.api.activate(ADMIN, FREE, "f1").await;
    let id = decision_of(&activated);
    let shown = told(&scene.setup, &["policy", "log", &id]);
    for part in ["f1 may be activated.", &id, FREE, "allowed", activated.header("x-trace-id"), r#""now":"#] {
        assert!(shown.contains(part), "`{part}` in\n{shown}");
    }
    let (_, listed) = as_json(&scene.setup, &["policy", "log", "--refused", "--mandate", FREE]);
    let refused =
        listed["decisions"].as_array().unwrap().iter().find(|one| one["question"] == "activation").unwrap().clone();
    let shown = told(&scene.setup, &["policy", "log", refused["traceId"].as_str().unwrap()]);
    for part in ["takes the role “admin”, which you do not have.", "not-admin"] {
        assert!(shown.contains(part), "`{part}` in\n{shown}");
    }
    let (code, one) = as_json(&scene.setup, &["policy", "log", &id]);
    let shown = &one["decisions"][0];
    assert_eq!((code, shown["id"].clone(), shown["allowed"].clone()), (0, json!(id), json!(true)));
    assert_eq!(shown["answer"]["activation"]["allowed"], true);
    assert_eq!(one["more"], false);

    // Of many under one trace id the newest, and that there are more.
    let trace = activated.header("x-trace-id");
    for number in 1..20 {
        database.execute(&super::copied(&id, &format!("copy-{number}"), FREE)).await;
    }
    let many = |shown: &str| shown.matches("trace id").count();
    let shown = told(&scene.setup, &["policy", "log", trace]);
    assert!(many(&shown) == 20 && !shown.contains("there are more"), "{shown}");
    database.execute(&super::copied(&id, "copy-20", FREE)).await;
    let shown = told(&scene.setup, &["policy", "log", trace]);
    assert!(shown.ends_with("… the newest 20; there are more under this trace id\n"), "{shown}");
    assert!(shown.contains("copy-20") && !shown.contains(&id), "{shown}");
    let (_, listed) = as_json(&scene.setup, &["policy", "log", trace]);
    assert_eq!((listed["decisions"].as_array().unwrap().len(), &listed["more"]), (20, &json!(true)), "{listed}");

    let (code, output, errors) = scene.setup.run(&["policy", "log", "none"]);
    assert_eq!((code, output.as_str()), (1, ""), "{errors}");
    assert!(errors.contains("there is no decision `none`"), "{errors}");
}

async fn an_auditor_asks_the_module_what_it_was_asked(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let made = traffic(&scene, database).await;
    // A home mandate as well, so that each kind but sharing is there.
    assert_eq!(scene.api.get(MEMBER, "/api/store/mandates").await.status, 200);
    super::records(database, made + 1).await;
    let module = embedded();
    let mut kinds = BTreeSet::new();
    for line in database.lines("SELECT kind || ' ' || id FROM decisions").await {
        let (kind, id) = line.split_once(' ').unwrap();
        kinds.insert(kind.to_owned());
        let call = told(&scene.setup, &["policy", "log", id, "--call"]);
        assert!(call.starts_with(r#"{"settings":{"adminLabels":["#) && call.ends_with("}}}"), "{call}");
        let answer = String::from_utf8(module.answer_bytes(call.as_bytes()).unwrap()).unwrap();
        assert_eq!(answer, database.text(&format!("SELECT answer FROM decisions WHERE id = '{id}'")).await, "{kind}");
        assert!(told(&scene.setup, &["policy", "log", id]).contains(&answer), "the stored answer is shown as it is");
    }
    assert_eq!(kinds, ["activation", "deactivation", "mandates"].map(str::to_owned).into());

    let refused = "SELECT trace_id FROM decisions WHERE allowed = 0 AND kind = 'activation'";
    let trace = database.text(refused).await;
    assert!(told(&scene.setup, &["policy", "log", &trace, "--call"]).contains(r#""question":{"activation":"#));
    let id = database.text(&format!("SELECT id FROM decisions WHERE trace_id = '{trace}'")).await;
    database.execute(&super::copied(&id, "copy", FREE)).await;
    let fails = |arguments: &[&str], code: i32, words: &str| {
        let (found, output, errors) = scene.setup.run(&[&["policy", "log"], arguments].concat());
        assert_eq!((found, output.as_str()), (code, ""), "{arguments:?}: {errors}");
        assert!(errors.contains(words), "{errors}");
    };
    fails(&[&trace, "--call"], 1, "name one of them by its own id");
    fails(&["none", "--call"], 1, "there is no decision `none`");
    fails(&["--call"], 2, "<ID>");
    fails(&[&id, "--call", "--json"], 2, "--json");
    database.execute("UPDATE policy_settings SET settings = replace(settings, 'CHF', 'EUR')").await;
    fails(&[&id, "--call"], 1, "what is kept under their digest are other settings");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_reads_no_further_ends_no_command() {
    let database = engines::sqlite().await;
    let scene = Scene::on(&database).await;
    traffic(&scene, &database).await;
    for arguments in [&["policy", "log"][..], &["policy", "replay"], &["policy", "info"], &["ledger", "list"]] {
        assert_eq!(scene.setup.run_unread(arguments), (0, String::new()), "{arguments:?}");
    }
    // What differs is told all the same.
    database.execute("UPDATE decisions SET answer = '{}'").await;
    assert_eq!(scene.setup.run_unread(&["policy", "replay"]), (1, String::new()));
    // Half a document is none.
    assert_eq!(scene.setup.run_unread(&["export"]).0, 1);
}
