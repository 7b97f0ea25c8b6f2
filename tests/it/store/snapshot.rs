//! Every branch of a snapshot, in one statement.

use core_wasm::facts::{InstanceState, SubscriptionStatus};
use turnpike::ports::store::{
    operation::{OperationStore as _, Outcome, Reading},
    snapshot::{Ask, EndedAccess, MembershipRecord, PlanRecord, RoleRecord, Translations},
    transaction::TransactionStore as _,
};

use super::rows::{
    FAR, NOW, active, ask, billed, claim, end, ending, form, key, look, queued, raise, reserve, seeded, settlement,
    started, target,
};
use crate::{engines::TestDatabase, statements::counted};

super::on_both_engines!(
    mandate_with_membership_roles_and_subscriptions,
    stranger_and_unknown_mandate,
    feature_and_its_category,
    living_instance,
    ended_instance_with_accesses,
    what_was_not_told_to_billing_is_not_billed,
    replay_and_pending,
    confirmed_quantity_and_price,
    ends_count_for_the_subscription_that_is_told_of_them,
    invoices_of_a_day_and_what_waits,
    all_branches_are_one_statement,
);

async fn mandate_with_membership_roles_and_subscriptions(database: TestDatabase) {
    let store = seeded(&database).await;
    let snapshot = look(&store, &ask()).await;
    let mandate = snapshot.mandate.expect("the mandate");
    assert_eq!(
        (mandate.id.as_str(), mandate.name.as_str(), mandate.label.as_deref()),
        ("m-alpha", "alpha", Some("Alpha AG"))
    );
    assert!(!mandate.is_system && mandate.enabled);
    let role = |label: Option<&str>, mandate: Option<&str>| RoleRecord {
        label: label.map(Into::into),
        mandate_id: mandate.map(Into::into),
        instance_id: None,
    };
    let roles = vec![role(Some("user"), Some("m-alpha")), role(Some("admin"), Some("m-alpha")), role(None, None)];
    assert_eq!(mandate.membership, Some(MembershipRecord { enabled: true, roles }));
    let [old, alpha] = mandate.subscriptions.as_slice() else { panic!("two subscriptions") };
    assert_eq!((old.id.as_str(), old.plan_key.as_str(), &old.plan), ("s-old", "GONE", &None));
    assert_eq!((old.starts_at, old.ends_at, old.trial_ends_at), (Some(1), Some(2), None));
    assert_eq!(alpha.status, SubscriptionStatus::Active);
    assert_eq!(
        alpha.plan,
        Some(PlanRecord {
            key: "PAID".into(),
            label: None,
            price_minor: Some(9000),
            currency: "CHF".into(),
            price_includes_tax: false,
            billing_period: "MONTHLY".into(),
            max_instances: Some(5),
            max_data_volume_mb: Some(1024),
            budget_ai_minor: Some(1000),
        })
    );
    assert_eq!(
        (alpha.stripe_subscription_id.as_deref(), alpha.stripe_item_id.as_deref()),
        (Some("sub_1"), Some("si_1"))
    );
    assert_eq!((alpha.confirmed_quantity, alpha.price_at_odds, alpha.in_doubt_since), (None, false, None));
    assert_eq!((mandate.counted, billed(&mandate)), (0, 0));
    assert!(snapshot.feature.is_none() && snapshot.instance.is_none() && snapshot.unresolved.is_empty());

    let ben = look(&store, &Ask { user_id: "u-ben".into(), ..ask() }).await.mandate.expect("the mandate");
    assert_eq!(ben.membership.map(|membership| (membership.enabled, membership.roles.len())), Some((false, 1)));
}

async fn stranger_and_unknown_mandate(database: TestDatabase) {
    let store = seeded(&database).await;
    let stranger = look(&store, &Ask { user_id: "nobody".into(), ..ask() }).await;
    assert_eq!(stranger.mandate.expect("the mandate").membership, None);
    let unknown = look(&store, &Ask { mandate_id: "m-none".into(), ..ask() }).await;
    assert_eq!(unknown.mandate, None);
}

