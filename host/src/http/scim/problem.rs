//! What went wrong, in SCIM's form (RFC 7644, 3.12): the same causes as everywhere, told as an identity provider reads them.

use axum::http::StatusCode;
use serde::Serialize;

use crate::{
    directory::{DirectoryError, Refusal},
    http::problem::{Cause, Problem},
    scim::{FaultKind, ScimError},
};

/// An error message.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::http) struct ScimProblem {
    schemas: [&'static str; 1],
    /// The HTTP status, as a text.
    status: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    scim_type: Option<&'static str>,
    detail: String,
}

impl ScimProblem {
    /// The message of a problem, and its status, which is SCIM's.
    pub(in crate::http) fn of(problem: &Problem, detail: String) -> (StatusCode, Self) {
        let (status, scim_type) = match problem.cause() {
            Cause::Scim(fault) => (problem.status(), Some(fault.kind.as_str())),
            Cause::MalformedJson { .. } => (StatusCode::BAD_REQUEST, Some(FaultKind::InvalidSyntax.as_str())),
            Cause::InvalidField(_) => (StatusCode::BAD_REQUEST, Some(FaultKind::InvalidValue.as_str())),
            Cause::Entry(Refusal::Taken { .. }) => (problem.status(), Some(FaultKind::Uniqueness.as_str())),
            Cause::Entry(Refusal::Fixed { .. }) => (StatusCode::BAD_REQUEST, Some(FaultKind::Mutability.as_str())),
            _ => (problem.status(), None),
        };
        let schemas = ["urn:ietf:params:scim:api:messages:2.0:Error"];
        (status, Self { schemas, status: status.as_u16().to_string(), scim_type, detail })
    }
}

impl From<ScimError> for Problem {
    fn from(error: ScimError) -> Self {
        match error {
            ScimError::NotFound => Self::of(Cause::NotFound),
            ScimError::Fault(fault) => Self::of(Cause::Scim(fault)),
            ScimError::Directory(error) => error.into(),
            ScimError::Store(error) => DirectoryError::Store(error).into(),
        }
    }
}
