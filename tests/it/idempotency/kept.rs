//! Done and declined answers are kept: a repeat gets the same bytes and does nothing.

use reqwest::Method;
use serde_json::json;

use super::{ACTIVATE, DEACTIVATE, RESTORE, decline, updates, wish};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    scene::Scene,
    tokens,
    world::{ADMIN, FREE, PAID},
};

on_both_engines!(
    a_done_answer_is_replayed,
    a_declined_answer_is_replayed,
    how_key_and_body_are_written_does_not_matter,
    another_body_under_the_same_key_is_refused,
);

async fn a_done_answer_is_replayed(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    for mandate in [FREE, PAID] {
        let activated = scene.api.post_keyed(ADMIN, ACTIVATE, mandate, &wish(mandate, "f0")).await;
        assert_eq!(activated.status, 200, "{}", activated.text);
        let instance = activated.json()["instanceId"].clone();
        let ending = json!({"featureCode": "f0", "mandateId": mandate, "instanceId": instance});
        let ended = scene.api.post_keyed(ADMIN, DEACTIVATE, mandate, &ending).await;
        assert_eq!((ended.status, ended.json()["billing"].clone()), (200, json!("done")), "{}", ended.text);
        let coming_back = json!({"instanceId": instance, "mandateId": mandate});
        let restored = scene.api.post_keyed(ADMIN, RESTORE, mandate, &coming_back).await;
        assert_eq!(restored.status, 200, "{}", restored.text);

        let (sent, data) = (updates(&scene), scene.setup.export());
        // In whatever order, and although the instance has ended and come back since; by another host too.
        let (_host, elsewhere) = scene.another_host();
        for api in [&scene.api, &elsewhere] {
            for (path, body, first) in [
                (RESTORE, &coming_back, &restored),
                (ACTIVATE, &wish(mandate, "f0"), &activated),
                (DEACTIVATE, &ending, &ended),
            ] {
                let again = api.post_keyed(ADMIN, path, mandate, body).await;
                assert_eq!(again.comparable(), first.comparable(), "{path} {mandate}");
                assert_ne!(again.header("x-trace-id"), first.header("x-trace-id"), "each request has its own trace");
            }
        }
        assert_eq!((updates(&scene), scene.setup.export()), (sent, data), "a replay did something");
        assert_eq!(scene.api.counted(ADMIN, mandate).await, 1);
    }
}

async fn a_declined_answer_is_replayed(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    decline(&scene);
    let first = scene.api.post_keyed(ADMIN, ACTIVATE, "a", &wish(PAID, "f0")).await;
    assert_eq!((first.status, first.code().as_str()), (402, "payment-declined"), "{}", first.text);
    let sent = updates(&scene);
    for _ in 0..3 {
        let again = scene.api.post_keyed(ADMIN, ACTIVATE, "a", &wish(PAID, "f0")).await;
        assert_eq!(again.comparable(), first.comparable());
    }
    assert_eq!((updates(&scene), scene.billed(PAID)), (sent, 0), "the card was asked again");
    // A new attempt has a new key.
    assert_eq!(scene.api.post_keyed(ADMIN, ACTIVATE, "b", &wish(PAID, "f0")).await.status, 200);
    assert_eq!(scene.api.post_keyed(ADMIN, ACTIVATE, "a", &wish(PAID, "f0")).await.comparable(), first.comparable());
    assert_eq!(scene.billed(PAID), 1);
}

async fn how_key_and_body_are_written_does_not_matter(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let mut first = None;
    for (key, body) in [
        ("the-key", r#"{"featureCode":"f0","mandateId":"m-paid"}"#),
        ("the-key", r#"{"mandateId":"m-paid","featureCode":"f0"}"#),
        ("the-key", "\n{ \"mandateId\" : \"m-paid\" ,\t\"featureCode\" : \"f0\" }\r\n"),
        ("the-key", r#"{"featureCode":"\u00660","mandateId":"m\u002dpaid"}"#),
        ("\"the-key\"", r#"{"featureCode":"f0","mandateId":"m-paid"}"#),
        (" the-key ", r#"{"featureCode":"f0","mandateId":"m-paid"}"#),
    ] {
        let headers = [("idempotency-key", key)];
        let body_bytes = Some(body.as_bytes().to_vec());
        let reply = scene.api.send(Method::POST, ACTIVATE, Some(&tokens::of(ADMIN)), &headers, body_bytes).await;
        assert_eq!(reply.status, 200, "{key} {body}: {}", reply.text);
        assert_eq!(*first.get_or_insert_with(|| reply.comparable()), reply.comparable(), "{key} {body}");
    }
    assert_eq!(scene.billed(PAID), 1);
}

async fn another_body_under_the_same_key_is_refused(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let first = scene.api.post_keyed(ADMIN, ACTIVATE, "a", &wish(PAID, "f0")).await;
    assert_eq!(first.status, 200, "{}", first.text);
    let mut more = wish(PAID, "f0");
    more["comment"] = json!("unknown fields are part of the body");
    for body in [wish(PAID, "f1"), wish(FREE, "f0"), wish(PAID, "no-such"), wish("m-none", "f0"), more] {
        let reply = scene.api.post_keyed(ADMIN, ACTIVATE, "a", &body).await;
        assert_eq!((reply.status, reply.code().as_str()), (422, "idempotency-key-reused"), "{body}: {}", reply.text);
    }
    assert_eq!(scene.api.post_keyed(ADMIN, ACTIVATE, "a", &wish(PAID, "f0")).await.comparable(), first.comparable());
    assert_eq!((scene.billed(PAID), scene.api.counted(ADMIN, FREE).await), (1, 0));
    decline(&scene);
    assert_eq!(scene.api.post_keyed(ADMIN, ACTIVATE, "b", &wish(PAID, "f1")).await.code(), "payment-declined");
    let reply = scene.api.post_keyed(ADMIN, ACTIVATE, "b", &wish(PAID, "f2")).await;
    assert_eq!((reply.status, reply.code().as_str()), (422, "idempotency-key-reused"), "{}", reply.text);
}
