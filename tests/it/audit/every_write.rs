//! Everything that changes has its entry: what they say, one by one, and that no transaction changes anything without.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::scenario;
use crate::{
    done_right::on_both_engines,
    engines::{self, TestDatabase},
    world::{ADMIN, OPEN},
};

on_both_engines!(everything_that_is_done_is_told, who_from_where_before_and_after_are_told);

/// Who does what: the sort of who, and the action.
const ACTIONS: &[&str] = &[
    "operator catalog apply feature",
    "operator import",
    "operator import feature",
    "operator import mandate",
    "operator import membership",
    "operator import plan",
    "operator import role",
    "operator import subscription",
    "operator import user",
    "operator pause",
    "operator resume",
    "service add event endpoint",
    "service amend event endpoint",
    "service delete access",
    "service delete feature",
    "service delete mandate",
    "service delete membership",
    "service delete plan",
    "service delete user",
    "service end mandate",
    "service put access",
    "service put feature",
    "service put mandate",
    "service put membership",
    "service put plan",
    "service put role",
    "service put subscription",
    "service put user",
    "service remove event endpoint",
    "service rotate event secret",
    "system confirm activate",
    "system confirm end",
    "system end",
    "system leave",
    "user activate",
    "user end",
    "user home mandate",
    "user leave",
    "user restore",
    "user share",
];

async fn everything_that_is_done_is_told(database: &TestDatabase) {
    let scene = scenario::scene(database).await;
    scenario::run(&scene).await;
    let told = database.lines("SELECT DISTINCT actor || ' ' || action FROM audit").await;
    let told: BTreeSet<String> = told
        .iter()
        .map(|told| {
            let (who, action) = told.split_once(' ').expect("two parts");
            format!("{} {action}", who.split_once(':').expect("a sort of who").0)
        })
        .collect();
    let expected: BTreeSet<String> = ACTIONS.iter().map(|&action| action.to_owned()).collect();
    assert_eq!(told, expected);
    let (code, verdict, errors) = scene.setup.run(&["audit", "verify"]);
    assert_eq!(code, 0, "{verdict}{errors}");
    // What an endpoint's address ends with may be a secret.
    let all =
        database.lines("SELECT coalesce(before_state, '') || coalesce(after_state, '') || detail FROM audit").await;
    assert!(!all.iter().any(|told| told.contains("whsec_") || told.contains("token=planted")));
}

/// The newest entry of an action as JSON.
async fn newest(scene: &crate::scene::Scene, arguments: &[&str], action: &str) -> Value {
    let (code, told, errors) = scene.setup.run(&[&["audit", "--json", "--limit", "500"], arguments].concat());
    assert_eq!(code, 0, "{errors}");
    let told: Value = serde_json::from_str(&told).expect("JSON");
    let entries = told["entries"].as_array().expect("a list");
    entries.iter().find(|entry| entry["action"] == action).unwrap_or_else(|| panic!("no `{action}`")).clone()
}

