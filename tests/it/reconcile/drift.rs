//! Drift made by hand: found, repaired or raised as the matrix says, and in sync again after it was mended.

use serde_json::json;
use stripe_sim::{CardOutcome, Edit, Seed, Status};

use super::{SUB_PAID, agreed, done, kinds, only, reconcile, set, told, writes};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    scene::{Scene, eventually},
    world::{ADMIN, PAID},
};

on_both_engines!(
    a_higher_quantity_is_lowered_and_credited_from_the_last_agreement,
    a_lower_quantity_is_only_raised_as_an_alarm,
    a_dry_run_changes_nothing,
    a_cancellation_is_taken_over,
    a_status_is_taken_over_and_back,
    what_only_somebody_can_mend_stops_activations_until_it_is_mended,
    an_item_that_is_gone_is_an_alarm,
    a_pending_update_is_an_alarm,
    a_host_repairs_it_at_its_second_look,
    what_was_lowered_and_raised_again_is_not_fought_over,
);

async fn a_higher_quantity_is_lowered_and_credited_from_the_last_agreement(database: &TestDatabase) {
    let scene = agreed(database).await;
    set(&scene, SUB_PAID, 3);
    let (code, review) = reconcile(&scene.setup, &[]);
    assert_eq!((code, kinds(&review, PAID)), (0, only(&["quantity-higher"])), "{review:#}");
    assert!(done(&review, PAID).contains("lowers the quantity from 3 to 2"), "{review:#}");
    assert_eq!(scene.billed(PAID), 2);
    let ledger = scene.sim.ledger();
    let last = ledger.quantity_changes.last().expect("a change");
    let synced = database.number("SELECT synced_at FROM checks WHERE subscription_id = 's-m-paid'").await;
    let credited = last.proration_date.expect("an instant");
    assert!(credited * 1000 < ledger.quantity_changes[ledger.quantity_changes.len() - 2].at_ms, "before the drift");
    assert!(credited * 1000 <= synced);
    assert_eq!(told(&scene, PAID).await.0, json!(true));
    assert_eq!(reconcile(&scene.setup, &[]).0, 0);
    assert_eq!(scene.api.activate(ADMIN, PAID, "f2").await.status, 200);
    assert_eq!(scene.billed(PAID), 3);
}

async fn a_lower_quantity_is_only_raised_as_an_alarm(database: &TestDatabase) {
    let scene = agreed(database).await;
    set(&scene, SUB_PAID, 1);
    let before = writes(&scene);
    let (code, review) = reconcile(&scene.setup, &["--confirm"]);
    assert_eq!((code, kinds(&review, PAID)), (1, only(&["quantity-lower"])), "{review:#}");
    assert_eq!((scene.billed(PAID), writes(&scene)), (1, before), "nothing is billed in silence");
    assert_eq!(told(&scene, PAID).await.0, json!(false));
    let refused = scene.api.activate(ADMIN, PAID, "f2").await;
    assert_eq!((refused.status, refused.code().as_str()), (503, "billing-out-of-sync"), "{}", refused.text);
    set(&scene, SUB_PAID, 2);
    assert_eq!(reconcile(&scene.setup, &[]).0, 0);
    assert_eq!(scene.api.activate(ADMIN, PAID, "f2").await.status, 200);
}

async fn a_dry_run_changes_nothing(database: &TestDatabase) {
    let scene = agreed(database).await;
    set(&scene, SUB_PAID, 3);
    let (before, rows) = (writes(&scene), checks(database).await);
    for arguments in [vec!["--dry-run"], vec!["--dry-run", "--confirm"], vec!["--dry-run", "--mandate", PAID]] {
        let (code, review) = reconcile(&scene.setup, &arguments);
        assert_eq!((code, kinds(&review, PAID)), (1, only(&["quantity-higher"])), "{review:#}");
        assert_eq!(done(&review, PAID), "would lower the quantity from 3 to 2");
    }
    assert_eq!((scene.billed(PAID), writes(&scene), checks(database).await), (3, before, rows));
}

