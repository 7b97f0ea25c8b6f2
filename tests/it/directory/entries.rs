//! Entries one by one: written, read, changed, listed and deleted, each as often as one likes.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use turnpike::directory::Kind;

use super::{Machine, with_services};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    host::{Host, Setup},
    scene::Scene,
    world::{self, ADMIN, OPEN},
};

on_both_engines!(
    every_kind_of_entry_lives_through_the_same_life,
    preconditions_hold_under_parallel_writers,
    lists_go_through_everything_once,
    an_entry_is_what_the_export_has,
    every_change_is_written_down,
);

/// A host without billing, with the common data set.
fn host(database: &TestDatabase) -> (Setup, Host, Machine) {
    let setup = with_services(Setup::new(&database.url)).with_world();
    let host = setup.serve();
    let machine = Machine::new(&host.url);
    (setup, host, machine)
}

/// An entry of each kind with a patch of it, each after what it refers to.
fn entries() -> Vec<(Kind, Value, Value)> {
    vec![
        (Kind::Plans, json!({"price": {"minor": 500, "currency": "EUR"}}), json!({"label": "Plan"})),
        (Kind::Features, json!({"label": {"en": "New"}, "icon": "mdi-new"}), json!({"icon": null})),
        (Kind::Users, json!({"username": "new", "email": "new@example.org"}), json!({"email": null})),
        (Kind::Mandates, json!({"name": "New"}), json!({"label": "Label", "enabled": false})),
        (Kind::Roles, json!({"roleLabel": "admin", "mandateId": "new"}), json!({"roleLabel": "chef"})),
        (Kind::Memberships, json!({"userId": "new", "mandateId": "new", "roleIds": ["new"]}), json!({"roleIds": []})),
        (
            Kind::Subscriptions,
            json!({"mandateId": "new", "planKey": "new", "status": "TRIALING", "trialEndsAt": "2099-01-01T00:00:00Z"}),
            json!({"status": "ACTIVE", "trialEndsAt": null}),
        ),
    ]
}

async fn every_kind_of_entry_lives_through_the_same_life(database: &TestDatabase) {
    let (_, _host, machine) = host(database);
    for (kind, entry, patch) in entries() {
        let path = format!("{}/new", kind.section());
        assert_eq!(machine.get(&path).await.status, 404, "{path}");
        assert_eq!(machine.patch(&path, &patch).await.status, 404, "{path}");
        assert_eq!(machine.delete(&path).await.status, 204, "what is not there is as good as deleted: {path}");

        let created = machine.put(&path, &entry).await;
        assert_eq!(created.status, 201, "{path}: {}", created.text);
        assert_eq!(created.header("location"), format!("/api/admin/{path}"));
        assert_eq!(created.json()[kind.name_field()], "new");
        for (name, value) in entry.as_object().unwrap() {
            assert_eq!(created.json()[name], *value, "{path}");
        }
        let tag = created.header("etag").to_owned();
        assert!(tag.starts_with('"') && tag.len() == 66, "a strong tag of a digest: {tag}");

        let again = machine.put(&path, &entry).await;
        assert_eq!(
            (again.status, again.text.as_str(), again.header("etag")),
            (200, created.text.as_str(), tag.as_str())
        );
        let read = machine.get(&path).await;
        assert_eq!((read.status, read.text.as_str(), read.header("etag")), (200, created.text.as_str(), tag.as_str()));
        let held = machine.send(Method::GET, &path, &[("if-none-match", &tag)], None).await;
        assert_eq!((held.status, held.text.as_str()), (304, ""));

        let patched = machine.patch(&path, &patch).await;
        assert_eq!(patched.status, 200, "{path}: {}", patched.text);
        for (name, value) in patch.as_object().unwrap() {
            assert_eq!(patched.json()[name], *value, "{path}");
        }
        assert_ne!(patched.header("etag"), tag);
        assert_eq!(machine.get(&path).await.text, patched.text);

        let stale = [("if-match", tag.as_str())];
        for (method, body) in [(Method::PUT, Some(&entry)), (Method::PATCH, Some(&json!({}))), (Method::DELETE, None)] {
            // A patch that changes nothing is done already.
            let expected = if method == Method::PATCH { 200 } else { 412 };
            let reply = machine.send(method.clone(), &path, &stale, body).await;
            assert_eq!(reply.status, expected, "{method} {path}: {}", reply.text);
        }
        let absent = machine.send(Method::PUT, &path, &[("if-none-match", "*")], Some(&entry)).await;
        assert_eq!((absent.status, absent.code().as_str()), (412, "precondition-failed"));
        assert_eq!(machine.get(&path).await.text, patched.text, "nothing of that changed it");
        let fresh = [("if-match", patched.header("etag"))];
        let back = machine.send(Method::PUT, &path, &fresh, Some(&entry)).await;
        assert_eq!((back.status, back.header("etag")), (200, tag.as_str()), "{}", back.text);
    }
    // What others name goes after them.
    for (kind, ..) in entries().into_iter().rev() {
        let path = format!("{}/new", kind.section());
        let gone =
            [machine.delete(&path).await.status, machine.get(&path).await.status, machine.delete(&path).await.status];
        assert_eq!(gone, [204, 404, 204], "{path}");
    }
}

