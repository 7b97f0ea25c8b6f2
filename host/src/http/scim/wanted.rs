//! Which resources are asked for and which of their attributes: by a query, or by the body of a search.

use axum::{
    extract::{FromRequest, FromRequestParts, Query as Pairs, Request},
    http::request::Parts,
};
use serde_json::Value;

use super::LONGEST_PAGE;
use crate::{
    http::{
        problem::{Cause, Problem},
        request::JsonDocument,
    },
    scim::{Fault, FaultKind, Listing, Projection},
};

/// What the query wants. Parameters that are not known are passed over, `sortBy` among them, as the standard has it.
pub(super) struct Wanted(pub(super) Listing);

/// What the body of a search wants (RFC 7644, 3.4.3): the same, said in JSON.
pub(super) struct Searched(pub(super) Listing);

impl<S: Send + Sync> FromRequestParts<S> for Wanted {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let pairs = Pairs::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        let Pairs(pairs) = pairs.map_err(|_| invalid("the query cannot be read"))?;
        listing(&pairs).map(Self)
    }
}

impl<S: Send + Sync> FromRequest<S> for Searched {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let JsonDocument(body) = JsonDocument::from_request(request, state).await?;
        let members = body.as_object().ok_or_else(|| invalid("the body must be an object"))?;
        let pairs = members.iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| {
            let text = text_of(value)
                .ok_or_else(|| invalid(&format!("`{name}` must be a text, a number or a list of texts")))?;
            Ok((name.clone(), text))
        });
        listing(&pairs.collect::<Result<Vec<_>, Problem>>()?).map(Self)
    }
}

/// A value as it stands in a query: names of attributes are parted by commas there.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(items) => items.iter().map(Value::as_str).collect::<Option<Vec<_>>>().map(|names| names.join(",")),
        _ => None,
    }
}

fn listing(pairs: &[(String, String)]) -> Result<Listing, Problem> {
    let text = |name: &str| pairs.iter().find(|(said, _)| said == name).map(|(_, value)| value.as_str());
    let number = |name: &str, otherwise: i64| match text(name) {
        None => Ok(otherwise),
        Some(value) => value.parse().map_err(|_| invalid("`startIndex` and `count` must be whole numbers")),
    };
    Ok(Listing {
        filter: text("filter").map(str::to_owned),
        start_index: number("startIndex", 1)?.max(1),
        count: number("count", 100)?.clamp(0, LONGEST_PAGE),
        projection: Projection::new(text("attributes"), text("excludedAttributes")),
    })
}

fn invalid(detail: &str) -> Problem {
    Problem::of(Cause::Scim(Fault::new(FaultKind::InvalidValue, detail)))
}
