//! Mails of a running host: exactly the mandate's admins are told, several events in one mail, refusals in none.

use std::collections::BTreeSet;

use futures::future::join_all;
use serde_json::Value;

use crate::{
    engines,
    host::Setup,
    mailbox::{Mailbox, Received},
    scene::{Scene, eventually},
    world::{ADMIN, CROWD, FREE, MEMBER, PAID},
};

/// Whom the mandates of the data set have as admins.
fn admins() -> BTreeSet<String> {
    let users = (0..CROWD).map(|n| format!("u-a{n}")).chain([ADMIN.to_owned()]);
    users.map(|user| format!("planted-{user}@example.org")).collect()
}

fn recipients(mails: &[Received]) -> Vec<String> {
    let mut all: Vec<String> =
        mails.iter().map(|mail| mail.header("X-Envelope-To").expect("a recipient").to_owned()).collect();
    all.sort();
    all
}

async fn scene(database: &engines::TestDatabase, mailbox: &Mailbox, window: &str) -> Scene {
    Scene::with(database, |setup: Setup| {
        setup
            .with("TURNPIKE_SMTP_URL", &mailbox.url())
            .with("TURNPIKE_MAIL_FROM", "store@example.org")
            .with("TURNPIKE_MAIL_LOCALE", "en")
            .with("TURNPIKE_MAIL_DIGEST_WINDOW", window)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_admins_get_one_mail_each_and_refusals_send_none() {
    let (database, mailbox) = (engines::sqlite().await, Mailbox::start().await);
    let scene = scene(&database, &mailbox, "1s").await;
    // Refused by the rules and by the bank: these would be due before what follows.
    assert_eq!(scene.api.activate(MEMBER, PAID, "f2").await.status, 403);
    scene.sim.fault(stripe_sim::Fault::once(
        "POST",
        "/v1/subscriptions",
        stripe_sim::Action::Status {
            status: 402,
            body: stripe_sim::BodyKind::Json,
            at: stripe_sim::Stage::Before,
            code: Some("card_declined".to_owned()),
            should_retry: None,
            saved: None,
        },
    ));
    let declined = scene.api.activate(ADMIN, PAID, "f3").await;
    assert_eq!((declined.status, declined.code().as_str()), (402, "payment-declined"), "{}", declined.text);

    let activated = scene.api.activate(ADMIN, PAID, "f0").await;
    assert_eq!(activated.status, 200, "{}", activated.text);
    let mails = mailbox.wait_for(admins().len()).await;
    assert_eq!(recipients(&mails), Vec::from_iter(admins()));
    for mail in &mails {
        assert_eq!(mail.header("To"), mail.header("X-Envelope-To"), "nobody sees the others' addresses");
        assert_eq!(mail.header("Subject"), Some("Feature f0 was activated: Label of m-paid"));
        assert!(mail.body.contains("name-u-admin activated Feature f0 for Label of m-paid."), "{}", mail.body);
        for unheard in ["f2", "f3", "si_planted", "sub_planted"] {
            assert!(!mail.body.contains(unheard), "{unheard}: {}", mail.body);
        }
    }

    // What comes later comes in a mail of its own, and there was no other in between.
    let instance = activated.json()["instanceId"].as_str().unwrap().to_owned();
    let ended = scene.api.deactivate(ADMIN, PAID, "f0", &instance).await;
    assert_eq!(ended.status, 200, "{}", ended.text);
    let mails = mailbox.wait_for(2 * admins().len()).await;
    let later = &mails[admins().len()..];
    assert_eq!(recipients(later), Vec::from_iter(admins()));
    assert!(
        later.iter().all(|mail| mail.header("Subject").unwrap() == "Feature f0 ended: Label of m-paid"),
        "{later:#?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_activations_within_the_window_come_in_one_mail() {
    let (database, mailbox) = (engines::sqlite().await, Mailbox::start().await);
    let scene = scene(&database, &mailbox, "4s").await;
    let both = join_all(["f0", "f1"].map(|feature| scene.api.activate(ADMIN, PAID, feature))).await;
    assert!(both.iter().all(|reply| reply.status == 200), "{both:?}");
    let mails = mailbox.wait_for(admins().len()).await;
    assert_eq!(recipients(&mails), Vec::from_iter(admins()));
    for mail in &mails {
        for feature in ["Feature f0", "Feature f1"] {
            assert!(mail.body.contains(feature), "{feature}: {}", mail.body);
        }
    }
    assert_eq!(scene.billed(PAID), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_mail_server_the_log_says_so() {
    let database = engines::sqlite().await;
    let scene = Scene::with(&database, |setup| setup.with("TURNPIKE_MAIL_DIGEST_WINDOW", "1s")).await;
    assert_eq!(scene.api.activate(ADMIN, FREE, "f0").await.status, 200);
    let exported = scene.setup.export();
    let event = exported["notifications"][0]["id"].as_str().expect("a notice").to_owned();
    eventually("the log says that nothing was sent", || async {
        scene.host.log().lines().any(|line| line.contains("not sent") && line.contains(&event))
    })
    .await;
    for line in scene.host.log().lines().filter(|line| line.contains("not sent")) {
        let entry: Value = serde_json::from_str(line).expect("a line of JSON");
        let text = entry.to_string();
        assert!(!text.contains('@') && !text.contains("name-u-") && !text.contains("Label of"), "{text}");
    }
}
