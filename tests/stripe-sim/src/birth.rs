//! A new subscription: its items, its first period and its first invoice.

use crate::{
    card::CardOutcome,
    change::price,
    errors::StripeError,
    form::Params,
    invoicing,
    model::{Item, Metadata, Status, Subscription},
    proration::{period_boundary, period_line},
    transaction::Transaction,
};

/// A subscription as a request or a seed states it.
#[derive(Debug, Clone)]
pub(crate) struct NewSubscription {
    /// Given by a seed; made up otherwise.
    pub(crate) id: Option<String>,
    pub(crate) customer: String,
    pub(crate) items: Vec<NewItem>,
    pub(crate) metadata: Metadata,
    pub(crate) description: Option<String>,
    pub(crate) collection_method: String,
    pub(crate) billing_mode: String,
    /// Whether a first payment that fails refuses the whole (`error_if_incomplete`).
    pub(crate) all_or_nothing: bool,
    /// Given by a seed: no payment decides it then.
    pub(crate) status: Option<Status>,
    /// Start of the first period, UTC seconds; now unless a seed says so.
    pub(crate) start: Option<i64>,
}

#[derive(Debug, Clone)]
pub(crate) struct NewItem {
    pub(crate) id: Option<String>,
    pub(crate) price: String,
    pub(crate) quantity: u64,
    pub(crate) metadata: Metadata,
}

impl NewSubscription {
    pub(crate) fn read(params: &mut Params) -> Result<Self, StripeError> {
        let customer = params.required_string("customer")?;
        let mut items = Vec::new();
        for mut entry in params.objects("items")? {
            items.push(NewItem {
                id: None,
                price: entry.required_string("price")?,
                quantity: entry.quantity("quantity")?.unwrap_or(1),
                metadata: entry.metadata()?.unwrap_or_default(),
            });
            entry.finish()?;
        }
        if items.is_empty() {
            return Err(StripeError::missing("items"));
        }
        let methods = ["charge_automatically", "send_invoice"].map(|word| (word, word));
        let modes = ["classic", "flexible"].map(|word| (word, word));
        let behaviors = [
            ("allow_incomplete", false),
            ("default_incomplete", false),
            ("error_if_incomplete", true),
            ("pending_if_incomplete", false),
        ];
        let mut billing_mode = "flexible";
        if let Some(mut mode) = params.object("billing_mode")? {
            billing_mode = mode.choice("type", &modes)?.unwrap_or(billing_mode);
            mode.finish()?;
        }
        let collection_method = params.choice("collection_method", &methods)?.unwrap_or("charge_automatically");
        if params.integer("days_until_due")?.is_none() && collection_method == "send_invoice" {
            return Err(StripeError::missing("days_until_due"));
        }
        params.boolean("off_session")?;
        Ok(Self {
            id: None,
            customer,
            items,
            metadata: params.metadata()?.unwrap_or_default(),
            description: params.string("description")?,
            collection_method: collection_method.to_owned(),
            billing_mode: billing_mode.to_owned(),
            all_or_nothing: params.choice("payment_behavior", &behaviors)?.unwrap_or(false),
            status: None,
            start: None,
        })
    }
}

/// Makes the subscription with its first invoice and returns its id.
pub(crate) fn create(tx: &mut Transaction<'_>, new: NewSubscription) -> Result<String, StripeError> {
    if !tx.state.customers.contains(&new.customer) {
        return Err(StripeError::no_such_in_param("customer", &new.customer, "customer"));
    }
    let start = new.start.unwrap_or_else(|| tx.now());
    let mut first = None;
    let mut items = Vec::new();
    for (index, entry) in new.items.into_iter().enumerate() {
        let price = price(tx.state, &entry.price, &format!("items[{index}][price]"))?;
        let id = entry.id.unwrap_or_else(|| tx.state.new_id("si"));
        items.push((
            Item { id, created: start, price: entry.price, quantity: entry.quantity, metadata: entry.metadata },
            price.clone(),
        ));
        first.get_or_insert(price);
    }
    let Some(first) = first else {
        return Err(StripeError::missing("items"));
    };
    if items.iter().any(|(_, price)| {
        (&price.currency, price.interval, price.interval_count)
            != (&first.currency, first.interval, first.interval_count)
    }) {
        let message =
            "All prices of a subscription must have the same currency and interval in this simulator.".to_owned();
        return Err(StripeError::refused(Some("items"), message));
    }
    let end = period_boundary(start, first.interval, first.interval_count, 1);
    let id = new.id.unwrap_or_else(|| tx.state.new_id("sub"));
    let trial = new.status == Some(Status::Trialing);
    let drafts = items
        .iter()
        .filter(|(item, _)| item.quantity > 0)
        .map(|(item, price)| period_line(item, price, start, end, trial))
        .collect();
    let subscription = Subscription {
        id: id.clone(),
        created: start,
        customer: new.customer.clone(),
        currency: first.currency,
        status: new.status.unwrap_or(Status::Active),
        items: items.into_iter().map(|(item, _)| item).collect(),
        anchor: start,
        period_start: start,
        period_end: end,
        metadata: new.metadata,
        description: new.description,
        schedule: None,
        cancel_at_period_end: false,
        canceled_at: new.status.filter(|status| status.has_ended()).map(|_| start),
        collection_method: new.collection_method,
        billing_mode: new.billing_mode,
        pending_update: None,
        latest_invoice: None,
        quantity_updates: Vec::new(),
        invoices_made: Vec::new(),
    };
    let lines = invoicing::lines_from(tx, &id, drafts);
    let mut invoice = invoicing::draft(tx, &subscription, "subscription_create", lines);
    (invoice.created, invoice.period_end) = (start, start);
    let charged = subscription.collection_method == "charge_automatically" && new.status.is_none();
    let outcome = if charged && invoice.amount_due > 0 { tx.card_of(&new.customer) } else { CardOutcome::Ok };
    match outcome {
        CardOutcome::Declined if new.all_or_nothing => return Err(StripeError::card_declined()),
        CardOutcome::RequiresAction if new.all_or_nothing => {
            return Err(StripeError::authentication_required(false));
        }
        _ => {}
    }
    if let Some(customer) = tx.state.customers.get_mut(&new.customer) {
        customer.currency = Some(subscription.currency.clone());
    }
    tx.state.subscriptions.insert(&id, subscription);
    let invoice = invoicing::finalize(tx, invoice);
    if charged {
        invoicing::attempt(tx, &invoice);
    } else if new.status.is_some() {
        invoicing::mark_paid(tx, &invoice);
    }
    if let Some(stored) = tx.state.subscriptions.get_mut(&id)
        && outcome != CardOutcome::Ok
    {
        stored.status = Status::Incomplete;
    }
    if let Some(object) = tx.render_subscription(&id) {
        tx.emit("customer.subscription.created", object, None);
    }
    Ok(id)
}
