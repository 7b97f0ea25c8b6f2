//! When billing lets through what costs money.

use core_wasm::settings::{Gate, INVOICE_BUDGET};

use super::{ConfigError, Setting, layers::Layers};

const GATE: Setting = Setting::new("billing.gate", "TURNPIKE_BILLING_GATE");
const BUDGET: Setting = Setting::new("billing.invoice_budget", "TURNPIKE_INVOICE_BUDGET");

pub(super) const SETTINGS: &[Setting] = &[GATE, BUDGET];

/// The most invoices that Stripe makes for one subscription in a day.
const MOST_INVOICES: i64 = 20;

/// When billing lets through what costs money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillingConfig {
    /// `TURNPIKE_BILLING_GATE` (`quantity`): what billing must confirm before an instance that costs money can be used:
    /// `quantity`, that it took the new quantity, or `payment`, that it was invoiced and paid at once.
    pub gate: Gate,
    /// `TURNPIKE_INVOICE_BUDGET` (`15`): with the gate `payment`, how many invoices activations may make for one
    /// subscription within 24 hours.
    pub invoice_budget: i64,
}

impl BillingConfig {
    pub(super) fn read(layers: &Layers) -> Result<Self, ConfigError> {
        let budget = layers.get_with(&BUDGET, "a whole number from 1 to 20, which is Stripe's own limit", |text| {
            text.parse().ok().filter(|budget| (1..=MOST_INVOICES).contains(budget))
        })?;
        Ok(Self {
            gate: layers.get_with(&GATE, "`quantity` or `payment`", Gate::of_word)?.unwrap_or(Gate::Quantity),
            invoice_budget: budget.unwrap_or(INVOICE_BUDGET),
        })
    }
}
