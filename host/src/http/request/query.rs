//! The query string of a request, every parameter checked.

use axum::{
    extract::{FromRequestParts, Query as Pairs},
    http::{Uri, request::Parts},
};
use serde_json::{Map, Value};

use super::{FaultKind, FieldFault, Fields, FromFields, Place};
use crate::http::problem::Problem;

/// A query that was read.
#[derive(Clone, Debug)]
pub struct Query<T>(pub T);

/// Reads a query.
///
/// # Errors
/// The first fault.
pub fn parse_query<T: FromFields>(uri: &Uri) -> Result<T, FieldFault> {
    let Ok(Pairs(pairs)) = Pairs::<Vec<(String, String)>>::try_from_uri(uri) else {
        let kind = FaultKind::WrongType { expected: "object" };
        return Err(FieldFault { place: Place::Query, pointer: String::new(), kind });
    };
    let mut members = Map::new();
    for (name, value) in pairs {
        if members.contains_key(&name) && T::NAMES.contains(&name.as_str()) {
            return Err(FieldFault::new(Place::Query, &name, FaultKind::Duplicate));
        }
        members.insert(name, Value::from(value));
    }
    T::read(&Fields::new(&Value::Object(members), Place::Query, T::NAMES)?)
}

impl<S: Send + Sync, T: FromFields> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self(parse_query(&parts.uri)?))
    }
}
