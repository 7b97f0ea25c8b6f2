//! `GET /api/store/instances/{id}/colleagues`: to whom access to an instance could be given, for admins of its mandate.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    limits::{Class, Limits},
    page_query::{MandatePage, cursor},
    problem::{Problem, ProblemDocument},
    request::{PathId, Query},
};
use crate::{
    activation::{Answered, Caller, ColleaguesView, Desk},
    ports::store::snapshot::ColleagueRecord,
};

/// What cursors of this list begin with.
const LIST: &str = "colleagues";

/// A page of those who could have access.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Colleagues {
    /// In the order in which they became members.
    items: Vec<Colleague>,
    /// The value of `after` for the next page; null on the last one.
    next: Option<String>,
}

/// A member who has no access to the instance.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Colleague {
    user_id: String,
    /// The name of that user.
    name: String,
}

/// Lists those who could have access and have none.
#[utoipa::path(
    get,
    path = "/api/store/instances/{id}/colleagues",
    operation_id = "get_colleagues",
    params(
        ("id" = String, Path, description = "The instance"),
        ("mandateId" = String, Query, description = "Its mandate"),
        ("limit" = Option<String>, Query, description = "1 to 500 people; 100 unless asked otherwise"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses(
        (status = 200, description = "Members of the mandate who have no access to the instance", body = Colleagues),
        (status = 401, description = "`unauthorized`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 403, description = "`not-admin`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "`instance-not-found`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "`invalid-field`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 429, description = "`rate-limited`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "`service-unavailable`", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
pub(super) async fn handler(
    desk: Desk,
    State(limits): State<Arc<Limits>>,
    caller: Caller,
    PathId(instance_id): PathId,
    Query(asked): Query<MandatePage>,
) -> Result<Json<Colleagues>, Problem> {
    limits.admit_user(Class::Read, &caller.user_id)?;
    let page = (asked.page.place(LIST)?, asked.page.limit);
    match desk.colleagues(&caller, &asked.mandate_id, &instance_id, page).await? {
        Answered::Granted(view) => Ok(Json(view.into())),
        Answered::Refused(reasons) => Err(Problem::refused(reasons)),
    }
}

impl From<ColleaguesView> for Colleagues {
    fn from(view: ColleaguesView) -> Self {
        Self {
            items: view.colleagues.into_iter().map(Colleague::from).collect(),
            next: view.next.map(|place| cursor(LIST, place)),
        }
    }
}

impl From<ColleagueRecord> for Colleague {
    fn from(record: ColleagueRecord) -> Self {
        Self { user_id: record.user_id, name: record.username }
    }
}
