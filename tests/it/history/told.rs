//! Every kind of entry, in its order, with who and how much; and to whom it is told.

use serde_json::{Value, json};

use super::{all, bought, history};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    scene::{Scene, eventually},
    world::{ADMIN, DISABLED, FREE, MEMBER, OPEN, OTHER_ADMIN, PAID, STRANGER},
};

on_both_engines!(
    whatever_happened_is_told_with_what_it_cost,
    a_batch_is_billed_once,
    what_is_not_kept_any_more_is_not_told,
    it_is_told_to_admins_alone,
);

/// What the bill of an operation was compared with what was quoted.
const COMPARED: &str = "SELECT count(*) FROM operations WHERE billed_minor IS NOT NULL";

/// The entry's name, whose and the state.
fn line(entry: &Value) -> String {
    let text = |name: &str| entry[name].as_str().unwrap_or("-").to_owned();
    format!("{} {} {} {}", text("kind"), text("state"), text("by"), text("whose"))
}

async fn whatever_happened_is_told_with_what_it_cost(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let (instance, quote) = bought(&scene, ADMIN, PAID, "f0").await;
    eventually("the bill is compared", || async { database.number(COMPARED).await == 1 }).await;
    let role = json!({"mandateId": PAID, "userId": MEMBER, "role": "f0-user"});
    let given = scene.api.post("u-a0", &format!("/api/store/instances/{instance}/accesses"), &role).await;
    assert_eq!(given.status, 200, "{}", given.text);
    let left = scene.api.deactivate(MEMBER, PAID, "f0", &instance).await;
    assert_eq!(left.status, 200, "{}", left.text);
    let ended = scene.api.deactivate(ADMIN, PAID, "f0", &instance).await;
    assert_eq!(ended.status, 200, "{}", ended.text);
    scene.settled(PAID).await;
    let restored = scene.api.restore(ADMIN, PAID, &instance).await;
    assert_eq!(restored.status, 200, "{}", restored.text);
    let free = scene.api.activate(ADMIN, FREE, "f1").await;
    assert_eq!(free.status, 200, "{}", free.text);

    let told = all(&scene, "u-a1", PAID, 100).await;
    let name = |user: &str| format!("name-{user}");
    let expected = [
        format!("restore done {} -", name(ADMIN)),
        format!("end done {} -", name(ADMIN)),
        format!("leave done {} -", name(MEMBER)),
        format!("share done {} {}", name("u-a0"), name(MEMBER)),
        format!("activate done {} -", name(ADMIN)),
    ];
    assert_eq!(told.iter().map(line).collect::<Vec<_>>(), expected);
    for limit in [1, 2, 5] {
        assert_eq!(all(&scene, "u-a1", PAID, limit).await, told, "{limit}");
    }
    for entry in &told {
        assert_eq!((&entry["instanceId"], &entry["featureCode"]), (&json!(instance), &json!("f0")));
        assert!(entry["at"].as_str() <= entry["settledAt"].as_str(), "{entry}");
    }
    // The activation was quoted, and billed with what was quoted.
    let change = &told[4];
    let price = json!({"minor": 2950, "currency": "CHF", "text": "CHF 29.50", "period": "monthly"});
    assert_eq!(change["price"], price);
    assert_eq!(change["quoteId"], quote["id"]);
    let remaining: i64 = quote["lines"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|line| line["kind"] == "remaining")
        .map(|line| line["amount"].as_i64().unwrap())
        .sum();
    assert!(remaining > 0, "{quote}");
    assert_eq!(change["quoted"]["minor"], json!(remaining));
    let billing = &change["invoiceLine"];
    assert_eq!(billing["billed"], change["quoted"]);
    assert_eq!((&billing["quantityBefore"], &billing["quantityAfter"]), (&json!(0), &json!(1)));
    assert_eq!((&billing["state"], &billing["from"]), (&json!("applied"), &quote["effectiveAt"]));
    // What was not quoted was billed all the same; what is no matter of billing has no line.
    for (entry, quantities) in [(&told[0], [0, 1]), (&told[1], [1, 0])] {
        let line = &entry["invoiceLine"];
        assert_eq!(json!([line["quantityBefore"], line["quantityAfter"]]), json!(quantities), "{entry}");
        assert_eq!((&entry["quoted"], &line["billed"], &entry["price"]), (&Value::Null, &Value::Null, &price));
    }
    for entry in &told[2..4] {
        assert_eq!((&entry["invoiceLine"], &entry["price"]), (&Value::Null, &Value::Null), "{entry}");
    }
    let free = all(&scene, ADMIN, FREE, 100).await;
    assert_eq!(free.len(), 1);
    assert_eq!((&free[0]["price"]["minor"], &free[0]["invoiceLine"]), (&json!(0), &Value::Null), "{}", free[0]);
    // No id of Stripe is told.
    assert!(!json!(told).to_string().contains("planted"));
}

