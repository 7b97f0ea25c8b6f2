//! Groups: whoever is in one has its role in its mandate, and whoever leaves the last one is a member no more.

use serde_json::{Value, json};

use super::Provider;
use crate::{
    directory::with_services,
    done_right::on_both_engines,
    engines::TestDatabase,
    host::Setup,
    scene::Scene,
    world::{OPEN, OTHER, STRANGER},
};

on_both_engines!(
    whoever_joins_administers_and_whoever_leaves_has_nothing,
    several_groups_of_a_mandate_are_one_membership,
    a_group_is_a_role_of_its_mandate,
    parallel_patches_lose_nobody,
);

fn members(reply: &crate::api::Reply) -> Vec<String> {
    let members = reply.json()["members"].as_array().unwrap().clone();
    members.iter().map(|member| member["value"].as_str().unwrap().to_owned()).collect()
}

async fn whoever_joins_administers_and_whoever_leaves_has_nothing(database: &TestDatabase) {
    let scene = Scene::with(database, with_services).await;
    let provider = Provider::new(&scene.host.url);
    let [group] =
        provider.found("Groups", &format!("displayName eq \"Name of {OPEN}/ADMIN\"")).await.try_into().unwrap();
    assert!(scene.api.activate(STRANGER, OPEN, "f0").await.status >= 400);
    // As providers really send it.
    let ways: [(Value, Value); 3] = [
        (
            json!([{"op": "Add", "path": "members", "value": [{"value": STRANGER}]}]),
            json!([{"op": "Remove", "path": "members", "value": [{"value": STRANGER}]}]),
        ),
        (
            json!([{"op": "add", "value": {"members": [{"value": STRANGER, "display": "x"}]}}]),
            json!([{"op": "remove", "path": format!("members[value eq \"{STRANGER}\"]")}]),
        ),
        (
            json!([{"op": "add", "path": "members", "value": {"value": STRANGER}}]),
            json!([{"op": "remove", "path": format!("members[value eq \"{STRANGER}\"]")}]),
        ),
    ];
    for (joining, leaving) in ways {
        let before = members(&provider.get(&format!("Groups/{group}")).await);
        for _ in 0..2 {
            let reply = provider.patch(&format!("Groups/{group}"), &joining).await;
            assert_eq!(reply.status, 200, "{joining}: {}", reply.text);
            assert!(members(&reply).contains(&STRANGER.to_owned()), "{}", reply.text);
        }
        assert_eq!(scene.api.activate(STRANGER, OPEN, "f0").await.status, 200);
        scene.settled(OPEN).await;
        assert_eq!(scene.billed(OPEN), 1);
        for _ in 0..2 {
            let reply = provider.patch(&format!("Groups/{group}"), &leaving).await;
            assert_eq!((reply.status, members(&reply)), (200, before.clone()), "{leaving}: {}", reply.text);
        }
        let left = format!(
            "SELECT (SELECT count(*) FROM memberships WHERE user_id = '{STRANGER}') + \
             (SELECT count(*) FROM accesses WHERE user_id = '{STRANGER}')"
        );
        assert_eq!(database.number(&left).await, 0, "{leaving}");
        scene.settled(OPEN).await;
        assert_eq!(scene.billed(OPEN), 0);
    }
}

async fn several_groups_of_a_mandate_are_one_membership(database: &TestDatabase) {
    let host = with_services(Setup::new(&database.url)).with_world().serve();
    let provider = Provider::new(&host.url);
    let memberships =
        format!("SELECT count(*) FROM memberships WHERE user_id = '{STRANGER}' AND mandate_id = '{OTHER}'");
    let body =
        json!({"displayName": format!("name of {OTHER}/member"), "externalId": "g", "members": [{"value": STRANGER}]});
    let made = provider.post("Groups", &body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let made = format!("Groups/{}", made.json()["id"].as_str().unwrap());
    let joining = json!([{"op": "add", "path": "members", "value": [{"value": STRANGER}]}]);
    assert_eq!(provider.patch(&format!("Groups/r-{OTHER}-admin"), &joining).await.status, 200);
    assert_eq!(database.number(&memberships).await, 1);
    assert_eq!(provider.found("Groups", &format!("members.value eq \"{STRANGER}\"")).await.len(), 2);
    assert_eq!(provider.delete(&made).await.status, 204);
    assert_eq!(database.number(&memberships).await, 1, "there is the other group");
    let nobody = json!([{"op": "replace", "path": "members", "value": []}]);
    assert_eq!(members(&provider.patch(&format!("Groups/r-{OTHER}-admin"), &nobody).await), Vec::<String>::new());
    assert_eq!(database.number(&memberships).await, 0);
}

async fn a_group_is_a_role_of_its_mandate(database: &TestDatabase) {
    let host = with_services(Setup::new(&database.url)).with_world().serve();
    let provider = Provider::new(&host.url);
    let made = provider.post("Groups", &json!({"displayName": format!("{OTHER}/chef"), "members": []})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(made.json()["displayName"], format!("name of {OTHER}/chef"));
    let role = provider.0.get(&format!("roles/{id}")).await.json();
    assert_eq!((&role["roleLabel"], &role["mandateId"]), (&json!("chef"), &json!(OTHER)));
    let path = format!("Groups/{id}");
    let joined =
        provider.put(&path, &json!({"displayName": format!("{OTHER}/chef"), "members": [{"value": STRANGER}]})).await;
    assert_eq!((joined.status, members(&joined)), (200, vec![STRANGER.to_owned()]), "{}", joined.text);
    // Members that are not spoken of stay.
    let renamed = provider.put(&path, &json!({"displayName": format!("name of {OTHER}/cook")})).await;
    assert_eq!((renamed.status, members(&renamed)), (200, vec![STRANGER.to_owned()]), "{}", renamed.text);
    assert_eq!(provider.0.get(&format!("roles/{id}")).await.json()["roleLabel"], "cook");
    assert_eq!(provider.delete(&path).await.status, 204);
    assert_eq!(provider.0.get(&format!("roles/{id}")).await.status, 404);
    let told = format!(
        "SELECT actor || ' ' || action FROM audit WHERE mandate_id = '{OTHER}' AND actor LIKE 'service:%' ORDER BY seq"
    );
    let told = database.lines(&told).await;
    let expected = ["put role", "put membership", "put role", "delete membership", "delete role"];
    assert_eq!(told, expected.map(|deed| format!("service:sync {deed}")));
}

async fn parallel_patches_lose_nobody(database: &TestDatabase) {
    let host = with_services(Setup::new(&database.url)).with_world().serve();
    let provider = Provider::new(&host.url);
    let path = format!("Groups/r-{OTHER}-admin");
    let joining: Vec<Value> =
        (0..8).map(|n| json!([{"op": "add", "path": "members", "value": [{"value": format!("u-a{n}")}]}])).collect();
    let replies = futures::future::join_all(joining.iter().map(|joining| provider.patch(&path, joining))).await;
    for reply in replies {
        assert_eq!(reply.status, 200, "{}", reply.text);
    }
    assert_eq!(members(&provider.get(&path).await).len(), 9);
}
