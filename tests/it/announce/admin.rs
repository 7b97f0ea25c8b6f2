//! The endpoints for services: who may, what they read, what they answer.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use axum::http::HeaderMap;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use turnpike::{
    adapters::{
        courier::{HttpCourier, resolver::SystemLookup},
        system::{SystemSecrets, Uuids},
    },
    announce::Endpoints,
    http::{
        admin::{
            events::{EventsState, router},
            service::{Service, ServiceTokens, Services},
        },
        authentication::AuthenticationError,
    },
};

use super::stage::Stage;
use crate::{done_right::on_both_engines, engines::TestDatabase, http::steered_clock::START};

on_both_engines!(
    a_token_is_good_for_its_scopes_only,
    endpoints_are_managed,
    bad_input_is_told_by_its_place,
    events_are_read_to_catch_up,
    deliveries_and_attempts_are_shown,
);

/// Takes the scopes from the token itself: how tokens are judged is another's business.
struct Spelled;

#[async_trait]
impl ServiceTokens for Spelled {
    async fn authenticate(&self, headers: &HeaderMap) -> Result<Service, AuthenticationError> {
        let token = headers.get("authorization").ok_or(AuthenticationError::NoToken)?;
        let scopes = token.to_str().expect("text").trim_start_matches("Bearer ").split(',');
        Ok(Service { name: "product".to_owned(), scopes: scopes.map(str::to_owned).collect() })
    }
}

/// The endpoints on a port of their own.
struct Admin<'a> {
    stage: Stage<'a>,
    url: String,
    http: Client,
}

impl<'a> Admin<'a> {
    async fn on(database: &'a TestDatabase, services: Services, allow_private: bool) -> Self {
        let stage = Stage::on(database).await;
        let courier = HttpCourier::new(Duration::from_secs(1), allow_private, Arc::new(SystemLookup));
        let endpoints = Endpoints::new(
            Arc::new(stage.store.clone()),
            Arc::new(courier.expect("a courier")),
            stage.clock.clone(),
            Arc::new(Uuids),
            Arc::new(SystemSecrets),
        );
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let router = router(EventsState { endpoints, services });
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { stage, url, http: Client::new() }
    }

    async fn spelled(database: &'a TestDatabase) -> Self {
        Self::on(database, Services(Some(Arc::new(Spelled))), true).await
    }

    async fn ask(&self, method: Method, path: &str, token: Option<&str>, body: Option<Value>) -> (u16, Value) {
        let mut request = self.http.request(method, format!("{}/api/admin/{path}", self.url));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.expect("an answer");
        let status = answer.status().as_u16();
        let text = answer.text().await.expect("a body");
        (status, serde_json::from_str(&text).unwrap_or_default())
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        self.ask(Method::GET, path, Some("events:read"), None).await
    }

    async fn send(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        self.ask(method, path, Some("events:write"), Some(body)).await
    }
}

/// Every endpoint: method, path, the scope that it needs.
const ENDPOINTS: [(&str, &str, &str); 10] = [
    ("GET", "events", "events:read"),
    ("GET", "event-endpoints", "events:read"),
    ("POST", "event-endpoints", "events:write"),
    ("GET", "event-endpoints/t1", "events:read"),
    ("PATCH", "event-endpoints/t1", "events:write"),
    ("DELETE", "event-endpoints/t1", "events:write"),
    ("POST", "event-endpoints/t1/secrets", "events:write"),
    ("GET", "event-endpoints/t1/deliveries", "events:read"),
    ("GET", "event-endpoints/t1/attempts", "events:read"),
    ("POST", "event-endpoints/t1/resend", "events:write"),
];

