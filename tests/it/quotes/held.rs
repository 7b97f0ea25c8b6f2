//! Holding requests to their quotes: once, in time, by the same person, for the same thing and the same amounts.

use std::time::Duration;

use serde_json::json;
use stripe_sim::{Action, Edit, Fault, SeedPrice, Stage};

use super::{activate_with, amount, previews, quoted, restore_with};
use crate::{
    done_right::on_both_engines,
    engines::{self, TestDatabase},
    scene::{Scene, eventually},
    world::{ADMIN, FREE, OPEN, PAID},
};

on_both_engines!(
    a_difference_between_bill_and_quote_is_kept,
    a_quote_serves_once_and_sets_the_instant,
    a_restore_is_held_to_the_quote_of_an_activation,
    a_quote_of_somebody_or_something_else_does_not_serve,
    what_was_quoted_goes_alone,
);

/// A price that every second of every month divides, so that no amount is rounded.
const EVEN_PRICE: i64 = 86_400 * 377_580;

async fn a_quote_serves_once_and_sets_the_instant(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let quote = quoted(&scene, ADMIN, OPEN, &["f0"], &[]).await;
    let reply = activate_with(&scene, ADMIN, OPEN, "f0", &quote).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let billed: i64 = scene.sim.ledger().pending_lines.iter().map(|line| line.amount).sum();
    assert_eq!(billed, amount(&quote, "remaining"));
    let listed = scene.api.get(ADMIN, &format!("/api/store/changes?mandateId={OPEN}")).await.json();
    let change = &listed["changes"][0];
    assert_eq!((&change["quoteId"], &change["effectiveAt"]), (&quote["id"], &quote["effectiveAt"]));

    eventually("bill and quote are compared", || async { compared(database, "=").await == 1 }).await;
    let again = activate_with(&scene, ADMIN, OPEN, "f0", &quote).await;
    assert_eq!((again.status, again.code().as_str()), (412, "quote-used"));

    // The end as well.
    let instance = reply.json()["instanceId"].as_str().expect("an id").to_owned();
    let quote = quoted(&scene, ADMIN, OPEN, &[], &[&instance]).await;
    let body = json!({"featureCode": "f0", "mandateId": OPEN, "instanceId": instance, "quoteId": quote["id"]});
    let reply = scene.api.post(ADMIN, "/api/store/deactivate", &body).await;
    assert_eq!((reply.status, &reply.json()["billing"]), (200, &json!("done")), "{}", reply.text);
    let credit =
        scene.sim.ledger().pending_lines.iter().filter(|line| line.credit).map(|line| line.amount).sum::<i64>();
    assert_eq!(credit, amount(&quote, "unused"));
    scene.settled(OPEN).await;
}

async fn a_restore_is_held_to_the_quote_of_an_activation(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let instance = scene.api.activate(ADMIN, OPEN, "f0").await.json()["instanceId"].as_str().expect("an id").to_owned();
    assert_eq!(scene.api.deactivate(ADMIN, OPEN, "f0", &instance).await.status, 200);
    scene.settled(OPEN).await;
    let lines = || scene.sim.ledger().pending_lines.iter().map(|line| line.amount).sum::<i64>();
    let (before, quantity) = (lines(), scene.billed(OPEN));

    // Of another feature: nothing happens, and what this one costs is told.
    let other = quoted(&scene, ADMIN, OPEN, &["f1"], &[]).await;
    let reply = restore_with(&scene, ADMIN, OPEN, &instance, &other).await;
    assert_eq!((reply.status, reply.code().as_str()), (412, "quote-changed"), "{}", reply.text);
    let quote = reply.json()["quote"].clone();
    assert_eq!((scene.billed(OPEN), lines()), (quantity, before));

    let reply = restore_with(&scene, ADMIN, OPEN, &instance, &quote).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    scene.settled(OPEN).await;
    assert_eq!(lines() - before, amount(&quote, "unused") + amount(&quote, "remaining"));
    let reply = activate_with(&scene, ADMIN, OPEN, "f0", &quote).await;
    assert_eq!((reply.status, reply.code().as_str()), (412, "quote-used"));

    // Once more, and Stripe charges another price since it was quoted. Another quantity than before: it may be the same second.
    assert_eq!(scene.api.deactivate(ADMIN, OPEN, "f0", &instance).await.status, 200);
    assert_eq!(scene.api.activate(ADMIN, OPEN, "f1").await.status, 200);
    scene.settled(OPEN).await;
    let quote = quoted(&scene, ADMIN, OPEN, &["f0"], &[]).await;
    let price = SeedPrice { id: "price_dearer".to_owned(), unit_amount: 18_000, ..SeedPrice::default() };
    scene.sim.edit("sub_planted_open", Edit { price: Some(price), ..Edit::default() }).expect("an edit");
    let quantity = scene.billed(OPEN);
    let reply = restore_with(&scene, ADMIN, OPEN, &instance, &quote).await;
    assert_eq!((reply.status, reply.code().as_str()), (412, "quote-changed"), "{}", reply.text);
    assert_eq!(scene.billed(OPEN), quantity);
}

