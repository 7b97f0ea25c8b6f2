//! What a check answers, whatever stands between a user and an instance.

use serde_json::{Value, json};

use super::Checking;
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    world::{ADMIN, DISABLED, FREE, MEMBER, OPEN, STRANGER},
};

on_both_engines!(
    whoever_has_access_is_entitled_and_nobody_else,
    what_suspends_an_instance_is_told,
    an_access_that_is_switched_off_is_told_in_every_state,
    an_answer_holds_until_time_changes_it,
    an_answer_that_the_caller_has_is_not_sent_again,
    callers_are_told_of_themselves_and_nobody_else,
    answers_are_those_of_the_store,
);

async fn whoever_has_access_is_entitled_and_nobody_else(database: &TestDatabase) {
    let checking = Checking::on(database).await;
    let machine = &checking.machine;
    let instance = checking.activated(ADMIN, "f0").await;
    let expected = json!({
        "userId": ADMIN, "mandateId": FREE, "entitled": true, "validUntil": null,
        "instances": [{
            "instanceId": instance, "featureCode": "f0", "label": null, "state": "active", "usable": true,
            "accessEnabled": true, "roles": ["f0-admin"]
        }]
    });
    let told = checking.of(ADMIN, FREE, "").await;
    assert_eq!(without_labels(told), expected);
    assert_eq!(without_labels(checking.of(ADMIN, FREE, "&featureCode=f0").await), expected);
    let nothing = |user: &str, mandate: &str| json!({"userId": user, "mandateId": mandate, "entitled": false, "instances": [], "validUntil": null});
    assert_eq!(checking.of(ADMIN, FREE, "&featureCode=f1").await, nothing(ADMIN, FREE));
    for (user, mandate) in
        [(MEMBER, FREE), (DISABLED, FREE), (STRANGER, FREE), ("nobody", FREE), (ADMIN, OPEN), (ADMIN, "nowhere")]
    {
        assert_eq!(checking.of(user, mandate, "").await, nothing(user, mandate));
    }

    let access = json!({"userId": MEMBER, "featureInstanceId": instance});
    assert_eq!(machine.put("accesses/second", &access).await.status, 201);
    let shared = checking.of(MEMBER, FREE, "").await;
    assert_eq!((&shared["entitled"], &shared["instances"][0]["roles"]), (&json!(true), &json!([])));
    assert_eq!(machine.patch("accesses/second", &json!({"enabled": false})).await.status, 200);
    let off = checking.of(MEMBER, FREE, "").await;
    let seen = (&off["entitled"], &off["instances"][0]["usable"], &off["instances"][0]["state"]);
    assert_eq!(seen, (&json!(false), &json!(false), &json!("active")), "it works, but not for this user");
    assert_eq!(off["instances"][0]["accessEnabled"], false);
    assert_eq!(machine.patch("accesses/second", &json!({"enabled": true})).await.status, 200);
    assert_eq!(checking.of(MEMBER, FREE, "").await["entitled"], true);
    assert_eq!(machine.delete(&format!("memberships/um-{MEMBER}-{FREE}")).await.status, 204);
    assert_eq!(checking.of(MEMBER, FREE, "").await, nothing(MEMBER, FREE), "from the next check on");
    // An access that an import left to somebody whose membership is switched off is worth nothing.
    database
        .execute(&format!("INSERT INTO accesses (id, user_id, instance_id) VALUES ('odd', '{DISABLED}', '{instance}')"))
        .await;
    assert_eq!(checking.of(DISABLED, FREE, "").await, nothing(DISABLED, FREE));
}

/// Labels are the feature's, in the caller's language.
fn without_labels(mut answer: Value) -> Value {
    for instance in answer["instances"].as_array_mut().unwrap() {
        instance["label"] = Value::Null;
    }
    answer
}

async fn what_suspends_an_instance_is_told(database: &TestDatabase) {
    let checking = Checking::on(database).await;
    checking.activated(ADMIN, "f0").await;
    let subscription = format!("subscriptions/s-{FREE}");
    for (status, entitled, state) in
        [("PAUSED", false, "suspended"), ("ACTIVE", true, "active"), ("EXPIRED", false, "suspended")]
    {
        assert_eq!(checking.machine.patch(&subscription, &json!({"status": status})).await.status, 200);
        let told = checking.of(ADMIN, FREE, "").await;
        assert_eq!((&told["entitled"], &told["instances"][0]["state"]), (&json!(entitled), &json!(state)), "{status}");
    }
    assert_eq!(checking.machine.patch(&subscription, &json!({"status": "ACTIVE"})).await.status, 200);
    database.execute("UPDATE instances SET enabled = 0").await;
    let told = checking.of(ADMIN, FREE, "").await;
    assert_eq!((&told["entitled"], &told["instances"][0]["state"]), (&json!(false), &json!("disabled")));
}

