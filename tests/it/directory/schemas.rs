//! The entries' schemas in the OpenAPI document name the very fields that an entry has.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use turnpike::{
    directory::{Entry, Kind},
    http::document,
};

/// What must be there, so that all else is written with its default.
fn least(kind: Kind) -> Value {
    match kind {
        Kind::Users => json!({"username": "n"}),
        Kind::Mandates => json!({"name": "n"}),
        Kind::Roles | Kind::Features => json!({}),
        Kind::Plans => json!({"price": {"minor": 5, "currency": "EUR"}}),
        Kind::Memberships => json!({"userId": "u", "mandateId": "m"}),
        Kind::Subscriptions => json!({"mandateId": "m", "planKey": "p", "status": "ACTIVE"}),
        Kind::Accesses => json!({"userId": "u", "featureInstanceId": "i"}),
    }
}

#[test]
fn they_name_the_fields_that_entries_have() {
    let document = serde_json::to_value(document()).unwrap();
    for kind in Kind::ALL {
        let word = kind.word();
        let name = format!("{}{}Entry", word[..1].to_uppercase(), &word[1..]);
        let schema = &document["components"]["schemas"][&name];
        let entry: Value =
            serde_json::from_str(&Entry::named(kind, "x", least(kind)).unwrap().text().unwrap()).unwrap();
        let mut fields: BTreeSet<&str> = entry.as_object().unwrap().keys().map(String::as_str).collect();
        // Told only where they say something.
        fields.extend(match kind {
            Kind::Users => &["externalId", "enabled"][..],
            Kind::Roles => &["externalId"],
            _ => &[],
        });
        if kind == Kind::Plans {
            fields.insert("pricePerFeatureInstanceCHF");
        }
        let described: BTreeSet<&str> = schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(described, fields, "{name}");
        let required: BTreeSet<&str> =
            schema["required"].as_array().into_iter().flatten().map(|name| name.as_str().unwrap()).collect();
        let needed = least(kind);
        let needed: BTreeSet<&str> =
            needed.as_object().unwrap().keys().map(String::as_str).filter(|name| *name != "price").collect();
        assert_eq!(required, needed, "{name}");
    }
}
