//! SCIM in the OpenAPI document: where what is, with which scope. What bodies look like is the standard's, and told by
//! `/scim/v2/Schemas`.

use serde_json::{Map, Value, json};
use utoipa::openapi::OpenApi as Document;

use super::{MEDIA_TYPE, Paths, get_description, paths, scope};
use crate::scim::ResourceKind;

/// SCIM as a document of its own.
///
/// # Errors
/// When the description is none.
pub(in crate::http) fn describe() -> Result<Document, serde_json::Error> {
    let mut routes = Map::new();
    for kind in [ResourceKind::Users, ResourceKind::Groups] {
        let (name, Paths { list, search, resource }) = (kind.name(), paths(kind));
        let on_list = json!({
            "get": operation(&format!("list_scim_{name}"), "Lists or finds", name, "200", &LISTING, false),
            "post": operation(&format!("post_scim_{name}"), "Makes", name, "201", &[], true),
        });
        let on_search = json!({
            "post": operation(&format!("search_scim_{name}"), "Lists or finds, asked by a body,", name, "200", &[], true),
        });
        let on_one = json!({
            "get": operation(&format!("get_scim_{name}"), "Shows", name, "200", &["id"], false),
            "put": operation(&format!("put_scim_{name}"), "Replaces", name, "200", &["id"], true),
            "patch": operation(&format!("patch_scim_{name}"), "Changes", name, "200", &["id"], true),
            "delete": operation(&format!("delete_scim_{name}"), "Deletes", name, "204", &["id"], false),
        });
        routes.insert(list.to_owned(), on_list);
        routes.insert(search.to_owned(), on_search);
        routes.insert(resource.to_owned(), on_one);
    }
    for path in get_description::PATHS {
        let parameters: &[&str] = if path.ends_with("{id}") { &["id"] } else { &[] };
        let word = path.trim_start_matches("/scim/v2/").replace("/{id}", "_one");
        let get = operation(&format!("get_scim_{word}"), "Tells what is offered:", &word, "200", parameters, false);
        routes.insert(path.to_owned(), json!({ "get": get }));
    }
    serde_json::from_value(json!({
        "openapi": "3.1.0", "info": { "title": "Turnpike", "version": "" }, "paths": routes
    }))
}

const LISTING: [&str; 5] = ["filter", "startIndex", "count", "attributes", "excludedAttributes"];

fn operation(id: &str, verb: &str, what: &str, status: &str, parameters: &[&str], has_body: bool) -> Value {
    let parameters: Vec<Value> = parameters
        .iter()
        .map(|name| {
            let place = if *name == "id" { "path" } else { "query" };
            json!({ "in": place, "name": name, "required": place == "path", "schema": { "type": "string" } })
        })
        .collect();
    let content = json!({ MEDIA_TYPE: { "schema": { "type": "object" } } });
    let mut answers = Map::new();
    let found = if status == "204" { json!({}) } else { content.clone() };
    answers.insert(status.to_owned(), json!({ "description": "As RFC 7644 has it", "content": found }));
    let refused = json!({ "description": "An error message of RFC 7644, 3.12", "content": content });
    for status in ["400", "401", "403", "404", "409", "412", "429", "503"] {
        answers.insert(status.to_owned(), refused.clone());
    }
    let mut operation = json!({
        "operationId": id.to_lowercase(), "summary": format!("{verb} {what} (SCIM 2.0)."), "tags": ["scim"],
        "parameters": parameters, "responses": answers, "security": [{ "service": [scope()] }]
    });
    if let (true, Some(members)) = (has_body, operation.as_object_mut()) {
        members.insert("requestBody".to_owned(), json!({ "required": true, "content": content }));
    }
    operation
}