async fn a_batch_is_billed_once(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let wish = json!({"mandateId": OPEN, "activate": ["f0", "f1", "f2"], "deactivate": []});
    let quote = scene.api.post(ADMIN, "/api/store/quote", &wish).await.json();
    let held = json!({"mandateId": OPEN, "activate": ["f0", "f1", "f2"], "deactivate": [], "quoteId": quote["id"]});
    let reply = scene.api.post(ADMIN, "/api/store/changes", &held).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    eventually("the bill is compared", || async { database.number(COMPARED).await == 1 }).await;
    let told = all(&scene, ADMIN, OPEN, 2).await;
    assert_eq!(told.len(), 3);
    let of = |name: &str| -> Vec<&Value> { told.iter().map(|entry| &entry[name]).collect() };
    assert!(of("batchId").iter().all(|id| id.is_string() && *id == of("batchId")[0]), "{told:?}");
    let amounts = |part: &dyn Fn(&Value) -> Value| -> Vec<i64> {
        told.iter().filter_map(|entry| part(entry)["minor"].as_i64()).collect()
    };
    let billed = amounts(&|entry| entry["invoiceLine"]["billed"].clone());
    assert_eq!((billed.len(), amounts(&|entry| entry["quoted"].clone())), (1, billed.clone()), "{told:?}");
    assert!(told.iter().all(|entry| entry["invoiceLine"]["quantityAfter"] == 3), "{told:?}");
}

async fn what_is_not_kept_any_more_is_not_told(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let (_, quote) = bought(&scene, "u-a0", PAID, "f0").await;
    eventually("the bill is compared", || async { database.number(COMPARED).await == 1 }).await;
    let before = all(&scene, ADMIN, PAID, 10).await.remove(0);
    for statement in ["DELETE FROM quotes", "DELETE FROM decisions", "DELETE FROM users WHERE id = 'u-a0'"] {
        database.execute(statement).await;
    }
    let after = all(&scene, ADMIN, PAID, 10).await.remove(0);
    assert_eq!((&after["quoteId"], &after["byUserId"]), (&quote["id"], &json!("u-a0")));
    assert_eq!((&after["by"], &after["price"]), (&Value::Null, &Value::Null), "{after}");
    // The ledger keeps what was quoted and billed, without saying in which currency.
    let minor = &before["quoted"]["minor"];
    for amount in [&after["quoted"], &after["invoiceLine"]["billed"]] {
        assert_eq!((&amount["minor"], &amount["currency"]), (minor, &Value::Null), "{after}");
    }
}

async fn it_is_told_to_admins_alone(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    assert_eq!(scene.api.activate(ADMIN, FREE, "f0").await.status, 200);
    for (user, mandate, status, code) in [
        (MEMBER, FREE, 403, "not-admin"),
        (STRANGER, FREE, 404, "mandate-not-found"),
        (DISABLED, FREE, 404, "mandate-not-found"),
        (OTHER_ADMIN, FREE, 404, "mandate-not-found"),
        (ADMIN, "m-none", 404, "mandate-not-found"),
        (ADMIN, "", 422, "invalid-field"),
    ] {
        let file = scene.api.get(user, &format!("/api/store/history.csv?mandateId={mandate}")).await;
        for reply in [history(&scene, user, mandate, "").await, file] {
            assert_eq!((reply.status, reply.code().as_str()), (status, code), "{user} {mandate}: {}", reply.text);
            assert!(!reply.text.contains("name-"), "{}", reply.text);
        }
    }
    for page in ["&limit=0", "&limit=501", "&after=x", "&after=Y29sbGVhZ3Vlczox"] {
        let reply = history(&scene, ADMIN, FREE, page).await;
        assert_eq!((reply.status, reply.code().as_str()), (422, "invalid-field"), "{page}: {}", reply.text);
    }
    // What happened elsewhere is not told.
    assert_eq!(all(&scene, ADMIN, PAID, 100).await, Vec::<Value>::new());
}
