//! An update of a subscription's items: what it would change, what that costs, and whether the payment lets it happen.

use crate::{
    card::CardOutcome,
    errors::StripeError,
    form::{Params, merge_metadata},
    invoicing,
    limits::forget_old,
    model::{Item, Metadata, PendingUpdate, Price, ProrationBehavior, Status, Subscription},
    proration::{DraftLine, ItemChange, proration_lines},
    state::State,
    transaction::Transaction,
};

/// A pending update lives at most 23 hours.
const PENDING_UPDATE_SECONDS: i64 = 23 * 3600;

/// What happens to the update when its invoice is not paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PaymentBehavior {
    AllowIncomplete,
    DefaultIncomplete,
    ErrorIfIncomplete,
    PendingIfIncomplete,
}

/// One entry of `items`.
#[derive(Debug, Clone)]
pub(crate) struct ItemParams {
    /// The entry's name in the request, for errors: `items[0]`, or empty on the item's own endpoint.
    pub(crate) name: String,
    pub(crate) id: Option<String>,
    pub(crate) price: Option<String>,
    pub(crate) quantity: Option<u64>,
    pub(crate) deleted: bool,
}

impl ItemParams {
    pub(crate) fn read(mut params: Params) -> Result<Self, StripeError> {
        let name = params.name("");
        let read = Self {
            name: name.trim_end_matches("[]").to_owned(),
            id: params.string("id")?,
            price: params.string("price")?,
            quantity: params.quantity("quantity")?,
            deleted: params.boolean("deleted")?.unwrap_or(false),
        };
        params.finish()?;
        Ok(read)
    }

    fn param(&self, field: &str) -> String {
        if self.name.is_empty() {
            field.to_owned()
        } else {
            format!("{}[{field}]", self.name)
        }
    }
}

/// An update as the request states it.
#[derive(Debug, Clone)]
pub(crate) struct Update {
    pub(crate) items: Vec<ItemParams>,
    pub(crate) metadata: Option<Metadata>,
    pub(crate) description: Option<String>,
    pub(crate) cancel_at_period_end: Option<bool>,
    pub(crate) proration_behavior: ProrationBehavior,
    pub(crate) proration_date: Option<i64>,
    pub(crate) payment_behavior: PaymentBehavior,
    pub(crate) off_session: bool,
}

impl Update {
    /// Reads what the subscription's and the item's endpoint have in common.
    pub(crate) fn read_payment(params: &mut Params) -> Result<Self, StripeError> {
        let choices = [
            ("allow_incomplete", PaymentBehavior::AllowIncomplete),
            ("default_incomplete", PaymentBehavior::DefaultIncomplete),
            ("error_if_incomplete", PaymentBehavior::ErrorIfIncomplete),
            (
                "pending_if_incomplete",
                PaymentBehavior::PendingIfIncomplete,
            ),
        ];
        Ok(Self {
            items: Vec::new(),
            metadata: None,
            description: None,
            cancel_at_period_end: None,
            proration_behavior: params.proration_behavior()?,
            proration_date: params.integer("proration_date")?,
            payment_behavior: params
                .choice("payment_behavior", &choices)?
                .unwrap_or(PaymentBehavior::AllowIncomplete),
            off_session: params.boolean("off_session")?.unwrap_or(false),
        })
    }
}

/// The items after an update, and what is different.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) items: Vec<Item>,
    changes: Vec<ItemChange>,
}

impl Plan {
    /// Works out an update of items without changing anything. New items carry an empty id until they are stored.
    pub(crate) fn of(
        state: &State,
        subscription: &Subscription,
        wanted: &[ItemParams],
        now: i64,
    ) -> Result<Self, StripeError> {
        let mut items = subscription.items.clone();
        let mut changes = Vec::new();
        for entry in wanted {
            let price_named = entry
                .price
                .as_ref()
                .map(|id| price(state, id, &entry.param("price")))
                .transpose()?;
            if let Some(named) = &price_named {
                same_rhythm(state, subscription, named, &entry.param("price"))?;
            }
            let Some(id) = &entry.id else {
                let Some(named) = price_named else {
                    return Err(StripeError::missing(&entry.param("price")));
                };
                let quantity = entry.quantity.unwrap_or(1);
                items.push(Item {
                    id: String::new(),
                    created: now,
                    price: named.id.clone(),
                    quantity,
                    metadata: Metadata::new(),
                });
                changes.push(ItemChange {
                    item: String::new(),
                    before: None,
                    after: Some((named, quantity)),
                });
                continue;
            };
            let Some(at) = items.iter().position(|item| item.id == *id) else {
                return Err(StripeError::no_such_in_param(
                    "subscription item",
                    id,
                    &entry.param("id"),
                ));
            };
            let Some(item) = items.get_mut(at) else {
                continue;
            };
            let before = (price(state, &item.price, "price")?, item.quantity);
            if entry.deleted {
                items.remove(at);
                changes.push(ItemChange {
                    item: id.clone(),
                    before: Some(before),
                    after: None,
                });
                continue;
            }
            let after = (
                price_named.unwrap_or_else(|| before.0.clone()),
                entry.quantity.unwrap_or(item.quantity),
            );
            item.price.clone_from(&after.0.id);
            item.quantity = after.1;
            if before.0.id != after.0.id || before.1 != after.1 {
                changes.push(ItemChange {
                    item: id.clone(),
                    before: Some(before),
                    after: Some(after),
                });
            }
        }
        if items.is_empty() {
            return Err(StripeError::refused(
                Some("items"),
                "A subscription must have at least one item.".to_owned(),
            ));
        }
        Ok(Self { items, changes })
    }

