//! Requests that Stripe refuses: status, code and parameter, case by case.

use serde_json::Value;
use stripe_sim::{Edit, Status};

use crate::peer::{NEW_YEAR, Peer, reply};

/// Path, form, status, code, param.
const POSTS: [(&str, &str, u16, &str, &str); 17] = [
    ("/v1/subscriptions/sub_x", "metadata[a]=1", 404, "resource_missing", "id"),
    ("/v1/subscription_items/si_x", "quantity=1", 404, "resource_missing", "item"),
    ("/v1/subscriptions/sub_a", "items[0][id]=si_x&items[0][quantity]=1", 400, "resource_missing", "items[0][id]"),
    (
        "/v1/subscriptions/sub_a",
        "items[0][id]=si_a&items[0][price]=price_x",
        400,
        "resource_missing",
        "items[0][price]",
    ),
    (
        "/v1/subscriptions/sub_a",
        "items[0][id]=si_a&items[0][quantity]=-1",
        400,
        "parameter_invalid_integer",
        "items[0][quantity]",
    ),
    (
        "/v1/subscriptions/sub_a",
        "items[0][id]=si_a&items[0][quantity]=two",
        400,
        "parameter_invalid_integer",
        "items[0][quantity]",
    ),
    (
        "/v1/subscriptions/sub_a",
        "items[0][id]=si_a&items[0][quantity]=1.5",
        400,
        "parameter_invalid_integer",
        "items[0][quantity]",
    ),
    (
        "/v1/subscriptions/sub_a",
        "items[0][id]=si_a&items[0][quantity]=",
        400,
        "parameter_invalid_empty",
        "items[0][quantity]",
    ),
    ("/v1/subscriptions/sub_a", "items[0][quantity]=1", 400, "parameter_missing", "items[0][price]"),
    ("/v1/subscriptions/sub_a", "proration_behaviour=none", 400, "parameter_unknown", "proration_behaviour"),
    ("/v1/subscriptions/sub_a", "items[0][quanttity]=1", 400, "parameter_unknown", "items[0][quanttity]"),
    ("/v1/subscriptions/sub_a", "proration_behavior=later", 400, "parameter_invalid", "proration_behavior"),
    ("/v1/subscriptions/sub_a", "payment_behavior=never", 400, "parameter_invalid", "payment_behavior"),
    ("/v1/subscriptions/sub_a", "off_session=maybe", 400, "parameter_invalid_boolean", "off_session"),
    ("/v1/subscriptions/sub_a", "expand[]=owner", 400, "parameter_invalid", "expand"),
    ("/v1/subscriptions", "items[0][price]=price_default", 400, "parameter_missing", "customer"),
    ("/v1/invoices/create_preview", "subscription=sub_x", 400, "resource_missing", "subscription"),
];

#[tokio::test]
async fn each_refusal_has_its_code_and_parameter_and_changes_nothing() {
    let peer = Peer::start().await;
    let before = peer.sim.subscription("sub_a");
    for (path, form, status, code, param) in POSTS {
        let refused = peer.post(path, form, None).await;
        let seen = (refused.status, refused.error("code"), refused.error("param"));
        assert_eq!(seen, (status, code.into(), param.into()), "{path} {form}");
        assert!(refused.header("request-id").is_some());
    }
    for path in [
        "/v1/subscriptions/x",
        "/v1/subscription_items/x",
        "/v1/invoices/x",
        "/v1/customers/x",
        "/v1/prices/x",
        "/v1/events/x",
    ] {
        let refused = peer.get(path).await;
        assert_eq!((refused.status, refused.error("code")), (404, "resource_missing".into()), "{path}");
    }
    assert_eq!(peer.get("/v1/subscription_items").await.error("code"), "parameter_missing");
    assert_eq!(peer.get("/v1/nothing").await.status, 404);
    assert_eq!(peer.sim.subscription("sub_a"), before);
}

#[tokio::test]
async fn a_proration_date_outside_the_period_is_refused() {
    let peer = Peer::start().await;
    for date in [NEW_YEAR - 1, NEW_YEAR + 31 * 86_400 + 1] {
        let refused = peer.set(2, &format!("&proration_date={date}"), None).await;
        assert_eq!((refused.status, refused.error("param")), (400, "proration_date".into()));
    }
    assert_eq!(peer.set(2, &format!("&proration_date={NEW_YEAR}"), None).await.status, 200);
}

#[tokio::test]
async fn only_test_keys_are_let_in() {
    let peer = Peer::start().await;
    for (header, status) in [
        ("Bearer sk_test_abc", 200),
        ("Bearer rk_test_abc", 200),
        ("Bearer sk_live_abc", 401),
        ("Bearer sk_test_", 401),
        ("Bearer pk_test_abc", 401),
        ("Basic c2tfdGVzdF9hYmM6", 401),
    ] {
        let request =
            peer.http.get(format!("{}/v1/subscriptions/sub_a", peer.sim.url())).header("authorization", header);
        assert_eq!(reply(request.send().await.unwrap()).await.status, status, "{header}");
    }
    let without = peer.http.get(format!("{}/v1/events", peer.sim.url())).send().await.unwrap();
    assert_eq!(without.status(), 401);
}

#[tokio::test]
async fn a_canceled_subscription_takes_no_update() {
    let peer = Peer::start().await;
    peer.sim.edit("sub_a", Edit { status: Some(Status::Canceled), ..Edit::default() }).unwrap();
    let refused = peer.set(2, "", None).await;
    assert_eq!((refused.status, refused.error("type")), (400, "invalid_request_error".into()));
    assert_eq!(peer.post("/v1/subscription_items/si_a", "quantity=2", None).await.status, 400);
    let body = peer.get("/v1/subscriptions/sub_a").await.json();
    assert_eq!(body["status"], "canceled");
    assert_ne!(body["ended_at"], Value::Null);
    assert_eq!(peer.quantity(), 1);
}
