//! Refusals: on record afterwards, at nobody's cost; what strangers try is in the security log only.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use core_wasm::{
    decision::DeactivationDecision,
    question::{Single, SingleAnswer},
    reason::Reason,
};
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::block_in_place;
use turnpike::decisions::record::Judged;

use super::records;
use crate::{
    api::Reply,
    done_right::on_both_engines,
    engines::{self, TestDatabase},
    policy::calls,
    scene::{Scene, eventually},
    tokens,
    world::{ADMIN, DISABLED, FEATURES, FREE, LAPSED, MEMBER, OPEN, OTHER, OTHER_ADMIN, STRANGER},
};

on_both_engines!(
    every_refusal_of_a_member_is_on_record,
    what_strangers_try_is_logged_and_not_kept,
    what_is_elsewhere_is_not_on_record_here,
    a_refused_request_reads_once_and_writes_nothing,
    a_stopping_host_writes_what_is_left,
);

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_refusals_costs_writers_nothing() {
    /// As many as one request may name.
    const EACH: usize = 12;
    let database = engines::sqlite().await;
    let mut scene = Scene::on(&database).await;
    let flooded = Arc::new(AtomicBool::new(false));
    // The other side of SQLite's one writer: requests that change something, one after the other.
    let writers = ["u-a0", "u-a1"].map(|user| {
        let (api, flooded) = (scene.api.clone(), flooded.clone());
        tokio::spawn(async move {
            let mut changes = 0;
            while !flooded.load(Ordering::Relaxed) || changes < 10 {
                let activated = api.activate(user, OPEN, "f0").await;
                assert_eq!(activated.status, 200, "{}", activated.text);
                let instance = activated.json()["instanceId"].as_str().unwrap().to_owned();
                let ended = api.deactivate(user, OPEN, "f0", &instance).await;
                assert_eq!(ended.status, 200, "{}", ended.text);
                changes += 2;
            }
            changes
        })
    });
    // Until the queue holds no more of them.
    let mut refused = 0;
    let wish = json!({"mandateId": FREE, "activate": FEATURES, "deactivate": []});
    while !scene.host.log().contains("refusals come faster than they can be written") {
        let replies = (0..8).map(|_| scene.api.post(MEMBER, "/api/store/changes", &wish));
        for reply in join_all(replies).await {
            assert_eq!((reply.status, reply.code().as_str()), (403, "not-admin"), "{}", reply.text);
            refused += EACH;
        }
        assert!(refused < 100_000, "nothing is dropped: {}", scene.host.log());
    }
    flooded.store(true, Ordering::Relaxed);
    let mut changes = 0;
    for writer in writers {
        changes += writer.await.expect("every change is answered");
    }
    assert_eq!(database.number("SELECT count(*) FROM changes").await, changes);
    assert_eq!(database.number("SELECT count(*) FROM decisions WHERE allowed = 1").await, changes);
    // What was not dropped is written, if not before then at the end.
    assert_eq!(block_in_place(|| scene.host.terminate()), Some(0));
    let written = database.number("SELECT count(*) FROM decisions WHERE allowed = 0").await;
    let dropped = dropped(&scene.host.log());
    assert!(dropped > 0);
    assert_eq!(written + dropped, i64::try_from(refused).unwrap(), "{}", scene.host.log());
}

/// How many refusals the log tells are not on record.
fn dropped(log: &str) -> i64 {
    let entries = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let told = entries.filter(|entry| entry["message"] == "refusals are not on record");
    told.map(|entry| entry["dropped"].as_i64().expect("how many")).sum()
}

async fn every_refusal_of_a_member_is_on_record(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let api = &scene.api;
    let instance = api.activate(ADMIN, FREE, "f0").await.json()["instanceId"].as_str().unwrap().to_owned();
    let mut replies = vec![
        ("not-admin", api.activate(MEMBER, FREE, "f0").await),
        ("no-access", api.deactivate(MEMBER, FREE, "f0", &instance).await),
        ("no-subscription", api.activate(ADMIN, LAPSED, "f0").await),
        ("not-admin", api.restore(MEMBER, FREE, &instance).await),
    ];
    // An ended instance is needed for that last one: there is none, so nobody is told more than strangers are.
    let (_, absent) = replies.pop().unwrap();
    assert_eq!(absent.code(), "instance-not-found");
    let wish = json!({"mandateId": FREE, "activate": ["f1", "f2"], "deactivate": [instance]});
    replies.push(("not-admin", api.post(MEMBER, "/api/store/changes", &wish).await));
    // Three instances at most.
    let many = json!({"mandateId": FREE, "activate": ["f1", "f2", "f3"], "deactivate": []});
    replies.push(("capacity-reached", api.post(ADMIN, "/api/store/changes", &many).await));
    // One granted, three alone, three of a batch, three of another.
    records(database, 10).await;
    for (code, reply) in &replies {
        assert_eq!(reply.code(), *code, "{}", reply.text);
        let trace = reply.json()["traceId"].as_str().unwrap().to_owned();
        let answers =
            database.lines(&format!("SELECT answer FROM decisions WHERE allowed = 0 AND trace_id = '{trace}'")).await;
        assert!(!answers.is_empty() && answers.iter().all(|answer| answer.contains(code)), "{code}: {answers:?}");
    }
    assert_eq!(database.number("SELECT count(*) FROM decisions WHERE who IS NULL").await, 0);
    assert_eq!(database.number("SELECT count(DISTINCT who) FROM decisions").await, 2);
    // What is only asked about is not on record.
    let quote = json!({"mandateId": FREE, "activate": ["f1"], "deactivate": []});
    assert_eq!(api.post(MEMBER, "/api/store/quote", &quote).await.status, 403);
    assert_eq!(api.activate(MEMBER, FREE, "f0").await.status, 403);
    records(database, 11).await;
}

