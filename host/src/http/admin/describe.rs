//! The machine API in the OpenAPI document: five operations for each kind of entries, from one description, and the entries'
//! schemas, which stand in `entries.json`.

use serde_json::{Map, Value, json};
use utoipa::openapi::OpenApi as Document;

use super::{get_closing, paths, post_erasure};
use crate::{
    directory::{Kind, LONGEST_PAGE},
    http::authentication::Scope,
};

/// The entries as an import has them.
const SCHEMAS: &str = include_str!("entries.json");

/// The machine API as a document of its own.
///
/// # Errors
/// When the description is none.
pub(in crate::http) fn describe() -> Result<Document, serde_json::Error> {
    let mut routes = Map::new();
    for kind in Kind::ALL {
        let (list, entry) = paths(kind);
        routes.insert(list.to_owned(), json!({ "get": list_operation(kind) }));
        routes.insert(entry.to_owned(), entry_operations(kind));
    }
    routes.insert(get_closing::PATH.to_owned(), json!({ "get": closing_operation() }));
    routes.insert(post_erasure::PATH.to_owned(), json!({ "post": erase_operation() }));
    let schemas: Value = serde_json::from_str(SCHEMAS)?;
    serde_json::from_value(json!({
        "openapi": "3.1.0",
        "info": { "title": "Turnpike", "version": "" },
        "paths": routes,
        "components": {
            "schemas": schemas,
            "securitySchemes": { "service": {
                "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                "description": "A service token: `iss` and `aud` as configured, `sub` the service, `scope` what it may do."
            } }
        }
    }))
}

/// The scopes that reading and writing a kind need.
fn scopes(kind: Kind) -> (Scope, Scope) {
    match kind {
        Kind::Plans | Kind::Features => (Scope::CatalogRead, Scope::CatalogWrite),
        _ => (Scope::DirectoryRead, Scope::DirectoryWrite),
    }
}

/// The name of a kind's schema.
fn schema(kind: Kind) -> Value {
    let word = kind.word();
    let (first, rest) = word.split_at(1);
    json!({ "$ref": format!("#/components/schemas/{}{rest}Entry", first.to_ascii_uppercase()) })
}

fn operation(
    id: String,
    summary: String,
    scope: Scope,
    parameters: Value,
    responses: &[(&str, &str, Option<Value>)],
) -> Value {
    let mut answers = Map::new();
    let common: [(&str, &str, Option<Value>); 4] = [
        ("401", "`unauthorized`", None),
        ("403", "`insufficient-scope`", None),
        ("429", "`rate-limited`", None),
        ("503", "`service-unavailable`", None),
    ];
    for (status, description, body) in responses.iter().chain(&common) {
        let content = match (body, *status >= "400") {
            (Some(schema), _) => json!({ "application/json": { "schema": schema } }),
            (None, true) => {
                json!({ "application/problem+json": { "schema": { "$ref": "#/components/schemas/ProblemDocument" } } })
            }
            (None, false) => json!({}),
        };
        answers.insert((*status).to_owned(), json!({ "description": description, "content": content }));
    }
    json!({
        "operationId": id, "summary": summary, "tags": ["machine"], "parameters": parameters, "responses": answers,
        "security": [{ "service": [scope.as_str()] }]
    })
}

fn list_operation(kind: Kind) -> Value {
    let page = json!({
        "type": "object", "required": ["items", "next"],
        "properties": {
            "items": { "type": "array", "items": schema(kind) },
            "next": { "type": ["string", "null"], "description": "The cursor of the next page; `null` on the last" }
        }
    });
    let parameters = json!([
        parameter("query", "limit", &format!("1 to {LONGEST_PAGE} entries; 100 unless asked otherwise")),
        parameter("query", "after", "`next` of the page before"),
    ]);
    let (section, word) = (kind.section(), kind.word());
    operation(
        format!("list_{section}"),
        format!("Lists every {word}, in the order in which they were first written."),
        scopes(kind).0,
        parameters,
        &[("200", "A page", Some(page)), ("422", "`invalid-field`", None)],
    )
}

