//! For how long decisions are kept, and what an import leaves of them.

use serde_json::json;
use turnpike::ports::store::decision::{DecisionFilter, DecisionStore as _};

use super::{decision_of, traffic};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    host::Setup,
    scene::{Scene, eventually},
    store::rows,
    world::{self, ADMIN, FREE, MEMBER},
};

on_both_engines!(what_is_too_old_goes_in_pieces, a_host_deletes_what_is_too_old, a_replacement_leaves_the_record);

async fn what_is_too_old_goes_in_pieces(database: &TestDatabase) {
    let store = database.store().await;
    let made: Vec<_> = (0..25)
        .map(|n| {
            let mut record = rows::decision(&format!("d{n}")).record;
            record.at = n;
            record
        })
        .collect();
    store.keep_decisions(&made).await.expect("kept");
    for expected in [10, 10, 0] {
        assert_eq!(store.forget_decisions(20, 10).await.expect("an answer"), expected);
    }
    let left = store.decisions(&DecisionFilter::default(), 100).await.expect("an answer");
    assert_eq!(left.iter().map(|stored| stored.record.at).collect::<Vec<_>>(), [24, 23, 22, 21, 20]);
}

async fn a_host_deletes_what_is_too_old(database: &TestDatabase) {
    let mut scene = Scene::on(database).await;
    traffic(&scene, database).await;
    // 13 months and a day, and 12 months, ago.
    database
        .execute(
            "UPDATE decisions SET at = at - 34300800000 WHERE allowed = 0; \
             UPDATE decisions SET at = at - 31536000000 WHERE mandate_id = 'm-open'",
        )
        .await;
    scene.restart();
    eventually("what is too old is gone", || async { database.number("SELECT count(*) FROM decisions").await == 4 })
        .await;
    assert_eq!(database.number("SELECT count(*) FROM decisions WHERE allowed = 0").await, 0);
    scene.host.kill();
    let _host = scene.setup.clone().with("TURNPIKE_DECISIONS_KEPT", "300d").serve();
    eventually("what this host finds too old, too", || async {
        database.number("SELECT count(*) FROM decisions WHERE mandate_id = 'm-open'").await == 0
    })
    .await;
    assert_eq!(database.number("SELECT count(*) FROM decisions").await, 3);
}

async fn a_replacement_leaves_the_record(database: &TestDatabase) {
    let setup = Setup::new(&database.url).with_world();
    let id = {
        let host = setup.serve();
        let api = crate::api::Api::new(&host.url);
        assert_eq!(api.activate("u-a0", FREE, "f0").await.status, 200);
        decision_of(&api.activate(ADMIN, FREE, "f0").await)
    };
    let pseudonym = database.text(&format!("SELECT who FROM decisions WHERE id = '{id}'")).await;
    // Everything again, but without one person.
    let mut document = world::document();
    document["users"].as_array_mut().unwrap().retain(|user| user["id"] != "u-a0");
    document["memberships"].as_array_mut().unwrap().retain(|membership| membership["userId"] != "u-a0");
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), document.to_string()).expect("written");
    let (code, _, errors) = setup.run(&["import", &file.path().to_string_lossy(), "--replace"]);
    assert_eq!(code, 0, "{errors}");
    assert_eq!(database.number("SELECT count(*) FROM changes").await, 0);
    assert_eq!(database.number("SELECT count(*) FROM decisions").await, 2);
    assert_eq!(database.lines("SELECT user_id FROM pseudonym_keys").await, [ADMIN]);
    let host = setup.serve();
    let api = crate::api::Api::new(&host.url);
    let again = decision_of(&api.activate(ADMIN, FREE, "f0").await);
    assert_eq!(database.text(&format!("SELECT who FROM decisions WHERE id = '{again}'")).await, pseudonym);
    assert_eq!(setup.run(&["policy", "replay"]).0, 0);
    // It is not part of an export.
    let exported = setup.export();
    assert!(!exported.to_string().contains(&pseudonym) && exported.get("decisions").is_none());
    assert_eq!(api.get(ADMIN, &format!("/api/store/decisions/{id}")).await.json()["allowed"], json!(true));
    assert_eq!(api.get(MEMBER, &format!("/api/store/decisions/{id}")).await.status, 404);
}
