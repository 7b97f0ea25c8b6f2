//! What is found, and how much of it is told.

use serde_json::{Value, json};

use super::{Provider, shown};
use crate::{directory::with_services, done_right::on_both_engines, engines::TestDatabase, host::Setup};

on_both_engines!(filters_find_what_they_say, pages_and_attributes_are_kept_to);

async fn filters_find_what_they_say(database: &TestDatabase) {
    let host = with_services(Setup::new(&database.url)).with_world().serve();
    let provider = Provider::new(&host.url);
    let body = json!({"userName": "Zoë \"Z\"", "externalId": "ext", "emails": [{"value": "Zoe@example.org"}]});
    assert_eq!(provider.post("Users", &body).await.status, 201);
    let found: [(&str, &str, &[&str]); 13] = [
        ("Users", "userName eq \"NAME-u-admin\"", &["u-admin"]),
        ("Users", "USERNAME EQ \"name-u-admin\"", &["u-admin"]),
        ("Users", "urn:ietf:params:scim:schemas:core:2.0:User:userName eq \"name-u-admin\"", &["u-admin"]),
        ("Users", "userName eq \"Zoë \\\"Z\\\"\"", &["ext"]),
        ("Users", "userName eq \"nobody\"", &[]),
        ("Users", "id eq \"u-admin\" and userName eq \"name-u-admin\"", &["u-admin"]),
        ("Users", "id eq \"u-admin\" and userName eq \"name-u-other\"", &[]),
        ("Users", "externalId eq \"ext\"", &["ext"]),
        ("Users", "emails.value eq \"zoe@EXAMPLE.org\"", &["ext"]),
        ("Users", "emails[type eq \"work\"].value eq \"zoe@example.org\" and active eq true", &["ext"]),
        ("Users", "userName eq \"' OR '1'='1\"", &[]),
        ("Groups", "id eq \"r-m-open-admin\" and members eq \"u-admin\"", &["r-m-open-admin"]),
        ("Groups", "members.value eq \"u-other\"", &["r-m-other-admin"]),
    ];
    for (endpoint, filter, ids) in found {
        assert_eq!(provider.found(endpoint, filter).await, ids, "{endpoint} {filter}");
    }
    let refused = [
        ("Users", "userName sw \"n\""),
        ("Users", "userName eq"),
        ("Users", "userName eq name"),
        ("Users", "eq \"x\""),
        ("Users", "not (userName eq \"x\")"),
        ("Users", "userName eq \"x\" or id eq \"y\""),
        ("Users", "title eq \"x\""),
        ("Users", "id eq 5"),
        ("Users", "id eq \"x\" and id eq \"y\""),
        ("Users", "emails[type eq \"work\""),
        ("Users", "a[b[c[d eq 1]]]"),
        ("Groups", "userName eq \"x\""),
        ("Users", ""),
    ];
    for (endpoint, filter) in refused {
        let query = reqwest::Url::parse_with_params("http://x/", &[("filter", filter)]).unwrap();
        let reply = provider.get(&format!("{endpoint}?{}", query.query().unwrap())).await;
        assert_eq!(shown(&reply), "400 invalidFilter", "{endpoint} {filter}");
    }
}

async fn pages_and_attributes_are_kept_to(database: &TestDatabase) {
    let host = with_services(Setup::new(&database.url)).with_world().serve();
    let provider = Provider::new(&host.url);
    // How many are told, from which one on, of 17.
    for (query, told, start) in [
        ("", 17, 1),
        ("?count=5", 5, 1),
        ("?startIndex=16&count=5", 2, 16),
        ("?startIndex=0", 17, 1),
        ("?count=0", 0, 1),
        ("?startIndex=99", 0, 99),
        ("?count=-3", 0, 1),
    ] {
        let page = provider.get(&format!("Users{query}")).await.json();
        let got = (&page["totalResults"], &page["itemsPerPage"], &page["startIndex"]);
        assert_eq!(got, (&json!(17), &json!(told), &json!(start)), "{query}");
        assert_eq!(page["Resources"].as_array().unwrap().len(), told, "{query}");
    }
    let group = "Groups/r-m-other-admin";
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let cases: [(&str, &[&str]); 4] = [
        ("?attributes=displayName", &["displayName", "id", "schemas"]),
        ("?excludedAttributes=members,meta", &["displayName", "id", "schemas"]),
        ("?attributes=members.value", &["id", "members", "schemas"]),
        ("?excludedAttributes=members", &["displayName", "id", "meta", "schemas"]),
    ];
    for (query, expected) in cases {
        let mut told = names(&provider.get(&format!("{group}{query}")).await.json());
        told.sort();
        assert_eq!(told, expected, "{query}");
    }
    let member = provider.get(&format!("{group}?attributes=members.value")).await.json()["members"][0].clone();
    assert_eq!(member, json!({"value": "u-other"}));
}
