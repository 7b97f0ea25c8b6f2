//! Every kind of event, written by the method that does what it tells of, and by nothing that comes to nothing.

use core_wasm::{facts::SubscriptionStatus, reason::Reason, settings::Gate};
use turnpike::{
    adapters::sql::SqlStore,
    ports::store::{
        binding::{BindingStore as _, BoundSubscription},
        change::{Batch, ChangeKind, ChangeState},
        event::{EventKind, EventRecord, EventStore as _},
        operation::{Direction, NewOperation, OperationStore as _, Outcome},
        provision::{HomeMandate, ProvisionStore as _},
        transaction::{LeaveRows, NewAccess, ReservedEnd, TransactionStore as _},
    },
};

use super::stage::told;
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    store::rows::{
        FAR, NOW, active, change, claim, decision, deed, end, ending, form, note, notice, queued, raise, reserve,
        seeded, settlement, withdraw,
    },
};

on_both_engines!(
    a_free_activation_and_its_end,
    a_confirmed_activation_and_a_refused_one,
    what_was_never_usable_is_not_told_of,
    a_restore,
    an_access_that_is_given_up,
    a_batch,
    a_subscription_that_follows_the_provider,
    a_home_mandate,
    what_is_rolled_back_did_not_happen,
);

/// Gives places and says what there is: kind, and whom and what it is about.
async fn lines(store: &SqlStore) -> Vec<String> {
    store.place_events(NOW, 100).await.expect("places");
    told(store).await.iter().map(line).collect()
}

fn line(event: &EventRecord) -> String {
    let text = |name: &str| event.data.get(name).and_then(serde_json::Value::as_str).unwrap_or("-").to_owned();
    let subject = if event.kind == EventKind::SubscriptionChanged { "subscriptionId" } else { "instanceId" };
    format!("{} {} {}", event.kind.as_str(), text(subject), text("userId"))
}

async fn a_free_activation_and_its_end(database: &TestDatabase) {
    let store = seeded(database).await;
    let mut rows = active("c1", "i1");
    rows.accesses.push(access("a-ben", "u-ben", true));
    rows.accesses.push(access("a-eve", "u-eve", false));
    reserve(&store, &rows).await.expect("an instance");
    let begun = ["instance.activated i1 -", "access.granted i1 u-anna", "access.granted i1 u-ben"];
    assert_eq!(lines(&store).await, begun);
    let events = told(&store).await;
    let expected = serde_json::json!({
        "instanceId": "i1", "featureCode": "chatbot", "changeId": "c1", "byUserId": "u-anna"
    });
    assert_eq!(serde_json::Value::from(events[0].data.clone()), expected);
    let expected = serde_json::json!({
        "instanceId": "i1", "featureCode": "chatbot", "userId": "u-anna", "roles": ["chatbot-admin"],
        "changeId": "c1", "byUserId": "u-anna"
    });
    assert_eq!(serde_json::Value::from(events[1].data.clone()), expected);
    assert!(events.iter().all(|event| event.at == NOW && event.mandate_id == "m-alpha" && event.id.len() == 32));
    assert_eq!(events.iter().map(|event| event.place).collect::<Vec<_>>(), [1, 2, 3]);

    end(&store, &ending("c2", "i1")).await;
    let ended = ["access.revoked i1 u-anna", "access.revoked i1 u-ben", "instance.ended i1 -"];
    assert_eq!(lines(&store).await, [begun.as_slice(), ended.as_slice()].concat());
    assert_eq!(told(&store).await[5].data["changeId"], "c2");
}

fn access(id: &str, user: &str, enabled: bool) -> NewAccess {
    NewAccess { id: id.into(), user_id: user.into(), enabled, role_ids: vec!["i1-r2".into(), "i1-r1".into()] }
}

