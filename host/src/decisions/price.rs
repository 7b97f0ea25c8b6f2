//! What something cost when it was decided: the plan's price in the facts that the policy was told. Pure.

use core_wasm::{
    facts::{ActivationFacts, BillingPeriod, DeactivationFacts, MandateFacts},
    question::SingleAnswer,
};

use crate::ports::store::{decision::QuestionKind, history::Decided};

/// What one instance costs per period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// In minor units; 0 for a plan that costs nothing.
    pub minor: i64,
    /// ISO 4217.
    pub currency: String,
    /// How often; `None` for a plan that is never charged.
    pub period: Option<BillingPeriod>,
}

/// The price by the plan of the subscription that the answer names. `None` where it names none, and for what this release does
/// not read: decisions stay on record for longer than their form.
#[must_use]
pub fn price_at(decided: &Decided) -> Option<Price> {
    let answer: SingleAnswer = serde_json::from_str(&decided.answer).ok()?;
    let (mandate, subscription) = match (decided.kind, answer) {
        (QuestionKind::Activation, SingleAnswer::Activation(decision)) => {
            let facts: ActivationFacts = serde_json::from_str(&decided.facts).ok()?;
            (facts.mandate?, decision.grant?.subscription)
        }
        (QuestionKind::Deactivation, SingleAnswer::Deactivation(decision)) => {
            let facts: DeactivationFacts = serde_json::from_str(&decided.facts).ok()?;
            (facts.mandate?, decision.outcome?.subscription?)
        }
        _ => return None,
    };
    by_plan(mandate, subscription)
}

fn by_plan(mandate: MandateFacts, subscription: u32) -> Option<Price> {
    let place = usize::try_from(subscription).ok()?;
    let plan = mandate.subscriptions.into_iter().nth(place)?.plan?;
    Some(Price { minor: plan.price.unwrap_or(0), currency: plan.currency, period: plan.billing_period })
}
