//! Invoices and their lines.

use serde_json::{Value, json};

use super::list;
use crate::model::{Invoice, InvoiceStatus, Line};

pub(crate) fn invoice(invoice: &Invoice) -> Value {
    let lines = invoice.lines.iter().map(|entry| line(invoice, entry)).collect();
    let is_final = invoice.status != InvoiceStatus::Draft;
    let url = is_final.then(|| format!("https://invoice.stripe.com/i/simulated/{}", invoice.id));
    json!({
        "id": invoice.id,
        "object": "invoice",
        "account_country": "CH",
        "account_name": "Simulated account",
        "account_tax_ids": null,
        "amount_due": invoice.amount_due,
        "amount_overpaid": 0,
        "amount_paid": invoice.amount_paid,
        "amount_paid_off_stripe": 0,
        "amount_remaining": invoice.amount_due - invoice.amount_paid,
        "amount_shipping": 0,
        "application": null,
        "attempt_count": invoice.attempt_count,
        "attempted": invoice.attempt_count > 0 || invoice.status == InvoiceStatus::Paid,
        "auto_advance": invoice.status == InvoiceStatus::Open,
        "automatic_tax": { "disabled_reason": null, "enabled": false, "liability": null, "provider": null, "status": null },
        "automatically_finalizes_at": null,
        "billing_reason": invoice.billing_reason,
        "collection_method": invoice.collection_method,
        "created": invoice.created,
        "currency": invoice.currency,
        "custom_fields": null,
        "customer": invoice.customer,
        "customer_account": null,
        "customer_address": null,
        "customer_email": null,
        "customer_name": null,
        "customer_phone": null,
        "customer_shipping": null,
        "customer_tax_exempt": "none",
        "customer_tax_ids": [],
        "default_payment_method": null,
        "default_source": null,
        "default_tax_rates": [],
        "description": null,
        "discounts": [],
        "due_date": null,
        "effective_at": invoice.finalized_at,
        "ending_balance": is_final.then_some(invoice.ending_balance),
        "footer": null,
        "from_invoice": null,
        "hosted_invoice_url": url,
        "invoice_pdf": url.as_ref().map(|url| format!("{url}/pdf")),
        "issuer": { "type": "self" },
        "last_finalization_error": null,
        "latest_revision": null,
        "lines": list(&format!("/v1/invoices/{}/lines", invoice.id), lines),
        "livemode": false,
        "metadata": {},
        "next_payment_attempt": null,
        "number": invoice.number,
        "on_behalf_of": null,
        "parent": parent(invoice),
        "payment_settings": { "default_mandate": null, "payment_method_options": null, "payment_method_types": null },
        "period_end": invoice.period_end,
        "period_start": invoice.period_start,
        "post_payment_credit_notes_amount": 0,
        "pre_payment_credit_notes_amount": 0,
        "receipt_number": null,
        "rendering": null,
        "shipping_cost": null,
        "shipping_details": null,
        "starting_balance": invoice.starting_balance,
        "statement_descriptor": null,
        "status": invoice.status.as_str(),
        "status_transitions": {
            "finalized_at": invoice.finalized_at,
            "marked_uncollectible_at": null,
            "paid_at": invoice.paid_at,
            "voided_at": invoice.voided_at,
        },
        "subtotal": invoice.total,
        "subtotal_excluding_tax": invoice.total,
        "test_clock": null,
        "total": invoice.total,
        "total_discount_amounts": [],
        "total_excluding_tax": invoice.total,
        "total_pretax_credit_amounts": [],
        "total_taxes": [],
        "webhooks_delivered_at": invoice.finalized_at,
    })
}

fn parent(invoice: &Invoice) -> Value {
    let mut details = json!({ "metadata": invoice.subscription_metadata, "subscription": invoice.subscription });
    if let (Some(date), Some(details)) = (invoice.proration_date, details.as_object_mut()) {
        details.insert("subscription_proration_date".to_owned(), json!(date));
    }
    json!({ "type": "subscription_details", "quote_details": null, "subscription_details": details })
}

fn line(invoice: &Invoice, line: &Line) -> Value {
    json!({
        "id": line.id,
        "object": "line_item",
        "amount": line.amount,
        "currency": line.currency,
        "description": line.description,
        "discount_amounts": [],
        "discountable": !line.proration,
        "discounts": [],
        "invoice": invoice.id,
        "livemode": false,
        "metadata": {},
        "parent": {
            "type": "subscription_item_details",
            "invoice_item_details": null,
            "subscription_item_details": {
                "invoice_item": line.invoice_item,
                "proration": line.proration,
                "proration_details": { "credited_items": null },
                "subscription": line.subscription,
                "subscription_item": line.item,
            },
        },
        "period": { "end": line.end, "start": line.start },
        "pretax_credit_amounts": [],
        "pricing": {
            "type": "price_details",
            "price_details": { "price": line.price, "product": line.product },
            "unit_amount_decimal": line.unit_amount.to_string(),
        },
        "quantity": line.quantity,
        "subscription": line.subscription,
        "subtotal": line.amount,
        "taxes": [],
    })
}
