//! `GET /icons/{file}`: the drawing of an icon that the catalogue names.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{HeaderName, header},
};

use super::{Page, icons};
use crate::{
    http::{
        get_features::ICON,
        problem::{Cause, Problem, ProblemDocument},
        request::PathId,
    },
    ports::store::StoreError,
};

/// A week: an icon is called the same when a later version draws it anew.
const CACHED: &str = "public, max-age=604800, immutable";

/// Draws an icon.
#[utoipa::path(
    get,
    path = "/icons/{file}",
    operation_id = "get_icon",
    params(("file" = String, Path, description = "The icon's name in the catalogue and `.svg`, such as `mdi-puzzle.svg`")),
    responses(
        (status = 200, description = "The drawing, one path of 24 by 24", body = String, content_type = "image/svg+xml"),
        (status = 404, description = "`not-found`: the catalogue names no such icon, or nobody drew it", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "`service-unavailable`", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn handler(
    State(page): State<Arc<Page>>,
    PathId(file): PathId,
) -> Result<([(HeaderName, &'static str); 3], String), Problem> {
    let none = || Problem::of(Cause::NotFound);
    let icon = file.strip_suffix(".svg").filter(|icon| icons::name(icon).is_some()).ok_or_else(none)?;
    if icon != ICON && !page.catalogue.has_icon(icon).await.map_err(unread)? {
        return Err(none());
    }
    let drawing = icons::drawing(icon).ok_or_else(none)?;
    let fields =
        [(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, CACHED), (header::VARY, "Accept-Encoding")];
    Ok((fields, drawing))
}

fn unread(error: StoreError) -> Problem {
    tracing::warn!(%error, "the catalogue cannot be read");
    Problem::of(Cause::ServiceUnavailable)
}
