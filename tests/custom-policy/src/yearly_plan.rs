//! Rule: the feature comes with a yearly plan only.

use core_wasm::{facts::BillingPeriod, own, reason::Reason, situation::Activation};

/// The feature that it is about.
const FEATURE: &str = "advanced-reports";

/// Speaks against the feature where the plan in force is not charged yearly. Where there is no plan, other rules speak.
pub(crate) fn yearly_plan(activation: &Activation<'_>) -> Option<Reason> {
    let is_concerned = activation.feature?.code == FEATURE;
    let is_yearly = activation.plan()?.billing_period == Some(BillingPeriod::Yearly);
    (is_concerned && !is_yearly).then(|| {
        own::reason(
            "yearly-plan",
            &[
                (
                    "de",
                    "Diese Funktion gibt es nur mit einem Jahresabonnement.",
                    "Bitte wechseln Sie zu einem Jahresabonnement.",
                ),
                (
                    "fr",
                    "Cette fonction n’est offerte qu’avec un abonnement annuel.",
                    "Veuillez passer à un abonnement annuel.",
                ),
                (
                    "it",
                    "Questa funzione è disponibile solo con un abbonamento annuale.",
                    "Passi a un abbonamento annuale.",
                ),
                ("en", "This feature comes with a yearly plan only.", "Please move to a yearly plan."),
            ],
        )
    })
}
