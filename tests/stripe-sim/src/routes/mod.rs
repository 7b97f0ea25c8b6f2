//! All routes of `/v1`. A route is prepared first (validation) and run later (execution), as idempotency keys need it.

mod account;
mod customers;
mod events;
mod expand;
mod invoices;
mod page;
mod prices;
mod products;
mod subscription_items;
mod subscriptions;

use serde_json::Value;

use crate::{errors::StripeError, form::Params, state::State, transaction::Transaction};

type Run = Box<dyn FnOnce(&mut Transaction<'_>) -> Result<Value, StripeError> + Send>;

/// A validated request, ready to run.
pub(crate) struct Prepared {
    /// The subscription that must be locked while it runs.
    pub(crate) locks: Option<Target>,
    pub(crate) run: Run,
}

impl Prepared {
    fn reads(run: impl FnOnce(&mut Transaction<'_>) -> Result<Value, StripeError> + Send + 'static) -> Self {
        Self { locks: None, run: Box::new(run) }
    }

    fn writes(
        target: Target,
        run: impl FnOnce(&mut Transaction<'_>) -> Result<Value, StripeError> + Send + 'static,
    ) -> Self {
        Self { locks: Some(target), run: Box::new(run) }
    }
}

/// What a write names, from which the subscription to lock follows.
pub(crate) enum Target {
    Subscription(String),
    Item(String),
    Invoice(String),
}

impl Target {
    pub(crate) fn subscription(&self, state: &State) -> Option<String> {
        match self {
            Self::Subscription(id) => Some(id.clone()),
            Self::Item(id) => state.item(id).map(|(subscription, _)| subscription.id.clone()),
            Self::Invoice(id) => state.invoices.get(id).map(|invoice| invoice.subscription.clone()),
        }
    }
}

/// Finds the route and validates the parameters.
pub(crate) fn prepare(method: &str, path: &str, encoded: &str) -> Result<Prepared, StripeError> {
    let params = Params::parse(encoded);
    let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
    match (method, segments.as_slice()) {
        ("GET", ["v1", "account"]) => account::get(params),
        ("POST", ["v1", "customers"]) => customers::create(params),
        ("GET", ["v1", "customers", id]) => customers::get(id, params),
        ("POST", ["v1", "products"]) => products::create(params),
        ("GET", ["v1", "products", id]) => products::get(id, params),
        ("POST", ["v1", "prices"]) => prices::create(params),
        ("GET", ["v1", "prices", id]) => prices::get(id, params),
        ("POST", ["v1", "subscriptions"]) => subscriptions::create(params),
        ("GET", ["v1", "subscriptions"]) => subscriptions::list(params),
        ("GET", ["v1", "subscriptions", id]) => subscriptions::get(id, params),
        ("POST", ["v1", "subscriptions", id]) => subscriptions::update(id, params),
        ("GET", ["v1", "subscription_items"]) => subscription_items::list(params),
        ("GET", ["v1", "subscription_items", id]) => subscription_items::get(id, params),
        ("POST", ["v1", "subscription_items", id]) => subscription_items::update(id, params),
        ("GET", ["v1", "invoices"]) => invoices::list(params),
        ("POST", ["v1", "invoices", "create_preview"]) => invoices::create_preview(params),
        ("GET", ["v1", "invoices", id]) => invoices::get(id, params),
        ("POST", ["v1", "invoices", id, "pay"]) => invoices::pay(id, params),
        ("POST", ["v1", "invoices", id, "void"]) => invoices::void(id, params),
        ("GET", ["v1", "events"]) => events::list(params),
        ("GET", ["v1", "events", id]) => events::get(id, params),
        _ => Err(StripeError::unrecognized_url(method, path)),
    }
}
