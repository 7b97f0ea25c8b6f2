//! Everything that survives a restart, as one value.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::{
    card::Cards,
    clock::Clock,
    idempotency::SavedAnswer,
    ledger::QuantityChange,
    limits::Limits,
    model::{Customer, Event, Invoice, Item, Line, Price, Product, Subscription},
    table::Table,
    webhooks::Endpoint,
};

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) clock: Clock,
    pub(crate) limits: Limits,
    pub(crate) cards: Cards,
    pub(crate) customers: Table<Customer>,
    pub(crate) products: Table<Product>,
    pub(crate) prices: Table<Price>,
    pub(crate) subscriptions: Table<Subscription>,
    pub(crate) invoices: Table<Invoice>,
    pub(crate) events: Table<Event>,
    /// Prorations that wait for the next invoice of their subscription.
    pub(crate) pending_lines: Vec<Line>,
    pub(crate) quantity_changes: Vec<QuantityChange>,
    pub(crate) saved_answers: HashMap<String, SavedAnswer>,
    pub(crate) webhook_endpoints: Vec<Endpoint>,
    /// The id of the account, where it is not the usual one.
    #[serde(default)]
    pub(crate) account: Option<String>,
    last_id: u64,
}

impl State {
    /// The id of the account that every key belongs to.
    pub(crate) fn account(&self) -> &str {
        self.account.as_deref().unwrap_or("acct_1Sim00000000000000000001")
    }

    /// A new id such as `in_1Sim00000000000000000042`: counted, so that a run can be repeated.
    pub(crate) fn new_id(&mut self, prefix: &str) -> String {
        self.last_id += 1;
        format!("{prefix}_1Sim{:020}", self.last_id)
    }

    /// The subscription that holds an item, and the item.
    pub(crate) fn item(&self, id: &str) -> Option<(&Subscription, &Item)> {
        self.subscriptions.oldest_first().find_map(|subscription| {
            subscription.items.iter().find(|item| item.id == id).map(|item| (subscription, item))
        })
    }

    pub(crate) fn pending_lines_of<'a>(&'a self, subscription: &'a str) -> impl Iterator<Item = &'a Line> {
        self.pending_lines.iter().filter(move |line| line.subscription == subscription)
    }
}
