//! To the minor unit: what Stripe would charge for a change at odd instants is what the simulator says, and what a plain
//! division says.

use serde_json::Value;

use super::account::{Account, BEGIN, Subscribed};

/// Prices in minor units whose shares do not come out even.
const PRICES: [i64; 3] = [2950, 333, 9999];

#[tokio::test]
async fn a_prorations_lines_are_those_of_a_plain_division() {
    let account = Account::open().await;
    for price in PRICES {
        let subscribed = account.subscribed(3, price, BEGIN).await;
        let (start, end) = subscribed.period;
        assert_eq!((start, end - start), (BEGIN, 31 * 86_400), "a month of 31 days");
        for at in [start + 1, start + 86_400, start + 1_234_567, end - 86_399, end - 1] {
            account_agrees(&account, &subscribed, price, at).await;
        }
        account.close(subscribed).await;
    }
}

/// From 3 to 5 units at an instant: a credit for what is left of three, a charge for what is left of five.
async fn account_agrees(account: &Account, of: &Subscribed, price: i64, at: i64) {
    let date = at.to_string();
    let fields = [
        ("subscription", of.target.subscription.as_str()),
        ("subscription_details[items][0][id]", of.target.item.as_str()),
        ("subscription_details[items][0][quantity]", "5"),
        ("subscription_details[proration_behavior]", "create_prorations"),
        ("subscription_details[proration_date]", date.as_str()),
    ];
    let preview = account.post("/v1/invoices/create_preview", &fields, None).await;
    assert_eq!(preview.status, 200, "{preview:?}");
    let lines = preview.body["lines"]["data"].as_array().expect("lines");
    let is_proration = |line: &&Value| line["parent"]["subscription_item_details"]["proration"] == true;
    let mut amounts: Vec<i64> =
        lines.iter().filter(is_proration).map(|line| line["amount"].as_i64().expect("an amount")).collect();
    amounts.sort_unstable();
    let (start, end) = of.period;
    let expected = [-share(3 * price, end - at, end - start), share(5 * price, end - at, end - start)];
    assert_eq!(amounts, expected, "price {price}, {} s into the period", at - start);
}

/// Half a minor unit is rounded up.
fn share(total: i64, part: i64, whole: i64) -> i64 {
    (2 * total * part + whole) / (2 * whole)
}