/// What suspends an instance says nothing about the accesses to it: which of them work again afterwards is told before.
async fn an_access_that_is_switched_off_is_told_in_every_state(database: &TestDatabase) {
    let checking = Checking::on(database).await;
    let machine = &checking.machine;
    let instance = checking.activated(ADMIN, "f0").await;
    let access = json!({"userId": MEMBER, "featureInstanceId": instance, "enabled": false});
    assert_eq!(machine.put("accesses/second", &access).await.status, 201);
    let subscription = format!("subscriptions/s-{FREE}");
    let told = async |user: &str| {
        let told = checking.of(user, FREE, "").await["instances"][0].clone();
        (told["state"].clone(), told["usable"].clone(), told["accessEnabled"].clone())
    };
    for (status, state, usable) in [("ACTIVE", "active", true), ("PAUSED", "suspended", false)] {
        assert_eq!(machine.patch(&subscription, &json!({"status": status})).await.status, 200);
        assert_eq!(told(ADMIN).await, (json!(state), json!(usable), json!(true)), "{status}");
        assert_eq!(told(MEMBER).await, (json!(state), json!(false), json!(false)), "{status}");
    }
    database.execute("UPDATE instances SET enabled = 0").await;
    assert_eq!(machine.patch(&subscription, &json!({"status": "ACTIVE"})).await.status, 200);
    assert_eq!(told(ADMIN).await, (json!("disabled"), json!(false), json!(true)));
    assert_eq!(told(MEMBER).await, (json!("disabled"), json!(false), json!(false)));
    assert_eq!(machine.patch("accesses/second", &json!({"enabled": true})).await.status, 200);
    assert_eq!(told(MEMBER).await.2, json!(true));
}

async fn an_answer_holds_until_time_changes_it(database: &TestDatabase) {
    let checking = Checking::on(database).await;
    checking.activated(ADMIN, "f0").await;
    let subscription = format!("subscriptions/s-{FREE}");
    let trial = json!({"status": "TRIALING", "trialEndsAt": "2098-01-01T00:00:00Z", "endsAt": "2099-01-01T00:00:00Z"});
    assert_eq!(checking.machine.patch(&subscription, &trial).await.status, 200);
    let told = checking.of(ADMIN, FREE, "").await;
    assert_eq!((&told["entitled"], &told["validUntil"]), (&json!(true), &json!("2098-01-01T00:00:00.000Z")));
    let over = json!({"trialEndsAt": "2020-01-01T00:00:00Z"});
    assert_eq!(checking.machine.patch(&subscription, &over).await.status, 200);
    let told = checking.of(ADMIN, FREE, "").await;
    assert_eq!(told["entitled"], false, "by time alone, whatever the status says");
}

async fn an_answer_that_the_caller_has_is_not_sent_again(database: &TestDatabase) {
    let checking = Checking::on(database).await;
    let path = format!("/api/entitlements?userId={ADMIN}&mandateId={FREE}");
    let ask = async |tag: &str| {
        let reply = checking.machine.send(reqwest::Method::GET, &path, &[("if-none-match", tag)], None).await;
        (reply.status, reply.header("etag").to_owned(), reply.text.is_empty())
    };
    let (status, before, _) = ask("\"none\"").await;
    assert_eq!(status, 200);
    assert_eq!(ask(&before).await, (304, before.clone(), true));
    checking.activated(ADMIN, "f0").await;
    let (status, after, _) = ask(&before).await;
    assert_eq!(status, 200);
    assert_ne!(before, after);
    // What is nobody's right changes nothing: the bill's side, other people, other features.
    checking.activated("u-a0", "f1").await;
    assert_eq!(ask(&after).await, (304, after.clone(), true));
    checking.activated(ADMIN, "f2").await;
    assert_eq!(ask(&after).await.0, 200);
}

async fn callers_are_told_of_themselves_and_nobody_else(database: &TestDatabase) {
    let checking = Checking::on(database).await;
    checking.activated(ADMIN, "f0").await;
    let api = &checking.scene.api;
    for user in [ADMIN, MEMBER, STRANGER] {
        let own = api.get(user, &format!("/api/store/entitlements?mandateId={FREE}&userId={ADMIN}")).await;
        assert_eq!(own.status, 200, "{}", own.text);
        assert_eq!(own.json(), checking.of(user, FREE, "").await, "whoever is asked about");
        assert!(!own.header("etag").is_empty());
    }
    let missing = api.get(ADMIN, "/api/store/entitlements").await;
    assert_eq!((missing.status, missing.json()["pointer"].clone()), (422, json!("/mandateId")));
}

/// What the store's own page says of the caller's instances, in all mandates and for everybody.
async fn answers_are_those_of_the_store(database: &TestDatabase) {
    let checking = Checking::on(database).await;
    for (user, feature) in [(ADMIN, "f0"), ("u-a0", "f1"), ("u-a1", "f0")] {
        checking.activated(user, feature).await;
    }
    for mandate in [crate::world::FOLLOWED, OPEN] {
        assert_eq!(checking.scene.api.activate(ADMIN, mandate, "f3").await.status, 200);
    }
    database.execute("UPDATE instances SET enabled = 0 WHERE activated_by = 'u-a0'").await;
    database.execute("UPDATE subscriptions SET status = 'UNPAID' WHERE mandate_id = 'm-followed'").await;
    let mut compared = 0;
    for user in [ADMIN, MEMBER, "u-a0", "u-a1", STRANGER] {
        let features = checking.scene.api.get(user, "/api/store/features").await.json();
        for feature in features.as_array().unwrap() {
            for shown in feature["instances"].as_array().unwrap() {
                let told = checking.of(user, shown["mandateId"].as_str().unwrap(), "").await;
                let told = told["instances"].as_array().unwrap().iter();
                let told = told.filter(|told| told["instanceId"] == shown["instanceId"]).collect::<Vec<_>>();
                assert_eq!(told.len(), 1, "{shown}");
                let says = [&told[0]["state"], &told[0]["usable"], &told[0]["label"], &told[0]["featureCode"]];
                assert_eq!(says, [&shown["state"], &shown["isActive"], &shown["label"], &feature["featureCode"]]);
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 5);
}
