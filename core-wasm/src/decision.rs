//! What the rules answer: allowed or not, every reason, and what must follow.

use serde::{Deserialize, Serialize};

use crate::{reason::Reason, settings::Gate};

/// The answer to an activation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ActivationDecision {
    /// True exactly when there is no reason against it.
    pub allowed: bool,
    /// Every reason against it that the caller may know, in the fixed order.
    pub reasons: Vec<Reason>,
    /// What follows; `null` when refused.
    pub grant: Option<Grant>,
}

/// What an allowed activation brings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Grant {
    /// Label of the instance role that the activating user gets.
    pub admin_role: String,
    /// The subscription in force, as an index into the mandate's list.
    pub subscription: u32,
    /// What billing must do.
    pub billing: BillingDuty,
}

/// What billing must do about a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum BillingDuty {
    /// Nothing: billing does not know this subscription.
    Nothing,
    /// Tell billing the new quantity and retry until it is true; the change does not wait for it.
    BestEffort {
        /// The absolute quantity once all pending changes are through.
        quantity: i64,
    },
    /// The instance is usable only after billing confirmed what the gate asks for.
    Gated {
        /// The absolute quantity once all pending changes are through.
        quantity: i64,
        /// What billing must confirm.
        gate: Gate,
    },
}

/// The answer to a deactivation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeactivationDecision {
    /// True exactly when there is no reason against it.
    pub allowed: bool,
    /// Every reason against it that the caller may know, in the fixed order.
    pub reasons: Vec<Reason>,
    /// What follows; `null` when refused.
    pub outcome: Option<Ending>,
}

/// What an allowed deactivation takes away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ending {
    /// Whether the instance ends: the last access goes, or it is ended for all.
    pub ends_instance: bool,
    /// The subscription to be lowered, as an index into the mandate's list.
    pub subscription: Option<u32>,
    /// What billing must do.
    pub billing: BillingDuty,
}

/// The answer to giving a colleague access.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SharingDecision {
    /// True exactly when there is no reason against it.
    pub allowed: bool,
    /// Every reason against it that the caller may know, in the fixed order.
    pub reasons: Vec<Reason>,
}

/// The answer about the caller's mandates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MandatesDecision {
    /// One entry per mandate of the facts, in their order.
    pub mandates: Vec<Standing>,
    /// Whether a home mandate is to be made for the caller.
    pub home_mandate_due: bool,
}

/// How the caller stands in one mandate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Standing {
    /// Has an enabled membership.
    pub member: bool,
    /// Is an admin there.
    pub admin: bool,
    /// Is listed among the mandates that the caller administers (an admin there, and it is no system mandate).
    pub listed: bool,
    /// Could activate there as far as the mandate itself goes: listed and not closed.
    pub open: bool,
    /// The subscription to show: the one in force, else the latest.
    pub subscription: Option<ShownSubscription>,
}

/// Which subscription represents a mandate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ShownSubscription {
    /// Index into the mandate's list.
    pub index: u32,
    /// Whether it is in force.
    pub operative: bool,
}

/// The answer to an overview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OverviewDecision {
    /// One entry per feature of the facts, in their order.
    pub features: Vec<FeatureStanding>,
    /// One entry per held instance of the facts, in their order.
    pub instances: Vec<InstanceStanding>,
}

/// Whether a feature is offered, and whether the caller can activate it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FeatureStanding {
    /// Whether the store offers it at all.
    pub offered: bool,
    /// Whether the caller can activate it in the mandates asked about.
    pub can_activate: bool,
    /// Why not, when exactly one mandate was asked about; otherwise empty.
    pub reasons: Vec<Reason>,
}

/// What an instance looks like to one of its users.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InstanceStanding {
    /// Its state as shown.
    pub state: ShownState,
    /// Whether the caller can use it now.
    pub is_active: bool,
}

/// State of an instance as shown: what is stored, seen in the light of the subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum ShownState {
    /// Waits for billing.
    Reserved,
    /// Works.
    Active,
    /// Switched off by the operator.
    Disabled,
    /// No subscription is in force: comes back when one is.
    Suspended,
    /// Ended, billing is not told yet.
    Leaving,
    /// Ended and off the bill; can be restored for a while.
    Ended,
}
