//! `turnpike outbox`: what is not sent is listed and tried again, under the Message-ID it had.

use serde_json::json;

use super::{refused, told, told_json};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    mailbox::Mailbox,
    scene::{Scene, eventually},
    world::{ADMIN, FREE},
};

on_both_engines!(dead_mails_are_listed_and_sent_again);

async fn dead_mails_are_listed_and_sent_again(database: &TestDatabase) {
    let mailbox = Mailbox::start().await;
    let scene = Scene::with(database, |setup| {
        setup
            .with("TURNPIKE_SMTP_URL", &mailbox.url())
            .with("TURNPIKE_MAIL_FROM", "turnpike@example.com")
            .with("TURNPIKE_MAIL_DIGEST_WINDOW", "0s")
    })
    .await;
    assert!(refused(&scene.setup, &["outbox", "retry", "--all-dead"]).contains("no notice was given up"));
    assert_eq!(told(&scene.setup, &["outbox", "list"]), "every notice is sent\n");
    // Nobody can be told: the notice is given up at once.
    database.execute("UPDATE users SET email = NULL").await;
    assert_eq!(scene.api.activate(ADMIN, FREE, "f0").await.status, 200);
    let dead = || told_json(&scene.setup, &["outbox", "list", "--dead"])["notices"].as_array().expect("a list").clone();
    eventually("the notice is given up", || async { dead().len() == 1 }).await;
    let notice = dead()[0].clone();
    assert_eq!(notice["lastError"], "no admin of the mandate has a mail address", "{notice}");
    assert_eq!((&notice["state"], &notice["mailId"]), (&json!("dead"), &notice["id"]));
    let id = notice["id"].as_str().expect("an id");
    let listed = told(&scene.setup, &["outbox", "list"]);
    assert!(listed.starts_with("NOTICE") && listed.contains(id) && listed.contains("dead"), "{listed}");

    database.execute("UPDATE users SET email = 'planted-admin@example.org' WHERE id = 'u-admin'").await;
    assert!(refused(&scene.setup, &["outbox", "retry", "none"]).contains("no notice `none`"));
    assert_eq!(told(&scene.setup, &["outbox", "retry", id]), "1 notice is due again\n");
    let mails = mailbox.wait_for(1).await;
    assert_eq!(mails[0].header("Message-ID"), Some(format!("<{id}@example.com>").as_str()));
    eventually("it is recorded", || async { told(&scene.setup, &["outbox", "list"]) == "every notice is sent\n" })
        .await;
    assert_eq!(mailbox.mails().len(), 1);
    let audited = "SELECT count(*) FROM audit WHERE action = 'outbox retry'";
    assert_eq!(database.number(audited).await, 1, "what was refused is no deed");
    let (code, _, errors) = scene.setup.run(&["outbox", "retry"]);
    assert_eq!(code, 2, "{errors}");
}
