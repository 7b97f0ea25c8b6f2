//! Subscriptions and their items; the current period stands on the items (API 2025-03-31 and later).

use serde_json::{Value, json};

use super::{
    catalogue::{plan, price},
    list,
};
use crate::{
    model::{Item, Status, Subscription},
    state::State,
};

pub(crate) fn subscription(state: &State, subscription: &Subscription) -> Value {
    let items = subscription.items.iter().map(|entry| item(state, subscription, entry)).collect();
    let trial = |at: i64| (subscription.status == Status::Trialing).then_some(at);
    let flexible = (subscription.billing_mode == "flexible").then(|| json!({ "proration_discounts": "included" }));
    json!({
        "id": subscription.id,
        "object": "subscription",
        "application": null,
        "application_fee_percent": null,
        "automatic_tax": { "disabled_reason": null, "enabled": false, "liability": null },
        "billing_cycle_anchor": subscription.anchor,
        "billing_cycle_anchor_config": null,
        "billing_mode": {
            "type": subscription.billing_mode,
            "flexible": flexible,
            "updated_at": subscription.created,
        },
        "billing_schedules": [],
        "billing_thresholds": null,
        "cancel_at": subscription.cancel_at_period_end.then_some(subscription.period_end),
        "cancel_at_period_end": subscription.cancel_at_period_end,
        "canceled_at": subscription.canceled_at,
        "cancellation_details": { "comment": null, "feedback": null, "reason": null },
        "collection_method": subscription.collection_method,
        "created": subscription.created,
        "currency": subscription.currency,
        "customer": subscription.customer,
        "customer_account": null,
        "days_until_due": (subscription.collection_method == "send_invoice").then_some(30),
        "default_payment_method": null,
        "default_source": null,
        "default_tax_rates": [],
        "description": subscription.description,
        "discounts": [],
        "ended_at": subscription.canceled_at.filter(|_| subscription.status.has_ended()),
        "invoice_settings": { "account_tax_ids": null, "issuer": { "type": "self" } },
        "items": list(&format!("/v1/subscription_items?subscription={}", subscription.id), items),
        "latest_invoice": subscription.latest_invoice,
        "livemode": false,
        "metadata": subscription.metadata,
        "next_pending_invoice_item_invoice": null,
        "on_behalf_of": null,
        "pause_collection": null,
        "payment_settings": {
            "payment_method_options": null,
            "payment_method_types": null,
            "save_default_payment_method": "off",
        },
        "pending_invoice_item_interval": null,
        "pending_setup_intent": null,
        "pending_update": pending_update(state, subscription),
        "schedule": subscription.schedule,
        "start_date": subscription.created,
        "status": subscription.status.as_str(),
        "test_clock": null,
        "transfer_data": null,
        "trial_end": trial(subscription.period_end),
        "trial_settings": { "end_behavior": { "missing_payment_method": "create_invoice" } },
        "trial_start": trial(subscription.period_start),
    })
}

fn pending_update(state: &State, subscription: &Subscription) -> Option<Value> {
    let pending = subscription.pending_update.as_ref()?;
    let items: Vec<Value> = pending.items.iter().map(|entry| item(state, subscription, entry)).collect();
    Some(json!({
        "billing_cycle_anchor": null,
        "expires_at": pending.expires_at,
        "metadata": pending.metadata,
        "subscription_items": items,
        "trial_end": null,
        "trial_from_plan": null,
    }))
}

pub(crate) fn item(state: &State, subscription: &Subscription, item: &Item) -> Value {
    let known = state.prices.get(&item.price);
    json!({
        "id": item.id,
        "object": "subscription_item",
        "billing_thresholds": null,
        "created": item.created,
        "current_period_end": subscription.period_end,
        "current_period_start": subscription.period_start,
        "discounts": [],
        "metadata": item.metadata,
        "plan": known.map(plan),
        "price": known.map(price),
        "quantity": item.quantity,
        "subscription": subscription.id,
        "tax_rates": [],
    })
}
