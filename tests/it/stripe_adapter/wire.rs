//! What goes over the wire.

use core_wasm::settings::Gate;
use turnpike::ports::billing::{Billing, QuantityUpdate, SetOutcome};

use super::{
    ITEM, KEY, SUBSCRIPTION, billing,
    server::{Reply, Server},
    subscription, target, update,
};

#[tokio::test]
async fn an_update_is_one_form_with_everything_in_it() {
    let server = Server::start([Reply::json(200, "", &subscription("active", 4, ""))]).await;
    billing(&server.url()).set_quantity(&update(4), "0190f0f0:1").await;
    let requests = server.requests();
    let [request] = requests.as_slice() else { panic!("{requests:?}") };
    assert!(
        request.head.starts_with(&format!("POST /v1/subscriptions/{SUBSCRIPTION} HTTP/1.1\r\n")),
        "{}",
        request.head
    );
    for (name, value) in [
        ("authorization", format!("Bearer {KEY}")),
        ("idempotency-key", "0190f0f0:1".to_owned()),
        ("stripe-version", "2026-09-30.endive".to_owned()),
        ("content-type", "application/x-www-form-urlencoded".to_owned()),
    ] {
        assert_eq!(request.header(name), Some(value.as_str()), "{name}");
    }
    let decoded = request.body.replace("%5B", "[").replace("%5D", "]");
    let fields: Vec<&str> = decoded.split('&').collect();
    assert_eq!(
        fields,
        [
            format!("items[0][id]={ITEM}").as_str(),
            "items[0][quantity]=4",
            "metadata[turnpike_operation]=0190f0f0-1111-7222-8333-444455556666",
            "metadata[turnpike_quantity]=4",
            "proration_behavior=create_prorations",
            "proration_date=1795000000",
        ]
    );
}

#[tokio::test]
async fn the_gate_payment_asks_to_be_paid_at_once_or_not_at_all() {
    let server = Server::start([Reply::json(200, "", &subscription("active", 4, ""))]).await;
    let paid = QuantityUpdate { gate: Gate::Payment, ..update(4) };
    billing(&server.url()).set_quantity(&paid, "0190f0f0:1").await;
    let requests = server.requests();
    let [request] = requests.as_slice() else { panic!("{requests:?}") };
    let fields: Vec<&str> = request.body.split('&').filter(|field| !field.contains('[')).collect();
    assert_eq!(
        fields,
        [
            "off_session=true",
            "payment_behavior=error_if_incomplete",
            "proration_behavior=always_invoice",
            "proration_date=1795000000",
        ]
    );
}

#[tokio::test]
async fn equal_updates_are_equal_to_the_byte_and_others_are_not() {
    const TIMES: usize = 20;
    let replies = vec![Reply::json(200, "", &subscription("active", 4, "")); TIMES + 2];
    let server = Server::start(replies).await;
    let before = billing(&server.url());
    let after_a_restart = billing(&server.url());
    for _ in 0..TIMES / 2 {
        before.set_quantity(&update(4), "key-1").await;
        after_a_restart.set_quantity(&update(4), "key-1").await;
    }
    let requests = server.requests();
    assert!(requests.iter().all(|request| *request == requests[0]), "{requests:#?}");

    let billing = billing(&server.url());
    let mut now = update(4);
    now.proration_at = None;
    billing.set_quantity(&now, "key-1").await;
    billing.set_quantity(&update(5), "key-1").await;
    let requests = server.requests();
    assert!(!requests[TIMES].body.contains("proration_date"));
    assert_ne!(requests[TIMES + 1].body, requests[0].body);
}

#[tokio::test]
async fn zero_is_a_quantity() {
    let server = Server::start([Reply::json(200, "", &subscription("active", 0, ""))]).await;
    let outcome = billing(&server.url()).set_quantity(&update(0), "key-1").await;
    assert_eq!(outcome, SetOutcome::Applied { request_id: None });
    assert!(server.requests()[0].body.contains("=0&"), "{:?}", server.requests());
}

#[tokio::test]
async fn connections_are_used_again() {
    let answer = Reply::json(200, "", &subscription("active", 4, ""));
    let server = Server::start(vec![answer; 6]).await;
    let billing = billing(&server.url());
    for _ in 0..3 {
        billing.set_quantity(&update(4), "key-1").await;
        billing.read(&target()).await.expect("an observation");
    }
    assert_eq!((server.requests().len(), server.connections()), (6, 1));
}

#[tokio::test]
async fn a_base_may_have_a_path() {
    let server = Server::start([Reply::json(200, "", &subscription("active", 4, ""))]).await;
    billing(&format!("{}/proxy/stripe", server.url())).read(&target()).await.expect("an observation");
    let head = server.requests().remove(0).head;
    assert!(head.starts_with(&format!("GET /proxy/stripe/v1/subscriptions/{SUBSCRIPTION} HTTP/1.1")), "{head}");
}
