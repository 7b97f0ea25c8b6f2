//! Home mandates: one per user, ever.

use core_wasm::facts::SubscriptionStatus;
use turnpike::ports::store::{
    portfolio::PortfolioStore as _,
    provision::{HomeMandate, ProvisionStore as _},
};

use super::rows::{NOW, decision, deed, seeded};
use crate::engines::TestDatabase;

super::on_both_engines!(home_with_trial, once_ever, parallel_first_visits_make_one);

fn home(user: &str, n: usize) -> HomeMandate {
    HomeMandate {
        user_id: user.into(),
        username: "Nora Neu".into(),
        mandate_id: format!("home-{n}"),
        name: "Home Nora Neu".into(),
        admin_role: (format!("home-role-{n}"), "admin".into()),
        membership_id: format!("home-um-{n}"),
        subscription_id: format!("home-s-{n}"),
        plan_key: "FREE".into(),
        trial_ends_at: NOW + 7,
        created_at: NOW,
        decision: decision(&format!("home-d-{n}")),
        note: deed("home mandate", &format!("home-{n}")),
    }
}

async fn home_with_trial(database: TestDatabase) {
    let store = seeded(&database).await;
    assert!(store.grant_home(&home("u-new", 1)).await.expect("an answer"));
    let portfolio = store.portfolio("u-new", false).await.expect("a portfolio");
    assert!(portfolio.home_granted);
    let [mandate] = portfolio.mandates.as_slice() else { panic!("one mandate") };
    assert_eq!((mandate.name.as_str(), mandate.is_system, mandate.enabled), ("Home Nora Neu", false, true));
    let roles = &mandate.membership.as_ref().expect("a membership").roles;
    assert_eq!(roles.first().and_then(|role| role.label.as_deref()), Some("admin"));
    assert_eq!(roles.first().and_then(|role| role.mandate_id.as_deref()), Some("home-1"));
    let [subscription] = mandate.subscriptions.as_slice() else { panic!("one subscription") };
    assert_eq!((subscription.status, subscription.trial_ends_at), (SubscriptionStatus::Trialing, Some(NOW + 7)));
    assert_eq!(database.number("SELECT count(*) FROM mandates WHERE home_of = 'u-new'").await, 1);
}

async fn once_ever(database: TestDatabase) {
    let store = seeded(&database).await;
    assert!(store.grant_home(&home("u-ben", 1)).await.expect("an answer"));
    database
        .execute("DELETE FROM subscriptions WHERE mandate_id = 'home-1'; DELETE FROM mandates WHERE id = 'home-1'")
        .await;
    assert!(!store.grant_home(&home("u-ben", 2)).await.expect("an answer"));
    // A user on file keeps the name on file.
    assert_eq!(database.number("SELECT count(*) FROM users WHERE id = 'u-ben' AND username = 'ben'").await, 1);
    assert!(store.portfolio("u-ben", false).await.expect("a portfolio").home_granted);
}

async fn parallel_first_visits_make_one(database: TestDatabase) {
    let store = seeded(&database).await;
    let visits = (0..8).map(|n| {
        let store = store.clone();
        tokio::spawn(async move { store.grant_home(&home("u-new", n)).await.expect("an answer") })
    });
    let mut granted = 0;
    for visit in visits.collect::<Vec<_>>() {
        granted += usize::from(visit.await.expect("no panic"));
    }
    assert_eq!(granted, 1);
    assert_eq!(database.number("SELECT count(*) FROM mandates WHERE home_of = 'u-new'").await, 1);
}
