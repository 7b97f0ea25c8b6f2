//! Lists: all mandates of a user, all instances of a mandate, in few statements however many there are.

use turnpike::ports::store::{
    operation::{OperationStore as _, Outcome},
    portfolio::PortfolioStore as _,
};

use super::rows::{NOW, active, claim, end, ending, form, queued, raise, reserve, seeded, settlement, withdraw};
use crate::{engines::TestDatabase, statements::counted};

super::on_both_engines!(mandates_of_a_user, store_of_a_user, two_hundred_mandates, instances_of_a_mandate);

async fn mandates_of_a_user(database: TestDatabase) {
    let store = seeded(&database).await;
    let anna = store.portfolio("u-anna", false).await.expect("a portfolio");
    let ids: Vec<&str> = anna.mandates.iter().map(|mandate| mandate.id.as_str()).collect();
    assert_eq!(ids, ["m-alpha", "m-beta"]);
    let [alpha, beta] = anna.mandates.as_slice() else { panic!("two mandates") };
    assert_eq!(alpha.membership.as_ref().map(|membership| membership.roles.len()), Some(3));
    assert_eq!((alpha.subscriptions.len(), beta.subscriptions.len()), (2, 0));
    assert!(beta.is_system && !beta.enabled && beta.label.is_none());
    assert!(!anna.home_granted && anna.features.is_empty() && anna.held.is_empty());
    let ben = store.portfolio("u-ben", false).await.expect("a portfolio");
    assert_eq!(
        ben.mandates.first().and_then(|mandate| mandate.membership.as_ref()).map(|found| found.enabled),
        Some(false)
    );
    database.execute("INSERT INTO home_grants (user_id, mandate_id, granted_at) VALUES ('nobody', 'm', 1)").await;
    let nobody = store.portfolio("nobody", true).await.expect("a portfolio");
    assert!(nobody.home_granted && nobody.mandates.is_empty());
}

async fn store_of_a_user(database: TestDatabase) {
    let store = seeded(&database).await;
    reserve(&store, &active("c1", "i1")).await.expect("an instance");
    let mut disabled = queued("c2", "i2");
    disabled.accesses[0].enabled = false;
    reserve(&store, &disabled).await.expect("an instance");
    let anna = store.portfolio("u-anna", true).await.expect("a portfolio");
    let codes: Vec<(&str, &str)> =
        anna.features.iter().map(|feature| (feature.code.as_str(), feature.category.as_str())).collect();
    assert_eq!(codes, [("chatbot", "store"), ("sysadmin", "system")]);
    let held: Vec<(&str, bool, bool)> = anna
        .held
        .iter()
        .map(|held| (held.instance.id.as_str(), held.access_enabled, held.instance.has_access))
        .collect();
    assert_eq!(held, [("i1", true, true), ("i2", false, true)]);
    assert!(store.portfolio("u-ben", true).await.expect("a portfolio").held.is_empty());
}

async fn two_hundred_mandates(database: TestDatabase) {
    let store = seeded(&database).await;
    let mut sql = String::new();
    for n in 0..200 {
        sql.push_str(&format!(
            "INSERT INTO mandates (id, name) VALUES ('m{n}', 'mandate {n}'); \
             INSERT INTO roles (id, label, mandate_id) VALUES ('r{n}', 'admin', 'm{n}'); \
             INSERT INTO memberships (id, user_id, mandate_id) VALUES ('um{n}', 'u-eve', 'm{n}'); \
             INSERT INTO membership_roles (membership_id, role_id) VALUES ('um{n}', 'r{n}'); \
             INSERT INTO subscriptions (id, mandate_id, plan_key, status) VALUES ('s{n}', 'm{n}', 'PAID', 'ACTIVE'); \
             INSERT INTO instances (id, mandate_id, feature_code, state) VALUES ('i{n}', 'm{n}', 'chatbot', 'active'); \
             INSERT INTO accesses (id, user_id, instance_id) VALUES ('a{n}', 'u-eve', 'i{n}');"
        ));
    }
    database.execute(&format!("BEGIN; {sql} COMMIT;")).await;
    let (portfolio, statements) = counted(store.portfolio("u-eve", true)).await;
    let portfolio = portfolio.expect("a portfolio");
    assert!(statements.len() <= 2, "{statements:#?}");
    assert_eq!((portfolio.mandates.len(), portfolio.held.len()), (201, 200));
    for (n, mandate) in portfolio.mandates.iter().skip(1).enumerate() {
        assert_eq!(mandate.id, format!("m{n}"));
        assert_eq!((mandate.subscriptions.len(), mandate.counted, mandate.subscriptions[0].billed), (1, 1, 1));
        assert_eq!(mandate.membership.as_ref().map(|membership| membership.roles.len()), Some(1));
    }
}

async fn instances_of_a_mandate(database: TestDatabase) {
    let store = seeded(&database).await;
    for n in 1..=4 {
        reserve(&store, &active(&format!("c{n}"), &format!("i{n}"))).await.expect("an instance");
    }
    end(&store, &ending("c5", "i3")).await;
    let mut free = ending("c6", "i1");
    free.change.subscription_id = None;
    free.change.state = turnpike::ports::store::change::ChangeState::Done;
    end(&store, &free).await;
    reserve(&store, &queued("c7", "i7")).await.expect("an instance");
    let (found, statements) = counted(store.inventory("u-ben", "m-alpha")).await;
    assert!(statements.len() <= 2, "{statements:#?}");
    let found = found.expect("an answer").expect("an inventory");
    assert_eq!(found.mandate.membership.map(|membership| membership.enabled), Some(false));
    let living: Vec<(&str, i64, Option<&str>)> = found
        .living
        .iter()
        .map(|entry| (entry.instance.id.as_str(), entry.instance.accesses, entry.activated_by_name.as_deref()))
        .collect();
    assert_eq!(living, [("i2", 1, Some("anna")), ("i4", 1, Some("anna")), ("i7", 1, Some("anna"))]);
    assert!(found.living.iter().all(|entry| !entry.instance.has_access));
    let ended: Vec<(&str, bool, Option<&str>, Option<i64>)> = found
        .ended
        .iter()
        .map(|entry| (entry.instance.id.as_str(), entry.settled, entry.ended_by_name.as_deref(), entry.activated_at))
        .collect();
    assert_eq!(ended, [("i3", false, Some("anna"), Some(NOW)), ("i1", true, Some("anna"), Some(NOW))]);

    form(&store, &raise("o1", 3, None), &["c7"]).await;
    let carried = claim(&store).await;
    assert!(!withdraw(&store, "c8", "c7", "i7").await);
    let found = store.inventory("nobody", "m-alpha").await.expect("an answer").expect("an inventory");
    assert_eq!((found.mandate.membership, found.living.len()), (None, 2));
    assert!(store.settle(&settlement(carried, Outcome::Applied)).await.expect("an answer"));
    assert_eq!(store.inventory("u-anna", "m-none").await.expect("an answer"), None);
}
