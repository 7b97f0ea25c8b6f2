//! `GET /api/store/requests`: the requests of a mandate for its admins, one's own for other members.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::FeatureRequest;
use crate::{
    activation::{Answered, Caller, Desk},
    http::{
        limits::{Class, Limits},
        page_query::{MandatePage, cursor},
        problem::{Problem, ProblemDocument},
        request::Query,
    },
};

/// What cursors of this list begin with.
const LIST: &str = "requests";

/// A page of requests.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct FeatureRequests {
    /// The newest first.
    items: Vec<FeatureRequest>,
    /// The value of `after` for the next page; null on the last one.
    next: Option<String>,
}

/// Lists requests.
#[utoipa::path(
    get,
    path = "/api/store/requests",
    operation_id = "get_feature_requests",
    params(
        ("mandateId" = String, Query, description = "The mandate"),
        ("limit" = Option<String>, Query, description = "1 to 500 entries; 100 unless asked otherwise"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses(
        (status = 200, description = "Those of the mandate for its admins, their own for other members", body = FeatureRequests),
        (status = 401, description = "`unauthorized`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "`mandate-not-found`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "`invalid-field`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 429, description = "`rate-limited`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "`service-unavailable`", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
pub(in crate::http) async fn handler(
    desk: Desk,
    State(limits): State<Arc<Limits>>,
    caller: Caller,
    Query(asked): Query<MandatePage>,
) -> Result<Json<FeatureRequests>, Problem> {
    limits.admit_user(Class::Read, &caller.user_id)?;
    let page = (asked.page.place_if_any(LIST)?, asked.page.limit);
    match desk.feature_requests(&caller, &asked.mandate_id, page).await? {
        Answered::Granted((views, next)) => Ok(Json(FeatureRequests {
            items: views.into_iter().map(FeatureRequest::from).collect(),
            next: next.map(|place| cursor(LIST, place)),
        })),
        Answered::Refused(reasons) => Err(Problem::refused(reasons)),
    }
}
