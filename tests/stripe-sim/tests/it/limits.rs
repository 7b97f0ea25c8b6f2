//! The limits per subscription: 10 invoices a minute, 20 a day, 200 quantity updates an hour.

use std::time::Duration;

use stripe_sim::Limits;

use crate::peer::Peer;

/// Sends updates with alternating quantities until one is refused; how many went through.
async fn updates_until_refused(peer: &Peer, more: &str, at_most: u64) -> u64 {
    for count in 0..at_most {
        let answer = peer.set(2 + count % 2, more, None).await;
        if answer.status == 429 {
            assert_eq!(answer.error("code"), "rate_limit");
            return count;
        }
        assert_eq!(answer.status, 200);
    }
    at_most
}

#[tokio::test]
async fn invoices_are_limited_by_the_minute_and_by_the_day() {
    let peer = Peer::start().await;
    let more = "&proration_behavior=always_invoice";
    assert_eq!(updates_until_refused(&peer, more, 30).await, 10);
    peer.sim.advance(Duration::from_secs(60));
    assert_eq!(updates_until_refused(&peer, more, 30).await, 10);
    peer.sim.advance(Duration::from_secs(60));
    assert_eq!(updates_until_refused(&peer, more, 30).await, 0, "20 a day");
    assert_eq!(peer.set(9, "", None).await.status, 200, "without an invoice there is no such limit");
    peer.sim.advance(Duration::from_secs(86_400));
    assert_eq!(updates_until_refused(&peer, more, 5).await, 5);
}

#[tokio::test]
async fn quantity_updates_are_limited_by_the_hour_and_the_limit_can_be_switched_off() {
    let peer = Peer::start().await;
    assert_eq!(updates_until_refused(&peer, "&proration_behavior=none", 300).await, 200);
    let quantity = peer.quantity();
    assert_eq!(peer.set(quantity, "", None).await.status, 200, "no change, no update");
    peer.sim.limits(Limits { enabled: false, ..Limits::default() });
    assert_eq!(updates_until_refused(&peer, "&proration_behavior=none", 5).await, 5);
    peer.sim.limits(Limits::default());
    peer.sim.advance(Duration::from_secs(3600));
    assert_eq!(updates_until_refused(&peer, "&proration_behavior=none", 5).await, 5);
}