async fn a_token_is_good_for_its_scopes_only(database: &TestDatabase) {
    let admin = Admin::spelled(database).await;
    for (method, path, scope) in ENDPOINTS {
        let method: Method = method.parse().expect("a method");
        let body = (method != Method::GET && method != Method::DELETE).then(|| json!({}));
        assert_eq!(admin.ask(method.clone(), path, None, body.clone()).await.0, 401, "{method} {path}");
        let other = if scope == "events:read" { "events:write" } else { "events:read" };
        for token in [other, "catalog:write,scim", "events:", "events:readwrite"] {
            let (status, _) = admin.ask(method.clone(), path, Some(token), body.clone()).await;
            assert_eq!(status, 403, "{method} {path} {token}");
        }
        let token = format!("scim,{scope}");
        let (status, _) = admin.ask(method.clone(), path, Some(&token), body).await;
        assert!([200, 204, 404, 422].contains(&status), "{method} {path}: {status}");
    }
    // Where nobody judges the tokens of services there is nothing.
    let shut = Admin::on(&database.another().await, Services(None), true).await.url.clone();
    for (method, path, scope) in ENDPOINTS {
        let method: Method = method.parse().expect("a method");
        let answer = Client::new().request(method, format!("{shut}/api/admin/{path}")).bearer_auth(scope).send().await;
        assert_eq!(answer.expect("an answer").status().as_u16(), 404, "{path}");
    }
}

async fn endpoints_are_managed(database: &TestDatabase) {
    let admin = Admin::spelled(database).await;
    let wish = json!({
        "url": "https://product.example/events", "kinds": ["instance.ended", "access.granted", "instance.ended"],
        "description": "the mirror"
    });
    let (status, added) = admin.send(Method::POST, "event-endpoints", wish).await;
    assert_eq!(status, 201);
    let id = added["id"].as_str().unwrap().to_owned();
    let secret = added["secret"].as_str().unwrap();
    assert!(secret.starts_with("whsec_") && secret.len() == 50, "32 bytes in base64");
    let mut shown = added.clone();
    shown.as_object_mut().unwrap().remove("secret");
    let expected = json!({
        "id": id, "url": "https://product.example/events", "kinds": ["instance.ended", "access.granted"],
        "description": "the mirror", "state": "enabled", "createdAt": "2027-01-15T08:00:00.000Z"
    });
    assert_eq!(shown, expected);
    let path = format!("event-endpoints/{id}");
    assert_eq!(admin.get(&path).await, (200, expected.clone()), "the secret is not shown again");
    assert_eq!(admin.get("event-endpoints").await, (200, json!({"items": [expected], "next": null})));

    let (status, amended) = admin.send(Method::PATCH, &path, json!({"kinds": null, "description": null})).await;
    assert_eq!((status, &amended["kinds"], &amended["description"]), (200, &json!([]), &Value::Null));
    let (_, amended) = admin.send(Method::PATCH, &path, json!({"state": "disabled"})).await;
    assert_eq!((&amended["state"], &amended["url"]), (&json!("disabled"), &json!("https://product.example/events")));
    let (_, amended) = admin.send(Method::PATCH, &path, json!({"state": "enabled", "url": "https://b.example/"})).await;
    assert_eq!((&amended["state"], &amended["url"]), (&json!("enabled"), &json!("https://b.example/")));

    let (status, rotated) = admin.send(Method::POST, &format!("{path}/secrets"), json!({"overlapSeconds": 60})).await;
    assert_eq!((status, &rotated["othersExpireAt"]), (201, &json!("2027-01-15T08:01:00.000Z")));
    assert_ne!(rotated["secret"], added["secret"]);
    assert_eq!(database.number("SELECT count(*) FROM event_secrets").await, 2);

    for _ in 0..2 {
        let (status, _) = admin.ask(Method::DELETE, &path, Some("events:write"), None).await;
        assert_eq!(status, 204);
    }
    for (method, path, body) in [
        (Method::PATCH, path.clone(), json!({})),
        (Method::POST, format!("{path}/secrets"), json!({})),
        (Method::POST, format!("{path}/resend"), json!({"after": 0})),
    ] {
        assert_eq!(admin.send(method, &path, body).await.0, 404, "{path}");
    }
    let actions = database.lines("SELECT action || ' ' || actor FROM audit ORDER BY seq").await;
    let expected = [
        "add event endpoint product",
        "amend event endpoint product",
        "amend event endpoint product",
        "amend event endpoint product",
        "rotate event secret product",
        "remove event endpoint product",
    ];
    assert_eq!(actions, expected, "what changed nothing is not on record");
    let audit = database.lines("SELECT detail FROM audit").await.join(" ");
    assert!(!audit.contains("whsec_") && !audit.contains("example"), "{audit}");
}

