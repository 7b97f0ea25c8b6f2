//! What is read of an event, and what is left alone.

use serde_json::{Value, json};
use turnpike::webhooks::envelope::Envelope;

fn parsed(event: &Value) -> Option<Envelope> {
    Envelope::parse(event.to_string().as_bytes())
}

fn of(kind: &str, object: &Value) -> Option<String> {
    let event = json!({"id": "evt_1", "type": kind, "livemode": false, "data": {"object": object}});
    parsed(&event).expect("an event").subscription().map(str::to_owned)
}

#[test]
fn the_subscription_is_found_by_type() {
    let subscription = json!({"id": "sub_1", "object": "subscription"});
    let invoice =
        json!({"id": "in_1", "object": "invoice", "parent": {"subscription_details": {"subscription": "sub_1"}}});
    let older = json!({"id": "in_1", "object": "invoice", "subscription": "sub_1"});
    let schedule = json!({"id": "sched_1", "object": "subscription_schedule", "subscription": "sub_1"});
    for (kind, object, expected) in [
        ("customer.subscription.created", &subscription, true),
        ("customer.subscription.updated", &subscription, true),
        ("customer.subscription.deleted", &subscription, true),
        ("customer.subscription.paused", &subscription, true),
        ("customer.subscription.resumed", &subscription, true),
        ("customer.subscription.trial_will_end", &subscription, true),
        ("customer.subscription.pending_update_applied", &subscription, true),
        ("customer.subscription.pending_update_expired", &subscription, true),
        ("invoice.paid", &invoice, true),
        ("invoice.payment_failed", &invoice, true),
        ("invoice.payment_failed", &older, true),
        ("subscription_schedule.updated", &schedule, true),
        ("invoice.paid", &json!({"id": "in_1", "object": "invoice", "parent": null}), false),
        ("invoice.paid", &json!({"id": "in_1", "parent": "in", "subscription": {"id": "sub_1"}}), false),
        ("invoice.created", &invoice, false),
        ("customer.subscription.unheard_of", &subscription, false),
        ("customer.updated", &json!({"id": "cus_1", "object": "customer", "subscription": "sub_1"}), false),
        ("customer.subscription.updated", &json!({"id": "sub_1/../x", "object": "subscription"}), false),
        ("customer.subscription.updated", &json!([1]), false),
    ] {
        assert_eq!(of(kind, object).as_deref(), expected.then_some("sub_1"), "{kind} {object}");
    }
}

#[test]
fn only_mode_and_account_of_the_key_are_ours() {
    for (livemode, account, is_live, configured, ours) in [
        (json!(false), json!(null), false, None, true),
        (json!(true), json!(null), true, None, true),
        (json!(true), json!(null), false, None, false),
        (json!(false), json!(null), true, None, false),
        (json!(null), json!(null), false, None, false),
        (json!(false), json!("acct_1"), false, None, false),
        (json!(false), json!("acct_1"), false, Some("acct_1"), true),
        (json!(false), json!("acct_2"), false, Some("acct_1"), false),
        (json!(false), json!(null), false, Some("acct_1"), true),
    ] {
        let event = json!({"id": "evt_1", "type": "invoice.paid", "livemode": livemode, "account": account});
        let envelope = parsed(&event).expect("an event");
        assert_eq!(envelope.is_ours(is_live, configured), ours, "{event} for {is_live} {configured:?}");
    }
}

#[test]
fn what_is_no_event_is_not_read() {
    let deep = format!("{{\"id\":\"evt_1\",\"type\":\"x\",\"data\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    for payload in [
        "",
        "null",
        "[]",
        "{}",
        r#"{"id":"evt_1"}"#,
        r#"{"id":"evt 1","type":"x"}"#,
        r#"{"id":"","type":"x"}"#,
        deep.as_str(),
    ] {
        assert_eq!(Envelope::parse(payload.as_bytes()), None, "{}", &payload[..payload.len().min(80)]);
    }
    assert_eq!(Envelope::parse(&[0xff, 0xfe]), None);
    assert_eq!(parsed(&json!({"id": "evt_\u{0}", "type": "x"})), None);
    assert_eq!(parsed(&json!({"id": "e".repeat(256), "type": "x"})), None);
}
