//! The OpenAPI document and the table of routes name the same endpoints.

use std::collections::BTreeSet;

use serde_json::json;
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

/// Whoever asks shows a token or the cookie; with the cookie a write carries the mark that no foreign page can send.
#[test]
fn a_cookie_does_instead_of_a_token() {
    let document = serde_json::to_value(document()).expect("JSON");
    assert_eq!(document["components"]["securitySchemes"]["cookie"]["in"], "cookie");
    assert_eq!(document["components"]["securitySchemes"]["mark"]["name"], "X-Turnpike");
    let mut seen = 0;
    let of_people =
        |path: &str| !path.starts_with("/api/admin/") && !path.starts_with("/scim/v2/") && path != "/api/entitlements";
    for (path, item) in document["paths"].as_object().expect("paths").iter().filter(|(path, _)| of_people(path)) {
        for (method, operation) in item.as_object().expect("an item") {
            let Some(ways) = operation.get("security") else { continue };
            let beside = if method != "get" { json!({"cookie": [], "mark": []}) } else { json!({"cookie": []}) };
            assert_eq!(*ways, json!([{"token": []}, beside]), "{method} {path}");
            seen += 1;
        }
    }
    assert!(seen > 10, "{seen}");
}

/// What a service needs is what its route asks for, and no cookie does instead.
#[test]
fn the_machine_api_names_the_scope_of_each_route() {
    let document = serde_json::to_value(document()).expect("JSON");
    assert_eq!(document["components"]["securitySchemes"]["service"]["scheme"], "bearer");
    for route in routes() {
        let operation = &document["paths"][route.path][route.method];
        match route.needs {
            Some(scope) => assert_eq!(operation["security"], json!([{"service": [scope.as_str()]}]), "{}", route.path),
            None => assert!(!operation["security"].to_string().contains("service"), "{}", route.path),
        }
    }
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