/// How many operations were billed with the amount quoted (`=`), or another (`<>`).
async fn compared(database: &TestDatabase, how: &str) -> i64 {
    database.number(&format!("SELECT count(*) FROM operations WHERE billed_minor {how} quoted_minor")).await
}

async fn a_difference_between_bill_and_quote_is_kept(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    // The first activation also reads the subscription and its price.
    assert_eq!(scene.api.activate(ADMIN, OPEN, "f1").await.status, 200);
    let quote = quoted(&scene, ADMIN, OPEN, &["f0"], &[]).await;
    scene.sim.fault(Fault::once("POST", "/v1/subscriptions/", Action::Hold { at: Stage::Arrival }));
    let activation = tokio::spawn({
        let (api, quote) = (scene.api.clone(), quote.clone());
        async move {
            let body = json!({"featureCode": "f0", "mandateId": OPEN, "quoteId": quote["id"]});
            api.post(ADMIN, "/api/store/activate", &body).await
        }
    });
    assert!(scene.sim.wait_until(Duration::from_secs(10), |sim| sim.held() == 1).await);
    // Between the last look and the update somebody raises the price.
    let price = SeedPrice { id: "price_dearer".to_owned(), unit_amount: 18_000, ..SeedPrice::default() };
    scene.sim.edit("sub_planted_open", Edit { price: Some(price), ..Edit::default() }).expect("an edit");
    scene.sim.release();
    assert_eq!(activation.await.expect("no panic").status, 200);
    eventually("the difference is kept", || async { compared(database, "<>").await == 1 }).await;
    let net = amount(&quote, "unused") + amount(&quote, "remaining");
    assert_eq!(database.number("SELECT max(quoted_minor) FROM operations").await, net);
    let (_, review, _) = scene.setup.run(&["reconcile", "--dry-run", "--json"]);
    let review: serde_json::Value = serde_json::from_str(&review).expect("JSON");
    let misquote = &review["misquoted"][0];
    let billed = database.number("SELECT max(billed_minor) FROM operations").await;
    assert_eq!((&misquote["quoted"], &misquote["billed"]), (&json!(net), &json!(billed)), "{review:#}");
    let operation = misquote["operation"].as_str().expect("an operation");
    let (_, told, _) = scene.setup.run(&["reconcile", "--dry-run"]);
    let line =
        format!("not as quoted: mandate {OPEN}, quoted {net} and billed {billed} minor units; operation {operation}");
    assert!(told.contains(&line), "`{line}` in\n{told}");
    assert!(!scene.setup.run(&["reconcile", "--dry-run", "--mandate", PAID]).1.contains("not as quoted"));
    let (_, shown, _) = scene.setup.run(&["ledger", "show", operation]);
    for part in [format!("{net} minor units"), format!("{billed} minor units: not what was quoted")] {
        assert!(shown.contains(&part), "`{part}` in\n{shown}");
    }
    eventually("the difference is logged", || async {
        scene.host.log().lines().any(|line| line.contains("not what was quoted") && line.contains("ERROR"))
    })
    .await;
}

