//! Features that members ask their admins for.

use async_trait::async_trait;

use super::{StoreError, audit::AuditEntry, outbox::NewNotice};
use crate::ports::clock::Millis;

/// Keeps requests, and how they end. They are approved within the transaction of the activation that does it.
#[async_trait]
pub trait FeatureRequestStore: Send + Sync {
    /// Writes a request with the notice to the admins and `entry`, unless the same person has one open for the same feature
    /// of the mandate: then nothing is written, and that one is returned.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn request_feature(
        &self,
        request: &NewFeatureRequest,
        notice: &NewNotice,
        entry: &AuditEntry,
    ) -> Result<FeatureRequest, StoreError>;

    /// A request by its id.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn feature_request(&self, id: &str) -> Result<Option<FeatureRequest>, StoreError>;

    /// The requests of a mandate, or those of one of its members, the newest first: at most so many, before a place.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn feature_requests(
        &self,
        mandate_id: &str,
        user_id: Option<&str>,
        page: (Option<i64>, i64),
    ) -> Result<Vec<FeatureRequest>, StoreError>;

    /// Closes a request that is open, with `entry`. False, and nothing is written, when it is not open.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn close_feature_request(
        &self,
        id: &str,
        closing: &ClosedRequest,
        entry: &AuditEntry,
    ) -> Result<bool, StoreError>;
}

/// A request to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFeatureRequest {
    /// Its id.
    pub id: String,
    /// In which mandate.
    pub mandate_id: String,
    /// For which feature.
    pub feature_code: String,
    /// Who asks.
    pub user_id: String,
    /// Why, in their words.
    pub note: Option<String>,
    /// What one instance costs per period, in minor units with the currency, where a price is known.
    pub price: Option<(i64, String)>,
    /// When.
    pub asked_at: Millis,
}

/// A request as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeatureRequest {
    /// Its place in the order in which requests were made.
    pub place: i64,
    /// Its id.
    pub id: String,
    /// In which mandate.
    pub mandate_id: String,
    /// For which feature.
    pub feature_code: String,
    /// Who asked.
    pub user_id: String,
    /// The name of that user.
    pub username: String,
    /// Why, in their words.
    pub note: Option<String>,
    /// What one instance cost per period when it was asked for, in minor units with the currency.
    pub price: Option<(i64, String)>,
    /// When.
    pub asked_at: Millis,
    /// How it stands.
    pub state: RequestState,
    /// When it was closed, or the activation that approves it was done.
    pub settled_at: Option<Millis>,
    /// The name of who closed or approved it, while that user is on file.
    pub settled_by: Option<String>,
    /// What an admin who declined it said.
    pub answer: Option<String>,
    /// The activation by which it is, or was, approved.
    pub change_id: Option<String>,
}

/// How a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RequestState {
    /// Nobody answered it, or what approved it came to nothing.
    Open,
    /// An activation that approves it waits for billing.
    Approving,
    /// The feature was activated, and who asked has access.
    Approved,
    /// An admin said no.
    Declined,
    /// Who asked took it back.
    Withdrawn,
}

/// How a request is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosedRequest {
    /// [`RequestState::Declined`] or [`RequestState::Withdrawn`].
    pub state: RequestState,
    /// When.
    pub at: Millis,
    /// By whom.
    pub user_id: String,
    /// What is said to who asked.
    pub answer: Option<String>,
}

impl RequestState {
    /// As it is stored and told.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Approving => "approving",
            Self::Approved => "approved",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
        }
    }
}
