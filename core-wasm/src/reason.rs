//! Why not: every reason with its code, parameters, HTTP status, audience and the facts it read.
//!
//! The variants stand in the fixed order in which a decision lists them.

use serde::{Deserialize, Serialize};

use crate::facts::SubscriptionStatus;

/// One cause of a refusal. On the wire: `{"code": "capacity-reached", "params": {…}}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "code", content = "params", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Reason {
    /// The catalogue does not know the feature, or does not offer it.
    FeatureNotFound {},
    /// The mandate does not exist, or the caller has no enabled membership in it.
    MandateNotFound {},
    /// The instance does not exist in that mandate with that feature, or the caller is a stranger there.
    InstanceNotFound {},
    /// The user concerned has no access to the instance.
    NoAccess {},
    /// Nothing can be activated in a system mandate or a disabled one.
    MandateClosed {
        /// A mandate of the operator's own.
        system: bool,
        /// Closed by the operator.
        disabled: bool,
    },
    /// The caller is a member but no admin.
    NotAdmin {
        /// The labels that would make an admin.
        admin_labels: Vec<String>,
    },
    /// The person who is to have access does not exist, or has no enabled membership in the mandate. The build for browsers
    /// knows this one and the next two as little as an operator's own: what a server tells of them has its texts with it.
    #[cfg_attr(feature = "js", serde(skip_deserializing))]
    ColleagueNotFound {},
    /// The instance has no such role.
    #[cfg_attr(feature = "js", serde(skip_deserializing))]
    RoleNotFound {},
    /// The person has that access already, in that role.
    #[cfg_attr(feature = "js", serde(skip_deserializing))]
    AccessHeld {},
    /// No subscription is in force.
    NoSubscription {
        /// Status of the latest one; `null` when there never was one.
        latest: Option<SubscriptionStatus>,
        /// Set when the latest one is a trial that ran out.
        trial_ended_at: Option<i64>,
    },
    /// The subscription names a plan that is not on file.
    PlanUnknown {},
    /// A bill is overdue.
    SubscriptionPastDue {},
    /// The plan costs money but billing is not fully set up.
    BillingIncomplete {
        /// What is missing or wrong, in a fixed order.
        missing: Vec<BillingGap>,
    },
    /// The plan's limit leaves no room.
    CapacityReached {
        /// Most instances the plan allows.
        limit: i64,
        /// Instances that count already.
        used: i64,
        /// Instances the request would add.
        adding: i64,
    },
    /// The number of instances that the mandate's admins allow at most leaves no room.
    InstanceCapReached {
        /// Most instances the admins allow.
        limit: i64,
        /// Instances that count already.
        used: i64,
        /// Instances the request would add.
        adding: i64,
    },
    /// The money a month that the mandate's admins allow at most does not reach.
    SpendingCapReached {
        /// Most a month the admins allow, in minor units.
        limit: i64,
        /// Currency of `limit` and `after`.
        currency: String,
        /// What all instances would cost a month afterwards, in minor units, rounded up; `null` where the plan charges in
        /// another currency, so that nobody can tell.
        after: Option<i64>,
    },
    /// Stripe bills another number of instances than there are.
    BillingOutOfSync {
        /// What Stripe confirmed last.
        confirmed: i64,
        /// What belongs on the bill.
        counted: i64,
    },
    /// The feature has no template role that ends in `-admin`.
    FeatureMisconfigured {},
    /// The time in which an ended instance can be restored has passed.
    RestoreExpired {
        /// When it ended.
        ended_at: i64,
        /// Until when it could have been restored.
        until: i64,
    },
    /// Billing does not answer, or what it did is not known yet.
    BillingUnavailable {
        /// Since when; `null` when it was noticed just now.
        since: Option<i64>,
    },
    /// An operator paused billing.
    BillingPaused {},
    /// As many activations wait for billing already as may.
    TooManyWaiting {
        /// Most that may wait.
        limit: i64,
    },
    /// Activations made as many invoices within the last 24 hours as they may.
    InvoiceBudgetUsed {
        /// Most invoices within 24 hours.
        limit: i64,
        /// From when on there is room for another.
        retry_at: i64,
    },
    /// The payment was declined. Told by billing, not by a rule.
    PaymentDeclined {},
    /// The bank wants the card's owner to confirm the payment.
    PaymentActionRequired {},
    /// Billing refused the change for a cause that only the operator can mend. Told by billing, not by a rule.
    BillingRefused {},
    /// A rule of the operator's own speaks against it. Turnpike's own rules never say this. The build for browsers does not
    /// know it: what a server tells of such a reason has its texts with it.
    #[cfg_attr(feature = "js", serde(skip_deserializing))]
    Custom {
        /// The rule's name: 1 to 64 lower-case letters, digits and hyphens.
        rule: String,
        /// What a person reads, in the languages that the rule's author speaks; where the caller's is missing, the first.
        texts: Vec<CustomText>,
    },
}

/// What a person reads about a rule of the operator's own, in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomText {
    /// The language: `de`, `fr`, `it` or `en`.
    pub language: String,
    /// The fact, and what follows from it.
    pub detail: String,
    /// What the person can do, or whom to ask.
    pub fix: String,
}

