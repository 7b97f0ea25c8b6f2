//! The id in a path.

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};

use super::{FieldFault, Place, fields::check_id};
use crate::http::problem::{Cause, Problem};

/// An id in the path: 1–200 characters, no control characters.
#[derive(Clone, Debug)]
pub struct PathId(pub String);

impl<S: Send + Sync> FromRequestParts<S> for PathId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        // What cannot be decoded names nothing that there is.
        let Path(id) =
            Path::<String>::from_request_parts(parts, state).await.map_err(|_| Problem::of(Cause::NotFound))?;
        check_id(&id).map_err(|kind| FieldFault::new(Place::Path, "id", kind))?;
        Ok(Self(id))
    }
}