    /// The prorations of the update. The date must lie in the current period.
    pub(crate) fn prorations(
        &self,
        subscription: &Subscription,
        date: Option<i64>,
        now: i64,
    ) -> Result<Vec<DraftLine>, StripeError> {
        let at = date.unwrap_or(now);
        if date.is_some() && !(subscription.period_start..=subscription.period_end).contains(&at) {
            let (start, end) = (subscription.period_start, subscription.period_end);
            let message = format!(
                "Invalid proration date `{at}`: it must lie in the current period, from {start} to {end}."
            );
            return Err(StripeError::refused(Some("proration_date"), message));
        }
        Ok(proration_lines(subscription, &self.changes, at))
    }

    pub(crate) fn changes_something(&self) -> bool {
        !self.changes.is_empty()
    }
}

/// Applies an update, or refuses it with nothing changed.
pub(crate) fn apply(tx: &mut Transaction<'_>, id: &str, update: Update) -> Result<(), StripeError> {
    let subscription = tx.subscription(id, "id")?.clone();
    if subscription.status.has_ended() {
        let message =
            "A canceled subscription can only update its cancellation_details and metadata."
                .to_owned();
        return Err(StripeError::refused(None, message));
    }
    let (now, now_ms) = (tx.now(), tx.now_ms);
    let plan = Plan::of(tx.state, &subscription, &update.items, now)?;
    let prorations = match update.proration_behavior {
        ProrationBehavior::None => Vec::new(),
        _ => plan.prorations(&subscription, update.proration_date, now)?,
    };
    let invoiced =
        update.proration_behavior == ProrationBehavior::AlwaysInvoice && !prorations.is_empty();
    tx.state
        .limits
        .check(&subscription, now_ms, invoiced, plan.changes_something())?;

    let mut plan = plan;
    name_new_items(tx, &mut plan, &prorations);
    let prorations = named(prorations, &plan);
    let mut outcome = CardOutcome::Ok;
    if invoiced {
        let mut lines: Vec<_> = tx.state.pending_lines_of(id).cloned().collect();
        lines.extend(invoicing::lines_from(tx, id, prorations.clone()));
        let mut invoice = invoicing::draft(tx, &subscription, "subscription_update", lines);
        invoice.proration_date = Some(update.proration_date.unwrap_or(now));
        let charged =
            invoice.amount_due > 0 && subscription.collection_method == "charge_automatically";
        outcome = if charged {
            tx.card_of(&subscription.customer)
        } else {
            CardOutcome::Ok
        };
        match (update.payment_behavior, outcome) {
            (PaymentBehavior::ErrorIfIncomplete, CardOutcome::Declined) => {
                return Err(StripeError::card_declined());
            }
            (PaymentBehavior::ErrorIfIncomplete, CardOutcome::RequiresAction) => {
                return Err(StripeError::authentication_required(update.off_session));
            }
            _ => {}
        }
        drop_pending_update(tx, id);
        tx.state
            .pending_lines
            .retain(|line| line.subscription != id);
        let invoice_id = invoicing::finalize(tx, invoice);
        if let Some(stored) = tx.state.subscriptions.get_mut(id) {
            forget_old(&mut stored.invoices_made, now_ms);
            stored.invoices_made.push(now_ms);
        }
        let attempted = update.payment_behavior != PaymentBehavior::DefaultIncomplete || !charged;
        if attempted && subscription.collection_method == "charge_automatically" {
            invoicing::attempt(tx, &invoice_id);
        } else if charged {
            outcome = CardOutcome::RequiresAction;
        }
        if update.payment_behavior == PaymentBehavior::PendingIfIncomplete
            && outcome != CardOutcome::Ok
        {
            hold_as_pending(tx, id, plan, update, invoice_id);
            return Ok(());
        }
    } else {
        if plan.changes_something() {
            drop_pending_update(tx, id);
        }
        let lines = invoicing::lines_from(tx, id, prorations);
        tx.state.pending_lines.extend(lines);
    }
    commit(tx, id, plan, update, outcome);
    Ok(())
}