/// Something that differs when any row of the comparisons was written.
async fn checks(database: &TestDatabase) -> i64 {
    database.number("SELECT CAST(sum(checked_at + coalesce(repair_since, 0) + blocks) AS BIGINT) FROM checks").await
}

async fn a_cancellation_is_taken_over(database: &TestDatabase) {
    let scene = agreed(database).await;
    edit(&scene, Edit { status: Some(Status::Canceled), ..Edit::default() });
    let (code, review) = reconcile(&scene.setup, &[]);
    assert_eq!((code, kinds(&review, PAID)), (0, only(&["status-differs"])), "{review:#}");
    let info = scene.api.get(ADMIN, &format!("/api/store/subscription-info?mandateId={PAID}")).await.json();
    assert_eq!((&info["status"], &info["billingInSync"]), (&json!("CANCELED"), &json!(true)));
    let states = scene.api.states(ADMIN, PAID).await;
    assert_eq!(states.len(), 2, "nothing is deleted: {states:?}");
    let features = scene.api.get(ADMIN, "/api/store/features").await.json();
    assert_eq!(features[0]["instances"][0]["isActive"], json!(false), "{features}");
}

async fn a_status_is_taken_over_and_back(database: &TestDatabase) {
    let scene = agreed(database).await;
    for (status, word) in [(Status::PastDue, "PAST_DUE"), (Status::Active, "ACTIVE")] {
        edit(&scene, Edit { status: Some(status), ..Edit::default() });
        let (code, review) = reconcile(&scene.setup, &[]);
        assert_eq!((code, kinds(&review, PAID)), (0, only(&["status-differs"])), "{review:#}");
        let info = scene.api.get(ADMIN, &format!("/api/store/subscription-info?mandateId={PAID}")).await.json();
        assert_eq!(info["status"], json!(word));
    }
    assert_eq!(scene.api.activate(ADMIN, PAID, "f2").await.status, 200);
}

async fn what_only_somebody_can_mend_stops_activations_until_it_is_mended(database: &TestDatabase) {
    let scene = agreed(database).await;
    let stranger = [("turnpike_operation".to_owned(), "somebody-else".to_owned())].into();
    let price =
        |amount: i64| {
            Seed::from_fixture(json!({"stripe": {"items": [{
        "id": "si_any", "subscription": "sub_any", "quantity": 0,
        "price": {"id": format!("price_{amount}"), "unit_amount": amount, "currency": "chf", "interval": "month"}
    }]}})).expect("a seed").items[0].price.clone()
        };
    let known = scene.sim.subscription(SUB_PAID).expect("it")["metadata"]["turnpike_operation"].clone();
    let known = [("turnpike_operation".to_owned(), known.as_str().expect("an operation").to_owned())].into();
    let cases = [
        (
            "price-differs",
            Edit { price: price(3950), ..Edit::default() },
            Edit { price: price(2950), ..Edit::default() },
        ),
        (
            "schedule-attached",
            Edit { schedule: Some(Some("sub_sched_1".to_owned())), ..Edit::default() },
            Edit { schedule: Some(None), ..Edit::default() },
        ),
        (
            "billing-mode",
            Edit { billing_mode: Some("classic".to_owned()), ..Edit::default() },
            Edit { billing_mode: Some("flexible".to_owned()), ..Edit::default() },
        ),
        (
            "unknown-writer",
            Edit { metadata: Some(stranger), ..Edit::default() },
            Edit { metadata: Some(known), ..Edit::default() },
        ),
    ];
    for (kind, spoil, mend) in cases {
        edit(&scene, spoil);
        let before = writes(&scene);
        let (code, review) = reconcile(&scene.setup, &[]);
        assert_eq!((code, kinds(&review, PAID)), (1, only(&[kind])), "{review:#}");
        assert_eq!(writes(&scene), before, "{kind}");
        let refused = scene.api.activate(ADMIN, PAID, "f2").await;
        assert_eq!((refused.status, refused.code().as_str()), (402, "billing-incomplete"), "{kind}: {}", refused.text);
        let gaps = if kind == "price-differs" { json!(["price", "difference"]) } else { json!(["difference"]) };
        assert_eq!(refused.json()["reasons"][0]["params"]["missing"], gaps, "{kind}");
        edit(&scene, mend);
        let (code, review) = reconcile(&scene.setup, &[]);
        assert_eq!((code, kinds(&review, PAID)), (0, only(&[])), "{review:#}");
    }
    assert_eq!(scene.api.activate(ADMIN, PAID, "f2").await.status, 200);
}