async fn a_confirmed_activation_and_a_refused_one(database: &TestDatabase) {
    let store = seeded(database).await;
    for (id, instance) in [("c1", "i1"), ("c2", "i2")] {
        reserve(&store, &queued(id, instance)).await.expect("an instance");
    }
    assert!(lines(&store).await.is_empty(), "nothing can be used yet");
    form(&store, &NewOperation { to_quantity: 2, ..raise("o1", 0, None) }, &["c1", "c2"]).await;
    let done = settlement(claim(&store).await, Outcome::Applied);
    assert!(store.settle(&done).await.expect("an answer"));
    let confirmed =
        ["instance.activated i1 -", "access.granted i1 u-anna", "instance.activated i2 -", "access.granted i2 u-anna"];
    assert_eq!(lines(&store).await, confirmed);
    assert!(told(&store).await.iter().all(|event| event.at == NOW + 5));
    assert!(!store.settle(&done).await.expect("an answer"), "once");

    reserve(&store, &queued("c3", "i3")).await.expect("an instance");
    form(&store, &raise("o2", 2, None), &["c3"]).await;
    let outcome = Outcome::Rejected { reasons: vec![Reason::PaymentDeclined {}], retry_at: FAR };
    assert!(store.settle(&settlement(claim(&store).await, outcome)).await.expect("an answer"));
    assert_eq!(lines(&store).await, confirmed, "what billing refused did not happen");
}

async fn what_was_never_usable_is_not_told_of(database: &TestDatabase) {
    let store = seeded(database).await;
    for (id, instance) in [("c1", "i1"), ("c2", "i2"), ("c3", "i3")] {
        reserve(&store, &queued(id, instance)).await.expect("an instance");
    }
    assert!(withdraw(&store, "c4", "c1", "i1").await, "gone at once");
    store.cancel("c2", &[], NOW + 1).await.expect("an answer");
    form(&store, &raise("o1", 0, None), &["c3"]).await;
    assert!(!withdraw(&store, "c5", "c3", "i3").await, "an operation carries it");
    assert!(store.settle(&settlement(claim(&store).await, Outcome::Applied)).await.expect("an answer"));
    assert_eq!(lines(&store).await, [""; 0]);
}

async fn a_restore(database: &TestDatabase) {
    let store = seeded(database).await;
    reserve(&store, &active("c1", "i1")).await.expect("an instance");
    end(&store, &ending("c2", "i1")).await;
    let mut again = active("c3", "i1");
    again.change.kind = ChangeKind::Restore;
    reserve(&store, &again).await.expect("an instance");
    assert_eq!(lines(&store).await[4..], ["instance.restored i1 -", "access.granted i1 u-anna"]);

    // The same, confirmed by billing.
    end(&store, &ending("c4", "i1")).await;
    let mut billed = queued("c5", "i1");
    billed.change.kind = ChangeKind::Restore;
    reserve(&store, &billed).await.expect("an instance");
    form(&store, &raise("o1", 0, None), &["c5"]).await;
    assert!(store.settle(&settlement(claim(&store).await, Outcome::Applied)).await.expect("an answer"));
    assert_eq!(lines(&store).await[8..], ["instance.restored i1 -", "access.granted i1 u-anna"]);
}

async fn an_access_that_is_given_up(database: &TestDatabase) {
    let store = seeded(database).await;
    let mut rows = active("c1", "i1");
    rows.accesses.push(access("a-ben", "u-ben", true));
    reserve(&store, &rows).await.expect("an instance");
    for (id, subject) in [("c2", Some("u-ben")), ("c3", None)] {
        let mut leaving = LeaveRows {
            change: change(ChangeKind::Leave, id, "i1"),
            is_pending: false,
            notice: notice(&format!("n-{id}"), NOW),
            decision: decision(id),
            note: note(ChangeKind::Leave, id, "i1"),
        };
        leaving.change.subject_id = subject.map(str::to_owned);
        leaving.change.state = ChangeState::Done;
        let mut transaction = store.begin("m-alpha").await.expect("a transaction");
        transaction.leave(&leaving).await.expect("an answer");
        transaction.commit().await.expect("a commit");
    }
    assert_eq!(lines(&store).await[3..], ["access.revoked i1 u-ben", "access.revoked i1 u-anna"]);
}