async fn preconditions_hold_under_parallel_writers(database: &TestDatabase) {
    let (_, _host, machine) = host(database);
    let writers = |headers: Vec<(&'static str, String)>| {
        futures::future::join_all((0..8).map(|n| {
            let (machine, headers) = (machine.clone(), headers.clone());
            async move {
                let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
                let body = json!({"username": format!("writer {n}")});
                machine.send(Method::PUT, "users/race", &headers, Some(&body)).await.status
            }
        }))
    };
    let made = writers(vec![("if-none-match", "*".to_owned())]).await;
    assert_eq!(made.iter().filter(|status| **status == 201).count(), 1, "{made:?}");
    assert_eq!(made.iter().filter(|status| **status == 412).count(), 7, "{made:?}");
    let tag = machine.get("users/race").await.header("etag").to_owned();
    let changed = writers(vec![("if-match", tag)]).await;
    // The one that wishes what is there already is right, too.
    assert!((1..=2).contains(&changed.iter().filter(|status| **status == 200).count()), "{changed:?}");
}

async fn lists_go_through_everything_once(database: &TestDatabase) {
    let (_, _host, machine) = host(database);
    for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Accesses) {
        let section = kind.section();
        let expected: Vec<Value> = world::document()[section].as_array().unwrap().clone();
        let names: Vec<&str> = expected.iter().map(|entry| entry[kind.name_field()].as_str().unwrap()).collect();
        let (mut seen, mut after) = (Vec::new(), String::new());
        loop {
            let page = machine.get(&format!("{section}?limit=3{after}")).await;
            assert_eq!(page.status, 200, "{}", page.text);
            let page = page.json();
            let items = page["items"].as_array().unwrap();
            assert!(items.len() <= 3);
            seen.extend(items.iter().map(|entry| entry[kind.name_field()].as_str().unwrap().to_owned()));
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
        }
        assert_eq!(seen, names, "{section}");
        let whole = machine.get(section).await.json();
        assert_eq!(whole["items"].as_array().unwrap().len(), names.len().min(100), "{section}");
        assert_eq!(whole["next"].is_null(), names.len() <= 100, "{section}");
    }
    let of_users = machine.get("users?limit=1").await.json()["next"].as_str().unwrap().to_owned();
    for (query, pointer) in [
        ("limit=0", "/limit"),
        ("limit=501", "/limit"),
        ("limit=x", "/limit"),
        ("after=x", "/after"),
        ("afetr=x", "/afetr"),
    ] {
        let reply = machine.get(&format!("users?{query}")).await;
        assert_eq!((reply.status, reply.json()["pointer"].as_str()), (422, Some(pointer)), "{query}");
    }
    assert_eq!(machine.get(&format!("roles?after={of_users}")).await.status, 422, "a cursor is of one list");
}

async fn an_entry_is_what_the_export_has(database: &TestDatabase) {
    let scene = Scene::with(database, with_services).await;
    let machine = Machine::new(&scene.host.url);
    assert_eq!(scene.api.activate(ADMIN, OPEN, "f0").await.status, 200);
    let export = scene.setup.export();
    for kind in Kind::ALL {
        let listed = machine.get(&format!("{}?limit=500", kind.section())).await.json();
        assert_eq!(listed["items"], export[kind.section()], "{}", kind.section());
        assert!(!listed["items"].as_array().unwrap().is_empty());
    }
}

async fn every_change_is_written_down(database: &TestDatabase) {
    let (_, _host, machine) = host(database);
    machine.put("users/told", &json!({"username": "a"})).await;
    machine.put("users/told", &json!({"username": "a"})).await;
    machine.patch("users/told", &json!({"username": "b"})).await;
    machine.put("users/told", &json!({"name": "refused"})).await;
    machine.delete("users/told").await;
    machine.delete("users/told").await;
    let lines = database
        .lines("SELECT actor || ' ' || action || ' ' || subject FROM audit WHERE subject = 'told' ORDER BY seq")
        .await;
    assert_eq!(lines, ["service:sync put user told", "service:sync put user told", "service:sync delete user told"]);
    let traces = database.lines("SELECT trace_id FROM audit WHERE subject = 'told'").await;
    let traces: BTreeSet<String> = traces.into_iter().filter(|trace| !trace.is_empty()).collect();
    assert_eq!(traces.len(), 3, "each names its request: {traces:?}");
}