async fn an_item_that_is_gone_is_an_alarm(database: &TestDatabase) {
    let scene = agreed(database).await;
    stripe(&scene, "items[0][id]=si_planted_paid&items[0][deleted]=true&items[1][price]=price_m-open").await;
    let before = writes(&scene);
    let (code, review) = reconcile(&scene.setup, &["--confirm"]);
    assert_eq!((code, kinds(&review, PAID)), (1, only(&["item-gone"])), "{review:#}");
    assert_eq!(writes(&scene), before);
    let refused = scene.api.activate(ADMIN, PAID, "f2").await;
    assert_eq!((refused.status, refused.code().as_str()), (402, "billing-incomplete"), "{}", refused.text);
    assert_eq!(refused.json()["reasons"][0]["params"]["missing"], json!(["difference"]));
    assert_eq!(scene.api.states(ADMIN, PAID).await.len(), 2, "nothing is taken for cancelled");
}

async fn a_pending_update_is_an_alarm(database: &TestDatabase) {
    let scene = agreed(database).await;
    scene.sim.card(None, CardOutcome::RequiresAction);
    stripe(
        &scene,
        "items[0][id]=si_planted_paid&items[0][quantity]=3&proration_behavior=always_invoice\
         &payment_behavior=pending_if_incomplete",
    )
    .await;
    let (code, review) = reconcile(&scene.setup, &[]);
    assert_eq!((code, kinds(&review, PAID)), (1, only(&["pending-update"])), "{review:#}");
    assert_eq!(scene.billed(PAID), 2);
}

async fn a_host_repairs_it_at_its_second_look(database: &TestDatabase) {
    let mut scene = agreed(database).await;
    set(&scene, SUB_PAID, 4);
    scene.host.kill();
    scene.setup = scene.setup.clone().with("TURNPIKE_RECONCILE_EVERY", "1s");
    scene.restart();
    eventually("the quantity is lowered", || async { scene.billed(PAID) == 2 }).await;
    eventually("the host says so", || async { told(&scene, PAID).await.0 == json!(true) }).await;
    let log = scene.host.log();
    let (noted, repaired) =
        (log.find("billing and our data differ"), log.find("\"a difference to the billing provider\""));
    assert!(noted.is_some() && noted < repaired, "it is noted before it is repaired: {log}");
    assert!(told(&scene, PAID).await.1.as_str().unwrap().ends_with('Z'));
}

async fn what_was_lowered_and_raised_again_is_not_fought_over(database: &TestDatabase) {
    let scene = agreed(database).await;
    set(&scene, SUB_PAID, 3);
    assert_eq!(reconcile(&scene.setup, &[]).0, 0);
    set(&scene, SUB_PAID, 3);
    let (code, review) = reconcile(&scene.setup, &[]);
    assert_eq!((code, scene.billed(PAID)), (1, 3));
    assert!(done(&review, PAID).contains("not touched"), "{review:#}");
    assert_eq!(reconcile(&scene.setup, &["--confirm"]).0, 0, "unless somebody says so");
    assert_eq!(scene.billed(PAID), 2);
}

fn edit(scene: &Scene, edit: Edit) {
    scene.sim.edit(SUB_PAID, edit).expect("an edit by hand");
}

/// Updates the subscription as somebody with another program does.
async fn stripe(scene: &Scene, form: &str) {
    let http = reqwest::Client::new();
    let request = http.post(format!("{}/v1/subscriptions/{SUB_PAID}", scene.sim.url())).bearer_auth("sk_test_other");
    let request = request.header("content-type", "application/x-www-form-urlencoded").body(form.to_owned());
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status().as_u16(), 200, "{}", answer.text().await.expect("a body"));
}
