//! What a handler works with: the state, the instant, the request, and the events it causes.

use serde_json::{Map, Value};

use crate::{
    card::CardOutcome,
    errors::StripeError,
    ledger::QuantityChange,
    model::{Event, Metadata, Origin, ProrationBehavior, Subscription},
    objects,
    state::State,
};

/// The API version that answers and events carry unless the request names another.
pub(crate) const DEFAULT_API_VERSION: &str = "2026-09-30.endive";

/// One request's (or one admin action's) hold on the state.
pub(crate) struct Transaction<'a> {
    pub(crate) state: &'a mut State,
    pub(crate) now_ms: i64,
    pub(crate) origin: Origin,
    pub(crate) api_version: String,
    /// A fault's outcome for every payment of this request.
    pub(crate) card: Option<CardOutcome>,
    pub(crate) events: Vec<Event>,
}

impl<'a> Transaction<'a> {
    /// A transaction that no API request caused.
    pub(crate) fn by_hand(state: &'a mut State) -> Self {
        let now_ms = state.clock.now_ms();
        Self {
            state,
            now_ms,
            origin: Origin::default(),
            api_version: DEFAULT_API_VERSION.to_owned(),
            card: None,
            events: Vec::new(),
        }
    }

    /// Now, in UTC seconds.
    pub(crate) fn now(&self) -> i64 {
        self.now_ms.div_euclid(1000)
    }

    pub(crate) fn card_of(&self, customer: &str) -> CardOutcome {
        self.card.unwrap_or_else(|| self.state.cards.outcome(customer))
    }

    pub(crate) fn subscription(&self, id: &str, param: &str) -> Result<&Subscription, StripeError> {
        self.state.subscriptions.get(id).ok_or_else(|| StripeError::no_such("subscription", id, param))
    }

    /// Notes a change of quantity in the ledger.
    pub(crate) fn note_quantity(
        &mut self,
        subscription: &str,
        (item, from, to): (&str, u64, u64),
        metadata: &Metadata,
        (behavior, date): (ProrationBehavior, Option<i64>),
    ) {
        self.state.quantity_changes.push(QuantityChange {
            at_ms: self.now_ms,
            subscription: subscription.to_owned(),
            item: item.to_owned(),
            from,
            to,
            origin: self.origin.clone(),
            metadata: metadata.clone(),
            proration_behavior: behavior,
            proration_date: date,
        });
    }

    /// Records an event of an object as it is now.
    pub(crate) fn emit(&mut self, kind: &str, object: Value, previous: Option<Value>) {
        let event = Event {
            id: self.state.new_id("evt"),
            created: self.now(),
            kind: kind.to_owned(),
            api_version: self.api_version.clone(),
            origin: self.origin.clone(),
            object,
            previous,
            pending_webhooks: self.state.webhook_endpoints.len() as u64,
        };
        self.state.events.insert(&event.id, event.clone());
        self.events.push(event);
    }

    /// `customer.subscription.updated` with what was different before, if anything was.
    pub(crate) fn emit_updated(&mut self, subscription: &str, before: &Value) {
        let Some(after) = self.render_subscription(subscription) else {
            return;
        };
        let previous = difference(before, &after);
        if !previous.is_empty() {
            self.emit("customer.subscription.updated", after, Some(Value::Object(previous)));
        }
    }

    pub(crate) fn render_subscription(&self, id: &str) -> Option<Value> {
        self.state.subscriptions.get(id).map(|subscription| objects::subscription(self.state, subscription))
    }

    pub(crate) fn emit_invoice(&mut self, kind: &str, invoice: &str) {
        if let Some(object) = self.state.invoices.get(invoice).map(objects::invoice) {
            self.emit(kind, object, None);
        }
    }
}

fn difference(before: &Value, after: &Value) -> Map<String, Value> {
    let (Some(before), Some(after)) = (before.as_object(), after.as_object()) else {
        return Map::new();
    };
    before
        .iter()
        .filter(|(key, value)| after.get(*key) != Some(value))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}
