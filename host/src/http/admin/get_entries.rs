//! `GET /api/admin/{kind}`: the entries of a kind, page by page, in the order in which they were first written.

use axum::{
    Json,
    extract::State,
    routing::{MethodRouter, get},
};
use serde::Serialize;

use crate::{
    directory::{Directory, Entry, Kind},
    http::{
        Http,
        authentication::{Needed, Service},
        page_query::{PageQuery, cursor},
        problem::Problem,
        request::Query,
    },
};

/// A page.
#[derive(Debug, Serialize)]
struct Entries {
    items: Vec<Entry>,
    /// The cursor of the next page.
    next: Option<String>,
}

/// Lists the entries of a kind, for services with the scope `N`.
pub(super) fn handler<N: Needed>(kind: Kind) -> MethodRouter<Http> {
    get(move |State(directory): State<Directory>, _: Service<N>, Query(query): Query<PageQuery>| async move {
        answer(&directory, kind, &query).await
    })
}

async fn answer(directory: &Directory, kind: Kind, query: &PageQuery) -> Result<Json<Entries>, Problem> {
    let page = directory.page(kind, query.place(kind.section())?, query.limit).await?;
    Ok(Json(Entries { items: page.entries, next: page.next.map(|place| cursor(kind.section(), place)) }))
}