async fn a_batch(database: &TestDatabase) {
    let store = seeded(database).await;
    reserve(&store, &active("c1", "i1")).await.expect("an instance");
    let batch = |wish: Option<&str>| Some(Batch { id: "b".into(), wish: wish.map(str::to_owned) });
    let mut made = queued("c2", "i2");
    made.change.batch = batch(Some("wish"));
    let mut ended = ReservedEnd {
        change: change(ChangeKind::End, "c3", "i1"),
        notice: notice("n-c3", NOW),
        decision: decision("c3"),
        note: note(ChangeKind::End, "c3", "i1"),
    };
    (ended.change.batch, ended.change.gate, ended.change.key) = (batch(None), Some(Gate::Quantity), None);
    for change in [&mut made.change, &mut ended.change] {
        change.state = ChangeState::Billing;
        change.operation_id = Some("o1".into());
    }
    let operation = NewOperation { direction: Direction::Mixed, to_quantity: 1, ..raise("o1", 1, Some(0)) };
    let mut transaction = store.begin("m-alpha").await.expect("a transaction");
    transaction.reserve(&made).await.expect("rows");
    transaction.reserve_end(&ended).await.expect("rows");
    transaction.operate(&operation).await.expect("an operation");
    transaction.commit().await.expect("a commit");
    assert_eq!(lines(&store).await.len(), 2, "of the first activation only");
    assert!(store.settle(&settlement(claim(&store).await, Outcome::Applied)).await.expect("an answer"));
    let expected =
        ["access.revoked i1 u-anna", "instance.ended i1 -", "instance.activated i2 -", "access.granted i2 u-anna"];
    assert_eq!(lines(&store).await[2..], expected);
}

async fn a_subscription_that_follows_the_provider(database: &TestDatabase) {
    let store = seeded(database).await;
    let after = BoundSubscription {
        status: SubscriptionStatus::PastDue,
        ends_at: Some(5),
        trial_ends_at: Some(3),
        item: Some("si_1".to_owned()),
        is_refused: false,
    };
    // What is the same, and what only billing has to know, is nobody's business.
    for (ends_at, item, told) in [(Some(5), "si_1", 1), (Some(5), "si_2", 1), (None, "si_2", 2)] {
        let look = store.begin_look("sub_1").await.expect("an answer").expect("a look");
        let mut transaction = store.begin("m-alpha").await.expect("a transaction");
        let after = BoundSubscription { ends_at, item: Some(item.to_owned()), ..after.clone() };
        transaction.amend(&look, &after, None).await.expect("written");
        transaction.commit().await.expect("a commit");
        assert_eq!(lines(&store).await, vec!["subscription.changed s-alpha -"; told]);
    }
    let expected = serde_json::json!({
        "subscriptionId": "s-alpha", "planKey": "PAID", "status": "PAST_DUE", "startsAt": null, "endsAt": 5,
        "trialEndsAt": 3
    });
    assert_eq!(serde_json::Value::from(told(&store).await[0].data.clone()), expected);
}

async fn a_home_mandate(database: &TestDatabase) {
    let store = seeded(database).await;
    let home = HomeMandate {
        user_id: "u-new".into(),
        username: "Nora Neu".into(),
        mandate_id: "home".into(),
        name: "Home Nora Neu".into(),
        admin_role: ("home-role".into(), "admin".into()),
        membership_id: "home-um".into(),
        subscription_id: "home-s".into(),
        plan_key: "FREE".into(),
        trial_ends_at: NOW + 7,
        created_at: NOW,
        decision: decision("home-d"),
        note: deed("home mandate", "home"),
    };
    assert!(store.grant_home(&home).await.expect("an answer"));
    assert!(!store.grant_home(&home).await.expect("an answer"));
    assert_eq!(lines(&store).await, ["subscription.changed home-s -"]);
    let events = told(&store).await;
    assert_eq!((events[0].mandate_id.as_str(), events[0].at), ("home", NOW));
    assert_eq!((&events[0].data["status"], &events[0].data["trialEndsAt"]), (&"TRIALING".into(), &(NOW + 7).into()));
}

async fn what_is_rolled_back_did_not_happen(database: &TestDatabase) {
    let store = seeded(database).await;
    let mut transaction = store.begin("m-alpha").await.expect("a transaction");
    transaction.reserve(&active("c1", "i1")).await.expect("an instance");
    drop(transaction);
    assert!(lines(&store).await.is_empty());
}

#[test]
fn every_kind_has_a_word_of_its_own() {
    for kind in EventKind::ALL {
        assert_eq!(EventKind::of_word(kind.as_str()), Some(kind));
    }
    assert_eq!(EventKind::of_word("instance.unknown"), None);
}
