//! What a load does to rows that are there: it updates, keeps places, merges doubles, and touches nothing on an error.

use serde_json::json;
use turnpike::{
    cli::import::{ImportReport, run_import},
    ports::store::{
        snapshot::{Ask, SnapshotStore as _},
        transaction::TransactionStore as _,
        transfer::{LoadMode, TransferStore as _},
    },
};

use super::{
    stores::{self, Case},
    written::{EVERY_FIELD, every_field},
};

async fn import(at: &Case, mut sections: serde_json::Value) -> Result<ImportReport, String> {
    sections["format"] = json!("feature-store-fixture/1");
    let text = sections.to_string();
    run_import(&at.store, text.as_bytes(), LoadMode::Merge, None).await.map_err(|error| error.to_string())
}

#[tokio::test]
async fn double_memberships_and_accesses_become_one_and_say_so() {
    for at in stores::each().await {
        let file = json!({
            "users": [{"id": "u", "username": "u"}],
            "mandates": [{"id": "m", "name": "m"}],
            "roles": [{"id": "r-1", "mandateId": "m"}, {"id": "r-2", "mandateId": "m"}, {"id": "r-3", "mandateId": "m"}],
            "memberships": [
                {"id": "um-1", "userId": "u", "mandateId": "m", "enabled": false, "roleIds": ["r-2"]},
                {"id": "um-2", "userId": "u", "mandateId": "m", "roleIds": ["r-1", "r-2"]},
                {"id": "um-3", "userId": "u", "mandateId": "m", "enabled": false, "roleIds": ["r-3"]},
            ],
            "features": [{"code": "notes"}],
            "instances": [{"id": "i", "featureCode": "notes", "mandateId": "m"}],
            "accesses": [
                {"id": "a-1", "userId": "u", "featureInstanceId": "i"},
                {"id": "a-2", "userId": "u", "featureInstanceId": "i", "enabled": false, "roleIds": ["r-1"]},
            ],
        });
        let report = import(&at, file).await.expect("it loads");
        let warnings: Vec<String> = report.warnings.iter().map(ToString::to_string).collect();
        assert_eq!(
            warnings,
            [
                "memberships[1] (`um-2`): user `u` is a member of `m` by memberships[0] (`um-1`) already: \
                 made one with the roles of both",
                "memberships[2] (`um-3`): user `u` is a member of `m` by memberships[0] (`um-1`) already: \
                 made one with the roles of both",
                "accesses[1] (`a-2`): user `u` has access to `i` by accesses[0] (`a-1`) already: \
                 made one with the roles of both",
            ]
        );
        let dumped = at.store.dump().await.expect("it dumps");
        let [membership] = &dumped.memberships[..] else { panic!("one membership") };
        assert_eq!((membership.id.as_str(), membership.enabled), ("um-1", true), "{}", at.engine);
        assert_eq!(membership.role_ids, ["r-2", "r-1", "r-3"]);
        let [access] = &dumped.accesses[..] else { panic!("one access") };
        assert_eq!((access.id.as_str(), access.enabled), ("a-1", true));
        assert_eq!(access.role_ids, ["r-1"]);
    }
}

#[tokio::test]
async fn what_is_there_is_updated_in_its_place_and_nothing_is_deleted() {
    for at in stores::each().await {
        let ids = |names: [&str; 3]| names.map(|id| json!({"id": id, "username": id})).to_vec();
        import(&at, json!({"users": ids(["c", "a", "b"])})).await.expect("it loads");
        import(&at, json!({"users": [{"id": "d", "username": "d"}, {"id": "a", "username": "renamed"}]}))
            .await
            .expect("it loads");
        let users = at.store.dump().await.expect("it dumps").users;
        let seen: Vec<&str> = users.iter().map(|user| user.username.as_str()).collect();
        assert_eq!(seen, ["c", "renamed", "b", "d"], "{}", at.engine);
    }
}

#[tokio::test]
async fn roles_of_a_membership_become_those_of_the_file() {
    for at in stores::each().await {
        let file = |roles: &[&str]| {
            json!({
                "users": [{"id": "u", "username": "u"}], "mandates": [{"id": "m", "name": "m"}],
                "roles": [{"id": "r-1"}, {"id": "r-2"}],
                "memberships": [{"id": "um", "userId": "u", "mandateId": "m", "roleIds": roles}],
            })
        };
        import(&at, file(&["r-1"])).await.expect("it loads");
        import(&at, file(&["r-2"])).await.expect("it loads");
        assert_eq!(at.store.dump().await.expect("it dumps").memberships[0].role_ids, ["r-2"], "{}", at.engine);
    }
}