async fn a_quote_of_somebody_or_something_else_does_not_serve(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let quote = quoted(&scene, ADMIN, OPEN, &["f0"], &[]).await;
    for (user, mandate, feature) in [("u-a0", OPEN, "f0"), (ADMIN, PAID, "f0"), (ADMIN, OPEN, "f1")] {
        let reply = activate_with(&scene, user, mandate, feature, &quote).await;
        assert_eq!((reply.status, reply.code().as_str()), (412, "quote-changed"), "{user} {mandate} {feature}");
        let fresh = &reply.json()["quote"];
        assert_ne!(fresh["id"], quote["id"]);
        assert_eq!(fresh["perPeriod"]["before"], 0, "{fresh}");
    }
    let reply = activate_with(&scene, ADMIN, OPEN, "f0", &json!({"id": "q-none"})).await;
    assert_eq!((reply.status, reply.code().as_str()), (412, "quote-changed"));
    // The fresh one can be agreed to.
    let reply = activate_with(&scene, ADMIN, OPEN, "f0", &reply.json()["quote"]).await;
    assert_eq!(reply.status, 200, "{}", reply.text);

    let late = quoted(&scene, ADMIN, OPEN, &["f1"], &[]).await;
    database.execute("UPDATE quotes SET expires_at = 1").await;
    let reply = activate_with(&scene, ADMIN, OPEN, "f1", &late).await;
    assert_eq!((reply.status, reply.code().as_str()), (412, "quote-expired"));
    // Giving up an access is no end that was quoted.
    assert_eq!(database.number("SELECT count(*) FROM changes").await, 1);
    scene.settled(OPEN).await;
}

