//! Invoices: made from lines, charged to the card or to the customer's credit, paid or voided later.

use crate::{
    card::CardOutcome,
    model::{Invoice, InvoiceStatus, Line, Subscription},
    proration::DraftLine,
    transaction::Transaction,
};

/// Gives drafted lines their ids.
pub(crate) fn lines_from(tx: &mut Transaction<'_>, subscription: &str, drafts: Vec<DraftLine>) -> Vec<Line> {
    drafts
        .into_iter()
        .map(|draft| Line {
            id: tx.state.new_id("il"),
            subscription: subscription.to_owned(),
            item: draft.item,
            quantity: draft.quantity,
            unit_amount: draft.price.unit_amount,
            amount: draft.amount,
            currency: draft.price.currency,
            start: draft.start,
            end: draft.end,
            proration: draft.proration,
            credit: draft.credit,
            invoice_item: draft.proration.then(|| tx.state.new_id("ii")),
            description: draft.description,
            price: draft.price.id,
            product: draft.price.product,
        })
        .collect()
}

/// An invoice over lines, not yet stored: the customer's credit is set against it.
pub(crate) fn draft(tx: &Transaction<'_>, subscription: &Subscription, reason: &str, lines: Vec<Line>) -> Invoice {
    let total: i64 = lines.iter().map(|line| line.amount).sum();
    let balance = tx.state.customers.get(&subscription.customer).map_or(0, |customer| customer.balance);
    let due = total.saturating_add(balance);
    let now = tx.now();
    Invoice {
        id: "upcoming".to_owned(),
        number: None,
        created: now,
        customer: subscription.customer.clone(),
        subscription: subscription.id.clone(),
        currency: subscription.currency.clone(),
        status: InvoiceStatus::Draft,
        billing_reason: reason.to_owned(),
        collection_method: subscription.collection_method.clone(),
        lines,
        period_start: subscription.period_start,
        period_end: now,
        total,
        starting_balance: balance,
        ending_balance: due.min(0),
        amount_due: due.max(0),
        amount_paid: 0,
        attempt_count: 0,
        proration_date: None,
        subscription_metadata: subscription.metadata.clone(),
        finalized_at: None,
        paid_at: None,
        voided_at: None,
    }
}

/// Stores a drafted invoice as open, takes the customer's credit, and makes it the subscription's latest.
pub(crate) fn finalize(tx: &mut Transaction<'_>, mut invoice: Invoice) -> String {
    let id = tx.state.new_id("in");
    invoice.id.clone_from(&id);
    invoice.status = InvoiceStatus::Open;
    invoice.finalized_at = Some(tx.now());
    if let Some(customer) = tx.state.customers.get_mut(&invoice.customer) {
        customer.balance = invoice.ending_balance;
        customer.invoice_sequence += 1;
        invoice.number = Some(format!("SIM-{:04}", customer.invoice_sequence));
    }
    if let Some(subscription) = tx.state.subscriptions.get_mut(&invoice.subscription) {
        subscription.latest_invoice = Some(id.clone());
    }
    tx.state.invoices.insert(&id, invoice);
    tx.emit_invoice("invoice.created", &id);
    tx.emit_invoice("invoice.finalized", &id);
    id
}

/// Tries to pay an open invoice. Nothing due is paid without a card.
pub(crate) fn attempt(tx: &mut Transaction<'_>, id: &str) -> CardOutcome {
    let Some((customer, due)) = tx.state.invoices.get(id).map(|invoice| (invoice.customer.clone(), invoice.amount_due))
    else {
        return CardOutcome::Declined;
    };
    let outcome = if due == 0 { CardOutcome::Ok } else { tx.card_of(&customer) };
    let now = tx.now();
    if let Some(invoice) = tx.state.invoices.get_mut(id) {
        invoice.attempt_count += u64::from(due > 0);
        if outcome == CardOutcome::Ok {
            invoice.status = InvoiceStatus::Paid;
            invoice.amount_paid = due;
            invoice.paid_at = Some(now);
        }
    }
    match outcome {
        CardOutcome::Ok => {
            tx.emit_invoice("invoice.paid", id);
            tx.emit_invoice("invoice.payment_succeeded", id);
        }
        CardOutcome::Declined => tx.emit_invoice("invoice.payment_failed", id),
        CardOutcome::RequiresAction => tx.emit_invoice("invoice.payment_action_required", id),
    }
    outcome
}

/// Voids an open invoice; the credit it used goes back to the customer. Without effect on any other.
pub(crate) fn void(tx: &mut Transaction<'_>, id: &str) {
    let now = tx.now();
    let Some(invoice) = tx.state.invoices.get_mut(id) else {
        return;
    };
    invoice.status = InvoiceStatus::Void;
    invoice.voided_at = Some(now);
    let (customer, back) = (invoice.customer.clone(), invoice.starting_balance - invoice.ending_balance);
    if let Some(customer) = tx.state.customers.get_mut(&customer) {
        customer.balance = customer.balance.saturating_add(back);
    }
    tx.emit_invoice("invoice.voided", id);
}

/// Marks an invoice as paid without a payment: the past of a seeded subscription.
pub(crate) fn mark_paid(tx: &mut Transaction<'_>, id: &str) {
    let now = tx.now();
    if let Some(invoice) = tx.state.invoices.get_mut(id) {
        invoice.status = InvoiceStatus::Paid;
        invoice.amount_paid = invoice.amount_due;
        invoice.paid_at = Some(now);
    }
}
