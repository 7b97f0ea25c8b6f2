//! A person who did all there is to do is erased: nothing names them any more, and everything that is proof still proves.

use serde_json::{Value, json};

use super::{
    TRACES, WHO, endpoint, erase, lives, settings,
    traces::{found, nowhere},
};
use crate::{
    announce::receiver::Receiver,
    api::Api,
    directory::Machine,
    done_right::on_both_engines,
    engines::TestDatabase,
    history::all,
    mailbox::Mailbox,
    scene::Scene,
    world::{ADMIN, OPEN},
};

on_both_engines!(an_erased_person_is_named_nowhere);

/// What a text says about the person, in any case.
fn names(text: &str) -> Vec<&'static str> {
    let text = text.to_lowercase();
    TRACES.into_iter().filter(|trace| text.contains(trace)).collect()
}

/// The history of a mandate, without who did what: the newest first.
async fn history(scene: &Scene) -> Vec<Value> {
    let mut entries = all(scene, ADMIN, OPEN, 50).await;
    for entry in &mut entries {
        entry
            .as_object_mut()
            .unwrap()
            .retain(|name, _| !["by", "byUserId", "whose", "whoseUserId"].contains(&name.as_str()));
    }
    entries
}

async fn an_erased_person_is_named_nowhere(database: &TestDatabase) {
    let mailbox = Mailbox::start().await;
    let scene = Scene::with(database, |setup| settings(setup, &mailbox)).await;
    let receiver = Receiver::start().await;
    endpoint(database, &receiver).await;
    let machine = Machine::new(&scene.host.url);
    let metrics = Api::new(&format!("http://{}", scene.host.logged("metrics are served", "address")));
    lives(&scene, database).await;
    // A service did something to them, too.
    let path = format!("memberships/um-{WHO}-{OPEN}");
    assert_eq!(machine.patch(&path, &json!({"roleIds": []})).await.status, 200);
    assert_eq!(machine.patch(&path, &json!({"roleIds": [format!("r-{OPEN}-admin")]})).await.status, 200);

    // All of that is there before; else the search below would find nothing.
    let before = found(database, &TRACES).await;
    for place in [
        "users.id",
        "users.email",
        "memberships.user_id",
        "accesses.user_id",
        "changes.user_id",
        "changes.subject_id",
        "changes.key",
        "quotes.user_id",
        "instances.activated_by",
        "ended_instances.activated_by",
        "ended_instances.ended_by",
        "ended_instances.accesses",
        "events.data",
        "notices.subject",
        "notices.headline",
        "notices.body_paragraphs",
        "mandates.name",
        "mandates.home_of",
        "home_grants.user_id",
        "pseudonym_keys.user_id",
        "audit.subject",
        "audit.reason",
        "event_endpoints.description",
    ] {
        assert!(before.iter().any(|(known, _)| known == place), "{place} does not name the person: {before:?}");
    }
    let decisions = "SELECT id || facts || answer || coalesce(who, '-') FROM decisions ORDER BY seq";
    let decided = database.lines(decisions).await;
    let happened = history(&scene).await;
    let billed = scene.billed(OPEN);
    let logged = scene.host.log();
    let events_before = database.number("SELECT count(*) FROM events").await;

    let (code, receipt, told) = erase(&scene.setup, &["person", "erase", WHO, "--reason", "ticket 4711"]);
    assert_eq!(code, 0, "{told}");
    assert_eq!(names(&receipt.to_string()), [""; 0], "{receipt}");

    // The product heard of everything that ended, by the person's id.
    let revoked =
        receiver.received().iter().filter(|got| got.raw.contains("access.revoked") && got.raw.contains(WHO)).count();
    assert!(revoked >= 4, "{revoked}");
    // Two were nobody else's: the bill went down by them, and the one that is shared stays.
    scene.settled(OPEN).await;
    assert_eq!(scene.billed(OPEN), billed - 2);

    nowhere(database).await;
    let export = scene.setup.export().to_string();
    assert_eq!(names(&export), [""; 0]);
    let events = machine.get("events?limit=500").await;
    assert_eq!(events.status, 200, "{}", events.text);
    assert_eq!(names(&events.text), [""; 0]);
    let listed = events.json();
    let told = listed["items"].as_array().map_or(0, Vec::len);
    assert!(i64::try_from(told).unwrap() > events_before, "{}", events.text);
    assert_eq!(names(&metrics.get(ADMIN, "/metrics").await.text), [""; 0]);

    // The log: names and mail addresses never, ids only where it says `security`; since the erasure nothing.
    for line in logged.lines() {
        let told = names(line);
        assert!(!told.contains(&"quirina") && !told.contains(&"xylomail"), "{line}");
        assert!(told.is_empty() || line.contains("\"target\":\"security\""), "{line}");
    }
    assert!(!names(&logged).is_empty(), "the security log has ids");
    assert_eq!(names(scene.host.log().strip_prefix(&logged).unwrap()), [""; 0]);

    // What is proof still proves.
    let since = database.lines(decisions).await;
    assert_eq!(since[..decided.len()], decided, "no decision is another than it was");
    let (code, output, errors) = scene.setup.run(&["policy", "replay"]);
    assert_eq!(code, 0, "{output}{errors}");
    assert!(output.starts_with(&format!("{} decisions came out as they did, 0 differently", since.len())), "{output}");
    let sums = history(&scene).await;
    let kept = &sums[sums.len() - happened.len()..];
    assert_eq!(kept, happened, "what happened is told as before");
    assert!(sums.len() > happened.len(), "the ends are told, too");
    let receipt_digest = receipt["digest"].as_str().unwrap();
    let noted =
        database.lines("SELECT actor || ' ' || reason || ' ' || detail FROM audit WHERE action = 'erase person'").await;
    assert!(noted[0].contains("ticket 4711") && noted[0].contains(receipt_digest), "{noted:?}");
    let tombstone = receipt["tombstone"].as_str().unwrap();
    let changes = format!("SELECT count(*) FROM changes WHERE user_id = '{tombstone}'");
    assert!(database.number(&changes).await >= 5);
    let paragraphs = database.text("SELECT body_paragraphs FROM notices WHERE id = 'n-about'").await;
    assert!(paragraphs.contains("Xylophones are loud."), "no other word goes: {paragraphs}");

    // Whoever is back under the id is given no second home mandate: not by a visit, not by an import.
    let homes = "SELECT count(*) FROM mandates WHERE name LIKE 'Home %'";
    let given = database.number(homes).await;
    for _ in 0..2 {
        assert_eq!(scene.api.get(WHO, "/api/store/mandates").await.json(), json!([]));
        let features = scene.api.get(WHO, "/api/store/features").await;
        assert_eq!(features.status, 200, "{}", features.text);
        let back = json!({"format": "feature-store-fixture/1", "users": [{"id": WHO, "username": "Quirina Xylo"}]});
        scene.setup.import(&back);
    }
    assert_eq!(database.number(homes).await, given);
    let homed = json!({
        "format": "feature-store-fixture/1", "users": [{"id": WHO, "username": "Q"}],
        "mandates": [{"id": "m-second-home", "name": "second", "homeOf": WHO}]
    });
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), homed.to_string()).unwrap();
    let (code, _, errors) = scene.setup.run(&["import", &file.path().to_string_lossy()]);
    assert_eq!(code, 1, "{errors}");
    assert!(errors.contains("homeOf"), "{errors}");
    // And can be erased once more, and then it is done.
    assert_eq!(erase(&scene.setup, &["person", "erase", WHO]).0, 0);
    nowhere(database).await;
    let (code, again, _) = erase(&scene.setup, &["person", "erase", WHO]);
    assert_eq!((code, &again["done"]), (0, &json!("before")), "{again}");
    let (code, _, errors) = erase(&scene.setup, &["person", "erase", "nobody-ever"]);
    assert_eq!(code, 1, "{errors}");
    assert!(errors.contains("nothing is on file about a user `nobody-ever`"), "{errors}");
}
