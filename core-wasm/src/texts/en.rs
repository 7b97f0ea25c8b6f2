//! English.

use super::{Locale, Text, counted, custom, date, roles};
use crate::{
    facts::SubscriptionStatus,
    reason::{BillingGap, Reason},
};

const UNCHANGED: &str = "Nothing was changed and nothing is billed.";
const SUPPORT: &str = "Please contact support.";

pub(super) fn text(reason: &Reason) -> Text {
    match reason {
        Reason::FeatureNotFound {} => {
            Text::new("This feature is not offered in the store.", "Please choose a feature that the store lists.")
        }
        Reason::MandateNotFound {} => Text::new(
            "This does not exist, or you are not a member of it.",
            "Please choose something that you are a member of, or ask its administrators to admit you.",
        ),
        Reason::InstanceNotFound {} => Text::new(
            "This instance does not exist here, or you are not a member.",
            "Please reload the page and check what you chose.",
        ),
        Reason::NoAccess {} => Text::new(
            "There is no access to this instance that could be given up.",
            "Please reload the page: the access was probably removed already.",
        ),
        Reason::MandateClosed { system: true, .. } => Text::new(
            "Nothing can be added here because it serves the operation of the platform.",
            "Please activate the feature elsewhere.",
        ),
        Reason::MandateClosed { system: false, .. } => Text::new(
            "Nothing can be added here because the operator closed it.",
            "Please activate the feature elsewhere or contact support.",
        ),
        Reason::NotAdmin { admin_labels } => Text::new(
            format!(
                "Here this takes the role {}, which you do not have.",
                roles(admin_labels, ["“", "”"], " or ", "administrator")
            ),
            "Please ask your administrators.",
        ),
        #[cfg(not(feature = "js"))]
        Reason::ColleagueNotFound {} => Text::new(
            "This person does not exist or is no member here.",
            "Please choose somebody who is a member here, or have the person added first.",
        ),
        #[cfg(not(feature = "js"))]
        Reason::RoleNotFound {} => Text::new(
            "This instance has no such role.",
            "Please choose one of the roles that are listed with the instance.",
        ),
        #[cfg(not(feature = "js"))]
        Reason::AccessHeld {} => Text::new(
            "This person has access in this role already.",
            "There is nothing to do; for another role, please choose that one.",
        ),
        #[cfg(feature = "js")]
        Reason::ColleagueNotFound {} | Reason::RoleNotFound {} | Reason::AccessHeld {} => Text::new("", ""),
        Reason::NoSubscription { latest, trial_ended_at } => no_subscription(*latest, *trial_ended_at),
        Reason::PlanUnknown {} => {
            Text::new(format!("The plan of your subscription is not known. {UNCHANGED}"), SUPPORT)
        }
        Reason::SubscriptionPastDue {} => Text::new(
            format!("A bill is overdue, so nothing that costs money can be added. {UNCHANGED}"),
            "Please settle the open bill and try again.",
        ),
        Reason::BillingIncomplete { missing } => {
            Text::new(format!("Billing is not fully set up ({}). {UNCHANGED}", gaps(missing)), SUPPORT)
        }
        Reason::CapacityReached { limit, used, adding } => Text::new(
            format!(
                "Your plan allows {}: {used} in use, {adding} to be added.",
                counted(*limit, "instance", "instances")
            ),
            "Please give up an instance or move to a larger plan.",
        ),
        Reason::BillingOutOfSync { confirmed, counted: existing } => Text::new(
            format!(
                "Billing counts {} instead of {existing}; nothing can be added until this is settled. {UNCHANGED}",
                counted(*confirmed, "instance", "instances")
            ),
            "Please try again later; if this goes on, contact support.",
        ),
        Reason::FeatureMisconfigured {} => {
            Text::new("This feature cannot be activated because it has no admin role to give.", SUPPORT)
        }
        Reason::RestoreExpired { ended_at, until } => Text::new(
            format!(
                "This instance ended on {} and could be restored only until {}.",
                date::iso(*ended_at),
                date::iso(*until)
            ),
            "Please activate the feature anew.",
        ),
        Reason::BillingUnavailable { since } => Text::new(
            format!(
                "{} {UNCHANGED}",
                match since {
                    Some(_) => "The payment service has not yet confirmed an earlier change.",
                    None => "The payment service does not answer at the moment.",
                }
            ),
            "Please try again in a few minutes.",
        ),
        Reason::BillingPaused {} => Text::new(
            format!("Billing is paused for maintenance, so nothing that costs money can be added. {UNCHANGED}"),
            "Please try again later.",
        ),
        Reason::TooManyWaiting { limit } => Text::new(
            format!(
                "Here {} for the payment service already; no more can. {UNCHANGED}",
                counted(*limit, "activation waits", "activations wait")
            ),
            "Please try again in a few minutes.",
        ),
        Reason::InvoiceBudgetUsed { limit, retry_at } => Text::new(
            format!(
                "Each activation is invoiced at once, and there can be only {} within 24 hours. {UNCHANGED}",
                counted(*limit, "invoice", "invoices")
            ),
            format!("Please try again from {} on.", date::minute(*retry_at)),
        ),
        Reason::PaymentDeclined {} => Text::new(
            format!("The payment was declined. {UNCHANGED}"),
            "Please check the payment method on file and try again.",
        ),
        Reason::PaymentActionRequired {} => Text::new(
            format!("The bank wants the owner of the card to confirm the payment. {UNCHANGED}"),
            "Please have the owner of the card confirm it with the bank or put another payment method on file, then try again.",
        ),
        Reason::BillingRefused {} => {
            Text::new(format!("The payment service rejected the change. {UNCHANGED}"), SUPPORT)
        }
        Reason::Custom { rule, texts } => custom(rule, texts, Locale::En),
    }
}

fn no_subscription(latest: Option<SubscriptionStatus>, trial_ended_at: Option<i64>) -> Text {
    if let Some(end) = trial_ended_at {
        return Text::new(format!("The trial ended on {}.", date::iso(end)), "Please take out a subscription.");
    }
    let (what, fix) = match latest {
        None => ("does not exist", "Please take out a subscription."),
        Some(SubscriptionStatus::Pending | SubscriptionStatus::Scheduled) => {
            ("has not begun yet", "Please try again once it has begun.")
        }
        Some(SubscriptionStatus::Unpaid) => ("is suspended for unpaid bills", "Please settle the open bills."),
        Some(SubscriptionStatus::Paused) => ("is paused", "Please resume the subscription."),
        Some(SubscriptionStatus::Canceled) => ("is cancelled", "Please take out a new subscription."),
        Some(SubscriptionStatus::Expired) => ("has expired", "Please take out a new subscription."),
        Some(SubscriptionStatus::Trialing | SubscriptionStatus::Active | SubscriptionStatus::PastDue) => {
            ("is not in force at the moment", "Please check when the subscription begins and ends.")
        }
    };
    Text::new(format!("The subscription needed for this {what}."), fix)
}

fn gaps(missing: &[BillingGap]) -> String {
    let words: Vec<&str> = missing
        .iter()
        .map(|gap| match gap {
            BillingGap::Connection => "the connection to the payment service is missing",
            BillingGap::Subscription => "the subscription at the payment service is missing",
            BillingGap::Item => "the item that counts instances is missing",
            BillingGap::Price => "the price differs from the plan",
            BillingGap::Difference => "the payment service’s records differ from ours and have to be checked first",
            BillingGap::Currency => "the plan is in another currency",
        })
        .collect();
    words.join("; ")
}