/// Gives new items their ids, now that nothing can refuse the update for its form.
fn name_new_items(tx: &mut Transaction<'_>, plan: &mut Plan, _prorations: &[DraftLine]) {
    for item in plan.items.iter_mut().filter(|item| item.id.is_empty()) {
        item.id = tx.state.new_id("si");
        if let Some(change) = plan
            .changes
            .iter_mut()
            .find(|change| change.item.is_empty())
        {
            change.item.clone_from(&item.id);
        }
    }
}

/// Names the items of lines that were drafted before new items had ids.
fn named(mut lines: Vec<DraftLine>, plan: &Plan) -> Vec<DraftLine> {
    for line in lines.iter_mut().filter(|line| line.item.is_empty()) {
        if let Some(item) = plan
            .items
            .iter()
            .find(|item| item.price == line.price.id && item.quantity == line.quantity)
        {
            line.item.clone_from(&item.id);
        }
    }
    lines
}

fn commit(tx: &mut Transaction<'_>, id: &str, plan: Plan, update: Update, outcome: CardOutcome) {
    let Some(before) = tx.render_subscription(id) else {
        return;
    };
    let now_ms = tx.now_ms;
    let Some(subscription) = tx.state.subscriptions.get_mut(id) else {
        return;
    };
    subscription.items = plan.items;
    if let Some(metadata) = update.metadata {
        merge_metadata(&mut subscription.metadata, metadata);
    }
    if let Some(description) = update.description {
        subscription.description = Some(description);
    }
    if let Some(cancel) = update.cancel_at_period_end {
        subscription.cancel_at_period_end = cancel;
    }
    if outcome != CardOutcome::Ok && subscription.status == Status::Active {
        subscription.status = Status::PastDue;
    }
    let moves: Vec<(String, u64, u64)> = plan
        .changes
        .iter()
        .map(|change| {
            let quantity =
                |side: &Option<(Price, u64)>| side.as_ref().map_or(0, |(_, quantity)| *quantity);
            (
                change.item.clone(),
                quantity(&change.before),
                quantity(&change.after),
            )
        })
        .filter(|(_, from, to)| from != to)
        .collect();
    if !moves.is_empty() {
        forget_old(&mut subscription.quantity_updates, now_ms);
        subscription.quantity_updates.push(now_ms);
    }
    let metadata = subscription.metadata.clone();
    for (item, from, to) in moves {
        let how = (update.proration_behavior, update.proration_date);
        tx.note_quantity(id, (&item, from, to), &metadata, how);
    }
    tx.emit_updated(id, &before);
}

/// Keeps the update until its invoice is paid; the subscription stays as it was.
fn hold_as_pending(
    tx: &mut Transaction<'_>,
    id: &str,
    plan: Plan,
    update: Update,
    invoice: String,
) {
    let Some(before) = tx.render_subscription(id) else {
        return;
    };
    let (now, origin) = (tx.now(), tx.origin.clone());
    if let Some(subscription) = tx.state.subscriptions.get_mut(id) {
        subscription.pending_update = Some(PendingUpdate {
            expires_at: now
                .saturating_add(PENDING_UPDATE_SECONDS)
                .min(subscription.period_end),
            items: plan.items,
            metadata: update.metadata,
            invoice,
            origin,
        });
    }
    tx.emit_updated(id, &before);
}

/// A later update replaces one that still waits for its payment.
fn drop_pending_update(tx: &mut Transaction<'_>, id: &str) {
    let pending = tx
        .state
        .subscriptions
        .get_mut(id)
        .and_then(|subscription| subscription.pending_update.take());
    if let Some(pending) = pending {
        invoicing::void(tx, &pending.invoice);
        if let Some(object) = tx.render_subscription(id) {
            tx.emit("customer.subscription.pending_update_expired", object, None);
        }
    }
}

/// A price by the id that a parameter names.
pub(crate) fn price(state: &State, id: &str, param: &str) -> Result<Price, StripeError> {
    state
        .prices
        .get(id)
        .cloned()
        .ok_or_else(|| StripeError::no_such_in_param("price", id, param))
}

fn same_rhythm(
    state: &State,
    subscription: &Subscription,
    named: &Price,
    param: &str,
) -> Result<(), StripeError> {
    let current = subscription
        .items
        .first()
        .and_then(|item| state.prices.get(&item.price));
    let fits = named.currency == subscription.currency
        && current.is_none_or(|current| {
            (current.interval, current.interval_count) == (named.interval, named.interval_count)
        });
    if fits {
        return Ok(());
    }
    let message =
        "This simulator does not model a change of currency or of the billing interval.".to_owned();
    Err(StripeError::refused(Some(param), message))
}