fn entry_operations(kind: Kind) -> Value {
    let word = kind.word();
    let (read, write) = scopes(kind);
    let id = parameter("path", "id", &format!("The {} of the {word}", kind.name_field()));
    let matching = parameter("header", "If-Match", "Entity tags, one of which the entry must have, or `*`");
    let absent = parameter("header", "If-None-Match", "`*`: there must be no such entry");
    let conditions = json!([id, matching, absent]);
    let get = operation(
        format!("get_{word}"),
        format!("Shows one {word}."),
        read,
        json!([id, parameter("header", "If-None-Match", "Entity tags that the caller has")]),
        &[
            ("200", "The entry; its digest as a strong `ETag`", Some(schema(kind))),
            ("304", "The caller has it", None),
            ("404", "`not-found`", None),
        ],
    );
    let written = |more: &[(&'static str, &'static str, Option<Value>)]| {
        let mut answers = vec![("200", "The entry as it is now", Some(schema(kind)))];
        answers.extend_from_slice(more);
        answers.extend([
            ("400", "`malformed-json`", None),
            ("409", REFUSED, None),
            ("412", "`precondition-failed`", None),
            ("413", "`payload-too-large`", None),
            ("415", "`unsupported-media-type`", None),
            ("422", "`invalid-field`", None),
            ("504", "`timeout`: the change may have been made", None),
        ]);
        answers
    };
    let put = with_body(
        operation(
            format!("put_{word}"),
            format!("Writes one {word}: new, or in place of what is there."),
            write,
            conditions.clone(),
            &written(&[("201", "The new entry", Some(schema(kind)))]),
        ),
        "application/json",
        schema(kind),
    );
    let patch = with_body(
        operation(
            format!("patch_{word}"),
            format!("Changes some fields of one {word} (RFC 7396)."),
            write,
            conditions.clone(),
            &written(&[("404", "`not-found`", None)]),
        ),
        "application/merge-patch+json",
        json!({ "type": "object" }),
    );
    let mut answers = vec![
        ("204", "There is no such entry, or not any more", None),
        ("409", REFUSED, None),
        ("412", "`precondition-failed`", None),
        ("504", "`timeout`: the change may have been made", None),
    ];
    if kind == Kind::Mandates {
        answers.push((
            "202",
            "It is closed, and goes when nothing in it is billed any more; see `Location`",
            Some(closing()),
        ));
    }
    let delete = operation(
        format!("delete_{word}"),
        format!("Deletes one {word}, with what follows."),
        write,
        conditions,
        &answers,
    );
    json!({ "get": get, "put": put, "patch": patch, "delete": delete })
}

/// The codes with which a change is refused.
const REFUSED: &str = "`value-taken`, `field-fixed`, `mandate-closing`, `not-a-member`, `billing-open`, `still-billed`, \
     `follows-billing`, `plan-billed`, `entry-in-use` or `change-pending`";

fn closing_operation() -> Value {
    operation(
        "get_mandate_closing".to_owned(),
        "Shows what the deletion of a mandate waits for.".to_owned(),
        Scope::DirectoryRead,
        json!([parameter("path", "id", "The mandate")]),
        &[
            ("200", "It is under way", Some(closing())),
            ("404", "`not-found`: the mandate is not being deleted, or is gone", None),
        ],
    )
}

fn erase_operation() -> Value {
    operation(
        "post_user_erase".to_owned(),
        "Ends all that a person has, and takes the person out of every table. The same again goes on.".to_owned(),
        Scope::DirectoryWrite,
        json!([parameter("path", "id", "The user")]),
        &[
            ("200", "The receipt; or that it was done before", Some(json!({ "type": "object" }))),
            (
                "202",
                "Begun: how many `changes` wait for billing, and how many `events` are to be sent before",
                Some(json!({ "type": "object" })),
            ),
            ("404", "`not-found`: nothing is on file about this id", None),
            ("409", "`change-pending`", None),
            ("504", "`timeout`: it may have been done", None),
        ],
    )
}

fn closing() -> Value {
    json!({ "$ref": "#/components/schemas/Closing" })
}

fn parameter(place: &str, name: &str, description: &str) -> Value {
    json!({
        "in": place, "name": name, "description": description, "required": place == "path",
        "schema": { "type": "string" }
    })
}

fn with_body(mut operation: Value, media_type: &str, schema: Value) -> Value {
    if let Some(members) = operation.as_object_mut() {
        let body = json!({ "required": true, "content": { media_type: { "schema": schema } } });
        members.insert("requestBody".to_owned(), body);
    }
    operation
}
