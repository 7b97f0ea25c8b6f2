//! Taxes of a preview, as Stripe tells them.

use core_wasm::settings::Gate;
use turnpike::ports::{
    billing::Billing,
    preview::{NextInvoice, Preview, Repricing, TaxBehavior},
};

use super::{
    ITEM, billing,
    server::{Reply, Server},
    target,
};

const AT: i64 = 1_795_000_000;

/// The preview of a second instance at 90.00 with these taxes on the next period's line.
async fn preview(taxes: &str, total: i64) -> Preview {
    let line = |amount: i64, quantity: i64, start: i64, proration: bool, taxes: &str| {
        format!(
            r#"{{"amount": {amount}, "quantity": {quantity}, "period": {{"start": {start}, "end": 1796000000}},
                "parent": {{"subscription_item_details": {{"proration": {proration}, "subscription_item": "{ITEM}"}}}},
                "taxes": {taxes}}}"#
        )
    };
    let lines =
        [line(-100, 1, AT, true, "[]"), line(200, 2, AT, true, "[]"), line(18_000, 2, 1_796_000_000, false, taxes)];
    let body = format!(
        r#"{{"currency": "chf", "subtotal": 18100, "total": {total}, "amount_due": {total}, "period_end": 1796000000,
            "lines": {{"data": [{}]}}, "total_taxes": {taxes}}}"#,
        lines.join(", ")
    );
    let server = Server::start([Reply::json(200, "", &body)]).await;
    let change = Repricing { target: target(), from: 1, to: 2, at: AT * 1000, gate: Gate::Quantity };
    billing(&server.url()).preview(&change).await.expect("a preview")
}

#[tokio::test]
async fn taxes_are_told_as_stripe_tells_them() {
    let next = |tax, total| Some(NextInvoice { at: 1_796_000_000_000, subtotal: 18_100, tax, total });
    for (behavior, total, expected) in
        [("inclusive", 18_100, TaxBehavior::Inclusive), ("exclusive", 19_449, TaxBehavior::Exclusive)]
    {
        let told = preview(&format!(r#"[{{"amount": 1349, "tax_behavior": "{behavior}"}}]"#), total).await;
        assert_eq!((told.tax, told.next), (Some(expected), next(1349, total)), "{behavior}");
    }
    for none in ["[]", "null", r#"[{"amount": 0, "tax_behavior": null}]"#, r#"[{"amount": 0, "tax_behavior": "new"}]"#]
    {
        let told = preview(none, 18_100).await;
        assert_eq!((told.tax, told.next), (None, next(0, 18_100)), "{none}: then the plan says");
    }
}
