//! What is refused, in SCIM's form, and changes nothing.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Provider, shown};
use crate::{directory::with_services, engines, host::Setup, tokens};

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_is_told_as_the_standard_has_it() {
    let database = engines::sqlite().await;
    let setup = with_services(Setup::new(&database.url)).with_world();
    let before = setup.export();
    let host = setup.serve();
    let provider = Provider::new(&host.url);
    let patch = |operations: Value| json!({ "Operations": operations });
    let (user, group) = ("Users/u-stranger", "Groups/r-m-open-admin");
    let cases = [
        (Method::GET, "Users/nobody", json!(null), "404"),
        (Method::GET, "Groups/r-none", json!(null), "404"),
        (Method::GET, "Nothing", json!(null), "404"),
        (Method::GET, "Schemas/none", json!(null), "404"),
        (Method::DELETE, "ServiceProviderConfig", json!(null), "405"),
        (Method::GET, "Users?count=many", json!(null), "400 invalidValue"),
        (Method::POST, "Users/.search", json!([]), "400 invalidValue"),
        (Method::POST, "Users/.search", json!({"count": "many"}), "400 invalidValue"),
        (Method::POST, "Users/.search", json!({"attributes": {"name": true}}), "400 invalidValue"),
        (Method::POST, "Groups/.search", json!({"filter": "displayName pr"}), "400 invalidFilter"),
        (Method::POST, "Users", json!([]), "400 invalidSyntax"),
        (Method::POST, "Users", json!({}), "400 invalidValue"),
        (Method::POST, "Users", json!({"userName": 5}), "400 invalidValue"),
        (Method::POST, "Users", json!({"userName": "n", "active": "perhaps"}), "400 invalidValue"),
        (Method::POST, "Users", json!({"userName": "n", "emails": "x"}), "400 invalidValue"),
        (Method::POST, "Users", json!({"userName": "n", "externalId": "x".repeat(201)}), "400 invalidValue"),
        (Method::POST, "Users", json!({"userName": "NAME-U-ADMIN"}), "409 uniqueness"),
        (Method::POST, "Users", json!({"userName": "n", "externalId": "u-admin"}), "409 uniqueness"),
        (Method::PUT, "Users/nobody", json!({"userName": "n"}), "404"),
        (Method::PUT, user, json!({"userName": "name-u-admin"}), "409 uniqueness"),
        (Method::PATCH, user, json!({}), "400 invalidSyntax"),
        (Method::PATCH, user, patch(json!([])), "400 invalidSyntax"),
        (Method::PATCH, user, patch(json!([{"op": "copy", "path": "active"}])), "400 invalidSyntax"),
        (Method::PATCH, user, patch(json!([{"op": "remove"}])), "400 noTarget"),
        (Method::PATCH, user, patch(json!([{"op": "add", "path": "shoeSize", "value": 5}])), "400 invalidPath"),
        (Method::PATCH, user, patch(json!([{"op": "add", "path": "emails[", "value": 5}])), "400 invalidPath"),
        (Method::PATCH, user, patch(json!([{"op": "add", "path": "id", "value": "x"}])), "400 mutability"),
        (Method::PATCH, user, patch(json!([{"op": "remove", "path": "userName"}])), "400 invalidValue"),
        (Method::PATCH, user, patch(json!([{"op": "add", "path": "active"}])), "400 invalidValue"),
        (Method::POST, "Groups", json!({"displayName": "Admins"}), "400 invalidValue"),
        (Method::POST, "Groups", json!({"displayName": "nothing/admin"}), "400 invalidValue"),
        (Method::POST, "Groups", json!({"displayName": "m-open/ADMIN"}), "409 uniqueness"),
        (
            Method::POST,
            "Groups",
            json!({"displayName": "m-open/x", "members": [{"value": "nobody"}]}),
            "400 invalidValue",
        ),
        (
            Method::POST,
            "Groups",
            json!({"displayName": "m-open/x", "members": [{"value": "g", "type": "Group"}]}),
            "400 invalidValue",
        ),
        (Method::PUT, group, json!({"displayName": "m-other/admin"}), "400 mutability"),
        (
            Method::PATCH,
            group,
            patch(json!([{"op": "add", "path": "members", "value": [{"value": "nobody"}]}])),
            "400 invalidValue",
        ),
        (
            Method::PATCH,
            group,
            patch(json!([{"op": "replace", "path": "members[value eq \"nobody\"]", "value": {"value": "x"}}])),
            "400 noTarget",
        ),
    ];
    for (method, path, body, expected) in cases {
        let body = (!body.is_null()).then_some(&body);
        let reply = provider.send(method.clone(), path, &[], body).await;
        assert_eq!(shown(&reply), expected, "{method} {path} {body:?}: {}", reply.text);
    }
    let stranger = Provider(provider.0.with_token(&tokens::of("u-admin")));
    assert_eq!(shown(&stranger.get("Users").await), "401");
    let config = provider.get("ServiceProviderConfig").await.json();
    let supported =
        ["patch", "filter", "etag", "bulk", "sort", "changePassword"].map(|name| config[name]["supported"] == true);
    assert_eq!(supported, [true, true, true, false, false, false]);
    drop(host);
    assert_eq!(setup.export(), before);
}