async fn feature_and_its_category(database: TestDatabase) {
    let store = seeded(&database).await;
    let asked = |code: &str| Ask { feature_code: Some(code.into()), ..ask() };
    let chatbot = look(&store, &asked("chatbot")).await.feature.expect("the feature");
    assert_eq!(
        chatbot.label,
        Translations { en: Some("Chatbot".into()), fr: Some("Robot".into()), ..Translations::default() }
    );
    assert_eq!((chatbot.icon.as_deref(), chatbot.category.as_str()), (Some("mdi-chat"), "store"));
    assert_eq!(chatbot.template_roles, ["chatbot-admin", "chatbot-user"]);
    assert_eq!(look(&store, &asked("sysadmin")).await.feature.expect("the feature").category, "system");
    assert_eq!(look(&store, &asked("none")).await.feature, None);

    database
        .execute(
            "INSERT INTO resources (object_key, category, feature_code) VALUES ('a', 'other', 'sysadmin'), \
             ('b', 'store', 'sysadmin'), ('c', NULL, NULL)",
        )
        .await;
    assert_eq!(look(&store, &asked("sysadmin")).await.feature.expect("the feature").category, "store");
    assert_eq!(look(&store, &asked("chatbot")).await.feature.expect("the feature").category, "hidden");
}

async fn living_instance(database: TestDatabase) {
    let store = seeded(&database).await;
    reserve(&store, &active("c1", "i1")).await.expect("an instance");
    reserve(&store, &queued("c2", "i2")).await.expect("an instance");
    let asked = |instance: &str, colleague: Option<&str>| Ask {
        instance_id: Some(instance.into()),
        colleague_id: colleague.map(Into::into),
        ..ask()
    };
    let snapshot = look(&store, &asked("i1", None)).await;
    let instance = snapshot.instance.expect("the instance");
    assert_eq!(
        (instance.state, instance.enabled, instance.accesses, instance.has_access),
        (InstanceState::Active, true, 1, true)
    );
    assert_eq!((instance.activated_at, instance.activated_by.as_deref()), (Some(NOW), Some("u-anna")));
    assert_eq!((instance.label.as_deref(), instance.reserved_by_change), (Some("My bot"), None));
    let mandate = snapshot.mandate.expect("the mandate");
    assert_eq!((mandate.counted, billed(&mandate)), (2, 1));

    let reserved = look(&store, &asked("i2", Some("u-ben"))).await.instance.expect("the instance");
    assert_eq!((reserved.state, reserved.has_access, reserved.accesses), (InstanceState::Reserved, false, 1));
    assert_eq!((reserved.reserved_by_change.as_deref(), reserved.activated_at), (Some("c2"), None));
    // It is found in whatever mandate it is.
    let elsewhere = look(&store, &Ask { mandate_id: "m-beta".into(), ..asked("i1", None) }).await;
    assert_eq!(elsewhere.instance.map(|instance| instance.mandate_id).as_deref(), Some("m-alpha"));
}

async fn ended_instance_with_accesses(database: TestDatabase) {
    let store = seeded(&database).await;
    let mut rows = active("c1", "i1");
    // Ben's membership is disabled: he does not come back with the instance.
    for (id, user) in [("a-ben", "u-ben"), ("a-eve", "u-eve")] {
        rows.accesses.push(turnpike::ports::store::transaction::NewAccess {
            id: id.into(),
            user_id: user.into(),
            enabled: false,
            role_ids: Vec::new(),
        });
    }
    rows.accesses[0].role_ids = vec!["i1-r2".into(), "i1-r1".into()];
    reserve(&store, &rows).await.expect("an instance");
    end(&store, &ending("c2", "i1")).await;
    let asked = Ask { ended_instance_id: Some("i1".into()), ..ask() };
    let snapshot = look(&store, &asked).await;
    let ended = snapshot.ended.expect("the ended instance");
    assert_eq!(
        (ended.id.as_str(), ended.feature_code.as_str(), ended.label.as_deref()),
        ("i1", "chatbot", Some("My bot"))
    );
    assert_eq!(ended.ended_at, NOW);
    assert_eq!(
        ended.accesses,
        [
            EndedAccess {
                user_id: "u-anna".into(),
                enabled: true,
                role_labels: vec!["chatbot-user".into(), "chatbot-admin".into()],
            },
            EndedAccess { user_id: "u-eve".into(), enabled: false, role_labels: Vec::new() },
        ]
    );
    assert_eq!(snapshot.feature.map(|feature| feature.code).as_deref(), Some("chatbot"));
    // Ended, but still on the bill until billing was told.
    let mandate = snapshot.mandate.expect("the mandate");
    assert_eq!((mandate.counted, billed(&mandate)), (0, 1));
    let elsewhere = look(&store, &Ask { mandate_id: "m-beta".into(), ..asked }).await;
    assert!(elsewhere.ended.is_none() && elsewhere.feature.is_none());
}