async fn what_was_quoted_goes_alone(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    // The first activation also reads the subscription.
    assert_eq!(scene.api.activate(ADMIN, OPEN, "f0").await.status, 200);
    let quote = quoted(&scene, ADMIN, OPEN, &["f1"], &[]).await;
    scene.sim.fault(Fault::once("POST", "/v1/subscriptions/", Action::Hold { at: Stage::Before }));
    let mut waiting = Vec::new();
    for (count, (feature, quote)) in
        [("f2", None), ("f3", None), ("f1", Some(&quote)), ("f4", None)].into_iter().enumerate()
    {
        let (api, body) = (
            scene.api.clone(),
            match quote {
                Some(quote) => json!({"featureCode": feature, "mandateId": OPEN, "quoteId": quote["id"]}),
                None => json!({"featureCode": feature, "mandateId": OPEN}),
            },
        );
        waiting.push(tokio::spawn(async move { api.post(ADMIN, "/api/store/activate", &body).await }));
        let expected = i64::try_from(count).expect("in range") + 2;
        eventually("the change is written", || async {
            database.number("SELECT count(*) FROM changes").await == expected
        })
        .await;
    }
    assert!(scene.sim.wait_until(Duration::from_secs(10), |sim| sim.held() == 1).await);
    scene.sim.release();
    for reply in waiting {
        let reply = reply.await.expect("no panic");
        assert!([200, 202].contains(&reply.status), "{}", reply.text);
    }
    scene.settled(OPEN).await;
    let steps: Vec<(u64, u64)> = scene.sim.ledger().quantity_changes.iter().map(|step| (step.from, step.to)).collect();
    // f0; f2 held; f3 and f4 in one; f1 by itself.
    assert_eq!(steps, [(0, 1), (1, 2), (2, 4), (4, 5)]);
    let quoted_at = quote["effectiveAt"].as_str().expect("an instant");
    let listed = scene.api.get(ADMIN, &format!("/api/store/changes?mandateId={OPEN}")).await.json();
    let f1 = listed["changes"].as_array().expect("changes").iter().find(|change| change["featureCode"] == "f1");
    assert_eq!(f1.expect("the change")["effectiveAt"], quoted_at);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_no_amount_changes_no_quote() {
    let database = engines::sqlite().await;
    let scene = Scene::on(&database).await;
    let plan = json!({"format": "feature-store-fixture/1", "plans": [{
        "key": "PAID", "label": "PAID", "price": {"minor": EVEN_PRICE, "currency": "CHF"}, "billingPeriod": "MONTHLY",
        "maxFeatureInstances": null
    }]});
    scene.setup.import(&plan);
    let price = SeedPrice { id: "price_even".to_owned(), unit_amount: EVEN_PRICE, ..SeedPrice::default() };
    scene.sim.edit("sub_planted_open", Edit { price: Some(price), ..Edit::default() }).expect("an edit");

    let quote = quoted(&scene, ADMIN, OPEN, &["f0"], &[]).await;
    // Somebody else activates meanwhile: another line on the next invoice, but none of this wish.
    assert_eq!(scene.api.activate("u-a0", OPEN, "f1").await.status, 200);
    let reply = activate_with(&scene, ADMIN, OPEN, "f0", &quote).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    scene.settled(OPEN).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_amount_is_told_before_it_is_charged() {
    let database = engines::sqlite().await;
    let scene = Scene::on(&database).await;
    let quote = quoted(&scene, ADMIN, OPEN, &["f0"], &[]).await;
    let price = SeedPrice { id: "price_dearer".to_owned(), unit_amount: 18_000, ..SeedPrice::default() };
    scene.sim.edit("sub_planted_open", Edit { price: Some(price), ..Edit::default() }).expect("an edit");
    let reply = activate_with(&scene, ADMIN, OPEN, "f0", &quote).await;
    assert_eq!((reply.status, reply.code().as_str()), (412, "quote-changed"), "{}", reply.text);
    assert!(amount(&reply.json()["quote"], "remaining") > amount(&quote, "remaining"));
    assert_eq!(database.number("SELECT count(*) FROM changes").await, 0);
    assert_eq!(scene.billed(OPEN), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_with_its_key_is_a_replay_and_parallel_uses_are_one() {
    let database = engines::sqlite().await;
    let scene = Scene::on(&database).await;
    let quote = quoted(&scene, ADMIN, OPEN, &["f0"], &[]).await;
    let body = json!({"featureCode": "f0", "mandateId": OPEN, "quoteId": quote["id"]});
    let first = scene.api.post_keyed(ADMIN, "/api/store/activate", "k-1", &body).await;
    assert_eq!(first.status, 200, "{}", first.text);
    // The last preview is that which finds the lines on the bill.
    eventually("bill and quote are compared", || async { compared(&database, "=").await == 1 }).await;
    let asked = previews(&scene.sim);
    let again = scene.api.post_keyed(ADMIN, "/api/store/activate", "k-1", &body).await;
    assert_eq!((again.status, again.json()), (200, first.json()));
    assert_eq!(previews(&scene.sim), asked);
    let other_key = scene.api.post_keyed(ADMIN, "/api/store/activate", "k-2", &body).await;
    assert_eq!((other_key.status, other_key.code().as_str()), (412, "quote-used"));

    let quote = quoted(&scene, ADMIN, OPEN, &["f1"], &[]).await;
    let body = json!({"featureCode": "f1", "mandateId": OPEN, "quoteId": quote["id"]});
    let all = futures::future::join_all((0..6).map(|n| {
        let (api, body) = (scene.api.clone(), body.clone());
        async move { api.post_keyed(ADMIN, "/api/store/activate", &format!("p-{n}"), &body).await }
    }))
    .await;
    assert_eq!(all.iter().filter(|reply| reply.status == 200).count(), 1);
    assert!(all.iter().all(|reply| [200, 412].contains(&reply.status)), "{all:?}");
    scene.settled(OPEN).await;
    assert_eq!(scene.billed(OPEN), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_quote_is_required_what_costs_money_needs_one() {
    let database = engines::sqlite().await;
    let scene = Scene::with(&database, |setup| setup.with("TURNPIKE_REQUIRE_QUOTE", "on")).await;
    let reply = scene.api.activate(ADMIN, PAID, "f0").await;
    assert_eq!((reply.status, reply.code().as_str()), (428, "quote-required"));
    let batch = json!({"mandateId": PAID, "activate": ["f0"]});
    let reply = scene.api.post(ADMIN, "/api/store/changes", &batch).await;
    assert_eq!((reply.status, reply.code().as_str()), (428, "quote-required"));
    assert_eq!(scene.api.activate(ADMIN, FREE, "f0").await.status, 200, "free of charge");
    let quote = quoted(&scene, ADMIN, PAID, &["f0"], &[]).await;
    let reply = activate_with(&scene, ADMIN, PAID, "f0", &quote).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let instance = reply.json()["instanceId"].as_str().expect("an id").to_owned();
    assert_eq!(scene.api.deactivate(ADMIN, PAID, "f0", &instance).await.status, 200, "an end costs nothing");
    let reply = scene.api.restore(ADMIN, PAID, &instance).await;
    assert_eq!((reply.status, reply.code().as_str()), (428, "quote-required"));
    let quote = quoted(&scene, ADMIN, PAID, &["f0"], &[]).await;
    let reply = restore_with(&scene, ADMIN, PAID, &instance, &quote).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
}
