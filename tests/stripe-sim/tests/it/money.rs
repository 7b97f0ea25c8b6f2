//! Money by the second: proration lines, the next invoice, credit, and unit-seconds against what was active.

use std::time::Duration;

use serde_json::json;
use stripe_sim::{InvoiceStatus, Seed, SeedItem};

use crate::peer::{DAY, NEW_YEAR, Peer};

const MONTH: i64 = 31 * DAY;
const UNIT: i64 = 9000;

/// Half a unit away from zero, as cents are rounded.
fn share(quantity: i64, seconds: i64) -> i64 {
    (2 * quantity * UNIT * seconds + MONTH) / (2 * MONTH)
}

#[tokio::test]
async fn always_invoice_bills_the_rest_of_the_period_at_once() {
    let peer = Peer::start().await;
    let at = NEW_YEAR + 10 * DAY + 12_345;
    peer.sim.set_clock((at + 7) * 1000);
    let more = format!("&proration_behavior=always_invoice&proration_date={at}&expand[]=latest_invoice");
    let body = peer.set(3, &more, None).await.json();
    let invoice = &body["latest_invoice"];
    let rest = NEW_YEAR + MONTH - at;
    let (credit, charge) = (-share(1, rest), share(3, rest));
    assert_eq!(body["items"]["data"][0]["quantity"], 3);
    assert_eq!((&invoice["status"], &invoice["amount_paid"]), (&json!("paid"), &json!(charge + credit)));
    let lines = invoice["lines"]["data"].as_array().unwrap();
    let amounts: Vec<_> = lines.iter().map(|line| line["amount"].as_i64().unwrap()).collect();
    assert_eq!(amounts, [credit, charge]);
    for line in lines {
        assert_eq!(line["period"], json!({"start": at, "end": NEW_YEAR + MONTH}));
        assert_eq!(line["parent"]["subscription_item_details"]["proration"], true);
        assert_eq!(line["parent"]["subscription_item_details"]["subscription_item"], "si_a");
    }
}

#[tokio::test]
async fn a_preview_names_exactly_the_amount_that_is_charged() {
    let peer = Peer::start().await;
    let at = NEW_YEAR + 5 * DAY + 1;
    peer.sim.set_clock((at + 100) * 1000);
    let preview = peer
        .post(
            "/v1/invoices/create_preview",
            &format!(
                "subscription=sub_a&subscription_details[items][0][id]=si_a&subscription_details[items][0][quantity]=4\
                 &subscription_details[proration_behavior]=always_invoice&subscription_details[proration_date]={at}"
            ),
            None,
        )
        .await
        .json();
    assert_eq!(peer.quantity(), 1, "a preview changes nothing");
    assert_eq!(peer.sim.ledger().invoices.len(), 1);
    peer.sim.advance(Duration::from_secs(30));
    let more = format!("&proration_behavior=always_invoice&proration_date={at}&expand[]=latest_invoice");
    let charged = peer.set(4, &more, None).await.json();
    assert_eq!(preview["amount_due"], charged["latest_invoice"]["amount_paid"]);
    assert!(preview["amount_due"].as_i64().unwrap() > 0);
}

#[tokio::test]
async fn a_preview_of_the_next_invoice_has_the_prorations_and_the_next_period() {
    let peer = Peer::start().await;
    peer.sim.set_clock((NEW_YEAR + DAY) * 1000);
    let form = "subscription=sub_a&subscription_details[items][0][id]=si_a&subscription_details[items][0][quantity]=2";
    let preview = peer.post("/v1/invoices/create_preview", form, None).await.json();
    let rest = MONTH - DAY;
    assert_eq!(preview["total"], share(2, rest) - share(1, rest) + 2 * UNIT);
    assert_eq!(preview["created"], NEW_YEAR + MONTH);
}

#[tokio::test]
async fn create_prorations_wait_for_the_next_invoice() {
    let peer = Peer::start().await;
    let at = NEW_YEAR + 3 * DAY;
    peer.sim.set_clock(at * 1000);
    assert_eq!(peer.set(2, "", None).await.status, 200);
    let ledger = peer.sim.ledger();
    assert_eq!((ledger.invoices.len(), ledger.pending_lines.len()), (1, 2));
    peer.sim.set_clock((NEW_YEAR + MONTH + 60) * 1000);
    let ledger = peer.sim.ledger();
    let cycle = ledger.invoices.last().unwrap();
    let rest = NEW_YEAR + MONTH - at;
    assert_eq!(cycle.billing_reason, "subscription_cycle");
    assert_eq!(cycle.created, NEW_YEAR + MONTH, "dated at the period's end, not when the clock was set");
    assert_eq!(cycle.total, share(2, rest) - share(1, rest) + 2 * UNIT);
    assert!(ledger.pending_lines.is_empty());
    let item = peer.sim.subscription("sub_a").unwrap()["items"]["data"][0].clone();
    assert_eq!(item["current_period_start"], NEW_YEAR + MONTH);
    assert_eq!(item["current_period_end"], NEW_YEAR + MONTH + 28 * DAY, "February");
}

