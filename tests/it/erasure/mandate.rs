//! A mandate is handed over so that it can be imported elsewhere, and erased once nothing of it is billed.

use serde_json::{Value, json};

use super::{WHO, erase, on_file, settings, traces::tables_with};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    host::Setup,
    mailbox::Mailbox,
    scene::Scene,
    world::{ADMIN, OPEN},
};

on_both_engines!(a_mandate_is_handed_over_and_erased);

async fn a_mandate_is_handed_over_and_erased(database: &TestDatabase) {
    let mailbox = Mailbox::start().await;
    let scene = Scene::with(database, |setup| settings(setup, &mailbox)).await;
    on_file(&scene.setup);
    for (user, feature) in [(WHO, "f0"), (ADMIN, "f1"), (WHO, "f2")] {
        assert_eq!(scene.api.activate(user, OPEN, feature).await.status, 200);
    }
    let quote = scene
        .api
        .post(ADMIN, "/api/store/quote", &json!({"mandateId": OPEN, "activate": ["f5"], "deactivate": []}))
        .await;
    assert_eq!(quote.status, 200, "{}", quote.text);
    scene.settled(OPEN).await;

    let (code, text, errors) = scene.setup.run(&["mandate", "export", OPEN]);
    assert_eq!(code, 0, "{errors}");
    let told: Value = serde_json::from_str(&text).unwrap();
    for table in tables_with(database, "mandate_id").await {
        let rows = database.number(&format!("SELECT count(*) FROM {table} WHERE mandate_id = '{OPEN}'")).await;
        let listed = told["records"][&table].as_array().map_or(0, Vec::len);
        assert!(i64::try_from(listed).unwrap() >= rows, "{table}: {listed} of {rows}");
    }
    // The document stands by itself.
    let elsewhere = database.another().await;
    let other = Setup::new(&elsewhere.url);
    other.import(&told["document"]);
    let (code, again, errors) = other.run(&["mandate", "export", OPEN]);
    assert_eq!(code, 0, "{errors}");
    assert_eq!(serde_json::from_str::<Value>(&again).unwrap()["document"], told["document"]);

    assert_eq!(scene.setup.run(&["pause", "billing", "--reason", "a test"]).0, 0);
    let (code, _, told) = erase(&scene.setup, &["mandate", "erase", OPEN, "--wait", "1s"]);
    assert_eq!(code, 3, "{told}");
    assert!(told.contains("3 changes wait for billing") && told.contains("is charged for 3"), "{told}");
    assert_eq!(scene.setup.run(&["resume", "billing"]).0, 0);
    let operations = database.number(&format!("SELECT count(*) FROM operations WHERE mandate_id = '{OPEN}'")).await;
    let (code, receipt, told) = erase(&scene.setup, &["mandate", "erase", OPEN, "--wait", "30s"]);
    assert_eq!(code, 0, "{told}");
    assert_eq!((&receipt["erased"], &receipt["mandate"]), (&json!("mandate"), &json!(OPEN)), "{receipt}");
    assert_eq!(scene.billed(OPEN), 0);
    // Its rows are gone, its proof names nobody, and what was billed is there.
    let count = async |rest: &str| database.number(&format!("SELECT count(*) FROM {rest}")).await;
    for table in [
        "mandates WHERE id",
        "roles WHERE mandate_id",
        "memberships WHERE mandate_id",
        "subscriptions WHERE mandate_id",
        "notices WHERE mandate_id",
        "quotes WHERE mandate_id",
        "ended_instances WHERE mandate_id",
    ] {
        assert_eq!(count(&format!("{table} = '{OPEN}'")).await, 0, "{table}");
    }
    let of = format!("mandate_id = '{OPEN}'");
    assert!(count(&format!("operations WHERE {of}")).await > operations, "the end was billed");
    assert!(count(&format!("changes WHERE {of} AND state = 'done'")).await >= 6);
    for named in [
        format!("changes WHERE {of} AND user_id NOT LIKE 'erased:%'"),
        format!("changes WHERE {of} AND subject_id NOT LIKE 'erased:%'"),
        format!("changes WHERE {of} AND key IS NOT NULL"),
        format!("decisions WHERE {of} AND who IS NOT NULL"),
        format!("events WHERE {of} AND (data LIKE '%\"u-%' OR data LIKE '%service:%' OR data LIKE '%@%')"),
    ] {
        assert_eq!(count(&named).await, 0, "{named}");
    }
    let (code, output, errors) = scene.setup.run(&["policy", "replay", "--mandate", OPEN]);
    assert_eq!(code, 0, "{output}{errors}");
    // People and their other mandates stay.
    assert_eq!(count(&format!("users WHERE id = '{WHO}'")).await, 1);
    assert!(count(&format!("memberships WHERE user_id = '{WHO}'")).await >= 1);
    let (code, again, _) = erase(&scene.setup, &["mandate", "erase", OPEN]);
    assert_eq!((code, &again["done"]), (0, &json!("before")), "{again}");
    let (code, _, errors) = erase(&scene.setup, &["mandate", "erase", "m-never"]);
    assert_eq!(code, 1, "{errors}");
    assert!(errors.contains("nothing is on file about a mandate `m-never`"), "{errors}");
}
