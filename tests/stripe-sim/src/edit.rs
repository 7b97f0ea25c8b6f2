//! Edits by hand, as somebody does them in the Dashboard behind Turnpike's back.

use serde::{Deserialize, Deserializer};

use crate::{
    change::{self, ItemParams, PaymentBehavior, Update},
    errors::StripeError,
    model::{Metadata, ProrationBehavior, Status},
    seed::{SeedPrice, put_price},
    transaction::Transaction,
};

/// What to edit on a subscription; absent fields stay.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Edit {
    /// The item that `quantity` and `price` mean; the first unless given.
    pub item: Option<String>,
    /// The item's quantity.
    pub quantity: Option<u64>,
    /// How the new quantity is prorated; on the next invoice unless said otherwise.
    pub proration_behavior: Option<ProrationBehavior>,
    /// The instant of the proration, UTC seconds.
    pub proration_date: Option<i64>,
    /// The item's price, made if it is not there; no proration.
    pub price: Option<SeedPrice>,
    /// The subscription's status.
    pub status: Option<Status>,
    /// A schedule's id, or null for none.
    #[serde(deserialize_with = "present")]
    pub schedule: Option<Option<String>>,
    /// Whether it ends with the period.
    pub cancel_at_period_end: Option<bool>,
    /// `charge_automatically` or `send_invoice`.
    pub collection_method: Option<String>,
    /// `flexible` or `classic`.
    pub billing_mode: Option<String>,
    /// Metadata to merge; an empty value removes its key.
    pub metadata: Option<Metadata>,
}

/// Tells null (present) from absent.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

pub(crate) fn apply(tx: &mut Transaction<'_>, id: &str, edit: Edit) -> Result<(), StripeError> {
    let subscription = tx.subscription(id, "id")?;
    let item = match &edit.item {
        Some(item) => Some(item.clone()),
        None => subscription.items.first().map(|item| item.id.clone()),
    };
    if edit.quantity.is_some() || edit.metadata.is_some() {
        let items = edit.quantity.map(|quantity| ItemParams {
            name: "items[0]".to_owned(),
            id: item.clone(),
            price: None,
            quantity: Some(quantity),
            deleted: false,
        });
        let update = Update {
            items: items.into_iter().collect(),
            metadata: edit.metadata,
            description: None,
            cancel_at_period_end: None,
            proration_behavior: edit.proration_behavior.unwrap_or(ProrationBehavior::CreateProrations),
            proration_date: edit.proration_date,
            payment_behavior: PaymentBehavior::Allow,
            off_session: false,
        };
        change::apply(tx, id, update)?;
    }
    if let Some(price) = &edit.price {
        put_price(tx, price);
    }
    let Some(before) = tx.render_subscription(id) else {
        return Ok(());
    };
    let now = tx.now();
    let Some(stored) = tx.state.subscriptions.get_mut(id) else {
        return Ok(());
    };
    if let Some(price) = edit.price {
        for entry in stored.items.iter_mut().filter(|entry| Some(&entry.id) == item.as_ref()) {
            entry.price.clone_from(&price.id);
        }
    }
    let was_paused = stored.status == Status::Paused;
    if let Some(status) = edit.status {
        stored.status = status;
        stored.canceled_at = status.has_ended().then_some(now);
    }
    if let Some(schedule) = edit.schedule {
        stored.schedule = schedule;
    }
    if let Some(cancel) = edit.cancel_at_period_end {
        stored.cancel_at_period_end = cancel;
    }
    if let Some(method) = edit.collection_method {
        stored.collection_method = method;
    }
    if let Some(mode) = edit.billing_mode {
        stored.billing_mode = mode;
    }
    if edit.status == Some(Status::Canceled) {
        if let Some(object) = tx.render_subscription(id) {
            tx.emit("customer.subscription.deleted", object, None);
        }
    } else {
        tx.emit_updated(id, &before);
        emit_pause(tx, id, was_paused);
    }
    Ok(())
}

/// Beside `updated`, Stripe tells of a pause's begin and end by events of their own.
fn emit_pause(tx: &mut Transaction<'_>, id: &str, was_paused: bool) {
    let is_paused = tx.state.subscriptions.get(id).is_some_and(|stored| stored.status == Status::Paused);
    let kind = match (was_paused, is_paused) {
        (false, true) => "customer.subscription.paused",
        (true, false) => "customer.subscription.resumed",
        _ => return,
    };
    if let Some(object) = tx.render_subscription(id) {
        tx.emit(kind, object, None);
    }
}
