//! The endpoints for services: what they read, what they answer, what they do. Who may is tested for all of the machine API
//! at once (`directory/scopes.rs`).

use reqwest::Method;
use serde_json::{Value, json};

use super::receiver::{Receiver, verified};
use crate::{
    directory::service::{Machine, with_services},
    done_right::on_both_engines,
    engines::TestDatabase,
    host::{Host, Setup},
    scene::eventually,
    world::{ADMIN, FREE, MEMBER},
};

on_both_engines!(
    endpoints_are_managed,
    bad_input_is_told_by_its_place,
    events_are_read_to_catch_up,
    deliveries_and_attempts_are_shown,
    what_a_service_writes_is_told,
    roles_that_change_and_mandates_that_go_are_told,
);

/// When the events of these tests happen.
const AT: i64 = 1_795_000_000_000;

/// A host and a service that asks it.
struct Admin<'a> {
    database: &'a TestDatabase,
    machine: Machine,
    host: Host,
}

impl<'a> Admin<'a> {
    async fn on(database: &'a TestDatabase, private: &str) -> Self {
        let setup = with_services(Setup::new(&database.url))
            .with("TURNPIKE_EVENTS_PRIVATE_TARGETS", private)
            .with("TURNPIKE_EVENTS_TICK", "50ms")
            .with_world();
        let host = setup.serve();
        Self { database, machine: Machine::new(&host.url), host }
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        self.ask(Method::GET, path, None).await
    }

    async fn send(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        self.ask(method, path, Some(&body)).await
    }

    async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> (u16, Value) {
        let reply = self.machine.send(method, path, &[], body).await;
        (reply.status, serde_json::from_str(&reply.text).unwrap_or_default())
    }

    /// An event of this id, as if the store had written it.
    async fn happens(&self, id: &str, mandate: &str) {
        self.database
            .execute(&format!(
                "INSERT INTO events (id, kind, at, mandate_id, data) \
                 VALUES ('{id}', 'instance.activated', {AT}, '{mandate}', '{{\"instanceId\":\"i-{id}\"}}')"
            ))
            .await;
    }

    /// Waits until so many events have places.
    async fn placed(&self, count: i64) {
        eventually("events have places", || async {
            self.database.number("SELECT count(*) FROM events WHERE place IS NOT NULL").await >= count
        })
        .await;
    }

    /// An endpoint at this address: its id and secret.
    async fn endpoint(&self, url: &str) -> (String, String) {
        let (status, added) = self.send(Method::POST, "event-endpoints", json!({ "url": url })).await;
        assert_eq!(status, 201, "{added}");
        (added["id"].as_str().unwrap().to_owned(), added["secret"].as_str().unwrap().to_owned())
    }
}

async fn endpoints_are_managed(database: &TestDatabase) {
    let admin = Admin::on(database, "on").await;
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
        "description": "the mirror", "state": "enabled", "createdAt": added["createdAt"]
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
    assert_eq!(status, 201);
    assert!(rotated["othersExpireAt"].as_str().unwrap() > added["createdAt"].as_str().unwrap(), "{rotated}");
    assert_ne!(rotated["secret"], added["secret"]);
    assert_eq!(database.number("SELECT count(*) FROM event_secrets").await, 2);

    for _ in 0..2 {
        assert_eq!(admin.ask(Method::DELETE, &path, None).await.0, 204);
    }
    for (method, path, body) in [
        (Method::PATCH, path.clone(), json!({})),
        (Method::POST, format!("{path}/secrets"), json!({})),
        (Method::POST, format!("{path}/resend"), json!({"after": 0})),
    ] {
        assert_eq!(admin.send(method, &path, body).await.0, 404, "{path}");
    }
    let actions =
        database.lines("SELECT action || ' ' || actor FROM audit WHERE actor LIKE 'service:%' ORDER BY seq").await;
    let expected = [
        "add event endpoint service:sync",
        "amend event endpoint service:sync",
        "amend event endpoint service:sync",
        "amend event endpoint service:sync",
        "rotate event secret service:sync",
        "remove event endpoint service:sync",
    ];
    assert_eq!(actions, expected, "what changed nothing is not on record");
    let audit = database
        .lines(
            "SELECT detail || coalesce(before_state, '') || coalesce(after_state, '') FROM audit \
         WHERE actor LIKE 'service:%'",
        )
        .await
        .join(" ");
    assert!(!audit.contains("whsec_") && !audit.contains("example/events"), "{audit}");
}

async fn bad_input_is_told_by_its_place(database: &TestDatabase) {
    let admin = Admin::on(database, "off").await;
    let (id, _) = admin.endpoint("https://product.example/").await;
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
        let (status, answer) = admin.send(method.clone(), &path.replace("t1", &id), body.clone()).await;
        assert_eq!((status, &answer["code"]), (422, &json!("invalid-field")), "{method} {path} {body}: {answer}");
    }
    for path in ["events?after=x", "events?limit=0", "events?limit=501", "events?type=none", "event-endpoints?limit=a"]
    {
        assert_eq!(admin.get(path).await.0, 422, "{path}");
    }
    assert_eq!(database.number("SELECT count(*) FROM event_endpoints").await, 1);
    assert_eq!(database.number("SELECT count(*) FROM audit WHERE actor = 'service:sync'").await, 1);
}

