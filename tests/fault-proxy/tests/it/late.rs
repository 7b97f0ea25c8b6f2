//! What reaches the server after its sender has gone.

use std::time::Duration;

use fault_proxy::{Fault, Rule};

use crate::server::{SOON, Scene, sent};

#[tokio::test]
async fn a_held_request_waits_for_its_release() {
    let scene = Scene::with(Fault::Hold).await;
    let (answer, ()) = tokio::join!(scene.send(), async {
        assert!(scene.proxy.wait_until(SOON, |record| record.held == 1).await);
        assert_eq!(scene.got(), []);
        scene.proxy.release();
    });
    assert_eq!(answer.unwrap().text().await.unwrap(), "{\"answer\":1}");
    assert_eq!(scene.proxy.record().held, 0);
}

#[tokio::test]
async fn a_held_request_arrives_after_its_release_although_its_client_is_gone() {
    let scene = Scene::with(Fault::Hold).await;
    let error = scene.request().timeout(Duration::from_millis(300)).send().await.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    assert!(scene.proxy.wait_until(SOON, |record| record.held == 1).await);
    // The same once more: it overtakes the one that is held.
    scene.send().await.unwrap();
    assert_eq!(scene.got().len(), 1);
    scene.proxy.release();
    assert!(scene.proxy.wait_until(SOON, |record| record.forwarded == 2).await);
    assert_eq!(scene.got(), [sent(), sent()]);
}

#[tokio::test]
async fn being_calm_releases_nothing() {
    let scene = Scene::new().await;
    scene.proxy.plan(Rule::forever("POST", "/", Fault::Hold));
    let held = scene.request().timeout(Duration::from_millis(300)).send().await;
    assert!(held.is_err());
    scene.proxy.calm();
    assert_eq!(scene.proxy.record().held, 1);
    assert_eq!(scene.send().await.unwrap().text().await.unwrap(), "{\"answer\":1}", "it is the first to arrive");
}

#[tokio::test]
async fn a_late_request_arrives_after_its_connection_was_reset() {
    let scene = Scene::with(Fault::Late { ms: 300 }).await;
    assert!(scene.send().await.is_err());
    assert_eq!((scene.got(), scene.proxy.record().late), (vec![], 1));
    assert!(scene.proxy.wait_until(SOON, |record| record.late == 0).await);
    assert_eq!(scene.got(), [sent()]);
}