async fn bad_input_is_told_by_its_place(database: &TestDatabase) {
    let admin = Admin::on(database, Services(Some(Arc::new(Spelled))), false).await;
    admin.stage.endpoint("t1", "https://example.com/", 1).await;
    for (method, path, body) in [
        ("POST", "event-endpoints", json!({})),
        ("POST", "event-endpoints", json!({"url": 1})),
        ("POST", "event-endpoints", json!({"url": "http://product.example/"})),
        ("POST", "event-endpoints", json!({"url": "https://127.0.0.1/"})),
        ("POST", "event-endpoints", json!({"url": "https://localhost/"})),
        ("POST", "event-endpoints", json!({"url": format!("https://product.example/{}", "x".repeat(2000))})),
        ("POST", "event-endpoints", json!({"url": "https://product.example/", "kinds": ["instance.unknown"]})),
        ("POST", "event-endpoints", json!({"url": "https://product.example/", "kinds": "instance.ended"})),
        ("POST", "event-endpoints", json!({"url": "https://product.example/", "kind": []})),
        ("PATCH", "event-endpoints/t1", json!({"url": null})),
        ("PATCH", "event-endpoints/t1", json!({"url": "https://10.0.0.1/"})),
        ("PATCH", "event-endpoints/t1", json!({"state": "gone"})),
        ("PATCH", "event-endpoints/t1", json!({"state": null})),
        ("POST", "event-endpoints/t1/secrets", json!({"overlapSeconds": -1})),
        ("POST", "event-endpoints/t1/secrets", json!({"overlapSeconds": 604_801})),
        ("POST", "event-endpoints/t1/secrets", json!({"overlapSeconds": 1.5})),
        ("POST", "event-endpoints/t1/resend", json!({})),
        ("POST", "event-endpoints/t1/resend", json!({"eventId": "e1", "after": "0"})),
        ("POST", "event-endpoints/t1/resend", json!({"after": "0", "state": "dead"})),
        ("POST", "event-endpoints/t1/resend", json!({"state": "waiting"})),
        ("POST", "event-endpoints/t1/resend", json!({"after": "x"})),
    ] {
        let method: Method = method.parse().expect("a method");
        assert_eq!(admin.send(method.clone(), path, body.clone()).await.0, 422, "{method} {path} {body}");
    }
    for path in ["events?after=x", "events?limit=0", "events?limit=501", "events?type=none", "event-endpoints?limit=a"]
    {
        assert_eq!(admin.get(path).await.0, 422, "{path}");
    }
    assert_eq!(database.number("SELECT count(*) FROM event_endpoints").await, 1);
    assert_eq!(database.number("SELECT count(*) FROM audit WHERE actor = 'product'").await, 0);
}

async fn events_are_read_to_catch_up(database: &TestDatabase) {
    let admin = Admin::spelled(database).await;
    assert_eq!(admin.get("events").await, (200, json!({"items": [], "next": "0", "more": false})));
    for n in 1..=5 {
        admin.stage.happens(&format!("e{n}"), if n % 2 == 0 { "m-2" } else { "m-1" }).await;
    }
    assert_eq!(admin.get("events").await.1["items"], json!([]), "they have no place yet");
    admin.stage.announcer.place().await.expect("places");
    let (status, page) = admin.get("events?limit=2").await;
    let first = json!({
        "id": "e1", "type": "instance.activated", "timestamp": "2027-01-15T08:00:00.000Z", "sequence": 1,
        "mandateId": "m-1", "data": {"instanceId": "i-e1"}
    });
    assert_eq!((status, &page["items"][0], &page["next"], &page["more"]), (200, &first, &json!("2"), &json!(true)));
    let ids = |page: &Value| -> Vec<String> {
        page["items"].as_array().unwrap().iter().map(|event| event["id"].as_str().unwrap().to_owned()).collect()
    };
    let (_, page) = admin.get("events?after=2").await;
    assert_eq!(
        (ids(&page), &page["next"], &page["more"]),
        (vec!["e3".into(), "e4".into(), "e5".into()], &json!("5"), &json!(false))
    );
    let (_, page) = admin.get("events?mandateId=m-2&type=instance.activated").await;
    assert_eq!((ids(&page), &page["next"]), (vec!["e2".into(), "e4".into()], &json!("5")), "it has seen up to there");
    let (_, page) = admin.get("events?after=5").await;
    assert_eq!((ids(&page), &page["next"]), (Vec::new(), &json!("5")));

    database.execute("UPDATE events SET at = 1 WHERE place <= 3").await;
    let store: &dyn turnpike::ports::store::event::EventStore = &admin.stage.store;
    store.forget_told(START * 1000, 0).await.expect("an answer");
    assert_eq!(admin.get("events?after=2").await.0, 410, "some are missing");
    let (_, page) = admin.get("events?after=3").await;
    assert_eq!(ids(&page), ["e4", "e5"]);
    assert_eq!(ids(&admin.get("events").await.1), ["e4", "e5"], "whoever begins takes what there is");
}

