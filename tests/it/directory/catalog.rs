//! `turnpike catalog`: what a file would change is told before it does, with whom it concerns and by how much.

use std::fs;

use serde_json::{Value, json};
use turnpike::{
    directory::{
        Entry,
        catalog::{CatalogError, apply, plan},
        trail,
    },
    ports::store::audit::Who,
    transfer,
};

use super::with_services;
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    host::Setup,
    scene::Scene,
    world::{self, ADMIN, OPEN},
};

on_both_engines!(
    a_file_is_told_and_then_made_so,
    a_price_that_is_billed_is_changed_on_purpose_only,
    what_changed_meanwhile_is_not_written_over,
);

struct File(tempfile::NamedTempFile);

impl File {
    fn of(document: &Value) -> Self {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), document.to_string()).unwrap();
        Self(file)
    }

    fn path(&self) -> String {
        self.0.path().to_string_lossy().into_owned()
    }
}

/// The catalogue of the common data set.
fn catalogue() -> Value {
    let world = world::document();
    json!({"format": world["format"], "plans": world["plans"], "features": world["features"]})
}

async fn a_file_is_told_and_then_made_so(database: &TestDatabase) {
    let scene = Scene::with(database, with_services).await;
    assert_eq!(scene.api.activate(ADMIN, OPEN, "f0").await.status, 200);
    let same = File::of(&catalogue());
    let (code, told, errors) = scene.setup.run(&["catalog", "plan", &same.path()]);
    assert_eq!((code, told.as_str()), (0, "0 new, 0 changed, 19 as they are\n"), "{errors}");

    let mut document = catalogue();
    document["plans"][0]["maxFeatureInstances"] = json!(5);
    document["plans"].as_array_mut().unwrap().remove(4);
    document["features"][0]["category"] = json!("retired");
    document["features"].as_array_mut().unwrap().push(json!({"code": "fresh"}));
    let file = File::of(&document);
    let (code, told, errors) = scene.setup.run(&["catalog", "plan", &file.path()]);
    assert_eq!(code, 1, "{errors}");
    for line in [
        "plan FREE3: changes",
        "  maxFeatureInstances: 3 -> 5",
        "  m-free   s-m-free      0          nothing                 nothing  not charged",
        "feature f0: changes",
        "  category: \"store\" -> \"retired\"",
        "  1 living instances",
        "feature fresh: new",
        "plan TRIAL_7D: not in the file, stays",
        "1 new, 2 changed, 17 as they are",
    ] {
        assert!(told.lines().any(|told| told == line), "`{line}` is not in\n{told}");
    }
    let before = scene.setup.export();
    let (code, applied, errors) = scene.setup.run(&["catalog", "apply", &file.path(), "--reason", "a test of it"]);
    assert_eq!((code, applied), (0, format!("{told}applied\n")), "{errors}");
    let after = scene.setup.export();
    assert_eq!(after["plans"][0]["maxFeatureInstances"], json!(5));
    assert_eq!(after["plans"].as_array().unwrap().len(), before["plans"].as_array().unwrap().len());
    let (code, told, _) = scene.setup.run(&["catalog", "plan", &file.path()]);
    assert_eq!((code, told.as_str()), (0, "plan TRIAL_7D: not in the file, stays\n0 new, 0 changed, 20 as they are\n"));
    let noted = database.lines("SELECT action || ' ' || subject FROM audit WHERE reason = 'a test of it' ORDER BY seq");
    assert_eq!(noted.await, ["catalog apply plan FREE3", "catalog apply feature f0", "catalog apply feature fresh"]);
    let whole = File::of(&world::document());
    let (code, _, errors) = scene.setup.run(&["catalog", "plan", &whole.path()]);
    assert_eq!(code, 2);
    assert!(errors.contains("`users`, expected `plans` and `features` only"), "{errors}");
}

async fn a_price_that_is_billed_is_changed_on_purpose_only(database: &TestDatabase) {
    let scene = Scene::with(database, with_services).await;
    for feature in ["f0", "f1"] {
        assert_eq!(scene.api.activate(ADMIN, OPEN, feature).await.status, 200);
    }
    scene.settled(OPEN).await;
    let mut document = catalogue();
    document["plans"][3]["pricePerFeatureInstanceCHF"] = json!(45.5);
    let file = File::of(&document);
    let arguments = ["catalog", "apply", &file.path(), "--reason", "cheaper"];
    let before = scene.setup.export();
    let (code, told, errors) = scene.setup.run(&arguments);
    assert_eq!(code, 1, "{told}");
    let line = "  m-open   s-m-open      2          18000 CHF               9100 CHF  by Stripe, at the price there";
    assert!(told.lines().any(|told| told == line), "{told}");
    assert!(errors.contains("add --billed"), "{errors}");
    assert_eq!(scene.setup.export(), before, "nothing was changed");
    let (code, _, errors) = scene.setup.run(&[&arguments[..], &["--billed"]].concat());
    assert_eq!(code, 0, "{errors}");
    // Stripe charges what it did: nothing more is sold until both agree.
    let refused = scene.api.activate(ADMIN, OPEN, "f2").await;
    assert_eq!((refused.status, refused.code().as_str()), (402, "billing-incomplete"), "{}", refused.text);
    assert_eq!(scene.billed(OPEN), 2);
}

async fn what_changed_meanwhile_is_not_written_over(database: &TestDatabase) {
    let setup = Setup::new(&database.url).with_world();
    let store = database.store().await;
    let note = |before: Option<&Entry>, after: &Entry| {
        trail::of_entry(1, Who::System("test"), "catalog apply", before, Some(after))
    };
    let mut document = catalogue();
    document["plans"][3]["pricePerFeatureInstanceCHF"] = json!(45.5);
    document["features"][0]["icon"] = json!("mdi-new");
    let (document, _) = transfer::read(document.to_string().as_bytes()).expect("a document");
    let looked = plan(&store, document).await.expect("a plan");
    assert_eq!((looked.changes.len(), looked.changes[0].billed()), (2, 1));
    let before = setup.export();
    // Another subscription is charged by the plan by now, and then it is another plan.
    for (change, undo) in [
        (
            "UPDATE subscriptions SET plan_key = 'PAID' WHERE id = 's-m-paid'",
            "UPDATE subscriptions SET plan_key = 'PAID3' WHERE id = 's-m-paid'",
        ),
        ("UPDATE plans SET label = 'Other' WHERE key = 'PAID'", "UPDATE plans SET label = 'PAID' WHERE key = 'PAID'"),
    ] {
        database.execute(change).await;
        let outcome = apply(&store, &looked, true, note).await;
        let is_overtaken = matches!(&outcome, Err(CatalogError::Overtaken { name, .. }) if name == "PAID");
        assert!(is_overtaken, "{change}: {outcome:?}");
        database.execute(undo).await;
        assert_eq!(setup.export(), before, "{change}");
    }
    apply(&store, &looked, true, note).await.expect("nothing changed meanwhile");
    assert_eq!(setup.export()["features"][0]["icon"], "mdi-new");
    let held = "SELECT count(*) FROM checks WHERE subscription_id = 's-m-open' AND blocks = 1";
    assert_eq!(database.number(held).await, 1, "nothing is sold by it until both sides were compared");
}
