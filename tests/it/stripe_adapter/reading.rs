//! What is read of a subscription.

use turnpike::ports::billing::{Billing, BillingTarget, Observation, ReadError};

use super::{
    ITEM, SUBSCRIPTION, billing,
    server::{Reply, Server},
    subscription, target,
};

async fn read(status: u16, body: &str) -> Result<Observation, ReadError> {
    let server = Server::start([Reply::json(status, "", body)]).await;
    let observation = billing(&server.url()).read(&target()).await;
    let requests = server.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].header("idempotency-key"), None);
    assert_eq!(requests[0].body, "");
    observation
}

fn unavailable(cause: &str) -> Result<Observation, ReadError> {
    Err(ReadError::Unavailable { cause: cause.to_owned() })
}

#[tokio::test]
async fn our_item_with_its_price_and_who_wrote_last() {
    let seen = Observation {
        quantity: 3,
        last_operation_id: Some("op-6".to_owned()),
        in_force: true,
        price: Some((9000, "CHF".to_owned())),
    };
    for (status, in_force) in [
        ("active", true),
        ("trialing", true),
        ("past_due", false),
        ("unpaid", false),
        ("canceled", false),
        ("paused", false),
        ("incomplete", false),
        ("incomplete_expired", false),
        ("something_new", false),
    ] {
        assert_eq!(
            read(200, &subscription(status, 3, "")).await,
            Ok(Observation { in_force, ..seen.clone() }),
            "{status}"
        );
    }
    let bare = format!(r#"{{"status": "active", "items": {{"data": [{{"id": "{ITEM}", "quantity": 0}}]}}}}"#);
    let nothing_more = Observation { quantity: 0, last_operation_id: None, price: None, ..seen.clone() };
    assert_eq!(read(200, &bare).await, Ok(nothing_more));
    let graduated = subscription("active", 3, "").replace(r#""unit_amount": 9000"#, r#""unit_amount": null"#);
    assert_eq!(read(200, &graduated).await, Ok(Observation { price: None, ..seen }));
}

#[tokio::test]
async fn failures_say_what_is_certain() {
    let gone = r#"{"error": {"type": "invalid_request_error", "code": "resource_missing", "param": "id"}}"#;
    let no_key = r#"{"error": {"type": "invalid_request_error"}}"#;
    let other_item = subscription("active", 3, "").replace(ITEM, "si_2");
    let metered = subscription("active", 3, "").replace(r#""quantity": 3, "#, "");
    let more = other_item.replace(r#""has_more": false"#, r#""has_more": true"#);
    for (status, body, expected) in [
        (404, gone, Err(ReadError::Gone)),
        (200, other_item.as_str(), Err(ReadError::Gone)),
        (200, more.as_str(), unavailable("the item is not among the first of the subscription")),
        (200, metered.as_str(), unavailable("the item has no quantity")),
        (200, "<html>", unavailable("the answer is not a subscription")),
        (404, "<html>", unavailable("status 404 without an error of Stripe's form")),
        (401, no_key, Err(ReadError::Unauthorized)),
        (403, no_key, Err(ReadError::Unauthorized)),
        (429, no_key, unavailable("status 429, `invalid_request_error`")),
        (500, no_key, unavailable("status 500, `invalid_request_error`")),
        (502, "<html>", unavailable("status 502 without an error of Stripe's form")),
    ] {
        assert_eq!(read(status, body).await, expected, "{status} {body}");
    }
}

#[tokio::test]
async fn an_id_that_stripe_never_gave_out_is_not_asked_for() {
    let server = Server::start([]).await;
    for (subscription, item) in [("sub_1/../x", ITEM), ("", ITEM), (SUBSCRIPTION, "si 1")] {
        let target = BillingTarget { subscription: subscription.to_owned(), item: item.to_owned() };
        assert_eq!(billing(&server.url()).read(&target).await, Err(ReadError::Gone));
    }
    assert_eq!(server.connections(), 0);
}