#[tokio::test]
async fn references_may_lead_into_the_database() {
    for at in stores::each().await {
        import(&at, json!({"users": [{"id": "u", "username": "u"}], "mandates": [{"id": "m", "name": "m"}]}))
            .await
            .expect("it loads");
        import(&at, json!({"memberships": [{"id": "um", "userId": "u", "mandateId": "m"}]})).await.expect("it loads");
        assert_eq!(at.store.dump().await.expect("it dumps").memberships.len(), 1, "{}", at.engine);
    }
}

#[tokio::test]
async fn what_something_else_has_is_not_taken_from_it() {
    let cases = [
        (
            json!({"memberships": [{"id": "um-9", "userId": "u-abe", "mandateId": "m-z"}]}),
            "memberships `um-9`: userId and mandateId `u-abe, m-z` is already taken",
        ),
        (
            json!({"accesses": [{"id": "a-9", "userId": "u-zoe", "featureInstanceId": "i-2"}]}),
            "accesses `a-9`: userId and featureInstanceId `u-zoe, i-2` is already taken",
        ),
        (
            json!({"subscriptions": [{"id": "s-9", "mandateId": "m-z", "planKey": "PLUS", "status": "ACTIVE",
                                   "stripeSubscriptionId": "sub_z"}]}),
            "subscriptions `s-9`: stripeSubscriptionId `sub_z` is already taken",
        ),
        (
            json!({"subscriptions": [{"id": "s-9", "mandateId": "m-z", "planKey": "PLUS", "status": "ACTIVE",
                                   "stripeItemIdInstances": "si_z"}]}),
            "subscriptions `s-9`: stripeItemIdInstances `si_z` is already taken",
        ),
        (
            json!({"mandates": [{"id": "m-9", "name": "another home", "homeOf": "u-zoe"}]}),
            "mandates `m-9`: homeOf `u-zoe` is already taken",
        ),
    ];
    for at in stores::each().await {
        run_import(&at.store, EVERY_FIELD.as_bytes(), LoadMode::Merge, None).await.expect("it loads");
        for (mut file, message) in cases.clone() {
            // Something sound before it, which must not stay.
            file["users"] = json!([{"id": "u-new", "username": "new"}]);
            assert_eq!(import(&at, file).await.expect_err(message), message, "{}", at.engine);
            assert_eq!(at.store.dump().await.expect("it dumps"), every_field(), "{}", at.engine);
        }
    }
}

#[tokio::test]
async fn unknown_plans_and_features_and_a_second_currency_are_warnings() {
    for at in stores::each().await {
        let file = json!({
            "plans": [{"key": "A", "pricePerFeatureInstanceCHF": 1}, {"key": "B", "price": {"minor": 1, "currency": "EUR"}},
                      {"key": "C", "price": {"minor": 0, "currency": "USD"}}],
            "features": [{"code": "notes"}],
            "resources": [{"objectKey": "o", "meta": {"featureCode": "ghost"}}],
            "mandates": [{"id": "m", "name": "m"}],
            "subscriptions": [{"id": "s-1", "mandateId": "m", "planKey": "Z", "status": "ACTIVE"},
                              {"id": "s-2", "mandateId": "m", "planKey": "A", "status": "ACTIVE"},
                              {"id": "s-3", "mandateId": "m", "planKey": "Z", "status": "EXPIRED"}],
            "instances": [{"id": "i", "featureCode": "ghost", "mandateId": "m"}],
        });
        let report = import(&at, file).await.expect("it loads").to_string();
        assert_eq!(
            report,
            "warning: subscriptions `s-1` and 1 more: the plan `Z` is unknown: activations are refused until there is one\n\
             warning: resources `o` and 1 more: the feature `ghost` is unknown: it is not offered\n\
             warning: plans are priced in CHF, EUR: one deployment bills in one currency, the others are refused as \
             `billing-incomplete`\n\
             imported 3 plans, 1 features, 1 resources, 1 mandates, 3 subscriptions, 1 instances",
            "{}",
            at.engine
        );
        let report = import(&at, json!({"plans": [{"key": "Z"}]})).await.expect("it loads");
        assert_eq!(report.warnings.len(), 1, "the currencies are still two");
        let again = json!({"mandates": [{"id": "m", "name": "m"}],
            "subscriptions": [{"id": "s-1", "mandateId": "m", "planKey": "Z", "status": "ACTIVE"}]});
        assert_eq!(import(&at, again).await.expect("it loads").warnings.len(), 1, "the database knows the plan now");
    }
}

