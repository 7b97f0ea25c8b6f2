//! An erasure waits for what is under way, says for what, and is gone on with; and it is asked for before it is done.

use reqwest::Method;
use serde_json::json;

use super::{
    WHO, endpoint, erase, on_file, settings,
    traces::{found, nowhere},
};
use crate::{
    announce::receiver::Receiver,
    directory::Machine,
    done_right::on_both_engines,
    engines::TestDatabase,
    mailbox::Mailbox,
    scene::{Scene, eventually},
    world::{FREE, OPEN},
};

on_both_engines!(
    billing_and_the_product_are_waited_for,
    a_service_erases_somebody_whom_it_deleted_before,
    nothing_is_done_unless_somebody_says_yes,
);

async fn billing_and_the_product_are_waited_for(database: &TestDatabase) {
    let mailbox = Mailbox::start().await;
    let scene = Scene::with(database, |setup| settings(setup, &mailbox)).await;
    on_file(&scene.setup);
    assert_eq!(scene.api.activate(WHO, OPEN, "f0").await.status, 200);
    scene.settled(OPEN).await;
    assert_eq!(scene.setup.run(&["pause", "billing", "--reason", "a test"]).0, 0);
    let (code, _, told) = erase(&scene.setup, &["person", "erase", WHO, "--wait", "1s"]);
    assert_eq!(code, 3, "{told}");
    assert!(told.contains("the bill goes down by 1 instances, 9000 minor units of CHF per period"), "{told}");
    assert!(told.contains("begun, not done: 1 changes wait for billing. Run it again to go on"), "{told}");
    // What ends has ended; who it was is still known to those that are to be told.
    assert_eq!(database.number(&format!("SELECT count(*) FROM memberships WHERE user_id = '{WHO}'")).await, 0);
    assert_eq!(database.number(&format!("SELECT count(*) FROM users WHERE id = '{WHO}'")).await, 1);
    // No visit meanwhile makes a home mandate.
    assert_eq!(scene.api.get(WHO, "/api/store/mandates").await.json(), json!([]));
    assert_eq!(scene.setup.run(&["resume", "billing"]).0, 0);

    let receiver = Receiver::start().await;
    receiver.answer_all(500);
    endpoint(database, &receiver).await;
    on_file(&scene.setup);
    assert_eq!(scene.api.activate(WHO, FREE, "f1").await.status, 200);
    let (code, _, told) = erase(&scene.setup, &["person", "erase", WHO, "--wait", "3s"]);
    assert_eq!(code, 3, "{told}");
    assert!(told.contains("events are still to be sent to the embedding product"), "{told}");
    receiver.answer_all(204);
    // After two failures it would be tried in a minute.
    database.execute("UPDATE event_deliveries SET not_before = 0 WHERE state = 'waiting'").await;
    let (code, receipt, told) = erase(&scene.setup, &["person", "erase", WHO, "--wait", "30s"]);
    assert_eq!(code, 0, "{told}");
    assert_eq!(receipt["erased"], "person");
    nowhere(database).await;
    let heard = receiver.received();
    assert!(heard.iter().any(|got| got.raw.contains("access.revoked") && got.raw.contains(WHO)), "{heard:?}");
    scene.settled(OPEN).await;
    assert_eq!(scene.billed(OPEN), 0);
}

/// Who was only deleted is on file by the id still.
async fn a_service_erases_somebody_whom_it_deleted_before(database: &TestDatabase) {
    let mailbox = Mailbox::start().await;
    let scene = Scene::with(database, |setup| settings(setup, &mailbox)).await;
    let machine = Machine::new(&scene.host.url);
    on_file(&scene.setup);
    assert_eq!(scene.api.activate(WHO, OPEN, "f0").await.status, 200);
    scene.settled(OPEN).await;
    assert_eq!(machine.delete(&format!("users/{WHO}")).await.status, 204);
    assert!(!found(database, &["zyxq7"]).await.is_empty());
    let path = format!("users/{WHO}/erase");
    let erase = async || machine.send(Method::POST, &path, &[], None).await;
    eventually("it is erased", || async {
        let reply = erase().await;
        assert!([200, 202].contains(&reply.status), "{}", reply.text);
        reply.status == 200
    })
    .await;
    let left = found(database, &["zyxq7"]).await;
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(erase().await.json(), json!({"erased": "person", "done": "before"}));
    let noted = database.lines("SELECT actor FROM audit WHERE action = 'erase person'").await;
    assert_eq!(noted, ["service:sync"]);
    scene.settled(OPEN).await;
    assert_eq!(scene.billed(OPEN), 0);
}

async fn nothing_is_done_unless_somebody_says_yes(database: &TestDatabase) {
    let mailbox = Mailbox::start().await;
    let scene = Scene::with(database, |setup| settings(setup, &mailbox)).await;
    on_file(&scene.setup);
    let before = scene.setup.export();
    for arguments in [["person", "erase", WHO], ["mandate", "erase", FREE]] {
        // Standard input of a test is at its end.
        let (code, output, errors) = scene.setup.run(&arguments);
        assert_eq!((code, output.as_str()), (1, ""), "{errors}");
        assert!(errors.contains("nothing was done: answer `yes`, or add --yes"), "{errors}");
    }
    assert_eq!(scene.setup.export(), before);
}
