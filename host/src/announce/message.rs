//! An event in the words of the wire: the body of a webhook, and an entry of the list to catch up with. Pure.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::ports::{clock::Millis, store::event::EventRecord};

/// A body has fewer bytes than this.
pub const MOST_BYTES: usize = 20_000;

/// What is left out of a body that would be too long: the one member of `data` without a bound of its own.
const UNBOUNDED: &str = "roles";

/// The event as a JSON object: `type`, `timestamp` and `data` as Standard Webhooks has them, beside them its id, its
/// place (`sequence`) and its mandate. Instants are ISO 8601 in UTC.
#[must_use]
pub fn message(event: &EventRecord) -> Value {
    let data = event.data.iter().map(|(name, value)| {
        let instant = value.as_i64().filter(|_| name.ends_with("At")).and_then(iso);
        (name.clone(), instant.map_or_else(|| value.clone(), Value::from))
    });
    json!({
        "id": event.id,
        "type": event.kind.as_str(),
        "timestamp": iso(event.at),
        "sequence": event.place,
        "mandateId": event.mandate_id,
        "data": data.collect::<serde_json::Map<_, _>>(),
    })
}

/// The body of a webhook. Role labels may be many: where they are too many, `truncated` stands for them.
#[must_use]
pub fn body(event: &EventRecord) -> String {
    let mut message = message(event);
    let text = message.to_string();
    if text.len() < MOST_BYTES {
        return text;
    }
    if let Some(data) = message.get_mut("data").and_then(Value::as_object_mut) {
        data.remove(UNBOUNDED);
        data.insert("truncated".to_owned(), Value::from(true));
    }
    message.to_string()
}

/// With milliseconds, such as `2026-11-22T17:00:00.000Z`.
fn iso(instant: Millis) -> Option<String> {
    Timestamp::from_millisecond(instant).ok().map(|instant| format!("{instant:.3}"))
}

#[cfg(test)]
mod tests {
    use serde_json::Map;

    use super::*;
    use crate::ports::store::event::EventKind;

    fn event(data: Value) -> EventRecord {
        EventRecord {
            id: "e1".into(),
            place: 7,
            kind: EventKind::SubscriptionChanged,
            at: 1_795_000_000_123,
            mandate_id: "m1".into(),
            data: data.as_object().cloned().unwrap_or_else(Map::new),
        }
    }

    #[test]
    fn instants_are_written_in_iso_8601() {
        let data = json!({"endsAt": 1_795_000_000_000_i64, "trialEndsAt": null, "status": "ACTIVE"});
        assert_eq!(
            message(&event(data)),
            json!({
                "id": "e1", "type": "subscription.changed", "timestamp": "2026-11-18T11:06:40.123Z", "sequence": 7,
                "mandateId": "m1",
                "data": {"endsAt": "2026-11-18T11:06:40.000Z", "trialEndsAt": null, "status": "ACTIVE"}
            })
        );
    }

    #[test]
    fn a_body_is_below_its_bound_whatever_the_roles_are() {
        // The longest ids there are, of the longest characters.
        let id = "\u{1f600}".repeat(200);
        let roles: Vec<String> = (0..400).map(|n| format!("{n}-{}", "x".repeat(100))).collect();
        let long = event(json!({
            "instanceId": id, "featureCode": id, "userId": id, "changeId": id, "byUserId": id, "roles": roles
        }));
        let long = EventRecord { mandate_id: id, ..long };
        assert!(message(&long).to_string().len() >= MOST_BYTES);
        let body: Value = serde_json::from_str(&body(&long)).unwrap();
        assert!(body.to_string().len() < MOST_BYTES);
        assert_eq!((body["data"]["truncated"].clone(), body["data"].get("roles")), (json!(true), None));
        let short = event(json!({"roles": ["a"]}));
        assert_eq!(super::body(&short), message(&short).to_string());
    }
}
