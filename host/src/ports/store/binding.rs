//! Subscriptions as they are bound to the provider's: looks at what the provider says, in an order.

use async_trait::async_trait;
use core_wasm::facts::SubscriptionStatus;

use super::StoreError;
use crate::ports::clock::Millis;

/// Begins looks. What they find is written under the mandate's lock, see
/// [`MandateTransaction`](super::transaction::MandateTransaction).
#[async_trait]
pub trait BindingStore: Send + Sync {
    /// Begins a look at a subscription of the provider, before it is read: `None` when nobody here is bound to it. Looks
    /// are numbered, because answers may come in another order than the questions: an older one never overwrites a
    /// newer.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn begin_look(&self, provider_subscription: &str) -> Result<Option<Look>, StoreError>;

    /// Makes an operation of our subscription whose outcome is unknown due now; says whether there was one.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn hasten(&self, subscription_id: &str) -> Result<bool, StoreError>;
}

/// A look at a subscription of the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// Its place among the looks at it.
    pub number: i64,
    /// Our id of the subscription.
    pub subscription_id: String,
    /// Its mandate.
    pub mandate_id: String,
    /// The provider's id.
    pub provider_subscription: String,
}

/// What the provider may change about a subscription of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoundSubscription {
    /// Its status.
    pub status: SubscriptionStatus,
    /// In force until before.
    pub ends_at: Option<Millis>,
    /// End of the trial.
    pub trial_ends_at: Option<Millis>,
    /// The provider's id of the counting item.
    pub item: Option<String>,
    /// Whether its binding was refused: the provider's subscription belongs to another mandate.
    pub is_refused: bool,
}

/// A subscription under its mandate's lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockedBinding {
    /// As it is.
    pub bound: BoundSubscription,
    /// The provider's id of the price that its plan names.
    pub plan_price_id: Option<String>,
}
