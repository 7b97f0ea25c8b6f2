//! The OpenAPI document and the table of routes name the same endpoints.

use std::collections::BTreeSet;

use turnpike::http::{document, routes};

#[test]
fn document_and_routes_agree() {
    let document = serde_json::to_value(document()).expect("JSON");
    let documented: BTreeSet<(String, String)> = document["paths"]
        .as_object()
        .expect("paths")
        .iter()
        .flat_map(|(path, item)| {
            item.as_object().expect("an item").keys().map(|method| (method.clone(), path.clone())).collect::<Vec<_>>()
        })
        .collect();
    let routed: BTreeSet<(String, String)> =
        routes().iter().map(|route| (route.method.to_owned(), route.path.to_owned())).collect();
    assert_eq!(documented, routed);
}

#[test]
fn every_reference_in_the_document_is_there() {
    let document = serde_json::to_value(document()).expect("JSON");
    let text = document.to_string();
    let names: BTreeSet<&str> =
        text.split("#/components/schemas/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(names.contains("ProblemDocument"), "{names:?}");
    for name in names {
        assert!(document["components"]["schemas"].get(name).is_some(), "{name}");
    }
}
