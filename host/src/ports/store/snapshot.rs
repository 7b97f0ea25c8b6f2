//! What one request sees of one mandate: read in one statement, from which facts are built.

use async_trait::async_trait;

use super::{StoreError, change::ChangeRecord, decision::PseudonymKey, quote::QuoteRecord};
use crate::ports::clock::Millis;
use core_wasm::facts::{InstanceState, SubscriptionStatus};

/// Reads snapshots without a lock.
#[async_trait]
pub trait SnapshotStore: Send + Sync {
    /// Everything about what was asked, in one SQL statement.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn snapshot(&self, ask: &Ask) -> Result<Snapshot, StoreError>;
}

/// What a request names. Every field that is `None` is left out of the read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ask {
    /// The caller.
    pub user_id: String,
    /// The mandate.
    pub mandate_id: String,
    /// The feature to activate. For a restore it is taken from the ended instance.
    pub feature_code: Option<String>,
    /// The living instance to give up.
    pub instance_id: Option<String>,
    /// The colleague whose access is given up; else the caller's.
    pub colleague_id: Option<String>,
    /// The ended instance to restore.
    pub ended_instance_id: Option<String>,
    /// The request's idempotency key.
    pub key: Option<RequestKey>,
    /// Look for the caller's unresolved activation of this feature (or restore of this instance, or batch of this wish)
    /// here, to join it.
    pub join: bool,
    /// Features to activate, several at once.
    pub features: Vec<String>,
    /// Living instances to end, several at once.
    pub instances: Vec<String>,
    /// The quote that the request names.
    pub quote_id: Option<String>,
    /// Digest of all that is wished.
    pub wish: Option<String>,
    /// Look for a quote of this wish that the caller got since then.
    pub quoted_since: Option<Millis>,
    /// The colleague who is to have access to the living instance.
    pub sharing_with: Option<String>,
    /// The request of a member that the activation approves.
    pub approving: Option<Approving>,
    /// Tell who has access to the living instance.
    pub with_accesses: bool,
    /// Tell who could have access to the living instance.
    pub colleagues: Option<ColleaguesAsked>,
}

/// A request for a feature that is approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approving {
    /// Its id.
    pub request_id: String,
    /// Who asked, and is to have access.
    pub user_id: String,
}

/// Which of those are told who could have access to an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColleaguesAsked {
    /// Those behind this place.
    pub after: i64,
    /// At most so many.
    pub limit: i64,
}

/// An idempotency key in its scope (the user is in [`Ask`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestKey {
    /// Path of the request.
    pub path: String,
    /// The key as sent, unquoted.
    pub key: String,
    /// SHA-256 of the canonical body, hex.
    pub fingerprint: String,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// The mandate with the caller's membership; `None` when there is none.
    pub mandate: Option<MandateRecord>,
    /// The feature; `None` when the catalogue does not know it.
    pub feature: Option<FeatureRecord>,
    /// The living instance, in whatever mandate it is.
    pub instance: Option<InstanceRecord>,
    /// The ended instance, if it belongs to the mandate.
    pub ended: Option<EndedInstanceRecord>,
    /// The change that was made under the request's key.
    pub replay: Option<ChangeRecord>,
    /// The caller's unresolved activation of the same thing, made without a key.
    pub pending: Option<ChangeRecord>,
    /// The features that were asked for as several, and those of the instances that were.
    pub features: Vec<FeatureRecord>,
    /// The living instances that were asked for as several, in whatever mandates they are.
    pub instances: Vec<InstanceRecord>,
    /// The quote that the request names, whoever's it is.
    pub quote: Option<QuoteRecord>,
    /// The caller's newest unused quote of the same wish.
    pub recent_quote: Option<QuoteRecord>,
    /// Whether the colleague who is to have access has an enabled membership in the mandate.
    pub colleague_is_member: bool,
    /// The access that the colleague has to the living instance.
    pub colleague_access: Option<HeldAccessRecord>,
    /// The roles of the living instance, in order, where a colleague is to have one of them or its accesses are told.
    pub instance_roles: Vec<InstanceRole>,
    /// The accesses to the living instance, in the order in which they were given, where they are told.
    pub accesses: Vec<AccessRecord>,
    /// Who could have access to the living instance and has none: members of the mandate, in the order in which they came,
    /// where they are told.
    pub colleagues: Vec<ColleagueRecord>,
    /// Whether the subscription in question has an unresolved operation, by subscription id.
    pub unresolved: Vec<String>,
    /// Whether an operator paused billing.
    pub billing_paused: bool,
    /// What turns the caller's id into a pseudonym; `None` while nothing of the caller is on record.
    pub pseudonym_key: Option<PseudonymKey>,
}

