//! Stripe is gone and comes back; the state stays, in memory and in a file.

use stripe_sim::{Options, Seed, SeedItem, Sim};

use crate::peer::{Peer, http_client, quantity_form};

#[tokio::test]
async fn a_stopped_simulator_refuses_connections_and_comes_back_on_its_port() {
    let peer = Peer::start().await;
    let url = peer.sim.url();
    assert_eq!(peer.set(2, "", Some("k")).await.status, 200);
    for _ in 0..3 {
        peer.sim.stop().await;
        let error = peer.posting("/v1/subscriptions/sub_a", &quantity_form(3, ""), None).send().await.unwrap_err();
        assert!(error.is_connect(), "{error:?}");
        peer.sim.restart().await.unwrap();
    }
    assert_eq!(peer.sim.url(), url);
    assert_eq!(peer.set(2, "", Some("k")).await.header("idempotent-replayed"), Some("true"));
    assert_eq!(peer.quantity(), 2);
}

#[tokio::test]
async fn a_state_file_survives_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let options = || Options {
        state: Some(folder.path().join("state.json")),
        seed: Some(Seed { items: vec![SeedItem::new("si_a", "sub_a", 1)] }),
        ..Options::default()
    };
    let start = || async { Peer { sim: Sim::start_with(options()).await.unwrap(), http: http_client() } };
    let peer = start().await;
    let first = peer.set(4, "&proration_behavior=always_invoice", Some("k")).await;
    let ledger = peer.sim.ledger();
    drop(peer);
    let peer = start().await;
    assert_eq!(peer.quantity(), 4, "the seed does not overwrite what the file holds");
    assert_eq!(peer.sim.ledger(), ledger);
    let again = peer.set(4, "&proration_behavior=always_invoice", Some("k")).await;
    assert_eq!((again.header("idempotent-replayed"), &again.text), (Some("true"), &first.text));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no half-written file is left");
}
