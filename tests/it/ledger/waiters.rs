//! Whoever waits for a change is told, and nobody else.

use turnpike::{
    ledger::waiters::Waiters,
    ports::store::change::{ChangeKind, ChangeRecord, ChangeState},
};

use super::change;

fn settled(id: &str) -> ChangeRecord {
    ChangeRecord { state: ChangeState::Done, ..change(id, ChangeKind::Activate, true, 1) }
}

#[tokio::test]
async fn everyone_who_waits_for_a_change_is_told_once_it_is_settled() {
    let waiters = Waiters::default();
    let (mut one, mut two, other) = (waiters.subscribe("c1"), waiters.subscribe("c1"), waiters.subscribe("c2"));
    waiters.settled(settled("c1"));
    for waiting in [&mut one, &mut two] {
        assert_eq!(waiting.wait_for(Option::is_some).await.unwrap().clone(), Some(settled("c1")));
    }
    assert_eq!(*other.borrow(), None);
    assert!(!other.has_changed().unwrap());
}

#[test]
fn who_goes_away_leaves_nothing_behind() {
    let waiters = Waiters::default();
    for number in 0..1000 {
        drop(waiters.subscribe(&format!("c{number}")));
    }
    let _stays = waiters.subscribe("last");
    let printed = format!("{waiters:?}");
    assert!(printed.contains("last") && !printed.contains("c999"), "{printed}");
}

#[test]
fn a_change_that_nobody_waits_for_is_not_kept() {
    let waiters = Waiters::default();
    waiters.settled(settled("c1"));
    assert_eq!(*waiters.subscribe("c1").borrow(), None);
    assert!(!format!("{waiters:?}").contains("Done"));
}
