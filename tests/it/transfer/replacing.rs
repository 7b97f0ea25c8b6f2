//! `--replace`: the database becomes the file, unless billing is under way or real money is at stake.

use secrecy::SecretString;
use turnpike::{
    cli::import::run_import,
    ports::store::transfer::{LoadMode, TransferStore as _},
    transfer::{Document, read},
};

use super::{
    stores::{self, Case},
    written::{EVERY_FIELD, every_field},
};

const REPLACE: LoadMode = LoadMode::Replace { discard_billing: false };
const DISCARD: LoadMode = LoadMode::Replace { discard_billing: true };

/// Another data set that shares a mandate and a user with the first, in another order.
const OTHER: &str = r#"{
    "format": "feature-store-fixture/1",
    "users": [{"id": "u-abe", "username": "abe"}, {"id": "u-new", "username": "new"}, {"id": "u-zoe", "username": "zoe"}],
    "mandates": [{"id": "m-new", "name": "new", "homeOf": "u-zoe"}, {"id": "m-z", "name": "zeta again"}],
    "memberships": [{"id": "um-new", "userId": "u-zoe", "mandateId": "m-z"}],
    "subscriptions": [{"id": "s-new", "mandateId": "m-z", "planKey": "NONE", "status": "ACTIVE", "stripeItemIdInstances": "si_z"}]
}"#;

const CHANGE: &str = "INSERT INTO changes (id, kind, state, mandate_id, feature_code, instance_id, user_id, ends_instance, \
                      gate, effective_at, created_at, policy_digest) \
                      VALUES ('c-1', 'activate', 'queued', 'm-z', 'notes', 'i-9', 'u-zoe', 0, 'quantity', 1, 1, 'd')";
const APPLIED: &str = "INSERT INTO operations (id, mandate_id, subscription_id, stripe_subscription_id, stripe_item_id, \
                       direction, from_quantity, to_quantity, state, created_at) \
                       VALUES ('o-1', 'm-z', 's-2', 'sub_z', 'si_z', 'raise', 1, 2, 'applied', 1)";
const ENDED: &str = "INSERT INTO ended_instances (id, mandate_id, feature_code, ended_at, ended_by, accesses, change_id) \
                     VALUES ('i-0', 'm-z', 'notes', 1, 'u-zoe', '[]', 'c-0')";

async fn replace(at: &Case, text: &str, how: LoadMode) -> Result<Document, String> {
    run_import(&at.store, text.as_bytes(), how, None).await.map_err(|error| error.to_string())?;
    at.store.dump().await.map_err(|error| error.to_string())
}

#[tokio::test]
async fn the_database_becomes_the_file_in_its_order_and_back() {
    let other = read(OTHER.as_bytes()).expect("it is sound").0;
    for at in stores::each().await {
        assert_eq!(replace(&at, EVERY_FIELD, REPLACE).await, Ok(every_field()), "{}", at.engine);
        at.database.execute(APPLIED).await;
        at.database.execute(ENDED).await;
        assert_eq!(replace(&at, OTHER, REPLACE).await, Ok(other.clone()), "{}", at.engine);
        let left = "SELECT (SELECT count(*) FROM operations) + (SELECT count(*) FROM ended_instances) \
                    + (SELECT count(*) FROM notices)";
        assert_eq!(at.database.number(left).await, 0, "{}", at.engine);
        assert_eq!(replace(&at, EVERY_FIELD, REPLACE).await, Ok(every_field()), "{}", at.engine);
    }
}

#[tokio::test]
async fn a_reference_into_what_is_replaced_is_dangling_and_everything_stays() {
    for at in stores::each().await {
        replace(&at, EVERY_FIELD, REPLACE).await.expect("it loads");
        let file = r#"{"format": "feature-store-fixture/1", "mandates": [{"id": "m-z", "name": "z"}],
                       "memberships": [{"id": "um", "userId": "u-zoe", "mandateId": "m-z"}]}"#;
        let message = "memberships `um` refers to userId `u-zoe`, which exists neither in the file nor in the database";
        assert_eq!(replace(&at, file, REPLACE).await, Err(message.to_owned()), "{}", at.engine);
        assert_eq!(at.store.dump().await.expect("it dumps"), every_field(), "{}", at.engine);
    }
}

#[tokio::test]
async fn open_billing_refuses_a_replacement_until_it_is_discarded() {
    for at in stores::each().await {
        replace(&at, EVERY_FIELD, REPLACE).await.expect("it loads");
        at.database.execute(CHANGE).await;
        let message = "1 billing changes are open: wait until they are settled, or add --discard-billing";
        assert_eq!(replace(&at, OTHER, REPLACE).await, Err(message.to_owned()), "{}", at.engine);
        assert_eq!(at.store.dump().await.expect("it dumps"), every_field(), "{}", at.engine);
        run_import(&at.store, OTHER.as_bytes(), LoadMode::Merge, None).await.expect_err("the item is taken");
        replace(&at, OTHER, DISCARD).await.expect("it loads");
        assert_eq!(at.database.number("SELECT count(*) FROM changes").await, 0, "{}", at.engine);
    }
}

#[tokio::test]
async fn a_live_stripe_key_refuses_a_replacement_until_billing_is_discarded() {
    for at in stores::each().await {
        for (key, how, allowed) in [
            ("sk_live_51", REPLACE, false),
            ("rk_live_51", REPLACE, false),
            ("sk_live_51", DISCARD, true),
            ("sk_live_51", LoadMode::Merge, true),
            ("sk_test_51", REPLACE, true),
        ] {
            let key = SecretString::from(key.to_owned());
            let done = run_import(&at.store, EVERY_FIELD.as_bytes(), how, Some(&key)).await;
            assert_eq!(done.is_ok(), allowed, "{how:?} {done:?}");
            assert!(!format!("{done:?}").contains("_live_51"));
        }
    }
}