async fn deliveries_and_attempts_are_shown(database: &TestDatabase) {
    let admin = Admin::spelled(database).await;
    let receiver = super::receiver::Receiver::start().await;
    admin.stage.endpoint("t1", &receiver.url, 1).await;
    for id in ["e1", "e2", "e3"] {
        admin.stage.happens(id, id).await;
    }
    receiver.answer(|received| Some((if received.id == "e2" { 500 } else { 200 }, None)));
    admin.stage.tell().await;
    let (status, page) = admin.get("event-endpoints/t1/deliveries?limit=2").await;
    assert_eq!((status, &page["next"]), (200, &json!("2")));
    assert_eq!((&page["items"][0]["event"]["id"], &page["items"][0]["state"]), (&json!("e3"), &json!("delivered")));
    let waiting = &page["items"][1];
    assert_eq!((&waiting["state"], &waiting["attempts"]), (&json!("waiting"), &json!(1)));
    assert_eq!(waiting["lastError"], "the endpoint answered with status 500");
    assert!(waiting["nextAt"].is_string() && waiting["settledAt"].is_null(), "{waiting}");
    let (_, page) = admin.get("event-endpoints/t1/deliveries?after=2").await;
    assert_eq!((page["items"].as_array().unwrap().len(), &page["next"]), (1, &Value::Null));
    let (_, page) = admin.get("event-endpoints/t1/deliveries?state=dead").await;
    assert_eq!(page["items"], json!([]));

    let (_, log) = admin.get("event-endpoints/t1/attempts?limit=2").await;
    assert_eq!(log["items"].as_array().unwrap().len(), 2);
    let (_, rest) = admin.get(&format!("event-endpoints/t1/attempts?after={}", log["next"].as_str().unwrap())).await;
    assert_eq!((rest["items"].as_array().unwrap().len(), &rest["next"]), (1, &Value::Null));
    let (_, log) = admin.get("event-endpoints/t1/attempts?eventId=e2").await;
    let expected = json!([{
        "eventId": "e2", "at": "2027-01-15T08:00:00.000Z", "took": 0, "status": 500,
        "error": "the endpoint answered with status 500"
    }]);
    assert_eq!(log["items"], expected);
    for path in ["event-endpoints/t9/deliveries", "event-endpoints/t9/attempts", "event-endpoints/t9"] {
        assert_eq!(admin.get(path).await.0, 404, "{path}");
    }
    let resend = async |body: Value| admin.send(Method::POST, "event-endpoints/t1/resend", body).await;
    assert_eq!(resend(json!({"eventId": "e1"})).await, (200, json!({"events": 1})));
    assert_eq!(resend(json!({"state": "dead"})).await, (200, json!({"events": 0})));
    receiver.answer_all(200);
    assert_eq!(admin.stage.tell().await, 1, "the other one is not due yet");
    assert_eq!(resend(json!({"eventId": "e2"})).await, (200, json!({"events": 1})));
    assert_eq!(admin.stage.tell().await, 1);
}