/// An instance that does not wait for billing is active at once, and on the bill when billing confirmed it. An operation
/// of another change must not count it before.
async fn what_was_not_told_to_billing_is_not_billed(database: TestDatabase) {
    let store = seeded(&database).await;
    reserve(&store, &active("c1", "i1")).await.expect("an instance");
    let mut at_once = queued("c2", "i2");
    at_once.change.gate = None;
    at_once.active = true;
    reserve(&store, &at_once).await.expect("an instance");
    let alpha = async || {
        let mandate = look(&store, &ask()).await.mandate.expect("the mandate");
        (mandate.counted, billed(&mandate))
    };
    assert_eq!(alpha().await, (2, 1));
    database.execute(&format!("UPDATE changes SET not_before = {FAR} WHERE id = 'c2'")).await;
    assert_eq!(alpha().await, (2, 1), "put off");
    form(&store, &raise("o1", 1, None), &["c2"]).await;
    assert_eq!(alpha().await, (2, 1), "under way");
    assert!(store.settle(&settlement(claim(&store).await, Outcome::Applied)).await.expect("an answer"));
    assert_eq!(alpha().await, (2, 2), "confirmed");
}

async fn replay_and_pending(database: TestDatabase) {
    let store = seeded(&database).await;
    let with_key = queued("c1", "i1");
    reserve(&store, &with_key).await.expect("an instance");
    let mut keyless = queued("c2", "i2");
    keyless.change.key = None;
    reserve(&store, &keyless).await.expect("an instance");
    let asked = Ask { feature_code: Some("chatbot".into()), key: Some(key("c1")), join: true, ..ask() };
    let snapshot = look(&store, &asked).await;
    assert_eq!(snapshot.replay, Some(with_key.change));
    assert_eq!(snapshot.pending, Some(keyless.change));
    let other = look(&store, &Ask { user_id: "u-ben".into(), ..asked.clone() }).await;
    assert!(other.replay.is_none() && other.pending.is_none());
    database.execute("UPDATE changes SET state = 'done' WHERE id = 'c2'").await;
    assert_eq!(look(&store, &asked).await.pending, None);
}

async fn confirmed_quantity_and_price(database: TestDatabase) {
    let store = seeded(&database).await;
    let reading = |id: &str, quantity: i64, price_at_odds: bool, at: i64| Reading {
        id: id.into(),
        mandate_id: "m-alpha".into(),
        subscription_id: "s-alpha".into(),
        target: target(),
        quantity,
        price_at_odds,
        at,
    };
    let alpha = async || {
        let snapshot = look(&store, &ask()).await;
        let subscription = snapshot.mandate.expect("the mandate").subscriptions.pop().expect("a subscription");
        (subscription.confirmed_quantity, subscription.price_at_odds, subscription.in_doubt_since, snapshot.unresolved)
    };
    store.observe(&reading("o1", 7, true, NOW)).await.expect("a reading");
    assert_eq!(alpha().await, (Some(7), true, None, Vec::new()));
    store.observe(&reading("o2", 0, false, NOW)).await.expect("a reading");
    assert_eq!(alpha().await, (Some(0), false, None, Vec::new()));
    reserve(&store, &started("c1", "i1", 0)).await.expect("an operation");
    assert_eq!(alpha().await, (Some(0), false, None, vec!["s-alpha".to_owned()]));
    database.execute("UPDATE operations SET state = 'in_doubt', in_doubt_since = 42 WHERE id = 'op-c1'").await;
    assert_eq!(alpha().await, (Some(0), false, Some(42), vec!["s-alpha".to_owned()]));
    database.execute("UPDATE operations SET state = 'rejected' WHERE id = 'op-c1'").await;
    assert_eq!(alpha().await, (Some(0), false, None, Vec::new()));
    database.execute("UPDATE operations SET state = 'applied' WHERE id = 'op-c1'").await;
    assert_eq!(alpha().await, (Some(1), false, None, Vec::new()));
}

