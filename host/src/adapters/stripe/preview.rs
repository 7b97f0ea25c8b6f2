//! Asks what a change of quantity would cost, and finds on the bill what it did cost.
//!
//! A preview is a POST without an idempotency key: it has no effect that could happen twice.

use core_wasm::settings::Gate;
use stripe_billing::{
    invoice::{
        CreatePreviewInvoice, CreatePreviewInvoiceSubscriptionDetails, CreatePreviewInvoiceSubscriptionDetailsItems,
        CreatePreviewInvoiceSubscriptionDetailsProrationBehavior as Behavior,
    },
    subscription::RetrieveSubscription,
};
use stripe_client_core::{RequestBuilder, StripeRequest};

use super::{
    invoice::{Invoice, Line},
    read::{error, unusable},
    subscription::is_id,
    transport::{Interruption, Transport},
};
use crate::ports::{
    billing::ReadError,
    preview::{InvoiceLine, LineKind, NextInvoice, Preview, Repricing, sum},
};

/// With the gate `payment` two invoices are looked at: the one that is made at once, and the next regular one.
pub(super) async fn preview(transport: &Transport, change: &Repricing) -> Result<Preview, ReadError> {
    if !is_paid_at_once(change) {
        let next = ask(transport, previewed(change, Behavior::CreateProrations)?).await?;
        let prorations = next.prorations(change, false);
        let periods = shown(&next.periods(&change.target.item));
        let rest = next.subtotal - sum(&prorations) - sum(&periods);
        return Ok(Preview {
            others: with_rest(periods, rest, false),
            prorations,
            due_now: 0,
            next: Some(NextInvoice {
                at: next.period_end.saturating_mul(1000),
                subtotal: next.subtotal,
                tax: next.tax_amount(),
                total: next.total,
            }),
            tax: next.tax(),
            currency: next.currency.to_ascii_uppercase(),
        });
    }
    let now = ask(transport, previewed(change, Behavior::AlwaysInvoice)?).await?;
    let later = ask(transport, previewed(change, Behavior::None)?).await?;
    let prorations = now.prorations(change, true);
    let rest = now.subtotal - sum(&prorations);
    let periods = later.periods(&change.target.item);
    Ok(Preview {
        due_now: now.amount_due,
        next: regular(&later, &periods),
        others: with_rest(shown(&periods), rest, true),
        prorations,
        tax: now.tax().or_else(|| later.tax()),
        currency: now.currency.to_ascii_uppercase(),
    })
}

/// What waits for the next invoice is shown by a preview that changes nothing; what was invoiced at once, by the latest
/// invoice. A period that ends in between moves the former to the latter.
pub(super) async fn billed_with(transport: &Transport, change: &Repricing) -> Result<Vec<InvoiceLine>, ReadError> {
    let latest = latest(transport, &change.target.subscription).await?;
    let invoiced = latest.map(|invoice| invoice.prorations(change, is_paid_at_once(change))).unwrap_or_default();
    if !invoiced.is_empty() {
        return Ok(invoiced);
    }
    let upcoming = CreatePreviewInvoice::new().subscription(change.target.subscription.clone()).build();
    Ok(ask(transport, upcoming).await?.prorations(change, false))
}

fn is_paid_at_once(change: &Repricing) -> bool {
    change.gate == Gate::Payment && change.to > change.from
}

fn previewed(change: &Repricing, behavior: Behavior) -> Result<RequestBuilder, ReadError> {
    if !is_id(&change.target.subscription) || !is_id(&change.target.item) {
        return Err(ReadError::Gone);
    }
    let mut item = CreatePreviewInvoiceSubscriptionDetailsItems::new();
    item.id = Some(change.target.item.clone());
    item.quantity = Some(u64::try_from(change.to).map_err(|_| unusable("the quantity is below zero"))?);
    let mut details = CreatePreviewInvoiceSubscriptionDetails::new();
    details.items = Some(vec![item]);
    // Without prorations there is nothing that an instant could be of.
    details.proration_date = (behavior != Behavior::None).then(|| change.at.div_euclid(1000));
    details.proration_behavior = Some(behavior);
    let subscription = change.target.subscription.clone();
    Ok(CreatePreviewInvoice::new().subscription(subscription).subscription_details(details).build())
}

async fn ask(transport: &Transport, request: RequestBuilder) -> Result<Invoice, ReadError> {
    Invoice::parse(&body(transport, request).await?).ok_or_else(|| unusable("the answer is not an invoice"))
}

async fn body(transport: &Transport, request: RequestBuilder) -> Result<Vec<u8>, ReadError> {
    match transport.ask(request).await {
        Err(Interruption::NotSent { cause } | Interruption::Ambiguous { cause }) => {
            Err(ReadError::Unavailable { cause })
        }
        Ok(answer) if answer.status == 200 => Ok(answer.body),
        Ok(answer) => Err(error(&answer)),
    }
}

/// A subscription with its latest invoice.
#[derive(miniserde::Deserialize)]
struct WithInvoice {
    latest_invoice: Option<Invoice>,
}

async fn latest(transport: &Transport, subscription: &str) -> Result<Option<Invoice>, ReadError> {
    if !is_id(subscription) {
        return Err(ReadError::Gone);
    }
    let request = RetrieveSubscription::new(subscription).expand(["latest_invoice".to_owned()]).build();
    let body = body(transport, request).await?;
    let text = std::str::from_utf8(&body).map_err(|_| unusable("the answer is no text"))?;
    let found: WithInvoice =
        miniserde::json::from_str(text).map_err(|_| unusable("the answer is not a subscription with its invoice"))?;
    Ok(found.latest_invoice)
}