impl Snapshot {
    /// The feature of this code, if it was asked for and is known.
    #[must_use]
    pub fn feature_of(&self, code: &str) -> Option<&FeatureRecord> {
        self.features.iter().chain(&self.feature).find(|feature| feature.code == code)
    }

    /// The first role of the living instance that is called so.
    #[must_use]
    pub fn role_of_instance(&self, label: &str) -> Option<&InstanceRole> {
        self.instance_roles.iter().find(|role| role.label.as_deref() == Some(label))
    }

    /// The living instance, if it is in this mandate: of what is elsewhere nothing is told.
    #[must_use]
    pub fn instance_in(&self, mandate_id: &str) -> Option<&InstanceRecord> {
        self.instance.as_ref().filter(|instance| instance.mandate_id == mandate_id)
    }

    /// The living instance of this id, if it was asked for.
    #[must_use]
    pub fn instance_of(&self, id: &str) -> Option<&InstanceRecord> {
        self.instances.iter().chain(&self.instance).find(|instance| instance.id == id)
    }
}

/// A mandate as one user sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MandateRecord {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its label, where it has one.
    pub label: Option<String>,
    /// Of the operator's own.
    pub is_system: bool,
    /// False when closed.
    pub enabled: bool,
    /// The user's membership.
    pub membership: Option<MembershipRecord>,
    /// All its subscriptions, in insertion order.
    pub subscriptions: Vec<SubscriptionRecord>,
    /// Living instances: reserved and active ones, enabled or not, but not those being withdrawn.
    pub counted: i64,
    /// Gated activations and restores that no operation carries yet.
    pub waiting: i64,
    /// What its admins allow at most.
    pub caps: CapsRecord,
}

/// Limits that a mandate's admins set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CapsRecord {
    /// Most instances; `None` = no limit.
    pub instances: Option<i64>,
    /// Most that instances may cost a month; `None` = no limit.
    pub monthly: Option<MonthlyCap>,
}

/// Money a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthlyCap {
    /// In minor units.
    pub minor: i64,
    /// Currency, ISO 4217.
    pub currency: String,
}

impl CapsRecord {
    /// Whether nothing is limited.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.instances.is_none() && self.monthly.is_none()
    }
}

impl MandateRecord {
    /// What one instance costs per period by the plan of one of the subscriptions, by its place: minor units and currency.
    /// `None` where there is no such subscription, its plan is unknown or has no price.
    #[must_use]
    pub fn price_by(&self, subscription: u32) -> Option<(i64, String)> {
        let plan = self.subscriptions.get(usize::try_from(subscription).ok()?)?.plan.as_ref()?;
        Some((plan.price_minor?, plan.currency.clone()))
    }
}

/// A membership with its roles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MembershipRecord {
    /// A disabled one counts as none.
    pub enabled: bool,
    /// Its roles.
    pub roles: Vec<RoleRecord>,
}

/// A role as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleRecord {
    /// Its label.
    pub label: Option<String>,
    /// The mandate it belongs to.
    pub mandate_id: Option<String>,
    /// The instance it belongs to.
    pub instance_id: Option<String>,
}

/// A subscription with its plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubscriptionRecord {
    /// Our id.
    pub id: String,
    /// Key of the plan, known or not.
    pub plan_key: String,
    /// The plan, if its key is on file.
    pub plan: Option<PlanRecord>,
    /// Its status.
    pub status: SubscriptionStatus,
    /// In force from.
    pub starts_at: Option<Millis>,
    /// In force until before.
    pub ends_at: Option<Millis>,
    /// End of the trial.
    pub trial_ends_at: Option<Millis>,
    /// The provider's id; `None` when its binding was refused. Never leaves the host.
    pub stripe_subscription_id: Option<String>,
    /// The provider's id of the counting item. Never leaves the host.
    pub stripe_item_id: Option<String>,
    /// Whether the provider was seen to charge another price or currency than the plan says.
    pub price_at_odds: bool,
    /// Whether a comparison found something at the provider that keeps new instances from being billed correctly.
    pub provider_differs: bool,
    /// The quantity confirmed last: by the newest applied operation or reading.
    pub confirmed_quantity: Option<i64>,
    /// Since when its unresolved operation is in doubt.
    pub in_doubt_since: Option<Millis>,
    /// What is on its bill now: active instances of the mandate, and ends of this subscription that are unresolved.
    pub billed: i64,
    /// When operations of the gate `payment` made an invoice within the last 24 hours, or may have made or will make one;
    /// sorted.
    pub invoices: Vec<Millis>,
    /// Whether the last comparison with the provider found no difference; `None` when there was none.
    pub in_sync: Option<bool>,
    /// When that was.
    pub checked_at: Option<Millis>,
    /// End of the billing period, as the provider told it then.
    pub period_ends_at: Option<Millis>,
}

