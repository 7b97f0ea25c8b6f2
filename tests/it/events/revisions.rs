//! A revision is another one whenever what a page shows is, whoever wrote it; and the same as long as nothing is.

use turnpike::ports::store::{
    snapshot::{Ask, SnapshotStore as _},
    storefront::{Revision, StorefrontStore as _, Viewer},
};

use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    host::Setup,
    statements,
    world::{ADMIN, FREE, MEMBER, OPEN, PAID, STRANGER},
};

on_both_engines!(whatever_a_page_shows_is_in_the_revision, many_are_read_at_once);

/// Changes to what a page of the admin about `m-paid` shows, one after the other.
const CHANGES: &[&str] = &[
    "UPDATE mandates SET label = 'Another' WHERE id = 'm-paid'",
    "UPDATE mandates SET enabled = 0 WHERE id = 'm-paid'",
    "UPDATE mandates SET is_system = 1 WHERE id = 'm-paid'",
    "UPDATE roles SET label = 'other' WHERE id = 'r-m-paid-admin'",
    "DELETE FROM membership_roles WHERE role_id = 'r-m-paid-admin'",
    "UPDATE subscriptions SET status = 'TRIALING' WHERE id = 's-m-paid'",
    "UPDATE subscriptions SET starts_at = 1, ends_at = 2, trial_ends_at = 3 WHERE id = 's-m-paid'",
    "UPDATE subscriptions SET plan_key = 'PAID' WHERE id = 's-m-paid'",
    "UPDATE subscriptions SET stripe_item_id = NULL WHERE id = 's-m-paid'",
    "UPDATE subscriptions SET stripe_item_id = 'si_planted_paid' WHERE id = 's-m-paid'",
    "INSERT INTO subscriptions (id, mandate_id, plan_key, status) VALUES ('s-2', 'm-paid', 'NONE', 'ACTIVE')",
    "UPDATE plans SET price_minor = 5 WHERE key = 'PAID'",
    "UPDATE plans SET max_instances = 1 WHERE key = 'PAID'",
    "UPDATE features SET category = 'hidden' WHERE code = 'f0'",
    "UPDATE features SET template_roles = '[\"x\"]' WHERE code = 'f1'",
    "INSERT INTO resources (object_key, category, feature_code) VALUES ('o', 'store', 'f2')",
    "INSERT INTO pauses (name, since, actor, reason) VALUES ('billing', 1, 'x', 'x')",
    "INSERT INTO instances (id, mandate_id, feature_code, state) VALUES ('i-1', 'm-paid', 'f1', 'reserved')",
    "UPDATE instances SET state = 'active'",
    "INSERT INTO accesses (id, user_id, instance_id) VALUES ('a-1', 'u-member', 'i-1')",
    "INSERT INTO accesses (id, user_id, instance_id) VALUES ('a-2', 'u-admin', 'i-1')",
    "UPDATE accesses SET user_id = 'u-a0' WHERE id = 'a-2'",
    "INSERT INTO roles (id, label, instance_id) VALUES ('ri-1', 'f1-user', 'i-1')",
    "INSERT INTO access_roles (access_id, role_id) VALUES ('a-1', 'ri-1')",
    "UPDATE roles SET label = 'f1-viewer' WHERE id = 'ri-1'",
    "DELETE FROM access_roles",
    "UPDATE accesses SET enabled = 0 WHERE id = 'a-1'",
    "UPDATE users SET username = 'Another' WHERE id = 'u-member'",
    "UPDATE instances SET ending_by_change = 'c'",
    "UPDATE instances SET withdrawn_by_change = 'c'",
    "INSERT INTO ended_instances (id, mandate_id, feature_code, ended_at, ended_by, accesses, change_id) \
     VALUES ('e-1', 'm-paid', 'f1', 1, 'u-admin', '[]', 'c-0')",
    "UPDATE ended_instances SET restored_by_change = 'c'",
    "INSERT INTO changes (id, kind, state, mandate_id, feature_code, instance_id, user_id, ends_instance, gate, \
     effective_at, created_at, policy_digest) VALUES ('c-1', 'activate', 'queued', 'm-paid', 'f1', 'i-9', 'u-admin', 0, \
     'quantity', 1, 1, '')",
    "UPDATE changes SET state = 'billing'",
    "UPDATE changes SET state = 'done', settled_at = 1",
    "INSERT INTO operations (id, mandate_id, subscription_id, stripe_subscription_id, stripe_item_id, gate, to_quantity, \
     state, created_at) VALUES ('o-1', 'm-paid', 's-m-paid', 'sub_planted_paid', 'si_planted_paid', 'payment', 1, 'sent', 1)",
    "UPDATE operations SET state = 'in_doubt', in_doubt_since = 1",
    "UPDATE operations SET state = 'applied', settled_at = 1",
    "INSERT INTO checks (subscription_id, stripe_item_id, due_at, blocks) VALUES ('s-m-paid', 'si_planted_paid', 0, 1)",
    "UPDATE memberships SET enabled = 0 WHERE user_id = 'u-admin' AND mandate_id = 'm-paid'",
    "DELETE FROM memberships WHERE user_id = 'u-admin' AND mandate_id = 'm-paid'",
];

