//! Stripe's list envelope.

use serde_json::{Value, json};

/// A whole list, as it is embedded in other objects.
pub(crate) fn list(url: &str, data: Vec<Value>) -> Value {
    json!({ "object": "list", "data": data, "has_more": false, "total_count": data.len(), "url": url })
}

/// One page of a list endpoint.
pub(crate) fn list_of(url: &str, data: Vec<Value>, has_more: bool) -> Value {
    json!({ "object": "list", "data": data, "has_more": has_more, "url": url })
}