#[tokio::test]
async fn no_prorations_bill_nothing() {
    let peer = Peer::start().await;
    assert_eq!(peer.set(5, "&proration_behavior=none", None).await.status, 200);
    let ledger = peer.sim.ledger();
    assert_eq!((peer.quantity(), ledger.invoices.len(), ledger.pending_lines.len()), (5, 1, 0));
}

#[tokio::test]
async fn a_compensation_with_the_same_date_is_free_and_leaves_credit_that_is_used_up() {
    let peer = Peer::start().await;
    let at = NEW_YEAR + DAY + 1;
    peer.sim.set_clock((at + 500) * 1000);
    let more = format!("&proration_behavior=always_invoice&proration_date={at}");
    for quantity in [4, 1] {
        assert_eq!(peer.set(quantity, &more, None).await.status, 200);
    }
    let totals: Vec<i64> = peer.sim.ledger().invoices.iter().map(|invoice| invoice.total).collect();
    assert_eq!(totals[1] + totals[2], 0, "net zero: {totals:?}");
    assert_eq!(peer.get("/v1/customers/cus_a").await.json()["balance"], totals[2], "a credit, no refund");
    assert_eq!(peer.set(4, &more, None).await.status, 200);
    let last = peer.sim.ledger().invoices.last().unwrap().clone();
    assert_eq!((last.total, last.amount_due, last.status), (totals[1], 0, InvoiceStatus::Paid));
}

#[tokio::test]
async fn billed_unit_seconds_equal_active_unit_seconds() {
    let peer = Peer::start().await;
    // Instants and quantities; the host may name the instant later than it happened.
    let changes =
        [(3600, 2, "create_prorations"), (2 * DAY + 17, 5, "always_invoice"), (9 * DAY + 1, 0, "create_prorations")];
    let (mut active, mut quantity, mut since) = (0, 1, 0);
    for (at, next, behavior) in changes {
        active += quantity * (at - since);
        (quantity, since) = (next, at);
        peer.sim.set_clock((NEW_YEAR + at + 90) * 1000);
        let more = format!("&proration_behavior={behavior}&proration_date={}", NEW_YEAR + at);
        assert_eq!(peer.set(u64::try_from(next).unwrap(), &more, None).await.status, 200);
    }
    active += quantity * (MONTH - since);
    assert_eq!(peer.sim.ledger().billed_unit_seconds("si_a"), active);
    assert_eq!(peer.quantity(), 0, "0 is a quantity");
}

#[tokio::test]
async fn a_fixture_file_brings_its_plans_prices() {
    let peer = Peer::start().await;
    let fixture = json!({
        "format": "feature-store-fixture/1",
        "plans": [
            {"key": "BASIC", "pricePerFeatureInstanceCHF": 29.5, "billingPeriod": "MONTHLY", "budgetAiCHF": 10},
            {"key": "YEAR", "pricePerFeatureInstanceCHF": 1080, "billingPeriod": "YEARLY", "stripePriceId": "price_y"}
        ],
        "subscriptions": [
            {"id": "s1", "planKey": "BASIC", "stripeSubscriptionId": "sub_1", "stripeItemIdInstances": "si_1"},
            {"id": "s2", "planKey": "YEAR", "stripeSubscriptionId": "sub_2", "stripeItemIdInstances": "si_2"}
        ],
        "stripe": {"items": [
            {"id": "si_1", "subscription": "sub_1", "quantity": 1}, {"id": "si_2", "subscription": "sub_2", "quantity": 0}
        ]}
    });
    peer.sim.seed(Seed::from_fixture(fixture).unwrap()).unwrap();
    for (item, price, amount, interval, quantity) in
        [("si_1", "price_basic", 2950, "month", 1), ("si_2", "price_y", 108_000, "year", 0)]
    {
        let body = peer.get(&format!("/v1/subscription_items/{item}")).await.json();
        assert_eq!(body["price"]["id"], price);
        assert_eq!(body["price"]["unit_amount"], amount);
        assert_eq!(body["price"]["currency"], "chf");
        assert_eq!(body["price"]["recurring"]["interval"], interval);
        assert_eq!(body["quantity"], quantity);
    }
    let finer = json!({
        "plans": [{"key": "P", "pricePerFeatureInstanceCHF": 1.234}],
        "subscriptions": [{"planKey": "P", "stripeItemIdInstances": "si_3"}],
        "stripe": Seed { items: vec![SeedItem::new("si_3", "sub_3", 1)] }
    });
    assert!(Seed::from_fixture(finer).is_err());
}
