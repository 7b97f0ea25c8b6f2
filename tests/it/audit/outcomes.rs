//! What billing refuses, what is given up and what is withdrawn has its entries, too; and the address is the client's.

use reqwest::Method;
use serde_json::json;
use stripe_sim::{Action, BodyKind, Fault, Stage};

use crate::{
    api::Reply,
    done_right::on_both_engines,
    engines::TestDatabase,
    host::Setup,
    scene::Scene,
    tokens,
    world::{ADMIN, OPEN},
};

on_both_engines!(
    what_billing_refuses_is_told_with_its_end,
    what_is_given_up_before_anything_was_sent_is_told,
    what_is_withdrawn_is_told_with_who_withdrew_it,
    behind_a_trusted_proxy_the_address_is_the_clients,
);

async fn scene(database: &TestDatabase, settings: impl FnOnce(Setup) -> Setup) -> Scene {
    Scene::with(database, |setup| settings(setup.with("TURNPIKE_BILLING_WAIT", "1s"))).await
}

/// What is told of the mandate: the sort of who, what, and the state before and after.
async fn told(database: &TestDatabase) -> Vec<String> {
    let states = if database.is_postgres() {
        "coalesce(before_state::json ->> 'state', '-') || ' → ' || coalesce(after_state::json ->> 'state', '-')"
    } else {
        "coalesce(before_state ->> 'state', '-') || ' → ' || coalesce(after_state ->> 'state', '-')"
    };
    let sql = format!(
        "SELECT actor || ' ' || action || ': ' || {states} FROM audit WHERE mandate_id = '{OPEN}' \
         AND actor NOT LIKE 'operator:%' ORDER BY seq"
    );
    database.lines(&sql).await
}

fn refused(reply: &Reply, status: u16, code: &str) {
    assert_eq!((reply.status, reply.code().as_str()), (status, code), "{}", reply.text);
}

async fn what_billing_refuses_is_told_with_its_end(database: &TestDatabase) {
    let scene = scene(database, |setup| setup).await;
    scene.sim.fault(Fault::once(
        "POST",
        "/v1/subscriptions/",
        Action::Status {
            status: 402,
            body: BodyKind::Json,
            at: Stage::Before,
            code: Some("card_declined".to_owned()),
            should_retry: None,
            saved: None,
        },
    ));
    refused(&scene.api.activate(ADMIN, OPEN, "f0").await, 402, "payment-declined");
    let entries = ["user:u-admin activate: - → reserved", "system:ledger refuse activate: reserved → -"];
    assert_eq!(told(database).await, entries);
}

async fn what_is_given_up_before_anything_was_sent_is_told(database: &TestDatabase) {
    let scene = scene(database, |setup| setup).await;
    scene.sim.stop().await;
    refused(&scene.api.activate(ADMIN, OPEN, "f0").await, 503, "billing-unavailable");
    let entries = ["user:u-admin activate: - → reserved", "system:ledger cancel activate: reserved → -"];
    assert_eq!(told(database).await, entries);
}

async fn what_is_withdrawn_is_told_with_who_withdrew_it(database: &TestDatabase) {
    let scene = scene(database, |setup| setup).await;
    scene.sim.fault(Fault::once("POST", "/v1/subscriptions/", Action::Hold { at: Stage::Before }));
    let reply = scene.api.activate(ADMIN, OPEN, "f0").await;
    assert_eq!(reply.status, 202, "{}", reply.text);
    let reserved = reply.json()["instanceId"].as_str().expect("an instance").to_owned();
    assert_eq!(scene.api.deactivate(ADMIN, OPEN, "f0", &reserved).await.status, 200);
    scene.sim.release();
    scene.settled(OPEN).await;
    let entries = [
        "user:u-admin activate: - → reserved",
        "user:u-admin withdraw: reserved → withdrawn",
        "system:ledger confirm activate: reserved → -",
    ];
    assert_eq!(told(database).await, entries);
}

async fn behind_a_trusted_proxy_the_address_is_the_clients(database: &TestDatabase) {
    let scene = scene(database, |setup| setup.with("TURNPIKE_TRUSTED_PROXIES", "1")).await;
    let body = json!({"featureCode": "f0", "mandateId": OPEN}).to_string().into_bytes();
    let forwarded = [("x-forwarded-for", "198.51.100.1, 203.0.113.9"), ("content-type", "application/json")];
    let token = tokens::of(ADMIN);
    let reply = scene.api.send(Method::POST, "/api/store/activate", Some(&token), &forwarded, Some(body)).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    // The proxy added the last one; what stands before it anybody can write.
    let from = database.lines("SELECT address FROM audit WHERE actor = 'user:u-admin' AND action = 'activate'").await;
    assert_eq!(from, ["203.0.113.9"]);
}