async fn events_are_read_to_catch_up(database: &TestDatabase) {
    let admin = Admin::on(database, "on").await;
    assert_eq!(admin.get("events").await, (200, json!({"items": [], "next": "0", "more": false})));
    for n in 1..=5 {
        admin.happens(&format!("e{n}"), if n % 2 == 0 { "m-2" } else { "m-1" }).await;
    }
    admin.placed(5).await;
    let (status, page) = admin.get("events?limit=2").await;
    let first = json!({
        "id": "e1", "type": "instance.activated", "timestamp": "2026-11-18T11:06:40.000Z", "sequence": 1,
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

    database.execute("UPDATE event_progress SET forgotten = 3; DELETE FROM events WHERE place <= 3").await;
    let (status, gone) = admin.get("events?after=2").await;
    assert_eq!((status, &gone["code"]), (410, &json!("events-gone")), "some are missing");
    let (_, page) = admin.get("events?after=3").await;
    assert_eq!(ids(&page), ["e4", "e5"]);
    assert_eq!(ids(&admin.get("events").await.1), ["e4", "e5"], "whoever begins takes what there is");
}

async fn deliveries_and_attempts_are_shown(database: &TestDatabase) {
    let admin = Admin::on(database, "on").await;
    let receiver = Receiver::start().await;
    let (id, secret) = admin.endpoint(&receiver.url).await;
    let path = |rest: &str| format!("event-endpoints/{id}/{rest}");
    receiver.answer(|received| Some((if received.id == "e2" { 500 } else { 200 }, None)));
    for event in ["e1", "e2", "e3"] {
        admin.happens(event, event).await;
    }
    eventually("all were tried", || async {
        admin.get(&path("attempts")).await.1["items"].as_array().unwrap().len() >= 3
    })
    .await;
    let (status, page) = admin.get(&path("deliveries?limit=2")).await;
    assert_eq!((status, &page["next"]), (200, &json!("2")));
    assert_eq!((&page["items"][0]["event"]["id"], &page["items"][0]["state"]), (&json!("e3"), &json!("delivered")));
    let waiting = &page["items"][1];
    assert_eq!((&waiting["state"], &waiting["attempts"]), (&json!("waiting"), &json!(1)));
    assert_eq!(waiting["lastError"], "the endpoint answered with status 500");
    assert!(waiting["nextAt"].is_string() && waiting["settledAt"].is_null(), "{waiting}");
    let (_, page) = admin.get(&path("deliveries?after=2")).await;
    assert_eq!((page["items"].as_array().unwrap().len(), &page["next"]), (1, &Value::Null));
    assert_eq!(admin.get(&path("deliveries?state=dead")).await.1["items"], json!([]));

    let (_, log) = admin.get(&path("attempts?limit=2")).await;
    assert_eq!(log["items"].as_array().unwrap().len(), 2);
    let (_, rest) = admin.get(&path(&format!("attempts?after={}", log["next"].as_str().unwrap()))).await;
    assert_eq!((rest["items"].as_array().unwrap().len(), &rest["next"]), (1, &Value::Null));
    for full in [
        path("deliveries?state=waiting&limit=1"),
        path("attempts?eventId=e1&limit=1"),
        "event-endpoints?limit=1".into(),
    ] {
        let (_, page) = admin.get(&full).await;
        let told = (page["items"].as_array().unwrap().len(), &page["next"]);
        assert_eq!(told, (1, &Value::Null), "{full}: a full page that nothing follows is the last one");
    }
    let (_, log) = admin.get(&path("attempts?eventId=e2")).await;
    let attempt = &log["items"][0];
    assert_eq!((&attempt["eventId"], &attempt["status"]), (&json!("e2"), &json!(500)));
    assert_eq!(attempt["error"], "the endpoint answered with status 500");
    for rest in ["/deliveries", "/attempts", ""] {
        assert_eq!(admin.get(&format!("event-endpoints/none{rest}")).await.0, 404, "{rest}");
    }
    let resend = async |body: Value| admin.send(Method::POST, &path("resend"), body).await;
    assert_eq!(resend(json!({"state": "dead"})).await, (200, json!({"events": 0})));
    receiver.answer_all(200);
    assert_eq!(resend(json!({"eventId": "e1"})).await, (200, json!({"events": 1})));
    // At once, not when its pause is over.
    assert_eq!(resend(json!({"eventId": "e2"})).await, (200, json!({"events": 1})));
    eventually("they came again", || async { receiver.ids().len() >= 5 }).await;
    let received = receiver.received();
    assert_eq!(verified(&secret, &received), vec![true; received.len()]);
}

/// What a service does to subscriptions and accesses is told like what people do.
async fn what_a_service_writes_is_told(database: &TestDatabase) {
    let admin = Admin::on(database, "on").await;
    let api = crate::api::Api::new(&admin.host.url);
    let instance = api.activate(ADMIN, FREE, "f0").await.json()["instanceId"].as_str().unwrap().to_owned();
    let access =
        json!({"id": "a-shared", "userId": MEMBER, "featureInstanceId": instance, "enabled": true, "roleIds": []});
    assert_eq!(admin.send(Method::PUT, "accesses/a-shared", access).await.0, 201);
    assert_eq!(admin.send(Method::PATCH, "accesses/a-shared", json!({"enabled": false})).await.0, 200);
    assert_eq!(admin.send(Method::PATCH, "accesses/a-shared", json!({"enabled": false})).await.0, 200);
    assert_eq!(admin.send(Method::PATCH, "accesses/a-shared", json!({"enabled": true})).await.0, 200);
    assert_eq!(admin.ask(Method::DELETE, "accesses/a-shared", None).await.0, 204);
    let path = format!("subscriptions/s-{FREE}");
    assert_eq!(admin.send(Method::PATCH, &path, json!({"trialEndsAt": "2027-01-01T00:00:00Z"})).await.0, 200);
    let membership = format!("memberships/um-{ADMIN}-{FREE}");
    assert_eq!(admin.send(Method::PATCH, &membership, json!({"enabled": false})).await.0, 200);
    admin.placed(9).await;
    let (_, page) = admin.get("events").await;
    let told: Vec<String> = page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| {
            let who = event["data"]["userId"].as_str().unwrap_or("-");
            format!("{} {who}", event["type"].as_str().unwrap())
        })
        .collect();
    let expected = [
        "instance.activated -",
        &format!("access.granted {ADMIN}"),
        &format!("access.granted {MEMBER}"),
        &format!("access.revoked {MEMBER}"),
        &format!("access.granted {MEMBER}"),
        &format!("access.revoked {MEMBER}"),
        "subscription.changed -",
        &format!("access.revoked {ADMIN}"),
        "instance.ended -",
    ];
    assert_eq!(told, expected);
    assert_eq!(page["items"][6]["data"]["trialEndsAt"], "2027-01-01T00:00:00.000Z");
}

/// Who has a role of another name, or not any more, and what becomes of subscriptions of a mandate that goes.
async fn roles_that_change_and_mandates_that_go_are_told(database: &TestDatabase) {
    let admin = Admin::on(database, "on").await;
    let api = crate::api::Api::new(&admin.host.url);
    let instance = api.activate(ADMIN, FREE, "f0").await.json()["instanceId"].as_str().unwrap().to_owned();
    let roles = admin.get("roles?limit=500").await.1;
    let role_of = |label: &str| {
        let roles = roles["items"].as_array().unwrap().iter();
        let mut found = roles.filter(|role| role["featureInstanceId"] == *instance && role["roleLabel"] == label);
        found.next().unwrap()["id"].as_str().unwrap().to_owned()
    };
    let (viewer, user) = (role_of("f0-viewer"), role_of("f0-user"));
    let access = json!({"userId": MEMBER, "featureInstanceId": instance, "roleIds": [viewer, user]});
    assert_eq!(admin.send(Method::PUT, "accesses/a-shared", access).await.0, 201);
    let off = json!({"userId": "u-a0", "featureInstanceId": instance, "roleIds": [viewer], "enabled": false});
    assert_eq!(admin.send(Method::PUT, "accesses/a-off", off).await.0, 201);
    let path = format!("roles/{viewer}");
    assert_eq!(admin.send(Method::PATCH, &path, json!({"roleLabel": "reader"})).await.0, 200);
    assert_eq!(admin.ask(Method::DELETE, &path, None).await.0, 204);
    // Whoever has none any more is told so, too.
    assert_eq!(admin.ask(Method::DELETE, &format!("roles/{}", role_of("f0-admin")), None).await.0, 204);
    assert_eq!(admin.ask(Method::DELETE, &format!("mandates/{FREE}"), None).await.0, 204);
    admin.placed(11).await;
    let (_, page) = admin.get("events").await;
    let told: Vec<String> = page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| {
            let data = &event["data"];
            let who = data["userId"].as_str().unwrap_or("-");
            format!("{} {who} {}{}", event["type"].as_str().unwrap(), data["roles"], data["status"])
        })
        .collect();
    let expected = [
        "instance.activated - nullnull".to_owned(),
        format!("access.granted {ADMIN} [\"f0-admin\"]null"),
        format!("access.granted {MEMBER} [\"f0-viewer\",\"f0-user\"]null"),
        "access.revoked u-a0 [\"f0-viewer\"]null".to_owned(),
        format!("access.granted {MEMBER} [\"reader\",\"f0-user\"]null"),
        format!("access.granted {MEMBER} [\"f0-user\"]null"),
        format!("access.granted {ADMIN} []null"),
        format!("access.revoked {ADMIN} []null"),
        format!("access.revoked {MEMBER} [\"f0-user\"]null"),
        "instance.ended - nullnull".to_owned(),
        "subscription.changed - nullnull".to_owned(),
    ];
    assert_eq!(told, expected);
}
