//! The endpoint: who is let in, what is kept, and that nothing that is signed is sent again for days.

use reqwest::Method;
use serde_json::json;
use stripe_sim::signature as sign;

use super::{OLD_SECRET, PATH, SECRET, accepting, event, in_state, now, send, send_signed};
use crate::{
    done_right::on_both_engines,
    engines::{self, TestDatabase},
    scene::{Scene, eventually},
};

on_both_engines!(an_event_is_kept_once_as_an_envelope,);

#[tokio::test(flavor = "multi_thread")]
async fn without_a_secret_there_is_no_such_address() {
    let database = engines::sqlite().await;
    let scene = Scene::on(&database).await;
    let payload = event("evt_1", "customer.subscription.updated", "sub_planted_paid").to_string();
    for (method, path) in [(Method::POST, PATH), (Method::GET, PATH), (Method::POST, "/api/billing/webhooks/other")] {
        let body = (method == Method::POST).then(|| payload.clone().into_bytes());
        let header = sign("", now(), &payload);
        let reply = scene.api.send(method, path, None, &[("stripe-signature", &header)], body).await;
        assert_eq!((reply.status, reply.code().as_str()), (404, "not-found"), "{path}");
    }
    assert_eq!(database.number("SELECT count(*) FROM webhook_events").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_signed_now_is_refused_and_not_kept() {
    let database = engines::sqlite().await;
    let scene = Scene::with(&database, accepting).await;
    let payload = event("evt_1", "customer.subscription.updated", "sub_planted_paid").to_string();
    let wrong = (400, "wrong-signature");
    let expired = (400, "signature-expired");
    for (case, header, expected) in [
        ("no signature", String::new(), wrong),
        ("another secret", sign("whsec_other", now(), &payload), wrong),
        ("an empty key", sign("", now(), &payload), wrong),
        ("of another payload", sign(SECRET, now(), "{}"), wrong),
        ("an old one", sign(SECRET, now() - 400, &payload), expired),
        ("one of the future", sign(OLD_SECRET, now() + 400, &payload), expired),
    ] {
        let reply = send(&scene.api, &header, &payload).await;
        assert_eq!((reply.status, reply.code().as_str()), expected, "{case}");
        assert_eq!(reply.header("content-type"), "application/problem+json", "{case}");
    }
    let huge = format!("{payload}{}", " ".repeat(256_001 - payload.len()));
    let reply = send_signed(&scene.api, &huge).await;
    assert_eq!((reply.status, reply.code().as_str()), (413, "payload-too-large"), "{}", reply.text);
    assert_eq!(reply.json()["reasons"][0]["params"]["limit"], 256_000);
    assert_eq!(database.number("SELECT count(*) FROM webhook_events").await, 0);
    assert_eq!(send_signed(&scene.api, &huge[..256_000]).await.status, 200, "as large as may be");
    let reply = scene.api.send(Method::GET, PATH, None, &[], None).await;
    assert_eq!((reply.status, reply.code().as_str()), (405, "method-not-allowed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_signed_is_taken_whatever_it_says() {
    let database = engines::sqlite().await;
    let scene = Scene::with(&database, |setup| accepting(setup).with("TURNPIKE_STRIPE_ACCOUNT", "acct_planted")).await;
    let updated = "customer.subscription.updated";
    let with = |id: &str, field: &str, value: serde_json::Value| {
        let mut event = event(id, updated, "sub_planted_paid");
        event[field] = value;
        event.to_string()
    };
    let cases = [
        ("foreign", "no JSON".to_owned()),
        ("foreign", "[".repeat(50_000)),
        ("foreign", r#"{"id": "evt_1", "object": "v2.core.event"}"#.to_owned()),
        ("foreign", with("evt_2", "livemode", json!(true))),
        ("foreign", with("evt_3", "account", json!("acct_other"))),
        ("foreign", with("evt_4\u{0}", "livemode", json!(false))),
        ("ignored", event("evt_5", "customer.updated", "cus_1").to_string()),
        ("ignored", event("evt_6", "customer.subscription.unheard_of", "sub_planted_paid").to_string()),
        ("ignored", event("evt_7", updated, "sub_of_nobody_here").to_string()),
        ("ignored", event("evt_8", updated, "sub_1/../../v1/customers").to_string()),
        ("done", with("evt_9", "account", json!("acct_planted"))),
    ];
    for (_, payload) in &cases {
        for _ in 0..2 {
            let reply = send_signed(&scene.api, payload).await;
            assert_eq!((reply.status, reply.text.as_str()), (200, ""), "{}", &payload[..payload.len().min(100)]);
        }
    }
    eventually("all is dealt with", || async { in_state(&database, "waiting").await == 0 }).await;
    for state in ["foreign", "ignored", "done"] {
        let expected = cases.iter().filter(|(of, _)| *of == state).count();
        assert_eq!(in_state(&database, state).await, i64::try_from(expected).expect("in range"), "{state}");
    }
    let read = scene.sim.requests();
    assert_eq!(read.len(), 1, "nobody asks Stripe about what is not ours: {read:?}");
    assert_eq!(read[0].path, "/v1/subscriptions/sub_planted_paid");
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_of_the_same_address_do_not_keep_stripe_out() {
    let database = engines::sqlite().await;
    let scene = Scene::with(&database, |setup| {
        accepting(setup).with("TURNPIKE_RATE_LIMIT", "on").with("TURNPIKE_RATE_LIMIT_ADDRESS", "3")
    })
    .await;
    let mut last = 0;
    for _ in 0..20 {
        last = scene.api.send(Method::GET, "/readyz", None, &[], None).await.status;
    }
    assert_eq!(last, 429);
    let payload = event("evt_1", "customer.updated", "cus_1").to_string();
    assert_eq!(send_signed(&scene.api, &payload).await.status, 200);
}

async fn an_event_is_kept_once_as_an_envelope(database: &TestDatabase) {
    let scene = Scene::with(database, accepting).await;
    let mut event = event("evt_1", "customer.subscription.updated", "sub_planted_paid");
    event["data"]["object"]["metadata"] = json!({"note": "somebody's secret"});
    let payload = event.to_string();
    let replies = futures::future::join_all((0..12).map(|_| send_signed(&scene.api, &payload))).await;
    assert!(replies.iter().all(|reply| reply.status == 200), "{replies:?}");
    let header = sign(OLD_SECRET, now(), &payload);
    assert_eq!(send(&scene.api, &header, &payload).await.status, 200, "the older secret counts, too");
    eventually("it is dealt with", || async { in_state(database, "done").await == 1 }).await;
    let kept = "SELECT count(*) FROM webhook_events WHERE event_id = 'evt_1' AND kind = 'customer.subscription.updated' \
        AND object_id = 'sub_planted_paid' AND object_kind = 'subscription' AND livemode = 0 AND account IS NULL \
        AND stripe_subscription_id = 'sub_planted_paid' AND attempts = 0";
    assert_eq!(database.number(kept).await, 1);
    assert_eq!(database.number("SELECT count(*) FROM webhook_events").await, 1);
    assert_eq!(scene.sim.requests().len(), 1, "it is read once");
}
