//! A small data set and the records that tests write.

use core_wasm::settings::Gate;
use turnpike::{
    adapters::sql::SqlStore,
    ports::{
        billing::BillingTarget,
        store::{
            audit::{AuditEntry, Origin, Who, state},
            change::{ChangeKind, ChangeRecord, ChangeState, ChangeStore as _},
            decision::{DecisionRecord, NewDecision, QuestionKind},
            operation::{Carried, Direction, NewOperation, OperationStore as _, Outcome, Settlement},
            outbox::NewNotice,
            snapshot::{Ask, MandateRecord, RequestKey, Snapshot, SnapshotStore as _},
            transaction::{EndRows, NewAccess, Reservation, TransactionStore as _, WithdrawRows},
        },
    },
};

use crate::engines::TestDatabase;

/// An instant long past by the database's clock.
pub(crate) const NOW: i64 = 1_700_000_000_000;

/// An instant far in the future by the database's clock.
pub(crate) const FAR: i64 = 9_000_000_000_000;

/// Two mandates, three users, two features; `m-alpha` pays per instance.
const SEED: &str = r#"
INSERT INTO plans (key, price_minor, currency, billing_period, max_instances, max_data_volume_mb, budget_ai_minor)
    VALUES ('PAID', 9000, 'CHF', 'MONTHLY', 5, 1024, 1000), ('FREE', NULL, 'CHF', 'NONE', NULL, NULL, NULL);
INSERT INTO features (code, label, description, icon, category, template_roles) VALUES
    ('chatbot', '{"en":"Chatbot","fr":"Robot"}', '{}', 'mdi-chat', 'store', '["chatbot-admin","chatbot-user"]'),
    ('sysadmin', '{}', '{"de":"System"}', NULL, 'system', '[]');
INSERT INTO users (id, username, email) VALUES
    ('u-anna', 'anna', 'anna@example.test'), ('u-ben', 'ben', 'ben@example.test'), ('u-eve', 'eve', NULL);
INSERT INTO mandates (id, name, label, is_system, enabled) VALUES
    ('m-alpha', 'alpha', 'Alpha AG', 0, 1), ('m-beta', 'beta', NULL, 1, 0);
INSERT INTO roles (id, label, mandate_id) VALUES
    ('r-admin', 'admin', 'm-alpha'), ('r-user', 'user', 'm-alpha'), ('r-null', NULL, NULL);
INSERT INTO memberships (id, user_id, mandate_id, enabled) VALUES
    ('um-anna', 'u-anna', 'm-alpha', 1), ('um-ben', 'u-ben', 'm-alpha', 0), ('um-anna-beta', 'u-anna', 'm-beta', 1),
    ('um-eve', 'u-eve', 'm-alpha', 1);
INSERT INTO membership_roles (membership_id, role_id) VALUES
    ('um-anna', 'r-user'), ('um-anna', 'r-admin'), ('um-anna', 'r-null'), ('um-ben', 'r-user');
INSERT INTO subscriptions (id, mandate_id, plan_key, status, starts_at, ends_at, trial_ends_at,
    stripe_subscription_id, stripe_item_id) VALUES
    ('s-old', 'm-alpha', 'GONE', 'CANCELED', 1, 2, NULL, NULL, NULL),
    ('s-alpha', 'm-alpha', 'PAID', 'ACTIVE', NULL, NULL, 3, 'sub_1', 'si_1');
"#;

/// A store with the data set.
pub(crate) async fn seeded(database: &TestDatabase) -> SqlStore {
    let store = database.store().await;
    database.execute(SEED).await;
    store
}

/// What anna asks about `m-alpha`.
pub(crate) fn ask() -> Ask {
    Ask { user_id: "u-anna".into(), mandate_id: "m-alpha".into(), ..Ask::default() }
}

/// What anna sees.
pub(crate) async fn look(store: &SqlStore, ask: &Ask) -> Snapshot {
    store.snapshot(ask).await.expect("a snapshot")
}

/// How many instances belong on the bill of `s-alpha`.
pub(crate) fn billed(mandate: &MandateRecord) -> i64 {
    let subscription = mandate.subscriptions.iter().find(|subscription| subscription.id == "s-alpha");
    subscription.expect("the subscription").billed
}

