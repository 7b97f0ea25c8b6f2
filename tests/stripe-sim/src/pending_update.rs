//! Updates that wait for their invoice (`pending_if_incomplete`): kept, applied when it is paid, given up otherwise.

use crate::{
    form::merge_metadata,
    invoicing,
    model::{Item, Line, Metadata, Origin, PendingUpdate, ProrationBehavior},
    transaction::Transaction,
};

/// A pending update lives at most 23 hours, and never beyond its period.
const SECONDS: i64 = 23 * 3600;

/// Keeps an update until its invoice is paid; the subscription stays as it was. `carried` are lines that had waited
/// before and stand on that invoice too.
pub(crate) fn hold(
    tx: &mut Transaction<'_>,
    id: &str,
    items: Vec<Item>,
    metadata: Option<Metadata>,
    (invoice, carried): (String, Vec<Line>),
) {
    let Some(before) = tx.render_subscription(id) else {
        return;
    };
    let (now, origin) = (tx.now(), tx.origin.clone());
    if let Some(subscription) = tx.state.subscriptions.get_mut(id) {
        let expires_at = now.saturating_add(SECONDS).min(subscription.period_end);
        subscription.pending_update = Some(PendingUpdate { expires_at, items, metadata, invoice, carried, origin });
    }
    tx.emit_updated(id, &before);
}

/// Applies the update that waited for an invoice which is paid now.
pub(crate) fn apply(tx: &mut Transaction<'_>, id: &str, invoice: &str) {
    let Some(before) = tx.render_subscription(id) else {
        return;
    };
    let Some(pending) = take(tx, id, |pending| pending.invoice == invoice) else {
        return;
    };
    let Some(subscription) = tx.state.subscriptions.get_mut(id) else {
        return;
    };
    let old = std::mem::replace(&mut subscription.items, pending.items);
    if let Some(metadata) = pending.metadata {
        merge_metadata(&mut subscription.metadata, metadata);
    }
    let (new, metadata) = (subscription.items.clone(), subscription.metadata.clone());
    // The ledger names the request that asked for the update, not the one that paid.
    let payer: Origin = std::mem::replace(&mut tx.origin, pending.origin);
    for item in &new {
        let from = old.iter().find(|known| known.id == item.id).map_or(0, |known| known.quantity);
        if from != item.quantity {
            let how = (ProrationBehavior::AlwaysInvoice, None);
            tx.note_quantity(id, (&item.id, from, item.quantity), &metadata, how);
        }
    }
    tx.origin = payer;
    if let Some(object) = tx.render_subscription(id) {
        tx.emit("customer.subscription.pending_update_applied", object, None);
    }
    tx.emit_updated(id, &before);
}

/// Gives up a pending update that `which` fits: its invoice is void, and lines that had waited before wait again.
pub(crate) fn give_up(tx: &mut Transaction<'_>, id: &str, which: impl FnOnce(&PendingUpdate) -> bool) {
    let Some(pending) = take(tx, id, which) else {
        return;
    };
    invoicing::void(tx, &pending.invoice);
    tx.state.pending_lines.extend(pending.carried);
    if let Some(object) = tx.render_subscription(id) {
        tx.emit("customer.subscription.pending_update_expired", object, None);
    }
}

fn take(tx: &mut Transaction<'_>, id: &str, which: impl FnOnce(&PendingUpdate) -> bool) -> Option<PendingUpdate> {
    let subscription = tx.state.subscriptions.get_mut(id)?;
    if which(subscription.pending_update.as_ref()?) { subscription.pending_update.take() } else { None }
}
