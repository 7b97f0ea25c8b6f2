//! An update of a subscription's items: what it would change, what that costs, and whether the payment lets it happen.

use crate::{
    card::CardOutcome,
    errors::StripeError,
    form::{Params, merge_metadata},
    invoicing,
    limits::forget_old,
    model::{Item, Line, Metadata, Price, ProrationBehavior, Status, Subscription},
    pending_update,
    proration::{DraftLine, ItemChange, proration_lines},
    state::State,
    transaction::Transaction,
};

/// What happens to the update when its invoice is not paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PaymentBehavior {
    /// `allow_incomplete`: the update is applied, the invoice stays open.
    Allow,
    /// `default_incomplete`: as `Allow`, without an attempt to pay.
    Default,
    /// `error_if_incomplete`: nothing is changed.
    Error,
    /// `pending_if_incomplete`: the update waits.
    Pending,
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
        if self.name.is_empty() { field.to_owned() } else { format!("{}[{field}]", self.name) }
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
            ("allow_incomplete", PaymentBehavior::Allow),
            ("default_incomplete", PaymentBehavior::Default),
            ("error_if_incomplete", PaymentBehavior::Error),
            ("pending_if_incomplete", PaymentBehavior::Pending),
        ];
        Ok(Self {
            items: Vec::new(),
            metadata: None,
            description: None,
            cancel_at_period_end: None,
            proration_behavior: params.proration_behavior()?,
            proration_date: params.integer("proration_date")?,
            payment_behavior: params.choice("payment_behavior", &choices)?.unwrap_or(PaymentBehavior::Allow),
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
            let price_named = entry.price.as_ref().map(|id| price(state, id, &entry.param("price"))).transpose()?;
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
                changes.push(ItemChange { item: String::new(), before: None, after: Some((named, quantity)) });
                continue;
            };
            let Some(at) = items.iter().position(|item| item.id == *id) else {
                return Err(StripeError::no_such_in_param("subscription item", id, &entry.param("id")));
            };
            let Some(item) = items.get_mut(at) else {
                continue;
            };
            let before = (price(state, &item.price, "price")?, item.quantity);
            if entry.deleted {
                items.remove(at);
                changes.push(ItemChange { item: id.clone(), before: Some(before), after: None });
                continue;
            }
            let after = (price_named.unwrap_or_else(|| before.0.clone()), entry.quantity.unwrap_or(item.quantity));
            item.price.clone_from(&after.0.id);
            item.quantity = after.1;
            if before.0.id != after.0.id || before.1 != after.1 {
                changes.push(ItemChange { item: id.clone(), before: Some(before), after: Some(after) });
            }
        }
        if items.is_empty() {
            return Err(StripeError::refused(Some("items"), "A subscription must have at least one item.".to_owned()));
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
            let message =
                format!("Invalid proration date `{at}`: it must lie in the current period, from {start} to {end}.");
            return Err(StripeError::refused(Some("proration_date"), message));
        }
        Ok(proration_lines(subscription, &self.changes, at))
    }

    /// Gives new items their ids.
    pub(crate) fn name_new_items(&mut self, state: &mut State) {
        for item in self.items.iter_mut().filter(|item| item.id.is_empty()) {
            item.id = state.new_id("si");
            if let Some(change) = self.changes.iter_mut().find(|change| change.item.is_empty()) {
                change.item.clone_from(&item.id);
            }
        }
    }

    pub(crate) fn changes_something(&self) -> bool {
        !self.changes.is_empty()
    }
}

