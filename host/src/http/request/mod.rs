//! What a request says, checked before anything is asked: body, query, path, idempotency key and language.

mod canonical;
mod fault;
mod fields;
mod idempotency_key;
mod json_body;
mod language;
mod path_id;
mod query;
mod raw_body;
mod strict_json;

pub use self::{
    canonical::canonical,
    fault::{FaultKind, FieldFault, Place},
    fields::{Fields, FromFields},
    idempotency_key::{IdempotencyKey, parse_key},
    json_body::{BODY_LIMIT, JsonBody, JsonDocument, parse_body},
    language::Language,
    path_id::PathId,
    query::{Query, parse_query},
    strict_json::{JsonFault, parse_json},
};
pub(in crate::http) use self::{fields::check_id, raw_body::read_body};
