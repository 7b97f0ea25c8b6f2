//! Several checks at once.

use reqwest::Method;
use serde_json::{Value, json};

use super::Checking;
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    world::{ADMIN, FREE, MEMBER, OPEN, STRANGER},
};

on_both_engines!(each_check_is_answered_as_if_it_were_alone, bad_checks_are_told_by_their_place);

async fn each_check_is_answered_as_if_it_were_alone(database: &TestDatabase) {
    let checking = Checking::on(database).await;
    let instance = checking.activated(ADMIN, "f0").await;
    checking.activated("u-a0", "f1").await;
    assert_eq!(checking.scene.api.activate(ADMIN, OPEN, "f2").await.status, 200);
    let access = json!({"userId": MEMBER, "featureInstanceId": instance});
    assert_eq!(checking.machine.put("accesses/second", &access).await.status, 201);
    let asked = [
        (ADMIN, FREE, ""),
        ("u-a0", "nowhere", ""),
        (STRANGER, FREE, ""),
        (MEMBER, FREE, "f0"),
        (ADMIN, FREE, "f1"),
        ("u-a0", FREE, "f1"),
        (ADMIN, OPEN, ""),
        (ADMIN, FREE, ""),
    ];
    let checks: Vec<Value> = asked
        .iter()
        .map(|(user, mandate, feature)| {
            let feature = if feature.is_empty() { Value::Null } else { json!(feature) };
            json!({"userId": user, "mandateId": mandate, "featureCode": feature})
        })
        .collect();
    let body = json!({ "checks": checks });
    let reply = checking.machine.send(Method::POST, "/api/entitlements", &[], Some(&body)).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let items = reply.json()["items"].as_array().unwrap().clone();
    assert_eq!(items.len(), asked.len());
    for (item, (user, mandate, feature)) in items.iter().zip(asked) {
        let more = if feature.is_empty() { String::new() } else { format!("&featureCode={feature}") };
        assert_eq!(*item, checking.of(user, mandate, &more).await, "{user} {mandate} {feature}");
    }
    let entitled: Vec<bool> = items.iter().map(|item| item["entitled"].as_bool().unwrap()).collect();
    assert_eq!(entitled, [true, false, false, true, false, true, true, true]);
}

async fn bad_checks_are_told_by_their_place(database: &TestDatabase) {
    let checking = Checking::on(database).await;
    let check = json!({"userId": ADMIN, "mandateId": FREE});
    for (body, pointer) in [
        (json!({}), "/checks"),
        (json!({"checks": {}}), "/checks"),
        (json!({"checks": []}), "/checks"),
        (json!({"checks": vec![check.clone(); 101]}), "/checks"),
        (json!({"checks": [check.clone(), {"userId": ADMIN}]}), "/checks/1/mandateId"),
        (json!({"checks": [{"userid": ADMIN, "mandateId": FREE}]}), "/checks/0/userid"),
        (json!({"checks": [3]}), "/checks/0"),
    ] {
        let reply = checking.machine.send(Method::POST, "/api/entitlements", &[], Some(&body)).await;
        assert_eq!((reply.status, reply.json()["pointer"].as_str()), (422, Some(pointer)), "{body}: {}", reply.text);
    }
    let most = json!({"checks": vec![check; 100]});
    let reply = checking.machine.send(Method::POST, "/api/entitlements", &[], Some(&most)).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
}
