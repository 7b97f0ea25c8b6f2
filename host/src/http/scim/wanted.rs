//! The query of a request: which resources and which of their attributes.

use axum::{
    extract::{FromRequestParts, Query as Pairs},
    http::request::Parts,
};

use super::LONGEST_PAGE;
use crate::{
    http::problem::{Cause, Problem},
    scim::{Fault, FaultKind, Listing, Projection},
};

/// What is wanted. Parameters that are not known are passed over, `sortBy` among them, as the standard has it.
pub(super) struct Wanted(pub(super) Listing);

impl<S: Send + Sync> FromRequestParts<S> for Wanted {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let invalid = |detail: &str| Problem::of(Cause::Scim(Fault::new(FaultKind::InvalidValue, detail)));
        let pairs = Pairs::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        let Pairs(pairs) = pairs.map_err(|_| invalid("the query cannot be read"))?;
        let text = |name: &str| pairs.iter().find(|(said, _)| said == name).map(|(_, value)| value.as_str());
        let number = |name: &str, otherwise: i64| match text(name) {
            None => Ok(otherwise),
            Some(value) => value.parse().map_err(|_| invalid("`startIndex` and `count` must be whole numbers")),
        };
        Ok(Self(Listing {
            filter: text("filter").map(str::to_owned),
            start_index: number("startIndex", 1)?.max(1),
            count: number("count", 100)?.clamp(0, LONGEST_PAGE),
            projection: Projection::new(text("attributes"), text("excludedAttributes")),
        }))
    }
}
