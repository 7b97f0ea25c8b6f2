//! `/v1/invoices`: read, list, preview of a change, pay, void.

use super::{Prepared, Target, expand::Expand, page::Page};
use crate::{
    card::CardOutcome,
    change::{ItemParams, Plan},
    errors::StripeError,
    form::Params,
    invoicing,
    model::{Invoice, InvoiceStatus, ProrationBehavior, Status},
    objects, pending_update,
    renewal::next_period,
    transaction::Transaction,
};

pub(super) fn get(id: &str, mut params: Params) -> Result<Prepared, StripeError> {
    let expand = Expand::read(&mut params, "", &["customer"])?;
    params.finish()?;
    let id = id.to_owned();
    Ok(Prepared::reads(move |tx| Ok(expand.apply(tx.state, objects::invoice(stored(tx, &id)?)))))
}

fn stored<'a>(tx: &'a Transaction<'_>, id: &str) -> Result<&'a Invoice, StripeError> {
    tx.state.invoices.get(id).ok_or_else(|| StripeError::no_such("invoice", id, "invoice"))
}

pub(super) fn list(mut params: Params) -> Result<Prepared, StripeError> {
    let expand = Expand::read(&mut params, "data.", &["customer"])?;
    let page = Page::read(&mut params)?;
    let (customer, subscription) = (params.string("customer")?, params.string("subscription")?);
    let words = ["draft", "open", "paid", "uncollectible", "void"];
    let status = params.choice("status", &words.map(|word| (word, word)))?;
    params.finish()?;
    Ok(Prepared::reads(move |tx| {
        let rows: Vec<_> = tx
            .state
            .invoices
            .oldest_first()
            .rev()
            .filter(|row| customer.as_ref().is_none_or(|customer| row.customer == *customer))
            .filter(|row| subscription.as_ref().is_none_or(|subscription| row.subscription == *subscription))
            .filter(|row| status.is_none_or(|status| row.status.as_str() == status))
            .collect();
        page.of("/v1/invoices", &rows, |row| &row.id, |row| expand.apply(tx.state, objects::invoice(row)))
    }))
}

pub(super) fn create_preview(mut params: Params) -> Result<Prepared, StripeError> {
    let expand = Expand::read(&mut params, "", &["customer"])?;
    let customer = params.string("customer")?;
    let subscription = params.required_string("subscription")?;
    let mut details = params.object("subscription_details")?;
    let (mut items, mut behavior, mut date) = (Vec::new(), ProrationBehavior::CreateProrations, None);
    if let Some(details) = &mut details {
        items = details.objects("items")?.into_iter().map(ItemParams::read).collect::<Result<_, _>>()?;
        behavior = details.proration_behavior()?;
        date = details.integer("proration_date")?;
    }
    params.finish()?;
    details.map_or(Ok(()), Params::finish)?;
    Ok(Prepared::reads(move |tx| {
        let id = subscription;
        let mut subscription = tx
            .state
            .subscriptions
            .get(&id)
            .filter(|found| customer.as_ref().is_none_or(|customer| found.customer == *customer))
            .cloned()
            .ok_or_else(|| StripeError::no_such_in_param("subscription", &id, "subscription"))?;
        if subscription.status.has_ended() {
            let message = "A canceled subscription has no upcoming invoice.".to_owned();
            return Err(StripeError::refused(Some("subscription"), message));
        }
        let mut plan = Plan::of(tx.state, &subscription, &items, tx.now())?;
        plan.name_new_items(tx.state);
        let mut drafts = match behavior {
            ProrationBehavior::None => Vec::new(),
            _ => plan.prorations(&subscription, date, tx.now())?,
        };
        let at_once = behavior == ProrationBehavior::AlwaysInvoice && !drafts.is_empty();
        let reason = if at_once { "subscription_update" } else { "upcoming" };
        let (period_start, period_end) = (subscription.period_start, subscription.period_end);
        if !at_once {
            subscription.items = plan.items;
            drafts.extend(next_period(tx.state, &subscription).0);
        }
        let mut lines: Vec<_> = tx.state.pending_lines_of(&id).cloned().collect();
        lines.extend(invoicing::lines_from(tx, &id, drafts));
        let mut invoice = invoicing::draft(tx, &subscription, reason, lines);
        invoice.id = tx.state.new_id("upcoming_in");
        invoice.period_start = period_start;
        if !at_once {
            (invoice.created, invoice.period_end) = (period_end, period_end);
        }
        invoice.proration_date = date.filter(|_| behavior != ProrationBehavior::None);
        Ok(expand.apply(tx.state, objects::invoice(&invoice)))
    }))
}

pub(super) fn pay(id: &str, mut params: Params) -> Result<Prepared, StripeError> {
    let expand = Expand::read(&mut params, "", &["customer"])?;
    let off_session = params.boolean("off_session")?.unwrap_or(true);
    params.finish()?;
    let id = id.to_owned();
    Ok(Prepared::writes(Target::Invoice(id.clone()), move |tx| {
        open(tx, &id)?;
        match invoicing::attempt(tx, &id) {
            CardOutcome::Declined => return Err(StripeError::card_declined()),
            CardOutcome::RequiresAction => {
                return Err(StripeError::authentication_required(off_session));
            }
            CardOutcome::Ok => {}
        }
        let subscription = stored(tx, &id)?.subscription.clone();
        pending_update::apply(tx, &subscription, &id);
        let before = tx.render_subscription(&subscription);
        let settled = !tx
            .state
            .invoices
            .oldest_first()
            .any(|other| other.subscription == subscription && other.status == InvoiceStatus::Open);
        if let Some(row) = tx.state.subscriptions.get_mut(&subscription)
            && settled
            && matches!(row.status, Status::PastDue | Status::Incomplete)
        {
            row.status = Status::Active;
        }
        if let Some(before) = before {
            tx.emit_updated(&subscription, &before);
        }
        Ok(expand.apply(tx.state, objects::invoice(stored(tx, &id)?)))
    }))
}

pub(super) fn void(id: &str, mut params: Params) -> Result<Prepared, StripeError> {
    Expand::read(&mut params, "", &[])?;
    params.finish()?;
    let id = id.to_owned();
    Ok(Prepared::writes(Target::Invoice(id.clone()), move |tx| {
        open(tx, &id)?;
        let subscription = stored(tx, &id)?.subscription.clone();
        pending_update::give_up(tx, &subscription, |pending| pending.invoice == id);
        invoicing::void(tx, &id);
        Ok(objects::invoice(stored(tx, &id)?))
    }))
}

fn open(tx: &Transaction<'_>, id: &str) -> Result<(), StripeError> {
    let invoice = stored(tx, id)?;
    if invoice.status == InvoiceStatus::Open {
        return Ok(());
    }
    let message = format!("The invoice is {}: only an open one can be paid or voided.", invoice.status.as_str());
    Err(StripeError::refused(None, message))
}
