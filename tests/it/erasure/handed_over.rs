//! What is on file about a person is handed over: all of it, whichever table it is in.

use std::{fs, os::unix::fs::PermissionsExt as _};

use serde_json::Value;

use super::{TRACES, WHO, endpoint, lives, settings, traces::found};
use crate::{
    announce::receiver::Receiver, done_right::on_both_engines, engines::TestDatabase, mailbox::Mailbox, scene::Scene,
};

on_both_engines!(everything_on_file_is_handed_over);

async fn everything_on_file_is_handed_over(database: &TestDatabase) {
    let mailbox = Mailbox::start().await;
    let scene = Scene::with(database, |setup| settings(setup, &mailbox)).await;
    let receiver = Receiver::start().await;
    endpoint(database, &receiver).await;
    lives(&scene, database).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("person.json");
    let (code, _, errors) = scene.setup.run(&["person", "export", WHO, "--output", &file.to_string_lossy()]);
    assert_eq!(code, 0, "{errors}");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(&file).unwrap();
    let (code, printed, errors) = scene.setup.run(&["person", "export", WHO, "--json"]);
    assert_eq!((code, &printed), (0, &text), "{errors}");
    let told: Value = serde_json::from_str(&text).unwrap();
    let records = told["records"].as_object().unwrap();
    // A column that is new and names people is noticed here.
    for (place, rows) in found(database, &TRACES).await {
        let (table, column) = place.split_once('.').unwrap();
        let listed = records.get(table).and_then(Value::as_array).unwrap_or_else(|| panic!("{place} is left out"));
        let naming = listed.iter().filter(|row| {
            let text = row[column].to_string().to_lowercase();
            TRACES.iter().any(|trace| text.contains(trace))
        });
        assert_eq!(i64::try_from(naming.count()).unwrap(), rows, "{place}");
    }
    // Decisions are found by the pseudonym, the refusal among them; nothing of anybody else is told.
    let decisions = records["decisions"].as_array().unwrap();
    assert!(decisions.iter().all(|row| row["who"] == told["pseudonym"] && row["facts"].is_object()), "{decisions:?}");
    assert!(decisions.iter().any(|row| row["allowed"] == 0));
    let theirs = "SELECT count(*) FROM decisions d JOIN changes c ON c.id = d.id WHERE c.user_id = 'u-zyxq7'";
    assert!(i64::try_from(decisions.len()).unwrap() > database.number(theirs).await);
    assert!(!text.contains("planted-u-"), "mail addresses of others");
    assert!(records["pseudonym_keys"][0].get("key").is_none());
    for remembered in records["ended_instances"].as_array().unwrap() {
        let accesses = remembered["accesses"].as_array().unwrap();
        assert!(accesses.iter().all(|access| access["userId"] == WHO), "{remembered}");
    }
    let (code, _, errors) = scene.setup.run(&["person", "export", "nobody-ever"]);
    assert_eq!(code, 1);
    assert!(errors.contains("nothing is on file about a user `nobody-ever`"), "{errors}");
}
