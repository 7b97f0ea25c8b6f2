//! Ours follows Stripe's: what is not in force any more is suspended, never deleted, and comes back.

use serde_json::{Value, json};
use stripe_sim::{Edit, Status};

use super::scene;
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    scene::{Scene, eventually},
    world::{ADMIN, OTHER, PAID},
};

on_both_engines!(
    a_cancelled_subscription_suspends_and_deletes_nothing,
    an_overdue_bill_refuses_what_costs_more,
    pauses_trials_and_planned_ends_follow,
    a_wrong_binding_is_refused_until_it_is_right,
    a_new_item_takes_the_place_of_one_that_is_gone,
);

const SUBSCRIPTION: &str = "sub_planted_paid";

/// An edit in the Dashboard.
fn edit(scene: &Scene, edit: Edit) {
    scene.sim.edit(SUBSCRIPTION, edit).expect("an edit");
}

fn set_status(scene: &Scene, status: Status) {
    edit(scene, Edit { status: Some(status), ..Edit::default() });
}

/// Waits until our subscription fulfils a condition of SQL.
async fn ours(database: &TestDatabase, condition: &str) {
    let sql = format!("SELECT count(*) FROM subscriptions WHERE id = 's-{PAID}' AND {condition}");
    eventually(condition, || async { database.number(&sql).await == 1 }).await;
}

/// The caller's only instance as `GET /features` shows it: state, and whether it can be used.
async fn shown(scene: &Scene) -> (Value, Value) {
    let features = scene.api.get(ADMIN, "/api/store/features").await.json();
    let all: Vec<&Value> =
        features.as_array().unwrap().iter().flat_map(|one| one["instances"].as_array().unwrap()).collect();
    assert_eq!(all.len(), 1, "{all:?}");
    (all[0]["state"].clone(), all[0]["isActive"].clone())
}

async fn active(scene: &Scene) {
    let reply = scene.api.activate(ADMIN, PAID, "f0").await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(shown(scene).await, (json!("active"), json!(true)));
}

/// Status and code of an activation.
async fn refusal(scene: &Scene, feature: &str) -> (u16, String) {
    let reply = scene.api.activate(ADMIN, PAID, feature).await;
    (reply.status, reply.code())
}

async fn a_cancelled_subscription_suspends_and_deletes_nothing(database: &TestDatabase) {
    let scene = scene(database).await;
    active(&scene).await;
    for status in [Status::Canceled, Status::Unpaid, Status::IncompleteExpired] {
        set_status(&scene, status);
        eventually("it is suspended", || async { shown(&scene).await == (json!("suspended"), json!(false)) }).await;
        assert_eq!(refusal(&scene, "f1").await, (402, "no-subscription".to_owned()));
        let states = scene.api.states(ADMIN, PAID).await;
        assert_eq!(states.iter().map(|(_, state)| state.as_str()).collect::<Vec<_>>(), ["suspended"]);
        assert_eq!(database.number("SELECT count(*) FROM ended_instances").await, 0);
        set_status(&scene, Status::Active);
        eventually("it is back", || async { shown(&scene).await == (json!("active"), json!(true)) }).await;
    }
    assert_eq!(database.number("SELECT count(*) FROM accesses").await, 1);
    scene.settled(PAID).await;
    assert_eq!(scene.sim.ledger().quantity_changes.len(), 1, "no webhook changed the quantity");
}

async fn an_overdue_bill_refuses_what_costs_more(database: &TestDatabase) {
    let scene = scene(database).await;
    active(&scene).await;
    set_status(&scene, Status::PastDue);
    ours(database, "status = 'PAST_DUE'").await;
    assert_eq!(shown(&scene).await, (json!("active"), json!(true)), "what is there goes on");
    assert_eq!(refusal(&scene, "f1").await, (402, "subscription-past-due".to_owned()));
    set_status(&scene, Status::Active);
    ours(database, "status = 'ACTIVE'").await;
    assert_eq!(scene.api.activate(ADMIN, PAID, "f1").await.status, 200);
    scene.settled(PAID).await;
}

