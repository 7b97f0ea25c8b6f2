//! Requests of members for features, and what their admins say. One endpoint per file.

pub(in crate::http) mod answer;
pub(in crate::http) mod delete_feature_request;
pub(in crate::http) mod get_feature_requests;
pub(in crate::http) mod post_decline;
pub(in crate::http) mod post_feature_request;

use axum::routing::{delete, get, post};

use super::Route;

/// Where they are asked and listed.
const PATH: &str = "/api/store/requests";

/// Their routes.
pub(super) fn routes() -> [Route; 4] {
    [
        Route::of("get", PATH, get(get_feature_requests::handler)),
        Route::of("post", PATH, post(post_feature_request::handler)),
        Route::of("delete", "/api/store/requests/{id}", delete(delete_feature_request::handler)),
        Route::of("post", "/api/store/requests/{id}/decline", post(post_decline::handler)),
    ]
}
