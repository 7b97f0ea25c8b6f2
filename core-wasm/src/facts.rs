//! Everything a decision may look at, as plain values.
//!
//! Facts hold no secret and nothing personal: no Stripe id (booleans instead), no name, mail or user id, role labels
//! of the caller only; other users are one number. Times are UTC milliseconds, money is in minor units. An absent
//! optional field means `null`; an unknown field is an error.

use serde::{Deserialize, Serialize};

/// May the caller activate this feature in this mandate (or restore an ended instance of it)?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ActivationFacts {
    /// The instant of the decision.
    pub now: i64,
    /// How many instances the request would add.
    pub adding: i64,
    /// The feature asked for; `null` when the catalogue does not know it.
    pub feature: Option<FeatureFacts>,
    /// The mandate asked for; `null` when there is none.
    pub mandate: Option<MandateFacts>,
    /// Whether this host can reach a billing provider at all (a key is configured).
    pub billing_connected: bool,
    /// Whether an operator paused billing, for all mandates.
    pub billing_paused: bool,
    /// Set when an ended instance is to come back.
    pub restoring: Option<RestoringFacts>,
}

/// May the caller end this access or this instance, and what follows?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeactivationFacts {
    /// The instant of the decision.
    pub now: i64,
    /// What the request names.
    pub requested: RequestedInstance,
    /// What is to be given up.
    pub scope: Scope,
    /// The mandate that the request names; `null` when there is none.
    pub mandate: Option<MandateFacts>,
    /// The instance that the request names, wherever it is; `null` when there is none that lives.
    pub instance: Option<InstanceFacts>,
    /// Whether the user concerned (the caller, or the colleague of scope `user`) has access to it.
    pub has_access: bool,
}

/// May the caller give a colleague access to this instance, in this role?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SharingFacts {
    /// The mandate that the request names; `null` when there is none. Boxed, so that what reads and moves these facts is small.
    pub mandate: Option<Box<MandateFacts>>,
    /// Whether the instance that the request names lives in that mandate.
    pub has_instance: bool,
    /// Whether the person who is to have access has an enabled membership in the mandate.
    pub colleague_is_member: bool,
    /// Whether the role that is to be given is one of the instance's.
    pub has_role: bool,
    /// What the person has already.
    pub access: HeldAccess,
}

/// What access somebody has to an instance, beside one that is to be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum HeldAccess {
    /// None.
    None,
    /// One that is switched off, or in other roles.
    Other,
    /// That very one.
    Same,
}

/// Which mandates does the caller administer, and is a home mandate due?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MandatesFacts {
    /// The instant of the decision.
    pub now: i64,
    /// Whether the caller was given a home mandate at any time, even if it is gone.
    pub home_granted: bool,
    /// The mandates in which the caller has a membership, in order.
    pub mandates: Vec<MandateFacts>,
}

/// What can the caller activate anywhere, and which of their instances work?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OverviewFacts {
    /// The instant of the decision.
    pub now: i64,
    /// Whether this host can reach a billing provider at all.
    pub billing_connected: bool,
    /// Whether an operator paused billing, for all mandates.
    pub billing_paused: bool,
    /// The mandates in which the caller has a membership, in order.
    pub mandates: Vec<MandateFacts>,
    /// The features of the catalogue, in order.
    pub features: Vec<FeatureFacts>,
    /// The instances to which the caller has access, in order.
    pub instances: Vec<HeldInstanceFacts>,
    /// Which mandates are asked about.
    pub target: Target,
}

/// Which mandates an overview is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Target {
    /// Any of the caller's: one that allows is enough.
    Any,
    /// Exactly one, as an index into the list; `null` when the caller has no membership there.
    One {
        /// Index into [`OverviewFacts::mandates`].
        mandate: Option<u32>,
    },
}

/// A tenant as a decision sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MandateFacts {
    /// Of the operator's own, not a customer.
    pub is_system: bool,
    /// False when the operator closed it.
    pub enabled: bool,
    /// The caller's membership; `null` when there is none.
    pub membership: Option<MembershipFacts>,
    /// All subscriptions of the mandate, in order.
    pub subscriptions: Vec<SubscriptionFacts>,
    /// Instances that count against the plan's limit: reserved, active, disabled and suspended ones.
    pub counted: i64,
    /// Activations and restores that wait until billing can be told of them.
    pub waiting: i64,
    /// What the mandate's admins allow themselves at most; `null` = no more than the plan does.
    pub caps: Option<CapsFacts>,
}

/// Limits that a mandate's admins set, below those of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CapsFacts {
    /// Most instances; `null` = no limit.
    pub instances: Option<i64>,
    /// Most that instances may cost a month; `null` = no limit.
    pub monthly: Option<MoneyFacts>,
}

