//! `If-Match` and `If-None-Match` of a request that changes an entry.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderName, header, request::Parts},
};

use crate::{
    directory::Precondition,
    http::{
        problem::Problem,
        request::{FaultKind, FieldFault, Place},
    },
};

/// What the caller takes for granted.
pub(in crate::http) struct Preconditions(pub(in crate::http) Precondition);

impl<S: Send + Sync> FromRequestParts<S> for Preconditions {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let matching = words(&parts.headers, &header::IF_MATCH);
        let unlike = words(&parts.headers, &header::IF_NONE_MATCH);
        // That none is like this one is nothing that anybody who writes takes for granted.
        if unlike.iter().any(|word| word != "*") {
            return Err(
                FieldFault::new(Place::Header, "If-None-Match", FaultKind::NotAllowed { allowed: &["*"] }).into()
            );
        }
        let there = matching.iter().any(|word| word == "*");
        // Only strong tags are compared (RFC 9110, 13.1.1): what is none matches nothing.
        let digest = |word: &String| Some(word.strip_prefix('"')?.strip_suffix('"')?.to_owned());
        let one_of = (!matching.is_empty() && !there).then(|| matching.iter().filter_map(digest).collect());
        Ok(Self(Precondition { one_of, there, absent: !unlike.is_empty() }))
    }
}

/// The members of a list field.
fn words(headers: &HeaderMap, name: &HeaderName) -> Vec<String> {
    let values = headers.get_all(name).iter().map(|value| value.to_str().unwrap_or("\u{fffd}"));
    values.flat_map(|value| value.split(',')).map(|word| word.trim().to_owned()).collect()
}