/// A change of anna's about a chatbot in `m-alpha` that billing is concerned with.
pub(crate) fn change(kind: ChangeKind, id: &str, instance: &str) -> ChangeRecord {
    ChangeRecord {
        id: id.into(),
        kind,
        state: ChangeState::Queued,
        mandate_id: "m-alpha".into(),
        feature_code: "chatbot".into(),
        instance_id: instance.into(),
        user_id: "u-anna".into(),
        subject_id: None,
        ends_instance: matches!(kind, ChangeKind::End | ChangeKind::Withdraw),
        subscription_id: Some("s-alpha".into()),
        gate: matches!(kind, ChangeKind::Activate | ChangeKind::Restore).then_some(Gate::Quantity),
        effective_at: NOW,
        created_at: NOW,
        settled_at: None,
        operation_id: None,
        reasons: Vec::new(),
        key: Some(key(id)),
        policy_digest: "digest".into(),
        batch: None,
        quote_id: None,
    }
}

/// Who made a change: anna.
pub(crate) fn note(kind: ChangeKind, id: &str, instance: &str) -> AuditEntry {
    let before = matches!(kind, ChangeKind::End | ChangeKind::Withdraw).then(|| serde_json::json!({"state": "active"}));
    let entry = state::of_change(&change(kind, id, instance), Who::User("u-anna".into()), Origin::default());
    AuditEntry { before, ..entry }
}

/// The decision that let a change through.
pub(crate) fn decision(id: &str) -> NewDecision {
    NewDecision {
        record: DecisionRecord {
            id: id.into(),
            at: NOW,
            kind: QuestionKind::Activation,
            allowed: true,
            mandate_id: "m-alpha".into(),
            feature_code: Some("chatbot".into()),
            instance_id: None,
            facts: r#"{"now":1}"#.into(),
            policy_digest: "digest".into(),
            settings_digest: "settings".into(),
            answer: r#"{"activation":{"allowed":true}}"#.into(),
            fuel: 1234,
            trace_id: "0af7651916cd43dd8448eb211c80319c".into(),
            who: Some("pseudonym".into()),
        },
        key: None,
    }
}

/// An idempotency key.
pub(crate) fn key(key: &str) -> RequestKey {
    RequestKey { path: "/api/store/activate".into(), key: key.into(), fingerprint: "f".into() }
}

/// An activation that waits.
pub(crate) fn queued(id: &str, instance: &str) -> Reservation {
    Reservation {
        change: change(ChangeKind::Activate, id, instance),
        label: Some("My bot".into()),
        active: false,
        roles: vec![
            (format!("{instance}-r1"), "chatbot-admin".into()),
            (format!("{instance}-r2"), "chatbot-user".into()),
        ],
        accesses: vec![NewAccess {
            id: format!("{instance}-a"),
            user_id: "u-anna".into(),
            enabled: true,
            role_ids: vec![format!("{instance}-r1")],
        }],
        operation: None,
        notice: notice(&format!("n-{id}"), NOW),
        decision: decision(id),
        note: note(ChangeKind::Activate, id, instance),
    }
}

/// An activation that starts at once, carried by an operation under host `h1`'s lease of a minute.
pub(crate) fn started(id: &str, instance: &str, from: i64) -> Reservation {
    let operation = raise(&format!("op-{id}"), from, Some(60_000));
    let mut rows = queued(id, instance);
    rows.change.state = ChangeState::Billing;
    rows.change.operation_id = Some(operation.id.clone());
    rows.operation = Some(operation);
    rows
}

/// An instance that is usable at once.
pub(crate) fn active(id: &str, instance: &str) -> Reservation {
    let mut rows = queued(id, instance);
    rows.change.state = ChangeState::Done;
    rows.change.settled_at = Some(NOW);
    rows.change.subscription_id = None;
    rows.active = true;
    rows
}