fn shown(periods: &[&Line]) -> Vec<InvoiceLine> {
    periods.iter().map(|line| line.shown(LineKind::Period, false)).collect()
}

/// The lines, and what is missing to the whole as one more.
fn with_rest(mut lines: Vec<InvoiceLine>, rest: i64, at_once: bool) -> Vec<InvoiceLine> {
    if rest != 0 {
        lines.push(InvoiceLine { kind: LineKind::Other, amount: rest, quantity: None, period: None, at_once });
    }
    lines
}

/// The next regular invoice after one that is made at once and takes along what waited; `None` when its lines are not
/// among the first.
fn regular(later: &Invoice, periods: &[&Line]) -> Option<NextInvoice> {
    let taxes = || periods.iter().flat_map(|line| line.taxes.iter().flatten());
    let subtotal = periods.iter().map(|line| line.amount).sum();
    let on_top: i64 =
        taxes().filter(|tax| tax.tax_behavior.as_deref() == Some("exclusive")).map(|tax| tax.amount).sum();
    (!periods.is_empty()).then(|| NextInvoice {
        at: later.period_end.saturating_mul(1000),
        subtotal,
        tax: taxes().map(|tax| tax.amount).sum(),
        total: subtotal + on_top,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::{billing::BillingTarget, preview::TaxBehavior};

    fn change(gate: Gate) -> Repricing {
        let target = BillingTarget { subscription: "sub_1".to_owned(), item: "si_1".to_owned() };
        Repricing { target, from: 2, to: 3, at: 1_800_000_000_999, gate }
    }

    fn line(item: &str, amount: i64, quantity: i64, start: i64, proration: bool) -> String {
        format!(
            r#"{{"amount": {amount}, "quantity": {quantity}, "period": {{"start": {start}, "end": 1801000000}},
                "parent": {{"subscription_item_details": {{"proration": {proration}, "subscription_item": "{item}"}}}},
                "taxes": [{{"amount": 7, "tax_behavior": "exclusive"}}]}}"#
        )
    }

    fn invoice(lines: &[String]) -> Invoice {
        let text = format!(
            r#"{{"currency": "chf", "subtotal": 1, "total": 2, "amount_due": 3, "period_end": 4,
                "lines": {{"data": [{}]}}, "total_taxes": [{{"amount": 8, "tax_behavior": "exclusive"}}]}}"#,
            lines.join(", ")
        );
        Invoice::parse(text.as_bytes()).expect("an invoice")
    }

    #[test]
    fn only_the_lines_of_item_and_instant_are_the_changes() {
        let found = invoice(&[
            line("si_1", -20, 2, 1_800_000_000, true),
            line("si_1", 30, 3, 1_800_000_000, true),
            line("si_2", 99, 3, 1_800_000_000, true),
            line("si_1", 98, 3, 1_799_999_999, true),
            line("si_1", 300, 3, 1_801_000_000, false),
        ]);
        let lines = found.prorations(&change(Gate::Quantity), false);
        assert_eq!(
            lines.iter().map(|line| (line.kind, line.amount)).collect::<Vec<_>>(),
            [(LineKind::Unused, -20), (LineKind::Remaining, 30)]
        );
        assert_eq!(found.periods("si_1").len(), 1);
        assert_eq!(found.tax(), Some(TaxBehavior::Exclusive));
    }

    #[test]
    fn another_change_of_the_same_second_is_told_apart_by_its_quantities() {
        let found = invoice(&[
            line("si_1", -10, 1, 1_800_000_000, true),
            line("si_1", 20, 2, 1_800_000_000, true),
            line("si_1", -20, 2, 1_800_000_000, true),
            line("si_1", 30, 3, 1_800_000_000, true),
        ]);
        let amounts = |change: &Repricing| -> Vec<i64> {
            found.prorations(change, false).iter().map(|line| line.amount).collect()
        };
        assert_eq!(amounts(&change(Gate::Quantity)), [-20, 30]);
        assert_eq!(amounts(&Repricing { from: 1, to: 2, ..change(Gate::Quantity) }), [-10, 20]);
    }

    #[test]
    fn the_first_and_the_last_one_are_told_apart_within_a_second() {
        let found = invoice(&[line("si_1", -10, 1, 1_800_000_000, true), line("si_1", 10, 1, 1_800_000_000, true)]);
        let amounts = |from, to| -> Vec<i64> {
            let change = Repricing { from, to, ..change(Gate::Quantity) };
            found.prorations(&change, false).iter().map(|line| line.amount).collect()
        };
        assert_eq!(amounts(0, 1), [10]);
        assert_eq!(amounts(1, 0), [-10]);
    }

    #[test]
    fn a_credit_that_comes_in_parts_is_taken_whole() {
        let found = invoice(&[line("si_1", -5, 1, 1_800_000_000, true), line("si_1", -4, 1, 1_800_000_000, true)]);
        assert_eq!(sum(&found.prorations(&change(Gate::Quantity), false)), -9);
    }

    #[test]
    fn taxes_on_top_are_part_of_the_total() {
        let later = invoice(&[line("si_1", 300, 3, 1_801_000_000, false)]);
        let next = regular(&later, &later.periods("si_1")).expect("an invoice");
        assert_eq!((next.subtotal, next.tax, next.total), (300, 7, 307));
        assert_eq!(regular(&later, &[]), None);
    }
}