#[tokio::test]
async fn a_reserved_instance_stays_reserved_and_is_not_exported() {
    for at in stores::each().await {
        run_import(&at.store, EVERY_FIELD.as_bytes(), LoadMode::Merge, None).await.expect("it loads");
        at.database.execute("UPDATE instances SET state = 'reserved', reserved_by_change = 'c' WHERE id = 'i-2'").await;
        let dumped = at.store.dump().await.expect("it dumps");
        assert_eq!(dumped.instances.len(), 1, "{}", at.engine);
        assert!(dumped.accesses.iter().all(|access| access.feature_instance_id == "i-1"));
        assert!(dumped.roles.iter().all(|role| role.id != "r-notes"));
        run_import(&at.store, EVERY_FIELD.as_bytes(), LoadMode::Merge, None).await.expect("it loads");
        assert_eq!(at.store.dump().await.expect("it dumps").instances.len(), 1, "billing confirms it, not an import");
    }
}

#[tokio::test]
async fn an_imported_notice_counts_as_sent_and_one_that_waits_goes_on_waiting() {
    for at in stores::each().await {
        run_import(&at.store, EVERY_FIELD.as_bytes(), LoadMode::Merge, None).await.expect("it loads");
        let waiting = "SELECT count(*) FROM notices WHERE state = 'waiting'";
        assert_eq!(at.database.number(waiting).await, 0, "{}", at.engine);
        at.database.execute("UPDATE notices SET state = 'waiting'").await;
        run_import(&at.store, EVERY_FIELD.as_bytes(), LoadMode::Merge, None).await.expect("it loads");
        assert_eq!(at.database.number(waiting).await, 1, "{}", at.engine);
    }
}

#[tokio::test]
async fn what_was_confirmed_under_other_stripe_ids_is_not_confirmed_any_more() {
    let confirmed = async |at: &Case| {
        let ask = Ask { user_id: "u-zoe".to_owned(), mandate_id: "m-z".to_owned(), ..Ask::default() };
        let mandate = at.store.snapshot(&ask).await.expect("it reads").mandate.expect("the mandate");
        mandate.subscriptions[0].confirmed_quantity
    };
    for at in stores::each().await {
        run_import(&at.store, EVERY_FIELD.as_bytes(), LoadMode::Merge, None).await.expect("it loads");
        at.database.execute(
            "INSERT INTO operations (id, mandate_id, subscription_id, stripe_subscription_id, stripe_item_id, to_quantity, \
             state, created_at) VALUES ('o-1', 'm-z', 's-2', 'sub_z', 'si_z', 2, 'observed', 1)",
        )
        .await;
        run_import(&at.store, EVERY_FIELD.as_bytes(), LoadMode::Merge, None).await.expect("it loads");
        assert_eq!(confirmed(&at).await, Some(2), "{}", at.engine);
        let moved = EVERY_FIELD.replace("\"si_z\"", "\"si_other\"");
        run_import(&at.store, moved.as_bytes(), LoadMode::Merge, None).await.expect("it loads");
        assert_eq!(confirmed(&at).await, None, "{}", at.engine);
    }
}

#[tokio::test]
async fn a_server_on_the_same_database_finishes_what_it_does_and_sees_the_import_with_its_next_read() {
    for at in stores::each().await {
        run_import(&at.store, EVERY_FIELD.as_bytes(), LoadMode::Merge, None).await.expect("it loads");
        let server = at.database.store().await;
        let under_way = server.begin("m-z").await.expect("a transaction");
        let renamed = EVERY_FIELD.replace("\"zeta\"", "\"zeta renamed\"");
        let (loaded, committed) =
            tokio::join!(run_import(&at.store, renamed.as_bytes(), LoadMode::Merge, None), under_way.commit());
        committed.expect("it commits");
        loaded.expect("it loads");
        let ask = Ask { user_id: "u-zoe".to_owned(), mandate_id: "m-z".to_owned(), ..Ask::default() };
        let mandate = server.snapshot(&ask).await.expect("it reads").mandate.expect("the mandate");
        assert_eq!(mandate.name, "zeta renamed", "{}", at.engine);
    }
}