async fn what_strangers_try_is_logged_and_not_kept(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let api = &scene.api;
    let instance = api.activate(ADMIN, FREE, "f0").await.json()["instanceId"].as_str().unwrap().to_owned();
    let mut tried = 0;
    for user in [STRANGER, DISABLED, OTHER_ADMIN] {
        for mandate in [FREE, "m-none"] {
            let wish = json!({"mandateId": mandate, "activate": ["f1"], "deactivate": []});
            for reply in [
                api.activate(user, mandate, "f0").await,
                api.deactivate(user, mandate, "f0", &instance).await,
                api.restore(user, mandate, &instance).await,
                api.post(user, "/api/store/changes", &wish).await,
            ] {
                assert_eq!(reply.status, 404, "{}", reply.text);
                tried += 1;
            }
        }
    }
    // A member who names what is absent or somebody else's.
    for reply in [
        api.activate(ADMIN, OTHER, "f0").await,
        api.activate(ADMIN, FREE, "no-such-feature").await,
        api.deactivate(ADMIN, FREE, "f0", "i-none").await,
        api.restore(ADMIN, FREE, "i-none").await,
    ] {
        assert_eq!(reply.status, 404, "{}", reply.text);
        tried += 1;
    }
    // What comes later is on record: so would have been what came before.
    assert_eq!(api.activate(MEMBER, FREE, "f0").await.status, 403);
    records(database, 2).await;
    let told = security(&scene.host.log());
    assert_eq!(told.len(), tried);
    for entry in &told {
        assert!(!entry["trace_id"].as_str().unwrap().is_empty(), "{entry}");
        assert!(!entry["user"].as_str().unwrap().is_empty(), "{entry}");
        assert!(entry["reason"].as_str().unwrap().ends_with("-not-found"), "{entry}");
        // As they were named, and nothing in place of what was not named.
        for name in ["user", "mandate", "feature", "instance"] {
            let is_plain = |value: &Value| value.as_str().is_some_and(|text| !text.contains(['"', '(']));
            assert!(entry.get(name).is_none_or(is_plain), "{name} in {entry}");
        }
    }
    assert_eq!(told[0]["feature"], "f0", "{}", told[0]);
    assert!(told[0].get("instance").is_none(), "{}", told[0]);
    let of = |user: &str| told.iter().filter(|entry| entry["user"] == user).count();
    assert_eq!((of(STRANGER), of(DISABLED), of(OTHER_ADMIN), of(ADMIN)), (8, 8, 8, 4));
}