/// What a page shows beside: changes under way; and who is no member has nothing to lose.
const BESIDE: [&str; 2] = ["UPDATE changes SET state = 'done'", "DELETE FROM memberships"];

pub(super) fn viewer(mandate: &str, user: &str) -> Viewer {
    Viewer { mandate_id: mandate.to_owned(), user_id: user.to_owned() }
}

async fn whatever_a_page_shows_is_in_the_revision(database: &TestDatabase) {
    let _ = Setup::new(&database.url).with_world();
    let store = database.store().await;
    let (admin, elsewhere) = (viewer(PAID, ADMIN), viewer(FREE, MEMBER));
    let look =
        async || -> Revision { store.revisions(std::slice::from_ref(&admin)).await.expect("revisions").remove(0) };
    // The page, and who has access to an instance in which roles.
    let page = async || {
        let of_instance = Ask {
            user_id: ADMIN.to_owned(),
            mandate_id: PAID.to_owned(),
            instance_id: Some("i-1".to_owned()),
            with_accesses: true,
            ..Ask::default()
        };
        let snapshot = store.snapshot(&of_instance).await.expect("an answer");
        (store.storefront(ADMIN, PAID).await.expect("an answer"), snapshot.accesses, snapshot.instance_roles)
    };
    let mut shown = page().await;
    let mut revision = look().await;
    assert_eq!(look().await, revision, "nothing changed");
    for change in CHANGES {
        database.execute(change).await;
        let (now, next) = (page().await, look().await);
        assert!(
            now != shown || BESIDE.iter().any(|part| change.contains(part)),
            "a page shows nothing of it: {change}"
        );
        assert_ne!(next.digest, revision.digest, "{change}");
        assert_eq!(look().await, next, "{change}");
        (shown, revision) = (now, next);
    }
    assert_eq!((shown.0, revision.membership), (None, None));

    // What is of another mandate is nothing to a page.
    let before = store.revisions(std::slice::from_ref(&elsewhere)).await.expect("revisions").remove(0);
    assert!(before.membership.as_ref().is_some_and(|membership| membership.enabled && membership.roles.len() == 1));
    for unrelated in [
        "UPDATE subscriptions SET status = 'PAUSED' WHERE id = 's-m-open'",
        "UPDATE memberships SET enabled = 0 WHERE user_id = 'u-member' AND mandate_id = 'm-open'",
        "DELETE FROM membership_roles WHERE role_id = 'r-m-open-admin'",
        "INSERT INTO instances (id, mandate_id, feature_code, state) VALUES ('i-2', 'm-open', 'f1', 'active')",
    ] {
        database.execute(unrelated).await;
        let after = store.revisions(std::slice::from_ref(&elsewhere)).await.expect("revisions").remove(0);
        assert_eq!(after, before, "{unrelated}");
    }
}

async fn many_are_read_at_once(database: &TestDatabase) {
    let _ = Setup::new(&database.url).with_world();
    let store = database.store().await;
    let viewers: Vec<Viewer> = [FREE, PAID, OPEN, "m-none"]
        .into_iter()
        .flat_map(|mandate| [ADMIN, MEMBER, STRANGER].map(|user| viewer(mandate, user)))
        .collect();
    let (revisions, sql) = statements::counted(store.revisions(&viewers)).await;
    let revisions = revisions.expect("revisions");
    assert_eq!((revisions.len(), sql.len()), (viewers.len(), 1), "{sql:?}");
    for (viewer, together) in viewers.iter().zip(&revisions) {
        let alone = store.revisions(std::slice::from_ref(viewer)).await.expect("revisions");
        assert_eq!(alone.as_slice(), std::slice::from_ref(together), "{viewer:?}");
        assert_eq!(together.membership.is_some(), viewer.user_id != STRANGER && viewer.mandate_id != "m-none");
    }
    let (none, sql) = statements::counted(store.revisions(&[])).await;
    assert_eq!((none.expect("nothing").len(), sql.len()), (0, 0));
}