async fn ends_count_for_the_subscription_that_is_told_of_them(database: TestDatabase) {
    let store = seeded(&database).await;
    for (id, instance) in [("c1", "i1"), ("c2", "i2"), ("c3", "i3")] {
        reserve(&store, &active(id, instance)).await.expect("an instance");
    }
    let mut of_old = ending("c4", "i1");
    of_old.change.subscription_id = Some("s-old".into());
    end(&store, &of_old).await;
    end(&store, &ending("c5", "i2")).await;
    let subscriptions = look(&store, &ask()).await.mandate.expect("the mandate").subscriptions;
    let billed: Vec<_> = subscriptions.iter().map(|one| (one.id.as_str(), one.billed)).collect();
    assert_eq!(billed, [("s-old", 2), ("s-alpha", 2)]);
}

async fn invoices_of_a_day_and_what_waits(database: TestDatabase) {
    let store = seeded(&database).await;
    let hour = 60 * 60 * 1000;
    let now = database.number(&format!("SELECT CAST({} AS BIGINT)", now_ms(&database))).await;
    let row = |id: &str, state: &str, gate: &str, sent: i64, settled: Option<i64>| {
        let settled = settled.map_or("NULL".to_owned(), |at| at.to_string());
        format!(
            "INSERT INTO operations (id, mandate_id, subscription_id, stripe_subscription_id, stripe_item_id, direction, \
             gate, from_quantity, to_quantity, state, created_at, first_sent_at, settled_at) VALUES ('{id}', 'm-alpha', \
             's-alpha', 'sub_1', 'si_1', 'raise', '{gate}', 0, 1, '{state}', 1, {sent}, {settled})"
        )
    };
    for sql in [
        row("late", "applied", "payment", now - 3 * hour, Some(now - hour)),
        row("early", "applied", "payment", now - 24 * hour, Some(now - 23 * hour)),
        row("gone", "applied", "payment", now - 26 * hour, Some(now - 25 * hour)),
        row("refused", "rejected", "payment", now - hour, Some(now - hour)),
        row("free", "applied", "quantity", now - hour, Some(now - hour)),
        row("doubtful", "in_doubt", "payment", now - 2 * hour, None),
    ] {
        database.execute(&sql).await;
    }
    for (id, instance) in [("c1", "i1"), ("c2", "i2")] {
        reserve(&store, &queued(id, instance)).await.expect("an instance");
    }
    reserve(&store, &active("c3", "i3")).await.expect("an instance");
    end(&store, &ending("c4", "i3")).await;
    let mandate = look(&store, &ask()).await.mandate.expect("the mandate");
    assert_eq!(mandate.waiting, 2, "ends and what is carried do not count");
    let [old, alpha] = mandate.subscriptions.as_slice() else { panic!("two subscriptions") };
    assert!(old.invoices.is_empty());
    assert_eq!(alpha.invoices, [now - 23 * hour, now - 2 * hour, now - hour], "sorted");
    let mut transaction = store.begin("m-alpha").await.expect("a transaction");
    let view = transaction.ledger("s-alpha").await.expect("a view");
    assert_eq!(view.last_invoice_at, Some(now - hour));
}

/// The database's clock in its own words.
fn now_ms(database: &TestDatabase) -> &'static str {
    if database.is_postgres() {
        "extract(epoch FROM clock_timestamp()) * 1000"
    } else {
        "unixepoch('now', 'subsec') * 1000"
    }
}

async fn all_branches_are_one_statement(database: TestDatabase) {
    let store = seeded(&database).await;
    for join in [false, true] {
        for ended in [None, Some("i9".to_owned())] {
            let asked = Ask {
                feature_code: Some("chatbot".into()),
                instance_id: Some("i1".into()),
                colleague_id: Some("u-ben".into()),
                ended_instance_id: ended,
                key: Some(key("k")),
                join,
                ..ask()
            };
            let (snapshot, statements) = counted(look(&store, &asked)).await;
            assert!(snapshot.mandate.is_some());
            assert_eq!(statements.len(), 1, "{statements:#?}");
        }
    }
}