/// Facts of an instance of another mandate are nothing that the admins of the one that was named may read.
async fn what_is_elsewhere_is_not_on_record_here(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let api = &scene.api;
    let of = |reply: Reply| reply.json()["instanceId"].as_str().unwrap().to_owned();
    let living = of(api.activate(OTHER_ADMIN, OTHER, "f3").await);
    let ended = of(api.activate(OTHER_ADMIN, OTHER, "f4").await);
    assert_eq!(api.deactivate(OTHER_ADMIN, OTHER, "f4", &ended).await.status, 200);
    let mut tried = Vec::new();
    for instance in [&living, &ended] {
        let accesses = format!("/api/store/instances/{instance}/accesses");
        for scope in ["mine", "mandate"] {
            for feature in ["f3", "f4"] {
                let wish = json!({"featureCode": feature, "mandateId": FREE, "instanceId": instance, "scope": scope});
                tried.push(api.post(ADMIN, "/api/store/deactivate", &wish).await);
            }
        }
        let user = json!({"mandateId": FREE, "userId": MEMBER});
        let body = Some(user.to_string().into_bytes());
        tried.push(api.send(Method::DELETE, &accesses, Some(&tokens::of(ADMIN)), &[], body).await);
        let role = json!({"mandateId": FREE, "userId": MEMBER, "role": "f3-user"});
        tried.push(api.post(ADMIN, &accesses, &role).await);
        let handed = json!({"mandateId": FREE, "userId": MEMBER, "role": "f3-user", "ownAccess": "leave"});
        tried.push(api.post(ADMIN, &accesses, &handed).await);
        tried.push(api.restore(ADMIN, FREE, instance).await);
        let wish = json!({"mandateId": FREE, "activate": ["f1"], "deactivate": [instance]});
        tried.push(api.post(ADMIN, "/api/store/changes", &wish).await);
    }
    for reply in &tried {
        assert_eq!((reply.status, reply.code().as_str()), (404, "instance-not-found"), "{}", reply.text);
    }
    // What comes later is on record: so would have been what came before. Two activations and an end are, too.
    assert_eq!(api.activate(MEMBER, FREE, "f0").await.status, 403);
    records(database, 4).await;
    let here = "SELECT facts || coalesce(feature_code, '') FROM decisions WHERE mandate_id = 'm-free'";
    for kept in database.lines(here).await {
        assert!(![OTHER, "f3", "f4", &living, &ended].iter().any(|word| kept.contains(word)), "{kept}");
    }
    for reply in &tried {
        let trace = reply.json()["traceId"].as_str().unwrap().to_owned();
        assert_eq!(api.get(ADMIN, &format!("/api/store/decisions/{trace}")).await.status, 404);
        let logged = security(&scene.host.log());
        assert!(logged.iter().any(|entry| entry["trace_id"] == trace.as_str()), "{trace}");
    }
}

/// The same where a policy of an operator's own refuses it for something that members may know.
#[test]
fn facts_of_what_is_elsewhere_are_strangers_whatever_the_reason() {
    let judged = |mandate: &str| {
        let mut facts = calls::deactivation();
        facts.requested.mandate_id = mandate.to_owned();
        let reasons = vec![Reason::NoAccess {}];
        Judged {
            question: Single::Deactivation(facts),
            answer: SingleAnswer::Deactivation(DeactivationDecision { allowed: false, reasons, outcome: None }),
            policy_digest: "policy".into(),
            settings_digest: "settings".into(),
            fuel: 1,
        }
    };
    let here = calls::deactivation().instance.expect("an instance").mandate_id;
    assert!(!judged(&here).is_strangers());
    assert!(judged("elsewhere").is_strangers());
}

async fn a_refused_request_reads_once_and_writes_nothing(database: &TestDatabase) {
    let scene = Scene::with(database, |setup| setup.with("TURNPIKE_LOG", "info,sqlx::query=debug")).await;
    let api = &scene.api;
    for reply in [api.activate(MEMBER, FREE, "f0").await, api.activate(STRANGER, FREE, "f0").await] {
        let trace = reply.header("x-trace-id").to_owned();
        eventually("the request is logged", || async { statements(&scene.host.log(), &trace).1 }).await;
        let (statements, _) = statements(&scene.host.log(), &trace);
        assert!(matches!(statements.as_slice(), [only] if only.starts_with("SELECT")), "{statements:?}");
    }
    records(database, 1).await;
}

async fn a_stopping_host_writes_what_is_left(database: &TestDatabase) {
    let mut scene = Scene::on(database).await;
    let token = tokens::of(MEMBER);
    let body = json!({"featureCode": "f0", "mandateId": FREE}).to_string().into_bytes();
    for _ in 0..250 {
        let reply = scene.api.send(Method::POST, "/api/store/activate", Some(&token), &[], Some(body.clone())).await;
        assert_eq!(reply.status, 403);
    }
    assert_eq!(block_in_place(|| scene.host.terminate()), Some(0));
    assert_eq!(database.number("SELECT count(*) FROM decisions WHERE allowed = 0").await, 250);
}

/// What the security log tells.
fn security(log: &str) -> Vec<Value> {
    let entries = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    entries.filter(|entry| entry["target"] == "security").collect()
}

/// The statements that were run for a request, without those that set up a new connection, and whether the request has ended.
fn statements(log: &str, trace: &str) -> (Vec<String>, bool) {
    let entries = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let own: Vec<Value> = entries.filter(|entry| entry["span"]["trace_id"] == trace).collect();
    let text = |entry: &Value| entry["summary"].as_str().unwrap_or_default().to_owned();
    let run = own.iter().filter(|entry| entry["target"] == "sqlx::query").map(text);
    let run = run.filter(|statement| !statement.starts_with("PRAGMA")).collect();
    (run, own.iter().any(|entry| entry["message"] == "request"))
}
