//! The Stripe adapter against servers that answer, break off or lie in every way, and against the simulator.

mod broken;
mod confidentiality;
mod outcomes;
mod reading;

mod server;
mod simulator;
mod taxes;
mod wire;

use std::time::Duration;

use core_wasm::settings::Gate;
use secrecy::SecretString;
use turnpike::{
    adapters::stripe::{StripeBilling, StripeConfig, Timeouts},
    ports::billing::{BillingTarget, QuantityUpdate},
};

const KEY: &str = "sk_test_4eC39HqLyjWDarjtT1zdp7dc";
const SUBSCRIPTION: &str = "sub_1PlantedSubscription";
const ITEM: &str = "si_1PlantedItem";

/// The adapter, talking to `base`.
fn billing(base: &str) -> StripeBilling {
    billing_with(base, Timeouts::default())
}

/// The adapter with little patience, for servers that never answer.
fn hasty_billing(base: &str) -> StripeBilling {
    let short = Duration::from_secs(1);
    billing_with(base, Timeouts { write: short, read: short, ..Timeouts::default() })
}

fn billing_with(base: &str, timeouts: Timeouts) -> StripeBilling {
    let mut config = StripeConfig::new(SecretString::from(KEY), base).expect("key and base");
    config.timeouts = timeouts;
    StripeBilling::new(config).expect("an adapter")
}

fn target() -> BillingTarget {
    BillingTarget { subscription: SUBSCRIPTION.to_owned(), item: ITEM.to_owned() }
}

fn update(quantity: i64) -> QuantityUpdate {
    QuantityUpdate {
        target: target(),
        quantity,
        gate: Gate::Quantity,
        proration_at: Some(1_795_000_000_999),
        operation_id: "0190f0f0-1111-7222-8333-444455556666".to_owned(),
    }
}

/// A subscription as Stripe shows it, as far as we read it, with `{}` for more fields.
fn subscription(status: &str, quantity: i64, more: &str) -> String {
    format!(
        r#"{{"id": "{SUBSCRIPTION}", "object": "subscription", "status": "{status}", {more}
            "metadata": {{"turnpike_operation": "op-6", "other": "x"}},
            "items": {{"object": "list", "has_more": false, "data": [
                {{"id": "si_other", "quantity": 99, "price": {{"currency": "eur", "unit_amount": 1}}}},
                {{"id": "{ITEM}", "quantity": {quantity}, "price": {{"currency": "chf", "unit_amount": 9000}}}}
            ]}}}}"#
    )
}
