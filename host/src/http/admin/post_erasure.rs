//! `POST /api/admin/users/{id}/erase`: a person is taken out for good; the same again goes on, and says that it is done.

use std::time::Duration;

use axum::{
    Json,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{MethodRouter, post},
};
use serde_json::json;

use crate::{
    directory::{Actor, DirectoryError},
    erasure::{Erasure, ErasureError, Outcome},
    http::{
        Http,
        authentication::{Needed, Service},
        problem::{Cause, Problem},
        request::PathId,
    },
};

/// Its path.
pub(super) const PATH: &str = "/api/admin/users/{id}/erase";

/// For how long a request waits for what is under way.
const WAIT: Duration = Duration::from_secs(2);

/// Seconds after which asking again makes sense.
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("5");

/// Erases a person, for services with the scope `N`.
pub(super) fn handler<N: Needed>() -> MethodRouter<Http> {
    post(move |State(erasure): State<Erasure>, service: Service<N>, PathId(id): PathId| async move {
        answer(&erasure, &service.actor, &id).await
    })
}

async fn answer(erasure: &Erasure, actor: &Actor, id: &str) -> Result<Response, Problem> {
    Ok(match erasure.erase_person(actor, id, &[], WAIT).await? {
        Outcome::Done(receipt) => Json(receipt).into_response(),
        Outcome::DoneBefore => Json(json!({ "erased": "person", "done": "before" })).into_response(),
        Outcome::Waits(waits) => {
            let told = json!({ "changes": waits.changes, "events": waits.events });
            (StatusCode::ACCEPTED, [(header::RETRY_AFTER, ASK_AGAIN)], Json(told)).into_response()
        }
    })
}

impl From<ErasureError> for Problem {
    fn from(error: ErasureError) -> Self {
        match error {
            ErasureError::NoPerson { .. } | ErasureError::NoMandate { .. } => Self::of(Cause::NotFound),
            ErasureError::Directory(error) => error.into(),
            ErasureError::Store(error) => DirectoryError::Store(error).into(),
            ErasureError::Document(error) => DirectoryError::Unwritable(error).into(),
            ErasureError::Unwritable(error) => {
                tracing::error!(%error, "a receipt cannot be written");
                Self::of(Cause::Internal)
            }
        }
    }
}
