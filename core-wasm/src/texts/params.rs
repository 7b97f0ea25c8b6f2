//! What the texts of a reason can name: its parameters, under their names on the wire.

use crate::{
    facts::SubscriptionStatus,
    reason::{BillingGap, Reason},
};

/// A parameter's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Param<'a> {
    /// `null`.
    Absent,
    /// A number, or an instant in milliseconds.
    Number(i64),
    /// A word of an enumeration, a currency, `true` or `false`.
    Word(&'a str),
    /// Labels of the operator's own, or words.
    List(Vec<&'a str>),
}

use Param::{List, Number, Word};

/// All parameters of a reason. One of an operator's own has its texts with it.
pub(super) fn of(reason: &Reason) -> Vec<(&'static str, Param<'_>)> {
    match reason {
        Reason::MandateClosed { system, disabled } => vec![("system", flag(*system)), ("disabled", flag(*disabled))],
        Reason::NotAdmin { admin_labels } => {
            vec![("adminLabels", List(admin_labels.iter().map(String::as_str).collect()))]
        }
        Reason::NoSubscription { latest, trial_ended_at } => vec![
            ("latest", latest.map_or(Param::Absent, |latest| Word(status(latest)))),
            ("trialEndedAt", instant(*trial_ended_at)),
        ],
        Reason::BillingIncomplete { missing } => vec![("missing", List(missing.iter().copied().map(gap).collect()))],
        Reason::CapacityReached { limit, used, adding } | Reason::InstanceCapReached { limit, used, adding } => {
            vec![("limit", Number(*limit)), ("used", Number(*used)), ("adding", Number(*adding))]
        }
        Reason::SpendingCapReached { limit, currency, after } => {
            vec![("limit", Number(*limit)), ("currency", Word(currency)), ("after", instant(*after))]
        }
        Reason::BillingOutOfSync { confirmed, counted } => {
            vec![("confirmed", Number(*confirmed)), ("counted", Number(*counted))]
        }
        Reason::RestoreExpired { ended_at, until } => vec![("endedAt", Number(*ended_at)), ("until", Number(*until))],
        Reason::BillingUnavailable { since } => vec![("since", instant(*since))],
        Reason::TooManyWaiting { limit } => vec![("limit", Number(*limit))],
        Reason::InvoiceBudgetUsed { limit, retry_at } => {
            vec![("limit", Number(*limit)), ("retryAt", Number(*retry_at))]
        }
        Reason::FeatureNotFound {}
        | Reason::MandateNotFound {}
        | Reason::InstanceNotFound {}
        | Reason::NoAccess {}
        | Reason::ColleagueNotFound {}
        | Reason::RoleNotFound {}
        | Reason::AccessHeld {}
        | Reason::PlanUnknown {}
        | Reason::SubscriptionPastDue {}
        | Reason::FeatureMisconfigured {}
        | Reason::BillingPaused {}
        | Reason::PaymentDeclined {}
        | Reason::PaymentActionRequired {}
        | Reason::BillingRefused {}
        | Reason::Custom { .. } => Vec::new(),
    }
}

fn flag(flag: bool) -> Param<'static> {
    Word(if flag { "true" } else { "false" })
}

fn instant(instant: Option<i64>) -> Param<'static> {
    instant.map_or(Param::Absent, Number)
}

fn status(status: SubscriptionStatus) -> &'static str {
    match status {
        SubscriptionStatus::Pending => "PENDING",
        SubscriptionStatus::Scheduled => "SCHEDULED",
        SubscriptionStatus::Trialing => "TRIALING",
        SubscriptionStatus::Active => "ACTIVE",
        SubscriptionStatus::PastDue => "PAST_DUE",
        SubscriptionStatus::Unpaid => "UNPAID",
        SubscriptionStatus::Paused => "PAUSED",
        SubscriptionStatus::Canceled => "CANCELED",
        SubscriptionStatus::Expired => "EXPIRED",
    }
}

fn gap(gap: BillingGap) -> &'static str {
    match gap {
        BillingGap::Connection => "connection",
        BillingGap::Subscription => "subscription",
        BillingGap::Item => "item",
        BillingGap::Price => "price",
        BillingGap::Difference => "difference",
        BillingGap::Currency => "currency",
    }
}
