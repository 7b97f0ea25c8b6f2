//! People and mandates that are taken out for good: what is handed over before, what goes, what stays, and what is waited for.

mod handed_over;
mod mandate;
mod traces;
mod waiting;
mod whole;

use serde_json::{Value, json};

use crate::{
    announce::receiver::Receiver,
    directory::with_services,
    engines::TestDatabase,
    host::Setup,
    mailbox::Mailbox,
    scene::{Scene, eventually},
    world::{ADMIN, FREE, LAPSED, OPEN},
};

/// The one who is erased.
pub(super) const WHO: &str = "u-zyxq7";

/// What stands for that one: in the id and in the name of tokens, in the name on file, in the mail address.
pub(super) const TRACES: [&str; 3] = ["zyxq7", "quirina", "xylomail"];

/// Hosts whose mails and events somebody gets.
pub(super) fn settings(setup: Setup, mailbox: &Mailbox) -> Setup {
    with_services(setup)
        .with("TURNPIKE_SMTP_URL", &mailbox.url())
        .with("TURNPIKE_MAIL_FROM", "turnpike@example.com")
        .with("TURNPIKE_MAIL_DIGEST_WINDOW", "0s")
        .with("TURNPIKE_EVENTS_PRIVATE_TARGETS", "on")
        .with("TURNPIKE_EVENTS_TICK", "100ms")
        .with("TURNPIKE_METRICS_LISTEN", "127.0.0.1:0")
}

/// An endpoint that is told everything.
pub(super) async fn endpoint(database: &TestDatabase, receiver: &Receiver) {
    database
        .execute(&format!(
            "INSERT INTO event_endpoints (id, url, kinds, description, state, created_at) \
             VALUES ('t1', '{}', '[]', 'ask Quirina Xylo', 'enabled', 1); \
             INSERT INTO event_secrets (endpoint_id, secret, created_at) \
             VALUES ('t1', 'whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=', 1)",
            receiver.url
        ))
        .await;
}

/// Puts the person on file, as an admin of three mandates.
pub(super) fn on_file(setup: &Setup) {
    let membership = |mandate: &str| {
        json!({
            "id": format!("um-{WHO}-{mandate}"), "userId": WHO, "mandateId": mandate,
            "roleIds": [format!("r-{mandate}-admin")]
        })
    };
    setup.import(&json!({
        "format": "feature-store-fixture/1",
        "users": [{"id": WHO, "username": "Quirina Xylo", "email": "quirina@xylomail.example"}],
        "memberships": [membership(OPEN), membership(FREE), membership(LAPSED)],
        "notifications": [{
            "id": "n-about", "mandateId": OPEN, "subject": "Quirina Xylo was here", "headline": "quirina@xylomail.example",
            "bodyParagraphs": ["Dear \"Quirina Xylo\", quirina@xylomail.example", "Xylophones are loud."]
        }],
    }));
}

/// Does all there is to be done, in the name of the person and to the person.
pub(super) async fn lives(scene: &Scene, database: &TestDatabase) {
    let api = &scene.api;
    // The first visit, before anybody put the person on file: a home mandate.
    let homes = api.get(WHO, "/api/store/mandates").await;
    assert_eq!(homes.json().as_array().unwrap().len(), 1, "{}", homes.text);
    on_file(&scene.setup);

    let wish = |mandate: &str, feature: &str| json!({"featureCode": feature, "mandateId": mandate});
    let mut instances = Vec::new();
    for (key, mandate, feature) in
        [("zyxq7-key-1", OPEN, "f0"), ("zyxq7-key-2", OPEN, "f1"), ("zyxq7-key-3", FREE, "f2"), ("4", OPEN, "f3")]
    {
        let reply = api.post_keyed(WHO, "/api/store/activate", key, &wish(mandate, feature)).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        instances.push(reply.json()["instanceId"].as_str().unwrap().to_owned());
    }
    let accesses = |instance: &str| format!("/api/store/instances/{instance}/accesses");
    let share = json!({"mandateId": OPEN, "userId": "u-a1", "role": "f0-user"});
    let reply = api.post(WHO, &accesses(&instances[0]), &share).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let reply = api.activate(ADMIN, OPEN, "f4").await;
    let theirs = reply.json()["instanceId"].as_str().unwrap().to_owned();
    let reply =
        api.post(ADMIN, &accesses(&theirs), &json!({"mandateId": OPEN, "userId": WHO, "role": "f4-user"})).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    // An instance of several ends for all: who had access is remembered.
    let ended = json!({"featureCode": "f4", "mandateId": OPEN, "instanceId": theirs, "scope": "mandate"});
    assert_eq!(api.post(ADMIN, "/api/store/deactivate", &ended).await.status, 200);
    // The person ends one.
    assert_eq!(api.deactivate(WHO, OPEN, "f3", &instances[3]).await.status, 200);
    // One quote is used, one is not.
    for feature in ["f5", "f6"] {
        let quote = api
            .post(WHO, "/api/store/quote", &json!({"mandateId": OPEN, "activate": [feature], "deactivate": []}))
            .await;
        assert_eq!(quote.status, 200, "{}", quote.text);
        if feature == "f5" {
            let quoted = json!({"featureCode": feature, "mandateId": OPEN, "quoteId": quote.json()["id"]});
            assert_eq!(api.post(WHO, "/api/store/activate", &quoted).await.status, 200);
        }
    }
    // And is refused, as a member and as a stranger.
    assert_eq!(api.activate(WHO, LAPSED, "f0").await.status, 402);
    assert_eq!(api.activate(WHO, "m-other", "f0").await.status, 404);
    let paused =
        scene.setup.run(&["pause", "billing", "--reason", "Quirina Xylo (quirina@xylomail.example) asked for it"]);
    assert_eq!(paused.0, 0, "{paused:?}");
    assert_eq!(scene.setup.run(&["resume", "billing"]).0, 0);

    scene.settled(OPEN).await;
    eventually("everything was told and mailed, and the refusal is on record", || async {
        database.number("SELECT count(*) FROM event_deliveries WHERE state = 'waiting'").await == 0
            && database.number("SELECT count(*) FROM events WHERE place IS NULL").await == 0
            && database.number("SELECT count(*) FROM notices WHERE state = 'waiting'").await == 0
            && database.number("SELECT count(*) FROM decisions WHERE allowed = 0 AND who IS NOT NULL").await == 1
    })
    .await;
}

/// Runs an erasure: exit code, what it prints as JSON, and what it says.
pub(super) fn erase(setup: &Setup, arguments: &[&str]) -> (i32, Value, String) {
    let (code, output, errors) = setup.run(&[arguments, &["--yes", "--json"]].concat());
    (code, serde_json::from_str(&output).unwrap_or_default(), errors)
}
