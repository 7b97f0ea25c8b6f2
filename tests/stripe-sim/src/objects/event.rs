//! Events, as the list and the webhooks carry them.

use serde_json::{Value, json};

use crate::model::Event;

pub(crate) fn event(event: &Event) -> Value {
    let mut data = json!({ "object": event.object });
    if let (Some(previous), Some(data)) = (&event.previous, data.as_object_mut()) {
        data.insert("previous_attributes".to_owned(), previous.clone());
    }
    json!({
        "id": event.id,
        "object": "event",
        "api_version": event.api_version,
        "created": event.created,
        "data": data,
        "livemode": false,
        "pending_webhooks": event.pending_webhooks,
        "request": { "id": event.origin.request_id, "idempotency_key": event.origin.idempotency_key },
        "type": event.kind,
    })
}
