//! Who may use what, for the embedding product's services and for callers themselves. One endpoint per file.

pub(in crate::http) mod answer;
pub(in crate::http) mod get_entitlements;
pub(in crate::http) mod get_own_entitlements;
pub(in crate::http) mod post_entitlements;

use axum::routing::{get, post};

use super::{
    Route,
    authentication::EntitlementsRead,
    problem::{Cause, Problem},
};
use crate::{entitlements::EntitlementError, ports::store::StoreError};

/// Where services ask.
pub(in crate::http) const PATH: &str = "/api/entitlements";

const OWN: &str = "/api/store/entitlements";

/// Their routes, those of services with the scope that they need.
pub(super) fn routes() -> [Route; 3] {
    [
        Route::of("get", OWN, get(get_own_entitlements::handler)),
        Route::of("get", PATH, get(get_entitlements::handler)).needing::<EntitlementsRead>(),
        Route::of("post", PATH, post(post_entitlements::handler)).needing::<EntitlementsRead>(),
    ]
}

/// A check without an answer says nothing about anybody's right: whoever asks gets no yes.
impl From<EntitlementError> for Problem {
    fn from(error: EntitlementError) -> Self {
        match error {
            EntitlementError::Store(error @ StoreError::Unavailable { .. }) => {
                tracing::warn!(%error, "the store does not answer");
                Self::of(Cause::ServiceUnavailable)
            }
            EntitlementError::Store(error) => {
                tracing::error!(%error, "the store failed");
                Self::of(Cause::Internal)
            }
            EntitlementError::Policy(error) => {
                tracing::error!(%error, "the policy gave no decision");
                Self::of(Cause::PolicyUnavailable)
            }
        }
    }
}