/// An amount of money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MoneyFacts {
    /// In minor units.
    pub minor: i64,
    /// Currency, ISO 4217.
    pub currency: String,
}

/// The caller's membership in a mandate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MembershipFacts {
    /// A disabled membership is none.
    pub enabled: bool,
    /// The roles the caller holds through it.
    pub roles: Vec<RoleFacts>,
}

/// One role of the caller.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RoleFacts {
    /// Its label, as stored.
    pub label: Option<String>,
    /// Whether the role belongs to this very mandate.
    pub of_mandate: bool,
    /// Whether the role belongs to a feature instance.
    pub of_instance: bool,
}

/// A subscription of a mandate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SubscriptionFacts {
    /// Its status as last told by billing or the import.
    pub status: SubscriptionStatus,
    /// In force from this instant; `null` = always was.
    pub starts_at: Option<i64>,
    /// In force until before this instant; `null` = open end.
    pub ends_at: Option<i64>,
    /// End of the trial; `null` = none known.
    pub trial_ends_at: Option<i64>,
    /// The plan; `null` when its key is unknown.
    pub plan: Option<PlanFacts>,
    /// Whether the id of a Stripe subscription is on file.
    pub has_stripe_subscription: bool,
    /// Whether the id of the Stripe item that counts instances is on file.
    pub has_stripe_item: bool,
    /// Whether Stripe was seen to charge another price or currency than the plan says.
    pub price_at_odds: bool,
    /// Whether Stripe was seen to differ in something that has to be settled before anything is added.
    pub stripe_differs: bool,
    /// The quantity that Stripe confirmed last; `null` while it was never read.
    pub confirmed_quantity: Option<i64>,
    /// Since when the outcome of its oldest unresolved billing operation is unknown.
    pub in_doubt_since: Option<i64>,
    /// Instances that belong on its bill now: all of the mandate but reserved ones, and those that leave until billing is
    /// done, as far as their end is to be told to this subscription.
    pub billed: i64,
    /// When activations that are paid at once made an invoice for it within the last 24 hours, or may have made one; sorted.
    pub invoices: Vec<i64>,
}

/// Status of a subscription, in Stripe's terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the words are Stripe's own and explain themselves")]
pub enum SubscriptionStatus {
    Pending,
    Scheduled,
    Trialing,
    Active,
    PastDue,
    Unpaid,
    Paused,
    Canceled,
    Expired,
}

/// A plan as a decision sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlanFacts {
    /// Price per instance and period in minor units; `null` = free of charge.
    pub price: Option<i64>,
    /// Currency of the price, ISO 4217.
    pub currency: String,
    /// Most instances the plan allows; `null` = no limit.
    pub max_instances: Option<i64>,
    /// How often it is charged; `null` = never.
    pub billing_period: Option<BillingPeriod>,
}

/// How often a plan is charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum BillingPeriod {
    /// Every month.
    Monthly,
    /// Every year.
    Yearly,
}

/// An entry of the catalogue as a decision sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FeatureFacts {
    /// Its code.
    pub code: String,
    /// Its category in force; only `store` is offered.
    pub category: String,
    /// Labels of the roles that each of its instances gets, in order.
    pub template_roles: Vec<String>,
}

/// An ended instance that is to come back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RestoringFacts {
    /// When it ended; `null` when the mandate has no such ended instance.
    pub ended_at: Option<i64>,
}

/// The instance and feature that a deactivation names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RequestedInstance {
    /// The feature code of the request.
    pub feature_code: String,
    /// The mandate id of the request.
    pub mandate_id: String,
}

/// What a deactivation gives up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Scope {
    /// The caller's own access.
    Mine,
    /// The access of one colleague.
    User,
    /// The instance, for all.
    Mandate,
}

/// A living instance as a deactivation sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InstanceFacts {
    /// Its feature.
    pub feature_code: String,
    /// Its mandate.
    pub mandate_id: String,
    /// How far it is.
    pub state: InstanceState,
    /// How many users have access, disabled accesses included.
    pub accesses: i64,
}

/// An instance to which the caller has access.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HeldInstanceFacts {
    /// Its mandate, as an index into the list of mandates.
    pub mandate: u32,
    /// How far it is.
    pub state: InstanceState,
    /// False when the operator switched the instance off.
    pub enabled: bool,
    /// False when the caller's access is switched off.
    pub access_enabled: bool,
}

/// How far a living instance is, as stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum InstanceState {
    /// Written, counted against the limit, but not confirmed by billing: nobody can use it.
    Reserved,
    /// Confirmed.
    Active,
}
