//! `GET /scim/v2/ServiceProviderConfig`, `/ResourceTypes` and `/Schemas`: what is offered (RFC 7643, 5 to 7), from
//! `descriptions.json`.

use axum::{
    extract::State,
    http::StatusCode,
    response::Response,
    routing::{MethodRouter, get},
};
use serde_json::{Value, json};

use super::{LONGEST_PAGE, resource_answer};
use crate::{
    http::{
        Http, Route,
        authentication::{self, Service},
        problem::{Cause, Problem},
        request::PathId,
    },
    scim::Scim,
};

/// What is offered, as it is told but for its locations.
const DESCRIPTIONS: &str = include_str!("descriptions.json");

/// Paths of lists and of their entries.
pub(super) const PATHS: [&str; 5] = [
    "/scim/v2/ServiceProviderConfig",
    "/scim/v2/ResourceTypes",
    "/scim/v2/ResourceTypes/{id}",
    "/scim/v2/Schemas",
    "/scim/v2/Schemas/{id}",
];

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    let [config, types, one_type, schemas, one_schema] = PATHS;
    vec![
        Route::of("get", config, whole()),
        Route::of("get", types, list("ResourceTypes")),
        Route::of("get", one_type, one("ResourceTypes")),
        Route::of("get", schemas, list("Schemas")),
        Route::of("get", one_schema, one("Schemas")),
    ]
}

fn whole() -> MethodRouter<Http> {
    get(|State(scim): State<Scim>, _: Service<authentication::Scim>| async move {
        let mut config = entries("ServiceProviderConfig")?.pop().unwrap_or_default();
        if let Some(filter) = config.get_mut("filter").and_then(Value::as_object_mut) {
            filter.insert("maxResults".to_owned(), json!(LONGEST_PAGE));
        }
        let config = located(config, &scim, "ServiceProviderConfig", None);
        Ok::<Response, Problem>(resource_answer::json(StatusCode::OK, &config))
    })
}

fn list(section: &'static str) -> MethodRouter<Http> {
    get(move |State(scim): State<Scim>, _: Service<authentication::Scim>| async move {
        let entries: Vec<Value> = entries(section)?.into_iter().map(|entry| entry_of(entry, &scim, section)).collect();
        let page = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
            "totalResults": entries.len(), "startIndex": 1, "itemsPerPage": entries.len(), "Resources": entries
        });
        Ok::<Response, Problem>(resource_answer::json(StatusCode::OK, &page))
    })
}

fn one(section: &'static str) -> MethodRouter<Http> {
    get(move |State(scim): State<Scim>, _: Service<authentication::Scim>, PathId(id): PathId| async move {
        let found = entries(section)?.into_iter().find(|entry| entry.get("id").and_then(Value::as_str) == Some(&id));
        let entry = found.ok_or_else(|| Problem::of(Cause::NotFound))?;
        Ok::<Response, Problem>(resource_answer::json(StatusCode::OK, &entry_of(entry, &scim, section)))
    })
}

fn entry_of(entry: Value, scim: &Scim, section: &str) -> Value {
    let id = entry.get("id").and_then(Value::as_str).map(str::to_owned);
    located(entry, scim, section, id)
}

/// With where it is.
fn located(mut entry: Value, scim: &Scim, section: &str, id: Option<String>) -> Value {
    let kind = section.trim_end_matches('s');
    let path = id.map(|id| format!("/{id}")).unwrap_or_default();
    let meta = json!({ "resourceType": kind, "location": format!("{}/{section}{path}", scim.base()) });
    if let Value::Object(members) = &mut entry {
        members.insert("meta".to_owned(), meta);
    }
    entry
}

fn entries(section: &str) -> Result<Vec<Value>, Problem> {
    let mut all: Value = serde_json::from_str(DESCRIPTIONS).map_err(|error| {
        tracing::error!(%error, "the description of SCIM is no JSON");
        Problem::of(Cause::Internal)
    })?;
    match all.get_mut(section).map(Value::take) {
        Some(Value::Array(entries)) => Ok(entries),
        _ => Ok(Vec::new()),
    }
}