/// Applies an update, or refuses it with nothing changed.
pub(crate) fn apply(tx: &mut Transaction<'_>, id: &str, update: Update) -> Result<(), StripeError> {
    let subscription = tx.subscription(id, "id")?.clone();
    if subscription.status.has_ended() {
        let message = "A canceled subscription can only update its cancellation_details and metadata.".to_owned();
        return Err(StripeError::refused(None, message));
    }
    let (now, now_ms) = (tx.now(), tx.now_ms);
    let mut plan = Plan::of(tx.state, &subscription, &update.items, now)?;
    plan.name_new_items(tx.state);
    let prorations = match update.proration_behavior {
        ProrationBehavior::None => Vec::new(),
        _ => plan.prorations(&subscription, update.proration_date, now)?,
    };
    let invoiced = update.proration_behavior == ProrationBehavior::AlwaysInvoice && !prorations.is_empty();
    tx.state.limits.check(&subscription, now_ms, invoiced, plan.changes_something())?;

    if !invoiced {
        if plan.changes_something() {
            pending_update::give_up(tx, id, |_| true);
        }
        let lines = invoicing::lines_from(tx, id, prorations);
        tx.state.pending_lines.extend(lines);
        commit(tx, id, plan, update, CardOutcome::Ok);
        return Ok(());
    }
    let (invoice, carried, outcome) = invoice_at_once(tx, &subscription, &update, prorations)?;
    if update.payment_behavior == PaymentBehavior::Pending && outcome != CardOutcome::Ok {
        pending_update::hold(tx, id, plan.items, update.metadata, (invoice, carried));
    } else {
        commit(tx, id, plan, update, outcome);
    }
    Ok(())
}

/// Makes the invoice of an update and tries to pay it. Returns its id, the lines on it that had waited before, and how
/// the payment went; refuses, with nothing changed, if the payment fails and the request wants an error then.
fn invoice_at_once(
    tx: &mut Transaction<'_>,
    subscription: &Subscription,
    update: &Update,
    prorations: Vec<DraftLine>,
) -> Result<(String, Vec<Line>, CardOutcome), StripeError> {
    let id = &subscription.id;
    // An update that still waits is given up by this one, unless this one is refused.
    let undo = subscription.pending_update.as_ref().map(|_| (tx.state.clone(), tx.events.len()));
    pending_update::give_up(tx, id, |_| true);
    let carried: Vec<Line> = tx.state.pending_lines_of(id).cloned().collect();
    let mut lines = carried.clone();
    lines.extend(invoicing::lines_from(tx, id, prorations));
    let mut invoice = invoicing::draft(tx, subscription, "subscription_update", lines);
    invoice.proration_date = Some(update.proration_date.unwrap_or_else(|| tx.now()));
    let automatic = subscription.collection_method == "charge_automatically";
    let charged = automatic && invoice.amount_due > 0;
    let mut outcome = if charged { tx.card_of(&subscription.customer) } else { CardOutcome::Ok };
    if update.payment_behavior == PaymentBehavior::Error && outcome != CardOutcome::Ok {
        if let Some((state, events)) = undo {
            *tx.state = state;
            tx.events.truncate(events);
        }
        return Err(match outcome {
            CardOutcome::RequiresAction => StripeError::authentication_required(update.off_session),
            _ => StripeError::card_declined(),
        });
    }
    tx.state.pending_lines.retain(|line| line.subscription != *id);
    let invoice = invoicing::finalize(tx, invoice);
    let now_ms = tx.now_ms;
    if let Some(stored) = tx.state.subscriptions.get_mut(id) {
        forget_old(&mut stored.invoices_made, now_ms);
        stored.invoices_made.push(now_ms);
    }
    if charged && update.payment_behavior == PaymentBehavior::Default {
        outcome = CardOutcome::RequiresAction;
    } else if automatic {
        invoicing::attempt(tx, &invoice);
    }
    Ok((invoice, carried, outcome))
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
            let quantity = |side: &Option<(Price, u64)>| side.as_ref().map_or(0, |(_, quantity)| *quantity);
            (change.item.clone(), quantity(&change.before), quantity(&change.after))
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

/// A price by the id that a parameter names.
pub(crate) fn price(state: &State, id: &str, param: &str) -> Result<Price, StripeError> {
    state.prices.get(id).cloned().ok_or_else(|| StripeError::no_such_in_param("price", id, param))
}

fn same_rhythm(state: &State, subscription: &Subscription, named: &Price, param: &str) -> Result<(), StripeError> {
    let current = subscription.items.first().and_then(|item| state.prices.get(&item.price));
    let fits = named.currency == subscription.currency
        && current
            .is_none_or(|current| (current.interval, current.interval_count) == (named.interval, named.interval_count));
    if fits {
        return Ok(());
    }
    let message = "This simulator does not model a change of currency or of the billing interval.".to_owned();
    Err(StripeError::refused(Some(param), message))
}
