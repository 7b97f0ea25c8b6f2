//! What is read is written so that it reads the same: through text, through each engine, and through a file.

use proptest::prelude::*;
use turnpike::{
    cli::{export::run_export, import::run_import},
    ports::store::transfer::{LoadMode, TransferStore as _},
    transfer::{BillingPeriod, Document, FORMAT, MAX_MINOR, Plan, SECTIONS, Subscription, read, write},
};

use super::stores;

pub(super) const EVERY_FIELD: &str = include_str!("every-field.json");

pub(super) fn every_field() -> Document {
    let (document, warnings) = read(EVERY_FIELD.as_bytes()).expect("it is sound");
    assert_eq!(warnings, []);
    document
}

#[test]
fn fields_get_the_values_and_defaults_of_the_format() {
    let document = every_field();
    assert_eq!(document.format, FORMAT);
    let [free, plus, pro] = &document.plans[..] else { panic!("three plans") };
    assert_eq!((free.price_minor, free.currency.as_str(), free.billing_period), (None, "CHF", BillingPeriod::None));
    assert_eq!((free.max_feature_instances, free.max_data_volume_mb, free.budget_ai_minor), (None, None, None));
    assert_eq!((plus.price_minor, plus.budget_ai_minor, plus.price_includes_tax), (Some(1235), Some(705), true));
    assert_eq!((pro.price_minor, pro.currency.as_str(), pro.max_feature_instances), (Some(9900), "CHF", Some(0)));
    assert_eq!(document.features[1].template_roles, ["atlas-admin", "atlas-user", "atlas-viewer"]);
    assert_eq!(document.features[1].category, "store");
    assert_eq!(document.features[2].template_roles, [""; 0]);
    assert_eq!(document.users[1].email, None);
    assert!(document.mandates[0].enabled && !document.mandates[0].is_system);
    assert_eq!(document.mandates[1].label, None);
    assert_eq!(document.memberships[0].role_ids, ["r-bare", "r-admin"]);
    let dates = |row: &Subscription| (row.starts_at, row.ends_at, row.trial_ends_at);
    assert_eq!(
        dates(&document.subscriptions[0]),
        (Some(1_769_898_600_000), Some(1_798_761_600_000), Some(1_770_091_506_789))
    );
    assert_eq!(dates(&document.subscriptions[1]), (None, None, Some(1_770_091_506_000)));
}

#[test]
fn an_export_has_its_sections_in_order_and_no_stripe() {
    let text = write(&every_field()).expect("it is writable");
    let places: Vec<usize> = SECTIONS.iter().filter_map(|name| text.find(&format!("\n  \"{name}\": "))).collect();
    assert_eq!(places.len(), SECTIONS.len() - 1, "all but `stripe`");
    assert!(places.is_sorted());
    assert!(text.contains("\"pricePerFeatureInstanceCHF\": 12.35,"), "{text}");
    assert!(text.contains("\"budgetAiCHF\": 7.05\n"), "{text}");
    assert!(text.contains("\"trialEndsAt\": \"2026-02-03T04:05:06.789Z\""), "{text}");
    assert!(text.ends_with("}\n"));
}

#[tokio::test]
async fn every_field_comes_back_from_each_engine() {
    let document = every_field();
    for at in stores::each().await {
        for how in [LoadMode::Merge, LoadMode::Merge, LoadMode::Replace { discard_billing: false }] {
            let report = run_import(&at.store, EVERY_FIELD.as_bytes(), how, None).await.expect("it loads");
            assert_eq!(report.warnings, [], "{}", at.engine);
            let dumped = at.store.dump().await.expect("it dumps");
            assert_eq!(dumped, document, "{}", at.engine);
            let text = write(&dumped).expect("it is writable");
            assert_eq!(read(text.as_bytes()).expect("it reads").0, document, "{}", at.engine);
        }
    }
}

#[tokio::test]
async fn a_present_but_empty_section_of_resources_comes_back() {
    for at in stores::each().await {
        let file = br#"{"format": "feature-store-fixture/1", "features": [{"code": "notes"}], "resources": []}"#;
        run_import(&at.store, file, LoadMode::Merge, None).await.expect("it loads");
        let dumped = at.store.dump().await.expect("it dumps");
        assert_eq!(dumped.resources, Some(Vec::new()), "{}", at.engine);
    }
}

#[tokio::test]
async fn an_export_is_for_its_owner_only_and_takes_the_place_of_an_older_one() {
    use std::os::unix::fs::PermissionsExt as _;
    for at in stores::each().await {
        run_import(&at.store, EVERY_FIELD.as_bytes(), LoadMode::Merge, None).await.expect("it loads");
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("export.json");
        std::fs::write(&file, "older").expect("it is written");
        run_export(&at.store, &file).await.expect("it exports");
        let text = std::fs::read(&file).expect("it is readable");
        assert_eq!(read(&text).expect("it reads").0, every_field());
        assert_eq!(std::fs::metadata(&file).expect("its mode").permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(folder.path()).expect("the folder").count(), 1, "nothing is left beside it");

        let nowhere = run_export(&at.store, &folder.path().join("none").join("export.json")).await;
        assert!(nowhere.expect_err("no such folder").to_string().contains("cannot be written"));
    }
}

fn plans() -> impl Strategy<Value = Plan> {
    let amount = || proptest::option::of(0..=MAX_MINOR);
    let count = || proptest::option::of(0_i64..=1 << 53 >> 1);
    let period = prop_oneof![Just(BillingPeriod::None), Just(BillingPeriod::Monthly), Just(BillingPeriod::Yearly)];
    (
        "[^\\p{C}]{1,20}",
        proptest::option::of("[^\0]{0,20}"),
        (amount(), "[A-Z]{3}", any::<bool>()),
        period,
        (count(), count(), amount()),
    )
        .prop_map(|(key, label, (price_minor, currency, price_includes_tax), billing_period, limits)| Plan {
            key,
            label,
            price_minor,
            currency,
            price_includes_tax,
            stripe_price_id: None,
            billing_period,
            max_data_volume_mb: limits.0,
            max_feature_instances: limits.1,
            budget_ai_minor: limits.2,
        })
}

proptest! {
    #[test]
    fn any_plan_and_instant_is_read_as_it_was_written(
        plan in plans(),
        instant in proptest::option::of(-300_000_000_000_000_i64..253_000_000_000_000),
    ) {
        let mut document = every_field();
        document.plans = vec![plan];
        document.subscriptions[0].starts_at = instant;
        let text = write(&document).expect("it is writable");
        prop_assert_eq!(read(text.as_bytes()).expect("it reads").0, document);
    }
}
