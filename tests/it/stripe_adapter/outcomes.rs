//! What each answer to an update means.

use turnpike::ports::billing::{
    Billing,
    Refusal::{ActionRequired, Declined, Gone, Invalid, ProrationDate},
    SetOutcome::{self, Applied, Busy, InProgress, Refused, Unauthorized, Unknown},
};

use super::{
    billing,
    server::{Reply, Server},
    subscription, update,
};

const REQUEST_ID: &str = "Request-Id: req_1\r\n";
const LIMIT: &str = "Stripe-Rate-Limited-Reason: resource-specific\r\n";
const REPLAYED: &str = "Idempotent-Replayed: true\r\n";

/// An error body of Stripe's form. Its message must never come out.
fn error(kind: &str, code: &str, param: &str) -> String {
    let field = |name: &str, value: &str| {
        if value.is_empty() { String::new() } else { format!(r#", "{name}": "{value}""#) }
    };
    format!(
        r#"{{"error": {{"type": "{kind}"{}{}, "message": "Planted: Ms Example's card", "charge": "ch_1"}}}}"#,
        field("code", code),
        field("param", param)
    )
}

fn invalid(code: &str, param: &str) -> String {
    error("invalid_request_error", code, param)
}

fn applied() -> SetOutcome {
    Applied { request_id: Some("req_1".to_owned()) }
}

fn refused(refusal: turnpike::ports::billing::Refusal) -> SetOutcome {
    Refused { refusal, request_id: Some("req_1".to_owned()) }
}

fn wrong(cause: &str) -> SetOutcome {
    refused(Invalid { cause: cause.to_owned() })
}

fn unknown(saved: bool, cause: &str) -> SetOutcome {
    Unknown { saved, cause: cause.to_owned() }
}

fn busy(retry_after: Option<i64>) -> SetOutcome {
    Busy { retry_after }
}

/// Every row: name, status, headers, body, outcome of an update to quantity 4.
#[rustfmt::skip]
fn rows() -> Vec<(&'static str, u16, &'static str, String, SetOutcome)> {
    let html = || "<html><h1>502 Bad Gateway</h1></html>".to_owned();
    let own = |kind, code| error(kind, code, "");
    vec![
        // 200
        ("active", 200, "", subscription("active", 4, ""), applied()),
        ("trialing", 200, "", subscription("trialing", 4, ""), applied()),
        ("past due", 200, "", subscription("past_due", 4, ""), applied()),
        ("replayed", 200, REPLAYED, subscription("active", 4, ""), applied()),
        ("nothing pending", 200, "", subscription("active", 4, r#""pending_update": null,"#), applied()),
        ("pending update", 200, "", subscription("active", 4, r#""pending_update": {"expires_at": 1},"#), unknown(false, "the update waits for a payment")),
        ("other quantity", 200, "", subscription("active", 3, ""), unknown(false, "the answer shows the quantity 3 instead of 4")),
        ("other quantity, replayed", 200, REPLAYED, subscription("active", 3, ""), unknown(true, "the answer shows the quantity 3 instead of 4")),
        ("unpaid", 200, "", subscription("unpaid", 4, ""), unknown(false, "the subscription is neither active nor trialing nor past due")),
        ("canceled", 200, "", subscription("canceled", 4, ""), unknown(false, "the subscription is neither active nor trialing nor past due")),
        ("no such item in the answer", 200, "", subscription("active", 4, "").replace(super::ITEM, "si_2"), unknown(false, "the answer does not show the item")),
        ("metered item", 200, "", subscription("active", 4, "").replace(r#""quantity": 4, "#, ""), unknown(false, "the item has no quantity")),
        ("not JSON", 200, "", html(), unknown(false, "the answer is not a subscription")),
        ("other JSON", 200, "", r#"{"id": 1}"#.to_owned(), unknown(false, "the answer is not a subscription")),
        ("empty", 200, "", String::new(), unknown(false, "the answer is not a subscription")),
        // 402
        ("declined", 402, "", own("card_error", "card_declined"), refused(Declined)),
        ("declined, replayed", 402, REPLAYED, own("card_error", "card_declined"), refused(Declined)),
        ("owner needed, nobody there", 402, "", own("card_error", "authentication_required"), refused(ActionRequired)),
        ("owner needed, replayed", 402, REPLAYED, own("card_error", "authentication_required"), refused(ActionRequired)),
        ("owner needed, by the subscription", 402, "", own("card_error", "subscription_payment_intent_requires_action"), refused(ActionRequired)),
        ("owner needed, by the invoice", 402, "", own("card_error", "invoice_payment_intent_requires_action"), refused(ActionRequired)),
        ("owner needed, by the bank", 402, "", own("card_error", "card_declined").replace(r#""type""#, r#""decline_code": "authentication_required", "type""#), refused(ActionRequired)),
        ("declined for another reason", 402, "", own("card_error", "card_declined").replace(r#""type""#, r#""decline_code": "insufficient_funds", "type""#), refused(Declined)),
        ("402 of something else", 402, "", html(), unknown(false, "status 402 without an error of Stripe's form")),
        // 404 and resource_missing
        ("no subscription", 404, "", invalid("resource_missing", "id"), refused(Gone)),
        ("no item", 400, "", invalid("resource_missing", "items[0][id]"), refused(Gone)),
        ("404 of something else", 404, "", html(), unknown(false, "status 404 without an error of Stripe's form")),
        // 400
        ("proration date", 400, "", invalid("", "proration_date"), refused(ProrationDate)),
        ("proration date, with a code", 400, "", invalid("parameter_invalid_integer", "proration_date"), refused(ProrationDate)),
        ("unknown parameter", 400, "", invalid("parameter_unknown", "proration_behaviour"), wrong("`parameter_unknown` for `proration_behaviour`")),
        ("no code", 400, "", invalid("", ""), wrong("`invalid_request_error`")),
        ("other parameters than the first time", 400, "", own("idempotency_error", ""), unknown(true, "the key was first used with other parameters")),
        ("400 of something else", 400, "", html(), unknown(false, "status 400 without an error of Stripe's form")),
        ("other 4xx", 405, "", invalid("", ""), wrong("`invalid_request_error`")),
        // 401 and 403
        ("no such key", 401, "", invalid("", ""), Unauthorized),
        ("key without the right", 403, "", own("invalid_request_error", "more_permissions_required"), Unauthorized),
        ("401 of something else", 401, "", html(), Unauthorized),
        // 409 and 429
        ("same key under way", 409, "", own("idempotency_error", "idempotency_key_in_use"), InProgress),
        ("other conflict", 409, "", invalid("", ""), busy(None)),
        ("lock timeout", 429, "Stripe-Should-Retry: true\r\n", own("invalid_request_error", "lock_timeout"), busy(None)),
        ("rate limit", 429, "Retry-After: 7\r\n", own("invalid_request_error", "rate_limit"), busy(Some(7_000))),
        ("rate limit by date", 429, "Retry-After: Wed, 21 Oct 2026 07:28:00 GMT\r\n", own("invalid_request_error", "rate_limit"), busy(None)),
        ("no use now", 429, "Stripe-Should-Retry: false\r\nRetry-After: 7\r\n", own("invalid_request_error", "rate_limit"), busy(Some(60_000))),
        ("no use for long", 429, "Stripe-Should-Retry: false\r\nRetry-After: 700\r\n", own("invalid_request_error", "rate_limit"), busy(Some(700_000))),
        ("limit of the subscription", 429, LIMIT, own("invalid_request_error", "rate_limit"), busy(Some(600_000))),
        ("limit of the subscription, for longer", 429, "Stripe-Rate-Limited-Reason: resource-specific\r\nRetry-After: 3000\r\n", own("invalid_request_error", "rate_limit"), busy(Some(3_000_000))),
        ("limit of the account", 429, "Stripe-Rate-Limited-Reason: global-rate\r\n", own("invalid_request_error", "rate_limit"), busy(None)),
        ("429 of something else", 429, "", html(), busy(None)),
        // 5xx and passing faults
        ("500", 500, "", own("api_error", ""), unknown(false, "status 500, `api_error`")),
        ("500, replayed", 500, REPLAYED, own("api_error", ""), unknown(true, "status 500, `api_error`")),
        ("503", 503, "", own("api_error", ""), unknown(false, "status 503, `api_error`")),
        ("502 of a proxy", 502, "", html(), unknown(false, "status 502 without an error of Stripe's form")),
        ("502 of a proxy that says replayed", 502, REPLAYED, html(), unknown(false, "status 502 without an error of Stripe's form")),
        ("failed dependency", 424, "", own("api_error", ""), unknown(false, "status 424, `api_error`")),
        // What Stripe never says
        ("redirect", 302, "Location: http://127.0.0.1:1/\r\n", String::new(), unknown(false, "status 302 without an error of Stripe's form")),
        ("204", 204, "", String::new(), unknown(false, "status 204 without an error of Stripe's form")),
    ]
}

#[tokio::test]
async fn every_answer_means_what_the_table_says() {
    let reply = |(_, status, headers, body, _): &(_, u16, &str, String, _)| {
        Reply::json(*status, &format!("{REQUEST_ID}{headers}"), body)
    };
    let server = Server::start(rows().iter().map(reply)).await;
    let billing = billing(&server.url());
    for (sent_before, (name, .., expected)) in rows().into_iter().enumerate() {
        let outcome = billing.set_quantity(&update(4), "key-1").await;
        assert_eq!(outcome, expected, "{name}");
        assert_eq!(server.requests().len(), sent_before + 1, "{name}: one call is one request");
    }
}

#[tokio::test]
async fn a_request_that_makes_no_sense_is_not_sent() {
    let server = Server::start([]).await;
    let billing = billing(&server.url());
    for id in ["", "sub_1/../../customers", "sub_1?x=y", "sub_1#", "sub 1", "säb"] {
        let mut no_subscription = update(4);
        no_subscription.target.subscription = id.to_owned();
        let mut no_item = update(4);
        no_item.target.item = id.to_owned();
        for update in [no_subscription, no_item] {
            let outcome = billing.set_quantity(&update, "key-1").await;
            assert_eq!(outcome, Refused { refusal: Gone, request_id: None }, "`{id}`");
        }
    }
    assert_eq!(
        billing.set_quantity(&update(-1), "key-1").await,
        Refused { refusal: Invalid { cause: "the quantity is below zero".to_owned() }, request_id: None }
    );
    for key in ["", &"k".repeat(256), "line\r\nbreak"] {
        let outcome = billing.set_quantity(&update(4), key).await;
        assert!(matches!(outcome, SetOutcome::NotSent { .. }), "`{key}`: {outcome:?}");
    }
    assert_eq!(server.connections(), 0);
}
