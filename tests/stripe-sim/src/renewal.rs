//! What time does to subscriptions: periods end and are billed, pending updates expire, cancellations at period end happen.

use crate::{
    card::CardOutcome,
    idempotency::forget_expired,
    invoicing,
    model::{Status, Subscription},
    pending_update,
    proration::{DraftLine, period_boundary, period_line},
    state::State,
    transaction::Transaction,
};

/// At most this many periods are billed for one subscription at one moment, so that a clock set far ahead ends.
const MAX_PERIODS_AT_ONCE: usize = 240;

/// Does everything that is due.
pub(crate) fn catch_up(tx: &mut Transaction<'_>) {
    forget_expired(&mut tx.state.saved_answers, tx.now_ms);
    let now = tx.now();
    for id in tx.state.subscriptions.ids() {
        pending_update::give_up(tx, &id, |pending| pending.expires_at <= now);
        for _ in 0..MAX_PERIODS_AT_ONCE {
            let due = tx.state.subscriptions.get(&id).is_some_and(|subscription| {
                subscription.period_end <= now
                    && !subscription.status.has_ended()
                    && subscription.status != Status::Paused
            });
            if !due {
                break;
            }
            renew(tx, &id);
        }
    }
}

/// The lines of the period that follows the current one, and its end.
pub(crate) fn next_period(state: &State, subscription: &Subscription) -> (Vec<DraftLine>, i64) {
    let start = subscription.period_end;
    let prices = subscription.items.iter().filter_map(|item| state.prices.get(&item.price).map(|price| (item, price)));
    let end = prices.clone().next().map_or(start, |(_, price)| {
        let boundaries =
            (1..).map(|periods| period_boundary(subscription.anchor, price.interval, price.interval_count, periods));
        boundaries.into_iter().find(|boundary| *boundary > start).unwrap_or(i64::MAX)
    });
    let lines = prices
        .filter(|(item, _)| item.quantity > 0)
        .map(|(item, price)| period_line(item, price, start, end, false))
        .collect();
    (lines, end)
}

fn renew(tx: &mut Transaction<'_>, id: &str) {
    let Some(subscription) = tx.state.subscriptions.get(id).cloned() else {
        return;
    };
    let Some(before) = tx.render_subscription(id) else {
        return;
    };
    // What happens at the period's end is dated there, however late the simulator looks.
    let looked_at = std::mem::replace(&mut tx.now_ms, subscription.period_end.saturating_mul(1000));
    if subscription.cancel_at_period_end {
        if let Some(stored) = tx.state.subscriptions.get_mut(id) {
            stored.status = Status::Canceled;
            stored.canceled_at = Some(subscription.period_end);
        }
        if let Some(object) = tx.render_subscription(id) {
            tx.emit("customer.subscription.deleted", object, None);
        }
        tx.now_ms = looked_at;
        return;
    }
    let (drafts, end) = next_period(tx.state, &subscription);
    let mut lines: Vec<_> = tx.state.pending_lines_of(id).cloned().collect();
    lines.extend(invoicing::lines_from(tx, id, drafts));
    tx.state.pending_lines.retain(|line| line.subscription != id);
    if let Some(stored) = tx.state.subscriptions.get_mut(id) {
        stored.period_start = subscription.period_end;
        stored.period_end = end;
        if stored.status == Status::Trialing {
            stored.status = Status::Active;
        }
    }
    let invoice = invoicing::draft(tx, &subscription, "subscription_cycle", lines);
    let invoice = invoicing::finalize(tx, invoice);
    if subscription.collection_method == "charge_automatically"
        && invoicing::attempt(tx, &invoice) != CardOutcome::Ok
        && let Some(stored) = tx.state.subscriptions.get_mut(id)
    {
        stored.status = Status::PastDue;
    }
    tx.emit_updated(id, &before);
    tx.now_ms = looked_at;
}
