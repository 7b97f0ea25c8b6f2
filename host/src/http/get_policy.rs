//! `GET /api/store/policy/{digest}.wasm`: the very module that decides here or decided once, for whoever wants to decide the
//! same, or a decision again.

use axum::{
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};

use super::{
    etag,
    problem::{Cause, Problem, ProblemDocument},
    request::PathId,
};
use crate::activation::Desk;

/// A module never changes under its digest.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// Gives the module. It holds no secret: rules and nothing else, without texts or settings.
#[utoipa::path(
    get,
    path = "/api/store/policy/{module}",
    operation_id = "get_policy",
    params(("module" = String, Path, description = "`policyDigest` and `.wasm`")),
    responses(
        (status = 200, description = "The WebAssembly module: of what decides on this host, or ever decided on a host of its database", content_type = "application/wasm", body = Vec<u8>),
        (status = 304, description = "The caller has it"),
        (status = 404, description = "`not-found`: no module of this deployment", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "`invalid-field`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 429, description = "`rate-limited`, by address", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "`service-unavailable`", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(super) async fn handler(desk: Desk, headers: HeaderMap, PathId(name): PathId) -> Result<Response, Problem> {
    let digest = name.strip_suffix(".wasm").ok_or_else(|| Problem::of(Cause::NotFound))?;
    let module = desk.policy_module(digest).await?.ok_or_else(|| Problem::of(Cause::NotFound))?;
    let mut response = etag::tagged(&headers, &format!("\"{digest}\""), || module.into_response());
    for (name, value) in [
        (header::CONTENT_TYPE, "application/wasm"),
        (header::CACHE_CONTROL, FOR_EVER),
        // The same for everybody.
        (header::VARY, "Accept-Encoding"),
    ] {
        etag::set(&mut response, name, value);
    }
    Ok(response)
}