/// A plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanRecord {
    /// Its key.
    pub key: String,
    /// Its label.
    pub label: Option<String>,
    /// Price per instance and period, minor units.
    pub price_minor: Option<i64>,
    /// Currency of the price.
    pub currency: String,
    /// Whether the price is said to hold its taxes.
    pub price_includes_tax: bool,
    /// `NONE`, `MONTHLY` or `YEARLY`.
    pub billing_period: String,
    /// Most instances.
    pub max_instances: Option<i64>,
    /// Most data in megabytes.
    pub max_data_volume_mb: Option<i64>,
    /// AI budget in minor units.
    pub budget_ai_minor: Option<i64>,
}

/// An entry of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeatureRecord {
    /// Its code.
    pub code: String,
    /// Labels by language (`en`, `de`, `fr`, `it`), each optional.
    pub label: Translations,
    /// Description by language.
    pub description: Translations,
    /// Icon name.
    pub icon: Option<String>,
    /// The category in force: the feature's own, or what the resource objects say where there are any.
    pub category: String,
    /// Labels of the template roles, in order.
    pub template_roles: Vec<String>,
}

/// A text in up to four languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "language codes")]
pub struct Translations {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub de: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fr: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub it: Option<String>,
}

/// A living instance, with what concerns the user whose access is given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceRecord {
    /// Its id.
    pub id: String,
    /// Its mandate.
    pub mandate_id: String,
    /// Its feature.
    pub feature_code: String,
    /// Its label.
    pub label: Option<String>,
    /// How far it is.
    pub state: InstanceState,
    /// Switched off by the operator?
    pub enabled: bool,
    /// Since when.
    pub activated_at: Option<Millis>,
    /// By whom (user id).
    pub activated_by: Option<String>,
    /// The activation that made it, while it is reserved.
    pub reserved_by_change: Option<String>,
    /// The change of a batch that ends it once billing confirmed the batch.
    pub ending_by_change: Option<String>,
    /// How many users have access.
    pub accesses: i64,
    /// Whether the user concerned (colleague, else caller) has access.
    pub has_access: bool,
}

impl InstanceRecord {
    /// Whether it waits for billing: it is reserved, or a batch ends it.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.state == InstanceState::Reserved || self.ending_by_change.is_some()
    }
}

/// A role of an instance.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
pub struct InstanceRole {
    /// Its id.
    pub id: String,
    /// Its label.
    pub label: Option<String>,
}

/// An access that somebody has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldAccessRecord {
    /// Its id.
    pub id: String,
    /// A disabled one opens nothing.
    pub enabled: bool,
    /// Ids of its roles, in order.
    pub role_ids: Vec<String>,
}

/// An access to an instance, as the admins of its mandate see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessRecord {
    /// Whose.
    pub user_id: String,
    /// The name of that user.
    pub username: String,
    /// A disabled one opens nothing.
    pub enabled: bool,
    /// Labels of its roles, in order.
    pub roles: Vec<String>,
}

/// A member of a mandate to whom access to an instance could be given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColleagueRecord {
    /// The place in the order in which they are told.
    pub place: i64,
    /// Who.
    pub user_id: String,
    /// The name of that user.
    pub username: String,
}

/// An instance that ended and can be restored for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndedInstanceRecord {
    /// Its id, the same as when it lived.
    pub id: String,
    /// Its feature.
    pub feature_code: String,
    /// Its label.
    pub label: Option<String>,
    /// When it ended.
    pub ended_at: Millis,
    /// Who had access when it ended and, as far as a snapshot tells, is still a member; with which instance roles.
    pub accesses: Vec<EndedAccess>,
}

/// An access that went with its instance.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EndedAccess {
    /// Whose.
    pub user_id: String,
    /// Was it enabled?
    pub enabled: bool,
    /// Labels of the instance roles.
    pub role_labels: Vec<String>,
}