async fn who_from_where_before_and_after_are_told(database: &TestDatabase) {
    let scene = scenario::scene(database).await;
    scenario::run(&scene).await;
    let activated = newest(&scene, &["--who", ADMIN, "--mandate", OPEN], "activate").await;
    assert_eq!((&activated["who"], &activated["from"]), (&json!("user:u-admin"), &json!("127.0.0.1")), "{activated}");
    assert_eq!(activated["traceId"].as_str().map(str::len), Some(32), "{activated}");
    assert_eq!((&activated["before"], &activated["after"]["state"]), (&Value::Null, &json!("reserved")), "{activated}");
    let access = json!([{"userId": ADMIN, "enabled": true, "roles": ["f0-admin"]}]);
    assert_eq!(activated["after"]["accesses"], access, "{activated}");
    let subject = activated["subject"].as_str().expect("an instance").to_owned();

    let confirmed = newest(&scene, &["--subject", &subject], "confirm activate").await;
    assert_eq!((&confirmed["who"], &confirmed["mandateId"]), (&json!("system:ledger"), &json!(OPEN)), "{confirmed}");
    assert_eq!(
        (&confirmed["before"], &confirmed["after"]),
        (&json!({"state": "reserved"}), &json!({"state": "active"}))
    );
    let left = newest(&scene, &["--subject", &subject], "leave").await;
    assert_eq!(left["before"], json!({"userId": "u-member", "enabled": true, "roles": ["f0-user"]}), "{left}");
    assert_eq!(left["after"], Value::Null);
    let ended = newest(&scene, &["--subject", &subject], "end").await;
    assert_eq!((&ended["before"]["state"], &ended["after"]["state"]), (&json!("active"), &json!("ended")), "{ended}");
    assert_eq!(ended["before"]["accesses"][0]["userId"], json!(ADMIN), "{ended}");

    let put = newest(&scene, &["--who", "service:sync", "--subject", "nora"], "put user").await;
    assert_eq!((&put["before"]["email"], &put["after"]["email"]), (&Value::Null, &json!("nora@example.org")), "{put}");
    assert_eq!(put["from"], json!("127.0.0.1"));
    let orphan = newest(&scene, &["--who", "system:directory"], "end").await;
    assert_eq!(
        (&orphan["detail"]["asked"], &orphan["mandateId"]),
        (&json!("service:sync"), &json!("m-new")),
        "{orphan}"
    );
    let paused = newest(&scene, &["--subject", "billing"], "pause").await;
    let who = paused["who"].as_str().expect("who");
    let host = who.rsplit('@').next().expect("a host");
    assert!(who.starts_with("operator:") && paused["from"] == host, "{paused}");
    assert_eq!((&paused["reason"], &paused["after"]), (&json!("a test"), &json!({"paused": true})));
    let home = newest(&scene, &["--who", "user:u-stranger"], "home mandate").await;
    assert_eq!(home["after"]["homeOf"], json!("u-stranger"), "{home}");
    let imported = newest(&scene, &["--subject", OPEN], "import mandate").await;
    assert_eq!((&imported["before"], &imported["after"]["id"]), (&Value::Null, &json!(OPEN)), "{imported}");
}

/// What the product, its users and its operators see and pay. The rest is how Turnpike gets there.
const BUSINESS: [&str; 17] = [
    "plans",
    "features",
    "resources",
    "users",
    "mandates",
    "home_grants",
    "instances",
    "roles",
    "memberships",
    "membership_roles",
    "subscriptions",
    "accesses",
    "access_roles",
    "ended_instances",
    "pauses",
    "event_endpoints",
    "event_secrets",
];

/// Notes every transaction that changes one of them, but for what only Turnpike looks at.
fn recorder() -> String {
    let mut sql = "CREATE TABLE test_writes (tx BIGINT NOT NULL, place TEXT NOT NULL);
        CREATE FUNCTION test_write() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE own TEXT[] := ARRAY['lock_version', 'looks', 'looked', 'told_state'];
        BEGIN
            IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - own = to_jsonb(NEW) - own THEN RETURN NULL; END IF;
            INSERT INTO test_writes (tx, place) VALUES (txid_current(), TG_TABLE_NAME);
            RETURN NULL;
        END $$;"
        .to_owned();
    for table in BUSINESS.iter().chain(&["audit"]) {
        sql += &format!(
            "CREATE TRIGGER test_write AFTER INSERT OR UPDATE OR DELETE ON {table} \
             FOR EACH ROW EXECUTE FUNCTION test_write();"
        );
    }
    sql
}

/// PostgreSQL numbers its transactions; the statements are the same on both engines.
#[tokio::test(flavor = "multi_thread")]
async fn no_transaction_changes_anything_without_an_entry() {
    let database = engines::postgres().await;
    database.execute(&recorder()).await;
    let scene = scenario::scene(&database).await;
    scenario::run(&scene).await;
    let silent = "SELECT DISTINCT w.place FROM test_writes w WHERE w.place <> 'audit' \
         AND NOT EXISTS (SELECT 1 FROM test_writes a WHERE a.tx = w.tx AND a.place = 'audit') ORDER BY 1";
    assert_eq!(database.lines(silent).await, Vec::<String>::new());
    let reached: BTreeSet<String> =
        database.lines("SELECT DISTINCT place FROM test_writes").await.into_iter().collect();
    let missed: Vec<&&str> = BUSINESS.iter().filter(|table| !reached.contains(**table)).collect();
    assert_eq!(missed, [&"resources"], "the data set has none");
    // The recorder sees what it is to see.
    database.execute("UPDATE plans SET label = 'Silent' WHERE key = 'FREE'").await;
    assert_eq!(database.lines(silent).await, ["plans"]);
}