/// An operation that raises by one.
pub(crate) fn raise(id: &str, from: i64, lease: Option<i64>) -> NewOperation {
    NewOperation {
        id: id.into(),
        mandate_id: "m-alpha".into(),
        subscription_id: "s-alpha".into(),
        target: target(),
        direction: Direction::Raise,
        gate: Gate::Quantity,
        from_quantity: from,
        to_quantity: from + 1,
        proration_at: Some(NOW),
        created_at: NOW,
        lease: lease.map(|lease| ("h1".into(), lease)),
    }
}

/// What is billed for `s-alpha`.
pub(crate) fn target() -> BillingTarget {
    BillingTarget { subscription: "sub_1".into(), item: "si_1".into() }
}

/// A notice to the admins of `m-alpha`.
pub(crate) fn notice(id: &str, created_at: i64) -> NewNotice {
    NewNotice {
        id: id.into(),
        change_id: id.replacen('n', "c", 1),
        mandate_id: "m-alpha".into(),
        subject: "Subject".into(),
        headline: "Headline".into(),
        body_paragraphs: vec!["one".into(), "two \"quoted\"".into()],
        created_at,
    }
}

/// The end of an instance.
pub(crate) fn ending(id: &str, instance: &str) -> EndRows {
    EndRows {
        change: change(ChangeKind::End, id, instance),
        label: Some("My bot".into()),
        activated_at: Some(NOW),
        operation: None,
        notice: notice(&format!("n-{id}"), NOW),
        decision: decision(id),
        note: note(ChangeKind::End, id, instance),
    }
}

/// Writes a reservation in a transaction of its own.
pub(crate) async fn reserve(
    store: &SqlStore,
    rows: &Reservation,
) -> Result<Option<i64>, turnpike::ports::store::StoreError> {
    let mut transaction = store.begin("m-alpha").await?;
    let seq = transaction.reserve(rows).await?;
    transaction.commit().await?;
    Ok(seq)
}

/// Ends an instance in a transaction of its own.
pub(crate) async fn end(store: &SqlStore, rows: &EndRows) -> Option<i64> {
    let mut transaction = store.begin("m-alpha").await.expect("a transaction");
    let seq = transaction.end(rows).await.expect("an end");
    transaction.commit().await.expect("a commit");
    seq
}

/// Withdraws an instance in a transaction of its own.
pub(crate) async fn withdraw(store: &SqlStore, id: &str, activation: &str, instance: &str) -> bool {
    let rows = WithdrawRows {
        change: change(ChangeKind::Withdraw, id, instance),
        activation_id: activation.into(),
        decision: decision(id),
        note: note(ChangeKind::Withdraw, id, instance),
    };
    let mut transaction = store.begin("m-alpha").await.expect("a transaction");
    let gone = transaction.withdraw(&rows).await.expect("a withdrawal");
    transaction.commit().await.expect("a commit");
    gone
}

/// Forms an operation of waiting changes without a lease.
pub(crate) async fn form(store: &SqlStore, operation: &NewOperation, changes: &[&str]) -> i64 {
    let ids: Vec<String> = changes.iter().map(|id| (*id).to_owned()).collect();
    let mut transaction = store.begin("m-alpha").await.expect("a transaction");
    let seq = transaction.form(operation, &ids).await.expect("an operation");
    transaction.commit().await.expect("a commit");
    seq
}

/// Claims what must be there to be claimed.
pub(crate) async fn claim(store: &SqlStore) -> Carried {
    store.claim("h1", 60_000).await.expect("an answer").expect("an operation")
}

/// A change that must be there.
pub(crate) async fn read(store: &SqlStore, id: &str) -> ChangeRecord {
    store.change(id).await.expect("an answer").expect("a change")
}

/// The settlement of what was claimed.
pub(crate) fn settlement(carried: Carried, outcome: Outcome) -> Settlement {
    Settlement { carried, outcome, request_id: Some("req_1".into()), at: NOW + 5 }
}

/// What an operator did.
pub(crate) fn deed(action: &str, subject: &str) -> AuditEntry {
    AuditEntry {
        reason: "a reason".into(),
        detail: serde_json::Map::from_iter([("force".to_owned(), false.into())]),
        ..AuditEntry::new(NOW, Who::Operator("ann@host".into()), action, subject)
    }
}