async fn pauses_trials_and_planned_ends_follow(database: &TestDatabase) {
    let scene = scene(database).await;
    active(&scene).await;
    set_status(&scene, Status::Paused);
    eventually("it is suspended", || async { shown(&scene).await.0 == "suspended" }).await;
    set_status(&scene, Status::Trialing);
    ours(database, "status = 'TRIALING' AND trial_ends_at IS NOT NULL").await;
    let trial_end = scene.sim.subscription(SUBSCRIPTION).unwrap()["trial_end"].as_i64().unwrap() * 1000;
    ours(database, &format!("trial_ends_at = {trial_end}")).await;
    assert_eq!(shown(&scene).await.1, true);
    edit(&scene, Edit { status: Some(Status::Active), cancel_at_period_end: Some(true), ..Edit::default() });
    ours(database, &format!("status = 'ACTIVE' AND trial_ends_at IS NULL AND ends_at = {trial_end}")).await;
    assert_eq!(shown(&scene).await.1, true, "until then it is in force");
    edit(&scene, Edit { cancel_at_period_end: Some(false), ..Edit::default() });
    ours(database, "ends_at IS NULL").await;
}

async fn a_wrong_binding_is_refused_until_it_is_right(database: &TestDatabase) {
    let scene = scene(database).await;
    active(&scene).await;
    let belongs_to = |mandate: &str| Some([("turnpike_mandate".to_owned(), mandate.to_owned())].into());
    edit(&scene, Edit { status: Some(Status::PastDue), metadata: belongs_to(OTHER), ..Edit::default() });
    ours(database, "refused_binding IS NOT NULL AND status = 'ACTIVE'").await;
    let reply = scene.api.activate(ADMIN, PAID, "f1").await;
    assert_eq!((reply.status, reply.code().as_str()), (402, "billing-incomplete"), "{}", reply.text);
    assert_eq!(reply.json()["reasons"][0]["params"]["missing"], json!(["subscription"]));
    let said = "the provider's subscription names another mandate";
    eventually("it is logged", || async { scene.host.log().contains(said) }).await;
    assert!(!scene.host.log().contains(OTHER), "whose it is is not told");
    edit(&scene, Edit { status: Some(Status::Active), metadata: belongs_to(PAID), ..Edit::default() });
    ours(database, "refused_binding IS NULL").await;
    assert_eq!(scene.api.activate(ADMIN, PAID, "f1").await.status, 200);
    scene.settled(PAID).await;
}

async fn a_new_item_takes_the_place_of_one_that_is_gone(database: &TestDatabase) {
    let scene = scene(database).await;
    database.execute(&format!("UPDATE plans SET stripe_price_id = 'price_{PAID}' WHERE key = 'PAID3'")).await;
    let form = format!(
        "items[0][price]=price_{PAID}&items[0][quantity]=0&items[1][id]=si_planted_paid&items[1][deleted]=true"
    );
    update(&scene, &form).await;
    let stripes = scene.sim.subscription(SUBSCRIPTION).unwrap()["items"]["data"][0]["id"].as_str().unwrap().to_owned();
    assert_ne!(stripes, "si_planted_paid");
    ours(database, &format!("stripe_item_id = '{stripes}'")).await;
    assert_eq!(scene.api.activate(ADMIN, PAID, "f0").await.status, 200);
    assert_eq!(scene.sim.quantity(&stripes), Some(1));
    // Another price is no replacement: an alarm is raised, and ours stays.
    update(
        &scene,
        &format!("items[0][price]=price_m-open&items[0][quantity]=1&items[1][id]={stripes}&items[1][deleted]=true"),
    )
    .await;
    let said = "is gone, and not exactly one other has the plan's price";
    eventually("it is logged", || async { scene.host.log().contains(said) }).await;
    ours(database, &format!("stripe_item_id = '{stripes}'")).await;
}

/// An update by somebody else's program.
async fn update(scene: &Scene, form: &str) {
    let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
    let request = http.post(format!("{}/v1/subscriptions/{SUBSCRIPTION}", scene.sim.url()));
    let request = request.bearer_auth("sk_test_other").header("content-type", "application/x-www-form-urlencoded");
    let answer = request.body(form.to_owned()).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200, "{}", answer.text().await.unwrap());
}