/// A part of the billing set-up that a billable plan needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum BillingGap {
    /// The host has no key of a billing provider.
    Connection,
    /// The Stripe subscription's id is not on file.
    Subscription,
    /// The id of the Stripe item that counts instances is not on file.
    Item,
    /// Stripe charges another price than the plan says.
    Price,
    /// Stripe differs in something that has to be settled before anything is added.
    Difference,
    /// The plan is in another currency than the deployment.
    Currency,
}

/// Who may be told a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Audience {
    /// Strangers too.
    Anyone,
    /// Members of the mandate.
    Member,
    /// Admins of the mandate.
    Admin,
}

/// What is fixed about a reason, whatever its parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Stable code in kebab case.
    pub code: &'static str,
    /// HTTP status of a refusal whose first reason this is.
    pub status: u16,
    /// Who may be told.
    pub audience: Audience,
    /// JSON pointers of the facts (`/mandate/…`) and settings (`settings/…`) it depends on.
    pub reads: &'static [&'static str],
}

impl Reason {
    /// The fixed properties of this reason.
    #[must_use]
    pub fn profile(&self) -> Profile {
        use Audience::{Admin, Anyone, Member};
        let (code, status, audience, reads): (_, _, _, &'static [&'static str]) = match self {
            Self::FeatureNotFound {} => ("feature-not-found", 404, Anyone, &["/feature/category"]),
            Self::MandateNotFound {} => ("mandate-not-found", 404, Anyone, &["/mandate/membership/enabled"]),
            Self::InstanceNotFound {} => (
                "instance-not-found",
                404,
                Anyone,
                &["/instance", "/requested", "/hasInstance", "/restoring", "/mandate/membership/enabled"],
            ),
            Self::NoAccess {} => (
                "no-access",
                404,
                Member,
                &["/hasAccess", "/scope", "/mandate/membership/roles", "settings/adminLabels", "settings/adminMatch"],
            ),
            Self::MandateClosed { .. } => ("mandate-closed", 403, Member, &["/mandate/isSystem", "/mandate/enabled"]),
            Self::NotAdmin { .. } => (
                "not-admin",
                403,
                Member,
                &[
                    "/mandate/membership/roles",
                    "/scope",
                    "/instance/accesses",
                    "/hasAccess",
                    "settings/adminLabels",
                    "settings/adminMatch",
                    "settings/orphanEnd",
                ],
            ),
            Self::ColleagueNotFound {} => ("colleague-not-found", 404, Admin, &["/colleagueIsMember"]),
            Self::RoleNotFound {} => ("role-not-found", 404, Admin, &["/hasRole"]),
            Self::AccessHeld {} => ("access-held", 409, Admin, &["/access"]),
            Self::NoSubscription { .. } => ("no-subscription", 402, Admin, &["/mandate/subscriptions", "/now"]),
            Self::PlanUnknown {} => ("plan-unknown", 402, Admin, &["/mandate/subscriptions", "/now"]),
            Self::SubscriptionPastDue {} => ("subscription-past-due", 402, Admin, &["/mandate/subscriptions", "/now"]),
            Self::BillingIncomplete { .. } => (
                "billing-incomplete",
                402,
                Admin,
                &["/mandate/subscriptions", "/now", "/billingConnected", "settings/currency"],
            ),
            Self::CapacityReached { .. } => {
                ("capacity-reached", 402, Admin, &["/mandate/subscriptions", "/now", "/mandate/counted", "/adding"])
            }
            // Not the plan's limit, which is 402: whoever may set it may raise it, and nothing is to be paid.
            Self::InstanceCapReached { .. } => {
                ("instance-cap-reached", 403, Admin, &["/mandate/counted", "/adding", "/mandate/caps"])
            }
            Self::SpendingCapReached { .. } => (
                "spending-cap-reached",
                403,
                Admin,
                &["/mandate/subscriptions", "/now", "/mandate/counted", "/adding", "/mandate/caps"],
            ),
            Self::BillingOutOfSync { .. } => ("billing-out-of-sync", 503, Admin, &["/mandate/subscriptions", "/now"]),
            Self::FeatureMisconfigured {} => ("feature-misconfigured", 409, Admin, &["/feature/templateRoles"]),
            Self::RestoreExpired { .. } => {
                ("restore-expired", 409, Admin, &["/restoring", "/now", "settings/restoreWindow"])
            }
            Self::BillingUnavailable { .. } => ("billing-unavailable", 503, Admin, &["/mandate/subscriptions", "/now"]),
            Self::BillingPaused {} => {
                ("billing-paused", 503, Admin, &["/mandate/subscriptions", "/now", "/billingPaused"])
            }
            Self::TooManyWaiting { .. } => (
                "too-many-waiting",
                503,
                Admin,
                &["/mandate/subscriptions", "/now", "/mandate/waiting", "settings/mostWaiting"],
            ),
            Self::InvoiceBudgetUsed { .. } => (
                "invoice-budget-used",
                503,
                Admin,
                &["/mandate/subscriptions", "/now", "settings/gate", "settings/invoiceBudget"],
            ),
            Self::PaymentDeclined {} => ("payment-declined", 402, Admin, &[]),
            Self::PaymentActionRequired {} => ("payment-action-required", 402, Admin, &[]),
            Self::BillingRefused {} => ("billing-refused", 503, Admin, &[]),
            // What it read its author knows.
            Self::Custom { .. } => ("custom", 403, Admin, &[]),
        };
        Profile { code, status, audience, reads }
    }
}
