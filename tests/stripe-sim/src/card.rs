//! What happens when a customer's card is charged.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

/// The outcome of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardOutcome {
    /// The payment goes through.
    #[default]
    Ok,
    /// The bank refuses.
    Declined,
    /// The bank wants the customer to authenticate (3-D Secure).
    RequiresAction,
}

/// Outcomes: one for all, others for single customers.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Cards {
    all: CardOutcome,
    of: HashMap<String, CardOutcome>,
}

impl Cards {
    pub(crate) fn outcome(&self, customer: &str) -> CardOutcome {
        self.of.get(customer).copied().unwrap_or(self.all)
    }

    /// Sets the outcome of one customer, or of all (single ones set before are forgotten then).
    pub(crate) fn set(&mut self, customer: Option<String>, outcome: CardOutcome) {
        if let Some(customer) = customer {
            self.of.insert(customer, outcome);
        } else {
            self.all = outcome;
            self.of.clear();
        }
    }
}
